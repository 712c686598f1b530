/* The callback executor: one thread for the whole process, started by the first thing that needs it, never ended.
 * After a fork, the child starts over with an empty queue: what waited in it was its parent's. */
#include "async/executor/executor.h"
#include "async/executor/strand.h"

static void post(dynox_executor *self, dynox_work *work);

static dynox__runner   runner     = {.executor = {post, "callbacks"}};
static pthread_mutex_t start_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic bool    running;

static void *run(void *unused)
{
    (void)unused;
    dynox__runner_run(&runner);
    return NULL;
}

static void before_fork(void)
{
    pthread_mutex_lock(&start_lock);
}

static void in_parent(void)
{
    pthread_mutex_unlock(&start_lock);
}

static void in_child(void)
{
    runner = (dynox__runner){.executor = {post, "callbacks"}};
    atomic_store(&running, false);
    pthread_mutex_unlock(&start_lock);
}

static void prepare(void)
{
    pthread_atfork(before_fork, in_parent, in_child);
}

dynox_status dynox__callbacks_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (atomic_load_explicit(&running, memory_order_acquire)) return DYNOX_OK;
    pthread_once(&once, prepare);
    pthread_mutex_lock(&start_lock);
    dynox_status status = DYNOX_OK;
    if (!atomic_load(&running)) {
        status = dynox__thread_start(NULL, "dynox-callback", true, run, NULL);
        atomic_store_explicit(&running, status == DYNOX_OK, memory_order_release);
    }
    pthread_mutex_unlock(&start_lock);
    return status;
}

bool dynox__callbacks_running(void)
{
    return atomic_load_explicit(&running, memory_order_acquire);
}

/* Posting cannot fail: without a thread the work waits for the next attempt to start one. */
static void post(dynox_executor *self, dynox_work *work)
{
    (void)self;
    dynox__callbacks_start();
    dynox__runner_post(&runner, work);
}

dynox_executor *dynox_executor_callbacks(void)
{
    return &runner.executor;
}

dynox_status dynox__default_executor(dynox_executor **on)
{
    if (*on) return DYNOX_OK;
    *on = &runner.executor;
    return dynox__callbacks_start();
}

void dynox__executor_post_foreign(dynox_work *work)
{
    post(&runner.executor, work);
}
