/* The adaptive retry mode's arithmetic, by the numbers that the official SDKs test theirs with (the Rust SDK's
 * client_rate_limiter.rs, botocore's test_throttling.py). */
#include "aws/flow/adaptive.h"
#include "base/alloc.h"
#include "support.h"

typedef struct rig {
    dynox__shared   shared;
    dynox__adaptive adaptive;
} rig;

static void rig_destroy(dynox__shared *shared)
{
    rig *r = DYNOX__CONTAINER(shared, rig, shared);
    dynox__adaptive_destroy(&r->adaptive);
    free(r);
}

static rig *rig_new(void)
{
    rig *r = calloc(1, sizeof *r);
    dynox__shared_init(&r->shared, rig_destroy);
    dynox__adaptive_init(&r->adaptive, &r->shared, 0);
    return r;
}

static void assert_near(double got, double expected, double seconds)
{
    double off = got > expected ? got - expected : expected - got;
    if (off > 1e-5) fail_msg("%f instead of %f at %.1f s", got, expected, seconds);
}

/* An answer every 0.2 s; the tenth and the sixteenth say that it is too fast. */
static void the_rate_follows_the_published_numbers(void **state)
{
    (void)state;
    static const struct {
        bool   throttled;
        double measured, rate; /* 0: no limit yet */
    } steps[] = {
        {false, 0.000000, 0},        {false, 0.000000, 0},        {false, 4.800000, 0},
        {false, 4.800000, 0},        {false, 4.160000, 0},        {false, 4.160000, 0},
        {false, 4.160000, 0},        {false, 5.632000, 0},        {false, 5.632000, 0},
        {true, 4.326400, 3.028480},  {false, 4.326400, 3.486639}, {false, 4.326400, 3.821874},
        {false, 5.665280, 4.053386}, {false, 5.665280, 4.200373}, {false, 4.333056, 4.282037},
        {true, 4.333056, 2.997426},  {false, 4.333056, 3.452226},
    };
    rig *r = rig_new();
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        double seconds = 0.2 * (double)(i + 1);
        dynox__adaptive_answer(&r->adaptive, steps[i].throttled, (int64_t)(i + 1) * 200 * DYNOX__MS);
        assert_near(r->adaptive.measured, steps[i].measured, seconds);
        assert_near(dynox__gate_look(&r->adaptive.gate).rate, steps[i].rate, seconds);
    }
    dynox__shared_release(&r->shared);
}

/* From a rate of 10, throttled at 5 s, in steps of a second. */
static void the_curve_is_the_published_one(void **state)
{
    (void)state;
    static const struct {
        bool   throttled;
        double rate;
    } steps[]           = {{false, 7.0}, {false, 9.64893600966}, {true, 6.754255206761999}, {true, 4.727978644733399}};
    rig *r              = rig_new();
    r->adaptive.limits  = true;
    r->adaptive.highest = 10;
    r->adaptive.throttled_s = 5;
    r->adaptive.window      = 1.9574338205844317;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        r->adaptive.measured = 1000; /* so that the curve alone decides */
        r->adaptive.bucket   = 1e9;
        dynox__adaptive_answer(&r->adaptive, steps[i].throttled, (int64_t)(5 + i) * DYNOX__SECOND);
        assert_near(dynox__gate_look(&r->adaptive.gate).rate, steps[i].rate, (double)(5 + i));
    }
    assert_near(r->adaptive.window, 1.7174321025398929, 8);
    dynox__shared_release(&r->shared);
}

static void nobody_waits_before_the_first_throttling(void **state)
{
    (void)state;
    rig *r = rig_new();
    for (int64_t i = 1; i < 1000; i++) {
        assert_true(dynox__gate_try(&r->adaptive.gate, 1, i * DYNOX__MS));
        dynox__adaptive_answer(&r->adaptive, false, i * DYNOX__MS);
    }
    dynox__adaptive_answer(&r->adaptive, true, DYNOX__SECOND);
    assert_false(dynox__gate_try(&r->adaptive.gate, 1, DYNOX__SECOND));
    assert_true(dynox__gate_try(&r->adaptive.gate, 1, 2 * DYNOX__SECOND));
    dynox__shared_release(&r->shared);
}

static void the_rate_is_never_below_half_an_attempt_a_second(void **state)
{
    (void)state;
    rig *r = rig_new();
    for (int64_t i = 1; i < 100; i++)
        dynox__adaptive_answer(&r->adaptive, true, i * DYNOX__SECOND);
    assert_near(dynox__gate_look(&r->adaptive.gate).rate, 0.5, 0);
    assert_true(dynox__gate_try(&r->adaptive.gate, 1, 200 * DYNOX__SECOND));
    assert_false(dynox__gate_try(&r->adaptive.gate, 1, 201 * DYNOX__SECOND));
    assert_true(dynox__gate_try(&r->adaptive.gate, 1, 203 * DYNOX__SECOND));
    dynox__shared_release(&r->shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_follows_the_published_numbers),
        cmocka_unit_test(the_curve_is_the_published_one),
        cmocka_unit_test(nobody_waits_before_the_first_throttling),
        cmocka_unit_test(the_rate_is_never_below_half_an_attempt_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
