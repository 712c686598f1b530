/* Promises: futures that the program settles. A promise carries room for its first callback. */
#include "async/future/continuation.h"
#include "async/future/outcome.h"
#include "async/future/state.h"
#include "base/alloc.h"

typedef struct promise {
    dynox_future    future;
    dynox__callback callback;
} promise;

static const dynox__future_class promise_class = {.name = "promise"};

dynox_future *dynox_promise_new(const dynox_type *type)
{
    if (type && type->size > sizeof(dynox__slot)) return dynox_future_acquire(dynox__future_failed(DYNOX_E_ARGUMENT));
    promise *made = dynox__malloc(sizeof *made);
    if (!made) return &dynox__future_no_memory;
    dynox__future_init(&made->future, &promise_class, type, 2);
    return &made->future;
}

bool dynox_promise_settle(dynox_future *future, dynox_outcome outcome)
{
    DEBUG_CHECK(future);
    return dynox__future_fulfil_outcome(future, outcome);
}

dynox_future *dynox_future_of(dynox_outcome outcome)
{
    if (outcome.kind_ == OUTCOME_FUTURE) return outcome.future_;
    dynox__result result = dynox__outcome_result(outcome);
    return dynox__future_settled(result.value, result.type, result.status, result.failure);
}

dynox__callback *dynox__promise_callback(dynox_future *future)
{
    if (future->class_ != &promise_class) return NULL;
    if (atomic_load_explicit(&future->state, memory_order_relaxed) & STATE_CALLBACK_USED) return NULL;
    if (atomic_fetch_or_explicit(&future->state, STATE_CALLBACK_USED, memory_order_relaxed) & STATE_CALLBACK_USED)
        return NULL;
    return &DYNOX__CONTAINER(future, promise, future)->callback;
}
