/* Sleeping and waking. The futex needs no state of its own; the lot is 64 pairs of mutex and condition variable, and a
 * word belongs to the pair its address hashes to: a wake-up then wakes sleepers of other words, too, who look again. */
#define _GNU_SOURCE
#include "async/executor/park.h"

#if defined(__linux__) && !defined(DYNOX_PARK_CONDVAR)

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

bool dynox__park(_Atomic uint32_t *word, uint32_t expected, int64_t deadline_ns)
{
    struct timespec left, *timeout = NULL;
    if (deadline_ns != DYNOX__NEVER) {
        int64_t ns = deadline_ns - dynox__now_ns();
        if (ns <= 0) return false;
        left    = (struct timespec){ns / DYNOX__SECOND, ns % DYNOX__SECOND};
        timeout = &left;
    }
    return syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, timeout, NULL, 0) == 0 || errno != ETIMEDOUT;
}

void dynox__unpark_all(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

#else

#include "base/thread.h"

enum { SPACES = 64 };

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t  changed;
} lot[SPACES];

/* Also what a forked child does first: whoever slept or held a lock there does not exist any more. */
static void make_lot(void)
{
    for (int i = 0; i < SPACES; i++) {
        pthread_mutex_init(&lot[i].mutex, NULL);
        dynox__cond_init(&lot[i].changed);
    }
}

static void make_lot_once(void)
{
    make_lot();
    pthread_atfork(NULL, NULL, make_lot);
}

static unsigned space_of(const void *word)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_lot_once);
    return ((uint32_t)((uintptr_t)word >> 4) * UINT32_C(0x9E3779B1)) >> 26;
}

bool dynox__park(_Atomic uint32_t *word, uint32_t expected, int64_t deadline_ns)
{
    unsigned space   = space_of(word);
    bool     in_time = true;
    pthread_mutex_lock(&lot[space].mutex);
    if (atomic_load(word) == expected)
        in_time = dynox__cond_wait_until(&lot[space].changed, &lot[space].mutex, deadline_ns);
    pthread_mutex_unlock(&lot[space].mutex);
    return in_time;
}

void dynox__unpark_all(_Atomic uint32_t *word)
{
    unsigned space = space_of(word);
    pthread_mutex_lock(&lot[space].mutex);
    pthread_cond_broadcast(&lot[space].changed);
    pthread_mutex_unlock(&lot[space].mutex);
}

#endif
