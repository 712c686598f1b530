/* Fuzzes PartiQL: any text, read with and without parameters, and carried out on an item that has an attribute of every
 * type, in a table whose key is s and n.
 *
 * What is refused has a message in UTF-8. What WHERE is split into, a range of the key and the rest, says the same of
 * the item as the whole. What an update makes can be written and read again. */
#include "fuzz.h"
#include "local/evaluate/terms.h"
#include "local/partiql/partiql.h"
#include "value/json/decode.h"
#include "value/text/utf8.h"

static const char usual_item[] =
    "{\"s\":{\"S\":\"abc\"},\"n\":{\"N\":\"1.5\"},\"b\":{\"B\":\"AAE=\"},\"o\":{\"BOOL\":true},\"u\":{\"NULL\":true},"
    "\"m\":{\"M\":{\"s\":{\"S\":\"x\"},\"l\":{\"L\":[]}}},\"l\":{\"L\":[{\"N\":\"1\"},{\"L\":[{\"S\":\"y\"}]}]},"
    "\"x\":{\"SS\":[\"abc\",\"b\"]},\"y\":{\"NS\":[\"1\",\"1.5\"]},\"z\":{\"BS\":[\"AAE=\",\"\"]}}";
static const char usual_parameters[] = "[{\"S\":\"abc\"},{\"N\":\"1.5\"},{\"SS\":[\"b\"]},{\"L\":[{\"N\":\"1\"}]}]";

static const dynox__key_schema key = {
    .partition = {{"s", 1, DYNOX_S}}, .sort = {{"n", 1, DYNOX_N}}, .partition_count = 1, .sort_count = 1};

typedef struct input {
    dynox__arena   arena;
    dynox__refusal refusal;
    dynox_item     item;
    dynox__tree    text;
} input;

static const dynox__tree *tree_of(input *in, const char *json, size_t length)
{
    const char *why  = NULL;
    char       *body = dynox__decode_copy(&in->arena, json, length);
    return body ? dynox__tree_parse(body, length, &in->arena, &why) : NULL;
}

static void refused(const input *in)
{
    PROMISE(in->refusal.type == DYNOX__REFUSAL_VALIDATION && in->refusal.message);
    PROMISE(dynox__utf8_valid(in->refusal.message, in->refusal.length));
}

static bool read(input *in, const char *parameters, dynox__partiql *statement)
{
    const dynox__tree *given = parameters ? tree_of(in, parameters, strlen(parameters)) : NULL;
    in->refusal              = (dynox__refusal){0};
    if (dynox__partiql_read(&in->text, given, &in->arena, statement, &in->refusal)) {
        dynox__tree table;
        PROMISE(dynox__partiql_table(&in->text, &table));
        return true;
    }
    refused(in);
    return false;
}

static bool holds(input *in, const dynox__condition *condition)
{
    bool result = true;
    PROMISE(!condition || dynox__condition_holds(condition, &in->item, &in->arena, &result, &in->refusal));
    return result;
}

static bool term_holds(input *in, const dynox__key_term *term)
{
    const dynox_value *value = NULL;
    bool               comparable, high_comparable;
    for (size_t i = 0; i < in->item.count; i++)
        if (in->item.attributes[i].name[0] == term->name[0]) value = &in->item.attributes[i].value;
    int low  = dynox__values_compare(value, &term->operand[0], &comparable);
    int high = dynox__values_compare(value, &term->operand[1], &high_comparable);
    if (!comparable) return false;
    switch (term->operator) {
    case DYNOX__KEY_EQUAL: return low == 0;
    case DYNOX__KEY_LESS: return low < 0;
    case DYNOX__KEY_LESS_EQUAL: return low <= 0;
    case DYNOX__KEY_GREATER: return low > 0;
    case DYNOX__KEY_GREATER_EQUAL: return low >= 0;
    case DYNOX__KEY_BETWEEN: return low >= 0 && high_comparable && high <= 0;
    default: return false; /* the sort key is a number: it does not begin with anything */
    }
}

/* Before a plan takes it apart. */
static bool whole_holds(input *in, const dynox__partiql *statement)
{
    return !statement->where || holds(in, dynox__condition_of(statement->where, &in->arena, &in->refusal));
}

static void try_range(input *in, const dynox__partiql *statement)
{
    dynox__partiql_range range;
    bool                 whole = whole_holds(in, statement), parts = true, any = false;
    PROMISE(dynox__partiql_range_of(statement, &key, &in->arena, &range, &in->refusal));
    for (size_t i = 0; i < range.partition_count; i++) {
        range.terms.at[0].operand[0] = range.partitions[i];
        PROMISE(!any || !term_holds(in, &range.terms.at[0]));
        any = any || term_holds(in, &range.terms.at[0]);
    }
    for (size_t i = range.partition_count ? 1 : 0; i < range.terms.count; i++)
        parts = parts && term_holds(in, &range.terms.at[i]);
    PROMISE(whole == ((any || !range.partition_count) && parts && holds(in, range.rest)));
}

static void try_key(input *in, const dynox__partiql *statement)
{
    dynox_item        found;
    dynox__condition *rest;
    bool              has = dynox__partiql_has_key(statement, &key);
    PROMISE(has == dynox__partiql_key(statement, &key, true, &in->arena, &found, &rest, &in->refusal));
    if (!has) refused(in);
    PROMISE(!has || (rest && found.count == 2));
}

static void check_item(input *in, const dynox_item *item)
{
    dynox__buffer first = {0}, second = {0};
    dynox_item    again = {0};
    dynox__values_write_item(&first, item);
    const dynox__tree *tree = tree_of(in, first.data, first.size);
    PROMISE(tree && dynox__values_read_item(tree, &in->arena, &again, &in->refusal));
    dynox__values_write_item(&second, &again);
    PROMISE(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    dynox__buffer_free(&first);
    dynox__buffer_free(&second);
}

static void carry_out(input *in, const dynox__partiql *statement)
{
    dynox_item made = {0};
    check_item(in, &statement->item);
    if (statement->update) {
        if (dynox__update_apply(statement->update, &in->item, &in->arena, &made, &in->refusal))
            check_item(in, &made);
        else
            refused(in);
    }
    if (statement->projection) {
        PROMISE(dynox__projection_apply(statement->projection, &in->item, &in->arena, &made, &in->refusal));
        check_item(in, &made);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input          in = {.text = {.kind = DYNOX__TREE_TEXT, .text = (const char *)data, .length = size}};
    dynox__partiql statement;
    if (!dynox__utf8_valid((const char *)data, size)) return 0;
    const dynox__tree *item = tree_of(&in, usual_item, sizeof usual_item - 1);
    PROMISE(dynox__values_read_item(item, &in.arena, &in.item, &in.refusal));
    for (int i = 0; i < 2; i++) {
        const char *parameters = i ? usual_parameters : NULL;
        if (!read(&in, parameters, &statement)) continue;
        carry_out(&in, &statement);
        try_range(&in, &statement);
        if (read(&in, parameters, &statement)) try_key(&in, &statement);
    }
    dynox__arena_free(&in.arena);
    return 0;
}
