/* Deep copies of values into one block: measured first, so that copying itself cannot fail. */
#include "base/alloc.h"
#include "value/item/value.h"

static bool grow(size_t *size, size_t more)
{
    return dynox__add_size(more, 7, &more) && dynox__add_size(*size, more & ~(size_t)7, size);
}

static void *take(char **room, size_t size)
{
    void *at = *room;
    *room += (size + 7) & ~(size_t)7;
    return at;
}

static char *take_bytes(char **room, const void *bytes, size_t size)
{
    char *copy = take(room, size + 1);
    if (size) memcpy(copy, bytes, size);
    copy[size] = 0;
    return copy;
}

static dynox_status measure(const dynox_value *value, size_t *size, unsigned depth)
{
    size_t       nodes;
    dynox_status status = DYNOX_OK;
    if (depth > DYNOX__VALUE_DEPTH) return DYNOX_E_VALUE;
    switch (value->type) {
    case DYNOX_BOOL:
    case DYNOX_NULL:
    case DYNOX_UNKNOWN: return DYNOX_OK;
    case DYNOX_N:
        if (value->number_ != DYNOX_NUMBER_TEXT_) return DYNOX_OK;
        return grow(size, (size_t)value->length + 1) ? DYNOX_OK : DYNOX_E_NO_MEMORY;
    case DYNOX_S:
    case DYNOX_B: return grow(size, (size_t)value->length + 1) ? DYNOX_OK : DYNOX_E_NO_MEMORY;
    case DYNOX_L:
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS:
        if (!dynox__mul_size(value->length, sizeof(dynox_value), &nodes) || !grow(size, nodes))
            return DYNOX_E_NO_MEMORY;
        for (uint32_t i = 0; i < value->length && !status; i++)
            status = measure(&value->as.list[i], size, depth + 1);
        return status;
    case DYNOX_M:
        if (!dynox__mul_size(value->length, sizeof(dynox_named_value), &nodes) || !grow(size, nodes))
            return DYNOX_E_NO_MEMORY;
        for (uint32_t i = 0; i < value->length && !status; i++) {
            if (!grow(size, (size_t)value->as.map[i].name_length + 1)) return DYNOX_E_NO_MEMORY;
            status = measure(&value->as.map[i].value, size, depth + 1);
        }
        return status;
    default: return DYNOX_E_VALUE;
    }
}

dynox_status dynox__value_measure(const dynox_value *value, size_t *size)
{
    return measure(value, size, 0);
}

dynox_value dynox__value_copy(const dynox_value *value, char **room)
{
    dynox_value copy = *value;
    switch (value->type) {
    case DYNOX_N:
        if (value->number_ == DYNOX_NUMBER_TEXT_) copy.as.text = take_bytes(room, value->as.text, value->length);
        break;
    case DYNOX_S: copy.as.text = take_bytes(room, value->as.text, value->length); break;
    case DYNOX_B: copy.as.bytes = (const uint8_t *)take_bytes(room, value->as.bytes, value->length); break;
    case DYNOX_L:
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS: {
        dynox_value *list = take(room, value->length * sizeof *list);
        copy.as.list      = list;
        for (uint32_t i = 0; i < value->length; i++)
            list[i] = dynox__value_copy(&value->as.list[i], room);
        break;
    }
    case DYNOX_M: {
        dynox_named_value *map = take(room, value->length * sizeof *map);
        copy.as.map            = map;
        for (uint32_t i = 0; i < value->length; i++) {
            const dynox_named_value *from = &value->as.map[i];
            map[i]                        = *from;
            map[i].name                   = take_bytes(room, from->name, from->name_length);
            map[i].value                  = dynox__value_copy(&from->value, room);
        }
        break;
    }
    case DYNOX_UNKNOWN:
        copy      = dynox_invalid();
        copy.type = DYNOX_UNKNOWN;
        break;
    default: break;
    }
    return copy;
}
