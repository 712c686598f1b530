/* A whole program of coroutines, cancelled at random times from another thread: nothing may be left, ever. */
#include "async/dashboard.h"

/* Cycles through the classes of random delays: none, short, about the length of a run. */
static long random_us(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return (long)(*seed >> 8) % (long[]){1, 100, 400, 3000}[(*seed >> 4) % 4];
}

static void nothing_is_left(void)
{
    no_thing_is_left();
    for (int ms = 0; (atomic_load(&summaries_alive) || dynox_debug_live()) && ms < 10000; ms++)
        pause_us(1000);
    assert_int_equal(atomic_load(&summaries_alive), 0);
    assert_int_equal(atomic_load(&streams_alive), 0);
    if (dynox_debug_live()) dynox_report_leaks(stdout);
    assert_int_equal(dynox_debug_live(), 0);
}

static void it_computes(void **state)
{
    (void)state;
    summary *result = NULL;
    assert_int_equal(dynox_join(DYNOX_CALL(dashboard, .user_id = 4, .page_count = 3, .fail_at = -1), &result),
                     DYNOX_OK);
    assert_int_equal(result->user, 4);
    assert_int_equal(result->orders, 16);
    assert_int_equal(result->score, 210 - 50);
    assert_int_equal(result->notes, 3);
    summary_free(result);
    nothing_is_left();
}

static void it_compensates_a_failure_and_reports_the_first_error(void **state)
{
    (void)state;
    dynox_error error = {0};
    atomic_store(&compensations, 0);
    assert_int_equal(
        dynox_join_void(DYNOX_CALL(dashboard, .user_id = 4, .page_count = 3, .fail_at = 1), .error = &error),
        DYNOX_E_VALIDATION);
    assert_string_equal(error.message, "page 1 is bad");
    assert_int_equal(atomic_load(&compensations), 1);
    nothing_is_left();
}

static void throttling_is_retried_or_reported_with_the_request_id(void **state)
{
    (void)state;
    atomic_store(&service_throttle_every, 4);
    int failures = 0;
    for (int i = 0; i < 20; i++) {
        dynox_error   error = {0};
        dynox_future *f     = DYNOX_CALL(dashboard, .user_id = 4, .page_count = 1, .fail_at = -1);
        if (dynox_join_void(f, .error = &error) == DYNOX_OK) continue;
        failures++;
        assert_int_equal(error.status, DYNOX_E_THROTTLED);
        assert_string_equal(error.request_id, "REQUEST-1");
        assert_true(error.retryable);
    }
    assert_int_not_equal(failures, 0);
    atomic_store(&service_throttle_every, 0);
    nothing_is_left();
}

enum { ROUNDS = 800, AT_ONCE = 4 };

static void eight_hundred_cancels_at_random_times_leave_nothing(void **state)
{
    (void)state;
    unsigned seed        = 42;
    int      outcomes[3] = {0};
    atomic_store(&service_throttle_every, 97);
    for (int round = 0; round < ROUNDS; round += AT_ONCE) {
        dynox_future *running[AT_ONCE];
        atomic_store(&service_delay_us, round % 3 ? 0 : 20);
        for (int i = 0; i < AT_ONCE; i++)
            running[i] = DYNOX_CALL(dashboard, .user_id = i, .page_count = 2, .fail_at = -1);
        for (int i = 0; i < AT_ONCE; i++) {
            pause_us(random_us(&seed));
            dynox_future_cancel(running[i]);
        }
        for (int i = 0; i < AT_ONCE; i++) {
            summary     *result = NULL;
            dynox_status status = dynox_join(running[i], &result);
            outcomes[status == DYNOX_OK ? 0 : status == DYNOX_E_CANCELLED ? 1 : 2]++;
            assert_true(status == DYNOX_OK || status == DYNOX_E_CANCELLED || status == DYNOX_E_THROTTLED);
            assert_int_equal(status == DYNOX_OK, result != NULL);
            summary_free(result);
        }
    }
    atomic_store(&service_throttle_every, 0);
    atomic_store(&service_delay_us, 0);
    printf("%d succeeded, %d cancelled, %d throttled\n", outcomes[0], outcomes[1], outcomes[2]);
    assert_int_not_equal(outcomes[1], 0);
    nothing_is_left();
}

/* The loop thread is this one, so the canceller is another. */
static dynox_outcome cancel_later(void *future)
{
    static unsigned seed = 7;
    pause_us(random_us(&seed));
    dynox_future_cancel(future);
    dynox_future_release(future);
    return dynox_ok(NULL, NULL);
}

static void cancels_from_another_thread_reach_a_run(void **state)
{
    (void)state;
    dynox_pool *canceller = dynox_pool_new(.threads = 1);
    for (int round = 0; round < 200; round++) {
        summary      *result = NULL;
        dynox_loop   *loop   = dynox_loop_new();
        dynox_future *future =
            DYNOX_CALL_ON(dynox_loop_executor(loop), dashboard, .user_id = 1, .page_count = 2, .fail_at = -1);
        dynox_future *cancelled = dynox_pool_run(canceller, cancel_later, dynox_future_acquire(future));
        assert_int_equal(dynox_loop_run(loop, future), DYNOX_OK);
        dynox_status status = dynox_join(future, &result);
        assert_true(status == DYNOX_OK || status == DYNOX_E_CANCELLED);
        summary_free(result);
        assert_int_equal(dynox_join_void(cancelled), DYNOX_OK);
        dynox_loop_free(loop);
    }
    dynox_pool_free(canceller);
    nothing_is_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_computes),
        cmocka_unit_test(it_compensates_a_failure_and_reports_the_first_error),
        cmocka_unit_test(throttling_is_retried_or_reported_with_the_request_id),
        cmocka_unit_test(eight_hundred_cancels_at_random_times_leave_nothing),
        cmocka_unit_test(cancels_from_another_thread_reach_a_run),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
