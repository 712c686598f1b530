/* gather, gather_settled, any and race. */
#include "async/futures.h"

static void gather_succeeds_when_all_have(void **state)
{
    (void)state;
    dynox_future *a = pending(), *b = pending(), *all = dynox_gather(a, b);
    settle(b, 2);
    assert_false(dynox_future_done(all));
    settle(a, 1);
    assert_int_equal(dynox_future_error(all), DYNOX_OK);
    assert_int_equal(dynox_combined_count(all), 2);
    assert_int_equal(*(const int *)dynox_future_peek(dynox_combined_at(all, 1), &number_type), 2);
    assert_null(dynox_combined_at(all, 2));
    assert_true(dynox_combined_winner(all) == SIZE_MAX);
    dynox_future_release(all);
}

static void gather_keeps_the_first_error_and_cancels_the_rest(void **state)
{
    (void)state;
    dynox_error   error = {0};
    dynox_future *a = pending(), *b = pending(), *all = dynox_gather(a, b);
    dynox_error_set(&error, DYNOX_E_VALUE, "first");
    dynox_promise_settle(b, dynox_fail_with(&error));
    assert_int_equal(dynox_future_error(all), DYNOX_E_VALUE);
    assert_string_equal(dynox_future_details(all)->message, "first");
    assert_int_equal(dynox_combined_winner(all), 1);
    assert_int_equal(dynox_future_error(dynox_combined_at(all, 0)), DYNOX_E_CANCELLED);
    settle(a, 1);
    dynox_future_release(all);
}

static void gather_settles_only_when_the_cancelled_have(void **state)
{
    (void)state;
    dynox_future *inner = pending(), *shielded = dynox_shield(inner);
    dynox_future *a    = pending();
    dynox_future *slow = dynox_then(shielded, NULL, NULL); /* settles on the callback thread, a little later */
    dynox_future *all  = dynox_gather(a, slow);
    fail_it(a, DYNOX_E_SERVER);
    assert_int_equal(dynox_future_wait(all, -1), DYNOX_OK);
    assert_true(dynox_future_done(dynox_combined_at(all, 1)));
    assert_int_equal(dynox_future_error(all), DYNOX_E_SERVER);
    dynox_future_release(all);
    settle(inner, 1);
    dynox_future_release(inner);
}

static void gather_settled_never_fails(void **state)
{
    (void)state;
    dynox_future *a = pending(), *b = pending(), *all = dynox_gather_settled(a, b);
    fail_it(a, DYNOX_E_SERVER);
    assert_false(dynox_future_done(b));
    settle(b, 2);
    assert_int_equal(dynox_future_error(all), DYNOX_OK);
    assert_int_equal(dynox_future_error(dynox_combined_at(all, 0)), DYNOX_E_SERVER);
    dynox_future_release(all);
}

static void any_is_the_first_success_with_its_value(void **state)
{
    (void)state;
    dynox_future *a = pending(), *b = pending(), *c = pending(), *one = dynox_any(a, b, c);
    fail_it(a, DYNOX_E_SERVER);
    assert_false(dynox_future_done(one));
    settle(b, 2);
    assert_int_equal(dynox_combined_winner(one), 1);
    assert_int_equal(dynox_future_error(dynox_combined_at(one, 2)), DYNOX_E_CANCELLED);
    assert_int_equal(join_number(one), 2);
    settle(c, 3);
}

static void any_fails_with_the_first_error_when_all_have(void **state)
{
    (void)state;
    dynox_future *a = pending(), *b = pending(), *one = dynox_any(a, b);
    fail_it(b, DYNOX_E_SERVER);
    fail_it(a, DYNOX_E_CONNECT);
    assert_int_equal(dynox_future_error(one), DYNOX_E_SERVER);
    dynox_future_release(one);
}

static void race_is_the_first_to_settle_even_if_it_failed(void **state)
{
    (void)state;
    dynox_future *a = pending(), *b = pending(), *one = dynox_race(a, b);
    fail_it(b, DYNOX_E_SERVER);
    assert_int_equal(dynox_combined_winner(one), 1);
    assert_int_equal(dynox_future_error(dynox_combined_at(one, 0)), DYNOX_E_CANCELLED);
    assert_int_equal(dynox_join_void(one), DYNOX_E_SERVER);
    settle(a, 1);
}

static void a_cancel_goes_to_every_input(void **state)
{
    (void)state;
    for (int how = DYNOX_GATHER; how <= DYNOX_RACE; how++) {
        dynox_future *inputs[2] = {pending(), pending()};
        dynox_future *all       = dynox_combine((dynox_combine_how)how, 2, inputs);
        dynox_future_cancel(all);
        assert_int_equal(dynox_future_error(all), how == DYNOX_GATHER_SETTLED ? DYNOX_OK : DYNOX_E_CANCELLED);
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(dynox_future_error(dynox_combined_at(all, i)), DYNOX_E_CANCELLED);
        dynox_future_release(all);
        for (int i = 0; i < 2; i++)
            settle(inputs[i], 1);
    }
}

static void inputs_may_be_done_already(void **state)
{
    (void)state;
    dynox_future *all = dynox_gather(settled(1), settled(2));
    assert_int_equal(dynox_future_error(all), DYNOX_OK);
    dynox_future_release(all);
    dynox_future *late = pending();
    all                = dynox_gather(dynox_future_of(dynox_fail(DYNOX_E_SERVER)), late);
    assert_int_equal(dynox_future_error(all), DYNOX_E_SERVER);
    dynox_future_release(all);
    settle(late, 1);
    assert_int_equal(join_number(dynox_any(settled(1), settled(2))), 1);
}

static void gathering_nothing_is_done_and_choosing_from_nothing_an_error(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(dynox_combine(DYNOX_GATHER, 0, NULL)), DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_combine(DYNOX_GATHER_SETTLED, 0, NULL)), DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_combine(DYNOX_ANY, 0, NULL)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_combine(DYNOX_RACE, 0, NULL)), DYNOX_E_ARGUMENT);
}

static void inputs_are_consumed_also_when_the_call_is_refused(void **state)
{
    (void)state;
    dynox_future *a = pending(), *mine = dynox_future_acquire(a);
    assert_int_equal(dynox_join_void(dynox_gather(a, NULL)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_future_error(mine), DYNOX_E_CANCELLED);
    settle(mine, 1);
    dynox_future_release(mine);
    a    = pending();
    mine = dynox_future_acquire(a);
    assert_int_equal(dynox_join_void(dynox_combine((dynox_combine_how)17, 1, &a)), DYNOX_E_ARGUMENT);
    assert_true(dynox_future_done(mine));
    settle(mine, 1);
    dynox_future_release(mine);
}

static void what_is_no_combination_has_no_parts(void **state)
{
    (void)state;
    dynox_future *future = settled(1);
    assert_int_equal(dynox_combined_count(future), 0);
    assert_null(dynox_combined_at(future, 0));
    assert_true(dynox_combined_winner(future) == SIZE_MAX);
    dynox_future_release(future);
}

/* A long-lived future in many short races must not gather what the races left behind. */
static void losing_a_race_again_and_again_cancels_the_losers(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        dynox_future *slow = pending();
        assert_int_equal(join_number(dynox_race(slow, settled(i))), i);
        assert_false(settle(slow, 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gather_succeeds_when_all_have),
        cmocka_unit_test(gather_keeps_the_first_error_and_cancels_the_rest),
        cmocka_unit_test(gather_settles_only_when_the_cancelled_have),
        cmocka_unit_test(gather_settled_never_fails),
        cmocka_unit_test(any_is_the_first_success_with_its_value),
        cmocka_unit_test(any_fails_with_the_first_error_when_all_have),
        cmocka_unit_test(race_is_the_first_to_settle_even_if_it_failed),
        cmocka_unit_test(a_cancel_goes_to_every_input),
        cmocka_unit_test(inputs_may_be_done_already),
        cmocka_unit_test(gathering_nothing_is_done_and_choosing_from_nothing_an_error),
        cmocka_unit_test(inputs_are_consumed_also_when_the_call_is_refused),
        cmocka_unit_test(what_is_no_combination_has_no_parts),
        cmocka_unit_test(losing_a_race_again_and_again_cancels_the_losers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
