/* Base64 with AVX2, which is looked for as the program runs, and with NEON, which every 64-bit ARM has. */
#include "value/text/base64_vector.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))

/* Both halves of a register alike. */
AVX2 static inline __m256i twice(__m128i half)
{
    return _mm256_broadcastsi128_si256(half);
}

/* W. Mula, D. Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions" (2018): 24 bytes a step. Each half
 * reads 16 bytes for its 12. */
AVX2 static size_t encode_avx2(char *to, const uint8_t *from, size_t size)
{
    const __m256i spread  = twice(_mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
    const __m256i offsets = twice(_mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                                '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0));
    size_t        taken   = 0;
    for (; size - taken >= 28; taken += 24, to += 32) {
        const __m128i *low  = (const __m128i *)(const void *)(from + taken);
        const __m128i *high = (const __m128i *)(const void *)(from + taken + 12);
        __m256i text = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(low)), _mm_loadu_si128(high), 1);
        __m256i groups = _mm256_shuffle_epi8(text, spread);
        __m256i a =
            _mm256_mulhi_epu16(_mm256_and_si256(groups, _mm256_set1_epi32(0x0FC0FC00)), _mm256_set1_epi32(0x04000040));
        __m256i b =
            _mm256_mullo_epi16(_mm256_and_si256(groups, _mm256_set1_epi32(0x003F03F0)), _mm256_set1_epi32(0x01000010));
        __m256i six = _mm256_or_si256(a, b);
        /* The row of offsets: 13 for A to Z, 0 for a to z, 1 to 10 for digits, 11 and 12. */
        __m256i row     = _mm256_subs_epu8(six, _mm256_set1_epi8(51));
        __m256i capital = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), six);
        row             = _mm256_or_si256(row, _mm256_and_si256(capital, _mm256_set1_epi8(13)));
        _mm256_storeu_si256((__m256i *)(void *)to, _mm256_add_epi8(six, _mm256_shuffle_epi8(offsets, row)));
    }
    return taken;
}

/* Decodes 32 characters to 24 bytes at a time while they are of the alphabet, and returns how many characters it took;
 * it writes 8 bytes beyond, which is why it leaves the last 16 characters alone. A character is classified by looking
 * up its two halves: it is valid if the two sets of reasons against it have nothing in common. */
AVX2 static size_t decode_avx2(uint8_t *to, const uint8_t *from, size_t length)
{
    const __m256i against_low = twice(
        _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A));
    const __m256i against_high = twice(
        _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10));
    const __m256i shift = twice(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i order = twice(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
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

size_t dynox__base64_encode_vector(char *to, const uint8_t *from, size_t size)
{
    return __builtin_cpu_supports("avx2") ? encode_avx2(to, from, size) : 0;
}

size_t dynox__base64_decode_vector(uint8_t *to, const uint8_t *from, size_t length)
{
    return __builtin_cpu_supports("avx2") ? decode_avx2(to, from, length) : 0;
}

#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>

/* 48 bytes a step: loading puts the first, second and third bytes of sixteen groups into registers of their own. */
size_t dynox__base64_encode_vector(char *to, const uint8_t *from, size_t size)
{
    const uint8x16x4_t alphabet = vld1q_u8_x4((const uint8_t *)dynox__base64_alphabet);
    const uint8x16_t   low      = vdupq_n_u8(63);
    size_t             taken    = 0;
    for (; size - taken >= 48; taken += 48, to += 64) {
        uint8x16x3_t in = vld3q_u8(from + taken);
        uint8x16x4_t out;
        out.val[0] = vqtbl4q_u8(alphabet, vshrq_n_u8(in.val[0], 2));
        out.val[1] = vqtbl4q_u8(alphabet, vandq_u8(vsliq_n_u8(vshrq_n_u8(in.val[1], 4), in.val[0], 4), low));
        out.val[2] = vqtbl4q_u8(alphabet, vandq_u8(vsliq_n_u8(vshrq_n_u8(in.val[2], 6), in.val[1], 2), low));
        out.val[3] = vqtbl4q_u8(alphabet, vandq_u8(in.val[2], low));
        vst4q_u8((uint8_t *)to, out);
    }
    return taken;
}

/* 64 characters a step. A look-up beyond a table gives 0, so that the two halves of the values can be joined. */
size_t dynox__base64_decode_vector(uint8_t *to, const uint8_t *from, size_t length)
{
    const uint8x16x4_t below = vld1q_u8_x4(dynox__base64_values), above = vld1q_u8_x4(dynox__base64_values + 64);
    size_t             taken = 0;
    for (; length - taken >= 68; taken += 64, to += 48) { /* the last group may be padded */
        uint8x16x4_t text = vld4q_u8(from + taken), six;
        uint8x16x3_t out;
        uint8x16_t   all = vdupq_n_u8(DYNOX__BASE64_VALID);
        for (int i = 0; i < 4; i++) {
            uint8x16_t upper = veorq_u8(text.val[i], vdupq_n_u8(64));
            six.val[i]       = vorrq_u8(vqtbl4q_u8(below, text.val[i]), vqtbl4q_u8(above, upper));
            all              = vandq_u8(all, six.val[i]);
        }
        if (vminvq_u8(all) == 0) break;
        out.val[0] = vsliq_n_u8(vshrq_n_u8(vshlq_n_u8(six.val[1], 2), 6), six.val[0], 2);
        out.val[1] = vsliq_n_u8(vshrq_n_u8(vshlq_n_u8(six.val[2], 2), 4), six.val[1], 4);
        out.val[2] = vsliq_n_u8(vandq_u8(six.val[3], vdupq_n_u8(63)), six.val[2], 6);
        vst3q_u8(to, out);
    }
    return taken;
}

#else
size_t dynox__base64_encode_vector(char *to, const uint8_t *from, size_t size)
{
    (void)to, (void)from, (void)size;
    return 0;
}

size_t dynox__base64_decode_vector(uint8_t *to, const uint8_t *from, size_t length)
{
    (void)to, (void)from, (void)length;
    return 0;
}
#endif
