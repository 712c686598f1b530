/* Are two values the same? Numbers by what they are worth, sets and maps without order. */
#include "base/alloc.h"
#include "value/item/value.h"
#include "value/text/number.h"
#include <dynox/item.h>
#include <stdlib.h>

static bool equal(const dynox_value *a, const dynox_value *b, unsigned depth);

/* The text of a number; NULL: not one that the service would take. */
static const char *number_of(const dynox_value *value, char room[DYNOX_NUMBER_ROOM], size_t *length)
{
    const char *text = dynox_value_as_number(value, room);
    if (!text) return NULL;
    *length = text == room ? strlen(text) : value->length;
    return dynox__number_check(text, *length) ? NULL : text;
}

static bool equal_numbers(const dynox_value *a, const dynox_value *b)
{
    char        a_room[DYNOX_NUMBER_ROOM], b_room[DYNOX_NUMBER_ROOM];
    size_t      a_length, b_length;
    const char *a_text = number_of(a, a_room, &a_length);
    const char *b_text = number_of(b, b_room, &b_length);
    return a_text && b_text && dynox__number_compare(a_text, a_length, b_text, b_length) == 0;
}

static bool equal_bytes(const void *a, const void *b, size_t size)
{
    return size == 0 || memcmp(a, b, size) == 0;
}

static bool equal_lists(const dynox_value *a, const dynox_value *b, uint32_t count, unsigned depth)
{
    for (uint32_t i = 0; i < count; i++)
        if (!equal(&a[i], &b[i], depth)) return false;
    return true;
}

/* ---- many members in another order: sorted, so that nobody can make a comparison take the square of them ---- */

enum { FEW = 32 };

static int compare_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
    size_t common = a_size < b_size ? a_size : b_size;
    int    order  = common ? memcmp(a, b, common) : 0;
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

/* Any order that brings those together that are the same. */
static int compare_members(const void *left, const void *right)
{
    const dynox_value *a = *(const dynox_value *const *)left, *b = *(const dynox_value *const *)right;
    if (a->type != b->type) return a->type < b->type ? -1 : 1;
    if (a->type == DYNOX_S || a->type == DYNOX_B) return compare_bytes(a->as.bytes, a->length, b->as.bytes, b->length);
    if (a->type != DYNOX_N) return 0;
    char        a_room[DYNOX_NUMBER_ROOM], b_room[DYNOX_NUMBER_ROOM];
    size_t      a_length = 0, b_length = 0;
    const char *a_text = number_of(a, a_room, &a_length), *b_text = number_of(b, b_room, &b_length);
    if (!a_text || !b_text) return (a_text != NULL) - (b_text != NULL);
    return dynox__number_compare(a_text, a_length, b_text, b_length);
}

static int compare_names(const void *left, const void *right)
{
    const dynox_named_value *a = *(const dynox_named_value *const *)left;
    const dynox_named_value *b = *(const dynox_named_value *const *)right;
    return compare_bytes(a->name, a->name_length, b->name, b->name_length);
}

/* Pointers to the elements of both arrays, each in order; to be freed. NULL: out of memory. */
static const void **sort_both(const void *a, const void *b, size_t count, size_t size,
                              int (*compare)(const void *, const void *))
{
    const void **sorted = dynox__malloc_array(count, 2 * sizeof *sorted);
    for (size_t i = 0; sorted && i < count; i++) {
        sorted[i]         = (const char *)a + i * size;
        sorted[count + i] = (const char *)b + i * size;
    }
    if (!sorted) return NULL;
    qsort(sorted, count, sizeof *sorted, compare);
    qsort(sorted + count, count, sizeof *sorted, compare);
    return sorted;
}

/* Is each of a's members one of b's? The search starts where the last one was found: in the same order, all of it
 * takes one step each. */
static bool set_within(const dynox_value *a, const dynox_value *b, uint32_t count, unsigned depth)
{
    for (uint32_t i = 0, at = 0; i < count; i++) {
        uint32_t tries = 0;
        while (tries < count && !equal(&a[i], &b[at], depth)) {
            at = at + 1 < count ? at + 1 : 0;
            tries++;
        }
        if (tries == count) return false;
        at = at + 1 < count ? at + 1 : 0;
    }
    return true;
}

/* Has b all of a's names, and if `values` the same values there? */
static bool map_within(const dynox_named_value *a, const dynox_named_value *b, size_t count, bool values,
                       unsigned depth)
{
    for (size_t i = 0, at = 0; i < count; i++) {
        size_t tries = 0;
        while (tries < count &&
               (a[i].name_length != b[at].name_length || !equal_bytes(a[i].name, b[at].name, a[i].name_length))) {
            at = at + 1 < count ? at + 1 : 0;
            tries++;
        }
        if (tries == count || (values && !equal(&a[i].value, &b[at].value, depth))) return false;
        at = at + 1 < count ? at + 1 : 0;
    }
    return true;
}

static bool equal_sets(const dynox_value *a, const dynox_value *b, uint32_t count, unsigned depth)
{
    const void **sorted =
        count > FEW && !equal_lists(a, b, count, depth) ? sort_both(a, b, count, sizeof *a, compare_members) : NULL;
    if (!sorted) return set_within(a, b, count, depth) && set_within(b, a, count, depth);
    bool same = true;
    for (uint32_t i = 0; same && i < count; i++)
        same = equal(sorted[i], sorted[count + i], depth);
    dynox__free((void *)sorted);
    return same;
}

static bool has_names_of(const dynox_named_value *a, const dynox_named_value *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].name_length != b[i].name_length || !equal_bytes(a[i].name, b[i].name, a[i].name_length)) return false;
    return true;
}

static bool equal_maps(const dynox_named_value *a, const dynox_named_value *b, size_t count, unsigned depth)
{
    const void **sorted =
        count > FEW && !has_names_of(a, b, count) ? sort_both(a, b, count, sizeof *a, compare_names) : NULL;
    /* Only one way with the values: both ways would double the work with each map that lies in another. */
    if (!sorted) return map_within(a, b, count, true, depth) && map_within(b, a, count, false, depth);
    bool same = true;
    for (size_t i = 0; same && i < count; i++) {
        const dynox_named_value *p = sorted[i], *q = sorted[count + i];
        same = compare_names(&sorted[i], &sorted[count + i]) == 0 && equal(&p->value, &q->value, depth);
    }
    dynox__free((void *)sorted);
    return same;
}

static bool equal(const dynox_value *a, const dynox_value *b, unsigned depth)
{
    if (a->type != b->type || depth > DYNOX__VALUE_DEPTH) return false;
    if (a->type == DYNOX_N) return equal_numbers(a, b);
    if (a->type == DYNOX_BOOL) return a->as.boolean == b->as.boolean;
    if (a->type == DYNOX_NULL) return true;
    if (a->length != b->length) return false;
    switch (a->type) {
    case DYNOX_S: return equal_bytes(a->as.text, b->as.text, a->length);
    case DYNOX_B: return equal_bytes(a->as.bytes, b->as.bytes, a->length);
    case DYNOX_L: return equal_lists(a->as.list, b->as.list, a->length, depth + 1);
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS: return equal_sets(a->as.list, b->as.list, a->length, depth + 1);
    case DYNOX_M: return equal_maps(a->as.map, b->as.map, a->length, depth + 1);
    default: return false;
    }
}

bool dynox_value_equal(const dynox_value *a, const dynox_value *b)
{
    return a && b && equal(a, b, 0);
}

bool dynox__item_has(const dynox_item *item, const dynox_item *part)
{
    for (size_t i = 0; i < part->count; i++) {
        const dynox_value *value = dynox_item_get(item, part->attributes[i].name);
        if (!value || !dynox_value_equal(value, &part->attributes[i].value)) return false;
    }
    return true;
}

bool dynox_item_equal(const dynox_item *a, const dynox_item *b)
{
    if (!a || !b) return a == b;
    return a->count == b->count && equal_maps(a->attributes, b->attributes, a->count, 1);
}
