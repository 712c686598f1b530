/* The pipeline: a call from its start to its end. See call_state.h for who may do what when. */
#include "aws/call/call_state.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/random.h"
#include "base/thread.h"
#include <stdlib.h>

static void attempt(dynox__call *call);

/* ---- the future ---- */

static void call_cancel(dynox_future *future)
{
    dynox__call_interrupt((dynox__call *)(void *)future, DYNOX_E_CANCELLED, "cancelled");
}

static void call_destroy(dynox_future *future)
{
    dynox__call       *call  = (dynox__call *)(void *)future;
    dynox__call_state *state = call->state_;
    /* the head may hold a session token */
    if (call->buffer.data) dynox__wipe(call->buffer.data, call->head_room);
    dynox__buffer_free(&call->buffer);
    dynox__buffer_free(&call->request.body);
    if (call->document) dynox__shared_release(&call->document->shared);
    dynox__credentials_release(state->credentials);
    dynox__credentials_release(state->stale);
    dynox__failure_release(state->refusal);
    dynox__free(call->resource);
    dynox__free(call->table);
    dynox__free(state->trace);
    pthread_mutex_destroy(&state->lock);
    dynox__service *service = call->service;
    dynox__free(call);
    dynox__service_release(service); /* last: once it has no calls, nothing of them is left */
}

/* Pending, or done with success: a failure tells it itself. */
static void call_sent(dynox_future *future, dynox__sent *sum, int depth)
{
    dynox__call       *call  = (dynox__call *)(void *)future;
    dynox__call_state *state = call->state_;
    (void)depth;
    if (call->service->generation != dynox__fork_generation()) return;
    pthread_mutex_lock(&state->lock);
    bool in_flight = state->phase == DYNOX__CALL_FLIGHT || state->phase == DYNOX__CALL_OVER ||
                     (state->phase == DYNOX__CALL_RUNNING && state->sent);
    sum->attempts += state->sent;
    sum->may_have_applied =
        sum->may_have_applied || (call->is_write && state->sent && (state->may_have_applied || in_flight));
    pthread_mutex_unlock(&state->lock);
}

static const dynox__future_class call_class = {
    .name = "call", .cancel = call_cancel, .destroy = call_destroy, .sent = call_sent};

const dynox_info *dynox_future_info(const dynox_future *future)
{
    if (!future || future->class_ != &call_class || !dynox_future_done(future)) return NULL;
    return future->status == DYNOX_OK ? &((const dynox__call *)(const void *)future)->info : NULL;
}

/* ---- the end ---- */

/* One line a call, whatever becomes of it. `error` is NULL when it succeeded. */
static void log_end(const dynox__call *call, unsigned attempts, const dynox_error *error)
{
    if (!dynox__log_wanted(DYNOX_LOG_DEBUG)) return;
    int64_t     started = call->state_->started_ns; /* 0: refused before it began */
    int64_t     us      = started ? (dynox__now_ns() - started) / 1000 : 0;
    const char *id      = error ? error->request_id : call->info.request_id;
    dynox__log(DYNOX_LOG_DEBUG, "call", "%s on \"%s\": %s, attempts %u, %lld us, request id \"%s\"%s%s",
               call->operation->name, call->table ? call->table : "",
               dynox_status_name(error ? error->status : DYNOX_OK), attempts, (long long)us, id, error ? ": " : "",
               error ? error->message : "");
}

/* The driver's last step. */
static void let_go(dynox__call *call)
{
    if (call->state_->enlisted) dynox__service_delist(call->service, call);
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
static void fail(dynox__call *call, dynox_error *error)
{
    dynox__call_state *state = call->state_;
    if (!take_end(call)) {
        dynox_error_clear(error);
        let_go(call);
        return;
    }
    error->attempts         = state->sent;
    error->may_have_applied = state->may_have_applied;
    log_end(call, error->attempts, error);
    dynox_status    status  = error->status;
    dynox__failure *failure = dynox__failure_new(error);
    dynox_error_clear(error);
    dynox__future_settle(&call->future, (dynox__slot){0}, NULL, status, failure);
    let_go(call);
}

static void fail_status(dynox__call *call, dynox_status status, bool retryable, const char *message)
{
    dynox_error error = {0};
    dynox_error_set(&error, status, "%s", message);
    error.retryable = retryable;
    fail(call, &error);
}

static void succeed(dynox__call *call, dynox__slot value)
{
    dynox__call_state *state = call->state_;
    dynox_info        *info  = &call->info;
    dynox__retry_success(&state->retry, &call->service->quota);
    if (!take_end(call)) {
        dynox__slot_destroy(value, call->operation->type);
        let_go(call);
        return;
    }
    if (call->document) *info = call->document->info;
    memcpy(info->request_id, call->request.head.request_id, sizeof info->request_id);
    info->attempts               = state->sent;
    info->may_have_applied_twice = state->applied_twice;
    info->duration_us            = (dynox__now_ns() - state->started_ns) / 1000;
    if (call->document) {
        call->document->info = *info;
        info->owned_         = &call->document->shared; /* so that a copy keeps it; the reference is the call's */
    }
    log_end(call, info->attempts, NULL);
    dynox__future_settle(&call->future, value, NULL, DYNOX_OK, NULL);
    let_go(call);
}

/* ---- interruptions ---- */

static void forget_deadline_locked(dynox__call *call, bool *release)
{
    *release = dynox__timer_cancel(&call->state_->deadline);
}

/* Tells whoever will call back to hurry. true: nobody will, and the driver's reference is ours. */
static bool hurry_locked(dynox__call *call, bool *release)
{
    dynox__call_state *state = call->state_;
    switch (state->phase) {
    case DYNOX__CALL_FLIGHT: call->service->transport->cancel(call->service->transport, &call->request); return false;
    case DYNOX__CALL_BACKOFF: return dynox__timer_cancel(&state->backoff);
    case DYNOX__CALL_CREDENTIALS:
        if (!dynox__credentials_forget(call->service->provider, &state->waiter)) return false;
        forget_deadline_locked(call, release);
        return true;
    case DYNOX__CALL_RUNNING:
    case DYNOX__CALL_OVER: break;
    }
    return false;
}

void dynox__call_interrupt(dynox__call *call, dynox_status status, const char *message)
{
    dynox__call_state *state   = call->state_;
    bool               release = false, mine;
    dynox_error        error   = {0};
    if (call->service->generation != dynox__fork_generation()) return;
    pthread_mutex_lock(&state->lock);
    if (state->interrupted || state->phase == DYNOX__CALL_OVER) {
        pthread_mutex_unlock(&state->lock);
        return;
    }
    state->interrupted = true;
    bool     in_flight = state->phase == DYNOX__CALL_FLIGHT || (state->phase == DYNOX__CALL_RUNNING && state->sent);
    bool     may_have_applied = call->is_write && (state->may_have_applied || in_flight);
    unsigned sent             = state->sent;
    mine                      = hurry_locked(call, &release);
    if (mine) state->phase = DYNOX__CALL_OVER;
    pthread_mutex_unlock(&state->lock);

    dynox_error_set(&error, status, "%s", message);
    error.attempts         = sent;
    error.may_have_applied = may_have_applied;
    error.retryable        = status == DYNOX_E_TIMEOUT;
    log_end(call, sent, &error);
    dynox__failure *failure = dynox__failure_new(&error);
    dynox__future_settle(&call->future, (dynox__slot){0}, NULL, status, failure); /* nobody else does */
    if (release) dynox_future_release(&call->future);
    if (mine) let_go(call);
}

/* The driver is back. false: the call was interrupted meanwhile, and has been ended. */
static bool resume(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    pthread_mutex_lock(&state->lock);
    bool interrupted = state->interrupted;
    state->phase     = interrupted ? DYNOX__CALL_OVER : DYNOX__CALL_RUNNING;
    pthread_mutex_unlock(&state->lock);
    if (interrupted) let_go(call);
    return !interrupted;
}

/* ---- after an attempt ---- */

static void backoff_is_over(dynox__timer *timer)
{
    dynox__call *call = DYNOX__CONTAINER(timer, dynox__call_state, backoff)->call;
    if (resume(call)) attempt(call);
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
        fail(call, error);
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
    fail(call, error);
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
        fail(call, error);
        return;
    }
    if (answer->class_ == DYNOX__RETRY_CREDENTIALS && repeat_with_other_credentials(call)) {
        state->refusal = dynox__failure_new(error);
        dynox_error_clear(error);
        attempt(call);
        return;
    }
    if (repeat_on_fresh_connection(call)) {
        state->applied_twice = state->applied_twice || unsafe;
        dynox_error_clear(error);
        attempt(call);
        return;
    }
    dynox__retry_verdict verdict = dynox__retry_next(&state->retry, &state->policy, &call->service->quota,
                                                     answer->class_, answer->hint_ms, &delay);
    if (verdict == DYNOX__RETRY_YES) {
        state->applied_twice = state->applied_twice || unsafe;
        wait_and_repeat(call, error, delay);
        return;
    }
    if (verdict == DYNOX__RETRY_NO_QUOTA) add_reason(error, "not repeated: too many calls failed lately");
    fail(call, error);
}

static void done(dynox__request *request)
{
    dynox__call  *call = DYNOX__CONTAINER(request, dynox__call, request);
    dynox__answer answer;
    bool          outer = dynox__service_enter_io();
    if (resume(call)) {
        dynox__answer_read(call, &answer);
        if (answer.succeeded)
            succeed(call, answer.value);
        else
            after_failure(call, &answer);
    }
    dynox__service_leave_io(outer);
}

/* ---- an attempt ---- */

/* Takes over the credentials. */
static void send(dynox__call *call, dynox__credentials *credentials)
{
    dynox__call_state *state = call->state_;
    dynox__credentials_release(state->credentials);
    state->credentials        = credentials;
    dynox_error         error = {0};
    const dynox__place *place = dynox__service_place(call->service, credentials, call->resource, &error);
    if (!place) {
        fail(call, &error);
        return;
    }
    dynox_status status = dynox__head_write(call, place, credentials);
    if (status != DYNOX_OK) {
        fail_status(call, status, false, "the request could not be signed: out of memory");
        return;
    }
    int64_t limit             = state->attempt_timeout_ms;
    call->request.deadline_ns = limit > 0 ? dynox__deadline_after(dynox__now_ns(), limit) : DYNOX__NEVER;
    if (call->request.deadline_ns > state->deadline_ns) call->request.deadline_ns = state->deadline_ns;
    pthread_mutex_lock(&state->lock);
    if (!state->interrupted) {
        dynox__transport *transport = call->service->transport;
        state->phase                = DYNOX__CALL_FLIGHT;
        state->sent++;
        status = transport->submit(transport, &call->request);
        if (status == DYNOX_OK) {
            pthread_mutex_unlock(&state->lock); /* and the call is not ours any more */
            return;
        }
        state->sent--;
        state->phase = DYNOX__CALL_RUNNING;
    }
    pthread_mutex_unlock(&state->lock);
    fail_status(call, status, status == DYNOX_E_BUSY, dynox_status_text(status));
}

/* There are no (other) credentials: the service's own words are better than ours if it has spoken. */
static void fail_without_credentials(dynox__call *call, const dynox_error *why)
{
    dynox__call_state *state = call->state_;
    dynox_error        error = {0};
    dynox_error_copy(&error, state->refusal ? &state->refusal->error : why);
    fail(call, &error);
}

static void send_if_new(dynox__call *call, dynox__credentials *credentials)
{
    dynox__call_state *state = call->state_;
    dynox_error        same  = {0};
    if (!state->stale || !dynox__credentials_same(state->stale, credentials)) {
        send(call, credentials);
        return;
    }
    dynox__credentials_release(credentials);
    dynox_error_set(&same, DYNOX_E_EXPIRED_TOKEN, "the service refused the credentials, and there are no others");
    fail_without_credentials(call, &same);
}

static void deadline_has_passed(dynox__timer *timer)
{
    dynox__call *call = DYNOX__CONTAINER(timer, dynox__call_state, deadline)->call;
    dynox__call_interrupt(call, DYNOX_E_TIMEOUT, "the deadline passed while credentials were awaited");
    dynox_future_release(&call->future);
}

static void credentials_ready(dynox__credentials_waiter *waiter, dynox__credentials *credentials,
                              const dynox_error *error)
{
    dynox__call *call    = DYNOX__CONTAINER(waiter, dynox__call_state, waiter)->call;
    bool         release = false;
    pthread_mutex_lock(&call->state_->lock);
    forget_deadline_locked(call, &release);
    pthread_mutex_unlock(&call->state_->lock);
    if (release) dynox_future_release(&call->future); /* never the last: the driver's is there */
    if (!resume(call))
        dynox__credentials_release(credentials);
    else if (credentials)
        send_if_new(call, credentials);
    else
        fail_without_credentials(call, error);
}

/* The waiter is linked. The deadline needs a timer only now: elsewhere the transport or the back-off keeps it. */
static void await_credentials_locked(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    state->phase             = DYNOX__CALL_CREDENTIALS;
    if (state->deadline_ns == DYNOX__NEVER) return;
    state->deadline = (dynox__timer){.fire = deadline_has_passed};
    dynox_future_acquire(&call->future);
    if (!dynox__timer_start(&state->deadline, state->deadline_ns)) dynox_future_release(&call->future);
}

/* Gets credentials, signs and submits; the driver's. */
static void attempt(dynox__call *call)
{
    dynox__call_state  *state       = call->state_;
    dynox__credentials *credentials = NULL;
    dynox_error         error       = {0};
    dynox_status        status      = DYNOX_E_CANCELLED;
    if (dynox__now_ns() >= state->deadline_ns) {
        fail_status(call, DYNOX_E_TIMEOUT, true, "the deadline passed before the request was sent");
        return;
    }
    pthread_mutex_lock(&state->lock);
    if (!state->interrupted)
        status = dynox__credentials_get(call->service->provider, state->stale, &state->waiter, &credentials, &error);
    if (status == DYNOX_E_BUSY) await_credentials_locked(call);
    pthread_mutex_unlock(&state->lock); /* when busy, the call is not ours any more */
    if (status == DYNOX_E_BUSY) return;
    if (status == DYNOX_OK)
        send_if_new(call, credentials);
    else
        fail_without_credentials(call, &error);
    dynox_error_clear(&error);
}

/* ---- the start ---- */

void dynox__call_resource(dynox__call *call, const char *name)
{
    if (name && !call->table && dynox__log_wanted(DYNOX_LOG_DEBUG)) call->table = dynox__strdup(name);
    if (call->resource || !name || strncmp(name, "arn:", 4) != 0) return;
    call->resource = dynox__strdup(name);
    if (!call->resource) call->buffer.failed = true;
}

dynox__call *dynox__call_new(dynox__service *service, const dynox__operation *operation)
{
    dynox__service_prepare(service, NULL); /* what is wrong is said by dynox__call_start */
    size_t       room = dynox__head_room(service);
    dynox__call *call = dynox__calloc(sizeof *call + sizeof(dynox__call_state));
    if (!call) return NULL;
    call->state_       = (dynox__call_state *)(void *)(call + 1);
    call->state_->call = call;
    call->operation    = operation;
    if (!dynox__buffer_reserve(&call->buffer, room + 256)) {
        dynox__free(call);
        return NULL;
    }
    call->buffer.size  = room;
    call->head_room    = room;
    call->service      = dynox__service_acquire(service);
    call->request.done = done;
    pthread_mutex_init(&call->state_->lock, NULL);
    call->state_->waiter.ready = credentials_ready;
    dynox__future_init(&call->future, &call_class, operation->type, 2);
    call->future.home = dynox__service_executor(service);
    return call;
}

dynox_future *dynox__call_refuse(dynox__call *call, dynox_error *error)
{
    dynox_future *future = &call->future;
    fail(call, error);
    return future;
}

/* Lambda names the trace of each invocation anew in the environment. */
static char *copy_trace(void)
{
    static const char hex[] = "0123456789ABCDEF";
    const char       *text  = getenv("_X_AMZN_TRACE_ID");
    size_t            used  = 0;
    char             *copy  = text && text[0] && strlen(text) < 1024 ? dynox__malloc(3 * strlen(text) + 1) : NULL;
    if (!copy) return NULL;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= ' ' && c < 0x7f) {
            copy[used++] = (char)c;
        } else {
            copy[used++] = '%';
            copy[used++] = hex[c >> 4];
            copy[used++] = hex[c & 15];
        }
    }
    copy[used] = 0;
    return copy;
}

static void set_limits(dynox__call *call)
{
    dynox__service    *service = call->service;
    dynox__call_state *state   = call->state_;
    int64_t            limit   = call->deadline_ms ? call->deadline_ms : service->deadline_ms;
    state->started_ns          = dynox__now_ns();
    state->deadline_ns         = limit > 0 ? dynox__deadline_after(state->started_ns, limit) : DYNOX__NEVER;
    state->attempt_timeout_ms  = call->attempt_timeout_ms ? call->attempt_timeout_ms : service->attempt_timeout_ms;
    state->policy              = service->policy;
    state->retry.attempt       = 1;
    if (call->max_attempts) state->policy.max_attempts = call->max_attempts;
}

dynox_future *dynox__call_start(dynox__call *call)
{
    dynox_future   *future  = &call->future;
    dynox__service *service = call->service;
    dynox_error     error   = {0};
    if (call->buffer.failed) {
        fail_status(call, DYNOX_E_NO_MEMORY, false, "out of memory");
        return future;
    }
    if (service->generation != dynox__fork_generation()) {
        fail_status(call, DYNOX_E_FORKED, false, "the client was made before fork(): make another one in the child");
        return future;
    }
    if (dynox__service_prepare(service, &error) != DYNOX_OK) {
        fail(call, &error);
        return future;
    }
    set_limits(call);
    dynox__uuid4(call->state_->invocation);
    if (service->in_lambda) call->state_->trace = copy_trace();
    call->state_->enlisted = dynox__service_enlist(service, call);
    if (call->state_->enlisted)
        attempt(call);
    else
        fail_status(call, DYNOX_E_SHUTDOWN, false, "the client was closed");
    return future;
}
