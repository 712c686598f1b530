/* What the patterns of the service model say. A text is UTF-8 here, as all texts of a tree are. */
#include "local/validate/patterns.h"
#include <string.h>

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* [a-zA-Z0-9_.-]+ */
static bool name(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_alphanumeric(text[i]) && text[i] != '_' && text[i] != '.' && text[i] != '-') return false;
    return length > 0;
}

/* \p{Print}+ */
static bool printable(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < 0x20 || text[i] == 0x7f) return false;
    return length > 0;
}

/* [0-9]{12} */
static bool account(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9') return false;
    return length == 12;
}

/* ^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$ */
static bool bucket(const char *text, size_t length)
{
    return length >= 2 && name(text, length) && is_alphanumeric(text[0]) && is_alphanumeric(text[length - 1]);
}

/* ^[^\$]+$ */
static bool without_dollar(const char *text, size_t length)
{
    return length > 0 && !memchr(text, '$', length);
}

/* [,;:|\t ] */
static bool delimiter(const char *text, size_t length)
{
    return length == 1 && memchr(",;:|\t ", *text, 6);
}

/* [\x20-\x21\x23-\x2B\x2D-\x7E]*: ASCII that prints, but no quote and no comma. */
static bool header(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < 0x20 || text[i] > 0x7e || text[i] == '"' || text[i] == ',') return false;
    return true;
}

/* ([0-9a-f]{16})+ */
static bool hex(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_hex(text[i])) return false;
    return length > 0 && length % 16 == 0;
}

/* Any text but for control characters other than a line's end and a tab, and U+FFFE and U+FFFF. */
static bool xml_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 && c != '\r' && c != '\n' && c != '\t') return false;
        if (c == 0xef && length - i >= 3 && memcmp(text + i, "\xef\xbf", 2) == 0 && (unsigned char)text[i + 2] > 0xbd)
            return false;
    }
    return true;
}

bool dynox__pattern_fits(unsigned pattern, const char *text, size_t length)
{
    static bool (*const patterns[DYNOX__PATTERNS])(const char *, size_t) = {
        name, printable, account, bucket, without_dollar, delimiter, header, hex, xml_text};
    return patterns[pattern - 1](text, length);
}
