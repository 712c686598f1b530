/* One pass over the body, in place: the texts stay where they are, nodes are bumped off the arena. */
#include "local/wire/tree.h"
#include "base/ascii.h"
#include "value/json/decode_reader.h"
#include "value/text/number.h"

static uint8_t *read_node(dynox__reader *reader, uint8_t *p, dynox__tree *node, unsigned depth);

/* The members of an object or the elements of an array, whose opening bracket is at p. */
static uint8_t *read_children(dynox__reader *reader, uint8_t *p, dynox__tree *node, unsigned depth)
{
    bool                object = node->kind == DYNOX__TREE_OBJECT, more;
    char                close  = object ? '}' : ']';
    const dynox__tree **link   = &node->first;
    if (depth > DYNOX__TREE_DEPTH) return dynox__reader_fail(reader, p, "nested too deep");
    p = dynox__first_element(reader, p, (char)*p, close, &more);
    while (p && more) {
        dynox__tree *child = dynox__arena_alloc(reader->arena, sizeof *child);
        if (!child) return dynox__reader_no_memory(reader, p);
        *child = (dynox__tree){0};
        if (object) {
            char *name;
            p = dynox__read_name(reader, p, &name, &child->name_length);
            if (!p) return NULL;
            child->name = name;
        }
        *link = child;
        link  = &child->next;
        node->count++;
        p = read_node(reader, p, child, depth);
        if (p) p = dynox__next_element(reader, p, close, &more);
    }
    return p;
}

static uint8_t *read_literal(dynox__reader *reader, uint8_t *p, const char *literal, size_t length)
{
    return memcmp(p, literal, length) == 0 ? p + length : dynox__reader_fail(reader, p, "expected a value");
}

/* Any value, into a zeroed node. */
static uint8_t *read_node(dynox__reader *reader, uint8_t *p, dynox__tree *node, unsigned depth)
{
    char    *text;
    uint32_t length;
    uint8_t *start = p;
    switch (*p) {
    case '"':
        node->kind = DYNOX__TREE_TEXT;
        p          = dynox__read_text(reader, p, &text, &length);
        if (!p) return NULL;
        node->text   = text;
        node->length = length;
        return p;
    case '{':
    case '[':
        node->kind = *p == '{' ? DYNOX__TREE_OBJECT : DYNOX__TREE_ARRAY;
        return read_children(reader, p, node, depth + 1);
    case 't': node->kind = DYNOX__TREE_TRUE; return read_literal(reader, p, "true", 4);
    case 'f': node->kind = DYNOX__TREE_FALSE; return read_literal(reader, p, "false", 5);
    case 'n': node->kind = DYNOX__TREE_NULL; return read_literal(reader, p, "null", 4);
    default:
        node->kind = DYNOX__TREE_NUMBER;
        p          = dynox__skip_number(reader, p);
        if (!p) return NULL;
        node->text   = (const char *)start;
        node->length = (size_t)(p - start);
        return p;
    }
}

const dynox__tree *dynox__tree_parse(char *body, size_t length, dynox__arena *arena, const char **why)
{
    dynox__reader reader;
    *why = length > UINT32_MAX ? "larger than 4 GB" : NULL;
    if (*why) return NULL;
    dynox__tree *root = dynox__arena_alloc(arena, sizeof *root);
    if (!root) return NULL;
    *root = (dynox__tree){0};
    dynox__reader_init(&reader, body, length, arena);
    uint8_t *p = read_node(&reader, dynox__skip_space(reader.body), root, 0);
    if (p) p = dynox__skip_space(p);
    if (p && p != reader.end) p = dynox__reader_fail(&reader, p, "something follows the end of the document");
    if (p) return root;
    if (reader.why && reader.failed_at >= reader.end)
        *why = "the document ends too early";
    else
        *why = reader.why == reader.expected ? "a quote, a colon, a comma or a bracket is missing" : reader.why;
    return NULL;
}

const dynox__tree *dynox__tree_member(const dynox__tree *object, const char *name)
{
    const dynox__tree *found  = NULL;
    size_t             length = strlen(name);
    if (!object || object->kind != DYNOX__TREE_OBJECT) return NULL;
    for (const dynox__tree *member = object->first; member; member = member->next)
        if (member->name_length == length && memcmp(member->name, name, length) == 0) found = member;
    return found && found->kind != DYNOX__TREE_NULL ? found : NULL;
}

const char *dynox__tree_text(const dynox__tree *object, const char *name)
{
    const dynox__tree *member = dynox__tree_member(object, name);
    return member && member->kind == DYNOX__TREE_TEXT ? member->text : NULL;
}

int64_t dynox__tree_number(const dynox__tree *number)
{
    int64_t integer;
    double  real;
    if (dynox__number_to_int(number->text, number->length, &integer)) return integer;
    if (!dynox__number_to_double(number->text, number->length, &real))
        return *number->text == '-' ? INT64_MIN : INT64_MAX;
    if (real >= 9223372036854775807.0) return INT64_MAX;
    return real <= -9223372036854775808.0 ? INT64_MIN : (int64_t)real;
}

bool dynox__tree_integer(const dynox__tree *object, const char *name, int64_t *number)
{
    const dynox__tree *member = dynox__tree_member(object, name);
    if (!member || member->kind != DYNOX__TREE_NUMBER) return false;
    *number = dynox__tree_number(member);
    return true;
}

bool dynox__tree_is_true(const dynox__tree *boolean)
{
    static const char *const words[] = {"true", "1", "yes"};
    if (boolean->kind != DYNOX__TREE_TEXT) return boolean->kind == DYNOX__TREE_TRUE;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (boolean->length == strlen(words[i]) && dynox__ascii_same(boolean->text, words[i])) return true;
    return false;
}

bool dynox__tree_true(const dynox__tree *object, const char *name)
{
    const dynox__tree *member = dynox__tree_member(object, name);
    return member && dynox__tree_is_true(member);
}
