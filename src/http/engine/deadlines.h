/* The requests of one I/O thread that have a deadline, soonest first: a binary heap. */
#ifndef DYNOX_HTTP_ENGINE_DEADLINES_H
#define DYNOX_HTTP_ENGINE_DEADLINES_H

#include "http/transport/transport.h"

typedef struct dynox__deadline {
    int64_t         at_ns; /* beside the pointer, so that comparing touches no request */
    dynox__request *request;
} dynox__deadline;

/* Zero is an empty heap. One thread at a time. A request knows its place: own.heap_index, 0 when it is not in it. */
typedef struct dynox__deadlines {
    dynox__deadline *items; /* the first is items[1] */
    size_t           count, capacity;
} dynox__deadlines;

bool dynox__deadlines_add(dynox__deadlines *heap, dynox__request *request); /* false: out of memory */
void dynox__deadlines_remove(dynox__deadlines *heap, dynox__request *request);
void dynox__deadlines_free(dynox__deadlines *heap);

/* DYNOX__NEVER: there is none. */
static inline int64_t dynox__deadlines_next(const dynox__deadlines *heap)
{
    return heap->count ? heap->items[1].at_ns : DYNOX__NEVER;
}

#endif
