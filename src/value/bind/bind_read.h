/* Inside of reading wire JSON into structs. */
#ifndef DYNOX_VALUE_BIND_BIND_READ_H
#define DYNOX_VALUE_BIND_BIND_READ_H

#include "value/bind/bind.h"
#include "value/bind/bind_put.h"
#include <float.h>

/* The attributes of an item or a map whose opening brace is at p; `guesses` are those of the shape. */
uint8_t *dynox__bind_attributes(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, uint16_t *guesses,
                                void *record, unsigned depth);
/* A list or a set whose opening bracket is at p, into a DYNOX_MANY. */
uint8_t *dynox__bind_list(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, const dynox__member *member,
                          uint16_t *guesses, void *to, unsigned depth);

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

/* The fast ways for numbers, from behind the opening quote: what follows the closing one; NULL: read it the general
 * way, nothing has been changed. Integers of up to 18 digits. */
static inline uint8_t *dynox__bind_int(uint8_t *p, uint32_t size, bool is_signed, void *to)
{
    bool     minus = *p == '-';
    uint64_t value = 0;
    uint8_t *first = p += minus;
    while (*p >= '0' && *p <= '9')
        value = value * 10 + (uint64_t)(*p++ - '0');
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
        if (*p >= '0' && *p <= '9')
            value = value * 10 + (uint64_t)(*p - '0');
        else if (*p == '.' && !point && p > first)
            point = p;
        else
            break;
    }
    if (*p != '"' || p == first || p - first > 15) return NULL;
    *number = (double)value;
    if (point) *number /= tens[p - point - 1];
    if (minus) *number = -*number;
    return p + 1;
}

#endif
