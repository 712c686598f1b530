/* What an HTTP date may look like. */
#include "aws/skew.h"
#include "base/clock.h"
#include "support.h"

static void dates_of_http_are_read(void **state)
{
    (void)state;
    int64_t seconds;
    assert_true(dynox__http_date("Thu, 01 Jan 1970 00:00:00 GMT", &seconds));
    assert_int_equal(seconds, 0);
    assert_true(dynox__http_date("Thu, 29 Feb 2024 12:34:56 GMT", &seconds));
    assert_int_equal(seconds, 1709210096);
    static const char *const bad[] = {"",
                                      "yesterday",
                                      "Thu, 01 Jan 2026 00:00:01 CET",
                                      "Thu, 01 Foo 2026 00:00:01 GMT",
                                      "Thu, 01 Jan 2026 25:00:01 GMT",
                                      "Thu, 01 Jan 2026 00:00:01 GMTx",
                                      "Thu, xx Jan 2026 00:00:01 GMT"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(dynox__http_date(bad[i], &seconds));
    assert_false(dynox__http_date(NULL, &seconds));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dates_of_http_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
