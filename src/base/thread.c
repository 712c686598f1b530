/* Thread creation, condition variables and fork detection. */
#define _GNU_SOURCE
#include "base/thread.h"
#include "base/clock.h"
#include "base/grace.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

enum { LEAST_STACK = 256 * 1024 };

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

static _Atomic size_t stack_size;

void dynox__thread_set_stack_size(size_t size)
{
    atomic_store(&stack_size, size);
}

/* The system's default is right for threads that run the program's code; but musl's is too small for TLS and resolvers.
 */
static void set_stack(pthread_attr_t *attributes)
{
    size_t wanted = atomic_load(&stack_size), usual = 0;
    if (!wanted && pthread_attr_getstacksize(attributes, &usual) == 0 && usual < LEAST_STACK) wanted = LEAST_STACK;
    if (wanted) pthread_attr_setstacksize(attributes, wanted);
}

/* Those that tell a thread what it has just done itself are the program's affair, or crash reporters would never see
 * them (and a blocked one that happens all the same kills the process); all others are for the program's threads. */
static void choose_blocked(sigset_t *blocked)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigfillset(blocked);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sigdelset(blocked, own[i]);
}

/* A size that the system refuses (the thread-local data of the program may not fit, or memory be short) is no reason to
 * have no thread. */
static int create(pthread_t *made, bool detached, void *(*fn)(void *), void *arg)
{
    int result = EINVAL;
    for (int usual = 0; usual < 2 && result != 0; usual++) {
        pthread_attr_t attributes;
        if (pthread_attr_init(&attributes) != 0) return ENOMEM;
        if (!usual) set_stack(&attributes);
        if (detached) pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        result = pthread_create(made, &attributes, fn, arg);
        pthread_attr_destroy(&attributes);
    }
    return result;
}

dynox_status dynox__thread_start(pthread_t *thread, const char *name, bool detached, void *(*fn)(void *), void *arg)
{
    sigset_t  blocked, before;
    pthread_t made;
    choose_blocked(&blocked);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    int result = create(&made, detached, fn, arg);
    if (result == 0) name_thread(made, name); /* detached ones never end, so the handle is good */
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != 0) {
        errno = result;
        return DYNOX_E_SYSTEM;
    }
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
    dynox__grace_reset();
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
