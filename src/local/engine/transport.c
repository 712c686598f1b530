/* The engine as a transport: requests are answered by a thread of its own, or by the one that waits for the answer, and
 * never leave the process.
 *
 * One lock keeps who is where. A request is in the queue until a thread takes it; then nobody can stop it; a fault may
 * make it late, and then it waits for its time and can be cancelled again. */
#include "async/executor/executor.h"
#include "base/thread.h"
#include "local/engine/in_process.h"
#include <sched.h>

enum {
    THREADS = 1,
    WAITING = 65536,
    JOINED  = 256 /* writes that wait for the disk together, at most */
};

static _Thread_local dynox__in_process *leads; /* whose request this thread is dealing with as the one who waits */

static dynox__in_process *self_of(dynox__transport *transport)
{
    return DYNOX__CONTAINER(transport, dynox__in_process, transport);
}

static bool is_foreign(const dynox__in_process *self)
{
    return self->generation != dynox__fork_generation();
}

/* ---- dealing with one ---- */

/* true: it is to be answered. Else its end is there. */
static bool begin_locked(dynox__in_process *self, dynox__request *request)
{
    dynox_status status = request->own.cancel_seen ? DYNOX_E_CANCELLED : DYNOX_OK;
    if (self->stopping) status = DYNOX_E_SHUTDOWN;
    request->own.place = DYNOX__AT_ACTIVE;
    if (status == DYNOX_OK) self->requests += !request->warms;
    if (status != DYNOX_OK) dynox__exchange_end(request, status, dynox_status_text(status));
    return status == DYNOX_OK;
}

/* The request is the sender's again, who may free it, or submit it again. */
static void deliver(dynox__in_process *self, dynox__request *request)
{
    pthread_mutex_lock(&self->lock);
    request->own.place = DYNOX__AT_NOWHERE;
    if (--self->in_flight == 0 && self->drained) pthread_cond_broadcast(&self->wake);
    pthread_mutex_unlock(&self->lock);
    request->done(request);
}

static bool start_thread_locked(dynox__in_process *self);

/* It has been answered, and ends now (0) or later. */
static void end_at(dynox__in_process *self, dynox__request *request, int64_t at)
{
    bool sleeps = false;
    if (at) {
        pthread_mutex_lock(&self->lock);
        bool hurries = self->stopping || request->own.cancel_seen;
        sleeps       = !hurries && start_thread_locked(self);
        if (sleeps) {
            dynox__put_late(self, request, at);
            if (self->late == request) pthread_cond_signal(&self->wake);
        } else {
            dynox_status status = self->stopping ? DYNOX_E_SHUTDOWN : hurries ? DYNOX_E_CANCELLED : DYNOX_E_SYSTEM;
            request->phase      = DYNOX__PHASE_WAITING;
            dynox__exchange_end(request, status, dynox_status_text(status));
        }
        pthread_mutex_unlock(&self->lock);
    }
    if (!sleeps) deliver(self, request);
}

/* Writes to a file that are done but for the disk, of one thread of the pool: they wait for it together. */
typedef struct round {
    dynox__exchange *first, *last;
    size_t           count;
} round;

static void settle(dynox__in_process *self, round *unsettled)
{
    dynox__exchange *one = unsettled->first;
    *unsettled           = (round){0};
    while (one) {
        dynox__exchange *next = one->next;
        int64_t          at   = dynox__exchange_finish(self, one);
        end_at(self, one->request, at);
        dynox__free(one);
        one = next;
    }
}

static void add_unsettled(round *unsettled, dynox__exchange *one)
{
    one->next = NULL;
    if (unsettled->last)
        unsettled->last->next = one;
    else
        unsettled->first = one;
    unsettled->last = one;
    unsettled->count++;
}

/* On any thread, which has taken it. `unsettled` NULL: it waits for the disk alone. */
static void deal_with(dynox__in_process *self, dynox__request *request, round *unsettled)
{
    dynox__exchange  alone;
    dynox__exchange *one   = unsettled && self->local->is_file ? dynox__malloc(sizeof *one) : NULL;
    bool             later = one != NULL;
    if (!one) one = &alone;
    dynox__exchange_begin(self, request, one, later);
    if (later && one->is_asked && one->answer.is_unsettled) {
        add_unsettled(unsettled, one);
        return;
    }
    int64_t at = dynox__exchange_finish(self, one);
    if (later) dynox__free(one);
    end_at(self, request, at);
}

static void deliver_late(dynox__in_process *self, dynox__request *request)
{
    if (request->status == DYNOX_OK) request->first_byte_ns = request->received_ns = dynox__now_ns();
    deliver(self, request);
}

/* ---- the pool ---- */

/* One thing to do; called and returns with the lock. false: there was none. */
static bool step_locked(dynox__in_process *self, round *unsettled)
{
    dynox_work     *work    = dynox__take_post(self);
    dynox__request *late    = !work && self->late ? dynox__take_late(self, dynox__now_ns()) : NULL;
    dynox__request *request = work || late ? NULL : dynox__dequeue(self);
    bool            good    = request && begin_locked(self, request);
    if (!work && !late && !request) return false;
    pthread_mutex_unlock(&self->lock);
    if (work)
        dynox_executor_run(&self->executor, work);
    else if (late)
        deliver_late(self, late);
    else if (good)
        deal_with(self, request, unsettled);
    else
        deliver(self, request);
    if (unsettled->count >= JOINED) settle(self, unsettled);
    pthread_mutex_lock(&self->lock);
    return true;
}

static void rest_locked(dynox__in_process *self)
{
    int64_t until = self->late ? self->late->own.queued_ns : DYNOX__NEVER;
    self->resting++;
    dynox__cond_wait_until(&self->wake, &self->lock, until);
    self->resting--;
}

static void *run(void *arg)
{
    dynox__in_process *self      = arg;
    round              unsettled = {0};
    dynox__executor_enter(&self->executor);
    pthread_mutex_lock(&self->lock);
    for (;;) {
        if (step_locked(self, &unsettled)) continue;
        pthread_mutex_unlock(&self->lock);
        settle(self, &unsettled);
        dynox__thread_catch_up(); /* with what callbacks have put off: this thread is about to block */
        pthread_mutex_lock(&self->lock);
        if (self->first || self->posted) continue;
        if (self->drained && !self->in_flight) break;
        rest_locked(self);
    }
    pthread_mutex_unlock(&self->lock);
    return NULL;
}

/* false: there is none, and none can be had. */
static bool start_thread_locked(dynox__in_process *self)
{
    if (self->threads && (self->resting || self->threads == self->most_threads)) return true;
    if (dynox__thread_start(&self->pool[self->threads], "dynox-local", false, run, self) == DYNOX_OK) self->threads++;
    return self->threads > 0;
}

/* ---- the calls that any thread may make ---- */

static void enter(dynox__in_process *self)
{
    atomic_fetch_add(&self->callers, 1);
}

static void leave(dynox__in_process *self)
{
    atomic_fetch_sub(&self->callers, 1);
}

/* The thread that waits deals with it itself. Observers and the log are told here, too, and have to find what they find
 * on a thread of the pool; and a thread that is cancelled would take the engine's locks with it. */
static void lead(dynox__in_process *self, dynox__request *request)
{
    int                cancelable;
    dynox__in_process *outer_leads = leads;
    dynox_executor    *outer       = dynox__executor_enter(&self->executor);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancelable);
    leads = self;
    pthread_mutex_lock(&self->lock);
    bool good = begin_locked(self, request);
    pthread_mutex_unlock(&self->lock);
    if (good)
        deal_with(self, request, NULL);
    else
        deliver(self, request);
    leads = outer_leads;
    dynox__executor_enter(outer);
    pthread_setcancelstate(cancelable, NULL);
}

static void run_lent(dynox__request *request, bool awaited)
{
    dynox__in_process *self = request->own.worker;
    bool               sent = false;
    if (!awaited) {
        pthread_mutex_lock(&self->lock);
        sent = start_thread_locked(self);
        if (sent) dynox__enqueue(self, request);
        if (sent && self->resting) pthread_cond_signal(&self->wake);
        pthread_mutex_unlock(&self->lock);
    }
    if (!sent) lead(self, request);
    leave(self);
}

static void prepare(dynox__in_process *self, dynox__request *request)
{
    request->status       = DYNOX_OK;
    request->phase        = DYNOX__PHASE_QUEUED;
    request->reused       = true;
    request->connected_ns = request->sent_ns = request->first_byte_ns = request->received_ns = 0;
    request->connecting_ns                                                                   = 0;
    request->body.size                                                                       = 0;
    request->own.worker                                                                      = self;
    request->own.cancel_seen                                                                 = false;
}

static dynox_status submit_locked(dynox__in_process *self, dynox__request *request, bool lent)
{
    if (self->stopping) return DYNOX_E_SHUTDOWN;
    if (self->waiting >= self->most_waiting) return DYNOX_E_BUSY;
    if (!lent && !start_thread_locked(self)) {
        dynox__exchange_end(request, DYNOX_E_SYSTEM, "no thread can be started for the local engine");
        return DYNOX_E_SYSTEM;
    }
    prepare(self, request);
    self->in_flight++;
    if (lent)
        request->own.place = DYNOX__AT_LENT;
    else
        dynox__enqueue(self, request);
    if (!lent && self->resting) pthread_cond_signal(&self->wake);
    return DYNOX_OK;
}

static dynox_status submit(dynox__transport *transport, dynox__request *request)
{
    dynox__in_process *self = self_of(transport);
    if (is_foreign(self)) return DYNOX_E_FORKED;
    bool lent           = dynox__transport_expected(request);
    request->message[0] = 0;
    enter(self);
    pthread_mutex_lock(&self->lock);
    dynox_status status = submit_locked(self, request, lent);
    pthread_mutex_unlock(&self->lock);
    if (status == DYNOX_OK && lent)
        dynox__transport_lend(request, run_lent); /* and is a caller until that has run */
    else
        leave(self);
    return status;
}

static bool cancel(dynox__transport *transport, dynox__request *request)
{
    dynox__in_process *self = self_of(transport);
    if (is_foreign(self)) return true;
    enter(self);
    pthread_mutex_lock(&self->lock);
    int place                = request->own.place;
    request->own.cancel_seen = place != DYNOX__AT_NOWHERE;
    if (place == DYNOX__AT_LATE && request->own.queued_ns != INT64_MIN) {
        dynox__hurry(self, request, DYNOX_E_CANCELLED);
        pthread_cond_signal(&self->wake);
    }
    bool left = place == DYNOX__AT_NOWHERE ? request->phase != DYNOX__PHASE_QUEUED
                                           : place == DYNOX__AT_ACTIVE || place == DYNOX__AT_LATE;
    pthread_mutex_unlock(&self->lock);
    leave(self);
    return left;
}

static void reject(dynox__transport *transport, dynox__request *request)
{
    (void)transport;
    (void)request;
}

static void stats(dynox__transport *transport, dynox__transport_stats *stats)
{
    dynox__in_process *self = self_of(transport);
    *stats                  = (dynox__transport_stats){0};
    if (is_foreign(self)) return;
    pthread_mutex_lock(&self->lock);
    stats->waiting   = self->waiting;
    stats->in_flight = self->in_flight;
    stats->requests = stats->reused = self->requests;
    pthread_mutex_unlock(&self->lock);
}

static void post(dynox_executor *executor, dynox_work *work)
{
    dynox__in_process *self = DYNOX__CONTAINER(executor, dynox__in_process, executor);
    if (is_foreign(self)) return; /* there is no thread to run it */
    enter(self);
    pthread_mutex_lock(&self->lock);
    bool taken = !self->drained && start_thread_locked(self);
    if (taken) {
        dynox__put_post(self, work);
        pthread_cond_signal(&self->wake);
    }
    pthread_mutex_unlock(&self->lock);
    if (!taken) {
        dynox_executor *callbacks = dynox_executor_callbacks();
        callbacks->post(callbacks, work);
    }
    leave(self);
}

static dynox_executor *executor(dynox__transport *transport)
{
    return &self_of(transport)->executor;
}

/* ---- beginning and end ---- */

static void destroy(dynox__in_process *self)
{
    pthread_cond_destroy(&self->wake);
    pthread_mutex_destroy(&self->lock);
    dynox__local_release(self->local);
    dynox__free(self);
}

static void tell_all(dynox__in_process *self, bool *what)
{
    pthread_mutex_lock(&self->lock);
    *what = true;
    pthread_cond_broadcast(&self->wake);
    pthread_mutex_unlock(&self->lock);
}

static void wait_for_callers(dynox__in_process *self)
{
    while (atomic_load(&self->callers))
        sched_yield();
}

/* A thread that leads and ends the program, in a signal's handler, never comes back to what it leads. */
static void stop(dynox__transport *transport)
{
    dynox__in_process *self = self_of(transport);
    if (is_foreign(self)) return; /* its threads, and perhaps its lock, are the parent's */
    tell_all(self, &self->stopping);
    if (leads == self) {
        leads = NULL;
        leave(self);
    }
    wait_for_callers(self);
    tell_all(self, &self->drained);
    for (unsigned i = 0; i < self->threads; i++)
        pthread_join(self->pool[i], NULL);
    wait_for_callers(self);
    destroy(self);
}

dynox__transport *dynox__local_transport_new(dynox_local *local, unsigned threads, size_t waiting)
{
    dynox__in_process *self = dynox__calloc(sizeof *self);
    if (!self || !dynox__cond_init(&self->wake)) {
        dynox__free(self);
        return NULL;
    }
    pthread_mutex_init(&self->lock, NULL);
    self->transport    = (dynox__transport){submit, cancel, reject, stop, stats, executor};
    self->executor     = (dynox_executor){post, "dynox-local"};
    self->local        = dynox__local_acquire(local);
    self->generation   = dynox__fork_generation();
    self->most_threads = threads == 0                          ? THREADS
                         : threads < DYNOX__LOCAL_MOST_THREADS ? threads
                                                               : DYNOX__LOCAL_MOST_THREADS;
    self->most_waiting = waiting ? waiting : WAITING;
    return &self->transport;
}
