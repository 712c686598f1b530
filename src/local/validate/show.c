/* Values in messages, in the forms of the service's own language. */
#include "base/ascii.h"
#include "local/validate/messages.h"

/* A message is for people: what is longer is cut here. */
enum { LONGEST = 16 * 1024 };

static void show_any(dynox__buffer *text, const dynox__shape *shape, const dynox__tree *tree, bool old_words);

static void show_number(dynox__buffer *text, const dynox__shape *shape, const dynox__tree *tree)
{
    int64_t number = dynox__tree_number(tree);
    if (shape->kind == DYNOX__KIND_INTEGER && number > INT32_MAX) number = INT32_MAX;
    if (shape->kind == DYNOX__KIND_INTEGER && number < INT32_MIN) number = INT32_MIN;
    dynox__buffer_format(text, "%lld", (long long)number);
}

/* Cut between two characters. */
static void show_text(dynox__buffer *text, const dynox__tree *tree)
{
    size_t length = tree->length < LONGEST ? tree->length : LONGEST;
    while (length < tree->length && length && ((unsigned char)tree->text[length] & 0xc0) == 0x80)
        length--;
    dynox__buffer_add(text, tree->text, length);
}

static void show_structure(dynox__buffer *text, const dynox__shape *shape, const dynox__tree *tree, bool old_words)
{
    const dynox__request_member *members = dynox__members_of(shape);
    if (shape->flags & IS_HIDDEN) {
        dynox__buffer_format(text, "com.amazonaws.dynamodb.v20120810.%s", dynox__description_text(shape->class_name));
        return;
    }
    dynox__buffer_text(text, dynox__description_text(shape->class_name));
    dynox__buffer_byte(text, '(');
    for (size_t i = 0; i < shape->count; i++) {
        const char *name = dynox__description_text(members[i].name);
        if (i) DYNOX__BUFFER_LITERAL(text, ", ");
        dynox__buffer_byte(text, old_words ? dynox__ascii_lower(*name) : *name);
        dynox__buffer_text(text, name + 1);
        dynox__buffer_byte(text, '=');
        show_any(text, dynox__shape_at(members[i].shape), dynox__tree_member(tree, name), old_words);
    }
    dynox__buffer_byte(text, ')');
}

static void show_elements(dynox__buffer *text, const dynox__shape *shape, const dynox__tree *tree, bool old_words)
{
    bool map = shape->kind == DYNOX__KIND_MAP;
    dynox__buffer_byte(text, map ? '{' : '[');
    for (const dynox__tree *element = tree->first; element && text->size < LONGEST; element = element->next) {
        if (map) {
            dynox__buffer_add(text, element->name, element->name_length);
            dynox__buffer_byte(text, '=');
        }
        show_any(text, dynox__shape_at(shape->inner), element, old_words);
        if (element->next) DYNOX__BUFFER_LITERAL(text, ", ");
    }
    dynox__buffer_byte(text, map ? '}' : ']');
}

/* `tree` may be NULL. */
static void show_any(dynox__buffer *text, const dynox__shape *shape, const dynox__tree *tree, bool old_words)
{
    if (!tree || tree->kind == DYNOX__TREE_NULL) {
        DYNOX__BUFFER_LITERAL(text, "null");
        return;
    }
    switch ((dynox__kind)shape->kind) {
    case DYNOX__KIND_BOOLEAN: dynox__buffer_text(text, dynox__tree_is_true(tree) ? "true" : "false"); return;
    case DYNOX__KIND_INTEGER:
    case DYNOX__KIND_LONG: show_number(text, shape, tree); return;
    case DYNOX__KIND_LIST:
    case DYNOX__KIND_MAP: show_elements(text, shape, tree, old_words); return;
    case DYNOX__KIND_STRUCTURE: show_structure(text, shape, tree, old_words); return;
    default: show_text(text, tree);
    }
}

void dynox__show_value(dynox__buffer *text, const dynox__shape *shape, const dynox__tree *tree, bool old_words)
{
    show_any(text, shape, tree, old_words);
}
