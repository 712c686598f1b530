/* Looks at several bytes of a JSON string at a time for one that is not plain: a quote, a backslash, a control
 * character or a byte of a non-ASCII character. SSE2 is part of every x86-64 and NEON of every 64-bit ARM; elsewhere
 * (or with DYNOX__SCAN_PORTABLE) eight bytes in a 64-bit word. */
#ifndef DYNOX_VALUE_TEXT_SCAN_H
#define DYNOX_VALUE_TEXT_SCAN_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON) && defined(__AARCH64EL__)
#define DYNOX__SCAN_NEON 1
#include <arm_neon.h>
#endif

/* The mask of a step is 0 when all of its bytes are plain; else its lowest bit tells the first that is not. */
static inline uint64_t dynox__scan_word(const uint8_t *p)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t       word;
    memcpy(&word, p, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    /* A borrow can only spoil bytes above the first hit, which do not matter. */
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    uint64_t mask =
        ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((word - ones * 0x20) & ~word) | word;
    return mask & ones * 0x80;
}

#if defined(__SSE2__)
static inline uint64_t dynox__scan_sse2(const uint8_t *p)
{
    __m128i bytes     = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i quote     = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    __m128i low       = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)); /* signed: takes those above 0x7F along */
    return (uint64_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), low));
}
#endif

#if defined(DYNOX__SCAN_NEON)
/* Four bits of the mask for each byte: there is no instruction that gathers one. */
static inline uint64_t dynox__scan_neon(const uint8_t *p)
{
    uint8x16_t bytes = vld1q_u8(p);
    uint8x16_t quote = vceqq_u8(bytes, vdupq_n_u8('"')), backslash = vceqq_u8(bytes, vdupq_n_u8('\\'));
    uint8x16_t low = vcltq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(0x20)); /* signed: takes those above 0x7F along */
    uint8x16_t hit = vorrq_u8(vorrq_u8(quote, backslash), low);
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(hit), 4)), 0);
}
#endif

#if defined(__SSE2__) && !defined(DYNOX__SCAN_PORTABLE)
enum { DYNOX__SCAN_STEP = 16 };
static inline uint64_t dynox__scan_mask(const uint8_t *p)
{
    return dynox__scan_sse2(p);
}
static inline unsigned dynox__scan_first(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask);
}
#elif defined(DYNOX__SCAN_NEON) && !defined(DYNOX__SCAN_PORTABLE)
enum { DYNOX__SCAN_STEP = 16 };
static inline uint64_t dynox__scan_mask(const uint8_t *p)
{
    return dynox__scan_neon(p);
}
static inline unsigned dynox__scan_first(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask) >> 2;
}
#else
enum { DYNOX__SCAN_STEP = 8 };
static inline uint64_t dynox__scan_mask(const uint8_t *p)
{
    return dynox__scan_word(p);
}
static inline unsigned dynox__scan_first(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask) >> 3;
}
#endif

#endif
