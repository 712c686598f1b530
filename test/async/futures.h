/* What the tests of the futures core share: a value type that counts its ends, promises of it, and threads. */
#ifndef DYNOX_TEST_FUTURES_H
#define DYNOX_TEST_FUTURES_H

#define DYNOX_USER_TYPES int * : &number_type,
#include "support.h"
#include <dynox/future.h>
#include <pthread.h>
#include <time.h>

static _Atomic int destroyed; /* numbers that nobody took */

static inline void destroy_number(void *value)
{
    atomic_fetch_add(&destroyed, 1);
    free(value);
}

static const dynox_type number_type = {.name = "number", .size = sizeof(int *), .destroy = destroy_number};

static inline int *number(int value)
{
    int *made = malloc(sizeof *made);
    if (!made) abort();
    *made = value;
    return made;
}

static inline dynox_future *pending(void)
{
    return dynox_promise_new(&number_type);
}

static inline bool settle(dynox_future *promise, int value)
{
    return dynox_promise_settle(promise, dynox_ok(number(value), &number_type));
}

static inline bool fail_it(dynox_future *promise, dynox_status status)
{
    return dynox_promise_settle(promise, dynox_fail(status));
}

static inline dynox_future *settled(int value)
{
    return dynox_future_of(dynox_ok(number(value), &number_type));
}

/* Joins and returns the number; -1 for an error. */
static inline int join_number(dynox_future *consumed)
{
    int *value = NULL;
    if (dynox_join(consumed, &value) != DYNOX_OK) return -1;
    int result = value ? *value : -2;
    free(value);
    return result;
}

static inline dynox_outcome add_one(dynox_future *future, void *arg)
{
    (void)arg;
    int *value = NULL;
    if (DYNOX_TAKE(value, future) != DYNOX_OK) return dynox_fail(DYNOX_E_INTERNAL);
    ++*value;
    return dynox_ok(value, &number_type);
}

static inline void count(dynox_future *future, void *arg)
{
    (void)future;
    atomic_fetch_add((_Atomic int *)arg, 1);
}

static inline pthread_t start(void *(*fn)(void *), void *arg)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, fn, arg) != 0) abort();
    return thread;
}

static inline void sleep_ms(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

#endif
