/* Looking things up in the description. */
#include "local/validate/description.h"
#include "local/validate/patterns.h"
#include <string.h>

#define AT(text) (uint16_t) offsetof(struct pool, text)
#include "local/validate/request.inc"

_Static_assert(sizeof pool <= UINT16_MAX, "places in the pool are 16 bits wide");
_Static_assert(sizeof patterns / sizeof *patterns == DYNOX__PATTERNS, "each pattern is written in patterns.c");

const dynox__shape *dynox__shape_at(size_t number)
{
    return &shapes[number];
}

const dynox__request_member *dynox__members_of(const dynox__shape *structure)
{
    return &members[structure->inner];
}

const char *dynox__description_text(size_t place)
{
    return (const char *)&pool + place;
}

const char *dynox__description_pattern(unsigned pattern)
{
    return dynox__description_text(patterns[pattern - 1]);
}

size_t dynox__member_number(const dynox__shape *structure, const char *name, size_t length)
{
    const dynox__request_member *first = dynox__members_of(structure);
    for (size_t i = 0; i < structure->count; i++)
        if (first[i].length == length && memcmp(dynox__description_text(first[i].name), name, length) == 0) return i;
    return SIZE_MAX;
}

const dynox__request_shape *dynox__request_shape_number(size_t number)
{
    return number < sizeof operations / sizeof *operations ? &operations[number] : NULL;
}

static int compare_names(const dynox__request_shape *operation, const char *name, size_t length)
{
    size_t common = operation->length < length ? operation->length : length;
    int    order  = memcmp(dynox__description_text(operation->name), name, common);
    return order ? order : (operation->length > length) - (operation->length < length);
}

const dynox__request_shape *dynox__request_shape_of(const char *operation, size_t length, bool of_streams)
{
    size_t low = 0, high = sizeof operations / sizeof *operations;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int    order  = compare_names(&operations[middle], operation, length);
        if (order == 0) return operations[middle].of_streams == of_streams ? &operations[middle] : NULL;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
