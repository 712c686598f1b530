/* Any operation by its name, with JSON text. What is done with the text is only what the pipeline needs: it is checked,
 * and a few members are looked at. */
#include "base/args.h"
#include "client/core/sync.h"
#include "client/table/table.h"
#include "value/json/decode.h"
#include <string.h>

enum { LONGEST_NAME = 64, LONGEST_REQUEST = 16 << 20 };

/* The row of an operation that only the program knows. Freed with its call. */
typedef struct any_operation {
    dynox__operation operation;
    char             name[LONGEST_NAME + 1];
} any_operation;

/* ---- answers ---- */

static dynox_status decode(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                           dynox_error *error)
{
    bool   empty  = body->size == 0;
    size_t length = empty ? 2 : body->size;
    (void)call;
    if (!empty && dynox__decode_check(body->data, length, error) != DYNOX_OK) return error->status;
    dynox__document *made = dynox__document_new(body->data, sizeof(dynox_answer));
    if (!made) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox_answer *answer = dynox__arena_alloc(&made->arena, sizeof *answer); /* there is room for it */
    *body                = (dynox__buffer){0};
    *answer              = (dynox_answer){
                     .json = empty ? "{}" : made->body, .length = length, .owner_ = dynox__shared_acquire(&made->shared)};
    value->pointer = answer;
    *document      = made;
    return DYNOX_OK;
}

void dynox_answer_free(dynox_answer *answer)
{
    if (answer) dynox__shared_release(answer->owner_);
}

static void destroy(void *answer)
{
    dynox_answer_free(answer);
}

const dynox_type dynox_type_answer = {.name = "dynox_answer *", .size = sizeof(void *), .destroy = destroy};

/* ---- the operation ---- */

static bool begins_with(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

static bool is_read(const char *name)
{
    static const char *const prefixes[] = {"Describe", "List", "Get",    "BatchGet",
                                           "Query",    "Scan", "Search", "TransactGet"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (begins_with(name, prefixes[i])) return true;
    return false;
}

/* It goes into a header, a signature and messages. */
static bool is_name(const char *name)
{
    size_t length = 0;
    for (; name && name[length]; length++) {
        char c    = name[length];
        bool good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!good || length == LONGEST_NAME) return false;
    }
    return length > 0;
}

static any_operation *operation_of(const dynox_call_args *args, dynox_error *error)
{
    if (error->status != DYNOX_OK) return NULL;
    if (!is_name(args->operation)) {
        dynox_error_set(error, DYNOX_E_ARGUMENT,
                        "the operation is no name: 1 to %d letters and digits, such as \"DescribeExport\"",
                        LONGEST_NAME);
        return NULL;
    }
    any_operation *made = dynox__calloc(sizeof *made);
    if (!made) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    memcpy(made->name, args->operation, strlen(args->operation));
    made->operation = (dynox__operation){
        .name = made->name, .type = &dynox_type_answer, .decode = decode, .may_be_empty = !is_read(made->name)};
    return made;
}

/* ---- the request ---- */

/* What the pipeline wants to know of it. */
typedef struct subject {
    const char *table, *resource, *source, *backup, *exported, *imported, *stream; /* those that may be an ARN */
    const char *token, *other_token;
} subject;

/* Checks the text, and finds its subject in a copy: the decoder works in place. */
static char *examine(const char *json, size_t length, dynox__arena *arena, subject *about, dynox_error *error)
{
    static const dynox__field fields[] = {
        DYNOX__FIELD("TableName", TEXT, subject, table),
        DYNOX__FIELD("ResourceArn", TEXT, subject, resource),
        DYNOX__FIELD("TableArn", TEXT, subject, resource),
        DYNOX__FIELD("SourceTableArn", TEXT, subject, source),
        DYNOX__FIELD("BackupArn", TEXT, subject, backup),
        DYNOX__FIELD("ExportArn", TEXT, subject, exported),
        DYNOX__FIELD("ImportArn", TEXT, subject, imported),
        DYNOX__FIELD("StreamArn", TEXT, subject, stream),
        DYNOX__FIELD("ClientRequestToken", TEXT, subject, token),
        DYNOX__FIELD("ClientToken", TEXT, subject, other_token),
    };
    char *copy = dynox__decode_copy(NULL, json, length);
    if (!copy) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    if (dynox__decode(copy, length, arena, fields, sizeof fields / sizeof *fields, about, NULL, error) == DYNOX_OK)
        return copy;
    dynox__free(copy);
    return NULL;
}

static void write_subject(dynox__call *call, const subject *about)
{
    const char *const names[] = {about->table,    about->resource, about->source, about->backup,
                                 about->exported, about->imported, about->stream};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        dynox__call_resource(call, names[i]);
}

static void write_text(dynox__request_writer *writer, const char *json, size_t length)
{
    dynox_error  why   = {0};
    dynox__arena arena = {0};
    subject      about = {0};
    dynox__call *call  = writer->call;
    if (length > LONGEST_REQUEST)
        dynox__request_refuse(writer, DYNOX_E_TOO_LARGE, "%s: %zu bytes are too many: the service takes 16 MiB",
                              writer->operation->name, length);
    if (writer->error.status != DYNOX_OK) return;
    char *copy = examine(json, length, &arena, &about, &why);
    if (!copy) {
        bool malformed = why.status == DYNOX_E_DECODE;
        dynox__request_refuse(writer, malformed ? DYNOX_E_ARGUMENT : why.status,
                              malformed ? "%s: the request is not one JSON object (%s)" : "%s: %s",
                              writer->operation->name, why.message);
        dynox_error_clear(&why);
        dynox__arena_free(&arena);
        return;
    }
    write_subject(call, &about);
    if (call->is_write && !about.token && !about.other_token) call->ambiguity = DYNOX__AMBIGUOUS;
    dynox__free(copy);
    dynox__arena_free(&arena);
    while (json[length - 1] != '}') /* white space behind it */
        length--;
    writer->json->size--; /* the text has braces of its own, of which the last one is written at the end */
    dynox__buffer_add(writer->json, json, length - 1);
}

static void write_request(dynox__request_writer *writer, const dynox_client *client, const dynox_call_args *args)
{
    if (!writer->call) return;
    dynox_ambiguous_writes ambiguous = args->ambiguous_writes ? args->ambiguous_writes : client->ambiguous_writes;
    writer->call->is_write           = !is_read(writer->operation->name);
    writer->call->fail_ambiguous     = ambiguous == DYNOX_AMBIGUOUS_FAIL;
    if (!args->json) return;
    size_t length = args->length ? args->length : strlen(args->json);
    if (!length)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%s: the request is empty: the least is {}",
                              writer->operation->name);
    else
        write_text(writer, args->json, length);
}

dynox_future *dynox__any_call(dynox_client *client, const dynox_call_args *args, const dynox__call_options *options,
                              dynox_error *error)
{
    static const dynox__operation nameless = {.name = "call"};
    any_operation                *own      = operation_of(args, error);
    dynox__request_writer         writer   = {.error = *error};
    dynox__request_begin(&writer, client, own ? &own->operation : &nameless, options);
    if (writer.call) writer.call->own = own;
    write_request(&writer, client, args);
    bool          orphan = !writer.call;
    dynox_future *future = dynox__request_send(&writer);
    if (orphan) dynox__free(own);
    return future;
}

dynox_future *dynox_call_with(dynox_client *client, const dynox_call_args *given)
{
    dynox_call_args args;
    dynox_error     error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    return dynox__any_call(client, &args, &DYNOX__CALL_OPTIONS(args), &error);
}

dynox_status dynox_sync_call_with(dynox_client *client, const dynox_call_args *given)
{
    dynox_call_args args;
    DYNOX__SYNC(client, args, given, dynox_call_with, &dynox_type_answer);
}
