/* Tables and lists of their names. */
#include "value/json_c/control.h"
#include "value/json_c/control_reader.h"
#include <string.h>

static dynox_throughput throughput(json_object *from, const char *name, const char *read, const char *write)
{
    json_object *units = dynox__control_member(from, name);
    return (dynox_throughput){dynox__control_number(units, read), dynox__control_number(units, write)};
}

static dynox_throughput provisioned_of(json_object *from)
{
    return throughput(from, "ProvisionedThroughput", "ReadCapacityUnits", "WriteCapacityUnits");
}

static dynox_throughput on_demand_of(json_object *from)
{
    return throughput(from, "OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits");
}

static dynox_throughput warm_of(json_object *from)
{
    return throughput(from, "WarmThroughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond");
}

/* The type that AttributeDefinitions gives to a key attribute. */
static dynox_value_type type_of(json_object *definitions, const char *name)
{
    for (size_t i = 0; i < dynox__control_count(definitions); i++) {
        json_object *definition = json_object_array_get_idx(definitions, i);
        if (!dynox__control_is(definition, "AttributeName", name)) continue;
        return dynox__control_is(definition, "AttributeType", "N")   ? DYNOX_N
               : dynox__control_is(definition, "AttributeType", "B") ? DYNOX_B
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
static void keys(dynox__control *in, json_object *schema, json_object *definitions, dynox_key_attribute *partition,
                 dynox_key_attribute *sort, dynox_key_attribute *more_partition, dynox_key_attribute *more_sort)
{
    for (size_t i = 0; i < dynox__control_count(schema); i++) {
        json_object        *element = json_object_array_get_idx(schema, i);
        dynox_key_attribute key     = {dynox__control_text(in, element, "AttributeName"), DYNOX_S};
        if (!key.name) continue;
        key.type = type_of(definitions, key.name);
        if (dynox__control_is(element, "KeyType", "RANGE"))
            place_key(key, sort, more_sort);
        else
            place_key(key, partition, more_partition);
    }
}

static dynox_projection projection_of(json_object *projection)
{
    if (dynox__control_is(projection, "ProjectionType", "KEYS_ONLY")) return DYNOX_PROJECT_KEYS;
    return dynox__control_is(projection, "ProjectionType", "INCLUDE") ? DYNOX_PROJECT_SOME : DYNOX_PROJECT_ALL;
}

static void read_index(dynox__control *in, json_object *from, json_object *definitions, dynox_index *index)
{
    json_object *projection  = dynox__control_member(from, "Projection");
    index->name              = dynox__control_text(in, from, "IndexName");
    index->projection        = projection_of(projection);
    index->provisioned       = provisioned_of(from);
    index->on_demand_maximum = on_demand_of(from);
    index->warm              = warm_of(from);
    index->status            = dynox__control_text(in, from, "IndexStatus");
    index->arn               = dynox__control_text(in, from, "IndexArn");
    index->item_count        = dynox__control_number(from, "ItemCount");
    index->size_bytes        = dynox__control_number(from, "IndexSizeBytes");
    index->is_backfilling    = dynox__control_truth(from, "Backfilling");
    index->projected =
        dynox__control_texts(in, dynox__control_member(projection, "NonKeyAttributes"), &index->projected_count);
    keys(in, dynox__control_member(from, "KeySchema"), definitions, &index->partition_key, &index->sort_key,
         index->more_partition_keys, index->more_sort_keys);
}

static const dynox_index *read_indexes(dynox__control *in, json_object *array, json_object *definitions, size_t *length)
{
    dynox_index *list = dynox__control_array(in, dynox__control_count(array), sizeof *list);
    *length           = list ? dynox__control_count(array) : 0;
    for (size_t i = 0; i < *length; i++)
        read_index(in, json_object_array_get_idx(array, i), definitions, &list[i]);
    return list;
}

static void read_search_schema(dynox__control *in, json_object *schema, dynox_vector_index *index)
{
    size_t       count   = dynox__control_count(schema);
    const char **filters = dynox__control_array(in, count, sizeof *filters);
    for (size_t i = 0; filters && i < count; i++) {
        json_object *element = json_object_array_get_idx(schema, i);
        const char  *name    = dynox__control_text(in, element, "AttributeName");
        if (dynox__control_is(element, "SearchSchemaElementType", "HASH"))
            index->partition_key = name;
        else
            filters[index->filter_count++] = name;
    }
    index->filters = filters;
}

static void read_vector_index(dynox__control *in, json_object *from, dynox_vector_index *index)
{
    json_object *projection = dynox__control_member(from, "Projection");
    index->name             = dynox__control_text(in, from, "IndexName");
    index->attribute        = dynox__control_text(in, dynox__control_member(from, "VectorAttribute"), "AttributeName");
    index->dimensions       = dynox__control_number(from, "Dimensions");
    index->distance         = dynox__control_text(in, from, "DistanceFunction");
    index->projection       = projection_of(projection);
    index->status           = dynox__control_text(in, from, "IndexStatus");
    index->arn              = dynox__control_text(in, from, "IndexArn");
    index->item_count       = dynox__control_number(from, "ItemCount");
    index->size_bytes       = dynox__control_number(from, "IndexSizeBytes");
    index->is_backfilling   = dynox__control_truth(from, "Backfilling");
    index->projected =
        dynox__control_texts(in, dynox__control_member(projection, "NonKeyAttributes"), &index->projected_count);
    read_search_schema(in, dynox__control_member(from, "SearchSchema"), index);
}

static void read_vector_indexes(dynox__control *in, json_object *array, dynox_table *table)
{
    size_t              count = dynox__control_count(array);
    dynox_vector_index *list  = dynox__control_array(in, count, sizeof *list);
    for (size_t i = 0; list && i < count; i++)
        read_vector_index(in, json_object_array_get_idx(array, i), &list[i]);
    table->vector_indexes     = list;
    table->vector_index_count = list ? count : 0;
}

static void read_replicas(dynox__control *in, json_object *array, dynox_table *table)
{
    size_t         count = dynox__control_count(array);
    dynox_replica *list  = dynox__control_array(in, count, sizeof *list);
    for (size_t i = 0; list && i < count; i++) {
        json_object *from          = json_object_array_get_idx(array, i);
        list[i].region             = dynox__control_text(in, from, "RegionName");
        list[i].status             = dynox__control_text(in, from, "ReplicaStatus");
        list[i].arn                = dynox__control_text(in, from, "ReplicaArn");
        list[i].status_description = dynox__control_text(in, from, "ReplicaStatusDescription");
        list[i].kms_key            = dynox__control_text(in, from, "KMSMasterKeyId");
        list[i].table_class =
            dynox__control_text(in, dynox__control_member(from, "ReplicaTableClassSummary"), "TableClass");
    }
    table->replicas      = list;
    table->replica_count = list ? count : 0;
}

static void read_restore(dynox__control *in, json_object *summary, dynox_table *table)
{
    table->restored_from = dynox__control_text(in, summary, "SourceBackupArn");
    if (!table->restored_from) table->restored_from = dynox__control_text(in, summary, "SourceTableArn");
    table->is_restoring = dynox__control_truth(summary, "RestoreInProgress");
}

static dynox_stream_view stream_view(json_object *specification)
{
    if (!dynox__control_truth(specification, "StreamEnabled")) return DYNOX_STREAM_OFF;
    if (dynox__control_is(specification, "StreamViewType", "NEW_IMAGE")) return DYNOX_STREAM_NEW_IMAGE;
    if (dynox__control_is(specification, "StreamViewType", "OLD_IMAGE")) return DYNOX_STREAM_OLD_IMAGE;
    if (dynox__control_is(specification, "StreamViewType", "NEW_AND_OLD_IMAGES"))
        return DYNOX_STREAM_NEW_AND_OLD_IMAGES;
    return DYNOX_STREAM_KEYS;
}

static dynox_billing billing_of(json_object *from)
{
    json_object *summary = dynox__control_member(from, "BillingModeSummary");
    return dynox__control_is(summary, "BillingMode", "PAY_PER_REQUEST") ? DYNOX_ON_DEMAND : DYNOX_PROVISIONED;
}

static void read_settings(dynox__control *in, json_object *from, dynox_table *table)
{
    json_object *encryption  = dynox__control_member(from, "SSEDescription");
    table->billing           = billing_of(from);
    table->provisioned       = provisioned_of(from);
    table->on_demand_maximum = on_demand_of(from);
    table->warm              = warm_of(from);
    table->stream            = stream_view(dynox__control_member(from, "StreamSpecification"));
    table->stream_arn        = dynox__control_text(in, from, "LatestStreamArn");
    table->stream_label      = dynox__control_text(in, from, "LatestStreamLabel");
    table->table_class       = dynox__control_text(in, dynox__control_member(from, "TableClassSummary"), "TableClass");
    table->kms_key_arn       = dynox__control_text(in, encryption, "KMSMasterKeyArn");
    table->kms_status        = dynox__control_text(in, encryption, "Status");
    table->consistency       = dynox__control_text(in, from, "MultiRegionConsistency");
    table->is_deletion_protected = dynox__control_truth(from, "DeletionProtectionEnabled");
}

static void fill_table(dynox__control *in, json_object *root, json_object *from, void *made)
{
    dynox_table *table       = made;
    json_object *definitions = dynox__control_member(from, "AttributeDefinitions");
    (void)root;
    table->name       = dynox__control_text(in, from, "TableName");
    table->status     = dynox__control_text(in, from, "TableStatus");
    table->arn        = dynox__control_text(in, from, "TableArn");
    table->id         = dynox__control_text(in, from, "TableId");
    table->created    = dynox__control_time(from, "CreationDateTime");
    table->item_count = dynox__control_number(from, "ItemCount");
    table->size_bytes = dynox__control_number(from, "TableSizeBytes");
    keys(in, dynox__control_member(from, "KeySchema"), definitions, &table->partition_key, &table->sort_key, NULL,
         NULL);
    read_settings(in, from, table);
    table->global_indexes = read_indexes(in, dynox__control_member(from, "GlobalSecondaryIndexes"), definitions,
                                         &table->global_index_count);
    table->local_indexes =
        read_indexes(in, dynox__control_member(from, "LocalSecondaryIndexes"), definitions, &table->local_index_count);
    read_vector_indexes(in, dynox__control_member(from, "VectorIndexes"), table);
    read_replicas(in, dynox__control_member(from, "Replicas"), table);
    read_restore(in, dynox__control_member(from, "RestoreSummary"), table);
    table->json = dynox__control_json(in, from);
}

static void fill_names(dynox__control *in, json_object *root, json_object *from, void *made)
{
    dynox_table_names *names = made;
    names->last              = dynox__control_token(in, root, "LastEvaluatedTableName");
    names->names             = dynox__control_texts(in, from, &names->count);
}

dynox_status dynox__control_table(const char *body, size_t length, const char *name, dynox_table **table,
                                  dynox__document **document, dynox_error *error)
{
    static const dynox__control_kind kind   = DYNOX__CONTROL_KIND(dynox_table, json_type_object, fill_table);
    void                            *made   = NULL;
    dynox_status                     status = dynox__control_read(&kind, body, length, name, &made, document, error);
    *table                                  = made;
    return status;
}

const dynox__control_kind dynox__control_table_names =
    DYNOX__CONTROL_KIND(dynox_table_names, json_type_array, fill_names);

DYNOX__CONTROL_TYPE(table)
DYNOX__CONTROL_TYPE(table_names)
