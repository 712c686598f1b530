/* Names that are there twice are rare: found by the encoder's search, and only then sorted. */
#include "local/wire/values_names.h"
#include "base/alloc.h"
#include "value/json/encode.h"
#include <stdlib.h>

static int compare_names(const dynox_named_value *a, const dynox_named_value *b)
{
    size_t common = a->name_length < b->name_length ? a->name_length : b->name_length;
    int    order  = common ? memcmp(a->name, b->name, common) : 0;
    return order ? order : (a->name_length > b->name_length) - (a->name_length < b->name_length);
}

/* Both point into one array: of the same name, the earlier one comes first. */
static int compare_places(const void *left, const void *right)
{
    dynox_named_value *const *a = left, *const *b = right;
    int                       order = compare_names(*a, *b);
    return order ? order : (*a > *b) - (*a < *b);
}

bool dynox__values_last_of_names(dynox_named_value *map, size_t *count)
{
    bool   failed;
    size_t kept = 0, all = *count;
    if (dynox__find_name_twice(map, all, &failed) == SIZE_MAX) return !failed;
    dynox_named_value **sorted = dynox__malloc_array(all, sizeof(dynox_named_value *));
    if (!sorted) return false;
    for (size_t i = 0; i < all; i++)
        sorted[i] = &map[i];
    qsort(sorted, all, sizeof(dynox_named_value *), compare_places);
    for (size_t i = 0; i + 1 < all; i++)
        if (compare_names(sorted[i], sorted[i + 1]) == 0) sorted[i]->value.type = DYNOX_INVALID;
    dynox__free(sorted);
    for (size_t i = 0; i < all; i++)
        if (map[i].value.type != DYNOX_INVALID) map[kept++] = map[i];
    *count = kept;
    return true;
}
