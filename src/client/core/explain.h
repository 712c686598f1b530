/* Explaining requests in place of sending them. */
#ifndef DYNOX_CLIENT_CORE_EXPLAIN_H
#define DYNOX_CLIENT_CORE_EXPLAIN_H

#include "aws/call/call.h"

/* Is what begins on this thread explained? */
bool dynox__explaining(void);

/* Keeps what there is to say of a call that would be started now (`error` DYNOX_OK) or refused, if this thread
 * explains. `call` may be NULL. */
void dynox__explain(const dynox__operation *operation, const dynox__call *call, const dynox_error *error);

#endif
