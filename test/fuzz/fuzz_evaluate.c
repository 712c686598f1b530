/* Fuzzes the engine's expressions: any text, compiled and applied to any item. The first byte chooses what it is;
 * behind it are the text, the names and values, and the item, each behind a line that ends with \x01; what is missing
 * or no JSON is one that has an attribute, a name and a value of every type.
 *
 * What is refused has a message. A condition and its opposite hold never both and never neither. What an update or a
 * projection makes is an item: written and read again it is the same, and the item it was made of is as before. */
#include "fuzz.h"
#include "local/evaluate/evaluate.h"
#include "local/wire/values.h"
#include "value/json/decode.h"

enum { CONDITION, UPDATE, PROJECTION, KEY, LEGACY_EXPECTED, LEGACY_FILTER, LEGACY_UPDATES, LEGACY_KEYS, KINDS };

#define ALL_TYPES(mark)                                                                                                \
    "\"" mark "s\":{\"S\":\"abc\"},\"" mark "n\":{\"N\":\"1.5\"},\"" mark "b\":{\"B\":\"AAE=\"},\"" mark               \
    "o\":{\"BOOL\":true},\"" mark "u\":{\"NULL\":true},\"" mark                                                        \
    "m\":{\"M\":{\"s\":{\"S\":\"x\"},\"l\":{\"L\":[]}}},\"" mark                                                       \
    "l\":{\"L\":[{\"N\":\"1\"},{\"L\":[{\"S\":\"y\"}]}]},\"" mark "x\":{\"SS\":[\"abc\",\"b\"]},\"" mark               \
    "y\":{\"NS\":[\"1\",\"1.5\"]},\"" mark "z\":{\"BS\":[\"AAE=\",\"\"]}"

static const char usual_item[] = "{" ALL_TYPES("") "}";
static const char usual_given[] =
    "{\"ExpressionAttributeNames\":{\"#s\":\"s\",\"#m\":\"m\",\"#l\":\"l\",\"#d\":\"date\"},"
    "\"ExpressionAttributeValues\":{" ALL_TYPES(":") "}}";

typedef struct input {
    dynox__arena   arena;
    dynox__refusal refusal;
    const char    *text, *given, *item;
    size_t         text_length, given_length, item_length;
} input;

static const dynox__tree *tree_of(input *in, const char *json, size_t length)
{
    const char *why  = NULL;
    char       *body = dynox__decode_copy(&in->arena, json, length);
    return body ? dynox__tree_parse(body, length, &in->arena, &why) : NULL;
}

static bool refused(input *in)
{
    PROMISE(in->refusal.type == DYNOX__REFUSAL_VALIDATION || in->refusal.type == DYNOX__REFUSAL_SERIALIZATION);
    PROMISE(in->refusal.message);
    return false;
}

static dynox__names *names_of(input *in)
{
    const dynox__tree *given = tree_of(in, in->given, in->given_length);
    if (!given) given = tree_of(in, usual_given, sizeof usual_given - 1);
    dynox__names *names = dynox__names_read(given, &in->arena, &in->refusal);
    if (!names) refused(in);
    return names;
}

static bool read_item(input *in, const char *json, size_t length, dynox_item *item)
{
    const dynox__tree *tree = tree_of(in, json, length);
    dynox__refusal     why  = {0};
    if (tree && dynox__values_read_item(tree, &in->arena, item, &why)) return true;
    return false;
}

/* An item: that is what it is when it is read again. */
static void check_item(input *in, const dynox_item *item)
{
    dynox__buffer first = {0}, second = {0};
    dynox_item    again = {0};
    dynox__values_write_item(&first, item);
    PROMISE(!first.failed);
    PROMISE(read_item(in, first.data, first.size, &again));
    PROMISE(again.count == item->count);
    dynox__values_write_item(&second, &again);
    PROMISE(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    dynox__buffer_free(&first);
    dynox__buffer_free(&second);
}

static bool each_name(void *arg, const char *name, size_t length)
{
    (void)arg;
    PROMISE(name || !length);
    return true;
}

static void condition_on(input *in, dynox__condition *condition, const dynox_item *item)
{
    bool holds = false;
    if (!condition) {
        refused(in);
        return;
    }
    PROMISE(dynox__condition_holds(condition, item, &in->arena, &holds, &in->refusal));
    PROMISE(dynox__condition_holds(condition, NULL, &in->arena, &holds, &in->refusal));
    PROMISE(dynox__condition_names(condition, each_name, NULL));
}

static void try_condition(input *in, const dynox_item *item)
{
    dynox__names *names = names_of(in);
    if (!names) return;
    dynox__condition *condition = dynox__condition_compile(names, DYNOX__CONDITION_CONDITION, in->text, in->text_length,
                                                           &in->arena, &in->refusal);
    condition_on(in, condition, item);
    if (!condition) return;
    dynox__buffer text = {0};
    DYNOX__BUFFER_LITERAL(&text, "NOT (");
    dynox__buffer_add(&text, in->text, in->text_length);
    DYNOX__BUFFER_LITERAL(&text, ")");
    dynox__condition *opposite =
        dynox__condition_compile(names, DYNOX__CONDITION_FILTER, text.data, text.size, &in->arena, &in->refusal);
    bool one = false, other = false;
    /* Unless that is too long, too deep, or has parentheses around parentheses. */
    if (opposite) {
        PROMISE(dynox__condition_holds(condition, item, &in->arena, &one, &in->refusal));
        PROMISE(dynox__condition_holds(opposite, item, &in->arena, &other, &in->refusal));
        PROMISE(one != other);
    }
    dynox__buffer_free(&text);
}

static void update_on(input *in, dynox__update *update, const dynox_item *item)
{
    dynox_item after = {0}, part = {0};
    if (!update) {
        refused(in);
        return;
    }
    PROMISE(dynox__update_names(update, each_name, NULL));
    if (!dynox__update_apply(update, item, &in->arena, &after, &in->refusal)) {
        refused(in);
        return;
    }
    check_item(in, &after);
    PROMISE(dynox__update_touched(update, &after, &in->arena, &part, &in->refusal));
    check_item(in, &part);
    PROMISE(dynox__update_touched(update, item, &in->arena, &part, &in->refusal));
    check_item(in, &part);
}

static void project(input *in, const dynox_item *item)
{
    dynox__names      *names = names_of(in);
    dynox_item         part  = {0};
    dynox__projection *projection =
        names ? dynox__projection_compile(names, in->text, in->text_length, &in->arena, &in->refusal) : NULL;
    if (!projection) {
        refused(in);
        return;
    }
    PROMISE(dynox__projection_names(projection, each_name, NULL));
    PROMISE(dynox__projection_apply(projection, item, &in->arena, &part, &in->refusal));
    check_item(in, &part);
}

static void keys(input *in, bool done, const dynox__key_terms *terms)
{
    if (!done) {
        refused(in);
        return;
    }
    PROMISE(terms->count > 0 && terms->count <= DYNOX__KEY_MOST_TERMS);
    for (size_t i = 0; i < terms->count; i++) {
        const dynox__key_term *term = &terms->at[i];
        dynox__buffer          text = {0};
        PROMISE(term->name || !term->length);
        dynox__values_write(&text, &term->operand[0]);
        dynox__buffer_free(&text);
    }
}

static void try_key(input *in)
{
    dynox__key_terms terms = {0};
    dynox__names    *names = names_of(in);
    if (!names) return;
    keys(in, dynox__key_condition_compile(names, in->text, in->text_length, &in->arena, &terms, &in->refusal), &terms);
}

/* Only as validate/ lets it through: an object of objects whose names and operators are text. */
static const dynox__tree *legacy_tree(input *in)
{
    const dynox__tree *tree = tree_of(in, in->text, in->text_length);
    if (!tree || tree->kind != DYNOX__TREE_OBJECT) return NULL;
    for (const dynox__tree *one = tree->first; one; one = one->next) {
        const dynox__tree *list = dynox__tree_member(one, "AttributeValueList");
        const dynox__tree *how  = dynox__tree_member(one, "ComparisonOperator"),
                          *what = dynox__tree_member(one, "Action");
        if (one->kind != DYNOX__TREE_OBJECT || (list && list->kind != DYNOX__TREE_ARRAY) ||
            (how && how->kind != DYNOX__TREE_TEXT) || (what && what->kind != DYNOX__TREE_TEXT))
            return NULL;
    }
    return tree;
}

static void try_legacy(input *in, int kind, const dynox_item *item)
{
    const dynox__tree *tree  = legacy_tree(in);
    dynox__key_terms   terms = {0};
    if (!tree) return;
    switch (kind) {
    case LEGACY_EXPECTED: condition_on(in, dynox__legacy_expected(tree, NULL, &in->arena, &in->refusal), item); return;
    case LEGACY_FILTER: condition_on(in, dynox__legacy_filter(tree, NULL, &in->arena, &in->refusal), item); return;
    case LEGACY_UPDATES: update_on(in, dynox__legacy_updates(tree, &in->arena, &in->refusal), item); return;
    default: keys(in, dynox__legacy_key_conditions(tree, &in->arena, &terms, &in->refusal), &terms);
    }
}

static void take(const uint8_t **data, size_t *size, const char **part, size_t *length)
{
    const uint8_t *end = memchr(*data, 1, *size);
    *part              = (const char *)*data;
    *length            = end ? (size_t)(end - *data) : *size;
    *size -= *length + (end != NULL);
    *data += *length + (end != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input      in   = {0};
    dynox_item item = {0};
    if (size < 1) return 0;
    int kind = *data++ % KINDS;
    size--;
    take(&data, &size, &in.text, &in.text_length);
    take(&data, &size, &in.given, &in.given_length);
    take(&data, &size, &in.item, &in.item_length);
    if (!read_item(&in, in.item, in.item_length, &item))
        PROMISE(read_item(&in, usual_item, sizeof usual_item - 1, &item));
    dynox__buffer before = {0}, after = {0};
    dynox__values_write_item(&before, &item);
    dynox__names *names;
    switch (kind) {
    case CONDITION: try_condition(&in, &item); break;
    case UPDATE:
        if ((names = names_of(&in)))
            update_on(&in, dynox__update_compile(names, in.text, in.text_length, &in.arena, &in.refusal), &item);
        break;
    case PROJECTION: project(&in, &item); break;
    case KEY: try_key(&in); break;
    default: try_legacy(&in, kind, &item);
    }
    dynox__values_write_item(&after, &item);
    PROMISE(before.size == after.size && memcmp(before.data, after.data, before.size) == 0);
    dynox__buffer_free(&before);
    dynox__buffer_free(&after);
    dynox__arena_free(&in.arena);
    return 0;
}
