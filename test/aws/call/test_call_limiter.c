/* Calls with a limiter: what it learns from each kind of end. */
#include "aws/calls.h"

static dynox_limiter_stats stats_after(const fake_step *step, bool is_write, dynox_status status)
{
    dynox_limiter      *limiter = dynox_limiter_adaptive(.read = 100, .write = 100);
    rig                 r       = rig_open(step, 1, (dynox__service_config){.limiter = limiter, .max_attempts = 1});
    dynox__call        *call    = call_prepare(&r);
    dynox_limiter_stats stats;
    call->is_write       = is_write;
    dynox_future *future = dynox__call_start(call);
    wait_done(future);
    assert_int_equal(dynox_future_error(future), status);
    dynox_future_release(future);
    rig_close(&r);
    dynox_limiter_get_stats(limiter, NULL, NULL, &stats);
    dynox_limiter_free(limiter);
    return stats;
}

/* Row 278. */
static void each_word_for_too_fast_lowers_the_rate(void **state)
{
    (void)state;
    static const fake_step steps[] = {
        {.http = 400, .body = "{}", .type = "ThrottlingException"},
        {.http = 400, .body = "{}", .type = "ProvisionedThroughputExceededException"},
        {.http = 400, .body = "{}", .type = "RequestLimitExceeded"},
        {.http = 429, .body = "{}"},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        dynox_limiter_stats stats = stats_after(&steps[i], true, DYNOX_E_THROTTLED);
        assert_int_equal(stats.throttled, 1);
        assert_true(stats.write_rate < 50);
        assert_true(stats.read_rate >= 50);
        assert_true(stats.write_units < 0.1);
    }
}

/* Row 278. In a transaction it is one of the reasons. */
static void a_transaction_that_was_throttled_lowers_the_rate(void **state)
{
    (void)state;
    const fake_step step = {
        .http = 400,
        .type = "TransactionCanceledException",
        .body = "{\"CancellationReasons\":[{\"Code\":\"None\"},{\"Code\":\"ThrottlingError\",\"Message\":\"m\"}]}"};
    dynox_limiter_stats stats = stats_after(&step, true, DYNOX_E_TRANSACTION_CANCELLED);
    assert_int_equal(stats.throttled, 1);
    const fake_step other = {.http = 400,
                             .type = "TransactionCanceledException",
                             .body = "{\"CancellationReasons\":[{\"Code\":\"ConditionalCheckFailed\"}]}"};
    assert_int_equal(stats_after(&other, true, DYNOX_E_TRANSACTION_CANCELLED).throttled, 0);
}

static void other_ends_do_not(void **state)
{
    (void)state;
    const fake_step refused = {.http = 400, .body = "{}", .type = "ConditionalCheckFailedException"};
    const fake_step broken  = {.http = 500, .body = "{}"};
    const fake_step unsent  = {.status = DYNOX_E_CONNECT, .phase = DYNOX__PHASE_QUEUED};
    const fake_step lost    = {.status = DYNOX_E_TRANSPORT, .phase = DYNOX__PHASE_WAITING};
    assert_true(stats_after(&refused, true, DYNOX_E_CONDITION_FAILED).write_units > 0.9); /* it costs */
    assert_int_equal(stats_after(&broken, true, DYNOX_E_SERVER).throttled, 0);
    assert_true(stats_after(&unsent, true, DYNOX_E_CONNECT).write_units < 0.1);
    assert_true(stats_after(&lost, true, DYNOX_E_TRANSPORT).write_units > 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word_for_too_fast_lowers_the_rate),
        cmocka_unit_test(a_transaction_that_was_throttled_lowers_the_rate),
        cmocka_unit_test(other_ends_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
