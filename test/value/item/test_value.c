/* Values: what C expressions become, and what they read back as. */
#include "support.h"
#include <dynox/item.h>
#include <math.h>
#include <time.h>

/* Row 25. */
static void c_types_choose_the_type(void **state)
{
    (void)state;
    char        name[8] = "ada";
    const char *text    = name;
    bool        yes     = true;
    time_t      now     = 5;
    assert_int_equal(DYNOX_VALUE("x").type, DYNOX_S);
    assert_int_equal(DYNOX_VALUE(name).type, DYNOX_S);
    assert_int_equal(DYNOX_VALUE(name).length, 3);
    assert_int_equal(DYNOX_VALUE(text).type, DYNOX_S);
    assert_int_equal(DYNOX_VALUE(yes).type, DYNOX_BOOL);
    assert_int_equal(DYNOX_VALUE(now).type, DYNOX_N);
    assert_int_equal(DYNOX_VALUE('c').type, DYNOX_N);
    assert_int_equal(DYNOX_VALUE(1.5f).type, DYNOX_N);
    assert_int_equal(DYNOX_VALUE(true).type, DYNOX_BOOL);
    assert_true(DYNOX_VALUE(true).as.boolean);
    assert_int_equal(DYNOX_VALUE(false).type, DYNOX_BOOL);
    assert_int_equal(DYNOX_VALUE(1 > 0).type, DYNOX_N);
    assert_int_equal(DYNOX_TRUE.type, DYNOX_BOOL);
    assert_true(DYNOX_TRUE.as.boolean);
    assert_false(DYNOX_FALSE.as.boolean);
    assert_int_equal(DYNOX_VALUE(DYNOX_ITEM("a", 1)).type, DYNOX_M);
    assert_int_equal(DYNOX_VALUE(dynox_null()).type, DYNOX_NULL);
}

static void every_integer_type_keeps_its_value(void **state)
{
    (void)state;
#define KEEPS(type, value)                                                                                             \
    do {                                                                                                               \
        type        number = (type)(value);                                                                            \
        dynox_value made   = DYNOX_VALUE(number);                                                                      \
        char        room[DYNOX_NUMBER_ROOM], expected[DYNOX_NUMBER_ROOM];                                              \
        snprintf(expected, sizeof expected, number < 1 ? "%lld" : "%llu", (unsigned long long)number);                 \
        assert_string_equal(dynox_value_as_number(&made, room), expected);                                             \
    } while (0)
    KEEPS(char, 'x');
    KEEPS(signed char, -128);
    KEEPS(unsigned char, 255);
    KEEPS(short, INT16_MIN);
    KEEPS(unsigned short, UINT16_MAX);
    KEEPS(int, INT32_MIN);
    KEEPS(unsigned, UINT32_MAX);
    KEEPS(long, INT64_MIN);
    KEEPS(unsigned long, UINT64_MAX);
    KEEPS(long long, INT64_MIN);
    KEEPS(unsigned long long, UINT64_MAX);
#undef KEEPS
}

static void nothing_is_not_silently_something(void **state)
{
    (void)state;
    const char        *none    = NULL;
    const dynox_item  *no_item = NULL;
    const dynox_value *absent  = NULL;
    assert_int_equal(DYNOX_VALUE(none).type, DYNOX_INVALID);
    assert_int_equal(DYNOX_VALUE(no_item).type, DYNOX_INVALID);
    assert_int_equal(DYNOX_VALUE(absent).type, DYNOX_INVALID);
    assert_int_equal(dynox_bytes(NULL, 1).type, DYNOX_INVALID);
    assert_int_equal(dynox_bytes(NULL, 0).type, DYNOX_B);
    assert_int_equal(dynox_list_of(NULL, 1).type, DYNOX_INVALID);
    assert_int_equal(dynox_map_of(NULL, 1).type, DYNOX_INVALID);
    assert_int_equal(dynox_named(NULL, DYNOX_TRUE).value.type, DYNOX_INVALID);
    assert_non_null(dynox_named(NULL, DYNOX_TRUE).name);
}

static void sizes_beyond_32_bits_are_not_cut(void **state)
{
    (void)state;
    if (SIZE_MAX <= UINT32_MAX) skip();
    size_t size = (size_t)UINT32_MAX + 2;
    assert_int_equal(dynox_string_n("x", size).type, DYNOX_INVALID);
    assert_int_equal(dynox_bytes("x", size).type, DYNOX_INVALID);
    dynox_value       value = DYNOX_TRUE;
    dynox_named_value named = dynox_named("x", value);
    assert_int_equal(dynox_list_of(&value, size).type, DYNOX_INVALID);
    assert_int_equal(dynox_map_of(&named, size).type, DYNOX_INVALID);
}

static void literals_nest_and_count(void **state)
{
    (void)state;
    dynox_value value = DYNOX_LIST(1, "two", DYNOX_LIST(), DYNOX_LIST(DYNOX_LIST(DYNOX_LIST(DYNOX_TRUE))), DYNOX_MAP(),
                                   DYNOX_MAP("a", DYNOX_MAP("b", DYNOX_STRING_SET("x", "y"))), DYNOX_NUMBER_SET(1, 2.5),
                                   DYNOX_BINARY_SET(DYNOX_BYTES("\0a", 2)));
    size_t      count;
    const dynox_value *list = dynox_value_as_list(&value, &count);
    assert_int_equal(count, 8);
    assert_int_equal(list[2].length, 0);
    assert_int_equal(list[3].as.list->as.list->as.list->type, DYNOX_BOOL);
    assert_int_equal(list[4].length, 0);
    dynox_item a = dynox_value_as_map(&list[5]), b = dynox_get_map(&a, "a");
    assert_int_equal(dynox_item_get(&b, "b")->type, DYNOX_SS);
    assert_int_equal(dynox_item_get(&b, "b")->length, 2);
    assert_int_equal(list[6].type, DYNOX_NS);
    assert_int_equal(list[7].as.list[0].length, 2);
    dynox_value many = DYNOX_LIST(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
                                  25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45,
                                  46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64);
    assert_int_equal(many.length, 64);
    for (uint32_t i = 0; i < 64; i++)
        assert_int_equal(dynox_value_as_int(&many.as.list[i]), i + 1);
}

static void numbers_read_as_what_fits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool        fits_int, fits_unsigned;
        int64_t     integer;
    } cases[] = {
        {"0", true, true, 0},
        {"-1", true, false, -1},
        {"9223372036854775807", true, true, INT64_MAX},
        {"9223372036854775808", false, true, 0},
        {"-9223372036854775808", true, false, INT64_MIN},
        {"-9223372036854775809", false, false, 0},
        {"18446744073709551616", false, false, 0},
        {"1.5", false, false, 0},
        {"12345678901234567890123456789012345678", false, false, 0},
        {"not a number", false, false, 0},
        {"", false, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox_value value   = dynox_number_text(cases[i].text);
        int64_t     integer = 77;
        uint64_t    natural = 77;
        assert_int_equal(dynox_value_read_int(&value, &integer), cases[i].fits_int);
        assert_int_equal(integer, cases[i].fits_int ? cases[i].integer : 77);
        assert_int_equal(dynox_value_read_unsigned(&value, &natural), cases[i].fits_unsigned);
        assert_int_equal(dynox_value_as_int(&value), cases[i].fits_int ? cases[i].integer : 0);
    }
}

static void c_numbers_convert_without_undefined_behaviour(void **state)
{
    (void)state;
    static const double none[] = {0x1p63, -0x1.0000000000001p63, 1e300, -1e300, 0.5, NAN, INFINITY, -INFINITY};
    int64_t             integer;
    uint64_t            natural;
    double              real;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(dynox_value_read_int(&(dynox_value[]){dynox_double(none[i])}[0], &integer));
    assert_false(dynox_value_read_unsigned(&(dynox_value[]){dynox_double(0x1p64)}[0], &natural));
    assert_false(dynox_value_read_unsigned(&(dynox_value[]){dynox_double(-1)}[0], &natural));
    assert_false(dynox_value_read_unsigned(&(dynox_value[]){dynox_int(-1)}[0], &natural));
    assert_false(dynox_value_read_int(&(dynox_value[]){dynox_unsigned(UINT64_MAX)}[0], &integer));
    assert_true(dynox_value_read_int(&(dynox_value[]){dynox_double(-0x1p63)}[0], &integer));
    assert_true(integer == INT64_MIN);
    assert_true(dynox_value_read_unsigned(&(dynox_value[]){dynox_double(0x1p63)}[0], &natural));
    assert_true(natural == (uint64_t)1 << 63);
    assert_true(dynox_value_read_double(&(dynox_value[]){dynox_unsigned(UINT64_MAX)}[0], &real));
    assert_true(real == 0x1p64);
}

static void not_finite_has_no_text(void **state)
{
    (void)state;
    char        room[DYNOX_NUMBER_ROOM];
    dynox_value nan = DYNOX_VALUE((double)NAN), text = DYNOX_VALUE("1"), half = DYNOX_VALUE(0.5);
    assert_null(dynox_value_as_number(&nan, room));
    assert_null(dynox_value_as_number(&text, room));
    assert_string_equal(dynox_value_as_number(&half, room), "0.5");
}

static void other_types_read_as_nothing(void **state)
{
    (void)state;
    dynox_value values[] = {dynox_invalid(), dynox_null(), DYNOX_LIST(1), DYNOX_MAP("a", 1)};
    for (size_t i = 0; i <= sizeof values / sizeof *values; i++) {
        const dynox_value *value = i ? &values[i - 1] : NULL;
        const char        *text;
        const uint8_t     *bytes;
        size_t             size = 9;
        double             real;
        bool               truth;
        assert_false(dynox_value_read_string(value, &text, &size));
        assert_false(dynox_value_read_bytes(value, &bytes, &size));
        assert_false(dynox_value_read_double(value, &real));
        assert_false(dynox_value_read_bool(value, &truth));
        assert_null(dynox_value_as_string(value));
        assert_true(dynox_value_as_double(value) == 0.0);
        assert_false(dynox_value_as_bool(value));
        assert_int_equal(size, 9);
        assert_null(dynox_value_as_bytes(value, &size));
        assert_int_equal(size, 0);
        if (i != 3) assert_null(dynox_value_as_list(value, &size));
        if (i != 4) assert_int_equal(dynox_value_as_map(value).count, 0);
    }
}

static bool same(dynox_value a, dynox_value b)
{
    assert_int_equal(dynox_value_equal(&a, &b), dynox_value_equal(&b, &a));
    return dynox_value_equal(&a, &b);
}

static void numbers_equal_by_worth(void **state)
{
    (void)state;
    assert_true(same(DYNOX_VALUE(1), dynox_number_text("1.0")));
    assert_true(same(DYNOX_VALUE(100u), dynox_number_text("1E2")));
    assert_true(same(DYNOX_VALUE(0.5), dynox_number_text("0.50")));
    assert_true(same(dynox_number_text("12345678901234567890123456789012345678"),
                     dynox_number_text("12345678901234567890123456789012345678.0")));
    assert_false(same(dynox_number_text("12345678901234567890123456789012345678"),
                      dynox_number_text("12345678901234567890123456789012345679")));
    assert_false(same(DYNOX_VALUE(1), DYNOX_VALUE("1")));
    assert_false(same(dynox_number_text("x"), dynox_number_text("x")));
}

static void sets_and_maps_equal_without_order(void **state)
{
    (void)state;
    assert_true(same(DYNOX_STRING_SET("a", "b", "c"), DYNOX_STRING_SET("c", "a", "b")));
    assert_true(same(DYNOX_NUMBER_SET(1, 2, 3), DYNOX_NUMBER_SET(3, 2, dynox_number_text("1.0"))));
    assert_false(same(DYNOX_STRING_SET("a", "b"), DYNOX_STRING_SET("a", "c")));
    assert_false(same(DYNOX_STRING_SET("a", "a"), DYNOX_STRING_SET("a", "b")));
    assert_false(same(DYNOX_STRING_SET("a"), DYNOX_LIST("a")));
    assert_true(same(DYNOX_MAP("a", 1, "b", 2), DYNOX_MAP("b", 2, "a", 1)));
    assert_false(same(DYNOX_MAP("a", 1, "b", 2), DYNOX_MAP("b", 1, "a", 2)));
    assert_false(same(DYNOX_MAP("a", 1, "a", 1), DYNOX_MAP("a", 1, "b", 1)));
    assert_false(same(DYNOX_LIST(1, 2), DYNOX_LIST(2, 1)));
    assert_true(same(DYNOX_LIST(), DYNOX_LIST()));
    assert_false(same(dynox_string_n("a\0b", 3), dynox_string_n("a\0c", 3)));
    assert_false(same(DYNOX_TRUE, DYNOX_FALSE));
    assert_true(same(dynox_null(), dynox_null()));
    assert_false(same(dynox_invalid(), dynox_invalid()));
    assert_false(dynox_value_equal(NULL, NULL));
}

static void bottomless_values_end(void **state)
{
    (void)state;
    dynox_value nested[100];
    nested[0] = DYNOX_TRUE;
    for (int i = 1; i < 100; i++)
        nested[i] = dynox_list_of(&nested[i - 1], 1);
    assert_true(dynox_value_equal(&nested[60], &nested[60]));
    assert_false(dynox_value_equal(&nested[99], &nested[99]));
    FILE *to = tmpfile();
    assert_non_null(to);
    dynox_value_print(to, &nested[99]);
    fclose(to);
}

static void prints_for_people(void **state)
{
    (void)state;
    char  text[512] = "";
    FILE *to        = tmpfile();
    assert_non_null(to);
    dynox_item_print(to, DYNOX_ITEM("pk", "a\"\\\n\x01", "n", 36, "d", dynox_number_text("1.50"), "t", DYNOX_TRUE, "z",
                                    dynox_null(), "b", DYNOX_BYTES("\x00\xff", 2), "l", DYNOX_LIST(1, "x"), "m",
                                    DYNOX_MAP("k", DYNOX_STRING_SET("p", "q")), "i", dynox_invalid()));
    dynox_item_print(to, NULL);
    dynox_value_print(to, NULL);
    rewind(to);
    size_t length = fread(text, 1, sizeof text - 1, to);
    text[length]  = 0;
    assert_string_equal(text, "{\"pk\": \"a\\\"\\\\\\n\\u0001\", \"n\": 36, \"d\": 1.50, \"t\": true, \"z\": null, "
                              "\"b\": bytes(2) 00ff, \"l\": [1, \"x\"], \"m\": {\"k\": set(\"p\", \"q\")}, "
                              "\"i\": invalid}\nnone\ninvalid\n");
    fclose(to);
}

/* Names, texts and numbers of others. */
static void printing_steers_no_terminal(void **state)
{
    (void)state;
    char  text[512] = "";
    FILE *to        = tmpfile();
    assert_non_null(to);
    dynox_item_print(to, DYNOX_ITEM("a\xc2\x9b"
                                    "1m",
                                    "\xe2\x80\xae\xc3\xa4", "n", dynox_number_text("1\x1b[2J"), "s",
                                    DYNOX_STRING_SET("\xe2\x81\xa6\x7f"), "cut", dynox_string_n("\xe2\x82\xac", 2)));
    rewind(to);
    size_t length = fread(text, 1, sizeof text - 1, to);
    text[length]  = 0;
    assert_string_equal(text, "{\"a\\xc2\\x9b1m\": \"\\xe2\\x80\\xae\xc3\xa4\", \"n\": 1\\u001b[2J, "
                              "\"s\": set(\"\\xe2\\x81\\xa6\\u007f\"), \"cut\": \"\\xe2\\x82\"}\n");
    fclose(to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(c_types_choose_the_type),
        cmocka_unit_test(every_integer_type_keeps_its_value),
        cmocka_unit_test(nothing_is_not_silently_something),
        cmocka_unit_test(sizes_beyond_32_bits_are_not_cut),
        cmocka_unit_test(literals_nest_and_count),
        cmocka_unit_test(numbers_read_as_what_fits),
        cmocka_unit_test(c_numbers_convert_without_undefined_behaviour),
        cmocka_unit_test(not_finite_has_no_text),
        cmocka_unit_test(other_types_read_as_nothing),
        cmocka_unit_test(numbers_equal_by_worth),
        cmocka_unit_test(sets_and_maps_equal_without_order),
        cmocka_unit_test(bottomless_values_end),
        cmocka_unit_test(prints_for_people),
        cmocka_unit_test(printing_steers_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
