/* Times as text: ISO 8601 as records and services write it, and the dates of HTTP. Any thread; nothing is allocated. */
#ifndef DYNOX_BASE_DATE_H
#define DYNOX_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The seconds since 1970 that dynox__iso_write writes: the years 0000 to 9999. */
#define DYNOX__ISO_FIRST INT64_C(-62167219200)
#define DYNOX__ISO_LAST INT64_C(253402300799)

/* A time of a record, in seconds since 1970 and nanoseconds (0 to 999999999, forward, before 1970 too).
 *
 *     2026-01-02T03:04:05                 T, t or a space; no offset means UTC
 *     2026-01-02T03:04:05.5               a fraction of 1 to 9 digits, also after a comma
 *     2026-01-02T03:04:05+05:30           Z, z, +hh, +hhmm, +hh:mm, and +hh:mm:ss as Python writes local mean times
 *     2026-01-02                          midnight UTC
 *
 * Second 60 is the first one of the next minute, as in POSIX. Hour 24 is refused, as are days that a month does not
 * have, and times that are not in the years 0000 to 9999 of UTC: what is read can be written.
 * false: it is something else (NULL, too), and nothing is set. */
bool dynox__iso_read(const char *text, size_t length, int64_t *seconds, int32_t *nanoseconds);

/* Writes such a time as 2026-01-02T03:04:05.123+00:00 and NUL, with `digits` (0 to 9) of the fraction, the rest cut
 * off. Texts with the same number of digits are in the order of their times. Returns the length, or 0 and "" if the
 * year is not in 0000 to 9999, the nanoseconds are no part of a second, or there are too many digits. */
size_t dynox__iso_write(int64_t seconds, int32_t nanoseconds, unsigned digits, char text[40]);

/* A time as services write it: "2026-01-01T00:00:00Z", also with "UTC" or an offset such as +01:00 instead of Z, and
 * with a fraction of any length, which is dropped; in seconds since 1970. It must say its offset. false: it is not one.
 * NULL is not one. */
bool dynox__iso8601(const char *text, int64_t *seconds);

/* An HTTP date, "Thu, 01 Jan 2026 00:00:01 GMT", in seconds since 1970. false: it is not one. NULL is not one. */
bool dynox__http_date(const char *text, int64_t *seconds);

#endif
