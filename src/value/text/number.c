/* Decimal text: its limits, its order, and C numbers. strtod and snprintf are only ever given and asked for digits and
 * an exponent, so that the locale's decimal point has no say. */
#include "value/text/number.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIGITS = DYNOX__NUMBER_DIGITS, LEAST_EXPONENT = -130, MOST_EXPONENT = 125 };

/* Exponents stop counting here: far beyond any limit, and safe to add the length of a text to. */
#define EXPONENT_CAP (INT64_C(1) << 40)

/* d.ddd x 10^exponent, where the first digit is not 0. */
typedef struct decimal {
    const char *first;       /* that digit in the text; a point may follow somewhere */
    size_t      significant; /* digits up to the last that is not 0; 0: the number is zero */
    int64_t     exponent;
    bool        negative;
} decimal;

static const double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* [+-] digits; returns what follows, NULL if there is no digit. */
static const char *parse_exponent(const char *p, const char *end, int64_t *exponent)
{
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end || !is_digit(*p)) return NULL;
    int64_t value = 0;
    for (; p < end && is_digit(*p); p++)
        if (value < EXPONENT_CAP) value = value * 10 + (*p - '0');
    *exponent = negative ? -value : value;
    return p;
}

static bool parse(const char *text, size_t length, decimal *number)
{
    const char *p = text, *end = text + length;
    int64_t     whole = 0, zeros = 0, exponent = 0; /* digits before the point, zeros behind it that come first */
    size_t      seen  = 0;
    bool        point = false, digits = false;
    *number = (decimal){0};
    if (p < end && (*p == '-' || *p == '+')) number->negative = *p++ == '-';
    for (; p < end; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(*p)) break;
        digits = true;
        if (!number->first) {
            if (*p == '0') {
                zeros += point;
                continue;
            }
            number->first = p;
        }
        seen++;
        whole += !point;
        if (*p != '0') number->significant = seen;
    }
    if (!digits) return false;
    if (p < end && (*p == 'e' || *p == 'E') && !(p = parse_exponent(p + 1, end, &exponent))) return false;
    number->exponent = exponent + (whole ? whole : -zeros) - 1;
    return p == end;
}

/* The digit at *p, and steps over it. */
static unsigned next_digit(const char **p)
{
    if (**p == '.') ++*p;
    return (unsigned)(*(*p)++ - '0');
}

bool dynox__number_valid(const char *text, size_t length)
{
    decimal number;
    return parse(text, length, &number);
}

static dynox__number_fault judge(const decimal *number)
{
    if (number->significant == 0) return DYNOX__NUMBER_FINE;
    if (number->exponent > MOST_EXPONENT) return DYNOX__NUMBER_LARGE;
    if (number->exponent < LEAST_EXPONENT) return DYNOX__NUMBER_SMALL;
    return number->significant > MOST_DIGITS ? DYNOX__NUMBER_MANY_DIGITS : DYNOX__NUMBER_FINE;
}

dynox__number_fault dynox__number_judge(const char *text, size_t length)
{
    decimal number;
    return parse(text, length, &number) ? judge(&number) : DYNOX__NUMBER_NONE;
}

const char *dynox__number_check(const char *text, size_t length)
{
    switch (dynox__number_judge(text, length)) {
    case DYNOX__NUMBER_FINE: return NULL;
    case DYNOX__NUMBER_MANY_DIGITS: return "a number of more than 38 significant digits";
    case DYNOX__NUMBER_LARGE: return "a number beyond 9.99E+125";
    case DYNOX__NUMBER_SMALL: return "a number closer to zero than 1E-130";
    default: return "not a number";
    }
}

bool dynox__number_take_apart(const char *text, size_t length, dynox__number_parts *parts)
{
    decimal number;
    if (!parse(text, length, &number) || judge(&number) != DYNOX__NUMBER_FINE) return false;
    *parts = (dynox__number_parts){.count = (unsigned)number.significant};
    if (number.significant == 0) return true;
    parts->negative = number.negative;
    parts->exponent = (int)number.exponent + 1;
    for (unsigned i = 0; i < parts->count; i++)
        parts->digits[i] = (uint8_t)next_digit(&number.first);
    return true;
}

/* The magnitude, if it is an integer that fits. */
static bool to_magnitude(const decimal *number, uint64_t *magnitude)
{
    *magnitude = 0;
    if (number->significant == 0) return true;
    if (number->exponent > 19 || number->exponent + 1 < (int64_t)number->significant) return false;
    const char *p = number->first;
    for (int64_t i = 0; i <= number->exponent; i++) {
        unsigned digit = i < (int64_t)number->significant ? next_digit(&p) : 0;
        if (*magnitude > (UINT64_MAX - digit) / 10) return false;
        *magnitude = *magnitude * 10 + digit;
    }
    return true;
}

bool dynox__number_to_unsigned(const char *text, size_t length, uint64_t *number)
{
    decimal  parsed;
    uint64_t magnitude;
    if (!parse(text, length, &parsed) || !to_magnitude(&parsed, &magnitude)) return false;
    if (parsed.negative && magnitude) return false;
    *number = magnitude;
    return true;
}

bool dynox__number_to_int(const char *text, size_t length, int64_t *number)
{
    decimal  parsed;
    uint64_t magnitude;
    if (!parse(text, length, &parsed) || !to_magnitude(&parsed, &magnitude)) return false;
    if (magnitude > (uint64_t)INT64_MAX + parsed.negative) return false;
    if (!parsed.negative)
        *number = (int64_t)magnitude;
    else
        *number = magnitude > INT64_MAX ? INT64_MIN : -(int64_t)magnitude;
    return true;
}

/* Any size: digits and exponent go through strtod. No double needs more than the 767 digits to be rounded right, so
 * what comes after 780 counts as "and a bit". */
static bool to_double_slowly(const decimal *parsed, double *magnitude)
{
    enum { DIGITS = 780 };
    char        text[DIGITS + 32];
    size_t      count = parsed->significant < DIGITS ? parsed->significant : DIGITS;
    const char *p     = parsed->first;
    if (parsed->exponent > 400) return false;
    *magnitude = 0;
    if (parsed->exponent < -400) return true;
    for (size_t i = 0; i < count; i++)
        text[i] = (char)('0' + next_digit(&p));
    if (count < parsed->significant) text[count++] = '1';
    snprintf(text + count, sizeof text - count, "e%d", (int)parsed->exponent + 1 - (int)count);
    *magnitude = strtod(text, NULL);
    return isfinite(*magnitude);
}

bool dynox__number_to_double(const char *text, size_t length, double *number)
{
    decimal parsed;
    if (!parse(text, length, &parsed)) return false;
    double  magnitude = 0;
    int64_t scale     = parsed.exponent + 1 - (int64_t)parsed.significant;
    if (parsed.significant == 0) {
        /* zero it is, and may have a sign */
    } else if (FLT_EVAL_METHOD == 0 && parsed.significant <= 15 && scale >= -22 && scale <= 22) {
        /* Both operands are exact, so that the one rounding of the result is the right one. */
        const char *p      = parsed.first;
        uint64_t    digits = 0;
        for (size_t i = 0; i < parsed.significant; i++)
            digits = digits * 10 + next_digit(&p);
        magnitude = scale < 0 ? (double)digits / power_of_ten[-scale] : (double)digits * power_of_ten[scale];
    } else if (!to_double_slowly(&parsed, &magnitude)) {
        return false;
    }
    *number = parsed.negative ? -magnitude : magnitude;
    return true;
}

int dynox__number_compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
    decimal x, y;
    if (!parse(a, a_length, &x) || !parse(b, b_length, &y)) return 0;
    int x_sign = x.significant == 0 ? 0 : x.negative ? -1 : 1;
    int y_sign = y.significant == 0 ? 0 : y.negative ? -1 : 1;
    if (x_sign != y_sign) return x_sign < y_sign ? -1 : 1;
    if (x_sign == 0) return 0;
    if (x.exponent != y.exponent) return x.exponent < y.exponent ? -x_sign : x_sign;
    size_t common = x.significant < y.significant ? x.significant : y.significant;
    for (size_t i = 0; i < common; i++) {
        unsigned p = next_digit(&x.first), q = next_digit(&y.first);
        if (p != q) return p < q ? -x_sign : x_sign;
    }
    if (x.significant == y.significant) return 0;
    return x.significant < y.significant ? -x_sign : x_sign;
}

static size_t write_digits(uint64_t number, char *text)
{
    char   digits[20];
    size_t count = 0;
    do {
        digits[sizeof digits - ++count] = (char)('0' + number % 10);
    } while ((number /= 10) != 0);
    memcpy(text, digits + sizeof digits - count, count);
    text[count] = 0;
    return count;
}

size_t dynox__number_from_unsigned(uint64_t number, char text[DYNOX__NUMBER_TEXT])
{
    return write_digits(number, text);
}

size_t dynox__number_from_int(int64_t number, char text[DYNOX__NUMBER_TEXT])
{
    if (number >= 0) return write_digits((uint64_t)number, text);
    text[0] = '-';
    return 1 + write_digits(0 - (uint64_t)number, text + 1);
}

/* Writes d.ddd x 10^exponent; `digits` has no zeros at its end. */
static size_t lay_out(const char *digits, int count, int exponent, char *text)
{
    char *p = text;
    if (exponent < -7 || exponent > 20) {
        *p++ = digits[0];
        if (count > 1) *p++ = '.';
        for (int i = 1; i < count; i++)
            *p++ = digits[i];
        p += snprintf(p, 8, "E%+d", exponent);
        return (size_t)(p - text);
    }
    if (exponent < 0) *p++ = '0';
    for (int i = exponent < 0 ? exponent + 1 : 0; i < count || i <= exponent; i++) {
        if (i == exponent + 1) *p++ = '.';
        *p++ = i >= 0 && i < count ? digits[i] : '0';
    }
    *p = 0;
    return (size_t)(p - text);
}

/* The same number? As floats, if that is what they are to be read as. */
static bool same(double a, double b, bool single)
{
    return single ? (float)a == (float)b : a == b;
}

/* The digits, at most 15, of a number that is a whole number or has up to six decimals: most are. */
static int few_digits(double number, bool single, char *digits, int *exponent)
{
    for (int decimals = 0; decimals <= 6; decimals++) {
        double scaled = number * power_of_ten[decimals];
        if (!(scaled < 1e15)) return 0;
        uint64_t whole = (uint64_t)(scaled + 0.5);
        if (whole == 0 || !same((double)whole / power_of_ten[decimals], number, single)) continue;
        int count = (int)write_digits(whole, digits);
        *exponent = count - 1 - decimals;
        return count;
    }
    return 0;
}

/* The first `count` digits, rounded. */
static int rounded_digits(double number, int count, char *digits, int *exponent)
{
    char    text[64];
    int     found = 0;
    int64_t power = 0;
    snprintf(text, sizeof text, "%.*e", count - 1, number);
    const char *p = text;
    for (; *p != 'e'; p++) /* whatever the locale puts between the digits is passed over */
        if (is_digit(*p)) digits[found++] = *p;
    parse_exponent(p + 1, p + strlen(p), &power);
    *exponent = (int)power;
    return found;
}

static size_t shortest(double number, bool single, char *text)
{
    char   digits[DYNOX__NUMBER_TEXT];
    int    exponent = 0;
    size_t sign     = number < 0;
    text[0]         = 0;
    if (!isfinite(number)) return 0;
    if (number == 0) return write_digits(0, text);
    if (sign) {
        *text++ = '-';
        number  = -number;
    }
    int count = few_digits(number, single, digits, &exponent);
    for (int precision = single ? 6 : 15;; precision++) {
        if (!count) count = rounded_digits(number, precision, digits, &exponent);
        while (count > 1 && digits[count - 1] == '0')
            count--;
        size_t length = lay_out(digits, count, exponent, text);
        double again;
        if (precision == 17 || (dynox__number_to_double(text, length, &again) && same(again, number, single)))
            return sign + length;
        count = 0;
    }
}

size_t dynox__number_from_double(double number, char text[DYNOX__NUMBER_TEXT])
{
    return shortest(number, false, text);
}

size_t dynox__number_from_float(float number, char text[DYNOX__NUMBER_TEXT])
{
    return shortest((double)number, true, text);
}
