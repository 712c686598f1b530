/* Sets have no duplicates: sorting brings those together that are the same. */
#include "value/json/encode.h"
#include "value/text/number.h"
#include <stdlib.h>

typedef struct member {
    const char *bytes;
    uint32_t    length, index;
} member;

static int compare_bytes(const void *left, const void *right)
{
    const member *a = left, *b = right;
    size_t        common = a->length < b->length ? a->length : b->length;
    int           order  = common ? memcmp(a->bytes, b->bytes, common) : 0;
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static int compare_numbers(const void *left, const void *right)
{
    const member *a = left, *b = right;
    return dynox__number_compare(a->bytes, a->length, b->bytes, b->length);
}

/* Points members at the numbers in "1","2.0",... */
static void find_numbers(member *members, size_t count, const char *array)
{
    const char *p = array + 1;
    for (size_t i = 0; i < count; i++) {
        const char *start = p + 1, *end = start;
        while (*end != '"')
            end++;
        members[i].bytes  = start;
        members[i].length = (uint32_t)(end - start);
        p                 = end + 2; /* past the quote and the comma */
    }
}

size_t dynox__find_duplicate(const dynox_value *set, const char *numbers, bool *no_memory)
{
    enum { FEW = 32 };
    member few[FEW], *members = few;
    size_t count = set->length, found = SIZE_MAX;
    int (*compare)(const void *, const void *) = numbers ? compare_numbers : compare_bytes;
    if (count > FEW) members = dynox__malloc_array(count, sizeof *members);
    *no_memory = !members;
    if (!members) return SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const dynox_value *value = &set->as.list[i];
        members[i]               = (member){.bytes = value->as.text, .length = value->length, .index = (uint32_t)i};
    }
    if (numbers) find_numbers(members, count, numbers);
    qsort(members, count, sizeof *members, compare);
    for (size_t i = 1; i < count && found == SIZE_MAX; i++)
        if (compare(&members[i - 1], &members[i]) == 0) found = members[i].index;
    if (members != few) dynox__free(members);
    return found;
}

size_t dynox__find_name_twice(const dynox_named_value *map, size_t count, bool *no_memory)
{
    enum { FEW = 16 };
    *no_memory = false;
    for (size_t i = 1; i < count && count <= FEW; i++)
        for (size_t k = 0; k < i; k++)
            if (map[i].name_length == map[k].name_length && memcmp(map[i].name, map[k].name, map[i].name_length) == 0)
                return i;
    if (count <= FEW) return SIZE_MAX;
    size_t  found   = SIZE_MAX;
    member *members = dynox__malloc_array(count, sizeof *members);
    *no_memory      = !members;
    if (!members) return SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        members[i] = (member){.bytes = map[i].name, .length = map[i].name_length, .index = (uint32_t)i};
    qsort(members, count, sizeof *members, compare_bytes);
    for (size_t i = 1; i < count && found == SIZE_MAX; i++)
        if (compare_bytes(&members[i - 1], &members[i]) == 0) found = members[i].index;
    dynox__free(members);
    return found;
}
