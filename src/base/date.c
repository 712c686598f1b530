/* Reading and writing times. Neither the C library's calendar nor its locale has a part in it. */
#include "base/date.h"
#include "base/word.h"
#include <string.h>

enum { DAY = 86400, ERA = 146097 /* the days of 400 years, which is when the calendar repeats itself */ };

/* The parts of a date and a time of day as a text has them. */
typedef struct {
    unsigned year, month, day, hour, minute, second;
} moment;

/* More than any part may be, also where it is half a year of four digits. */
enum { NO_DIGITS = 100000 };

static unsigned two_digits(const char *at)
{
    unsigned tens = (unsigned)(unsigned char)at[0] - '0', ones = (unsigned)(unsigned char)at[1] - '0';
    return tens > 9 || ones > 9 ? NO_DIGITS : tens * 10 + ones;
}

/* 8 characters at once. Are they digits where the limits have a v (0x80 - 10), and the pattern's where they have 0x7F?
 * Then each byte of *pairs is the number that two digits are from there on. */
static inline bool read_pairs(const char *at, const char *pattern, const char *limits, uint64_t *pairs)
{
    uint64_t read = dynox__word(at) ^ dynox__word(pattern); /* digits are 0 to 9, the others 0 */
    *pairs        = read * 10 + (read >> 8);
    return !((read | (read + dynox__word(limits))) & 0x8080808080808080u);
}

static inline unsigned pair_at(uint64_t pairs, unsigned place)
{
    return pairs >> 8 * place & 0xFF;
}

/* Of 8 characters, "03:04:05". */
static inline bool read_time(const char *at, moment *to)
{
    uint64_t pairs;
    if (!read_pairs(at, "00:00:00", "vv\x7Fvv\x7Fvv", &pairs)) return false;
    to->hour   = pair_at(pairs, 0);
    to->minute = pair_at(pairs, 3);
    to->second = pair_at(pairs, 6);
    return to->hour <= 23 && to->minute <= 59 && to->second <= 60;
}

/* Of 10 characters, "2026-01-02". Which days the month has is not looked at. */
static inline bool read_day(const char *at, moment *to)
{
    uint64_t pairs;
    if (!read_pairs(at, "0000-00-", "vvvv\x7Fvv\x7F", &pairs)) return false;
    to->year  = pair_at(pairs, 0) * 100 + pair_at(pairs, 2);
    to->month = pair_at(pairs, 5);
    to->day   = two_digits(at + 8);
    return to->month - 1 < 12 && to->day - 1 < 31;
}

/* Years start in March, so that leap days come last, and 400 years early, so that none is negative. */
static inline int64_t seconds_of(const moment *at)
{
    bool     of_last = at->month <= 2;
    unsigned year = at->year + 400 - of_last, centuries = year / 100;
    unsigned of_it = (153 * (at->month + (of_last ? 9 : -3u)) + 2) / 5 + at->day - 1;
    unsigned days  = year * 365 + year / 4 - centuries + centuries / 4 + of_it;
    return ((int64_t)days - 719468 - ERA) * DAY + at->hour * 3600 + at->minute * 60 + at->second;
}

static unsigned days_of_month(const moment *at)
{
    bool leap = at->year % 4 == 0 && (at->year % 100 != 0 || at->year % 400 == 0);
    if (at->month == 2) return leap ? 29 : 28;
    return 30 + ((at->month ^ at->month >> 3) & 1);
}

/* ---- ISO 8601 ---- */

/* The first 19 characters, "2026-01-02T03:04:05". */
static inline bool read_day_and_time(const char *at, moment *to)
{
    return (at[10] == 'T' || at[10] == 't' || at[10] == ' ') && read_day(at, to) && read_time(at + 11, to);
}

/* A fraction at *from, if there is one, in nanoseconds. */
static bool read_fraction(const char **from, const char *end, int32_t *nanoseconds)
{
    const char *at = *from;
    *nanoseconds   = 0;
    if (at == end || (*at != '.' && *at != ',')) return true;
    int32_t unit = 100000000;
    for (at++; at < end && *at >= '0' && *at <= '9'; at++, unit /= 10) {
        if (unit == 0) return false;
        *nanoseconds += (*at - '0') * unit;
    }
    bool any = at - *from > 1;
    *from    = at;
    return any;
}

/* As the library and Python write it. */
static inline bool is_utc(const char *at, const char *end)
{
    return end - at == 6 && memcmp(at, "+00:00", 6) == 0;
}

/* An offset, which is all that is left, in seconds east of UTC. */
static bool read_offset(const char *at, const char *end, int64_t *east)
{
    size_t length = (size_t)(end - at);
    *east         = 0;
    if (length == 1) return *at == 'Z' || *at == 'z';
    if (length < 3 || (*at != '+' && *at != '-')) return false;
    bool     colons = length > 3 && at[3] == ':';
    unsigned hours = two_digits(at + 1), minutes = 0, seconds = 0;
    if (length == 6 && colons)
        minutes = two_digits(at + 4);
    else if (length == 9 && colons && at[6] == ':')
        minutes = two_digits(at + 4), seconds = two_digits(at + 7);
    else if (length == 5)
        minutes = two_digits(at + 3);
    else if (length != 3)
        return false;
    if (hours > 23 || minutes > 59 || seconds > 59) return false;
    *east = (int64_t)(hours * 3600 + minutes * 60 + seconds) * (*at == '-' ? -1 : 1);
    return true;
}

bool dynox__iso_read(const char *text, size_t length, int64_t *seconds, int32_t *nanoseconds)
{
    moment  read     = {0};
    int32_t fraction = 0;
    int64_t east     = 0;
    if (!text || length < 10) return false;
    if (length == 10) {
        if (!read_day(text, &read)) return false;
    } else {
        const char *at = text + 19, *end = text + length;
        if (length < 19 || !read_day_and_time(text, &read) || !read_fraction(&at, end, &fraction)) return false;
        if (at < end && !is_utc(at, end) && !read_offset(at, end, &east)) return false;
    }
    if (read.day > 28 && read.day > days_of_month(&read)) return false;
    int64_t utc = seconds_of(&read) - east;
    if (utc < DYNOX__ISO_FIRST || utc > DYNOX__ISO_LAST) return false;
    *seconds     = utc;
    *nanoseconds = fraction;
    return true;
}

bool dynox__iso8601(const char *text, int64_t *seconds)
{
    moment  read;
    int64_t east   = 0;
    size_t  length = text ? strlen(text) : 0;
    if (length < 20 || !read_day_and_time(text, &read)) return false;
    const char *at = text + 19;
    if (*at == '.') {
        size_t digits = strspn(++at, "0123456789");
        if (!digits) return false;
        at += digits;
    }
    if (strcmp(at, "UTC") != 0 && !read_offset(at, text + length, &east)) return false;
    *seconds = seconds_of(&read) - east;
    return true;
}

static void write_two(char *to, unsigned value)
{
    to[0] = (char)('0' + value / 10);
    to[1] = (char)('0' + value % 10);
}

/* The date `days` after 0000-01-01, of which there are fewer than 10000 years. */
static void write_day(char *to, unsigned days)
{
    days += ERA - 60; /* since March, 400 years before the year 0 */
    unsigned of_era = days % ERA;
    unsigned year   = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA - 1)) / 365;
    unsigned of_it  = of_era - (365 * year + year / 4 - year / 100);
    unsigned month  = (5 * of_it + 2) / 153;
    unsigned day    = of_it - (153 * month + 2) / 5 + 1;
    year += days / ERA * 400 - 400 + (month >= 10);
    write_two(to, year / 100);
    write_two(to + 2, year % 100);
    to[4] = '-';
    write_two(to + 5, month < 10 ? month + 3 : month - 9);
    to[7] = '-';
    write_two(to + 8, day);
}

size_t dynox__iso_write(int64_t seconds, int32_t nanoseconds, unsigned digits, char text[40])
{
    text[0] = 0;
    if (seconds < DYNOX__ISO_FIRST || seconds > DYNOX__ISO_LAST || digits > 9) return 0;
    if (nanoseconds < 0 || nanoseconds > 999999999) return 0;
    uint64_t since  = (uint64_t)(seconds - DYNOX__ISO_FIRST);
    unsigned of_day = (unsigned)(since % DAY);
    write_day(text, (unsigned)(since / DAY));
    text[10] = 'T';
    write_two(text + 11, of_day / 3600);
    text[13] = ':';
    write_two(text + 14, of_day / 60 % 60);
    text[16] = ':';
    write_two(text + 17, of_day % 60);
    char *at = text + 19;
    if (digits) {
        unsigned left = (unsigned)nanoseconds;
        for (unsigned i = digits; i < 9; i++)
            left /= 10;
        *at++ = '.';
        for (unsigned i = digits; i > 0; i--, left /= 10)
            at[i - 1] = (char)('0' + left % 10);
        at += digits;
    }
    memcpy(at, "+00:00", 7);
    return (size_t)(at + 6 - text);
}

/* ---- HTTP ---- */

/* Of a name at the start of `text`, which has three letters at least. 0: none. */
static unsigned month_of(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (unsigned i = 0; i < 12; i++)
        if (memcmp(months + 3 * i, text, 3) == 0) return i + 1;
    return 0;
}

bool dynox__http_date(const char *text, int64_t *seconds)
{
    moment read;
    if (!text || strlen(text) != 29 || memcmp(text + 3, ", ", 2) != 0 || strcmp(text + 25, " GMT") != 0) return false;
    if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || !read_time(text + 17, &read)) return false;
    read.day   = two_digits(text + 5);
    read.month = month_of(text + 8);
    read.year  = two_digits(text + 12) * 100 + two_digits(text + 14);
    if (read.day - 1 >= 31 || read.month == 0 || read.year > 9999) return false;
    *seconds = seconds_of(&read);
    return true;
}
