/* dynox_run: a coroutine on a loop of the calling thread. */
#include "async/service.h"
#include <pthread.h>

static pthread_t runner;

DYNOX_ASYNC(int, stays_here, (int pauses;), (thing * it; int i; int elsewhere;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->pauses; my->i++) {
        my->elsewhere += !pthread_equal(runner, pthread_self());
        DYNOX_AWAIT(my->it, get_thing(my->i));
        thing_free(my->it);
    }
    DYNOX_RETURN(my->elsewhere);
    DYNOX_END
}

static void the_coroutine_runs_on_the_calling_thread_only(void **state)
{
    (void)state;
    int elsewhere = -1;
    runner        = pthread_self();
    assert_int_equal(dynox_run(DYNOX_CALL(stays_here, .pauses = 100), &elsewhere), DYNOX_OK);
    assert_int_equal(elsewhere, 0);
    assert_null(dynox_executor_current());
    no_thing_is_left();
}

DYNOX_ASYNC(void *, fails, (), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(dynox_sleep(1));
    DYNOX_THROW(DYNOX_E_NOT_FOUND);
    DYNOX_END
}

static void its_error_is_returned(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(dynox_run_void(DYNOX_CALL(fails), .error = &error), DYNOX_E_NOT_FOUND);
    assert_int_equal(error.status, DYNOX_E_NOT_FOUND);
    assert_int_equal(dynox_run_void(DYNOX_CALL(fails)), DYNOX_E_NOT_FOUND);
}

static void any_future_can_be_run(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_int_equal(dynox_run_void(dynox_gather(DYNOX_CALL(stays_here, .pauses = 3), dynox_sleep(1))), DYNOX_OK);
    assert_int_equal(dynox_run(dynox_future_of(dynox_ok_int(7)), &value), DYNOX_OK);
    assert_int_equal(value, 7);
    no_thing_is_left();
}

/* ---- nesting ---- */

DYNOX_ASYNC(int, runs_another, (int depth;), (int below; dynox_executor * mine; dynox_status status;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(dynox_sleep(0));
    my->mine = dynox_executor_current();
    if (my->depth > 0) {
        my->status = dynox_run(DYNOX_CALL(runs_another, .depth = my->depth - 1), &my->below);
        if (my->status != DYNOX_OK) DYNOX_THROW(my->status);
    }
    if (my->mine != dynox_executor_current()) DYNOX_THROW(DYNOX_E_INTERNAL);
    DYNOX_AWAIT_VOID(dynox_sleep(0));
    if (my->mine != dynox_executor_current()) DYNOX_THROW(DYNOX_E_INTERNAL);
    DYNOX_RETURN(my->below + 1);
    DYNOX_END
}

static void runs_nest_and_restore_the_executor(void **state)
{
    (void)state;
    int depth = 0;
    assert_int_equal(dynox_run(DYNOX_CALL(runs_another, .depth = 12), &depth), DYNOX_OK);
    assert_int_equal(depth, 13);
    assert_null(dynox_executor_current());
    assert_int_equal(dynox_join(DYNOX_CALL(runs_another, .depth = 2), &depth), DYNOX_OK); /* on the callback thread */
    assert_int_equal(depth, 3);
}

/* ---- what is left at the end ---- */

static int ended;
DYNOX_ASYNC(void *, background, (), (int i;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(dynox_sleep(1000 * 60 * 60));
    DYNOX_FINALLY
    for (my->i = 0; my->i < 3; my->i++)
        DYNOX_AWAIT_VOID(dynox_sleep(1));
    ended++;
    DYNOX_END
}

DYNOX_ASYNC(void *, forgets, (int count;), (int i;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->count; my->i++)
        dynox_future_release(DYNOX_CALL(background));
    DYNOX_AWAIT_VOID(dynox_sleep(1));
    DYNOX_FINALLY
    dynox_future_release(DYNOX_CALL(background));
    DYNOX_END
}

static void coroutines_that_were_forgotten_are_ended_with_the_run(void **state)
{
    (void)state;
    ended = 0;
    assert_int_equal(dynox_run_void(DYNOX_CALL(forgets, .count = 100)), DYNOX_OK);
    assert_int_equal(ended, 101);
}

/* ---- time limit ---- */

static void a_time_limit_cancels_the_coroutine_which_still_cleans_up(void **state)
{
    (void)state;
    dynox_error error = {0};
    ended             = 0;
    assert_int_equal(dynox_run_void(DYNOX_CALL(background), .timeout_ms = 2, .error = &error), DYNOX_E_TIMEOUT);
    assert_int_equal(error.status, DYNOX_E_TIMEOUT);
    assert_int_equal(ended, 1);
    assert_int_equal(dynox_run_void(DYNOX_CALL(fails), .timeout_ms = 60000), DYNOX_E_NOT_FOUND);
    for (int i = 0; i < 50; i++) { /* the limit passes about when the coroutine ends */
        dynox_status status = dynox_run_void(DYNOX_CALL(fails), .timeout_ms = 1);
        assert_true(status == DYNOX_E_NOT_FOUND || status == DYNOX_E_TIMEOUT);
    }
}

/* ---- out of memory ---- */

DYNOX_ASYNC(int, inner_run, (), (int value; dynox_status status;))
{
    DYNOX_BEGIN
    my->status = dynox_run(DYNOX_CALL(stays_here, .pauses = 1), &my->value);
    if (my->status != DYNOX_OK) DYNOX_THROW(my->status);
    DYNOX_AWAIT(my->value, DYNOX_CALL(stays_here, .pauses = 1));
    DYNOX_RETURN(my->value);
    DYNOX_END
}

static void run_once(void *arg)
{
    int value = -1;
    (void)arg;
    long before         = atomic_load(&test_blocks);
    runner              = pthread_self();
    dynox_status status = dynox_run(DYNOX_CALL(inner_run), &value, .timeout_ms = 60000);
    blocks_come_back_to(before);
    if (status == DYNOX_OK)
        assert_int_equal(value, 0);
    else
        assert_int_equal(status, DYNOX_E_NO_MEMORY);
    assert_null(dynox_executor_current());
    no_thing_is_left();
}

static void without_memory_it_is_an_error(void **state)
{
    (void)state;
    test_every_allocation_failing(run_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_it_is_an_error), /* first: no thread may run when the allocator changes */
        cmocka_unit_test(the_coroutine_runs_on_the_calling_thread_only),
        cmocka_unit_test(its_error_is_returned),
        cmocka_unit_test(any_future_can_be_run),
        cmocka_unit_test(runs_nest_and_restore_the_executor),
        cmocka_unit_test(coroutines_that_were_forgotten_are_ended_with_the_run),
        cmocka_unit_test(a_time_limit_cancels_the_coroutine_which_still_cleans_up),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
