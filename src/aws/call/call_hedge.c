/* Hedged reads: when the first attempt of a read is slow, a second call with the same request goes another way. What it
 * brings ends the first one, like an interruption that has a result. */
#include "aws/call/call_state.h"
#include "base/alloc.h"
#include "base/log.h"

/* ---- the second call ---- */

/* While the first is in flight nobody changes its request. NULL: out of memory, and then there is no second. */
static dynox__call *copy_locked(dynox__call *first)
{
    const dynox__call_state *from = first->state_;
    dynox__call             *call = dynox__call_copy(first);
    if (!call) return NULL;
    dynox__call_state *state   = call->state_;
    state->trace               = dynox__strdup(from->trace);
    state->deadline_ns         = from->deadline_ns;
    state->attempt_timeout_ms  = from->attempt_timeout_ms;
    state->policy              = from->policy;
    state->policy.max_attempts = state->retry.attempt = 2; /* the second of two: nothing is tried again */
    memcpy(state->invocation, from->invocation, sizeof state->invocation);
    state->node           = dynox__nodes_acquire(&first->service->nodes.nodes, from->node); /* it goes to another one */
    state->started_ns     = dynox__now_ns();
    state->first          = dynox_future_acquire(&first->future);
    first->state_->second = call;
    return call;
}

static void start(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    dynox__log(DYNOX_LOG_DEBUG, "call", "%s is slow: a second attempt goes another way", call->operation->name);
    state->enlisted = dynox__service_enlist(call->service, call);
    if (state->enlisted)
        dynox__call_attempt(call, state->started_ns);
    else
        dynox__call_fail_status(call, DYNOX_E_SHUTDOWN, false, "the client takes no calls any more");
}

static void second_is_due(dynox__timer *timer)
{
    dynox__call_state *state = DYNOX__CONTAINER(timer, dynox__call_state, hedge);
    dynox__call       *first = state->call, *second = NULL;
    pthread_mutex_lock(&state->lock);
    if (state->phase == DYNOX__CALL_FLIGHT && !state->interrupted && dynox__hedging_take(&first->service->hedging))
        second = copy_locked(first);
    pthread_mutex_unlock(&state->lock);
    if (second) start(second); /* whoever ends the first may have ended it already */
    dynox_future_release(&first->future);
}

/* ---- what the first one does about it ---- */

static unsigned percent_of(const dynox__call *call)
{
    dynox_hedge wanted = call->hedge ? call->hedge : call->service->hedge;
    if (!call->operation->is_read || call->is_write || call->state_->first) return 0;
    return wanted == DYNOX_HEDGE_P95 ? 95 : wanted == DYNOX_HEDGE_P99 ? 99 : 0;
}

void dynox__hedge_arm_locked(dynox__call *call, int64_t now_ns)
{
    dynox__call_state *state   = call->state_;
    unsigned           percent = state->sent == 1 ? percent_of(call) : 0;
    if (!percent) return;
    int64_t delay    = dynox__hedging_begin(&call->service->hedging, call->operation, percent);
    state->flight_ns = now_ns;
    state->hedge     = (dynox__timer){.fire = second_is_due};
    if (delay < 0) return;
    dynox_future_acquire(&call->future);
    if (!dynox__timer_start(&state->hedge, dynox__now_ns() + delay)) dynox_future_release(&call->future);
}

bool dynox__hedge_disarm_locked(dynox__call *call)
{
    return call->state_->flight_ns && dynox__timer_cancel(&call->state_->hedge);
}

void dynox__hedge_answered(dynox__call *call, int64_t flight_ns, int64_t now_ns)
{
    if (flight_ns) dynox__hedging_record(&call->service->hedging, call->operation, now_ns - flight_ns);
}

unsigned dynox__hedge_drop(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    dynox__sent        sum   = {0};
    pthread_mutex_lock(&state->lock);
    dynox__call *second = state->second;
    state->second       = NULL;
    pthread_mutex_unlock(&state->lock);
    if (!second) return 0;
    dynox__call_interrupt(second, DYNOX_E_CANCELLED, "the first attempt was faster");
    dynox__future_sent(&second->future, &sum, 1);
    dynox_future_release(&second->future);
    if (!sum.attempts) return 0; /* it had no time, or no turn, to leave */
    call->info.hedged = true;
    atomic_fetch_add_explicit(&call->service->hedging.sent, 1, memory_order_relaxed);
    return sum.attempts;
}

/* ---- what the second one does ---- */

bool dynox__hedge_win(dynox__call *second, dynox__slot value)
{
    dynox__call *first = (dynox__call *)(void *)second->state_->first;
    return first && dynox__call_supply(first, second, value);
}
