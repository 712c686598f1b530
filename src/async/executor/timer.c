/* Timers: a binary heap and the thread that sleeps until the earliest is due. Both start with the first timer and
 * stay for the life of the process. A forked child starts with no timers and no thread; those of its parent never
 * fire there. */
#include "async/executor/timer.h"
#include "async/executor/executor.h"
#include "base/alloc.h"
#include "base/thread.h"

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t  earlier; /* the first timer has changed */
    dynox__timer  **heap;    /* from 1 on */
    size_t          count, capacity;
    bool            running;
} timers = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* ---- the heap: a timer knows its place ---- */

static void place_locked(size_t position, dynox__timer *timer)
{
    timers.heap[position] = timer;
    timer->position_      = position;
}

static void sift_up_locked(size_t position)
{
    dynox__timer *timer = timers.heap[position];
    for (; position > 1 && timers.heap[position / 2]->at_ns > timer->at_ns; position /= 2)
        place_locked(position, timers.heap[position / 2]);
    place_locked(position, timer);
}

static void sift_down_locked(size_t position)
{
    dynox__timer *timer = timers.heap[position];
    for (size_t child; (child = 2 * position) <= timers.count; position = child) {
        if (child < timers.count && timers.heap[child + 1]->at_ns < timers.heap[child]->at_ns) child++;
        if (timers.heap[child]->at_ns >= timer->at_ns) break;
        place_locked(position, timers.heap[child]);
    }
    place_locked(position, timer);
}

static bool reserve_locked(void)
{
    if (timers.count + 2 <= timers.capacity) return true;
    size_t         capacity = timers.capacity ? 2 * timers.capacity : 64;
    dynox__timer **heap     = dynox__realloc_array(timers.heap, capacity, sizeof *heap);
    if (!heap) return false;
    timers.heap     = heap;
    timers.capacity = capacity;
    return true;
}

static void remove_locked(dynox__timer *timer)
{
    size_t        position = timer->position_;
    dynox__timer *last     = timers.heap[timers.count--];
    timer->position_       = 0;
    if (last == timer) return;
    place_locked(position, last);
    sift_up_locked(position);
    sift_down_locked(last->position_);
}

/* ---- the thread ---- */

static void *run(void *unused)
{
    (void)unused;
    dynox__executor_enter(dynox__timer_executor());
    pthread_mutex_lock(&timers.mutex);
    for (;;) {
        dynox__timer *timer = timers.count ? timers.heap[1] : NULL;
        if (!timer || timer->at_ns > dynox__now_ns()) {
            dynox__cond_wait_until(&timers.earlier, &timers.mutex, timer ? timer->at_ns : DYNOX__NEVER);
            continue;
        }
        remove_locked(timer);
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
    while (timers.count)
        timers.heap[timers.count--]->position_ = 0;
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

bool dynox__timer_start(dynox__timer *timer, int64_t at_ns)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
    timer->at_ns = at_ns;
    pthread_mutex_lock(&timers.mutex);
    bool started = reserve_locked() && start_locked();
    if (started) {
        timers.heap[++timers.count] = timer;
        sift_up_locked(timers.count);
        if (timers.heap[1] == timer) pthread_cond_signal(&timers.earlier);
    }
    pthread_mutex_unlock(&timers.mutex);
    return started;
}

bool dynox__timer_cancel(dynox__timer *timer)
{
    pthread_mutex_lock(&timers.mutex);
    bool waiting = timer->position_ != 0;
    if (waiting) remove_locked(timer);
    pthread_mutex_unlock(&timers.mutex);
    return waiting;
}

bool dynox__timer_move(dynox__timer *timer, int64_t at_ns)
{
    pthread_mutex_lock(&timers.mutex);
    bool waiting = timer->position_ != 0;
    if (waiting) {
        timer->at_ns = at_ns;
        sift_up_locked(timer->position_);
        sift_down_locked(timer->position_);
        if (timers.heap[1] == timer) pthread_cond_signal(&timers.earlier);
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
