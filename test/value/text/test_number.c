/* Numbers as decimal text: limits, order, and C numbers there and back. */
#include "support.h"
#include "value/text/number.h"
#include <float.h>
#include <locale.h>
#include <math.h>

static const char *check(const char *text)
{
    return dynox__number_check(text, strlen(text));
}

static bool to_double(const char *text, double *number)
{
    return dynox__number_to_double(text, strlen(text), number);
}

static int compare(const char *a, const char *b)
{
    return dynox__number_compare(a, strlen(a), b, strlen(b));
}

static void takes_what_the_service_takes(void **state)
{
    (void)state;
    static const char *const good[] = {"0",
                                       "-0",
                                       "0.0",
                                       "000",
                                       "1",
                                       "-1",
                                       "+1",
                                       "007",
                                       "1.",
                                       ".5",
                                       "-.5e-3",
                                       "1e5",
                                       "1E+5",
                                       "1e-130",
                                       "9.9999999999999999999999999999999999999E+125",
                                       "-9.9999999999999999999999999999999999999E125",
                                       "12345678901234567890123456789012345678",
                                       "0.00000000000000000000000000000000000000000000000012",
                                       "12345678901234567890123456789012345678000000000000",
                                       "0e999999999999999999999",
                                       "99.99e124",
                                       "0.00012345678901234567890123456789012345678"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (check(good[i])) fail_msg("%s: %s", good[i], check(good[i]));
}

static void refuses_what_is_no_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "-",        "+",    ".",     "e5",    "-.",      "1e",  "1e+",
                                      "1e5.", "1.2.3",    "--1",  "1-",    " 1",    "1 ",      "1,5", "0x10",
                                      "NaN",  "Infinity", "-inf", "1e5e5", "1_000", "\xD9\xA1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (!check(bad[i])) fail_msg("taken: \"%s\"", bad[i]);
        assert_string_equal(check(bad[i]), "not a number");
        assert_false(dynox__number_valid(bad[i], strlen(bad[i])));
    }
    assert_non_null(dynox__number_check("1\0002", 3));
}

/* Row 34. */
static void refuses_what_is_out_of_range(void **state)
{
    (void)state;
    assert_string_equal(check("123456789012345678901234567890123456789"),
                        "a number of more than 38 significant digits");
    assert_string_equal(check("0.1000000000000000000000000000000000000000000001"),
                        "a number of more than 38 significant digits");
    assert_string_equal(check("1e126"), "a number beyond 9.99E+125");
    assert_string_equal(check("-10e125"), "a number beyond 9.99E+125");
    assert_string_equal(check("9.9e-131"), "a number closer to zero than 1E-130");
    assert_string_equal(check("1e99999999999999999999999999"), "a number beyond 9.99E+125");
    assert_string_equal(check("1e-99999999999999999999999999"), "a number closer to zero than 1E-130");
    assert_true(dynox__number_valid("1e400", 5));
}

/* Row 31. */
static void integers_come_back_without_loss(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0,  1,         -1,        9,         10,        -10,
                                      42, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char    text[DYNOX__NUMBER_TEXT];
        int64_t back;
        size_t  length = dynox__number_from_int(numbers[i], text);
        assert_int_equal(length, strlen(text));
        assert_true(dynox__number_to_int(text, length, &back));
        assert_int_equal(back, numbers[i]);
    }
    char     text[DYNOX__NUMBER_TEXT];
    uint64_t back;
    assert_int_equal(dynox__number_from_unsigned(UINT64_MAX, text), 20);
    assert_string_equal(text, "18446744073709551615");
    assert_true(dynox__number_to_unsigned(text, 20, &back));
    assert_true(back == UINT64_MAX);
    dynox__number_from_int(INT64_MIN, text);
    assert_string_equal(text, "-9223372036854775808");
}

static void integers_are_read_from_any_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t     number;
    } cases[] = {{"1.0", 1},
                 {"1e3", 1000},
                 {"1200e-2", 12},
                 {"-0", 0},
                 {"+5", 5},
                 {"0.0012e4", 12},
                 {"0000123", 123},
                 {"-1.5e1", -15},
                 {"0e99999", 0},
                 {"9223372036854775807.000", INT64_MAX},
                 {"922337203685477580.7e1", INT64_MAX},
                 {"-9223372036854775808", INT64_MIN},
                 {"1000000000000000000000e-3", INT64_C(1000000000000000000)}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t number;
        if (!dynox__number_to_int(cases[i].text, strlen(cases[i].text), &number)) fail_msg("%s", cases[i].text);
        assert_int_equal(number, cases[i].number);
    }
}

static void integers_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "1.5", "0.1",  "9223372036854775808", "-9223372036854775809", "1e19", "1e99999999", "",
        "x",   "1e-1", "99999999999999999999"};
    int64_t  number;
    uint64_t natural;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (dynox__number_to_int(bad[i], strlen(bad[i]), &number)) fail_msg("taken: %s", bad[i]);
    assert_false(dynox__number_to_unsigned("-1", 2, &natural));
    assert_false(dynox__number_to_unsigned("18446744073709551616", 20, &natural));
    assert_false(dynox__number_to_unsigned("18446744073709551620", 20, &natural));
    assert_true(dynox__number_to_unsigned("-0", 2, &natural));
}

static void doubles_are_the_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double      number;
    } cases[] = {{"0.1", 0.1},
                 {"1e22", 1e22},
                 {"1e23", 1e23},
                 {"123456789012345", 123456789012345.0},
                 {"9007199254740993", 9007199254740992.0},
                 {"9007199254740993.00000000000000000000000000000000000000000000000000001", 9007199254740994.0},
                 {"1.7976931348623157e308", DBL_MAX},
                 {"2.2250738585072014e-308", DBL_MIN},
                 {"4.9e-324", 4.9e-324},
                 {"1e-999", 0},
                 {"-2.5e-3", -2.5e-3},
                 {"3.14159265358979323846264338327950288", 3.14159265358979323846},
                 {"0e999999", 0},
                 {".5", 0.5},
                 {"5.", 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double number;
        if (!to_double(cases[i].text, &number)) fail_msg("%s", cases[i].text);
        if (number != cases[i].number) fail_msg("%s: %a, not %a", cases[i].text, number, cases[i].number);
    }
    double number;
    assert_false(to_double("1e309", &number));
    assert_false(to_double("1e99999999999", &number));
    assert_false(to_double("nan", &number));
}

static void a_long_text_is_rounded_by_all_of_its_digits(void **state)
{
    (void)state;
    char   text[2000];
    double number;
    /* halfway between 1 and the next double, in 53 digits; a 1 far behind decides */
    int length = snprintf(text, sizeof text, "1.00000000000000011102230246251565404236316680908203125%01200d1", 0);
    assert_true(dynox__number_to_double(text, (size_t)length, &number));
    assert_true(number == 1 + DBL_EPSILON);
    assert_true(dynox__number_to_double(text, 55, &number));
    assert_true(number == 1);
}

static void doubles_are_written_plainly(void **state)
{
    (void)state;
    static const struct {
        double      number;
        const char *text;
    } cases[] = {{0, "0"},
                 {-0.0, "0"},
                 {1, "1"},
                 {-1, "-1"},
                 {0.1, "0.1"},
                 {0.3, "0.3"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {12.5, "12.5"},
                 {1e20, "100000000000000000000"},
                 {1e21, "1E+21"},
                 {1.5e-7, "0.00000015"},
                 {1.5e-8, "1.5E-8"},
                 {123456.789, "123456.789"},
                 {1e100, "1E+100"},
                 {-2.5e-100, "-2.5E-100"},
                 {9007199254740991.0, "9007199254740991"},
                 {1e15, "1000000000000000"},
                 {0.000001, "0.000001"},
                 {1.0 / 3, "0.3333333333333333"},
                 {DBL_MAX, "1.7976931348623157E+308"},
                 {4.9e-324, "4.94065645841247E-324"},
                 {123456789012345680.0, "123456789012345680"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[DYNOX__NUMBER_TEXT];
        assert_int_equal(dynox__number_from_double(cases[i].number, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
    char text[DYNOX__NUMBER_TEXT];
    assert_int_equal(dynox__number_from_double((double)NAN, text), 0);
    assert_int_equal(dynox__number_from_double((double)INFINITY, text), 0);
    assert_int_equal(dynox__number_from_double(-(double)INFINITY, text), 0);
}

/* With the digits of the float, not those of the double that it is as well. */
static void floats_have_few_digits_and_come_back(void **state)
{
    (void)state;
    static const struct {
        float       number;
        const char *text;
    } cases[] = {{0.1f, "0.1"}, {-0.1f, "-0.1"},        {1.5f, "1.5"},
                 {0, "0"},      {16777216, "16777216"}, {1.0f / 3, "0.33333334"}};
    char text[DYNOX__NUMBER_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(dynox__number_from_float(cases[i].number, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
    assert_int_equal(dynox__number_from_float(NAN, text), 0);
    assert_int_equal(dynox__number_from_float(-INFINITY, text), 0);
    uint32_t random = 2463534242u;
    for (int i = 0; i < 200000; i++) {
        random ^= random << 13, random ^= random >> 17, random ^= random << 5;
        float  number;
        double back;
        memcpy(&number, &random, sizeof number);
        if (!isfinite(number)) continue;
        size_t length = dynox__number_from_float(number, text);
        assert_true(dynox__number_to_double(text, length, &back));
        if ((float)back != number) fail_msg("%a became %s", (double)number, text);
    }
}

static void any_double_comes_back(void **state)
{
    (void)state;
    uint64_t random = 88172645463325252u;
    for (int i = 0; i < 200000; i++) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        double   number, back;
        uint64_t bits = random;
        char     text[DYNOX__NUMBER_TEXT];
        memcpy(&number, &bits, sizeof number);
        if (i % 4 == 1) number = (double)(int64_t)(random >> (random & 63)) / 1000;
        if (i % 4 == 2) number = (double)(random >> 40) * 0.01;
        if (!isfinite(number)) continue;
        size_t length = dynox__number_from_double(number, text);
        assert_true(length > 0 && length < DYNOX__NUMBER_TEXT && length == strlen(text));
        assert_true(dynox__number_to_double(text, length, &back));
        if (back != number) fail_msg("%a became %s", number, text);
    }
}

static void reading_agrees_with_the_system(void **state)
{
    (void)state;
    uint64_t random = 362436069;
    char     locale[64];
    snprintf(locale, sizeof locale, "%s", setlocale(LC_NUMERIC, NULL));
    setlocale(LC_NUMERIC, "C"); /* strtod's point */
    for (int i = 0; i < 100000; i++) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        char   text[80];
        double ours;
        int    length = snprintf(text, sizeof text, "%s%llu.%llue%d", random & 1 ? "-" : "",
                                 (unsigned long long)(random >> (random & 63)),
                                 (unsigned long long)(random >> (random >> 58)), (int)(random >> 20 & 255) - 128);
        assert_true(dynox__number_to_double(text, (size_t)length, &ours));
        if (ours != strtod(text, NULL)) fail_msg("%s", text);
    }
    setlocale(LC_NUMERIC, locale);
}

static void order_is_by_value(void **state)
{
    (void)state;
    static const char *const ascending[] = {"-1e125",
                                            "-123.5",
                                            "-123.4",
                                            "-1",
                                            "-0.5",
                                            "-1e-130",
                                            "0",
                                            "1e-130",
                                            "0.09",
                                            "0.1",
                                            "0.11",
                                            "1",
                                            "1.0000000000000000000000000000000000001",
                                            "2",
                                            "10",
                                            "99",
                                            "100",
                                            "100.5",
                                            "1e20",
                                            "100000000000000000001",
                                            "9.99e125"};
    size_t                   count       = sizeof ascending / sizeof *ascending;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            int order = compare(ascending[i], ascending[k]);
            if ((order > 0) - (order < 0) != (i > k) - (i < k)) fail_msg("%s and %s", ascending[i], ascending[k]);
        }
    assert_int_equal(compare("1", "1.0"), 0);
    assert_int_equal(compare("100", "1e2"), 0);
    assert_int_equal(compare("-0", "0.000e5"), 0);
    assert_int_equal(compare("0.00120", "12e-4"), 0);
    assert_int_equal(compare("+7", "007"), 0);
}

/* The first installed locale that writes a comma; the program's locale is set to it. */
static bool use_comma_locale(void)
{
    static const char *const names[] = {"tr_TR.UTF-8", "de_DE.UTF-8", "de_DE.utf8",  "fr_FR.UTF-8", "fr_FR.utf8",
                                        "de_DE",       "fr_FR",       "es_ES.UTF-8", "pt_BR.UTF-8", "ru_RU.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (setlocale(LC_ALL, names[i]) && strcmp(localeconv()->decimal_point, ",") == 0) return true;
    setlocale(LC_ALL, "C");
    return false;
}

static void the_locale_has_no_say(void **state)
{
    (void)state;
    if (!use_comma_locale()) {
        print_message("no locale with a decimal comma is installed\n");
        skip();
    }
    char   text[DYNOX__NUMBER_TEXT];
    double number;
    dynox__number_from_double(1.0 / 3, text);
    assert_string_equal(text, "0.3333333333333333");
    assert_true(to_double("1234567890.12345678901234567890", &number));
    assert_true(number == 1234567890.1234567);
    assert_false(to_double("1,5", &number));
    setlocale(LC_ALL, "C");
}

static void takes_numbers_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text, *digits;
        int         exponent;
        bool        negative;
    } cases[] = {{"0", "", 0, false},          {"-0.00e7", "", 0, false},  {"1", "1", 1, false},
                 {"-120.50", "1205", 3, true}, {".0012", "12", -2, false}, {"1E-130", "1", -129, false},
                 {"-9.9e125", "99", 126, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox__number_parts parts;
        assert_true(dynox__number_take_apart(cases[i].text, strlen(cases[i].text), &parts));
        assert_int_equal(parts.count, strlen(cases[i].digits));
        for (unsigned d = 0; d < parts.count; d++)
            assert_int_equal(parts.digits[d], cases[i].digits[d] - '0');
        assert_int_equal(parts.exponent, cases[i].exponent);
        assert_int_equal(parts.negative, cases[i].negative);
    }
    dynox__number_parts parts;
    assert_false(dynox__number_take_apart("1e126", 5, &parts));
    assert_false(dynox__number_take_apart("x", 1, &parts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_the_service_takes),
        cmocka_unit_test(refuses_what_is_no_number),
        cmocka_unit_test(refuses_what_is_out_of_range),
        cmocka_unit_test(integers_come_back_without_loss),
        cmocka_unit_test(integers_are_read_from_any_spelling),
        cmocka_unit_test(integers_that_do_not_fit_are_refused),
        cmocka_unit_test(doubles_are_the_nearest),
        cmocka_unit_test(a_long_text_is_rounded_by_all_of_its_digits),
        cmocka_unit_test(doubles_are_written_plainly),
        cmocka_unit_test(floats_have_few_digits_and_come_back),
        cmocka_unit_test(any_double_comes_back),
        cmocka_unit_test(reading_agrees_with_the_system),
        cmocka_unit_test(takes_numbers_apart),
        cmocka_unit_test(order_is_by_value),
        cmocka_unit_test(the_locale_has_no_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
