/* Is an item named twice in a request? Keys are compared as the store has them, so that 1 and 1.0 are one. */
#ifndef DYNOX_LOCAL_OPERATION_DISTINCT_H
#define DYNOX_LOCAL_OPERATION_DISTINCT_H

#include "local/table/table.h"

/* Zero is an empty one. */
typedef struct dynox__distinct {
    dynox__buffer places; /* one behind the other */
    size_t       *ends;
    size_t        count;
} dynox__distinct;

bool dynox__distinct_begin(dynox__local_call *call, dynox__distinct *distinct, size_t most);
/* false: it was there before. The key has been checked. */
bool dynox__distinct_add(dynox__distinct *distinct, const dynox__table *table, const dynox_item *key);
/* Frees it. false: memory ran out on the way, and the refusal is set. */
bool dynox__distinct_end(dynox__local_call *call, dynox__distinct *distinct);

#endif
