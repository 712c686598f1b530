/* What tests of binding share: a struct of every kind, and both ways into it. */
#ifndef DYNOX_TEST_BOUND_H
#define DYNOX_TEST_BOUND_H

#include "codec_items.h"
#include "value/bind/bind.h"
#include <dynox/model_macros.h>

typedef struct money {
    int64_t cents;
    char    currency[4];
} money;

/* "12.50 EUR" */
static inline dynox_status money_load(const dynox_value *value, dynox_room *room, money *to, dynox_error *error)
{
    int         units, cents;
    const char *text = dynox_value_as_string(value);
    (void)room;
    if (!text) return DYNOX_E_VALUE;
    if (sscanf(text, "%6d.%2d %3s", &units, &cents, to->currency) != 3)
        return dynox_error_set(error, DYNOX_E_VALUE, "\"%s\" is no money", text);
    to->cents = units * 100 + cents;
    return DYNOX_OK;
}
static inline dynox_status money_store(const money *from, dynox_room *room, dynox_value *value, dynox_error *error)
{
    char *text = dynox_room_alloc(room, 40);
    if (!text) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    snprintf(text, 40, "%d.%02d %s", (int)(from->cents / 100), (int)(from->cents % 100), from->currency);
    *value = dynox_string(text);
    return DYNOX_OK;
}
DYNOX_ATTRIBUTE_KIND(money, .store = money_store, .load = money_load)

typedef struct line {
    const char *sku;
    int32_t     quantity;
    float       price;
} line;
static const dynox_attribute line_attributes[] = {
    DYNOX_STRING(line, sku),
    DYNOX_INT(line, quantity),
    DYNOX_DOUBLE(line, price),
};
DYNOX_SHAPE(line)

typedef struct place {
    const char *city;
    line        best;
    dynox_item  rest;
} place;
static const dynox_attribute place_attributes[] = {
    DYNOX_STRING(place, city),
    DYNOX_STRUCT(place, best, line),
    DYNOX_EXTRA(place, rest),
};
DYNOX_SHAPE(place)

static const dynox_enum_name colours[] = {{1, "red"}, {2, "green"}, {7, NULL}};

typedef struct thing {
    const char *pk, *number, *part;
    char        nick[8];
    int64_t     i64, expires, day, day_ms, day_us;
    uint64_t    u64;
    int32_t     i32;
    uint32_t    u32;
    int16_t     i16;
    uint16_t    u16;
    int8_t      i8;
    uint8_t     u8;
    double      real;
    float       narrow;
    bool        yes, has_u32, has_place;
    int         colour;
    dynox_blob  blob;
    place       where;
    DYNOX_MANY(line) lines;
    DYNOX_MANY(const char *) words;
    DYNOX_MANY(int64_t) ints;
    DYNOX_MANY(double) reals;
    DYNOX_MANY(const char *) tags;
    DYNOX_MANY(int64_t) int_set;
    DYNOX_MANY(double) real_set;
    DYNOX_MANY(dynox_blob) blobs;
    dynox_value any;
    money       price;
} thing;
static const dynox_attribute thing_attributes[] = {
    DYNOX_PARTITION_KEY(thing, pk),
    DYNOX_NUMBER(thing, number),
    DYNOX_KEY_PART(thing, part),
    DYNOX_STRING(thing, nick),
    DYNOX_INT(thing, i64),
    DYNOX_TTL(thing, expires),
    DYNOX_DATETIME(thing, day),
    DYNOX_DATETIME(thing, day_ms, .precision = DYNOX_MILLISECONDS),
    DYNOX_DATETIME(thing, day_us, .precision = DYNOX_MICROSECONDS),
    DYNOX_INT(thing, u64),
    DYNOX_INT(thing, i32),
    DYNOX_INT(thing, u32, .optional = DYNOX_HAS(thing, has_u32)),
    DYNOX_INT(thing, i16),
    DYNOX_INT(thing, u16),
    DYNOX_INT(thing, i8),
    DYNOX_INT(thing, u8),
    DYNOX_DOUBLE(thing, real),
    DYNOX_DOUBLE(thing, narrow),
    DYNOX_BOOLEAN(thing, yes),
    DYNOX_ENUM(thing, colour, colours),
    DYNOX_BINARY(thing, blob),
    DYNOX_STRUCT(thing, where, place, .optional = DYNOX_HAS(thing, has_place)),
    DYNOX_STRUCTS(thing, lines, line),
    DYNOX_ARRAY(thing, words),
    DYNOX_ARRAY(thing, ints),
    DYNOX_ARRAY(thing, reals),
    DYNOX_SET(thing, tags),
    DYNOX_SET(thing, int_set),
    DYNOX_SET(thing, real_set),
    DYNOX_SET(thing, blobs),
    DYNOX_DYNAMIC(thing, any),
    DYNOX_CUSTOM(thing, price, money),
};
DYNOX_SHAPE(thing)

/* A decode of one text, all of it. */
typedef struct bound {
    char       *body;
    dynox_room  room;
    dynox_error error;
} bound;

static inline void bound_free(bound *to)
{
    dynox__room_free(&to->room);
    free(to->body);
}

/* An item, straight into the zeroed record. */
static inline dynox_status bound_read(bound *to, const dynox__shape *shape, const char *json, size_t length,
                                      void *record)
{
    dynox__reader reader;
    dynox__binder binder;
    to->body = codec_body(json, length);
    dynox__reader_init(&reader, to->body, length, &to->room.arena);
    uint8_t *p = dynox__skip_space(reader.body);
    p          = dynox__binder_init(&binder, &reader, &to->room, shape) ? dynox__bind_record(&binder, p, record)
                                                                        : dynox__reader_no_memory(&reader, p);
    return dynox__reader_end(&reader, p ? dynox__skip_space(p) : NULL, &to->error);
}

/* The same by way of an item. */
static inline dynox_status bound_load(bound *to, const dynox__shape *shape, const char *json, size_t length,
                                      void *record)
{
    dynox_item item;
    to->body            = codec_body(json, length);
    dynox_status status = dynox__decode_item(to->body, length, &to->room.arena, &item, &to->error);
    if (status) return status;
    return dynox__bind_load(shape, item.attributes, item.count, &to->room, record, &to->error);
}

/* The shape of a declaration that is right. */
static inline const dynox__shape *bound_shape(const dynox_shape *declared)
{
    dynox_error         error = {0};
    const dynox__shape *shape = dynox__shape_of(declared, &error);
    if (!shape) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
    return shape;
}

#endif
