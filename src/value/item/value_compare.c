/* Are two values the same? Numbers by what they are worth, sets and maps without order. */
#include "value/item/value.h"
#include "value/text/number.h"
#include <dynox/item.h>

static bool equal(const dynox_value *a, const dynox_value *b, unsigned depth);

/* The text of a number; NULL: not one that the service would take. */
static const char *number_of(const dynox_value *value, char room[DYNOX_NUMBER_ROOM], size_t *length)
{
    const char *text = dynox_value_as_number(value, room);
    if (!text) return NULL;
    *length = text == room ? strlen(text) : value->length;
    return dynox__number_check(text, *length) ? NULL : text;
}

static bool equal_numbers(const dynox_value *a, const dynox_value *b)
{
    char        a_room[DYNOX_NUMBER_ROOM], b_room[DYNOX_NUMBER_ROOM];
    size_t      a_length, b_length;
    const char *a_text = number_of(a, a_room, &a_length);
    const char *b_text = number_of(b, b_room, &b_length);
    return a_text && b_text && dynox__number_compare(a_text, a_length, b_text, b_length) == 0;
}

static bool equal_bytes(const void *a, const void *b, size_t size)
{
    return size == 0 || memcmp(a, b, size) == 0;
}

static bool equal_lists(const dynox_value *a, const dynox_value *b, uint32_t count, unsigned depth)
{
    for (uint32_t i = 0; i < count; i++)
        if (!equal(&a[i], &b[i], depth)) return false;
    return true;
}

/* Is each of a's members one of b's? The search starts where the last one was found: in the same order, all of it
 * takes one step each. */
static bool set_within(const dynox_value *a, const dynox_value *b, uint32_t count, unsigned depth)
{
    for (uint32_t i = 0, at = 0; i < count; i++) {
        uint32_t tries = 0;
        while (tries < count && !equal(&a[i], &b[at], depth)) {
            at = at + 1 < count ? at + 1 : 0;
            tries++;
        }
        if (tries == count) return false;
        at = at + 1 < count ? at + 1 : 0;
    }
    return true;
}

static bool map_within(const dynox_named_value *a, const dynox_named_value *b, size_t count, unsigned depth)
{
    for (size_t i = 0, at = 0; i < count; i++) {
        size_t tries = 0;
        while (tries < count &&
               (a[i].name_length != b[at].name_length || !equal_bytes(a[i].name, b[at].name, a[i].name_length))) {
            at = at + 1 < count ? at + 1 : 0;
            tries++;
        }
        if (tries == count || !equal(&a[i].value, &b[at].value, depth)) return false;
        at = at + 1 < count ? at + 1 : 0;
    }
    return true;
}

static bool equal(const dynox_value *a, const dynox_value *b, unsigned depth)
{
    if (a->type != b->type || depth > DYNOX__VALUE_DEPTH) return false;
    if (a->type == DYNOX_N) return equal_numbers(a, b);
    if (a->type == DYNOX_BOOL) return a->as.boolean == b->as.boolean;
    if (a->type == DYNOX_NULL) return true;
    if (a->length != b->length) return false;
    switch (a->type) {
    case DYNOX_S: return equal_bytes(a->as.text, b->as.text, a->length);
    case DYNOX_B: return equal_bytes(a->as.bytes, b->as.bytes, a->length);
    case DYNOX_L: return equal_lists(a->as.list, b->as.list, a->length, depth + 1);
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS:
        return set_within(a->as.list, b->as.list, a->length, depth + 1) &&
               set_within(b->as.list, a->as.list, a->length, depth + 1);
    case DYNOX_M:
        return map_within(a->as.map, b->as.map, a->length, depth + 1) &&
               map_within(b->as.map, a->as.map, a->length, depth + 1);
    default: return false;
    }
}

bool dynox_value_equal(const dynox_value *a, const dynox_value *b)
{
    return a && b && equal(a, b, 0);
}

bool dynox__item_has(const dynox_item *item, const dynox_item *part)
{
    for (size_t i = 0; i < part->count; i++) {
        const dynox_value *value = dynox_item_get(item, part->attributes[i].name);
        if (!value || !dynox_value_equal(value, &part->attributes[i].value)) return false;
    }
    return true;
}

bool dynox_item_equal(const dynox_item *a, const dynox_item *b)
{
    if (!a || !b) return a == b;
    return a->count == b->count && map_within(a->attributes, b->attributes, a->count, 1) &&
           map_within(b->attributes, a->attributes, a->count, 1);
}
