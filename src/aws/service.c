/* Making and closing a service. */
#include "aws/call_state.h"
#include "aws/helper.h"
#include "aws/service_state.h"
#include "aws/user_agent.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/thread.h"
#include <stdlib.h>
#include <strings.h>

const dynox__service_kind dynox__dynamodb = {.endpoint_prefix  = "dynamodb",
                                             .signing_name     = "dynamodb",
                                             .endpoint_setting = "AWS_ENDPOINT_URL_DYNAMODB",
                                             .target_prefix    = "DynamoDB_20120810.",
                                             .content_type     = "application/x-amz-json-1.0",
                                             .max_attempts     = 4,
                                             .transient_ms     = 25};

/* ---- configuration ---- */

static dynox_status read_max_attempts(const dynox__service_config *config, unsigned *attempts, dynox_error *error)
{
    const char *text = dynox__setting("AWS_MAX_ATTEMPTS");
    *attempts        = config->max_attempts ? config->max_attempts : config->kind->max_attempts;
    if (config->max_attempts || !text) return DYNOX_OK;
    char *end;
    long  number = strtol(text, &end, 10);
    if (end == text || *end || number < 1 || number > 1000)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "AWS_MAX_ATTEMPTS is \"%.40s\"; it must be a number from 1 (no retries) to 1000", text);
    *attempts = (unsigned)number;
    return DYNOX_OK;
}

static dynox_status check_retry_mode(dynox_error *error)
{
    const char *mode = dynox__setting("AWS_RETRY_MODE");
    if (!mode || strcasecmp(mode, "standard") == 0) return DYNOX_OK;
    bool known = strcasecmp(mode, "legacy") == 0 || strcasecmp(mode, "adaptive") == 0;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "AWS_RETRY_MODE is \"%.40s\"; %s", mode,
                           known ? "this version knows only \"standard\": set that, or unset it"
                                 : "it must be \"standard\"");
}

static dynox_status configure(dynox__service *service, const dynox__service_config *config, dynox_error *error)
{
    const dynox__service_kind *kind   = config->kind;
    dynox_status               status = dynox__region(config->region, &service->region, error);
    if (status == DYNOX_OK)
        status = dynox__endpoint_resolve(&service->endpoint, config->endpoint, kind->endpoint_setting,
                                         kind->endpoint_prefix, service->region, error);
    if (status == DYNOX_OK) status = check_retry_mode(error);
    if (status == DYNOX_OK) status = read_max_attempts(config, &service->policy.max_attempts, error);
    service->policy.transient_ms = kind->transient_ms;
    service->policy.max_ms       = DYNOX__MAX_BACKOFF_MS;
    service->attempt_timeout_ms  = config->attempt_timeout_ms ? config->attempt_timeout_ms : 15000;
    service->deadline_ms         = config->deadline_ms;
    service->in_lambda           = dynox__setting("AWS_LAMBDA_FUNCTION_NAME") != NULL;
    return status;
}

/* All that is the same in every request is written once. */
static bool prepare_texts(dynox__service *service, const dynox__service_config *config)
{
    const dynox__service_kind *kind     = config->kind;
    const dynox__endpoint     *endpoint = &service->endpoint;
    dynox__user_agent          about    = {.api    = kind->endpoint_prefix,
                                           .app_id = config->app_id ? config->app_id : dynox__setting("AWS_SDK_UA_APP_ID"),
                                           .credentials     = service->provider->class_->feature,
                                           .custom_endpoint = endpoint->custom};
    const char                *signing  = endpoint->signing_region ? endpoint->signing_region : service->region;
    service->origin = (dynox__origin){.tls = endpoint->tls, .host = endpoint->host, .port = endpoint->port};
    dynox__buffer_format(
        &service->head,
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nAccept-Encoding: identity\r\nUser-Agent: ", endpoint->path,
        endpoint->authority, kind->content_type);
    dynox__user_agent_write(&service->head, &about);
    dynox__buffer_format(&service->head, "\r\nX-Amz-Target: %s", kind->target_prefix);
    atomic_init(&service->head_room, service->head.size + 1024);
    return dynox__sign_scope_init(&service->scope, signing, kind->signing_name, endpoint->authority, endpoint->path,
                                  kind->content_type) &&
           !service->head.failed;
}

static void service_destroy(dynox__shared *shared)
{
    dynox__service *service = DYNOX__CONTAINER(shared, dynox__service, shared);
    if (service->transport) service->transport->shutdown(service->transport);
    dynox_credentials_provider_release(service->provider);
    dynox__endpoint_free(&service->endpoint);
    dynox__sign_scope_free(&service->scope);
    dynox__buffer_free(&service->head);
    dynox__free(service->region);
    pthread_mutex_destroy(&service->lock);
    dynox__free(service);
}

dynox__service *dynox__service_new(const dynox__service_config *config, dynox_error *error)
{
    dynox__service *service = dynox__calloc(sizeof *service);
    if (!service) {
        if (config->transport) config->transport->shutdown(config->transport);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    dynox__shared_init(&service->shared, service_destroy);
    pthread_mutex_init(&service->lock, NULL);
    service->kind       = config->kind;
    service->generation = dynox__fork_generation();
    service->transport  = config->transport;
    service->provider =
        config->credentials ? dynox_credentials_provider_retain(config->credentials) : dynox_credentials_environment();
    dynox__retry_quota_init(&service->quota);
    if (configure(service, config, error) != DYNOX_OK) goto fail;
    if (!service->provider || !prepare_texts(service, config)) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        goto fail;
    }
    if (!service->transport)
        service->transport =
            dynox__curl_transport_new(config->curl ? config->curl : &(dynox__curl_config){.workers = 0}, error);
    if (!service->transport) goto fail;
    service->home = service->transport->executor(service->transport);
    return service;
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
    bool open = !atomic_load_explicit(&service->closed, memory_order_relaxed);
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

void dynox__service_delist(dynox__service *service, dynox__call *call)
{
    pthread_mutex_lock(&service->lock);
    delist_locked(call);
    pthread_mutex_unlock(&service->lock);
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

/* A call that is listed has a driver, and so is alive; the reference keeps it so. */
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
    service->reaped->shutdown(service->reaped);
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
    bool closed = atomic_exchange_explicit(&service->closed, true, memory_order_relaxed);
    pthread_mutex_unlock(&service->lock);
    if (closed) return;
    while ((call = take_call(service)) != NULL) {
        dynox__call_interrupt(call, DYNOX_E_SHUTDOWN, "the client was closed");
        dynox_future_release(&call->future);
    }
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

bool dynox__service_closed(const dynox__service *service)
{
    return atomic_load_explicit(&service->closed, memory_order_relaxed);
}

const char *dynox__service_region(const dynox__service *service)
{
    return service->scope.region;
}

const char *dynox__service_endpoint(const dynox__service *service)
{
    return service->endpoint.url;
}

dynox_executor *dynox__service_executor(dynox__service *service)
{
    return dynox__service_closed(service) ? NULL : service->home;
}

void dynox__service_stats(dynox__service *service, dynox__transport_stats *stats)
{
    *stats = (dynox__transport_stats){0};
    if (service->generation != dynox__fork_generation()) return;
    pthread_mutex_lock(&service->lock);
    if (service->transport) service->transport->stats(service->transport, stats);
    pthread_mutex_unlock(&service->lock);
}
