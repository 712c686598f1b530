/* Sleeping on a word until it changes: futex on Linux, elsewhere (or with DYNOX_PARK_CONDVAR) a lot of condition
 * variables. */
#ifndef DYNOX_ASYNC_EXECUTOR_PARK_H
#define DYNOX_ASYNC_EXECUTOR_PARK_H

#include "base/clock.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Sleeps while *word == expected, or for no reason at all: look at the word again. false: the deadline has passed. */
bool dynox__park(_Atomic uint32_t *word, uint32_t expected, int64_t deadline_ns);
/* Wakes all that sleep on the word; change it first. The word must still be there. */
void dynox__unpark_all(_Atomic uint32_t *word);

/* One turn of a short spin: cheaper than a sleep when the other side is running now. */
static inline void dynox__spin(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
