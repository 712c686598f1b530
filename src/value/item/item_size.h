/* How large the service takes an item to be (Developer Guide, "DynamoDB Item sizes and formats"). */
#ifndef DYNOX_VALUE_ITEM_ITEM_SIZE_H
#define DYNOX_VALUE_ITEM_ITEM_SIZE_H

#include <dynox/value.h>

enum { DYNOX__LARGEST_ITEM = 400 * 1024 }; /* bytes (Developer Guide, quotas) */

/* Bytes: names and values. Numbers are measured by their significant digits, which the guide gives as about right. */
size_t dynox__item_size(const dynox_item *item); /* NULL: 0 */
size_t dynox__value_size(const dynox_value *value);

#endif
