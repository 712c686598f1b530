/* What a table is, as JSON in the store, and back. */
#include "local/table/definition.h"
#include "local/table/parts.h"
#include "value/text/number.h"

/* ---- writing ---- */

static void write_name(dynox__buffer *buffer, const char *name)
{
    dynox__buffer_byte(buffer, '"');
    dynox__buffer_text(buffer, name);
    dynox__buffer_text(buffer, "\":");
}

static void write_integer(dynox__buffer *buffer, int64_t number)
{
    char   text[DYNOX__NUMBER_TEXT];
    size_t length = dynox__number_from_int(number, text);
    dynox__buffer_add(buffer, text, length);
}

static void write_number(dynox__buffer *buffer, const char *name, int64_t number)
{
    if (!number) return;
    write_name(buffer, name);
    write_integer(buffer, number);
    dynox__buffer_byte(buffer, ',');
}

static void write_text(dynox__buffer *buffer, const char *name, const char *text)
{
    if (!text) return;
    write_name(buffer, name);
    dynox__values_write_text(buffer, text, strlen(text));
    dynox__buffer_byte(buffer, ',');
}

static void write_numbers(dynox__buffer *buffer, const char *name, const int64_t *numbers, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++)
        any |= numbers[i] != 0;
    if (!any) return;
    write_name(buffer, name);
    for (size_t i = 0; i < count; i++) {
        dynox__buffer_byte(buffer, i ? ',' : '[');
        write_integer(buffer, numbers[i]);
    }
    dynox__buffer_text(buffer, "],");
}

/* [{"N":"pk","T":1},...] */
static void write_parts(dynox__buffer *buffer, const char *name, const dynox__key_part *parts, size_t count)
{
    write_name(buffer, name);
    dynox__buffer_byte(buffer, '[');
    for (size_t i = 0; i < count; i++) {
        dynox__buffer_text(buffer, i ? ",{\"N\":" : "{\"N\":");
        dynox__values_write_text(buffer, parts[i].name, parts[i].length);
        dynox__buffer_text(buffer, ",\"T\":");
        write_integer(buffer, parts[i].type);
        dynox__buffer_byte(buffer, '}');
    }
    dynox__buffer_text(buffer, "],");
}

static void write_throughput(dynox__buffer *buffer, const dynox__throughput *throughput,
                             const dynox__on_demand *on_demand)
{
    const int64_t provisioned[] = {throughput->read, throughput->write, throughput->decreases, throughput->increased_us,
                                   throughput->decreased_us};
    const int64_t most[]        = {on_demand->read, on_demand->write};
    write_numbers(buffer, "Throughput", provisioned, 5);
    write_numbers(buffer, "OnDemand", most, 2);
}

static void write_index(dynox__buffer *buffer, const dynox__index *index)
{
    dynox__buffer_byte(buffer, '{');
    write_text(buffer, "Name", index->name);
    write_number(buffer, "Number", index->number);
    write_number(buffer, "Global", index->is_global);
    write_number(buffer, "Status", index->status);
    write_number(buffer, "Ready", index->ready_us);
    write_number(buffer, "Projection", index->projection);
    write_parts(buffer, "Partition", index->key.partition, index->key.partition_count);
    write_parts(buffer, "Sort", index->key.sort, index->key.sort_count);
    write_throughput(buffer, &index->throughput, &index->on_demand);
    write_name(buffer, "Included");
    dynox__buffer_byte(buffer, '[');
    for (size_t i = 0; i < index->included_count; i++) {
        if (i) dynox__buffer_byte(buffer, ',');
        dynox__values_write_text(buffer, index->included[i], strlen(index->included[i]));
    }
    dynox__buffer_text(buffer, "]}");
}

static void write_vector(dynox__buffer *buffer, const dynox__vector_index *vector)
{
    dynox__buffer_byte(buffer, '{');
    write_text(buffer, "Attribute", vector->attribute);
    write_number(buffer, "Given", (int64_t)vector->given_count);
    write_number(buffer, "Dimensions", vector->dimensions);
    write_number(buffer, "Distance", vector->distance);
    write_number(buffer, "HasHash", vector->has_hash);
    write_parts(buffer, "Schema", vector->schema, vector->schema_count);
    write_name(buffer, "Index");
    write_index(buffer, &vector->index);
    dynox__buffer_byte(buffer, '}');
}

void dynox__definition_write(dynox__buffer *buffer, const dynox__table *table)
{
    dynox__buffer_byte(buffer, '{');
    write_text(buffer, "Name", table->name);
    write_text(buffer, "Id", table->id);
    write_number(buffer, "Number", table->number);
    write_number(buffer, "Status", table->status);
    write_number(buffer, "Created", table->created_us);
    write_number(buffer, "Ready", table->ready_us);
    write_parts(buffer, "Partition", table->key.partition, table->key.partition_count);
    write_parts(buffer, "Sort", table->key.sort, table->key.sort_count);
    write_parts(buffer, "Attributes", table->attributes, table->attribute_count);
    write_number(buffer, "IsOnDemand", table->is_on_demand);
    write_number(buffer, "WasOnDemand", table->was_on_demand);
    write_number(buffer, "OnDemandSince", table->on_demand_us);
    write_throughput(buffer, &table->throughput, &table->on_demand);
    write_number(buffer, "Protected", table->is_protected);
    write_text(buffer, "Class", table->class_name);
    write_text(buffer, "Key", table->encryption_key);
    write_text(buffer, "Ttl", table->ttl_attribute);
    write_number(buffer, "TtlSpace", table->ttl_space);
    write_number(buffer, "StreamView", table->stream_view);
    write_number(buffer, "Stream", table->stream);
    write_number(buffer, "StreamMade", table->stream_us);
    write_number(buffer, "History", table->history_us);
    write_number(buffer, "HistoryDays", table->history_days);
    write_text(buffer, "Tags", table->tags);
    write_text(buffer, "Policy", table->policy);
    write_text(buffer, "Insights", table->insights);
    write_text(buffer, "Destinations", table->destinations);
    write_text(buffer, "RestoredFrom", table->restored_from);
    write_number(buffer, "Restored", table->restored_us);
    write_name(buffer, "Vectors");
    dynox__buffer_byte(buffer, '[');
    for (size_t i = 0; i < table->vector_count; i++) {
        if (i) dynox__buffer_byte(buffer, ',');
        write_vector(buffer, &table->vectors[i]);
    }
    dynox__buffer_text(buffer, "],");
    write_name(buffer, "Indexes");
    dynox__buffer_byte(buffer, '[');
    for (size_t i = 0; i < table->index_count; i++) {
        if (i) dynox__buffer_byte(buffer, ',');
        write_index(buffer, &table->indexes[i]);
    }
    dynox__buffer_text(buffer, "]}");
}

/* ---- reading: what is not as it was written makes it broken, and nothing else happens ---- */

typedef struct reader {
    dynox__arena *arena;
    int64_t       now_us, until_us;
    bool          is_broken, no_memory;
} reader;

static bool broken(reader *reading)
{
    reading->is_broken = true;
    return false;
}

static void *room_for(reader *reading, size_t count, size_t size)
{
    size_t bytes;
    void  *room = dynox__mul_size(count, size, &bytes) ? dynox__arena_alloc(reading->arena, bytes) : NULL;
    if (!room) reading->no_memory = true;
    return room;
}

static int64_t number_of(const dynox__tree *object, const char *name)
{
    int64_t number = 0;
    dynox__tree_integer(object, name, &number);
    return number;
}

static void read_numbers(const dynox__tree *object, const char *name, int64_t *numbers, size_t count)
{
    const dynox__tree *list = dynox__tree_member(object, name);
    if (!list || list->kind != DYNOX__TREE_ARRAY) return;
    const dynox__tree *at = list->first;
    for (size_t i = 0; i < count && at; i++, at = at->next)
        if (at->kind == DYNOX__TREE_NUMBER) dynox__number_to_int(at->text, at->length, &numbers[i]);
}

static void read_throughput(const dynox__tree *object, dynox__throughput *throughput, dynox__on_demand *on_demand)
{
    int64_t provisioned[5] = {0}, most[2] = {0};
    read_numbers(object, "Throughput", provisioned, 5);
    read_numbers(object, "OnDemand", most, 2);
    *throughput = (dynox__throughput){provisioned[0], provisioned[1], provisioned[2], provisioned[3], provisioned[4]};
    *on_demand  = (dynox__on_demand){most[0], most[1]};
}

static bool read_part(reader *reading, const dynox__tree *tree, dynox__key_part *part)
{
    const dynox__tree *name = dynox__tree_member(tree, "N");
    int64_t            type = number_of(tree, "T");
    if (!name || name->kind != DYNOX__TREE_TEXT || name->length > UINT16_MAX) return broken(reading);
    if (type != DYNOX_S && type != DYNOX_N && type != DYNOX_B) return broken(reading);
    *part = (dynox__key_part){name->text, (uint32_t)name->length, (uint8_t)type};
    return true;
}

static bool read_key(reader *reading, const dynox__tree *tree, const char *name, dynox__key_part *parts,
                     unsigned *count)
{
    const dynox__tree *list = dynox__tree_member(tree, name);
    if (!list || list->kind != DYNOX__TREE_ARRAY || list->count > DYNOX__MOST_KEY_PARTS) return broken(reading);
    for (const dynox__tree *at = list->first; at; at = at->next)
        if (!read_part(reading, at, &parts[(*count)++])) return false;
    return true;
}

static bool read_schema(reader *reading, const dynox__tree *tree, dynox__key_schema *key)
{
    return read_key(reading, tree, "Partition", key->partition, &key->partition_count) &&
           read_key(reading, tree, "Sort", key->sort, &key->sort_count) && (key->partition_count || broken(reading));
}

static bool read_included(reader *reading, const dynox__tree *tree, dynox__index *index)
{
    const dynox__tree *list = dynox__tree_member(tree, "Included");
    if (!list || list->kind != DYNOX__TREE_ARRAY) return broken(reading);
    const char **names = room_for(reading, list->count, sizeof *names);
    if (!names) return false;
    for (const dynox__tree *at = list->first; at; at = at->next) {
        if (at->kind != DYNOX__TREE_TEXT) return broken(reading);
        names[index->included_count++] = at->text;
    }
    index->included = names;
    return true;
}

/* CREATING and UPDATING end by themselves. */
static dynox__table_status status_of(reader *reading, int64_t status, int64_t ready_us)
{
    if (status < DYNOX__TABLE_CREATING || status > DYNOX__TABLE_DELETING) status = DYNOX__TABLE_ACTIVE;
    if (status == DYNOX__TABLE_ACTIVE) return DYNOX__TABLE_ACTIVE;
    if (ready_us > reading->now_us) {
        if (ready_us < reading->until_us) reading->until_us = ready_us;
        return (dynox__table_status)status;
    }
    return status == DYNOX__TABLE_DELETING ? DYNOX__TABLE_DELETING : DYNOX__TABLE_ACTIVE;
}

static bool read_index(reader *reading, const dynox__tree *tree, dynox__index *index)
{
    int64_t projection = number_of(tree, "Projection");
    *index             = (dynox__index){.name      = dynox__tree_text(tree, "Name"),
                                        .number    = (uint32_t)number_of(tree, "Number"),
                                        .is_global = number_of(tree, "Global") != 0,
                                        .ready_us  = number_of(tree, "Ready")};
    if (!index->name || index->number < DYNOX__SPACE_FIRST || projection < 0 || projection > DYNOX__PROJECT_INCLUDE)
        return broken(reading);
    index->projection = (dynox__index_projection)projection;
    index->status     = status_of(reading, number_of(tree, "Status"), index->ready_us);
    read_throughput(tree, &index->throughput, &index->on_demand);
    return read_schema(reading, tree, &index->key) && read_included(reading, tree, index);
}

static bool read_indexes(reader *reading, const dynox__tree *tree, dynox__table *table)
{
    const dynox__tree *list = dynox__tree_member(tree, "Indexes");
    if (!list || list->kind != DYNOX__TREE_ARRAY || list->count > DYNOX__MOST_INDEXES) return broken(reading);
    dynox__index *indexes = room_for(reading, list->count, sizeof *indexes);
    if (!indexes) return false;
    table->indexes = indexes;
    for (const dynox__tree *at = list->first; at; at = at->next) {
        dynox__index *index = &indexes[table->index_count];
        if (!read_index(reading, at, index)) return false;
        table->index_count += index->status != DYNOX__TABLE_DELETING || index->ready_us > reading->now_us;
    }
    return true;
}

static bool read_vector(reader *reading, const dynox__tree *tree, dynox__vector_index *vector)
{
    const dynox__tree *schema   = dynox__tree_member(tree, "Schema");
    int64_t            distance = number_of(tree, "Distance"), given = number_of(tree, "Given");
    *vector = (dynox__vector_index){.attribute  = dynox__tree_text(tree, "Attribute"),
                                    .dimensions = number_of(tree, "Dimensions"),
                                    .has_hash   = number_of(tree, "HasHash") != 0};
    if (!vector->attribute || vector->dimensions <= 0 || distance < 0 || distance > DYNOX__EUCLIDEAN || !schema ||
        schema->kind != DYNOX__TREE_ARRAY || !read_index(reading, dynox__tree_member(tree, "Index"), &vector->index))
        return broken(reading);
    dynox__key_part *parts = room_for(reading, schema->count, sizeof *parts);
    if (!parts) return false;
    for (const dynox__tree *at = schema->first; at; at = at->next)
        if (!read_part(reading, at, &parts[vector->schema_count++])) return false;
    if (given < 0 || (uint64_t)given > vector->index.included_count || (vector->has_hash && !vector->schema_count))
        return broken(reading);
    vector->given_count = (size_t)given;
    vector->distance    = (dynox__distance)distance;
    vector->schema      = parts;
    return true;
}

static bool read_vectors(reader *reading, const dynox__tree *tree, dynox__table *table)
{
    const dynox__tree *list = dynox__tree_member(tree, "Vectors");
    if (!list || list->kind != DYNOX__TREE_ARRAY || list->count > DYNOX__MOST_VECTORS) return broken(reading);
    dynox__vector_index *vectors = room_for(reading, list->count, sizeof *vectors);
    if (!vectors) return false;
    table->vectors = vectors;
    for (const dynox__tree *at = list->first; at; at = at->next) {
        dynox__vector_index *vector = &vectors[table->vector_count];
        if (!read_vector(reading, at, vector)) return false;
        table->vector_count +=
            vector->index.status != DYNOX__TABLE_DELETING || vector->index.ready_us > reading->now_us;
    }
    return true;
}

static bool is_used(const dynox__table *table, const dynox__key_part *part)
{
    bool used = dynox__is_part(&table->key, part->name, part->length);
    for (size_t i = 0; i < table->index_count; i++)
        used |= dynox__is_part(&table->indexes[i].key, part->name, part->length);
    return used || dynox__is_searched(table, part->name, part->length);
}

/* Those that are part of a key still: an index may have gone. */
static bool read_attributes(reader *reading, const dynox__tree *tree, dynox__table *table)
{
    const dynox__tree *list = dynox__tree_member(tree, "Attributes");
    if (!list || list->kind != DYNOX__TREE_ARRAY) return broken(reading);
    dynox__key_part *parts = room_for(reading, list->count, sizeof *parts);
    if (!parts) return false;
    table->attributes = parts;
    for (const dynox__tree *at = list->first; at; at = at->next) {
        if (!read_part(reading, at, &parts[table->attribute_count])) return false;
        table->attribute_count += is_used(table, &parts[table->attribute_count]);
    }
    return true;
}

static bool read_table(reader *reading, const dynox__tree *tree, dynox__table *table)
{
    int64_t view = number_of(tree, "StreamView");
    *table       = (dynox__table){.name           = dynox__tree_text(tree, "Name"),
                                  .id             = dynox__tree_text(tree, "Id"),
                                  .number         = (uint32_t)number_of(tree, "Number"),
                                  .created_us     = number_of(tree, "Created"),
                                  .ready_us       = number_of(tree, "Ready"),
                                  .is_on_demand   = number_of(tree, "IsOnDemand") != 0,
                                  .was_on_demand  = number_of(tree, "WasOnDemand") != 0,
                                  .on_demand_us   = number_of(tree, "OnDemandSince"),
                                  .is_protected   = number_of(tree, "Protected") != 0,
                                  .class_name     = dynox__tree_text(tree, "Class"),
                                  .encryption_key = dynox__tree_text(tree, "Key"),
                                  .ttl_attribute  = dynox__tree_text(tree, "Ttl"),
                                  .ttl_space      = (uint32_t)number_of(tree, "TtlSpace"),
                                  .stream         = (uint32_t)number_of(tree, "Stream"),
                                  .stream_us      = number_of(tree, "StreamMade"),
                                  .history_us     = number_of(tree, "History"),
                                  .history_days   = number_of(tree, "HistoryDays"),
                                  .tags           = dynox__tree_text(tree, "Tags"),
                                  .policy         = dynox__tree_text(tree, "Policy"),
                                  .insights       = dynox__tree_text(tree, "Insights"),
                                  .destinations   = dynox__tree_text(tree, "Destinations"),
                                  .restored_from  = dynox__tree_text(tree, "RestoredFrom"),
                                  .restored_us    = number_of(tree, "Restored")};
    if (!table->name || !table->id || table->number < DYNOX__SPACE_FIRST || view < 0 || view > DYNOX__STREAM_BOTH)
        return broken(reading);
    table->stream_view = (dynox__stream_view)view;
    table->status      = status_of(reading, number_of(tree, "Status"), table->ready_us);
    read_throughput(tree, &table->throughput, &table->on_demand);
    return read_schema(reading, tree, &table->key) && read_indexes(reading, tree, table) &&
           read_vectors(reading, tree, table) && read_attributes(reading, tree, table);
}

const dynox__table *dynox__definition_read(const dynox__tree *tree, int64_t now_us, dynox__arena *arena,
                                           int64_t *until_us, bool *is_broken)
{
    reader        reading = {.arena = arena, .now_us = now_us, .until_us = INT64_MAX};
    dynox__table *table   = room_for(&reading, 1, sizeof *table);
    bool          done    = table && read_table(&reading, tree, table);
    *until_us             = reading.until_us;
    *is_broken            = reading.is_broken;
    return done ? table : NULL;
}
