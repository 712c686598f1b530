/* A growable byte buffer for writing. The first failure sticks: later writes do nothing, and one check at the end
 * is enough. */
#ifndef DYNOX_BASE_BUFFER_H
#define DYNOX_BASE_BUFFER_H

#include "base/alloc.h"
#include <dynox/export.h>
#include <string.h>

/* Zero is an empty buffer. Owns data, unless that is borrowed: then it is left alone when more room is needed, and at
 * the end. One thread at a time. */
typedef struct dynox__buffer {
    char  *data;
    size_t size; /* bytes written */
    size_t capacity;
    bool   failed;   /* out of memory: the content is not complete */
    bool   borrowed; /* data is somebody else's, who keeps it as long as the buffer lives */
} dynox__buffer;

bool dynox__buffer_grow(dynox__buffer *buffer, size_t more); /* room for `more` bytes behind size */
void dynox__buffer_free(dynox__buffer *buffer);              /* and empties it */
void dynox__buffer_format(dynox__buffer *buffer, const char *format, ...) DYNOX_PRINTF(2, 3);
void dynox__buffer_unsigned(dynox__buffer *buffer, uint64_t number); /* decimal */

static inline bool dynox__buffer_reserve(dynox__buffer *buffer, size_t more)
{
    return buffer->capacity - buffer->size >= more || dynox__buffer_grow(buffer, more);
}

static inline void dynox__buffer_add(dynox__buffer *buffer, const char *bytes, size_t count)
{
    if (!dynox__buffer_reserve(buffer, count)) return;
    if (count) memcpy(buffer->data + buffer->size, bytes, count);
    buffer->size += count;
}

static inline void dynox__buffer_byte(dynox__buffer *buffer, char byte)
{
    if (dynox__buffer_reserve(buffer, 1)) buffer->data[buffer->size++] = byte;
}

static inline void dynox__buffer_text(dynox__buffer *buffer, const char *text)
{
    dynox__buffer_add(buffer, text, strlen(text));
}

/* A string literal: its length is known. */
#define DYNOX__BUFFER_LITERAL(buffer, literal) dynox__buffer_add((buffer), "" literal, sizeof(literal) - 1)

#endif
