/* Keys: what a schema asks of an item, and the service's words where it is not so. */
#include "local/table/parts.h"

static const char *type_name(unsigned type)
{
    static const char *const names[] = {"", "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
    return type < sizeof names / sizeof *names ? names[type] : "";
}

/* A number counts nothing: none is too long. */
static size_t key_size(const dynox_value *value)
{
    return value->type == DYNOX_N ? 0 : value->length;
}

static bool is_empty(const dynox_value *value)
{
    return value->type != DYNOX_N && value->length == 0;
}

static bool part_fits(const dynox__key_part *part, const dynox_item *item, size_t *size)
{
    const dynox_value *value = dynox__part_of(item, part);
    if (!value || value->type != part->type || is_empty(value)) return false;
    *size += key_size(value);
    return true;
}

bool dynox__has_key(const dynox__key_schema *key, const dynox_item *item)
{
    size_t partition = 0, sort = 0;
    for (unsigned i = 0; i < key->partition_count; i++)
        if (!part_fits(&key->partition[i], item, &partition)) return false;
    for (unsigned i = 0; i < key->sort_count; i++)
        if (!part_fits(&key->sort[i], item, &sort)) return false;
    return partition <= DYNOX__LARGEST_PARTITION_KEY && sort <= DYNOX__LARGEST_SORT_KEY;
}

static bool refuse(dynox__local_call *call, const char *message)
{
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION, "%s", message);
}

static bool check_empty(dynox__local_call *call, const dynox__key_part *part, const dynox_value *value)
{
    if (!is_empty(value)) return true;
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                         "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                         "contain an empty %s value. Key: %.*s",
                         part->type == DYNOX_S ? "string" : "binary", (int)part->length, part->name);
}

/* The parts that there are: those of an index may be absent. */
static bool check_sizes(dynox__local_call *call, const dynox__key_schema *key, const dynox_item *item)
{
    size_t partition = 0, sort = 0;
    for (unsigned i = 0; i < key->partition_count; i++) {
        const dynox_value *value = dynox__part_of(item, &key->partition[i]);
        if (value) partition += key_size(value);
    }
    for (unsigned i = 0; i < key->sort_count; i++) {
        const dynox_value *value = dynox__part_of(item, &key->sort[i]);
        if (value) sort += key_size(value);
    }
    /* The missing blank is the service's. */
    if (partition > DYNOX__LARGEST_PARTITION_KEY)
        return refuse(call, "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size "
                            "limit of2048 bytes");
    if (sort > DYNOX__LARGEST_SORT_KEY)
        return refuse(call, "One or more parameter values were invalid: Aggregated size of all range keys has exceeded "
                            "the size limit of 1024 bytes");
    return true;
}

static bool check_key_part(dynox__local_call *call, const dynox__key_part *part, const dynox_item *key)
{
    const dynox_value *value = dynox__part_of(key, part);
    if (!value || value->type != part->type) return refuse(call, "The provided key element does not match the schema");
    return check_empty(call, part, value);
}

bool dynox__table_check_key(dynox__local_call *call, const dynox__table *table, const dynox_item *key)
{
    if (key->count != table->key.partition_count + table->key.sort_count)
        return refuse(call, "The provided key element does not match the schema");
    for (unsigned i = 0; i < table->key.partition_count; i++)
        if (!check_key_part(call, &table->key.partition[i], key)) return false;
    for (unsigned i = 0; i < table->key.sort_count; i++)
        if (!check_key_part(call, &table->key.sort[i], key)) return false;
    return check_sizes(call, &table->key, key);
}

static bool check_item_part(dynox__local_call *call, const dynox__key_part *part, const dynox_item *item)
{
    const dynox_value *value = dynox__part_of(item, part);
    if (!value)
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                             "One or more parameter values were invalid: Missing the key %.*s in the item",
                             (int)part->length, part->name);
    if (value->type != part->type)
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                             "One or more parameter values were invalid: Type mismatch for key %.*s expected: %s "
                             "actual: %s",
                             (int)part->length, part->name, type_name(part->type), type_name(value->type));
    return check_empty(call, part, value);
}

static bool check_index_part(dynox__local_call *call, const dynox__index *index, const dynox__key_part *part,
                             const dynox_item *item, bool updated)
{
    const dynox_value *value = dynox__part_of(item, part);
    if (!value) return true;
    if (value->type != part->type) {
        if (updated)
            return refuse(call,
                          "The update expression attempted to update the secondary index key to unsupported type");
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                             "One or more parameter values were invalid: Type mismatch for Index Key %.*s Expected: %s "
                             "Actual: %s IndexName: %s",
                             (int)part->length, part->name, type_name(part->type), type_name(value->type), index->name);
    }
    if (!is_empty(value)) return true;
    const char *kind = part->type == DYNOX_S ? "string" : "binary";
    if (updated)
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                             "One or more parameter values are not valid. The update expression attempted to update a "
                             "secondary index key to a value that is not supported. The AttributeValue for a key "
                             "attribute cannot contain an empty %s value.",
                             kind);
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                         "One or more parameter values are not valid. A value specified for a secondary index key is "
                         "not supported. The AttributeValue for a key attribute cannot contain an empty %s value. "
                         "IndexName: %s, IndexKey: %.*s",
                         kind, index->name, (int)part->length, part->name);
}

static bool check_index(dynox__local_call *call, const dynox__index *index, const dynox_item *item, bool updated)
{
    for (unsigned i = 0; i < index->key.partition_count; i++)
        if (!check_index_part(call, index, &index->key.partition[i], item, updated)) return false;
    for (unsigned i = 0; i < index->key.sort_count; i++)
        if (!check_index_part(call, index, &index->key.sort[i], item, updated)) return false;
    return check_sizes(call, &index->key, item);
}

static bool check_indexes(dynox__local_call *call, const dynox__table *table, const dynox_item *item, bool updated)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (!check_index(call, &table->indexes[i], item, updated)) return false;
    return true;
}

bool dynox__table_check_item(dynox__local_call *call, const dynox__table *table, const dynox_item *item)
{
    for (unsigned i = 0; i < table->key.partition_count; i++)
        if (!check_item_part(call, &table->key.partition[i], item)) return false;
    for (unsigned i = 0; i < table->key.sort_count; i++)
        if (!check_item_part(call, &table->key.sort[i], item)) return false;
    return check_sizes(call, &table->key, item) && check_indexes(call, table, item, false);
}

bool dynox__table_check_updated(dynox__local_call *call, const dynox__table *table, const dynox_item *item)
{
    return check_indexes(call, table, item, true);
}

bool dynox__table_key_of(dynox__local_call *call, const dynox__table *table, const dynox_item *item, dynox_item *key)
{
    size_t             count = table->key.partition_count + table->key.sort_count, found = 0;
    dynox_named_value *parts = dynox__arena_alloc(call->arena, count * sizeof *parts);
    if (!parts) return dynox__refuse_memory(&call->refusal);
    for (size_t i = 0; i < count; i++) {
        const dynox__key_part *part  = i < table->key.partition_count ? &table->key.partition[i]
                                                                      : &table->key.sort[i - table->key.partition_count];
        const dynox_value     *value = dynox__part_of(item, part);
        if (value) parts[found++] = (dynox_named_value){part->name, part->length, 0, *value};
    }
    *key = (dynox_item){parts, found, NULL};
    return true;
}
