/* CRC-32: sixteen table look-ups a step, or what the processor has: carry-less multiplication on x86-64, instructions
 * for this very checksum on 64-bit ARM. */
#include "value/json/crc32.h"
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_FOLDING 1
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__GNUC__) && defined(__AARCH64EL__)
#define HAVE_INSTRUCTIONS 1
#if !defined(__ARM_FEATURE_CRC32) && defined(__linux__)
#include <sys/auxv.h>
#endif
#endif

#define POLYNOMIAL UINT32_C(0xEDB88320) /* bit-reflected */

enum { TABLES = 16 };

/* tables[k][b]: what byte b does to the checksum when k more bytes follow. */
static uint32_t       tables[TABLES][256];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) ? POLYNOMIAL : 0);
        tables[0][byte] = crc;
    }
    for (int k = 1; k < TABLES; k++)
        for (int byte = 0; byte < 256; byte++)
            tables[k][byte] = tables[0][tables[k - 1][byte] & 255] ^ tables[k - 1][byte] >> 8;
}

/* `crc` is the inverted checksum so far, here and below. */
static uint32_t update_by_table(uint32_t crc, const uint8_t *p, size_t size)
{
    pthread_once(&tables_once, make_tables);
    for (; size >= 16; size -= 16, p += 16) {
        uint32_t next = 0;
        for (int i = 0; i < 4; i++)
            next ^= tables[15 - i][p[i] ^ (crc >> (8 * i) & 255)];
        for (int i = 4; i < 16; i++)
            next ^= tables[15 - i][p[i]];
        crc = next;
    }
    for (; size; size--)
        crc = tables[0][(crc ^ *p++) & 255] ^ crc >> 8;
    return crc;
}

#ifdef HAVE_FOLDING
#define FOLDING __attribute__((target("pclmul,sse4.1")))

FOLDING static inline __m128i load(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Moves a part of the message forward by the distance that `by` stands for, onto the part that lies there. */
FOLDING static inline __m128i fold(__m128i part, __m128i by, __m128i onto)
{
    __m128i low = _mm_clmulepi64_si128(part, by, 0x00), high = _mm_clmulepi64_si128(part, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

/* V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ" (Intel, 2009), where the constants
 * are from: powers of x modulo the polynomial, bit-reflected. size >= 64 and a multiple of 16. */
FOLDING static uint32_t update_by_folding(uint32_t crc, const uint8_t *p, size_t size)
{
    const __m128i by_64 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4),
                  by_16 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
    const __m128i by_4 = _mm_set_epi64x(0, 0x0163cd6124), barrett = _mm_set_epi64x(0x01f7011641, 0x01db710641);
    const __m128i mask = _mm_setr_epi32(-1, 0, -1, 0);
    __m128i       a = _mm_xor_si128(load(p), _mm_cvtsi32_si128((int)crc)), b = load(p + 16), c = load(p + 32),
            d = load(p + 48);
    for (p += 64, size -= 64; size >= 64; p += 64, size -= 64) {
        a = fold(a, by_64, load(p));
        b = fold(b, by_64, load(p + 16));
        c = fold(c, by_64, load(p + 32));
        d = fold(d, by_64, load(p + 48));
    }
    a = fold(fold(fold(a, by_16, b), by_16, c), by_16, d);
    for (; size >= 16; p += 16, size -= 16)
        a = fold(a, by_16, load(p));

    /* 128 bits to 64, to 32 */
    a                = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, by_16, 0x10));
    a                = _mm_xor_si128(_mm_srli_si128(a, 4), _mm_clmulepi64_si128(_mm_and_si128(a, mask), by_4, 0x00));
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, mask), barrett, 0x10);
    __m128i multiple = _mm_clmulepi64_si128(_mm_and_si128(quotient, mask), barrett, 0x00);
    return (uint32_t)_mm_extract_epi32(_mm_xor_si128(a, multiple), 1);
}
#endif

#ifdef HAVE_INSTRUCTIONS
/* Optional in the first version of the architecture. The assembler is told by hand, since compilers differ in how. */
static bool has_instructions(void)
{
#if defined(__ARM_FEATURE_CRC32)
    return true;
#elif defined(__linux__)
    const unsigned long crc32 = 1 << 7; /* HWCAP_CRC32 */
    return (getauxval(AT_HWCAP) & crc32) != 0;
#else
    return false;
#endif
}

/* Eight bytes a step; size is a multiple of 8. */
static uint32_t update_by_instructions(uint32_t crc, const uint8_t *p, size_t size)
{
    for (; size; size -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
        __asm__(".arch_extension crc\n\tcrc32x %w0, %w0, %x1" : "+r"(crc) : "r"(word));
    }
    return crc;
}
#endif

/* Takes as much of the bytes as the processor's own ways suit; moves *p and *size. */
static uint32_t update_quickly(uint32_t crc, const uint8_t **p, size_t *size)
{
    size_t whole = *size & ~(size_t)15;
#if defined(HAVE_FOLDING)
    if (whole < 64 || !__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) return crc;
    crc = update_by_folding(crc, *p, whole);
#elif defined(HAVE_INSTRUCTIONS)
    if (whole < 64 || !has_instructions()) return crc;
    crc = update_by_instructions(crc, *p, whole);
#else
    whole = 0;
#endif
    *p += whole;
    *size -= whole;
    return crc;
}

uint32_t dynox__crc32_portable(const void *bytes, size_t size)
{
    return ~update_by_table(~UINT32_C(0), bytes, size);
}

uint32_t dynox__crc32(const void *bytes, size_t size)
{
    const uint8_t *p   = bytes;
    uint32_t       crc = update_quickly(~UINT32_C(0), &p, &size);
    return ~update_by_table(crc, p, size);
}
