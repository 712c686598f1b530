/* Reading times. */
#include "aws/iso8601.h"
#include <string.h>

/* `digits` digits, then `end` (0: nothing in particular). */
static bool number(const char **at, int digits, char end, int64_t *value)
{
    *value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9') return false;
        *value = *value * 10 + (**at - '0');
    }
    if (!end) return true;
    return *(*at)++ == end;
}

/* Days of the Gregorian calendar before a date, from 1970 on. Years start in March: leap days come last then. */
static int64_t days_before(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era    = year / 400;
    int64_t of_era = year - era * 400;
    int64_t of_it  = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_it - 719468;
}

/* What follows the seconds: the fraction and the zone, in seconds east of UTC. */
static bool read_zone(const char *at, int64_t *east)
{
    int64_t hours, minutes;
    *east = 0;
    if (*at == '.') {
        size_t digits = strspn(++at, "0123456789");
        if (!digits) return false;
        at += digits;
    }
    if (strcmp(at, "Z") == 0 || strcmp(at, "UTC") == 0) return true;
    if (*at != '+' && *at != '-') return false;
    int64_t sign = *at++ == '-' ? -1 : 1;
    if (!number(&at, 2, 0, &hours)) return false;
    if (*at == ':') at++;
    if (!number(&at, 2, 0, &minutes) || *at || hours > 23 || minutes > 59) return false;
    *east = sign * (hours * 3600 + minutes * 60);
    return true;
}

bool dynox__iso8601(const char *text, int64_t *seconds)
{
    int64_t     year, month, day, hour, minute, second, east;
    const char *at = text;
    if (!at || !number(&at, 4, '-', &year) || !number(&at, 2, '-', &month) || !number(&at, 2, 0, &day)) return false;
    if (*at != 'T' && *at != 't' && *at != ' ') return false;
    at++;
    if (!number(&at, 2, ':', &hour) || !number(&at, 2, ':', &minute) || !number(&at, 2, 0, &second)) return false;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return false;
    if (!read_zone(at, &east)) return false;
    *seconds = days_before(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - east;
    return true;
}
