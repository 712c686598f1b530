/* Retry decisions: waits, and what every error code means. */
#include "aws/retry/retry.h"
#include "base/clock.h"
#include "base/random.h"
#include "support.h"

static double one(void)
{
    return 1.0;
}

static double half(void)
{
    return 0.5;
}

/* Row 14. */
static void the_wait_is_random_below_its_limit(void **state)
{
    (void)state;
    dynox__retry_quota        quota;
    dynox__retry              retry  = {.attempt = 3};
    const dynox__retry_policy policy = {.max_attempts = 9, .transient_ms = 25, .max_ms = 20000};
    int64_t                   delay;
    dynox__retry_quota_init(&quota);
    dynox__random_fake(half);
    assert_int_equal(dynox__retry_next(&retry, &policy, &quota, DYNOX__RETRY_TRANSIENT, -1, &delay), DYNOX__RETRY_YES);
    assert_int_equal(delay, 50 * DYNOX__MS);
    dynox__random_fake(NULL);
}

static void many_attempts_do_not_overflow_the_wait(void **state)
{
    (void)state;
    dynox__retry_quota        quota;
    dynox__retry              retry  = {.attempt = 400};
    const dynox__retry_policy policy = {.max_attempts = 1000, .transient_ms = 25, .max_ms = 20000};
    int64_t                   delay;
    dynox__retry_quota_init(&quota);
    dynox__random_fake(one);
    assert_int_equal(dynox__retry_next(&retry, &policy, &quota, DYNOX__RETRY_THROTTLING, INT64_MAX, &delay),
                     DYNOX__RETRY_YES);
    assert_int_equal(delay, 25000 * DYNOX__MS);
    dynox__random_fake(NULL);
}

static void check_code(const char *code, int http, dynox_status status, dynox__retry_class class_)
{
    dynox_status       got;
    dynox__retry_class got_class;
    dynox__classify(code, http, &got, &got_class);
    if (got != status || got_class != class_) fail_msg("%s/%d: status %d, class %d", code, http, got, got_class);
}

/* Rows 297, 299. */
static void codes_and_statuses_are_classified(void **state)
{
    (void)state;
    check_code("ConditionalCheckFailedException", 400, DYNOX_E_CONDITION_FAILED, DYNOX__RETRY_NEVER);
    check_code("ThrottlingException", 400, DYNOX_E_THROTTLED, DYNOX__RETRY_THROTTLING);
    check_code("ThrottlingException", 503, DYNOX_E_THROTTLED, DYNOX__RETRY_THROTTLING);
    check_code("TransactionInProgressException", 400, DYNOX_E_TRANSACTION_IN_PROGRESS, DYNOX__RETRY_THROTTLING);
    check_code("InternalServerError", 500, DYNOX_E_SERVER, DYNOX__RETRY_TRANSIENT);
    check_code("ReplicatedWriteConflictException", 409, DYNOX_E_TRANSACTION_CONFLICT, DYNOX__RETRY_TRANSIENT);
    check_code("RequestTimeout", 400, DYNOX_E_SERVER, DYNOX__RETRY_TRANSIENT);
    check_code("ItemCollectionSizeLimitExceededException", 400, DYNOX_E_COLLECTION_TOO_LARGE, DYNOX__RETRY_NEVER);
    check_code("AccessDeniedException", 400, DYNOX_E_ACCESS_DENIED, DYNOX__RETRY_SKEW);
    check_code("ExpiredTokenException", 400, DYNOX_E_EXPIRED_TOKEN, DYNOX__RETRY_CREDENTIALS);
    check_code("SomethingNewException", 400, DYNOX_E_SERVICE, DYNOX__RETRY_NEVER);
    check_code("SomethingNewException", 500, DYNOX_E_SERVER, DYNOX__RETRY_TRANSIENT);
    check_code("", 500, DYNOX_E_SERVER, DYNOX__RETRY_TRANSIENT);
    check_code("", 501, DYNOX_E_SERVER, DYNOX__RETRY_NEVER);
    check_code("", 502, DYNOX_E_SERVER, DYNOX__RETRY_TRANSIENT);
    check_code("", 503, DYNOX_E_SERVER, DYNOX__RETRY_TRANSIENT);
    check_code("", 504, DYNOX_E_SERVER, DYNOX__RETRY_TRANSIENT);
    check_code("", 413, DYNOX_E_TOO_LARGE, DYNOX__RETRY_NEVER);
    check_code("", 429, DYNOX_E_THROTTLED, DYNOX__RETRY_THROTTLING);
    check_code("", 403, DYNOX_E_ACCESS_DENIED, DYNOX__RETRY_NEVER);
    check_code("", 302, DYNOX_E_SERVICE, DYNOX__RETRY_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_wait_is_random_below_its_limit),
                                       cmocka_unit_test(many_attempts_do_not_overflow_the_wait),
                                       cmocka_unit_test(codes_and_statuses_are_classified)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
