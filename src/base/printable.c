/* Making texts printable. */
#include "base/printable.h"
#include <stdint.h>
#include <string.h>

/* The bytes of the character at `text`, and what it is; 0: not UTF-8. */
static unsigned read_character(const unsigned char *text, size_t size, uint32_t *character)
{
    unsigned more = *text < 0x80 ? 0 : *text < 0xC2 ? 4 : *text < 0xE0 ? 1 : *text < 0xF0 ? 2 : *text < 0xF5 ? 3 : 4;
    if (more == 4 || more >= size) return 0;
    *character = more ? *text & (0x3Fu >> more) : *text;
    for (unsigned i = 1; i <= more; i++) {
        if ((text[i] & 0xC0) != 0x80) return 0;
        *character = *character << 6 | (text[i] & 0x3Fu);
    }
    bool overlong  = (more == 2 && *character < 0x800) || (more == 3 && *character < 0x10000);
    bool surrogate = *character >= 0xD800 && *character <= 0xDFFF;
    return overlong || surrogate || *character > 0x10FFFF ? 0 : more + 1;
}

/* U+200C and U+200D join and part letters, and emoji: they stay. */
static bool is_harmless(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } harmful[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},       {0x61C, 0x61C},     {0x180E, 0x180E},
        {0x200B, 0x200B}, {0x200E, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},   {0xFDD0, 0xFDEF},
        {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };
    if ((c & 0xFFFE) == 0xFFFE) return false;
    for (size_t i = 0; i < sizeof harmful / sizeof *harmful; i++)
        if (c >= harmful[i].first && c <= harmful[i].last) return false;
    return true;
}

bool dynox__is_printable(const char *text, size_t size, size_t *length)
{
    uint32_t character = 0;
    unsigned bytes     = read_character((const unsigned char *)text, size, &character);
    *length            = bytes ? bytes : 1;
    return bytes && is_harmless(character);
}

void dynox__make_printable(char *text)
{
    size_t size = strlen(text), length;
    char  *to   = text;
    for (const char *from = text; size; from += length, size -= length) {
        if (!dynox__is_printable(from, size, &length) && *from != '\t' && *from != '\n') {
            *to++ = '?';
            continue;
        }
        memmove(to, from, length);
        to += length;
    }
    *to = 0;
}

void dynox__make_visible(char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text > '~') *text = '?';
}
