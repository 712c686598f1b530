/* The inside of a future, for producers: whatever will settle one embeds it. Consumers need only <dynox/future.h>.
 * The rules (order of settling, memory order, pins) are explained in docs/internals/async.md. */
#ifndef DYNOX_ASYNC_FUTURE_FUTURE_H
#define DYNOX_ASYNC_FUTURE_FUTURE_H

#include "base/failure.h"
#include <dynox/future.h>
#include <stdatomic.h>
#include <stdio.h>

typedef struct dynox__continuation dynox__continuation;

/* Pin: a word that owns a future and into which another thread may look to cancel it. */
typedef _Atomic uintptr_t dynox__pin;

/* What has been sent for the sake of a future: whoever gives up waiting has to tell. */
typedef struct dynox__sent {
    unsigned attempts;
    bool     may_have_applied; /* a write among them may have been, or was */
} dynox__sent;

static inline void dynox__sent_count(dynox__sent *sum, unsigned attempts, bool may_have_applied)
{
    sum->attempts += attempts;
    sum->may_have_applied = sum->may_have_applied || may_have_applied;
}

/* The same, of what somebody who still waits is through with. Added to by one thread at a time, read by any. */
typedef struct dynox__sent_before {
    _Atomic unsigned attempts, turn; /* the turn is odd while something goes from the pin to here */
    _Atomic bool     may_have_applied;
} dynox__sent_before;

/* What a kind of future does. All may be NULL. */
typedef struct dynox__future_class {
    const char *name;
    void (*cancel)(dynox_future *);  /* ask the producer to stop; NULL: settle at once with DYNOX_E_CANCELLED */
    void (*destroy)(dynox_future *); /* the last reference is gone: free what embeds it; NULL: dynox__free(future) */
    /* for dump_pending: what it waits for, by dynox__future_describe(it, to, depth); no locks, no references */
    void (*describe)(dynox_future *, FILE *to, int depth);
    /* can it not settle unless this executor runs? NULL: so it is if the executor is its home. Asks others with
     * dynox__future_needs(other, executor, depth) */
    bool (*needs)(dynox_future *, const dynox_executor *executor, int depth);
    /* adds what was sent so far; asks others with dynox__future_sent(other, sum, depth - 1), but for the last one: a
     * reference to that is returned, so that chains of any length use no stack. NULL: nothing. Any thread */
    dynox_future *(*sent)(dynox_future *, dynox__sent *sum, int depth);
    /* what dynox_future_info gives for one that has succeeded; NULL: it is no operation */
    const struct dynox_info *(*info)(const dynox_future *);
    /* it is done, and was taken: accepts what it stands for besides its own value, by dynox__future_accept(other).
     * Once, on the consumer's thread. A future that becomes what this one came to keeps it and asks it then */
    void (*accept)(dynox_future *);
} dynox__future_class;

/* A continuation, embedded in whoever attaches it. */
struct dynox__continuation {
    dynox_work      work;
    dynox_executor *on;
    dynox_future   *future; /* what it is attached to */
    void (*fn)(dynox_future *, dynox__continuation *);
    void (*drop)(dynox__continuation *); /* instead of fn when it was detached */
    _Atomic uint32_t state;
};

/* A value: its bytes, from the first on. */
typedef union dynox__slot {
    void   *pointer;
    int64_t integer;
    double  real;
} dynox__slot;

struct dynox_future {
    _Atomic uint32_t               references;
    _Atomic uint32_t               state; /* flags, fork generation in the upper half; waiters sleep on it */
    _Atomic(dynox__continuation *) continuations;
    const dynox__future_class     *class_;
    const dynox_type              *type; /* NULL: no value, or not checked */
    dynox__slot                    value;
    dynox__failure                *failure; /* details of an error; NULL: the status alone */
    dynox_status                   status;
    _Atomic int32_t                dead;   /* detached continuations that are still linked */
    dynox_executor                *home;   /* the executor that must run for this to settle; NULL: none in particular */
    dynox_future                  *next;   /* in a thread's list of cancels or ends that it has put off */
    dynox_future                  *behind; /* owned: whoever takes this has taken that, too; NULL: nothing */
    struct dynox__trace           *trace;  /* debug mode: where it was made */
};

/* ---- producers ---- */

/* `references` is usually 2: the caller's and the producer's. The value type may be given (again) when settling.
 * Call it when the rest of the object is filled in (or zeroed): from here on the debug reports may look at it. */
void dynox__future_init(dynox_future *future, const dynox__future_class *class_, const dynox_type *type,
                        uint32_t references);

/* Settles: one winner. false: it was settled before, and then value and failure are still the caller's. Takes over
 * `value` and one reference of `failure` when it wins. type NULL keeps the one of init. Touch nothing of the payload
 * before you know that you won. */
bool dynox__future_settle(dynox_future *future, dynox__slot value, const dynox_type *type, dynox_status status,
                          dynox__failure *failure);

/* settle, destroy what came too late, end the producer's reference. */
void dynox__future_fulfil(dynox_future *future, dynox__slot value, const dynox_type *type, dynox_status status,
                          dynox__failure *failure);
void dynox__future_fail(dynox_future *future, const dynox_error *error); /* fulfil with a copy of the error */

/* A future that has failed already: of a status, or of an error (copied, then cleared). Never NULL: out of memory is
 * a static future. */
dynox_future *dynox__future_failed(dynox_status status);
dynox_future *dynox__future_failed_with(dynox_error *error);

/* Has a cancel been asked for? The handshake form is an RMW on the word that dynox_future_cancel writes: either we see
 * the request here, or the canceller sees everything we stored before. */
bool dynox__future_cancel_requested(const dynox_future *future);
bool dynox__future_cancel_handshake(dynox_future *future);

/* ---- consumers inside the library ---- */

/* Will it never be done, because only the parent of this process could settle it? */
bool dynox__future_is_lost(const dynox_future *future);

/* dynox_future_drop of what nobody else has: its error, which may be on its way, is nobody's business. */
void dynox__future_forget(dynox_future **future);

/* What the arguments of a join, of a program of any version, say; all of them where their size is not set. NULL: none.
 */
dynox_join_args dynox__join_args_read(const dynox_join_args *args);

/* Attaches a continuation whose memory the caller supplies; fn runs once, on `on` (never NULL here). */
void dynox__future_attach(dynox_future *future, dynox__continuation *continuation);
/* true: fn will never run, drop will (perhaps later). */
bool dynox__future_detach(dynox_future *future, dynox__continuation *continuation);
/* Of a done future: its failure, borrowed; marks it as seen. */
dynox__failure *dynox__future_failure(dynox_future *future);
/* Moves the raw value out, whatever its type; false: taken before, or failed. What has no destructor is copied, as
 * often as it is asked for. */
bool dynox__future_take_slot(dynox_future *future, dynox__slot *slot);
/* The same for a consumer: accepts it. */
bool dynox__future_take_accepted(dynox_future *future, dynox__slot *slot);
/* A consumer has taken it and has no use for the value, if there is one: accepts that, and all that it stands for. The
 * value stays where it is, and is accepted no second time. Nothing if it is not done. */
void dynox__future_accept(dynox_future *future);
/* Would that call anything? */
bool dynox__future_has_accept(dynox_future *future);
/* What it stands for besides its own value, as far as nobody has accepted that: claimed for the caller, who has to call
 * its class's accept. Borrowed from it; NULL: nothing. */
dynox_future *dynox__future_claim_behind(dynox_future *future);
/* The same for its own value, which it accepts. */
void dynox__future_accept_value(dynox_future *future);
/* Cannot this pending future settle unless the executor runs? For waits that would never end. */
bool dynox__future_needs(dynox_future *future, const dynox_executor *executor, int depth);
/* Adds what has been sent for this future and those it waits for. Never too little: what is nested deeper than `depth`
 * combinations may have been applied. NULL is fine. */
void dynox__future_sent(dynox_future *future, dynox__sent *sum, int depth);
enum { DYNOX__SENT_DEPTH = 64 };
/* Takes the future, which is done, out of the pin, and keeps what was sent for it. The result: it. */
dynox_future *dynox__sent_keep(dynox__sent_before *before, dynox__pin *pin);
/* Adds what was kept. The result: a reference to what is in the pin, which was not kept so far; NULL: nothing. */
dynox_future *dynox__sent_add(dynox__sent *sum, dynox__sent_before *before, dynox__pin *pin);
/* When it is the same before and after, nothing has moved between. It waits while something does. */
unsigned dynox__sent_turn(const dynox__sent_before *before);
/* The same without one, when all is kept. */
void dynox__sent_add_kept(dynox__sent *sum, const dynox__sent_before *before);
/* The failure of somebody who fails with `status` and `failure` (NULL: the status alone), and for whom that was sent. A
 * reference; NULL: the status says enough, or no memory. */
dynox__failure *dynox__failure_with_sent(dynox_status status, dynox__failure *failure, const dynox__sent *sum);
/* The same for whoever comes to that `status`: if it was cancelled, the one who did that has to know what was sent
 * before. Takes over the failure. */
dynox__failure *dynox__failure_if_cancelled(dynox_status status, dynox__failure *failure,
                                            const dynox__sent_before *before);
/* The failure of a wait for it that is given up: the words of the status, and what was sent. After the cancel, when
 * nothing can leave any more. NULL: nothing was sent, or no memory; the status says enough then. */
dynox__failure *dynox__future_given_up(dynox_future *future, dynox_status status);
void            dynox__slot_destroy(dynox__slot slot, const dynox_type *type);

enum { DYNOX__PIN_BUSY = 1, DYNOX__PIN_SHIELDED = 2 };      /* low bits: being looked at; cancels do not pass */
dynox_future *dynox__pin_unset(dynox__pin *pin);            /* the owner takes its reference back */
dynox_future *dynox__pin_acquire(dynox__pin *pin);          /* any thread: a reference to it; NULL: empty or shielded */
dynox_future *dynox__pin_acquire_shielded(dynox__pin *pin); /* the same; NULL: empty */
void          dynox__pin_cancel(dynox__pin *pin);           /* any thread */
/* For needs functions: dynox__future_needs of what is in the pin now; false: empty or shielded. */
bool dynox__pin_needs(dynox__pin *pin, const dynox_executor *executor, int depth);
/* For describe functions: the future that is in the pin now, not kept alive by anything. */
dynox_future *dynox__pin_peek(dynox__pin *pin);

/* For describe functions: one line for what is waited for, and, indented, what that waits for. NULL is fine. */
void dynox__future_describe(dynox_future *future, FILE *to, int depth);

#endif
