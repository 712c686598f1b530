/* Base64. Decoding has a path for AVX2, chosen as the program runs; everything it leaves over goes through the plain
 * one. */
#include "value/text/base64.h"
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_AVX2 1
#include <immintrin.h>
#else
#define HAVE_AVX2 0
#endif

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { VALID = 64 }; /* set in the value of every character of the alphabet; other characters are 0 */

static const uint8_t value_of[256] = {['A'] = 64, 65,  66,          67,         68,  69,  70,         71,  72,  73,
                                      74,         75,  76,          77,         78,  79,  80,         81,  82,  83,
                                      84,         85,  86,          87,         88,  89,  ['a'] = 90, 91,  92,  93,
                                      94,         95,  96,          97,         98,  99,  100,        101, 102, 103,
                                      104,        105, 106,         107,        108, 109, 110,        111, 112, 113,
                                      114,        115, ['0'] = 116, 117,        118, 119, 120,        121, 122, 123,
                                      124,        125, ['+'] = 126, ['/'] = 127};

void dynox__base64_encode(char *to, const uint8_t *from, size_t size)
{
    for (; size >= 3; size -= 3, from += 3, to += 4) {
        to[0] = alphabet[from[0] >> 2];
        to[1] = alphabet[(from[0] & 3) << 4 | from[1] >> 4];
        to[2] = alphabet[(from[1] & 15) << 2 | from[2] >> 6];
        to[3] = alphabet[from[2] & 63];
    }
    if (size == 0) return;
    unsigned second = size == 2 ? from[1] : 0;
    to[0]           = alphabet[from[0] >> 2];
    to[1]           = alphabet[(from[0] & 3u) << 4 | second >> 4];
    to[2]           = size == 2 ? alphabet[(second & 15) << 2] : '=';
    to[3]           = '=';
}

/* Three bytes out of four characters. */
static bool decode_group(uint8_t *to, const uint8_t *from)
{
    unsigned a = value_of[from[0]], b = value_of[from[1]], c = value_of[from[2]], d = value_of[from[3]];
    if (!(a & b & c & d & VALID)) return false;
    to[0] = (uint8_t)(a << 2 | (b & 63) >> 4);
    to[1] = (uint8_t)(b << 4 | (c & 63) >> 2);
    to[2] = (uint8_t)(c << 6 | (d & 63));
    return true;
}

#if HAVE_AVX2
/* Decodes 32 characters to 24 bytes at a time while they are of the alphabet, and returns how many characters it took;
 * it writes 8 bytes beyond, which is why it leaves the last 16 characters alone. A character is classified by looking
 * up its two halves: it is valid if the two sets of reasons against it have nothing in common. */
__attribute__((target("avx2"))) static size_t decode_avx2(uint8_t *to, const uint8_t *from, size_t length)
{
    const __m256i against_low = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A));
    const __m256i against_high = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10));
    const __m256i shift =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i order =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    const __m256i slash = _mm256_set1_epi8('/');
    size_t        taken = 0;
    for (; length - taken >= 48; taken += 32, to += 24) {
        __m256i text = _mm256_loadu_si256((const __m256i *)(const void *)(from + taken));
        __m256i high =
            _mm256_and_si256(_mm256_srli_epi32(text, 4), slash); /* the mask 0x2F keeps what the look-ups need */
        __m256i low = _mm256_and_si256(text, slash);
        if (!_mm256_testz_si256(_mm256_shuffle_epi8(against_low, low), _mm256_shuffle_epi8(against_high, high))) break;
        __m256i row  = _mm256_add_epi8(_mm256_cmpeq_epi8(text, slash), high);
        __m256i six  = _mm256_add_epi8(text, _mm256_shuffle_epi8(shift, row));
        __m256i half = _mm256_maddubs_epi16(six, _mm256_set1_epi32(0x01400140)); /* pairs of 6 bits to 12 */
        __m256i full = _mm256_madd_epi16(half, _mm256_set1_epi32(0x00011000));   /* pairs of 12 to 24 */
        __m256i out =
            _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(full, order), _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7));
        _mm256_storeu_si256((__m256i *)(void *)to, out);
    }
    return taken;
}
#endif

bool dynox__base64_decode(uint8_t *to, size_t *size, const char *text, size_t length)
{
    const uint8_t *from = (const uint8_t *)text, *end = from + length;
    *size = length / 4 * 3;
    if (length % 4 != 0) return false;
    if (length == 0) return true;
#if HAVE_AVX2
    if (length >= 64 && __builtin_cpu_supports("avx2")) {
        size_t taken = decode_avx2(to, from, length);
        from += taken;
        to += taken / 4 * 3;
    }
#endif
    for (; end - from > 4; from += 4, to += 3)
        if (!decode_group(to, from)) return false;

    size_t  padding = end[-1] != '=' ? 0 : end[-2] != '=' ? 1 : 2;
    uint8_t last[4] = {from[0], from[1], from[2], from[3]}, bytes[3];
    for (size_t i = 0; i < padding; i++)
        last[3 - i] = 'A';
    if (!decode_group(bytes, last)) return false;
    for (size_t i = 3 - padding; i < 3; i++)
        if (bytes[i]) return false;
    memcpy(to, bytes, 3 - padding);
    *size -= padding;
    return true;
}
