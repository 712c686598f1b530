/* UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef DYNOX_VALUE_TEXT_UTF8_H
#define DYNOX_VALUE_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of the sequence that starts at p, whose first byte is not ASCII; `left` bytes are there, at least one. 0:
 * it is not a valid one. */
static inline size_t dynox__utf8_sequence(const uint8_t *p, size_t left)
{
    uint8_t lead = p[0];
    if (lead < 0xE0) return lead >= 0xC2 && left >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
    if (left < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
    if (lead < 0xF0) return (lead == 0xE0 && p[1] < 0xA0) || (lead == 0xED && p[1] > 0x9F) ? 0 : 3;
    if (lead > 0xF4 || left < 4 || (p[3] & 0xC0) != 0x80) return 0;
    return (lead == 0xF0 && p[1] < 0x90) || (lead == 0xF4 && p[1] > 0x8F) ? 0 : 4;
}

/* Writes a code point other than a surrogate; returns the bytes written, at most four. */
static inline size_t dynox__utf8_write(uint8_t *to, uint32_t point)
{
    if (point < 0x80) {
        to[0] = (uint8_t)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (uint8_t)(0xC0 | point >> 6);
        to[1] = (uint8_t)(0x80 | (point & 63));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (uint8_t)(0xE0 | point >> 12);
        to[1] = (uint8_t)(0x80 | (point >> 6 & 63));
        to[2] = (uint8_t)(0x80 | (point & 63));
        return 3;
    }
    to[0] = (uint8_t)(0xF0 | point >> 18);
    to[1] = (uint8_t)(0x80 | (point >> 12 & 63));
    to[2] = (uint8_t)(0x80 | (point >> 6 & 63));
    to[3] = (uint8_t)(0x80 | (point & 63));
    return 4;
}

static inline bool dynox__utf8_valid(const char *text, size_t length)
{
    const uint8_t *p = (const uint8_t *)text;
    while (length) {
        size_t step = *p < 0x80 ? 1 : dynox__utf8_sequence(p, length);
        if (!step) return false;
        p += step;
        length -= step;
    }
    return true;
}

#endif
