/* Futures that have failed already, and errors for bare status codes. */
#include "async/future/outcome.h"
#include "async/future/state.h"
#include "base/alloc.h"

static const dynox__future_class failed_class = {.name = "failed"};

dynox_future dynox__future_no_memory = {
    .references    = 1,
    .state         = STATE_DONE | STATE_OBSERVED,
    .continuations = CONTINUATIONS_CLOSED,
    .class_        = &failed_class,
    .status        = DYNOX_E_NO_MEMORY,
};

/* A future that is done when it is made. Takes over the value and the failure, also when there is no memory. */
dynox_future *dynox__future_settled(dynox__slot value, const dynox_type *type, dynox_status status,
                                    dynox__failure *failure)
{
    static const dynox__future_class settled_class = {.name = "settled"};
    dynox_future                    *future        = dynox__malloc(sizeof *future);
    if (!future) {
        if (status == DYNOX_OK) dynox__slot_destroy(value, type);
        dynox__failure_release(failure);
        return &dynox__future_no_memory;
    }
    dynox__future_init(future, status == DYNOX_OK ? &settled_class : &failed_class, type, 1);
    dynox__future_settle(future, value, NULL, status, failure);
    return future;
}

dynox_future *dynox__future_failed(dynox_status status)
{
    if (status == DYNOX_E_NO_MEMORY) return &dynox__future_no_memory;
    return dynox__future_settled((dynox__slot){0}, NULL, status, NULL);
}

dynox_future *dynox__future_failed_with(dynox_error *error)
{
    dynox_status  status = error->status;
    dynox_future *future = dynox__future_settled((dynox__slot){0}, NULL, status, dynox__failure_new(error));
    dynox_error_clear(error);
    return future;
}

const dynox_error *dynox__status_error(dynox_status status)
{
    static const dynox_error errors[] = {
#define ERROR(name, number, text) {.status = DYNOX_##name, .message = text},
        DYNOX_STATUS_TABLE(ERROR)
#undef ERROR
    };
    static const dynox_error unknown = {.status = DYNOX_E_SERVICE, .message = "an unknown status"};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].status == status) return &errors[i];
    return &unknown;
}
