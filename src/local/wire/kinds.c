/* The words for JSON of the wrong kind. */
#include "local/wire/kinds.h"
#include "base/ascii.h"
#include <string.h>

static const char misplaced_structure[] = "Start of structure or map found where not expected";

/* What its reflection says where a list or a map lies in another one. */
static const char no_class[] =
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class "
    "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of "
    "loader 'bootstrap')";

static const char *java_name(dynox__kind kind)
{
    static const char *const names[] = {
        [DYNOX__KIND_STRING] = "String",   [DYNOX__KIND_BOOLEAN] = "Boolean", [DYNOX__KIND_INTEGER] = "Integer",
        [DYNOX__KIND_LONG] = "Long",       [DYNOX__KIND_DOUBLE] = "Double",   [DYNOX__KIND_TIMESTAMP] = "Date",
        [DYNOX__KIND_BLOB] = "ByteBuffer", [DYNOX__KIND_LIST] = "List",       [DYNOX__KIND_MAP] = "Map",
        [DYNOX__KIND_STRUCTURE] = "Object"};
    return names[kind];
}

static const char *token_name(const dynox__tree *tree)
{
    switch (tree->kind) {
    case DYNOX__TREE_TRUE: return "TRUE_VALUE";
    case DYNOX__TREE_FALSE: return "FALSE_VALUE";
    case DYNOX__TREE_TEXT: return "STRING_VALUE";
    case DYNOX__TREE_NULL: return "NULL_VALUE";
    default: break;
    }
    for (size_t i = 0; i < tree->length; i++)
        if (strchr(".eE", tree->text[i])) return "DECIMAL_VALUE";
    return "NUMBER_VALUE";
}

/* Where a scalar is wanted. */
static bool refuse_scalar(const dynox__tree *tree, dynox__kind kind, dynox__arena *arena, dynox__refusal *refusal)
{
    const char *name = java_name(kind);
    if (tree->kind == DYNOX__TREE_OBJECT)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_SERIALIZATION, "%s", misplaced_structure);
    if (tree->kind == DYNOX__TREE_ARRAY)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_SERIALIZATION,
                             "Unrecognized collection type class java.%s.%s",
                             kind == DYNOX__KIND_BLOB        ? "nio"
                             : kind == DYNOX__KIND_TIMESTAMP ? "util"
                                                             : "lang",
                             name);
    if (kind == DYNOX__KIND_BLOB)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_SERIALIZATION,
                             "only base-64-encoded strings are convertible to bytes");
    if (kind == DYNOX__KIND_BOOLEAN && tree->kind == DYNOX__TREE_TEXT)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_SERIALIZATION, "Unexpected token received from parser");
    return dynox__refuse(refusal, arena, DYNOX__REFUSAL_SERIALIZATION, "%s cannot be converted to %s", token_name(tree),
                         name);
}

/* A text that the service reads as a boolean. */
static bool is_boolean_text(const dynox__tree *tree)
{
    static const char *const words[] = {"true", "false", "1", "0", "yes", "no"};
    for (size_t i = 0; i < sizeof words / sizeof *words && tree->kind == DYNOX__TREE_TEXT; i++)
        if (tree->length == strlen(words[i]) && dynox__ascii_same(tree->text, words[i])) return true;
    return false;
}

bool dynox__kind_refuse(const dynox__tree *tree, dynox__kind kind, const dynox__kind_place *place, dynox__arena *arena,
                        dynox__refusal *refusal)
{
    bool        collection = tree->kind == DYNOX__TREE_OBJECT || tree->kind == DYNOX__TREE_ARRAY;
    const char *scalar =
        kind == DYNOX__KIND_STRUCTURE && place->element ? "Unexpected value type in payload" : "Unexpected field type";
    const char *package = strchr(place->class_name, '.') ? "" : "com.amazonaws.dynamodb.v20120810.";
    if (kind == DYNOX__KIND_BOOLEAN && is_boolean_text(tree)) return true;
    if (kind < DYNOX__KIND_LIST) return refuse_scalar(tree, kind, arena, refusal);
    if (!collection && place->element && kind != DYNOX__KIND_STRUCTURE) scalar = no_class;
    if (!collection) return dynox__refuse(refusal, arena, DYNOX__REFUSAL_SERIALIZATION, "%s", scalar);
    if (kind == DYNOX__KIND_LIST)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_SERIALIZATION, "%s", misplaced_structure);
    if (kind == DYNOX__KIND_STRUCTURE)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_SERIALIZATION, "Unrecognized collection type class %s%s",
                             package, place->class_name);
    return dynox__refuse(refusal, arena, DYNOX__REFUSAL_SERIALIZATION,
                         "Unrecognized collection type java.util.Map<java.lang.String, %s%s>", package,
                         place->class_name);
}
