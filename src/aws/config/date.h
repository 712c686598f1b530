/* Times as the services write them. */
#ifndef DYNOX_AWS_CONFIG_DATE_H
#define DYNOX_AWS_CONFIG_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-01-01T00:00:00Z", also with a fraction (dropped), with "UTC" or an offset such as +01:00 instead of Z; in
 * seconds since 1970. false: it is not one. NULL is not one. */
bool dynox__iso8601(const char *text, int64_t *seconds);

/* An HTTP date, "Thu, 01 Jan 2026 00:00:01 GMT", in seconds since 1970. false: it is not one. NULL is not one. */
bool dynox__http_date(const char *text, int64_t *seconds);

#endif
