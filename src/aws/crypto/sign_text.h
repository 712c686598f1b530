/* The texts that the two forms of the signature share. */
#ifndef DYNOX_AWS_CRYPTO_SIGN_TEXT_H
#define DYNOX_AWS_CRYPTO_SIGN_TEXT_H

#include "aws/crypto/digest.h"
#include "base/buffer.h"

void dynox__sign_hex(char *to, const unsigned char digest[DYNOX__DIGEST]); /* 64 digits, no NUL */

/* Percent-encodes all but A-Z a-z 0-9 - . _ ~, and "/" if it is to stay. */
void dynox__sign_encode(dynox__buffer *to, dynox__span text, bool keep_slash);

#endif
