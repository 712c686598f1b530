/* What an engine was asked lately: a ring of whole requests, bounded in number and in bytes. */
#ifndef DYNOX_LOCAL_ENGINE_TRACE_H
#define DYNOX_LOCAL_ENGINE_TRACE_H

#include "base/shared.h"
#include <dynox/local.h>
#include <pthread.h>

enum { DYNOX__TRACE_BYTES = 16 * 1024 * 1024 };

/* A request and, once it is in the ring, what came of it. Constant from then on; its texts lie behind it. */
typedef struct dynox__traced {
    dynox__shared       shared;
    dynox_local_request shown;
    size_t              json_length;
    char                operation[64], table[256], request_id[64];
    char                json[];
} dynox__traced;

typedef struct dynox__local_trace {
    pthread_mutex_t lock;
    _Atomic size_t  most; /* 0: nothing is kept */

    /* under the lock */
    dynox__traced **ring;
    size_t          capacity, first, count, bytes;
} dynox__local_trace;

void dynox__local_trace_init(dynox__local_trace *trace);
void dynox__local_trace_destroy(dynox__local_trace *trace);
void dynox__local_trace_keep(dynox__local_trace *trace, size_t most);

/* A request that is about to be read in place. NULL: it is not kept (no memory for it, none are). */
dynox__traced *dynox__local_trace_begin(dynox__local_trace *trace, const char *json, size_t length);
/* What it was is in `shown`; takes it over. */
void dynox__local_trace_end(dynox__local_trace *trace, dynox__traced *traced);

size_t dynox__local_trace_each(dynox__local_trace *trace, dynox_local_request_fn *show, void *arg);
void   dynox__local_trace_forget(dynox__local_trace *trace);

#endif
