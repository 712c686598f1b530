/* An I/O thread. A turn: take what other threads have pushed, end what is cancelled or late, give requests to
 * connections, wait, receive; then call done for everything that has finished, in one go, so that the threads that wait
 * wake up when the work of the turn is over and not in the middle of it. */
#include "async/executor/executor.h"
#include "async/future/future.h"
#include "async/loop/pool.h"
#include "base/thread.h"
#include "http/engine/descriptor_room.h"
#include "http/engine/engine.h"
#include <stdarg.h>
#include <stdio.h>

static void *run(void *arg);

void dynox__worker_init(dynox__worker *worker, dynox__engine *engine)
{
    worker->engine   = engine;
    worker->sweep_ns = DYNOX__NEVER;
    pthread_mutex_init(&worker->lock, NULL);
}

void dynox__worker_destroy(dynox__worker *worker)
{
    dynox__poller_close(&worker->poller);
    dynox__deadlines_free(&worker->deadlines);
    dynox__dispatch_free(worker);
    dynox__free(worker->scratch);
    pthread_mutex_destroy(&worker->lock);
}

static void run_reserve(dynox_work *work)
{
    const dynox__worker *worker = DYNOX__CONTAINER(work, dynox__worker, reserve);
    dynox__descriptors_reserve(worker->engine->connections_each);
}

/* The first thread can do it at once. Later it takes a while, so a thread of the pool does it; or nobody. */
static void reserve_descriptors(dynox__worker *worker)
{
    worker->reserve.run = run_reserve;
    if (dynox__descriptors_alone())
        run_reserve(&worker->reserve);
    else
        dynox__pool_post(worker->engine->pool, &worker->reserve);
}

dynox_status dynox__worker_start(dynox__worker *worker)
{
    if (!worker->scratch) worker->scratch = dynox__malloc(DYNOX__SCRATCH);
    if (!worker->scratch) return DYNOX_E_NO_MEMORY;
    dynox_status status = worker->poller.open ? DYNOX_OK : dynox__poller_open(&worker->poller);
    if (status == DYNOX_OK) reserve_descriptors(worker);
    if (status == DYNOX_OK) status = dynox__thread_start(&worker->thread, "dynox-io", false, run, worker);
    if (status == DYNOX_OK) atomic_store(&worker->running, true);
    return status;
}

void dynox__worker_wake(dynox__worker *worker)
{
    if (atomic_load(&worker->sleeping) && atomic_exchange(&worker->sleeping, false)) dynox__seat_call(worker);
}

void dynox__worker_sweep_by(dynox__worker *worker, int64_t at_ns)
{
    if (at_ns < worker->sweep_ns) worker->sweep_ns = at_ns;
}

/* ---- requests that have ended ---- */

static void add_finished(dynox__worker *worker, dynox__request *request)
{
    request->own.next = NULL;
    if (worker->finished)
        worker->last_finished->own.next = request;
    else
        worker->finished = request;
    worker->last_finished = request;
    worker->finished_count++;
}

void dynox__worker_finish(dynox__worker *worker, dynox__request *request, dynox_status status, const char *format, ...)
{
    request->status = status;
    if (format) {
        va_list args;
        va_start(args, format);
        vsnprintf(request->message, sizeof request->message, format, args);
        va_end(args);
    }
    dynox__deadlines_remove(&worker->deadlines, &request->own.heap_index);
    request->own.place = DYNOX__PLACE_FINISHED;
    /* A cancelling thread that has claimed the request is about to push it, or has: it must stay until it comes out. */
    unsigned before = atomic_fetch_and(&request->own.state, (unsigned)DYNOX__LEFT);
    if (!(before & DYNOX__CANCEL_CLAIMED) || request->own.cancel_seen) add_finished(worker, request);
}

void dynox__worker_reject(dynox__worker *worker, const void *connection)
{
    dynox__connection *one = worker->connections;
    while (one && one != connection)
        one = one->next;
    if (one && one->idle) dynox__connection_close(worker, one);
}

static void publish(dynox__worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->published = worker->counts;
    pthread_mutex_unlock(&worker->lock);
}

static void deliver(dynox__worker *worker)
{
    dynox__request *request = worker->finished;
    if (!request) return;
    publish(worker);
    atomic_fetch_sub(&worker->in_flight, worker->finished_count);
    worker->finished       = NULL;
    worker->finished_count = 0;
    while (request) {
        dynox__request *next = request->own.next;
        request->done(request);
        request = next;
    }
}

/* ---- what other threads have pushed ---- */

static void take_submitted(dynox__worker *worker)
{
    for (dynox__link *link = dynox__stack_take(&worker->submitted); link;) {
        dynox__request *request = DYNOX__CONTAINER(link, dynox__request, own.submitted);
        link                    = link->next;
        if (request->own.cancel_seen)
            dynox__worker_finish(worker, request, DYNOX_E_CANCELLED, "cancelled");
        else
            dynox__dispatch_add(worker, request);
    }
}

static void cancel(dynox__worker *worker, dynox__request *request)
{
    request->own.cancel_seen = true;
    switch (request->own.place) {
    case DYNOX__PLACE_WAITING:
        dynox__dispatch_remove(worker, request);
        dynox__worker_finish(worker, request, DYNOX_E_CANCELLED, "cancelled");
        break;
    case DYNOX__PLACE_ACTIVE: /* HTTP/1.1 has no way to take a request back but to close */
        dynox__connection_fail(worker, request->own.connection, DYNOX_E_CANCELLED, "cancelled");
        break;
    case DYNOX__PLACE_FINISHED: add_finished(worker, request); break;
    default: break; /* still among the submitted */
    }
}

static void take_cancelled(dynox__worker *worker)
{
    for (dynox__link *link = dynox__stack_take(&worker->cancelled); link;) {
        dynox__request *request = DYNOX__CONTAINER(link, dynox__request, own.cancelled);
        link                    = link->next;
        cancel(worker, request);
    }
}

static void take_connected(dynox__worker *worker)
{
    for (dynox__link *link = dynox__stack_take(&worker->connected); link;) {
        dynox__connection *connection = DYNOX__CONTAINER(link, dynox__connection, link);
        link                          = link->next;
        dynox__dispatch_connected(worker, connection);
    }
}

static void run_posts(dynox__worker *worker, bool close)
{
    if (!close && !atomic_load(&worker->has_posts)) return;
    pthread_mutex_lock(&worker->lock);
    dynox_work *work = worker->posted;
    worker->posted = worker->last_posted = NULL;
    worker->posts_closed                 = close;
    atomic_store(&worker->has_posts, false);
    pthread_mutex_unlock(&worker->lock);
    while (work) {
        dynox_work *next = work->next;
        dynox_executor_run(&worker->engine->executor, work);
        work = next;
    }
}

/* ---- the loop ---- */

static void expire(dynox__worker *worker)
{
    while (dynox__deadlines_next(&worker->deadlines) <= worker->now_ns)
        dynox__dispatch_timeout(
            worker, DYNOX__CONTAINER(dynox__deadlines_first(&worker->deadlines), dynox__request, own.heap_index));
    if (worker->sweep_ns <= worker->now_ns) dynox__dispatch_sweep(worker);
}

bool dynox__worker_has_work(dynox__worker *worker)
{
    return !dynox__stack_is_empty(&worker->submitted) || !dynox__stack_is_empty(&worker->cancelled) ||
           !dynox__stack_is_empty(&worker->connected) || atomic_load(&worker->has_posts);
}

static bool is_over(dynox__worker *worker)
{
    return atomic_load(&worker->engine->drained) && atomic_load(&worker->in_flight) == 0 &&
           worker->counts.connecting == 0 && !dynox__worker_has_work(worker);
}

static void wait_for_events(dynox__worker *worker)
{
    int64_t next    = dynox__deadlines_next(&worker->deadlines);
    int64_t timeout = next < worker->sweep_ns ? next : worker->sweep_ns;
    if (timeout != DYNOX__NEVER) timeout = timeout > worker->now_ns ? timeout - worker->now_ns : 0;
    publish(worker);
    atomic_store(&worker->sleeping, true);
    if (dynox__worker_has_work(worker) || worker->ready || is_over(worker)) timeout = 0;
    dynox__poller_wait(&worker->poller, timeout);
    atomic_store(&worker->sleeping, false);
}

static void receive_events(dynox__worker *worker)
{
    worker->now_ns = dynox__now_ns();
    for (size_t i = 0; i < worker->poller.count; i++)
        dynox__connection_event(worker, worker->poller.ready[i]);
}

void dynox__worker_turn(dynox__worker *worker)
{
    worker->now_ns = dynox__now_ns();
    take_submitted(worker);
    take_cancelled(worker);
    take_connected(worker);
    run_posts(worker, false);
    if (dynox__stop_is_set(&worker->engine->stop)) dynox__dispatch_abandon(worker);
    expire(worker);
    dynox__dispatch_turn(worker);
    deliver(worker);
    dynox__thread_catch_up(); /* with what the callbacks have put off: this thread is about to block */
    if (dynox__seat_is_spare(worker)) {
        publish(worker);
        dynox__seat_step_aside(worker);
        return;
    }
    wait_for_events(worker);
    receive_events(worker);
    deliver(worker);
    dynox__thread_catch_up();
}

bool dynox__worker_lead(dynox__worker *worker, dynox__request *request)
{
    worker->now_ns = dynox__now_ns();
    dynox__dispatch_add(worker, request);
    for (;;) {
        expire(worker);
        dynox__dispatch_turn(worker);
        if (worker->finished) { /* by nobody else: nothing else is in flight */
            deliver(worker);
            return true;
        }
        if (request->own.place != DYNOX__PLACE_ACTIVE || dynox__worker_has_work(worker) ||
            dynox__stop_is_set(&worker->engine->stop))
            return true;
        wait_for_events(worker);
        if (dynox__fork_generation() != worker->engine->fork_generation) return false; /* by a signal's handler */
        receive_events(worker);
    }
}

static void *run(void *arg)
{
    dynox__worker *worker = arg;
    dynox__executor_enter(&worker->engine->executor);
    while (!is_over(worker))
        dynox__worker_turn(worker);
    dynox__dispatch_abandon(worker); /* what became idle in the last turn */
    run_posts(worker, true);
    return NULL;
}
