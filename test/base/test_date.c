/* What dates may look like: those of HTTP, those of services, and those of records, which are written, too. */
#include "base/date.h"
#include "support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

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
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(dynox__http_date(bad[i], &seconds));
    assert_false(dynox__http_date(NULL, &seconds));
}

static void times_of_services_are_read_in_all_their_forms(void **state)
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
    for (size_t i = 0; i < COUNT(times); i++) {
        int64_t seconds;
        if (!dynox__iso8601(times[i].text, &seconds)) fail_msg("not read: %s", times[i].text);
        assert_int_equal(seconds, times[i].seconds);
    }
}

static void what_is_no_time_of_a_service_is_refused(void **state)
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
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (dynox__iso8601(wrong[i], &seconds)) fail_msg("read: %s", wrong[i]);
}

/* A text of its own block, so that a sanitizer sees what is read behind its end. */
static bool read_iso(const char *text, size_t length, int64_t *seconds, int32_t *nanoseconds)
{
    char *exact = malloc(length ? length : 1);
    assert_non_null(exact);
    memcpy(exact, text, length);
    bool read = dynox__iso_read(exact, length, seconds, nanoseconds);
    free(exact);
    return read;
}

typedef struct {
    const char *text;
    int64_t     seconds;
    int32_t     nanoseconds;
} vector;

static void check_vectors(const vector *vectors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t seconds     = 0;
        int32_t nanoseconds = -1;
        if (!read_iso(vectors[i].text, strlen(vectors[i].text), &seconds, &nanoseconds))
            fail_msg("not read: %s", vectors[i].text);
        if (seconds != vectors[i].seconds || nanoseconds != vectors[i].nanoseconds)
            fail_msg("%s: read as %lld and %d", vectors[i].text, (long long)seconds, (int)nanoseconds);
    }
}

/* What Python's datetime.isoformat() writes, and its own arithmetic on it. */
static void times_of_python_are_read(void **state)
{
    static const vector vectors[] = {
        {"1970-01-01T00:00:00+00:00", INT64_C(0), 0},
        {"0001-01-01T00:00:00", INT64_C(-62135596800), 0},
        {"9999-12-31T23:59:59.999999", INT64_C(253402300799), 999999000},
        {"1969-12-31T23:59:59.500000+00:00", INT64_C(-1), 500000000},
        {"0004-02-29T23:59:59", INT64_C(-62035804801), 0},
        {"0004-03-01T00:00:00+00:00", INT64_C(-62035804800), 0},
        {"0100-02-28T23:59:59", INT64_C(-59006361601), 0},
        {"0100-03-01T00:00:00+00:00", INT64_C(-59006361600), 0},
        {"0400-02-29T23:59:59", INT64_C(-49539254401), 0},
        {"0400-03-01T00:00:00+00:00", INT64_C(-49539254400), 0},
        {"1582-02-28T23:59:59", INT64_C(-12238992001), 0},
        {"1582-03-01T00:00:00+00:00", INT64_C(-12238992000), 0},
        {"1600-02-29T23:59:59", INT64_C(-11670912001), 0},
        {"1600-03-01T00:00:00+00:00", INT64_C(-11670912000), 0},
        {"1700-02-28T23:59:59", INT64_C(-8515238401), 0},
        {"1700-03-01T00:00:00+00:00", INT64_C(-8515238400), 0},
        {"1900-02-28T23:59:59", INT64_C(-2203891201), 0},
        {"1900-03-01T00:00:00+00:00", INT64_C(-2203891200), 0},
        {"2000-02-29T23:59:59", INT64_C(951868799), 0},
        {"2000-03-01T00:00:00+00:00", INT64_C(951868800), 0},
        {"2024-02-29T23:59:59", INT64_C(1709251199), 0},
        {"2024-03-01T00:00:00+00:00", INT64_C(1709251200), 0},
        {"2100-02-28T23:59:59", INT64_C(4107542399), 0},
        {"2100-03-01T00:00:00+00:00", INT64_C(4107542400), 0},
        {"2400-02-29T23:59:59", INT64_C(13574649599), 0},
        {"2400-03-01T00:00:00+00:00", INT64_C(13574649600), 0},
        {"2038-01-19T03:14:08", INT64_C(2147483648), 0},
        {"1880-01-01T00:00:00+00:53:28", INT64_C(-2840144008), 0},
        {"6826-08-23T11:07:59+05:30", INT64_C(153260833079), 0},
        {"3744-10-28 13:08:05-12:00", INT64_C(56008112885), 0},
        {"4093-07-29T14:54:07.095119+00:00", INT64_C(67013621647), 95119000},
        {"3940-10-25T00:43:09-12:00", INT64_C(62192925789), 0},
        {"3944-09-26 05:54:04.000001-05:00", INT64_C(62316644044), 1000},
        {"9411-09-07T13:32:16.999999-23:59", INT64_C(234836890276), 999999000},
        {"6423-05-17T19:00:21+00:00", INT64_C(140534938821), 0},
        {"7422-11-22 12:23:02.999999+23:59", INT64_C(172076531042), 999999000},
        {"5222-02-05T15:27:36.000001+01:00", INT64_C(102626317656), 1000},
        {"5251-01-25 14:10:03.550708+14:05", INT64_C(103540464303), 550708000},
        {"1359-04-30 18:53:20.123800-09:30", INT64_C(-19270899400), 123800000},
        {"7280-12-17 18:41:02-23:59", INT64_C(167597923202), 0},
        {"8003-05-22 03:29:17-05:00", INT64_C(190395304157), 0},
        {"0962-07-28 01:16:38.999999+23:59", INT64_C(-31791480142), 999999000},
    };
    (void)state;
    check_vectors(vectors, COUNT(vectors));
}

static void times_of_records_are_read_in_all_their_forms(void **state)
{
    static const vector vectors[] = {
        {"2026-01-02T03:04:05", 1767323045, 0},
        {"2026-01-02t03:04:05Z", 1767323045, 0},
        {"2026-01-02 03:04:05z", 1767323045, 0},
        {"2026-01-02T03:04:05-00:00", 1767323045, 0},
        {"2026-01-01T21:34:05-0530", 1767323045, 0},
        {"2026-01-02T08:04:05+05", 1767323045, 0},
        {"2026-01-02T08:34:05.5+05:30", 1767323045, 500000000},
        {"2026-01-02T03:04:05,25Z", 1767323045, 250000000},
        {"2026-01-02T03:04:05.000000001", 1767323045, 1},
        {"2026-01-02T03:04:05.999999999Z", 1767323045, 999999999},
        {"2026-01-02", 1767312000, 0},
        {"2024-02-29", 1709164800, 0},
        {"0000-01-01", DYNOX__ISO_FIRST, 0},
        {"0000-02-29T00:00:00Z", DYNOX__ISO_FIRST + 59 * 86400, 0},
        {"0000-03-01T00:00:00Z", DYNOX__ISO_FIRST + 60 * 86400, 0},
        {"9999-12-31T23:59:59.999999999+00:00", DYNOX__ISO_LAST, 999999999},
        {"2016-12-31T23:59:60Z", 1483228800, 0},
    };
    (void)state;
    check_vectors(vectors, COUNT(vectors));
}

static void what_is_no_time_of_a_record_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "2026",
        "2026-01",
        "2026-01-2",
        "2026-1-02",
        "2026-01-02Z",
        "2026-01-02T",
        "2026-01-02T03",
        "2026-01-02T03:04",
        "2026-01-02T03:04Z",
        "2026-01-02T03:04:0",
        "2026-01-02_03:04:05",
        "2026-01-02T03-04-05",
        "2026-01-02T24:00:00Z",
        "2026-01-02T23:60:00Z",
        "2026-01-02T23:59:61Z",
        "2026-00-02",
        "2026-13-02",
        "2026-01-00",
        "2026-01-32",
        "2026-02-29",
        "2024-02-30",
        "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-01-02T03:04:05.",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05.1234567890Z",
        "2026-01-02T03:04:05.5.5Z",
        "2026-01-02T03:04:05UTC",
        "2026-01-02T03:04:05 Z",
        "2026-01-02T03:04:05Zx",
        "2026-01-02T03:04:05ZZ",
        "2026-01-02T03:04:05+",
        "2026-01-02T03:04:05+1",
        "2026-01-02T03:04:05+1:00",
        "2026-01-02T03:04:05+0",
        "2026-01-02T03:04:05+053",
        "2026-01-02T03:04:05+05:3",
        "2026-01-02T03:04:05+05:",
        "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05+05:60",
        "2026-01-02T03:04:05+05:30:60",
        "2026-01-02T03:04:05+05:30:",
        "2026-01-02T03:04:05+05:30:1",
        "2026-01-02T03:04:05+05:30:00.5",
        "2026-01-02T03:04:05+053000",
        "2026-01-02T03:04:05+-5:30",
        "2026-01-02T 3:04:05Z",
        "2026-01-02T03:04:+5Z",
        "-026-01-02T03:04:05Z",
        "+2026-01-02T03:04:05Z",
        "12026-01-02T03:04:05Z",
        "20260102T030405Z",
        "2026-W01-5",
        "2026-002",
        "2026/01/02",
        " 2026-01-02",
        "2026-01-02 ",
        "\xd9\xa2\xd9\xa0-01-02",
        "0000-01-01T00:59:59+01:00", /* in the year before */
        "9999-12-31T23:00:00-01:00", /* in the year 10000, as is this: */
        "9999-12-31T23:59:60Z",
    };
    int64_t seconds     = 7;
    int32_t nanoseconds = 7;
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (read_iso(wrong[i], strlen(wrong[i]), &seconds, &nanoseconds)) fail_msg("read: %s", wrong[i]);
    assert_false(read_iso("2026-01-02\0", 11, &seconds, &nanoseconds));
    assert_false(read_iso("2026-01-02T03:04:05Z\0", 21, &seconds, &nanoseconds));
    assert_false(read_iso("2026-01-02T03\0"
                          "04:05Z",
                          20, &seconds, &nanoseconds));
    assert_false(dynox__iso_read(NULL, 0, &seconds, &nanoseconds));
    assert_true(seconds == 7 && nanoseconds == 7);
}

static void nothing_behind_the_length_is_read(void **state)
{
    static const char text[] = "2026-01-02T03:04:05.678901234+05:30:15";
    int64_t           seconds;
    int32_t           nanoseconds;
    (void)state;
    for (size_t length = 0; length < sizeof text; length++) {
        bool whole = length == 10 || length == 19 || (length > 20 && length < 30) || length == 32 || length == 35 ||
                     length == 38;
        assert_int_equal(read_iso(text, length, &seconds, &nanoseconds), whole);
    }
}

static void times_are_written_with_the_digits_asked_for(void **state)
{
    static const struct {
        int64_t     seconds;
        int32_t     nanoseconds;
        unsigned    digits;
        const char *text;
    } written[] = {
        {0, 0, 0, "1970-01-01T00:00:00+00:00"},
        {1767323045, 123456789, 0, "2026-01-02T03:04:05+00:00"},
        {1767323045, 123456789, 3, "2026-01-02T03:04:05.123+00:00"},
        {1767323045, 123456789, 6, "2026-01-02T03:04:05.123456+00:00"},
        {1767323045, 123456789, 9, "2026-01-02T03:04:05.123456789+00:00"},
        {1767323045, 999999999, 3, "2026-01-02T03:04:05.999+00:00"}, /* cut off: no time is later than it was */
        {1709164800, 1000, 6, "2024-02-29T00:00:00.000001+00:00"},
        {-1, 999000000, 3, "1969-12-31T23:59:59.999+00:00"},
        {DYNOX__ISO_FIRST, 0, 3, "0000-01-01T00:00:00.000+00:00"},
        {DYNOX__ISO_LAST, 999999999, 6, "9999-12-31T23:59:59.999999+00:00"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(written); i++) {
        char text[40];
        assert_int_equal(dynox__iso_write(written[i].seconds, written[i].nanoseconds, written[i].digits, text),
                         strlen(written[i].text));
        assert_string_equal(text, written[i].text);
    }
}

static void what_is_no_time_is_not_written(void **state)
{
    char text[40] = "x";
    (void)state;
    assert_int_equal(dynox__iso_write(DYNOX__ISO_FIRST - 1, 0, 0, text), 0);
    assert_string_equal(text, "");
    assert_int_equal(dynox__iso_write(DYNOX__ISO_LAST + 1, 0, 0, text), 0);
    assert_int_equal(dynox__iso_write(INT64_MIN, 0, 0, text), 0);
    assert_int_equal(dynox__iso_write(INT64_MAX, 0, 0, text), 0);
    assert_int_equal(dynox__iso_write(0, -1, 0, text), 0);
    assert_int_equal(dynox__iso_write(0, 1000000000, 0, text), 0);
    assert_int_equal(dynox__iso_write(0, 0, 10, text), 0);
}

/* The same numbers in every run. */
static uint64_t draw(void)
{
    static uint64_t state = 1;
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static int64_t any_second(void)
{
    return DYNOX__ISO_FIRST + (int64_t)(draw() % (uint64_t)(DYNOX__ISO_LAST - DYNOX__ISO_FIRST + 1));
}

static void what_is_written_is_read_as_it_was(void **state)
{
    static const int32_t units[] = {1000000000, 0, 0, 1000000, 0, 0, 1000, 0, 0, 1};
    (void)state;
    for (int i = 0; i < 200000; i++) {
        char     text[40];
        unsigned digits  = (unsigned)(draw() % 4) * 3;
        int64_t  seconds = any_second(), back = 0;
        int32_t  nanoseconds = (int32_t)(draw() % 1000000000), its = 0;
        size_t   length = dynox__iso_write(seconds, nanoseconds, digits, text);
        assert_int_equal(length, digits ? 26 + digits : 25);
        assert_int_equal(text[length], 0);
        if (!dynox__iso_read(text, length, &back, &its)) fail_msg("not read: %s", text);
        if (back != seconds || its != nanoseconds - nanoseconds % units[digits])
            fail_msg("%lld became %s", (long long)seconds, text);
    }
}

static void every_day_follows_the_one_before(void **state)
{
    char last[40] = "", text[40];
    (void)state;
    for (int64_t day = DYNOX__ISO_FIRST; day <= DYNOX__ISO_LAST; day += 86400) {
        int64_t back;
        int32_t nanoseconds;
        assert_int_equal(dynox__iso_write(day, 0, 0, text), 25);
        assert_true(strcmp(last, text) < 0);
        assert_true(dynox__iso_read(text, 10, &back, &nanoseconds) && back == day);
        memcpy(last, text, sizeof text);
    }
    assert_memory_equal(last, "9999-12-31", 10);
}

static void the_order_of_texts_is_that_of_times(void **state)
{
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char    a[40], b[40];
        int64_t first = any_second(), second = i % 2 ? any_second() : first + (int64_t)(draw() % 3);
        int32_t of_first = (int32_t)(draw() % 1000000000), of_second = (int32_t)(draw() % 1000000000);
        if (second > DYNOX__ISO_LAST) continue;
        assert_int_equal(dynox__iso_write(first, of_first, 9, a), dynox__iso_write(second, of_second, 9, b));
        bool before = first < second || (first == second && of_first < of_second);
        assert_int_equal(strcmp(a, b) < 0, before);
        dynox__iso_write(first, of_first, 3, a);
        dynox__iso_write(second, of_second, 3, b);
        if (before) assert_true(strcmp(a, b) <= 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_of_http_are_read),
        cmocka_unit_test(times_of_services_are_read_in_all_their_forms),
        cmocka_unit_test(what_is_no_time_of_a_service_is_refused),
        cmocka_unit_test(times_of_python_are_read),
        cmocka_unit_test(times_of_records_are_read_in_all_their_forms),
        cmocka_unit_test(what_is_no_time_of_a_record_is_refused),
        cmocka_unit_test(nothing_behind_the_length_is_read),
        cmocka_unit_test(times_are_written_with_the_digits_asked_for),
        cmocka_unit_test(what_is_no_time_is_not_written),
        cmocka_unit_test(what_is_written_is_read_as_it_was),
        cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(the_order_of_texts_is_that_of_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
