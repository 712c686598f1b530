/* Executors: where callbacks and coroutines run. A user can make one of his own out of anything that has a queue. */
#ifndef DYNOX_EXECUTOR_H
#define DYNOX_EXECUTOR_H

#include <dynox/export.h>
#include <stddef.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_executor dynox_executor;

/* A piece of work. It belongs to whoever posts it and links itself into the executor's queue, so that posting needs
 * no memory and cannot fail. */
typedef struct dynox_work {
    struct dynox_work *next;
    void (*run)(struct dynox_work *work);
} dynox_work;

/* post: queues the work; any thread; never fails and never runs it inside the call. Work posted from one thread runs
 * in the order it was posted. Whoever takes it off the queue runs it with dynox_executor_run(). The executor must
 * outlive everything that names it. */
struct dynox_executor {
    void (*post)(dynox_executor *self, dynox_work *work);
    const char *name; /* for debug reports */
};

/* Runs one piece of work as `self`: waits inside it that only this executor could end are recognised and refused
 * (DYNOX_E_DEADLOCK), and coroutines started inside it stay on it. */
DYNOX_API void dynox_executor_run(dynox_executor *self, dynox_work *work);

/* The executor whose work the calling thread is running; NULL if none. */
DYNOX_API dynox_executor *dynox_executor_current(void);

/* Experts only: run at once on the thread that completes the future (an I/O thread!), without growing the stack.
 * For pure computation: what runs here must not block. */
DYNOX_API dynox_executor *dynox_executor_inline(void);

/* The default of everything that takes an executor: one thread for the whole process, started on first use, which
 * runs callbacks one after the other. A callback may block it (a sync call works there), but delays all others. */
DYNOX_API dynox_executor *dynox_executor_callbacks(void);

/* An executor with a thread of its own, first in first out: for callbacks that must not wait for others, or that
 * block. `name` (NULL: "dynox-strand") is copied. NULL: out of memory or threads. Any thread; the executor is borrowed
 * from the strand. */
typedef struct dynox_strand dynox_strand;
DYNOX_API dynox_strand     *dynox_strand_new(const char *name);
DYNOX_API dynox_executor   *dynox_strand_executor(dynox_strand *strand);
/* Runs what is queued, then ends the thread. Callbacks of futures that were settled before (you saw one done) run, too;
 * nothing that is still pending may name the executor afterwards. From the strand itself it
 * returns at once, and the thread ends behind it. NULL is fine. */
DYNOX_API void dynox_strand_free(dynox_strand *strand);

/* The size in bytes of the stacks of the threads that the library starts from now on: those of callbacks, strands,
 * pools and I/O. 0, as it is at first: what the system gives to every thread (`ulimit -s`; at least 256 KiB). A size
 * that the system refuses, for instance because the program has more thread-local data, is replaced by its own. Any
 * thread. */
DYNOX_API void dynox_set_stack_size(size_t bytes);

DYNOX_EXTERN_C_END
#endif
