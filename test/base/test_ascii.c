/* Letters are compared as protocols mean them, whatever the locale. */
#include "base/ascii.h"
#include "support.h"

static void capitals_and_small_letters_are_the_same(void **state)
{
    (void)state;
    assert_true(dynox__ascii_same("CONNECTION", "connection"));
    assert_true(dynox__ascii_same("", ""));
    assert_false(dynox__ascii_same("connection", "connections"));
    assert_false(dynox__ascii_same("connections", "connection"));
    assert_true(dynox__ascii_same_n("HTTPS://x", "https://", 8));
    assert_false(dynox__ascii_same_n("http", "https://", 8));
    assert_true(dynox__ascii_same_n("abc", "abc", 8));
}

static void only_letters_have_capitals(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char lower    = dynox__ascii_lower((char)c);
        bool a_letter = c >= 'A' && c <= 'Z';
        assert_int_equal(lower, (char)(a_letter ? c + 32 : c));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(capitals_and_small_letters_are_the_same),
                                       cmocka_unit_test(only_letters_have_capitals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
