/* CreateTable: the request is most of it. Attribute definitions are derived from the keys of table and indexes. */
#include "base/args.h"
#include "client/core/request.h"
#include "client/core/sync.h"
#include "client/table/table.h"
#include <string.h>

enum { MAX_LOCAL_INDEXES = 5, MAX_GLOBAL_INDEXES = 20, KEYS_PER_INDEX = 8, DEFAULT_CAPACITY = 5 };
enum { MAX_DEFINITIONS = 2 + (MAX_LOCAL_INDEXES + MAX_GLOBAL_INDEXES) * KEYS_PER_INDEX };

/* ---- keys ---- */

typedef struct definitions {
    const dynox_key_attribute *attributes[MAX_DEFINITIONS];
    size_t                     count;
} definitions;

static void define(dynox__request_writer *writer, definitions *all, const dynox_key_attribute *key)
{
    if (!key->name) return;
    if (key->type != DYNOX_S && key->type != DYNOX_N && key->type != DYNOX_B)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "the type of key attribute \"%s\" must be DYNOX_S, DYNOX_N or DYNOX_B", key->name);
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->attributes[i]->name, key->name) != 0) continue;
        if (all->attributes[i]->type != key->type)
            dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "key attribute \"%s\" is given two different types",
                                  key->name);
        return;
    }
    if (all->count < MAX_DEFINITIONS) all->attributes[all->count++] = key;
}

static void define_index(dynox__request_writer *writer, definitions *all, const dynox_index *index)
{
    define(writer, all, &index->partition_key);
    define(writer, all, &index->sort_key);
    for (int i = 0; i < 3; i++) {
        define(writer, all, &index->more_partition_keys[i]);
        define(writer, all, &index->more_sort_keys[i]);
    }
}

static void key_element(dynox__request_writer *writer, const dynox_key_attribute *key, const char *type)
{
    if (!key->name) return;
    dynox__request_open(writer, NULL, '{');
    dynox__request_text(writer, "AttributeName", key->name);
    dynox__request_text(writer, "KeyType", type);
    dynox__request_close(writer, '}');
}

/* `more_*` may be NULL. */
static void key_schema(dynox__request_writer *writer, const dynox_key_attribute *partition,
                       const dynox_key_attribute *more_partition, const dynox_key_attribute *sort,
                       const dynox_key_attribute *more_sort)
{
    dynox__request_open(writer, "KeySchema", '[');
    key_element(writer, partition, "HASH");
    for (int i = 0; more_partition && i < 3; i++)
        key_element(writer, &more_partition[i], "HASH");
    key_element(writer, sort, "RANGE");
    for (int i = 0; more_sort && i < 3; i++)
        key_element(writer, &more_sort[i], "RANGE");
    dynox__request_close(writer, ']');
}

static void attribute_definitions(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    definitions all = {0};
    if (args->global_index_count > MAX_GLOBAL_INDEXES || args->local_index_count > MAX_LOCAL_INDEXES)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "%zu global and %zu local indexes: the service allows %d and %d",
                              args->global_index_count, args->local_index_count, MAX_GLOBAL_INDEXES, MAX_LOCAL_INDEXES);
    if (writer->error.status != DYNOX_OK) return;
    define(writer, &all, &args->partition_key);
    define(writer, &all, &args->sort_key);
    for (size_t i = 0; i < args->global_index_count; i++)
        define_index(writer, &all, &args->global_indexes[i]);
    for (size_t i = 0; i < args->local_index_count; i++)
        define_index(writer, &all, &args->local_indexes[i]);
    dynox__request_open(writer, "AttributeDefinitions", '[');
    for (size_t i = 0; i < all.count; i++) {
        dynox__request_open(writer, NULL, '{');
        dynox__request_text(writer, "AttributeName", all.attributes[i]->name);
        dynox__request_text(writer, "AttributeType",
                            all.attributes[i]->type == DYNOX_N   ? "N"
                            : all.attributes[i]->type == DYNOX_B ? "B"
                                                                 : "S");
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

/* ---- indexes ---- */

static void projection(dynox__request_writer *writer, dynox_projection kind, const char *const *names, size_t count,
                       const char *index)
{
    static const char *const types[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
    if ((unsigned)kind > DYNOX_PROJECT_SOME || (kind == DYNOX_PROJECT_SOME) != (count > 0)) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "index \"%s\": .projected and DYNOX_PROJECT_SOME go together",
                              index ? index : "");
        return;
    }
    dynox__request_open(writer, "Projection", '{');
    dynox__request_text(writer, "ProjectionType", types[kind]);
    if (count) {
        dynox__request_open(writer, "NonKeyAttributes", '[');
        for (size_t i = 0; i < count; i++)
            dynox__request_element(writer, names[i]);
        dynox__request_close(writer, ']');
    }
    dynox__request_close(writer, '}');
}

static void throughput(dynox__request_writer *writer, const char *name, dynox_throughput units, const char *read,
                       const char *write)
{
    if (units.read < 0 || units.write < 0)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%s must not be negative", name);
    if (units.read <= 0 && units.write <= 0) return;
    dynox__request_open(writer, name, '{');
    dynox__request_number(writer, read, (uint64_t)units.read);
    dynox__request_number(writer, write, (uint64_t)units.write);
    dynox__request_close(writer, '}');
}

static void provisioned(dynox__request_writer *writer, const dynox_create_table_args *args, dynox_throughput units)
{
    if (args->billing != DYNOX_PROVISIONED) {
        if (units.read || units.write)
            dynox__request_refuse(writer, DYNOX_E_ARGUMENT, ".provisioned needs .billing = DYNOX_PROVISIONED");
        return;
    }
    if (!units.read) units.read = DEFAULT_CAPACITY;
    if (!units.write) units.write = DEFAULT_CAPACITY;
    throughput(writer, "ProvisionedThroughput", units, "ReadCapacityUnits", "WriteCapacityUnits");
}

static void index_name(dynox__request_writer *writer, const char *name)
{
    if (!name || !*name) dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "an index has no name");
    dynox__request_text(writer, "IndexName", name);
}

static void global_indexes(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    if (!args->global_index_count || writer->error.status != DYNOX_OK) return;
    dynox__request_open(writer, "GlobalSecondaryIndexes", '[');
    for (size_t i = 0; i < args->global_index_count; i++) {
        const dynox_index *index = &args->global_indexes[i];
        if (!index->partition_key.name)
            dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "global index %zu has no partition key", i + 1);
        dynox__request_open(writer, NULL, '{');
        index_name(writer, index->name);
        key_schema(writer, &index->partition_key, index->more_partition_keys, &index->sort_key, index->more_sort_keys);
        projection(writer, index->projection, index->projected, index->projected_count, index->name);
        provisioned(writer, args, index->provisioned);
        throughput(writer, "OnDemandThroughput", index->on_demand_maximum, "MaxReadRequestUnits",
                   "MaxWriteRequestUnits");
        throughput(writer, "WarmThroughput", index->warm, "ReadUnitsPerSecond", "WriteUnitsPerSecond");
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

static void local_indexes(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    if (args->local_index_count && !args->sort_key.name)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "local indexes need a table with a sort key");
    if (!args->local_index_count || writer->error.status != DYNOX_OK) return;
    dynox__request_open(writer, "LocalSecondaryIndexes", '[');
    for (size_t i = 0; i < args->local_index_count; i++) {
        const dynox_index *index = &args->local_indexes[i];
        if (!index->sort_key.name)
            dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "local index %zu has no sort key", i + 1);
        dynox__request_open(writer, NULL, '{');
        index_name(writer, index->name);
        key_schema(writer, &args->partition_key, NULL, &index->sort_key, NULL);
        projection(writer, index->projection, index->projected, index->projected_count, index->name);
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

static void search_schema(dynox__request_writer *writer, const dynox_vector_index *index)
{
    if (!index->partition_key && !index->filter_count) return;
    dynox__request_open(writer, "SearchSchema", '[');
    for (size_t i = 0; i < index->filter_count + 1; i++) {
        const char *name = i ? index->filters[i - 1] : index->partition_key;
        if (!name) continue;
        dynox__request_open(writer, NULL, '{');
        dynox__request_text(writer, "AttributeName", name);
        dynox__request_text(writer, "SearchSchemaElementType", i ? "INLINE_FILTER" : "HASH");
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

static void vector_indexes(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    if (!args->vector_index_count) return;
    dynox__request_open(writer, "VectorIndexes", '[');
    for (size_t i = 0; i < args->vector_index_count; i++) {
        const dynox_vector_index *index = &args->vector_indexes[i];
        if (!index->attribute || !index->distance || index->dimensions <= 0)
            dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                                  "vector index %zu needs .attribute, .dimensions and .distance", i + 1);
        dynox__request_open(writer, NULL, '{');
        index_name(writer, index->name);
        dynox__request_open(writer, "VectorAttribute", '{');
        dynox__request_text(writer, "AttributeName", index->attribute);
        dynox__request_close(writer, '}');
        search_schema(writer, index);
        projection(writer, index->projection, index->projected, index->projected_count, index->name);
        dynox__request_number(writer, "Dimensions", (uint64_t)index->dimensions);
        dynox__request_text(writer, "DistanceFunction", index->distance);
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

/* ---- the rest of the table ---- */

static void stream(dynox__request_writer *writer, dynox_stream_view view)
{
    static const char *const names[] = {NULL, "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"};
    if ((unsigned)view > DYNOX_STREAM_NEW_AND_OLD_IMAGES)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "stream has no value %d", (int)view);
    if (view == DYNOX_STREAM_OFF || writer->error.status != DYNOX_OK) return;
    dynox__request_open(writer, "StreamSpecification", '{');
    dynox__request_truth(writer, "StreamEnabled", true);
    dynox__request_text(writer, "StreamViewType", names[view]);
    dynox__request_close(writer, '}');
}

static void encryption(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    if (!args->kms_encryption && !args->kms_key) return;
    dynox__request_open(writer, "SSESpecification", '{');
    dynox__request_truth(writer, "Enabled", true);
    dynox__request_text(writer, "SSEType", "KMS");
    dynox__request_text(writer, "KMSMasterKeyId", args->kms_key);
    dynox__request_close(writer, '}');
}

static void table_class(dynox__request_writer *writer, const char *name)
{
    if (!name) return;
    if (strcmp(name, "STANDARD_IA") == 0) name = "STANDARD_INFREQUENT_ACCESS";
    if (strcmp(name, "STANDARD") != 0 && strcmp(name, "STANDARD_INFREQUENT_ACCESS") != 0)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "table_class is \"%s\": it may be STANDARD or STANDARD_INFREQUENT_ACCESS", name);
    dynox__request_text(writer, "TableClass", name);
}

static void tags(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    if (!args->tag_count) return;
    dynox__request_open(writer, "Tags", '[');
    for (size_t i = 0; i < args->tag_count; i++) {
        dynox__request_open(writer, NULL, '{');
        dynox__request_text(writer, "Key", args->tags[i].key);
        dynox__request_text(writer, "Value", args->tags[i].value ? args->tags[i].value : "");
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

static void members(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    dynox__request_table(writer, args->table);
    if (!args->partition_key.name) dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the partition key is missing");
    attribute_definitions(writer, args);
    key_schema(writer, &args->partition_key, NULL, &args->sort_key, NULL);
    if (args->billing != DYNOX_ON_DEMAND && args->billing != DYNOX_PROVISIONED)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "billing has no value %d", (int)args->billing);
    dynox__request_text(writer, "BillingMode", args->billing == DYNOX_PROVISIONED ? "PROVISIONED" : "PAY_PER_REQUEST");
    provisioned(writer, args, args->provisioned);
    throughput(writer, "OnDemandThroughput", args->on_demand_maximum, "MaxReadRequestUnits", "MaxWriteRequestUnits");
    throughput(writer, "WarmThroughput", args->warm, "ReadUnitsPerSecond", "WriteUnitsPerSecond");
    global_indexes(writer, args);
    local_indexes(writer, args);
    vector_indexes(writer, args);
    stream(writer, args->stream);
    table_class(writer, args->table_class);
    encryption(writer, args);
    dynox__request_truth(writer, "DeletionProtectionEnabled", args->deletion_protection);
    dynox__request_text(writer, "ResourcePolicy", args->resource_policy);
    tags(writer, args);
    dynox__request_text(writer, "GlobalTableSourceArn", args->global_table_source_arn);
    dynox__request_text(writer, "GlobalTableSettingsReplicationMode", args->global_table_settings_replication);
}

dynox_future *dynox_create_table_with(dynox_client *client, const dynox_create_table_args *given)
{
    static const dynox__operation create_table = {
        .name = "CreateTable", .type = &dynox_type_table, .decode = dynox__decode_table_description};
    dynox_create_table_args args;
    dynox__request_writer   writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &create_table, &DYNOX__CALL_OPTIONS(args));
    members(&writer, &args);
    if (writer.call) writer.call->is_write = true;
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_create_table_with(dynox_client *client, const dynox_create_table_args *given)
{
    dynox_create_table_args args;
    DYNOX__SYNC(client, args, given, dynox_create_table_with, &dynox_type_table);
}
