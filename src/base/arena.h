/* A bump allocator: many small blocks, one free. What an answer decodes to lives in one of these. */
#ifndef DYNOX_BASE_ARENA_H
#define DYNOX_BASE_ARENA_H

#include "base/alloc.h"

typedef struct dynox__arena_chunk dynox__arena_chunk;

/* Zero is an empty arena; one may also begin in memory of its owner's (next to end, aligned to 8). One thread at a
 * time. */
typedef struct dynox__arena {
    char               *next; /* first free byte of the newest chunk */
    char               *end;
    dynox__arena_chunk *chunks; /* newest first */
} dynox__arena;

/* Makes room for `size` bytes in one chunk, so that allocations up to that total cannot fail. */
bool  dynox__arena_reserve(dynox__arena *arena, size_t size);
void *dynox__arena_slow(dynox__arena *arena, size_t size);
char *dynox__arena_copy(dynox__arena *arena, const char *text, size_t length); /* adds a NUL */
void  dynox__arena_free(dynox__arena *arena);                                  /* and empties it */

/* Forgets all blocks and keeps the memory, as one chunk if that can be had: what fitted before fits again. */
void dynox__arena_reset(dynox__arena *arena);

/* `size` bytes aligned for any object up to 8 bytes of alignment; NULL when out of memory. Size 0 gives a pointer. */
static inline void *dynox__arena_alloc(dynox__arena *arena, size_t size)
{
    size_t rounded = (size + 7) & ~(size_t)7;
    if (rounded < size || !arena->next || (size_t)(arena->end - arena->next) < rounded)
        return dynox__arena_slow(arena, size);
    void *block = arena->next;
    arena->next += rounded;
    return block;
}

#endif
