/* Waiting: refuse what would never end, spin a little, then sleep on the future's state word. */
#include "async/executor/executor.h"
#include "async/executor/park.h"
#include "async/future/state.h"
#include "async/future/wait_hook.h"

/* A short spin catches what a running thread is about to settle; answers from the network are far slower than that. */
enum { SPINS = 30, NEEDS_DEPTH = 16 };

bool dynox_future_done(const dynox_future *future)
{
    return atomic_load_explicit(&((dynox_future *)(uintptr_t)future)->state, memory_order_acquire) & STATE_DONE;
}

bool dynox__future_is_lost(const dynox_future *future)
{
    return !dynox_future_done(future) && state_is_foreign(atomic_load_explicit(&future->state, memory_order_relaxed));
}

bool dynox__future_needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    if (depth == 0 || dynox_future_done(future)) return false;
    if (future->class_->needs) return future->class_->needs(future, executor, depth - 1);
    return future->home == executor;
}

void dynox__future_wake(dynox_future *future)
{
    dynox__unpark_all(&future->state);
}

static dynox_status sleep_until_done(dynox_future *future, int64_t deadline_ns)
{
    for (int i = 0; i < SPINS; i++) {
        if (dynox_future_done(future)) return DYNOX_OK;
        dynox__spin();
    }
    uint32_t state = atomic_fetch_or_explicit(&future->state, STATE_WAITERS, memory_order_acq_rel) | STATE_WAITERS;
    while (!(state & STATE_DONE)) {
        bool in_time = dynox__park(&future->state, state, deadline_ns);
        state        = atomic_load_explicit(&future->state, memory_order_acquire);
        if (!in_time && !(state & STATE_DONE)) return DYNOX_E_TIMEOUT;
    }
    return DYNOX_OK;
}

dynox_status dynox_future_wait(dynox_future *future, int64_t timeout_ms)
{
    DEBUG_CHECK(future);
    if (dynox_future_done(future)) return DYNOX_OK;
    if (dynox__future_is_lost(future)) return DYNOX_E_FORKED;
    while (!dynox_future_done(future) && (dynox__cancels_step() || dynox__inline_step())) {
    }
    if (dynox_future_done(future)) return DYNOX_OK;
    if (timeout_ms == 0) return DYNOX_E_TIMEOUT;
    dynox_executor *current = dynox_executor_current();
    if (current && dynox__future_needs(future, current, NEEDS_DEPTH)) {
        if (dynox_debug_on_) dynox__debug_deadlock(future, current);
        return DYNOX_E_DEADLOCK;
    }
    int64_t deadline = timeout_ms < 0 ? DYNOX__NEVER : dynox__deadline_after(dynox__now_ns(), timeout_ms);
    void   *fiber    = dynox__wait_token();
    if (fiber) {
        dynox_status status = dynox__wait_parked(future, fiber, deadline);
        if (status != DYNOX_E_NO_MEMORY) return status;
    }
    return sleep_until_done(future, deadline);
}
