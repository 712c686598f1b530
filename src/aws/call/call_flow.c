/* How fast calls may go: where an attempt waits for its turn, and what is learnt from what came of it. */
#include "aws/call/call_state.h"

/* ---- waiting, with the deadline at one's back ---- */

static void deadline_has_passed(dynox__timer *timer)
{
    dynox__call_state *state = DYNOX__CONTAINER(timer, dynox__call_state, deadline);
    dynox__call       *call  = state->call;
    pthread_mutex_lock(&state->lock);
    bool turn = state->phase == DYNOX__CALL_GATE;
    pthread_mutex_unlock(&state->lock);
    dynox__call_interrupt(call, DYNOX_E_TIMEOUT,
                          turn ? "the deadline passed while the call waited for its turn: it may not go faster"
                               : "the deadline passed while credentials were awaited");
    dynox_future_release(&call->future);
}

void dynox__call_await_locked(dynox__call *call, dynox__call_phase phase)
{
    dynox__call_state *state = call->state_;
    state->phase             = phase;
    if (state->deadline_ns == DYNOX__NEVER) return;
    state->deadline = (dynox__timer){.fire = deadline_has_passed};
    dynox_future_acquire(&call->future);
    if (!dynox__timer_start(&state->deadline, state->deadline_ns)) dynox_future_release(&call->future);
}

bool dynox__call_awaited(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    pthread_mutex_lock(&state->lock);
    bool release = dynox__timer_cancel(&state->deadline);
    pthread_mutex_unlock(&state->lock);
    if (release) dynox_future_release(&call->future); /* never the last: the driver's is there */
    return dynox__call_resume(call);
}

/* ---- gates ---- */

static void turn_has_come(dynox__gate_waiter *waiter)
{
    dynox__call *call = DYNOX__CONTAINER(waiter, dynox__call_state, turn)->call;
    if (dynox__call_awaited(call)) dynox__call_send(call, dynox__now_ns());
}

/* false: the call waits, and is not ours any more. An interrupted one passes: it is about to end. */
static bool enter(dynox__call *call, dynox__gate *gate, double units, int64_t now_ns)
{
    dynox__call_state *state = call->state_;
    pthread_mutex_lock(&state->lock);
    state->gate = gate;
    state->turn = (dynox__gate_waiter){.passed = turn_has_come};
    bool passed = state->interrupted || dynox__gate_enter(gate, &state->turn, units, now_ns);
    if (!passed) dynox__call_await_locked(call, DYNOX__CALL_GATE);
    pthread_mutex_unlock(&state->lock);
    return passed;
}

void dynox__call_attempt(dynox__call *call, int64_t now_ns)
{
    dynox__service *service = call->service;
    if (!service->is_adaptive || enter(call, &service->adaptive.gate, 1, now_ns)) dynox__call_send(call, now_ns);
}

void dynox__call_learn(dynox__call *call, const dynox__answer *answer)
{
    dynox__service *service = call->service;
    if (service->is_adaptive)
        dynox__adaptive_answer(&service->adaptive, !answer->succeeded && answer->class_ == DYNOX__RETRY_THROTTLING,
                               dynox__now_ns());
}
