/* Sizes, equality and order of values as conditions and limits have them. */
#include "local/wire/values.h"
#include "support.h"

static dynox_value number(const char *text)
{
    return dynox_number_text(text);
}

static void sizes_are_the_services(void **state)
{
    (void)state;
    const dynox_value two[]    = {dynox_string("ab"), dynox_null()};
    const dynox_value digits[] = {number("1"), number("-12.5")};
    const struct {
        dynox_value value;
        size_t      size;
    } cases[] = {
        {dynox_string(""), 0},
        {dynox_string("\xc3\xa9"), 2},
        {dynox_bytes("abc", 3), 3},
        {number("0"), 1},
        {number("7"), 2},
        {number("-7"), 3},
        {number("100000"), 2},
        {number("0.00012"), 2},
        {number("12345678901234567890123456789012345678"), 20},
        {DYNOX_TRUE, 1},
        {dynox_null(), 1},
        {dynox_list_of(two, 2), 3 + 2 + 2 + 1},
        {dynox_number_set_of(digits, 2), 2 + 4},
        {dynox_list_of(NULL, 0), 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (dynox__values_size(&cases[i].value) != cases[i].size)
            fail_msg("case %zu: %zu, not %zu", i, dynox__values_size(&cases[i].value), cases[i].size);
    dynox_item item = dynox_item_of((const dynox_named_value[]){dynox_named("pk", dynox_string("abc"))}, 1);
    assert_int_equal(dynox__values_item_size(&item), 5);
}

static void assert_order(dynox_value a, dynox_value b, int expected)
{
    bool comparable = false;
    int  order      = dynox__values_compare(&a, &b, &comparable);
    assert_true(comparable);
    assert_int_equal((order > 0) - (order < 0), expected);
}

static void scalars_of_one_type_have_an_order(void **state)
{
    (void)state;
    assert_order(dynox_string("a"), dynox_string("ab"), -1);
    assert_order(dynox_string(""), dynox_string(""), 0);
    assert_order(dynox_string("\xef\xbf\xbd"), dynox_string("\xf0\x9f\x98\x80"), -1);
    assert_order(dynox_bytes("\xff", 1), dynox_bytes("\x01\x01", 2), 1);
    assert_order(number("10"), number("9"), 1);
    assert_order(number("-10"), number("-9.5"), -1);
    assert_order(number("1"), number("1"), 0);
}

static void other_values_have_none(void **state)
{
    (void)state;
    const dynox_value values[] = {dynox_string("1"), number("1"),  DYNOX_TRUE,
                                  DYNOX_TRUE,        dynox_null(), dynox_list_of(NULL, 0)};
    for (size_t i = 1; i < sizeof values / sizeof *values; i++) {
        bool comparable = true;
        assert_int_equal(dynox__values_compare(&values[i - 1], &values[i], &comparable), 0);
        assert_false(comparable);
    }
}

static void numbers_are_equal_by_value_and_sets_without_order(void **state)
{
    (void)state;
    const dynox_value one[] = {number("1"), number("2")}, other[] = {number("2"), number("1.0")};
    dynox_value       a = dynox_number_set_of(one, 2), b = dynox_number_set_of(other, 2);
    assert_true(dynox__values_equal(&a, &b));
    a = dynox_list_of(one, 2);
    b = dynox_list_of(other, 2);
    assert_false(dynox__values_equal(&a, &b));
    a = dynox_string("1");
    assert_false(dynox__values_equal(&a, &one[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_the_services),
        cmocka_unit_test(scalars_of_one_type_have_an_order),
        cmocka_unit_test(other_values_have_none),
        cmocka_unit_test(numbers_are_equal_by_value_and_sets_without_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
