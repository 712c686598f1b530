/* Any bytes for any operation of the local engine: a tree or no JSON, checked against the description, its values read.
 * What is refused says why in UTF-8, and what is taken is the same once it has been stored and read again. */
#include "codec_items.h"
#include "fuzz.h"
#include "local/validate/description.h"
#include "local/wire/values.h"
#include "value/text/utf8.h"

/* Was it refused as it should be, if it was? */
static void check_refusal(bool fine, const dynox__refusal *refusal)
{
    PROMISE(fine == (refusal->type == DYNOX__REFUSAL_NONE));
    if (fine) return;
    PROMISE(refusal->type == DYNOX__REFUSAL_VALIDATION || refusal->type == DYNOX__REFUSAL_SERIALIZATION);
    PROMISE(refusal->length && strlen(refusal->message) <= refusal->length);
    PROMISE(dynox__utf8_valid(refusal->message, refusal->length));
}

static const dynox__tree *parse(const char *json, size_t size, char **body, dynox__arena *arena)
{
    const char *why;
    *body                   = codec_body(json, size);
    const dynox__tree *tree = dynox__tree_parse(*body, size, arena, &why);
    PROMISE(tree || (why && *why));
    return tree;
}

static void store_and_read_again(const dynox_item *item, dynox__arena *arena)
{
    dynox__buffer  json = {0}, again = {0};
    dynox__refusal refusal = {0};
    dynox_item     other;
    char          *body;
    dynox__values_write_item(&json, item);
    PROMISE(!json.failed);
    PROMISE(dynox__values_read_item(parse(json.data, json.size, &body, arena), arena, &other, &refusal));
    PROMISE(dynox_item_equal(item, &other));
    PROMISE(dynox__values_item_size(item) == dynox__values_item_size(&other));
    dynox__values_write_item(&again, &other);
    PROMISE(json.size == again.size && memcmp(json.data, again.data, json.size) == 0);
    dynox__buffer_free(&json);
    dynox__buffer_free(&again);
    free(body);
}

/* Adds up the numbers that stand at the top: each sum is taken off again. */
static void add_numbers(const dynox_item *item, dynox__arena *arena)
{
    for (size_t i = 0; i + 1 < item->count; i++) {
        const dynox_value *a = &item->attributes[i].value, *b = &item->attributes[i + 1].value;
        size_t             sum_length, back_length;
        const char        *why;
        if (a->type != DYNOX_N || b->type != DYNOX_N) continue;
        const char *sum =
            dynox__values_sum(a->as.text, a->length, b->as.text, b->length, false, arena, &sum_length, &why);
        PROMISE(sum || why);
        const char *back =
            sum ? dynox__values_sum(sum, sum_length, b->as.text, b->length, true, arena, &back_length, &why) : NULL;
        PROMISE(!sum || (back && back_length == a->length && memcmp(back, a->as.text, back_length) == 0));
    }
}

static void read_values(const dynox__tree *tree, dynox__arena *arena)
{
    static const char *const names[] = {"Item", "Key", "ExpressionAttributeValues", "ExclusiveStartKey"};
    for (size_t i = 0; i <= sizeof names / sizeof *names; i++) {
        dynox__refusal     refusal = {0};
        dynox_item         item;
        const dynox__tree *values = i ? dynox__tree_member(tree, names[i - 1]) : tree;
        if (!values) continue;
        bool fine = dynox__values_read_item(values, arena, &item, &refusal);
        check_refusal(fine, &refusal);
        if (!fine) continue;
        store_and_read_again(&item, arena);
        add_numbers(&item, arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    dynox__arena          arena    = {0};
    dynox__refusal        refusal  = {0};
    dynox__local_settings settings = {.old_words = data[1] & 1};
    char                 *body;
    size_t                operation = data[0];
    while (!dynox__request_shape_number(operation))
        operation /= 2;
    const dynox__tree *tree = parse((const char *)data + 2, size - 2, &body, &arena);
    if (tree) {
        bool fine = dynox__request_validate(dynox__request_shape_number(operation), tree, &settings, &arena, &refusal);
        check_refusal(fine, &refusal);
        read_values(tree, &arena);
    }
    dynox__arena_free(&arena);
    free(body);
    return 0;
}
