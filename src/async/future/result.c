/* Looking at what a future came to, and joining. None of this blocks except the join. */
#include "async/future/state.h"
#include <string.h>

void dynox__future_observe(dynox_future *future)
{
    if (future->status != DYNOX_OK && future != &dynox__future_no_memory)
        atomic_fetch_or_explicit(&future->state, STATE_OBSERVED, memory_order_relaxed);
}

dynox_status dynox_future_error(dynox_future *future)
{
    DEBUG_CHECK(future);
    if (!dynox_future_done(future)) return DYNOX_E_PENDING;
    dynox__future_observe(future);
    return future->status;
}

const dynox_error *dynox_future_details(dynox_future *future)
{
    dynox_status status = dynox_future_error(future);
    if (status == DYNOX_OK || !dynox_future_done(future)) return NULL;
    return future->failure ? &future->failure->error : dynox__status_error(status);
}

dynox__failure *dynox__future_failure(dynox_future *future)
{
    dynox__future_observe(future);
    return future->failure;
}

/* ---- the value ---- */

static bool mark_taken(dynox_future *future)
{
    return !(atomic_fetch_or_explicit(&future->state, STATE_TAKEN, memory_order_acq_rel) & STATE_TAKEN);
}

bool dynox__future_take_slot(dynox_future *future, dynox__slot *slot)
{
    slot->integer = 0;
    if (!dynox_future_done(future) || future->status != DYNOX_OK) return false;
    if (future->type && future->type->destroy && !mark_taken(future)) return false;
    *slot = future->value;
    return true;
}

static dynox_status zero(const dynox_type *type, void *out, dynox_status status)
{
    if (out) memset(out, 0, type ? type->size : sizeof(void *));
    return status;
}

dynox_status dynox_future_take(dynox_future *future, const dynox_type *type, void *out)
{
    dynox_status status = dynox_future_error(future);
    if (status != DYNOX_OK) return zero(type, out, status);
    const dynox_type *held = future->type;
    dynox__slot       slot = future->value;
    if (type && type != held) {
        /* Converting copies: the value stays where it is, for there is nothing to own. */
        char copy[sizeof(dynox__slot)];
        if (!held || type->size > sizeof copy) return zero(type, out, DYNOX_E_TYPE);
        status = dynox__type_read(slot, held, type, out ? out : copy);
        if (status != DYNOX_OK) return status;
        return mark_taken(future) ? DYNOX_OK : zero(type, out, DYNOX_E_TAKEN);
    }
    if (!mark_taken(future)) return zero(type, out, DYNOX_E_TAKEN);
    if (!out)
        dynox__slot_destroy(slot, held);
    else
        memcpy(out, &slot, held && held->size <= sizeof slot ? held->size : sizeof(void *));
    return DYNOX_OK;
}

const void *dynox_future_peek(dynox_future *future, const dynox_type *type)
{
    if (dynox_future_error(future) != DYNOX_OK || (type && type != future->type)) return NULL;
    if (atomic_load_explicit(&future->state, memory_order_acquire) & STATE_TAKEN) return NULL;
    return future->value.pointer;
}

/* ---- join ---- */

dynox_join_args dynox__join_args_read(const dynox_join_args *args)
{
    dynox_join_args known = {0};
    if (args) memcpy(&known, args, args->size && args->size < sizeof known ? args->size : sizeof known);
    return known;
}

dynox_status dynox_join_with(dynox_future *consumed, const dynox_type *type, const dynox_join_args *args_given)
{
    dynox_join_args args   = dynox__join_args_read(args_given);
    dynox_status    status = dynox_future_wait(consumed, args.timeout_ms ? args.timeout_ms : -1);
    if (status != DYNOX_OK) {
        dynox__failure *failure = NULL;
        if (status != DYNOX_E_FORKED) {
            dynox_future_cancel(consumed);
            failure = dynox__future_given_up(consumed, status);
        }
        zero(type, args.out, status);
        if (args.error) dynox_error_copy(args.error, failure ? &failure->error : dynox__status_error(status));
        dynox__failure_release(failure);
    } else {
        status = args.out ? dynox_future_take(consumed, type, args.out) : dynox_future_error(consumed);
        if (status != DYNOX_OK && args.error) {
            const dynox_error *details = dynox_future_details(consumed);
            dynox_error_copy(args.error, details ? details : dynox__status_error(status));
        }
    }
    dynox_future_release(consumed);
    return status;
}
