/* What the words of a coroutine's body do: await, throw, catch, return, start children. All run on the coroutine's
 * executor, inside its step. */
#include "async/coroutine/coroutine.h"
#include "async/future/state.h"
#include <stdlib.h>
#include <string.h>

/* ---- await ---- */

/* true: the body must return and will be resumed. In debug mode it always does, so that the first run shows what does
 * not survive an await. */
bool dynox_frame_await_(dynox_frame *frame, dynox_future *future, int line)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    uintptr_t         shield    = 0;
    frame->line_                = line;
    atomic_store_explicit(&coroutine->line, line, memory_order_relaxed);
    if (!future) future = dynox__future_failed(DYNOX_E_ARGUMENT);
    if (frame->section_ == SECTION_FINALLY) {
        shield = DYNOX__PIN_SHIELDED;
    } else if (dynox__future_cancel_requested(&coroutine->future)) {
        /* Cancelled before: this await fails, but not before what was started has ended. */
        coroutine->refused = true;
        shield             = DYNOX__PIN_SHIELDED;
        dynox_future_cancel(future);
    }
    dynox__coroutine_await(coroutine, future, shield);
    return dynox_debug_on_ || !dynox_future_done(future);
}

void dynox__coroutine_set_error(dynox__coroutine *coroutine, dynox_status status, dynox__failure *failure)
{
    dynox__frame_of(coroutine)->error_ = status;
    dynox__failure_release(coroutine->error_failure);
    coroutine->error_failure = failure;
}

void dynox__coroutine_wrong_type(dynox__coroutine *coroutine, const dynox_type *held, const dynox_type *variable)
{
    dynox_error error = {0};
    dynox__type_mismatch(&error, coroutine->class_->name, dynox__frame_of(coroutine)->line_, held, variable);
    dynox__coroutine_set_error(coroutine, DYNOX_E_TYPE, dynox__failure_new(&error));
}

/* Moves the value of a future that succeeded into *out, `size` bytes. */
static bool take_value(dynox__coroutine *coroutine, dynox_future *future, const dynox_type *type, void *out,
                       size_t size)
{
    const dynox_type *held   = future->type;
    dynox_status      status = DYNOX_OK;
    dynox__slot       slot;
    if (type)
        status = dynox_future_take(future, type, out);
    else if (held && (held->strict || held->size != size))
        status = DYNOX_E_TYPE;
    else if (dynox__future_take_accepted(future, &slot))
        memcpy(out, &slot, size);
    else
        status = DYNOX_E_TAKEN;
    if (status == DYNOX_OK) return true;
    memset(out, 0, size);
    if (status == DYNOX_E_TYPE)
        dynox__coroutine_wrong_type(coroutine, held, type);
    else
        dynox__coroutine_set_error(coroutine, status, NULL);
    return false;
}

static bool own_cancellation(dynox__coroutine *coroutine, dynox_status status)
{
    return status == DYNOX_E_CANCELLED && dynox__frame_of(coroutine)->section_ != SECTION_FINALLY &&
           dynox__future_cancel_requested(&coroutine->future);
}

/* Ends an await. false: it failed; frame->unwinding_ then says whether because of the coroutine's own cancellation. */
bool dynox_frame_take_(dynox_frame *frame, const dynox_type *type, void *out, size_t size)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    dynox_future     *future    = dynox__sent_keep(&coroutine->sent, &coroutine->awaited);
    dynox_status      status    = dynox_future_error(future);
    bool              taken     = false;
    if (out) memset(out, 0, size);
    if (coroutine->refused) {
        coroutine->refused = false;
        frame->unwinding_  = true;
        dynox__coroutine_set_error(coroutine, DYNOX_E_CANCELLED, NULL);
    } else if (status != DYNOX_OK) {
        if (own_cancellation(coroutine, status)) frame->unwinding_ = true;
        dynox__coroutine_set_error(coroutine, status, dynox__failure_acquire(dynox__future_failure(future)));
        dynox__future_accept(future);
    } else {
        taken = !out || take_value(coroutine, future, type, out, size);
        if (!out || !taken) dynox__future_accept(future);
    }
    dynox_future_release(future);
    return taken;
}

/* ---- errors ---- */

static bool jump(dynox_frame *frame, int where)
{
    frame->pc_ = where;
    return true;
}

/* The last error becomes what the coroutine comes to, and the body goes on at DYNOX_CATCH or DYNOX_FINALLY. false: it
 * is in DYNOX_FINALLY, where an error changes nothing. The coroutine's own cancellation cannot be caught, so that no
 * retry loop can swallow it. */
bool dynox_frame_raise_(dynox_frame *frame)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    if (frame->section_ == SECTION_FINALLY) return false;
    dynox__failure_acquire(coroutine->error_failure);
    dynox__failure_release(coroutine->outcome_failure);
    frame->outcome_            = frame->error_;
    coroutine->outcome_failure = coroutine->error_failure;
    return jump(frame, frame->section_ == SECTION_CATCH || frame->unwinding_ ? DYNOX_PC_FINALLY_ : DYNOX_PC_CATCH_);
}

bool dynox_frame_throw_(dynox_frame *frame, dynox_status status)
{
    dynox__coroutine_set_error(dynox__coroutine_of(frame), status != DYNOX_OK ? status : DYNOX_E_ARGUMENT, NULL);
    return dynox_frame_raise_(frame);
}

bool dynox_frame_throw_error_(dynox_frame *frame, const dynox_error *error)
{
    if (!error || error->status == DYNOX_OK) return dynox_frame_throw_(frame, DYNOX_E_ARGUMENT);
    dynox__coroutine_set_error(dynox__coroutine_of(frame), error->status, dynox__failure_new(error));
    return dynox_frame_raise_(frame);
}

bool dynox_frame_rethrow_(dynox_frame *frame)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    if (frame->section_ == SECTION_CATCH)
        dynox__coroutine_set_error(coroutine, frame->caught_, dynox__failure_acquire(coroutine->outcome_failure));
    else if (frame->error_ == DYNOX_OK)
        return dynox_frame_throw_(frame, DYNOX_E_ARGUMENT);
    return dynox_frame_raise_(frame);
}

const dynox_error *dynox_frame_error_(dynox_frame *frame)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    return coroutine->error_failure ? &coroutine->error_failure->error : dynox__status_error(frame->error_);
}

/* ---- sections ---- */

/* Leaves the body or DYNOX_CATCH for DYNOX_FINALLY; false: already there. */
bool dynox_frame_leave_(dynox_frame *frame)
{
    return frame->section_ != SECTION_FINALLY && jump(frame, DYNOX_PC_FINALLY_);
}

void dynox_frame_catch_(dynox_frame *frame)
{
    frame->section_ = SECTION_CATCH;
    frame->caught_  = frame->outcome_;
    frame->outcome_ = DYNOX_OK;
}

/* true: the children first. The frame comes back here when they have ended. */
bool dynox_frame_finally_(dynox_frame *frame)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    if (frame->section_ != SECTION_FINALLY && (coroutine->child_count || coroutine->walks)) {
        frame->section_ = SECTION_FINALLY;
        return true;
    }
    frame->section_   = SECTION_FINALLY;
    frame->unwinding_ = false;
    return false;
}

/* No case for where the body was to go on. */
dynox_step dynox_frame_lost_(dynox_frame *frame)
{
    if (frame->pc_ == DYNOX_PC_FINALLY_) return dynox_step_(DYNOX_STEP_END_); /* it has no DYNOX_FINALLY */
    if (frame->pc_ == DYNOX_PC_CATCH_) {                                      /* it has no DYNOX_CATCH */
        jump(frame, DYNOX_PC_FINALLY_);
        return dynox_step_(DYNOX_STEP_AGAIN_);
    }
    fprintf(
        stderr,
        "dynox: coroutine %s cannot go on after the await in line %d, which is inside a switch of its own: use if\n",
        dynox__coroutine_of(frame)->class_->name, frame->line_);
    abort();
}

/* ---- children ---- */

bool dynox_frame_room_(dynox_frame *frame)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    if (coroutine->child_count < coroutine->child_room) return true;
    uint32_t       room     = coroutine->child_room ? coroutine->child_room * 2 : 4;
    dynox_future **children = dynox__realloc_array(NULL, room, sizeof *children), **before;
    if (!children) return false;
    dynox__children_lock(coroutine);
    before = coroutine->children;
    if (before) memcpy(children, before, coroutine->child_count * sizeof *children);
    coroutine->children = children;
    dynox__children_unlock(coroutine);
    dynox__free(before);
    coroutine->child_room = room;
    return true;
}

dynox_future *dynox_frame_child_(dynox_frame *frame, dynox_future *child)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    if (!child) child = dynox__future_failed(DYNOX_E_ARGUMENT);
    dynox__children_lock(coroutine);
    coroutine->children[coroutine->child_count++] = child;
    dynox__children_unlock(coroutine);
    return child;
}

static void disown(dynox__coroutine *coroutine, dynox_future *child)
{
    dynox__children_lock(coroutine);
    for (uint32_t i = coroutine->child_count; i-- > 0;)
        if (coroutine->children[i] == child) {
            coroutine->children[i] = coroutine->children[--coroutine->child_count];
            break;
        }
    dynox__children_unlock(coroutine);
}

void dynox__coroutine_await(dynox__coroutine *coroutine, dynox_future *future, uintptr_t shield)
{
    bool may_move = coroutine->child_count > 0;
    if (may_move) atomic_fetch_add(&coroutine->sent.turn, 1);
    atomic_store_explicit(&coroutine->awaited, (uintptr_t)future | shield, memory_order_release);
    if (!may_move) return;
    disown(coroutine, future);
    atomic_fetch_add(&coroutine->sent.turn, 1);
}

dynox_future *dynox_frame_no_room_(void)
{
    return dynox__future_failed(DYNOX_E_NO_MEMORY);
}

/* ---- yield ---- */

bool dynox_frame_yield_(dynox_frame *frame, const void *item, int line)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    dynox_future     *wanted;
    memset((char *)frame + coroutine->class_->result_offset, 0,
           coroutine->class_->result_size); /* lent, not returned */
    if (coroutine->generator) {
        wanted = dynox__generator_hand(coroutine->generator, item);
    } else {
        dynox_error error = {0};
        dynox_error_set(&error, DYNOX_E_ARGUMENT, "%s yields but was not started by DYNOX_GENERATE",
                        coroutine->class_->name);
        wanted = dynox__future_failed_with(&error);
    }
    return dynox_frame_await_(frame, wanted, line);
}
