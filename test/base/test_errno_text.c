/* What an errno means: in English, as all messages are. */
#include "base/errno_text.h"
#include "support.h"
#include <errno.h>

static void texts_are_english_in_every_locale(void **state)
{
    (void)state;
    char before[64], text[DYNOX__ERRNO_TEXT];
    snprintf(before, sizeof before, "%s", setlocale(LC_ALL, NULL));
    assert_string_equal(dynox__errno_text(ENOENT, text), "No such file or directory");
    assert_string_equal(setlocale(LC_ALL, NULL), before);
}

static void an_unknown_number_has_a_text(void **state)
{
    (void)state;
    char text[DYNOX__ERRNO_TEXT];
    assert_non_null(strstr(dynox__errno_text(123456, text), "123456"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts_are_english_in_every_locale),
                                       cmocka_unit_test(an_unknown_number_has_a_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
