/* Times as the services write them. */
#ifndef DYNOX_AWS_ISO8601_H
#define DYNOX_AWS_ISO8601_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-01-01T00:00:00Z", also with a fraction (dropped), with "UTC" or an offset such as +01:00 instead of Z; in
 * seconds since 1970. false: it is not one. NULL is not one. */
bool dynox__iso8601(const char *text, int64_t *seconds);

#endif
