/* What a service and its calls tell their observers. Never under a lock: observers are the program's code. */
#include "aws/call/call_state.h"
#include "aws/call/observer.h"
#include "base/log.h"
#include "base/thread.h"

size_t dynox__observers_of(const dynox__service *service)
{
    return service->observer ? service->observer->count : 0;
}

/* A forked child has nobody's locks and threads: what an observer of the parent's holds may be in any state. */
static const dynox_observer *observer_of(const dynox__service *service)
{
    return service->observer && service->generation == dynox__fork_generation() ? service->observer : NULL;
}

/* ---- what there is to see ---- */

static void see_call(const dynox__call *call, dynox_observed *seen)
{
    const dynox__call_state *state = call->state_;
    const dynox__place      *place = state->place;
    *seen                          = (dynox_observed){.client     = call->service->number,
                                                      .operation  = call->operation->name,
                                                      .table      = call->several_tables ? NULL : call->table,
                                                      .index      = call->index,
                                                      .is_write   = call->is_write,
                                                      .parts      = call->parts,
                                                      .code       = "",
                                                      .message    = "",
                                                      .request_id = "",
                                                      .attempt    = state->number,
                                                      .began_ns   = state->started_ns,
                                                      .wall_ns    = state->wall_ns};
    if (call->labels.correlation_id[0]) seen->correlation_id = call->labels.correlation_id;
    if (call->labels.traceparent[0]) seen->traceparent = call->labels.traceparent;
    if (state->has_body) {
        seen->body      = call->buffer.data + call->head_room;
        seen->body_size = call->buffer.size - call->head_room;
    }
    if (!place) return;
    seen->region = place->endpoint.signing_region ? place->endpoint.signing_region : call->service->where.region;
    seen->host   = place->origin.host;
    seen->port   = place->origin.port;
    seen->tls    = place->origin.tls;
}

static void see_attempt(const dynox__call *call, dynox_observed *seen)
{
    const dynox__request *request = &call->request;
    see_call(call, seen);
    seen->queued_ns  = call->state_->queued_ns;
    seen->sent_bytes = request->size;
}

static void see_answer(const dynox__call *call, dynox_observed *seen)
{
    const dynox__request *request = &call->request;
    see_attempt(call, seen);
    seen->connected_ns  = request->connected_ns;
    seen->connecting_ns = request->connecting_ns;
    seen->sent_ns       = request->sent_ns;
    seen->first_byte_ns = request->first_byte_ns;
    seen->done_ns       = request->status == DYNOX_OK ? request->received_ns : dynox__now_ns();
    if (request->status != DYNOX_OK) return;
    seen->received_bytes = call->state_->answer_size;
    seen->http_status    = request->head.status;
    seen->request_id     = request->head.request_id;
}

static void see_error(const dynox_error *error, dynox_observed *seen)
{
    if (!error) return;
    seen->status  = error->status;
    seen->code    = error->code;
    seen->message = error->message;
    if (error->http_status) seen->http_status = error->http_status;
    if (error->request_id[0]) seen->request_id = error->request_id;
}

/* ---- telling ---- */

#define TELL(call, function, seen)                                                                                     \
    do {                                                                                                               \
        const dynox_observer *all_ = (call)->service->observer;                                                        \
        for (size_t i_ = 0; i_ < all_->count; i_++) {                                                                  \
            const dynox_observer_args *one_ = &all_->each[i_]->args;                                                   \
            if (one_->function) one_->function(&(seen), (call)->state_->contexts[i_], one_->arg);                      \
        }                                                                                                              \
    } while (0)

void dynox__observe_begin(dynox__call *call)
{
    dynox__call_state    *state = call->state_;
    const dynox_observer *all   = observer_of(call->service);
    dynox_observed        seen;
    if (!all || call->unobserved || call->operation->opens) return; /* connections are told as such */
    state->observed = true;
    if (!state->started_ns) state->started_ns = dynox__now_ns();
    state->wall_ns = dynox__wall_ns();
    see_call(call, &seen);
    for (size_t i = 0; i < all->count; i++) {
        const dynox_observer_args *one = &all->each[i]->args;
        if (one->call_begins) state->contexts[i] = one->call_begins(&seen, one->arg);
    }
}

void dynox__observe_attempt(dynox__call *call, int64_t now_ns)
{
    dynox_observed seen;
    if (!call->state_->observed) return;
    call->state_->attempt_observed = true;
    call->state_->number           = call->state_->sent + 1;
    call->state_->queued_ns        = now_ns;
    if (!call->service->observer->attempt_begins) return;
    see_attempt(call, &seen);
    TELL(call, attempt_begins, seen);
}

void dynox__observe_attempt_end(dynox__call *call, const dynox_error *error)
{
    dynox_observed seen;
    if (!call->state_->attempt_observed) return;
    call->state_->attempt_observed = false;
    if (!call->service->observer->attempt_ends) return;
    see_answer(call, &seen);
    see_error(error, &seen);
    TELL(call, attempt_ends, seen);
}

void dynox__observe_throttled(dynox__call *call, const dynox_error *error)
{
    dynox_observed seen;
    if (!call->state_->observed) return;
    see_answer(call, &seen);
    see_error(error, &seen);
    TELL(call, throttled, seen);
}

static void see_result(const dynox__call *call, dynox_observed *seen)
{
    const dynox_info *info = call->document && !call->info.shared ? &call->document->info : NULL;
    seen->shared           = call->info.shared;
    seen->hedged           = call->info.hedged;
    seen->items            = call->items;
    seen->scanned          = call->scanned ? call->scanned : call->items;
    if (call->info.request_id[0]) seen->request_id = call->info.request_id; /* a second attempt has its own */
    if (!info) return;
    seen->capacity       = info->capacity;
    seen->capacity_count = info->capacity_count;
    if (!seen->table && !call->several_tables && info->capacity_count == 1) seen->table = info->capacity->table;
}

static void log_line(const dynox_observed *seen)
{
    char line[1536];
    dynox__call_line(line, sizeof line, seen);
    dynox__log(DYNOX_LOG_DEBUG, "call", "%s", line);
}

void dynox__call_log_refused(const dynox__operation *operation, const dynox_error *error)
{
    dynox_observed seen = {.operation = operation->name, .request_id = ""};
    if (!dynox__log_wanted(DYNOX_LOG_DEBUG)) return;
    see_error(error, &seen);
    log_line(&seen);
}

/* An observer that writes a line of its own writes this one. */
static bool wants_line(const dynox__call *call)
{
    const dynox_observer *all = call->service->observer;
    return dynox__log_wanted(DYNOX_LOG_DEBUG) && !(all && all->logs) && !call->unobserved && !call->operation->opens;
}

void dynox__observe_end(dynox__call *call, const dynox_error *error)
{
    dynox__call_state *state  = call->state_;
    bool               logged = wants_line(call);
    dynox_observed     seen;
    if (!state->observed) dynox__observe_begin(call);
    if (!state->observed && !logged) return;
    if (state->place)
        see_answer(call, &seen);
    else
        see_call(call, &seen);
    seen.attempt          = error ? error->attempts : call->info.attempts;
    seen.done_ns          = error || !call->request.received_ns ? dynox__now_ns() : call->request.received_ns;
    seen.may_have_applied = error ? error->may_have_applied : call->info.may_have_applied_twice;
    if (!error) see_result(call, &seen);
    see_error(error, &seen);
    if (logged) log_line(&seen);
    if (state->observed) TELL(call, call_ends, seen);
}

/* Whoever has settled it has left, and what he settled it with stays as it is. */
void dynox__observe_settled_end(dynox__call *call)
{
    const dynox_future *future = &call->future;
    dynox_error         error  = {.status = future->status};
    if (!call->state_->observed && !wants_line(call)) return;
    if (future->status == DYNOX_OK) { /* its second attempt has brought the value */
        dynox__observe_end(call, NULL);
        return;
    }
    if (future->failure) {
        dynox__observe_end(call, &future->failure->error);
        return;
    }
    dynox_error_set(&error, future->status, "%s", dynox_status_text(future->status));
    error.attempts = call->state_->sent;
    dynox__observe_end(call, &error);
}

/* ---- what is not of one call ---- */

/* Identities only grow, so of two threads that are on their way with different ones the older is told first or never.
 */
void dynox__observe_credentials(dynox__service *service, const dynox__credentials *credentials)
{
    const dynox_observer *all = observer_of(service);
    if (!all) return;
    uint64_t known = atomic_load_explicit(&service->observed_identity, memory_order_relaxed);
    do {
        if (known >= credentials->identity) return;
    } while (!atomic_compare_exchange_weak_explicit(&service->observed_identity, &known, credentials->identity,
                                                    memory_order_relaxed, memory_order_relaxed));
    const dynox_observed_credentials seen = {.client     = service->number,
                                             .source     = service->provider->class_->name,
                                             .expires_at = credentials->set.expires_at};
    for (size_t i = 0; i < all->count; i++) {
        const dynox_observer_args *one = &all->each[i]->args;
        if (one->credentials_refreshed) one->credentials_refreshed(&seen, one->arg);
    }
}

static void tell_of_connection(void *self, const dynox__connection_news *news)
{
    const dynox__service           *service = self;
    const dynox_observer           *all     = observer_of(service);
    const dynox_observed_connection seen    = {.client  = service->number,
                                               .host    = news->origin->host,
                                               .port    = news->origin->port,
                                               .tls     = news->origin->tls,
                                               .status  = news->status,
                                               .message = news->message ? news->message : "",
                                               .took_ns = news->took_ns};
    if (!all) return;
    bool outer = dynox__service_enter_io();
    for (size_t i = 0; i < all->count; i++) {
        const dynox_observer_args *one    = &all->each[i]->args;
        void (*const functions[])(const dynox_observed_connection *,
                                  void *) = {[DYNOX__CONNECTION_OPENED] = one->connection_opened,
                                             [DYNOX__CONNECTION_FAILED] = one->connection_failed,
                                             [DYNOX__CONNECTION_CLOSED] = one->connection_closed};
        if (functions[news->what]) functions[news->what](&seen, one->arg);
    }
    dynox__service_leave_io(outer);
}

dynox__connection_watch dynox__observe_connections(dynox__service *service)
{
    return (dynox__connection_watch){.tell = service->observer ? tell_of_connection : NULL, .self = service};
}
