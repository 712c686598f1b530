/* Making texts printable. */
#include "base/printable.h"
#include <stdbool.h>
#include <stdint.h>

/* The bytes of the character at `text`, and what it is; 0: not UTF-8. */
static unsigned read_character(const unsigned char *text, uint32_t *character)
{
    unsigned more = *text < 0x80 ? 0 : *text < 0xC2 ? 4 : *text < 0xE0 ? 1 : *text < 0xF0 ? 2 : *text < 0xF5 ? 3 : 4;
    if (more == 4) return 0;
    *character = more ? *text & (0x3Fu >> more) : *text;
    for (unsigned i = 1; i <= more; i++) {
        if ((text[i] & 0xC0) != 0x80) return 0; /* also the NUL at the end */
        *character = *character << 6 | (text[i] & 0x3Fu);
    }
    bool overlong  = (more == 2 && *character < 0x800) || (more == 3 && *character < 0x10000);
    bool surrogate = *character >= 0xD800 && *character <= 0xDFFF;
    return overlong || surrogate || *character > 0x10FFFF ? 0 : more + 1;
}

static bool is_harmless(uint32_t c)
{
    if (c < 0x20) return c == '\t' || c == '\n';
    if (c < 0x7F) return true;
    if (c < 0xA0 || c == 0x61C) return false;
    if (c < 0x200E || c > 0x2069) return c != 0xFEFF;
    return c > 0x200F && (c < 0x2028 || c > 0x202E) && c < 0x2066;
}

void dynox__make_printable(char *text)
{
    unsigned char *from = (unsigned char *)text, *to = from;
    while (*from) {
        uint32_t character = 0;
        unsigned length    = read_character(from, &character);
        if (length && is_harmless(character)) {
            while (length--)
                *to++ = *from++;
        } else {
            *to++ = '?';
            from += length ? length : 1;
        }
    }
    *to = 0;
}
