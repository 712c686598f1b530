/* CreateTable: the request is most of it. */
#include "base/args.h"
#include "client/core/sync.h"
#include "client/table/table.h"
#include "client/table/table_parts.h"
#include <string.h>

static void check_provisioned(dynox__request_writer *writer, const dynox_create_table_args *args,
                              dynox_throughput units)
{
    if (args->billing != DYNOX_PROVISIONED && (units.read || units.write))
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, ".provisioned needs .billing = DYNOX_PROVISIONED");
}

static void attribute_definitions(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    dynox__definitions all = {0};
    if (args->global_index_count > DYNOX__MAX_GLOBAL_INDEXES || args->local_index_count > DYNOX__MAX_LOCAL_INDEXES)
        dynox__request_refuse(
            writer, DYNOX_E_ARGUMENT, "%zu global and %zu local indexes: the service allows %d and %d",
            args->global_index_count, args->local_index_count, DYNOX__MAX_GLOBAL_INDEXES, DYNOX__MAX_LOCAL_INDEXES);
    if (!dynox__request_array(writer, "global indexes", args->global_indexes, args->global_index_count) ||
        !dynox__request_array(writer, "local indexes", args->local_indexes, args->local_index_count))
        return;
    dynox__table_define(writer, &all, &args->partition_key);
    dynox__table_define(writer, &all, &args->sort_key);
    for (size_t i = 0; i < args->global_index_count; i++)
        dynox__table_define_index(writer, &all, &args->global_indexes[i]);
    for (size_t i = 0; i < args->local_index_count; i++)
        dynox__table_define_index(writer, &all, &args->local_indexes[i]);
    dynox__table_definitions(writer, &all);
}

/* ---- indexes ---- */

static void global_indexes(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    if (!args->global_index_count || writer->error.status != DYNOX_OK) return;
    dynox__request_open(writer, "GlobalSecondaryIndexes", '[');
    for (size_t i = 0; i < args->global_index_count; i++) {
        dynox__request_open(writer, NULL, '{');
        check_provisioned(writer, args, args->global_indexes[i].provisioned);
        dynox__table_global_index(writer, &args->global_indexes[i], i + 1, args->billing == DYNOX_PROVISIONED);
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

/* Its partition key is the table's, and it has no further attributes. */
static void check_local_keys(dynox__request_writer *writer, const dynox_create_table_args *args,
                             const dynox_index *index, size_t number)
{
    const char *own = index->partition_key.name, *tables = args->partition_key.name;
    if (!index->sort_key.name)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "local index %zu has no sort key", number);
    if (own && tables && strcmp(own, tables) != 0)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "local index %zu has partition key \"%s\": it is the table's",
                              number, own);
    for (int i = 0; i < 3; i++)
        if (index->more_partition_keys[i].name || index->more_sort_keys[i].name)
            dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                                  "local index %zu: keys of several attributes are for global indexes", number);
}

static void local_indexes(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    if (args->local_index_count && !args->sort_key.name)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "local indexes need a table with a sort key");
    if (!args->local_index_count || writer->error.status != DYNOX_OK) return;
    dynox__request_open(writer, "LocalSecondaryIndexes", '[');
    for (size_t i = 0; i < args->local_index_count; i++) {
        const dynox_index *index = &args->local_indexes[i];
        check_local_keys(writer, args, index, i + 1);
        dynox__request_open(writer, NULL, '{');
        dynox__table_index_name(writer, index->name);
        dynox__table_key_schema(writer, &args->partition_key, NULL, &index->sort_key, NULL);
        dynox__table_projection(writer, index->projection, index->projected, index->projected_count, index->name);
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

static void search_schema(dynox__request_writer *writer, const dynox_vector_index *index)
{
    if (!index->partition_key && !index->filter_count) return;
    if (!dynox__request_array(writer, "filters", index->filters, index->filter_count)) return;
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
    if (!dynox__request_array(writer, "vector indexes", args->vector_indexes, args->vector_index_count)) return;
    dynox__request_open(writer, "VectorIndexes", '[');
    for (size_t i = 0; i < args->vector_index_count; i++) {
        const dynox_vector_index *index = &args->vector_indexes[i];
        if (!index->attribute || !index->distance || index->dimensions <= 0)
            dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                                  "vector index %zu needs .attribute, .dimensions and .distance", i + 1);
        dynox__request_open(writer, NULL, '{');
        dynox__table_index_name(writer, index->name);
        dynox__request_open(writer, "VectorAttribute", '{');
        dynox__request_text(writer, "AttributeName", index->attribute);
        dynox__request_close(writer, '}');
        search_schema(writer, index);
        dynox__table_projection(writer, index->projection, index->projected, index->projected_count, index->name);
        dynox__request_number(writer, "Dimensions", (uint64_t)index->dimensions);
        dynox__request_text(writer, "DistanceFunction", index->distance);
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

/* ---- the table ---- */

static void members(dynox__request_writer *writer, const dynox_create_table_args *args)
{
    dynox__request_table(writer, args->table);
    if (!args->partition_key.name) dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the partition key is missing");
    attribute_definitions(writer, args);
    dynox__table_key_schema(writer, &args->partition_key, NULL, &args->sort_key, NULL);
    if (args->billing != DYNOX_ON_DEMAND && args->billing != DYNOX_PROVISIONED)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "billing has no value %d", (int)args->billing);
    dynox__request_text(writer, "BillingMode", args->billing == DYNOX_PROVISIONED ? "PROVISIONED" : "PAY_PER_REQUEST");
    check_provisioned(writer, args, args->provisioned);
    dynox__table_provisioned(writer, args->provisioned, args->billing == DYNOX_PROVISIONED);
    dynox__table_on_demand(writer, args->on_demand_maximum);
    dynox__table_warm(writer, args->warm);
    global_indexes(writer, args);
    local_indexes(writer, args);
    vector_indexes(writer, args);
    dynox__table_stream(writer, args->stream);
    dynox__table_class(writer, args->table_class);
    dynox__table_kms(writer, "SSESpecification", args->kms_encryption, args->kms_key);
    dynox__request_truth(writer, "DeletionProtectionEnabled", args->deletion_protection);
    dynox__request_text(writer, "ResourcePolicy", args->resource_policy);
    if (args->tag_count) dynox__table_tags(writer, args->tags, args->tag_count);
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
