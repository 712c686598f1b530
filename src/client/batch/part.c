/* The parts of a batch: checked, grouped by table, and written as JSON once. */
#include "client/batch/part.h"
#include "client/item/write.h"
#include "value/expr/expr_context.h"
#include "value/item/item_size.h"
#include "value/json/encode.h"
#include <string.h>

static const char put_head[] = "{\"PutRequest\":{\"Item\":", delete_head[] = "{\"DeleteRequest\":{\"Key\":";
static const char write_tail[] = "}}";

const char *dynox__part_item(const dynox__batch *batch, const dynox__batch_part *part, size_t *size)
{
    const char *json = batch->json.data + part->offset;
    *size            = part->size;
    if (!batch->is_write) return json;
    size_t head = part->is_delete ? sizeof delete_head - 1 : sizeof put_head - 1;
    *size -= head + sizeof write_tail - 1;
    return json + head;
}

/* ---- checks ---- */

static void check_size(const dynox_item *item, dynox_error *error)
{
    size_t size = dynox__item_size(item);
    if (size > DYNOX__LARGEST_ITEM)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the item has %zu bytes: it may have %d", size, DYNOX__LARGEST_ITEM);
}

static bool is_name(const dynox_named_value *attribute, const char *name)
{
    size_t length = strlen(name);
    return attribute->name_length == length && memcmp(attribute->name, name, length) == 0;
}

static bool has_names(const dynox_item *key, char *const names[2])
{
    size_t count = names[1] ? 2 : 1, found = 0;
    for (size_t i = 0; i < key->count; i++)
        found += is_name(&key->attributes[i], names[0]) || (names[1] && is_name(&key->attributes[i], names[1]));
    return key->count == count && found == count;
}

static bool take_names(dynox__batch_group *group, const char *const names[2])
{
    group->key[0] = dynox__strdup(names[0]);
    group->key[1] = dynox__strdup(names[1]);
    return group->key[0] && (group->key[1] || !names[1]);
}

/* A key says what the keys of its table are called; all others have to agree. */
static void learn_from_key(dynox__batch_group *group, const dynox_item *key, dynox_error *error)
{
    if (key->count < 1 || key->count > 2) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "a key has one attribute or two; this one has %zu", key->count);
        return;
    }
    if (group->key[0]) {
        if (!has_names(key, group->key))
            dynox_error_set(error, DYNOX_E_ARGUMENT, "the key has other attributes than one of the same table before");
        return;
    }
    char *names[2] = {dynox__strndup(key->attributes[0].name, key->attributes[0].name_length), NULL};
    if (key->count == 2) names[1] = dynox__strndup(key->attributes[1].name, key->attributes[1].name_length);
    group->key[0] = names[0];
    group->key[1] = names[1];
    if (!names[0] || (key->count == 2 && !names[1])) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static void learn_from_names(dynox__batch_group *group, const char *const names[2], dynox_error *error)
{
    if (!group->key[0] && !take_names(group, names)) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (error->status != DYNOX_OK) return;
    bool same = strcmp(group->key[0], names[0]) == 0 && !group->key[1] == !names[1] &&
                (!names[1] || strcmp(group->key[1], names[1]) == 0);
    bool turned = group->key[1] && names[1] && strcmp(group->key[1], names[0]) == 0 &&
                  strcmp(group->key[0], names[1]) == 0; /* a delete's order says nothing */
    if (!same && !turned)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the key has other attributes than one of the same table before");
}

/* What is wrong with one of many is said with its number. */
static void add_number(dynox_error *error, size_t number, const char *what, const char *table)
{
    if (error->status == DYNOX_OK || error->status == DYNOX_E_NO_MEMORY) return;
    dynox__error_reword(error, "part %zu (%s on \"%.255s\"): %s", number, what, table ? table : "", error->message);
}

/* ---- JSON ---- */

/* The table's name as the member that it is in a request. */
static void begin_group(dynox__batch_group *group, const char *opened, dynox_error *error)
{
    if (!dynox__encode_text(&group->head, group->table, strlen(group->table)) && !group->head.failed)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the table's name is not valid UTF-8");
    dynox__buffer_text(&group->head, opened);
    if (group->head.failed) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static void add_item(dynox__batch *batch, dynox__batch_part *part, const char *head, const dynox_item *item,
                     const char *tail, dynox_error *error)
{
    part->offset = batch->json.size;
    dynox__buffer_text(&batch->json, head);
    dynox__encode_item(&batch->json, item, error);
    dynox__buffer_text(&batch->json, tail);
    part->size = batch->json.size - part->offset;
    part->item = (dynox_item){item->attributes, item->count, NULL};
    if (batch->json.failed) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static dynox__batch_group *group_of(dynox__batch *batch, dynox__batch_part *part, const char *table,
                                    const char *projection, bool consistent, dynox_error *error)
{
    if (!table || !*table) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the table name is missing");
        return NULL;
    }
    part->group = dynox__batch_group_of(batch, table, projection, consistent);
    if (part->group == SIZE_MAX) {
        part->group = 0;
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    return &batch->groups[part->group];
}

/* ---- writes ---- */

static void check_write(const dynox_write *write, dynox_error *error)
{
    const char *wrong = NULL;
    if (write->kind != DYNOX_WRITE_PUT && write->kind != DYNOX_WRITE_DELETE)
        wrong = "a batch takes puts and deletes only";
    else if (write->condition || write->update || write->return_on_condition_failure)
        wrong = "writes of a batch have no conditions and updates; transactions do";
    else if (!write->item)
        wrong = write->kind == DYNOX_WRITE_PUT ? "the item is missing (NULL)" : "the key is missing (NULL)";
    if (wrong) dynox_error_set(error, DYNOX_E_ARGUMENT, "%s", wrong);
}

static void add_write(dynox__batch *batch, dynox__batch_part *part, const dynox_write *write, dynox_error *error)
{
    check_write(write, error);
    if (error->status != DYNOX_OK) return;
    part->is_delete           = write->kind == DYNOX_WRITE_DELETE;
    dynox__batch_group *group = group_of(batch, part, write->table, NULL, false, error);
    if (!group) return;
    if (!group->count++) {
        begin_group(group, ":[", error);
        dynox__buffer_byte(&group->tail, ']');
    }
    if (group->tail.failed) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (error->status == DYNOX_OK && part->is_delete) learn_from_key(group, write->item, error);
    if (error->status == DYNOX_OK && write->key[0]) learn_from_names(group, write->key, error);
    if (error->status != DYNOX_OK) return;
    add_item(batch, part, part->is_delete ? delete_head : put_head, write->item, write_tail, error);
    if (error->status == DYNOX_OK) check_size(write->item, error);
}

static const char *kind_name(const dynox_write *write)
{
    static const char *const names[] = {[DYNOX_WRITE_PUT]    = "put",
                                        [DYNOX_WRITE_UPDATE] = "update",
                                        [DYNOX_WRITE_DELETE] = "delete",
                                        [DYNOX_WRITE_CHECK]  = "check"};
    size_t                   kind    = (size_t)write->kind;
    return kind < sizeof names / sizeof *names && names[kind] ? names[kind] : "?";
}

void dynox__batch_number(dynox_error *error, size_t number, const dynox_write *write)
{
    add_number(error, number, kind_name(write), write->table);
}

size_t dynox__batch_measure(const dynox_write *write, dynox_error *error)
{
    dynox__buffer json = {0};
    check_write(write, error);
    if (error->status == DYNOX_OK && (!write->table || !*write->table))
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the table name is missing");
    if (error->status == DYNOX_OK) dynox__encode_item(&json, write->item, error);
    if (error->status == DYNOX_OK && json.failed) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (error->status == DYNOX_OK) check_size(write->item, error);
    size_t size = json.size + (write->table ? strlen(write->table) : 0) + sizeof delete_head + sizeof write_tail;
    dynox__buffer_free(&json);
    if (error->status != DYNOX_OK && error->status != DYNOX_E_NO_MEMORY)
        dynox__error_reword(error, "%s on \"%.255s\": %s", kind_name(write), write->table ? write->table : "",
                            error->message);
    return size;
}

void dynox__batch_add_writes(dynox__batch *batch, dynox_writes writes, dynox_error *error)
{
    if (writes.count && !writes.at) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the array of writes is missing (NULL)");
        return;
    }
    for (size_t i = 0; i < writes.count && error->status == DYNOX_OK; i++) {
        const dynox_write *write = &writes.at[i];
        add_write(batch, &batch->parts[i], write, error);
        dynox__batch_number(error, i + 1, write);
    }
}

/* ---- reads ---- */

/* Is #n one of the elements of the projection, as it was written from `start` on? */
static bool is_projected(const dynox__buffer *json, size_t start, size_t n)
{
    char   name[32];
    size_t length = (size_t)snprintf(name, sizeof name, "#n%zu", n);
    for (size_t at = start; at < json->size;) {
        const char *comma = memchr(json->data + at, ',', json->size - at);
        size_t      end   = comma ? (size_t)(comma - json->data) : json->size;
        while (at < end && json->data[at] == ' ')
            at++;
        if (end - at == length && memcmp(json->data + at, name, length) == 0) return true;
        at = end + 1;
    }
    return false;
}

/* The answers come in no order, so each has to have its key. */
static void add_key_to_projection(dynox__batch_group *group, dynox__expr_context *context, size_t start, size_t i,
                                  dynox_error *error)
{
    size_t n;
    if (!dynox__expr_context_name(context, group->key[i], strlen(group->key[i]), &n))
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (error->status != DYNOX_OK || is_projected(&group->tail, start, n)) return;
    dynox__buffer_format(&group->tail, ", #n%zu", n);
    group->added[i] = true;
}

static void write_projection(dynox__batch_group *group, dynox_error *error)
{
    dynox__expr_context context = {0};
    DYNOX__BUFFER_LITERAL(&group->tail, ",\"ProjectionExpression\":\"");
    size_t start = group->tail.size;
    dynox__expr_write_projection(&context, group->projection, &group->tail, error);
    for (size_t i = 0; i < 2 && group->key[i] && error->status == DYNOX_OK; i++)
        add_key_to_projection(group, &context, start, i, error);
    dynox__buffer_byte(&group->tail, '"');
    if (error->status == DYNOX_OK) dynox__expr_write_names(&context, &group->tail, error);
    dynox__expr_context_free(&context);
}

static void begin_reads(dynox__batch_group *group, dynox_error *error)
{
    begin_group(group, ":{\"Keys\":[", error);
    dynox__buffer_byte(&group->tail, ']');
    if (group->consistent) DYNOX__BUFFER_LITERAL(&group->tail, ",\"ConsistentRead\":true");
    if (group->projection && error->status == DYNOX_OK) write_projection(group, error);
    dynox__buffer_byte(&group->tail, '}');
    if (group->tail.failed) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static void add_plain_read(dynox__batch *batch, dynox__batch_part *part, const dynox_read *read, dynox_error *error)
{
    const char         *projection = read->projection && *read->projection ? read->projection : NULL;
    dynox__batch_group *group      = group_of(batch, part, read->table, projection, read->consistent_read, error);
    if (!group) return;
    if (!read->key) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the key is missing (NULL)");
        return;
    }
    learn_from_key(group, read->key, error);
    if (!group->count++ && error->status == DYNOX_OK) begin_reads(group, error);
    if (error->status == DYNOX_OK) add_item(batch, part, "", read->key, "", error);
}

static void add_form(dynox__batch *batch, dynox__batch_part *part, const dynox_read *read, size_t number,
                     dynox_error *error)
{
    dynox_read plain = *read;
    void      *begun = read->form_->begin_read(read, &plain, error);
    if (begun) {
        add_plain_read(batch, part, &plain, error);
        dynox__batch_own(batch, part, error); /* its key goes */
    }
    add_number(error, number, "get", plain.table);
    if (begun) read->form_->end(begun);
}

void dynox__batch_add_reads(dynox__batch *batch, dynox_reads reads, dynox_error *error)
{
    if (reads.count && !reads.at) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the array of reads is missing (NULL)");
        return;
    }
    for (size_t i = 0; i < reads.count && error->status == DYNOX_OK; i++) {
        if (reads.at[i].form_) {
            add_form(batch, &batch->parts[i], &reads.at[i], i + 1, error);
            continue;
        }
        add_plain_read(batch, &batch->parts[i], &reads.at[i], error);
        add_number(error, i + 1, "get", reads.at[i].table);
    }
}
