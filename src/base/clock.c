/* The clocks. */
#include "base/clock.h"
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

static int64_t (*_Atomic fake)(int which);

void dynox__clock_fake(int64_t (*fn)(int which))
{
    atomic_store_explicit(&fake, fn, memory_order_release);
}

static int64_t read_clock(int which, clockid_t id)
{
    int64_t (*fn)(int) = atomic_load_explicit(&fake, memory_order_acquire);
    if (fn) return fn(which);
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * DYNOX__SECOND + now.tv_nsec;
}

int64_t dynox__now_ns(void)
{
    return read_clock(0, CLOCK_MONOTONIC);
}

int64_t dynox__wall_ns(void)
{
    return read_clock(1, CLOCK_REALTIME);
}

static int64_t wall_in(int64_t unit)
{
    int64_t now = dynox__wall_ns();
    return now / unit - (now % unit < 0);
}

int64_t dynox__wall_ms(void)
{
    return wall_in(DYNOX__MS);
}

int64_t dynox__wall_us(void)
{
    return wall_in(1000);
}

int64_t dynox__deadline_after(int64_t now_ns, int64_t ms)
{
    if (ms <= 0) return now_ns;
    if (ms > (DYNOX__NEVER - now_ns) / DYNOX__MS) return DYNOX__NEVER;
    return now_ns + ms * DYNOX__MS;
}
