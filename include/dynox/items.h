/* Several items in the order they were asked for: what batch and transactional reads give. */
#ifndef DYNOX_ITEMS_H
#define DYNOX_ITEMS_H

#include <dynox/item.h>

DYNOX_EXTERN_C_BEGIN

/* Owned by whoever got it; reading is for any number of threads. */
typedef struct dynox_items {
    const dynox_item *const *at; /* NULL: there is no such item */
    size_t                   count;
    void                    *owner_; /* the library's */
} dynox_items;

/* Frees it with all that has not been taken. NULL is fine. */
DYNOX_API void dynox_items_free(dynox_items *items);

/* Gives one item away: it is yours to free, outlives the rest, and at[index] is NULL from then on. NULL: there was
 * none, or it was taken before. One thread at a time. */
DYNOX_API DYNOX_MUST_USE dynox_item *dynox_items_take(dynox_items *items, size_t index);

extern DYNOX_API const dynox_type dynox_type_items; /* of futures of them */

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#undef DYNOX_TYPES_2_
#define DYNOX_TYPES_2_ struct dynox_items * : &dynox_type_items,
#endif
#endif
