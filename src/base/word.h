/* Eight characters at a time, in a 64-bit word whose lowest byte is the first of them. */
#ifndef DYNOX_BASE_WORD_H
#define DYNOX_BASE_WORD_H

#include <stdint.h>
#include <string.h>

static inline uint64_t dynox__word(const void *eight_bytes)
{
    uint64_t word;
    memcpy(&word, eight_bytes, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

#endif
