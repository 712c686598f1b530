/* What outcomes mean to those who receive one: promises, then and pools. */
#ifndef DYNOX_ASYNC_FUTURE_OUTCOME_H
#define DYNOX_ASYNC_FUTURE_OUTCOME_H

#include "async/future/future.h"

/* The kinds of dynox_outcome. */
enum { OUTCOME_VALUE, OUTCOME_ERROR, OUTCOME_FUTURE, OUTCOME_PASS };

/* What a future can be settled with; owns its failure, and its value if the status is OK. */
typedef struct dynox__result {
    dynox__slot       value;
    const dynox_type *type;
    dynox_status      status;
    dynox__failure   *failure;
    dynox_future     *behind;   /* owned; see dynox_future */
    bool              accepted; /* the value */
} dynox__result;

/* Of an outcome that is no future and no pass; takes over what it holds. */
dynox__result dynox__outcome_result(dynox_outcome outcome);
/* What whoever takes this future, which is done, has taken besides its value: a reference; NULL: nothing. */
dynox_future *dynox__future_behind(dynox_future *done);
/* Of a future that is done: moves the value out, shares the failure, marks the error as seen. */
dynox__result dynox__future_move_result(dynox_future *done);
/* dynox__future_settle with all of a result: false leaves it the caller's. */
bool dynox__future_settle_as(dynox_future *future, const dynox__result *result);
/* Settles with it, or destroys it. Ends no reference. */
bool dynox__future_settle_result(dynox_future *future, dynox__result result);
/* Settles with whatever the outcome comes to, perhaps later, and ends one reference of `future`. false: it came too
 * late. An outcome that passes makes no sense here and becomes DYNOX_E_ARGUMENT. */
bool dynox__future_fulfil_outcome(dynox_future *future, dynox_outcome outcome);

/* A future that is done; takes over value and failure. */
dynox_future *dynox__future_settled(dynox__slot value, const dynox_type *type, dynox_status status,
                                    dynox__failure *failure);

#endif
