/* What runs when a future is done: attaching, detaching, and firing, each without a lock.
 *
 * The list is a stack that is only pushed onto or taken as a whole. A continuation goes from ARMED to FIRED or to
 * DETACHED by one compare-and-swap, so that exactly one of fn and drop runs, once. */
#include "async/future/continuation.h"
#include "async/executor/executor.h"
#include "async/future/state.h"
#include "base/alloc.h"
#include "base/grace.h"

enum { ARMED, FIRED, DETACHED, PURGE_AT = 4 };

static dynox__continuation *next_of(dynox__continuation *continuation)
{
    return (dynox__continuation *)(void *)continuation->work.next;
}

static void set_next(dynox__continuation *continuation, dynox__continuation *next)
{
    continuation->work.next = (dynox_work *)(void *)next;
}

static dynox__continuation *oldest_first(dynox__continuation *list, const dynox__continuation *end)
{
    dynox__continuation *turned = NULL;
    while (list && list != end) {
        dynox__continuation *next = next_of(list);
        set_next(list, turned);
        turned = list;
        list   = next;
    }
    return turned;
}

void dynox__continuation_run(dynox_work *work)
{
    dynox__continuation *continuation = DYNOX__CONTAINER(work, dynox__continuation, work);
    continuation->fn(continuation->future, continuation); /* which may free it */
}

static void fire(dynox__continuation *continuation)
{
    uint32_t state = ARMED;
    if (!atomic_compare_exchange_strong_explicit(&continuation->state, &state, FIRED, memory_order_acq_rel,
                                                 memory_order_acquire)) {
        continuation->drop(continuation);
        return;
    }
    continuation->work.run = dynox__continuation_run;
    continuation->on->post(continuation->on, &continuation->work);
}

static void push_or_fire(dynox_future *future, dynox__continuation *continuation)
{
    dynox__continuation *head = atomic_load_explicit(&future->continuations, memory_order_acquire);
    do {
        if (head == CONTINUATIONS_CLOSED) {
            fire(continuation);
            return;
        }
        set_next(continuation, head);
    } while (!atomic_compare_exchange_weak_explicit(&future->continuations, &head, continuation, memory_order_release,
                                                    memory_order_acquire));
}

/* Fires all that are newer than `end`. Inline work waits until all have been fired: none of them may hold up, or wait
 * in vain for, one behind it. */
static void close_list(dynox_future *future, const dynox__continuation *end, unsigned grace)
{
    dynox__continuation *list =
        atomic_exchange_explicit(&future->continuations, CONTINUATIONS_CLOSED, memory_order_acq_rel);
    bool first = list && dynox__inline_hold();
    for (list = oldest_first(list, end); list;) {
        dynox__continuation *next = next_of(list);
        fire(list);
        list = next;
    }
    dynox__grace_leave(grace);
    if (first) dynox__inline_go();
}

void dynox__continuations_close(dynox_future *future, unsigned grace)
{
    close_list(future, NULL, grace);
}

/* In a forked child, where nobody will settle the parent's future, or fire what is attached to it: it fails, if it is
 * not done. What the parent attached does not run here. */
static void inherit(dynox_future *future)
{
    const dynox__continuation *parents = atomic_load_explicit(&future->continuations, memory_order_acquire);
    uint32_t                   state   = atomic_load_explicit(&future->state, memory_order_acquire);
    if (parents == CONTINUATIONS_CLOSED) return;
    do
        if (!state_is_foreign(state)) return; /* another thread was first */
    while (!atomic_compare_exchange_weak_explicit(&future->state, &state, state_of_ours(state) | STATE_SETTLING,
                                                  memory_order_acq_rel, memory_order_acquire));
    unsigned grace = dynox__grace_enter();
    if (!(state & STATE_DONE)) { /* the one who was settling it, perhaps, is not here */
        future->value   = (dynox__slot){0};
        future->status  = DYNOX_E_FORKED;
        future->failure = NULL;
        atomic_fetch_or_explicit(&future->state, STATE_DONE, memory_order_acq_rel);
        dynox__future_wake(future);
    }
    close_list(future, parents, grace);
}

void dynox__future_attach(dynox_future *future, dynox__continuation *continuation)
{
    DEBUG_CHECK(future);
    continuation->future = future;
    atomic_init(&continuation->state, ARMED);
    if (state_is_foreign(atomic_load_explicit(&future->state, memory_order_relaxed))) inherit(future);
    push_or_fire(future, continuation);
}

/* Unlinks the detached. Takes the whole list and pushes the living back; if the future settles in between, pushing
 * fires them. `dead` counts detached ones, less a credit for the living that the last purge had to move: the next one
 * comes when about as many have died, so detaching costs a constant on average and at most as many dead are linked as
 * there are living, and a few. */
static void purge(dynox_future *future, int32_t dead)
{
    dynox__continuation *list = atomic_load_explicit(&future->continuations, memory_order_acquire);
    do
        if (!list || list == CONTINUATIONS_CLOSED) return;
    while (!atomic_compare_exchange_weak_explicit(&future->continuations, &list, NULL, memory_order_acquire,
                                                  memory_order_acquire));
    int32_t living = 0;
    list           = oldest_first(list, NULL);
    while (list) {
        dynox__continuation *next = next_of(list);
        if (atomic_load_explicit(&list->state, memory_order_acquire) == DETACHED) {
            list->drop(list);
        } else {
            push_or_fire(future, list);
            living++;
        }
        list = next;
    }
    atomic_fetch_sub_explicit(&future->dead, dead + living, memory_order_relaxed);
}

bool dynox__future_detach(dynox_future *future, dynox__continuation *continuation)
{
    uint32_t state = ARMED;
    if (!atomic_compare_exchange_strong_explicit(&continuation->state, &state, DETACHED, memory_order_acq_rel,
                                                 memory_order_acquire))
        return false;
    int32_t dead = atomic_fetch_add_explicit(&future->dead, 1, memory_order_relaxed) + 1;
    if (dead >= PURGE_AT) purge(future, dead);
    return true;
}

/* ---- on_done ---- */

static void run_callback(dynox_future *future, dynox__continuation *continuation)
{
    dynox__callback *callback = DYNOX__CONTAINER(continuation, dynox__callback, continuation);
    dynox_done_fn    fn       = callback->fn;
    void            *arg      = callback->arg;
    if (!callback->embedded) dynox__free(callback);
    fn(future, arg);
    dynox_future_release(future);
}

dynox_status dynox_future_on_done(dynox_future *future, dynox_executor *on, dynox_done_fn fn, void *arg)
{
    DEBUG_CHECK(future);
    dynox_status status = dynox__default_executor(&on);
    if (status != DYNOX_OK) return status;
    dynox__callback *callback = dynox__promise_callback(future);
    bool             embedded = callback != NULL;
    if (!embedded) callback = dynox__malloc(sizeof *callback);
    if (!callback) return DYNOX_E_NO_MEMORY;
    callback->embedded        = embedded;
    callback->fn              = fn;
    callback->arg             = arg;
    callback->continuation.fn = run_callback;
    callback->continuation.on = on;
    dynox__future_attach(dynox_future_acquire(future), &callback->continuation);
    return DYNOX_OK;
}
