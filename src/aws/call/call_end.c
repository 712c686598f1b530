/* The end of a call: its result or its failure, and those who end it early. */
#include "aws/call/call_state.h"
#include "aws/call/observer.h"
#include "base/thread.h"

static int64_t duration_us(const dynox__call *call, int64_t ended_ns)
{
    int64_t started = call->state_->started_ns; /* 0: refused before it began */
    return started ? (ended_ns - started) / 1000 : 0;
}

/* The driver's last step, when the future has settled. */
static void let_go(dynox__call *call)
{
    if (call->state_->enlisted) dynox__service_delist(call->service, call);
    dynox_future_release(&call->future);
}

/* Somebody else settles, and may still be at it. A call stays listed until then, or a drain would end too soon: the
 * later of the two takes it off. */
static bool is_later(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    pthread_mutex_lock(&state->lock);
    bool later          = state->one_has_left;
    state->one_has_left = true;
    pthread_mutex_unlock(&state->lock);
    return later;
}

static void let_go_interrupted(dynox__call *call)
{
    if (is_later(call)) {
        dynox__observe_settled_end(call);
        dynox__service_delist(call->service, call);
    }
    dynox_future_release(&call->future);
}

/* Marks the call as over. true: it is the driver, and nobody else, who settles the future. */
static bool take_end(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    pthread_mutex_lock(&state->lock);
    bool mine    = !state->interrupted;
    state->phase = DYNOX__CALL_OVER;
    pthread_mutex_unlock(&state->lock);
    return mine;
}

/* Fails with an error that says what is known of the attempts; clears it. */
void dynox__call_fail(dynox__call *call, dynox_error *error)
{
    dynox__call_state *state = call->state_;
    dynox__call_unsent(call); /* unless it has been answered */
    if (!take_end(call)) {
        dynox_error_clear(error);
        let_go_interrupted(call);
        return;
    }
    error->attempts         = state->sent + dynox__hedge_drop(call);
    error->may_have_applied = state->may_have_applied;
    dynox__observe_end(call, error);
    if (state->first) error->status = DYNOX_E_CANCELLED; /* nobody looks at what a second one says */
    dynox_status    status  = error->status;
    dynox__failure *failure = dynox__failure_new(error);
    dynox_error_clear(error);
    dynox__future_settle(&call->future, (dynox__slot){0}, NULL, status, failure);
    let_go(call);
}

void dynox__call_fail_status(dynox__call *call, dynox_status status, bool retryable, const char *message)
{
    dynox_error error = {0};
    dynox_error_set(&error, status, "%s", message);
    error.retryable = retryable;
    dynox__call_fail(call, &error);
}

/* What is told besides the value. */
static void fill_info(dynox__call *call, const dynox__request *request, unsigned attempts, int64_t ended_ns)
{
    dynox_info *info   = &call->info;
    bool        hedged = info->hedged;
    if (call->document) *info = call->document->info;
    memcpy(info->request_id, request->head.request_id, sizeof info->request_id);
    info->attempts               = attempts;
    info->hedged                 = hedged;
    info->may_have_applied_twice = call->state_->applied_twice;
    info->duration_us            = duration_us(call, ended_ns);
    if (!call->document) return;
    call->document->info = *info;
    info->owned_         = &call->document->shared; /* so that a copy keeps it; the reference is the call's */
}

void dynox__call_succeed(dynox__call *call, dynox__slot value)
{
    dynox__call_state *state = call->state_;
    dynox__retry_success(&state->retry, &call->service->quota);
    if (dynox__hedge_win(call, value)) value = (dynox__slot){0};
    if (!take_end(call)) {
        dynox__slot_destroy(value, call->operation->type);
        let_go_interrupted(call);
        return;
    }
    unsigned attempts = state->sent + dynox__hedge_drop(call);
    fill_info(call, &call->request, attempts, call->request.received_ns);
    dynox__observe_end(call, NULL);
    dynox__future_settle(&call->future, value, NULL, DYNOX_OK, NULL);
    let_go(call);
}

void dynox__call_succeed_with(dynox__call *call, const dynox__call *from, dynox__slot value)
{
    if (!take_end(call)) {
        dynox__slot_destroy(value, call->operation->type);
        let_go_interrupted(call);
        return;
    }
    dynox_info *info  = &call->info;
    *info             = from->info;
    info->shared      = call->state_->joined;
    info->duration_us = duration_us(call, dynox__now_ns());
    if (info->shared) { /* it has sent nothing and consumed nothing */
        info->attempts       = 0;
        info->capacity       = NULL;
        info->capacity_count = 0;
    }
    call->document = from->document;
    if (call->document) dynox__shared_acquire(&call->document->shared);
    call->items = from->items;
    dynox__observe_end(call, NULL);
    dynox__future_settle(&call->future, value, NULL, DYNOX_OK, NULL);
    let_go(call);
}

/* ---- interruptions ---- */

/* Nobody will call back any more. */
static bool forget_locked(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    if (state->phase == DYNOX__CALL_SHARES) return dynox__share_forget(call);
    if (state->phase == DYNOX__CALL_GATE) return dynox__gate_forget(state->gate, &state->turn);
    return dynox__credentials_forget(call->service->provider, &state->waiter);
}

/* Tells whoever will call back to hurry. true: nobody will, and the driver's reference is ours. *left: the last attempt
 * has begun to leave. */
static bool hurry_locked(dynox__call *call, bool *release, bool *left)
{
    dynox__call_state *state = call->state_;
    *left                    = true;
    switch (state->phase) {
    case DYNOX__CALL_FLIGHT:
        *left = call->service->transport->cancel(call->service->transport, &call->request);
        return false;
    case DYNOX__CALL_BACKOFF: return dynox__timer_cancel(&state->backoff);
    case DYNOX__CALL_SHARES:
    case DYNOX__CALL_GATE:
    case DYNOX__CALL_CREDENTIALS:
        if (!forget_locked(call)) return false;
        *release = dynox__timer_cancel(&state->deadline);
        return true;
    case DYNOX__CALL_RUNNING:
    case DYNOX__CALL_OVER: break;
    }
    return false;
}

/* What an interrupter finds and does. */
typedef struct interruption {
    bool     mine; /* the driver will not come back: its reference is ours */
    bool     release, may_have_applied;
    unsigned sent;
} interruption;

static void interrupt_locked(dynox__call *call, interruption *one)
{
    dynox__call_state *state = call->state_;
    bool in_flight = state->phase == DYNOX__CALL_FLIGHT || (state->phase == DYNOX__CALL_RUNNING && state->sent);
    bool left;
    state->interrupted    = true;
    one->release          = false;
    one->mine             = hurry_locked(call, &one->release, &left);
    one->may_have_applied = call->is_write && (state->may_have_applied || (in_flight && left));
    one->sent             = state->sent - (unsigned)!left;
    if (one->mine) state->phase = DYNOX__CALL_OVER;
}

/* The future has settled. */
static void leave_interrupted(dynox__call *call, const interruption *one)
{
    bool later = !one->mine && is_later(call);
    if (later) dynox__observe_settled_end(call);
    if (one->mine) dynox__share_left(call);
    if (one->mine || later) dynox__service_delist(call->service, call);
    if (one->release) dynox_future_release(&call->future);
    if (one->mine) dynox_future_release(&call->future);
}

void dynox__call_interrupt(dynox__call *call, dynox_status status, const char *message)
{
    dynox__call_state *state = call->state_;
    dynox_error        error = {0};
    interruption       one;
    if (call->service->generation != dynox__fork_generation()) return;
    if (state->first) status = DYNOX_E_CANCELLED; /* as above */
    pthread_mutex_lock(&state->lock);
    if (state->interrupted || state->phase == DYNOX__CALL_OVER) {
        pthread_mutex_unlock(&state->lock);
        return;
    }
    interrupt_locked(call, &one);
    pthread_mutex_unlock(&state->lock);

    dynox_error_set(&error, status, "%s", message);
    error.attempts         = one.sent + dynox__hedge_drop(call);
    error.may_have_applied = one.may_have_applied;
    error.retryable        = status == DYNOX_E_TIMEOUT;
    if (one.mine) dynox__call_unsent(call);
    if (one.mine) dynox__observe_end(call, &error);
    dynox__failure *failure = dynox__failure_new(&error);
    dynox__future_settle(&call->future, (dynox__slot){0}, NULL, status, failure); /* nobody else does */
    leave_interrupted(call, &one);
}

bool dynox__call_supply(dynox__call *call, dynox__call *from, dynox__slot value)
{
    dynox__call_state *state = call->state_;
    interruption       one;
    pthread_mutex_lock(&state->lock);
    bool late = state->interrupted || state->phase == DYNOX__CALL_OVER || state->phase == DYNOX__CALL_RUNNING;
    if (!late) interrupt_locked(call, &one);
    int64_t flew_ns = late ? 0 : state->flight_ns;
    pthread_mutex_unlock(&state->lock);
    if (late) return false;
    atomic_fetch_add_explicit(&call->service->hedging.won, 1, memory_order_relaxed);

    int64_t now    = dynox__now_ns();
    call->document = from->document; /* the driver is away until the future has settled, and does not look at it then */
    call->items    = from->items;
    call->scanned  = from->scanned;
    from->document = NULL;
    dynox__hedge_answered(call, flew_ns, now);
    unsigned attempts = one.sent + dynox__hedge_drop(call);
    fill_info(call, &from->request, attempts, now);
    if (one.mine) dynox__call_unsent(call);
    if (one.mine) dynox__observe_end(call, NULL);
    dynox__future_settle(&call->future, value, NULL, DYNOX_OK, NULL);
    leave_interrupted(call, &one);
    return true;
}

/* Whatever it has brought back, nobody looks at it. */
static void tell_interrupted_attempt(dynox__call *call)
{
    dynox_error error = {0};
    if (!call->state_->attempt_observed) return;
    if (call->request.status == DYNOX_OK) call->request.status = DYNOX_E_CANCELLED;
    dynox_error_set(&error, call->request.status, "%s", dynox_status_text(call->request.status));
    dynox__observe_attempt_end(call, &error);
}

/* The driver is back. false: the call was interrupted meanwhile, and has been ended. */
bool dynox__call_resume(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    pthread_mutex_lock(&state->lock);
    bool interrupted = state->interrupted, flew = state->phase == DYNOX__CALL_FLIGHT, release = false;
    if (flew)
        release = dynox__hedge_disarm_locked(call);
    else if (state->phase != DYNOX__CALL_BACKOFF)
        release = dynox__timer_cancel(&state->deadline);
    state->phase = interrupted ? DYNOX__CALL_OVER : DYNOX__CALL_RUNNING;
    pthread_mutex_unlock(&state->lock);
    if (release) dynox_future_release(&call->future); /* never the last: the driver's is there */
    if (!interrupted) return true;
    if (flew)
        dynox__call_abandoned(call);
    else
        dynox__call_unsent(call);
    tell_interrupted_attempt(call);
    let_go_interrupted(call);
    return false;
}
