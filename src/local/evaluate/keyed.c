/* A hash table over what lies in an array, and equality of large values by it. */
#include "local/evaluate/keyed.h"
#include "base/hash.h"
#include "local/wire/values.h"

/* The i-th one, if that is its key. */
static const dynox_value *at(const dynox__keyed *keyed, size_t i, const void *key, size_t length)
{
    const dynox_value *value = keyed->map ? &keyed->map[i].value : &keyed->set[i];
    const void        *bytes = keyed->map ? (const void *)keyed->map[i].name : value->as.bytes;
    size_t             size  = keyed->map ? keyed->map[i].name_length : value->length;
    return size == length && (!size || memcmp(bytes, key, size) == 0) ? value : NULL;
}

/* The slot where it is, or would be. */
static size_t slot_of(const dynox__keyed *keyed, const void *key, size_t length)
{
    size_t slot = dynox__hash(DYNOX__HASH_START, key, length) & keyed->mask;
    while (keyed->slots[slot] && !at(keyed, keyed->slots[slot] - 1, key, length))
        slot = (slot + 1) & keyed->mask;
    return slot;
}

bool dynox__keyed_make(dynox__keyed *keyed, const dynox_value *value, size_t lookups, dynox__arena *arena)
{
    bool   map  = value->type == DYNOX_M;
    size_t room = 4;
    *keyed      = (dynox__keyed){.count = value->length};
    if (map)
        keyed->map = value->as.map;
    else
        keyed->set = value->as.list;
    if (keyed->count < DYNOX__KEYED_FROM || lookups < DYNOX__KEYED_FROM) return true;
    while (room < keyed->count * 2)
        room *= 2;
    keyed->mask  = room - 1;
    keyed->slots = dynox__arena_alloc(arena, room * sizeof *keyed->slots);
    if (!keyed->slots) return false;
    memset(keyed->slots, 0, room * sizeof *keyed->slots);
    for (size_t i = 0; i < keyed->count; i++) {
        const void *key                           = map ? (const void *)keyed->map[i].name : keyed->set[i].as.bytes;
        size_t      length                        = map ? keyed->map[i].name_length : keyed->set[i].length;
        keyed->slots[slot_of(keyed, key, length)] = (uint32_t)(i + 1);
    }
    return true;
}

const dynox_value *dynox__keyed_find(const dynox__keyed *keyed, const void *key, size_t length)
{
    if (keyed->slots) {
        uint32_t index = keyed->slots[slot_of(keyed, key, length)];
        return index ? at(keyed, index - 1, key, length) : NULL;
    }
    for (size_t i = keyed->count; i-- > 0;) {
        const dynox_value *found = at(keyed, i, key, length);
        if (found) return found;
    }
    return NULL;
}

static bool same_lists(const dynox_value *a, const dynox_value *b, dynox__arena *arena, bool *same)
{
    *same = true;
    for (uint32_t i = 0; i < a->length && *same; i++)
        if (!dynox__same(&a->as.list[i], &b->as.list[i], arena, same)) return false;
    return true;
}

/* Neither has a name or a member twice, and they have as many: it is enough that all of one are in the other. */
static bool same_sets(const dynox_value *a, const dynox_value *b, dynox__arena *arena, bool *same)
{
    dynox__keyed of_b;
    *same = true;
    if (!dynox__keyed_make(&of_b, b, a->length, arena)) return false;
    for (uint32_t i = 0; i < a->length && *same; i++)
        *same = dynox__keyed_find(&of_b, a->as.list[i].as.bytes, a->as.list[i].length) != NULL;
    return true;
}

static bool same_maps(const dynox_value *a, const dynox_value *b, dynox__arena *arena, bool *same)
{
    dynox__keyed of_b;
    *same = true;
    if (!dynox__keyed_make(&of_b, b, a->length, arena)) return false;
    for (uint32_t i = 0; i < a->length && *same; i++) {
        const dynox_named_value *member = &a->as.map[i];
        const dynox_value       *other  = dynox__keyed_find(&of_b, member->name, member->name_length);
        *same                           = other != NULL;
        if (other && !dynox__same(&member->value, other, arena, same)) return false;
    }
    return true;
}

bool dynox__same(const dynox_value *a, const dynox_value *b, dynox__arena *arena, bool *same)
{
    *same = a->type == b->type;
    if (!*same) return true;
    switch (a->type) {
    case DYNOX_L:
    case DYNOX_M:
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS: *same = a->length == b->length; break;
    default: *same = dynox__values_equal(a, b); return true;
    }
    if (!*same) return true;
    if (a->type == DYNOX_L) return same_lists(a, b, arena, same);
    return a->type == DYNOX_M ? same_maps(a, b, arena, same) : same_sets(a, b, arena, same);
}
