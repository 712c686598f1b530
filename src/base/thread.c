/* Thread creation, condition variables and fork detection. */
#define _GNU_SOURCE
#include "base/thread.h"
#include "base/clock.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

enum { STACK_SIZE = 256 * 1024 };

static void name_thread(pthread_t thread, const char *name)
{
#if defined(__linux__)
    char cut[16];
    snprintf(cut, sizeof cut, "%s", name);
    pthread_setname_np(thread, cut);
#else
    (void)thread;
    (void)name;
#endif
}

dynox_status dynox__thread_start(pthread_t *thread, const char *name, bool detached, void *(*fn)(void *), void *arg)
{
    pthread_attr_t attributes;
    sigset_t       all, before;
    pthread_t      made;
    if (pthread_attr_init(&attributes) != 0) return DYNOX_E_SYSTEM;
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    if (detached) pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&made, &attributes, fn, arg);
    if (result == 0) name_thread(made, name); /* detached ones never end, so the handle is good */
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (result != 0) return DYNOX_E_SYSTEM;
    if (thread) *thread = made;
    return DYNOX_OK;
}

bool dynox__cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) return false;
#if !defined(__APPLE__)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
#endif
    int result = pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
    return result == 0;
}

bool dynox__cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_ns)
{
    if (deadline_ns == DYNOX__NEVER) return pthread_cond_wait(cond, mutex) == 0;
#if defined(__APPLE__)
    int64_t         left = deadline_ns - dynox__now_ns();
    struct timespec wait = {left > 0 ? left / DYNOX__SECOND : 0, left > 0 ? left % DYNOX__SECOND : 0};
    return pthread_cond_timedwait_relative_np(cond, mutex, &wait) != ETIMEDOUT;
#else
    struct timespec until = {deadline_ns / DYNOX__SECOND, deadline_ns % DYNOX__SECOND};
    return pthread_cond_timedwait(cond, mutex, &until) != ETIMEDOUT;
#endif
}

static unsigned generation; /* written only in a fresh child, which has one thread */

static void count_fork(void)
{
    generation++;
}

static void install(void)
{
    pthread_atfork(NULL, NULL, count_fork);
}

unsigned dynox__fork_generation(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    return generation;
}
