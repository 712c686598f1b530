/* The reader: its work area, and what went wrong where. */
#include "value/json/decode_reader.h"
#include <stdio.h>

void dynox__reader_init(dynox__reader *reader, char *body, size_t length, dynox__arena *arena)
{
    reader->body      = (uint8_t *)body;
    reader->end       = reader->body + length;
    reader->arena     = arena;
    reader->scratch   = reader->first;
    reader->used      = 0;
    reader->capacity  = sizeof reader->first;
    reader->heap      = NULL;
    reader->known     = false;
    reader->failed_at = NULL;
    reader->why       = NULL;
}

uint8_t *dynox__reader_fail(dynox__reader *reader, const uint8_t *p, const char *why)
{
    reader->failed_at = p;
    reader->why       = why;
    return NULL;
}

uint8_t *dynox__reader_expected(dynox__reader *reader, const uint8_t *p, char what)
{
    snprintf(reader->expected, sizeof reader->expected, "expected %c", what);
    return dynox__reader_fail(reader, p, reader->expected);
}

void *dynox__reader_no_memory(dynox__reader *reader, const uint8_t *p)
{
    return dynox__reader_fail(reader, p, NULL);
}

dynox_status dynox__reader_end(dynox__reader *reader, uint8_t *p, dynox_error *error)
{
    dynox__free(reader->heap);
    reader->heap = NULL;
    if (p && p != reader->end) p = dynox__reader_fail(reader, p, "something follows the end of the document");
    if (p) return DYNOX_OK;
    if (!reader->why) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory while decoding");
    if (reader->failed_at >= reader->end) reader->why = "the document ends too early";
    return dynox_error_set(error, DYNOX_E_DECODE, "cannot decode: %s, at byte %zu", reader->why,
                           (size_t)(reader->failed_at - reader->body));
}

bool dynox__reader_grow(dynox__reader *reader, size_t size)
{
    size_t capacity = reader->capacity, need;
    if (!dynox__add_size(reader->used, size, &need)) return false;
    while (capacity < need) {
        if (capacity > SIZE_MAX / 2) return false;
        capacity *= 2;
    }
    bool  in_arena = capacity <= DYNOX__SCRATCH_IN_ARENA;
    char *larger   = in_arena ? dynox__arena_alloc(reader->arena, capacity) : dynox__realloc(reader->heap, capacity);
    if (!larger) return false;
    if (!reader->heap) memcpy(larger, reader->scratch, reader->used);
    if (!in_arena) reader->heap = larger;
    reader->scratch  = larger;
    reader->capacity = capacity;
    return true;
}
