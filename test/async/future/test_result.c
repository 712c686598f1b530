/* Looking at results: errors and their details, taking, peeking, joining. */
#include "async/futures.h"

static void take_moves_the_value_once(void **state)
{
    (void)state;
    dynox_future *future = settled(5);
    int          *value;
    assert_int_equal(*(const int *)dynox_future_peek(future, &number_type), 5);
    assert_int_equal(DYNOX_TAKE(value, future), DYNOX_OK);
    assert_int_equal(*value, 5);
    free(value);
    assert_int_equal(DYNOX_TAKE(value, future), DYNOX_E_TAKEN);
    assert_null(value);
    assert_null(dynox_future_peek(future, &number_type));
    dynox_future_release(future);
}

static void a_value_of_another_type_is_refused_and_stays(void **state)
{
    (void)state;
    static const dynox_type other  = {.name = "other", .size = sizeof(void *)};
    dynox_future           *future = settled(5);
    void                   *value  = &value;
    assert_int_equal(dynox_future_take(future, &other, &value), DYNOX_E_TYPE);
    assert_null(value);
    assert_null(dynox_future_peek(future, &other));
    long long integer = 7;
    assert_int_equal(DYNOX_TAKE(integer, future), DYNOX_E_TYPE);
    assert_true(integer == 0);
    assert_int_equal(join_number(future), 5);
}

static void nothing_can_be_taken_before_the_end(void **state)
{
    (void)state;
    dynox_future *promise = pending();
    int          *value   = NULL;
    assert_int_equal(DYNOX_TAKE(value, promise), DYNOX_E_PENDING);
    assert_int_equal(dynox_future_error(promise), DYNOX_E_PENDING);
    assert_null(dynox_future_details(promise));
    assert_null(dynox_future_peek(promise, &number_type));
    settle(promise, 1);
    dynox_future_release(promise);
}

static void a_bare_status_has_proper_details(void **state)
{
    (void)state;
    dynox_future      *future  = dynox_future_of(dynox_fail(DYNOX_E_THROTTLED));
    const dynox_error *details = dynox_future_details(future);
    assert_non_null(details);
    assert_int_equal(details->status, DYNOX_E_THROTTLED);
    assert_string_equal(details->message, dynox_status_text(DYNOX_E_THROTTLED));
    dynox_future_release(future);
}

static void details_outlive_the_error_they_were_made_from(void **state)
{
    (void)state;
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_VALUE, "column %d", 14);
    dynox_future *future = dynox_future_of(dynox_fail_with(&error));
    dynox_error_clear(&error);
    assert_int_equal(dynox_future_error(future), DYNOX_E_VALUE);
    assert_string_equal(dynox_future_details(future)->message, "column 14");
    dynox_future_release(future);
}

static void success_has_no_details(void **state)
{
    (void)state;
    dynox_future *future = settled(1);
    assert_null(dynox_future_details(future));
    dynox_future_release(future);
}

static void join_fills_the_error(void **state)
{
    (void)state;
    dynox_error error = {0};
    int        *value = NULL;
    dynox_error_set(&error, DYNOX_E_VALUE, "bad");
    dynox_future *future = dynox_future_of(dynox_fail_with(&error));
    dynox_error   seen   = {0};
    assert_int_equal(dynox_join(future, &value, .error = &seen), DYNOX_E_VALUE);
    assert_null(value);
    assert_string_equal(seen.message, "bad");
    dynox_error_clear(&seen);
}

static void join_with_the_wrong_type_says_so_in_the_error(void **state)
{
    (void)state;
    dynox_error seen  = {0};
    double      value = 1;
    assert_int_equal(dynox_join(settled(1), &value, .error = &seen), DYNOX_E_TYPE);
    assert_int_equal(seen.status, DYNOX_E_TYPE);
    assert_true(value == 0);
}

static void join_that_times_out_cancels_and_consumes(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *mine = dynox_future_acquire(promise);
    dynox_error   seen = {0};
    assert_int_equal(dynox_join_void(promise, .timeout_ms = 1, .error = &seen), DYNOX_E_TIMEOUT);
    assert_int_equal(seen.status, DYNOX_E_TIMEOUT);
    assert_int_equal(dynox_future_error(mine), DYNOX_E_CANCELLED);
    assert_false(settle(mine, 1));
    dynox_future_release(mine);
}

static void join_without_a_place_destroys_the_value(void **state)
{
    (void)state;
    atomic_store(&destroyed, 0);
    assert_int_equal(dynox_join_void(settled(1)), DYNOX_OK);
    assert_int_equal(atomic_load(&destroyed), 1);
}

static void join_understands_arguments_of_an_older_size(void **state)
{
    (void)state;
    dynox_join_args args = {.size = offsetof(dynox_join_args, timeout_ms), .timeout_ms = 1};
    dynox_future   *nap  = dynox_sleep(20);
    assert_int_equal(dynox_join_with(nap, NULL, &args), DYNOX_OK); /* a timeout it does not know about */
    assert_int_equal(dynox_join_with(settled(1), NULL, NULL), DYNOX_OK);
}

static void take_without_a_place_destroys_the_value(void **state)
{
    (void)state;
    atomic_store(&destroyed, 0);
    dynox_future *future = settled(1);
    assert_int_equal(dynox_future_take(future, NULL, NULL), DYNOX_OK);
    assert_int_equal(atomic_load(&destroyed), 1);
    dynox_future_release(future);
    assert_int_equal(atomic_load(&destroyed), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take_moves_the_value_once),
        cmocka_unit_test(a_value_of_another_type_is_refused_and_stays),
        cmocka_unit_test(nothing_can_be_taken_before_the_end),
        cmocka_unit_test(a_bare_status_has_proper_details),
        cmocka_unit_test(details_outlive_the_error_they_were_made_from),
        cmocka_unit_test(success_has_no_details),
        cmocka_unit_test(join_fills_the_error),
        cmocka_unit_test(join_with_the_wrong_type_says_so_in_the_error),
        cmocka_unit_test(join_that_times_out_cancels_and_consumes),
        cmocka_unit_test(join_without_a_place_destroys_the_value),
        cmocka_unit_test(join_understands_arguments_of_an_older_size),
        cmocka_unit_test(take_without_a_place_destroys_the_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
