/* Waiting: time limits, wake-ups, and waits that would never end. */
#include "async/futures.h"

static void a_wait_without_time_only_looks(void **state)
{
    (void)state;
    dynox_future *promise = pending();
    assert_int_equal(dynox_future_wait(promise, 0), DYNOX_E_TIMEOUT);
    settle(dynox_future_acquire(promise), 1);
    assert_int_equal(dynox_future_wait(promise, 0), DYNOX_OK);
    dynox_future_release(promise);
    dynox_future_release(promise);
}

static void a_wait_ends_with_its_time_and_the_future_stays(void **state)
{
    (void)state;
    dynox_future *promise = pending();
    assert_int_equal(dynox_future_wait(promise, 3), DYNOX_E_TIMEOUT);
    assert_false(dynox_future_done(promise));
    settle(promise, 1);
    assert_int_equal(join_number(promise), 1);
}

static void *settle_later(void *arg)
{
    sleep_ms(10); /* long enough for the waiter to fall asleep */
    settle(arg, 7);
    return NULL;
}

static void *wait_for_ever(void *arg)
{
    return dynox_future_wait(arg, -1) == DYNOX_OK ? arg : NULL;
}

static void every_sleeping_waiter_is_woken(void **state)
{
    (void)state;
    dynox_future *promise = pending();
    pthread_t     waiters[4];
    for (int i = 0; i < 4; i++)
        waiters[i] = start(wait_for_ever, promise);
    pthread_t settler = start(settle_later, promise);
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(waiters[i], &result);
        assert_ptr_equal(result, promise);
    }
    pthread_join(settler, NULL);
    assert_int_equal(join_number(promise), 7);
}

/* ---- waits that only this thread could end ---- */

typedef struct probe {
    dynox_future *wanted;
    dynox_status  status;
} probe;

static dynox_outcome wait_here(dynox_future *future, void *arg)
{
    (void)future;
    probe *it  = arg;
    it->status = dynox_future_wait(it->wanted, -1);
    return dynox_pass();
}

/* Waits on `on` for `wanted`, which `unblock` settles afterwards; returns what the wait came to. */
static dynox_status wait_on(dynox_executor *on, dynox_future *wanted, dynox_future *unblock)
{
    probe it = {.wanted = wanted};
    assert_int_equal(dynox_join_void(dynox_then(settled(1), wait_here, &it, .on = on)), DYNOX_OK);
    settle(unblock, 1);
    assert_int_equal(dynox_future_wait(wanted, -1), DYNOX_OK);
    return it.status;
}

static void waiting_on_an_executor_for_what_needs_it_is_refused(void **state)
{
    (void)state;
    dynox_strand   *strand  = dynox_strand_new("one");
    dynox_executor *on      = dynox_strand_executor(strand);
    dynox_future   *promise = pending(), *wanted = dynox_then(promise, add_one, NULL, .on = on);
    assert_int_equal(wait_on(on, wanted, promise), DYNOX_E_DEADLOCK);
    assert_int_equal(join_number(wanted), 2);
    dynox_strand_free(strand);
}

static void waiting_in_a_callback_for_another_callback_is_refused(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *wanted = dynox_then(promise, add_one, NULL);
    assert_int_equal(wait_on(NULL, wanted, promise), DYNOX_E_DEADLOCK);
    dynox_future_release(wanted);
}

static void the_need_is_seen_through_chains_and_combinations(void **state)
{
    (void)state;
    dynox_strand   *one = dynox_strand_new("one"), *two = dynox_strand_new("two");
    dynox_executor *on      = dynox_strand_executor(one);
    dynox_future   *promise = pending();
    dynox_future   *wanted  = dynox_then(promise, add_one, NULL, .on = on);
    wanted                  = dynox_then(wanted, add_one, NULL, .on = dynox_strand_executor(two));
    wanted                  = dynox_gather(settled(1), dynox_timeout(wanted, 100000));
    assert_int_equal(wait_on(on, wanted, promise), DYNOX_E_DEADLOCK);
    dynox_future_release(wanted);
    dynox_strand_free(one);
    dynox_strand_free(two);
}

static void any_is_no_deadlock_while_one_input_can_come_from_elsewhere(void **state)
{
    (void)state;
    dynox_strand   *strand = dynox_strand_new("one");
    dynox_executor *on     = dynox_strand_executor(strand);
    dynox_future   *never = pending(), *other = pending(), *nap = dynox_sleep(5);
    dynox_future   *wanted = dynox_any(dynox_then(never, add_one, NULL, .on = on), nap);
    assert_int_equal(wait_on(on, wanted, other), DYNOX_OK);
    dynox_future_release(wanted);
    dynox_future_release(other);
    settle(never, 1);
    dynox_strand_free(strand);
}

static dynox_outcome continue_with(dynox_future *future, void *arg)
{
    (void)future;
    return dynox_continue(arg);
}

static void a_handler_that_has_run_is_needed_no_more(void **state)
{
    (void)state;
    dynox_strand   *strand = dynox_strand_new("one");
    dynox_executor *on     = dynox_strand_executor(strand);
    dynox_future   *inner = pending(), *other = pending();
    dynox_future   *wanted = dynox_then(settled(1), continue_with, inner, .on = on);
    dynox_join_void(dynox_then(settled(1), NULL, NULL, .on = on)); /* behind the handler on the same strand */
    pthread_t settler = start(settle_later, inner);
    assert_int_equal(wait_on(on, wanted, other), DYNOX_OK);
    pthread_join(settler, NULL);
    dynox_future_release(wanted);
    dynox_future_release(other);
    dynox_strand_free(strand);
}

static void wait_for_a_sleep(dynox_future *future, void *arg)
{
    (void)future;
    probe        *it  = arg;
    dynox_future *nap = dynox_sleep(100000);
    it->status        = dynox_future_wait(nap, -1);
    dynox_future_drop(&nap);
    settle(it->wanted, 1);
}

static void waiting_on_the_timer_thread_for_a_timer_is_refused(void **state)
{
    (void)state;
    probe         it   = {.wanted = pending()};
    dynox_future *nap  = dynox_sleep(5);
    dynox_future *over = it.wanted;
    dynox_future_on_done(nap, dynox_executor_inline(), wait_for_a_sleep, &it);
    assert_int_equal(join_number(over), 1);
    assert_int_equal(it.status, DYNOX_E_DEADLOCK);
    dynox_future_release(nap);
}

static void wait_for_what_is_behind(dynox_future *future, void *arg)
{
    (void)future;
    probe *it  = arg;
    it->status = dynox_future_wait(it->wanted, -1);
}

static void a_wait_inside_inline_work_runs_what_is_queued_behind_it(void **state)
{
    (void)state;
    dynox_future *promise = pending();
    probe         it      = {.status = DYNOX_E_INTERNAL};
    dynox_future_on_done(promise, dynox_executor_inline(), wait_for_what_is_behind, &it);
    it.wanted = dynox_then(promise, add_one, NULL, .on = dynox_executor_inline());
    settle(promise, 1);
    assert_int_equal(it.status, DYNOX_OK);
    assert_int_equal(join_number(it.wanted), 2);
}

static dynox_outcome call_synchronously(dynox_future *future, void *arg)
{
    (void)arg;
    (void)future;
    return dynox_join_void(dynox_sleep(1)) == DYNOX_OK ? dynox_pass() : dynox_fail(DYNOX_E_INTERNAL);
}

static void a_callback_may_block_for_what_runs_elsewhere(void **state)
{
    (void)state;
    assert_int_equal(join_number(dynox_then(settled(4), call_synchronously, NULL)), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_without_time_only_looks),
        cmocka_unit_test(a_wait_ends_with_its_time_and_the_future_stays),
        cmocka_unit_test(every_sleeping_waiter_is_woken),
        cmocka_unit_test(waiting_on_an_executor_for_what_needs_it_is_refused),
        cmocka_unit_test(waiting_in_a_callback_for_another_callback_is_refused),
        cmocka_unit_test(the_need_is_seen_through_chains_and_combinations),
        cmocka_unit_test(any_is_no_deadlock_while_one_input_can_come_from_elsewhere),
        cmocka_unit_test(a_handler_that_has_run_is_needed_no_more),
        cmocka_unit_test(waiting_on_the_timer_thread_for_a_timer_is_refused),
        cmocka_unit_test(a_wait_inside_inline_work_runs_what_is_queued_behind_it),
        cmocka_unit_test(a_callback_may_block_for_what_runs_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
