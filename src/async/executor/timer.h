/* Timers: one heap and one thread for the process, started by the first timer. */
#ifndef DYNOX_ASYNC_EXECUTOR_TIMER_H
#define DYNOX_ASYNC_EXECUTOR_TIMER_H

#include "base/clock.h"
#include <dynox/executor.h>
#include <stdbool.h>
#include <stddef.h>

/* Embedded in whatever waits. `fire` runs on the timer thread, without a lock, and must be short. Zero it first. */
typedef struct dynox__timer {
    size_t place_; /* among all that wait; 0: it does not */
    void (*fire)(struct dynox__timer *timer);
} dynox__timer;

/* Fires once at `at_ns` (dynox__now_ns). false: out of memory or threads; it will not fire. */
bool dynox__timer_start(dynox__timer *timer, int64_t at_ns);
/* true: it will not fire. false: it has fired, is firing now, or was never started. */
bool dynox__timer_cancel(dynox__timer *timer);

/* To another time. false: it has fired, is firing now, or was never started. */
bool dynox__timer_move(dynox__timer *timer, int64_t at_ns);

/* What the timer thread works as: the home of futures that it settles, so that a wait on that very thread is refused.
 * Work posted there runs on the callback thread, for the timer thread runs no code of users. */
dynox_executor *dynox__timer_executor(void);

#endif
