/* What tests fill an engine with, look at and come back to: through requests that no fault strikes, and its store. */
#include "aws/retry/service_error.h"
#include "local/engine/local.h"
#include "local/engine/tree_text.h"
#include "local/wire/values.h"
#include "value/json/decode.h"
#include <stdio.h>
#include <string.h>

/* ---- asking ---- */

static bool is_of_streams(const char *operation)
{
    static const char *const names[] = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], operation) == 0) return true;
    return false;
}

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* A refusal of the engine as the client would show it. */
static dynox_status refused(dynox__local_answer *answer, dynox_error *error)
{
    dynox__response_head head    = {.status = answer->status};
    dynox__retry_class   ignored = DYNOX__RETRY_NEVER;
    dynox_error          what    = {0};
    memcpy(head.request_id, answer->request_id, sizeof head.request_id);
    if (answer->body.size)
        dynox__service_error(&head, &answer->body, &what, &ignored);
    else
        no_memory(&what);
    dynox_status status = what.status;
    if (error) dynox_error_copy(error, &what);
    dynox_error_clear(&what);
    return status;
}

/* Free the answer's body. */
static dynox_status ask(dynox_local *local, const char *operation, const char *json, size_t length,
                        dynox__local_answer *answer, dynox_error *error)
{
    char target[128], *body = dynox__decode_copy(NULL, json, length);
    *answer = (dynox__local_answer){0};
    if (!body) return no_memory(error);
    snprintf(target, sizeof target, "%s.%s",
             is_of_streams(operation) ? "DynamoDBStreams_20120810" : "DynamoDB_20120810", operation);
    dynox__local_engine_answer(
        local->engine,
        &(dynox__local_request){
            .target = target, .target_length = strlen(target), .body = body, .body_size = length, .is_quiet = true},
        answer);
    dynox__free(body);
    return answer->error_type ? refused(answer, error) : DYNOX_OK;
}

char *dynox_local_ask(dynox_local *local, const char *operation, const char *json, dynox_error *error)
{
    dynox__local_answer answer = {0};
    char               *text   = NULL;
    if (dynox__local_check(local, error) != DYNOX_OK) return NULL;
    if (!operation || !json) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "an operation and its request are needed");
        return NULL;
    }
    if (ask(local, operation, json, strlen(json), &answer, error) == DYNOX_OK) {
        text = dynox__strndup(answer.body.data, answer.body.size);
        if (!text) no_memory(error);
    }
    dynox__buffer_free(&answer.body);
    return text;
}

/* ---- looking inside ---- */

static void write_scan(dynox__buffer *request, const char *table, const dynox__tree *after)
{
    request->size = 0;
    DYNOX__BUFFER_LITERAL(request, "{\"TableName\":");
    dynox__values_write_text(request, table, strlen(table));
    if (after) {
        DYNOX__BUFFER_LITERAL(request, ",\"ExclusiveStartKey\":");
        dynox__tree_write(request, after);
    }
    dynox__buffer_byte(request, '}');
}

/* A page that has been answered; *after becomes where the next one begins. */
static dynox_status show_page(dynox__local_answer *answer, dynox__arena *arena, dynox_local_item_fn *show, void *arg,
                              const dynox__tree **after, bool *goes_on)
{
    const char        *why;
    const dynox__tree *page  = dynox__tree_parse(answer->body.data, answer->body.size, arena, &why);
    const dynox__tree *items = dynox__tree_member(page, "Items");
    *after                   = dynox__tree_member(page, "LastEvaluatedKey");
    for (const dynox__tree *at = items ? items->first : NULL; at && *goes_on; at = at->next) {
        dynox_item     item    = {0};
        dynox__refusal ignored = {0};
        if (!dynox__values_read_item(at, arena, &item, &ignored)) return DYNOX_E_NO_MEMORY;
        *goes_on = show(&item, arg);
    }
    return page ? DYNOX_OK : DYNOX_E_NO_MEMORY;
}

dynox_status dynox_local_each_item(dynox_local *local, const char *table, dynox_local_item_fn *show, void *arg,
                                   dynox_error *error)
{
    dynox__buffer      request = {0};
    const dynox__tree *after   = NULL;
    bool               goes_on = true;
    dynox_status       status  = dynox__local_check(local, error);
    if (status != DYNOX_OK) return status;
    if (!table || !show) return dynox_error_set(error, DYNOX_E_ARGUMENT, "a table and a function are needed");
    write_scan(&request, table, NULL);
    do {
        dynox__local_answer answer = {0};
        dynox__arena        arena  = {0};
        status = request.failed ? no_memory(error) : ask(local, "Scan", request.data, request.size, &answer, error);
        if (status == DYNOX_OK && show_page(&answer, &arena, show, arg, &after, &goes_on) != DYNOX_OK)
            status = no_memory(error);
        if (status == DYNOX_OK && after) write_scan(&request, table, after);
        dynox__arena_free(&arena);
        dynox__buffer_free(&answer.body);
    } while (status == DYNOX_OK && after && goes_on);
    dynox__buffer_free(&request);
    return status;
}

/* ---- filling ---- */

/* The end of the object that begins at `at`; NULL: it has none. Whether it is JSON is seen when it is read. */
static const char *end_of_object(const char *at, const char *end)
{
    size_t depth   = 0;
    bool   in_text = false;
    for (; at < end; at++) {
        if (in_text && *at == '\\')
            at++;
        else if (*at == '"')
            in_text = !in_text;
        else if (!in_text && *at == '{')
            depth++;
        else if (!in_text && *at == '}' && --depth == 0)
            return at + 1;
    }
    return NULL;
}

typedef struct seeding {
    dynox_local  *local;
    const char   *table;
    size_t        count;
    bool          is_plain; /* as the first item is */
    dynox__buffer request;
    dynox_error  *error;
} seeding;

static dynox_status put(seeding *self, const dynox__tree *item)
{
    dynox__local_answer answer  = {0};
    dynox__buffer      *request = &self->request;
    if (item->kind != DYNOX__TREE_OBJECT)
        return dynox_error_set(self->error, DYNOX_E_DECODE, "item %zu is no object of JSON", self->count + 1);
    if (self->count == 0) self->is_plain = !dynox__tree_is_typed(item);
    request->size = 0;
    DYNOX__BUFFER_LITERAL(request, "{\"TableName\":");
    dynox__values_write_text(request, self->table, strlen(self->table));
    DYNOX__BUFFER_LITERAL(request, ",\"Item\":");
    if (self->is_plain)
        dynox__tree_write_plain(request, item);
    else
        dynox__tree_write(request, item);
    dynox__buffer_byte(request, '}');
    if (request->failed) return no_memory(self->error);
    dynox_status status = ask(self->local, "PutItem", request->data, request->size, &answer, self->error);
    dynox__buffer_free(&answer.body);
    if (status == DYNOX_OK) self->count++;
    return status;
}

/* A value of JSON, an item or an array of them. */
static dynox_status put_value(seeding *self, const char *json, size_t length)
{
    dynox__arena       arena  = {0};
    const char        *why    = NULL;
    dynox_status       status = DYNOX_OK;
    char              *copy   = dynox__decode_copy(&arena, json, length);
    const dynox__tree *tree   = copy ? dynox__tree_parse(copy, length, &arena, &why) : NULL;
    if (!tree && why)
        status = dynox_error_set(self->error, DYNOX_E_DECODE, "item %zu: %s", self->count + 1, why);
    else if (!tree)
        status = no_memory(self->error);
    else if (tree->kind != DYNOX__TREE_ARRAY)
        status = put(self, tree);
    else
        for (const dynox__tree *item = tree->first; item && status == DYNOX_OK; item = item->next)
            status = put(self, item);
    dynox__arena_free(&arena);
    return status;
}

/* Items one behind the other are read one by one, so that a large file needs no more memory than its largest item. */
static dynox_status put_all(seeding *self, const char *json, size_t length)
{
    static const char space[] = " \t\r\n";
    const char       *end     = json + length;
    dynox_status      status  = DYNOX_OK;
    while (json < end && memchr(space, *json, 4))
        json++;
    if (json < end && *json == '[') return put_value(self, json, (size_t)(end - json));
    while (json < end && status == DYNOX_OK) {
        const char *behind = *json == '{' ? end_of_object(json, end) : NULL;
        if (!behind) behind = end;
        status = put_value(self, json, (size_t)(behind - json));
        for (json = behind; json < end && memchr(space, *json, 4);)
            json++;
    }
    return status;
}

dynox_status dynox_local_seed_json(dynox_local *local, const char *table, const char *json, size_t length,
                                   size_t *count, dynox_error *error)
{
    seeding self = {.local = local, .table = table, .error = error};
    if (count) *count = 0;
    dynox_status status = dynox__local_check(local, error);
    if (status != DYNOX_OK) return status;
    if (!table || !json) return dynox_error_set(error, DYNOX_E_ARGUMENT, "a table and a text are needed");
    status = put_all(&self, json, length);
    if (count) *count = self.count;
    dynox__buffer_free(&self.request);
    return status;
}

static dynox_status read_file(FILE *file, dynox__buffer *text)
{
    size_t got = 1;
    while (got && !text->failed) {
        if (!dynox__buffer_reserve(text, 65536)) break;
        got = fread(text->data + text->size, 1, 65536, file);
        text->size += got;
    }
    if (text->failed) return DYNOX_E_NO_MEMORY;
    return ferror(file) ? DYNOX_E_SYSTEM : DYNOX_OK;
}

dynox_status dynox_local_seed_file(dynox_local *local, const char *table, const char *path, size_t *count,
                                   dynox_error *error)
{
    dynox__buffer text = {0};
    if (count) *count = 0;
    if (!path) return dynox_error_set(error, DYNOX_E_ARGUMENT, "a path is needed");
    FILE *file = fopen(path, "rb");
    if (!file) return dynox_error_set(error, DYNOX_E_SYSTEM, "%s cannot be opened", path);
    dynox_status status = read_file(file, &text);
    fclose(file);
    if (status == DYNOX_OK)
        status = dynox_local_seed_json(local, table, text.data ? text.data : "", text.size, count, error);
    else
        dynox_error_set(error, status, "%s cannot be read: %s", path, dynox_status_text(status));
    dynox__buffer_free(&text);
    return status;
}
