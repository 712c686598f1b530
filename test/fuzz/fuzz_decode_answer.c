/* Answers and error bodies from anywhere: nothing is read or written out of bounds, and what was read can be looked at.
 */
#include "codec_items.h"
#include "fuzz.h"

typedef struct answer {
    const dynox_item               *item;
    dynox__items                    items;
    int64_t                         count;
    double                          score;
    const char                     *token;
    dynox__json                     keys;
    const dynox_capacity           *capacity;
    const dynox_collection_metrics *collection;
    dynox__reasons                  reasons;
    dynox__statements               statements;
    dynox__entries                  entries[3];
} answer;

/* Short names: what the members are called is not what is to be found out. */
static const dynox__field fields[] = {
    DYNOX__FIELD("i", ITEM, answer, item),
    DYNOX__FIELD("I", ITEMS, answer, items),
    DYNOX__FIELD("n", INTEGER, answer, count),
    DYNOX__FIELD("d", DOUBLE, answer, score),
    DYNOX__FIELD("t", TEXT, answer, token),
    DYNOX__FIELD("j", JSON, answer, keys),
    DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, capacity),
    DYNOX__FIELD("ItemCollectionMetrics", COLLECTION, answer, collection),
    DYNOX__FIELD("CancellationReasons", REASONS, answer, reasons),
    DYNOX__FIELD("s", STATEMENTS, answer, statements),
    DYNOX__FIELD("r", TABLE_ITEMS, answer, entries[0]),
    DYNOX__FIELD("w", TABLE_WRITES, answer, entries[1]),
    DYNOX__FIELD("k", TABLE_KEYS, answer, entries[2]),
};

static volatile size_t seen;

static void look_at_text(const char *text)
{
    if (text) seen += strlen(text);
}

static void look_at_item(const dynox_item *item)
{
    if (item) PROMISE(codec_same_item(item, item));
}

static void look_at(const answer *result)
{
    look_at_item(result->item);
    look_at_text(result->token);
    for (size_t i = 0; i < result->items.count; i++)
        look_at_item(&result->items.items[i]);
    for (size_t i = 0; i < result->reasons.count; i++) {
        PROMISE(result->reasons.reasons[i].code);
        look_at_text(result->reasons.reasons[i].code);
        look_at_text(result->reasons.reasons[i].message);
        look_at_item(result->reasons.reasons[i].item);
    }
    for (size_t i = 0; i < result->statements.count; i++) {
        look_at_item(result->statements.at[i].item);
        look_at_text(result->statements.at[i].error.code);
        look_at_text(result->statements.at[i].error.message);
        look_at_item(result->statements.at[i].error.item);
    }
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < result->entries[i].count; k++) {
            look_at_text(result->entries[i].at[k].table);
            look_at_item(&result->entries[i].at[k].item);
        }
    if (result->capacity) {
        look_at_text(result->capacity->table);
        for (size_t i = 0; i < result->capacity->index_count; i++)
            look_at_text(result->capacity->indexes[i].index);
    }
    if (result->collection) look_at_item(result->collection->key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char        *body   = codec_body((const char *)data, size);
    dynox__arena arena  = {0};
    dynox_error  error  = {0};
    answer       result = {0};
    dynox_status status =
        dynox__decode(body, size, &arena, fields, sizeof fields / sizeof *fields, &result, NULL, &error);
    PROMISE(status == DYNOX_OK || (status == DYNOX_E_DECODE && error.message[0]));
    if (status == DYNOX_OK) look_at(&result);
    if (status == DYNOX_OK && result.keys.text) { /* is JSON, and was left as it came */
        PROMISE(result.keys.text + result.keys.length <= body + size);
        PROMISE(memcmp(result.keys.text, data + (result.keys.text - body), result.keys.length) == 0);
    }
    dynox__arena_free(&arena);
    free(body);
    return 0;
}
