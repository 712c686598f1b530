/* A call as a future, and its start. See call_state.h for who may do what when. */
#include "aws/call/call_state.h"
#include "aws/call/observer.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/printable.h"
#include "base/random.h"
#include "base/thread.h"
#include <stdlib.h>

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
    dynox_future_release(state->first);
    dynox__share_end(call);
    if (call->own && call->end_own)
        call->end_own(call->own);
    else
        dynox__free(call->own);
    dynox__free(call->resource);
    dynox__free(call->table);
    dynox__free(call->index);
    dynox__free(state->trace);
    /* in a forked child the lock may be the parent's for ever */
    if (state->node && call->service->generation == dynox__fork_generation())
        dynox__nodes_release(&call->service->nodes.nodes, state->node);
    pthread_mutex_destroy(&state->lock);
    dynox__service *service = call->service;
    dynox__free(call);
    dynox__service_release(service); /* last: once it has no calls, nothing of them is left */
}

/* Pending, or done with success: a failure tells it itself. */
static dynox_future *call_sent(dynox_future *future, dynox__sent *sum, int depth)
{
    dynox__call       *call  = (dynox__call *)(void *)future;
    dynox__call_state *state = call->state_;
    (void)depth;
    if (call->service->generation != dynox__fork_generation()) return NULL;
    pthread_mutex_lock(&state->lock);
    bool in_flight = state->phase == DYNOX__CALL_FLIGHT || state->phase == DYNOX__CALL_OVER ||
                     (state->phase == DYNOX__CALL_RUNNING && state->sent);
    dynox__sent_count(sum, state->sent, call->is_write && state->sent && (state->may_have_applied || in_flight));
    pthread_mutex_unlock(&state->lock);
    return NULL;
}

static const dynox_info *call_info(const dynox_future *future)
{
    return &((const dynox__call *)(const void *)future)->info;
}

static const dynox__future_class call_class = {
    .name = "call", .cancel = call_cancel, .destroy = call_destroy, .sent = call_sent, .info = call_info};

const dynox_info *dynox_future_info(const dynox_future *future)
{
    if (!future || !future->class_->info || !dynox_future_done(future)) return NULL;
    return future->status == DYNOX_OK ? future->class_->info(future) : NULL;
}

/* ---- the start ---- */

static _Thread_local const dynox__service *expected;

void dynox__call_expect(const dynox__service *service)
{
    expected = service;
}

void dynox__call_await(const dynox_future *future)
{
    bool is_call = future && future->class_ == &call_class;
    expected     = NULL;
    dynox__transport_await(is_call ? &((const dynox__call *)(const void *)future)->request : NULL);
}

/* For observers and the log, who get what is refused, too: no bytes that would spoil what they write. */
static char *copy_name(const char *name)
{
    char *copy = dynox__strdup(name);
    if (copy) dynox__make_printable(copy);
    return copy;
}

void dynox__call_resource(dynox__call *call, const char *name)
{
    dynox__service *service = call->service;
    bool            asked   = service->observer || service->limiter || dynox__log_wanted(DYNOX_LOG_DEBUG);
    if (name && service->limiter) dynox__toll_table(&call->state_->toll, service->limiter, name);
    if (name && call->table && strcmp(call->table, name) != 0) call->several_tables = true;
    if (name && !call->table && asked) call->table = copy_name(name);
    if (call->resource || !name || strncmp(name, "arn:", 4) != 0) return;
    call->resource = dynox__strdup(name);
    if (!call->resource) call->buffer.failed = true;
}

void dynox__call_index(dynox__call *call, const char *name)
{
    bool asked = call->service->observer || call->service->limiter;
    if (name && !call->index && asked) call->index = copy_name(name);
}

enum { BODY = 512 }; /* bytes of JSON that need no memory of their own: most keys and small items */

dynox__call *dynox__call_new(dynox__service *service, const dynox__operation *operation)
{
    dynox__transport_await(NULL);          /* there are two, so it does not wait for the first alone */
    dynox__service_prepare(service, NULL); /* what is wrong is said by dynox__call_start */
    size_t       room = dynox__head_room(service);
    size_t       size = sizeof(dynox__call) + sizeof(dynox__call_state) + dynox__observers_of(service) * sizeof(void *);
    dynox__call *call = dynox__malloc(size + room + BODY);
    if (!call) return NULL;
    memset(call, 0, size);
    call->state_       = (dynox__call_state *)(void *)(call + 1);
    call->state_->call = call;
    call->operation    = operation;
    call->head_room    = room;
    call->service      = dynox__service_acquire(service);
    call->request.done = dynox__call_done;
    call->buffer =
        (dynox__buffer){.data = (char *)call + size, .size = room, .capacity = room + BODY, .borrowed = true};
    if (expected == service) dynox__transport_expect(&call->request);
    expected = NULL;
    pthread_mutex_init(&call->state_->lock, NULL);
    call->state_->waiter.ready = dynox__call_credentials_ready;
    dynox__future_init(&call->future, &call_class, operation->type, 2);
    call->future.home = dynox__service_executor(service);
    return call;
}

void dynox__call_discard(dynox__call *call)
{
    dynox__future_fulfil(&call->future, (dynox__slot){0}, NULL, DYNOX_OK, NULL);
    dynox_future_release(&call->future);
}

dynox__call *dynox__call_copy(const dynox__call *call)
{
    dynox__call *copy = dynox__call_new(call->service, call->operation);
    if (!copy) return NULL;
    dynox__buffer_add(&copy->buffer, call->buffer.data + call->head_room, call->buffer.size - call->head_room);
    copy->context[0]        = call->context[0];
    copy->context[1]        = call->context[1];
    copy->resource          = dynox__strdup(call->resource);
    copy->labels            = call->labels;
    copy->feature           = call->feature;
    copy->unobserved        = true;
    copy->state_->toll      = call->state_->toll;
    copy->state_->toll.paid = 0;
    if (!copy->buffer.failed && (copy->resource || !call->resource)) return copy;
    dynox__call_discard(copy);
    return NULL;
}

dynox_future *dynox__call_refuse(dynox__call *call, dynox_error *error)
{
    dynox_future *future = &call->future;
    dynox__call_fail(call, error);
    return future;
}

void dynox__call_complete(dynox__call *call, dynox__slot value)
{
    dynox__call_succeed(call, value);
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
    if (!service->limiter) return;
    dynox__toll_index(&state->toll, service->limiter, call->table, call->index);
    dynox__toll_begin(&state->toll, service->limiter, call->operation->name, call->is_write);
}

dynox_future *dynox__call_start(dynox__call *call)
{
    dynox_future   *future  = &call->future;
    dynox__service *service = call->service;
    dynox_error     error   = {0};
    if (call->buffer.failed) {
        dynox__call_fail_status(call, DYNOX_E_NO_MEMORY, false, "out of memory");
        return future;
    }
    call->state_->has_body = true;
    if (service->generation != dynox__fork_generation()) {
        dynox__call_fail_status(call, DYNOX_E_FORKED, false,
                                "the client was made before fork(): make another one in the child");
        return future;
    }
    if (dynox__service_prepare(service, &error) != DYNOX_OK) {
        dynox__call_fail(call, &error);
        return future;
    }
    set_limits(call);
    dynox__observe_begin(call);
    dynox__uuid4(call->state_->invocation);
    if (service->in_lambda) call->state_->trace = copy_trace();
    call->state_->enlisted = dynox__service_enlist(service, call);
    if (call->state_->enlisted && call->shares && dynox__share_join(call)) return future;
    if (call->state_->enlisted)
        dynox__call_attempt(call, call->state_->started_ns);
    else
        dynox__call_fail_status(call, DYNOX_E_SHUTDOWN, false,
                                "the client takes no calls any more: it was closed or drained");
    return future;
}
