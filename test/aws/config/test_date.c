/* What dates may look like: those of HTTP, and those of ISO 8601. */
#include "aws/config/date.h"
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

static void times_are_read_in_all_their_forms(void **state)
{
    static const struct {
        const char *text;
        int64_t     seconds;
    } times[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-01-01T00:00:00Z", 1767225600},
        {"2026-01-01T00:00:00.999Z", 1767225600},
        {"2026-01-01t00:00:00UTC", 1767225600},
        {"2026-01-01 01:30:00+01:30", 1767225600},
        {"2025-12-31T19:00:00-0500", 1767225600},
        {"2024-02-29T23:59:59Z", 1709251199},
        {"2000-03-01T00:00:00Z", 951868800},
        {"1969-12-31T23:59:59Z", -1},
        {"9999-12-31T23:59:60Z", 253402300800},
    };
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        int64_t seconds;
        if (!dynox__iso8601(times[i].text, &seconds)) fail_msg("not read: %s", times[i].text);
        assert_int_equal(seconds, times[i].seconds);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "2026",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00Zx",
        "2026-01-01T00:00:00+1",
        "2026-01-01T00:00:00+24:00",
        "2026/01/01T00:00:00Z",
        "Thu, 01 Jan 2026 00:00:01 GMT",
        "20260101T000000Z",
        "+026-01-01T00:00:00Z",
    };
    int64_t seconds;
    (void)state;
    assert_false(dynox__iso8601(NULL, &seconds));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (dynox__iso8601(wrong[i], &seconds)) fail_msg("read: %s", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_of_http_are_read),
        cmocka_unit_test(times_are_read_in_all_their_forms),
        cmocka_unit_test(what_is_no_time_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
