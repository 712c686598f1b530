/* What was sent for a future that somebody gives up: an answer that did not come says nothing about the write. */
#include "async/future/state.h"
#include <sched.h>

/* What it tells itself. The result: who tells the rest. */
static dynox_future *add(dynox_future *future, dynox__sent *sum, int depth)
{
    if (!dynox_future_done(future) || future->status == DYNOX_OK)
        return future->class_->sent ? future->class_->sent(future, sum, depth) : NULL;
    const dynox__failure *failure = future->failure;
    if (failure) dynox__sent_count(sum, failure->error.attempts, failure->error.may_have_applied);
    return NULL;
}

void dynox__future_sent(dynox_future *future, dynox__sent *sum, int depth)
{
    dynox_future *held = NULL;
    if (depth <= 0) sum->may_have_applied = true;
    while (future && depth > 0) {
        future = add(future, sum, depth);
        dynox_future_release(held);
        held = future;
    }
    dynox_future_release(held);
}

dynox_future *dynox__sent_keep(dynox__sent_before *before, dynox__pin *pin)
{
    dynox_future *future = dynox__pin_peek(pin);
    dynox__sent   sum    = {0};
    dynox__future_sent(future, &sum, DYNOX__SENT_DEPTH);
    bool something = sum.attempts || sum.may_have_applied;
    if (something) {
        atomic_fetch_add(&before->turn, 1);
        atomic_fetch_add(&before->attempts, sum.attempts);
        if (sum.may_have_applied) atomic_store(&before->may_have_applied, true);
    }
    dynox__pin_unset(pin);
    if (something) atomic_fetch_add(&before->turn, 1);
    return future;
}

/* The turn when nothing is on its way: that takes a few instructions, but their thread may have to wait. */
unsigned dynox__sent_turn(const dynox__sent_before *before)
{
    unsigned turn;
    while ((turn = atomic_load(&before->turn)) % 2)
        sched_yield();
    return turn;
}

/* Of somebody who moves on all the time this is not exact in the end: rather twice than not at all. */
dynox_future *dynox__sent_add(dynox__sent *sum, dynox__sent_before *before, dynox__pin *pin)
{
    dynox__sent   kept;
    dynox_future *pinned = NULL;
    for (int tries = 0; tries < 100; tries++) {
        unsigned turn = dynox__sent_turn(before);
        dynox_future_release(pinned);
        pinned = dynox__pin_acquire_shielded(pin);
        kept   = (dynox__sent){0};
        dynox__sent_add_kept(&kept, before); /* last: what has left the pin is in it */
        if (atomic_load(&before->turn) == turn) break;
    }
    dynox__sent_count(sum, kept.attempts, kept.may_have_applied);
    return pinned;
}

void dynox__sent_add_kept(dynox__sent *sum, const dynox__sent_before *before)
{
    dynox__sent_count(sum, atomic_load(&before->attempts), atomic_load(&before->may_have_applied));
}

dynox__failure *dynox__failure_with_sent(dynox_status status, dynox__failure *failure, const dynox__sent *sum)
{
    const dynox_error *known = failure ? &failure->error : dynox__status_error(status);
    bool               more  = sum->may_have_applied && !known->may_have_applied;
    if (!more && sum->attempts <= known->attempts) return dynox__failure_acquire(failure);
    dynox_error error = {0};
    dynox_error_copy(&error, known);
    error.may_have_applied = known->may_have_applied || more;
    if (sum->attempts > error.attempts) error.attempts = sum->attempts;
    dynox__failure *made = dynox__failure_new(&error);
    dynox_error_clear(&error);
    return made ? made : dynox__failure_acquire(failure);
}

dynox__failure *dynox__failure_if_cancelled(dynox_status status, dynox__failure *failure,
                                            const dynox__sent_before *before)
{
    dynox__sent sum = {0};
    if (status != DYNOX_E_CANCELLED) return failure;
    dynox__sent_add_kept(&sum, before);
    dynox__failure *told = dynox__failure_with_sent(status, failure, &sum);
    dynox__failure_release(failure);
    return told;
}

dynox__failure *dynox__future_given_up(dynox_future *future, dynox_status status)
{
    dynox__sent sum = {0};
    dynox__future_sent(future, &sum, DYNOX__SENT_DEPTH);
    return dynox__failure_with_sent(status, NULL, &sum);
}
