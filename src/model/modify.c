/* Modify: load, change, save; and again when somebody else was faster. */
#include "async/combine/then.h"
#include "base/random.h"
#include "model/record.h"
#include "model/with.h"
#include <string.h>

enum { USUAL_TRIES = 8, FIRST_WAIT_MS = 25, LONGEST_WAIT_MS = 2000 };

enum { MODIFY = DYNOX__WITH_CONDITION | DYNOX__WITH_TRIES | DYNOX__WITH_HOOKS | DYNOX__WITH_WRITE | DYNOX__WITH_TABLE };

/* Lives until the chain of futures has come to its end. */
typedef struct modify {
    const dynox_model *model;
    dynox_client      *client; /* a reference */
    void              *key;    /* a copy */
    void              *record; /* the one that is being changed; NULL: none */
    dynox_change_fn   *apply;
    void              *change; /* a copy */
    dynox_with         with;   /* of the reads and writes: its texts and its condition are copies */
    dynox_expr        *condition;
    char              *table;
    uint32_t           tries, tried;
} modify;

static void modify_free(modify *self)
{
    dynox_model_free(self->model, self->record);
    dynox_model_free(self->model, self->key);
    dynox_expr_free(self->condition);
    dynox__free(self->table);
    dynox__free(self->change);
    dynox__client_release(self->client);
    dynox__free(self);
}

static void end(void *self)
{
    modify_free(self);
}

/* The next step, which ends all if it cannot be taken. */
static dynox_future *then(dynox_future *consumed, dynox_then_fn on_value, dynox_then_fn on_error, modify *self,
                          dynox_executor *on)
{
    const dynox_then_args args = {sizeof args, on_value, self, on_error, on};
    return dynox__then(consumed, &args, end);
}

static dynox_outcome end_with(modify *self, dynox_outcome outcome)
{
    modify_free(self);
    return outcome;
}

static dynox_outcome end_with_error(modify *self, dynox_error *error)
{
    dynox_outcome outcome = dynox_fail_with(error);
    dynox_error_clear(error);
    return end_with(self, outcome);
}

/* Is it the version, and not the program's own condition, or nothing at all? */
static bool was_overtaken(const modify *self, const dynox_error *error)
{
    const dynox__model *model = dynox__model_of(self->model, NULL);
    if (!error || error->status != DYNOX_E_CONDITION_FAILED || !error->item || !model) return false;
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

static dynox_future *attempt(modify *self);

static dynox_outcome again(dynox_future *future, void *arg)
{
    modify *self = arg;
    (void)future;
    dynox_model_free(self->model, self->record);
    self->record = NULL;
    return dynox_continue(attempt(self));
}

static dynox_outcome given_up(dynox_future *future, void *arg)
{
    (void)future;
    return end_with(arg, dynox_pass());
}

static dynox_outcome saved(dynox_future *future, void *arg)
{
    dynox_future_take(future, NULL, NULL); /* it comes home to the record, for whose hooks this is the end */
    return end_with(arg, dynox_ok(NULL, NULL));
}

static dynox_outcome not_saved(dynox_future *future, void *arg)
{
    modify *self = arg;
    if (self->tried >= self->tries || !was_overtaken(self, dynox_future_details(future)))
        return end_with(self, dynox_pass());
    return dynox_continue(then(dynox_sleep(wait_ms(self->tried)), again, given_up, self, dynox_executor_inline()));
}

static dynox_status run_change(const dynox_model *model, void *record, dynox_change_fn *apply, const void *change,
                               dynox_error *error)
{
    dynox_status status = apply(record, change, error);
    if (status == DYNOX_OK)
        dynox_error_clear(error); /* it may have used it on the way */
    else if (error->status != status)
        dynox_error_set(error, status, "%s: the change was refused", model->shape.name);
    return status;
}

static dynox_outcome loaded(dynox_future *future, void *arg)
{
    modify     *self  = arg;
    dynox_error error = {0};
    if (dynox_future_take(future, self->model->type, &self->record) != DYNOX_OK) return end_with(self, dynox_pass());
    if (!self->record) {
        dynox_error_set(&error, DYNOX_E_NOT_FOUND, "%s: there is no record to modify", self->model->shape.name);
        return end_with_error(self, &error);
    }
    if (run_change(self->model, self->record, self->apply, self->change, &error) != DYNOX_OK)
        return end_with_error(self, &error);
    dynox_with with      = self->with;
    with.consistent_read = false;
    return dynox_continue(then(dynox_model_save(self->client, self->model, self->record, &with), saved, not_saved, self,
                               dynox_executor_inline()));
}

static dynox_future *attempt(modify *self)
{
    dynox_with with = {.size               = sizeof with,
                       .table              = self->with.table,
                       .consistent_read    = true,
                       .skip_hooks         = self->with.skip_hooks,
                       .run_hooks          = self->with.run_hooks,
                       .max_attempts       = self->with.max_attempts,
                       .attempt_timeout_ms = self->with.attempt_timeout_ms,
                       .deadline_ms        = self->with.deadline_ms};
    self->tried++;
    return then(dynox_model_get(self->client, self->model, self->key, &with), loaded, given_up, self, NULL);
}

/* ---- beginning ---- */

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
    if (call->error.status == DYNOX_OK && (!key || !apply))
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_modify: the %s is missing (NULL)", call->model->name,
                        key ? "change" : "key");
    if (call->error.status == DYNOX_OK && !call->model->version)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT,
                        "%s_modify: without a DYNOX_VERSION nobody would notice that somebody else was faster",
                        call->model->name);
    if (call->error.status != DYNOX_OK) return NULL;
    modify *self = dynox__calloc(sizeof *self);
    if (self) {
        self->model  = call->model->declared;
        self->client = dynox__client_acquire(call->client);
        self->apply  = apply;
        self->tries  = call->with.tries ? call->with.tries : USUAL_TRIES;
        if (copy(self, call, key, change, size)) return self;
        modify_free(self);
    }
    dynox_error_set(&call->error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}

dynox_future *dynox_model_modify(dynox_client *client, const dynox_model *model, const void *key,
                                 dynox_change_fn *apply, const void *change, size_t size, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "modify", model, client, with, MODIFY);
    modify       *self   = modify_new(&call, key, apply, change, size);
    dynox_future *future = self ? attempt(self) : dynox__future_failed_with(&call.error);
    dynox__typed_call_end(&call);
    return future;
}

/* On this thread, change and all. */
static dynox_status try_once(const dynox_model *model, dynox_client *client, const void *key, dynox_change_fn *apply,
                             const void *change, const dynox_with *with, bool *overtaken)
{
    dynox_with read     = {.size            = sizeof read,
                           .table           = with->table,
                           .deadline_ms     = with->deadline_ms,
                           .skip_hooks      = with->skip_hooks,
                           .run_hooks       = with->run_hooks,
                           .error           = with->error,
                           .consistent_read = true};
    modify     self     = {.model = model};
    dynox_with write    = *with;
    write.tries         = 0;
    dynox_status status = dynox_model_sync_get(client, model, key, &self.record, &read);
    if (status == DYNOX_OK && !self.record)
        status = dynox_error_set(with->error, DYNOX_E_NOT_FOUND, "%s: there is no record to modify", model->shape.name);
    if (status == DYNOX_OK) status = run_change(model, self.record, apply, change, with->error);
    if (status == DYNOX_OK) {
        status     = dynox_model_sync_save(client, model, self.record, &write);
        *overtaken = status != DYNOX_OK && was_overtaken(&self, with->error);
    }
    dynox_model_free(model, self.record);
    return status;
}

dynox_status dynox_model_sync_modify(dynox_client *client, const dynox_model *model, const void *key,
                                     dynox_change_fn *apply, const void *change, size_t size, const dynox_with *with)
{
    dynox__typed_sync sync;
    dynox__typed_call call;
    dynox_error       own = {0};
    if (!dynox__typed_sync_begin(&sync, model, client, NULL, NULL, with)) return dynox__sync_refuse(&sync.sync);
    dynox__call_await(NULL); /* each step is a call of its own */
    dynox__typed_call_begin(&call, "modify", model, sync.client, &sync.with, MODIFY);
    modify *checked = modify_new(&call, key, apply, change, size);
    if (!checked) {
        dynox_error_copy(&sync.sync.refusal, &call.error);
        dynox__typed_call_end(&call);
        dynox__client_release(sync.client);
        return dynox__sync_refuse(&sync.sync);
    }
    dynox_with   each      = checked->with;
    dynox_status status    = DYNOX_OK;
    bool         overtaken = true;
    each.error             = sync.sync.error ? sync.sync.error : &own;
    for (uint32_t tried = 1; overtaken; tried++) {
        overtaken = false;
        status    = try_once(model, checked->client, checked->key, apply, checked->change, &each, &overtaken);
        if (overtaken && tried >= checked->tries) break;
        if (overtaken) dynox_join_void(dynox_sleep(wait_ms(tried)));
    }
    modify_free(checked);
    dynox_error_clear(&own);
    dynox__typed_call_end(&call);
    dynox__client_release(sync.client);
    return status;
}
