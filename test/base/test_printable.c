/* What comes from outside cannot steer a terminal. */
#include "base/failure.h"
#include "base/printable.h"
#include "support.h"

static void what_steers_a_terminal_becomes_a_question_mark(void **state)
{
    (void)state;
    static const struct {
        const char *text, *printable;
    } cases[] = {
        {"plain, \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\tand\nmore",
         "plain, \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\tand\nmore"},
        {"\x1b[2J\r\x7f", "?[2J??"},
        {"a\xC2\x9B"
         "31m",
         "a?31m"},
        {"\xE2\x80\xAE"
         "evil\xE2\x81\xA6\xE2\x80\x8F\xD8\x9C",
         "?evil???"},
        {"\x9b\xff\xc3", "???"},
        {"\xE0\x80\x80\xED\xA0\x80", "??????"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        snprintf(text, sizeof text, "%s", cases[i].text);
        dynox__make_printable(text);
        assert_string_equal(text, cases[i].printable);
    }
}

static void messages_of_errors_are_printable(void **state)
{
    (void)state;
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_SERVICE, "%s",
                    "\xC2\x9B"
                    "0m\xE2\x80\xAE");
    assert_string_equal(error.message, "?0m?");
    dynox_error_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_steers_a_terminal_becomes_a_question_mark),
                                       cmocka_unit_test(messages_of_errors_are_printable)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
