/* A gate: who comes spends units, which grow back at a rate. When there are none he waits in a queue, first come first
 * served, behind one timer: no thread sleeps, and whatever their number nobody is woken before his turn. */
#ifndef DYNOX_AWS_FLOW_GATE_H
#define DYNOX_AWS_FLOW_GATE_H

#include "async/executor/timer.h"
#include "base/shared.h"
#include <pthread.h>

typedef struct dynox__gate        dynox__gate;
typedef struct dynox__gate_waiter dynox__gate_waiter;

/* Embedded in whatever waits. Zero it first. */
struct dynox__gate_waiter {
    dynox__gate_waiter *next, **link; /* link NULL: not in the queue */
    double              units;
    /* On the timer thread, without a lock, once for each enter that returned false and was not forgotten. */
    void (*passed)(dynox__gate_waiter *waiter);
};

struct dynox__gate {
    pthread_mutex_t     lock;
    dynox__shared      *owner; /* what the gate lies in: the timer keeps it */
    double              rate;  /* units a second; 0: open to all */
    double              capacity;
    double              units; /* there now; below 0: debt */
    int64_t             filled_ns;
    dynox__gate_waiter *first, **last;
    size_t              waiting;
    uint64_t            delayed; /* who had to wait, ever */
    dynox__timer        timer;
    bool                armed; /* the timer will fire, or is firing and has not taken the lock yet */
};

void dynox__gate_init(dynox__gate *gate, dynox__shared *owner, double rate, double capacity, double units,
                      int64_t now_ns);
void dynox__gate_destroy(dynox__gate *gate);

/* true: paid. false: in the queue; do this under the lock that a forget is decided under. Who wants more than the gate
 * can hold waits until it is full, and leaves it in debt. */
bool dynox__gate_enter(dynox__gate *gate, dynox__gate_waiter *waiter, double units, int64_t now_ns);
/* The same without waiting. false: not now. */
bool dynox__gate_try(dynox__gate *gate, double units, int64_t now_ns);
/* true: `passed` will not be called. false: it has been, or will be at once, or he was never in the queue. */
bool dynox__gate_forget(dynox__gate *gate, dynox__gate_waiter *waiter);
/* Takes more, without waiting, or (< 0) gives back. */
void dynox__gate_spend(dynox__gate *gate, double units, int64_t now_ns);
/* From now on. What has grown so far has grown at the old rate; what is more than the capacity is lost. */
void dynox__gate_set(dynox__gate *gate, double rate, double capacity, int64_t now_ns);

typedef struct dynox__gate_state {
    double   rate;
    size_t   waiting;
    uint64_t delayed;
} dynox__gate_state;
dynox__gate_state dynox__gate_look(dynox__gate *gate);
void              dynox__gate_forget_counts(dynox__gate *gate);

#endif
