/* Tables of models: creating them, alone or for several models together, deleting them, and asking for them. */
#include "base/alloc.h"
#include "base/clock.h"
#include "model/table_plan.h"
#include <dynox/async.h>
#include <dynox/wait.h>

enum { POLL_MS = 100 };

/* ---- start, then wait ---- */

/* How long may the wait take, of a call that began then? As dynox_wait_args.timeout_ms has it. */
static int64_t wait_ms(int64_t deadline_ms, int64_t began_ns)
{
    if (deadline_ms <= 0) return deadline_ms;
    int64_t left = deadline_ms - (dynox__now_ns() - began_ns) / DYNOX__MS;
    return left > 0 ? left : 1;
}

static dynox_future *wait_for(dynox_client *client, const char *table, dynox_until until, int64_t timeout_ms,
                              const char *correlation_id, const char *traceparent)
{
    return dynox_wait_with(client, &(dynox_wait_args){.size           = sizeof(dynox_wait_args),
                                                      .resource       = table,
                                                      .until          = until,
                                                      .poll_ms        = POLL_MS,
                                                      .timeout_ms     = timeout_ms,
                                                      .correlation_id = correlation_id,
                                                      .traceparent    = traceparent});
}

/* One of the two starts it. Both, and `table`, are the caller's, and not looked at behind the first await. */
DYNOX_ASYNC(void *, change_table,
            (dynox_client *client; const dynox_create_table_args *create; const dynox_table_args *remove;
             const char *table, *correlation_id, *traceparent; int64_t deadline_ms;),
            (dynox_client *held; char *name, *id, *trace; dynox_table *described; int64_t began_ns; dynox_until until;))
{
    DYNOX_BEGIN
    my->held     = dynox__client_acquire(my->client); /* the program may free it while this waits */
    my->name     = dynox__strdup(my->table);
    my->id       = dynox__strdup(my->correlation_id);
    my->trace    = dynox__strdup(my->traceparent);
    my->began_ns = dynox__now_ns();
    my->until    = my->create ? DYNOX_UNTIL_TABLE_ACTIVE : DYNOX_UNTIL_TABLE_GONE;
    if (!my->name || (my->correlation_id && !my->id) || (my->traceparent && !my->trace)) DYNOX_THROW(DYNOX_E_NO_MEMORY);
    DYNOX_AWAIT(my->described, my->create ? dynox_create_table_with(my->held, my->create)
                                          : dynox_delete_table_with(my->held, my->remove));
    DYNOX_AWAIT_VOID(
        wait_for(my->held, my->name, my->until, wait_ms(my->deadline_ms, my->began_ns), my->id, my->trace));
    DYNOX_FINALLY
    dynox_table_free(my->described);
    dynox__free(my->name);
    dynox__free(my->id);
    dynox__free(my->trace);
    dynox__client_release(my->held);
    DYNOX_END
}

/* The names of calls that are refused: the log and observers hear of them, too. */
static const dynox__operation create_table = {.name = "CreateTable"}, delete_table = {.name = "DeleteTable"},
                              describe_table = {.name = "DescribeTable"};

#define CALL_FIELDS(with)                                                                                              \
    .max_attempts = (with)->max_attempts, .attempt_timeout_ms = (with)->attempt_timeout_ms,                            \
    .deadline_ms = (with)->deadline_ms, .correlation_id = (with)->correlation_id, .traceparent = (with)->traceparent,  \
    .node_key = (with)->node_key, .hedge = (with)->hedge

/* ---- creating ---- */

static dynox_future *create(const dynox__typed_call *call, const dynox__table_plan *plan)
{
    const dynox_with             *with = &call->with;
    const dynox_create_table_args args = {.size               = sizeof args,
                                          .table              = plan->table,
                                          .partition_key      = plan->partition_key,
                                          .sort_key           = plan->sort_key,
                                          .global_indexes     = plan->indexes,
                                          .global_index_count = plan->globals,
                                          .local_indexes      = plan->indexes + plan->globals,
                                          .local_index_count  = plan->count - plan->globals,
                                          CALL_FIELDS(with)};
    return DYNOX_CALL_ON(dynox_executor_inline(), change_table, .client = call->client, .create = &args,
                         .table = plan->table, .correlation_id = with->correlation_id, .traceparent = with->traceparent,
                         .deadline_ms = with->deadline_ms);
}

static const dynox_model *first_of(dynox_models models)
{
    return models.count && models.at ? models.at[0] : NULL;
}

dynox_future *dynox_create_table_of(dynox_client *client, dynox_models models, const dynox_with *with)
{
    dynox__typed_call  call;
    dynox_future      *future = NULL;
    dynox__table_plan *plan   = dynox__calloc(sizeof *plan);
    dynox__typed_call_begin(&call, "create_table", first_of(models), client, with, DYNOX__WITH_TABLE);
    if (!plan) dynox_error_set(&call.error, DYNOX_E_NO_MEMORY, "out of memory");
    if (plan && call.error.status == DYNOX_OK && dynox__table_plan_add(plan, models, call.with.table, &call.error))
        future = create(&call, plan);
    if (!future) future = dynox__typed_call_refused(&call, &create_table);
    dynox__typed_call_end(&call);
    if (plan) dynox__table_plan_free(plan);
    dynox__free(plan);
    return future;
}

dynox_status dynox_sync_create_table_of(dynox_client *client, dynox_models models, const dynox_with *with)
{
    DYNOX__TYPED_SYNC(first_of(models), client, NULL, NULL, with,
                      dynox_create_table_of(self.client, models, &self.with));
}

dynox_future *dynox_model_create_table(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    return dynox_create_table_of(client, (dynox_models){&model, 1}, with);
}

/* ---- the rest ---- */

dynox_future *dynox_model_delete_table(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    dynox__typed_call call;
    dynox_future     *future;
    dynox__typed_call_begin(&call, "delete_table", model, client, with, DYNOX__WITH_TABLE);
    if (call.error.status == DYNOX_OK) {
        const char            *table = dynox__typed_call_table(&call);
        const dynox_table_args args  = {.size = sizeof args, .table = table, CALL_FIELDS(&call.with)};
        future = DYNOX_CALL_ON(dynox_executor_inline(), change_table, .client = call.client, .remove = &args,
                               .table = table, .correlation_id = call.with.correlation_id,
                               .traceparent = call.with.traceparent, .deadline_ms = call.with.deadline_ms);
    } else {
        future = dynox__typed_call_refused(&call, &delete_table);
    }
    dynox__typed_call_end(&call);
    return future;
}

dynox_future *dynox_model_table_exists(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    dynox__typed_call call;
    dynox_future     *future;
    dynox__typed_call_begin(&call, "table_exists", model, client, with, DYNOX__WITH_TABLE);
    if (call.error.status == DYNOX_OK)
        future =
            dynox_table_exists_with(call.client, &(dynox_table_exists_args){.size  = sizeof(dynox_table_exists_args),
                                                                            .table = dynox__typed_call_table(&call),
                                                                            CALL_FIELDS(&call.with)});
    else
        future = dynox__typed_call_refused(&call, &describe_table);
    dynox__typed_call_end(&call);
    return future;
}
