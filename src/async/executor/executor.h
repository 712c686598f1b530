/* What executors share inside the library: the queue they are made of, and what a thread has put off. */
#ifndef DYNOX_ASYNC_EXECUTOR_EXECUTOR_H
#define DYNOX_ASYNC_EXECUTOR_EXECUTOR_H

#include "base/thread.h"
#include <dynox/executor.h>
#include <stdatomic.h>
#include <stdbool.h>

/* A queue of work: any thread pushes, one takes. Zero is an empty one. A poster counts itself in while it is inside
 * post(), because the work it has just pushed may lead to the executor being freed before it leaves. */
typedef struct dynox__queue {
    _Atomic(dynox_work *) newest;
    _Atomic uint32_t      posters;
    dynox_work           *ready; /* the taker's own: oldest first */
} dynox__queue;

void        dynox__queue_enter(dynox__queue *queue);
bool        dynox__queue_push(dynox__queue *queue, dynox_work *work); /* true: it was empty, wake the taker */
void        dynox__queue_leave(dynox__queue *queue);
dynox_work *dynox__queue_take(dynox__queue *queue);    /* the oldest; NULL: empty */
bool        dynox__queue_waiting(dynox__queue *queue); /* is there more to take? for the taker */
void        dynox__queue_quiesce(dynox__queue *queue); /* waits until no poster is inside */

/* An executor of the parent has no thread in a forked child: its work goes to the child's callback thread instead. */
static inline bool dynox__executor_is_foreign(unsigned generation)
{
    return generation != dynox__fork_generation();
}
void dynox__executor_post_foreign(dynox_work *work);

/* A library thread (I/O, pool, strand) says which executor it is; NULL: none. Returns what it was. */
dynox_executor *dynox__executor_enter(dynox_executor *executor);

/* How debug mode runs work: it complains about what holds up its executor. NULL: debug mode is off. */
extern void (*dynox__executor_watch)(dynox_executor *executor, dynox_work *work);

/* Starts the callback thread if it does not run yet. */
dynox_status dynox__callbacks_start(void);
/* NULL becomes the callback executor, whose thread is started. DYNOX_E_SYSTEM: it cannot be. */
dynox_status dynox__default_executor(dynox_executor **on);
/* Does it run in this process? If not, no callback has ever been posted here, or none will run. */
bool dynox__callbacks_running(void);

/* Runs the inline work and the cancels that this thread has put off because it was in the middle of others: before it
 * blocks, and whenever it is about to do something that could wait for them. */
void dynox__thread_catch_up(void);
/* From here on this thread's inline work waits, until go. false: it does already, and somebody else will go. */
bool dynox__inline_hold(void);
void dynox__inline_go(void);
bool dynox__inline_step(void);  /* one piece of inline work; false: there is none */
bool dynox__cancels_step(void); /* one cancel; false: there is none */

#endif
