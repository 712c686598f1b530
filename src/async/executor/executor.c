/* Which executor a thread is working for, the queue that executors are made of, and the inline executor. */
#include "async/executor/executor.h"
#include <sched.h>

void (*dynox__executor_watch)(dynox_executor *executor, dynox_work *work);

static _Thread_local dynox_executor *current;

dynox_executor *dynox_executor_current(void)
{
    return current;
}

dynox_executor *dynox__executor_enter(dynox_executor *executor)
{
    dynox_executor *before = current;
    current                = executor;
    return before;
}

void dynox_set_stack_size(size_t bytes)
{
    dynox__thread_set_stack_size(bytes);
}

void dynox_executor_run(dynox_executor *self, dynox_work *work)
{
    dynox_executor *before = dynox__executor_enter(self);
    if (dynox__executor_watch)
        dynox__executor_watch(self, work);
    else
        work->run(work);
    dynox__thread_catch_up();
    dynox__executor_enter(before);
}

void dynox__thread_catch_up(void)
{
    while (dynox__cancels_step() || dynox__inline_step()) {
    }
}

/* ---- the inline executor: work that comes while other inline work runs waits for it, so that the stack stays flat
 * however long a chain is ---- */

static _Thread_local struct {
    dynox_work  *first;
    dynox_work **end;
    bool         running;
} put_off;

bool dynox__inline_hold(void)
{
    if (put_off.running) return false;
    put_off.running = true;
    put_off.first   = NULL;
    put_off.end     = &put_off.first;
    return true;
}

void dynox__inline_go(void)
{
    while (dynox__inline_step()) {
    }
    put_off.running = false;
}

static void inline_post(dynox_executor *self, dynox_work *work)
{
    (void)self;
    work->next = NULL;
    if (dynox__inline_hold()) {
        work->run(work);
        dynox__inline_go();
    } else {
        *put_off.end = work;
        put_off.end  = &work->next;
    }
}

bool dynox__inline_step(void)
{
    dynox_work *work = put_off.first;
    if (!work) return false;
    put_off.first = work->next;
    if (!put_off.first) put_off.end = &put_off.first;
    work->run(work);
    return true;
}

dynox_executor *dynox_executor_inline(void)
{
    static dynox_executor executor = {inline_post, "inline"};
    return &executor;
}

/* ---- the queue: a stack that only grows and is taken as a whole, so there is no ABA; turned around when taken ---- */

void dynox__queue_enter(dynox__queue *queue)
{
    atomic_fetch_add_explicit(&queue->posters, 1, memory_order_relaxed);
}

bool dynox__queue_push(dynox__queue *queue, dynox_work *work)
{
    dynox_work *newest = atomic_load_explicit(&queue->newest, memory_order_relaxed);
    do
        work->next = newest;
    while (!atomic_compare_exchange_weak_explicit(&queue->newest, &newest, work, memory_order_seq_cst,
                                                  memory_order_relaxed));
    return newest == NULL;
}

void dynox__queue_leave(dynox__queue *queue)
{
    atomic_fetch_sub_explicit(&queue->posters, 1, memory_order_release);
}

void dynox__queue_quiesce(dynox__queue *queue)
{
    while (atomic_load_explicit(&queue->posters, memory_order_acquire))
        sched_yield();
}

bool dynox__queue_waiting(dynox__queue *queue)
{
    return queue->ready || atomic_load_explicit(&queue->newest, memory_order_seq_cst);
}

dynox_work *dynox__queue_take(dynox__queue *queue)
{
    if (!queue->ready) {
        dynox_work *work = atomic_exchange_explicit(&queue->newest, NULL, memory_order_acquire);
        while (work) {
            dynox_work *next = work->next;
            work->next       = queue->ready;
            queue->ready     = work;
            work             = next;
        }
    }
    dynox_work *oldest = queue->ready;
    if (oldest) queue->ready = oldest->next;
    return oldest;
}
