/* Groups: at most so many at a time, the first error ends the rest, one join for all. */
#include "async/service.h"

static _Atomic int in_flight, most_in_flight, jobs_started;

static dynox_outcome job(void *fail)
{
    int running = atomic_fetch_add(&in_flight, 1) + 1;
    int most    = atomic_load(&most_in_flight);
    atomic_fetch_add(&jobs_started, 1);
    while (running > most && !atomic_compare_exchange_weak(&most_in_flight, &most, running)) {
    }
    pause_us(200);
    atomic_fetch_sub(&in_flight, 1);
    return fail ? dynox_fail(DYNOX_E_SERVER) : dynox_ok(thing_new(1), &thing_type);
}

static dynox_pool *wide; /* more threads than any limit here */

static dynox_future *work(bool fail)
{
    return dynox_pool_run(wide, job, fail ? &wide : NULL);
}

/* A pool for each test: a cancelled job may run on after its future is settled, and must not be counted by the next. */
static int start(void **state)
{
    (void)state;
    atomic_store(&in_flight, 0);
    atomic_store(&most_in_flight, 0);
    atomic_store(&jobs_started, 0);
    wide = dynox_pool_new(.threads = 16);
    return wide ? 0 : -1;
}
static int stop(void **state)
{
    (void)state;
    dynox_pool_free(wide);
    no_thing_is_left(); /* no job runs any more */
    return 0;
}

DYNOX_ASYNC(void *, run_many, (int count; size_t limit; int fail_at;), (dynox_group * group; int i;))
{
    DYNOX_BEGIN
    my->group = dynox_group_new(my->limit);
    for (my->i = 0; my->i < my->count; my->i++) {
        DYNOX_AWAIT_VOID(dynox_group_slot(my->group));
        dynox_group_add(my->group, work(my->i == my->fail_at));
    }
    DYNOX_AWAIT_VOID(dynox_group_join(my->group));
    DYNOX_FINALLY
    dynox_group_cancel(my->group);
    DYNOX_TRY_VOID(dynox_group_join(my->group)) {
    }
    dynox_group_free(my->group);
    DYNOX_END
}

static void a_coroutine_keeps_to_the_limit(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(DYNOX_CALL(run_many, .count = 200, .limit = 6, .fail_at = -1)), DYNOX_OK);
    assert_int_equal(atomic_load(&jobs_started), 200);
    assert_in_range(atomic_load(&most_in_flight), 2, 6);
    no_thing_is_left();
}

static void the_first_error_stops_the_loop_through_the_slot(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(DYNOX_CALL(run_many, .count = 100000, .limit = 6, .fail_at = 50)), DYNOX_E_SERVER);
    assert_in_range(atomic_load(&jobs_started), 1, 100000 - 1);
    no_thing_is_left();
}

static void a_cancelled_coroutine_leaves_nothing_in_flight(void **state)
{
    (void)state;
    for (int round = 0; round < 30; round++) {
        dynox_future *future = DYNOX_CALL(run_many, .count = 100000, .limit = 6, .fail_at = -1);
        pause_us(round * 50);
        dynox_future_cancel(future);
        assert_int_equal(dynox_join_void(future), DYNOX_E_CANCELLED);
    }
    no_thing_is_left();
}

static void a_plain_thread_can_use_one(void **state)
{
    (void)state;
    dynox_group *group = dynox_group_new(4);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(dynox_join_void(dynox_group_slot(group)), DYNOX_OK);
        dynox_group_add(group, work(false));
    }
    assert_int_equal(dynox_join_void(dynox_group_join(group)), DYNOX_OK);
    assert_in_range(atomic_load(&most_in_flight), 1, 4);
    /* It can be used again. */
    dynox_group_add(group, work(false));
    assert_int_equal(dynox_join_void(dynox_group_join(group)), DYNOX_OK);
    assert_int_equal(atomic_load(&jobs_started), 101);
    dynox_group_free(group);
    no_thing_is_left();
}

static void the_join_carries_the_first_error_in_time_with_its_details(void **state)
{
    (void)state;
    dynox_group  *group = dynox_group_new(0);
    dynox_future *first = dynox_promise_new(NULL), *second = dynox_promise_new(NULL), *third = dynox_sleep(3600000);
    dynox_error   why = {0}, got = {0};
    dynox_error_set(&why, DYNOX_E_CONDITION_FAILED, "the first");
    dynox_group_add(group, dynox_future_acquire(first));
    dynox_group_add(group, dynox_future_acquire(third));
    dynox_future *joined = dynox_group_join(group);
    assert_true(dynox_promise_settle(second, dynox_fail_with(&why)));
    dynox_group_add(group, second);
    assert_int_equal(dynox_future_error(third), DYNOX_E_CANCELLED); /* the rest was cancelled */
    assert_false(dynox_promise_settle(first, dynox_fail(DYNOX_E_TLS)));
    assert_int_equal(dynox_join_void(joined, .error = &got), DYNOX_E_CONDITION_FAILED);
    assert_string_equal(got.message, "the first");
    dynox_future *late = dynox_sleep(3600000);
    dynox_group_add(group, dynox_future_acquire(late));
    assert_int_equal(dynox_future_error(late), DYNOX_E_CANCELLED); /* added after the failure */
    assert_int_equal(dynox_join_void(dynox_group_slot(group)), DYNOX_E_CONDITION_FAILED);
    assert_int_equal(dynox_join_void(dynox_group_join(group)), DYNOX_E_CONDITION_FAILED);
    dynox_future_release(first);
    dynox_future_release(third);
    dynox_future_release(late);
    dynox_group_free(group);
}

static void freeing_one_never_blocks_and_cancels_what_is_in_flight(void **state)
{
    (void)state;
    dynox_group  *group = dynox_group_new(1);
    dynox_future *sleep = dynox_sleep(3600000);
    dynox_group_add(group, dynox_future_acquire(sleep));
    dynox_future *slot   = dynox_group_slot(group);
    dynox_future *joined = dynox_group_join(group);
    dynox_group_free(group);
    assert_int_equal(dynox_future_error(sleep), DYNOX_E_CANCELLED);
    assert_int_equal(dynox_join_void(slot), DYNOX_E_CANCELLED);
    assert_int_equal(dynox_join_void(joined), DYNOX_E_CANCELLED);
    dynox_future_release(sleep);
    dynox_group_free(NULL);
}

static void waiting_can_be_given_up_and_done_again(void **state)
{
    (void)state;
    dynox_group  *group = dynox_group_new(1);
    dynox_future *gate  = dynox_promise_new(NULL);
    dynox_group_add(group, dynox_future_acquire(gate));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(dynox_join_void(dynox_group_slot(group), .timeout_ms = 1), DYNOX_E_TIMEOUT);
        assert_int_equal(dynox_join_void(dynox_group_join(group), .timeout_ms = 1), DYNOX_E_TIMEOUT);
    }
    dynox_future *slot = dynox_group_slot(group), *joined = dynox_group_join(group);
    assert_false(dynox_future_done(slot));
    dynox_promise_settle(gate, dynox_ok(NULL, NULL));
    dynox_future_release(gate);
    assert_int_equal(dynox_join_void(slot), DYNOX_OK);
    assert_int_equal(dynox_join_void(joined), DYNOX_OK);
    dynox_group_free(group);
}

DYNOX_ASYNC(void *, produces, (dynox_group * group; int count;), (int i;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->count; my->i++) {
        DYNOX_AWAIT_VOID(dynox_group_slot(my->group));
        dynox_group_add(my->group, work(false));
    }
    DYNOX_END
}

static void a_null_group_refuses(void **state)
{
    (void)state;
    dynox_future *added = dynox_sleep(60000);
    dynox_group_add(NULL, dynox_future_acquire(added));
    assert_int_equal(dynox_join_void(added), DYNOX_E_CANCELLED);
    assert_int_equal(dynox_join_void(dynox_group_slot(NULL)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_group_join(NULL)), DYNOX_E_ARGUMENT);
    dynox_group_cancel(NULL);
    dynox_group_free(NULL);
}

static void several_producers_get_through(void **state)
{
    (void)state;
    dynox_group  *group = dynox_group_new(3);
    dynox_future *a     = DYNOX_CALL(produces, .group = group, .count = 100);
    dynox_future *b     = DYNOX_CALL(produces, .group = group, .count = 100);
    dynox_future *c     = DYNOX_CALL(produces, .group = group, .count = 100);
    assert_int_equal(dynox_join_void(dynox_gather(a, b, c)), DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_group_join(group)), DYNOX_OK);
    assert_int_equal(atomic_load(&jobs_started), 300);
    assert_in_range(atomic_load(&most_in_flight), 1, 3 + 2);
    dynox_group_free(group);
    no_thing_is_left();
}

DYNOX_ASYNC(void *, pauses, (dynox_future * until;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(my->until);
    DYNOX_END
}
DYNOX_ASYNC(dynox_status, joins_by_blocking, (dynox_future * gate;),
            (dynox_group * group; dynox_status status; dynox_future * joined;))
{
    DYNOX_BEGIN
    my->group = dynox_group_new(0);
    dynox_group_add(my->group, DYNOX_CALL(pauses, .until = dynox_future_acquire(my->gate)));
    my->joined = dynox_group_join(my->group);
    my->status = dynox_future_wait(my->joined, -1);
    dynox_promise_settle(my->gate, dynox_ok(NULL, NULL));
    DYNOX_AWAIT_VOID(my->joined);
    DYNOX_RETURN(my->status);
    DYNOX_FINALLY
    dynox_group_free(my->group);
    DYNOX_END
}
static void a_wait_that_only_this_executor_could_end_is_refused(void **state)
{
    (void)state;
    dynox_status  status = DYNOX_OK;
    dynox_future *gate   = dynox_promise_new(NULL);
    assert_int_equal(dynox_join(DYNOX_CALL(joins_by_blocking, .gate = gate), &status), DYNOX_OK);
    assert_int_equal(status, DYNOX_E_DEADLOCK);
    dynox_future_release(gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_coroutine_keeps_to_the_limit, start, stop),
        cmocka_unit_test_setup_teardown(the_first_error_stops_the_loop_through_the_slot, start, stop),
        cmocka_unit_test_setup_teardown(a_cancelled_coroutine_leaves_nothing_in_flight, start, stop),
        cmocka_unit_test_setup_teardown(a_plain_thread_can_use_one, start, stop),
        cmocka_unit_test_setup_teardown(the_join_carries_the_first_error_in_time_with_its_details, start, stop),
        cmocka_unit_test_setup_teardown(freeing_one_never_blocks_and_cancels_what_is_in_flight, start, stop),
        cmocka_unit_test_setup_teardown(waiting_can_be_given_up_and_done_again, start, stop),
        cmocka_unit_test_setup_teardown(a_null_group_refuses, start, stop),
        cmocka_unit_test_setup_teardown(several_producers_get_through, start, stop),
        cmocka_unit_test_setup_teardown(a_wait_that_only_this_executor_could_end_is_refused, start, stop),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
