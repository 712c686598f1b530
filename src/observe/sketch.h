/* A count-min sketch with a moving window: about how often each of any number of keys came lately, in fixed memory. */
#ifndef DYNOX_OBSERVE_SKETCH_H
#define DYNOX_OBSERVE_SKETCH_H

#include <stdint.h>

enum { DYNOX__SKETCH_ROWS = 4, DYNOX__SKETCH_WIDTH = 8192 };

/* Two halves of the window: what is counted now, and what was counted before. Zero it. One thread at a time. */
typedef struct dynox__sketch {
    uint32_t halves[2][DYNOX__SKETCH_ROWS][DYNOX__SKETCH_WIDTH];
    int64_t  half; /* the number of the current one, since the clock began */
} dynox__sketch;

/* Counts the key of this hash once; the result: how often it came within the window. */
uint64_t dynox__sketch_add(dynox__sketch *sketch, uint64_t hash, int64_t now_ns, int64_t window_ns);
uint64_t dynox__sketch_look(dynox__sketch *sketch, uint64_t hash, int64_t now_ns, int64_t window_ns);

#endif
