/* The records of many keys: a batch of the client, whose items become records. */
#include "client/batch/batch.h"
#include "model/list.h"
#include "model/load.h"
#include "model/records.h"
#include <string.h>

/* ---- the future: that of the batch, and what comes of its items ---- */

typedef struct get_many {
    dynox_future        future; /* first */
    dynox__continuation continuation;
    dynox__pin          batch; /* owns what it waits for, so that a cancel can go there */
    dynox__sent_before  sent;
    dynox__loading      loading;
    dynox_info          info;
} get_many;

static get_many *many_of(const dynox_future *future)
{
    return (get_many *)(uintptr_t)future;
}

static void cancel(dynox_future *future)
{
    dynox__pin_cancel(&many_of(future)->batch);
}

static void destroy(dynox_future *future)
{
    dynox_info_clear(&many_of(future)->info);
    dynox__free(many_of(future));
}

static void describe(dynox_future *future, FILE *to, int depth)
{
    dynox__future_describe(dynox__pin_peek(&many_of(future)->batch), to, depth);
}

static bool needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    return dynox__pin_needs(&many_of(future)->batch, executor, depth);
}

static dynox_future *sent(dynox_future *future, dynox__sent *sum, int depth)
{
    (void)depth;
    return dynox__sent_add(sum, &many_of(future)->sent, &many_of(future)->batch);
}

static const dynox_info *info(const dynox_future *future)
{
    return &many_of(future)->info;
}

static const dynox__future_class many_class = {.name     = "batch of records",
                                               .cancel   = cancel,
                                               .destroy  = destroy,
                                               .describe = describe,
                                               .needs    = needs,
                                               .sent     = sent,
                                               .info     = info};

/* ---- items become records ---- */

/* Takes the items over. NULL: *error tells why. */
static dynox_records *list_of(const dynox__loading *loading, dynox_items *items, dynox_error *error)
{
    dynox__gathered gathered = {0};
    dynox_records  *list     = NULL;
    size_t          count    = items->count;
    dynox__block   *block    = NULL;
    if (dynox__gather_room(&gathered, count ? count : 1))
        block = dynox__load_many(loading, items, gathered.at, error);
    else {
        dynox_items_free(items);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    if (block && dynox__gather_block(&gathered, block)) {
        gathered.count = count;
        list           = dynox__gathered_list(&gathered);
    }
    if (block && !list) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox__block_release(block);
    dynox__gathered_free(&gathered);
    return list;
}

static void settle(get_many *self, dynox_records *list, dynox_status status, dynox__failure *failure)
{
    dynox__future_fulfil(&self->future, (dynox__slot){.pointer = list}, NULL, status,
                         dynox__failure_if_cancelled(status, failure, &self->sent));
}

static void items_came(dynox_future *batch, dynox__continuation *continuation)
{
    get_many    *self   = DYNOX__CONTAINER(continuation, get_many, continuation);
    dynox_items *items  = NULL;
    dynox_error  error  = {0};
    dynox_status status = dynox_future_take(batch, &dynox_type_items, &items);
    dynox__sent_keep(&self->sent, &self->batch);
    if (status != DYNOX_OK) {
        dynox__failure *failure = dynox__failure_acquire(dynox__future_failure(batch));
        dynox_future_release(batch);
        settle(self, NULL, status, failure);
        return;
    }
    dynox_info_copy(&self->info, dynox_future_info(batch));
    dynox_future_release(batch);
    dynox_records *list = list_of(&self->loading, items, &error);
    status              = error.status;
    settle(self, list, status, status == DYNOX_OK ? NULL : dynox__failure_new(&error));
    dynox_error_clear(&error);
}

/* Consumes the batch. */
static dynox_future *load_when_done(dynox_future *batch, const dynox__loading *loading)
{
    get_many *self = dynox__calloc(sizeof *self);
    if (!self) {
        dynox_future_drop(&batch);
        return dynox__future_failed(DYNOX_E_NO_MEMORY);
    }
    self->loading         = *loading;
    self->continuation.fn = items_came;
    self->continuation.on = dynox_executor_inline();
    atomic_init(&self->batch, (uintptr_t)batch);
    dynox__future_init(&self->future, &many_class, loading->model->declared->list_type, 2);
    self->future.home    = batch->home;
    dynox_future *future = &self->future;
    dynox__future_attach(batch, &self->continuation);
    return future;
}

/* ---- the request ---- */

/* What the batch is asked for; needed until it is made. */
typedef struct request {
    dynox_room    room;
    dynox__buffer projection;
    dynox_read   *reads;
} request;

static void add_key(const dynox__typed_call *call, request *to, size_t i, const void *key, dynox_error *error)
{
    dynox_named_value *parts = dynox__arena_alloc(&to->room.arena, 2 * sizeof *parts);
    dynox_item        *item  = dynox__arena_alloc(&to->room.arena, sizeof *item);
    if (!parts || !item)
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    else if (!key)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "%s_batch_get: key %zu is missing (NULL)", call->model->name, i + 1);
    else
        dynox__key_of(call->model, key, &to->room, parts, item, error);
    if (error->status != DYNOX_OK) return;
    to->reads[i] = (dynox_read){.table           = dynox__typed_call_table(call),
                                .key             = item,
                                .projection      = to->projection.data,
                                .consistent_read = call->with.consistent_read || call->model->consistent_read};
}

static void make_request(dynox__typed_call *call, request *to, const void *const *keys, size_t count)
{
    if (count && !keys) {
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_batch_get: the keys are missing (NULL)", call->model->name);
        return;
    }
    if (call->error.status == DYNOX_OK && call->with.projection)
        dynox__projection_text(call->model, call->with.projection, &to->projection, &call->error);
    if (call->error.status != DYNOX_OK) return;
    to->reads = dynox__malloc_array(count ? count : 1, sizeof *to->reads);
    if (!to->reads) {
        dynox_error_set(&call->error, DYNOX_E_NO_MEMORY, "out of memory");
        return;
    }
    for (size_t i = 0; i < count && call->error.status == DYNOX_OK; i++)
        add_key(call, to, i, keys[i], &call->error);
}

static void end_request(request *made)
{
    dynox__free(made->reads);
    dynox__buffer_free(&made->projection);
    dynox__room_free(&made->room);
}

static dynox_future *send(const dynox__typed_call *call, const request *made, size_t count)
{
    const dynox_with *with = &call->with;
    return dynox_batch_get_with(call->client, &(dynox_batch_get_args){.size            = sizeof(dynox_batch_get_args),
                                                                      .reads           = {made->reads, count},
                                                                      .return_capacity = with->return_capacity,
                                                                      .max_attempts    = with->max_attempts,
                                                                      .attempt_timeout_ms = with->attempt_timeout_ms,
                                                                      .deadline_ms        = with->deadline_ms,
                                                                      .node_key           = with->node_key,
                                                                      .hedge              = with->hedge,
                                                                      .correlation_id     = with->correlation_id,
                                                                      .traceparent        = with->traceparent,
                                                                      .error              = with->error,
                                                                      .info               = with->info});
}

enum {
    BATCH_GET =
        DYNOX__WITH_PROJECTION | DYNOX__WITH_CONSISTENT | DYNOX__WITH_READ_ONLY | DYNOX__WITH_HOOKS | DYNOX__WITH_TABLE
};

dynox_future *dynox_model_batch_get(dynox_client *client, const dynox_model *model, const void *const *keys,
                                    size_t count, const dynox_with *with)
{
    dynox__typed_call call;
    request           made = {0};
    dynox_future     *future;
    dynox__typed_call_begin(&call, "batch_get", model, client, with, BATCH_GET);
    if (call.error.status == DYNOX_OK) make_request(&call, &made, keys, count);
    const dynox__loading loading = {.model      = call.model,
                                    .read_only  = call.with.read_only,
                                    .is_partial = call.with.projection != NULL,
                                    .skip_hooks = call.error.status == DYNOX_OK && !dynox__typed_call_hooks(&call)};
    future                       = call.error.status == DYNOX_OK ? load_when_done(send(&call, &made, count), &loading)
                                                                 : dynox__typed_call_refused(&call, dynox__batch_operation(false));
    end_request(&made);
    dynox__typed_call_end(&call);
    return future;
}
