/* The curl engine as a transport: the calls that any thread may make, and its beginning and end. */
#include "http/engine/engine.h"
#include "base/errno_text.h"
#include "base/thread.h"
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

enum {
    DEFAULT_WAITING    = 65536,
    DEFAULT_CONNECT_MS = 3100,
    DEFAULT_IDLE_MS    = 50000,  /* services close at about 60 s */
    DEFAULT_AGE_MS     = 600000, /* so that new addresses are noticed */
    FILL               = 256,    /* batches and warm caches beat spreading */
    POOL_THREADS       = 128,
    CONNECTING_EACH    = 96, /* leaves pool threads for other endpoints when one does not respond */
    MAX_WORKERS        = 64
};

static dynox__engine *engine_of(dynox__transport *transport)
{
    return DYNOX__CONTAINER(transport, dynox__engine, transport);
}

static bool is_foreign(const dynox__engine *engine)
{
    return dynox__fork_generation() != engine->fork_generation;
}

/* Between enter and leave the engine is not freed, whatever the request in hand has come to meanwhile. */
static void enter(dynox__engine *engine)
{
    atomic_fetch_add(&engine->callers, 1);
}

static void leave(dynox__engine *engine)
{
    atomic_fetch_sub(&engine->callers, 1);
}

static void wait_for_callers(dynox__engine *engine)
{
    while (atomic_load(&engine->callers))
        sched_yield();
}

/* ---- requests ---- */

static dynox_status ensure_running(dynox__engine *engine, dynox__worker *worker)
{
    if (atomic_load_explicit(&worker->running, memory_order_acquire)) return DYNOX_OK;
    pthread_mutex_lock(&engine->lock);
    dynox_status status = atomic_load(&worker->running) ? DYNOX_OK : dynox__worker_start(worker);
    int          saved  = errno; /* says why */
    pthread_mutex_unlock(&engine->lock);
    errno = saved;
    return status;
}

/* The first worker with room, else the one with least to do. NULL: too many requests. */
static dynox__worker *choose(dynox__engine *engine)
{
    dynox__worker *best  = NULL;
    size_t         least = SIZE_MAX, total = 0;
    for (unsigned i = 0; i < engine->worker_count; i++) {
        size_t load = atomic_load_explicit(&engine->workers[i].in_flight, memory_order_relaxed);
        if (load < engine->fill) return &engine->workers[i];
        total += load;
        if (load < least) {
            least = load;
            best  = &engine->workers[i];
        }
    }
    return total < engine->max_requests ? best : NULL;
}

static void prepare(dynox__request *request, dynox__worker *worker)
{
    request->status  = DYNOX_OK;
    request->phase   = DYNOX__PHASE_QUEUED;
    request->reused  = false;
    request->sent_ns = request->received_ns = 0;
    request->connected_ns = request->first_byte_ns = request->connecting_ns = 0;
    request->message[0]                                                     = 0;
    request->body.size                                                      = 0;
    request->own.worker                                                     = worker;
    request->own.connection = request->own.endpoint = NULL;
    request->own.place                              = DYNOX__PLACE_SUBMITTED;
    request->own.heap_index                         = 0;
    request->own.cancel_seen                        = false;
}

static dynox_status submit_entered(dynox__engine *engine, dynox__request *request)
{
    request->message[0] = 0;
    if (dynox__stop_is_set(&engine->stop)) return DYNOX_E_SHUTDOWN;
    dynox__worker *worker = choose(engine);
    if (!worker) return DYNOX_E_BUSY;
    dynox_status status = ensure_running(engine, worker);
    if (status != DYNOX_OK) {
        if (status == DYNOX_E_SYSTEM)
            snprintf(request->message, sizeof request->message, "no I/O thread can be started: %s",
                     DYNOX__ERRNO(errno));
        return status;
    }
    prepare(request, worker);
    bool only = atomic_fetch_add(&worker->in_flight, 1) == 0;
    atomic_store_explicit(&request->own.state, DYNOX__LIVE, memory_order_release);
    if (dynox__seat_take(worker, request, only)) return DYNOX_OK;
    dynox__stack_push(&worker->submitted, &request->own.submitted);
    dynox__worker_wake(worker);
    return DYNOX_OK;
}

static dynox_status submit(dynox__transport *transport, dynox__request *request)
{
    dynox__engine *engine = engine_of(transport);
    if (is_foreign(engine)) return DYNOX_E_FORKED;
    enter(engine);
    dynox_status status = submit_entered(engine, request);
    leave(engine);
    return status;
}

static bool can_be_claimed(unsigned state)
{
    return (state & (DYNOX__LIVE | DYNOX__CANCEL_CLAIMED)) == DYNOX__LIVE;
}

static bool cancel(dynox__transport *transport, dynox__request *request)
{
    dynox__engine *engine = engine_of(transport);
    if (is_foreign(engine)) return true;
    enter(engine);
    unsigned state = atomic_load(&request->own.state);
    while (can_be_claimed(state) &&
           !atomic_compare_exchange_weak(&request->own.state, &state, state | DYNOX__CANCEL_CLAIMED)) {
    }
    if (can_be_claimed(state)) {
        /* The claim keeps the request alive until the push; not longer. */
        dynox__worker *worker = request->own.worker;
        dynox__stack_push(&worker->cancelled, &request->own.cancelled);
        dynox__worker_wake(worker);
    }
    leave(engine);
    return state & DYNOX__LEFT;
}

static void stats(dynox__transport *transport, dynox__transport_stats *stats)
{
    dynox__engine *engine = engine_of(transport);
    *stats                = (dynox__transport_stats){0};
    if (is_foreign(engine)) return;
    for (unsigned i = 0; i < engine->worker_count; i++) {
        dynox__worker *worker = &engine->workers[i];
        pthread_mutex_lock(&worker->lock);
        dynox__counts counts = worker->published;
        pthread_mutex_unlock(&worker->lock);
        stats->connections += counts.connections;
        stats->idle += counts.idle;
        stats->connecting += counts.connecting;
        stats->waiting += counts.waiting;
        stats->requests += counts.requests;
        stats->reused += counts.reused;
        stats->connects += counts.connects;
        stats->failed += counts.failed;
        stats->in_flight += atomic_load(&worker->in_flight);
    }
}

/* ---- the I/O threads as an executor ---- */

static bool post_to_worker(dynox__engine *engine, dynox_work *work)
{
    dynox__worker *worker = &engine->workers[0];
    if (ensure_running(engine, worker) != DYNOX_OK) return false;
    pthread_mutex_lock(&worker->lock);
    bool open = !worker->posts_closed;
    if (open) {
        work->next = NULL;
        if (worker->last_posted)
            worker->last_posted->next = work;
        else
            worker->posted = work;
        worker->last_posted = work;
        atomic_store(&worker->has_posts, true);
    }
    pthread_mutex_unlock(&worker->lock);
    if (open) dynox__worker_wake(worker);
    return open;
}

static void post(dynox_executor *executor, dynox_work *work)
{
    dynox__engine *engine = DYNOX__CONTAINER(executor, dynox__engine, executor);
    if (is_foreign(engine)) return; /* there is no thread to run it */
    enter(engine);
    if (!post_to_worker(engine, work)) {
        dynox_executor *callbacks = dynox_executor_callbacks();
        callbacks->post(callbacks, work);
    }
    leave(engine);
}

static dynox_executor *executor(dynox__transport *transport)
{
    return &engine_of(transport)->executor;
}

/* ---- beginning and end ---- */

static void destroy(dynox__engine *engine)
{
    if (engine->pool) dynox_pool_free(engine->pool);
    for (unsigned i = 0; i < engine->worker_count; i++)
        dynox__worker_destroy(&engine->workers[i]);
    dynox__tls_free(engine->tls);
    dynox__proxies_free(&engine->proxies);
    pthread_mutex_destroy(&engine->lock);
    dynox__stop_destroy(&engine->stop);
    dynox__free(engine);
}

static void reject(dynox__transport *transport, dynox__request *request)
{
    (void)transport;
    dynox__worker_reject(request->own.worker, request->own.brought_by);
}

static void call_workers(dynox__engine *engine)
{
    for (unsigned i = 0; i < engine->worker_count; i++)
        if (atomic_load(&engine->workers[i].running)) dynox__seat_call(&engine->workers[i]);
}

static void stop(dynox__transport *transport)
{
    dynox__engine *engine = engine_of(transport);
    if (is_foreign(engine)) return; /* its threads, and perhaps its locks, are the parent's */
    dynox__stop_now(&engine->stop);
    dynox__seat_abandon(engine);
    call_workers(engine); /* who leads one is a caller */
    wait_for_callers(engine);
    atomic_store(&engine->drained, true);
    call_workers(engine);
    for (unsigned i = 0; i < engine->worker_count; i++)
        if (atomic_load(&engine->workers[i].running)) pthread_join(engine->workers[i].thread, NULL);
    wait_for_callers(engine);
    destroy(engine);
}

static unsigned default_workers(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores <= 8 ? 1 : cores <= 16 ? 2 : cores <= 32 ? 4 : 8;
}

static int64_t to_ns(int64_t ms, int64_t otherwise)
{
    if (ms <= 0) ms = otherwise;
    return ms > INT64_MAX / 4 / DYNOX__MS ? INT64_MAX / 4 : ms * DYNOX__MS;
}

static void configure(dynox__engine *engine, const dynox__curl_config *config)
{
    size_t connections       = config->max_connections ? config->max_connections : DYNOX__MOST_CONNECTIONS;
    size_t waiting           = config->max_waiting ? config->max_waiting : DEFAULT_WAITING;
    engine->transport        = (dynox__transport){submit, cancel, reject, stop, stats, executor};
    engine->executor         = (dynox_executor){post, "dynox-io"};
    engine->max_requests     = waiting < SIZE_MAX - connections ? waiting + connections : SIZE_MAX;
    engine->max_response     = config->max_response ? config->max_response : DYNOX__LARGEST_RESPONSE;
    engine->watch            = config->watch;
    engine->idle_ns          = to_ns(config->idle_ms, DEFAULT_IDLE_MS);
    engine->max_age_ns       = to_ns(config->max_age_ms, DEFAULT_AGE_MS);
    engine->connections_each = connections / engine->worker_count ? connections / engine->worker_count : 1;
    engine->fill             = engine->connections_each < FILL ? engine->connections_each : FILL;
    engine->connecting_each  = CONNECTING_EACH;
    engine->fork_generation  = dynox__fork_generation();
    engine->wire             = (dynox__wire_settings){
                    .tls        = engine->tls,
                    .timeout_ms = config->connect_timeout_ms > 0 ? config->connect_timeout_ms : DEFAULT_CONNECT_MS,
                    .proxies    = &engine->proxies,
                    .stop       = &engine->stop,
    };
}

static dynox__engine *make(unsigned workers)
{
    dynox__engine *engine = dynox__calloc(sizeof *engine + workers * sizeof engine->workers[0]);
    if (!engine) return NULL;
    pthread_mutex_init(&engine->lock, NULL);
    dynox__stop_init(&engine->stop);
    engine->worker_count = workers;
    for (unsigned i = 0; i < workers; i++)
        dynox__worker_init(&engine->workers[i], engine);
    engine->pool = dynox_pool_new(.threads = POOL_THREADS, .name = "dynox-connect");
    if (engine->pool) return engine;
    destroy(engine);
    return NULL;
}

dynox__transport *dynox__curl_transport_new(const dynox__curl_config *config, dynox_error *error)
{
    unsigned       wanted = config->workers ? config->workers : default_workers();
    dynox__engine *engine = make(wanted < MAX_WORKERS ? wanted : MAX_WORKERS);
    if (!engine) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    engine->tls = dynox__tls_new(&(dynox__tls_settings){.ca_file            = config->ca_file,
                                                        .client_certificate = config->client_certificate,
                                                        .client_key         = config->client_key,
                                                        .insecure           = config->insecure},
                                 error);
    if (!engine->tls || dynox__proxies_read(&engine->proxies, config->proxy, error) != DYNOX_OK) {
        destroy(engine);
        return NULL;
    }
    configure(engine, config);
    return &engine->transport;
}
