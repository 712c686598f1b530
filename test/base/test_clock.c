/* Clocks: they go forward, deadlines do not overflow, tests can replace both. */
#include "base/clock.h"
#include "support.h"

static int64_t fixed(int which)
{
    return which ? 2000 : 1000;
}

static void the_steady_clock_never_goes_back(void **state)
{
    (void)state;
    int64_t last = dynox__now_ns();
    for (int i = 0; i < 10000; i++) {
        int64_t now = dynox__now_ns();
        assert_true(now >= last);
        last = now;
    }
    assert_true(dynox__wall_ns() > INT64_C(1600000000) * DYNOX__SECOND);
}

static void deadlines_stop_at_never(void **state)
{
    (void)state;
    assert_true(dynox__deadline_after(5, 2) == 5 + 2 * DYNOX__MS);
    assert_true(dynox__deadline_after(5, 0) == 5);
    assert_true(dynox__deadline_after(5, -1) == 5);
    assert_true(dynox__deadline_after(5, INT64_MAX) == DYNOX__NEVER);
    assert_true(dynox__deadline_after(INT64_MAX - 1, 1) == DYNOX__NEVER);
    assert_true(dynox__deadline_after(INT64_MAX - DYNOX__MS, 1) == DYNOX__NEVER);
}

static void both_can_be_replaced(void **state)
{
    (void)state;
    dynox__clock_fake(fixed);
    assert_int_equal(dynox__now_ns(), 1000);
    assert_int_equal(dynox__wall_ns(), 2000);
    dynox__clock_fake(NULL);
    assert_int_not_equal(dynox__wall_ns(), 2000);
}

static int64_t wall;

static int64_t given(int which)
{
    return which ? wall : 0;
}

static void the_wall_clock_is_rounded_down(void **state)
{
    (void)state;
    dynox__clock_fake(given);
    wall = 1999999;
    assert_int_equal(dynox__wall_ms(), 1);
    assert_int_equal(dynox__wall_us(), 1999);
    wall = -1;
    assert_int_equal(dynox__wall_ms(), -1);
    assert_int_equal(dynox__wall_us(), -1);
    wall = -2000000;
    assert_int_equal(dynox__wall_ms(), -2);
    assert_int_equal(dynox__wall_us(), -2000);
    dynox__clock_fake(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_steady_clock_never_goes_back),
        cmocka_unit_test(deadlines_stop_at_never),
        cmocka_unit_test(both_can_be_replaced),
        cmocka_unit_test(the_wall_clock_is_rounded_down),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
