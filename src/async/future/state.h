/* The state word of a future. Only the files that implement futures look into it. */
#ifndef DYNOX_ASYNC_FUTURE_STATE_H
#define DYNOX_ASYNC_FUTURE_STATE_H

#include "async/future/future.h"
#include "async/future/trace.h"
#include "base/thread.h"

enum {
    STATE_SETTLING      = 1,  /* somebody has won the right to write the payload */
    STATE_DONE          = 2,  /* the payload is there and will not change */
    STATE_WAITERS       = 4,  /* somebody may sleep on this word */
    STATE_CANCEL        = 8,  /* a cancel was asked for */
    STATE_CALLBACK_USED = 16, /* a promise's own callback slot is taken */
    STATE_OBSERVED      = 32, /* somebody has looked at the error */
    STATE_TAKEN         = 64,
    STATE_ACCEPTED      = 128, /* its value was, by a consumer of this future or of one that it came from */
    STATE_BEHIND        = 256, /* what it stands for was claimed by a consumer */
    STATE_GENERATION    = 16   /* shift: the upper half is the fork generation it was made in */
};

/* The list of continuations of a future whose settling has collected them. */
#define CONTINUATIONS_CLOSED ((dynox__continuation *)(uintptr_t)1)

static inline uint32_t state_generation(void)
{
    return (uint32_t)(dynox__fork_generation() & 0xffff) << STATE_GENERATION;
}

static inline bool state_is_foreign(uint32_t state)
{
    return state >> STATE_GENERATION != (dynox__fork_generation() & 0xffff);
}

/* The same state as that of a future of this process: whoever settles it is here. */
static inline uint32_t state_of_ours(uint32_t state)
{
    return (state & ((1U << STATE_GENERATION) - 1)) | state_generation();
}

/* What an out-of-memory call returns: it has always failed and never goes away. */
extern dynox_future dynox__future_no_memory;

/* Wakes whoever waits. */
void dynox__future_wake(dynox_future *future);

/* Says that nobody has looked at this error. */
void dynox__unobserved(dynox_future *future);

/* Marks the error of a done future as seen. */
void dynox__future_observe(dynox_future *future);

/* What a status means, for errors that come without details. Static. */
const dynox_error *dynox__status_error(dynox_status status);

/* Copies a value into a variable of another type where that loses nothing (integers that fit). `held` is the type of
 * the slot. Zeroes *out and says DYNOX_E_TYPE otherwise. */
dynox_status dynox__type_read(dynox__slot slot, const dynox_type *held, const dynox_type *wanted, void *out);

/* Why a value of type `held` is not taken into a variable of type `variable` (NULL: one that is not known).
 * `coroutine` NULL: not in one. */
void dynox__type_mismatch(dynox_error *error, const char *coroutine, int line, const dynox_type *held,
                          const dynox_type *variable);

/* Collected by whoever settles, after DONE: fires every continuation, leaves the grace period, and runs what is inline.
 */
void dynox__continuations_close(dynox_future *future, unsigned grace);

#endif
