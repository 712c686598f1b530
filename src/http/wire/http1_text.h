/* What readers of HTTP/1.1 share: characters, words, numbers, sizes of chunks. Nothing here goes by the locale. */
#ifndef DYNOX_HTTP_WIRE_HTTP1_TEXT_H
#define DYNOX_HTTP_WIRE_HTTP1_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What a header's name may be made of (RFC 9110, token): a bit for each character of ASCII. */
static inline bool dynox__http1_is_token(const char *text, size_t size)
{
    static const uint64_t bits[4] = {0x3ff6cfa00000000, 0x57ffffffc7fffffe, 0, 0};
    uint64_t              all     = size > 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        all &= bits[c >> 6] >> (c & 63);
    }
    return all;
}

/* Are these eight bytes blanks or visible ASCII? */
static inline bool dynox__http1_is_plain_word(const char *text)
{
    const uint64_t ones = UINT64_MAX / 255, highest = ones << 7;
    uint64_t       word;
    memcpy(&word, text, sizeof word);
    uint64_t del = word ^ ones * 0x7f;
    return !((word | (word - ones * 0x20) | (del - ones)) & highest);
}

/* True: all of it is. False: look closer. Most values are, so this is most of the work; the last words may overlap. */
static inline bool dynox__http1_is_plain(const char *text, size_t size)
{
    if (size < 8 || !dynox__http1_is_plain_word(text + size - 8)) return false;
    for (size_t i = 0; i + 8 < size; i += 8)
        if (!dynox__http1_is_plain_word(text + i)) return false;
    return true;
}

static inline bool dynox__http1_is_printable(const char *text, size_t size)
{
    unsigned found = 0;
    if (dynox__http1_is_plain(text, size)) return true;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        found |= (c < 0x20 && c != '\t') | (c == 0x7f);
    }
    return !found;
}

static inline uint64_t dynox__http1_load(const char *text, size_t size)
{
    uint64_t word = 0;
    memcpy(&word, text, size);
    return word;
}

/* Is `text`, without control characters, this lower-case word of as many letters, digits and hyphens? Eight of them at
 * a time, the last ones twice; `size` is a constant, so that little of this is left. */
static inline bool dynox__http1_is_word(const char *text, size_t size, const char *lower)
{
    const uint64_t cases = UINT64_MAX / 255 * 0x20;
    uint64_t       other = 0;
    if (size < 8)
        return (dynox__http1_load(text, size) | (cases & dynox__http1_load("\xff\xff\xff\xff\xff\xff\xff", size))) ==
               dynox__http1_load(lower, size);
    for (size_t i = 0; i + 8 <= size; i += 8)
        other |= (dynox__http1_load(text + i, 8) | cases) ^ dynox__http1_load(lower + i, 8);
    return !(other | ((dynox__http1_load(text + size - 8, 8) | cases) ^ dynox__http1_load(lower + size - 8, 8)));
}

/* Digits and nothing else. */
static inline bool dynox__http1_decimal(const char *text, size_t size, uint64_t max, uint64_t *number)
{
    uint64_t value = 0;
    if (size == 0) return false;
    for (size_t i = 0; i < size; i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        if (digit > 9 || value > (max - digit) / 10) return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

static inline void dynox__http1_trim(const char **text, size_t *size)
{
    while (*size && (**text == ' ' || **text == '\t'))
        ++*text, --*size;
    while (*size && ((*text)[*size - 1] == ' ' || (*text)[*size - 1] == '\t'))
        --*size;
}

/* The line of a chunk's size: hexadecimal digits, then perhaps blanks and an extension (RFC 9112, 7.1.1). */
static inline bool dynox__http1_chunk_size(const char *line, size_t size, uint64_t *chunk)
{
    size_t digits = 0;
    *chunk        = 0;
    for (; digits < size; digits++) {
        unsigned char c = (unsigned char)line[digits], lower = c | 0x20;
        unsigned digit = c >= '0' && c <= '9' ? c - (unsigned)'0' : lower >= 'a' && lower <= 'f' ? lower - 87u : 16;
        if (digit > 15) break;
        if (*chunk >> 59) return false;
        *chunk = *chunk << 4 | digit;
    }
    size_t behind = digits;
    while (behind < size && (line[behind] == ' ' || line[behind] == '\t'))
        behind++;
    return digits && (behind == size || line[behind] == ';') && dynox__http1_is_printable(line + digits, size - digits);
}

#endif
