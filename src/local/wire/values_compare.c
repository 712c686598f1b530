/* How large values are, whether they are the same, and which comes first. */
#include "local/wire/values.h"
#include "value/item/item_size.h"
#include "value/text/number.h"

size_t dynox__values_size(const dynox_value *value)
{
    return dynox__value_size(value);
}

size_t dynox__values_item_size(const dynox_item *item)
{
    return dynox__item_size(item);
}

bool dynox__values_equal(const dynox_value *a, const dynox_value *b)
{
    return dynox_value_equal(a, b);
}

static int compare_bytes(const dynox_value *a, const dynox_value *b)
{
    size_t common = a->length < b->length ? a->length : b->length;
    int    order  = common ? memcmp(a->as.bytes, b->as.bytes, common) : 0;
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

int dynox__values_compare(const dynox_value *a, const dynox_value *b, bool *comparable)
{
    *comparable = a->type == b->type && (a->type == DYNOX_S || a->type == DYNOX_N || a->type == DYNOX_B);
    if (!*comparable) return 0;
    if (a->type == DYNOX_N) return dynox__number_compare(a->as.text, a->length, b->as.text, b->length);
    return compare_bytes(a, b);
}
