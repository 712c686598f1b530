/* What both ways into a struct share, that by wire JSON and that by values: integers of any size, the bool of an
 * optional member. */
#ifndef DYNOX_VALUE_BIND_BIND_PUT_H
#define DYNOX_VALUE_BIND_BIND_PUT_H

#include "value/bind/shape.h"

/* false: it does not fit; nothing was set. */
static inline bool dynox__put_int(void *to, uint32_t size, bool is_signed, int64_t number)
{
    const uint32_t four = (uint32_t)number;
    const uint16_t two  = (uint16_t)number;
    const uint8_t  one  = (uint8_t)number;
    switch (size) {
    case 8:
        if (number < 0 && !is_signed) return false;
        memcpy(to, &number, 8);
        return true;
    case 4:
        if (number != (is_signed ? (int64_t)(int32_t)four : (int64_t)four)) return false;
        memcpy(to, &four, 4);
        return true;
    case 2:
        if (number != (is_signed ? (int64_t)(int16_t)two : (int64_t)two)) return false;
        memcpy(to, &two, 2);
        return true;
    default:
        if (number != (is_signed ? (int64_t)(int8_t)one : (int64_t)one)) return false;
        memcpy(to, &one, 1);
        return true;
    }
}

/* An optional member is there. */
static inline void dynox__put_has(const dynox__member *member, void *record)
{
    const bool yes = true;
    if (member->has) memcpy((char *)record + member->has - 1, &yes, sizeof yes);
}

#endif
