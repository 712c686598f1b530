/* Items for tests of the codec: random ones, their comparison, and bodies of exactly the size the decoder asks for, so
 * that a sanitizer sees every byte read too far. */
#ifndef DYNOX_TEST_CODEC_ITEMS_H
#define DYNOX_TEST_CODEC_ITEMS_H

#include "base/arena.h"
#include "value/json/decode.h"
#include "value/text/number.h"
#include "value/text/utf8.h"
#include <dynox/value.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A body with its padding and not a byte more; the caller frees it. */
static inline char *codec_body(const char *text, size_t length)
{
    char *body = calloc(1, length + DYNOX__DECODE_PADDING);
    if (!body) abort();
    if (length) memcpy(body, text, length);
    return body;
}

/* ---- comparison ---- */

static inline bool codec_same_value(const dynox_value *a, const dynox_value *b);

static inline bool codec_same_map(const dynox_named_value *a, size_t a_count, const dynox_named_value *b,
                                  size_t b_count)
{
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++)
        if (a[i].name_length != b[i].name_length || memcmp(a[i].name, b[i].name, a[i].name_length) != 0 ||
            !codec_same_value(&a[i].value, &b[i].value))
            return false;
    return true;
}

/* The same types, texts and order; numbers are compared as text unless one is held as a C number. */
static inline bool codec_same_value(const dynox_value *a, const dynox_value *b)
{
    if (a->type != b->type) return false;
    switch (a->type) {
    case DYNOX_S:
    case DYNOX_N:
    case DYNOX_B: return a->length == b->length && memcmp(a->as.text, b->as.text, a->length) == 0;
    case DYNOX_BOOL: return a->as.boolean == b->as.boolean;
    case DYNOX_NULL:
    case DYNOX_UNKNOWN: return true;
    case DYNOX_M: return codec_same_map(a->as.map, a->length, b->as.map, b->length);
    default:
        if (a->length != b->length) return false;
        for (uint32_t i = 0; i < a->length; i++)
            if (!codec_same_value(&a->as.list[i], &b->as.list[i])) return false;
        return true;
    }
}

static inline bool codec_same_item(const dynox_item *a, const dynox_item *b)
{
    return codec_same_map(a->attributes, a->count, b->attributes, b->count);
}

/* ---- random items ---- */

/* xorshift64*: the same sequence everywhere. */
static inline uint64_t codec_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static inline uint32_t codec_below(uint64_t *state, uint32_t limit)
{
    return (uint32_t)((codec_random(state) >> 33) % limit);
}

static inline void *codec_alloc(dynox__arena *arena, size_t size)
{
    void *block = dynox__arena_alloc(arena, size);
    if (!block) abort();
    return block;
}

/* Texts of all lengths around the scanner's steps, with everything that needs care. */
static inline char *codec_random_text(uint64_t *random, dynox__arena *arena, uint32_t *length)
{
    uint32_t points = codec_below(random, codec_below(random, 8) ? 24 : 300);
    uint8_t *text   = codec_alloc(arena, points * 4 + 1);
    size_t   size   = 0;
    uint32_t kind   = codec_below(random, 4);
    for (uint32_t i = 0; i < points; i++) {
        uint32_t point = 'a' + codec_below(random, 26);
        if (kind == 1 && codec_below(random, 6) == 0) point = (uint8_t) "\"\\/\b\f\n\r\t"[codec_below(random, 8)];
        if (kind == 2) point = codec_below(random, 0x80);
        if (kind == 3) point = codec_below(random, codec_below(random, 2) ? 0x800 : 0x110000);
        if (point >= 0xD800 && point <= 0xDFFF) point = 0xFFFD;
        size += dynox__utf8_write(text + size, point);
    }
    text[size] = 0;
    *length    = (uint32_t)size;
    return (char *)text;
}

static inline char *codec_random_number(uint64_t *random, dynox__arena *arena, uint32_t *length)
{
    char    *text   = codec_alloc(arena, 64);
    uint32_t digits = 1 + codec_below(random, codec_below(random, 3) ? 9 : 38), size = 0;
    uint32_t point = codec_below(random, 2) ? codec_below(random, digits) : digits;
    if (codec_below(random, 3) == 0) text[size++] = '-';
    for (uint32_t i = 0; i < digits; i++) {
        if (i == point && i) text[size++] = '.';
        text[size++] = (char)('0' + (i ? codec_below(random, 10) : 1 + codec_below(random, 9)));
    }
    if (codec_below(random, 8) == 0)
        size += (uint32_t)snprintf(text + size, 8, "E%d", (int)codec_below(random, 160) - 80);
    *length = size;
    return text;
}

static inline dynox_value codec_random_value(uint64_t *random, dynox__arena *arena, unsigned depth);

/* A member of a set begins with its index, so that there are no two of a kind. */
static inline dynox_value codec_random_set(uint64_t *random, dynox__arena *arena, uint8_t type, uint8_t member)
{
    uint32_t     count = 1 + codec_below(random, codec_below(random, 10) ? 6 : 80);
    dynox_value *list  = codec_alloc(arena, count * sizeof *list);
    for (uint32_t i = 0; i < count; i++) {
        char    *text = codec_alloc(arena, 64);
        uint32_t size = (uint32_t)snprintf(text, 64, "%u", i);
        if (member != DYNOX_N)
            for (uint32_t rest = codec_below(random, 32); rest; rest--)
                text[size++] = (char)('A' + codec_below(random, 26));
        list[i] = (dynox_value){.type = member, .length = size, .as = {.text = text}};
    }
    return (dynox_value){.type = type, .length = count, .as = {.list = list}};
}

static inline bool codec_has_name(const dynox_named_value *map, uint32_t last)
{
    for (uint32_t i = 0; i < last; i++)
        if (map[i].name_length == map[last].name_length && memcmp(map[i].name, map[last].name, map[i].name_length) == 0)
            return true;
    return false;
}

static inline dynox_named_value *codec_random_map(uint64_t *random, dynox__arena *arena, uint32_t count, unsigned depth)
{
    dynox_named_value *map = codec_alloc(arena, count * sizeof *map + 1);
    for (uint32_t i = 0; i < count; i++) {
        do /* names differ */
            map[i].name = codec_random_text(random, arena, &map[i].name_length);
        while (codec_has_name(map, i));
        map[i].zero_ = 0;
        map[i].value = codec_random_value(random, arena, depth);
    }
    return map;
}

static inline dynox_value codec_random_value(uint64_t *random, dynox__arena *arena, unsigned depth)
{
    dynox_value value = {.type = (uint8_t)(DYNOX_S + codec_below(random, DYNOX_BS - DYNOX_S + 1))};
    if (depth > 4 && (value.type == DYNOX_M || value.type == DYNOX_L)) value.type = DYNOX_S;
    switch (value.type) {
    case DYNOX_S: value.as.text = codec_random_text(random, arena, &value.length); break;
    case DYNOX_N: value.as.text = codec_random_number(random, arena, &value.length); break;
    case DYNOX_B: {
        value.length   = codec_below(random, codec_below(random, 4) ? 20 : 400);
        uint8_t *bytes = codec_alloc(arena, value.length + 1);
        for (uint32_t i = 0; i < value.length; i++)
            bytes[i] = (uint8_t)codec_random(random);
        value.as.bytes = bytes;
        break;
    }
    case DYNOX_BOOL: value.as.boolean = codec_below(random, 2); break;
    case DYNOX_NULL: break;
    case DYNOX_M:
        value.length = codec_below(random, 5);
        value.as.map = codec_random_map(random, arena, value.length, depth + 1);
        break;
    case DYNOX_L: {
        value.length      = codec_below(random, 5);
        dynox_value *list = codec_alloc(arena, value.length * sizeof *list + 1);
        for (uint32_t i = 0; i < value.length; i++)
            list[i] = codec_random_value(random, arena, depth + 1);
        value.as.list = list;
        break;
    }
    case DYNOX_SS: return codec_random_set(random, arena, DYNOX_SS, DYNOX_S);
    case DYNOX_NS: return codec_random_set(random, arena, DYNOX_NS, DYNOX_N);
    default: return codec_random_set(random, arena, DYNOX_BS, DYNOX_B);
    }
    return value;
}

static inline dynox_item codec_random_item(uint64_t *random, dynox__arena *arena)
{
    uint32_t count = codec_below(random, 9);
    return (dynox_item){.attributes = codec_random_map(random, arena, count, 1), .count = count};
}

#endif
