/* What transactions of requests and of statements have in common: all of it happens in the one transaction of the
 * store.
 *
 * Each returns false with the refusal set; what refuses an action alone is its reason, and cancels all. */
#ifndef DYNOX_LOCAL_OPERATION_TRANSACT_H
#define DYNOX_LOCAL_OPERATION_TRANSACT_H

#include "local/operation/action.h"
#include "local/operation/bill.h"
#include "local/operation/cancel.h"

/* Of actions whose tables are known: their keys, whether one item is named twice; the items and the conditions; the
 * changes. `reasons` are zero at the beginning. */
bool dynox__transact_write(dynox__local_call *call, dynox__action *actions, dynox__cancel_reason *reasons, size_t count,
                           dynox__bill *bill);
/* A transaction that was done before costs the reading of its items: of this one. */
bool dynox__transact_again(dynox__local_call *call, const dynox__action *action, dynox__bill *bill);

typedef struct dynox__get {
    const dynox__table *table;
    dynox_item          key;
    dynox__projection  *projection;    /* NULL: all */
    dynox__condition   *condition;     /* an item for which it does not hold is not there; NULL: none */
    bool                is_consistent; /* not of transactions, which are */
} dynox__get;

/* Writes the member Item of an object that was begun, if there is one. Adds to the bill; *size: of the item. */
bool dynox__get_item(dynox__local_call *call, const dynox__get *get, dynox__bill *bill, size_t *size);
/* Checks the keys, and writes the whole answer. */
bool dynox__transact_read(dynox__local_call *call, const dynox__get *gets, size_t count);

#endif
