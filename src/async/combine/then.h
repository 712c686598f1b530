/* then, for handlers that own their argument. */
#ifndef DYNOX_ASYNC_COMBINE_THEN_H
#define DYNOX_ASYNC_COMBINE_THEN_H

#include <dynox/future.h>

/* As dynox_then_with. One of the handlers gets args->arg and ends it; where none will ever run (no memory, no
 * executor), end(args->arg) is called in their place, before this returns. */
dynox_future *dynox__then(dynox_future *consumed, const dynox_then_args *args, void (*end)(void *arg));

#endif
