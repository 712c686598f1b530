/* Errors: each code of the service has its kind, and every failure, whatever its cause, is the same struct. */
#include "http/server.h"
#include "scripted.h"

/* What a get comes to that the service refuses with this code. */
static dynox_status refused_with(const char *code, int http, dynox_error *error)
{
    char        plan[160];
    dynox_item *item = NULL;
    snprintf(plan, sizeof plan, "status %d %s", http, code);
    faultserver_say(&server, plan);
    dynox_status status =
        dynox_sync_get_item(client, "users", DYNOX_ITEM("pk", "a"), &item, .max_attempts = 1, .error = error);
    faultserver_say(&server, "none");
    assert_null(item);
    return status;
}

typedef struct code_case {
    const char  *code;
    int          http;
    dynox_status status;
    bool         retryable;
} code_case;

static void check_codes(const code_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        dynox_error error = {0};
        if (refused_with(cases[i].code, cases[i].http, &error) != cases[i].status)
            fail_msg("%s is %s", cases[i].code, dynox_status_name(error.status));
        assert_int_equal(error.status, cases[i].status);
        assert_string_equal(error.code, cases[i].code);
        assert_int_equal(error.http_status, cases[i].http);
        assert_true(error.request_id[0] != 0);
        assert_int_equal(error.attempts, 1);
        if (error.retryable != cases[i].retryable) fail_msg("%s: retryable", cases[i].code);
        dynox_error_clear(&error);
    }
}

/* Row 297. */
static void each_code_of_the_service_has_its_kind(void **state)
{
    (void)state;
    static const code_case cases[] = {
        {"UnrecognizedClientException", 400, DYNOX_E_EXPIRED_TOKEN, false},
        {"InvalidAccessKeyId", 403, DYNOX_E_EXPIRED_TOKEN, false},
        {"SignatureDoesNotMatch", 403, DYNOX_E_BAD_SIGNATURE, false},
        {"ExpiredTokenException", 400, DYNOX_E_EXPIRED_TOKEN, false},
        {"ExpiredToken", 400, DYNOX_E_EXPIRED_TOKEN, false},
        {"AccessDeniedException", 400, DYNOX_E_ACCESS_DENIED, false},
        {"AccessDenied", 400, DYNOX_E_ACCESS_DENIED, false},
        {"ProvisionedThroughputExceededException", 400, DYNOX_E_THROTTLED, true},
        {"LimitExceededException", 400, DYNOX_E_THROTTLED, true},
        {"RequestLimitExceeded", 400, DYNOX_E_THROTTLED, true},
        {"Throttling", 400, DYNOX_E_THROTTLED, true},
        {"ThrottlingException", 400, DYNOX_E_THROTTLED, true},
        {"SlowDown", 503, DYNOX_E_THROTTLED, true},
        {"TooManyRequestsException", 429, DYNOX_E_THROTTLED, true},
        {"ResourceNotFoundException", 400, DYNOX_E_NOT_FOUND, false},
        {"ResourceInUseException", 400, DYNOX_E_IN_USE, false},
        {"ValidationException", 400, DYNOX_E_VALIDATION, false},
        {"ItemCollectionSizeLimitExceededException", 400, DYNOX_E_COLLECTION_TOO_LARGE, false},
        {"ConditionalCheckFailedException", 400, DYNOX_E_CONDITION_FAILED, false},
        {"TransactionCanceledException", 400, DYNOX_E_TRANSACTION_CANCELLED, true}, /* by another one */
    };
    check_codes(cases, sizeof cases / sizeof *cases);
}

/* Row 299. */
static void what_others_lump_together_has_kinds_of_its_own(void **state)
{
    (void)state;
    static const code_case cases[] = {
        {"TransactionConflictException", 400, DYNOX_E_TRANSACTION_CONFLICT, true},
        {"TransactionInProgressException", 400, DYNOX_E_TRANSACTION_IN_PROGRESS, true},
        {"IdempotentParameterMismatchException", 400, DYNOX_E_IDEMPOTENT_MISMATCH, false},
        {"InternalServerError", 500, DYNOX_E_SERVER, true},
        {"ServiceUnavailable", 503, DYNOX_E_SERVER, true},
        {"DuplicateItemException", 400, DYNOX_E_DUPLICATE_ITEM, false},
        {"ReplicatedWriteConflictException", 409, DYNOX_E_TRANSACTION_CONFLICT, true},
        {"IndexNotFoundException", 400, DYNOX_E_NOT_FOUND, false},
        {"TableNotFoundException", 400, DYNOX_E_NOT_FOUND, false},
        {"BackupInUseException", 400, DYNOX_E_IN_USE, false},
        {"MissingAuthenticationTokenException", 400, DYNOX_E_ACCESS_DENIED, false},
        {"IncompleteSignatureException", 400, DYNOX_E_BAD_SIGNATURE, false},
        {"InvalidSignatureException", 400, DYNOX_E_BAD_SIGNATURE, false},
        {"NobodyKnowsThisYet", 400, DYNOX_E_SERVICE, false},
    };
    check_codes(cases, sizeof cases / sizeof *cases);
}

static dynox_client *client_of(const char *url)
{
    return dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "A", .secret_key = "S", .proxy = "",
                            .max_attempts = 2, .attempt_timeout_ms = 30);
}

static void keep_silent(test_line *line)
{
    server_wait_closed(line);
}

/* Rows 12, 298. The service is named by its address. */
static void nobody_there_and_nobody_answering_are_told_with_the_address(void **state)
{
    (void)state;
    char         url[64];
    dynox_error  error  = {0};
    dynox_item  *item   = NULL;
    test_server *silent = server_start(keep_silent, NULL, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", silent->port);
    dynox_client *one = client_of(url);
    assert_int_equal(dynox_sync_get_item(one, "users", DYNOX_ITEM("pk", "a"), &item, .error = &error), DYNOX_E_TIMEOUT);
    assert_int_equal(error.attempts, 2);
    assert_true(error.retryable);
    if (!strstr(error.message, "127.0.0.1")) fail_msg("%s", error.message);
    server_stop(silent);
    assert_int_equal(dynox_sync_get_item(one, "users", DYNOX_ITEM("pk", "a"), &item, .error = &error), DYNOX_E_CONNECT);
    assert_int_equal(error.attempts, 2);
    assert_true(error.retryable);
    assert_false(error.may_have_applied);
    if (!strstr(error.message, "127.0.0.1")) fail_msg("%s", error.message);
    dynox_error_clear(&error);
    dynox_client_free(one);
}

/* Row 300. */
static void every_failure_is_one_struct_with_a_name_and_words(void **state)
{
    (void)state;
    dynox_error   errors[5] = {{0}};
    dynox_item   *item      = NULL;
    dynox_client *none      = dynox_client_new(.access_key = "only half", .error = &errors[0]);
    assert_null(none);
    dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x", "n", dynox_number_text("1e126")), .error = &errors[1]);
    dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .condition = DYNOX_EXPR("a ="), .error = &errors[2]);
    refused_with("ValidationException", 400, &errors[3]);
    assert_null(dynox_item_from_text("{", 1, &errors[4]));
    static const dynox_status expected[] = {DYNOX_E_ARGUMENT, DYNOX_E_VALUE, DYNOX_E_EXPRESSION, DYNOX_E_VALIDATION,
                                            DYNOX_E_DECODE};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(errors[i].status, expected[i]);
        assert_memory_equal(dynox_status_name(errors[i].status), "DYNOX_E_", 8);
        assert_true(errors[i].message[0] != 0);
        dynox_error_clear(&errors[i]);
    }
    dynox_item_free(item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_code_of_the_service_has_its_kind),
        cmocka_unit_test(what_others_lump_together_has_kinds_of_its_own),
        cmocka_unit_test(nobody_there_and_nobody_answering_are_told_with_the_address),
        cmocka_unit_test(every_failure_is_one_struct_with_a_name_and_words),
    };
    return cmocka_run_group_tests_name("errors", tests, scripted_setup, scripted_teardown);
}
