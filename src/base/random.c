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

static bool (*_Atomic fake_bytes)(void *to, size_t count);

void dynox__random_bytes_fake(bool (*fn)(void *to, size_t count))
{
    atomic_store_explicit(&fake_bytes, fn, memory_order_release);
}

bool dynox__random_bytes(void *to, size_t count)
{
    static _Thread_local uint8_t  pool[DYNOX__RANDOM_BYTES];
    static _Thread_local size_t   left;
    static _Thread_local unsigned owner; /* as above */
    bool (*fn)(void *, size_t) = atomic_load_explicit(&fake_bytes, memory_order_acquire);
    unsigned self              = 1 + dynox__fork_generation();
    if (fn) return fn(to, count);
    if (count > sizeof pool) return false;
    if (owner != self || left < count) {
        left = 0;
        if (getentropy(pool, sizeof pool) != 0) return false;
        left  = sizeof pool;
        owner = self;
    }
    left -= count;
    memcpy(to, pool + left, count);
    return true;
}

void dynox__uuid_text(uint64_t high, uint64_t low, char text[37])
{
    static const char hex[] = "0123456789abcdef";
    char             *at    = text;
    for (unsigned i = 0; i < 32; i++) {
        uint64_t half = i < 16 ? high : low;
        if (i == 8 || i == 12 || i == 16 || i == 20) *at++ = '-';
        *at++ = hex[half >> (60 - i % 16 * 4) & 15];
    }
    *at = 0;
}

void dynox__uuid4(char text[37])
{
    uint64_t high = dynox__random(), low = dynox__random();
    dynox__uuid_text((high & ~UINT64_C(0xf000)) | 0x4000, low >> 2 | UINT64_C(1) << 63, text);
}
