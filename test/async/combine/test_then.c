/* Chains: values and errors on their way down, cancels on their way up. */
#include "async/futures.h"

static dynox_executor *here(void)
{
    return dynox_executor_inline();
}

static void a_chain_of_a_hundred_thousand_links_needs_no_stack(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *last = promise;
    for (int i = 0; i < 100000; i++)
        last = dynox_then(last, add_one, NULL, .on = here());
    settle(promise, 0);
    assert_int_equal(join_number(last), 100000);
}

static void cancelling_a_hundred_thousand_links_needs_no_stack(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *last = promise;
    for (int i = 0; i < 100000; i++)
        last = dynox_then(last, add_one, NULL, .on = here());
    dynox_future_cancel(last);
    assert_int_equal(dynox_future_error(last), DYNOX_E_CANCELLED);
    dynox_future_release(last);
    assert_false(settle(promise, 0));
}

static dynox_outcome recover(dynox_future *future, void *arg)
{
    *(dynox_status *)arg = dynox_future_error(future);
    return dynox_ok(number(42), &number_type);
}

static void an_error_passes_value_handlers_and_reaches_the_error_handler(void **state)
{
    (void)state;
    dynox_status  seen    = DYNOX_OK;
    dynox_future *promise = pending();
    dynox_future *last    = dynox_then(promise, add_one, NULL, .on = here());
    last                  = dynox_then(last, add_one, &seen, .on_error = recover, .on = here());
    last                  = dynox_then(last, add_one, NULL, .on = here());
    fail_it(promise, DYNOX_E_SERVER);
    assert_int_equal(join_number(last), 43);
    assert_int_equal(seen, DYNOX_E_SERVER);
}

static void details_travel_down_the_chain(void **state)
{
    (void)state;
    dynox_error error = {0}, seen = {0};
    dynox_error_set(&error, DYNOX_E_VALIDATION, "the key is empty");
    dynox_future *last = dynox_future_of(dynox_fail_with(&error));
    last               = dynox_then(last, add_one, NULL, .on = here());
    last               = dynox_then(last, NULL, NULL, .on = here());
    assert_int_equal(dynox_join_void(last, .error = &seen), DYNOX_E_VALIDATION);
    assert_string_equal(seen.message, "the key is empty");
}

static dynox_outcome fail_there(dynox_future *future, void *arg)
{
    (void)future;
    return dynox_fail_with(arg);
}

static void a_handler_can_fail_with_details(void **state)
{
    (void)state;
    dynox_error error = {0}, seen = {0};
    dynox_error_set(&error, DYNOX_E_VALUE, "seven");
    atomic_store(&destroyed, 0);
    dynox_future *last = dynox_then(settled(1), fail_there, &error, .on = here());
    assert_int_equal(dynox_join_void(last, .error = &seen), DYNOX_E_VALUE);
    assert_string_equal(seen.message, "seven");
    assert_int_equal(atomic_load(&destroyed), 1); /* the input's value, which nobody took */
}

static dynox_outcome pass_on(dynox_future *future, void *arg)
{
    (void)future;
    (void)arg;
    return dynox_pass();
}

static void passing_moves_the_value_on(void **state)
{
    (void)state;
    atomic_store(&destroyed, 0);
    dynox_future *last = dynox_then(settled(8), pass_on, NULL, .on = here());
    assert_int_equal(join_number(dynox_then(last, NULL, NULL, .on = here())), 8);
    assert_int_equal(atomic_load(&destroyed), 0);
}

static void passing_a_value_that_somebody_took_is_an_error(void **state)
{
    (void)state;
    int          *value;
    dynox_future *future = settled(8);
    DYNOX_TAKE(value, future);
    free(value);
    assert_int_equal(dynox_join_void(dynox_then(future, NULL, NULL, .on = here())), DYNOX_E_TAKEN);
}

static void a_future_without_a_value_may_be_passed_on_many_times(void **state)
{
    (void)state;
    dynox_future *barrier = dynox_promise_new(NULL);
    dynox_future *a       = dynox_then(dynox_future_acquire(barrier), NULL, NULL, .on = here());
    dynox_future *b       = dynox_then(dynox_future_acquire(barrier), NULL, NULL, .on = here());
    dynox_promise_settle(barrier, dynox_ok(NULL, NULL));
    assert_int_equal(dynox_join_void(a), DYNOX_OK);
    assert_int_equal(dynox_join_void(b), DYNOX_OK);
    dynox_future_release(barrier);
}

static dynox_outcome continue_with(dynox_future *future, void *arg)
{
    (void)future;
    return dynox_continue(arg);
}

static void a_handler_may_continue_with_another_future(void **state)
{
    (void)state;
    dynox_future *inner = pending(), *outer = dynox_then(settled(1), continue_with, inner, .on = here());
    assert_false(dynox_future_done(outer));
    settle(inner, 9);
    assert_int_equal(join_number(outer), 9);
}

static void a_cancel_reaches_the_source_of_the_chain(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *mine = dynox_future_acquire(promise);
    dynox_future *last = dynox_then(dynox_then(promise, add_one, NULL, .on = here()), add_one, NULL, .on = here());
    dynox_future_cancel(last);
    assert_int_equal(dynox_future_error(mine), DYNOX_E_CANCELLED);
    assert_int_equal(dynox_future_error(last), DYNOX_E_CANCELLED);
    settle(mine, 1);
    dynox_future_release(mine);
    dynox_future_release(last);
}

static void a_cancel_reaches_what_the_handler_continued_with(void **state)
{
    (void)state;
    dynox_future *inner = pending(), *mine = dynox_future_acquire(inner);
    dynox_future *outer = dynox_then(settled(1), continue_with, inner, .on = here());
    dynox_future_cancel(outer);
    assert_int_equal(dynox_future_error(mine), DYNOX_E_CANCELLED);
    assert_int_equal(dynox_join_void(outer), DYNOX_E_CANCELLED);
    settle(mine, 1);
    dynox_future_release(mine);
}

typedef struct self_cancel {
    dynox_future *outer, *inner;
} self_cancel;

static dynox_outcome cancel_then_continue(dynox_future *future, void *arg)
{
    (void)future;
    self_cancel *it = arg;
    dynox_future_cancel(it->outer);
    return dynox_continue(it->inner);
}

static void a_cancel_while_the_handler_runs_reaches_what_it_continues_with(void **state)
{
    (void)state;
    self_cancel   it      = {.inner = pending()};
    dynox_future *promise = pending(), *mine = dynox_future_acquire(it.inner);
    it.outer = dynox_then(promise, cancel_then_continue, &it, .on = here());
    settle(promise, 1);
    assert_int_equal(dynox_join_void(it.outer), DYNOX_E_CANCELLED);
    settle(mine, 1);
    dynox_future_release(mine);
}

static void the_default_is_the_callback_thread(void **state)
{
    (void)state;
    dynox_future *last = settled(0);
    for (int i = 0; i < 100; i++)
        last = dynox_then(last, add_one, NULL);
    assert_int_equal(join_number(last), 100);
}

static void nothing_to_wait_for_is_an_error_like_others(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(dynox_then(NULL, add_one, NULL)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_shield(NULL)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_timeout(NULL, 1)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_future_of(dynox_continue(NULL))), DYNOX_E_ARGUMENT);
}

/* ---- shield ---- */

static void a_shield_keeps_cancels_from_its_input(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *shield = dynox_shield(promise);
    dynox_future_cancel(shield);
    assert_int_equal(dynox_future_error(shield), DYNOX_E_CANCELLED);
    assert_false(dynox_future_done(promise));
    dynox_future_release(shield);
    settle(promise, 6);
    assert_int_equal(join_number(promise), 6);
}

static void a_shield_settles_like_its_input_and_leaves_it_the_value(void **state)
{
    (void)state;
    dynox_error   error = {0}, seen = {0};
    dynox_future *promise = pending(), *shield = dynox_shield(promise);
    settle(promise, 6);
    assert_int_equal(dynox_join_void(shield), DYNOX_OK);
    assert_int_equal(join_number(promise), 6);
    dynox_error_set(&error, DYNOX_E_VALUE, "six");
    promise = dynox_future_of(dynox_fail_with(&error));
    assert_int_equal(dynox_join_void(dynox_shield(promise), .error = &seen), DYNOX_E_VALUE);
    assert_string_equal(seen.message, "six");
    dynox_future_release(promise);
}

/* ---- promises that follow others ---- */

static void a_promise_can_be_settled_with_a_future(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *inner = pending();
    assert_true(dynox_promise_settle(promise, dynox_continue(inner)));
    assert_false(dynox_future_done(promise));
    settle(inner, 5);
    assert_int_equal(join_number(promise), 5);
    promise = pending();
    dynox_future_cancel(promise);
    inner = pending();
    assert_false(dynox_promise_settle(promise, dynox_continue(dynox_future_acquire(inner))));
    assert_int_equal(dynox_future_error(inner), DYNOX_E_CANCELLED);
    dynox_future_release(promise);
    settle(inner, 1);
    dynox_future_release(inner);
}

static void a_promise_has_nothing_to_pass(void **state)
{
    (void)state;
    dynox_future *promise = pending();
    dynox_promise_settle(promise, dynox_pass());
    assert_int_equal(dynox_join_void(promise), DYNOX_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_of_a_hundred_thousand_links_needs_no_stack),
        cmocka_unit_test(cancelling_a_hundred_thousand_links_needs_no_stack),
        cmocka_unit_test(an_error_passes_value_handlers_and_reaches_the_error_handler),
        cmocka_unit_test(details_travel_down_the_chain),
        cmocka_unit_test(a_handler_can_fail_with_details),
        cmocka_unit_test(passing_moves_the_value_on),
        cmocka_unit_test(passing_a_value_that_somebody_took_is_an_error),
        cmocka_unit_test(a_future_without_a_value_may_be_passed_on_many_times),
        cmocka_unit_test(a_handler_may_continue_with_another_future),
        cmocka_unit_test(a_cancel_reaches_the_source_of_the_chain),
        cmocka_unit_test(a_cancel_reaches_what_the_handler_continued_with),
        cmocka_unit_test(a_cancel_while_the_handler_runs_reaches_what_it_continues_with),
        cmocka_unit_test(the_default_is_the_callback_thread),
        cmocka_unit_test(nothing_to_wait_for_is_an_error_like_others),
        cmocka_unit_test(a_shield_keeps_cancels_from_its_input),
        cmocka_unit_test(a_shield_settles_like_its_input_and_leaves_it_the_value),
        cmocka_unit_test(a_promise_can_be_settled_with_a_future),
        cmocka_unit_test(a_promise_has_nothing_to_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
