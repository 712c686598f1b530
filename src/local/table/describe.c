/* A table as the service shows it. */
#include "base/date.h"
#include "base/random.h"
#include "local/table/definition.h"
#include "local/table/keep.h"

void dynox__write_seconds(dynox__buffer *buffer, int64_t us)
{
    dynox__buffer_format(buffer, "%lld.%03d", (long long)(us / 1000000), (int)(us / 1000 % 1000));
}

const char *dynox__table_status_name(dynox__table_status status)
{
    static const char *const names[] = {"CREATING", "ACTIVE", "UPDATING", "DELETING"};
    return names[status];
}

const char *dynox__stream_view_name(dynox__stream_view view)
{
    static const char *const names[] = {"", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"};
    return names[view];
}

/* Steele, Lea and Flood's splitmix64. */
static uint64_t mixed(uint64_t *state)
{
    uint64_t mix = (*state += UINT64_C(0x9e3779b97f4a7c15));
    mix          = (mix ^ mix >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mix          = (mix ^ mix >> 27) * UINT64_C(0x94d049bb133111eb);
    return mix ^ mix >> 31;
}

void dynox__seeded_uuid(const dynox__local_settings *settings, uint64_t kind, uint64_t number, char text[37])
{
    uint64_t state = settings->seed;
    state          = mixed(&state) ^ kind;
    state          = mixed(&state) ^ number;
    uint64_t high = mixed(&state), low = mixed(&state);
    dynox__uuid_text((high & ~UINT64_C(0xf000)) | 0x4000, low >> 2 | UINT64_C(1) << 63, text);
}

void dynox__table_arn(const dynox__local_call *call, const char *name, dynox__buffer *buffer)
{
    const char *region = call->settings->region, *account = call->settings->account;
    dynox__buffer_text(buffer, "arn:aws:dynamodb:");
    dynox__buffer_text(buffer, *region ? region : "ddblocal");
    dynox__buffer_byte(buffer, ':');
    dynox__buffer_text(buffer, *account ? account : "000000000000");
    dynox__buffer_text(buffer, ":table/");
    dynox__buffer_text(buffer, name);
}

/* 2026-11-28T09:05:28.123 */
void dynox__stream_label(int64_t made_us, char label[40])
{
    size_t length = dynox__iso_write(made_us / 1000000, (int32_t)(made_us % 1000000 * 1000), 3, label);
    if (length >= sizeof "+00:00") label[length - (sizeof "+00:00" - 1)] = 0;
}

/* ---- pieces: each begins with a comma ---- */

static void write_text(dynox__buffer *answer, const char *name, const char *text)
{
    dynox__buffer_format(answer, ",\"%s\":", name);
    dynox__values_write_text(answer, text, strlen(text));
}

static void write_time(dynox__buffer *answer, const char *name, int64_t us)
{
    dynox__buffer_format(answer, ",\"%s\":", name);
    dynox__write_seconds(answer, us);
}

static void write_elements(dynox__buffer *answer, const dynox__key_part *parts, unsigned count, const char *type,
                           bool *any)
{
    for (unsigned i = 0; i < count; i++, *any = true) {
        dynox__buffer_text(answer, *any ? ",{\"AttributeName\":" : "{\"AttributeName\":");
        dynox__values_write_text(answer, parts[i].name, parts[i].length);
        dynox__buffer_format(answer, ",\"KeyType\":\"%s\"}", type);
    }
}

void dynox__write_key_schema(dynox__buffer *answer, const dynox__key_schema *key)
{
    bool any = false;
    dynox__buffer_text(answer, ",\"KeySchema\":[");
    write_elements(answer, key->partition, key->partition_count, "HASH", &any);
    write_elements(answer, key->sort, key->sort_count, "RANGE", &any);
    dynox__buffer_byte(answer, ']');
}

void dynox__write_throughput(dynox__buffer *answer, const dynox__throughput *throughput)
{
    dynox__buffer_format(answer, ",\"ProvisionedThroughput\":{\"NumberOfDecreasesToday\":%lld",
                         (long long)throughput->decreases);
    if (throughput->increased_us) write_time(answer, "LastIncreaseDateTime", throughput->increased_us);
    if (throughput->decreased_us) write_time(answer, "LastDecreaseDateTime", throughput->decreased_us);
    dynox__buffer_format(answer, ",\"ReadCapacityUnits\":%lld,\"WriteCapacityUnits\":%lld}",
                         (long long)throughput->read, (long long)throughput->write);
}

static void write_on_demand(dynox__buffer *answer, const dynox__on_demand *on_demand)
{
    if (!on_demand->read && !on_demand->write) return;
    dynox__buffer_format(answer, ",\"OnDemandThroughput\":{\"MaxReadRequestUnits\":%lld,\"MaxWriteRequestUnits\":%lld}",
                         (long long)(on_demand->read ? on_demand->read : -1),
                         (long long)(on_demand->write ? on_demand->write : -1));
}

static void write_projection(dynox__buffer *answer, const dynox__index *index, size_t given)
{
    static const char *const names[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
    dynox__buffer_format(answer, ",\"Projection\":{\"ProjectionType\":\"%s\"", names[index->projection]);
    for (size_t i = 0; i < given; i++) {
        dynox__buffer_text(answer, i ? "," : ",\"NonKeyAttributes\":[");
        dynox__values_write_text(answer, index->included[i], strlen(index->included[i]));
    }
    dynox__buffer_text(answer, given ? "]}" : "}");
}

void dynox__write_index_shape(dynox__buffer *answer, const dynox__index *index)
{
    dynox__buffer_text(answer, "\"IndexName\":");
    dynox__values_write_text(answer, index->name, strlen(index->name));
    dynox__write_key_schema(answer, &index->key);
    write_projection(answer, index, index->included_count);
}

static bool write_index(dynox__local_call *call, const dynox__table *table, const dynox__index *index,
                        dynox__buffer *answer)
{
    dynox__counts counts = {0};
    bool          is_new = table->status == DYNOX__TABLE_CREATING || table->status == DYNOX__TABLE_DELETING;
    if (!dynox__counts_get(call, index->number, &counts)) return false;
    dynox__buffer_byte(answer, '{');
    dynox__write_index_shape(answer, index);
    if (index->is_global) {
        write_text(answer, "IndexStatus", dynox__table_status_name(index->status));
        if (index->status == DYNOX__TABLE_CREATING && !is_new) dynox__buffer_text(answer, ",\"Backfilling\":true");
        dynox__write_throughput(answer, &index->throughput);
        write_on_demand(answer, &index->on_demand);
    }
    dynox__buffer_format(answer, ",\"IndexSizeBytes\":%llu,\"ItemCount\":%llu,\"IndexArn\":\"",
                         (unsigned long long)counts.bytes, (unsigned long long)counts.items);
    dynox__table_arn(call, table->name, answer);
    dynox__buffer_format(answer, "/index/%s\"}", index->name);
    return true;
}

static bool write_indexes(dynox__local_call *call, const dynox__table *table, bool global, dynox__buffer *answer)
{
    bool any = false;
    for (size_t i = 0; i < table->index_count; i++) {
        const dynox__index *index = &table->indexes[i];
        if (index->is_global != global) continue;
        dynox__buffer_text(answer, any      ? ","
                                   : global ? ",\"GlobalSecondaryIndexes\":["
                                            : ",\"LocalSecondaryIndexes\":[");
        any = true;
        if (!write_index(call, table, index, answer)) return false;
    }
    if (any) dynox__buffer_byte(answer, ']');
    return true;
}

static void write_vector_shape(dynox__buffer *answer, const dynox__vector_index *vector)
{
    static const char *const distances[] = {"COSINE", "DOT_PRODUCT", "EUCLIDEAN"};
    dynox__buffer_text(answer, "{\"IndexName\":");
    dynox__values_write_text(answer, vector->index.name, strlen(vector->index.name));
    dynox__buffer_text(answer, ",\"VectorAttribute\":{\"AttributeName\":");
    dynox__values_write_text(answer, vector->attribute, strlen(vector->attribute));
    dynox__buffer_format(answer, "},\"Dimensions\":%lld,\"DistanceFunction\":\"%s\"", (long long)vector->dimensions,
                         distances[vector->distance]);
    write_projection(answer, &vector->index, vector->given_count);
    for (size_t i = 0; i < vector->schema_count; i++) {
        dynox__buffer_text(answer, i ? ",{\"AttributeName\":" : ",\"SearchSchema\":[{\"AttributeName\":");
        dynox__values_write_text(answer, vector->schema[i].name, vector->schema[i].length);
        dynox__buffer_format(answer, ",\"SearchSchemaElementType\":\"%s\"}",
                             vector->has_hash && !i ? "HASH" : "INLINE_FILTER");
    }
    if (vector->schema_count) dynox__buffer_byte(answer, ']');
}

static bool write_vectors(dynox__local_call *call, const dynox__table *table, dynox__buffer *answer)
{
    for (size_t i = 0; i < table->vector_count; i++) {
        const dynox__index *index  = &table->vectors[i].index;
        dynox__counts       counts = {0};
        if (!dynox__counts_get(call, index->number, &counts)) return false;
        dynox__buffer_text(answer, i ? "," : ",\"VectorIndexes\":[");
        write_vector_shape(answer, &table->vectors[i]);
        write_text(answer, "IndexStatus", dynox__table_status_name(index->status));
        if (index->status == DYNOX__TABLE_CREATING && table->status != DYNOX__TABLE_CREATING)
            dynox__buffer_text(answer, ",\"Backfilling\":true");
        dynox__buffer_format(answer, ",\"IndexSizeBytes\":%llu,\"ItemCount\":%llu,\"IndexArn\":\"",
                             (unsigned long long)counts.bytes, (unsigned long long)counts.items);
        dynox__table_arn(call, table->name, answer);
        dynox__buffer_format(answer, "/index/%s\"}", index->name);
    }
    if (table->vector_count) dynox__buffer_byte(answer, ']');
    return true;
}

static void write_billing(const dynox__table *table, dynox__buffer *answer)
{
    if (table->was_on_demand) {
        dynox__buffer_format(answer, ",\"BillingModeSummary\":{\"BillingMode\":\"%s\"",
                             table->is_on_demand ? "PAY_PER_REQUEST" : "PROVISIONED");
        write_time(answer, "LastUpdateToPayPerRequestDateTime", table->on_demand_us);
        dynox__buffer_byte(answer, '}');
    }
    dynox__write_throughput(answer, &table->throughput);
    write_on_demand(answer, &table->on_demand);
}

static void write_stream(const dynox__local_call *call, const dynox__table *table, dynox__buffer *answer)
{
    char label[40];
    if (table->stream_view)
        dynox__buffer_format(answer, ",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"%s\"}",
                             dynox__stream_view_name(table->stream_view));
    if (!table->stream) return;
    dynox__stream_label(table->stream_us, label);
    dynox__buffer_format(answer, ",\"LatestStreamLabel\":\"%s\",\"LatestStreamArn\":\"", label);
    dynox__table_arn(call, table->name, answer);
    dynox__buffer_format(answer, "/stream/%s\"", label);
}

static void write_restored(const dynox__table *table, dynox__buffer *answer)
{
    if (!table->restored_from) return;
    const char *backup = strstr(table->restored_from, "/backup/");
    size_t      length = backup ? (size_t)(backup - table->restored_from) : strlen(table->restored_from);
    dynox__buffer_text(answer, ",\"RestoreSummary\":{\"SourceTableArn\":");
    dynox__values_write_text(answer, table->restored_from, length);
    if (backup) write_text(answer, "SourceBackupArn", table->restored_from);
    write_time(answer, "RestoreDateTime", table->restored_us);
    dynox__buffer_format(answer, ",\"RestoreInProgress\":%s}",
                         table->status == DYNOX__TABLE_CREATING ? "true" : "false");
}

bool dynox__table_describe(dynox__local_call *call, const dynox__table *table, dynox__buffer *answer)
{
    dynox__counts counts = {0};
    if (!dynox__counts_get(call, table->number, &counts)) return false;
    dynox__buffer_text(answer, "{\"AttributeDefinitions\":[");
    for (size_t i = 0; i < table->attribute_count; i++) {
        static const char *const types[] = {"", "S", "N", "B"};
        dynox__buffer_text(answer, i ? ",{\"AttributeName\":" : "{\"AttributeName\":");
        dynox__values_write_text(answer, table->attributes[i].name, table->attributes[i].length);
        dynox__buffer_format(answer, ",\"AttributeType\":\"%s\"}", types[table->attributes[i].type]);
    }
    dynox__buffer_byte(answer, ']');
    write_text(answer, "TableName", table->name);
    dynox__write_key_schema(answer, &table->key);
    write_text(answer, "TableStatus", dynox__table_status_name(table->status));
    write_time(answer, "CreationDateTime", table->created_us);
    write_billing(table, answer);
    dynox__buffer_format(answer, ",\"TableSizeBytes\":%llu,\"ItemCount\":%llu,\"TableArn\":\"",
                         (unsigned long long)counts.bytes, (unsigned long long)counts.items);
    dynox__table_arn(call, table->name, answer);
    dynox__buffer_byte(answer, '"');
    write_text(answer, "TableId", table->id);
    if (!write_indexes(call, table, false, answer) || !write_indexes(call, table, true, answer) ||
        !write_vectors(call, table, answer))
        return false;
    write_stream(call, table, answer);
    if (table->encryption_key) {
        dynox__buffer_text(answer, ",\"SSEDescription\":{\"Status\":\"ENABLED\",\"SSEType\":\"KMS\"");
        write_text(answer, "KMSMasterKeyArn", table->encryption_key);
        dynox__buffer_byte(answer, '}');
    }
    if (table->class_name) {
        dynox__buffer_text(answer, ",\"TableClassSummary\":{\"TableClass\":");
        dynox__values_write_text(answer, table->class_name, strlen(table->class_name));
        dynox__buffer_byte(answer, '}');
    }
    write_restored(table, answer);
    dynox__buffer_format(answer, ",\"DeletionProtectionEnabled\":%s}", table->is_protected ? "true" : "false");
    return true;
}
