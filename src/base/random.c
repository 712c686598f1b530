/* A small generator a thread (SplitMix64), seeded from getentropy and seeded anew in a forked child. */
#include "base/random.h"
#include "base/clock.h"
#include "base/thread.h"
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

static double (*_Atomic fake)(void);

void dynox__random_fake(double (*fn)(void))
{
    atomic_store_explicit(&fake, fn, memory_order_release);
}

static uint64_t seed(const void *salt)
{
    uint64_t value;
    if (getentropy(&value, sizeof value) != 0) value = (uint64_t)dynox__wall_ns() ^ (uint64_t)(uintptr_t)salt;
    return value;
}

uint64_t dynox__random(void)
{
    static _Thread_local uint64_t state;
    static _Thread_local unsigned owner; /* which process seeded it: 1 and the number of forks */
    unsigned                      self = 1 + dynox__fork_generation();
    if (owner != self) {
        state = seed(&state);
        owner = self;
    }
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z          = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z          = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

double dynox__random_unit(void)
{
    double (*fn)(void) = atomic_load_explicit(&fake, memory_order_acquire);
    return fn ? fn() : (double)(dynox__random() >> 11) * 0x1.0p-53;
}

void dynox__uuid4(char text[37])
{
    static const char hex[]   = "0123456789abcdef";
    uint64_t          bits[2] = {dynox__random(), dynox__random()};
    for (int i = 0, digit = 0; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            text[i] = '-';
            continue;
        }
        unsigned nibble = (unsigned)(bits[digit / 16] >> (digit % 16 * 4)) & 15;
        if (digit == 12) nibble = 4;
        if (digit == 16) nibble = 8 | (nibble & 3);
        text[i] = hex[nibble];
        digit++;
    }
    text[36] = 0;
}
