/* The size of items as the service measures it. */
#include "support.h"
#include "value/item/item_size.h"
#include <dynox/item.h>
#include <dynox/literal.h>

#define SIZE(...) dynox__item_size(DYNOX_ITEM("", __VA_ARGS__))

static void names_and_texts_count_their_bytes(void **state)
{
    (void)state;
    assert_int_equal(dynox__item_size(NULL), 0);
    assert_int_equal(dynox__item_size(DYNOX_ITEM("pk", "USER#123", "name", "John")), 18);
    assert_int_equal(SIZE("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), 9);
    assert_int_equal(SIZE(""), 0);
    assert_int_equal(SIZE(dynox_bytes("\0\1\2", 3)), 3);
    assert_int_equal(SIZE(DYNOX_TRUE), 1);
    assert_int_equal(SIZE(dynox_null()), 1);
}

/* Zeros at either end are no digits: 1000000 has one. */
static void numbers_count_their_significant_digits(void **state)
{
    (void)state;
    assert_int_equal(SIZE(0), 1);
    assert_int_equal(SIZE(1), 2);
    assert_int_equal(SIZE(12), 2);
    assert_int_equal(SIZE(123), 3);
    assert_int_equal(SIZE(1234), 3);
    assert_int_equal(SIZE(-123), 4);
    assert_int_equal(SIZE(1000000), 2);
    assert_int_equal(SIZE(dynox_number_text("3.14")), 3);
    assert_int_equal(SIZE(dynox_number_text("0.00012")), 2);
    assert_int_equal(SIZE(dynox_number_text("1E+100")), 2);
}

static void containers_have_overhead(void **state)
{
    (void)state;
    assert_int_equal(SIZE(DYNOX_LIST("ab", "c")), 3 + 2 + 3);
    assert_int_equal(SIZE(DYNOX_MAP("k", "ab")), 3 + 1 + 1 + 2);
    assert_int_equal(SIZE(DYNOX_STRING_SET("a", "bc")), 3);
    assert_int_equal(SIZE(DYNOX_LIST(DYNOX_LIST("a"))), 3 + 1 + 3 + 1 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_texts_count_their_bytes),
        cmocka_unit_test(numbers_count_their_significant_digits),
        cmocka_unit_test(containers_have_overhead),
    };
    return cmocka_run_group_tests_name("item size", tests, NULL, NULL);
}
