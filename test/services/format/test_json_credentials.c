/* The JSON documents that credentials come in: what is believed, and what is not. */
#include "services/format/json_credentials.h"
#include "services/format/json_document.h"
#include "support.h"

#define KEYS "\"AccessKeyId\":\"K\",\"SecretAccessKey\":\"S\",\"Token\":\"T\""

static dynox_status metadata(const char *text, dynox_error *error)
{
    dynox_credentials *got    = NULL;
    dynox_status       status = dynox__json_credentials_metadata(text, strlen(text), "it", &got, error);
    assert_int_equal(status == DYNOX_OK, got != NULL);
    dynox_credentials_free(got);
    return status;
}

static void ends_are_times(void **state)
{
    static const char *const good[] = {"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123Z", "2026-01-01T00:00:00+00:00",
                                       "2026-01-01T00:00:00UTC"};
    static const char *const bad[]  = {"",      "1767225600",          "2026-01-01", "2026-13-01T00:00:00Z",
                                       "never", "1960-01-01T00:00:00Z"};
    char                     text[256];
    dynox_error              error = {0};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(text, sizeof text, "{" KEYS ",\"Expiration\":\"%s\"}", good[i]);
        if (metadata(text, &error) != DYNOX_OK) fail_msg("%s: %s", good[i], error.message);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "{" KEYS ",\"Expiration\":\"%s\"}", bad[i]);
        assert_int_equal(metadata(text, &error), DYNOX_E_DECODE);
        assert_string_equal(error.message, "it has no usable Expiration");
    }
    assert_int_equal(metadata("{" KEYS ",\"Expiration\":1767225600}", &error), DYNOX_E_DECODE);
}

static void documents_are_one_object(void **state)
{
    static const char *const bad[] = {
        "", " ", "{", "[{}]", "{} {}", "{}x", "{\"a\":1,}", "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}", "nul"};
    dynox__json *document;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dynox_error error = {0};
        if (dynox__json_read(&document, bad[i], strlen(bad[i]), "it", &error) != DYNOX_E_DECODE) fail_msg("%s", bad[i]);
        assert_null(document);
    }
    assert_int_equal(dynox__json_read(&document, " {} \r\n\t", 7, "it", NULL), DYNOX_OK);
    dynox__json_free(document);
    assert_int_equal(dynox__json_read(&document, "{}\0", 3, "it", NULL), DYNOX_E_DECODE);
}

static void depth_and_size_are_bounded(void **state)
{
    (void)state;
    static char  text[DYNOX__JSON_LARGEST + 2];
    dynox__json *document;
    memset(text, ' ', sizeof text);
    memcpy(text, "{}", 2);
    assert_int_equal(dynox__json_read(&document, text, DYNOX__JSON_LARGEST, "it", NULL), DYNOX_OK);
    dynox__json_free(document);
    assert_int_equal(dynox__json_read(&document, text, DYNOX__JSON_LARGEST + 1, "it", NULL), DYNOX_E_DECODE);
    memcpy(text, "{\"a\":", 5);
    memset(text + 5, '[', 60);
    assert_int_equal(dynox__json_read(&document, text, 65, "it", NULL), DYNOX_E_DECODE);
}

static void texts_with_a_nul_are_not_there(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":\"x\\u0000y\",\"b\":\"\",\"c\":1,\"d\":\"z\",\"e\":null,\"f\":{\"g\":\"h\"}}";
    dynox__json      *document;
    int64_t           number;
    assert_int_equal(dynox__json_read(&document, text, sizeof text - 1, "it", NULL), DYNOX_OK);
    assert_null(dynox__json_text(document, "a"));
    assert_null(dynox__json_text(document, "b"));
    assert_null(dynox__json_text(document, "c"));
    assert_null(dynox__json_text(document, "e"));
    assert_null(dynox__json_text(document, "f"));
    assert_null(dynox__json_text(document, "nothing"));
    assert_null(dynox__json_text(NULL, "d"));
    assert_null(dynox__json_inner(document, "d"));
    assert_string_equal(dynox__json_text(document, "d"), "z");
    assert_string_equal(dynox__json_text(dynox__json_inner(document, "f"), "g"), "h");
    assert_true(dynox__json_integer(document, "c", &number));
    assert_int_equal(number, 1);
    assert_false(dynox__json_integer(document, "d", &number));
    dynox__json_free(document);
}

static void what_is_set_is_written_and_the_rest_stays(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":\"old\",\"b\":[1,2.50,null,true],\"c\":{\"d\":\"/\"}}";
    static const char news[] = "{\"a\":\"new \\\"\",\"b\":[1,2.50,null,true],\"c\":{\"d\":\"/\",\"e\":\"f\"}}";
    dynox__json      *document;
    dynox__buffer     written = {0};
    assert_int_equal(dynox__json_read(&document, text, sizeof text - 1, "it", NULL), DYNOX_OK);
    assert_true(dynox__json_set(document, "a", "new \""));
    assert_true(dynox__json_set(dynox__json_inner(document, "c"), "e", "f"));
    dynox__json_write(document, &written);
    assert_int_equal(written.size, sizeof news - 1);
    assert_memory_equal(written.data, news, written.size);
    dynox__buffer_free(&written);
    dynox__json_free(document);
}

static void refusals_are_read_in_all_their_forms(void **state)
{
    static const struct {
        const char *text, *code, *message;
    } cases[] = {
        {"{\"error\":\"invalid_grant\",\"error_description\":\"why\"}", "invalid_grant", "why"},
        {"{\"__type\":\"com.amazonaws.x#UnauthorizedException\",\"message\":\"why\"}", "UnauthorizedException", "why"},
        {"{\"code\":\"Denied\",\"message\":\"a\\nb\"}", "Denied", "a b"},
        {"<html>", "", ""},
        {"", "", ""},
        {"{\"message\":7}", "", ""},
    };
    dynox__refusal refusal;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dynox__json_refusal(cases[i].text, strlen(cases[i].text), &refusal);
        assert_string_equal(refusal.code, cases[i].code);
        assert_string_equal(refusal.message, cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_times),
        cmocka_unit_test(documents_are_one_object),
        cmocka_unit_test(depth_and_size_are_bounded),
        cmocka_unit_test(texts_with_a_nul_are_not_there),
        cmocka_unit_test(what_is_set_is_written_and_the_rest_stays),
        cmocka_unit_test(refusals_are_read_in_all_their_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
