/* Sets in structs: nothing is in one twice, and they are equal without order. Few elements are compared each with each,
 * many are sorted in a copy. */
#include "base/alloc.h"
#include "value/bind/member.h"
#include <stdlib.h>

enum { FEW = 16 };

typedef int compare_fn(const void *a, const void *b);

static int compare_texts(const void *a, const void *b)
{
    const char *x = dynox__pointer_at((const char *)a), *y = dynox__pointer_at((const char *)b);
    if (!x || !y) return (x != NULL) - (y != NULL);
    return strcmp(x, y);
}

static int compare_ints(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* By value: 0 and -0 are one number of the service. What is no number is ordered by its bits. */
static int compare_doubles(const void *a, const void *b)
{
    double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (x < y || x > y) return x < y ? -1 : 1;
    bool x_is_number = x - x >= 0, y_is_number = y - y >= 0;
    if (x_is_number && y_is_number) return 0;
    return x_is_number != y_is_number ? y_is_number - x_is_number : compare_ints(a, b);
}

static int compare_blobs(const void *a, const void *b)
{
    dynox_blob x = dynox__blob_at((const char *)a), y = dynox__blob_at((const char *)b);
    size_t     common = x.size < y.size ? x.size : y.size;
    int        order  = common && x.bytes && y.bytes ? memcmp(x.bytes, y.bytes, common) : 0;
    if (!order && (!x.bytes || !y.bytes)) order = (x.bytes != NULL) - (y.bytes != NULL);
    return order ? order : (x.size > y.size) - (x.size < y.size);
}

static compare_fn *compare_of(uint8_t kind)
{
    return kind == DYNOX_KIND_STRING_SET_   ? compare_texts
           : kind == DYNOX_KIND_INT_SET_    ? compare_ints
           : kind == DYNOX_KIND_DOUBLE_SET_ ? compare_doubles
                                            : compare_blobs;
}

/* To be freed. NULL: out of memory. */
static char *sorted(const dynox__member *member, const dynox__many *set)
{
    char *copy = (char *)dynox__malloc_array(set->count, member->element);
    if (!copy) return NULL;
    memcpy(copy, set->at, set->count * member->element);
    qsort(copy, set->count, member->element, compare_of(member->kind));
    return copy;
}

static dynox_status refuse_twice(const dynox__shape *shape, const dynox__member *member, const char *element,
                                 dynox_error *error)
{
    char    digits[DYNOX__NUMBER_TEXT];
    int64_t number;
    double  real;
    switch (member->kind) {
    case DYNOX_KIND_STRING_SET_:
        return dynox__bind_refuse(shape, member, error, "\"%.100s\" is there twice", dynox__pointer_at(element));
    case DYNOX_KIND_INT_SET_:
        memcpy(&number, element, sizeof number);
        return dynox__bind_refuse(shape, member, error, "%lld is there twice", (long long)number);
    case DYNOX_KIND_DOUBLE_SET_:
        memcpy(&real, element, sizeof real);
        dynox__number_from_double(real, digits);
        return dynox__bind_refuse(shape, member, error, "%s is there twice", digits);
    default: return dynox__bind_refuse(shape, member, error, "the same bytes are there twice");
    }
}

dynox_status dynox__set_check(const dynox__shape *shape, const dynox__member *member, const dynox__many *set,
                              dynox_error *error)
{
    compare_fn  *compare = compare_of(member->kind);
    size_t       size    = member->element;
    dynox_status status  = DYNOX_OK;
    if (set->count <= FEW) {
        for (size_t i = 1; i < set->count; i++)
            for (size_t k = 0; k < i; k++)
                if (compare(set->at + i * size, set->at + k * size) == 0)
                    return refuse_twice(shape, member, set->at + i * size, error);
        return DYNOX_OK;
    }
    char *copy = sorted(member, set);
    if (!copy) return dynox__bind_no_memory(error);
    for (size_t i = 1; i < set->count && !status; i++)
        if (compare(copy + i * size, copy + (i - 1) * size) == 0)
            status = refuse_twice(shape, member, copy + i * size, error);
    dynox__free(copy);
    return status;
}

static bool has(const dynox__member *member, const dynox__many *set, const char *element)
{
    compare_fn *compare = compare_of(member->kind);
    for (size_t i = 0; i < set->count; i++)
        if (compare(set->at + i * member->element, element) == 0) return true;
    return false;
}

static bool same_in_order(const dynox__member *member, const char *a, const char *b, size_t count)
{
    compare_fn *compare = compare_of(member->kind);
    for (size_t i = 0; i < count; i++)
        if (compare(a + i * member->element, b + i * member->element) != 0) return false;
    return true;
}

bool dynox__set_same(const dynox__member *member, const dynox__many *a, const dynox__many *b)
{
    if (a->count != b->count) return false;
    if (same_in_order(member, a->at, b->at, a->count)) return true;
    if (a->count <= FEW) { /* both ways: while it is edited, something may be in one twice */
        for (size_t i = 0; i < a->count; i++)
            if (!has(member, b, a->at + i * member->element) || !has(member, a, b->at + i * member->element))
                return false;
        return true;
    }
    char *left = sorted(member, a), *right = sorted(member, b);
    bool  same = left && right && same_in_order(member, left, right, a->count);
    dynox__free(left);
    dynox__free(right);
    return same;
}
