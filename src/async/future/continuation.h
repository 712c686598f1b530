/* A user's callback as a continuation. */
#ifndef DYNOX_ASYNC_FUTURE_CONTINUATION_H
#define DYNOX_ASYNC_FUTURE_CONTINUATION_H

#include "async/future/future.h"

typedef struct dynox__callback {
    dynox__continuation continuation;
    dynox_done_fn       fn;
    void               *arg;
    bool                embedded; /* in a promise; else on the heap */
} dynox__callback;

/* The slot that a promise has for its first callback; NULL: taken, or no promise. */
dynox__callback *dynox__promise_callback(dynox_future *future);

/* How every continuation runs; the debug mode recognises one by it. */
void dynox__continuation_run(dynox_work *work);

#endif
