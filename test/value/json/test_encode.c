/* The encoder: what it writes, and what it refuses to write and says about it. */
#include "support.h"
#include "value/json/encode.h"
#include "value/text/number.h"
#include "value/text/utf8.h"
#include <math.h>

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        .type = DYNOX_S, .length = sizeof(literal) - 1, .as = {.text = (literal) }                                     \
    }
#define NUMBER(literal)                                                                                                \
    {                                                                                                                  \
        .type = DYNOX_N, .length = sizeof(literal) - 1, .as = {.text = (literal) }                                     \
    }
#define MEMBER(name_, ...)                                                                                             \
    {                                                                                                                  \
        .name = (name_), .name_length = sizeof(name_) - 1, .value = __VA_ARGS__                                        \
    }
#define LIST(type_, array)                                                                                             \
    {                                                                                                                  \
        .type = (type_), .length = sizeof(array) / sizeof *(array), .as = {.list = (array) }                           \
    }
#define MAP(array)                                                                                                     \
    {                                                                                                                  \
        .type = DYNOX_M, .length = sizeof(array) / sizeof *(array), .as = {.map = (array) }                            \
    }

static void assert_value_is(dynox_value value, const char *json)
{
    dynox__buffer buffer = {0};
    dynox_error   error  = {0};
    if (dynox__encode_value(&buffer, &value, &error)) fail_msg("%s: %s", json, error.message);
    assert_int_equal(error.status, DYNOX_OK);
    dynox__buffer_byte(&buffer, 0);
    assert_string_equal(buffer.data, json);
    dynox__buffer_free(&buffer);
}

static void assert_refused(dynox_value value, const char *message)
{
    dynox_named_value attribute = {.name = "a", .name_length = 1, .value = value};
    dynox_item        item      = {.attributes = &attribute, .count = 1};
    dynox__buffer     buffer    = {0};
    dynox_error       error     = {0};
    assert_int_equal(dynox__encode_item(&buffer, &item, &error), DYNOX_E_VALUE);
    assert_int_equal(error.status, DYNOX_E_VALUE);
    assert_string_equal(error.message, message);
    buffer.size = 0;
    assert_int_equal(dynox__encode_item(&buffer, &item, NULL), DYNOX_E_VALUE);
    dynox__buffer_free(&buffer);
}

/* Rows 25-27. */
static void every_type_is_written(void **state)
{
    (void)state;
    static const dynox_value       texts[] = {TEXT("x"), TEXT("")}, numbers[] = {NUMBER("1"), NUMBER("-2.5")};
    static const dynox_value       bytes[]   = {{.type = DYNOX_B, .length = 1, .as = {.text = "f"}}, {.type = DYNOX_B}};
    static const dynox_value       mixed[]   = {TEXT("x"), {.type = DYNOX_NULL}};
    static const dynox_named_value members[] = {MEMBER("n", NUMBER("1")), MEMBER("e", {.type = DYNOX_M})};
    assert_value_is((dynox_value)TEXT("x"), "{\"S\":\"x\"}");
    assert_value_is((dynox_value){.type = DYNOX_S}, "{\"S\":\"\"}");
    assert_value_is((dynox_value)NUMBER("1.50"), "{\"N\":\"1.50\"}");
    assert_value_is((dynox_value){.type = DYNOX_B, .length = 4, .as = {.text = "foob"}}, "{\"B\":\"Zm9vYg==\"}");
    assert_value_is((dynox_value){.type = DYNOX_BOOL, .as = {.boolean = true}}, "{\"BOOL\":true}");
    assert_value_is((dynox_value){.type = DYNOX_BOOL}, "{\"BOOL\":false}");
    assert_value_is((dynox_value){.type = DYNOX_NULL}, "{\"NULL\":true}");
    assert_value_is((dynox_value)LIST(DYNOX_L, mixed), "{\"L\":[{\"S\":\"x\"},{\"NULL\":true}]}");
    assert_value_is((dynox_value){.type = DYNOX_L}, "{\"L\":[]}");
    assert_value_is((dynox_value)MAP(members), "{\"M\":{\"n\":{\"N\":\"1\"},\"e\":{\"M\":{}}}}");
    assert_value_is((dynox_value)LIST(DYNOX_SS, texts), "{\"SS\":[\"x\",\"\"]}");
    assert_value_is((dynox_value)LIST(DYNOX_NS, numbers), "{\"NS\":[\"1\",\"-2.5\"]}");
    assert_value_is((dynox_value)LIST(DYNOX_BS, bytes), "{\"BS\":[\"Zg==\",\"\"]}");
}

static void c_numbers_are_written_without_loss(void **state)
{
    (void)state;
    assert_value_is((dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_INT_, .as = {.integer_ = INT64_MIN}},
                    "{\"N\":\"-9223372036854775808\"}");
    assert_value_is((dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_UINT_, .as = {.unsigned_ = UINT64_MAX}},
                    "{\"N\":\"18446744073709551615\"}");
    assert_value_is((dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_DOUBLE_, .as = {.real_ = 0.1}},
                    "{\"N\":\"0.1\"}");
    assert_value_is((dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_DOUBLE_, .as = {.real_ = 1e125}},
                    "{\"N\":\"1E+125\"}");
    assert_refused((dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_DOUBLE_, .as = {.real_ = (double)NAN}},
                   "attribute \"a\": NaN and infinity are not numbers of the service");
    assert_refused((dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_DOUBLE_, .as = {.real_ = (double)INFINITY}},
                   "attribute \"a\": NaN and infinity are not numbers of the service");
    assert_refused((dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_DOUBLE_, .as = {.real_ = 1e126}},
                   "attribute \"a\": a number beyond 9.99E+125");
    assert_refused((dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_DOUBLE_, .as = {.real_ = -1e-131}},
                   "attribute \"a\": a number closer to zero than 1E-130");
}

static void only_what_json_wants_escaped_is(void **state)
{
    (void)state;
    assert_value_is((dynox_value)TEXT("\"\\/\b\f\n\r\t\x01\x1f\x7f"),
                    "{\"S\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"}");
    assert_value_is((dynox_value)TEXT("a\0b"), "{\"S\":\"a\\u0000b\"}");
    assert_value_is((dynox_value)TEXT("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"),
                    "{\"S\":\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"}");
}

/* Every place of an escape relative to the scanner's steps and to the room in the buffer. */
static void an_escape_anywhere_is_written_right(void **state)
{
    (void)state;
    static const char *const inserted[][2] = {{"\"", "\\\""}, {"\x01", "\\u0001"}, {"\xC3\xA9", "\xC3\xA9"}};
    for (size_t kind = 0; kind < 3; kind++)
        for (size_t length = 0; length < 70; length++)
            for (size_t at = 0; at <= length; at++) {
                size_t        size   = strlen(inserted[kind][0]);
                char         *text   = malloc(length + size), expected[200];
                dynox__buffer buffer = {0};
                memset(text, 'x', length + size);
                memcpy(text + at, inserted[kind][0], size);
                snprintf(expected, sizeof expected, "\"%.*s%s%.*s\"", (int)at,
                         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", inserted[kind][1],
                         (int)(length - at),
                         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
                assert_true(dynox__encode_text(&buffer, text, length + size));
                assert_int_equal(buffer.size, strlen(expected));
                assert_memory_equal(buffer.data, expected, buffer.size);
                dynox__buffer_free(&buffer);
                free(text);
            }
}

static void text_that_is_all_escapes_gets_room(void **state)
{
    (void)state;
    char          text[5000];
    dynox__buffer buffer = {0};
    memset(text, 1, sizeof text);
    assert_true(dynox__encode_text(&buffer, text, sizeof text));
    assert_int_equal(buffer.size, 6 * sizeof text + 2);
    dynox__buffer_free(&buffer);
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xC0\xAF",
                                      "\xC3",
                                      "\xE2\x82",
                                      "\xED\xA0\x80",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "abc\xE0\x80\x80 defghijklmnopqrstuvwxyz",
                                      "0123456789abcdef\xC3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t        length = strlen(bad[i]);
        char         *exact  = malloc(length);
        dynox__buffer buffer = {0};
        memcpy(exact, bad[i], length);
        assert_false(dynox__encode_text(&buffer, exact, length));
        dynox__buffer_free(&buffer);
        assert_refused((dynox_value){.type = DYNOX_S, .length = (uint32_t)length, .as = {.text = exact}},
                       "attribute \"a\": the text is not UTF-8");
        free(exact);
    }
}

/* Row 36. */
static void missing_and_foreign_values_are_refused(void **state)
{
    (void)state;
    assert_refused((dynox_value){.type = DYNOX_INVALID},
                   "attribute \"a\": there is no value: a NULL pointer was given, or nothing was found");
    assert_refused((dynox_value){.type = DYNOX_UNKNOWN}, "attribute \"a\": a value of a type that this library does "
                                                         "not know cannot be sent: S, N, B, BOOL, NULL, M, L, SS, NS "
                                                         "and BS can");
    assert_refused((dynox_value){.type = 200}, "attribute \"a\": a value of a type that this library does not know "
                                               "cannot be sent: S, N, B, BOOL, NULL, M, L, SS, NS "
                                               "and BS can");
    assert_refused((dynox_value){.type = DYNOX_S, .length = 1}, "attribute \"a\": the text is a NULL pointer");
    assert_refused((dynox_value){.type = DYNOX_N}, "attribute \"a\": the number is a NULL pointer");
    assert_refused((dynox_value){.type = DYNOX_B, .length = 1}, "attribute \"a\": the bytes are a NULL pointer");
    assert_refused((dynox_value){.type = DYNOX_M, .length = 1}, "attribute \"a\": the map is a NULL pointer");
    assert_refused((dynox_value){.type = DYNOX_L, .length = 1}, "attribute \"a\": the list is a NULL pointer");
    assert_refused((dynox_value){.type = DYNOX_SS, .length = 1}, "attribute \"a\": the set is a NULL pointer");
    assert_refused((dynox_value)NUMBER("1.2.3"), "attribute \"a\": not a number");
    dynox__buffer buffer = {0};
    dynox_error   error  = {0};
    assert_int_equal(dynox__encode_item(&buffer, NULL, &error), DYNOX_E_VALUE);
    assert_int_equal(dynox__encode_value(&buffer, NULL, &error), DYNOX_E_VALUE);
    assert_int_equal(dynox__encode_value(&buffer, &(dynox_value){0}, &error), DYNOX_E_VALUE);
    assert_string_equal(error.message, "value: there is no value: a NULL pointer was given, or nothing was found");
    dynox__buffer_free(&buffer);
}

/* Row 30. */
static void the_path_to_what_is_wrong_is_told(void **state)
{
    (void)state;
    static const dynox_value       list[]  = {TEXT("ok"), NUMBER("1"), {.type = DYNOX_INVALID}};
    static const dynox_named_value inner[] = {MEMBER("x", TEXT("")), MEMBER("b\n\xFF", LIST(DYNOX_L, list))};
    assert_refused((dynox_value)MAP(inner), "attribute \"a.b??\": the name is not UTF-8");
    static const dynox_named_value good[] = {MEMBER("x", TEXT("")), MEMBER("h\xC3\xA9", LIST(DYNOX_L, list))};
    assert_refused((dynox_value)MAP(good),
                   "attribute \"a.h\xC3\xA9[2]\": there is no value: a NULL pointer was given, or nothing was found");
    static const dynox_named_value unnamed[] = {{.value = TEXT("")}};
    assert_refused((dynox_value)MAP(unnamed), "attribute \"a\": a name is a NULL pointer");
    static const dynox_value set[] = {TEXT("x"), NUMBER("1")};
    assert_refused((dynox_value)LIST(DYNOX_SS, set),
                   "attribute \"a[1]\": a member of the set is of another type than the set");
}

static void a_long_path_is_cut(void **state)
{
    (void)state;
    char              name[1000];
    dynox_named_value inner = {.name = name, .name_length = sizeof name, .value = {.type = DYNOX_INVALID}};
    dynox_named_value outer = {
        .name = name, .name_length = sizeof name, .value = {.type = DYNOX_M, .length = 1, .as = {.map = &inner}}};
    dynox_item    item   = {.attributes = &outer, .count = 1};
    dynox__buffer buffer = {0};
    dynox_error   error  = {0};
    memset(name, 'n', sizeof name);
    assert_int_equal(dynox__encode_item(&buffer, &item, &error), DYNOX_E_VALUE);
    assert_non_null(strstr(error.message, "nnn\": there is no value"));
    dynox__buffer_free(&buffer);
}

/* A value in `depth` lists. */
static dynox_value nested(dynox_value *room, unsigned depth)
{
    dynox_value value = TEXT("deep");
    for (unsigned i = 0; i < depth; i++) {
        room[i] = value;
        value   = (dynox_value){.type = DYNOX_L, .length = 1, .as = {.list = &room[i]}};
    }
    return value;
}

static void nesting_ends_where_the_service_ends_it(void **state)
{
    (void)state;
    dynox_value   room[40], value = nested(room, DYNOX__ENCODE_DEPTH);
    dynox__buffer buffer = {0};
    dynox_error   error  = {0};
    assert_int_equal(dynox__encode_value(&buffer, &value, &error), DYNOX_OK);
    value = nested(room, DYNOX__ENCODE_DEPTH + 1);
    assert_int_equal(dynox__encode_value(&buffer, &value, &error), DYNOX_E_VALUE);
    assert_non_null(strstr(error.message, "[0]\": maps and lists are nested more than 32 deep"));
    dynox__buffer_free(&buffer);
}

/* Row 28. */
static void sets_are_not_empty_and_have_no_duplicates(void **state)
{
    (void)state;
    static const dynox_value texts[]   = {TEXT("b"), TEXT("a"), TEXT("ab"), TEXT("b")},
                             bytes[]   = {{.type = DYNOX_B}, {.type = DYNOX_B}};
    static const dynox_value numbers[] = {NUMBER("1"), NUMBER("2"), NUMBER("10e-1")};
    static const dynox_value mixed[]   = {{.type = DYNOX_N, .number_ = DYNOX_NUMBER_INT_, .as = {.integer_ = 5}},
                                          NUMBER("-5"),
                                          {.type = DYNOX_N, .number_ = DYNOX_NUMBER_DOUBLE_, .as = {.real_ = 5.0}}};
    dynox__buffer            buffer    = {0};
    dynox_error              error     = {0};
    assert_refused((dynox_value){.type = DYNOX_SS}, "attribute \"a\": a set must not be empty");
    assert_int_equal(dynox__encode_value(&buffer, &(dynox_value)LIST(DYNOX_SS, texts), &error), DYNOX_E_VALUE);
    assert_non_null(strstr(error.message, "the set has this member twice"));
    assert_int_equal(dynox__encode_value(&buffer, &(dynox_value)LIST(DYNOX_BS, bytes), &error), DYNOX_E_VALUE);
    assert_int_equal(dynox__encode_value(&buffer, &(dynox_value)LIST(DYNOX_NS, numbers), &error), DYNOX_E_VALUE);
    assert_int_equal(dynox__encode_value(&buffer, &(dynox_value)LIST(DYNOX_NS, mixed), &error), DYNOX_E_VALUE);
    dynox__buffer_free(&buffer);
}

/* Big enough that comparing each with each would show. */
static void a_duplicate_in_a_large_set_is_found(void **state)
{
    (void)state;
    enum { COUNT = 60000 };
    dynox_value  *list   = malloc(COUNT * sizeof *list);
    dynox__buffer buffer = {0};
    dynox_error   error  = {0};
    for (int i = 0; i < COUNT; i++)
        list[i] =
            (dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_INT_, .as = {.integer_ = (int64_t)i * 7919 % COUNT}};
    dynox_value set = {.type = DYNOX_NS, .length = COUNT, .as = {.list = list}};
    assert_int_equal(dynox__encode_value(&buffer, &set, &error), DYNOX_OK);
    list[COUNT / 2].as.integer_ = list[3].as.integer_;
    buffer.size                 = 0;
    assert_int_equal(dynox__encode_value(&buffer, &set, &error), DYNOX_E_VALUE);
    dynox__buffer_free(&buffer);
    free(list);
}

static void encode_with_failing_memory(void *arg)
{
    dynox_value list[100];
    char        long_text[300];
    memset(long_text, '\n', sizeof long_text);
    for (int i = 0; i < 100; i++)
        list[i] = (dynox_value){.type = DYNOX_N, .number_ = DYNOX_NUMBER_INT_, .as = {.integer_ = i}};
    const dynox_named_value attributes[] = {
        MEMBER("s", {.type = DYNOX_S, .length = sizeof long_text, .as = {.text = long_text}}),
        MEMBER("n", LIST(DYNOX_NS, list)), MEMBER("l", LIST(DYNOX_L, list)),
        MEMBER("b", {.type = DYNOX_B, .length = sizeof long_text, .as = {.text = long_text}})};
    dynox_item    item   = {.attributes = attributes, .count = 4};
    dynox__buffer buffer = {0};
    dynox_error   error  = {0};
    (void)arg;
    assert_int_equal(dynox__encode_item(&buffer, &item, &error), DYNOX_OK);
    assert_int_equal(buffer.failed, atomic_load(&test_allocation_failed));
    dynox__buffer_free(&buffer);
}

static void lack_of_memory_is_told_by_the_buffer(void **state)
{
    (void)state;
    test_every_allocation_failing(encode_with_failing_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_written),
        cmocka_unit_test(c_numbers_are_written_without_loss),
        cmocka_unit_test(only_what_json_wants_escaped_is),
        cmocka_unit_test(an_escape_anywhere_is_written_right),
        cmocka_unit_test(text_that_is_all_escapes_gets_room),
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(missing_and_foreign_values_are_refused),
        cmocka_unit_test(the_path_to_what_is_wrong_is_told),
        cmocka_unit_test(a_long_path_is_cut),
        cmocka_unit_test(nesting_ends_where_the_service_ends_it),
        cmocka_unit_test(sets_are_not_empty_and_have_no_duplicates),
        cmocka_unit_test(a_duplicate_in_a_large_set_is_found),
        cmocka_unit_test(lack_of_memory_is_told_by_the_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
