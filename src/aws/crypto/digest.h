/* SHA-256 and HMAC for signatures. The only part of this floor that knows OpenSSL. */
#ifndef DYNOX_AWS_CRYPTO_DIGEST_H
#define DYNOX_AWS_CRYPTO_DIGEST_H

#include "base/alloc.h"

enum { DYNOX__DIGEST = 32 };

/* A piece of text. Borrowed. */
typedef struct dynox__span {
    const char *data;
    size_t      size;
} dynox__span;

/* The digest contexts and signing keys of one thread. Freed, and its keys wiped, when the thread ends. */
typedef struct dynox__signer dynox__signer;

/* What a signing key is made of. The texts are needed only when the key is not at hand. */
typedef struct dynox__signing_key {
    uint64_t    identity; /* of the credentials; 0: do not keep the key */
    uint64_t    scope;    /* of region and service */
    const char *secret;
    const char *date; /* YYYYMMDD, 8 bytes */
    const char *region, *service;
} dynox__signing_key;

/* This thread's; NULL: out of memory. */
dynox__signer *dynox__signer_get(void);

/* Of the spans one after the other. false: OpenSSL is out of memory. */
bool dynox__sha256(dynox__signer *signer, const dynox__span *spans, size_t count, unsigned char digest[DYNOX__DIGEST]);
/* HMAC-SHA-256 (RFC 2104) of the spans one after the other. */
bool dynox__hmac(dynox__signer *signer, dynox__span secret, const dynox__span *spans, size_t count,
                 unsigned char mac[DYNOX__DIGEST]);
bool dynox__sign_text(dynox__signer *signer, const dynox__signing_key *key, dynox__span text,
                      unsigned char signature[DYNOX__DIGEST]);

#endif
