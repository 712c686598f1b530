/* Trees back into JSON. */
#include "local/engine/tree_text.h"
#include "local/wire/values.h"

/* The depth is bounded by that of what was parsed. */
static void write_children(dynox__buffer *to, const dynox__tree *tree)
{
    for (const dynox__tree *child = tree->first; child; child = child->next) {
        if (child != tree->first) dynox__buffer_byte(to, ',');
        if (tree->kind == DYNOX__TREE_OBJECT) {
            dynox__values_write_text(to, child->name, child->name_length);
            dynox__buffer_byte(to, ':');
        }
        dynox__tree_write(to, child);
    }
}

void dynox__tree_write(dynox__buffer *to, const dynox__tree *tree)
{
    switch (tree->kind) {
    case DYNOX__TREE_NULL: DYNOX__BUFFER_LITERAL(to, "null"); break;
    case DYNOX__TREE_FALSE: DYNOX__BUFFER_LITERAL(to, "false"); break;
    case DYNOX__TREE_TRUE: DYNOX__BUFFER_LITERAL(to, "true"); break;
    case DYNOX__TREE_NUMBER: dynox__buffer_add(to, tree->text, tree->length); break;
    case DYNOX__TREE_TEXT: dynox__values_write_text(to, tree->text, tree->length); break;
    case DYNOX__TREE_ARRAY:
    case DYNOX__TREE_OBJECT:
        dynox__buffer_byte(to, tree->kind == DYNOX__TREE_ARRAY ? '[' : '{');
        write_children(to, tree);
        dynox__buffer_byte(to, tree->kind == DYNOX__TREE_ARRAY ? ']' : '}');
        break;
    }
}

/* ---- plain JSON, {"pk": "a"}, as the attributes that the service knows ---- */

static void write_typed(dynox__buffer *to, const dynox__tree *tree);

static void write_typed_children(dynox__buffer *to, const dynox__tree *tree)
{
    for (const dynox__tree *child = tree->first; child; child = child->next) {
        if (child != tree->first) dynox__buffer_byte(to, ',');
        if (tree->kind == DYNOX__TREE_OBJECT) {
            dynox__values_write_text(to, child->name, child->name_length);
            dynox__buffer_byte(to, ':');
        }
        write_typed(to, child);
    }
}

static void write_typed(dynox__buffer *to, const dynox__tree *tree)
{
    switch (tree->kind) {
    case DYNOX__TREE_NULL: DYNOX__BUFFER_LITERAL(to, "{\"NULL\":true}"); break;
    case DYNOX__TREE_FALSE: DYNOX__BUFFER_LITERAL(to, "{\"BOOL\":false}"); break;
    case DYNOX__TREE_TRUE: DYNOX__BUFFER_LITERAL(to, "{\"BOOL\":true}"); break;
    case DYNOX__TREE_NUMBER:
        DYNOX__BUFFER_LITERAL(to, "{\"N\":");
        dynox__values_write_text(to, tree->text, tree->length);
        dynox__buffer_byte(to, '}');
        break;
    case DYNOX__TREE_TEXT:
        DYNOX__BUFFER_LITERAL(to, "{\"S\":");
        dynox__values_write_text(to, tree->text, tree->length);
        dynox__buffer_byte(to, '}');
        break;
    case DYNOX__TREE_ARRAY:
        DYNOX__BUFFER_LITERAL(to, "{\"L\":[");
        write_typed_children(to, tree);
        DYNOX__BUFFER_LITERAL(to, "]}");
        break;
    case DYNOX__TREE_OBJECT:
        DYNOX__BUFFER_LITERAL(to, "{\"M\":{");
        write_typed_children(to, tree);
        DYNOX__BUFFER_LITERAL(to, "}}");
        break;
    }
}

void dynox__tree_write_plain(dynox__buffer *to, const dynox__tree *item)
{
    dynox__buffer_byte(to, '{');
    write_typed_children(to, item);
    dynox__buffer_byte(to, '}');
}

/* {"S": "x"}: one member, named by a type. */
static bool is_typed_value(const dynox__tree *value)
{
    static const char *const types[] = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
    if (value->kind != DYNOX__TREE_OBJECT || value->count != 1) return false;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strlen(types[i]) == value->first->name_length &&
            memcmp(types[i], value->first->name, value->first->name_length) == 0)
            return true;
    return false;
}

bool dynox__tree_is_typed(const dynox__tree *item)
{
    for (const dynox__tree *member = item->first; member; member = member->next)
        if (!is_typed_value(member)) return false;
    return true;
}
