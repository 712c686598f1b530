/* What comes home when a batch or a transaction of parts is taken: one value for each part that has one. */
#ifndef DYNOX_CLIENT_ITEM_HOMES_H
#define DYNOX_CLIENT_ITEM_HOMES_H

#include <dynox/future.h>

typedef struct dynox__homes dynox__homes;

/* Room for so many. NULL: out of memory. */
dynox__homes *dynox__homes_new(size_t room);
/* Takes the value; NULL is none. */
void dynox__homes_add(dynox__homes *homes, void *value, const dynox_type *type);
void dynox__homes_free(dynox__homes *homes); /* NULL is fine; nothing comes home */

extern const dynox_type dynox__type_homes; /* of futures of them */

#endif
