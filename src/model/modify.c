/* Modify: load, change, save; and again when somebody else was faster. */
#include "base/random.h"
#include "model/record.h"
#include "model/with.h"
#include <dynox/async.h>
#include <string.h>

enum { USUAL_TRIES = 8, FIRST_WAIT_MS = 25, LONGEST_WAIT_MS = 2000 };

enum { MODIFY = DYNOX__WITH_CONDITION | DYNOX__WITH_TRIES | DYNOX__WITH_HOOKS | DYNOX__WITH_WRITE | DYNOX__WITH_TABLE };

/* What it works on; everything in it is a copy. */
typedef struct modify {
    const dynox_model *model;
    dynox_client      *client; /* a reference */
    void              *key;
    void              *record; /* the one that is being changed; NULL: none */
    dynox_change_fn   *apply;
    void              *change;
    dynox_with         with; /* of the writes */
    dynox_expr        *condition;
    char              *table;
    uint32_t           tries;
} modify;

static void modify_free(modify *self)
{
    if (!self) return;
    dynox_model_free(self->model, self->record);
    dynox_model_free(self->model, self->key);
    dynox_expr_free(self->condition);
    dynox__free(self->table);
    dynox__free(self->change);
    dynox__client_release(self->client);
    dynox__free(self);
}

static bool copy(modify *self, const dynox__typed_call *call, const void *key, const void *change, size_t size)
{
    self->with                = call->with;
    self->with.size           = sizeof self->with;
    self->with.tries          = 0;
    self->with.correlation_id = self->with.traceparent = self->with.node_key = NULL; /* borrowed; of one call only */
    self->key    = dynox_model_copy(call->model->declared, key);
    self->change = dynox__malloc(size ? size : 1);
    self->table  = dynox__strdup(call->with.table);
    if (call->with.condition) self->condition = dynox__expr_copy(call->with.condition);
    self->with.condition = self->condition;
    self->with.table     = self->table;
    if (self->change && size) memcpy(self->change, change, size);
    return self->key && self->change && (self->table || !call->with.table);
}

static modify *modify_new(dynox__typed_call *call, const void *key, dynox_change_fn *apply, const void *change,
                          size_t size)
{
    modify *self = dynox__calloc(sizeof *self);
    if (!self) return NULL;
    self->model  = call->model->declared;
    self->client = dynox__client_acquire(call->client);
    self->apply  = apply;
    self->tries  = call->with.tries ? call->with.tries : USUAL_TRIES;
    if (copy(self, call, key, change, size)) return self;
    modify_free(self);
    return NULL;
}

static void check(dynox__typed_call *call, const void *key, dynox_change_fn *apply)
{
    if (call->error.status != DYNOX_OK) return;
    if (!key || !apply)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_modify: the %s is missing (NULL)", call->model->name,
                        key ? "change" : "key");
    else if (!call->model->version)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT,
                        "%s_modify: without a DYNOX_VERSION nobody would notice that somebody else was faster",
                        call->model->name);
}

/* Is it the version, and not the program's own condition, or nothing at all? Nor a write whose answer was lost: if that
 * was done, the next try would make the change twice. */
static bool was_overtaken(const modify *self, const dynox_error *error)
{
    const dynox__model *model = dynox__model_of(self->model, NULL);
    if (!error || error->status != DYNOX_E_CONDITION_FAILED || error->may_have_applied) return false;
    if (!model || !self->record) return false;
    if (!error->item) return !self->condition; /* gone, which the next load tells, or the server does not say */
    const dynox_value *stored = dynox_item_get(error->item, model->version->name);
    return !stored || dynox_value_as_int(stored) != dynox__member_int(model->version, self->record);
}

/* Full jitter: anything up to a bound that doubles (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
static int64_t wait_ms(uint32_t tried)
{
    int64_t bound = FIRST_WAIT_MS;
    for (uint32_t i = 1; i < tried && bound < LONGEST_WAIT_MS; i++)
        bound *= 2;
    return (int64_t)(dynox__random() % (uint64_t)(bound + 1));
}

static dynox_status change_record(modify *self, dynox_error *error)
{
    if (!self->record)
        return dynox_error_set(error, DYNOX_E_NOT_FOUND, "%s: there is no record to modify", self->model->shape.name);
    dynox_status status = self->apply(self->record, self->change, error);
    if (status == DYNOX_OK)
        dynox_error_clear(error); /* it may have used it on the way */
    else if (error->status != status)
        dynox_error_set(error, status, "%s: the change was refused", self->model->shape.name);
    return status;
}

/* ---- step by step ---- */

/* On the callback executor, since the program's change and its hooks run here. */
static dynox_outcome loaded(dynox_future *future, void *arg)
{
    modify     *self  = arg;
    dynox_error error = {0};
    if (dynox_future_take(future, self->model->type, &self->record) != DYNOX_OK) return dynox_pass();
    if (change_record(self, &error) == DYNOX_OK) return dynox_ok(NULL, NULL);
    dynox_outcome outcome = dynox_fail_with(&error);
    dynox_error_clear(&error);
    return outcome;
}

static dynox_outcome came_home(dynox_future *future, void *arg)
{
    (void)arg;
    dynox_future_take(future, NULL, NULL);
    return dynox_ok(NULL, NULL);
}

static dynox_future *load(modify *self)
{
    dynox_with with = {.size               = sizeof with,
                       .table              = self->with.table,
                       .consistent_read    = true,
                       .skip_hooks         = self->with.skip_hooks,
                       .run_hooks          = self->with.run_hooks,
                       .max_attempts       = self->with.max_attempts,
                       .attempt_timeout_ms = self->with.attempt_timeout_ms,
                       .deadline_ms        = self->with.deadline_ms};
    dynox_model_free(self->model, self->record);
    self->record = NULL;
    return dynox_then(dynox_model_get(self->client, self->model, self->key, &with), loaded, self);
}

static dynox_future *save(modify *self)
{
    return dynox_then(dynox_model_save(self->client, self->model, self->record, &self->with), came_home, NULL);
}

DYNOX_ASYNC(void *, modify_steps,
            (dynox__typed_call *call; const void *key; dynox_change_fn *apply; const void *change; size_t size;),
            (modify *self; uint32_t tried; bool overtaken;))
{
    DYNOX_BEGIN
    my->self = modify_new(my->call, my->key, my->apply, my->change, my->size); /* nothing else of it lives longer */
    if (!my->self) DYNOX_THROW(DYNOX_E_NO_MEMORY);
    do {
        if (my->overtaken) DYNOX_AWAIT_VOID(dynox_sleep(wait_ms(my->tried)));
        my->tried++;
        my->overtaken = false;
        DYNOX_AWAIT_VOID(load(my->self));
        /* A cancel that came while the change was at work: an await begins what it waits for also then, but here that
         * is nothing. */
        DYNOX_AWAIT_VOID(dynox_future_of(dynox_ok(NULL, NULL)));
        DYNOX_TRY_VOID(save(my->self)) {
            if (my->tried >= my->self->tries || !was_overtaken(my->self, DYNOX_ERROR)) DYNOX_RETHROW;
            my->overtaken = true;
        }
    } while (my->overtaken);
    DYNOX_FINALLY
    modify_free(my->self);
    DYNOX_END
}

dynox_future *dynox_model_modify(dynox_client *client, const dynox_model *model, const void *key,
                                 dynox_change_fn *apply, const void *change, size_t size, const dynox_with *with)
{
    dynox__typed_call call;
    dynox_future     *future;
    dynox__typed_call_begin(&call, "modify", model, client, with, MODIFY);
    check(&call, key, apply);
    if (call.error.status == DYNOX_OK)
        future = DYNOX_CALL_ON(dynox_executor_inline(), modify_steps, .call = &call, .key = key, .apply = apply,
                               .change = change, .size = size);
    else
        future = dynox__future_failed_with(&call.error);
    dynox__typed_call_end(&call);
    return future;
}

/* ---- the twin: each step a call of its own, and the change on this thread ---- */

static dynox_status try_once(modify *self, bool *overtaken)
{
    dynox_error *error = self->with.error;
    dynox_with   read  = {.size               = sizeof read,
                          .table              = self->with.table,
                          .deadline_ms        = self->with.deadline_ms,
                          .skip_hooks         = self->with.skip_hooks,
                          .run_hooks          = self->with.run_hooks,
                          .max_attempts       = self->with.max_attempts,
                          .attempt_timeout_ms = self->with.attempt_timeout_ms,
                          .error              = error,
                          .consistent_read    = true};
    dynox_model_free(self->model, self->record);
    self->record        = NULL;
    dynox_status status = dynox_model_sync_get(self->client, self->model, self->key, &self->record, &read);
    if (status == DYNOX_OK) status = change_record(self, error);
    if (status != DYNOX_OK) return status;
    status     = dynox_model_sync_save(self->client, self->model, self->record, &self->with);
    *overtaken = status != DYNOX_OK && was_overtaken(self, error);
    return status;
}

static dynox_status try_often(modify *self)
{
    for (uint32_t tried = 1;; tried++) {
        bool         overtaken = false;
        dynox_status status    = try_once(self, &overtaken);
        if (!overtaken || tried >= self->tries) return status;
        status = dynox_join_void(dynox_sleep(wait_ms(tried)), .error = self->with.error);
        if (status != DYNOX_OK) return status;
    }
}

dynox_status dynox_model_sync_modify(dynox_client *client, const dynox_model *model, const void *key,
                                     dynox_change_fn *apply, const void *change, size_t size, const dynox_with *with)
{
    dynox__typed_sync sync;
    dynox__typed_call call;
    dynox_error       own = {0};
    if (!dynox__typed_sync_begin(&sync, model, client, NULL, NULL, with)) return dynox__sync_refuse(&sync.sync);
    dynox__call_await(NULL); /* what comes is more than one call */
    dynox__typed_call_begin(&call, "modify", model, sync.client, &sync.with, MODIFY);
    check(&call, key, apply);
    modify *self = call.error.status == DYNOX_OK ? modify_new(&call, key, apply, change, size) : NULL;
    if (!self && call.error.status == DYNOX_OK) dynox_error_set(&call.error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox_error_copy(&sync.sync.refusal, &call.error);
    dynox__typed_call_end(&call);
    dynox_status status = DYNOX_OK;
    if (self) {
        self->with.error = sync.sync.error ? sync.sync.error : &own;
        status           = try_often(self);
    }
    modify_free(self);
    dynox__client_release(sync.client);
    dynox_error_clear(&own);
    return sync.sync.refusal.status == DYNOX_OK ? status : dynox__sync_refuse(&sync.sync);
}
