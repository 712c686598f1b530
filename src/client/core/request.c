/* Writing members of a request. */
#include "client/core/request.h"
#include "value/json/encode.h"
#include <string.h>

void dynox__request_refuse(dynox__request_writer *writer, dynox_status status, const char *format, ...)
{
    if (writer->error.status != DYNOX_OK) return;
    va_list args;
    va_start(args, format);
    dynox__error_setv(&writer->error, status, format, args);
    va_end(args);
}

bool dynox__request_array(dynox__request_writer *writer, const char *what, const void *at, size_t count)
{
    if (count && !at) dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the array of %s is missing (NULL)", what);
    return writer->error.status == DYNOX_OK;
}

void dynox__request_begin(dynox__request_writer *writer, dynox_client *client, const dynox__operation *operation,
                          const dynox__call_options *options)
{
    writer->call        = NULL;
    writer->operation   = operation;
    writer->json        = NULL;
    writer->has_members = false;
    writer->explain     = options->explain || dynox__explaining();
    writer->expressions = (dynox__expr_context){0};
    if (writer->error.status != DYNOX_OK) return;
    if (!client) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "%s: the client is NULL; the .error of dynox_client_new tells why", operation->name);
        return;
    }
    writer->call = dynox__call_new(client->service, operation); /* observers hear of those that are refused, too */
    if (!writer->call) {
        dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
        return;
    }
    writer->json             = &writer->call->buffer;
    writer->call->labels     = options->labels;
    writer->call->unobserved = writer->explain;
    if (options->out || options->error || options->info) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "%s: .out, .error and .info are for the sync_ form; ask the future instead",
                              operation->name);
        return;
    }
    if (options->labels.wrong) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%s: %s", operation->name, options->labels.wrong);
        return;
    }
    if ((unsigned)options->hedge > DYNOX_HEDGE_P99) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%s: hedge has no value %d", operation->name,
                              (int)options->hedge);
        return;
    }
    writer->capacity                 = dynox__service_capacity(client->service);
    writer->call->max_attempts       = options->max_attempts;
    writer->call->attempt_timeout_ms = options->attempt_timeout_ms;
    writer->call->deadline_ms        = options->deadline_ms;
    writer->call->node_key           = options->node_key;
    writer->call->feature            = options->feature;
    writer->call->hedge              = options->hedge;
    dynox__buffer_byte(writer->json, '{');
}

dynox_future *dynox__request_refused(const dynox_client *client, const dynox__operation *operation, dynox_error *error)
{
    bool         explain = dynox__explaining();
    dynox__call *call    = client ? dynox__call_new(client->service, operation) : NULL;
    if (explain) dynox__explain(operation, NULL, error);
    if (call) {
        call->unobserved = explain;
        return dynox__call_refuse(call, error);
    }
    if (!explain) dynox__call_log_refused(operation, error); /* there is not even a call: its line is the same */
    return dynox__future_failed_with(error);
}

/* In place of sending. What is not sent has no result. */
static void explain(dynox__request_writer *writer, const dynox__call *call)
{
    dynox__explain(writer->operation, call, &writer->error);
    dynox__request_refuse(writer, DYNOX_E_CANCELLED, "nothing was sent: the call was only explained");
}

dynox_future *dynox__request_send(dynox__request_writer *writer)
{
    dynox__call *call = writer->call;
    writer->call      = NULL;
    dynox__expr_context_free(&writer->expressions);
    if (!call) return dynox__request_refused(NULL, writer->operation, &writer->error);
    if (writer->error.status == DYNOX_OK) dynox__buffer_byte(writer->json, '}');
    if (writer->explain) explain(writer, call);
    if (writer->error.status == DYNOX_OK) return dynox__call_start(call);
    return dynox__call_refuse(call, &writer->error);
}

dynox_future *dynox__request_settle(dynox__request_writer *writer, dynox__slot value)
{
    if (writer->error.status != DYNOX_OK) return dynox__request_send(writer);
    dynox_future *future = &writer->call->future;
    if (writer->explain) {
        writer->json->size = writer->call->head_room;
        dynox__explain(writer->operation, writer->call, &writer->error);
    }
    dynox__expr_context_free(&writer->expressions);
    dynox__call_complete(writer->call, value);
    writer->call = NULL;
    return future;
}

char *dynox__request_part(const dynox__call *call, size_t offset, size_t size, dynox__arena *arena)
{
    return dynox__decode_copy(arena, call->buffer.data + call->head_room + offset, size);
}

const char dynox__no_answer[] = "the answer has nothing that an answer to this operation has";

dynox__document *dynox__answer_decode(dynox__call *call, dynox__buffer *body, size_t hint, const dynox__field *fields,
                                      size_t field_count, void *result, dynox_error *error)
{
    bool             has_members = memchr(body->data, '"', body->size) != NULL; /* before it is decoded in place */
    dynox__document *made        = dynox__document_decode(body, hint, fields, field_count, result, error);
    if (made && has_members && !made->known) call->mismatch = dynox__no_answer;
    return made;
}

static void separate(dynox__request_writer *writer)
{
    if (writer->has_members) dynox__buffer_byte(writer->json, ',');
    writer->has_members = true;
}

void dynox__request_name(dynox__request_writer *writer, const char *name)
{
    if (writer->error.status != DYNOX_OK) return;
    separate(writer);
    dynox__buffer_byte(writer->json, '"');
    dynox__buffer_text(writer->json, name);
    DYNOX__BUFFER_LITERAL(writer->json, "\":");
}

static void write_text(dynox__request_writer *writer, const char *what, const char *text)
{
    if (!dynox__encode_text(writer->json, text, strlen(text)) && !writer->json->failed)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%s is not valid UTF-8", what);
}

void dynox__request_open(dynox__request_writer *writer, const char *name, char bracket)
{
    if (writer->error.status != DYNOX_OK) return;
    if (name)
        dynox__request_name(writer, name);
    else
        separate(writer);
    dynox__buffer_byte(writer->json, bracket);
    writer->has_members = false;
}

void dynox__request_close(dynox__request_writer *writer, char bracket)
{
    if (writer->error.status == DYNOX_OK) dynox__buffer_byte(writer->json, bracket);
    writer->has_members = true;
}

void dynox__request_element(dynox__request_writer *writer, const char *text)
{
    if (!text) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "a text in a list is missing (NULL)");
        return;
    }
    if (writer->error.status != DYNOX_OK) return;
    separate(writer);
    write_text(writer, "a text in a list", text);
}

void dynox__request_text(dynox__request_writer *writer, const char *name, const char *text)
{
    if (!text || writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, name);
    write_text(writer, name, text);
}

void dynox__request_truth(dynox__request_writer *writer, const char *name, bool truth)
{
    if (!truth || writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, name);
    DYNOX__BUFFER_LITERAL(writer->json, "true");
}

void dynox__request_number(dynox__request_writer *writer, const char *name, uint64_t number)
{
    if (!number || writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, name);
    dynox__buffer_unsigned(writer->json, number);
}

void dynox__request_table(dynox__request_writer *writer, const char *table)
{
    if (!table || !*table) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the table name is missing");
        return;
    }
    dynox__request_text(writer, "TableName", table);
    if (writer->call) dynox__call_resource(writer->call, table);
}

void dynox__request_index(dynox__request_writer *writer, const char *index)
{
    dynox__request_text(writer, "IndexName", index);
    if (writer->call) dynox__call_index(writer->call, index);
}

void dynox__request_item(dynox__request_writer *writer, const char *name, const dynox_item *item)
{
    if (!item)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the %s is missing (NULL)",
                              strcmp(name, "Item") == 0 ? "item" : "key");
    if (writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, name);
    dynox__encode_item(writer->json, item, &writer->error);
}

void dynox__request_struct(dynox__request_writer *writer, const char *name, const dynox__shape *shape,
                           const void *record, const dynox_value *given)
{
    if (writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, name);
    dynox__bind_write(writer->json, shape, record, given, &writer->error);
}

void dynox__request_key(dynox__request_writer *writer, const dynox_item *key)
{
    if (writer->error.status != DYNOX_OK) return;
    size_t start = writer->json->size;
    dynox__request_item(writer, "Key", key);
    if (writer->error.status != DYNOX_OK) return;
    start += strlen(",\"Key\":"); /* the table is before it */
    writer->call->context[0] = start - writer->call->head_room;
    writer->call->context[1] = writer->json->size - start;
}

void dynox__request_capacity(dynox__request_writer *writer, dynox_return_capacity capacity)
{
    if (capacity < writer->capacity && (unsigned)capacity <= DYNOX_CAPACITY_INDEXES) capacity = writer->capacity;
    if (capacity == DYNOX_CAPACITY_TOTAL)
        dynox__request_text(writer, "ReturnConsumedCapacity", "TOTAL");
    else if (capacity == DYNOX_CAPACITY_INDEXES)
        dynox__request_text(writer, "ReturnConsumedCapacity", "INDEXES");
    else if (capacity != DYNOX_CAPACITY_NONE)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "return_capacity has no value %d", (int)capacity);
}

void dynox__request_expression(dynox__request_writer *writer, const char *name, dynox__expr_kind kind,
                               const dynox_expr *expression)
{
    if (!expression || writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, name);
    dynox__buffer_byte(writer->json, '"');
    dynox__expr_write(&writer->expressions, kind, expression, writer->json, &writer->error);
    dynox__buffer_byte(writer->json, '"');
}

void dynox__request_projection(dynox__request_writer *writer, const char *projection)
{
    if (!projection || !*projection || writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, "ProjectionExpression");
    dynox__buffer_byte(writer->json, '"');
    dynox__expr_write_projection(&writer->expressions, projection, writer->json, &writer->error);
    dynox__buffer_byte(writer->json, '"');
}

void dynox__request_placeholders(dynox__request_writer *writer)
{
    if (writer->error.status != DYNOX_OK) return;
    if (dynox__expr_write_names(&writer->expressions, writer->json, &writer->error) == DYNOX_OK)
        dynox__expr_write_values(&writer->expressions, writer->json, &writer->error);
}
