/* Calls in the adaptive retry mode: who waits, and how a wait may end. */
#include "aws/calls.h"

static const fake_step throttled = {.http = 400, .body = "{}", .type = "ThrottlingException"};

/* Throttled once: from then on about one attempt every two seconds may leave, which a test does not wait for. */
static rig open_throttled(dynox__service_config config)
{
    static fake_step steps[2];
    steps[0]          = throttled;
    steps[1]          = (fake_step){.http = 200, .body = "{}"};
    config.retry_mode = DYNOX_RETRY_ADAPTIVE;
    rig r             = rig_open(steps, 2, config);
    return r;
}

static void wait_for_waiting(const rig *r, size_t count)
{
    while (dynox__gate_look(&r->service->adaptive.gate).waiting != count)
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

static void hurry(const rig *r)
{
    dynox__gate_set(&r->service->adaptive.gate, 1e6, 100, dynox__now_ns());
}

static void throttling_makes_the_next_attempt_wait(void **state)
{
    (void)state;
    rig           r      = open_throttled((dynox__service_config){0});
    dynox_future *future = call_text(&r);
    wait_for_waiting(&r, 1);
    assert_int_equal(r.fake->submitted, 1);
    assert_false(dynox_future_done(future));
    hurry(&r);
    expect_text(future, "{}");
    assert_int_equal(dynox_future_info(future)->attempts, 2);
    dynox_future_release(future);
    rig_close(&r);
}

static void first_attempts_wait_too_and_in_their_order(void **state)
{
    (void)state;
    rig           r     = open_throttled((dynox__service_config){0});
    dynox_future *first = call_text(&r), *others[20];
    wait_for_waiting(&r, 1);
    for (size_t i = 0; i < 20; i++)
        others[i] = call_text(&r);
    wait_for_waiting(&r, 21);
    assert_int_equal(r.fake->submitted, 1);
    hurry(&r);
    expect_text(first, "{}");
    dynox_future_release(first);
    for (size_t i = 0; i < 20; i++) {
        expect_text(others[i], "{}");
        dynox_future_release(others[i]);
    }
    rig_close(&r);
}

static void the_standard_mode_does_not_wait(void **state)
{
    (void)state;
    const fake_step steps[] = {throttled, {.http = 200, .body = "{}"}};
    rig             r       = RIG(steps);
    dynox_future   *future  = call_text(&r);
    expect_text(future, "{}");
    assert_int_equal(dynox__gate_look(&r.service->adaptive.gate).delayed, 0);
    dynox_future_release(future);
    rig_close(&r);
}

/* One that was throttled and one that was never sent wait; `end` ends them. */
static void expect_end(dynox_status status, dynox__service_config config, void (*end)(rig *, dynox_future **))
{
    rig           r        = open_throttled(config);
    dynox__call  *write    = call_prepare(&r);
    dynox_future *calls[2] = {&write->future, NULL};
    write->is_write        = true;
    write->ambiguity       = DYNOX__AMBIGUOUS;
    (void)dynox__call_start(write);
    wait_for_waiting(&r, 1);
    write            = call_prepare(&r);
    write->is_write  = true;
    write->ambiguity = DYNOX__AMBIGUOUS;
    calls[1]         = dynox__call_start(write);
    if (!config.deadline_ms) wait_for_waiting(&r, 2);
    if (end) end(&r, calls);
    for (unsigned i = 0; i < 2; i++) {
        const dynox_error *error = expect_failure(calls[i], status);
        assert_int_equal(error->attempts, 1 - i);
        assert_false(error->may_have_applied); /* what was throttled was not carried out */
        dynox_future_release(calls[i]);
    }
    rig_close(&r);
}

static void cancel_both(rig *r, dynox_future **calls)
{
    (void)r;
    dynox_future_cancel(calls[0]);
    dynox_future_cancel(calls[1]);
}

static void a_call_that_waits_can_be_cancelled(void **state)
{
    (void)state;
    expect_end(DYNOX_E_CANCELLED, (dynox__service_config){0}, cancel_both);
}

static void a_call_that_waits_keeps_its_deadline(void **state)
{
    (void)state;
    expect_end(DYNOX_E_TIMEOUT, (dynox__service_config){.deadline_ms = 200}, NULL);
}

static void close_service(rig *r, dynox_future **calls)
{
    (void)calls;
    dynox__service_close(r->service);
}

static void closing_ends_those_who_wait(void **state)
{
    (void)state;
    expect_end(DYNOX_E_SHUTDOWN, (dynox__service_config){0}, close_service);
}

static void draining_waits_for_those_who_wait(void **state)
{
    (void)state;
    rig           r      = open_throttled((dynox__service_config){0});
    dynox_future *future = call_text(&r);
    wait_for_waiting(&r, 1);
    dynox_future *drained = dynox__service_drain(r.service, -1);
    assert_false(dynox_future_done(drained));
    hurry(&r);
    assert_int_equal(dynox_join_void(drained), DYNOX_OK);
    expect_text(future, "{}");
    dynox_future_release(future);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(throttling_makes_the_next_attempt_wait),
        cmocka_unit_test(first_attempts_wait_too_and_in_their_order),
        cmocka_unit_test(the_standard_mode_does_not_wait),
        cmocka_unit_test(a_call_that_waits_can_be_cancelled),
        cmocka_unit_test(a_call_that_waits_keeps_its_deadline),
        cmocka_unit_test(closing_ends_those_who_wait),
        cmocka_unit_test(draining_waits_for_those_who_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
