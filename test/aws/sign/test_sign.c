/* Signatures: dates, and the fast form against the general one. */
#include "aws/sign/sign.h"
#include "support.h"

static void dates_are_right_across_leap_years(void **state)
{
    (void)state;
    static const struct {
        int64_t     seconds;
        const char *text;
    } cases[] = {{0, "19700101T000000Z"},          {1440938160, "20150830T123600Z"}, {951782399, "20000228T235959Z"},
                 {951782400, "20000229T000000Z"},  {951868800, "20000301T000000Z"},  {1709164800, "20240229T000000Z"},
                 {1735689599, "20241231T235959Z"}, {4107542400, "21000301T000000Z"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dynox__sign_time time;
        dynox__sign_time_set(&time, cases[i].seconds * 1000000000);
        assert_string_equal(time.text, cases[i].text);
    }
}

/* The general form is the judge: it passes the suite. */
static void check_fast(const dynox_credentials *credentials, uint64_t identity, const char *time_text, const char *body)
{
    dynox__sign_scope scope;
    dynox__sign_time  time;
    char              fast[DYNOX__SIGNATURE];
    const char       *host = "dynamodb.eu-west-1.amazonaws.com", *target = "DynamoDB_20120810.GetItem";
    snprintf(time.text, sizeof time.text, "%s", time_text);
    assert_true(dynox__sign_scope_init(&scope, "eu-west-1", "dynamodb", host, "/a b/", "application/x-amz-json-1.0"));
    const dynox__sign_header  headers[] = {{{"Content-Type", 12}, {"application/x-amz-json-1.0", 26}},
                                           {{"Host", 4}, {host, strlen(host)}},
                                           {{"X-Amz-Target", 12}, {target, strlen(target)}}};
    const dynox__sign_request request   = {.method       = "POST",
                                           .path         = {"/a b/", 5},
                                           .headers      = headers,
                                           .header_count = 3,
                                           .body         = {body, strlen(body)},
                                           .region       = "eu-west-1",
                                           .service      = "dynamodb",
                                           .credentials  = credentials,
                                           .time         = time};
    dynox__signed             out       = {0};
    assert_true(dynox__sign(&request, &out));
    for (int again = 0; again < 2; again++) {
        assert_true(dynox__sign_post(&scope, credentials, identity, &time, (dynox__span){target, strlen(target)},
                                     (dynox__span){body, strlen(body)}, fast));
        assert_memory_equal(fast, out.signature, DYNOX__SIGNATURE);
    }
    dynox__signed_free(&out);
    dynox__sign_scope_free(&scope);
}

static void fast_form_signs_like_the_general_one(void **state)
{
    (void)state;
    static char long_token[3000], long_secret[200];
    memset(long_token, 'x', sizeof long_token - 1);
    memset(long_secret, 's', sizeof long_secret - 1);
    const dynox_credentials sets[] = {
        {.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
        {.access_key_id = "ASIA", .secret_access_key = "other", .session_token = "to/ken=="},
        {.access_key_id = "ASIA", .secret_access_key = long_secret, .session_token = long_token}};
    for (uint64_t i = 0; i < 3; i++) {
        check_fast(&sets[i], i + 1, "20260817T071500Z", "{}");
        check_fast(&sets[i], i + 1, "20260818T000000Z", "{\"TableName\":\"users\"}"); /* another day: another key */
    }
}

static void a_new_secret_under_the_same_key_id_is_not_mixed_up(void **state)
{
    (void)state;
    const dynox_credentials before = {.access_key_id = "AKIDEXAMPLE", .secret_access_key = "before"};
    const dynox_credentials after  = {.access_key_id = "AKIDEXAMPLE", .secret_access_key = "after"};
    check_fast(&before, 101, "20260817T071500Z", "{}");
    check_fast(&after, 102, "20260817T071500Z", "{}");
    check_fast(&before, 101, "20260817T071500Z", "{}");
}

static void sign_once(void *argument)
{
    dynox__signed             out     = {0};
    const dynox__sign_request request = {.method      = "GET",
                                         .path        = {"/a/../b", 7},
                                         .query       = {"b=1&a=2", 7},
                                         .region      = "us-east-1",
                                         .service     = "s3",
                                         .credentials = argument,
                                         .time        = {"20260817T071500Z"},
                                         .in_query    = true};
    dynox__sign(&request, &out);
    dynox__signed_free(&out);
}

static void running_out_of_memory_leaks_nothing(void **state)
{
    (void)state;
    dynox_credentials credentials = {.access_key_id = "A", .secret_access_key = "b", .session_token = "c"};
    test_every_allocation_failing(sign_once, &credentials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dates_are_right_across_leap_years),
                                       cmocka_unit_test(fast_form_signs_like_the_general_one),
                                       cmocka_unit_test(a_new_secret_under_the_same_key_id_is_not_mixed_up),
                                       cmocka_unit_test(running_out_of_memory_leaks_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
