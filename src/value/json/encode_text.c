/* JSON strings: UTF-8 is checked and passed on as it is; only what JSON wants escaped is. */
#include "value/json/encode.h"
#include "value/text/scan.h"
#include "value/text/utf8.h"

/* Room for what one step of the loop below may write, the closing quote included. */
enum { MARGIN = 32 };

/* Writes the escape of a quote, a backslash or a control character. */
static char *write_escape(char *to, uint8_t c)
{
    static const char hex[]       = "0123456789abcdef";
    static const char letters[32] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    *to++                         = '\\';
    if (c >= 0x20) {
        *to++ = (char)c;
    } else if (letters[c]) {
        *to++ = letters[c];
    } else {
        memcpy(to, "u00", 3);
        to[3] = hex[c >> 4];
        to[4] = hex[c & 15];
        to += 5;
    }
    return to;
}

/* Are these eight bytes ASCII that stands for itself? Borrows reach only bytes behind one that does not. */
static inline bool is_plain_word(uint64_t word)
{
    const uint64_t ones = UINT64_MAX / 255, highest = ones << 7;
    uint64_t       quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    return !((word | (word - ones * 0x20) | (quote - ones) | (backslash - ones)) & highest);
}

/* Copies plain characters, a step of the scanner at a time while there are that many, then by words, since most texts
 * are shorter than a step, and moves both pointers. */
static inline void copy_plain(char **to, const uint8_t **from, const uint8_t *end)
{
    while (end - *from >= DYNOX__SCAN_STEP) {
        uint64_t mask  = dynox__scan_mask(*from);
        unsigned count = mask ? dynox__scan_first(mask) : DYNOX__SCAN_STEP;
        memcpy(*to, *from, DYNOX__SCAN_STEP);
        *to += count;
        *from += count;
        if (mask) return;
    }
    for (uint64_t word; end - *from >= (ptrdiff_t)sizeof word; *to += sizeof word, *from += sizeof word) {
        memcpy(&word, *from, sizeof word);
        if (!is_plain_word(word)) break;
        memcpy(*to, &word, sizeof word);
    }
    for (; *from < end && **from >= 0x20 && **from < 0x80 && **from != '"' && **from != '\\'; ++*from)
        *(*to)++ = (char)**from;
}

bool dynox__encode_text(dynox__buffer *buffer, const char *text, size_t length)
{
    const uint8_t *from = (const uint8_t *)text, *end = from + length;
    size_t         room;
    if (!dynox__add_size(length, MARGIN, &room)) buffer->failed = true;
    if (buffer->failed || !dynox__buffer_reserve(buffer, room)) return true;
    char *to = buffer->data + buffer->size;
    *to++    = '"';
    for (;;) {
        copy_plain(&to, &from, end);
        if (from == end) break;
        if (*from >= 0x80) {
            size_t count = dynox__utf8_sequence(from, (size_t)(end - from));
            if (count == 0) return false;
            for (; count; count--)
                *to++ = (char)*from++;
            continue;
        }
        /* An escape is longer than its character: make sure of the room again. */
        buffer->size = (size_t)(to - buffer->data);
        if (!dynox__buffer_reserve(buffer, (size_t)(end - from) + MARGIN)) return true;
        to = write_escape(buffer->data + buffer->size, *from++);
    }
    *to++        = '"';
    buffer->size = (size_t)(to - buffer->data);
    return true;
}
