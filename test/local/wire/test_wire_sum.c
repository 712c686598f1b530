/* Sums of numbers are exact, or refused. */
#include "local/wire/values.h"
#include "support.h"
#include "value/random_value.h"

static const char *sum(dynox__arena *arena, const char *a, const char *b, bool minus)
{
    const char *why;
    size_t      written = 0;
    const char *text    = dynox__values_sum(a, strlen(a), b, strlen(b), minus, arena, &written, &why);
    if (text) assert_int_equal(written, strlen(text));
    return text ? text : why;
}

static void sums_are_exact(void **state)
{
    (void)state;
    dynox__arena arena = {0};
    assert_string_equal(sum(&arena, "1", "2", false), "3");
    assert_string_equal(sum(&arena, "1", "2", true), "-1");
    assert_string_equal(sum(&arena, "0.1", "0.2", false), "0.3");
    assert_string_equal(sum(&arena, "5", "5", true), "0");
    assert_string_equal(sum(&arena, "-5", "5", false), "0");
    assert_string_equal(sum(&arena, "999", "1", false), "1000");
    assert_string_equal(sum(&arena, "-999.5", "-0.5", false), "-1000");
    assert_string_equal(sum(&arena, "1000", "0.001", true), "999.999");
    assert_string_equal(sum(&arena, "99999999999999999999999999999999999999", "1", false),
                        "100000000000000000000000000000000000000");
    assert_string_equal(sum(&arena, "12345678901234567890123456789012345678", "0", false),
                        "12345678901234567890123456789012345678");
    dynox__arena_free(&arena);
}

static void sums_of_more_than_38_digits_are_refused(void **state)
{
    (void)state;
    dynox__arena      arena    = {0};
    static const char digits[] = "Attempting to store more than 38 significant digits in a Number";
    assert_string_equal(sum(&arena, "1E100", "1", false), digits);
    assert_string_equal(sum(&arena, "99999999999999999999999999999999999999", "0.1", true), digits);
    assert_string_equal(sum(&arena, "9E125", "9E125", false),
                        "Number overflow. Attempting to store a number with magnitude larger than supported range");
    assert_string_equal(sum(&arena, "-9E125", "9E125", true),
                        "Number overflow. Attempting to store a number with magnitude larger than supported range");
    assert_string_equal(sum(&arena, "1.1E-130", "1E-130", true),
                        "Number underflow. Attempting to store a number with magnitude smaller than supported range");
    assert_string_equal(sum(&arena, "1.1E-129", "1.0E-129", true), sum(&arena, "1E-130", "0", false));
    dynox__arena_free(&arena);
}

/* Against 64-bit integers, scaled. */
static void random_sums_agree_with_integers(void **state)
{
    (void)state;
    random_values r = {.state = 3};
    for (int i = 0; i < 20000; i++) {
        dynox__arena arena = {0};
        char         a[32], b[32], c[32];
        size_t       written;
        int64_t      x = (int64_t)random_below(&r, 2000000) - 1000000, y = (int64_t)random_below(&r, 2000000) - 1000000;
        bool         minus = i & 1;
        snprintf(a, sizeof a, "%llde-3", (long long)x);
        snprintf(b, sizeof b, "%llde-3", (long long)y);
        snprintf(c, sizeof c, "%llde-3", (long long)(minus ? x - y : x + y));
        assert_string_equal(sum(&arena, a, b, minus), dynox__values_number(c, strlen(c), &arena, &written));
        dynox__arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_exact),
        cmocka_unit_test(sums_of_more_than_38_digits_are_refused),
        cmocka_unit_test(random_sums_agree_with_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
