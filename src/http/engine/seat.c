/* Who runs the turns of a worker. Usually its own thread; but a thread that waits for the only request there is gets
 * its answer sooner, and for half the price, if it sends and receives itself than if the two wake each other up. So
 * when such requests come one after the other, the worker's thread steps aside and sleeps on the seat. Whoever waits
 * takes it for one request, and leaves it to the worker's thread at once when there is anything else to do. */
#include "async/executor/executor.h"
#include "async/executor/park.h"
#include "http/curl/tls.h"
#include "http/engine/engine.h"

/* Whose turn it is; changed by one compare-and-swap, or by the one whose it is. */
enum { OF_THREAD, OF_NOBODY, OF_WAITER };

enum {
    ALONE    = 4,  /* requests in a row, before the thread steps aside */
    ASIDE_MS = 200 /* without any, before it comes back, since somebody has to watch idle connections */
};

static _Thread_local dynox__worker *leads; /* whose turns this thread is running */

static bool pass(dynox__worker *worker, uint32_t from, uint32_t to)
{
    return atomic_compare_exchange_strong(&worker->seat, &from, to);
}

void dynox__seat_call(dynox__worker *worker)
{
    if (pass(worker, OF_NOBODY, OF_THREAD))
        dynox__unpark_all(&worker->seat);
    else
        dynox__poller_wake(&worker->poller);
}

static bool is_needed(dynox__worker *worker)
{
    return dynox__worker_has_work(worker) || dynox__stop_is_set(&worker->engine->stop);
}

/* Whoever pushes looks at `sleeping` afterwards, and this looks at what was pushed: one of the two sees the other. */
static void leave_empty(dynox__worker *worker)
{
    atomic_store(&worker->sleeping, true);
    atomic_store(&worker->seat, OF_NOBODY);
    if (is_needed(worker)) dynox__seat_call(worker);
}

/* ---- the worker's thread ---- */

bool dynox__seat_is_spare(const dynox__worker *worker)
{
    return atomic_load_explicit(&worker->alone, memory_order_relaxed) >= ALONE && worker->counts.idle > 0 &&
           worker->counts.connecting == 0 && !worker->ready && atomic_load(&worker->in_flight) == 0 &&
           dynox__tls_raises_no_signal();
}

void dynox__seat_step_aside(dynox__worker *worker)
{
    unsigned led = atomic_load(&worker->led);
    leave_empty(worker);
    for (uint32_t seat; (seat = atomic_load(&worker->seat)) != OF_THREAD;) {
        if (dynox__park(&worker->seat, seat, dynox__now_ns() + ASIDE_MS * DYNOX__MS)) continue;
        unsigned since = atomic_load(&worker->led);
        if (since == led && pass(worker, OF_NOBODY, OF_THREAD)) atomic_store(&worker->alone, 0);
        led = since;
    }
    atomic_store(&worker->sleeping, false);
}

/* ---- a thread that waits ---- */

static void leave(dynox__worker *worker)
{
    atomic_fetch_add(&worker->led, 1);
    if (!is_needed(worker) && !worker->ready && atomic_load(&worker->in_flight) == 0) {
        leave_empty(worker);
        return;
    }
    atomic_store(&worker->alone, 0);
    atomic_store(&worker->sleeping, false);
    atomic_store(&worker->seat, OF_THREAD);
    dynox__unpark_all(&worker->seat);
}

void dynox__seat_abandon(const dynox__engine *engine)
{
    dynox__worker *worker = leads;
    if (!worker || worker->engine != engine) return;
    leads = NULL;
    leave(worker);
    atomic_fetch_sub(&worker->engine->callers, 1);
}

/* Observers and the log are told here, too, and have to find what they find on an I/O thread, for they may make calls.
 * A thread that is cancelled in the poller would take the seat with it. */
static void lead(dynox__worker *worker, dynox__request *request)
{
    int             cancelable;
    dynox_executor *outer       = dynox__executor_enter(&worker->engine->executor);
    dynox__worker  *outer_leads = leads;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancelable);
    leads = worker;
    if (dynox__worker_lead(worker, request)) leave(worker);
    leads = outer_leads;
    atomic_fetch_sub(&worker->engine->callers, 1);
    dynox__executor_enter(outer);
    pthread_setcancelstate(cancelable, NULL);
}

static void run_lent(dynox__request *request, bool awaited)
{
    dynox__worker *worker = request->own.worker;
    if (awaited) {
        lead(worker, request);
        return;
    }
    dynox__stack_push(&worker->submitted, &request->own.submitted);
    leave(worker);
    atomic_fetch_sub(&worker->engine->callers, 1);
}

bool dynox__seat_take(dynox__worker *worker, dynox__request *request, bool only)
{
    unsigned alone = atomic_load_explicit(&worker->alone, memory_order_relaxed);
    if (!only || !dynox__transport_expected(request)) {
        if (alone) atomic_store_explicit(&worker->alone, 0, memory_order_relaxed);
        return false;
    }
    if (alone < ALONE) atomic_store_explicit(&worker->alone, alone + 1, memory_order_relaxed);
    if (!pass(worker, OF_NOBODY, OF_WAITER)) return false;
    if (worker->counts.idle == 0 || is_needed(worker)) {
        leave_empty(worker);
        return false;
    }
    atomic_fetch_add(&worker->engine->callers, 1); /* until the seat is left */
    dynox__transport_lend(request, run_lent);
    return true;
}
