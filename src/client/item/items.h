/* Arrays of items. */
#ifndef DYNOX_CLIENT_ITEM_ITEMS_H
#define DYNOX_CLIENT_ITEM_ITEMS_H

#include "value/json/document.h"
#include <dynox/future.h>
#include <dynox/items.h>

/* `count` holes. NULL: out of memory. */
dynox_items *dynox__items_new(size_t count);
/* Puts an item in its place, which must be a hole; it owns it from then on. */
void dynox__items_set(dynox_items *items, size_t index, dynox_item *item);
/* The same with one that lies in a document, of which it gets a reference; NULL contents: it stays a hole. false: out
 * of memory, and the array has been freed. */
bool dynox__items_place(dynox_items *items, size_t index, dynox__document *document, const dynox_item *contents);

#endif
