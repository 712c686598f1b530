/* Which request gets which connection. A request waits for whichever connection is free first and is never tied to one
 * that is being made; there are never more attempts to connect than requests that wait. */
#include "base/errno_text.h"
#include "base/spare.h"
#include "http/engine/engine.h"
#include <errno.h>
#include <stdio.h>

enum {
    ATTEMPTS      = 8,   /* at a time, at first: also a dead host gets so many */
    BEGUN_A_TURN  = 32,  /* attempts; then those that have a connection get their turn */
    DELAY_MS      = 100, /* after an attempt that failed beside working connections; doubled each time */
    DELAY_DOUBLES = 5
};

/* ---- endpoints ---- */

static void mark_ready(dynox__worker *worker, dynox__endpoint *endpoint)
{
    if (endpoint->ready) return;
    endpoint->ready      = true;
    endpoint->next_ready = worker->ready;
    worker->ready        = endpoint;
}

static void set_starved(dynox__worker *worker, dynox__endpoint *endpoint, bool starved)
{
    if (endpoint->starved == starved) return;
    endpoint->starved = starved;
    worker->starved += starved ? 1 : (size_t)-1;
}

static dynox__endpoint *find_endpoint(dynox__worker *worker, const dynox__origin *origin)
{
    for (dynox__endpoint *endpoint = worker->endpoints; endpoint; endpoint = endpoint->next)
        if (endpoint->origin.port == origin->port && endpoint->origin.tls == origin->tls &&
            strcmp(endpoint->origin.host, origin->host) == 0)
            return endpoint;
    dynox__endpoint *endpoint = dynox__calloc(sizeof *endpoint);
    char            *host     = dynox__strdup(origin->host);
    if (!endpoint || !host) {
        dynox__free(endpoint);
        dynox__free(host);
        return NULL;
    }
    endpoint->origin      = *origin;
    endpoint->origin.host = host;
    endpoint->allowed     = ATTEMPTS;
    endpoint->next        = worker->endpoints;
    worker->endpoints     = endpoint;
    return endpoint;
}

static void free_endpoint(dynox__endpoint *endpoint)
{
    dynox__free((char *)(uintptr_t)endpoint->origin.host);
    dynox__free(endpoint);
}

/* ---- requests that wait ---- */

static void append(dynox__endpoint *endpoint, dynox__request *request)
{
    request->own.next     = NULL;
    request->own.previous = endpoint->last;
    if (endpoint->last)
        endpoint->last->own.next = request;
    else
        endpoint->first = request;
    endpoint->last = request;
}

static void prepend(dynox__endpoint *endpoint, dynox__request *request)
{
    request->own.previous = NULL;
    request->own.next     = endpoint->first;
    if (endpoint->first)
        endpoint->first->own.previous = request;
    else
        endpoint->last = request;
    endpoint->first = request;
}

static void waits(dynox__worker *worker, dynox__request *request)
{
    dynox__endpoint *endpoint = request->own.endpoint;
    request->own.place        = DYNOX__PLACE_WAITING;
    endpoint->waiting++;
    endpoint->choosy += request->fresh || request->warms;
    worker->counts.waiting++;
    mark_ready(worker, endpoint);
}

/* If that request only wants to know that there is such a connection: it does now. */
static bool count_warm(dynox__worker *worker, dynox__request *request, dynox__connection *connection)
{
    if (!request->warms || connection->warmed >= request->warms) return false;
    connection->warmed = request->warms;
    dynox__dispatch_remove(worker, request);
    request->received_ns = worker->now_ns;
    dynox__worker_finish(worker, request, DYNOX_OK, NULL);
    return true;
}

void dynox__dispatch_add(dynox__worker *worker, dynox__request *request)
{
    dynox__endpoint *endpoint = find_endpoint(worker, request->origin);
    request->own.endpoint     = endpoint;
    request->own.queued_ns    = worker->now_ns;
    if (!endpoint || (request->deadline_ns != DYNOX__NEVER &&
                      !dynox__deadlines_add(&worker->deadlines, &request->own.heap_index, request->deadline_ns))) {
        dynox__worker_finish(worker, request, DYNOX_E_NO_MEMORY, "out of memory");
        return;
    }
    append(endpoint, request);
    waits(worker, request);
    for (dynox__connection *idle = request->warms ? endpoint->newest : NULL; idle; idle = idle->older)
        if (count_warm(worker, request, idle)) break;
}

void dynox__dispatch_back(dynox__worker *worker, dynox__request *request)
{
    prepend(request->own.endpoint, request);
    waits(worker, request);
}

void dynox__dispatch_remove(dynox__worker *worker, dynox__request *request)
{
    dynox__endpoint *endpoint = request->own.endpoint;
    dynox__request  *next = request->own.next, *previous = request->own.previous;
    *(previous ? &previous->own.next : &endpoint->first) = next;
    *(next ? &next->own.previous : &endpoint->last)      = previous;
    endpoint->waiting--;
    endpoint->choosy -= request->fresh || request->warms;
    worker->counts.waiting--;
    if (endpoint->waiting) return;
    set_starved(worker, endpoint, false);
    endpoint->allowed = ATTEMPTS;
}

static void end_waiting(dynox__worker *worker, dynox__request *request, dynox_status status, const char *message)
{
    dynox__dispatch_remove(worker, request);
    dynox__worker_finish(worker, request, status, "%s", message);
}

void dynox__dispatch_timeout(dynox__worker *worker, dynox__request *request)
{
    dynox__endpoint *endpoint = request->own.endpoint;
    const char      *host     = endpoint->origin.host;
    unsigned         port     = endpoint->origin.port;
    long long        ms       = (worker->now_ns - request->own.queued_ns) / DYNOX__MS;
    if (request->own.place == DYNOX__PLACE_WAITING) {
        dynox__dispatch_remove(worker, request);
        if (endpoint->established)
            dynox__worker_finish(worker, request, DYNOX_E_TIMEOUT, "no connection to %s:%u was free within %lld ms",
                                 host, port, ms);
        else
            dynox__worker_finish(worker, request, DYNOX_E_TIMEOUT, "connecting to %s:%u took longer than %lld ms%s%s",
                                 host, port, ms, endpoint->trouble[0] ? "; the last attempt: " : "", endpoint->trouble);
        return;
    }
    dynox__connection *connection = request->own.connection;
    if (request->phase <= DYNOX__PHASE_SENDING)
        dynox__connection_fail(worker, connection, DYNOX_E_TIMEOUT,
                               "sending to %s:%u took longer than %lld ms: %zu of %zu bytes had left", host, port, ms,
                               connection->sent, request->size);
    else if (request->phase == DYNOX__PHASE_WAITING)
        dynox__connection_fail(worker, connection, DYNOX_E_TIMEOUT, "no answer from %s:%u within %lld ms", host, port,
                               ms);
    else
        dynox__connection_fail(worker, connection, DYNOX_E_TIMEOUT,
                               "the answer of %s:%u was not complete within %lld ms", host, port, ms);
}

/* ---- connections that are free ---- */

static void unlink_idle(dynox__worker *worker, dynox__connection *connection)
{
    dynox__endpoint *endpoint = connection->endpoint;
    if (!connection->idle) return;
    *(connection->newer ? &connection->newer->older : &endpoint->newest) = connection->older;
    *(connection->older ? &connection->older->newer : &endpoint->oldest) = connection->newer;
    connection->idle                                                     = false;
    worker->counts.idle--;
}

void dynox__dispatch_idle(dynox__worker *worker, dynox__connection *connection)
{
    dynox__endpoint *endpoint = connection->endpoint;
    /* Others have none at all: after one request, or without any to carry, it makes room for them. */
    bool yields = worker->starved && !endpoint->starved && (connection->used || !endpoint->first);
    if (worker->now_ns >= connection->retire_ns || yields) {
        dynox__connection_close(worker, connection);
        return;
    }
    int64_t until             = worker->now_ns + worker->engine->idle_ns;
    connection->idle_until_ns = until < connection->retire_ns ? until : connection->retire_ns;
    connection->newer         = NULL;
    connection->older         = endpoint->newest;
    if (endpoint->newest)
        endpoint->newest->newer = connection;
    else
        endpoint->oldest = connection;
    endpoint->newest = connection;
    connection->idle = true;
    worker->counts.idle++;
    dynox__worker_sweep_by(worker, connection->idle_until_ns);
    mark_ready(worker, endpoint);
    dynox__request *next = endpoint->choosy ? endpoint->first : NULL;
    for (dynox__request *request; (request = next);) {
        next = request->own.next;
        count_warm(worker, request, connection); /* one of each number that waits */
    }
}

void dynox__dispatch_gone(dynox__worker *worker, dynox__connection *connection)
{
    dynox__endpoint *endpoint = connection->endpoint;
    unlink_idle(worker, connection);
    *(connection->previous ? &connection->previous->next : &worker->connections) = connection->next;
    if (connection->next) connection->next->previous = connection->previous;
    worker->counts.connections--;
    if (--endpoint->established == 0) {
        endpoint->connect_after_ns = 0;
        dynox__spare_drop();
        dynox__worker_sweep_by(worker, worker->now_ns + worker->engine->idle_ns);
    }
    mark_ready(worker, endpoint);
    for (dynox__endpoint *other = worker->starved ? worker->endpoints : NULL; other; other = other->next)
        if (other->starved) mark_ready(worker, other);
}

/* ---- attempts to connect ---- */

/* Without a working connection, the failure is that of its share of the requests that waited when the attempt began:
 * a dead host ends all of them within one round of attempts, one bad address out of several ends few. */
static void blame(dynox__worker *worker, dynox__endpoint *endpoint, const dynox__connection *attempt)
{
    size_t had_waited = 0;
    for (dynox__request *request = endpoint->first; request && request->own.queued_ns <= attempt->begun_ns;
         request                 = request->own.next)
        had_waited++;
    size_t attempts = endpoint->connecting + 1;
    for (size_t share = (had_waited + attempts - 1) / attempts; share && endpoint->first; share--) {
        dynox__request *request = endpoint->first;
        dynox__dispatch_remove(worker, request);
        dynox__worker_finish(worker, request, attempt->status, "%s:%u: %s", endpoint->origin.host,
                             (unsigned)endpoint->origin.port, attempt->message);
    }
}

static void attempt_failed(dynox__worker *worker, dynox__connection *attempt)
{
    dynox__endpoint *endpoint = attempt->endpoint;
    worker->counts.failed++;
    endpoint->allowed = endpoint->allowed / 2 > ATTEMPTS ? endpoint->allowed / 2 : ATTEMPTS;
    snprintf(endpoint->trouble, sizeof endpoint->trouble, "%s", attempt->message);
    if (endpoint->established) { /* what waits will be served; but not a new attempt at once, for ever */
        unsigned doubles           = endpoint->failures < DELAY_DOUBLES ? endpoint->failures : DELAY_DOUBLES;
        endpoint->connect_after_ns = worker->now_ns + DELAY_MS * DYNOX__MS * (INT64_C(1) << doubles);
        dynox__worker_sweep_by(worker, endpoint->connect_after_ns);
    } else {
        blame(worker, endpoint, attempt);
        dynox__worker_sweep_by(worker, worker->now_ns + worker->engine->idle_ns);
    }
    endpoint->failures++;
}

void dynox__dispatch_connected(dynox__worker *worker, dynox__connection *connection)
{
    dynox__endpoint *endpoint = connection->endpoint;
    bool             stopping = dynox__stop_is_set(&worker->engine->stop);
    endpoint->connecting--;
    worker->counts.connecting--;
    if (connection->status == DYNOX_OK && !stopping) {
        connection->status = dynox__poller_add(&worker->poller, connection->wire.fd, connection);
        if (connection->status != DYNOX_OK)
            snprintf(connection->message, sizeof connection->message, "the new socket cannot be watched: %s",
                     DYNOX__ERRNO(errno));
    }
    if (connection->status != DYNOX_OK || stopping) {
        if (!stopping) attempt_failed(worker, connection);
        mark_ready(worker, endpoint);
        dynox__wire_close(&connection->wire);
        if (!stopping) dynox__connection_tell(worker, connection, DYNOX__CONNECTION_FAILED, connection->begun_ns);
        dynox__free(connection);
        return;
    }
    endpoint->failures         = 0;
    endpoint->connect_after_ns = 0;
    endpoint->allowed += endpoint->allowed < worker->engine->connecting_each;
    connection->made_ns = worker->now_ns;
    dynox__dial_learn(worker, connection);
    endpoint->established++;
    worker->counts.connects++;
    worker->counts.connections++;
    connection->next = worker->connections;
    if (connection->next) connection->next->previous = connection;
    worker->connections = connection;
    dynox__connection_tell(worker, connection, DYNOX__CONNECTION_OPENED, connection->begun_ns);
    dynox__dispatch_idle(worker, connection);
}

/* Closes the connection that has been idle for longest, to make room for another endpoint's. */
static bool make_room(dynox__worker *worker)
{
    dynox__connection *oldest = NULL;
    for (dynox__endpoint *other = worker->endpoints; other; other = other->next)
        if (other->oldest && (!oldest || other->oldest->idle_until_ns < oldest->idle_until_ns)) oldest = other->oldest;
    if (!oldest) return false;
    dynox__connection_close(worker, oldest);
    return true;
}

/* After a failure, and until one succeeds, those under way have to end first, and then one goes ahead alone. */
static bool may_connect(const dynox__worker *worker, const dynox__endpoint *endpoint)
{
    if (endpoint->failures && !endpoint->established && endpoint->connecting) return false;
    return worker->begun < BEGUN_A_TURN && endpoint->connecting < endpoint->waiting &&
           endpoint->connecting < endpoint->allowed && worker->now_ns >= endpoint->connect_after_ns;
}

/* True: there is one at once. */
static bool connect_more(dynox__worker *worker, dynox__endpoint *endpoint)
{
    const dynox__engine *engine = worker->engine;
    const dynox__counts *counts = &worker->counts;
    bool                 full   = false;
    while (may_connect(worker, endpoint)) {
        full = counts->connections + counts->connecting >= engine->connections_each && !make_room(worker);
        if (full) break;
        if (dynox__connection_new(worker, endpoint)) {
            if (endpoint->newest) return true;
            continue;
        }
        if (!endpoint->established && !endpoint->connecting) {
            end_waiting(worker, endpoint->first, DYNOX_E_NO_MEMORY, "out of memory");
            continue;
        }
        endpoint->connect_after_ns = worker->now_ns + DELAY_MS * DYNOX__MS;
        dynox__worker_sweep_by(worker, endpoint->connect_after_ns);
    }
    set_starved(worker, endpoint, full && endpoint->established + endpoint->connecting == 0);
    return false;
}

/* ---- a turn ---- */

/* The first request that may have the connection. */
static dynox__request *first_for(const dynox__endpoint *endpoint, const dynox__connection *connection)
{
    if (!endpoint->choosy) return endpoint->first;
    if (connection->used && endpoint->choosy == endpoint->waiting) return NULL;
    dynox__request *request = endpoint->first;
    while (request && (request->warms || (request->fresh && connection->used)))
        request = request->own.next;
    return request;
}

static void serve_idle(dynox__worker *worker, dynox__endpoint *endpoint)
{
    for (dynox__request *request; endpoint->newest && (request = first_for(endpoint, endpoint->newest));) {
        dynox__connection *connection = endpoint->newest;
        unlink_idle(worker, connection);
        if (worker->now_ns >= connection->idle_until_ns) {
            dynox__connection_close(worker, connection);
            continue;
        }
        dynox__dispatch_remove(worker, request);
        dynox__connection_start(worker, connection, request);
    }
}

static void serve(dynox__worker *worker, dynox__endpoint *endpoint)
{
    do
        serve_idle(worker, endpoint);
    while (connect_more(worker, endpoint));
}

void dynox__dispatch_turn(dynox__worker *worker)
{
    worker->begun = 0;
    for (dynox__endpoint *endpoint; (endpoint = worker->ready);) {
        worker->ready   = endpoint->next_ready;
        endpoint->ready = false;
        serve(worker, endpoint);
    }
    if (worker->begun < BEGUN_A_TURN) return;
    for (dynox__endpoint *endpoint = worker->endpoints; endpoint; endpoint = endpoint->next)
        if (endpoint->waiting) mark_ready(worker, endpoint); /* for the next turn, which comes at once */
}

void dynox__dispatch_sweep(dynox__worker *worker)
{
    worker->sweep_ns = DYNOX__NEVER;
    dynox__dial_sweep(worker);
    for (dynox__endpoint **link = &worker->endpoints, *endpoint; (endpoint = *link);) {
        while (endpoint->oldest && worker->now_ns >= endpoint->oldest->idle_until_ns)
            dynox__connection_close(worker, endpoint->oldest);
        if (endpoint->oldest) dynox__worker_sweep_by(worker, endpoint->oldest->idle_until_ns);
        if (endpoint->waiting && endpoint->connect_after_ns > worker->now_ns)
            dynox__worker_sweep_by(worker, endpoint->connect_after_ns);
        else if (endpoint->waiting)
            mark_ready(worker, endpoint);
        if (endpoint->waiting || endpoint->established || endpoint->connecting || endpoint->ready) {
            link = &endpoint->next;
            continue;
        }
        *link = endpoint->next;
        free_endpoint(endpoint);
    }
}

void dynox__dispatch_abandon(dynox__worker *worker)
{
    static const char message[] = "the client was shut down";
    dynox__dial_abandon(worker);
    while (worker->connections)
        dynox__connection_fail(worker, worker->connections, DYNOX_E_SHUTDOWN, message);
    for (dynox__endpoint *endpoint = worker->endpoints; endpoint; endpoint = endpoint->next)
        while (endpoint->first)
            end_waiting(worker, endpoint->first, DYNOX_E_SHUTDOWN, message);
}

void dynox__dispatch_free(dynox__worker *worker)
{
    for (dynox__endpoint *endpoint; (endpoint = worker->endpoints);) {
        worker->endpoints = endpoint->next;
        free_endpoint(endpoint);
    }
}
