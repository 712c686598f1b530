/* Writes of models whose hooks are futures: before the write, which waits for it, and behind it, which delays its end.
 */
#include "async/combine/then.h"
#include "model/hooks.h"
#include "model/write.h"
#include "value/expr/expr.h"

/* Lives until the chain has come to its end. The record is lent until then; one that was loaded may be freed. */
typedef struct delayed {
    const dynox_model *model;
    dynox_client      *client; /* a reference */
    dynox__verb        verb;
    void              *record;
    dynox__block      *block;      /* a reference; NULL: it is one of the program's own */
    dynox_expr        *expression; /* copies of what was borrowed */
    dynox_expr        *condition;
    char              *texts[4];
    dynox_with         with;
    dynox_executor    *on; /* the caller's */
} delayed;

static const dynox_hook before[] = {DYNOX_BEFORE_SAVE, DYNOX_BEFORE_UPDATE, DYNOX_BEFORE_DELETE},
                        after[]  = {DYNOX_AFTER_SAVE, DYNOX_AFTER_UPDATE, DYNOX_AFTER_DELETE};

bool dynox__record_write_is_async(const dynox__typed_call *call, dynox__verb verb, const void *record)
{
    const dynox__model *model = dynox__record_model(call->model, record);
    if (!dynox__typed_call_hooks(call)) return false;
    return dynox__hooks_has_async(model, before[verb]) || dynox__hooks_has_async(model, after[verb]);
}

static void delayed_free(delayed *self)
{
    dynox_expr_free(self->expression);
    dynox_expr_free(self->condition);
    for (size_t i = 0; i < sizeof self->texts / sizeof *self->texts; i++)
        dynox__free(self->texts[i]);
    dynox__block_release(self->block);
    dynox__client_release(self->client);
    dynox__free(self);
}

static bool copy_text(delayed *self, size_t i, const char **text)
{
    if (!*text) return true;
    self->texts[i] = dynox__strdup(*text);
    *text          = self->texts[i];
    return self->texts[i];
}

static bool copy(delayed *self, const dynox_expr *expression)
{
    if (expression) self->expression = dynox__expr_copy(expression);
    if (self->with.condition) self->condition = dynox__expr_copy(self->with.condition);
    self->with.condition = self->condition;
    return copy_text(self, 0, &self->with.table) && copy_text(self, 1, &self->with.correlation_id) &&
           copy_text(self, 2, &self->with.traceparent) && copy_text(self, 3, &self->with.node_key);
}

static delayed *delayed_new(dynox__typed_call *call, dynox__verb verb, void *record, const dynox_expr *expression)
{
    delayed *self = dynox__calloc(sizeof *self);
    if (self) {
        self->model     = dynox__record_model(call->model, record)->declared;
        self->client    = dynox__client_acquire(call->client);
        self->verb      = verb;
        self->record    = record;
        self->block     = dynox__block_acquire(dynox__record_block(record));
        self->with      = call->with;
        self->with.size = sizeof self->with;
        self->on        = dynox_executor_current();
        if (copy(self, expression)) return self;
        delayed_free(self);
    }
    dynox_error_set(&call->error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}

/* ---- the chain ---- */

static dynox_outcome over(dynox_future *future, void *arg)
{
    (void)future;
    delayed_free(arg);
    return dynox_pass();
}

static void end(void *self)
{
    delayed_free(self);
}

/* The next step, which ends all if it cannot be taken. */
static dynox_future *then(dynox_future *consumed, dynox_then_fn next, delayed *self)
{
    dynox_executor       *on   = self->on ? self->on : dynox_executor_callbacks();
    const dynox_then_args args = {.size = sizeof args, .on_value = next, .arg = self, .on_error = over, .on = on};
    return dynox__then(consumed, &args, end);
}

static dynox_outcome written(dynox_future *future, void *arg)
{
    delayed            *self  = arg;
    const dynox__model *model = dynox__model_of(self->model, NULL);
    dynox_future       *hook  = NULL;
    dynox_future_take(future, NULL, NULL); /* it comes home, so that the hook sees it */
    if (model) hook = dynox__hooks_start(model, after[self->verb], self->client, self->record);
    if (!hook) hook = dynox__future_failed(DYNOX_E_NO_MEMORY);
    return dynox_continue(then(hook, over, self));
}

static dynox_future *write_now(delayed *self)
{
    const dynox__model *model  = dynox__model_of(self->model, NULL);
    dynox_future       *future = dynox__record_write_record(self->client, self->model, self->verb, self->record,
                                                            self->expression, &self->with, true);
    bool                more   = model && dynox__hooks_has_async(model, after[self->verb]);
    return then(future, more ? written : over, self);
}

static dynox_outcome ready(dynox_future *future, void *arg)
{
    (void)future;
    return dynox_continue(write_now(arg));
}

dynox_future *dynox__record_write_async(dynox__typed_call *call, dynox__verb verb, void *record,
                                        const dynox_expr *expression)
{
    const dynox__model *model = dynox__record_model(call->model, record);
    dynox_future       *hook  = NULL;
    delayed            *self  = NULL;
    if (dynox__hooks_run(model, before[verb], record, &call->error) == DYNOX_OK)
        self = delayed_new(call, verb, record, expression);
    if (!self) {
        hook = dynox__future_failed_with(&call->error);
        dynox__typed_call_end(call);
        return hook;
    }
    dynox__typed_call_end(call);
    if (!dynox__hooks_has_async(model, before[verb])) return write_now(self);
    hook = dynox__hooks_start(model, before[verb], self->client, record);
    if (!hook) hook = dynox__future_failed(DYNOX_E_NO_MEMORY);
    return then(hook, ready, self);
}
