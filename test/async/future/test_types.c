/* Scalar values, and reading one as another. */
#include "async/futures.h"
#include <limits.h>

static void each_scalar_comes_back_as_it_went_in(void **state)
{
    (void)state;
    int64_t integer;
    double  real;
    bool    yes;
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int(INT64_MIN)), &integer), DYNOX_OK);
    assert_true(integer == INT64_MIN);
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_double(0.5)), &real), DYNOX_OK);
    assert_true(real == 0.5);
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_bool(true)), &yes), DYNOX_OK);
    assert_true(yes);
}

static void an_integer_fits_any_integer_that_can_hold_it(void **state)
{
    (void)state;
    int                small;
    unsigned           natural;
    unsigned long long large;
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int(-5)), &small), DYNOX_OK);
    assert_int_equal(small, -5);
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int(UINT_MAX)), &natural), DYNOX_OK);
    assert_true(natural == UINT_MAX);
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int(INT64_MAX)), &large), DYNOX_OK);
    assert_true(large == INT64_MAX);
}

static void an_integer_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    int                small   = 1;
    unsigned           natural = 1;
    unsigned long long large   = 1;
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int((int64_t)INT_MAX + 1)), &small), DYNOX_E_TYPE);
    assert_int_equal(small, 0);
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int((int64_t)INT_MIN - 1)), &small), DYNOX_E_TYPE);
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int(-1)), &natural), DYNOX_E_TYPE);
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int(-1)), &large), DYNOX_E_TYPE);
    assert_true(large == 0);
}

static void numbers_answers_and_reals_are_not_mixed(void **state)
{
    (void)state;
    bool    yes     = true;
    double  real    = 1;
    int64_t integer = 1;
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int(1)), &yes), DYNOX_E_TYPE);
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_int(1)), &real), DYNOX_E_TYPE);
    assert_int_equal(dynox_join(dynox_future_of(dynox_ok_double(1)), &integer), DYNOX_E_TYPE);
    assert_false(yes);
}

static void a_converted_number_is_taken_once(void **state)
{
    (void)state;
    int           small;
    dynox_future *future = dynox_future_of(dynox_ok_int(3));
    assert_int_equal(DYNOX_TAKE(small, future), DYNOX_OK);
    assert_int_equal(DYNOX_TAKE(small, future), DYNOX_E_TAKEN);
    assert_int_equal(small, 0);
    dynox_future_release(future);
}

static void values_larger_than_a_slot_are_refused(void **state)
{
    (void)state;
    static const dynox_type wide    = {.name = "wide", .size = 16};
    dynox_future           *promise = dynox_promise_new(&wide);
    assert_int_equal(dynox_future_error(promise), DYNOX_E_ARGUMENT);
    assert_false(dynox_promise_settle(promise, dynox_ok(NULL, NULL)));
    dynox_future_release(promise);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scalar_comes_back_as_it_went_in),
        cmocka_unit_test(an_integer_fits_any_integer_that_can_hold_it),
        cmocka_unit_test(an_integer_that_does_not_fit_is_refused),
        cmocka_unit_test(numbers_answers_and_reals_are_not_mixed),
        cmocka_unit_test(a_converted_number_is_taken_once),
        cmocka_unit_test(values_larger_than_a_slot_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
