/* The inside of a coroutine: what its frame keeps hidden from the program, and what the files that drive it share. */
#ifndef DYNOX_ASYNC_COROUTINE_COROUTINE_H
#define DYNOX_ASYNC_COROUTINE_COROUTINE_H

#include "async/future/future.h"
#include "base/alloc.h"
#include <dynox/async.h>

/* Where the body is. In SECTION_FINALLY awaits are shielded and errors do not jump. */
enum { SECTION_BODY, SECTION_CATCH, SECTION_FINALLY };

/* A member of a ring; next NULL: of none. */
typedef struct dynox__link {
    struct dynox__link *next, *before;
} dynox__link;

typedef struct dynox__walk      dynox__walk;
typedef struct dynox__generator dynox__generator;

/* Lies in the first bytes of a dynox_frame. Written by the executor that runs the body, except for the future itself,
 * `awaited` and the
 * children (whoever gives it up looks into them) and `line` (a debug report does). */
typedef struct dynox__coroutine {
    dynox_future             future;
    dynox__continuation      continuation; /* parked on `awaited` with this */
    dynox__pin               awaited;
    const dynox_frame_class *class_;
    dynox_executor          *on;       /* where the body runs, always */
    dynox_future           **children; /* DYNOX_GO: owned */
    uint32_t                 child_count, child_room;
    dynox__walk             *walks;           /* streams that loops walk */
    dynox__failure          *error_failure;   /* behind frame.error_; NULL: the status alone */
    dynox__failure          *outcome_failure; /* behind frame.outcome_ and, in DYNOX_CATCH, frame.caught_ */
    dynox__generator        *generator;       /* whose items the body yields; a reference */
    dynox__link              in_run;
    dynox__sent_before       sent;     /* of futures that it is through with */
    dynox__sent              given_up; /* of children that it has cancelled; its own executor's */
    _Atomic int              line;
    _Atomic bool             busy;     /* somebody is at the children */
    unsigned char            joining;  /* children: before FINALLY, or at the end */
    bool                     refused;  /* this await fails because the coroutine was cancelled before it */
    bool                     fetching; /* this await is for a stream */
} dynox__coroutine;

_Static_assert(sizeof(dynox__coroutine) <= DYNOX_FRAME_BYTES_, "DYNOX_FRAME_BYTES_ is too small");
_Static_assert(_Alignof(dynox__coroutine) <= _Alignof(dynox_frame), "dynox_frame is not aligned enough");

static inline dynox__coroutine *dynox__coroutine_of(dynox_frame *frame)
{
    return (dynox__coroutine *)(void *)frame;
}
static inline dynox_frame *dynox__frame_of(dynox__coroutine *coroutine)
{
    return (dynox_frame *)(void *)coroutine;
}

/* Around changes of the children, into which others may look. */
void dynox__children_lock(dynox__coroutine *coroutine);
void dynox__children_unlock(dynox__coroutine *coroutine);
/* Puts a future into `awaited`, which takes over the reference that the frame has if it is a child. */
void dynox__coroutine_await(dynox__coroutine *coroutine, dynox_future *future, uintptr_t shield);

/* Starts the body on its executor: now, if this thread is working for it, else posted. */
void dynox__coroutine_start(dynox__coroutine *coroutine);
/* A coroutine that never started: ends it without running its body. */
void dynox__coroutine_abandon(dynox__coroutine *coroutine);

/* Sets what DYNOX_ERR is; takes one reference of the failure. */
void dynox__coroutine_set_error(dynox__coroutine *coroutine, dynox_status status, dynox__failure *failure);

/* Sets it to what is said about a value that does not fit its variable. */
void dynox__coroutine_wrong_type(dynox__coroutine *coroutine, const dynox_type *held, const dynox_type *variable);

/* ---- walking streams (walk.c) ---- */

/* Ends the streams that loops own; after that, dynox__walks_join gives one future after the other that must be joined
 * because it may still be using what the coroutine frees. The caller owns it. NULL: no more. */
void          dynox__walks_end(dynox__coroutine *coroutine);
dynox_future *dynox__walks_join(dynox__coroutine *coroutine);
void          dynox__walks_free(dynox__coroutine *coroutine);

/* ---- generators (generator.c) ---- */

/* Hands an item to the consumer. The future is done when the next one is wanted, and fails when none is. */
dynox_future *dynox__generator_hand(dynox__generator *generator, const void *item);
/* The body has ended. Takes the coroutine's reference of the generator and one of the failure. */
void dynox__generator_ended(dynox__generator *generator, dynox_status status, dynox__failure *failure);
/* The future of the coroutine behind a stream, if it is a generator that has started; else NULL. The caller owns it. */
dynox_future *dynox__generator_future(dynox_stream *stream);

/* ---- dynox_run (run.c) ---- */

/* Every coroutine on the loop of a dynox_run is known to it, so that none outlives the loop. */
void dynox__run_enlist(dynox__coroutine *coroutine);
void dynox__run_leave(dynox__coroutine *coroutine);
bool dynox__run_refuses(void); /* no memory for a loop: nothing starts */

#endif
