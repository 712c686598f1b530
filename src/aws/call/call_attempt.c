/* The attempts of a call: credentials, signature, sending, and what follows from a failure. */
#include "aws/call/call_state.h"
#include "aws/call/observer.h"
#include "base/log.h"

/* ---- sending ---- */

static dynox_status prepare_request(dynox__call *call, const dynox__place *place, const dynox__credentials *credentials)
{
    if (!call->operation->opens) return dynox__head_write(call, place, credentials);
    call->request.origin = &place->origin;
    call->request.warms  = call->context[0];
    return DYNOX_OK;
}

/* The attempt that was about to begin did not: `status`, or an interruption. Nothing of the one before it stays. */
static void tell_unsent(dynox__call *call, dynox_status status)
{
    dynox__request *request = &call->request;
    dynox_error     error   = {0};
    if (!call->state_->attempt_observed) return;
    request->status       = status == DYNOX_OK ? DYNOX_E_CANCELLED : status;
    request->connected_ns = request->connecting_ns = request->sent_ns = request->first_byte_ns = 0;
    dynox_error_set(&error, request->status, "%s", dynox_status_text(request->status));
    dynox__observe_attempt_end(call, &error);
}

static const dynox__place *find_place(dynox__call *call, const dynox__credentials *credentials, int64_t now_ns,
                                      dynox_error *error)
{
    if (call->service->nodes.several) return dynox__call_take_node(call, now_ns, error);
    return dynox__service_place(call->service, credentials, call->resource, error);
}

/* Takes over the credentials. */
static void send(dynox__call *call, dynox__credentials *credentials, int64_t now_ns)
{
    dynox__call_state *state = call->state_;
    dynox__credentials_release(state->credentials);
    state->credentials        = credentials;
    dynox_error         error = {0};
    const dynox__place *place = find_place(call, credentials, now_ns, &error);
    if (!place) {
        dynox__call_fail(call, &error);
        return;
    }
    dynox_status status = prepare_request(call, place, credentials);
    if (status != DYNOX_OK) {
        dynox__call_leave_node(call, false);
        dynox__call_fail_status(call, status, false, "the request could not be signed: out of memory");
        return;
    }
    state->place = place;
    dynox__observe_credentials(call->service, credentials);
    dynox__observe_attempt(call, now_ns);
    int64_t limit             = state->attempt_timeout_ms;
    call->request.deadline_ns = limit > 0 ? dynox__deadline_after(now_ns, limit) : DYNOX__NEVER;
    if (call->request.deadline_ns > state->deadline_ns) call->request.deadline_ns = state->deadline_ns;
    pthread_mutex_lock(&state->lock);
    if (!state->interrupted) {
        dynox__transport *transport = call->service->transport;
        state->phase                = DYNOX__CALL_FLIGHT;
        state->sent++;
        status = transport->submit(transport, &call->request);
        if (status == DYNOX_OK) {
            dynox__hedge_arm_locked(call, now_ns);
            pthread_mutex_unlock(&state->lock); /* and the call is not ours any more */
            return;
        }
        state->sent--;
        state->phase = DYNOX__CALL_RUNNING;
    }
    pthread_mutex_unlock(&state->lock);
    dynox__call_leave_node(call, false);
    tell_unsent(call, status);
    dynox__call_fail_status(call, status, status == DYNOX_E_BUSY,
                            status == DYNOX_E_SYSTEM && *call->request.message ? call->request.message
                                                                               : dynox_status_text(status));
}

/* There are no (other) credentials: the service's own words are better than ours if it has spoken. */
static void fail_without_credentials(dynox__call *call, const dynox_error *why)
{
    dynox__call_state *state = call->state_;
    dynox_error        error = {0};
    dynox_error_copy(&error, state->refusal ? &state->refusal->error : why);
    dynox__call_fail(call, &error);
}

static void send_if_new(dynox__call *call, dynox__credentials *credentials, int64_t now_ns)
{
    dynox__call_state *state = call->state_;
    dynox_error        same  = {0};
    if (!state->stale || !dynox__credentials_same(state->stale, credentials)) {
        send(call, credentials, now_ns);
        return;
    }
    dynox__credentials_release(credentials);
    dynox_error_set(&same, DYNOX_E_EXPIRED_TOKEN, "the service refused the credentials, and there are no others");
    fail_without_credentials(call, &same);
}

void dynox__call_credentials_ready(dynox__credentials_waiter *waiter, dynox__credentials *credentials,
                                   const dynox_error *error)
{
    dynox__call *call = DYNOX__CONTAINER(waiter, dynox__call_state, waiter)->call;
    if (!dynox__call_resume(call))
        dynox__credentials_release(credentials);
    else if (credentials)
        send_if_new(call, credentials, dynox__now_ns());
    else
        fail_without_credentials(call, error);
}

void dynox__call_send(dynox__call *call, int64_t now_ns)
{
    dynox__call_state  *state       = call->state_;
    dynox__credentials *credentials = NULL;
    dynox_error         error       = {0};
    dynox_status        status      = DYNOX_E_CANCELLED;
    if (now_ns >= state->deadline_ns) {
        dynox__call_fail_status(call, DYNOX_E_TIMEOUT, true, "the deadline passed before the request was sent");
        return;
    }
    pthread_mutex_lock(&state->lock);
    if (!state->interrupted)
        status = dynox__credentials_get(call->service->provider, state->stale, &state->waiter, &credentials, &error);
    if (status == DYNOX_E_BUSY) dynox__call_await_locked(call, DYNOX__CALL_CREDENTIALS);
    pthread_mutex_unlock(&state->lock); /* when busy, the call is not ours any more */
    if (status == DYNOX_E_BUSY) return;
    if (status == DYNOX_OK)
        send_if_new(call, credentials, now_ns);
    else
        fail_without_credentials(call, &error);
    dynox_error_clear(&error);
}

/* ---- after an attempt ---- */

static void backoff_is_over(dynox__timer *timer)
{
    dynox__call *call = DYNOX__CONTAINER(timer, dynox__call_state, backoff)->call;
    if (dynox__call_resume(call)) dynox__call_attempt(call, dynox__now_ns());
}

static void add_reason(dynox_error *error, const char *reason)
{
    size_t length = strlen(error->message);
    snprintf(error->message + length, sizeof error->message - length, " (%s)", reason);
}

/* Waits, then tries again. What comes of the error: it is the call's if there is no time. */
static void wait_and_repeat(dynox__call *call, dynox_error *error, int64_t delay_ns)
{
    dynox__call_state *state = call->state_;
    int64_t            now   = dynox__now_ns();
    if (state->deadline_ns != DYNOX__NEVER && delay_ns >= state->deadline_ns - now) {
        add_reason(error, "no time was left for another attempt");
        dynox__call_fail(call, error);
        return;
    }
    dynox__log(DYNOX_LOG_DEBUG, "call", "%s: attempt %u in %lld ms, after %s: %s", call->operation->name,
               state->retry.attempt, (long long)(delay_ns / DYNOX__MS), dynox_status_name(error->status),
               error->message);
    pthread_mutex_lock(&state->lock);
    bool started = false, interrupted = state->interrupted;
    if (!interrupted) {
        state->phase   = DYNOX__CALL_BACKOFF;
        state->backoff = (dynox__timer){.fire = backoff_is_over};
        started        = dynox__timer_start(&state->backoff, now + delay_ns);
        if (!started) state->phase = DYNOX__CALL_RUNNING;
    }
    pthread_mutex_unlock(&state->lock); /* with a timer, the call is not ours any more */
    if (started) {
        dynox_error_clear(error);
        return;
    }
    if (!interrupted) add_reason(error, "not repeated: no memory for a timer");
    dynox__call_fail(call, error);
}

/* The service does not know these credentials: once, with others. */
static bool repeat_with_other_credentials(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    if (state->refreshed || state->retry.attempt >= state->policy.max_attempts) return false;
    state->refreshed = true;
    state->retry.attempt++;
    dynox__credentials_release(state->stale);
    state->stale       = state->credentials;
    state->credentials = NULL;
    return true;
}

/* A used connection died before the answer began: the server has closed it, which says nothing of how the service is.
 * So once, without waiting and without asking the quota, on a connection that nobody has used. */
static bool repeat_on_fresh_connection(dynox__call *call)
{
    dynox__call_state    *state   = call->state_;
    const dynox__request *request = &call->request;
    if (request->status != DYNOX_E_TRANSPORT || !request->reused || request->phase > DYNOX__PHASE_WAITING ||
        request->fresh || state->retry.attempt >= state->policy.max_attempts)
        return false;
    call->request.fresh = true;
    state->retry.attempt++;
    return true;
}

/* Others, or throttling, stood in the way of a transaction, and nothing of it was applied. Official clients leave it to
 * the program to try again, and it says how often. */
static void allow_conflict(dynox__call *call, dynox__answer *answer)
{
    dynox_status status   = answer->error.status;
    bool         conflict = status == DYNOX_E_TRANSACTION_CANCELLED || status == DYNOX_E_TRANSACTION_CONFLICT;
    if (!conflict || !answer->error.retryable || !call->conflict_retries) return;
    call->conflict_retries--;
    call->state_->policy.max_attempts++;
    answer->class_ = DYNOX__RETRY_TRANSIENT;
}

/* The answer to what was sent before was lost, and this one shows that it was done. If it shows nothing of it, a
 * condition may have failed by what this very call has written. */
static bool was_done(dynox__call *call, dynox__answer *answer)
{
    dynox__call_state *state    = call->state_;
    dynox__recovery    recovery = DYNOX__RECOVERY_UNKNOWN;
    if (!state->may_have_applied) return false;
    if (call->operation->recover) recovery = call->operation->recover(call, &answer->error, &answer->value);
    if (recovery == DYNOX__RECOVERY_UNKNOWN && answer->error.status == DYNOX_E_CONDITION_FAILED)
        add_reason(&answer->error, "an answer was lost before, so it may be this call itself that was first");
    if (recovery == DYNOX__RECOVERY_NOT_DONE) {
        pthread_mutex_lock(&state->lock);
        state->may_have_applied = false;
        pthread_mutex_unlock(&state->lock);
    }
    if (recovery != DYNOX__RECOVERY_DONE) return false;
    dynox_error_clear(&answer->error);
    return true;
}

static void after_failure(dynox__call *call, dynox__answer *answer)
{
    dynox__call_state *state   = call->state_;
    dynox_error       *error   = &answer->error;
    bool               unclear = call->is_write && answer->may_have_applied;
    int64_t            delay   = 0;
    if (unclear) {
        pthread_mutex_lock(&state->lock);
        state->may_have_applied = true;
        pthread_mutex_unlock(&state->lock);
    }
    bool unsafe = unclear && call->ambiguity == DYNOX__AMBIGUOUS;
    if (unsafe && call->fail_ambiguous && answer->class_ != DYNOX__RETRY_NEVER) {
        add_reason(error, "the write may have been applied, so it was not repeated");
        dynox__call_fail(call, error);
        return;
    }
    if (answer->class_ == DYNOX__RETRY_CREDENTIALS && repeat_with_other_credentials(call)) {
        state->refusal = dynox__failure_new(error);
        dynox_error_clear(error);
        dynox__call_attempt(call, dynox__now_ns());
        return;
    }
    if (dynox__call_can_move(call)) {
        state->moves++;
        dynox_error_clear(error);
        dynox__call_attempt(call, dynox__now_ns());
        return;
    }
    if (repeat_on_fresh_connection(call)) {
        state->applied_twice = state->applied_twice || unsafe;
        dynox_error_clear(error);
        dynox__call_attempt(call, dynox__now_ns());
        return;
    }
    allow_conflict(call, answer);
    dynox__retry_verdict verdict = dynox__retry_next(&state->retry, &state->policy, &call->service->quota,
                                                     answer->class_, answer->hint_ms, &delay);
    if (verdict == DYNOX__RETRY_YES) {
        state->applied_twice = state->applied_twice || unsafe;
        wait_and_repeat(call, error, delay);
        return;
    }
    if (verdict == DYNOX__RETRY_NO_QUOTA) add_reason(error, "not repeated: too many calls failed lately");
    dynox__call_fail(call, error);
}

/* Whatever comes next there is nobody's; and the next attempt goes where nothing came before it. */
static void reject_connection(dynox__call *call)
{
    dynox__transport *transport;
    pthread_mutex_lock(&call->state_->lock);
    transport = call->state_->interrupted ? NULL : call->service->transport;
    if (transport) transport->reject(transport, &call->request);
    pthread_mutex_unlock(&call->state_->lock);
    call->request.fresh = true;
}

void dynox__call_done(dynox__request *request)
{
    dynox__call  *call = DYNOX__CONTAINER(request, dynox__call, request);
    dynox__answer answer;
    bool          outer = dynox__service_enter_io();
    dynox__call_leave_node(call, true);
    if (dynox__call_resume(call)) {
        call->state_->answer_size = request->body.size;
        dynox__answer_read(call, &answer);
        dynox__call_learn(call, &answer);
        dynox__observe_attempt_end(call, answer.succeeded ? NULL : &answer.error);
        if (answer.class_ == DYNOX__RETRY_THROTTLING) dynox__observe_throttled(call, &answer.error);
        if (answer.foreign) reject_connection(call);
        if (answer.succeeded || was_done(call, &answer))
            dynox__call_succeed(call, answer.value);
        else
            after_failure(call, &answer);
    }
    dynox__service_leave_io(outer);
}
