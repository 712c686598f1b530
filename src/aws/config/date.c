/* Reading times. */
#include "aws/config/date.h"
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

/* true: the parts may be a date and a time of day, and are put together. */
static bool join(int64_t year, int64_t month, int64_t day, int64_t hour, int64_t minute, int64_t second,
                 int64_t *seconds)
{
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return false;
    *seconds = days_before(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

/* ---- ISO 8601 ---- */

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
    int64_t     year, month, day, hour, minute, second, east, utc;
    const char *at = text;
    if (!at || !number(&at, 4, '-', &year) || !number(&at, 2, '-', &month) || !number(&at, 2, 0, &day)) return false;
    if (*at != 'T' && *at != 't' && *at != ' ') return false;
    at++;
    if (!number(&at, 2, ':', &hour) || !number(&at, 2, ':', &minute) || !number(&at, 2, 0, &second)) return false;
    if (!join(year, month, day, hour, minute, second, &utc) || !read_zone(at, &east)) return false;
    *seconds = utc - east;
    return true;
}

/* ---- HTTP ---- */

/* Of a name at the start of `text`, which has three letters at least. 0: none. */
static int64_t month_of(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++)
        if (memcmp(months + 3 * i, text, 3) == 0) return i + 1;
    return 0;
}

bool dynox__http_date(const char *text, int64_t *seconds)
{
    int64_t year, day, hour, minute, second;
    if (!text || strlen(text) != 29 || text[3] != ',' || text[4] != ' ') return false;
    const char *at = text + 5;
    if (!number(&at, 2, ' ', &day)) return false;
    int64_t month = month_of(at);
    at += 3;
    if (*at++ != ' ' || !number(&at, 4, ' ', &year)) return false;
    if (!number(&at, 2, ':', &hour) || !number(&at, 2, ':', &minute) || !number(&at, 2, ' ', &second)) return false;
    return strcmp(at, "GMT") == 0 && join(year, month, day, hour, minute, second, seconds);
}
