/* What the files that walk over values share. */
#ifndef DYNOX_VALUE_ITEM_VALUE_H
#define DYNOX_VALUE_ITEM_VALUE_H

#include <dynox/value.h>

/* How deep a value may be nested before the library refuses to follow: twice what the service allows, so that
 * recursion is bounded whatever a program or an answer brings. */
enum { DYNOX__VALUE_DEPTH = 64 };

/* dynox_item.owner_ points to a dynox__shared (base/shared.h), always, or is NULL: that is all dynox_item_free knows.
 */

/* A deep copy takes one block: dynox__value_measure adds what it needs to *size, dynox__value_copy moves *room on.
 * Texts in the copy end with a NUL. Sizes are rounded so that nodes stay aligned. DYNOX_E_VALUE: nested too deeply, or
 * an invalid value in it; DYNOX_E_NO_MEMORY: the size overflows. */
dynox_status dynox__value_measure(const dynox_value *value, size_t *size);
dynox_value  dynox__value_copy(const dynox_value *value, char **room);

/* Has the item all attributes of the other one, with the same values? */
bool dynox__item_has(const dynox_item *item, const dynox_item *part);

#endif
