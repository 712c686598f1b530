/* Counting keys. Each row has its own place for a key, so that a key's count is at most what its least shared place has
 * (Cormode and Muthukrishnan); places that are above that already are not raised (Estan and Varghese). */
#include "observe/sketch.h"
#include <stddef.h>
#include <string.h>

static void turn(dynox__sketch *sketch, int64_t now_ns, int64_t window_ns)
{
    int64_t half = now_ns / (window_ns / 2);
    if (half <= sketch->half) return; /* threads come here in another order than they looked at the clock */
    if (half == sketch->half + 1)
        memset(sketch->halves[half & 1], 0, sizeof sketch->halves[0]);
    else
        memset(sketch->halves, 0, sizeof sketch->halves);
    sketch->half = half;
}

/* Two halves of a hash make as many as are wanted (Kirsch and Mitzenmacher). */
static size_t place_of(uint64_t hash, unsigned row)
{
    uint32_t one = (uint32_t)hash, other = (uint32_t)(hash >> 32) | 1;
    return (one + row * other) % DYNOX__SKETCH_WIDTH;
}

static uint32_t least(uint32_t rows[DYNOX__SKETCH_ROWS][DYNOX__SKETCH_WIDTH], uint64_t hash)
{
    uint32_t found = UINT32_MAX;
    for (unsigned row = 0; row < DYNOX__SKETCH_ROWS; row++) {
        uint32_t there = rows[row][place_of(hash, row)];
        if (there < found) found = there;
    }
    return found;
}

static uint64_t count_of(dynox__sketch *sketch, uint64_t hash)
{
    return (uint64_t)least(sketch->halves[0], hash) + least(sketch->halves[1], hash);
}

uint64_t dynox__sketch_add(dynox__sketch *sketch, uint64_t hash, int64_t now_ns, int64_t window_ns)
{
    turn(sketch, now_ns, window_ns);
    uint32_t(*rows)[DYNOX__SKETCH_WIDTH] = sketch->halves[sketch->half & 1];
    uint32_t before = least(rows, hash), after = before < UINT32_MAX ? before + 1 : before;
    for (unsigned row = 0; row < DYNOX__SKETCH_ROWS; row++) {
        uint32_t *there = &rows[row][place_of(hash, row)];
        if (*there < after) *there = after;
    }
    return count_of(sketch, hash);
}

uint64_t dynox__sketch_look(dynox__sketch *sketch, uint64_t hash, int64_t now_ns, int64_t window_ns)
{
    turn(sketch, now_ns, window_ns);
    return count_of(sketch, hash);
}
