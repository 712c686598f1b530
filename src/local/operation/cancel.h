/* Why a transaction was cancelled: one reason for each of its actions, most of them "None". */
#ifndef DYNOX_LOCAL_OPERATION_CANCEL_H
#define DYNOX_LOCAL_OPERATION_CANCEL_H

#include "local/wire/call.h"

/* Zero: this action would have been carried out. */
typedef struct dynox__cancel_reason {
    dynox__refusal refusal; /* what it alone would have been refused with */
} dynox__cancel_reason;

/* Makes what the call was just refused with the reason of an action. false: it is not one of an action (no such table,
 * out of memory), and the whole request stays refused with it. */
bool dynox__cancel_take(dynox__local_call *call, dynox__cancel_reason *reason);
/* Refuses with TransactionCanceledException and these reasons, if there is one among them; true if there is none. */
bool dynox__cancel_check(dynox__local_call *call, const dynox__cancel_reason *reasons, size_t count);

#endif
