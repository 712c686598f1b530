/* When a second attempt is due, and whether there may be one. */
#include "aws/flow/hedging.h"
#include "base/clock.h"
#include "support.h"

static const int get, query;

static dynox__hedging fresh(void)
{
    dynox__hedging hedging = {.lock = PTHREAD_MUTEX_INITIALIZER};
    return hedging;
}

static void record(dynox__hedging *hedging, const int *operation, int count, int64_t ms)
{
    for (int i = 0; i < count; i++)
        dynox__hedging_record(hedging, operation, ms * DYNOX__MS);
}

/* The steps of the histogram are an eighth wide. */
static void assert_about(int64_t ns, int64_t ms)
{
    assert_in_range(ns, ms * DYNOX__MS, ms * DYNOX__MS * 9 / 8 + 2000);
}

static void a_percentile_is_that_of_the_operation(void **state)
{
    (void)state;
    dynox__hedging hedging = fresh();
    record(&hedging, &get, 94, 5);
    record(&hedging, &get, 4, 80);
    record(&hedging, &get, 2, 900);
    record(&hedging, &query, 100, 40);
    assert_about(dynox__hedging_begin(&hedging, &get, 95), 80);
    assert_about(dynox__hedging_begin(&hedging, &get, 99), 900);
    assert_about(dynox__hedging_begin(&hedging, &query, 95), 40);
}

static void too_few_say_nothing(void **state)
{
    (void)state;
    dynox__hedging hedging = fresh();
    record(&hedging, &get, 31, 5);
    assert_true(dynox__hedging_begin(&hedging, &get, 95) < 0);
    record(&hedging, &get, 1, 5);
    assert_about(dynox__hedging_begin(&hedging, &get, 95), 5);
    assert_true(dynox__hedging_begin(&hedging, &query, 95) < 0);
}

static void what_is_long_ago_fades(void **state)
{
    (void)state;
    dynox__hedging hedging = fresh();
    record(&hedging, &get, 1000, 500);
    record(&hedging, &get, 20000, 5);
    assert_about(dynox__hedging_begin(&hedging, &get, 95), 5);
}

static void no_second_attempt_is_due_within_a_millisecond(void **state)
{
    (void)state;
    dynox__hedging hedging = fresh();
    record(&hedging, &get, 100, 0);
    assert_int_equal(dynox__hedging_begin(&hedging, &get, 95), DYNOX__MS);
}

static void any_time_has_its_step(void **state)
{
    (void)state;
    const int64_t times[] = {INT64_MIN, -1, 0, 999, 1000, 123456789, INT64_C(10000000000000), INT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        dynox__hedging hedging = fresh();
        for (int k = 0; k < 5000; k++)
            dynox__hedging_record(&hedging, &get, times[i]);
        int64_t due = dynox__hedging_begin(&hedging, &get, 95);
        assert_true(due >= DYNOX__MS);
        if (times[i] < INT64_C(2000000000000)) assert_true(due >= times[i]);
    }
}

static void more_operations_than_there_is_room_for_share_the_last(void **state)
{
    (void)state;
    static const int many[20];
    dynox__hedging   hedging = fresh();
    for (int i = 0; i < 20; i++)
        record(&hedging, &many[i], 10, 7);
    assert_true(dynox__hedging_begin(&hedging, &many[0], 95) < 0);
    assert_about(dynox__hedging_begin(&hedging, &many[19], 95), 7);
}

static void one_read_in_twenty_at_most(void **state)
{
    (void)state;
    dynox__hedging hedging = fresh();
    int            taken   = 0;
    assert_false(dynox__hedging_take(&hedging));
    for (int i = 1; i <= 2000; i++) {
        dynox__hedging_begin(&hedging, &get, 95);
        taken += dynox__hedging_take(&hedging);
        assert_true(taken * 20 <= i);
    }
    assert_in_range(taken, 95, 100);
    for (int i = 0; i < 100000; i++) /* what was not used is not saved up for a storm */
        dynox__hedging_begin(&hedging, &get, 95);
    for (taken = 0; dynox__hedging_take(&hedging);)
        taken++;
    assert_in_range(taken, 9, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_percentile_is_that_of_the_operation),
        cmocka_unit_test(too_few_say_nothing),
        cmocka_unit_test(what_is_long_ago_fades),
        cmocka_unit_test(no_second_attempt_is_due_within_a_millisecond),
        cmocka_unit_test(any_time_has_its_step),
        cmocka_unit_test(more_operations_than_there_is_room_for_share_the_last),
        cmocka_unit_test(one_read_in_twenty_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
