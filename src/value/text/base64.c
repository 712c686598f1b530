/* Base64 by table; long stretches go through base64_vector.c. */
#include "value/text/base64.h"
#include "value/text/base64_vector.h"
#include <string.h>

const char dynox__base64_alphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const uint8_t dynox__base64_values[256] = {['A'] = 64, 65,  66,  67,  68,  69,  70,  71,          72,
                                           73,         74,  75,  76,  77,  78,  79,  80,          81,
                                           82,         83,  84,  85,  86,  87,  88,  89,          ['a'] = 90,
                                           91,         92,  93,  94,  95,  96,  97,  98,          99,
                                           100,        101, 102, 103, 104, 105, 106, 107,         108,
                                           109,        110, 111, 112, 113, 114, 115, ['0'] = 116, 117,
                                           118,        119, 120, 121, 122, 123, 124, 125,         ['+'] = 126,
                                           ['/'] = 127};

/* Four characters out of 24 bits. */
static inline void encode_group(char *to, unsigned bits)
{
    to[0] = dynox__base64_alphabet[bits >> 18];
    to[1] = dynox__base64_alphabet[bits >> 12 & 63];
    to[2] = dynox__base64_alphabet[bits >> 6 & 63];
    to[3] = dynox__base64_alphabet[bits & 63];
}

void dynox__base64_encode(char *to, const uint8_t *from, size_t size)
{
    size_t taken = size < DYNOX__BASE64_SHORT ? 0 : dynox__base64_encode_vector(to, from, size);
    to += taken / 3 * 4;
    from += taken;
    size -= taken;
    for (; size >= 4; size -= 3, from += 3, to += 4) /* compilers make one load of four bytes */
        encode_group(to, ((unsigned)from[0] << 24 | (unsigned)from[1] << 16 | (unsigned)from[2] << 8 | from[3]) >> 8);
    if (size == 0) return;
    unsigned second = size > 1 ? from[1] : 0, third = size > 2 ? from[2] : 0;
    encode_group(to, (unsigned)from[0] << 16 | second << 8 | third);
    if (size < 2) to[2] = '=';
    if (size < 3) to[3] = '=';
}

/* Three bytes out of four characters. */
static inline bool decode_group(uint8_t *to, const uint8_t *from)
{
    const uint8_t *value_of = dynox__base64_values;
    unsigned       a = value_of[from[0]], b = value_of[from[1]], c = value_of[from[2]], d = value_of[from[3]];
    if (!(a & b & c & d & DYNOX__BASE64_VALID)) return false;
    to[0] = (uint8_t)(a << 2 | (b & 63) >> 4);
    to[1] = (uint8_t)(b << 4 | (c & 63) >> 2);
    to[2] = (uint8_t)(c << 6 | (d & 63));
    return true;
}

bool dynox__base64_decode(uint8_t *to, size_t *size, const char *text, size_t length)
{
    const uint8_t *from = (const uint8_t *)text, *end = from + length;
    *size = length / 4 * 3;
    if (length % 4 != 0) return false;
    if (length == 0) return true;
    size_t taken = length < DYNOX__BASE64_SHORT ? 0 : dynox__base64_decode_vector(to, from, length);
    from += taken;
    to += taken / 4 * 3;
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

bool dynox__base64_valid(const char *text, size_t length)
{
    enum { STEP = 4096 };
    uint8_t bytes[STEP / 4 * 3];
    size_t  size;
    for (; length > STEP; text += STEP, length -= STEP)
        if (!dynox__base64_decode(bytes, &size, text, STEP) || size < sizeof bytes) return false; /* padded too early */
    return dynox__base64_decode(bytes, &size, text, length);
}
