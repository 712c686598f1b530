/* dynox_run: a loop on the calling thread for as long as one coroutine lives, and the end of all others on it. */
#include "async/coroutine/coroutine.h"
#include "async/executor/executor.h"
#include "async/future/state.h"
#include <string.h>

typedef struct run {
    dynox_loop     *loop;
    dynox_executor *before; /* what the thread was working for */
    struct run     *outer;
    dynox__link     coroutines; /* the ring of those on the loop that have started and not ended */
} run;

/* Begin and end nest like the brackets they are. Where there was no memory for a loop, everything inside is refused
 * until the matching end. */
static _Thread_local run     *innermost;
static _Thread_local unsigned refusals;

bool dynox__run_refuses(void)
{
    return refusals > 0;
}

void dynox__run_enlist(dynox__coroutine *coroutine)
{
    run *here = innermost;
    if (!here || coroutine->on != dynox_loop_executor(here->loop)) return;
    dynox__link *link  = &coroutine->in_run;
    link->before       = &here->coroutines;
    link->next         = here->coroutines.next;
    link->next->before = link;
    link->before->next = link;
}

void dynox__run_leave(dynox__coroutine *coroutine)
{
    dynox__link *link = &coroutine->in_run;
    if (!link->next) return;
    link->next->before = link->before;
    link->before->next = link->next;
}

void dynox_run_begin_(void)
{
    run *here = refusals ? NULL : dynox__calloc(sizeof *here);
    if (here) here->loop = dynox_loop_new();
    if (!here || !here->loop) {
        dynox__free(here);
        refusals++;
        return;
    }
    here->coroutines.next = here->coroutines.before = &here->coroutines;
    here->before                                    = dynox__executor_enter(dynox_loop_executor(here->loop));
    here->outer                                     = innermost;
    innermost                                       = here;
}

/* ---- the time limit: cancels the coroutine, which then still cleans up ---- */

typedef struct alarm {
    dynox_future   *target;
    dynox_status    why;  /* it was cancelled: not OK */
    dynox__failure *sent; /* what had been sent by then; may be NULL */
} alarm;

static dynox_outcome ring(dynox_future *sleep, void *arg)
{
    alarm *self = arg;
    (void)sleep;
    self->why = DYNOX_E_TIMEOUT;
    dynox_future_cancel(self->target);
    self->sent = dynox__future_given_up(self->target, DYNOX_E_TIMEOUT);
    return dynox_ok(NULL, NULL);
}

/* The future must be done before the loop goes. NULL: no limit. */
static dynox_future *set_alarm(alarm *self, run *here, int64_t ms)
{
    if (ms <= 0) return NULL;
    dynox_future *set = dynox_then(dynox_sleep(ms), ring, self, .on = dynox_loop_executor(here->loop));
    if (!dynox_future_done(set)) return set;
    self->why = dynox_future_error(set); /* it cannot be set: better no run than one without its limit */
    dynox_future_cancel(self->target);
    return set;
}

static void end_alarm(dynox_future *set, run *here)
{
    if (!set) return;
    dynox_future_cancel(set);
    dynox_loop_run(here->loop, set);
    dynox_future_release(set);
}

/* Coroutines that were started and forgotten must not outlive their loop; not even those that are still queued. */
static void end_others(run *here)
{
    do {
        while (here->coroutines.next != &here->coroutines) {
            dynox__coroutine *other  = DYNOX__CONTAINER(here->coroutines.next, dynox__coroutine, in_run);
            dynox_future     *future = dynox_future_acquire(&other->future);
            dynox_future_cancel(future);
            dynox_loop_run(here->loop, future);
            dynox_future_release(future);
        }
    } while (dynox_loop_dispatch(here->loop, 0));
}

/* args->error, if there is one, tells of the cancelled coroutine, and so of what it sent while cleaning up, too. */
static dynox_status explain(const alarm *limit, const dynox_join_args *args)
{
    if (!args->error) return limit->why;
    unsigned attempts         = args->error->attempts;
    bool     may_have_applied = args->error->may_have_applied;
    dynox_error_copy(args->error, limit->sent ? &limit->sent->error : dynox__status_error(limit->why));
    if (attempts > args->error->attempts) args->error->attempts = attempts;
    if (may_have_applied) args->error->may_have_applied = true;
    return limit->why;
}

dynox_status dynox_run_end_(dynox_future *consumed, const dynox_type *type, const dynox_join_args *args_given)
{
    const dynox_join_args known = dynox__join_args_read(args_given), *args = &known;
    if (refusals) {
        refusals--;
        return dynox_join_with(consumed, type, args);
    }
    run          *here  = innermost;
    alarm         limit = {consumed, DYNOX_OK, NULL};
    dynox_future *set   = set_alarm(&limit, here, args->timeout_ms);
    dynox_loop_run(here->loop, consumed);
    end_alarm(set, here);
    end_others(here);
    dynox_loop_free(here->loop); /* runs what is queued, still as this loop */
    dynox__executor_enter(here->before);
    innermost = here->outer;
    dynox__free(here);
    dynox_status status = dynox_join_with(consumed, type, args);
    if (status == DYNOX_E_CANCELLED && limit.why != DYNOX_OK) status = explain(&limit, args);
    dynox__failure_release(limit.sent);
    return status;
}
