/* Clock skew: the rule that the current SDKs share. */
#include "aws/skew.h"
#include "base/clock.h"
#include <stddef.h>
#include <string.h>

/* Beyond this the midpoint says nothing: a suspended process, say. */
static const int64_t longest_trip = 15 * 60 * DYNOX__SECOND;
static const int64_t tolerated    = 4 * 60 * DYNOX__SECOND;

static bool number(const char *text, size_t digits, int64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

static int64_t days_before(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era    = year / 400;
    int64_t of_era = year - era * 400;
    int64_t of_it  = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_it - 719468;
}

bool dynox__http_date(const char *text, int64_t *seconds)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t           day, year, hour, minute, second;
    if (!text || strlen(text) != 29 || text[3] != ',' || strcmp(text + 25, " GMT") != 0) return false;
    if (text[4] != ' ' || text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':')
        return false;
    int64_t month = 0;
    for (int i = 0; i < 12; i++)
        if (memcmp(months + 3 * i, text + 8, 3) == 0) month = i + 1;
    bool digits = number(text + 5, 2, &day) && number(text + 12, 4, &year) && number(text + 17, 2, &hour) &&
                  number(text + 20, 2, &minute) && number(text + 23, 2, &second);
    if (!digits || !month || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return false;
    *seconds = days_before(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

bool dynox__skew_learn(dynox__skew *skew, const char *date, bool has_age, int64_t sent_ns, int64_t received_ns,
                       int64_t *candidate)
{
    int64_t seconds;
    if (has_age || received_ns - sent_ns > longest_trip || !dynox__http_date(date, &seconds)) return false;
    if (seconds > INT64_MAX / DYNOX__SECOND || seconds < 0) return false;
    *candidate = seconds * DYNOX__SECOND - (sent_ns + (received_ns - sent_ns) / 2);
    atomic_store_explicit(&skew->ns, *candidate, memory_order_relaxed);
    return true;
}

bool dynox__skew_matters(int64_t used, int64_t candidate)
{
    int64_t difference = used - candidate;
    return difference > tolerated || difference < -tolerated;
}
