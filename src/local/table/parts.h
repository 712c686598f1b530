/* What the files about tables share: attributes by name, and parts of keys. */
#ifndef DYNOX_LOCAL_TABLE_PARTS_H
#define DYNOX_LOCAL_TABLE_PARTS_H

#include "local/table/table.h"

enum { DYNOX__LARGEST_PARTITION_KEY = 2048, DYNOX__LARGEST_SORT_KEY = 1024 };

static inline const dynox_value *dynox__attribute(const dynox_item *item, const char *name, size_t length)
{
    for (size_t i = 0; i < item->count; i++) {
        const dynox_named_value *attribute = &item->attributes[i];
        if (attribute->name_length == length && memcmp(attribute->name, name, length) == 0) return &attribute->value;
    }
    return NULL;
}

static inline const dynox_value *dynox__part_of(const dynox_item *item, const dynox__key_part *part)
{
    return dynox__attribute(item, part->name, part->length);
}

static inline bool dynox__is_part(const dynox__key_schema *key, const char *name, size_t length)
{
    for (unsigned i = 0; i < key->partition_count; i++)
        if (key->partition[i].length == length && memcmp(key->partition[i].name, name, length) == 0) return true;
    for (unsigned i = 0; i < key->sort_count; i++)
        if (key->sort[i].length == length && memcmp(key->sort[i].name, name, length) == 0) return true;
    return false;
}

/* Is it in the search schema of an index of vectors? */
bool dynox__is_searched(const dynox__table *table, const char *name, size_t length);

/* Has the item all these parts, with values that a key can have? Tells nobody what is wrong. */
bool dynox__has_key(const dynox__key_schema *key, const dynox_item *item);

#endif
