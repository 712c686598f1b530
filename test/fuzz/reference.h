/* Another opinion on what is an item in DynamoDB JSON: slow, plain, written from the grammar, with every read checked
 * against the end. It looks at the text only and keeps nothing. */
#ifndef DYNOX_TEST_FUZZ_REFERENCE_H
#define DYNOX_TEST_FUZZ_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct reference {
    const uint8_t *text;
    size_t         size, at;
    uint8_t        string[1 << 16]; /* the last string, unescaped; fuzz inputs are shorter */
    size_t         length;
} reference;

static bool reference_value(reference *r, unsigned depth);

static int reference_peek(const reference *r)
{
    return r->at < r->size ? r->text[r->at] : -1;
}

static void reference_space(reference *r)
{
    while (reference_peek(r) == ' ' || reference_peek(r) == '\t' || reference_peek(r) == '\n' ||
           reference_peek(r) == '\r')
        r->at++;
}

static bool reference_take(reference *r, int c)
{
    if (reference_peek(r) != c) return false;
    r->at++;
    return true;
}

static bool reference_word(reference *r, const char *word)
{
    size_t length = strlen(word);
    if (r->size - r->at < length || memcmp(r->text + r->at, word, length) != 0) return false;
    r->at += length;
    return true;
}

static void reference_put(reference *r, uint32_t point)
{
    uint8_t *to = r->string;
    if (point < 0x80) {
        to[r->length++] = (uint8_t)point;
    } else if (point < 0x800) {
        to[r->length++] = (uint8_t)(0xC0 + point / 64);
        to[r->length++] = (uint8_t)(0x80 + point % 64);
    } else if (point < 0x10000) {
        to[r->length++] = (uint8_t)(0xE0 + point / 4096);
        to[r->length++] = (uint8_t)(0x80 + point / 64 % 64);
        to[r->length++] = (uint8_t)(0x80 + point % 64);
    } else {
        to[r->length++] = (uint8_t)(0xF0 + point / 262144);
        to[r->length++] = (uint8_t)(0x80 + point / 4096 % 64);
        to[r->length++] = (uint8_t)(0x80 + point / 64 % 64);
        to[r->length++] = (uint8_t)(0x80 + point % 64);
    }
}

static bool reference_hex(reference *r, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF", *found;
        int         c      = reference_peek(r);
        if (c <= 0 || !(found = strchr(digits, c))) return false;
        *unit = *unit * 16 + (uint32_t)((found - digits) % 16);
        r->at++;
    }
    return true;
}

static bool reference_escape(reference *r)
{
    static const char letters[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
    int               c     = reference_peek(r);
    const char       *found = c > 0 ? strchr(letters, c) : NULL;
    uint32_t          unit, low;
    if (found) {
        r->at++;
        reference_put(r, (uint8_t)meaning[found - letters]);
        return true;
    }
    if (!reference_take(r, 'u') || !reference_hex(r, &unit)) return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return false;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        if (!reference_take(r, '\\') || !reference_take(r, 'u') || !reference_hex(r, &low)) return false;
        if (low < 0xDC00 || low > 0xDFFF) return false;
        unit = 0x10000 + (unit - 0xD800) * 0x400 + (low - 0xDC00);
    }
    reference_put(r, unit);
    return true;
}

/* A character beyond ASCII, by decoding it and asking whether that was the shortest way to write it. */
static bool reference_character(reference *r)
{
    uint8_t lead = r->text[r->at++];
    int more = lead >= 0xF0 && lead < 0xF8 ? 3 : lead >= 0xE0 && lead < 0xF0 ? 2 : lead >= 0xC0 && lead < 0xE0 ? 1 : 0;
    uint32_t point = more == 3 ? lead & 7u : more == 2 ? lead & 15u : lead & 31u;
    if (!more) return false;
    for (int i = 0; i < more; i++) {
        int c = reference_peek(r);
        if (c < 0x80 || c >= 0xC0) return false;
        point = point * 64 + (uint32_t)(c - 0x80);
        r->at++;
    }
    if (point < (more == 1   ? 0x80u
                 : more == 2 ? 0x800u
                             : 0x10000u) ||
        point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return false;
    reference_put(r, point);
    return true;
}

static bool reference_string(reference *r)
{
    r->length = 0;
    if (!reference_take(r, '"')) return false;
    for (;;) {
        int c = reference_peek(r);
        if (c < 0x20) return false;
        if (reference_take(r, '"')) return true;
        if (reference_take(r, '\\')) {
            if (!reference_escape(r)) return false;
        } else if (c >= 0x80) {
            if (!reference_character(r)) return false;
        } else {
            reference_put(r, (uint32_t)c);
            r->at++;
        }
    }
}

static bool reference_digits(reference *r)
{
    size_t start = r->at;
    while (reference_peek(r) >= '0' && reference_peek(r) <= '9')
        r->at++;
    return r->at > start;
}

/* Any JSON. */
static bool reference_json(reference *r, unsigned depth)
{
    int open = reference_peek(r), close = open == '{' ? '}' : ']';
    if (open == '"') return reference_string(r);
    if (open == 't') return reference_word(r, "true");
    if (open == 'f') return reference_word(r, "false");
    if (open == 'n') return reference_word(r, "null");
    if (open != '{' && open != '[') {
        reference_take(r, '-');
        if (!reference_take(r, '0') && !reference_digits(r)) return false;
        if (reference_take(r, '.') && !reference_digits(r)) return false;
        if (!reference_take(r, 'e') && !reference_take(r, 'E')) return true;
        if (!reference_take(r, '+')) reference_take(r, '-');
        return reference_digits(r);
    }
    if (depth > 160) return false;
    r->at++;
    reference_space(r);
    if (reference_take(r, close)) return true;
    for (;;) {
        if (open == '{') {
            if (!reference_string(r)) return false;
            reference_space(r);
            if (!reference_take(r, ':')) return false;
            reference_space(r);
        }
        if (!reference_json(r, depth + 1)) return false;
        reference_space(r);
        if (reference_take(r, close)) return true;
        if (!reference_take(r, ',')) return false;
        reference_space(r);
    }
}

static bool reference_is(const reference *r, const char *text)
{
    return r->length == strlen(text) && memcmp(r->string, text, r->length) == 0;
}

/* The last string: is it a number? */
static bool reference_number(const reference *r)
{
    size_t at = 0, before, after = 0;
    if (at < r->length && (r->string[at] == '-' || r->string[at] == '+')) at++;
    for (before = 0; at < r->length && r->string[at] >= '0' && r->string[at] <= '9'; at++)
        before++;
    if (at < r->length && r->string[at] == '.')
        for (at++; at < r->length && r->string[at] >= '0' && r->string[at] <= '9'; at++)
            after++;
    if (before + after == 0) return false;
    if (at < r->length && (r->string[at] == 'e' || r->string[at] == 'E')) {
        at++;
        if (at < r->length && (r->string[at] == '-' || r->string[at] == '+')) at++;
        size_t start = at;
        while (at < r->length && r->string[at] >= '0' && r->string[at] <= '9')
            at++;
        if (at == start) return false;
    }
    return at == r->length;
}

/* The last string: is it base64? */
static bool reference_base64(const reference *r)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t            length     = r->length;
    if (length % 4 != 0) return false;
    while (length && r->string[length - 1] == '=' && r->length - length < 2)
        length--;
    for (size_t i = 0; i < length; i++)
        if (!r->string[i] || !strchr(alphabet, r->string[i])) return false;
    if (length == r->length) return true;
    unsigned last = (unsigned)(strchr(alphabet, r->string[length - 1]) - alphabet);
    return r->length - length == 2 ? last % 16 == 0 : last % 4 == 0;
}

static bool reference_scalar(reference *r, char type)
{
    if (!reference_string(r)) return false;
    return type == 'S' || (type == 'N' ? reference_number(r) : reference_base64(r));
}

static bool reference_array(reference *r, char type, unsigned depth)
{
    if (!reference_take(r, '[')) return false;
    reference_space(r);
    if (reference_take(r, ']')) return true;
    for (;;) {
        if (type == 'L' ? !reference_value(r, depth) : !reference_scalar(r, type)) return false;
        reference_space(r);
        if (reference_take(r, ']')) return true;
        if (!reference_take(r, ',')) return false;
        reference_space(r);
    }
}

static bool reference_map(reference *r, unsigned depth)
{
    if (!reference_take(r, '{')) return false;
    reference_space(r);
    if (reference_take(r, '}')) return true;
    for (;;) {
        if (!reference_string(r)) return false;
        reference_space(r);
        if (!reference_take(r, ':')) return false;
        reference_space(r);
        if (!reference_word(r, "null") && !reference_value(r, depth)) return false;
        reference_space(r);
        if (reference_take(r, '}')) return true;
        if (!reference_take(r, ',')) return false;
        reference_space(r);
    }
}

/* What follows the tag, which is the last string. */
static bool reference_content(reference *r, unsigned depth)
{
    char first = r->length ? (char)r->string[0] : 0;
    if (reference_is(r, "S") || reference_is(r, "N") || reference_is(r, "B")) return reference_scalar(r, first);
    if (reference_is(r, "SS") || reference_is(r, "NS") || reference_is(r, "BS"))
        return reference_array(r, first, depth);
    if (reference_is(r, "L")) return reference_array(r, 'L', depth + 1);
    if (reference_is(r, "M")) return reference_map(r, depth + 1);
    if (reference_is(r, "BOOL") || reference_is(r, "NULL"))
        return reference_word(r, "true") || reference_word(r, "false");
    return reference_json(r, 1);
}

static bool reference_value(reference *r, unsigned depth)
{
    unsigned found = 0;
    if (depth > 40 || !reference_take(r, '{')) return false;
    do {
        reference_space(r);
        if (!reference_string(r)) return false;
        reference_space(r);
        if (!reference_take(r, ':')) return false;
        reference_space(r);
        if (!reference_word(r, "null")) {
            found += !reference_is(r, "__type");
            if (found > 1 || !reference_content(r, depth)) return false;
        }
        reference_space(r);
    } while (reference_take(r, ','));
    return reference_take(r, '}') && found == 1;
}

static bool reference_item(reference *r, const uint8_t *text, size_t size)
{
    r->text = text;
    r->size = size;
    r->at   = 0;
    reference_space(r);
    if (!reference_map(r, 1)) return false;
    reference_space(r);
    return r->at == size;
}

#endif
