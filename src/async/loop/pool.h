/* Work for a pool that must not run anywhere else. */
#ifndef DYNOX_ASYNC_LOOP_POOL_H
#define DYNOX_ASYNC_LOOP_POOL_H

#include <dynox/pool.h>

/* false: it has no thread and none can be started, and the work is still the caller's. (Its executor would pass the
 * work on to the callback thread, where nothing may block.) Not for a pool of the parent in a forked child. */
bool dynox__pool_post(dynox_pool *pool, dynox_work *work);

#endif
