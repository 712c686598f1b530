/* Parts of one key: found by sorting, so that no choice of keys makes it slow. */
#include "client/batch/batch.h"
#include "client/core/table_key.h"
#include "value/text/number.h"
#include <stdlib.h>
#include <string.h>

/* A part with what it is sorted by. */
typedef struct entry {
    const dynox_value *values[2]; /* NULL: the table has no sort key */
    size_t             group, part;
} entry;

static int compare_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    if (order) return order;
    return a_size < b_size ? -1 : a_size > b_size;
}

static int compare_numbers(const dynox_value *a, const dynox_value *b)
{
    int64_t     x, y;
    char        a_room[DYNOX_NUMBER_ROOM], b_room[DYNOX_NUMBER_ROOM];
    const char *a_text, *b_text;
    if (dynox_value_read_int(a, &x) && dynox_value_read_int(b, &y)) return x < y ? -1 : x > y;
    a_text = dynox_value_as_number(a, a_room);
    b_text = dynox_value_as_number(b, b_room);
    return dynox__number_compare(a_text, strlen(a_text), b_text, strlen(b_text));
}

/* Both are given or both are not. */
static int compare_values(const dynox_value *a, const dynox_value *b)
{
    if (!a || !b) return 0;
    if (a->type != b->type) return a->type < b->type ? -1 : 1;
    if (a->type == DYNOX_N) return compare_numbers(a, b);
    return compare_bytes(a->as.text, a->length, b->as.text, b->length);
}

static int compare_keys(const entry *a, const entry *b)
{
    if (a->group != b->group) return a->group < b->group ? -1 : 1;
    int order = compare_values(a->values[0], b->values[0]);
    return order ? order : compare_values(a->values[1], b->values[1]);
}

/* Parts of one key stay in their order. */
static int compare(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    int          order = compare_keys(a, b);
    if (order) return order;
    return a->part < b->part ? -1 : a->part > b->part;
}

/* The value of a key attribute; NULL: there is none that can be a key's, and the service will say so. */
static const dynox_value *key_value(const dynox_item *item, const char *name)
{
    const dynox_value *value = dynox_item_get(item, name);
    return value && (value->type == DYNOX_S || value->type == DYNOX_N || value->type == DYNOX_B) ? value : NULL;
}

/* One group is enough: the next round asks for the next. */
static bool has_to_ask(dynox__batch *batch, size_t *asks)
{
    for (size_t i = 0; i < batch->group_count; i++) {
        dynox__batch_group *group = &batch->groups[i];
        if (group->key[0] || group->count < 2) continue;
        group->key_is_old = dynox__table_key_find(batch->client, group->table, group->key);
        if (group->key_is_old) continue;
        *asks = i;
        return true;
    }
    return false;
}

/* All parts whose key is known. What is remembered must not be trusted if an item looks different: *asks. */
static size_t collect(const dynox__batch *batch, entry *entries, size_t *asks)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->part_count; i++) {
        const dynox__batch_part  *part  = &batch->parts[i];
        const dynox__batch_group *group = &batch->groups[part->group];
        entry                     it    = {.group = part->group, .part = i};
        if (!group->key[0]) continue;
        it.values[0] = key_value(&part->item, group->key[0]);
        if (group->key[1]) it.values[1] = key_value(&part->item, group->key[1]);
        if (it.values[0] && (it.values[1] || !group->key[1]))
            entries[count++] = it;
        else if (group->key_is_old)
            *asks = part->group;
    }
    return count;
}

static void drop(dynox__batch *batch, const entry *before, const entry *after)
{
    size_t             dropped = batch->is_write ? before->part : after->part;
    dynox__batch_part *part    = &batch->parts[dropped];
    part->state                = DYNOX__PART_DROPPED;
    part->same                 = batch->is_write ? after->part : before->part;
    if (!batch->is_write && batch->parts[part->same].state == DYNOX__PART_DROPPED)
        part->same = batch->parts[part->same].same; /* the first of all */
}

dynox_status dynox__batch_drop_twice(dynox__batch *batch, size_t *asks)
{
    *asks = SIZE_MAX;
    if (has_to_ask(batch, asks)) return DYNOX_OK;
    entry *entries = dynox__malloc_array(batch->part_count + 1, sizeof *entries);
    if (!entries) return DYNOX_E_NO_MEMORY;
    size_t count = collect(batch, entries, asks);
    qsort(entries, count, sizeof *entries, compare);
    for (size_t i = 1; i < count && *asks == SIZE_MAX; i++)
        if (compare_keys(&entries[i - 1], &entries[i]) == 0 && batch->groups[entries[i].group].key_is_old)
            *asks = entries[i].group;
    for (size_t i = 1; i < count && *asks == SIZE_MAX; i++)
        if (compare_keys(&entries[i - 1], &entries[i]) == 0) drop(batch, &entries[i - 1], &entries[i]);
    dynox__free(entries);
    return DYNOX_OK;
}
