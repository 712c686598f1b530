/* sleep, timeout, and the timers below them. */
#include "async/futures.h"

#include "async/executor/timer.h"

static void a_sleep_lasts_at_least_its_time(void **state)
{
    (void)state;
    int64_t begin = dynox__now_ns();
    assert_int_equal(dynox_join_void(dynox_sleep(5)), DYNOX_OK);
    assert_true(dynox__now_ns() - begin >= 5 * DYNOX__MS);
    assert_int_equal(dynox_join_void(dynox_sleep(0)), DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_sleep(-1)), DYNOX_OK);
}

static void a_cancelled_sleep_ends_at_once(void **state)
{
    (void)state;
    dynox_future *nap = dynox_sleep(INT64_MAX);
    dynox_future_cancel(nap);
    assert_int_equal(dynox_future_error(nap), DYNOX_E_CANCELLED);
    dynox_future_release(nap);
}

static void a_forgotten_sleep_is_no_leak(void **state)
{
    (void)state;
    dynox_future_release(dynox_sleep(1));
    assert_int_equal(dynox_join_void(dynox_sleep(20)), DYNOX_OK);
}

static void a_timeout_in_time_is_its_input(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *limited = dynox_timeout(promise, 100000);
    settle(promise, 8);
    assert_int_equal(join_number(limited), 8);
}

static void a_timeout_carries_the_error_of_its_input(void **state)
{
    (void)state;
    dynox_error error = {0}, seen = {0};
    dynox_error_set(&error, DYNOX_E_VALUE, "bad");
    dynox_future *limited = dynox_timeout(dynox_future_of(dynox_fail_with(&error)), 100000);
    assert_int_equal(dynox_join_void(limited, .error = &seen), DYNOX_E_VALUE);
    assert_string_equal(seen.message, "bad");
}

static void a_timeout_that_passes_cancels_its_input(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *mine = dynox_future_acquire(promise);
    assert_int_equal(dynox_join_void(dynox_timeout(promise, 3)), DYNOX_E_TIMEOUT);
    assert_int_equal(dynox_future_wait(mine, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(mine), DYNOX_E_CANCELLED);
    settle(mine, 1);
    dynox_future_release(mine);
}

static void cancelling_a_timeout_cancels_its_input(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *limited = dynox_timeout(promise, 100000);
    dynox_future_cancel(limited);
    assert_int_equal(dynox_join_void(limited), DYNOX_E_CANCELLED);
    assert_false(settle(promise, 1));
}

static void the_end_of_an_input_may_race_with_its_limit(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        dynox_future *promise = pending(), *limited = dynox_timeout(promise, 1);
        nanosleep(&(struct timespec){0, 900000 + i % 7 * 50000}, NULL);
        settle(promise, 1);
        int         *value  = NULL;
        dynox_status status = dynox_join(limited, &value);
        assert_true((status == DYNOX_OK && value) || (status == DYNOX_E_TIMEOUT && !value));
        free(value);
    }
}

/* ---- timers ---- */

typedef struct bell {
    dynox__timer timer;
    int          number;
} bell;

static _Atomic int   rung, order[200];
static dynox_future *all_rung;

static void ring(dynox__timer *timer)
{
    atomic_store(&order[atomic_fetch_add(&rung, 1)], ((bell *)(void *)timer)->number);
    if (atomic_load(&rung) == 100) settle(all_rung, 1);
}

static void timers_fire_in_the_order_of_their_times(void **state)
{
    (void)state;
    static bell bells[200];
    int64_t     begin = dynox__now_ns() + 20 * DYNOX__MS;
    all_rung          = pending();
    atomic_store(&rung, 0);
    for (int i = 0; i < 200; i++) { /* in an order of their own; the odd ones are taken back */
        int k    = i * 77 % 200;
        bells[k] = (bell){.timer.fire = ring, .number = k};
        assert_true(dynox__timer_start(&bells[k].timer, begin + k * 10000));
    }
    for (int k = 1; k < 200; k += 2)
        assert_true(dynox__timer_cancel(&bells[k].timer));
    assert_false(dynox__timer_cancel(&bells[1].timer));
    assert_int_equal(dynox_join_void(all_rung), DYNOX_OK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(atomic_load(&order[i]), 2 * i);
    assert_false(dynox__timer_cancel(&bells[0].timer));
}

static void an_earlier_timer_overtakes_a_sleeping_thread(void **state)
{
    (void)state;
    dynox_future *late = dynox_sleep(100000);
    sleep_ms(2);
    assert_int_equal(dynox_join_void(dynox_sleep(1)), DYNOX_OK);
    assert_false(dynox_future_done(late));
    dynox_future_drop(&late);
}

static void *nap_and_cancel(void *arg)
{
    (void)arg;
    for (int i = 0; i < 500; i++) {
        dynox_future *nap = dynox_sleep(i % 3);
        if (i % 5 == 0) nanosleep(&(struct timespec){0, 1000000}, NULL);
        dynox_future_drop(&nap);
    }
    return NULL;
}

static void cancels_may_race_with_firing(void **state)
{
    (void)state;
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        threads[i] = start(nap_and_cancel, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(dynox_join_void(dynox_sleep(10)), DYNOX_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sleep_lasts_at_least_its_time),
        cmocka_unit_test(a_cancelled_sleep_ends_at_once),
        cmocka_unit_test(a_forgotten_sleep_is_no_leak),
        cmocka_unit_test(a_timeout_in_time_is_its_input),
        cmocka_unit_test(a_timeout_carries_the_error_of_its_input),
        cmocka_unit_test(a_timeout_that_passes_cancels_its_input),
        cmocka_unit_test(cancelling_a_timeout_cancels_its_input),
        cmocka_unit_test(the_end_of_an_input_may_race_with_its_limit),
        cmocka_unit_test(timers_fire_in_the_order_of_their_times),
        cmocka_unit_test(an_earlier_timer_overtakes_a_sleeping_thread),
        cmocka_unit_test(cancels_may_race_with_firing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
