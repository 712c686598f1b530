/* Timers: a binary heap and the thread that sleeps until the earliest is due. Both start with the first timer and
 * stay for the life of the process. A forked child starts with no timers and no thread; those of its parent never
 * fire there. */
#include "async/executor/timer.h"
#include "async/executor/executor.h"
#include "base/alloc.h"
#include "base/deadlines.h"
#include "base/thread.h"

static struct {
    pthread_mutex_t  mutex;
    pthread_cond_t   earlier; /* the first timer has changed */
    dynox__deadlines heap;
    bool             running;
} timers = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* ---- the thread ---- */

static void *run(void *unused)
{
    (void)unused;
    dynox__executor_enter(dynox__timer_executor());
    pthread_mutex_lock(&timers.mutex);
    for (;;) {
        int64_t next_ns = dynox__deadlines_next(&timers.heap);
        if (!timers.heap.count || next_ns > dynox__now_ns()) {
            dynox__cond_wait_until(&timers.earlier, &timers.mutex, next_ns);
            continue;
        }
        dynox__timer *timer = DYNOX__CONTAINER(dynox__deadlines_first(&timers.heap), dynox__timer, place_);
        dynox__deadlines_remove(&timers.heap, &timer->place_);
        pthread_mutex_unlock(&timers.mutex);
        timer->fire(timer);
        pthread_mutex_lock(&timers.mutex);
    }
    return NULL;
}

static void before_fork(void)
{
    pthread_mutex_lock(&timers.mutex);
}

static void in_parent(void)
{
    pthread_mutex_unlock(&timers.mutex);
}

static void in_child(void)
{
    while (timers.heap.count)
        *timers.heap.items[timers.heap.count--].place = 0;
    timers.running = false;
    dynox__cond_init(&timers.earlier);
    pthread_mutex_unlock(&timers.mutex);
}

static void prepare(void)
{
    dynox__cond_init(&timers.earlier);
    pthread_atfork(before_fork, in_parent, in_child);
}

static bool start_locked(void)
{
    if (!timers.running) timers.running = dynox__thread_start(NULL, "dynox-timer", true, run, NULL) == DYNOX_OK;
    return timers.running;
}

/* ---- */

/* The thread sleeps until what was first before. */
static void tell_locked(const dynox__timer *timer)
{
    if (timer->place_ == 1) pthread_cond_signal(&timers.earlier);
}

bool dynox__timer_start(dynox__timer *timer, int64_t at_ns)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
    pthread_mutex_lock(&timers.mutex);
    bool started = start_locked() && dynox__deadlines_add(&timers.heap, &timer->place_, at_ns);
    if (started) tell_locked(timer);
    pthread_mutex_unlock(&timers.mutex);
    return started;
}

bool dynox__timer_cancel(dynox__timer *timer)
{
    pthread_mutex_lock(&timers.mutex);
    bool waiting = timer->place_ != 0;
    dynox__deadlines_remove(&timers.heap, &timer->place_);
    pthread_mutex_unlock(&timers.mutex);
    return waiting;
}

bool dynox__timer_move(dynox__timer *timer, int64_t at_ns)
{
    pthread_mutex_lock(&timers.mutex);
    bool waiting = timer->place_ != 0;
    if (waiting) {
        dynox__deadlines_move(&timers.heap, &timer->place_, at_ns);
        tell_locked(timer);
    }
    pthread_mutex_unlock(&timers.mutex);
    return waiting;
}

static void post_elsewhere(dynox_executor *self, dynox_work *work)
{
    (void)self;
    dynox_executor *callbacks = dynox_executor_callbacks();
    callbacks->post(callbacks, work);
}

dynox_executor *dynox__timer_executor(void)
{
    static dynox_executor executor = {post_elsewhere, "timer"};
    return &executor;
}
