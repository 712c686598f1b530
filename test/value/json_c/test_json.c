/* Items to plain JSON of json-c and back. */
#include "value/json_c/json_c.h"
#include "value/random_value.h"
#include <dynox/json.h>
#include <json-c/json_tokener.h>
#include <math.h>

static void check_json(const dynox_item *item, const char *expected)
{
    dynox_error         error = {0};
    struct json_object *json  = dynox_item_to_json(item, &error);
    if (!json) fail_msg("%s: %s", expected, error.message);
    assert_string_equal(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN), expected);
    json_object_put(json);
}

static dynox_item *parsed(const char *text)
{
    dynox_error         error = {0};
    struct json_object *json  = json_tokener_parse(text);
    dynox_item         *item  = dynox_item_from_json(json, &error);
    json_object_put(json);
    if (!item) fail_msg("%s: %s", text, error.message);
    return item;
}

static void types_have_their_plain_form(void **state)
{
    (void)state;
    check_json(
        DYNOX_ITEM("s", "a\"b", "n", 36, "b", DYNOX_BYTES("hi", 2), "t", DYNOX_TRUE, "f", DYNOX_FALSE, "z",
                   dynox_null(), "m", DYNOX_MAP("k", DYNOX_LIST(1, "x", DYNOX_MAP()))),
        "{\"s\":\"a\\\"b\",\"n\":36,\"b\":{\"$binary\":\"aGk=\"},\"t\":true,\"f\":false,\"z\":null,\"m\":{\"k\":[1,"
        "\"x\",{}]}}");
    check_json(DYNOX_ITEM("ss", DYNOX_STRING_SET("a", "b"), "ns", DYNOX_NUMBER_SET(1, 2.5), "bs",
                          DYNOX_BINARY_SET(DYNOX_BYTES("", 0))),
               "{\"ss\":[\"a\",\"b\"],\"ns\":[1,2.5],\"bs\":[{\"$binary\":\"\"}]}");
    check_json(DYNOX_ITEM(), "{}");
}

static void numbers_keep_all_digits(void **state)
{
    (void)state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"9223372036854775808", "9223372036854775808"},
        {"12345678901234567890123456789012345678", "12345678901234567890123456789012345678"},
        {"-0.12345678901234567890123456789012345678", "-0.12345678901234567890123456789012345678"},
        {"1E2", "100"},
        {"+1.50", "1.50"},
        {"007.5", "7.5"},
        {".5", "0.5"},
        {"5.e-1", "5e-1"},
        {"-.5E+3", "-500"},
        {"1e-130", "1e-130"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char        expected[64];
        dynox_value number = dynox_number_text(cases[i].text);
        snprintf(expected, sizeof expected, "{\"n\":%s}", cases[i].json);
        check_json(DYNOX_ITEM("n", number), expected);
        dynox_item *back = parsed(expected);
        if (strcmp(cases[i].text, "9223372036854775808") != 0 && strlen(cases[i].json) < 38)
            assert_true(dynox_value_equal(dynox_item_get(back, "n"), &number));
        dynox_item_free(back);
    }
    /* json-c's integers end at 64 bits, the way through its objects does not */
    dynox_error         error  = {0};
    dynox_value         number = dynox_number_text("12345678901234567890123456789012345678");
    struct json_object *json   = dynox_item_to_json(DYNOX_ITEM("n", number), &error);
    dynox_item         *back   = dynox_item_from_json(json, &error);
    assert_true(dynox_value_equal(dynox_item_get(back, "n"), &number));
    dynox_item_free(back);
    json_object_put(json);
}

static void json_numbers_of_each_kind_come_in(void **state)
{
    (void)state;
    dynox_error         error = {0};
    struct json_object *json  = json_object_new_object();
    json_object_object_add(json, "i", json_object_new_int64(INT64_MIN));
#if JSON_C_VERSION_NUM >= ((0 << 16) | (14 << 8))
    json_object_object_add(json, "u", json_object_new_uint64(UINT64_MAX));
#else
    json_object_object_add(json, "u", json_object_new_double_s(18446744073709551615.0, "18446744073709551615"));
#endif
    json_object_object_add(json, "m", json_object_new_int64(INT64_MAX));
    json_object_object_add(json, "d", json_object_new_double(0.1));
    json_object_object_add(json, "s", json_object_new_double_s(0.1, "0.10000000000000000000000000001"));
    json_object_object_add(json, "l", json_object_new_double_s(0.1, "lie"));
    json_object_object_add(json, "o", json_object_new_double_s(0.1, "0.2"));
    dynox_item *item = dynox_item_from_json(json, &error);
    char       *text = dynox_item_to_text(item, &error);
    assert_string_equal(text,
                        "{\"i\":{\"N\":\"-9223372036854775808\"},\"u\":{\"N\":\"18446744073709551615\"},\"m\":{\"N\":"
                        "\"9223372036854775807\"},\"d\":{\"N\":\"0.1\"},\"s\":{\"N\":\"0."
                        "10000000000000000000000000001\"},\"l\":{\"N\":\"0.1\"},\"o\":{\"N\":\"0.1\"}}");
    dynox_free(text);
    dynox_item_free(item);
    json_object_put(json);
}

static void what_would_be_lost_is_refused(void **state)
{
    (void)state;
    dynox_named_value nul      = dynox_named("abc", DYNOX_TRUE);
    nul.name                   = "a\0c";
    dynox_item        with_nul = dynox_item_of(&nul, 1);
    dynox_value       nested[100];
    const dynox_item *cases[] = {
        &with_nul,
        DYNOX_ITEM("m", DYNOX_MAP("$binary", "aGk=")),
        DYNOX_ITEM("n", dynox_number_text("x")),
        DYNOX_ITEM("n", dynox_number_text("123456789012345678901234567890123456789")),
        DYNOX_ITEM("n", (double)NAN),
        DYNOX_ITEM("l", DYNOX_LIST(dynox_string(NULL))),
        DYNOX_ITEM("m", DYNOX_MAP("a", dynox_map_of(&nul, 1))),
        NULL,
    };
    nested[0] = DYNOX_TRUE;
    for (int i = 1; i < 100; i++)
        nested[i] = dynox_list_of(&nested[i - 1], 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox_error error = {0};
        assert_null(dynox_item_to_json(cases[i], &error));
        assert_int_equal(error.status, DYNOX_E_VALUE);
    }
    assert_null(dynox_item_to_json(DYNOX_ITEM("deep", nested[99]), NULL));
    check_json(DYNOX_ITEM("m", DYNOX_MAP("$binary", 1)), "{\"m\":{\"$binary\":1}}");
    check_json(DYNOX_ITEM("$binary", "x"), "{\"$binary\":\"x\"}");
}

static void json_that_is_no_item_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"[]", "object"},
        {"null", "object"},
        {"{\"b\":{\"$binary\":\"a\"}}", "\"b\": the text of \"$binary\" is not base64"},
        {"{\"n\":[1e400]}", "\"n\""},
        {"{\"n\":1.00000000000000000000000000000000000000001}", "\"n\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox_error         error = {0};
        struct json_object *json  = json_tokener_parse(cases[i].text);
        assert_null(dynox_item_from_json(json, &error));
        assert_int_equal(error.status, DYNOX_E_VALUE);
        if (!strstr(error.message, cases[i].why)) fail_msg("%s: %s", cases[i].text, error.message);
        json_object_put(json);
    }
    struct json_object *json = json_object_new_object(), *at = json;
    for (int i = 0; i < 100; i++) {
        struct json_object *next = json_object_new_object();
        json_object_object_add(at, "deeper", next);
        at = next;
    }
    assert_null(dynox_item_from_json(json, NULL));
    json_object_put(json);
}

static void texts_with_nul_pass(void **state)
{
    (void)state;
    dynox_error         error = {0};
    const dynox_item   *item  = DYNOX_ITEM("s", dynox_string_n("a\0b", 3));
    struct json_object *json  = dynox_item_to_json(item, &error);
    dynox_item         *back  = dynox_item_from_json(json, &error);
    assert_true(dynox_item_equal(item, back));
    dynox_item_free(back);
    json_object_put(json);
}

static void random_items_without_sets_come_back_equal(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        random_values       r     = {.state = seed * 0x9e3779b97f4a7c15};
        dynox_error         error = {0};
        dynox_item          item  = random_members(&r, 0);
        struct json_object *json  = dynox_item_to_json(&item, &error);
        if (!json) fail_msg("seed %d: %s", (int)seed, error.message);
        dynox_item *back = dynox_item_from_json(json, &error);
        if (!back) fail_msg("seed %d: %s", (int)seed, error.message);
        if (!dynox_item_equal(&item, back))
            fail_msg("seed %d: %s", (int)seed, json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));
        dynox_item_free(back);
        json_object_put(json);
        dynox__arena_free(&r.arena);
    }
}

static void answers_become_objects(void **state)
{
    (void)state;
    dynox_error         error = {0};
    dynox_answer        good = {.json = "{\"a\":[1,\"b\"]}", .length = 13}, bad = {.json = "{\"a\":", .length = 5};
    struct json_object *json = dynox_answer_to_json(&good, &error);
    assert_string_equal(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN), good.json);
    json_object_put(json);
    assert_null(dynox_answer_to_json(&bad, &error));
    assert_int_equal(error.status, DYNOX_E_DECODE);
    assert_null(dynox_answer_to_json(NULL, &error));
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    dynox_error_clear(&error);
}

static void there_and_back(void *arg)
{
    dynox_error         error = {0};
    struct json_object *json  = dynox_item_to_json(arg, &error);
    dynox_item         *back  = json ? dynox_item_from_json(json, &error) : NULL;
    assert_true(back || error.status == DYNOX_E_NO_MEMORY);
    if (back) assert_true(dynox_item_equal(back, arg));
    dynox_item_free(back);
    json_object_put(json);
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    dynox_item item = *DYNOX_ITEM("s", "a", "n", dynox_number_text("0.50"), "m",
                                  DYNOX_MAP("l", DYNOX_LIST(1, DYNOX_BYTES("x", 1), "a long text to need a chunk")));
    test_every_allocation_failing(there_and_back, &item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_have_their_plain_form),
        cmocka_unit_test(numbers_keep_all_digits),
        cmocka_unit_test(json_numbers_of_each_kind_come_in),
        cmocka_unit_test(what_would_be_lost_is_refused),
        cmocka_unit_test(json_that_is_no_item_is_refused),
        cmocka_unit_test(texts_with_nul_pass),
        cmocka_unit_test(random_items_without_sets_come_back_equal),
        cmocka_unit_test(answers_become_objects),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
