/* json-c to the structs of <dynox/table.h>. Everything is optional: emulators leave out much, and enums are open. */
#include "value/json/control.h"
#include "value/json/json_c.h"
#include <string.h>

/* json-c objects are read through this; NULL objects read as absent. The first failed allocation sticks. */
typedef struct reader {
    dynox__arena *arena;
    bool          failed;
} reader;

static json_object *member(json_object *object, const char *name)
{
    json_object *found = NULL;
    return json_object_object_get_ex(object, name, &found) ? found : NULL;
}

static const char *keep(reader *in, const char *text, size_t length)
{
    const char *copy = dynox__arena_copy(in->arena, text, length);
    if (!copy) in->failed = true;
    return copy;
}

static const char *text(reader *in, json_object *object, const char *name)
{
    json_object *value = member(object, name);
    if (!json_object_is_type(value, json_type_string)) return NULL;
    return keep(in, json_object_get_string(value), (size_t)json_object_get_string_len(value));
}

static int64_t number(json_object *object, const char *name)
{
    json_object *value = member(object, name);
    return json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double)
               ? json_object_get_int64(value)
               : 0;
}

static bool truth(json_object *object, const char *name)
{
    return json_object_is_type(member(object, name), json_type_boolean) &&
           json_object_get_boolean(member(object, name));
}

static size_t count(json_object *array)
{
    return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

static bool is(json_object *object, const char *name, const char *expected)
{
    json_object *value = member(object, name);
    return json_object_is_type(value, json_type_string) && strcmp(json_object_get_string(value), expected) == 0;
}

static dynox_throughput throughput(json_object *object, const char *read, const char *write)
{
    return (dynox_throughput){number(object, read), number(object, write)};
}

/* The type that AttributeDefinitions gives to a key attribute. */
static dynox_value_type type_of(json_object *definitions, const char *name)
{
    for (size_t i = 0; i < count(definitions); i++) {
        json_object *definition = json_object_array_get_idx(definitions, i);
        if (!is(definition, "AttributeName", name)) continue;
        return is(definition, "AttributeType", "N")   ? DYNOX_N
               : is(definition, "AttributeType", "B") ? DYNOX_B
                                                      : DYNOX_S;
    }
    return DYNOX_S;
}

static void place_key(dynox_key_attribute key, dynox_key_attribute *first, dynox_key_attribute *more)
{
    if (!first->name) {
        *first = key;
        return;
    }
    for (size_t i = 0; more && i < 3; i++)
        if (!more[i].name) {
            more[i] = key;
            return;
        }
}

/* A KeySchema into a partition key and a sort key; `more_*` take the further attributes of an index, 3 each. */
static void keys(reader *in, json_object *schema, json_object *definitions, dynox_key_attribute *partition,
                 dynox_key_attribute *sort, dynox_key_attribute *more_partition, dynox_key_attribute *more_sort)
{
    for (size_t i = 0; i < count(schema); i++) {
        json_object        *element = json_object_array_get_idx(schema, i);
        dynox_key_attribute key     = {text(in, element, "AttributeName"), DYNOX_S};
        if (!key.name) continue;
        key.type = type_of(definitions, key.name);
        if (is(element, "KeyType", "RANGE"))
            place_key(key, sort, more_sort);
        else
            place_key(key, partition, more_partition);
    }
}

static const char *const *texts(reader *in, json_object *array, size_t *length)
{
    size_t       n    = count(array);
    const char **list = dynox__arena_alloc(in->arena, (n + 1) * sizeof *list);
    *length           = 0;
    if (!list) {
        in->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        json_object *element = json_object_array_get_idx(array, i);
        if (!json_object_is_type(element, json_type_string)) continue;
        list[(*length)++] = keep(in, json_object_get_string(element), (size_t)json_object_get_string_len(element));
    }
    list[*length] = NULL;
    return list;
}

static void read_index(reader *in, json_object *from, json_object *definitions, dynox_index *index)
{
    json_object *projection = member(from, "Projection");
    *index                  = (dynox_index){
                         .name        = text(in, from, "IndexName"),
                         .projection  = is(projection, "ProjectionType", "KEYS_ONLY") ? DYNOX_PROJECT_KEYS
                                        : is(projection, "ProjectionType", "INCLUDE") ? DYNOX_PROJECT_SOME
                                                                                      : DYNOX_PROJECT_ALL,
                         .provisioned = throughput(member(from, "ProvisionedThroughput"), "ReadCapacityUnits", "WriteCapacityUnits"),
                         .on_demand_maximum =
                             throughput(member(from, "OnDemandThroughput"), "MaxReadRequestUnits", "MaxWriteRequestUnits"),
                         .warm           = throughput(member(from, "WarmThroughput"), "ReadUnitsPerSecond", "WriteUnitsPerSecond"),
                         .status         = text(in, from, "IndexStatus"),
                         .arn            = text(in, from, "IndexArn"),
                         .item_count     = number(from, "ItemCount"),
                         .size_bytes     = number(from, "IndexSizeBytes"),
                         .is_backfilling = truth(from, "Backfilling"),
    };
    index->projected = texts(in, member(projection, "NonKeyAttributes"), &index->projected_count);
    keys(in, member(from, "KeySchema"), definitions, &index->partition_key, &index->sort_key,
         index->more_partition_keys, index->more_sort_keys);
}

static const dynox_index *read_indexes(reader *in, json_object *array, json_object *definitions, size_t *length)
{
    *length = count(array);
    if (!*length) return NULL;
    dynox_index *list = dynox__arena_alloc(in->arena, *length * sizeof *list);
    if (!list) {
        in->failed = true;
        *length    = 0;
        return NULL;
    }
    for (size_t i = 0; i < *length; i++)
        read_index(in, json_object_array_get_idx(array, i), definitions, &list[i]);
    return list;
}

static dynox_stream_view stream_view(json_object *specification)
{
    if (!truth(specification, "StreamEnabled")) return DYNOX_STREAM_OFF;
    if (is(specification, "StreamViewType", "NEW_IMAGE")) return DYNOX_STREAM_NEW_IMAGE;
    if (is(specification, "StreamViewType", "OLD_IMAGE")) return DYNOX_STREAM_OLD_IMAGE;
    if (is(specification, "StreamViewType", "NEW_AND_OLD_IMAGES")) return DYNOX_STREAM_NEW_AND_OLD_IMAGES;
    return DYNOX_STREAM_KEYS;
}

static void read_table(reader *in, json_object *from, dynox_table *table)
{
    json_object *definitions = member(from, "AttributeDefinitions");
    *table                   = (dynox_table){
                          .name        = text(in, from, "TableName"),
                          .status      = text(in, from, "TableStatus"),
                          .arn         = text(in, from, "TableArn"),
                          .id          = text(in, from, "TableId"),
                          .created     = json_object_get_double(member(from, "CreationDateTime")),
                          .item_count  = number(from, "ItemCount"),
                          .size_bytes  = number(from, "TableSizeBytes"),
                          .billing     = is(member(from, "BillingModeSummary"), "BillingMode", "PAY_PER_REQUEST") ? DYNOX_ON_DEMAND
                                                                                                                  : DYNOX_PROVISIONED,
                          .provisioned = throughput(member(from, "ProvisionedThroughput"), "ReadCapacityUnits", "WriteCapacityUnits"),
                          .on_demand_maximum =
                              throughput(member(from, "OnDemandThroughput"), "MaxReadRequestUnits", "MaxWriteRequestUnits"),
                          .warm        = throughput(member(from, "WarmThroughput"), "ReadUnitsPerSecond", "WriteUnitsPerSecond"),
                          .stream      = stream_view(member(from, "StreamSpecification")),
                          .stream_arn  = text(in, from, "LatestStreamArn"),
                          .table_class = text(in, member(from, "TableClassSummary"), "TableClass"),
                          .kms_key_arn = text(in, member(from, "SSEDescription"), "KMSMasterKeyArn"),
                          .is_deletion_protected = truth(from, "DeletionProtectionEnabled"),
    };
    keys(in, member(from, "KeySchema"), definitions, &table->partition_key, &table->sort_key, NULL, NULL);
    table->global_indexes =
        read_indexes(in, member(from, "GlobalSecondaryIndexes"), definitions, &table->global_index_count);
    table->local_indexes =
        read_indexes(in, member(from, "LocalSecondaryIndexes"), definitions, &table->local_index_count);
    const char *json = json_object_to_json_string_ext(from, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    if (json)
        table->json = keep(in, json, strlen(json));
    else
        in->failed = true;
}

/* The whole text as one JSON object. */
static dynox_status parse(const char *body, size_t length, json_object **root, dynox_error *error)
{
    *root = NULL;
    if (length > INT32_MAX) return dynox_error_set(error, DYNOX_E_DECODE, "the answer is too long");
    json_tokener *tokener = json_tokener_new_ex(128);
    if (!tokener) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox__json_c_end end;
    json_object      *parsed = dynox__json_c_parse(tokener, body, length, &end);
    json_tokener_free(tokener);
    if (end.state == json_tokener_success && end.at == length && json_object_is_type(parsed, json_type_object)) {
        *root = parsed;
        return DYNOX_OK;
    }
    json_object_put(parsed);
    if (end.state == json_tokener_success)
        return dynox_error_set(error, DYNOX_E_DECODE, "the answer is not one JSON object");
    return dynox_error_set(error, DYNOX_E_DECODE, "the answer is not JSON: %s at byte %zu",
                           json_tokener_error_desc(end.state), end.at);
}

dynox_status dynox__control_table(const char *body, size_t length, const char *name, dynox_table **table,
                                  dynox__document **document, dynox_error *error)
{
    json_object *root;
    dynox_status status = parse(body, length, &root, error);
    if (status != DYNOX_OK) return status;
    json_object *from = member(root, name);
    if (!json_object_is_type(from, json_type_object)) {
        json_object_put(root);
        return dynox_error_set(error, DYNOX_E_DECODE, "the answer has no member \"%s\"", name);
    }
    *document = dynox__document_new(NULL, length + 512);
    reader in = {.arena = *document ? &(*document)->arena : NULL};
    *table    = *document ? dynox__arena_alloc(in.arena, sizeof **table) : NULL;
    if (*table) read_table(&in, from, *table);
    json_object_put(root);
    if (!*table || in.failed) {
        if (*document) dynox__shared_release(&(*document)->shared);
        *document = NULL;
        *table    = NULL;
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    (*table)->owner_ = dynox__shared_acquire(&(*document)->shared);
    return DYNOX_OK;
}

dynox_status dynox__control_table_names(const char *body, size_t length, dynox_table_names **names,
                                        dynox__document **document, dynox_error *error)
{
    json_object *root;
    dynox_status status = parse(body, length, &root, error);
    if (status != DYNOX_OK) return status;
    if (!json_object_is_type(member(root, "TableNames"), json_type_array)) {
        json_object_put(root);
        return dynox_error_set(error, DYNOX_E_DECODE, "the answer has no member \"TableNames\"");
    }
    *document = dynox__document_new(NULL, length + 256);
    reader in = {.arena = *document ? &(*document)->arena : NULL};
    *names    = *document ? dynox__arena_alloc(in.arena, sizeof **names) : NULL;
    if (*names) {
        **names = (dynox_table_names){.last = text(&in, root, "LastEvaluatedTableName")};
        if ((*names)->last && !(*names)->last[0]) (*names)->last = NULL; /* an empty token is the end */
        (*names)->names = texts(&in, member(root, "TableNames"), &(*names)->count);
    }
    json_object_put(root);
    if (!*names || in.failed) {
        if (*document) dynox__shared_release(&(*document)->shared);
        *document = NULL;
        *names    = NULL;
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    (*names)->owner_ = dynox__shared_acquire(&(*document)->shared);
    return DYNOX_OK;
}

static void destroy_table(void *table)
{
    dynox_table_free(table);
}

static void destroy_names(void *names)
{
    dynox_table_names_free(names);
}

const dynox_type dynox_type_table       = {"dynox_table *", sizeof(void *), destroy_table};
const dynox_type dynox_type_table_names = {"dynox_table_names *", sizeof(void *), destroy_names};

void dynox_table_free(dynox_table *table)
{
    if (table) dynox__shared_release(table->owner_);
}

void dynox_table_names_free(dynox_table_names *names)
{
    if (names) dynox__shared_release(names->owner_);
}
