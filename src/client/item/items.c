/* Arrays of items: one allocation, and each item owns a reference to the answer that it lies in. */
#include "client/item/items.h"
#include "base/alloc.h"

typedef struct box {
    dynox_items items; /* first: the array is the box */
    dynox_item *at[];
} box;

static box *box_of(dynox_items *items)
{
    return (box *)(void *)items;
}

dynox_items *dynox__items_new(size_t count)
{
    size_t size;
    if (!dynox__mul_size(count, sizeof(dynox_item *), &size) || !dynox__add_size(size, sizeof(box), &size)) return NULL;
    box *made = dynox__calloc(size);
    if (!made) return NULL;
    made->items = (dynox_items){.at = (const dynox_item *const *)made->at, .count = count};
    return &made->items;
}

void dynox__items_set(dynox_items *items, size_t index, dynox_item *item)
{
    box_of(items)->at[index] = item;
}

bool dynox__items_place(dynox_items *items, size_t index, dynox__document *document, const dynox_item *contents)
{
    dynox_item *item = contents ? dynox__document_item(document, contents) : NULL;
    dynox__items_set(items, index, item);
    if (item || !contents) return true;
    dynox_items_free(items);
    return false;
}

dynox_item *dynox_items_take(dynox_items *items, size_t index)
{
    if (!items || index >= items->count) return NULL;
    dynox_item *item         = box_of(items)->at[index];
    box_of(items)->at[index] = NULL;
    return item;
}

void dynox_items_free(dynox_items *items)
{
    if (!items) return;
    for (size_t i = 0; i < items->count; i++)
        dynox_item_free(box_of(items)->at[i]);
    dynox__free(items);
}

static void destroy(void *items)
{
    dynox_items_free(items);
}

const dynox_type dynox_type_items = {.name = "dynox_items *", .size = sizeof(void *), .destroy = destroy};
