/* The pipeline: what is sent, what is repeated, and what a caller is told. */
#include "aws/calls.h"

/* The value of a header in a request that was sent; static. */
static const char *header(const char *request, const char *name)
{
    static char value[1024];
    char        start[128];
    snprintf(start, sizeof start, "\r\n%s: ", name);
    const char *found = strstr(request, start);
    if (!found) return NULL;
    found += strlen(start);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(found, "\r"), found);
    return value;
}

static const fake_step success[] = {{.http = 200, .body = "{}"}};

static void a_request_is_complete_and_signed(void **state)
{
    (void)state;
    static const dynox_credentials set = {
        .access_key_id = "ASIA", .secret_access_key = "secret", .session_token = "token"};
    dynox_credentials_provider *provider = dynox_credentials_static(&set);
    rig                         b        = RIG_WITH(success, .credentials = provider);
    dynox_future               *future   = call_text(&b);
    expect_text(future, "{}");
    const char *sent = b.fake->sent[0];
    assert_memory_equal(sent, "POST / HTTP/1.1\r\nHost: dynamodb.eu-west-1.amazonaws.com\r\n", 57);
    assert_string_equal(header(sent, "Content-Type"), "application/x-amz-json-1.0");
    assert_string_equal(header(sent, "X-Amz-Target"), "DynamoDB_20120810.GetItem");
    assert_string_equal(header(sent, "X-Amz-Security-Token"), "token");
    assert_string_equal(header(sent, "Accept-Encoding"), "identity");
    assert_string_equal(header(sent, "Content-Length"), "21");
    assert_string_equal(header(sent, "amz-sdk-request"), "attempt=1; max=4");
    assert_int_equal(strlen(header(sent, "amz-sdk-invocation-id")), 36);
    assert_memory_equal(header(sent, "User-Agent"), "dynox/", 6);
    assert_string_equal(strstr(sent, "\r\n\r\n"), "\r\n\r\n{\"TableName\":\"users\"}");

    /* the general form of the signature is the judge */
    dynox__sign_time time;
    memcpy(time.text, header(sent, "X-Amz-Date"), sizeof time.text);
    const dynox__sign_header  headers[] = {{{"content-type", 12}, {"application/x-amz-json-1.0", 26}},
                                           {{"host", 4}, {"dynamodb.eu-west-1.amazonaws.com", 32}},
                                           {{"x-amz-target", 12}, {"DynamoDB_20120810.GetItem", 25}}};
    const dynox__sign_request request   = {.method       = "POST",
                                           .headers      = headers,
                                           .header_count = 3,
                                           .body         = {"{\"TableName\":\"users\"}", 21},
                                           .region       = "eu-west-1",
                                           .service      = "dynamodb",
                                           .credentials  = &set,
                                           .time         = time};
    dynox__signed             out       = {0};
    assert_true(dynox__sign(&request, &out));
    assert_string_equal(header(sent, "Authorization"), out.result.data);
    dynox__signed_free(&out);
    dynox_future_release(future);
    rig_close(&b);
    dynox_credentials_provider_release(provider);
}

/* Row 287. */
static void info_tells_what_is_known(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 500}, {.http = 200, .body = "{}"}};
    rig                    b       = RIG(steps);
    dynox_future          *future  = call_text(&b);
    wait_done(future);
    const dynox_info *info = dynox_future_info(future);
    assert_non_null(info);
    assert_string_equal(info->request_id, "REQUEST");
    assert_int_equal(info->attempts, 2);
    assert_false(info->may_have_applied_twice);
    assert_true(info->duration_us >= 0);
    dynox_future_release(future);
    dynox_future *other = dynox_sleep(0);
    assert_null(dynox_future_info(other));
    dynox_future_release(other);
    rig_close(&b);
}

static void a_throttled_call_is_repeated_under_the_same_id(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 400, .body = "{\"__type\":\"x#ThrottlingException\"}"},
                                      {.http = 503},
                                      {.http = 200, .body = "{\"a\":1}"}};
    rig                    b       = RIG(steps);
    dynox_future          *future  = call_text(&b);
    char                   id[64];
    expect_text(future, "{\"a\":1}");
    snprintf(id, sizeof id, "%s", header(b.fake->sent[0], "amz-sdk-invocation-id"));
    assert_string_equal(header(b.fake->sent[2], "amz-sdk-invocation-id"), id);
    assert_string_equal(header(b.fake->sent[1], "amz-sdk-request"), "attempt=2; max=4");
    assert_string_equal(header(b.fake->sent[2], "amz-sdk-request"), "attempt=3; max=4");
    assert_string_equal(strstr(b.fake->sent[2], "\r\n\r\n"), "\r\n\r\n{\"TableName\":\"users\"}");
    dynox_future_release(future);
    rig_close(&b);
}

/* Row 287. */
static void a_final_error_is_not_repeated(void **state)
{
    (void)state;
    static const fake_step steps[] = {
        {.http = 400, .body = "{\"__type\":\"a.b#ValidationException:x\",\"message\":\"bad key\"}"}};
    rig                b      = RIG(steps);
    dynox_future      *future = call_text(&b);
    const dynox_error *error  = expect_failure(future, DYNOX_E_VALIDATION);
    assert_string_equal(error->code, "ValidationException");
    assert_string_equal(error->message, "GetItem on \"users\": bad key");
    assert_string_equal(error->request_id, "REQUEST");
    assert_int_equal(error->http_status, 400);
    assert_int_equal(error->attempts, 1);
    assert_false(error->retryable);
    assert_null(dynox_future_info(future));
    dynox_future_release(future);
    rig_close(&b);
}

/* Row 14. */
static void attempts_are_bounded(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.status = DYNOX_E_CONNECT}};
    rig                    b       = RIG(steps);
    dynox_future          *future  = call_text(&b);
    const dynox_error     *error   = expect_failure(future, DYNOX_E_CONNECT);
    assert_int_equal(error->attempts, 4);
    assert_true(error->retryable);
    assert_false(error->may_have_applied);
    dynox_future_release(future);
    dynox__call *call  = call_prepare(&b);
    call->max_attempts = 1;
    future             = dynox__call_start(call);
    assert_int_equal(expect_failure(future, DYNOX_E_CONNECT)->attempts, 1);
    dynox_future_release(future);
    rig_close(&b);
}

static void an_empty_quota_ends_retries(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 500}};
    rig                    b       = RIG(steps);
    atomic_store(&b.service->quota.tokens, 13);
    dynox_future      *future = call_text(&b);
    const dynox_error *error  = expect_failure(future, DYNOX_E_SERVER);
    assert_int_equal(error->attempts, 1);
    assert_non_null(strstr(error->message, "too many calls failed"));
    dynox_future_release(future);
    rig_close(&b);
}

static void a_damaged_answer_is_never_a_success(void **state)
{
    (void)state;
    static const fake_step once[]  = {{.http = 200, .body = "{}", .bad_crc = true}, {.http = 200, .body = "{}"}};
    static const fake_step every[] = {{.http = 200, .body = "{}", .bad_crc = true}};
    rig                    b       = RIG(once);
    dynox_future          *future  = call_text(&b);
    expect_text(future, "{}");
    assert_int_equal(dynox_future_info(future)->attempts, 2);
    dynox_future_release(future);
    rig_close(&b);
    b      = RIG(every);
    future = call_text(&b);
    expect_failure(future, DYNOX_E_CHECKSUM);
    dynox_future_release(future);
    rig_close(&b);
}

static void an_empty_or_unreadable_success_is_an_error(void **state)
{
    (void)state;
    static const fake_step empty[] = {{.http = 200}};
    static const fake_step page[]  = {{.http = 200, .body = "<html>"}};
    rig                    b       = RIG(empty);
    dynox_future          *future  = call_text(&b);
    assert_int_equal(expect_failure(future, DYNOX_E_TRANSPORT)->http_status, 200);
    dynox_future_release(future);
    rig_close(&b);
    b                        = RIG(page);
    future                   = call_text(&b);
    const dynox_error *error = expect_failure(future, DYNOX_E_DECODE);
    assert_int_equal(error->attempts, 4);
    assert_string_equal(error->message, "this is not DynamoDB: an HTML page (HTTP 200)");
    dynox_future_release(future);
    rig_close(&b);
}

static void what_answers_with_markup_is_said_not_to_be_dynamodb(void **state)
{
    (void)state;
    static const struct {
        const char *body, *message;
    } pages[] = {{"\n <!DOCTYPE html><p>hello", "this is not DynamoDB: an HTML page (HTTP 200)"},
                 {"\xEF\xBB\xBF<HTML></HTML>", "this is not DynamoDB: an HTML page (HTTP 200)"},
                 {"<?xml version=\"1.0\"?><ListAllMyBucketsResult/>", "this is not DynamoDB: HTML or XML (HTTP 200)"},
                 {"<", "this is not DynamoDB: HTML or XML (HTTP 200)"}};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        const fake_step page[] = {{.http = 200, .body = pages[i].body}};
        rig             b      = RIG(page);
        dynox_future   *future = call_text(&b);
        assert_string_equal(expect_failure(future, DYNOX_E_DECODE)->message, pages[i].message);
        dynox_future_release(future);
        rig_close(&b);
    }
}

/* A load balancer's page says no more than its status: the same as without one. */
static void a_page_with_a_status_is_an_error_of_that_status(void **state)
{
    (void)state;
    static const struct {
        int          http;
        dynox_status status;
        unsigned     attempts;
    } pages[] = {{503, DYNOX_E_SERVER, 4}, {500, DYNOX_E_SERVER, 4}, {404, DYNOX_E_SERVICE, 1}};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        const fake_step    page[] = {{.http = pages[i].http, .body = "<html>Sorry</html>"}};
        rig                b      = RIG(page);
        dynox_future      *future = call_text(&b);
        const dynox_error *error  = expect_failure(future, pages[i].status);
        assert_int_equal(error->attempts, pages[i].attempts);
        assert_int_equal(error->http_status, pages[i].http);
        assert_int_equal(error->retryable, pages[i].attempts > 1);
        dynox_future_release(future);
        rig_close(&b);
    }
}

/* The date of an HTTP answer, that far from now. */
static const char *date_in(int64_t seconds)
{
    static char text[64];
    time_t      when = time(NULL) + seconds;
    struct tm   parts;
    gmtime_r(&when, &parts);
    static const char *const days[]   = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday], parts.tm_mday,
             months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text;
}

static void a_wrong_clock_is_corrected(void **state)
{
    (void)state;
    const fake_step  steps[] = {{.http = 400, .type = "InvalidSignatureException", .date = date_in(3600)},
                                {.http = 200, .body = "{}"}};
    rig              b       = RIG(steps);
    dynox__sign_time soon;
    dynox__sign_time_set(&soon, dynox__wall_ns() + 3590 * DYNOX__SECOND);
    dynox_future *future = call_text(&b);
    expect_text(future, "{}");
    assert_true(strcmp(header(b.fake->sent[0], "X-Amz-Date"), soon.text) < 0);
    assert_true(strcmp(header(b.fake->sent[1], "X-Amz-Date"), soon.text) > 0);
    assert_memory_equal(header(b.fake->sent[1], "amz-sdk-request"), "ttl=2", 5);
    dynox_future_release(future);
    rig_close(&b);
}

static void access_denied_is_final_when_the_clock_is_right(void **state)
{
    (void)state;
    const fake_step steps[] = {{.http = 400, .type = "AccessDeniedException", .date = date_in(0)}};
    rig             b       = RIG(steps);
    dynox_future   *future  = call_text(&b);
    assert_int_equal(expect_failure(future, DYNOX_E_ACCESS_DENIED)->attempts, 1);
    dynox_future_release(future);
    rig_close(&b);
}

static dynox_future *write_text(rig *b, dynox__ambiguity ambiguity, bool fail_ambiguous)
{
    dynox__call *call    = call_prepare(b);
    call->is_write       = true;
    call->ambiguity      = ambiguity;
    call->fail_ambiguous = fail_ambiguous;
    return dynox__call_start(call);
}

static const fake_step lost_answer[] = {{.status = DYNOX_E_TRANSPORT, .phase = DYNOX__PHASE_WAITING},
                                        {.http = 200, .body = "{}"}};

static void an_ambiguous_write_is_repeated_and_says_so(void **state)
{
    (void)state;
    rig           b      = RIG(lost_answer);
    dynox_future *future = write_text(&b, DYNOX__AMBIGUOUS, false);
    wait_done(future);
    assert_true(dynox_future_info(future)->may_have_applied_twice);
    dynox_future_release(future);
    rig_close(&b);
}

static void an_ambiguous_write_can_fail_instead(void **state)
{
    (void)state;
    rig                b      = RIG(lost_answer);
    dynox_future      *future = write_text(&b, DYNOX__AMBIGUOUS, true);
    const dynox_error *error  = expect_failure(future, DYNOX_E_TRANSPORT);
    assert_true(error->may_have_applied);
    assert_int_equal(error->attempts, 1);
    dynox_future_release(future);
    rig_close(&b);
}

static void a_safe_write_is_repeated_without_a_word(void **state)
{
    (void)state;
    rig           b      = RIG(lost_answer);
    dynox_future *future = write_text(&b, DYNOX__SAFE_TO_REPEAT, true);
    wait_done(future);
    assert_int_equal(dynox_future_info(future)->attempts, 2);
    assert_false(dynox_future_info(future)->may_have_applied_twice);
    dynox_future_release(future);
    rig_close(&b);
}

static void a_write_that_never_left_is_not_ambiguous(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.status = DYNOX_E_TRANSPORT, .phase = DYNOX__PHASE_SENDING},
                                      {.http = 200, .body = "{}"}};
    rig                    b       = RIG(steps);
    dynox_future          *future  = write_text(&b, DYNOX__AMBIGUOUS, true);
    wait_done(future);
    assert_false(dynox_future_info(future)->may_have_applied_twice);
    dynox_future_release(future);
    rig_close(&b);
}

static void a_condition_that_fails_after_a_lost_answer_may_be_our_own_write(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.status = DYNOX_E_TRANSPORT, .phase = DYNOX__PHASE_READING},
                                      {.http = 400, .type = "ConditionalCheckFailedException"}};
    rig                    b       = RIG(steps);
    dynox_future          *future  = write_text(&b, DYNOX__SAFE_TO_REPEAT, false);
    assert_true(expect_failure(future, DYNOX_E_CONDITION_FAILED)->may_have_applied);
    dynox_future_release(future);
    rig_close(&b);
}

static void no_time_for_another_attempt_is_the_first_error(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 500, .retry_after_ms = 4000}};
    rig                    b       = RIG_WITH(steps, .deadline_ms = 3000);
    dynox_future          *future  = call_text(&b);
    const dynox_error     *error   = expect_failure(future, DYNOX_E_SERVER);
    assert_int_equal(error->attempts, 1);
    assert_non_null(strstr(error->message, "no time was left"));
    dynox_future_release(future);
    rig_close(&b);
}

static void the_deadline_limits_an_attempt(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.hold = true}};
    rig                    b       = RIG_WITH(steps, .deadline_ms = 5000, .attempt_timeout_ms = 60000);
    dynox__call           *call    = call_prepare(&b);
    int64_t                before  = dynox__now_ns();
    dynox_future          *future  = dynox__call_start(call);
    assert_true(call->request.deadline_ns >= before + 5000 * DYNOX__MS);
    assert_true(call->request.deadline_ns <= dynox__now_ns() + 5000 * DYNOX__MS);
    dynox_future_drop(&future);
    rig_close(&b);
}

static void a_token_longer_than_the_room_makes_more_room(void **state)
{
    (void)state;
    static char token[6000];
    memset(token, 't', sizeof token - 1);
    const dynox_credentials     set      = {.access_key_id = "ASIA", .secret_access_key = "s", .session_token = token};
    dynox_credentials_provider *provider = dynox_credentials_static(&set);
    rig                         b        = RIG_WITH(success, .credentials = provider);
    for (int i = 0; i < 2; i++) {
        dynox_future *future = call_text(&b);
        expect_text(future, "{}");
        assert_non_null(strstr(b.fake->sent[i], token));
        assert_string_equal(strstr(b.fake->sent[i], "\r\n\r\n"), "\r\n\r\n{\"TableName\":\"users\"}");
        dynox_future_release(future);
    }
    rig_close(&b);
    dynox_credentials_provider_release(provider);
}

static void a_full_queue_is_reported_at_once(void **state)
{
    (void)state;
    rig b                = RIG(success);
    b.fake->refuse       = DYNOX_E_BUSY;
    dynox_future *future = call_text(&b);
    assert_true(dynox_future_done(future));
    const dynox_error *error = expect_failure(future, DYNOX_E_BUSY);
    assert_int_equal(error->attempts, 0);
    assert_true(error->retryable);
    dynox_future_release(future);
    rig_close(&b);
}

static void a_refused_call_is_a_failed_future(void **state)
{
    (void)state;
    rig         b     = RIG(success);
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_ARGUMENT, "no table");
    dynox_future *future = dynox__call_refuse(call_prepare(&b), &error);
    assert_true(dynox_future_done(future));
    assert_string_equal(expect_failure(future, DYNOX_E_ARGUMENT)->message, "no table");
    assert_int_equal(error.status, DYNOX_OK);
    dynox_future_release(future);
    rig_close(&b);
}

static void a_buffer_without_memory_is_a_failed_future(void **state)
{
    (void)state;
    rig          b       = RIG(success);
    dynox__call *call    = call_prepare(&b);
    call->buffer.failed  = true;
    dynox_future *future = dynox__call_start(call);
    expect_failure(future, DYNOX_E_NO_MEMORY);
    dynox_future_release(future);
    rig_close(&b);
}

static void in_lambda_the_trace_is_passed_on(void **state)
{
    (void)state;
    setenv("AWS_LAMBDA_FUNCTION_NAME", "f", 1);
    setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988;Parent=5\n", 1);
    rig           b      = RIG(success);
    dynox_future *future = call_text(&b);
    expect_text(future, "{}");
    assert_string_equal(header(b.fake->sent[0], "X-Amzn-Trace-Id"), "Root=1-5759e988;Parent=5%0A");
    dynox_future_release(future);
    rig_close(&b);
    unsetenv("AWS_LAMBDA_FUNCTION_NAME");
    unsetenv("_X_AMZN_TRACE_ID");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_complete_and_signed),
        cmocka_unit_test(info_tells_what_is_known),
        cmocka_unit_test(a_throttled_call_is_repeated_under_the_same_id),
        cmocka_unit_test(a_final_error_is_not_repeated),
        cmocka_unit_test(attempts_are_bounded),
        cmocka_unit_test(an_empty_quota_ends_retries),
        cmocka_unit_test(a_damaged_answer_is_never_a_success),
        cmocka_unit_test(an_empty_or_unreadable_success_is_an_error),
        cmocka_unit_test(what_answers_with_markup_is_said_not_to_be_dynamodb),
        cmocka_unit_test(a_page_with_a_status_is_an_error_of_that_status),
        cmocka_unit_test(a_wrong_clock_is_corrected),
        cmocka_unit_test(access_denied_is_final_when_the_clock_is_right),
        cmocka_unit_test(an_ambiguous_write_is_repeated_and_says_so),
        cmocka_unit_test(an_ambiguous_write_can_fail_instead),
        cmocka_unit_test(a_safe_write_is_repeated_without_a_word),
        cmocka_unit_test(a_write_that_never_left_is_not_ambiguous),
        cmocka_unit_test(a_condition_that_fails_after_a_lost_answer_may_be_our_own_write),
        cmocka_unit_test(no_time_for_another_attempt_is_the_first_error),
        cmocka_unit_test(the_deadline_limits_an_attempt),
        cmocka_unit_test(a_token_longer_than_the_room_makes_more_room),
        cmocka_unit_test(a_full_queue_is_reported_at_once),
        cmocka_unit_test(a_refused_call_is_a_failed_future),
        cmocka_unit_test(a_buffer_without_memory_is_a_failed_future),
        cmocka_unit_test(in_lambda_the_trace_is_passed_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
