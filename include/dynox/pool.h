/* A pool of threads for work that blocks or burns. The library uses it for connecting; programs may, too. */
#ifndef DYNOX_POOL_H
#define DYNOX_POOL_H

#include <dynox/future.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_pool dynox_pool;

typedef struct dynox_pool_args {
    size_t      size DYNOX_SIZE_(dynox_pool_args);
    unsigned    threads; /* at most so many, started when needed, all but one ended when idle for seconds; 0: 4 */
    size_t      queue;   /* jobs that may wait; 0: 65536; one more fails with DYNOX_E_BUSY */
    const char *name;    /* of the threads, for debuggers; copied; NULL: "dynox-pool" */
} dynox_pool_args;

/* NULL: out of memory. No thread starts before the first job. Any thread may use a pool. */
DYNOX_API dynox_pool *dynox_pool_new_with(const dynox_pool_args *args);
/* A job: runs on one of the pool's threads. dynox_pass() makes no sense here. */
typedef dynox_outcome (*dynox_job_fn)(void *arg);
/* The future of what the job comes to. A cancel before it has started removes it; a job that runs is not stopped, but
 * its future settles at once with DYNOX_E_CANCELLED. A job that waits for another job of its pool gets
 * DYNOX_E_DEADLOCK: all threads might be waiting like that. In a forked child: DYNOX_E_FORKED. DYNOX_E_BUSY: the queue
 * is full; DYNOX_E_SHUTDOWN: the pool is being freed; DYNOX_E_SYSTEM: no thread could be started; DYNOX_E_ARGUMENT:
 * NULL. What `arg` points to must live until the job has run or the future is done by a cancel that came before it. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_pool_run_with(dynox_pool *pool, dynox_job_fn fn, void *arg);
/* An executor that spreads work over the pool's threads: no order. Borrowed from the pool. */
DYNOX_API dynox_executor *dynox_pool_executor(dynox_pool *pool);
/* Lets running jobs end, settles waiting ones with DYNOX_E_SHUTDOWN, joins the threads. Callbacks of futures that were
 * settled before (you saw one done) run, too; nothing that is still pending may name the executor afterwards. From one
 * of its threads it does not wait for that one. NULL is fine. */
DYNOX_API void dynox_pool_free(dynox_pool *pool);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_pool_new(.threads = 8) */
#define dynox_pool_new(...) dynox_pool_new_with(&(dynox_pool_args){.size = sizeof(dynox_pool_args), __VA_ARGS__})
#define dynox_pool_run(pool, fn, arg) dynox_at_(dynox_pool_run_with((pool), (fn), (arg)), DYNOX_HERE_)
#endif
#endif
