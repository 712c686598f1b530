/* Arrays of items. */
#ifndef DYNOX_CLIENT_ITEM_ITEMS_H
#define DYNOX_CLIENT_ITEM_ITEMS_H

#include <dynox/future.h>
#include <dynox/items.h>

/* `count` holes. NULL: out of memory. */
dynox_items *dynox__items_new(size_t count);
/* Puts an item in its place, which must be a hole; it owns it from then on. */
void dynox__items_set(dynox_items *items, size_t index, dynox_item *item);

#endif
