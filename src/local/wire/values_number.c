/* Numbers in their one form: no leading or trailing zeros, no exponent, no minus before zero. */
#include "local/wire/values.h"
#include "value/text/number.h"

/* Room for any of them: a minus, "0.", 129 zeros and 38 digits; or 126 digits. */
enum { LONGEST = 192 };

const char *dynox__values_number_fault(const char *text, size_t length)
{
    switch (dynox__number_judge(text, length)) {
    case DYNOX__NUMBER_FINE: return NULL;
    case DYNOX__NUMBER_LARGE:
        return "Number overflow. Attempting to store a number with magnitude larger than supported range";
    case DYNOX__NUMBER_SMALL:
        return "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    case DYNOX__NUMBER_MANY_DIGITS: return "Attempting to store more than 38 significant digits in a Number";
    default: return "The parameter cannot be converted to a numeric value";
    }
}

/* Is it in that form as it is, as nearly all are? Only those that are surely in range are. */
bool dynox__values_number_is_canonical(const char *text, size_t length)
{
    const char *p = text, *end = text + length;
    bool        negative = p < end && *p == '-';
    p += negative;
    if (p == end || end - p > DYNOX__NUMBER_DIGITS) return false;
    if (*p == '0' && (end - p == 1 ? negative : p[1] != '.')) return false;
    const char *digits = p;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    if (p == digits) return false;
    if (p == end) return true;
    if (*p++ != '.' || p == end || end[-1] == '0') return false;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p == end;
}

static const char *write_parts(const dynox__number_parts *parts, dynox__arena *arena, size_t *written)
{
    char text[LONGEST], *p = text;
    int  exponent = parts->exponent, count = (int)parts->count;
    if (parts->negative) *p++ = '-';
    if (count == 0 || exponent <= 0) *p++ = '0';
    if (count && exponent <= 0) *p++ = '.';
    for (int zeros = exponent; count && zeros < 0; zeros++)
        *p++ = '0';
    for (int i = 0; i < count || (count && i < exponent); i++) {
        if (i == exponent && exponent > 0) *p++ = '.';
        *p++ = i < count ? (char)('0' + parts->digits[i]) : '0';
    }
    *written = (size_t)(p - text);
    return dynox__arena_copy(arena, text, *written);
}

const char *dynox__values_number(const char *text, size_t length, dynox__arena *arena, size_t *written)
{
    dynox__number_parts parts;
    *written = length;
    if (dynox__values_number_is_canonical(text, length)) return dynox__arena_copy(arena, text, length);
    if (!dynox__number_take_apart(text, length, &parts)) parts = (dynox__number_parts){0};
    return write_parts(&parts, arena, written);
}

/* ---- sums: digits in columns, the lowest first ---- */

enum { LOWEST = -129 - DYNOX__NUMBER_DIGITS, COLUMNS = 126 - LOWEST + 2 };

static void add_columns(int8_t columns[COLUMNS], const dynox__number_parts *parts, bool minus)
{
    for (unsigned i = 0; i < parts->count; i++) {
        int8_t  digit  = (int8_t)parts->digits[i];
        int8_t *column = &columns[parts->exponent - 1 - (int)i - LOWEST];
        *column        = (int8_t)(*column + (minus != parts->negative ? -digit : digit));
    }
}

/* Carries until each column is a digit; returns what is carried out of the last one: -1 if the sum is negative. */
static int carry(int8_t columns[COLUMNS])
{
    int carried = 0;
    for (int i = 0; i < COLUMNS; i++) {
        int column = columns[i] + carried;
        carried    = column < 0 ? -1 : column > 9 ? 1 : 0;
        columns[i] = (int8_t)(column - carried * 10);
    }
    return carried;
}

/* The columns as a number; NULL if it is one, else what is wrong with it. */
static const char *gather(int8_t columns[COLUMNS], dynox__number_parts *parts)
{
    int high = COLUMNS - 1, low = 0;
    *parts = (dynox__number_parts){0};
    if (carry(columns) < 0) {
        parts->negative = true;
        for (int i = 0; i < COLUMNS; i++)
            columns[i] = (int8_t)-columns[i];
        carry(columns);
    }
    while (high >= 0 && columns[high] == 0)
        high--;
    if (high < 0) return NULL;
    while (columns[low] == 0)
        low++;
    parts->exponent = high + LOWEST + 1;
    if (parts->exponent > 126) return dynox__values_number_fault("1E126", 5);
    if (parts->exponent < -129) return dynox__values_number_fault("1E-131", 6);
    if (high - low >= DYNOX__NUMBER_DIGITS) return "Attempting to store more than 38 significant digits in a Number";
    for (; high >= low; high--)
        parts->digits[parts->count++] = (uint8_t)columns[high];
    return NULL;
}

const char *dynox__values_sum(const char *a, size_t a_length, const char *b, size_t b_length, bool minus,
                              dynox__arena *arena, size_t *written, const char **why)
{
    int8_t              columns[COLUMNS] = {0};
    dynox__number_parts parts;
    *why = "The parameter cannot be converted to a numeric value";
    if (!dynox__number_take_apart(a, a_length, &parts)) return NULL;
    add_columns(columns, &parts, false);
    if (!dynox__number_take_apart(b, b_length, &parts)) return NULL;
    add_columns(columns, &parts, minus);
    *why = gather(columns, &parts);
    return *why ? NULL : write_parts(&parts, arena, written);
}
