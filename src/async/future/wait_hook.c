/* A wait that parks a fiber. The future and a timer may each unpark it; the fiber goes on only when neither is still
 * inside the program's unpark(), because the fiber may end right after. */
#include "async/future/wait_hook.h"
#include "async/executor/park.h"
#include "async/executor/timer.h"
#include "base/alloc.h"

static _Atomic(const dynox_wait_hook *) hook_set;

void dynox_set_wait_hook(const dynox_wait_hook *hook)
{
    atomic_store_explicit(&hook_set, hook, memory_order_release);
}

static const dynox_wait_hook *hook_now(void)
{
    return atomic_load_explicit(&hook_set, memory_order_acquire);
}

void *dynox__wait_token(void)
{
    const dynox_wait_hook *hook = hook_now();
    return hook ? hook->token() : NULL;
}

enum { NOT_YET, UNPARKING, UNPARKED };

/* On the heap, because a detached continuation is dropped in its own time. References: the fiber's, the timer's, the
 * continuation's. */
typedef struct parked {
    dynox__continuation continuation;
    dynox__timer        timer;
    dynox__shared       shared;
    void               *token;
    _Atomic int         done, late; /* how far the future, the timer is with its unpark() */
} parked;

static void unpark(parked *self, _Atomic int *progress)
{
    atomic_store_explicit(progress, UNPARKING, memory_order_release);
    hook_now()->unpark(self->token);
    atomic_store_explicit(progress, UNPARKED, memory_order_release);
    dynox__shared_release(&self->shared);
}

static void future_is_done(dynox_future *future, dynox__continuation *continuation)
{
    (void)future;
    parked *self = DYNOX__CONTAINER(continuation, parked, continuation);
    unpark(self, &self->done);
}

static void dropped(dynox__continuation *continuation)
{
    dynox__shared_release(&DYNOX__CONTAINER(continuation, parked, continuation)->shared);
}

static void time_is_over(dynox__timer *timer)
{
    parked *self = DYNOX__CONTAINER(timer, parked, timer);
    unpark(self, &self->late);
}

static void destroy(dynox__shared *shared)
{
    dynox__free(DYNOX__CONTAINER(shared, parked, shared));
}

static bool has_begun(_Atomic int *progress)
{
    return atomic_load_explicit(progress, memory_order_acquire) != NOT_YET;
}

static void await_return(_Atomic int *progress)
{
    while (atomic_load_explicit(progress, memory_order_acquire) != UNPARKED)
        dynox__spin();
}

dynox_status dynox__wait_parked(dynox_future *future, void *token, int64_t deadline_ns)
{
    parked *self = dynox__calloc(sizeof *self);
    if (!self) return DYNOX_E_NO_MEMORY;
    dynox__shared_init(&self->shared, destroy);
    self->token        = token;
    self->timer.fire   = time_is_over;
    self->continuation = (dynox__continuation){.on = dynox_executor_inline(), .fn = future_is_done, .drop = dropped};
    bool timed         = deadline_ns != DYNOX__NEVER;
    if (timed) {
        dynox__shared_acquire(&self->shared);
        if (!dynox__timer_start(&self->timer, deadline_ns)) {
            dynox__shared_release(&self->shared);
            dynox__shared_release(&self->shared);
            return DYNOX_E_NO_MEMORY;
        }
    }
    dynox__shared_acquire(&self->shared);
    dynox__future_attach(future, &self->continuation);
    while (!has_begun(&self->done) && !has_begun(&self->late))
        hook_now()->park(token);
    if (timed && dynox__timer_cancel(&self->timer))
        dynox__shared_release(&self->shared);
    else if (timed)
        await_return(&self->late);
    if (!dynox__future_detach(future, &self->continuation)) await_return(&self->done);
    dynox__shared_release(&self->shared);
    return dynox_future_done(future) ? DYNOX_OK : DYNOX_E_TIMEOUT;
}
