/* The pipeline's own part of a call.
 *
 * One party at a time drives a call: the thread that starts it, the transport (done), the timer of a back-off, or the
 * credentials provider (ready). It holds one reference, which it hands on with the call. Others (a cancel, the closing
 * of the service, the deadline while credentials are awaited) interrupt: they settle the future, tell the driver's
 * place to hurry, and take over the reference where the driver will not come back. The lock decides who was first. */
#ifndef DYNOX_AWS_CALL_CALL_STATE_H
#define DYNOX_AWS_CALL_CALL_STATE_H

#include "async/executor/timer.h"
#include "aws/call/call.h"
#include "aws/call/service_state.h"
#include "aws/flow/limiter.h"

typedef enum dynox__call_phase {
    DYNOX__CALL_RUNNING,     /* the driver is at work */
    DYNOX__CALL_SHARES,      /* another call with the same request will bring the answer */
    DYNOX__CALL_GATE,        /* a gate will let it pass */
    DYNOX__CALL_CREDENTIALS, /* the provider will call ready */
    DYNOX__CALL_FLIGHT,      /* the transport will call done */
    DYNOX__CALL_BACKOFF,     /* the timer will fire */
    DYNOX__CALL_OVER         /* there is no driver any more */
} dynox__call_phase;

typedef struct dynox__call_state {
    dynox__call      *call;
    pthread_mutex_t   lock;
    dynox__call_phase phase;        /* under the lock */
    bool              interrupted;  /* under the lock; the future has been, or is being, settled by the interrupter */
    bool              one_has_left; /* under the lock; of an interrupter and the driver */
    unsigned          sent;         /* attempts that the transport took; under the lock */
    bool              may_have_applied; /* a write, by one of the attempts so far; under the lock */

    /* the driver's */
    bool                      enlisted;      /* with the service */
    bool                      applied_twice; /* sent again after it may have been applied */
    bool                      refreshed;     /* credentials were replaced once already */
    bool                      knows_skew;    /* an answer of this call had a date */
    dynox__retry              retry;
    dynox__retry_policy       policy;
    int64_t                   started_ns, deadline_ns, attempt_timeout_ms;
    int64_t                   skew_used;
    dynox__credentials       *credentials; /* of the running attempt */
    dynox__credentials       *stale;       /* refused by the service; NULL: none */
    dynox__failure           *refusal;     /* what it said then; NULL: no memory for it */
    char                      invocation[37];
    char                     *trace; /* X-Amzn-Trace-Id, owned; NULL: none */
    dynox__timer              backoff;
    dynox__timer              deadline; /* only while a gate or credentials are awaited; holds a reference of its own */
    dynox__gate              *gate;     /* the one that is awaited */
    dynox__gate_waiter        turn;
    bool                      has_turn; /* of the adaptive retry mode */
    dynox__toll               toll;
    dynox__credentials_waiter waiter;
    dynox__node              *node;      /* of the last attempt, a reference; NULL: there are not several */
    bool                      uses_node; /* and the attempt is under way */
    unsigned                  moves;     /* to another node, for want of a way to one */
    dynox__timer              hedge;     /* while the first attempt is in flight; holds a reference of its own */
    int64_t                   flight_ns; /* when that began; 0: it is of no interest */
    dynox__call              *second;    /* a reference; under the lock */
    dynox__flight            *flight;    /* a reference; NULL: it shares nothing */
    dynox__call              *member, **member_link; /* in the flight's list, under the lock of sharing */
    bool                      joined;                /* the flight was there already */
    dynox_future             *first;                 /* of a second: a reference to the one that it is for */
    dynox__call              *next, **link;          /* in the service's list, under its lock */

    /* the driver's, for observers */
    bool                has_body;                   /* the buffer holds all of it */
    bool                observed, attempt_observed; /* its begin has been told, and its end has not */
    unsigned            number;                     /* of the last attempt */
    const dynox__place *place;                      /* of the last attempt; NULL: none so far */
    int64_t             queued_ns, wall_ns;
    size_t              answer_size; /* bytes of the last one's body */
    void               *contexts[];  /* one for each observer of the service */
} dynox__call_state;

/* What an attempt came to. */
typedef struct dynox__answer {
    bool               succeeded;
    bool               may_have_applied; /* if it was a write */
    bool               foreign;          /* it is the answer to another request */
    dynox__slot        value;
    dynox_error        error;
    dynox__retry_class class_;
    int64_t            hint_ms; /* x-amz-retry-after; < 0: none */
} dynox__answer;

/* Writes the signed head of the next attempt in front of the body and sets what the request needs. DYNOX_OK or
 * DYNOX_E_NO_MEMORY. */
dynox_status dynox__head_write(dynox__call *call, const dynox__place *place, const dynox__credentials *credentials);
/* Room that heads of this service need, as far as is known. */
size_t dynox__head_room(const dynox__service *service);

/* Judges the request that is done; what it decoded goes to the call. */
void dynox__answer_read(dynox__call *call, dynox__answer *answer);

/* ---- the driver's steps (call_flow.c, call_attempt.c) ---- */

/* Begins the next attempt: waits for its turn where it has to, and sends. */
void dynox__call_attempt(dynox__call *call, int64_t now_ns);
/* It is its turn: gets credentials, signs and submits. */
void dynox__call_send(dynox__call *call, int64_t now_ns);
/* Somebody else will go on with the call: until then its deadline needs a timer. Elsewhere the transport or the
 * back-off keeps it. */
void dynox__call_await_locked(dynox__call *call, dynox__call_phase phase);
/* What came of an attempt, for those who say how fast calls may go: its answer; that it did not leave; that nobody
 * looks at what it brings back. */
void dynox__call_learn(dynox__call *call, const dynox__answer *answer);
void dynox__call_unsent(dynox__call *call);
void dynox__call_abandoned(dynox__call *call);

/* What the transport and the credentials provider call. */
void dynox__call_done(dynox__request *request);
void dynox__call_credentials_ready(dynox__credentials_waiter *waiter, dynox__credentials *credentials,
                                   const dynox_error *error);

/* ---- the end (call_end.c) ---- */

/* The driver's last step: the future settles, unless somebody has interrupted the call. An error is completed by what
 * is known of the attempts, and cleared. */
void dynox__call_succeed(dynox__call *call, dynox__slot value);
void dynox__call_fail(dynox__call *call, dynox_error *error);
void dynox__call_fail_status(dynox__call *call, dynox_status status, bool retryable, const char *message);

/* The driver is back. false: the call was interrupted meanwhile, and has been ended. */
bool dynox__call_resume(dynox__call *call);

/* ---- hedged reads (call_hedge.c) ---- */

/* The first attempt is in flight: a second one may be due later. */
void dynox__hedge_arm_locked(dynox__call *call, int64_t now_ns);
/* It is back. true: one reference is to be released. */
bool dynox__hedge_disarm_locked(dynox__call *call);
/* What was in flight since then (0: of no interest) is answered, or another one is: it took at least so long. */
void dynox__hedge_answered(dynox__call *call, int64_t flight_ns, int64_t now_ns);
/* The call is over: ends the second one. How often that was sent. */
unsigned dynox__hedge_drop(dynox__call *call);
/* A second one has an answer. true: the first one has it now, the document included. */
bool dynox__hedge_win(dynox__call *second, dynox__slot value);

/* ---- single flight (call_share.c) ---- */

/* true: the call waits for another one with the same request, and is not ours any more. false: there is no memory for
 * that, or it is interrupted; it goes on alone. */
bool dynox__share_join(dynox__call *call);
/* true: no answer will be handed to it any more. */
bool dynox__share_forget(dynox__call *call);
/* It has left: if it was the last, nobody waits for the answer any more. */
void dynox__share_left(dynox__call *call);
void dynox__share_end(dynox__call *call);
/* The driver's last step of one that got its answer from another one; `value` is its own. */
void dynox__call_succeed_with(dynox__call *call, const dynox__call *from, dynox__slot value);

/* A call with the same request that nobody hears of, not started; NULL: out of memory. While nobody changes `call`. */
dynox__call *dynox__call_copy(const dynox__call *call);
/* Ends one that was not started, with its two references; settled, so that no report says it was forgotten. */
void dynox__call_discard(dynox__call *call);

/* Ends the call with the answer of another one, unless it is over or has just got one of its own. */
bool dynox__call_supply(dynox__call *call, dynox__call *from, dynox__slot value);

/* Ends the call early, from any thread that holds a reference. */
void dynox__call_interrupt(dynox__call *call, dynox_status status, const char *message);

#endif
