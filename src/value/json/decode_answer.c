/* The kinds of members that answers have besides items: consumed capacity, item collections, the reasons of a cancelled
 * transaction. */
#include "value/json/decode_reader.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* ---- ConsumedCapacity ---- */

typedef struct indexes {
    dynox_index_capacity *array;
    size_t                count;
} indexes;

/* The indexes come in two members, in any order. */
typedef struct capacity_parts {
    dynox_capacity capacity;
    indexes        local, global;
} capacity_parts;

static uint8_t *read_table_units(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {{"CapacityUnits", 13, dynox__field_double, 0}};
    return dynox__read_object(reader, p, fields, COUNT(fields), to);
}

/* {"index name": {"CapacityUnits": ...}, ...} */
static uint8_t *read_indexes(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {
        DYNOX__FIELD("CapacityUnits", DOUBLE, dynox_index_capacity, units),
        DYNOX__FIELD("ReadCapacityUnits", DOUBLE, dynox_index_capacity, read_units),
        DYNOX__FIELD("WriteCapacityUnits", DOUBLE, dynox_index_capacity, write_units),
    };
    indexes *found = to;
    size_t   base  = reader->used;
    bool     more;
    p = dynox__first_element(reader, p, '{', '}', &more);
    while (p && more) {
        dynox_index_capacity index = {0};
        char                *name;
        uint32_t             length;
        p = dynox__read_name(reader, p, &name, &length);
        if (!p) return NULL;
        index.index = name;
        p           = dynox__at_null(p) ? p + 4 : dynox__read_object(reader, p, fields, COUNT(fields), &index);
        if (!p) return NULL;
        if (!dynox__push(reader, &index, sizeof index)) return dynox__reader_no_memory(reader, p);
        p = dynox__next_element(reader, p, '}', &more);
    }
    if (!p) return NULL;
    found->count = (reader->used - base) / sizeof *found->array;
    return dynox__pop(reader, base, &found->array) ? p : dynox__reader_no_memory(reader, p);
}

/* Puts the indexes into one array: the global ones first. */
static bool join_indexes(dynox__reader *reader, capacity_parts *parts)
{
    size_t base = reader->used;
    for (size_t i = 0; i < parts->global.count; i++) {
        parts->global.array[i].global = true;
        if (!dynox__push(reader, &parts->global.array[i], sizeof *parts->global.array)) return false;
    }
    for (size_t i = 0; i < parts->local.count; i++)
        if (!dynox__push(reader, &parts->local.array[i], sizeof *parts->local.array)) return false;
    parts->capacity.index_count = parts->global.count + parts->local.count;
    return dynox__pop(reader, base, &parts->capacity.indexes);
}

static uint8_t *read_capacity(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {
        DYNOX__FIELD("TableName", TEXT, capacity_parts, capacity.table),
        DYNOX__FIELD("CapacityUnits", DOUBLE, capacity_parts, capacity.units),
        DYNOX__FIELD("ReadCapacityUnits", DOUBLE, capacity_parts, capacity.read_units),
        DYNOX__FIELD("WriteCapacityUnits", DOUBLE, capacity_parts, capacity.write_units),
        {"Table", 5, read_table_units, offsetof(capacity_parts, capacity.table_units)},
        {"LocalSecondaryIndexes", 21, read_indexes, offsetof(capacity_parts, local)},
        {"GlobalSecondaryIndexes", 22, read_indexes, offsetof(capacity_parts, global)},
    };
    capacity_parts parts = {0};
    p                    = dynox__read_object(reader, p, fields, COUNT(fields), &parts);
    if (!p) return NULL;
    if (!join_indexes(reader, &parts)) return dynox__reader_no_memory(reader, p);
    *(dynox_capacity *)to = parts.capacity;
    return p;
}

uint8_t *dynox__field_capacity(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox_capacity *capacity = dynox__arena_alloc(reader->arena, sizeof *capacity);
    if (!capacity) return dynox__reader_no_memory(reader, p);
    *(const dynox_capacity **)to = capacity;
    return read_capacity(reader, p, capacity);
}

uint8_t *dynox__field_capacities(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox__capacities *capacities = to;
    dynox_capacity     capacity;
    return dynox__read_array(reader, p, read_capacity, &capacity, sizeof capacity, &capacities->at, &capacities->count);
}

/* ---- Responses of a transaction ---- */

static uint8_t *read_response(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {{"Item", 4, dynox__field_item, 0}};
    if (dynox__at_null(p)) return p + 4; /* nothing there, as some emulators say it */
    return dynox__read_object(reader, p, fields, COUNT(fields), to);
}

uint8_t *dynox__field_responses(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox__responses *responses = to;
    const dynox_item *item;
    return dynox__read_array(reader, p, read_response, &item, sizeof item, &responses->at, &responses->count);
}

/* ---- ItemCollectionMetrics ---- */

/* [low, high] */
static uint8_t *read_size_range(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox_collection_metrics *metrics = to;
    double                    bound, *bounds;
    size_t                    count;
    uint8_t                  *start = p;
    p = dynox__read_array(reader, p, dynox__field_double, &bound, sizeof bound, &bounds, &count);
    if (!p) return NULL;
    if (count != 2) return dynox__reader_fail(reader, start, "expected two numbers");
    metrics->size_low_gb  = bounds[0];
    metrics->size_high_gb = bounds[1];
    return p;
}

uint8_t *dynox__field_collection(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {
        DYNOX__FIELD("ItemCollectionKey", ITEM, dynox_collection_metrics, key),
        {"SizeEstimateRangeGB", 19, read_size_range, 0},
    };
    dynox_collection_metrics *metrics = dynox__arena_alloc(reader->arena, sizeof *metrics);
    if (!metrics) return dynox__reader_no_memory(reader, p);
    *metrics                               = (dynox_collection_metrics){0};
    *(const dynox_collection_metrics **)to = metrics;
    return dynox__read_object(reader, p, fields, COUNT(fields), metrics);
}

/* ---- CancellationReasons ---- */

static uint8_t *read_reason(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {
        DYNOX__FIELD("Code", TEXT, dynox_cancellation_reason, code),
        DYNOX__FIELD("Message", TEXT, dynox_cancellation_reason, message),
        DYNOX__FIELD("message", TEXT, dynox_cancellation_reason, message),
        DYNOX__FIELD("Item", ITEM, dynox_cancellation_reason, item),
    };
    dynox_cancellation_reason *reason = to;
    reason->code                      = "None"; /* what the service says itself where nothing failed */
    return dynox__read_object(reader, p, fields, COUNT(fields), reason);
}

uint8_t *dynox__field_reasons(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox__reasons           *reasons = to;
    dynox_cancellation_reason reason;
    return dynox__read_array(reader, p, read_reason, &reason, sizeof reason, &reasons->reasons, &reasons->count);
}
