/* The server's threads: each waits for its connections, its delays, and the end. */
#include "base/thread.h"
#include "local/server/inside.h"
#include <unistd.h>

enum { SWEEP_MS = 1000, SOON_MS = 50, CROWDED_IDLE_MS = 1000 };

/* ---- a thread ---- */

/* The one that accepts, and lets nobody in for now. */
static bool is_paused(const dynox__server_thread *thread)
{
    const dynox__server *server = thread->server;
    return thread == &server->threads[0] && !server->listens && server->listener >= 0;
}

static int64_t next_sweep_ns(const dynox__server_thread *thread, bool soon)
{
    return thread->swept_ns + (soon || is_paused(thread) ? SOON_MS : SWEEP_MS) * DYNOX__MS;
}

/* Closes what has taken too long; with descriptors running out, also what has been idle for a while. */
static void sweep(dynox__server_thread *thread, bool soon)
{
    const dynox__server *server  = thread->server;
    bool                 crowded = !server->listens && thread == &server->threads[0];
    int64_t              idle_ns = server->settings.idle_ms * DYNOX__MS;
    if (thread->now_ns < next_sweep_ns(thread, soon)) return;
    thread->swept_ns = thread->now_ns;
    for (dynox__server_connection *at = thread->connections, *next; at; at = next) {
        next         = at->next;
        bool waits   = at->state == DYNOX__SERVER_READS && !at->begun;
        bool is_idle = waits && thread->now_ns > at->deadline_ns - idle_ns + CROWDED_IDLE_MS * DYNOX__MS;
        if (thread->now_ns >= at->deadline_ns || (crowded && is_idle)) dynox__server_connection_close(thread, at);
    }
}

/* Memory of something large is not kept for ever. */
static void shrink(dynox__buffer *buffer)
{
    if (buffer->capacity > DYNOX__SERVER_KEEP) dynox__buffer_free(buffer);
    buffer->failed = false;
}

static void tidy(dynox__server_thread *thread)
{
    while (thread->closed) {
        dynox__server_connection *next = thread->closed->next;
        dynox__free(thread->closed);
        thread->closed = next;
    }
    shrink(&thread->out);
    shrink(&thread->plain);
    shrink(&thread->packed);
    shrink(&thread->answer.body);
}

static void resume_listening(dynox__server_thread *thread)
{
    dynox__server *server = thread->server;
    if (thread != &server->threads[0] || server->listens || server->listener < 0) return;
    if (thread->now_ns < server->listens_again_ns) return;
    server->listens = true;
    dynox__poller_watch(&thread->poller, server->listener, &server->listener, true, false);
}

static void do_due(dynox__server_thread *thread)
{
    while (dynox__deadlines_next(&thread->delays) <= thread->now_ns)
        dynox__server_connection_due(
            thread, DYNOX__CONTAINER(dynox__deadlines_first(&thread->delays), dynox__server_connection, heap_index));
}

static void wait_for_something(dynox__server_thread *thread, bool soon)
{
    dynox__server *server  = thread->server;
    int64_t        next_ns = DYNOX__NEVER;
    if (thread->connections) next_ns = next_sweep_ns(thread, soon);
    if (is_paused(thread) && server->listens_again_ns < next_ns) next_ns = server->listens_again_ns;
    if (dynox__deadlines_next(&thread->delays) < next_ns) next_ns = dynox__deadlines_next(&thread->delays);
    if (next_ns != DYNOX__NEVER) {
        next_ns -= dynox__now_ns();
        if (next_ns < 0) next_ns = 0;
    }
    dynox__poller_wait(&thread->poller, next_ns);
    thread->now_ns = dynox__now_ns();
}

static void do_round(dynox__server_thread *thread, bool soon)
{
    dynox__server *server = thread->server;
    wait_for_something(thread, soon);
    for (size_t i = 0; i < thread->poller.count; i++) {
        void *owner = thread->poller.ready[i];
        if (owner == &server->listener)
            dynox__server_accept(server);
        else
            dynox__server_connection_ready(thread, owner);
    }
    dynox__server_take_given(thread);
    do_due(thread);
    resume_listening(thread);
    sweep(thread, soon);
    tidy(thread);
}

static void close_listener(dynox__server_thread *thread)
{
    dynox__server *server = thread->server;
    if (thread != &server->threads[0] || server->listener < 0) return;
    dynox__server_accept(server); /* those who have come are let in, and told */
    dynox__poller_remove(&thread->poller, server->listener);
    close(server->listener);
    server->listener = -1;
}

/* Those that are between two requests end; if one has just come, it is answered. */
static void end_idle(dynox__server_thread *thread)
{
    for (dynox__server_connection *at = thread->connections, *next; at; at = next) {
        next = at->next;
        if (at->state != DYNOX__SERVER_READS || at->begun) continue;
        dynox__server_connection_ready(thread, at);
        if (at->fd >= 0 && at->state == DYNOX__SERVER_READS && !at->begun) dynox__server_connection_close(thread, at);
    }
}

static void drain(dynox__server_thread *thread)
{
    int64_t until = dynox__deadline_after(dynox__now_ns(), thread->server->settings.drain_ms);
    close_listener(thread);
    do {
        end_idle(thread);
        if (thread->connections) do_round(thread, true);
        dynox__server_take_given(thread);
    } while (thread->connections && dynox__now_ns() < until);
    while (thread->connections) {
        if (thread->connections->state != DYNOX__SERVER_ENDS) atomic_store(&thread->server->unfinished, true);
        dynox__server_connection_close(thread, thread->connections);
    }
    tidy(thread);
}

static void *run(void *arg)
{
    dynox__server_thread *thread = arg;
    thread->now_ns = thread->swept_ns = dynox__now_ns();
    while (!atomic_load(&thread->server->stops))
        do_round(thread, false);
    drain(thread);
    return NULL;
}

/* ---- the server ---- */

static void set_defaults(dynox__server_settings *settings)
{
    if (!settings->connections) settings->connections = 12000;
    if (!settings->memory) settings->memory = (size_t)512 * 1024 * 1024;
    if (!settings->idle_ms) settings->idle_ms = 300000;
    if (!settings->request_ms) settings->request_ms = 60000;
    if (!settings->answer_ms) settings->answer_ms = 60000;
    if (!settings->drain_ms) settings->drain_ms = 5000;
}

static dynox_status open_thread(dynox__server *server, dynox__server_thread *thread)
{
    thread->server      = server;
    thread->room        = dynox__malloc(DYNOX__SERVER_ROOM + DYNOX__REQUEST_BODY_PADDING);
    dynox_status status = thread->room ? dynox__poller_open(&thread->poller) : DYNOX_E_NO_MEMORY;
    if (status == DYNOX_OK && thread == &server->threads[0])
        status = dynox__poller_add(&thread->poller, server->listener, &server->listener);
    return status;
}

static dynox_status start_threads(dynox__server *server)
{
    dynox_status status = DYNOX_OK;
    for (size_t i = 0; i < server->thread_count && status == DYNOX_OK; i++)
        status = open_thread(server, &server->threads[i]);
    for (size_t i = 0; i < server->thread_count && status == DYNOX_OK; i++) {
        dynox__server_thread *thread = &server->threads[i];
        status                       = dynox__thread_start(&thread->thread, "dynox-server", false, run, thread);
        thread->started              = status == DYNOX_OK;
    }
    return status;
}

dynox__server *dynox__server_start(const dynox__server_settings *settings, dynox_error *error)
{
    size_t         count  = settings->threads ? settings->threads : 1, size;
    dynox__server *server = NULL;
    if (dynox__mul_size(count, sizeof *server->threads, &size) && dynox__add_size(size, sizeof *server, &size))
        server = dynox__calloc(size);
    if (!server) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    server->settings     = *settings;
    server->listener     = -1;
    server->listens      = true;
    server->thread_count = count;
    server->has_log_lock = pthread_mutex_init(&server->log_lock, NULL) == 0;
    set_defaults(&server->settings);
    dynox_status status = dynox__server_listen(server, error);
    if (status == DYNOX_OK) {
        status = server->has_log_lock ? start_threads(server) : DYNOX_E_NO_MEMORY;
        if (status != DYNOX_OK) dynox_error_set(error, status, "the server's threads cannot be started");
    }
    if (status == DYNOX_OK) return server;
    dynox__server_free(server);
    return NULL;
}

const char *dynox__server_url(const dynox__server *server)
{
    return server->url;
}

void dynox__server_stop(dynox__server *server)
{
    atomic_store(&server->stops, true);
    for (size_t i = 0; i < server->thread_count; i++)
        if (server->threads[i].poller.open) dynox__poller_wake(&server->threads[i].poller);
}

bool dynox__server_wait(dynox__server *server)
{
    for (size_t i = 0; i < server->thread_count; i++) {
        if (server->threads[i].started) pthread_join(server->threads[i].thread, NULL);
        server->threads[i].started = false;
    }
    return !atomic_load(&server->unfinished);
}

static void free_thread(dynox__server_thread *thread)
{
    if (!thread->server) return;
    dynox__server_take_given(thread); /* by one that had stopped already */
    while (thread->connections)
        dynox__server_connection_close(thread, thread->connections);
    tidy(thread);
    dynox__poller_close(&thread->poller);
    dynox__gzip_free(&thread->gzip);
    dynox__buffer_free(&thread->out);
    dynox__buffer_free(&thread->plain);
    dynox__buffer_free(&thread->packed);
    dynox__buffer_free(&thread->answer.body);
    dynox__deadlines_free(&thread->delays);
    dynox__free(thread->room);
}

void dynox__server_free(dynox__server *server)
{
    if (!server) return;
    dynox__server_stop(server);
    dynox__server_wait(server);
    for (size_t i = 0; i < server->thread_count; i++)
        free_thread(&server->threads[i]);
    if (server->listener >= 0) close(server->listener);
    if (server->has_log_lock) pthread_mutex_destroy(&server->log_lock);
    dynox__free(server);
}
