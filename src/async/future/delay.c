/* Futures that end by the clock: sleep and timeout. */
#include "async/executor/timer.h"
#include "async/future/outcome.h"
#include "async/future/state.h"
#include "base/alloc.h"

static int64_t deadline_of(int64_t ms)
{
    return dynox__deadline_after(dynox__now_ns(), ms);
}

/* ---- sleep ---- */

typedef struct nap {
    dynox_future future;
    dynox__timer timer;
} nap;

static void nap_ends(dynox__timer *timer)
{
    dynox__future_fulfil(&DYNOX__CONTAINER(timer, nap, timer)->future, (dynox__slot){0}, NULL, DYNOX_OK, NULL);
}

static void nap_cancel(dynox_future *future)
{
    if (dynox__timer_cancel(&DYNOX__CONTAINER(future, nap, future)->timer))
        dynox__future_fulfil(future, (dynox__slot){0}, NULL, DYNOX_E_CANCELLED, NULL);
}

dynox_future *dynox_sleep(int64_t ms)
{
    static const dynox__future_class sleep_class = {.name = "sleep", .cancel = nap_cancel};
    nap                             *self        = dynox__calloc(sizeof *self);
    if (!self) return &dynox__future_no_memory;
    dynox__future_init(&self->future, &sleep_class, NULL, 2); /* the caller's, and the timer's */
    self->future.home = dynox__timer_executor();
    self->timer.fire  = nap_ends;
    if (dynox__timer_start(&self->timer, deadline_of(ms))) return &self->future;
    dynox__future_fulfil(&self->future, (dynox__slot){0}, NULL, DYNOX_E_NO_MEMORY, NULL);
    return &self->future;
}

/* ---- timeout ---- */

typedef struct limit {
    dynox_future        future;
    dynox__timer        timer;
    dynox__continuation continuation;
    dynox_future       *input; /* owned until the end of the future */
    _Atomic bool        reached;
} limit;

static void limit_reached(dynox__timer *timer)
{
    limit *self = DYNOX__CONTAINER(timer, limit, timer);
    atomic_store(&self->reached, true); /* whatever the input comes to now, it is late */
    dynox_future_cancel(self->input);
    dynox__failure *failure = dynox__future_given_up(self->input, DYNOX_E_TIMEOUT);
    if (!dynox__future_settle(&self->future, (dynox__slot){0}, NULL, DYNOX_E_TIMEOUT, failure))
        dynox__failure_release(failure);
    dynox_future_release(&self->future);
}

static void limit_kept(dynox_future *input, dynox__continuation *continuation)
{
    limit *self = DYNOX__CONTAINER(continuation, limit, continuation);
    if (dynox__timer_cancel(&self->timer)) dynox_future_release(&self->future);
    if (atomic_load(&self->reached) || dynox_future_done(&self->future))
        dynox__future_observe(input); /* too late: whoever else holds it may have its value */
    else
        dynox__future_settle_result(&self->future, dynox__future_move_result(input));
    dynox_future_release(&self->future);
}

static void limit_cancel(dynox_future *future)
{
    dynox_future_cancel(DYNOX__CONTAINER(future, limit, future)->input);
}

static void limit_destroy(dynox_future *future)
{
    limit *self = DYNOX__CONTAINER(future, limit, future);
    dynox_future_release(self->input);
    dynox__free(self);
}

static void limit_describe(dynox_future *future, FILE *to, int depth)
{
    dynox__future_describe(DYNOX__CONTAINER(future, limit, future)->input, to, depth);
}

static dynox_future *limit_sent(dynox_future *future, dynox__sent *sum, int depth)
{
    (void)sum, (void)depth;
    return dynox_future_acquire(DYNOX__CONTAINER(future, limit, future)->input);
}

static bool limit_needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    return executor == dynox__timer_executor() ||
           dynox__future_needs(DYNOX__CONTAINER(future, limit, future)->input, executor, depth);
}

dynox_future *dynox_timeout(dynox_future *consumed, int64_t ms)
{
    static const dynox__future_class timeout_class = {.name     = "timeout",
                                                      .cancel   = limit_cancel,
                                                      .destroy  = limit_destroy,
                                                      .describe = limit_describe,
                                                      .needs    = limit_needs,
                                                      .sent     = limit_sent};
    if (!consumed) return dynox__future_failed(DYNOX_E_ARGUMENT);
    DEBUG_CHECK(consumed);
    limit *self = dynox__calloc(sizeof *self);
    if (!self) {
        dynox_future_drop(&consumed);
        return &dynox__future_no_memory;
    }
    self->input           = consumed;
    self->timer.fire      = limit_reached;
    self->continuation.fn = limit_kept;
    self->continuation.on = dynox_executor_inline();
    dynox__future_init(&self->future, &timeout_class, NULL, 3); /* the caller's, the timer's and the continuation's */
    self->future.home = consumed->home;
    if (!dynox__timer_start(&self->timer, deadline_of(ms))) {
        dynox__future_settle(&self->future, (dynox__slot){0}, NULL, DYNOX_E_NO_MEMORY, NULL);
        dynox_future_cancel(consumed);
        dynox_future_release(&self->future);
    }
    dynox__future_attach(consumed, &self->continuation);
    return &self->future;
}
