/* then: a future of what a handler makes of another one. One allocation a link; chains of any length and cancels up
 * them use no stack. */
#include "async/combine/then.h"
#include "async/executor/executor.h"
#include "async/future/continuation.h"
#include "async/future/outcome.h"
#include "async/future/state.h"
#include "base/alloc.h"
#include <string.h>

typedef struct link {
    dynox_future        future;
    dynox__continuation continuation;
    dynox__pin          input; /* owns what it waits for, so that a cancel can go there */
    dynox_then_fn       on_value, on_error;
    void               *arg;
    dynox__sent_before  sent;
    _Atomic bool        handled; /* the handler has run: its executor is needed no more */
} link;

static void cancel(dynox_future *future)
{
    dynox__pin_cancel(&DYNOX__CONTAINER(future, link, future)->input);
}

static void describe(dynox_future *future, FILE *to, int depth)
{
    dynox__future_describe(dynox__pin_peek(&DYNOX__CONTAINER(future, link, future)->input), to, depth);
}

static bool needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    link *self = DYNOX__CONTAINER(future, link, future);
    if (future->home == executor && !atomic_load_explicit(&self->handled, memory_order_relaxed)) return true;
    return dynox__pin_needs(&self->input, executor, depth);
}

static dynox_future *sent(dynox_future *future, dynox__sent *sum, int depth)
{
    link *self = DYNOX__CONTAINER(future, link, future);
    (void)depth;
    return dynox__sent_add(sum, &self->sent, &self->input);
}

static const dynox__future_class then_class = {
    .name = "then", .cancel = cancel, .describe = describe, .needs = needs, .sent = sent};

static void settle(link *self, dynox__result result)
{
    result.failure = dynox__failure_if_cancelled(result.status, result.failure, &self->sent);
    dynox__future_settle_result(&self->future, result);
    dynox_future_release(&self->future);
}

/* The handler has named another future: become what that comes to. */
static void take_over(dynox_future *input, dynox__continuation *continuation)
{
    link *self = DYNOX__CONTAINER(continuation, link, continuation);
    dynox__sent_keep(&self->sent, &self->input);
    dynox__result result = dynox__future_move_result(input);
    dynox_future_release(input);
    settle(self, result);
}

static void follow(link *self, dynox_future *next)
{
    atomic_store_explicit(&self->handled, true, memory_order_relaxed);
    self->continuation.fn = take_over;
    self->continuation.on = dynox_executor_inline();
    atomic_store_explicit(&self->input, (uintptr_t)next, memory_order_release);
    if (dynox__future_cancel_handshake(&self->future)) dynox_future_cancel(next);
    dynox__future_attach(next, &self->continuation);
}

static void handle(dynox_future *input, dynox__continuation *continuation)
{
    link         *self    = DYNOX__CONTAINER(continuation, link, continuation);
    dynox_then_fn handler = input->status != DYNOX_OK ? self->on_error : self->on_value;
    dynox__sent_keep(&self->sent, &self->input); /* is `input`: our reference */
    dynox__result result;
    if (handler) {
        dynox__future_observe(input);
        dynox_outcome outcome = handler(input, self->arg);
        if (outcome.kind_ == OUTCOME_FUTURE) {
            dynox_future_release(input);
            follow(self, outcome.future_);
            return;
        }
        result = outcome.kind_ == OUTCOME_PASS ? dynox__future_move_result(input) : dynox__outcome_result(outcome);
    } else {
        result = dynox__future_move_result(input);
    }
    dynox_future_release(input);
    settle(self, result);
}

static dynox_future *refuse(dynox_future *consumed, dynox_status status, void (*end)(void *arg), void *arg)
{
    dynox_future_drop(&consumed);
    if (end) end(arg);
    return dynox__future_failed(status);
}

dynox_future *dynox__then(dynox_future *consumed, const dynox_then_args *args_given, void (*end)(void *arg))
{
    dynox_then_args args = {0};
    if (args_given)
        memcpy(&args, args_given, args_given->size && args_given->size < sizeof args ? args_given->size : sizeof args);
    dynox_executor *on     = args.on;
    dynox_status    status = consumed ? dynox__default_executor(&on) : DYNOX_E_ARGUMENT;
    if (status != DYNOX_OK) return refuse(consumed, status, end, args.arg);
    DEBUG_CHECK(consumed);
    link *self = dynox__malloc(sizeof *self);
    if (!self) return refuse(consumed, DYNOX_E_NO_MEMORY, end, args.arg);
    self->on_value        = args.on_value;
    self->on_error        = args.on_error;
    self->arg             = args.arg;
    self->continuation.fn = handle;
    self->continuation.on = on;
    atomic_init(&self->input, (uintptr_t)consumed);
    atomic_init(&self->handled, false);
    self->sent = (dynox__sent_before){0};
    dynox__future_init(&self->future, &then_class, NULL, 2); /* the caller's, and the continuation's */
    self->future.home = on != dynox_executor_inline() ? on : consumed->home;
    dynox__future_attach(consumed, &self->continuation);
    return &self->future;
}

dynox_future *dynox_then_with(dynox_future *consumed, const dynox_then_args *args)
{
    return dynox__then(consumed, args, NULL);
}
