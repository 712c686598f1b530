/* Strands: executors with a thread of their own. */
#include "async/executor/strand.h"
#include "async/executor/park.h"
#include "base/alloc.h"
#include "base/grace.h"
#include <string.h>

enum { SPINS = 100 };

/* ---- the runner ---- */

static void wake(dynox__runner *runner)
{
    if (atomic_exchange_explicit(&runner->asleep, 0, memory_order_seq_cst) == 1) dynox__unpark_all(&runner->asleep);
}

void dynox__runner_post(dynox__runner *runner, dynox_work *work)
{
    dynox__queue_enter(&runner->queue);
    if (dynox__queue_push(&runner->queue, work)) wake(runner);
    dynox__queue_leave(&runner->queue);
}

void dynox__runner_stop(dynox__runner *runner)
{
    atomic_store(&runner->stopping, true);
    wake(runner);
}

/* The flag says that we sleep before we look at the queue for the last time, and a poster looks at the flag after it
 * has pushed: one of the two sees the other. */
static void sleep_until_posted(dynox__runner *runner)
{
    for (int i = 0; i < SPINS; i++) {
        if (dynox__queue_waiting(&runner->queue)) return;
        dynox__spin();
    }
    atomic_store_explicit(&runner->asleep, 1, memory_order_seq_cst);
    if (dynox__queue_waiting(&runner->queue) || atomic_load(&runner->stopping))
        atomic_store_explicit(&runner->asleep, 0, memory_order_seq_cst);
    else
        dynox__park(&runner->asleep, 1, DYNOX__NEVER);
}

void dynox__runner_run(dynox__runner *runner)
{
    for (;;) {
        dynox_work *work = dynox__queue_take(&runner->queue);
        if (work)
            dynox_executor_run(&runner->executor, work);
        else if (atomic_load(&runner->stopping) && !dynox__queue_waiting(&runner->queue))
            return;
        else
            sleep_until_posted(runner);
    }
}

/* ---- strands ---- */

struct dynox_strand {
    dynox__runner runner;
    pthread_t     thread;
    unsigned      generation;
    bool          frees_itself;
    char          name[];
};

bool dynox__strand_is_foreign(const dynox_strand *strand)
{
    return dynox__executor_is_foreign(strand->generation);
}

static void post(dynox_executor *self, dynox_work *work)
{
    dynox_strand *strand = DYNOX__CONTAINER(self, dynox_strand, runner.executor);
    if (dynox__strand_is_foreign(strand))
        dynox__executor_post_foreign(work);
    else
        dynox__runner_post(&strand->runner, work);
}

static void *run(void *arg)
{
    dynox_strand *strand = arg;
    dynox__runner_run(&strand->runner);
    if (strand->frees_itself) {
        dynox__queue_quiesce(&strand->runner.queue);
        dynox__free(strand);
    }
    return NULL;
}

dynox_strand *dynox_strand_new(const char *name)
{
    if (!name) name = "dynox-strand";
    size_t        length = strlen(name) + 1;
    dynox_strand *strand = dynox__calloc(sizeof *strand + length);
    if (!strand) return NULL;
    memcpy(strand->name, name, length);
    strand->runner.executor = (dynox_executor){post, strand->name};
    strand->generation      = dynox__fork_generation();
    if (dynox__thread_start(&strand->thread, strand->name, false, run, strand) == DYNOX_OK) return strand;
    dynox__free(strand);
    return NULL;
}

dynox_executor *dynox_strand_executor(dynox_strand *strand)
{
    return &strand->runner.executor;
}

void dynox_strand_free(dynox_strand *strand)
{
    if (!strand) return;
    if (dynox__strand_is_foreign(strand)) { /* its thread is not here */
        dynox__free(strand);
        return;
    }
    dynox__grace_wait();                                        /* what was settled before is here now, and will run */
    if (dynox_executor_current() == &strand->runner.executor) { /* it cannot join itself */
        strand->frees_itself = true;
        pthread_detach(strand->thread);
        dynox__runner_stop(&strand->runner);
        return;
    }
    dynox__runner_stop(&strand->runner);
    pthread_join(strand->thread, NULL);
    dynox__queue_quiesce(&strand->runner.queue);
    dynox__free(strand);
}
