/* One clock for all of an engine: requests look at it without a lock. */
#include "local/engine/clock.h"
#include "base/clock.h"

static const int64_t MOST_US = INT64_C(1000) * 366 * 24 * 3600 * 1000000; /* a thousand years, also in sum */

void dynox__local_clock_init(dynox__local_clock *clock)
{
    pthread_mutex_init(&clock->lock, NULL);
    atomic_init(&clock->added_us, 0);
    atomic_init(&clock->stopped_us, DYNOX__CLOCK_RUNS);
}

void dynox__local_clock_destroy(dynox__local_clock *clock)
{
    pthread_mutex_destroy(&clock->lock);
}

int64_t dynox__local_clock_now(const dynox__local_clock *clock)
{
    int64_t stopped = atomic_load_explicit(&clock->stopped_us, memory_order_acquire);
    if (stopped != DYNOX__CLOCK_RUNS) return stopped;
    return dynox__wall_us() + atomic_load_explicit(&clock->added_us, memory_order_relaxed);
}

void dynox__local_clock_add(dynox__local_clock *clock, int64_t us)
{
    if (us <= 0) return;
    pthread_mutex_lock(&clock->lock);
    int64_t now = dynox__local_clock_now(clock), room = dynox__wall_us() + MOST_US - now;
    if (us > room) us = room > 0 ? room : 0;
    if (atomic_load_explicit(&clock->stopped_us, memory_order_relaxed) != DYNOX__CLOCK_RUNS)
        atomic_store_explicit(&clock->stopped_us, now + us, memory_order_release);
    else
        atomic_fetch_add_explicit(&clock->added_us, us, memory_order_relaxed);
    pthread_mutex_unlock(&clock->lock);
}

void dynox__local_clock_stop(dynox__local_clock *clock, bool stopped)
{
    pthread_mutex_lock(&clock->lock);
    int64_t now = dynox__local_clock_now(clock);
    atomic_store_explicit(&clock->added_us, now - dynox__wall_us(), memory_order_relaxed);
    atomic_store_explicit(&clock->stopped_us, stopped ? now : DYNOX__CLOCK_RUNS, memory_order_release);
    pthread_mutex_unlock(&clock->lock);
}
