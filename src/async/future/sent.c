/* What was sent for a future that somebody gives up: an answer that did not come says nothing about the write. */
#include "async/future/state.h"

void dynox__future_sent(dynox_future *future, dynox__sent *sum, int depth)
{
    if (!future || depth <= 0) return;
    if (dynox_future_done(future) && future->status != DYNOX_OK) {
        const dynox__failure *failure = future->failure;
        if (!failure) return;
        sum->attempts += failure->error.attempts;
        sum->may_have_applied = sum->may_have_applied || failure->error.may_have_applied;
    } else if (future->class_->sent) {
        future->class_->sent(future, sum, depth - 1);
    }
}

dynox__failure *dynox__future_given_up(dynox_future *future, dynox_status status)
{
    dynox__sent sum = {0};
    dynox__future_sent(future, &sum, DYNOX__SENT_DEPTH);
    if (!sum.attempts) return NULL;
    dynox_error error      = *dynox__status_error(status);
    error.attempts         = sum.attempts;
    error.may_have_applied = sum.may_have_applied;
    return dynox__failure_new(&error);
}
