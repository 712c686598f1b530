/* Numbers are decimal text. Here: the service's limits, and C numbers to text and back without loss. Nothing here
 * depends on the locale. The grammar is [+-] digits [. digits] [e [+-] digits], where the digits before or after the
 * point may be missing: what the service reads. */
#ifndef DYNOX_VALUE_TEXT_NUMBER_H
#define DYNOX_VALUE_TEXT_NUMBER_H

#include <dynox/value.h>

enum { DYNOX__NUMBER_TEXT = 48 }; /* room that any C number's text needs, NUL included */

/* Is this a number at all, of any size? */
bool dynox__number_valid(const char *text, size_t length);

/* What the service would say of it. Of a number that is wrong in several ways, the last one of these. */
typedef enum dynox__number_fault {
    DYNOX__NUMBER_FINE,
    DYNOX__NUMBER_MANY_DIGITS, /* more than 38 significant ones */
    DYNOX__NUMBER_SMALL,       /* closer to zero than 1E-130 */
    DYNOX__NUMBER_LARGE,       /* beyond 9.99...E+125 */
    DYNOX__NUMBER_NONE         /* no number at all */
} dynox__number_fault;
dynox__number_fault dynox__number_judge(const char *text, size_t length);

/* Is this a number the service takes: up to 38 significant digits, 1E-130 to 9.99...E+125, or zero? NULL: yes; else
 * static text that says what is wrong. */
const char *dynox__number_check(const char *text, size_t length);

/* Its digits, each 0 to 9, without zeros at either end: 0.d1d2... x 10^exponent. No digits: zero, which has no sign. */
enum { DYNOX__NUMBER_DIGITS = 38 };
typedef struct dynox__number_parts {
    bool     negative;
    int      exponent; /* -129 to 126 */
    unsigned count;
    uint8_t  digits[DYNOX__NUMBER_DIGITS];
} dynox__number_parts;
/* false: dynox__number_check would not take it. */
bool dynox__number_take_apart(const char *text, size_t length, dynox__number_parts *parts);

/* A text that reads back as the same double, with as few digits as that takes, and without an exponent where that is
 * short. NaN and infinity: 0. Returns the length; the text is NUL-terminated. */
size_t dynox__number_from_double(double number, char text[DYNOX__NUMBER_TEXT]);
/* The same for a float: as few digits as it takes to read it as a double and round that to the same float. */
size_t dynox__number_from_float(float number, char text[DYNOX__NUMBER_TEXT]);
size_t dynox__number_from_int(int64_t number, char text[DYNOX__NUMBER_TEXT]);
size_t dynox__number_from_unsigned(uint64_t number, char text[DYNOX__NUMBER_TEXT]);

/* Text to C number. false: not a number, or does not fit (integers: also if it has a fraction other than zero). The
 * double is the nearest one. */
bool dynox__number_to_int(const char *text, size_t length, int64_t *number);
bool dynox__number_to_unsigned(const char *text, size_t length, uint64_t *number);
bool dynox__number_to_double(const char *text, size_t length, double *number);

/* Orders by numeric value: < 0, 0, > 0. Both texts must have passed dynox__number_check. "1" and "1.0" are equal. */
int dynox__number_compare(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
