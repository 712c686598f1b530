/* GetItem, PutItem, UpdateItem, DeleteItem. */
#include "base/args.h"
#include "client/core/request.h"
#include "client/core/sync.h"
#include "value/json/decode.h"
#include <dynox/item_operations.h>

/* What an answer about one item may hold. */
typedef struct answer {
    const dynox_item               *item;
    const dynox_capacity           *capacity;
    const dynox_collection_metrics *collection;
} answer;

/* The key as it was sent. */
static dynox_status key_of(const dynox__call *call, dynox__arena *arena, dynox_item *key, dynox_error *error)
{
    char *copy = dynox__request_part(call, call->context[0], call->context[1], arena);
    if (!copy) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return dynox__decode_item(copy, call->context[1], arena, key, error);
}

/* HTTP/1.1 cannot tell whose answer it is, but the item can: what it has of the key is what was asked for. (A
 * projection may have left it out.) */
static dynox_status compare_key(dynox__call *call, dynox__arena *arena, const dynox_item *item, dynox_error *error)
{
    dynox_item   key    = {0};
    dynox_status status = key_of(call, arena, &key, error);
    for (size_t i = 0; status == DYNOX_OK && i < key.count; i++) {
        const dynox_value *value = dynox_item_get(item, key.attributes[i].name);
        if (value && !dynox_value_equal(value, &key.attributes[i].value))
            call->mismatch = "the answer holds an item with another key than the one that was asked for";
    }
    return status;
}

static dynox_status decode(dynox__call *call, const dynox__field *fields, size_t field_count, dynox__buffer *body,
                           dynox__slot *value, dynox__document **document, dynox_error *error)
{
    answer           found = {0};
    dynox__document *made  = dynox__answer_decode(call, body, body->size + 256, fields, field_count, &found, error);
    if (!made) return error->status;
    value->pointer = found.item ? dynox__document_item(made, found.item) : NULL;
    if (found.item && !value->pointer) {
        dynox__shared_release(&made->shared);
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    if (found.item && call->context[1] && compare_key(call, &made->arena, found.item, error) != DYNOX_OK) {
        dynox_item_free(value->pointer);
        value->pointer = NULL;
        dynox__shared_release(&made->shared);
        return error->status;
    }
    call->items               = found.item != NULL;
    made->info.capacity       = found.capacity;
    made->info.capacity_count = found.capacity != NULL;
    made->info.collection     = found.collection;
    *document                 = made;
    return DYNOX_OK;
}

static dynox_status decode_get(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                               dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Item", ITEM, answer, item),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, capacity)};
    return decode(call, fields, sizeof fields / sizeof *fields, body, value, document, error);
}

static dynox_status decode_write(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                                 dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Attributes", ITEM, answer, item),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, capacity),
                                          DYNOX__FIELD("ItemCollectionMetrics", COLLECTION, answer, collection)};
    return decode(call, fields, sizeof fields / sizeof *fields, body, value, document, error);
}

static const dynox__operation get_item = {
    .name = "GetItem", .is_read = true, .type = &dynox_type_item, .decode = decode_get};
static const dynox__operation put_item    = {.name = "PutItem", .type = &dynox_type_item, .decode = decode_write};
static const dynox__operation update_item = {.name = "UpdateItem", .type = &dynox_type_item, .decode = decode_write};
static const dynox__operation delete_item = {.name = "DeleteItem", .type = &dynox_type_item, .decode = decode_write};

/* ---- what writes share ---- */

typedef struct write_options {
    const dynox_expr      *condition;
    dynox_return_values    return_values, return_on_condition_failure;
    bool                   is_update, return_collection_metrics;
    dynox_ambiguous_writes ambiguous_writes;
} write_options;

static void return_values(dynox__request_writer *writer, const write_options *options)
{
    static const char *const names[] = {NULL, "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"};
    unsigned                 wanted  = (unsigned)options->return_values;
    unsigned                 failed  = (unsigned)options->return_on_condition_failure;
    if (wanted > DYNOX_UPDATED_NEW || (!options->is_update && wanted > DYNOX_ALL_OLD))
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "return_values may be DYNOX_RETURN_NONE or DYNOX_ALL_OLD here%s",
                              wanted > DYNOX_UPDATED_NEW ? "" : ": only an update has new values");
    else
        dynox__request_text(writer, "ReturnValues", names[wanted]);
    if (failed > DYNOX_ALL_OLD)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "return_on_condition_failure may be DYNOX_RETURN_NONE or DYNOX_ALL_OLD");
    else
        dynox__request_text(writer, "ReturnValuesOnConditionCheckFailure", names[failed]);
}

static void write_members(dynox__request_writer *writer, const dynox_client *client, const write_options *options)
{
    dynox__request_expression(writer, "ConditionExpression", DYNOX__EXPR_CONDITION, options->condition);
    return_values(writer, options);
    if (options->return_collection_metrics) dynox__request_text(writer, "ReturnItemCollectionMetrics", "SIZE");
    dynox__request_placeholders(writer);
    if (!writer->call) return;
    dynox_ambiguous_writes ambiguous = options->ambiguous_writes ? options->ambiguous_writes : client->ambiguous_writes;
    writer->call->is_write           = true;
    writer->call->ambiguity          = options->condition ? DYNOX__SAFE_TO_REPEAT : DYNOX__AMBIGUOUS;
    writer->call->fail_ambiguous     = ambiguous == DYNOX_AMBIGUOUS_FAIL;
}

#define WRITE_OPTIONS(args, is_update_)                                                                                \
    (&(write_options){.condition                   = (args).condition,                                                 \
                      .return_values               = (args).return_values,                                             \
                      .return_on_condition_failure = (args).return_on_condition_failure,                               \
                      .is_update                   = (is_update_),                                                     \
                      .return_collection_metrics   = (args).return_collection_metrics,                                 \
                      .ambiguous_writes            = (args).ambiguous_writes})

/* ---- the operations ---- */

dynox_future *dynox_get_item_with(dynox_client *client, const dynox_get_item_args *given)
{
    dynox_get_item_args   args;
    dynox__request_writer writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &get_item, &DYNOX__CALL_OPTIONS(args));
    dynox__request_table(&writer, args.table);
    dynox__request_key(&writer, args.key);
    dynox__request_truth(&writer, "ConsistentRead", args.consistent_read);
    dynox__request_projection(&writer, args.projection);
    dynox__request_capacity(&writer, args.return_capacity);
    dynox__request_placeholders(&writer);
    if (writer.call) writer.call->shares = client->single_flight && !args.consistent_read;
    return dynox__request_send(&writer);
}

dynox_future *dynox_put_item_with(dynox_client *client, const dynox_put_item_args *given)
{
    dynox_put_item_args   args;
    dynox__request_writer writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &put_item, &DYNOX__CALL_OPTIONS(args));
    dynox__request_table(&writer, args.table);
    dynox__request_item(&writer, "Item", args.item);
    dynox__request_capacity(&writer, args.return_capacity);
    write_members(&writer, client, WRITE_OPTIONS(args, false));
    return dynox__request_send(&writer);
}

dynox_future *dynox_update_item_with(dynox_client *client, const dynox_update_item_args *given)
{
    dynox_update_item_args args;
    dynox__request_writer  writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &update_item, &DYNOX__CALL_OPTIONS(args));
    dynox__request_table(&writer, args.table);
    dynox__request_key(&writer, args.key);
    if (!args.update) dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "the update expression is missing (NULL)");
    dynox__request_expression(&writer, "UpdateExpression", DYNOX__EXPR_UPDATE, args.update);
    dynox__request_capacity(&writer, args.return_capacity);
    write_members(&writer, client, WRITE_OPTIONS(args, true));
    return dynox__request_send(&writer);
}

dynox_future *dynox_delete_item_with(dynox_client *client, const dynox_delete_item_args *given)
{
    dynox_delete_item_args args;
    dynox__request_writer  writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &delete_item, &DYNOX__CALL_OPTIONS(args));
    dynox__request_table(&writer, args.table);
    dynox__request_key(&writer, args.key);
    dynox__request_capacity(&writer, args.return_capacity);
    write_members(&writer, client, WRITE_OPTIONS(args, false));
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_get_item_with(dynox_client *client, const dynox_get_item_args *given)
{
    dynox_get_item_args args;
    DYNOX__SYNC(client, args, given, dynox_get_item_with, &dynox_type_item);
}

dynox_status dynox_sync_put_item_with(dynox_client *client, const dynox_put_item_args *given)
{
    dynox_put_item_args args;
    DYNOX__SYNC(client, args, given, dynox_put_item_with, &dynox_type_item);
}

dynox_status dynox_sync_update_item_with(dynox_client *client, const dynox_update_item_args *given)
{
    dynox_update_item_args args;
    DYNOX__SYNC(client, args, given, dynox_update_item_with, &dynox_type_item);
}

dynox_status dynox_sync_delete_item_with(dynox_client *client, const dynox_delete_item_args *given)
{
    dynox_delete_item_args args;
    DYNOX__SYNC(client, args, given, dynox_delete_item_with, &dynox_type_item);
}

dynox_item *dynox_future_take_item(dynox_future *future)
{
    dynox_item *item = NULL;
    return dynox_future_take(future, &dynox_type_item, &item) == DYNOX_OK ? item : NULL;
}

const dynox_item *dynox_future_peek_item(dynox_future *future)
{
    return dynox_future_peek(future, &dynox_type_item);
}
