/* Tables as requests define them: attributes, keys, indexes. */
#include "local/operation/define.h"
#include "local/table/parts.h"
#include <stdarg.h>
#include <stdio.h>

enum { MOST_LOCAL = 5, MOST_GLOBAL = 20, MOST_INCLUDED = 100 };

bool dynox__invalid(dynox__local_call *call, const char *format, ...)
{
    dynox__buffer text = {0};
    va_list       args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length >= 0 && dynox__buffer_reserve(&text, (size_t)length + 1)) {
        va_start(args, format);
        vsnprintf(text.data, (size_t)length + 1, format, args);
        va_end(args);
        dynox__refuse_text(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION, text.data, (size_t)length);
    } else {
        dynox__refuse_memory(&call->refusal);
    }
    dynox__buffer_free(&text);
    return false;
}

void dynox__define_begin(dynox__defining *defining, dynox__local_call *call, const dynox__table *from)
{
    *defining = (dynox__defining){.call = call};
    if (from) {
        defining->table = *from;
        if (from->index_count) memcpy(defining->indexes, from->indexes, from->index_count * sizeof *from->indexes);
    }
    if (from && from->vector_count)
        memcpy(defining->vectors, from->vectors, from->vector_count * sizeof *from->vectors);
    defining->table.indexes = defining->indexes;
    defining->table.vectors = defining->vectors;
}

/* ---- attributes ---- */

/* The list in the arena; "" when out of memory, which the arena will tell. */
static const char *kept(dynox__local_call *call, dynox__buffer *list)
{
    dynox__buffer_byte(list, ']');
    const char *names = list->failed ? NULL : dynox__arena_copy(call->arena, list->data, list->size);
    dynox__buffer_free(list);
    return names ? names : "";
}

/* "[a, b]" of the AttributeName of each element. */
static const char *names_of(dynox__local_call *call, const dynox__tree *elements)
{
    dynox__buffer list = {0};
    dynox__buffer_byte(&list, '[');
    for (const dynox__tree *at = elements ? elements->first : NULL; at; at = at->next) {
        const char *name = dynox__tree_text(at, "AttributeName");
        if (at != elements->first) dynox__buffer_text(&list, ", ");
        if (name) dynox__buffer_text(&list, name);
    }
    return kept(call, &list);
}

static const char *names_of_parts(dynox__local_call *call, const dynox__key_part *parts, size_t count)
{
    dynox__buffer list = {0};
    dynox__buffer_byte(&list, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) dynox__buffer_text(&list, ", ");
        dynox__buffer_add(&list, parts[i].name, parts[i].length);
    }
    return kept(call, &list);
}

const dynox__key_part *dynox__define_attribute_of(const dynox__defining *defining, const dynox__tree *name)
{
    for (size_t i = 0; name && i < defining->table.attribute_count; i++) {
        const dynox__key_part *part = &defining->table.attributes[i];
        if (part->length == name->length && memcmp(part->name, name->text, name->length) == 0) return part;
    }
    return NULL;
}

bool dynox__define_attributes(dynox__defining *defining, const dynox__tree *definitions)
{
    dynox__local_call *call = defining->call;
    size_t             have = defining->table.attribute_count, count = have + (definitions ? definitions->count : 0);
    /* Four parts of each kind in each index is all that can be used; more would be work for nothing. */
    if (count > (DYNOX__MOST_INDEXES + 1) * 2 * DYNOX__MOST_KEY_PARTS)
        return dynox__invalid(call, DYNOX__INVALID "Too many AttributeDefinitions");
    dynox__key_part *parts = dynox__arena_alloc(call->arena, (count + 1) * sizeof *parts);
    if (!parts) return dynox__refuse_memory(&call->refusal);
    if (have) memcpy(parts, defining->table.attributes, have * sizeof *parts);
    defining->attributes       = parts;
    defining->table.attributes = parts;
    for (const dynox__tree *at = definitions ? definitions->first : NULL; at; at = at->next) {
        const dynox__tree     *name  = dynox__tree_member(at, "AttributeName");
        const char            *type  = dynox__tree_text(at, "AttributeType");
        const dynox__key_part *known = dynox__define_attribute_of(defining, name);
        if (!name || !type) return dynox__invalid(call, DYNOX__INVALID "AttributeDefinitions must be complete");
        uint8_t is = *type == 'S' ? DYNOX_S : *type == 'N' ? DYNOX_N : DYNOX_B;
        if (known && known >= parts + have)
            return dynox__invalid(call,
                                  DYNOX__INVALID "Number of attributes in KeySchema does not exactly match number "
                                                 "of attributes defined in AttributeDefinitions");
        if (known && known->type != is)
            return dynox__invalid(call,
                                  DYNOX__INVALID "Attributes cannot be redefined. Please check that your attribute "
                                                 "has the same type as previously defined. Existing schema: "
                                                 "%s, new attribute: %s",
                                  names_of_parts(call, parts, have), name->text);
        if (!known)
            parts[defining->table.attribute_count++] = (dynox__key_part){name->text, (uint32_t)name->length, is};
    }
    return true;
}

static bool is_used(const dynox__defining *defining, const dynox__key_part *part)
{
    if (dynox__is_part(&defining->table.key, part->name, part->length)) return true;
    for (size_t i = 0; i < defining->table.index_count; i++)
        if (dynox__is_part(&defining->indexes[i].key, part->name, part->length)) return true;
    return dynox__is_searched(&defining->table, part->name, part->length);
}

bool dynox__define_check_used(dynox__defining *defining)
{
    dynox__local_call *call  = defining->call;
    size_t             count = defining->table.attribute_count, used = 0;
    dynox__key_part   *parts = dynox__arena_alloc(call->arena, (count + 1) * sizeof *parts);
    if (!parts) return dynox__refuse_memory(&call->refusal);
    for (size_t i = 0; i < count; i++)
        if (is_used(defining, &defining->attributes[i])) parts[used++] = defining->attributes[i];
    if (used == count) return true;
    if (!defining->table.index_count)
        return dynox__invalid(call, DYNOX__INVALID "Number of attributes in KeySchema does not exactly match number of "
                                                   "attributes defined in AttributeDefinitions");
    return dynox__invalid(call,
                          DYNOX__INVALID "Some AttributeDefinitions are not used. AttributeDefinitions: %s, keys "
                                         "used: %s",
                          names_of_parts(call, defining->attributes, count), names_of_parts(call, parts, used));
}

/* ---- keys ---- */

bool dynox__define_check_given(dynox__local_call *call, const dynox__tree *schema, const dynox__tree *definitions)
{
    for (const dynox__tree *at = schema ? schema->first : NULL; at; at = at->next) {
        const dynox__tree *name  = dynox__tree_member(at, "AttributeName"),
                          *given = definitions ? definitions->first : NULL;
        for (; name && given; given = given->next) {
            const dynox__tree *other = dynox__tree_member(given, "AttributeName");
            if (other && other->length == name->length && memcmp(other->text, name->text, name->length) == 0) break;
        }
        if (!given)
            return dynox__invalid(call,
                                  DYNOX__INVALID "Some index key attributes are not defined in "
                                                 "AttributeDefinitions. Keys: %s, AttributeDefinitions: %s",
                                  names_of(call, schema), names_of(call, definitions));
    }
    return true;
}

static bool check_defined(dynox__defining *defining, const dynox__tree *schema, bool of_table)
{
    dynox__local_call *call = defining->call;
    if (of_table && schema->count > defining->table.attribute_count)
        return dynox__invalid(call, "Invalid KeySchema: Some index key attribute have no definition");
    for (const dynox__tree *at = schema->first; at; at = at->next)
        if (!dynox__define_attribute_of(defining, dynox__tree_member(at, "AttributeName")))
            return dynox__invalid(call,
                                  DYNOX__INVALID "Some index key attributes are not defined in "
                                                 "AttributeDefinitions. Keys: %s, AttributeDefinitions: %s",
                                  names_of(call, schema),
                                  names_of_parts(call, defining->attributes, defining->table.attribute_count));
    return true;
}

/* `most` parts of each kind, HASH before RANGE. */
static bool read_key(dynox__defining *defining, const dynox__tree *schema, unsigned most, bool of_table,
                     dynox__key_schema *key)
{
    dynox__local_call *call = defining->call;
    *key                    = (dynox__key_schema){0};
    if (!schema || !schema->first) return dynox__invalid(call, "Invalid KeySchema: The KeySchema is empty");
    if (!check_defined(defining, schema, of_table)) return false;
    for (const dynox__tree *at = schema->first; at; at = at->next) {
        const dynox__key_part *part = dynox__define_attribute_of(defining, dynox__tree_member(at, "AttributeName"));
        const char            *type = dynox__tree_text(at, "KeyType");
        bool                   hash = type && strcmp(type, "HASH") == 0;
        if (dynox__is_part(key, part->name, part->length))
            return dynox__invalid(call, schema->count == 2
                                            ? "Both the Hash Key and the Range Key element in the KeySchema "
                                              "have the same name"
                                            : "Invalid KeySchema: Two KeySchemaElements have the same name");
        if (at == schema->first && !hash)
            return dynox__invalid(call, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
        if (hash && (key->sort_count || key->partition_count == most))
            return most == 1
                       ? dynox__invalid(call, "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
                       : dynox__invalid(call, "Invalid KeySchema: At most %u HASH keys come first", most);
        if (!hash && key->sort_count == most)
            return dynox__invalid(call, "Invalid KeySchema: At most %u RANGE key%s follow%s the HASH key", most,
                                  most == 1 ? "" : "s", most == 1 ? "s" : "");
        if (hash)
            key->partition[key->partition_count++] = *part;
        else
            key->sort[key->sort_count++] = *part;
    }
    return true;
}

bool dynox__define_key(dynox__defining *defining, const dynox__tree *schema)
{
    return read_key(defining, schema, 1, true, &defining->table.key);
}

/* ---- indexes ---- */

bool dynox__define_projection(dynox__local_call *call, const dynox__tree *projection, dynox__index *index)
{
    const char        *type  = dynox__tree_text(projection, "ProjectionType");
    const dynox__tree *names = dynox__tree_member(projection, "NonKeyAttributes");
    if (!type) return dynox__invalid(call, DYNOX__INVALID "Unknown ProjectionType: null");
    bool includes     = strcmp(type, "INCLUDE") == 0;
    index->projection = includes                         ? DYNOX__PROJECT_INCLUDE
                        : strcmp(type, "KEYS_ONLY") == 0 ? DYNOX__PROJECT_KEYS
                                                         : DYNOX__PROJECT_ALL;
    if (names && !includes)
        return dynox__invalid(call, DYNOX__INVALID "ProjectionType is %s, but NonKeyAttributes is specified", type);
    if (!names && includes)
        return dynox__invalid(call, DYNOX__INVALID "ProjectionType is %s, but NonKeyAttributes is not specified", type);
    if (!names) return true;
    const char **included = dynox__arena_alloc(call->arena, names->count * sizeof *included);
    if (!included) return dynox__refuse_memory(&call->refusal);
    for (const dynox__tree *at = names->first; at; at = at->next)
        if (at->kind == DYNOX__TREE_TEXT) included[index->included_count++] = at->text;
    index->included = included;
    return true;
}

static bool check_local(dynox__defining *defining, const dynox__index *index)
{
    const dynox__key_part *hash = &index->key.partition[0], *table = &defining->table.key.partition[0];
    if (!index->key.sort_count)
        return dynox__invalid(defining->call, DYNOX__INVALID "Index KeySchema does not have a range key for index: %s",
                              index->name);
    if (hash->length == table->length && memcmp(hash->name, table->name, hash->length) == 0) return true;
    return dynox__invalid(defining->call,
                          DYNOX__INVALID
                          "Index KeySchema does not have the same leading hash key as table KeySchema for "
                          "index: %s. index hash key: %s, table hash key: %s",
                          index->name, hash->name, table->name);
}

static bool check_index_throughput(dynox__defining *defining, const dynox__tree *tree, dynox__index *index)
{
    const dynox__tree *throughput = dynox__tree_member(tree, "ProvisionedThroughput");
    dynox__define_on_demand(dynox__tree_member(tree, "OnDemandThroughput"), &index->on_demand);
    if (defining->table.is_on_demand && throughput)
        return dynox__invalid(defining->call,
                              DYNOX__INVALID "ProvisionedThroughput should not be specified for index: %s when "
                                             "BillingMode is PAY_PER_REQUEST",
                              index->name);
    if (!defining->table.is_on_demand && !throughput)
        return dynox__invalid(defining->call, DYNOX__INVALID "ProvisionedThroughput must be specified for index: %s",
                              index->name);
    return !throughput || dynox__define_throughput(defining->call, throughput, &index->throughput);
}

static bool too_many(dynox__local_call *call, bool global)
{
    return dynox__invalid(call, global ? DYNOX__INVALID "GlobalSecondaryIndex count exceeds the per-table limit of 20"
                                       : DYNOX__INVALID "Number of LocalSecondaryIndexes exceeds per-table limit of 5");
}

static bool check_count(dynox__defining *defining)
{
    size_t local = 0, global = 0, included = 0;
    for (size_t i = 0; i < defining->table.index_count; i++) {
        const dynox__index *index = &defining->indexes[i];
        included += index->included_count;
        if (index->is_global)
            global += index->status != DYNOX__TABLE_DELETING;
        else
            local++;
    }
    if (local > MOST_LOCAL) return too_many(defining->call, false);
    if (global > MOST_GLOBAL) return too_many(defining->call, true);
    if (included > MOST_INCLUDED)
        return dynox__invalid(defining->call,
                              DYNOX__INVALID "Number of projected attributes of all indexes exceeds the "
                                             "per-table limit of 100");
    return true;
}

bool dynox__define_index(dynox__defining *defining, const dynox__tree *tree, bool global)
{
    dynox__index index = {
        .name = dynox__tree_text(tree, "IndexName"), .is_global = global, .status = DYNOX__TABLE_CREATING};
    if (!index.name) return dynox__invalid(defining->call, DYNOX__INVALID "IndexName must be specified");
    if (!read_key(defining, dynox__tree_member(tree, "KeySchema"), global ? DYNOX__MOST_KEY_PARTS : 1, false,
                  &index.key))
        return false;
    if (!global && !check_local(defining, &index)) return false;
    if (!dynox__define_projection(defining->call, dynox__tree_member(tree, "Projection"), &index)) return false;
    if (global && !check_index_throughput(defining, tree, &index)) return false;
    for (size_t i = 0; i < defining->table.index_count; i++)
        if (strcmp(defining->indexes[i].name, index.name) == 0)
            return dynox__invalid(defining->call, DYNOX__INVALID "Duplicate index name: %s", index.name);
    /* As many as fit, 5 and 20, and one more: it is one too many of its kind. */
    if (defining->table.index_count == DYNOX__MOST_INDEXES) return too_many(defining->call, global);
    defining->indexes[defining->table.index_count++] = index;
    return check_count(defining);
}

static bool define_list(dynox__defining *defining, const dynox__tree *list, const char *name, bool global)
{
    if (!list) return true;
    if (!list->first) return dynox__invalid(defining->call, DYNOX__INVALID "List of %s is empty", name);
    if (!global && !defining->table.key.sort_count)
        return dynox__invalid(defining->call, DYNOX__INVALID "Table KeySchema does not have a range key, which is "
                                                             "required when specifying a LocalSecondaryIndex");
    for (const dynox__tree *at = list->first; at; at = at->next)
        if (!dynox__define_index(defining, at, global)) return false;
    return true;
}

bool dynox__define_indexes(dynox__defining *defining, const dynox__tree *request)
{
    static const char local[] = "LocalSecondaryIndexes", global[] = "GlobalSecondaryIndexes";
    return define_list(defining, dynox__tree_member(request, local), local, false) &&
           define_list(defining, dynox__tree_member(request, global), global, true);
}
