/* ClientRequestToken: for ten minutes of the engine's clock the same request with the same token does nothing again. */
#ifndef DYNOX_LOCAL_OPERATION_TOKEN_H
#define DYNOX_LOCAL_OPERATION_TOKEN_H

#include "local/wire/call.h"

/* Keeps the request's token, in a writing transaction. *is_known: it was used for the same request, which has nothing
 * to do any more. false: IDEMPOTENT_MISMATCH, or the store failed. No token: nothing. */
bool dynox__token_use(dynox__local_call *call, bool *is_known);
/* A hash of JSON: the same in whatever order members come, and whatever the token is. */
uint64_t dynox__token_hash(const dynox__tree *tree);

#endif
