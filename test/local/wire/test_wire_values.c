/* Values of requests: into one canonical form, or refused in the service's words. */
#include "local/wire/values.h"
#include "support.h"
#include "value/json/decode.h"

#define INVALID "One or more parameter values were invalid: "

typedef struct outcome {
    dynox__arena   arena;
    dynox__buffer  text; /* canonical JSON, or "TYPE: message" */
    dynox__refusal refusal;
    dynox_item     item;
} outcome;

static const char *read_n(outcome *o, const char *json, size_t length)
{
    *o                      = (outcome){0};
    const char        *why  = NULL;
    char              *body = dynox__decode_copy(&o->arena, json, length);
    const dynox__tree *tree = body ? dynox__tree_parse(body, length, &o->arena, &why) : NULL;
    if (why) fail_msg("%s: %s", why, json);
    if (!tree) return "memory";
    if (dynox__values_read_item(tree, &o->arena, &o->item, &o->refusal)) {
        dynox__values_write_item(&o->text, &o->item);
    } else {
        dynox__buffer_text(&o->text, dynox__refusal_name(o->refusal.type));
        DYNOX__BUFFER_LITERAL(&o->text, ": ");
        dynox__buffer_add(&o->text, o->refusal.message, o->refusal.length);
    }
    dynox__buffer_byte(&o->text, 0);
    return o->text.failed ? "memory" : o->text.data;
}

static void end(outcome *o)
{
    dynox__arena_free(&o->arena);
    dynox__buffer_free(&o->text);
}

static void becomes(const char *json, const char *expected)
{
    outcome     o;
    const char *text = read_n(&o, json, strlen(json));
    if (strcmp(text, expected) != 0) fail_msg("%s\n  became %s\n  not    %s", json, text, expected);
    end(&o);
}

static void refused(const char *value, const char *expected)
{
    dynox__buffer json = {0}, message = {0};
    dynox__buffer_format(&json, "{\"a\":%s}", value);
    dynox__buffer_format(&message, "ValidationException: %s", expected);
    dynox__buffer_byte(&json, 0);
    dynox__buffer_byte(&message, 0);
    becomes(json.data, message.data);
    dynox__buffer_free(&json);
    dynox__buffer_free(&message);
}

static void malformed(const char *value, const char *expected)
{
    dynox__buffer json = {0}, message = {0};
    dynox__buffer_format(&json, "{\"a\":%s}", value);
    dynox__buffer_format(&message, "SerializationException: %s", expected);
    dynox__buffer_byte(&json, 0);
    dynox__buffer_byte(&message, 0);
    becomes(json.data, message.data);
    dynox__buffer_free(&json);
    dynox__buffer_free(&message);
}

static void every_type_is_read_and_written_as_it_was(void **state)
{
    (void)state;
    static const char *const items[] = {
        "{}",
        "{\"a\":{\"S\":\"\"}}",
        "{\"a\":{\"S\":\"x\\u0000y\"},\"b\":{\"N\":\"-1.5\"},\"c\":{\"B\":\"AAEC\"},\"d\":{\"BOOL\":false}}",
        "{\"z\":{\"NULL\":true},\"y\":{\"M\":{\"k\":{\"L\":[{\"M\":{}},{\"L\":[]}]}}},\"x\":{\"B\":\"\"}}",
        "{\"s\":{\"SS\":[\"b\",\"a\",\"\"]},\"n\":{\"NS\":[\"2\",\"1\"]},\"b\":{\"BS\":[\"AA==\",\"\"]}}",
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        becomes(items[i], items[i]);
}

static void numbers_become_canonical(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"0", "0"},
        {"-0", "0"},
        {"-0.00", "0"},
        {"00", "0"},
        {"0e500", "0"},
        {"1", "1"},
        {"+1", "1"},
        {"001", "1"},
        {"1.0", "1"},
        {"1.", "1"},
        {".5", "0.5"},
        {"-.50", "-0.5"},
        {"10", "10"},
        {"100e-2", "1"},
        {"1.5E3", "1500"},
        {"12345e-3", "12.345"},
        {"1e-5", "0.00001"},
        {"0.00001", "0.00001"},
        {"99999999999999999999999999999999999999", "99999999999999999999999999999999999999"},
        {"-9.9999999999999999999999999999999999999", "-9.9999999999999999999999999999999999999"},
        {"000000000000000000000000000000000000000000000001.5", "1.5"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char json[256], expected[256];
        snprintf(json, sizeof json, "{\"a\":{\"N\":\"%s\"}}", pairs[i][0]);
        snprintf(expected, sizeof expected, "{\"a\":{\"N\":\"%s\"}}", pairs[i][1]);
        becomes(json, expected);
    }
    char large[200] = "{\"a\":{\"N\":\"1";
    memset(large + strlen(large), '0', 100);
    strncat(large, "\"}}", 4);
    becomes("{\"a\":{\"N\":\"1E+100\"}}", large);
    char small[200] = "{\"a\":{\"N\":\"-0.";
    memset(small + strlen(small), '0', 129);
    strncat(small, "1\"}}", 5);
    becomes("{\"a\":{\"N\":\"-1E-130\"}}", small);
}

static void of_attributes_of_one_name_the_last_counts(void **state)
{
    (void)state;
    becomes("{\"a\":{\"S\":\"1\"},\"b\":{\"S\":\"2\"},\"a\":{\"S\":\"3\"},\"a\":{\"S\":\"4\"}}",
            "{\"b\":{\"S\":\"2\"},\"a\":{\"S\":\"4\"}}");
    becomes("{\"a\":{\"S\":\"1\",\"S\":\"2\"}}", "{\"a\":{\"S\":\"2\"}}");
    becomes("{\"a\":{\"S\":\"1\",\"N\":null,\"X\":5}}", "{\"a\":{\"S\":\"1\"}}");
}

static void thousands_of_equal_names_are_no_trouble(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    dynox__buffer json = {0};
    outcome       o;
    for (int i = 0; i < MANY; i++)
        dynox__buffer_format(&json, "%s\"%c\":{\"BOOL\":true}", i ? "," : "{", 'a' + i % 2);
    dynox__buffer_byte(&json, '}');
    assert_string_equal(read_n(&o, json.data, json.size), "{\"a\":{\"BOOL\":true},\"b\":{\"BOOL\":true}}");
    end(&o);
    dynox__buffer_free(&json);
}

static void types_are_counted(void **state)
{
    (void)state;
    refused("{}", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    refused("null", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    refused("{\"X\":1}", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    refused("{\"L\":[{\"S\":\"x\"},{}]}",
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    refused("{\"S\":\"x\",\"N\":\"1\"}",
            "Supplied AttributeValue has more than one datatypes set, must contain exactly "
            "one of the supported datatypes");
}

static void numbers_are_refused_in_the_services_words(void **state)
{
    (void)state;
    refused("{\"N\":\"\"}", "The parameter cannot be converted to a numeric value");
    refused("{\"N\":\"b\"}", "The parameter cannot be converted to a numeric value: b");
    refused("{\"N\":\" 1\"}", "The parameter cannot be converted to a numeric value:  1");
    refused("{\"NS\":[\"1\",\"NaN\"]}", "The parameter cannot be converted to a numeric value: NaN");
    refused("{\"N\":\"1E126\"}",
            "Number overflow. Attempting to store a number with magnitude larger than supported range");
    refused("{\"N\":\"1E-131\"}",
            "Number underflow. Attempting to store a number with magnitude smaller than supported range");
    refused("{\"N\":\"123456789012345678901234567890123456789\"}",
            "Attempting to store more than 38 significant digits in a Number");
}

static void sets_are_refused_in_the_services_words(void **state)
{
    (void)state;
    refused("{\"SS\":[]}", INVALID "An string set  may not be empty");
    refused("{\"NS\":[]}", INVALID "An number set  may not be empty");
    refused("{\"BS\":[]}", INVALID "Binary sets should not be empty");
    refused("{\"SS\":[\"a\",\"b\",\"a\"]}", INVALID "Input collection [a, b, a] contains duplicates.");
    refused("{\"NS\":[\"1\",\"1.0\"]}", "Input collection contains duplicates");
    refused("{\"BS\":[\"AA==\",\"AA==\"]}", INVALID "Input collection [AA==, AA==]of type BS contains duplicates.");
    refused("{\"NULL\":false}", INVALID "Null attribute value types must have the value of true");
}

static void json_of_the_wrong_kind_is_malformed(void **state)
{
    (void)state;
    static const char java[] = "Unrecognized collection type class java.";
    char              message[128];
    malformed("{\"S\":1}", "NUMBER_VALUE cannot be converted to String");
    malformed("{\"N\":1.5}", "DECIMAL_VALUE cannot be converted to String");
    malformed("{\"S\":true}", "TRUE_VALUE cannot be converted to String");
    malformed("{\"SS\":[false]}", "FALSE_VALUE cannot be converted to String");
    malformed("{\"S\":{}}", "Start of structure or map found where not expected");
    snprintf(message, sizeof message, "%slang.String", java);
    malformed("{\"S\":[]}", message);
    snprintf(message, sizeof message, "%snio.ByteBuffer", java);
    malformed("{\"B\":[]}", message);
    malformed("{\"B\":1}", "only base-64-encoded strings are convertible to bytes");
    malformed("{\"B\":\"abc\"}", "Base64 encoded length is expected a multiple of 4 bytes but found: 3");
    malformed("{\"B\":\"ab!=\"}", "Invalid last non-pad Base64 character dectected");
    malformed("{\"BOOL\":\"perhaps\"}", "Unexpected token received from parser");
    malformed("{\"BOOL\":1}", "NUMBER_VALUE cannot be converted to Boolean");
    malformed("{\"L\":\"x\"}", "Unexpected field type");
    malformed("{\"L\":{}}", "Start of structure or map found where not expected");
    malformed("{\"M\":1}", "Unexpected field type");
    malformed("{\"M\":[]}", "Unrecognized collection type java.util.Map<java.lang.String, "
                            "com.amazonaws.dynamodb.v20120810.AttributeValue>");
    malformed("\"x\"", "Unexpected value type in payload");
    malformed("[]", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
    becomes("{\"a\":{\"BOOL\":\"true\"},\"b\":{\"BOOL\":\"no\"}}", "{\"a\":{\"BOOL\":true},\"b\":{\"BOOL\":false}}");
}

static void nested(dynox__buffer *json, int depth)
{
    json->size = 0;
    DYNOX__BUFFER_LITERAL(json, "{\"a\":");
    for (int i = 0; i < depth; i++)
        DYNOX__BUFFER_LITERAL(json, "{\"L\":[");
    DYNOX__BUFFER_LITERAL(json, "{\"S\":\"x\"}");
    for (int i = 0; i < depth; i++)
        DYNOX__BUFFER_LITERAL(json, "]}");
    dynox__buffer_byte(json, '}');
}

static void thirty_two_levels_are_enough(void **state)
{
    (void)state;
    dynox__buffer json = {0};
    outcome       o;
    nested(&json, 32);
    assert_memory_equal(read_n(&o, json.data, json.size), json.data, json.size);
    end(&o);
    nested(&json, 33);
    assert_string_equal(read_n(&o, json.data, json.size),
                        "ValidationException: " INVALID
                        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
                        "beyond supported limit");
    end(&o);
    dynox__buffer_free(&json);
}

static void a_tree_may_be_read_twice(void **state)
{
    (void)state;
    dynox__arena       arena   = {0};
    dynox__refusal     refusal = {0};
    const char        *why;
    static const char  json[] = "{\"B\":\"AAEC\"}";
    dynox_value        first, second;
    const dynox__tree *tree =
        dynox__tree_parse(dynox__decode_copy(&arena, json, strlen(json)), strlen(json), &arena, &why);
    assert_true(dynox__values_check_kinds(tree, true, &arena, &refusal));
    assert_true(dynox__values_read(tree, &arena, &first, &refusal));
    assert_true(dynox__values_read(tree, &arena, &second, &refusal));
    assert_true(dynox__values_equal(&first, &second));
    assert_memory_equal(first.as.bytes, "\0\1\2", 4);
    dynox__arena_free(&arena);
}

static void read_without_memory(void *arg)
{
    (void)arg;
    static const char *const texts[] = {
        "{\"a\":{\"NS\":[\"01\",\"2\"]},\"b\":{\"B\":\"AAEC\"},\"c\":{\"L\":[{\"M\":{\"x\":{\"N\":\"1e5\"}}}]}}",
        "{\"a\":{\"SS\":[\"x\",\"x\"]}}",
        "{\"a\":{\"N\":\"x\"}}",
        "{\"a\":{\"S\":1}}",
        "{\"a\":{\"S\":\"1\"},\"a\":{\"S\":\"1\"}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        outcome o;
        read_n(&o, texts[i], strlen(texts[i]));
        end(&o);
    }
}

static void running_out_of_memory_is_refused_like_anything_else(void **state)
{
    (void)state;
    test_every_allocation_failing(read_without_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_read_and_written_as_it_was),
        cmocka_unit_test(numbers_become_canonical),
        cmocka_unit_test(of_attributes_of_one_name_the_last_counts),
        cmocka_unit_test(thousands_of_equal_names_are_no_trouble),
        cmocka_unit_test(types_are_counted),
        cmocka_unit_test(numbers_are_refused_in_the_services_words),
        cmocka_unit_test(sets_are_refused_in_the_services_words),
        cmocka_unit_test(json_of_the_wrong_kind_is_malformed),
        cmocka_unit_test(thirty_two_levels_are_enough),
        cmocka_unit_test(a_tree_may_be_read_twice),
        cmocka_unit_test(running_out_of_memory_is_refused_like_anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
