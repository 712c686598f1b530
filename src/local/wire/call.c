/* What a failing store means for the call. */
#include "local/wire/call.h"

bool dynox__local_store_failed(dynox__local_call *call, dynox_error *error)
{
    if (error->status == DYNOX_E_NO_MEMORY)
        dynox__refuse_memory(&call->refusal);
    else
        dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_INTERNAL, "%s", error->message);
    dynox_error_clear(error);
    return false;
}
