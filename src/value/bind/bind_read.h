/* Inside of reading wire JSON into structs. */
#ifndef DYNOX_VALUE_BIND_BIND_READ_H
#define DYNOX_VALUE_BIND_BIND_READ_H

#include "value/bind/bind.h"
#include "value/bind/bind_put.h"
#include <float.h>

/* The attributes of an item or a map whose opening brace is at p; `guesses` are those of the shape. */
uint8_t *dynox__bind_attributes(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, dynox__guess *guesses,
                                void *record, unsigned depth);
/* A list or a set whose opening bracket is at p, into a DYNOX_MANY. */
uint8_t *dynox__bind_list(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, const dynox__member *member,
                          dynox__guess *guesses, void *to, unsigned depth);

/* Of an attribute of the record itself: the content of one that comes as it nearly always does, from behind what it
 * begins with; any one as a whole, from its name, and on to the next one if there are *more. */
uint8_t *dynox__bind_content(dynox__binder *binder, uint8_t *p, const dynox__member *member, void *record);
uint8_t *dynox__bind_any(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, void *record, unsigned depth,
                         const dynox__member **found, bool *more);
/* All of them, in an order that is not that of the record before; from the first one (bind_any_order.c). */
dynox__spot *dynox__bind_spots_new(dynox__binder *binder);
uint8_t     *dynox__bind_any_order(dynox__binder *binder, uint8_t *p, void *record);

/* Behind the content of an attribute: is there another, as it nearly always is, in two bytes? Any way to it, if there
 * are *more. */
static inline bool dynox__bind_goes_on(const uint8_t *p)
{
    return memcmp(p, "},\"", 3) == 0;
}

static inline uint8_t *dynox__bind_next(dynox__reader *reader, uint8_t *p, bool *more)
{
    p = dynox__end_value(reader, p);
    return p ? dynox__next_element(reader, p, '}', more) : NULL;
}

/* The reader fails for what binder->error says. */
uint8_t *dynox__bind_fail(dynox__binder *binder, const uint8_t *p);

static inline void dynox__put_text(void *to, const uint8_t *p)
{
    const char *text = (const char *)p;
    memcpy(to, &text, sizeof text);
}

/* A text, a number or bytes, from the opening quote, as a value of this type. */
static inline uint8_t *dynox__bind_scalar(dynox__binder *binder, uint8_t *p, uint8_t type, dynox_value *value)
{
    char *text;
    *value = (dynox_value){.type = type};
    if (type == DYNOX_N) return dynox__read_number(binder->reader, p, value);
    if (type == DYNOX_B) return dynox__read_bytes(binder->reader, p, value);
    p              = dynox__read_text(binder->reader, p, &text, &value->length);
    value->as.text = text;
    return p;
}

/* ---- the fast way ---- */

/* Does it come as it begins nearly always? Of both 32 bytes may be read, wherever something is alike. */
static inline bool dynox__bind_begins(const dynox__member *member, const uint8_t *p)
{
    const char *begin = member->begin;
    unsigned    tells = member->begin_tells;
#if defined(__SSE2__) && !defined(DYNOX__SCAN_PORTABLE)
    uint64_t mask = member->begin_mask;
    for (;; p += 32, begin += 32) {
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)p),
                b = _mm_loadu_si128((const __m128i *)(const void *)begin),
                c = _mm_loadu_si128((const __m128i *)(const void *)(p + 16)),
                d = _mm_loadu_si128((const __m128i *)(const void *)(begin + 16));
        uint32_t same =
            (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)) | (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(c, d)) << 16;
        if (mask & ~(uint64_t)same) return false;
        if (tells <= 32) return true;
        tells -= 32;
        mask = UINT32_MAX >> (tells < 32 ? 32 - tells : 0);
    }
#else
    for (; tells >= 8; p += 8, begin += 8, tells -= 8)
        if (memcmp(p, begin, 8) != 0) return false;
    while (tells && *p == (uint8_t)*begin)
        p++, begin++, tells--;
    return !tells && member->begin_length;
#endif
}

/* Does the attribute come as it nearly always does? */
static inline bool dynox__bind_is_plain(const dynox__member *member, const uint8_t *p)
{
    if (!dynox__bind_begins(member, p)) return false;
    return member->opener != 't' || p[member->begin_length] == 't' || p[member->begin_length] == 'f';
}

/* Whose attribute comes as it nearly always does; NULL: no one's, or it comes otherwise. */
static inline const dynox__member *dynox__bind_find_plain(const dynox__shape *shape, uint8_t *p, uint8_t **name_end)
{
    if (*p != '"' || !shape->slots) return NULL;
    *name_end     = dynox__scan_plain(p + 1);
    uint16_t slot = shape->slots[dynox__name_slot(shape, p + 1, (size_t)(*name_end - p - 1))];
    return slot && dynox__bind_is_plain(&shape->members[slot - 1], p) ? &shape->members[slot - 1] : NULL;
}

/* The fast ways for numbers, from behind the opening quote: what follows the closing one; NULL: read it the general
 * way, nothing has been changed. Integers of up to 18 digits. */
static inline uint8_t *dynox__bind_int(uint8_t *p, uint32_t size, bool is_signed, void *to)
{
    bool     minus = *p == '-';
    uint64_t value = 0;
    uint8_t *first = p += minus;
    for (uint8_t digit; (digit = (uint8_t)(*p - '0')) <= 9; p++)
        value = value * 10 + digit;
    if (*p != '"' || p == first || p - first > 18) return NULL;
    return dynox__put_int(to, size, is_signed, minus ? -(int64_t)value : (int64_t)value) ? p + 1 : NULL;
}

/* Up to 15 digits with a point in them: both they and the power of ten are doubles, so that one rounding is the right
 * one. */
static inline uint8_t *dynox__bind_double(uint8_t *p, double *number)
{
    static const double tens[] = {1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    bool                minus  = *p == '-';
    uint8_t            *first = p += minus, *point = NULL;
    uint64_t            value = 0;
    if (FLT_EVAL_METHOD != 0) return NULL;
    for (;; p++) {
        uint8_t digit = (uint8_t)(*p - '0');
        if (digit <= 9)
            value = value * 10 + digit;
        else if (*p == '.' && !point && p > first)
            point = p;
        else
            break;
    }
    if (*p != '"' || p == first || p - first > 15) return NULL;
    *number = (double)(int64_t)value;
    if (point) *number /= tens[p - point - 1];
    if (minus) *number = -*number;
    return p + 1;
}

#endif
