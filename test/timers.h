/* The timer thread from a test. */
#ifndef DYNOX_TEST_TIMERS_H
#define DYNOX_TEST_TIMERS_H

#include "async/executor/timer.h"
#include <stdatomic.h>
#include <time.h>

static _Atomic bool timers_fired;

static inline void timers_fire(dynox__timer *timer)
{
    (void)timer;
    atomic_store(&timers_fired, true);
}

/* Whatever it was doing is done, and it has let go of what that was for. */
static inline void timers_settle(void)
{
    dynox__timer timer = {.fire = timers_fire};
    atomic_store(&timers_fired, false);
    while (!dynox__timer_start(&timer, dynox__now_ns())) {
    }
    while (!atomic_load(&timers_fired))
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

#endif
