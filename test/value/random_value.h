/* Random values for property tests: all types, nested, with odd texts and numbers. Included by tests. */
#ifndef DYNOX_TEST_RANDOM_VALUE_H
#define DYNOX_TEST_RANDOM_VALUE_H

#include "base/arena.h"
#include "support.h"
#include <dynox/item.h>

typedef struct random_values {
    uint64_t     state; /* not zero */
    dynox__arena arena; /* of all that was made */
    bool         sets, nul_names;
} random_values;

static inline uint32_t random_below(random_values *r, uint32_t limit)
{
    r->state ^= r->state << 13;
    r->state ^= r->state >> 7;
    r->state ^= r->state << 17;
    return (uint32_t)(r->state >> 20) % limit;
}

static inline char *random_text(random_values *r, size_t *length, bool nul)
{
    static const char *const pieces[] = {
        "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\x01", "\x7f", "\xc3\xb8", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
        ".", "`", "$"};
    char  *text  = dynox__arena_alloc(&r->arena, 64);
    size_t count = random_below(r, 12);
    *length      = 0;
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[random_below(r, sizeof pieces / sizeof *pieces)];
        size_t      size  = strlen(piece);
        if (nul && random_below(r, 20) == 0) text[(*length)++] = 0;
        memcpy(text + *length, piece, size);
        *length += size;
    }
    text[*length] = 0;
    return text;
}

static inline dynox_value random_number(random_values *r)
{
    char *text = dynox__arena_alloc(&r->arena, 64);
    int   at   = 0;
    switch (random_below(r, 5)) {
    case 0: return dynox_int((int64_t)r->state);
    case 1: return dynox_unsigned(r->state);
    case 2: return dynox_double(((double)(int64_t)r->state) / (1 + random_below(r, 1000000)));
    case 3: return dynox_int(random_below(r, 10));
    default: break;
    }
    if (random_below(r, 2)) text[at++] = '-';
    uint32_t digits = 1 + random_below(r, 38), point = random_below(r, digits + 4);
    text[at++] = (char)('1' + random_below(r, 9));
    for (uint32_t i = 1; i < digits; i++) {
        if (i == point) text[at++] = '.';
        text[at++] = (char)('0' + random_below(r, 10));
    }
    if (random_below(r, 3) == 0) at += snprintf(text + at, 8, "E%d", (int)random_below(r, 160) - 80);
    text[at] = 0;
    return dynox_number_text(text);
}

static inline dynox_value random_value(random_values *r, unsigned depth);

/* Members of one type without duplicates. */
static inline dynox_value random_set(random_values *r)
{
    dynox_value_type type  = DYNOX_SS + random_below(r, 3);
    uint32_t         count = 1 + random_below(r, 5);
    dynox_value     *list  = dynox__arena_alloc(&r->arena, count * sizeof *list);
    for (uint32_t i = 0; i < count; i++) {
        size_t length;
        bool   again;
        do {
            char *text = random_text(r, &length, true);
            list[i]    = type == DYNOX_NS   ? random_number(r)
                         : type == DYNOX_SS ? dynox_string_n(text, length)
                                            : dynox_bytes(text, length);
            again      = false;
            for (uint32_t k = 0; k < i; k++)
                again = again || dynox_value_equal(&list[i], &list[k]);
        } while (again);
    }
    return type == DYNOX_NS   ? dynox_number_set_of(list, count)
           : type == DYNOX_SS ? dynox_string_set_of(list, count)
                              : dynox_binary_set_of(list, count);
}

/* With names that differ. */
static inline dynox_item random_members(random_values *r, unsigned depth)
{
    uint32_t           count = random_below(r, 6);
    dynox_named_value *map   = dynox__arena_alloc(&r->arena, (count + 1) * sizeof *map);
    for (uint32_t i = 0; i < count; i++) {
        size_t length;
        char  *name        = random_text(r, &length, r->nul_names);
        name[length++]     = (char)('a' + i);
        name[length]       = 0;
        map[i]             = dynox_named(name, random_value(r, depth + 1));
        map[i].name_length = (uint32_t)length;
    }
    return dynox_item_of(map, count);
}

static inline dynox_value random_value(random_values *r, unsigned depth)
{
    size_t   length;
    uint32_t count = random_below(r, 6);
    char    *text  = random_text(r, &length, true);
    switch (random_below(r, depth > 4 ? 6 : 9)) {
    case 0: return dynox_null();
    case 1: return dynox_bool(count & 1);
    case 2: return dynox_bytes(text, length);
    case 3: return r->sets ? random_set(r) : random_number(r);
    case 4: return random_number(r);
    case 5: return dynox_string_n(text, length);
    case 6: {
        dynox_item item = random_members(r, depth);
        return dynox_map_of_item(&item);
    }
    default: break;
    }
    dynox_value *list = dynox__arena_alloc(&r->arena, (count + 1) * sizeof *list);
    for (uint32_t i = 0; i < count; i++)
        list[i] = random_value(r, depth + 1);
    return dynox_list_of(list, count);
}

#endif
