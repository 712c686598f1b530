/* Waiting without blocking the thread, for programs with fibers of their own. */
#ifndef DYNOX_ASYNC_FUTURE_WAIT_HOOK_H
#define DYNOX_ASYNC_FUTURE_WAIT_HOOK_H

#include "async/future/future.h"

/* The fiber that the calling thread is running, if a hook is set and knows one; else NULL. */
void *dynox__wait_token(void);

/* Parks that fiber until the future is done or the deadline has passed. DYNOX_E_NO_MEMORY: neither. */
dynox_status dynox__wait_parked(dynox_future *future, void *token, int64_t deadline_ns);

#endif
