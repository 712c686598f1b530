/* Joining what the async form started. */
#include "client/sync.h"

dynox_status dynox__sync_allowed(dynox_client *client, const dynox_error *earlier, dynox_error *error)
{
    if (!client && earlier && earlier->status != DYNOX_OK) {
        dynox_error_copy(error, earlier);
        return earlier->status;
    }
    if (!client || !dynox_executor_current() || dynox_executor_current() != dynox__service_executor(client->service))
        return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_DEADLOCK,
                           "a sync_ call on an I/O thread of its own client (in a callback with .on = "
                           "dynox_executor_inline()) could never end; use the async form there");
}

dynox_status dynox__sync_refuse(dynox_error *to, dynox_error *error)
{
    dynox_status status = error->status;
    if (to) dynox_error_copy(to, error);
    dynox_error_clear(error);
    return status;
}

dynox_status dynox__sync_join(dynox_future *consumed, const dynox_type *type, void *out, dynox_error *error,
                              dynox_info *info)
{
    if (out && type && !type->destroy)
        memset(out, 0, type->size);
    else if (out)
        *(void **)out = NULL;
    dynox_status status = dynox_future_wait(consumed, -1);
    if (status == DYNOX_OK && info && dynox_future_info(consumed)) dynox_info_copy(info, dynox_future_info(consumed));
    return dynox_join_with(consumed, type,
                           &(dynox_join_args){.size = sizeof(dynox_join_args), .out = out, .error = error});
}
