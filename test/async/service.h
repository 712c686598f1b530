/* A service for tests of coroutines: things that come from another thread after a short time, all counted. */
#ifndef DYNOX_TEST_SERVICE_H
#define DYNOX_TEST_SERVICE_H

#ifndef DYNOX_USER_TYPES
#define DYNOX_USER_TYPES thing * : &thing_type,
#endif

#include "support.h"
#include <dynox/async.h>
#include <dynox/group.h>
#include <dynox/pool.h>
#include <time.h>

typedef struct thing {
    int id;
} thing;

static _Atomic int things_alive;

static void thing_free(void *it)
{
    if (it) atomic_fetch_sub(&things_alive, 1);
    counted_free(it);
}

static const dynox_type thing_type = {.name = "thing", .size = sizeof(thing *), .destroy = thing_free};

static thing *thing_new(int id)
{
    thing *made = counted_malloc(sizeof *made);
    if (!made) return NULL;
    made->id = id;
    atomic_fetch_add(&things_alive, 1);
    return made;
}

static void pause_us(long us)
{
    struct timespec time = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&time, NULL);
}

/* The last reference may go a moment after a waiter was woken, on another thread. A job that was cancelled while it ran
 * may still make a thing, which nobody gets: so there is no second look once there was none. */
static inline void no_thing_is_left(void)
{
    int left = atomic_load(&things_alive);
    for (int ms = 0; left != 0 && ms < 10000; ms++) {
        pause_us(1000);
        left = atomic_load(&things_alive);
    }
    assert_int_equal(left, 0);
}

/* The same for blocks: other threads free theirs in their own time. */
static inline void blocks_come_back_to(long before)
{
    for (int ms = 0; atomic_load(&test_blocks) > before && ms < 2000; ms++)
        pause_us(1000);
}

/* What the service does, for all tests of a program. */
static dynox_pool *service;
static _Atomic int service_delay_us;
static _Atomic int service_calls;
static _Atomic int service_throttle_every; /* every so many calls fail; 0: none */

static dynox_outcome serve(void *id)
{
    int call     = atomic_fetch_add(&service_calls, 1) + 1;
    int throttle = atomic_load(&service_throttle_every);
    int delay    = atomic_load(&service_delay_us);
    if (delay) pause_us(delay);
    if (throttle && call % throttle == 0) {
        dynox_error error = {0};
        dynox_error_set(&error, DYNOX_E_THROTTLED, "too many requests");
        error.retryable = true;
        snprintf(error.request_id, sizeof error.request_id, "REQUEST-1");
        return dynox_fail_with(&error);
    }
    thing *made = thing_new((int)(intptr_t)id);
    return made ? dynox_ok(made, &thing_type) : dynox_fail(DYNOX_E_NO_MEMORY);
}

/* A future of a thing. */
static inline dynox_future *get_thing(int id)
{
    return dynox_pool_run(service, serve, (void *)(intptr_t)id);
}

static int service_start(void **state)
{
    (void)state;
    service = dynox_pool_new(.threads = 2);
    return service ? 0 : -1;
}

static int service_stop(void **state)
{
    (void)state;
    dynox_pool_free(service);
    no_thing_is_left(); /* no job runs any more */
    return 0;
}

#endif
