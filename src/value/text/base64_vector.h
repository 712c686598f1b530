/* Base64 many bytes at a time, where the processor has instructions for it: what is left over is for the plain way. */
#ifndef DYNOX_VALUE_TEXT_BASE64_VECTOR_H
#define DYNOX_VALUE_TEXT_BASE64_VECTOR_H

#include <stddef.h>
#include <stdint.h>

enum { DYNOX__BASE64_VALID = 64 };
enum { DYNOX__BASE64_SHORT = 28 }; /* what is shorter is not worth a call */

extern const char    dynox__base64_alphabet[65];
extern const uint8_t dynox__base64_values[256]; /* VALID and the six bits; 0 for what is not of the alphabet */

/* Encodes bytes from the start on, as many as suit it; returns how many, a multiple of 3. */
size_t dynox__base64_encode_vector(char *to, const uint8_t *from, size_t size);

/* Decodes characters from the start on while they are of the alphabet, as many as suit it; returns how many, a multiple
 * of 4. `to` may be `from`. */
size_t dynox__base64_decode_vector(uint8_t *to, const uint8_t *from, size_t length);

#endif
