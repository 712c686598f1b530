/* FNV-1a: quick, and the same everywhere. Who can choose what is hashed can make two of it meet. */
#ifndef DYNOX_BASE_HASH_H
#define DYNOX_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DYNOX__HASH_START UINT64_C(0xcbf29ce484222325)

/* `hash`: of what came before, or DYNOX__HASH_START. */
static inline uint64_t dynox__hash(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static inline uint64_t dynox__hash_text(uint64_t hash, const char *text)
{
    return dynox__hash(hash, text, strlen(text));
}

#endif
