/* A small generator a thread (SplitMix64), seeded from getentropy and seeded anew in a forked child. */
#include "base/random.h"
#include "base/clock.h"
#include "base/thread.h"
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
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
    static const char    hex[]     = "0123456789abcdef";
    static const uint8_t place[16] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
    uint64_t             bits[2]   = {dynox__random(), dynox__random()};
    bits[0] = (bits[0] & ~(UINT64_C(0xf) << 52)) | UINT64_C(0x4) << 52; /* the version, in the seventh byte */
    bits[1] = (bits[1] & ~UINT64_C(0xc0)) | 0x80;
    memcpy(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", 37);
    for (size_t i = 0; i < 16; i++) {
        unsigned byte      = bits[i / 8] >> (i % 8 * 8) & 0xff;
        text[place[i]]     = hex[byte >> 4];
        text[place[i] + 1] = hex[byte & 15];
    }
}
