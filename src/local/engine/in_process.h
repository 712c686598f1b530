/* The inside of the transport in process, for its files: transport.c says who does what when, queue.c where requests
 * wait, exchange.c what becomes of one. */
#ifndef DYNOX_LOCAL_ENGINE_IN_PROCESS_H
#define DYNOX_LOCAL_ENGINE_IN_PROCESS_H

#include "local/engine/local.h"
#include <pthread.h>

enum { DYNOX__LOCAL_MOST_THREADS = 64 };

/* Where a request is: own.place. */
enum { DYNOX__AT_NOWHERE, DYNOX__AT_QUEUED, DYNOX__AT_LENT, DYNOX__AT_ACTIVE, DYNOX__AT_LATE };

typedef struct dynox__in_process {
    dynox__transport transport; /* first */
    dynox_executor   executor;
    dynox_local     *local;
    unsigned         generation;
    unsigned         most_threads;
    size_t           most_waiting;
    _Atomic size_t   callers; /* threads inside submit, cancel and post, or dealing with a request lent to them */

    pthread_mutex_t lock;
    pthread_cond_t  wake; /* there is something to do for a thread of the pool */

    /* under the lock */
    dynox__request *first, *last; /* in the queue */
    dynox__request *late;         /* by own.queued_ns, when they end; their status says how */
    dynox_work     *posted, *last_posted;
    bool            stopping, drained; /* no new requests; and no thread is on its way in */
    size_t          waiting, in_flight;
    uint64_t        requests;
    unsigned        threads, resting;
    pthread_t       pool[DYNOX__LOCAL_MOST_THREADS];
} dynox__in_process;

/* A request that the engine is asked. */
typedef struct dynox__exchange dynox__exchange;
struct dynox__exchange {
    dynox__exchange     *next;
    dynox__request      *request;
    bool                 is_asked; /* else it has ended without that */
    dynox__local_request asked;
    dynox__local_answer  answer;
};

/* Has the engine answer a request, on any thread and without the lock. `later`: it may stay unsettled until its end,
 * and the exchange where it is. */
void dynox__exchange_begin(dynox__in_process *self, dynox__request *request, dynox__exchange *exchange, bool later);
/* Returns when the request ends: 0: now, or dynox__now_ns() of later on. */
int64_t dynox__exchange_finish(dynox__in_process *self, dynox__exchange *exchange);
/* What it ends with; message NULL: the status tells it. */
void dynox__exchange_end(dynox__request *request, dynox_status status, const char *message);

/* ---- under the lock ---- */
void            dynox__enqueue(dynox__in_process *self, dynox__request *request);
dynox__request *dynox__dequeue(dynox__in_process *self); /* NULL: it is empty */
void            dynox__put_late(dynox__in_process *self, dynox__request *request, int64_t at_ns);
/* It ends at once, as a thread of the pool will see. */
void dynox__hurry(dynox__in_process *self, dynox__request *request, dynox_status status);
/* One whose time has come. NULL: there is none. */
dynox__request *dynox__take_late(dynox__in_process *self, int64_t now_ns);
void            dynox__put_post(dynox__in_process *self, dynox_work *work);
dynox_work     *dynox__take_post(dynox__in_process *self); /* NULL: there is none */

#endif
