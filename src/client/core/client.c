/* Making, draining, closing and freeing a client. */
#include "client/core/client.h"
#include "async/executor/executor.h"
#include "aws/call/observer.h"
#include "aws/flow/limiter.h"
#include "base/args.h"
#include "base/clock.h"
#include "base/spare.h"
#include "base/thread.h"
#include "client/core/in_process.h"
#include "client/core/sync.h"
#include "client/core/table_key.h"
#include "services/source/providers.h"
#include <dynox/pool.h>

static dynox_credentials_provider *provider_of(const dynox_client_args *args, bool local, dynox_error *error)
{
    bool fixed = args->access_key || args->secret_key || args->session_token;
    if (!fixed && args->credentials) return dynox_credentials_provider_acquire(args->credentials);
    if (!fixed && local)
        return dynox_credentials_static(&(dynox_credentials){.access_key_id = "local", .secret_access_key = "local"});
    if (!fixed) return dynox__provider_chain(args->profile, args->region);
    if (!args->access_key || !args->secret_key) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "fixed credentials need both .access_key and .secret_key");
        return NULL;
    }
    if (args->credentials) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "give either .access_key and .secret_key or .credentials, not both");
        return NULL;
    }
    return dynox_credentials_static(&(dynox_credentials){.access_key_id     = args->access_key,
                                                         .secret_access_key = args->secret_key,
                                                         .session_token     = args->session_token});
}

/* The endpoint of one in this process is never asked for: all that it needs is to be a URL. */
static dynox__service *service_of(const dynox_client_args *args, dynox__local_place *local, dynox_error *error)
{
    bool is_local = local->endpoint != NULL;
    if (args->limiter && args->limiter->generation != dynox__fork_generation()) {
        dynox_error_set(error, DYNOX_E_FORKED, "the limiter was made before fork(): make another one in the child");
        return NULL;
    }
    if (dynox__observer_is_foreign(args->observer)) {
        dynox_error_set(error, DYNOX_E_FORKED, "metrics or hot keys were made before fork(): make others in the child");
        return NULL;
    }
    dynox_credentials_provider *provider = provider_of(args, is_local, error);
    if (!provider) {
        if (error->status == DYNOX_OK) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    const char        *region = is_local && !args->region ? "local" : args->region;
    dynox__curl_config curl   = {
          .workers            = args->io_threads,
          .max_connections    = args->max_connections,
          .max_waiting        = args->max_waiting,
          .connect_timeout_ms = args->connect_timeout_ms,
          .ca_file            = args->ca_file,
          .client_certificate = args->client_certificate,
          .client_key         = args->client_key,
          .proxy              = args->proxy,
    };
    dynox__service *service =
        dynox__service_new(&(dynox__service_config){.kind               = &dynox__dynamodb,
                                                    .region             = region,
                                                    .endpoint           = is_local ? "http://local" : args->endpoint,
                                                    .nodes              = args->nodes,
                                                    .discover           = args->discover,
                                                    .profile            = args->profile,
                                                    .use_fips           = args->use_fips,
                                                    .use_dualstack      = args->use_dualstack,
                                                    .account_endpoints  = args->account_endpoints,
                                                    .credentials        = provider,
                                                    .max_attempts       = args->max_attempts,
                                                    .retry_mode         = args->retry_mode,
                                                    .hedge              = args->hedge,
                                                    .attempt_timeout_ms = args->attempt_timeout_ms,
                                                    .deadline_ms        = args->deadline_ms,
                                                    .app_id             = args->app_id,
                                                    .limiter            = args->limiter,
                                                    .observer           = args->observer,
                                                    .curl               = &curl,
                                                    .transport          = local->transport,
                                                    .in_process         = is_local},
                           error);
    local->transport = NULL;
    dynox_credentials_provider_release(provider);
    return service;
}

static void client_destroy(dynox__shared *shared)
{
    dynox_client *client = DYNOX__CONTAINER(shared, dynox_client, shared);
    dynox__service_release(client->service);
    dynox__table_keys_end(client);
    pthread_mutex_destroy(&client->lock);
    dynox__free(client->endpoint);
    dynox__free(client);
    dynox__spare_end();
}

dynox_client *dynox__client_acquire(dynox_client *client)
{
    if (client) dynox__shared_acquire(&client->shared);
    return client;
}

void dynox__client_release(dynox_client *client)
{
    if (client) dynox__shared_release(&client->shared);
}

static dynox_client *make(const dynox_client_args *args, dynox_error *error)
{
    dynox_client *client = dynox__calloc(sizeof *client);
    if (!client) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    dynox__local_place local = {0};
    client->ambiguous_writes = args->ambiguous_writes;
    client->single_flight    = args->single_flight;
    if (dynox__local_place_find(args, &local, error) == DYNOX_OK) client->service = service_of(args, &local, error);
    if (!client->service) {
        dynox__local_place_free(&local);
        dynox__free(client);
        return NULL;
    }
    client->endpoint = local.endpoint;
    dynox__shared_init(&client->shared, client_destroy);
    pthread_mutex_init(&client->lock, NULL);
    dynox__spare_begin();
    return client;
}

dynox_client *dynox_client_new_with(const dynox_client_args *given)
{
    dynox_client_args args;
    dynox_error       error  = {0};
    dynox_client     *client = NULL;
    if (dynox__args_read(&args, sizeof args, given, &error) == DYNOX_OK) client = make(&args, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (!client && to) dynox_error_copy(to, &error);
    dynox_error_clear(&error);
    return client;
}

/* Borrows the service: freeing the client ends the closer first. */
static dynox_outcome close_job(void *service)
{
    dynox__service_close(service);
    return dynox_ok(NULL, NULL);
}

dynox_future *dynox_client_close(dynox_client *client)
{
    if (!client) return dynox_future_of(dynox_ok(NULL, NULL));
    pthread_mutex_lock(&client->lock);
    if (!client->closer) client->closer = dynox_pool_new(.threads = 1, .name = "dynox-close");
    dynox_pool *closer = client->closer;
    pthread_mutex_unlock(&client->lock);
    if (!closer) return dynox__future_failed(DYNOX_E_NO_MEMORY);
    return dynox_pool_run(closer, close_job, client->service);
}

dynox_future *dynox_client_drain(dynox_client *client, int64_t deadline_ms)
{
    return client ? dynox__service_drain(client->service, deadline_ms) : dynox_future_of(dynox_ok(NULL, NULL));
}

dynox_status dynox_sync_client_drain(dynox_client *client, int64_t deadline_ms)
{
    dynox__sync sync = {0};
    if (client && !dynox__sync_allowed(&sync, client)) return dynox__sync_refuse(&sync);
    return dynox_join_void(dynox_client_drain(client, deadline_ms));
}

/* A marker at the end of the callback queue: when it runs, all callbacks before it have run. */
typedef struct marker {
    dynox_work      work;
    pthread_mutex_t lock;
    pthread_cond_t  reached_now;
    bool            reached;
} marker;

static void marker_run(dynox_work *work)
{
    marker *mark = DYNOX__CONTAINER(work, marker, work);
    pthread_mutex_lock(&mark->lock);
    mark->reached = true;
    pthread_cond_signal(&mark->reached_now);
    pthread_mutex_unlock(&mark->lock);
}

static void wait_for_callbacks(void)
{
    dynox_executor *callbacks = dynox_executor_callbacks();
    if (dynox_executor_current() || !dynox__callbacks_running()) return;
    marker mark = {.work = {.run = marker_run}};
    if (!dynox__cond_init(&mark.reached_now)) return;
    pthread_mutex_init(&mark.lock, NULL);
    callbacks->post(callbacks, &mark.work);
    pthread_mutex_lock(&mark.lock);
    while (!mark.reached)
        dynox__cond_wait_until(&mark.reached_now, &mark.lock, DYNOX__NEVER);
    pthread_mutex_unlock(&mark.lock);
    pthread_mutex_destroy(&mark.lock);
    pthread_cond_destroy(&mark.reached_now);
}

void dynox_client_free(dynox_client *client)
{
    if (!client) return;
    dynox__service_close(client->service);
    dynox_pool_free(client->closer);
    client->closer = NULL;
    wait_for_callbacks();
    dynox__client_release(client);
}

const char *dynox_client_region(const dynox_client *client)
{
    return client ? dynox__service_region(client->service) : NULL;
}

const char *dynox_client_endpoint(const dynox_client *client)
{
    if (client && client->endpoint) return client->endpoint;
    return client ? dynox__service_endpoint(client->service) : NULL;
}

void dynox_client_get_stats(const dynox_client *client, dynox_client_stats *stats)
{
    dynox__transport_stats now   = {0};
    size_t                 nodes = 0, resting = 0;
    if (client) dynox__service_stats(client->service, &now);
    if (client) dynox__service_count_nodes(client->service, &nodes, &resting);
    uint64_t hedges = 0, won = 0;
    if (client) dynox__service_hedges(client->service, &hedges, &won);
    *stats = (dynox_client_stats){.connections      = now.connections,
                                  .idle_connections = now.idle,
                                  .connecting       = now.connecting,
                                  .waiting          = now.waiting,
                                  .in_flight        = now.in_flight,
                                  .requests         = now.requests,
                                  .connects         = now.connects,
                                  .nodes            = nodes,
                                  .resting_nodes    = resting,

                                  .hedges     = hedges,
                                  .hedges_won = won};
}
