/* Indexes of vectors as requests define them. */
#include "local/operation/define.h"
#include "local/table/vector.h"

enum { MOST_SCHEMA = 32 };

static bool read_schema(dynox__defining *defining, const dynox__tree *schema, dynox__vector_index *vector)
{
    dynox__local_call *call = defining->call;
    if (!schema) return true;
    if (schema->count > MOST_SCHEMA) return dynox__invalid(call, DYNOX__INVALID "SearchSchema is too long");
    dynox__key_part *parts = dynox__arena_alloc(call->arena, (schema->count + 1) * sizeof *parts);
    if (!parts) return dynox__refuse_memory(&call->refusal);
    vector->schema = parts;
    for (const dynox__tree *at = schema->first; at; at = at->next) {
        const dynox__tree     *name = dynox__tree_member(at, "AttributeName");
        const char            *type = dynox__tree_text(at, "SearchSchemaElementType");
        const dynox__key_part *part = dynox__define_attribute_of(defining, name);
        bool                   hash = type && strcmp(type, "HASH") == 0;
        if (!part)
            return dynox__invalid(call,
                                  DYNOX__INVALID "Some attributes of the SearchSchema are not defined in "
                                                 "AttributeDefinitions: %s",
                                  name && name->kind == DYNOX__TREE_TEXT ? name->text : "");
        if (hash && at != schema->first)
            return dynox__invalid(call, DYNOX__INVALID "Only the first element of the SearchSchema may be HASH");
        vector->has_hash |= hash;
        parts[vector->schema_count++] = *part;
    }
    return true;
}

/* What is shown besides what was asked for: the vector, and what a search may ask about. */
static bool include_more(dynox__local_call *call, dynox__vector_index *vector)
{
    size_t       count = vector->index.included_count + vector->schema_count + 1, at = 0;
    const char **names = dynox__arena_alloc(call->arena, count * sizeof *names);
    if (!names) return dynox__refuse_memory(&call->refusal);
    for (; at < vector->index.included_count; at++)
        names[at] = vector->index.included[at];
    vector->given_count = at;
    names[at++]         = vector->attribute;
    for (size_t i = 0; i < vector->schema_count; i++)
        names[at++] = vector->schema[i].name;
    vector->index.included       = names;
    vector->index.included_count = at;
    return true;
}

static bool is_free(dynox__defining *defining, const dynox__vector_index *vector)
{
    bool taken = false;
    for (size_t i = 0; i < defining->table.index_count; i++)
        taken |= strcmp(defining->indexes[i].name, vector->index.name) == 0;
    for (size_t i = 0; i < defining->table.vector_count; i++) {
        const dynox__vector_index *other = &defining->vectors[i];
        taken |= strcmp(other->index.name, vector->index.name) == 0;
        if (strcmp(other->attribute, vector->attribute) == 0 && other->dimensions != vector->dimensions)
            return dynox__invalid(defining->call,
                                  DYNOX__INVALID "Vector indexes of the same attribute must have the same "
                                                 "number of dimensions: %s",
                                  vector->attribute);
    }
    return !taken || dynox__invalid(defining->call, DYNOX__INVALID "Duplicate index name: %s", vector->index.name);
}

bool dynox__define_vector(dynox__defining *defining, const dynox__tree *tree)
{
    dynox__local_call  *call     = defining->call;
    const char         *distance = dynox__tree_text(tree, "DistanceFunction");
    dynox__vector_index vector   = {
          .attribute = dynox__tree_text(dynox__tree_member(tree, "VectorAttribute"), "AttributeName"),
          .distance  = !distance                              ? DYNOX__COSINE
                       : strcmp(distance, "DOT_PRODUCT") == 0 ? DYNOX__DOT_PRODUCT
                       : strcmp(distance, "EUCLIDEAN") == 0   ? DYNOX__EUCLIDEAN
                                                              : DYNOX__COSINE,
          .index     = {
                  .name = dynox__tree_text(tree, "IndexName"), .status = DYNOX__TABLE_CREATING, .key = defining->table.key}};
    dynox__tree_integer(tree, "Dimensions", &vector.dimensions);
    if (!vector.index.name || !vector.attribute)
        return dynox__invalid(call, DYNOX__INVALID "IndexName and VectorAttribute must be specified");
    if (vector.dimensions < 1 || vector.dimensions > DYNOX__MOST_DIMENSIONS)
        return dynox__invalid(call, DYNOX__INVALID "Dimensions must be between 1 and 4096 for index: %s",
                              vector.index.name);
    if (defining->table.vector_count == DYNOX__MOST_VECTORS)
        return dynox__invalid(call, DYNOX__INVALID "VectorIndex count exceeds the per-table limit of 20");
    if (!is_free(defining, &vector) || !read_schema(defining, dynox__tree_member(tree, "SearchSchema"), &vector) ||
        !dynox__define_projection(call, dynox__tree_member(tree, "Projection"), &vector.index) ||
        !include_more(call, &vector))
        return false;
    defining->vectors[defining->table.vector_count++] = vector;
    return true;
}

bool dynox__define_vectors(dynox__defining *defining, const dynox__tree *vectors)
{
    for (const dynox__tree *at = vectors ? vectors->first : NULL; at; at = at->next)
        if (!dynox__define_vector(defining, at)) return false;
    return true;
}
