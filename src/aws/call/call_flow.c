/* How fast calls may go: where an attempt waits for its turn, and what is learnt from what came of it. */
#include "aws/call/call_state.h"

/* ---- waiting, with the deadline at one's back ---- */

static void deadline_has_passed(dynox__timer *timer)
{
    dynox__call_state *state = DYNOX__CONTAINER(timer, dynox__call_state, deadline);
    dynox__call       *call  = state->call;
    pthread_mutex_lock(&state->lock);
    dynox__call_phase phase = state->phase;
    pthread_mutex_unlock(&state->lock);
    dynox__call_interrupt(call, DYNOX_E_TIMEOUT,
                          phase == DYNOX__CALL_GATE
                              ? "the deadline passed while the call waited for its turn: it may not go faster"
                          : phase == DYNOX__CALL_SHARES ? "the deadline passed"
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

/* ---- gates ---- */

static dynox__gate *next_gate(dynox__call *call, int64_t now_ns, double *units)
{
    dynox__call_state *state   = call->state_;
    dynox__service    *service = call->service;
    dynox__gate       *gate = service->limiter ? dynox__toll_next(&state->toll, service->limiter, now_ns, units) : NULL;
    if (gate || !service->is_adaptive || state->has_turn) return gate;
    *units = 1;
    return &service->adaptive.gate;
}

static void count_gate(dynox__call_state *state)
{
    if (state->toll.paid < state->toll.count)
        state->toll.paid++;
    else
        state->has_turn = true;
}

static void pass_gates(dynox__call *call, int64_t now_ns);

static void turn_has_come(dynox__gate_waiter *waiter)
{
    dynox__call_state *state = DYNOX__CONTAINER(waiter, dynox__call_state, turn);
    count_gate(state);
    if (dynox__call_resume(state->call)) pass_gates(state->call, dynox__now_ns());
}

/* What came of one gate. */
typedef enum passage { PASSED, WAITS, REFUSED, INTERRUPTED } passage;

/* A second attempt of a read never waits: it is for speed. */
static passage pass(dynox__call *call, dynox__gate *gate, double units, int64_t now_ns)
{
    dynox__call_state *state = call->state_;
    passage            came  = INTERRUPTED;
    pthread_mutex_lock(&state->lock);
    state->gate = gate;
    state->turn = (dynox__gate_waiter){.passed = turn_has_come};
    if (!state->interrupted && state->first)
        came = dynox__gate_try(gate, units, now_ns) ? PASSED : REFUSED;
    else if (!state->interrupted)
        came = dynox__gate_enter(gate, &state->turn, units, now_ns) ? PASSED : WAITS;
    if (came == WAITS) dynox__call_await_locked(call, DYNOX__CALL_GATE);
    pthread_mutex_unlock(&state->lock);
    return came;
}

/* An interrupted call goes on at once: it is about to end. One that waits is not ours any more. */
static void pass_gates(dynox__call *call, int64_t now_ns)
{
    dynox__gate *gate;
    double       units;
    passage      came = PASSED;
    while (came == PASSED && (gate = next_gate(call, now_ns, &units)) != NULL) {
        came = pass(call, gate, units, now_ns);
        if (came == PASSED) count_gate(call->state_);
    }
    if (came == REFUSED)
        dynox__call_fail_status(call, DYNOX_E_BUSY, true, "it may not go faster");
    else if (came != WAITS)
        dynox__call_send(call, now_ns);
}

void dynox__call_attempt(dynox__call *call, int64_t now_ns)
{
    call->state_->has_turn = false;
    if (call->operation->opens)
        dynox__call_send(call, now_ns); /* which consumes nothing */
    else
        pass_gates(call, now_ns);
}

/* ---- what came of it ---- */

/* Throttling has three forms: an error, parts of a batch that come back, a reason why a transaction was cancelled. */
static bool came_too_fast(const dynox__call *call, const dynox__answer *answer)
{
    const dynox_error *error = &answer->error;
    if (answer->succeeded) return call->held_back;
    for (size_t i = 0; i < error->reason_count; i++) {
        const char *code = error->reasons[i].code ? error->reasons[i].code : "";
        if (strcmp(code, "ThrottlingError") == 0 || strcmp(code, "ProvisionedThroughputExceeded") == 0) return true;
    }
    return answer->class_ == DYNOX__RETRY_THROTTLING;
}

static void settle_toll(dynox__call *call, const dynox__answer *answer, bool throttled, int64_t now_ns)
{
    dynox__toll      *toll    = &call->state_->toll;
    dynox_limiter    *limiter = call->service->limiter;
    const dynox_info *info    = answer->succeeded && call->document ? &call->document->info : NULL;
    bool              left    = call->request.status == DYNOX_OK || call->request.phase != DYNOX__PHASE_QUEUED;
    if (came_too_fast(call, answer)) dynox__toll_too_fast(toll, limiter, call->request.sent_ns, now_ns);
    if (throttled || !left)
        dynox__toll_refund(toll, now_ns);
    else
        dynox__toll_settle(toll, limiter, info ? info->capacity : NULL, info ? info->capacity_count : 0, now_ns);
}

void dynox__call_learn(dynox__call *call, const dynox__answer *answer)
{
    dynox__service *service   = call->service;
    bool            throttled = !answer->succeeded && answer->class_ == DYNOX__RETRY_THROTTLING;
    if (call->operation->opens) return;
    if (!service->is_adaptive && !service->limiter && !call->state_->flight_ns) return;
    int64_t now = dynox__now_ns();
    if (call->request.status == DYNOX_OK) dynox__hedge_answered(call, call->state_->flight_ns, now);
    call->state_->flight_ns = 0;
    if (service->limiter) settle_toll(call, answer, throttled, now);
    if (service->is_adaptive) dynox__adaptive_answer(&service->adaptive, throttled, now);
}

void dynox__call_unsent(dynox__call *call)
{
    if (call->service->limiter) dynox__toll_refund(&call->state_->toll, dynox__now_ns());
}

void dynox__call_abandoned(dynox__call *call)
{
    if (call->service->limiter && call->request.phase != DYNOX__PHASE_QUEUED)
        dynox__toll_settle(&call->state_->toll, call->service->limiter, NULL, 0, dynox__now_ns());
    else
        dynox__call_unsent(call);
}
