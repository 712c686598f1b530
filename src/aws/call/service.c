/* Making, draining and closing a service. */
#include "aws/call/call_state.h"
#include "aws/call/observer.h"
#include "aws/call/service_state.h"
#include "aws/credentials/helper.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/thread.h"

const dynox__service_kind dynox__dynamodb = {.api           = "dynamodb",
                                             .endpoints     = &dynox__endpoint_dynamodb,
                                             .signing_name  = "dynamodb",
                                             .target_prefix = "DynamoDB_20120810.",
                                             .content_type  = "application/x-amz-json-1.0",
                                             .max_attempts  = 4,
                                             .transient_ms  = 25};

/* ---- making ---- */

/* What can be known to be wrong before anything is read. */
static dynox_status check_wishes(const dynox__service_config *config, dynox_error *error)
{
    char           *region   = NULL;
    bool            fips     = false;
    dynox__settings none     = {0};
    dynox__endpoint endpoint = {0};
    dynox_status    status   = DYNOX_OK;
    if (!dynox__is_blank(config->nodes) && !dynox__is_blank(config->endpoint))
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, "give either .endpoint or .nodes, not both");
    if ((unsigned)config->discover > DYNOX_ALTERNATOR)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, ".discover is %d, which is no way to find nodes",
                               (int)config->discover);
    if ((unsigned)config->hedge > DYNOX_HEDGE_P99)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "hedge has no value %d", (int)config->hedge);
    if ((unsigned)config->retry_mode > DYNOX_RETRY_ADAPTIVE)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "retry_mode has no value %d", (int)config->retry_mode);
    if (!dynox__is_blank(config->region)) status = dynox__settings_region(&none, config->region, &region, &fips, error);
    if (status == DYNOX_OK && !dynox__is_blank(config->endpoint))
        status = dynox__endpoint_parse(&endpoint, config->endpoint, "the endpoint", error);
    dynox__free(region);
    dynox__endpoint_free(&endpoint);
    return status;
}

static bool keep_wishes(dynox__service_wishes *wishes, const dynox__service_config *config)
{
    const dynox__curl_config none = {0}, *curl = config->curl ? config->curl : &none;
    const char              *nodes   = dynox__is_blank(config->nodes) ? NULL : config->nodes;
    const char *const        texts[] = {config->profile,  config->region, config->endpoint,
                                        config->app_id,   curl->ca_file,  curl->client_certificate,
                                        curl->client_key, curl->proxy,    nodes};
    _Static_assert(sizeof texts == sizeof wishes->texts, "each text has its place");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!wishes->texts[i]) wishes->texts[i] = dynox__strdup(texts[i]); /* the first node is the endpoint already */
        if (texts[i] && !wishes->texts[i]) return false;
    }
    wishes->curl                    = *curl;
    wishes->profile                 = wishes->texts[0];
    wishes->endpoint                = (dynox__endpoint_wishes){.region     = wishes->texts[1],
                                                               .url        = wishes->texts[2],
                                                               .fips       = config->use_fips,
                                                               .dual_stack = config->use_dualstack,
                                                               .accounts   = config->account_endpoints};
    wishes->app_id                  = wishes->texts[3];
    wishes->curl.ca_file            = wishes->texts[4];
    wishes->curl.client_certificate = wishes->texts[5];
    wishes->curl.client_key         = wishes->texts[6];
    wishes->curl.proxy              = wishes->texts[7];
    wishes->nodes                   = wishes->texts[8];
    wishes->discover                = config->discover;
    wishes->max_attempts            = config->max_attempts;
    wishes->retry_mode              = config->retry_mode;
    return true;
}

static void service_destroy(dynox__shared *shared)
{
    dynox__service *service = DYNOX__CONTAINER(shared, dynox__service, shared);
    if (service->transport) service->transport->shutdown(service->transport);
    dynox_credentials_provider_release(service->provider);
    dynox__place_free(atomic_load_explicit(&service->places, memory_order_relaxed));
    dynox__service_nodes_destroy(service);
    dynox__endpoint_config_free(&service->where);
    dynox__free(service->app_id);
    dynox__failure_release(service->unfit);
    if (service->wishes.curl.proxy) /* it may hold a password */
        dynox__wipe(service->wishes.texts[7], strlen(service->wishes.texts[7]));
    for (size_t i = 0; i < sizeof service->wishes.texts / sizeof service->wishes.texts[0]; i++)
        dynox__free(service->wishes.texts[i]);
    dynox__adaptive_destroy(&service->adaptive);
    pthread_mutex_destroy(&service->hedging.lock);
    pthread_mutex_destroy(&service->sharing.lock);
    dynox_observer_release(service->observer);
    dynox_limiter_free(service->limiter);
    pthread_mutex_destroy(&service->preparing);
    pthread_mutex_destroy(&service->lock);
    dynox__free(service);
}

dynox__service *dynox__service_new(const dynox__service_config *config, dynox_error *error)
{
    static _Atomic uint64_t services;
    dynox__service         *service = dynox__calloc(sizeof *service);
    if (!service) {
        if (config->transport) config->transport->shutdown(config->transport);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    dynox__shared_init(&service->shared, service_destroy);
    pthread_mutex_init(&service->lock, NULL);
    pthread_mutex_init(&service->preparing, NULL);
    atomic_init(&service->head_room, 1536);
    service->number   = atomic_fetch_add_explicit(&services, 1, memory_order_relaxed) + 1;
    service->observer = dynox_observer_acquire(config->observer);
    service->limiter  = config->limiter;
    if (config->limiter) dynox__shared_acquire(&config->limiter->shared);
    service->kind       = config->kind;
    service->generation = dynox__fork_generation();
    service->transport  = config->transport;
    service->in_process = config->in_process;
    service->provider =
        config->credentials ? dynox_credentials_provider_acquire(config->credentials) : dynox_credentials_environment();
    service->attempt_timeout_ms = config->attempt_timeout_ms ? config->attempt_timeout_ms : 15000;
    service->deadline_ms        = config->deadline_ms;
    service->in_lambda          = dynox__setting("AWS_LAMBDA_FUNCTION_NAME") != NULL;
    dynox__retry_quota_init(&service->quota);
    service->hedge = config->hedge;
    pthread_mutex_init(&service->hedging.lock, NULL);
    pthread_mutex_init(&service->sharing.lock, NULL);
    dynox__adaptive_init(&service->adaptive, &service->shared, dynox__now_ns());
    if (check_wishes(config, error) != DYNOX_OK) goto fail;
    if (!dynox__is_blank(config->nodes) &&
        dynox__nodes_check(config->nodes, &service->wishes.texts[2], error) != DYNOX_OK)
        goto fail;
    if (service->provider && keep_wishes(&service->wishes, config)) return service;
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
fail:
    dynox__service_release(service);
    return NULL;
}

dynox__service *dynox__service_acquire(dynox__service *service)
{
    dynox__shared_acquire(&service->shared);
    return service;
}

void dynox__service_release(dynox__service *service)
{
    if (service) dynox__shared_release(&service->shared);
}

/* ---- live calls ---- */

bool dynox__service_enlist(dynox__service *service, dynox__call *call)
{
    dynox__call_state *state = call->state_;
    pthread_mutex_lock(&service->lock);
    bool open = !atomic_load_explicit(&service->closed, memory_order_relaxed) && !service->draining;
    if (open) {
        state->next = service->calls;
        state->link = &service->calls;
        if (state->next) state->next->state_->link = &state->next;
        service->calls = call;
    }
    pthread_mutex_unlock(&service->lock);
    return open;
}

static void delist_locked(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    if (!state->link) return;
    *state->link = state->next;
    if (state->next) state->next->state_->link = state->link;
    state->link = NULL;
}

static dynox_future *take_drained_locked(dynox__service *service)
{
    dynox_future *drained = service->drained;
    service->drained      = NULL;
    return drained;
}

/* Nobody drains: NULL. */
static void tell_drained(dynox_future *drained, dynox_outcome outcome)
{
    if (drained) dynox_promise_settle(drained, outcome);
    dynox_future_release(drained);
}

static void run_tell(dynox_work *work)
{
    dynox__service *service = DYNOX__CONTAINER(work, dynox__service, tell);
    tell_drained(service->told, dynox_ok(NULL, NULL));
    dynox__service_release(service);
}

/* The last call may end on a thread of the program that waits for it, whatever locks it holds; what others have
 * attached to their drain may not run there. */
static void post_drained_locked(dynox__service *service)
{
    service->told = take_drained_locked(service);
    service->tell = (dynox_work){.run = run_tell};
    dynox__service_acquire(service);
    service->home->post(service->home, &service->tell);
}

void dynox__service_delist(dynox__service *service, dynox__call *call)
{
    pthread_mutex_lock(&service->lock);
    delist_locked(call);
    if (!service->calls && service->drained) post_drained_locked(service);
    pthread_mutex_unlock(&service->lock);
}

/* All who drain look at one promise, each through a shield, so that nobody's cancel is another's. */
dynox_future *dynox__service_drain(dynox__service *service, int64_t deadline_ms)
{
    dynox_future *end = NULL;
    if (service->generation != dynox__fork_generation()) return dynox__future_failed(DYNOX_E_FORKED);
    pthread_mutex_lock(&service->lock);
    service->draining = true;
    if (service->calls) {
        if (!service->drained) service->drained = dynox_promise_new(NULL);
        end = dynox_shield(service->drained);
    }
    pthread_mutex_unlock(&service->lock);
    if (!end) return dynox_future_of(dynox_ok(NULL, NULL));
    return deadline_ms < 0 ? end : dynox_timeout(end, deadline_ms);
}

/* ---- closing ---- */

static _Thread_local bool on_io_thread;

bool dynox__service_enter_io(void)
{
    bool outer   = on_io_thread;
    on_io_thread = true;
    return outer;
}

void dynox__service_leave_io(bool outer)
{
    on_io_thread = outer;
}

/* A call that is listed has a driver, or somebody who interrupts it and holds a reference, and so is alive; this
 * reference keeps it so. */
static dynox__call *take_call(dynox__service *service)
{
    pthread_mutex_lock(&service->lock);
    dynox__call *call = service->calls;
    if (call) {
        delist_locked(call);
        dynox_future_acquire(&call->future);
    }
    pthread_mutex_unlock(&service->lock);
    return call;
}

static void shut_down(dynox__service *service)
{
    if (service->reaped) service->reaped->shutdown(service->reaped);
    dynox__service_release(service);
}

static void reap(dynox_work *work)
{
    shut_down(DYNOX__CONTAINER(work, dynox__service, reap));
}

void dynox__service_close(dynox__service *service)
{
    dynox__call *call;
    if (service->generation != dynox__fork_generation()) return;
    pthread_mutex_lock(&service->lock);
    bool          closed  = atomic_exchange_explicit(&service->closed, true, memory_order_relaxed);
    dynox_future *drained = take_drained_locked(service);
    pthread_mutex_unlock(&service->lock);
    if (closed) return;
    while ((call = take_call(service)) != NULL) {
        dynox__call_interrupt(call, DYNOX_E_SHUTDOWN, "the client was closed");
        dynox_future_release(&call->future);
    }
    tell_drained(drained, dynox_fail(DYNOX_E_SHUTDOWN));
    /* every call has been interrupted, so none will touch the transport again */
    pthread_mutex_lock(&service->lock);
    service->reaped    = service->transport;
    service->transport = NULL;
    pthread_mutex_unlock(&service->lock);
    dynox__service_acquire(service);
    dynox_executor *helper = on_io_thread ? dynox__helper() : NULL;
    if (helper) {
        service->reap = (dynox_work){.run = reap};
        helper->post(helper, &service->reap);
    } else if (on_io_thread) {
        dynox__log(DYNOX_LOG_ERROR, "client", "no thread to join the I/O threads: they stay");
        dynox__service_release(service);
    } else {
        shut_down(service);
    }
}

/* ---- questions ---- */

int64_t dynox__service_deadline_ms(const dynox__service *service)
{
    return service->deadline_ms;
}

bool dynox__service_closed(const dynox__service *service)
{
    return atomic_load_explicit(&service->closed, memory_order_relaxed);
}

size_t dynox__service_most_connections(const dynox__service *service)
{
    size_t most = service->wishes.curl.max_connections;
    return most ? most : DYNOX__MOST_CONNECTIONS;
}

dynox_executor *dynox__service_executor(dynox__service *service)
{
    bool prepared = atomic_load_explicit(&service->prepared, memory_order_acquire);
    return !prepared || dynox__service_closed(service) ? NULL : service->home;
}

dynox_return_capacity dynox__service_capacity(const dynox__service *service)
{
    const dynox_limiter  *limiter = service->limiter;
    dynox_return_capacity wanted  = service->observer ? service->observer->capacity : DYNOX_CAPACITY_NONE;
    if (limiter && wanted < DYNOX_CAPACITY_TOTAL) wanted = DYNOX_CAPACITY_TOTAL;
    return limiter && atomic_load(&limiter->has_indexes) ? DYNOX_CAPACITY_INDEXES : wanted;
}

void dynox__service_stats(dynox__service *service, dynox__transport_stats *stats)
{
    *stats = (dynox__transport_stats){0};
    if (service->generation != dynox__fork_generation()) return;
    pthread_mutex_lock(&service->lock);
    if (service->transport) service->transport->stats(service->transport, stats);
    pthread_mutex_unlock(&service->lock);
}

void dynox__service_hedges(const dynox__service *service, uint64_t *sent, uint64_t *won)
{
    *sent = atomic_load_explicit(&service->hedging.sent, memory_order_relaxed);
    *won  = atomic_load_explicit(&service->hedging.won, memory_order_relaxed);
}
