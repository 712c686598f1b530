/* Error answers: the code and message in all their spellings, and what comes with them. */
#include "aws/retry/service_error.h"
#include "base/failure.h"
#include "support.h"
#include "value/json/decode.h"
#include <dynox/item.h>

typedef struct answer {
    int         http;
    const char *type, *body;
} answer;

static dynox__retry_class read_answer(const answer *from, dynox_error *error)
{
    dynox__response_head head = {.status = from->http, .request_id = "ID"};
    dynox__buffer        body = {0};
    dynox__retry_class   class_;
    memset(error, 0, sizeof *error);
    if (from->type) snprintf(head.error_type, sizeof head.error_type, "%s", from->type);
    if (from->body) {
        size_t size   = strlen(from->body);
        body.data     = dynox__calloc(size + DYNOX__DECODE_PADDING);
        body.size     = size;
        body.capacity = size + DYNOX__DECODE_PADDING;
        if (!body.data) return DYNOX__RETRY_NEVER;
        memcpy(body.data, from->body, size);
    }
    dynox__service_error(&head, &body, error, &class_);
    dynox__buffer_free(&body);
    return class_;
}

static void check(const answer *from, dynox_status status, const char *code, const char *message)
{
    dynox_error error;
    read_answer(from, &error);
    if (error.status != status) fail_msg("%s: %s", from->body, dynox_status_name(error.status));
    assert_string_equal(error.code, code);
    assert_string_equal(error.message, message);
    assert_string_equal(error.request_id, "ID");
    assert_int_equal(error.http_status, from->http);
    dynox_error_clear(&error);
}

static void the_code_is_found_and_cleaned(void **state)
{
    (void)state;
    const char *body = "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\",\"message\":\"m\"}";
    check(&(answer){400, NULL, body}, DYNOX_E_NOT_FOUND, "ResourceNotFoundException", "m");
    check(&(answer){400, NULL, "{\"code\":\"ThrottlingException\",\"Message\":\"m\"}"}, DYNOX_E_THROTTLED,
          "ThrottlingException", "m");
    check(&(answer){400, NULL, "{\"Code\":\"ValidationException\",\"errorMessage\":\"m\"}"}, DYNOX_E_VALIDATION,
          "ValidationException", "m");
    check(&(answer){400, "DuplicateItemException:http://internal/x#y/", body}, DYNOX_E_DUPLICATE_ITEM,
          "DuplicateItemException", "m");
    check(&(answer){400, NULL, "{\"__type\":\"a.protocol#New:http://x#y\",\"message\":\"m\"}"}, DYNOX_E_SERVICE, "New",
          "m");
}

/* Also those that stay in the document: a program prints them. */
static void texts_of_reasons_are_printable(void **state)
{
    (void)state;
    dynox_error error;
    answer      from = {400, "TransactionCanceledException",
                        "{\"message\":\"m\\u202ex\",\"CancellationReasons\":[{\"Code\":\"None\"},{\"Code\":\"Bad\\u001b"
                             "\\u2066\",\"Message\":\"a\\u009b\\u200f\xc3\xa4\"}]}"};
    read_answer(&from, &error);
    assert_string_equal(error.message, "m?x");
    assert_int_equal(error.reason_count, 2);
    assert_string_equal(error.reasons[0].code, "None");
    assert_string_equal(error.reasons[1].code, "Bad????");
    assert_string_equal(error.reasons[1].message, "a??\xc3\xa4");
    dynox_error_clear(&error);
}

static void a_very_long_code_is_cut(void **state)
{
    (void)state;
    char body[400] = "{\"__type\":\"", *end = body + strlen(body);
    memset(end, 'X', 300);
    memcpy(end + 300, "\"}", 3);
    dynox_error error;
    read_answer(&(answer){400, NULL, body}, &error);
    assert_int_equal(strlen(error.code), sizeof error.code - 1);
    dynox_error_clear(&error);
}

static void what_is_not_json_is_quoted(void **state)
{
    (void)state;
    check(&(answer){502, NULL, "<html>\r\n <b>Bad\tGateway</b>\xff</html>"}, DYNOX_E_SERVER, "",
          "HTTP status 502 without an explanation: <html> <b>Bad Gateway</b>?</html>");
    check(&(answer){503, NULL, NULL}, DYNOX_E_SERVER, "", "HTTP status 503 without an explanation");
    check(&(answer){400, NULL, "{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"}"}, DYNOX_E_SERVICE,
          "UnknownOperationException", "UnknownOperationException, without an explanation (HTTP status 400)");
    check(&(answer){400, NULL, "{}"}, DYNOX_E_SERVICE, "", "HTTP status 400 without an explanation");
    check(&(answer){400, NULL, "{\"message\":null"}, DYNOX_E_SERVICE, "",
          "HTTP status 400 without an explanation: {\"message\":null");
}

static void an_empty_413_says_what_was_too_large(void **state)
{
    (void)state;
    check(&(answer){413, NULL, NULL}, DYNOX_E_TOO_LARGE, "RequestEntityTooLarge",
          "the request is larger than the service takes (16 MB)");
}

static void the_item_that_failed_a_condition_is_kept(void **state)
{
    (void)state;
    dynox_error error;
    read_answer(&(answer){400, NULL,
                          "{\"__type\":\"x#ConditionalCheckFailedException\",\"message\":\"The conditional request "
                          "failed\",\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"12\"}}}"},
                &error);
    assert_int_equal(error.status, DYNOX_E_CONDITION_FAILED);
    assert_non_null(error.item);
    assert_string_equal(dynox_get_string(error.item, "pk"), "a");
    assert_int_equal(dynox_get_int(error.item, "n"), 12);
    dynox_error_clear(&error);
}

static const char cancelled[] =
    "{\"__type\":\"x#TransactionCanceledException\",\"Message\":\"Transaction cancelled\",\"CancellationReasons\":["
    "{\"Code\":\"None\"},{\"Code\":\"%s\",\"Message\":\"why\",\"Item\":{\"pk\":{\"S\":\"b\"}}}]}";

static void reasons_of_a_cancelled_transaction_are_kept(void **state)
{
    (void)state;
    dynox_error error;
    char        body[512];
    snprintf(body, sizeof body, cancelled, "ConditionalCheckFailed");
    assert_int_equal(read_answer(&(answer){400, NULL, body}, &error), DYNOX__RETRY_NEVER);
    assert_int_equal(error.status, DYNOX_E_TRANSACTION_CANCELLED);
    assert_int_equal(error.reason_count, 2);
    assert_string_equal(error.reasons[0].code, "None");
    assert_null(error.reasons[0].message);
    assert_string_equal(error.reasons[1].message, "why");
    assert_string_equal(dynox_get_string(error.reasons[1].item, "pk"), "b");
    assert_false(error.retryable);
    dynox_error_clear(&error);
}

static void a_transaction_cancelled_by_others_may_be_repeated(void **state)
{
    (void)state;
    dynox_error error;
    char        body[512];
    snprintf(body, sizeof body, cancelled, "TransactionConflict");
    assert_int_equal(read_answer(&(answer){400, NULL, body}, &error), DYNOX__RETRY_NEVER);
    assert_true(error.retryable);
    dynox_error_clear(&error);
}

static void read_with_everything(void *unused)
{
    dynox_error error;
    char        body[512];
    (void)unused;
    snprintf(body, sizeof body, cancelled, "TransactionConflict");
    read_answer(&(answer){400, NULL, body}, &error);
    dynox_error_clear(&error);
}

static void running_out_of_memory_leaks_nothing(void **state)
{
    (void)state;
    test_every_allocation_failing(read_with_everything, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_code_is_found_and_cleaned),
                                       cmocka_unit_test(texts_of_reasons_are_printable),
                                       cmocka_unit_test(a_very_long_code_is_cut),
                                       cmocka_unit_test(what_is_not_json_is_quoted),
                                       cmocka_unit_test(an_empty_413_says_what_was_too_large),
                                       cmocka_unit_test(the_item_that_failed_a_condition_is_kept),
                                       cmocka_unit_test(reasons_of_a_cancelled_transaction_are_kept),
                                       cmocka_unit_test(a_transaction_cancelled_by_others_may_be_repeated),
                                       cmocka_unit_test(running_out_of_memory_leaks_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
