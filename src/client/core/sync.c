/* Joining what the async form started. */
#include "client/core/sync.h"
#include "async/executor/executor.h"
#include "async/future/wait_hook.h"
#include <string.h>

bool dynox__sync_allowed(dynox__sync *sync, dynox_client *client)
{
    if (sync->refusal.status != DYNOX_OK) return false;
    if (!client) {
        if (sync->error) dynox_error_copy(&sync->refusal, sync->error);
        return sync->refusal.status == DYNOX_OK; /* else the async form says that it is NULL */
    }
    const dynox_executor *here = dynox_executor_current();
    if (!here || here != dynox__service_executor(client->service)) return true;
    dynox_error_set(&sync->refusal, DYNOX_E_DEADLOCK,
                    "a sync_ call on an I/O thread of its own client (in a callback with .on = "
                    "dynox_executor_inline()) could never end; use the async form there");
    return false;
}

dynox_status dynox__sync_refuse(dynox__sync *sync)
{
    dynox_status status = sync->refusal.status;
    if (sync->out) memset(sync->out, 0, sync->type ? sync->type->size : sizeof(void *));
    if (sync->error) dynox_error_copy(sync->error, &sync->refusal);
    dynox_error_clear(&sync->refusal);
    return status;
}

void dynox__sync_begin(const dynox_client *client)
{
    if (!client || dynox__wait_token()) return;
    dynox__thread_catch_up();
    dynox__call_expect(client->service);
}

dynox_status dynox__sync_join(dynox__sync *sync, dynox_future *consumed)
{
    dynox__call_await(consumed);
    if (sync->info && dynox_future_wait(consumed, -1) == DYNOX_OK && dynox_future_info(consumed))
        dynox_info_copy(sync->info, dynox_future_info(consumed));
    return dynox_join_with(consumed, sync->type,
                           &(dynox_join_args){.size = sizeof(dynox_join_args), .out = sync->out, .error = sync->error});
}
