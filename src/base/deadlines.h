/* What waits for a time, soonest first: a binary heap. Each knows its place in it, so that it can be taken out. */
#ifndef DYNOX_BASE_DEADLINES_H
#define DYNOX_BASE_DEADLINES_H

#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct dynox__deadline {
    int64_t at_ns; /* beside the pointer, so that comparing touches nothing else */
    size_t *place; /* a member of what waits, which DYNOX__CONTAINER finds by it */
} dynox__deadline;

/* Zero is an empty heap. One thread at a time. What waits stays where it is in memory, and keeps its place in a member
 * that is 0 while it is not in the heap. */
typedef struct dynox__deadlines {
    dynox__deadline *items; /* the first is items[1] */
    size_t           count, capacity;
} dynox__deadlines;

bool dynox__deadlines_add(dynox__deadlines *heap, size_t *place, int64_t at_ns);  /* false: out of memory */
void dynox__deadlines_remove(dynox__deadlines *heap, size_t *place);              /* 0: does nothing */
void dynox__deadlines_move(dynox__deadlines *heap, size_t *place, int64_t at_ns); /* of one that is in it */
void dynox__deadlines_free(dynox__deadlines *heap);

/* DYNOX__NEVER: there is none. */
static inline int64_t dynox__deadlines_next(const dynox__deadlines *heap)
{
    return heap->count ? heap->items[1].at_ns : DYNOX__NEVER;
}

/* The place of the soonest, of a heap that has one. */
static inline size_t *dynox__deadlines_first(const dynox__deadlines *heap)
{
    return heap->items[1].place;
}

#endif
