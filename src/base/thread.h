/* Threads the way the library wants them: named, with all signals blocked but those that a thread causes itself. */
#ifndef DYNOX_BASE_THREAD_H
#define DYNOX_BASE_THREAD_H

#include <dynox/status.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Starts a thread. The name is cut to 15 characters. A detached one must live as long as the process; `thread` may
 * then be NULL. DYNOX_E_SYSTEM: the system has no more threads (errno). */
dynox_status dynox__thread_start(pthread_t *thread, const char *name, bool detached, void *(*fn)(void *), void *arg);

/* The stack of threads that are started from now on; 0: the system's default, at least 256 KiB. */
void dynox__thread_set_stack_size(size_t size);

/* A condition variable on CLOCK_MONOTONIC where the platform has that. false: out of resources. */
bool dynox__cond_init(pthread_cond_t *cond);

/* Waits until woken or until `deadline_ns` of dynox__now_ns(); DYNOX__NEVER waits for ever. Spurious wake-ups happen.
 * false: the deadline has passed. */
bool dynox__cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_ns);

/* How many forks lie between the process that first asked this and the calling one: 0 in that process, more in its
 * children. What was made under another number is of another process. */
unsigned dynox__fork_generation(void);

#endif
