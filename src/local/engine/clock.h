/* The clock of an engine: wall time and what tests have added to it. */
#ifndef DYNOX_LOCAL_ENGINE_CLOCK_H
#define DYNOX_LOCAL_ENGINE_CLOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct dynox__local_clock {
    pthread_mutex_t lock; /* of changing it */
    _Atomic int64_t added_us;
    _Atomic int64_t stopped_us; /* where it stands; DYNOX__CLOCK_RUNS */
} dynox__local_clock;

#define DYNOX__CLOCK_RUNS INT64_MIN

void    dynox__local_clock_init(dynox__local_clock *clock);
void    dynox__local_clock_destroy(dynox__local_clock *clock);
int64_t dynox__local_clock_now(const dynox__local_clock *clock);
void    dynox__local_clock_add(dynox__local_clock *clock, int64_t us); /* forwards only, and at most a thousand years */
void    dynox__local_clock_stop(dynox__local_clock *clock, bool stopped);

#endif
