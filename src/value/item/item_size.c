/* Measuring items as the service does. */
#include "value/item/item_size.h"
#include <dynox/item.h>

enum { CONTAINER = 3, MEMBER = 1, DEEPEST = 40 };

static size_t value_size(const dynox_value *value, int depth);

/* A byte for two digits, and one more; one for a sign. Zeros at either end are no digits of it. */
static size_t number_size(const dynox_value *value)
{
    char        room[DYNOX_NUMBER_ROOM];
    const char *text   = dynox_value_as_number(value, room);
    size_t      digits = 0, zeros = 0;
    bool        negative = text && *text == '-';
    for (; text && *text && *text != 'e' && *text != 'E'; text++) {
        if (*text < '0' || *text > '9') continue;
        if (*text == '0') {
            zeros += digits != 0;
            continue;
        }
        digits += zeros + 1;
        zeros = 0;
    }
    return 1 + (digits + 1) / 2 + negative;
}

static size_t list_size(const dynox_value *value, size_t each, int depth)
{
    size_t size = 0;
    for (uint32_t i = 0; i < value->length; i++)
        size += each + value_size(&value->as.list[i], depth + 1);
    return size;
}

static size_t map_size(const dynox_named_value *map, size_t count, size_t each, int depth)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += each + map[i].name_length + value_size(&map[i].value, depth + 1);
    return size;
}

static size_t value_size(const dynox_value *value, int depth)
{
    if (depth > DEEPEST) return 0;
    switch (value->type) {
    case DYNOX_S:
    case DYNOX_B: return value->length;
    case DYNOX_N: return number_size(value);
    case DYNOX_BOOL:
    case DYNOX_NULL: return 1;
    case DYNOX_L: return CONTAINER + list_size(value, MEMBER, depth);
    case DYNOX_M: return CONTAINER + map_size(value->as.map, value->length, MEMBER, depth);
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS: return list_size(value, 0, depth);
    default: return 0;
    }
}

size_t dynox__item_size(const dynox_item *item)
{
    return item ? map_size(item->attributes, item->count, 0, 0) : 0;
}

size_t dynox__value_size(const dynox_value *value)
{
    return value_size(value, 0);
}
