/* Consumed capacity of many requests, added up by table and index. */
#ifndef DYNOX_CLIENT_BATCH_CAPACITY_H
#define DYNOX_CLIENT_BATCH_CAPACITY_H

#include "base/shared.h"
#include <dynox/info.h>

/* Counted, so that a copy of the info that points into it can keep it. */
typedef struct dynox__capacity_sum {
    dynox__shared   shared;
    dynox_capacity *tables; /* with all that they point to: owned */
    size_t          count;
    bool            failed; /* out of memory: the sum is not complete */
} dynox__capacity_sum;

/* NULL: out of memory. */
dynox__capacity_sum *dynox__capacity_sum_new(void);
/* One thread at a time; not once others may have a reference. */
void dynox__capacity_sum_add(dynox__capacity_sum *sum, const dynox_capacity *tables, size_t count);

#endif
