/* Where items and entries of indexes lie in the store. */
#include "local/store/key.h"
#include "local/table/parts.h"

enum { HASH_SIZE = 8 };

/* The partition's values and, before them, the hash of what they look like in the key. */
static size_t begin_partition(dynox__buffer *key, uint32_t space)
{
    dynox__key_add_u32(key, space);
    dynox__key_add_u64(key, 0);
    return key->size;
}

static void end_partition(dynox__buffer *key, size_t from)
{
    if (key->failed) return;
    uint64_t hash = dynox__key_hash(key->data + from, key->size - from);
    for (size_t i = 0; i < HASH_SIZE; i++)
        key->data[from - HASH_SIZE + i] = (char)(uint8_t)(hash >> (56 - 8 * i));
}

static void add_parts(dynox__buffer *key, const dynox__key_part *parts, unsigned count, const dynox_item *item)
{
    for (unsigned i = 0; i < count; i++) {
        const dynox_value *value = dynox__part_of(item, &parts[i]);
        if (value) dynox__key_add_value(key, value);
    }
}

static void add_key(dynox__buffer *key, const dynox__key_schema *schema, uint32_t space, const dynox_item *item)
{
    size_t from = begin_partition(key, space);
    add_parts(key, schema->partition, schema->partition_count, item);
    end_partition(key, from);
    add_parts(key, schema->sort, schema->sort_count, item);
}

void dynox__table_place(const dynox__table *table, const dynox_item *item, dynox__buffer *key)
{
    add_key(key, &table->key, table->number, item);
}

bool dynox__index_place(const dynox__table *table, const dynox__index *index, const dynox_item *item,
                        dynox__buffer *key)
{
    if (!dynox__has_key(&index->key, item)) return false;
    add_key(key, &index->key, index->number, item);
    add_parts(key, table->key.partition, table->key.partition_count, item);
    add_parts(key, table->key.sort, table->key.sort_count, item);
    return true;
}

void dynox__partition_place(const dynox__table *table, const dynox__index *index, const dynox_value *values,
                            dynox__buffer *key)
{
    size_t   from  = begin_partition(key, index ? index->number : table->number);
    unsigned count = index ? index->key.partition_count : table->key.partition_count;
    for (unsigned i = 0; i < count; i++)
        dynox__key_add_value(key, &values[i]);
    end_partition(key, from);
}

void dynox__space_place(const dynox__table *table, const dynox__index *index, dynox__buffer *key)
{
    dynox__key_add_u32(key, index ? index->number : table->number);
}
