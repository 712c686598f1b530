/* Base64 (RFC 4648, section 4), strictly: padded, no white space, no stray bits behind the last byte. */
#ifndef DYNOX_VALUE_TEXT_BASE64_H
#define DYNOX_VALUE_TEXT_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of the text for `size` bytes (size < SIZE_MAX / 2). */
static inline size_t dynox__base64_length(size_t size)
{
    return (size + 2) / 3 * 4;
}

/* Writes dynox__base64_length(size) characters, no NUL. */
void dynox__base64_encode(char *to, const uint8_t *from, size_t size);

/* Writes at most length / 4 * 3 bytes; `to` may be `from`. false: not base64; what was written is of no use then. */
bool dynox__base64_decode(uint8_t *to, size_t *size, const char *from, size_t length);
/* Would it be decoded? */
bool dynox__base64_valid(const char *text, size_t length);

#endif
