/* DescribeTable, DeleteTable, and whether a table exists. */
#include "client/table/table.h"
#include "base/args.h"
#include "client/core/request.h"
#include "client/core/sync.h"
#include "value/json_c/control.h"

/* The request may name it by its ARN, which ends with the name. */
static bool is_asked_for(const dynox__call *call, const dynox_table *table)
{
    size_t      length, own = table->name ? strlen(table->name) : 0;
    const char *asked = dynox__call_table(call, &length);
    if (!asked || !own) return true;
    if (own < length && asked[length - own - 1] != '/') return false;
    return own <= length && memcmp(asked + length - own, table->name, own) == 0;
}

static dynox_status decode(dynox__call *call, const char *member, dynox__buffer *body, dynox__slot *value,
                           dynox__document **document, dynox_error *error)
{
    dynox_table *table  = NULL;
    dynox_status status = dynox__control_table(body->data, body->size, member, &table, document, error);
    value->pointer      = table;
    if (table && !is_asked_for(call, table)) call->mismatch = "the answer is about another table";
    return status;
}

dynox_status dynox__decode_table_description(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                             dynox__document **document, dynox_error *error)
{
    return decode(call, "TableDescription", body, value, document, error);
}

dynox_status dynox__decode_control(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                   dynox__document **document, dynox_error *error)
{
    const dynox__control_operation *self = (const dynox__control_operation *)(const void *)call->operation;
    return dynox__control_read(self->kind, body->data, body->size, self->member, &value->pointer, document, error);
}

static dynox_status decode_described(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                     dynox__document **document, dynox_error *error)
{
    return decode(call, "Table", body, value, document, error);
}

static const dynox__operation describe_table = {
    .name = "DescribeTable", .type = &dynox_type_table, .decode = decode_described};
static const dynox__operation delete_table = {
    .name = "DeleteTable", .type = &dynox_type_table, .decode = dynox__decode_table_description};

static dynox_future *start(dynox_client *client, const char *table, const dynox__operation *operation,
                           const dynox__call_options *options, dynox_error *error)
{
    dynox__request_writer writer = {.error = *error};
    dynox__request_begin(&writer, client, operation, options);
    dynox__request_table(&writer, table);
    if (writer.call) writer.call->is_write = operation == &delete_table;
    return dynox__request_send(&writer);
}

dynox_future *dynox__describe_table(dynox_client *client, const char *table, const dynox__call_options *options)
{
    return start(client, table, &describe_table, options, &(dynox_error){0});
}

static dynox_future *start_given(dynox_client *client, const dynox_table_args *given, const dynox__operation *operation)
{
    dynox_table_args args;
    dynox_error      error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    return start(client, args.table, operation, &DYNOX__CALL_OPTIONS(args), &error);
}

dynox_future *dynox_describe_table_with(dynox_client *client, const dynox_table_args *args)
{
    return start_given(client, args, &describe_table);
}

dynox_future *dynox_delete_table_with(dynox_client *client, const dynox_table_args *args)
{
    return start_given(client, args, &delete_table);
}

dynox_status dynox_sync_describe_table_with(dynox_client *client, const dynox_table_args *given)
{
    dynox_table_args args;
    DYNOX__SYNC(client, args, given, dynox_describe_table_with, &dynox_type_table);
}

dynox_status dynox_sync_delete_table_with(dynox_client *client, const dynox_table_args *given)
{
    dynox_table_args args;
    DYNOX__SYNC(client, args, given, dynox_delete_table_with, &dynox_type_table);
}

/* ---- exists ---- */

static dynox_outcome yes(dynox_future *future, void *arg)
{
    (void)future;
    (void)arg;
    return dynox_ok_bool(true);
}

static dynox_outcome no_if_not_found(dynox_future *future, void *arg)
{
    (void)arg;
    return dynox_future_error(future) == DYNOX_E_NOT_FOUND ? dynox_ok_bool(false) : dynox_pass();
}

dynox_future *dynox_table_exists_with(dynox_client *client, const dynox_table_exists_args *given)
{
    dynox_table_exists_args args;
    dynox_error             error = {0};
    if (dynox__args_read(&args, sizeof args, given, &error) != DYNOX_OK) return dynox__future_failed_with(&error);
    if (args.out || args.error || args.info) {
        dynox_error_set(&error, DYNOX_E_ARGUMENT,
                        ".out, .error and .info are for the sync_ form; ask the future instead");
        return dynox__future_failed_with(&error);
    }
    dynox_future *described = dynox_describe_table(
        client, args.table, .max_attempts = args.max_attempts, .attempt_timeout_ms = args.attempt_timeout_ms,
        .deadline_ms = args.deadline_ms, .correlation_id = args.correlation_id, .traceparent = args.traceparent);
    return dynox_then(described, yes, NULL, .on_error = no_if_not_found, .on = dynox_executor_inline());
}

dynox_status dynox_sync_table_exists_with(dynox_client *client, const dynox_table_exists_args *given)
{
    dynox_table_exists_args args;
    DYNOX__SYNC(client, args, given, dynox_table_exists_with, &dynox_type_bool);
}
