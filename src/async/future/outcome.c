/* Outcomes: how a handler or a job says what it came to. */
#include "async/future/outcome.h"
#include "async/future/state.h"
#include "base/alloc.h"
#include <string.h>

dynox_outcome dynox_ok(void *value, const dynox_type *type)
{
    dynox_outcome outcome  = {.kind_ = OUTCOME_VALUE, .type_ = type};
    outcome.value_.pointer = value;
    return outcome;
}

dynox_outcome dynox_ok_int(int64_t value)
{
    dynox_outcome outcome  = {.kind_ = OUTCOME_VALUE, .type_ = DYNOX_TYPE_OF(value)};
    outcome.value_.integer = value;
    return outcome;
}

dynox_outcome dynox_ok_bool(bool value)
{
    dynox_outcome outcome = {.kind_ = OUTCOME_VALUE, .type_ = &dynox_type_bool};
    memcpy(&outcome.value_, &value, sizeof value);
    return outcome;
}

dynox_outcome dynox_ok_double(double value)
{
    dynox_outcome outcome = {.kind_ = OUTCOME_VALUE, .type_ = &dynox_type_double};
    outcome.value_.real   = value;
    return outcome;
}

dynox_outcome dynox_fail(dynox_status status)
{
    return (dynox_outcome){.kind_ = OUTCOME_ERROR, .status_ = status};
}

dynox_outcome dynox_fail_with(const dynox_error *error)
{
    return (dynox_outcome){.kind_ = OUTCOME_ERROR, .status_ = error->status, .failure_ = dynox__failure_new(error)};
}

dynox_outcome dynox_continue(dynox_future *consumed)
{
    return (dynox_outcome){.kind_   = OUTCOME_FUTURE,
                           .future_ = consumed ? consumed : dynox__future_failed(DYNOX_E_ARGUMENT)};
}

dynox_outcome dynox_pass(void)
{
    return (dynox_outcome){.kind_ = OUTCOME_PASS};
}

/* ---- results ---- */

dynox__result dynox__outcome_result(dynox_outcome outcome)
{
    dynox__result result = {.type = outcome.type_, .status = outcome.status_, .failure = outcome.failure_};
    if (outcome.kind_ == OUTCOME_VALUE)
        memcpy(&result.value, &outcome.value_, sizeof result.value);
    else if (outcome.kind_ != OUTCOME_ERROR || outcome.status_ == DYNOX_OK)
        result.status = DYNOX_E_ARGUMENT; /* passing where there is nothing to pass, or failing with success */
    return result;
}

dynox__result dynox__future_move_result(dynox_future *done)
{
    dynox__result result = {.type = done->type, .status = done->status, .behind = dynox__future_behind(done)};
    if (result.status != DYNOX_OK)
        result.failure = dynox__failure_acquire(dynox__future_failure(done));
    else if (!dynox__future_take_slot(done, &result.value))
        result.status = DYNOX_E_TAKEN;
    result.accepted = atomic_load_explicit(&done->state, memory_order_relaxed) & STATE_ACCEPTED;
    return result;
}

bool dynox__future_settle_result(dynox_future *future, dynox__result result)
{
    if (dynox__future_settle_as(future, &result)) return true;
    dynox_future_release(result.behind);
    if (result.status == DYNOX_OK) dynox__slot_destroy(result.value, result.type);
    dynox__failure_release(result.failure);
    return false;
}

/* ---- settling one future like another ---- */

typedef struct forward {
    dynox__continuation continuation;
    dynox_future       *to; /* owns a reference */
} forward;

static void forward_result(dynox_future *from, dynox__continuation *continuation)
{
    forward      *link = DYNOX__CONTAINER(continuation, forward, continuation);
    dynox_future *to   = link->to;
    dynox__free(link);
    dynox__future_settle_result(to, dynox__future_move_result(from));
    dynox_future_release(from);
    dynox_future_release(to);
}

static bool fulfil_later(dynox_future *future, dynox_future *consumed)
{
    forward *link    = dynox__malloc(sizeof *link);
    bool     pending = !dynox_future_done(future);
    if (!link || !pending) {
        dynox__free(link);
        dynox_future_drop(&consumed);
        if (pending) pending = dynox__future_settle(future, (dynox__slot){0}, NULL, DYNOX_E_NO_MEMORY, NULL);
        dynox_future_release(future);
        return pending;
    }
    link->to              = future;
    link->continuation.fn = forward_result;
    link->continuation.on = dynox_executor_inline();
    dynox__future_attach(consumed, &link->continuation);
    return true;
}

bool dynox__future_fulfil_outcome(dynox_future *future, dynox_outcome outcome)
{
    if (outcome.kind_ == OUTCOME_FUTURE) return fulfil_later(future, outcome.future_);
    dynox__result result = dynox__outcome_result(outcome);
    bool          first  = dynox__future_settle(future, result.value, result.type, result.status, result.failure);
    if (first)
        dynox_future_release(future);
    else
        dynox__future_fulfil(future, result.value, result.type, result.status, result.failure);
    return first;
}
