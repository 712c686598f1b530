/* Waiting for a table: a coroutine of our own, on whichever thread the answers arrive. */
#include "base/args.h"
#include "base/clock.h"
#include "client/core/sync.h"
#include <dynox/async.h>
#include <dynox/table.h>
#include <stdio.h>

enum { TIMEOUT_MS = 60000, POLL_MS = 500, LONGEST_NAME = 1024 /* of an ARN, which may stand for the name */ };

typedef struct table_name {
    char text[LONGEST_NAME + 1];
} table_name;

static bool is_active(const dynox_table *table)
{
    return table->status && strcmp(table->status, "ACTIVE") == 0;
}

DYNOX_ASYNC(void *, wait_for_table,
            (dynox_client *client; table_name table; int64_t deadline_ns; int64_t timeout_ms; int64_t poll_ms;),
            (dynox_client *held; dynox_table *described; char status[40]; int64_t left_ms; dynox_error timeout;))
{
    DYNOX_BEGIN
    my->held = dynox__client_acquire(my->client); /* the program may free it while this sleeps */
    snprintf(my->status, sizeof my->status, "not there yet");
    for (;;) {
        my->left_ms = (my->deadline_ns - dynox__now_ns()) / DYNOX__MS;
        if (my->left_ms <= 0) {
            dynox_error_set(&my->timeout, DYNOX_E_TIMEOUT,
                            "table \"%s\" did not become ACTIVE within %lld ms; it is %s", my->table.text,
                            (long long)my->timeout_ms, my->status);
            DYNOX_THROW_ERROR(&my->timeout);
        }
        DYNOX_TRY(my->described, dynox_describe_table(my->client, my->table.text, .deadline_ms = my->left_ms)) {
            if (DYNOX_ERR == DYNOX_E_TIMEOUT) continue;
            if (DYNOX_ERR != DYNOX_E_NOT_FOUND) DYNOX_RETHROW;
        }
        if (my->described) {
            bool active = is_active(my->described);
            snprintf(my->status, sizeof my->status, "%s",
                     my->described->status ? my->described->status : "without a status");
            dynox_table_free(my->described);
            my->described = NULL;
            if (active) DYNOX_RETURN(NULL);
        }
        my->left_ms = (my->deadline_ns - dynox__now_ns()) / DYNOX__MS;
        DYNOX_AWAIT_VOID(dynox_sleep(my->poll_ms < my->left_ms ? my->poll_ms : my->left_ms));
    }
    DYNOX_FINALLY
    dynox_table_free(my->described);
    dynox__client_release(my->held);
    DYNOX_END
}

static dynox_future *refuse(const char *message)
{
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_ARGUMENT, "%s", message);
    return dynox__future_failed_with(&error);
}

dynox_future *dynox_wait_for_table_active_with(dynox_client *client, const dynox_wait_args *given)
{
    dynox_wait_args args;
    dynox_error     error = {0};
    table_name      name;
    if (dynox__args_read(&args, sizeof args, given, &error) != DYNOX_OK) return dynox__future_failed_with(&error);
    if (args.error) return refuse(".error is for the sync_ form; ask the future instead");
    if (!args.table || !*args.table) return refuse("the table name is missing");
    if (strlen(args.table) > LONGEST_NAME) return refuse("the table name is longer than 1024 bytes");
    snprintf(name.text, sizeof name.text, "%s", args.table);
    int64_t timeout_ms = args.timeout_ms > 0 ? args.timeout_ms : TIMEOUT_MS;
    return DYNOX_CALL_ON(dynox_executor_inline(), wait_for_table, .client = client, .table = name,
                         .deadline_ns = dynox__deadline_after(dynox__now_ns(), timeout_ms), .timeout_ms = timeout_ms,
                         .poll_ms = args.poll_ms > 0 ? args.poll_ms : POLL_MS);
}

dynox_status dynox_sync_wait_for_table_active_with(dynox_client *client, const dynox_wait_args *given)
{
    dynox_wait_args args;
    dynox__sync     sync = {0};
    dynox__args_read(&args, sizeof args, given, &sync.refusal);
    sync.error = DYNOX__ARGS_FIELD(args, given, error);
    args.error = NULL;
    if (!dynox__sync_allowed(&sync, client)) return dynox__sync_refuse(&sync);
    return dynox__sync_join(&sync, dynox_wait_for_table_active_with(client, &args));
}
