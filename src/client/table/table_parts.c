/* Keys, indexes, capacity and settings, as a request has them. Attribute definitions are derived from the keys. */
#include "client/table/table_parts.h"
#include <math.h>
#include <string.h>

enum { DEFAULT_CAPACITY = 5 };

/* ---- keys ---- */

void dynox__table_define(dynox__request_writer *writer, dynox__definitions *all, const dynox_key_attribute *key)
{
    if (!key->name) return;
    if (!*key->name) dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the name of a key attribute is empty");
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
    if (all->count < sizeof all->attributes / sizeof *all->attributes) all->attributes[all->count++] = key;
}

void dynox__table_define_index(dynox__request_writer *writer, dynox__definitions *all, const dynox_index *index)
{
    dynox__table_define(writer, all, &index->partition_key);
    dynox__table_define(writer, all, &index->sort_key);
    for (int i = 0; i < 3; i++) {
        dynox__table_define(writer, all, &index->more_partition_keys[i]);
        dynox__table_define(writer, all, &index->more_sort_keys[i]);
    }
}

void dynox__table_definitions(dynox__request_writer *writer, const dynox__definitions *all)
{
    dynox__request_open(writer, "AttributeDefinitions", '[');
    for (size_t i = 0; i < all->count; i++) {
        dynox_value_type type = all->attributes[i]->type;
        dynox__request_open(writer, NULL, '{');
        dynox__request_text(writer, "AttributeName", all->attributes[i]->name);
        dynox__request_text(writer, "AttributeType", type == DYNOX_N ? "N" : type == DYNOX_B ? "B" : "S");
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

static void key_element(dynox__request_writer *writer, const dynox_key_attribute *key, const char *type)
{
    if (!key->name) return;
    dynox__request_open(writer, NULL, '{');
    dynox__request_text(writer, "AttributeName", key->name);
    dynox__request_text(writer, "KeyType", type);
    dynox__request_close(writer, '}');
}

void dynox__table_key_schema(dynox__request_writer *writer, const dynox_key_attribute *partition,
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

/* ---- indexes ---- */

void dynox__table_index_name(dynox__request_writer *writer, const char *name)
{
    if (!name || !*name) dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "an index has no name");
    dynox__request_text(writer, "IndexName", name);
}

void dynox__table_projection(dynox__request_writer *writer, dynox_projection kind, const char *const *names,
                             size_t count, const char *index)
{
    static const char *const types[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
    if ((unsigned)kind > DYNOX_PROJECT_SOME || (kind == DYNOX_PROJECT_SOME) != (count > 0)) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "index \"%s\": .projected and DYNOX_PROJECT_SOME go together",
                              index ? index : "");
        return;
    }
    if (!dynox__request_array(writer, "projected names", names, count)) return;
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

/* The further attributes of a key come behind the first one, without a hole. */
static void check_more(dynox__request_writer *writer, const dynox_index *index, const dynox_key_attribute *first,
                       const dynox_key_attribute more[3], const char *what)
{
    bool hole = !first->name;
    for (int i = 0; i < 3; i++) {
        if (more[i].name && hole)
            dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "index \"%s\": more_%ss has \"%s\" behind a hole",
                                  index->name ? index->name : "", what, more[i].name);
        hole = hole || !more[i].name;
    }
}

void dynox__table_global_index(dynox__request_writer *writer, const dynox_index *index, size_t number,
                               bool is_provisioned)
{
    if (!index->partition_key.name)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "global index %zu has no partition key", number);
    check_more(writer, index, &index->partition_key, index->more_partition_keys, "partition_key");
    check_more(writer, index, &index->sort_key, index->more_sort_keys, "sort_key");
    dynox__table_index_name(writer, index->name);
    dynox__table_key_schema(writer, &index->partition_key, index->more_partition_keys, &index->sort_key,
                            index->more_sort_keys);
    dynox__table_projection(writer, index->projection, index->projected, index->projected_count, index->name);
    dynox__table_provisioned(writer, index->provisioned, is_provisioned);
    dynox__table_on_demand(writer, index->on_demand_maximum);
    dynox__table_warm(writer, index->warm);
}

/* ---- capacity ---- */

static void units_member(dynox__request_writer *writer, const char *name, int64_t units)
{
    if (units >= 0) {
        dynox__request_number(writer, name, (uint64_t)units);
        return;
    }
    dynox__request_name(writer, name);
    if (writer->error.status == DYNOX_OK) DYNOX__BUFFER_LITERAL(writer->json, "-1");
}

static void throughput(dynox__request_writer *writer, const char *name, dynox_throughput units, int64_t least,
                       const char *read, const char *write)
{
    if (units.read < least || units.write < least)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%s must not be less than %d", name, (int)least);
    if (!units.read && !units.write) return;
    dynox__request_open(writer, name, '{');
    units_member(writer, read, units.read);
    units_member(writer, write, units.write);
    dynox__request_close(writer, '}');
}

static void provisioned(dynox__request_writer *writer, const char *member, dynox_throughput units, bool is_provisioned)
{
    if (is_provisioned && !units.read) units.read = DEFAULT_CAPACITY;
    if (is_provisioned && !units.write) units.write = DEFAULT_CAPACITY;
    throughput(writer, member, units, 0, "ReadCapacityUnits", "WriteCapacityUnits");
}

void dynox__table_provisioned(dynox__request_writer *writer, dynox_throughput units, bool is_provisioned)
{
    provisioned(writer, "ProvisionedThroughput", units, is_provisioned);
}

void dynox__table_on_demand(dynox__request_writer *writer, dynox_throughput units)
{
    throughput(writer, "OnDemandThroughput", units, -1, "MaxReadRequestUnits", "MaxWriteRequestUnits");
}

void dynox__table_overrides(dynox__request_writer *writer, dynox_throughput units, bool is_provisioned,
                            dynox_throughput maximum)
{
    provisioned(writer, "ProvisionedThroughputOverride", units, is_provisioned);
    throughput(writer, "OnDemandThroughputOverride", maximum, -1, "MaxReadRequestUnits", "MaxWriteRequestUnits");
}

void dynox__table_warm(dynox__request_writer *writer, dynox_throughput units)
{
    throughput(writer, "WarmThroughput", units, 0, "ReadUnitsPerSecond", "WriteUnitsPerSecond");
}

/* ---- settings ---- */

void dynox__table_stream(dynox__request_writer *writer, dynox_stream_view view)
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

void dynox__table_class(dynox__request_writer *writer, const char *name)
{
    if (!name) return;
    if (strcmp(name, "STANDARD_IA") == 0) name = "STANDARD_INFREQUENT_ACCESS";
    if (strcmp(name, "STANDARD") != 0 && strcmp(name, "STANDARD_INFREQUENT_ACCESS") != 0)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "table_class is \"%s\": it may be STANDARD or STANDARD_INFREQUENT_ACCESS", name);
    dynox__request_text(writer, "TableClass", name);
}

bool dynox__table_switched(dynox__request_writer *writer, const char *name, dynox_switch value, bool *on)
{
    *on = value == DYNOX_ON;
    if ((unsigned)value > DYNOX_OFF)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%s has no value %d", name, (int)value);
    return value != DYNOX_KEEP && writer->error.status == DYNOX_OK;
}

void dynox__table_billing_change(dynox__request_writer *writer, const char *member, dynox_billing_change change,
                                 dynox_throughput units)
{
    bool to = change == DYNOX_TO_PROVISIONED;
    if ((unsigned)change > DYNOX_TO_PROVISIONED)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "billing has no value %d", (int)change);
    if (change == DYNOX_TO_ON_DEMAND && (units.read || units.write))
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, ".provisioned does not go with DYNOX_TO_ON_DEMAND");
    if (!to && !units.read != !units.write)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, ".provisioned needs both, read and write units");
    if (change) dynox__request_text(writer, member, to ? "PROVISIONED" : "PAY_PER_REQUEST");
}

void dynox__table_kms_change(dynox__request_writer *writer, const char *member, dynox_switch value, const char *key)
{
    bool on, mentioned = dynox__table_switched(writer, "kms_encryption", value, &on);
    if (mentioned && !on && key)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, ".kms_key does not go with .kms_encryption = DYNOX_OFF");
    if (!mentioned || on) {
        dynox__table_kms(writer, member, mentioned, key);
        return;
    }
    dynox__request_open(writer, member, '{');
    dynox__request_switch(writer, "Enabled", false);
    dynox__request_close(writer, '}');
}

void dynox__table_kms(dynox__request_writer *writer, const char *member, bool wanted, const char *key)
{
    if (key && !*key)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "kms_key is empty: a customer managed key is named by its id, ARN or alias");
    if (!wanted && !key) return;
    dynox__request_open(writer, member, '{');
    dynox__request_truth(writer, "Enabled", true);
    dynox__request_text(writer, "SSEType", "KMS");
    dynox__request_text(writer, "KMSMasterKeyId", key);
    dynox__request_close(writer, '}');
}

void dynox__table_tags(dynox__request_writer *writer, const dynox_tag *tags, size_t count)
{
    if (!dynox__request_array(writer, "tags", tags, count)) return;
    dynox__request_open(writer, "Tags", '[');
    for (size_t i = 0; i < count; i++) {
        if (!tags[i].key || !*tags[i].key) dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "tag %zu has no key", i + 1);
        dynox__request_open(writer, NULL, '{');
        dynox__request_text(writer, "Key", tags[i].key);
        dynox__request_text(writer, "Value", tags[i].value ? tags[i].value : "");
        dynox__request_close(writer, '}');
    }
    dynox__request_close(writer, ']');
}

/* ---- members of other kinds ---- */

void dynox__request_arn(dynox__request_writer *writer, const char *name, const char *arn)
{
    if (!arn || !*arn)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the ARN is missing");
    else if (strncmp(arn, "arn:", 4) != 0)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "\"%.100s\" is no ARN; that of a table is told by dynox_describe_table", arn);
    dynox__request_text(writer, name, arn);
    if (writer->call) dynox__call_resource(writer->call, arn);
}

void dynox__request_time(dynox__request_writer *writer, const char *name, double seconds)
{
    if (seconds == 0) return;
    if (!isfinite(seconds) || seconds < 0 || seconds > 1e12)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%s is no time: it is given in seconds since 1970", name);
    if (writer->error.status != DYNOX_OK) return;
    uint64_t ms = (uint64_t)(seconds * 1000 + 0.5);
    dynox__request_name(writer, name);
    dynox__buffer_unsigned(writer->json, ms / 1000);
    if (ms % 1000) dynox__buffer_format(writer->json, ".%03u", (unsigned)(ms % 1000));
}

void dynox__request_switch(dynox__request_writer *writer, const char *name, bool on)
{
    if (writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, name);
    dynox__buffer_text(writer->json, on ? "true" : "false");
}
