/* Chunks double up to a limit; a block larger than a chunk gets one of its own. */
#include "base/arena.h"
#include "base/spare.h"
#include <string.h>

#ifdef DYNOX__FUZZING /* a chunk for each block, so that sanitizers see where it ends */
enum { FIRST_CHUNK = 8, LARGEST_CHUNK = 8 };
#else
enum { FIRST_CHUNK = 1024, LARGEST_CHUNK = 256 * 1024 };
#endif

struct dynox__arena_chunk {
    dynox__arena_chunk *older;
    size_t              size;
    char                data[];
};

bool dynox__arena_reserve(dynox__arena *arena, size_t size)
{
    size_t rounded, total;
    if (!dynox__add_size(size, 7, &rounded)) return false;
    rounded &= ~(size_t)7;
    if (arena->next && (size_t)(arena->end - arena->next) >= rounded) return true;
    if (!dynox__add_size(rounded, sizeof(dynox__arena_chunk), &total)) return false;
    dynox__arena_chunk *chunk = dynox__spare_take(&total);
    if (!chunk) return false;
    chunk->older  = arena->chunks;
    chunk->size   = (total - sizeof *chunk) & ~(size_t)7;
    arena->chunks = chunk;
    arena->next   = chunk->data;
    arena->end    = chunk->data + chunk->size;
    return true;
}

void *dynox__arena_slow(dynox__arena *arena, size_t size)
{
    size_t want = arena->chunks ? arena->chunks->size * 2 : FIRST_CHUNK;
    if (want > LARGEST_CHUNK) want = LARGEST_CHUNK;
    if (want < size) want = size;
    if (want < 8) want = 8;
    if (!dynox__arena_reserve(arena, want)) return NULL;
    void *block = arena->next;
    arena->next += (size + 7) & ~(size_t)7;
    return block;
}

char *dynox__arena_copy(dynox__arena *arena, const char *text, size_t length)
{
    char *copy = length < SIZE_MAX ? dynox__arena_alloc(arena, length + 1) : NULL;
    if (!copy) return NULL;
    if (length) memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

void dynox__arena_free(dynox__arena *arena)
{
    for (dynox__arena_chunk *chunk = arena->chunks; chunk;) {
        dynox__arena_chunk *older = chunk->older;
        dynox__spare_give(chunk, sizeof *chunk + chunk->size);
        chunk = older;
    }
    *arena = (dynox__arena){0};
}

void dynox__arena_reset(dynox__arena *arena)
{
    dynox__arena_chunk *newest = arena->chunks;
    size_t              total  = 0;
    if (!newest) return;
    for (dynox__arena_chunk *chunk = newest; chunk; chunk = chunk->older)
        total += chunk->size;
    if (newest->older) {
        dynox__arena_free(arena);
        dynox__arena_reserve(arena, total);
        return;
    }
    arena->next = newest->data;
}
