/* A struct with a member of each kind, and how it is written; for the tests of writing, storing and snapshots. */
#ifndef DYNOX_TEST_WRITTEN_H
#define DYNOX_TEST_WRITTEN_H

#include "support.h"
#include "value/bind/bind.h"
#include "value/json/encode.h"
#include <dynox/model_macros.h>
#include <strings.h>

typedef enum colour { RED, GREEN, OTHER = 7 } colour;
static const dynox_enum_name colours[] = {{RED, "red"}, {GREEN, "green"}, {OTHER, NULL}};

/* A custom kind: cents, stored as text such as "3.50 EUR". */
typedef struct money {
    int64_t cents;
    char    currency[4];
} money;

static bool money_is_refused; /* as if its kind could not store it */

static dynox_status money_store(const money *m, dynox_room *room, dynox_value *value, dynox_error *error)
{
    char *text = (char *)dynox_room_alloc(room, 40);
    if (money_is_refused) return dynox_error_set(error, DYNOX_E_VALUE, "no money today");
    if (!text) return DYNOX_E_NO_MEMORY;
    snprintf(text, 40, "%lld %s", (long long)m->cents, m->currency);
    *value = dynox_string(text);
    return DYNOX_OK;
}

static dynox_status money_load(const dynox_value *value, dynox_room *room, money *m, dynox_error *error)
{
    (void)room;
    const char *text = dynox_value_as_string(value);
    long long   cents;
    if (!text || sscanf(text, "%lld %3s", &cents, m->currency) != 2)
        return dynox_error_set(error, DYNOX_E_DECODE, "no money");
    m->cents = cents;
    return DYNOX_OK;
}

DYNOX_ATTRIBUTE_KIND(money, .store = money_store, .load = money_load)

/* One whose letters' case does not matter, and whose text the program edits in place. */
typedef struct word {
    char *text;
} word;

static dynox_status word_store(const word *w, dynox_room *room, dynox_value *value, dynox_error *error)
{
    (void)room, (void)error;
    *value = dynox_string(w->text);
    return DYNOX_OK;
}

static dynox_status word_load(const dynox_value *value, dynox_room *room, word *w, dynox_error *error)
{
    (void)error;
    const char *text = dynox_value_as_string(value);
    w->text          = text ? (char *)dynox_room_alloc(room, strlen(text) + 1) : NULL;
    if (!w->text) return DYNOX_E_NO_MEMORY;
    memcpy(w->text, text, strlen(text) + 1);
    return DYNOX_OK;
}

static bool word_is_absent(const word *w)
{
    return !w->text;
}

static bool word_equal(const word *a, const word *b)
{
    return strcasecmp(a->text, b->text) == 0;
}

DYNOX_ATTRIBUTE_KIND(word, .store = word_store, .load = word_load, .is_absent = word_is_absent, .equal = word_equal)

typedef struct line {
    const char *product;
    int32_t     quantity;
    DYNOX_MANY(const char *) notes;
} line;
static const dynox_attribute line_attributes[] = {
    DYNOX_STRING(line, product, .alias = "p"),
    DYNOX_INT(line, quantity),
    DYNOX_ARRAY(line, notes),
};
DYNOX_SHAPE(line)

typedef struct flat {
    const char *name;
    int16_t     count;
    char        tag[4];
} flat;
static const dynox_attribute flat_attributes[] = {
    DYNOX_STRING(flat, name),
    DYNOX_INT(flat, count),
    DYNOX_STRING(flat, tag),
};
DYNOX_SHAPE(flat)

typedef struct deep {
    dynox_value any;
    int         number;
} deep;
static const dynox_attribute deep_attributes[] = {DYNOX_DYNAMIC(deep, any), DYNOX_INT(deep, number)};
DYNOX_SHAPE(deep)

typedef struct order {
    const char *pk, *sk, *name;
    char        code[4];
    int8_t      small;
    uint64_t    wide;
    int64_t     age, version;
    double      total;
    float       weight;
    const char *exact;
    bool        paid, has_paid, has_note, has_bonus;
    char        note[8];
    int         bonus;
    dynox_blob  picture;
    int64_t     created, created_us, expires;
    colour      shade;
    line        first;
    bool        has_first;
    flat        plain;
    bool        has_shade, has_plain;
    deep        inner;
    bool        has_inner;
    DYNOX_MANY(line) lines;
    DYNOX_MANY(const char *) names;
    DYNOX_MANY(int64_t) numbers;
    DYNOX_MANY(double) reals;
    DYNOX_MANY(const char *) tags;
    DYNOX_MANY(int64_t) ids;
    DYNOX_MANY(double) weights;
    DYNOX_MANY(dynox_blob) hashes;
    dynox_value any;
    money       price;
    word        title;
    dynox_item  rest;
    const char *part;
    int         own; /* no attribute */
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, pk),
    DYNOX_SORT_KEY(order, sk),
    DYNOX_STRING(order, name, .alias = "n", .null_stored = true),
    DYNOX_STRING(order, code),
    DYNOX_INT(order, small),
    DYNOX_INT(order, wide),
    DYNOX_INT(order, age),
    DYNOX_VERSION(order, version),
    DYNOX_DOUBLE(order, total),
    DYNOX_DOUBLE(order, weight),
    DYNOX_NUMBER(order, exact),
    DYNOX_BOOLEAN(order, paid, .optional = DYNOX_HAS(order, has_paid)),
    DYNOX_STRING(order, note, .optional = DYNOX_HAS(order, has_note)),
    DYNOX_INT(order, bonus, .optional = DYNOX_HAS(order, has_bonus)),
    DYNOX_BINARY(order, picture),
    DYNOX_DATETIME(order, created),
    DYNOX_DATETIME(order, created_us, .precision = DYNOX_MICROSECONDS),
    DYNOX_TTL(order, expires),
    DYNOX_ENUM(order, shade, colours, .optional = DYNOX_HAS(order, has_shade)),
    DYNOX_STRUCT(order, first, line, .optional = DYNOX_HAS(order, has_first)),
    DYNOX_STRUCT(order, plain, flat, .optional = DYNOX_HAS(order, has_plain)),
    DYNOX_STRUCT(order, inner, deep, .optional = DYNOX_HAS(order, has_inner)),
    DYNOX_STRUCTS(order, lines, line),
    DYNOX_ARRAY(order, names),
    DYNOX_ARRAY(order, numbers),
    DYNOX_ARRAY(order, reals),
    DYNOX_SET(order, tags),
    DYNOX_SET(order, ids),
    DYNOX_SET(order, weights),
    DYNOX_SET(order, hashes),
    DYNOX_DYNAMIC(order, any),
    DYNOX_CUSTOM(order, price, money),
    DYNOX_CUSTOM(order, title, word),
    DYNOX_EXTRA(order, rest),
    DYNOX_KEY_PART(order, part),
};
DYNOX_SHAPE(order)

static const dynox__shape *order_made(void)
{
    dynox_error         error = {0};
    const dynox__shape *shape = dynox__shape_of(&order_shape, &error);
    if (!shape) fail_msg("%s", error.message);
    return shape;
}

static const dynox__member *order_member(const char *name)
{
    const dynox__member *member = dynox__shape_member(order_made(), name, strlen(name));
    if (!member) fail_msg("order has no %s", name);
    return member;
}

/* What every order has that is zero otherwise: these are never absent. */
#define ORDER_ZERO                                                                                                     \
    "\"n\":{\"NULL\":true},\"small\":{\"N\":\"0\"},\"wide\":{\"N\":\"0\"},\"age\":{\"N\":\"0\"},"                      \
    "\"total\":{\"N\":\"0\"},\"weight\":{\"N\":\"0\"}"

#endif
