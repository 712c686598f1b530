/* A queue with a thread that runs it, first in first out: the body of strands and of the callback executor. */
#ifndef DYNOX_ASYNC_EXECUTOR_STRAND_H
#define DYNOX_ASYNC_EXECUTOR_STRAND_H

#include "async/executor/executor.h"

typedef struct dynox__runner {
    dynox_executor   executor;
    dynox__queue     queue;
    _Atomic uint32_t asleep; /* the thread sleeps on this word while it is 1 */
    _Atomic bool     stopping;
} dynox__runner;

void dynox__runner_post(dynox__runner *runner, dynox_work *work);
/* Runs what comes until the runner is stopping and its queue is empty. */
void dynox__runner_run(dynox__runner *runner);
void dynox__runner_stop(dynox__runner *runner);

/* Was it made before a fork(), so that its thread is not here? */
bool dynox__strand_is_foreign(const dynox_strand *strand);

#endif
