/* What a service learns from environment and profile before its first call, and the hosts that it finds. */
#include "aws/call/observer.h"
#include "aws/call/service_state.h"
#include "aws/call/user_agent.h"
#include "base/alloc.h"
#include "base/ascii.h"
#include "base/log.h"
#include "base/thread.h"

/* ---- settings ---- */

/* One set of variables serves all SDKs of a machine, so the mode of old ones is no reason to refuse to work. */
static dynox_status find_retry_mode(dynox__service *service, const dynox__settings *settings, dynox_error *error)
{
    static const char *const words[]  = {"standard", "legacy", "adaptive", NULL};
    unsigned                 word     = 0;
    dynox_status             status   = DYNOX_OK;
    dynox_retry_mode         argument = service->wishes.retry_mode;
    if (argument == DYNOX_RETRY_DEFAULT)
        status = dynox__settings_word(settings, DYNOX__SETTING_RETRY_MODE, words, 0, &word, error);
    service->is_adaptive = argument == DYNOX_RETRY_ADAPTIVE || word == 2;
    return status;
}

static dynox__transport *new_transport(dynox__service *service, const dynox__settings *settings, dynox_error *error)
{
    dynox__curl_config curl    = service->wishes.curl;
    char              *ca_file = NULL;
    curl.watch                 = dynox__observe_connections(service);
    if (!curl.ca_file) curl.ca_file = dynox__settings_find(settings, DYNOX__SETTING_CA_BUNDLE).value;
    if (curl.ca_file) {
        curl.ca_file = ca_file = dynox__expand_path(curl.ca_file);
        if (!ca_file) {
            dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
            return NULL;
        }
    }
    dynox__transport *transport = dynox__curl_transport_new(&curl, error);
    dynox__free(ca_file);
    return transport;
}

static dynox_status find_transport(dynox__service *service, const dynox__settings *settings, dynox_error *error)
{
    dynox__transport *made = NULL;
    pthread_mutex_lock(&service->lock);
    bool needed = !service->transport && !dynox__service_closed(service);
    pthread_mutex_unlock(&service->lock);
    if (needed && !(made = new_transport(service, settings, error))) return error->status;
    pthread_mutex_lock(&service->lock);
    bool open = !dynox__service_closed(service);
    if (open && made) service->transport = made;
    if (open) service->home = service->transport->executor(service->transport);
    pthread_mutex_unlock(&service->lock);
    if (open) return DYNOX_OK;
    if (made) made->shutdown(made); /* it has no thread yet */
    return dynox_error_set(error, DYNOX_E_SHUTDOWN, "the client was closed");
}

static dynox_status keep_app_id(dynox__service *service, const dynox__settings *settings, dynox_error *error)
{
    const char *app_id = service->wishes.app_id;
    if (!app_id) app_id = dynox__settings_find(settings, DYNOX__SETTING_APP_ID).value;
    service->app_id = dynox__strdup(app_id);
    if (service->app_id || !app_id) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* What was given holds, and nobody else is asked. */
static dynox_status keep_place(dynox__service *service, dynox_error *error)
{
    const dynox__endpoint_wishes *wishes = &service->wishes.endpoint;
    service->where                       = (dynox__endpoint_config){.rules    = service->kind->endpoints,
                                                                    .region   = dynox__strdup(wishes->region),
                                                                    .url      = dynox__strdup(wishes->url),
                                                                    .source   = "the endpoint",
                                                                    .accounts = DYNOX_ACCOUNT_ENDPOINTS_DISABLED};
    if (service->where.region && service->where.url) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static dynox_status apply(dynox__service *service, const dynox__settings *settings, dynox_error *error)
{
    const dynox__service_kind   *kind   = service->kind;
    const dynox__service_wishes *wishes = &service->wishes;
    dynox__retry_policy         *policy = &service->policy;
    dynox_status                 status = service->in_process ? keep_place(service, error)
                                                              : dynox__endpoint_configure(&service->where, kind->endpoints,
                                                                                          &wishes->endpoint, settings, error);
    policy->max_attempts                = wishes->max_attempts ? wishes->max_attempts : kind->max_attempts;
    policy->transient_ms                = kind->transient_ms;
    policy->max_ms                      = DYNOX__MAX_BACKOFF_MS;
    if (status == DYNOX_OK) status = find_retry_mode(service, settings, error);
    if (status == DYNOX_OK && !wishes->max_attempts)
        status = dynox__settings_number(settings, DYNOX__SETTING_MAX_ATTEMPTS, 1, 1000, &policy->max_attempts, error);
    if (status == DYNOX_OK) status = keep_app_id(service, settings, error);
    if (status == DYNOX_OK) status = dynox__service_nodes_prepare(service, error);
    return status == DYNOX_OK ? find_transport(service, settings, error) : status;
}

/* The files are let go at the end: they may hold secrets, and the client lives long. */
static dynox_status prepare(dynox__service *service, dynox_error *error)
{
    dynox__settings settings = {0};
    dynox_status    status   = DYNOX_OK;
    if (!service->in_process) status = dynox__settings_open(&settings, service->wishes.profile, error);
    if (status == DYNOX_OK) status = apply(service, &settings, error);
    service->lacks_profile = !settings.profile && !service->in_process;
    dynox__settings_close(&settings);
    return status;
}

/* What failed for lack of memory may succeed another time. */
static void undo(dynox__service *service, const dynox_error *error)
{
    dynox__service_nodes_destroy(service);
    dynox__endpoint_config_free(&service->where);
    dynox__free(service->app_id);
    service->app_id = NULL;
    if (error->status != DYNOX_E_NO_MEMORY) service->unfit = dynox__failure_new(error);
}

dynox_status dynox__service_prepare(dynox__service *service, dynox_error *error)
{
    dynox_error  why    = {0};
    dynox_status status = DYNOX_OK;
    bool         fresh  = false;
    if (atomic_load_explicit(&service->prepared, memory_order_acquire)) return DYNOX_OK;
    if (service->generation != dynox__fork_generation())
        return dynox_error_set(error, DYNOX_E_FORKED,
                               "the client was made before fork(): make another one in the child");
    pthread_mutex_lock(&service->preparing);
    if (service->unfit) {
        status = service->unfit->error.status;
        if (error) dynox_error_copy(error, &service->unfit->error);
    } else if (!atomic_load_explicit(&service->prepared, memory_order_relaxed)) {
        status = prepare(service, &why);
        if (status == DYNOX_OK) {
            fresh = true;
            atomic_store_explicit(&service->prepared, true, memory_order_release);
        } else {
            status = why.status;
            undo(service, &why);
            if (error) dynox_error_copy(error, &why);
        }
    }
    pthread_mutex_unlock(&service->preparing);
    const char *named = fresh && service->lacks_profile ? dynox__setting("AWS_PROFILE") : NULL;
    if (named) dynox__log(DYNOX_LOG_WARNING, "client", "there is no profile \"%s\", which AWS_PROFILE names", named);
    return status;
}

/* ---- places ---- */

void dynox__place_free(dynox__place *place)
{
    while (place) {
        dynox__place *next = place->next;
        dynox__endpoint_free(&place->endpoint);
        dynox__sign_scope_free(&place->scope);
        dynox__buffer_free(&place->head);
        dynox__free(place);
        place = next;
    }
}

/* All that is the same in every request to it is written once. */
static bool write_head(const dynox__service *service, dynox__place *place)
{
    const dynox__service_kind *kind     = service->kind;
    const dynox__endpoint     *endpoint = &place->endpoint;
    const char                *signing  = endpoint->signing_region ? endpoint->signing_region : service->where.region;
    dynox__user_agent          about    = {.api             = kind->api,
                                           .app_id          = service->app_id,
                                           .custom_endpoint = endpoint->custom,
                                           .adaptive        = service->is_adaptive,
                                           .of_account      = endpoint->of_account};
    if (kind->endpoints->accounts) about.accounts = service->where.accounts;
    place->origin = (dynox__origin){.tls = endpoint->tls, .host = endpoint->host, .port = endpoint->port};
    dynox__buffer_format(
        &place->head,
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nAccept-Encoding: identity\r\nUser-Agent: ", endpoint->path,
        endpoint->authority, kind->content_type);
    place->letters_end = dynox__user_agent_write(&place->head, &about);
    dynox__buffer_format(&place->head, "\r\nX-Amz-Target: %s", kind->target_prefix);
    return dynox__sign_scope_init(&place->scope, signing, kind->signing_name, endpoint->authority, endpoint->path,
                                  kind->content_type) &&
           !place->head.failed;
}

static dynox__place *make_place(const dynox__service *service, const dynox__endpoint_answer *answer, dynox_error *error)
{
    dynox__place *place = dynox__calloc(sizeof *place);
    if (place && dynox__endpoint_make(&place->endpoint, &service->where, answer, error) != DYNOX_OK) goto fail;
    if (place && write_head(service, place)) return place;
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
fail:
    dynox__place_free(place);
    return NULL;
}

dynox__place *dynox__place_new(const dynox__service *service, const char *url, const char *source, dynox_error *error)
{
    dynox__place *place = dynox__calloc(sizeof *place);
    if (place && dynox__endpoint_parse(&place->endpoint, url, source, error) != DYNOX_OK) goto fail;
    if (place) place->endpoint.custom = true;
    if (place && write_head(service, place)) return place;
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
fail:
    dynox__place_free(place);
    return NULL;
}

static dynox__place *find_place(dynox__service *service, const dynox__endpoint_answer *answer)
{
    dynox__place *place = atomic_load_explicit(&service->places, memory_order_acquire);
    while (place && !(answer->url[0] ? strcmp(place->endpoint.url, answer->url) == 0 : place->endpoint.custom))
        place = place->next;
    return place;
}

static dynox__place *place_of(dynox__service *service, uint64_t identity)
{
    dynox__place *place = atomic_load_explicit(&service->places, memory_order_acquire);
    while (place && atomic_load_explicit(&place->of, memory_order_relaxed) != identity)
        place = place->next;
    return place;
}

static dynox__place *ask_for_place(dynox__service *service, const dynox__credentials *credentials, const char *resource,
                                   dynox_error *error)
{
    dynox__endpoint_answer answer;
    const char            *account = credentials ? credentials->set.account_id : NULL;
    if (dynox__endpoint_ask(&service->where, account, resource, false, &answer, error) != DYNOX_OK) return NULL;
    dynox__place *place = find_place(service, &answer);
    if (place) return place;
    dynox__place *made = make_place(service, &answer, error);
    if (!made) return NULL;
    dynox__log(DYNOX_LOG_DEBUG, "client", "calls go to %s", made->endpoint.url);
    pthread_mutex_lock(&service->lock);
    place = find_place(service, &answer); /* another thread may have been faster */
    if (!place) {
        made->next = atomic_load_explicit(&service->places, memory_order_relaxed);
        atomic_store_explicit(&service->places, made, memory_order_release);
    }
    pthread_mutex_unlock(&service->lock);
    if (!place) return made;
    dynox__place_free(made);
    return place;
}

const dynox__place *dynox__service_place(dynox__service *service, const dynox__credentials *credentials,
                                         const char *resource, dynox_error *error)
{
    bool          ordinary = credentials && !(resource && strncmp(resource, "arn:", 4) == 0);
    dynox__place *place    = ordinary ? place_of(service, credentials->identity) : NULL;
    if (place) return place;
    place = ask_for_place(service, credentials, resource, error);
    if (place && ordinary) atomic_store_explicit(&place->of, credentials->identity, memory_order_relaxed);
    return place;
}

/* ---- questions ---- */

const char *dynox__service_region(dynox__service *service)
{
    return dynox__service_prepare(service, NULL) == DYNOX_OK ? service->where.region : NULL;
}

const char *dynox__service_endpoint(dynox__service *service)
{
    if (dynox__service_prepare(service, NULL) != DYNOX_OK) return NULL;
    const dynox__place *place = dynox__service_place(service, NULL, NULL, NULL);
    return place ? place->endpoint.url : NULL;
}
