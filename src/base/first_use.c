/* First uses, one at a time. */
#include "base/first_use.h"
#include <pthread.h>

static pthread_mutex_t beginning = PTHREAD_MUTEX_INITIALIZER;

static void lock(void)
{
    pthread_mutex_lock(&beginning);
}

static void unlock(void)
{
    pthread_mutex_unlock(&beginning);
}

static void guard_forks(void)
{
    pthread_atfork(lock, unlock, unlock);
}

bool dynox__first_use(_Atomic bool *done, bool (*begin)(void))
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (atomic_load_explicit(done, memory_order_acquire)) return true;
    pthread_once(&once, guard_forks);
    lock();
    bool good = atomic_load_explicit(done, memory_order_relaxed) || begin();
    if (good) atomic_store_explicit(done, true, memory_order_release);
    unlock();
    return good;
}
