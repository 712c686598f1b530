/* JSON texts with escapes or characters beyond ASCII, numbers, and skipping whatever is of no interest. Nothing is
 * skipped without being checked. */
#include "value/json/decode_reader.h"
#include "value/text/utf8.h"

static const char bad_utf8[] = "not UTF-8", bad_escape[] = "not an escape of JSON";
static const char control[] = "a control character in a text";

static inline int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits; -1 if they are not. */
static int32_t read_hex(const uint8_t *p)
{
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0) return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

/* The escape whose backslash is at p: sets the code point, and returns what follows. Halves of a surrogate pair must
 * come together. */
static inline uint8_t *read_escape(dynox__reader *reader, uint8_t *p, uint32_t *point)
{
    static const uint8_t letters[256] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    *point = letters[p[1]];
    if (*point) return p + 2;
    if (p[1] != 'u') return dynox__reader_fail(reader, p, bad_escape);
    int32_t unit = read_hex(p + 2);
    if (unit < 0) return dynox__reader_fail(reader, p, bad_escape);
    *point = (uint32_t)unit;
    if (unit < 0xD800 || unit > 0xDFFF) return p + 6;
    int32_t low = unit < 0xDC00 && p[6] == '\\' && p[7] == 'u' ? read_hex(p + 8) : -1;
    if (low < 0xDC00 || low > 0xDFFF) return dynox__reader_fail(reader, p, "half of a surrogate pair");
    *point = 0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
    return p + 12;
}

/* What comes after plain characters: a character beyond ASCII; anything else that is no escape and no quote is wrong.
 */
static inline uint8_t *skip_character(dynox__reader *reader, uint8_t *p)
{
    if (*p < 0x20) return dynox__reader_fail(reader, p, control);
    size_t count = dynox__utf8_sequence(p, (size_t)(reader->end - p));
    return count ? p + count : dynox__reader_fail(reader, p, bad_utf8);
}

/* Moves plain characters forward, to *to, a step of the scanner at a time; returns the first that is not plain. */
static inline uint8_t *move_plain(uint8_t **to, uint8_t *p)
{
    uint64_t mask;
    for (; !(mask = dynox__scan_mask(p)); p += DYNOX__SCAN_STEP, *to += DYNOX__SCAN_STEP)
        memmove(*to, p, DYNOX__SCAN_STEP);
    for (uint8_t *stop = p + dynox__scan_first(mask); p < stop;)
        *(*to)++ = *p++;
    return p;
}

/* The end of a text from its first escape on: what an escape stands for is never longer than the escape. Sets where the
 * text ends and returns its quote. */
static uint8_t *unescape(dynox__reader *reader, uint8_t *p, uint8_t **end)
{
    uint8_t *to = p;
    while (*p != '"') {
        if (*p == '\\') {
            uint32_t point;
            p = read_escape(reader, p, &point);
            if (!p) return NULL;
            to += dynox__utf8_write(to, point);
        } else if (*p >= 0x80 || *p < 0x20) {
            uint8_t *stop = skip_character(reader, p);
            if (!stop) return NULL;
            while (p < stop)
                *to++ = *p++;
        } else {
            p = move_plain(&to, p);
        }
    }
    *end = to;
    return p;
}

uint8_t *dynox__read_text_slowly(dynox__reader *reader, uint8_t *start, uint8_t *p, char **text, uint32_t *length)
{
    while (*p != '"' && *p != '\\') {
        p = skip_character(reader, p);
        if (!p) return NULL;
        if (*p < 0x80) p = dynox__scan_plain(p);
    }
    uint8_t *end;
    p = unescape(reader, p, &end);
    if (!p) return NULL;
    *end    = 0;
    *text   = (char *)start;
    *length = (uint32_t)(end - start);
    return p + 1;
}

static uint8_t *skip_text(dynox__reader *reader, uint8_t *p)
{
    uint32_t point;
    for (p = dynox__scan_plain(p + 1); *p != '"'; p = dynox__scan_plain(p)) {
        p = *p == '\\' ? read_escape(reader, p, &point) : skip_character(reader, p);
        if (!p) return NULL;
    }
    return p + 1;
}

static uint8_t *skip_digits(uint8_t *p)
{
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

uint8_t *dynox__skip_number(dynox__reader *reader, uint8_t *p)
{
    uint8_t *digits = p += *p == '-';
    p               = *p == '0' ? p + 1 : skip_digits(p);
    if (p == digits) return dynox__reader_fail(reader, p, "expected a value");
    if (*p == '.') {
        digits = ++p;
        p      = skip_digits(p);
        if (p == digits) return dynox__reader_fail(reader, p, "expected a digit");
    }
    if (*p == 'e' || *p == 'E') {
        p++;
        digits = p += *p == '-' || *p == '+';
        p      = skip_digits(p);
        if (p == digits) return dynox__reader_fail(reader, p, "expected a digit");
    }
    return p;
}

static uint8_t *skip_container(dynox__reader *reader, uint8_t *p, unsigned depth)
{
    bool object = *p == '{', more;
    char close  = object ? '}' : ']';
    if (depth > DYNOX__SKIP_DEPTH) return dynox__reader_fail(reader, p, "nested too deep");
    p = dynox__first_element(reader, p, (char)*p, close, &more);
    while (p && more) {
        if (object) {
            if (*p != '"') return dynox__reader_expected(reader, p, '"');
            p = skip_text(reader, p);
            if (p) p = dynox__expect(reader, dynox__skip_space(p), ':');
            if (p) p = dynox__skip_space(p);
        }
        if (p) p = dynox__skip_value(reader, p, depth + 1);
        if (p) p = dynox__next_element(reader, p, close, &more);
    }
    return p;
}

uint8_t *dynox__skip_value(dynox__reader *reader, uint8_t *p, unsigned depth)
{
    switch (*p) {
    case '"': return skip_text(reader, p);
    case '{':
    case '[': return skip_container(reader, p, depth);
    case 't': return memcmp(p, "true", 4) == 0 ? p + 4 : dynox__reader_fail(reader, p, "expected a value");
    case 'f': return memcmp(p, "false", 5) == 0 ? p + 5 : dynox__reader_fail(reader, p, "expected a value");
    case 'n': return dynox__at_null(p) ? p + 4 : dynox__reader_fail(reader, p, "expected a value");
    default: return dynox__skip_number(reader, p);
    }
}
