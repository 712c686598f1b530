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
        /* zero width space, soft hyphen, word joiner, byte order mark, line separator, a tag, noncharacters */
        {"a\xE2\x80\x8B"
         "b\xC2\xAD\xE2\x81\xA0\xEF\xBB\xBF\xE2\x80\xA8\xF3\xA0\x81\x81\xEF\xBF\xBF\xEF\xB7\x90",
         "a?b???????"},
        /* what joins letters and emoji stays */
        {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB \xD9\x86\xE2\x80\x8C\xD9\x87",
         "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB \xD9\x86\xE2\x80\x8C\xD9\x87"},
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

/* Each mark that turns the direction of writing, and each C1 control. */
static void every_mark_and_control_is_replaced(void **state)
{
    (void)state;
    static const unsigned ranges[][2] = {
        {0x80, 0x9F}, {0x61C, 0x61C}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (unsigned c = ranges[i][0]; c <= ranges[i][1]; c++) {
            char text[8];
            if (c < 0x800)
                snprintf(text, sizeof text, "a%c%cb", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 0x3F)));
            else
                snprintf(text, sizeof text, "a%c%c%cb", (int)(0xE0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3F)),
                         (int)(0x80 | (c & 0x3F)));
            dynox__make_printable(text);
            assert_string_equal(text, "a?b");
        }
}

/* The size counts where there is no NUL. */
static void a_character_that_is_cut_is_not_read_beyond(void **state)
{
    (void)state;
    char  *euro = malloc(2);
    size_t length;
    assert_non_null(euro);
    memcpy(euro, "\xE2\x82", 2);
    assert_false(dynox__is_printable(euro, 2, &length));
    assert_int_equal(length, 1);
    free(euro);
}

static void ids_are_visible_ascii(void **state)
{
    (void)state;
    char id[] = "AB-1 \x1b\xC3\xA4";
    dynox__make_visible(id);
    assert_string_equal(id, "AB-1????");
}

static void a_printed_error_is_printable_whoever_filled_it(void **state)
{
    (void)state;
    dynox_error error     = {.status = DYNOX_E_SERVICE};
    char        line[256] = "";
    FILE       *to        = tmpfile();
    assert_non_null(to);
    snprintf(error.code, sizeof error.code, "a\x1b[2J");
    snprintf(error.request_id, sizeof error.request_id, "\xE2\x80\xAE");
    snprintf(error.message, sizeof error.message, "two\nlines\xC2\x9B");
    dynox_error_print(to, &error);
    rewind(to);
    assert_non_null(fgets(line, sizeof line, to));
    assert_non_null(strstr(line, "(a?[2J): two lines? [request ???"));
    fclose(to);
}

static void reworded_messages_are_cut_between_characters(void **state)
{
    (void)state;
    dynox_error error = {0};
    char        text[600];
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xC3\xA4", 3);
    dynox_error_set(&error, DYNOX_E_SERVICE, "x%s", text);
    for (int i = 0; i < 4; i++) {
        dynox__error_reword(&error, "%.*s%s", i, "abc", error.message);
        assert_null(strchr(error.message, '?'));
        assert_string_equal(error.message + strlen(error.message) - 3, "...");
    }
    assert_int_equal(error.status, DYNOX_E_SERVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_steers_a_terminal_becomes_a_question_mark),
                                       cmocka_unit_test(every_mark_and_control_is_replaced),
                                       cmocka_unit_test(a_character_that_is_cut_is_not_read_beyond),
                                       cmocka_unit_test(ids_are_visible_ascii),
                                       cmocka_unit_test(a_printed_error_is_printable_whoever_filled_it),
                                       cmocka_unit_test(reworded_messages_are_cut_between_characters),
                                       cmocka_unit_test(messages_of_errors_are_printable)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
