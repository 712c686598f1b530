/* Errors that nobody has looked at. */
#include "async/futures.h"

static int          reports;
static dynox_status last_status;
static char         last_message[64], last_what[32];

static void report(const dynox_error *error, const char *what)
{
    reports++;
    last_status = error->status;
    snprintf(last_message, sizeof last_message, "%.63s", error->message);
    snprintf(last_what, sizeof last_what, "%s", what);
}

static int begin(void **state)
{
    (void)state;
    reports = 0;
    dynox_set_unobserved_error(report);
    return 0;
}

static dynox_future *failed(const char *message)
{
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_SERVER, "%s", message);
    return dynox_future_of(dynox_fail_with(&error));
}

static void an_error_that_nobody_saw_is_reported_when_it_is_forgotten(void **state)
{
    (void)state;
    dynox_future *promise = pending();
    dynox_future_release(promise);
    fail_it(promise, DYNOX_E_SERVER);
    assert_int_equal(reports, 1);
    assert_int_equal(last_status, DYNOX_E_SERVER);
    assert_string_equal(last_what, "promise");
    dynox_future_release(failed("with details"));
    assert_int_equal(reports, 2);
    assert_string_equal(last_message, "with details");
}

static void an_error_that_was_seen_is_not_reported(void **state)
{
    (void)state;
    dynox_future *future = failed("a");
    dynox_future_error(future);
    dynox_future_release(future);
    future = failed("b");
    dynox_future_details(future);
    dynox_future_release(future);
    dynox_join_void(failed("c"));
    assert_int_equal(reports, 0);
}

static void cancellations_and_successes_are_not_reported(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *dropped = promise;
    dynox_future_drop(&dropped);
    settle(promise, 1);
    dynox_future_release(settled(1));
    assert_int_equal(reports, 0);
}

static void an_error_on_its_way_down_a_chain_is_reported_once_at_its_end(void **state)
{
    (void)state;
    dynox_future *last = dynox_then(failed("deep"), add_one, NULL, .on = dynox_executor_inline());
    last               = dynox_gather(dynox_then(last, NULL, NULL, .on = dynox_executor_inline()), settled(1));
    last               = dynox_timeout(last, 100000);
    dynox_future_release(last);
    assert_int_equal(reports, 1);
    assert_string_equal(last_message, "deep");
}

static void each_part_of_gather_settled_wants_to_be_seen(void **state)
{
    (void)state;
    dynox_future *all = dynox_gather_settled(failed("one"), failed("two"));
    dynox_future_error(dynox_combined_at(all, 0));
    dynox_future_release(all);
    assert_int_equal(reports, 1);
    assert_string_equal(last_message, "two");
}

static void a_shield_takes_over_the_complaint(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *shield = dynox_shield(promise), *other = dynox_shield(promise);
    dynox_future_drop(&other);
    fail_it(dynox_future_acquire(promise), DYNOX_E_SERVER);
    assert_int_equal(dynox_join_void(shield), DYNOX_E_SERVER);
    dynox_future_release(promise);
    dynox_future_release(promise);
    assert_int_equal(reports, 0);
    promise = pending();
    shield  = dynox_shield(promise);
    dynox_future_drop(&shield); /* nobody waits any more, so the input has to complain itself */
    fail_it(dynox_future_acquire(promise), DYNOX_E_SERVER);
    dynox_future_release(promise);
    dynox_future_release(promise);
    assert_int_equal(reports, 1);
}

static void silence_can_be_had(void **state)
{
    (void)state;
    dynox_set_unobserved_error(NULL);
    dynox_future_release(failed("unheard"));
    assert_int_equal(reports, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_error_that_nobody_saw_is_reported_when_it_is_forgotten, begin),
        cmocka_unit_test_setup(an_error_that_was_seen_is_not_reported, begin),
        cmocka_unit_test_setup(cancellations_and_successes_are_not_reported, begin),
        cmocka_unit_test_setup(an_error_on_its_way_down_a_chain_is_reported_once_at_its_end, begin),
        cmocka_unit_test_setup(each_part_of_gather_settled_wants_to_be_seen, begin),
        cmocka_unit_test_setup(a_shield_takes_over_the_complaint, begin),
        cmocka_unit_test_setup(silence_can_be_had, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
