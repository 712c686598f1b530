/* The life of a future: made, settled once, cancelled perhaps, forgotten at last. */
#include "async/executor/executor.h"
#include "async/executor/park.h"
#include "async/future/outcome.h"
#include "async/future/state.h"
#include "base/alloc.h"
#include "base/grace.h"

void dynox__future_init(dynox_future *future, const dynox__future_class *class_, const dynox_type *type,
                        uint32_t references)
{
    atomic_init(&future->references, references);
    atomic_init(&future->state, state_generation());
    atomic_init(&future->continuations, NULL);
    atomic_init(&future->dead, 0);
    future->class_        = class_;
    future->type          = type;
    future->value.integer = 0;
    future->failure       = NULL;
    future->status        = DYNOX_OK;
    future->home          = NULL;
    future->next          = NULL;
    future->behind        = NULL;
    future->trace         = NULL;
    if (dynox_debug_on_) dynox__debug_add(future);
}

/* ---- settling ---- */

/* The order is law: payload, DONE, waiters, list closed, continuations. Who finds the list closed runs his continuation
 * at once and must see DONE; who waits must not be held up by continuations, nor miss DONE inside one. */
bool dynox__future_settle_as(dynox_future *future, const dynox__result *result)
{
    uint32_t state = atomic_load_explicit(&future->state, memory_order_relaxed);
    do
        if (state & (STATE_SETTLING | STATE_DONE)) return false;
    while (!atomic_compare_exchange_weak_explicit(&future->state, &state, state_of_ours(state) | STATE_SETTLING,
                                                  memory_order_relaxed, memory_order_relaxed));
    future->value   = result->value;
    future->status  = result->status;
    future->failure = result->failure;
    future->behind  = result->behind;
    if (result->type) future->type = result->type;
    uint32_t done  = result->accepted ? STATE_DONE | STATE_ACCEPTED : STATE_DONE;
    unsigned grace = dynox__grace_enter(); /* who sees DONE may free the executors that we are about to post to */
    state          = atomic_fetch_or_explicit(&future->state, done, memory_order_acq_rel);
    if (state & STATE_WAITERS) dynox__future_wake(future);
    dynox__continuations_close(future, grace);
    return true;
}

bool dynox__future_settle(dynox_future *future, dynox__slot value, const dynox_type *type, dynox_status status,
                          dynox__failure *failure)
{
    const dynox__result result = {.value = value, .type = type, .status = status, .failure = failure};
    return dynox__future_settle_as(future, &result);
}

/* For who lost: the winner may still be writing, for the length of a few stores. */
static const dynox_type *settled_type(dynox_future *future)
{
    while (!dynox_future_done(future) && !dynox__future_is_lost(future))
        dynox__spin();
    return future->type;
}

void dynox__future_fulfil(dynox_future *future, dynox__slot value, const dynox_type *type, dynox_status status,
                          dynox__failure *failure)
{
    if (!dynox__future_settle(future, value, type, status, failure)) {
        if (status == DYNOX_OK && value.pointer) dynox__slot_destroy(value, type ? type : settled_type(future));
        dynox__failure_release(failure);
    }
    dynox_future_release(future);
}

void dynox__future_fail(dynox_future *future, const dynox_error *error)
{
    dynox__failure *failure = dynox__failure_new(error);
    dynox__future_fulfil(future, (dynox__slot){0}, NULL, error->status, failure);
}

void dynox__slot_destroy(dynox__slot slot, const dynox_type *type)
{
    if (type && type->destroy && slot.pointer) type->destroy(slot.pointer);
}

/* ---- references ---- */

dynox_future *dynox_future_acquire(dynox_future *future)
{
    if (!future || future == &dynox__future_no_memory) return future;
    DEBUG_CHECK(future);
    atomic_fetch_add_explicit(&future->references, 1, memory_order_relaxed);
    return future;
}

static void end(dynox_future *future)
{
    uint32_t state = atomic_load_explicit(&future->state, memory_order_relaxed);
    if (dynox_debug_on_) dynox__debug_remove(future);
    if (future->status != DYNOX_OK && !(state & STATE_OBSERVED)) dynox__unobserved(future);
    if (!(state & STATE_TAKEN)) dynox__slot_destroy(future->value, future->type);
    dynox__failure_release(future->failure);
    dynox_future_release(future->behind);
    if (future->class_->destroy)
        future->class_->destroy(future);
    else
        dynox__free(future);
}

/* The end of one future may release the next: those wait until this one is gone, so that the stack stays flat. */
static _Thread_local struct {
    dynox_future *first;
    bool          running;
} ends;

void dynox_future_release(dynox_future *future)
{
    if (!future || future == &dynox__future_no_memory) return;
    DEBUG_CHECK(future);
    uint32_t before = atomic_fetch_sub_explicit(&future->references, 1, memory_order_acq_rel);
    if (before != 1) {
        if (before == 0) dynox__misuse(future, "released more often than acquired");
        return;
    }
    if (ends.running) {
        future->next = ends.first;
        ends.first   = future;
        return;
    }
    ends.running = true;
    for (;;) {
        end(future);
        future = ends.first;
        if (!future) break;
        ends.first = future->next;
    }
    ends.running = false;
}

/* ---- cancelling ---- */

/* A cancel that leads to others puts them off until it is through: a chain of any length needs no stack. Each future
 * is cancelled once at most, so the link inside it is free. */
static _Thread_local struct {
    dynox_future *first, *last;
    bool          running;
} cancels;

static void cancel_now(dynox_future *future)
{
    if (future->class_->cancel) {
        future->class_->cancel(future);
        return;
    }
    dynox__failure *failure = dynox__future_given_up(future, DYNOX_E_CANCELLED);
    if (!dynox__future_settle(future, (dynox__slot){0}, NULL, DYNOX_E_CANCELLED, failure))
        dynox__failure_release(failure);
}

bool dynox__cancels_step(void)
{
    dynox_future *future = cancels.first;
    if (!future) return false;
    cancels.first = future->next;
    if (!cancels.first) cancels.last = NULL;
    cancel_now(future);
    dynox_future_release(future);
    return true;
}

void dynox_future_cancel(dynox_future *future)
{
    if (!future) return;
    DEBUG_CHECK(future);
    /* The parent's: nothing of it runs here, and its locks may be held by threads that are not here. */
    if (dynox_future_done(future) || dynox__future_is_lost(future)) return;
    uint32_t before = atomic_fetch_or_explicit(&future->state, STATE_CANCEL, memory_order_acq_rel);
    if (before & (STATE_CANCEL | STATE_DONE)) return;
    if (cancels.running) {
        future->next = NULL;
        if (cancels.last)
            cancels.last->next = future;
        else
            cancels.first = future;
        cancels.last = dynox_future_acquire(future);
        return;
    }
    cancels.running = true;
    cancel_now(future);
    while (dynox__cancels_step()) {
    }
    cancels.running = false;
}

void dynox_future_drop(dynox_future **future)
{
    dynox_future *dropped = *future;
    *future               = NULL;
    dynox_future_cancel(dropped);
    dynox_future_release(dropped);
}

void dynox__future_forget(dynox_future **future)
{
    if (*future && *future != &dynox__future_no_memory)
        atomic_fetch_or_explicit(&(*future)->state, STATE_OBSERVED, memory_order_relaxed);
    dynox_future_drop(future);
}

bool dynox__future_cancel_requested(const dynox_future *future)
{
    return atomic_load_explicit(&((dynox_future *)(uintptr_t)future)->state, memory_order_relaxed) & STATE_CANCEL;
}

bool dynox__future_cancel_handshake(dynox_future *future)
{
    return atomic_fetch_or_explicit(&future->state, 0, memory_order_acq_rel) & STATE_CANCEL;
}
