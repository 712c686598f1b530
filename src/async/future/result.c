/* Looking at what a future came to, taking and joining. None of this blocks except the join. */
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
    if (future->type && (future->type->destroy || future->type->accept) && !mark_taken(future)) return false;
    *slot = future->value;
    return true;
}

/* ---- accepting ---- */

/* Of a value that is the caller's. */
static void accept_once(dynox_future *future)
{
    if (!future->type || !future->type->accept || !future->value.pointer) return;
    if (atomic_fetch_or_explicit(&future->state, STATE_ACCEPTED, memory_order_acq_rel) & STATE_ACCEPTED) return;
    future->type->accept(future->value.pointer);
}

static bool has_value_to_accept(dynox_future *future)
{
    if (future->status != DYNOX_OK || !future->type || !future->type->accept || !future->value.pointer) return false;
    return !(atomic_load_explicit(&future->state, memory_order_acquire) & (STATE_TAKEN | STATE_ACCEPTED));
}

/* Taken only meanwhile, so that no other consumer ends it under the hands of accept. */
void dynox__future_accept_value(dynox_future *future)
{
    if (!has_value_to_accept(future) || !mark_taken(future)) return;
    accept_once(future);
    atomic_fetch_and_explicit(&future->state, ~(uint32_t)STATE_TAKEN, memory_order_release);
}

static dynox_future *behind(dynox_future *future)
{
    if (future->behind) return future->behind;
    return future->class_->accept ? future : NULL;
}

dynox_future *dynox__future_behind(dynox_future *done)
{
    return dynox_future_acquire(behind(done));
}

dynox_future *dynox__future_claim_behind(dynox_future *future)
{
    dynox_future *it = behind(future);
    if (!it || atomic_fetch_or_explicit(&it->state, STATE_BEHIND, memory_order_acq_rel) & STATE_BEHIND) return NULL;
    return it;
}

static void accept_behind(dynox_future *future)
{
    dynox_future *it = dynox__future_claim_behind(future);
    if (it) it->class_->accept(it);
}

void dynox__future_accept(dynox_future *future)
{
    if (!dynox_future_done(future)) return;
    accept_behind(future);
    dynox__future_accept_value(future);
}

bool dynox__future_take_accepted(dynox_future *future, dynox__slot *slot)
{
    if (!dynox__future_take_slot(future, slot)) return false;
    accept_behind(future);
    accept_once(future);
    return true;
}

bool dynox__future_has_accept(dynox_future *future)
{
    return has_value_to_accept(future) || behind(future);
}

/* ---- taking ---- */

static dynox_status zero(const dynox_type *type, void *out, dynox_status status)
{
    if (out) memset(out, 0, type ? type->size : sizeof(void *));
    return status;
}

dynox_status dynox_future_take(dynox_future *future, const dynox_type *type, void *out)
{
    if (!dynox_future_done(future)) return zero(type, out, DYNOX_E_PENDING);
    dynox_status status = dynox_future_error(future);
    if (status != DYNOX_OK) {
        accept_behind(future);
        return zero(type, out, status);
    }
    const dynox_type *held = future->type;
    dynox__slot       slot = future->value;
    if (type && type != held) {
        /* Converting copies: the value stays where it is, for there is nothing to own. */
        char copy[sizeof(dynox__slot)];
        if (!held || type->size > sizeof copy) return zero(type, out, DYNOX_E_TYPE);
        status = dynox__type_read(slot, held, type, out ? out : copy);
        if (status != DYNOX_OK) return status;
        if (!mark_taken(future)) return zero(type, out, DYNOX_E_TAKEN);
        accept_behind(future);
        return DYNOX_OK;
    }
    if (out && held && (!held->size || (held->strict && !type))) return zero(type, out, DYNOX_E_TYPE);
    if (!mark_taken(future)) return zero(type, out, DYNOX_E_TAKEN);
    accept_behind(future);
    accept_once(future);
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

/* Why a future that is done gave no value: its own error, or what was wrong with taking it. */
static void tell(dynox_error *error, dynox_status status, dynox_future *future, const dynox_type *type)
{
    const dynox_error *details = dynox_future_details(future);
    if (!details && status == DYNOX_E_TYPE)
        dynox__type_mismatch(error, NULL, 0, future->type, type);
    else
        dynox_error_copy(error, details ? details : dynox__status_error(status));
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
        if (status != DYNOX_OK && args.error) tell(args.error, status, consumed, type);
        if (!args.out || status != DYNOX_OK) dynox__future_accept(consumed);
    }
    dynox_future_release(consumed);
    return status;
}
