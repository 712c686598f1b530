/* What signing in needs of cryptography: the names of cache files, and DPoP proofs (RFC 9449). The only part of this
 * floor that knows OpenSSL. */
#ifndef DYNOX_SERVICES_SSO_SIGN_IN_PROOF_H
#define DYNOX_SERVICES_SSO_SIGN_IN_PROOF_H

#include "base/buffer.h"
#include <stdint.h>

enum { DYNOX__HEX_DIGEST = 65 };

/* The digest of a text ("SHA1", "SHA256") in hexadecimal, lower case. false: OpenSSL refuses. */
bool dynox__hex_digest(const char *algorithm, const char *text, char hex[DYNOX__HEX_DIGEST]);

/* Appends a proof that whoever POSTs to `url` at `now` (seconds since 1970) has the private key: a JWT signed with
 * ES256. `pem` is a key on the curve P-256 without a pass phrase. false: it is not, or out of memory. */
bool dynox__dpop_proof(dynox__buffer *to, const char *pem, const char *url, int64_t now);

#endif
