/* shield: settles when another future does, but a cancel stops here. */
#include "async/future/state.h"
#include "base/alloc.h"

typedef struct shield {
    dynox_future        future;
    dynox__continuation continuation;
    dynox__pin          input; /* owns a reference, as long as it waits */
    dynox__sent_before  sent;
} shield;

/* What is shielded goes on: all the more has whoever gives up the shield to know of it. */
static dynox_future *sent(dynox_future *future, dynox__sent *sum, int depth)
{
    shield *self = DYNOX__CONTAINER(future, shield, future);
    (void)depth;
    return dynox__sent_add(sum, &self->sent, &self->input);
}

static const dynox__future_class shield_class = {.name = "shield", .sent = sent};

static void input_done(dynox_future *input, dynox__continuation *continuation)
{
    shield         *self    = DYNOX__CONTAINER(continuation, shield, continuation);
    dynox__failure *failure = dynox__failure_acquire(input->failure);
    dynox__sent_keep(&self->sent, &self->input);
    /* The error is passed on and no longer the input's to complain about; unless the shield was cancelled before. */
    if (dynox__future_settle(&self->future, (dynox__slot){0}, NULL, input->status, failure))
        dynox__future_observe(input);
    else
        dynox__failure_release(failure);
    dynox_future_release(input);
    dynox_future_release(&self->future);
}

dynox_future *dynox_shield(dynox_future *input)
{
    if (!input) return dynox__future_failed(DYNOX_E_ARGUMENT);
    DEBUG_CHECK(input);
    shield *self = dynox__malloc(sizeof *self);
    if (!self) return &dynox__future_no_memory;
    dynox__future_init(&self->future, &shield_class, NULL, 2);
    self->sent        = (dynox__sent_before){0};
    self->future.home = input->home;
    atomic_init(&self->input, (uintptr_t)dynox_future_acquire(input));
    self->continuation.fn = input_done;
    self->continuation.on = dynox_executor_inline();
    dynox__future_attach(input, &self->continuation);
    return &self->future;
}
