/* Pools of threads. Jobs have a future and may be taken back before they start; work posted to the pool's executor has
 * no owner to tell, so it always runs. Threads start when more is queued than idle threads can take, and end when they
 * have had nothing to do for a while. */
#include "async/loop/pool.h"
#include "async/executor/executor.h"
#include "async/future/outcome.h"
#include "async/future/state.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/grace.h"
#include "base/shared.h"
#include <dynox/pool.h>
#include <string.h>

enum { DEFAULT_THREADS = 4, DEFAULT_QUEUE = 65536, IDLE_MS = 5000 };

typedef struct job {
    dynox_future future;
    dynox_pool  *pool; /* owns a reference: a late cancel must find the lock */
    dynox_job_fn fn;
    void        *arg;
    struct job  *previous, *next;
    bool         queued;
} job;

/* The place of a thread. What has ended is joined by whoever takes the place, or by dynox_pool_free. */
typedef struct slot {
    dynox_pool *pool;
    pthread_t   thread;
    bool        started, ended;
} slot;

/* Kept alive by its maker until dynox_pool_free, by its threads and by its jobs' futures. */
struct dynox_pool {
    dynox__shared   shared;
    dynox_executor  executor;
    unsigned        generation;
    char           *name;
    pthread_mutex_t mutex;
    pthread_cond_t  changed;
    job            *first_job, *last_job;
    size_t          jobs, jobs_allowed;
    dynox_work     *first_work, *last_work;
    size_t          works;
    bool            jobs_turn; /* neither kind may starve the other */
    bool            stopping;
    unsigned        idle, running, threads_allowed;
    slot            slots[];
};

/* ---- the queues ---- */

static void append_job_locked(dynox_pool *pool, job *it)
{
    it->queued                                               = true;
    it->next                                                 = NULL;
    it->previous                                             = pool->last_job;
    *(it->previous ? &it->previous->next : &pool->first_job) = it;
    pool->last_job                                           = it;
    pool->jobs++;
}

static void remove_job_locked(dynox_pool *pool, job *it)
{
    it->queued                                               = false;
    *(it->previous ? &it->previous->next : &pool->first_job) = it->next;
    *(it->next ? &it->next->previous : &pool->last_job)      = it->previous;
    pool->jobs--;
}

static void append_work_locked(dynox_pool *pool, dynox_work *work)
{
    work->next                                                      = NULL;
    *(pool->last_work ? &pool->last_work->next : &pool->first_work) = work;
    pool->last_work                                                 = work;
    pool->works++;
}

static dynox_work *take_work_locked(dynox_pool *pool)
{
    dynox_work *work = pool->first_work;
    pool->first_work = work->next;
    if (!pool->first_work) pool->last_work = NULL;
    pool->works--;
    return work;
}

/* ---- the threads ---- */

static void run_job(job *it)
{
    /* One that was cancelled between the queue and here need not run. */
    if (dynox_future_done(&it->future))
        dynox_future_release(&it->future);
    else
        dynox__future_fulfil_outcome(&it->future, it->fn(it->arg));
}

/* Takes one thing off the queues and runs it with the lock open. */
static void run_one_locked(dynox_pool *pool)
{
    dynox_work *work = NULL;
    job        *it   = NULL;
    if (pool->first_work && !(pool->jobs_turn && pool->first_job))
        work = take_work_locked(pool);
    else
        remove_job_locked(pool, it = pool->first_job);
    pool->jobs_turn = work != NULL;
    pthread_mutex_unlock(&pool->mutex);
    if (work)
        work->run(work);
    else
        run_job(it);
    dynox__thread_catch_up();
    pthread_mutex_lock(&pool->mutex);
}

/* One thread stays for ever: most pools have one thing to do now and then. False: this one may end. */
static bool wait_for_work_locked(dynox_pool *pool)
{
    int64_t until = dynox__now_ns() + IDLE_MS * DYNOX__MS;
    pool->idle++;
    bool woken = dynox__cond_wait_until(&pool->changed, &pool->mutex, pool->running > 1 ? until : DYNOX__NEVER);
    pool->idle--;
    return woken || pool->first_work || pool->first_job || pool->running == 1;
}

static void *run(void *arg)
{
    slot       *self = arg;
    dynox_pool *pool = self->pool;
    dynox__executor_enter(&pool->executor);
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        if (pool->first_work || pool->first_job) {
            run_one_locked(pool);
        } else if (pool->stopping || !wait_for_work_locked(pool)) {
            break;
        }
    }
    pool->running--;
    self->ended = true;
    pthread_mutex_unlock(&pool->mutex);
    dynox__shared_release(&pool->shared);
    return NULL;
}

static void start_one_locked(dynox_pool *pool)
{
    slot *place = pool->slots;
    while (place->started && !place->ended)
        place++;
    if (place->started) pthread_join(place->thread, NULL);
    place->pool = pool;
    dynox__shared_acquire(&pool->shared);
    place->ended   = false;
    place->started = dynox__thread_start(&place->thread, pool->name, false, run, place) == DYNOX_OK;
    if (place->started)
        pool->running++;
    else
        dynox__shared_release(&pool->shared);
}

/* After something was queued. false: there is no thread to run it, nor can one be made. */
static bool wake_one_locked(dynox_pool *pool)
{
    if (!pool->stopping && pool->idle < pool->jobs + pool->works && pool->running < pool->threads_allowed)
        start_one_locked(pool);
    pthread_cond_signal(&pool->changed);
    return pool->running > 0;
}

/* ---- jobs ---- */

static void cancel(dynox_future *future)
{
    job        *it      = DYNOX__CONTAINER(future, job, future);
    dynox_pool *pool    = it->pool;
    bool        removed = false;
    if (!dynox__executor_is_foreign(pool->generation)) {
        pthread_mutex_lock(&pool->mutex);
        removed = it->queued;
        if (removed) remove_job_locked(pool, it);
        pthread_mutex_unlock(&pool->mutex);
    }
    dynox__future_settle(future, (dynox__slot){0}, NULL, DYNOX_E_CANCELLED, NULL);
    if (removed) dynox_future_release(future);
}

static void destroy(dynox_future *future)
{
    job *it = DYNOX__CONTAINER(future, job, future);
    dynox__shared_release(&it->pool->shared);
    dynox__free(it);
}

static dynox_status enqueue(dynox_pool *pool, job *it)
{
    dynox_status status = DYNOX_OK;
    pthread_mutex_lock(&pool->mutex);
    if (pool->stopping)
        status = DYNOX_E_SHUTDOWN;
    else if (pool->jobs >= pool->jobs_allowed)
        status = DYNOX_E_BUSY;
    if (status == DYNOX_OK) {
        append_job_locked(pool, it);
        if (!wake_one_locked(pool)) {
            remove_job_locked(pool, it);
            status = DYNOX_E_SYSTEM;
        }
    }
    pthread_mutex_unlock(&pool->mutex);
    return status;
}

dynox_future *dynox_pool_run_with(dynox_pool *pool, dynox_job_fn fn, void *arg)
{
    static const dynox__future_class job_class = {.name = "job", .cancel = cancel, .destroy = destroy};
    if (!pool || !fn) return dynox__future_failed(DYNOX_E_ARGUMENT);
    if (dynox__executor_is_foreign(pool->generation)) return dynox__future_failed(DYNOX_E_FORKED);
    job *it = dynox__calloc(sizeof *it);
    if (!it) return &dynox__future_no_memory;
    it->pool = dynox__shared_acquire(&pool->shared) ? pool : NULL;
    it->fn   = fn;
    it->arg  = arg;
    dynox__future_init(&it->future, &job_class, NULL, 2); /* the caller's, and the pool's */
    it->future.home     = &pool->executor;
    dynox_status status = enqueue(pool, it);
    if (status != DYNOX_OK) dynox__future_fulfil(&it->future, (dynox__slot){0}, NULL, status, NULL);
    return &it->future;
}

/* ---- the executor ---- */

bool dynox__pool_post(dynox_pool *pool, dynox_work *work)
{
    pthread_mutex_lock(&pool->mutex);
    bool was_empty = pool->works == 0;
    append_work_locked(pool, work);
    bool queued = wake_one_locked(pool);
    if (!queued && was_empty) take_work_locked(pool);
    pthread_mutex_unlock(&pool->mutex);
    return queued;
}

static void post(dynox_executor *self, dynox_work *work)
{
    dynox_pool *pool = DYNOX__CONTAINER(self, dynox_pool, executor);
    /* No thread here: somebody has to run it. */
    if (dynox__executor_is_foreign(pool->generation) || !dynox__pool_post(pool, work))
        dynox__executor_post_foreign(work);
}

dynox_executor *dynox_pool_executor(dynox_pool *pool)
{
    return &pool->executor;
}

/* ---- the pool ---- */

static void destroy_pool(dynox__shared *shared)
{
    dynox_pool *pool = DYNOX__CONTAINER(shared, dynox_pool, shared);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->mutex);
    dynox__free(pool->name);
    dynox__free(pool);
}

dynox_pool *dynox_pool_new_with(const dynox_pool_args *args_given)
{
    dynox_pool_args args = {0};
    size_t          size;
    if (args_given)
        memcpy(&args, args_given, args_given->size && args_given->size < sizeof args ? args_given->size : sizeof args);
    if (args.threads == 0) args.threads = DEFAULT_THREADS;
    if (!dynox__mul_size(args.threads, sizeof(slot), &size) || !dynox__add_size(size, sizeof(dynox_pool), &size))
        return NULL;
    dynox_pool *pool = dynox__calloc(size);
    if (!pool) return NULL;
    pool->name = dynox__strdup(args.name ? args.name : "dynox-pool");
    if (!pool->name || !dynox__cond_init(&pool->changed)) {
        dynox__free(pool->name);
        dynox__free(pool);
        return NULL;
    }
    pthread_mutex_init(&pool->mutex, NULL);
    dynox__shared_init(&pool->shared, destroy_pool);
    pool->executor        = (dynox_executor){post, pool->name};
    pool->generation      = dynox__fork_generation();
    pool->threads_allowed = args.threads;
    pool->jobs_allowed    = args.queue ? args.queue : DEFAULT_QUEUE;
    return pool;
}

void dynox_pool_free(dynox_pool *pool)
{
    if (!pool) return;
    if (dynox__executor_is_foreign(pool->generation)) { /* its threads are not here, and its lock may be held */
        dynox__shared_release(&pool->shared);
        return;
    }
    dynox__grace_wait(); /* what was settled before is here now, and will run */
    pthread_mutex_lock(&pool->mutex);
    pool->stopping = true;
    job *waiting   = NULL;
    while (pool->last_job) { /* from the end, so that they are settled in their order */
        job *it = pool->last_job;
        remove_job_locked(pool, it);
        it->next = waiting;
        waiting  = it;
    }
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->mutex);
    while (waiting) {
        job *it = waiting;
        waiting = it->next;
        dynox__future_fulfil(&it->future, (dynox__slot){0}, NULL, DYNOX_E_SHUTDOWN, NULL);
    }
    for (slot *place = pool->slots; place < pool->slots + pool->threads_allowed; place++) {
        if (!place->started) continue;
        if (pthread_equal(place->thread, pthread_self()))
            pthread_detach(place->thread); /* it cannot join itself; it holds a reference until it ends */
        else
            pthread_join(place->thread, NULL);
    }
    dynox__shared_release(&pool->shared);
}
