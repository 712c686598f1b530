/* Waits that park a fiber: here a fiber is a thread with a flag of its own, which is all that the library knows of one.
 */
#include "support.h"
#include <dynox/future.h>
#include <pthread.h>
#include <unistd.h>

typedef struct fiber {
    pthread_mutex_t lock;
    pthread_cond_t  woken;
    bool            ready;
    int             parks;
    atomic_bool    *parked; /* NULL: nobody wants to know */
} fiber;

static _Thread_local fiber *running;

static void *token(void)
{
    return running;
}

static void park(void *it)
{
    fiber *self = it;
    pthread_mutex_lock(&self->lock);
    self->parks++;
    if (self->parked) atomic_store(self->parked, true);
    while (!self->ready)
        pthread_cond_wait(&self->woken, &self->lock);
    self->ready = false;
    pthread_mutex_unlock(&self->lock);
}

static void unpark(void *it)
{
    fiber *self = it;
    pthread_mutex_lock(&self->lock);
    self->ready = true;
    pthread_cond_signal(&self->woken);
    pthread_mutex_unlock(&self->lock);
}

static const dynox_wait_hook hook = {token, park, unpark};

/* A fiber that is gone as soon as its wait is over: an unpark after that would touch freed memory. */
static dynox_status wait_on_fiber_that_tells(dynox_future *future, int64_t timeout_ms, int *parks, atomic_bool *parked)
{
    fiber *self  = calloc(1, sizeof *self);
    self->parked = parked;
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->woken, NULL);
    running             = self;
    dynox_status status = dynox_future_wait(future, timeout_ms);
    running             = NULL;
    if (parks) *parks = self->parks;
    pthread_cond_destroy(&self->woken);
    pthread_mutex_destroy(&self->lock);
    free(self);
    return status;
}

static dynox_status wait_on_a_fiber(dynox_future *future, int64_t timeout_ms, int *parks)
{
    return wait_on_fiber_that_tells(future, timeout_ms, parks, NULL);
}

typedef struct settling {
    dynox_future *promise;
    atomic_bool   parked;
} settling;

static void *settle_when_parked(void *arg)
{
    settling *self = arg;
    while (!atomic_load(&self->parked))
        usleep(100);
    dynox_promise_settle(self->promise, dynox_ok(NULL, NULL));
    return NULL;
}

static void a_wait_parks_the_fiber_until_the_future_is_done(void **state)
{
    int       parks = 0;
    settling  self  = {dynox_promise_new(NULL), false};
    pthread_t settler;
    (void)state;
    assert_int_equal(pthread_create(&settler, NULL, settle_when_parked, &self), 0);
    assert_int_equal(wait_on_fiber_that_tells(self.promise, -1, &parks, &self.parked), DYNOX_OK);
    assert_true(parks >= 1);
    pthread_join(settler, NULL);
    dynox_future_release(self.promise);
}

static void a_wait_ends_at_its_time(void **state)
{
    int parks = 0;
    (void)state;
    dynox_future *never = dynox_promise_new(NULL);
    for (int64_t ms = 20; parks == 0;
         ms *= 2) /* on a slow machine the time may be over before there is a need to park */
        assert_int_equal(wait_on_a_fiber(never, ms, &parks), DYNOX_E_TIMEOUT);
    dynox_promise_settle(never, dynox_ok(NULL, NULL));
    dynox_future_release(never);
}

static void a_done_future_parks_nobody(void **state)
{
    int parks = 0;
    (void)state;
    dynox_future *done = dynox_future_of(dynox_ok(NULL, NULL));
    assert_int_equal(wait_on_a_fiber(done, -1, &parks), DYNOX_OK);
    assert_int_equal(parks, 0);
    dynox_future_release(done);
}

static void a_thread_without_a_fiber_waits_as_ever(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(dynox_sleep(5)), DYNOX_OK);
}

static void *settle_at_once(void *promise)
{
    dynox_promise_settle(promise, dynox_ok(NULL, NULL));
    return NULL;
}

static void settling_races_with_parking_and_with_the_time(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        pthread_t     settler;
        dynox_future *promise = dynox_promise_new(NULL);
        pthread_create(&settler, NULL, settle_at_once, promise);
        dynox_status status = wait_on_a_fiber(promise, i % 2 ? -1 : 1, NULL);
        assert_true(status == DYNOX_OK || (i % 2 == 0 && status == DYNOX_E_TIMEOUT));
        pthread_join(settler, NULL);
        dynox_future_release(promise);
    }
}

/* The timer thread lets go of its part a moment after it has woken the fiber. */
static void wait_once(void *arg)
{
    long before = atomic_load(&test_blocks);
    (void)arg;
    dynox_future *sleep = dynox_sleep(1);
    if (dynox_future_error(sleep) == DYNOX_E_PENDING) assert_int_equal(wait_on_a_fiber(sleep, 600000, NULL), DYNOX_OK);
    dynox_future_release(sleep);
    for (int i = 0; i < 10000 && atomic_load(&test_blocks) > before; i++)
        usleep(1000);
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    wait_once(NULL); /* makes the timer thread, which stays */
    test_every_allocation_failing(wait_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_parks_the_fiber_until_the_future_is_done),
        cmocka_unit_test(a_wait_ends_at_its_time),
        cmocka_unit_test(a_done_future_parks_nobody),
        cmocka_unit_test(a_thread_without_a_fiber_waits_as_ever),
        cmocka_unit_test(settling_races_with_parking_and_with_the_time),
        cmocka_unit_test(each_allocation_may_fail),
    };
    dynox_set_wait_hook(&hook);
    return cmocka_run_group_tests_name("wait hook", tests, NULL, NULL);
}
