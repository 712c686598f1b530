/* SHA-256 and HMAC by OpenSSL, with everything that costs time done once a thread: the contexts made, and the signing
 * keys kept as digest states that have already seen the padded key. */
#define OPENSSL_API_COMPAT 10100 /* or compilers would call the plain states deprecated */
#include "aws/crypto/digest.h"
#include "base/alloc.h"
#include "base/first_use.h"
#include "http/curl/openssl.h"
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <string.h>

enum { BLOCK = 64, KEYS = 4 };

/* What a digest has read so far. The plain state of OpenSSL is a few words. Its wrapper allocates for each digest,
 * costs as much again as hashing two blocks, and needs a table of all algorithms that takes a millisecond to make; but
 * where FIPS is demanded, or OpenSSL was built without what it calls deprecated, it is the only way. */
typedef struct digest_state {
#ifndef OPENSSL_NO_DEPRECATED_3_0
    SHA256_CTX plain;
#endif
    EVP_MD_CTX *wrapper; /* NULL: plain */
} digest_state;

/* HMAC with a key: two states, each of which has read the key in its padding. */
typedef struct keyed {
    digest_state inner, outer;
    uint64_t     identity, scope;
    char         date[8];
} keyed;

struct dynox__signer {
    digest_state scratch; /* used up by each digest */
    keyed        keys[KEYS];
    unsigned     next_key; /* the one to be replaced next */
};

static bool                         has_key;
static pthread_key_t                key;    /* only for its destructor */
static EVP_MD                      *sha256; /* NULL: plain states */
static _Thread_local dynox__signer *mine;

/* ---- states ---- */

static bool plain_is_enough(void)
{
#ifdef OPENSSL_NO_DEPRECATED_3_0
    return false;
#else
    return !EVP_default_properties_is_fips_enabled(NULL);
#endif
}

static bool state_begin(digest_state *self)
{
#ifndef OPENSSL_NO_DEPRECATED_3_0
    if (!self->wrapper) return SHA256_Init(&self->plain);
#endif
    return EVP_DigestInit_ex2(self->wrapper, sha256, NULL);
}

static bool state_copy(digest_state *self, const digest_state *from)
{
#ifndef OPENSSL_NO_DEPRECATED_3_0
    if (!self->wrapper) return self->plain = from->plain, true;
#endif
    return EVP_MD_CTX_copy_ex(self->wrapper, from->wrapper);
}

static bool state_add(digest_state *self, const void *data, size_t size)
{
#ifndef OPENSSL_NO_DEPRECATED_3_0
    if (!self->wrapper) return SHA256_Update(&self->plain, data, size);
#endif
    return EVP_DigestUpdate(self->wrapper, data, size);
}

static bool state_end(digest_state *self, unsigned char digest[DYNOX__DIGEST])
{
#ifndef OPENSSL_NO_DEPRECATED_3_0
    if (!self->wrapper) return SHA256_Final(digest, &self->plain);
#endif
    return EVP_DigestFinal_ex(self->wrapper, digest, NULL);
}

/* ---- a thread's ---- */

static void signer_free(void *argument)
{
    dynox__signer *signer = argument;
    EVP_MD_CTX_free(signer->scratch.wrapper);
    for (int i = 0; i < KEYS; i++) {
        EVP_MD_CTX_free(signer->keys[i].inner.wrapper);
        EVP_MD_CTX_free(signer->keys[i].outer.wrapper);
    }
    dynox__wipe(signer, sizeof *signer);
    dynox__free(signer);
    mine = NULL;
}

static bool set_up(void)
{
    bool good = dynox__openssl_begin();
    if (good) {
        bool plain = plain_is_enough();
        if (!plain && !sha256) sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        if (!has_key) has_key = pthread_key_create(&key, signer_free) == 0;
        good = has_key && (plain || sha256);
    }
    dynox__openssl_begun();
    return good;
}

static bool state_make(digest_state *self)
{
    if (sha256) self->wrapper = EVP_MD_CTX_new();
    return self->wrapper || !sha256;
}

static dynox__signer *signer_new(void)
{
    static _Atomic bool ready;
    if (!dynox__first_use(&ready, set_up)) return NULL;
    dynox__signer *signer = dynox__calloc(sizeof *signer);
    if (!signer) return NULL;
    bool good = state_make(&signer->scratch);
    for (int i = 0; i < KEYS; i++)
        good = good && state_make(&signer->keys[i].inner) && state_make(&signer->keys[i].outer);
    if (good && pthread_setspecific(key, signer) == 0) return signer;
    signer_free(signer);
    return NULL;
}

dynox__signer *dynox__signer_get(void)
{
    if (!mine) mine = signer_new();
    return mine;
}

bool dynox__sha256(dynox__signer *signer, const dynox__span *spans, size_t count, unsigned char digest[DYNOX__DIGEST])
{
    if (!state_begin(&signer->scratch)) return false;
    for (size_t i = 0; i < count; i++)
        if (!state_add(&signer->scratch, spans[i].data, spans[i].size)) return false;
    return state_end(&signer->scratch, digest);
}

static bool keyed_set(dynox__signer *signer, keyed *slot, const void *secret, size_t size)
{
    unsigned char block[BLOCK] = {0}, pad[BLOCK];
    bool          good         = true;
    if (size > BLOCK)
        good = dynox__sha256(signer, &(dynox__span){secret, size}, 1, block);
    else
        memcpy(block, secret, size);
    for (int i = 0; i < BLOCK; i++)
        pad[i] = block[i] ^ 0x36;
    good = good && state_begin(&slot->inner) && state_add(&slot->inner, pad, BLOCK);
    for (int i = 0; i < BLOCK; i++)
        pad[i] = block[i] ^ 0x5c;
    good = good && state_begin(&slot->outer) && state_add(&slot->outer, pad, BLOCK);
    dynox__wipe(block, sizeof block);
    dynox__wipe(pad, sizeof pad);
    return good;
}

static bool keyed_hmac(dynox__signer *signer, const keyed *slot, const dynox__span *spans, size_t count,
                       unsigned char mac[DYNOX__DIGEST])
{
    digest_state *scratch = &signer->scratch;
    if (!state_copy(scratch, &slot->inner)) return false;
    for (size_t i = 0; i < count; i++)
        if (!state_add(scratch, spans[i].data, spans[i].size)) return false;
    return state_end(scratch, mac) && state_copy(scratch, &slot->outer) && state_add(scratch, mac, DYNOX__DIGEST) &&
           state_end(scratch, mac);
}

bool dynox__hmac(dynox__signer *signer, dynox__span secret, const dynox__span *spans, size_t count,
                 unsigned char mac[DYNOX__DIGEST])
{
    keyed *slot    = &signer->keys[signer->next_key % KEYS]; /* the next one to be used anew */
    slot->identity = 0;
    return keyed_set(signer, slot, secret.data, secret.size) && keyed_hmac(signer, slot, spans, count, mac);
}

/* HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), service), "aws4_request"), left in the slot as a key. */
static bool derive(dynox__signer *signer, keyed *slot, const dynox__signing_key *from)
{
    const dynox__span steps[] = {{from->date, 8},
                                 {from->region, strlen(from->region)},
                                 {from->service, strlen(from->service)},
                                 {"aws4_request", 12}};
    unsigned char     mac[DYNOX__DIGEST];
    size_t            size = strlen(from->secret);
    char             *seed = dynox__malloc(size + 4);
    if (!seed) return false;
    memcpy(seed, "AWS4", 4);
    memcpy(seed + 4, from->secret, size);
    bool good = keyed_set(signer, slot, seed, size + 4);
    dynox__wipe(seed, size + 4);
    dynox__free(seed);
    for (size_t i = 0; good && i < sizeof steps / sizeof steps[0]; i++)
        good = keyed_hmac(signer, slot, &steps[i], 1, mac) && keyed_set(signer, slot, mac, sizeof mac);
    dynox__wipe(mac, sizeof mac);
    return good;
}

bool dynox__sign_text(dynox__signer *signer, const dynox__signing_key *wanted, dynox__span text,
                      unsigned char signature[DYNOX__DIGEST])
{
    for (int i = 0; i < KEYS && wanted->identity; i++) {
        keyed *slot = &signer->keys[i];
        if (slot->identity == wanted->identity && slot->scope == wanted->scope && !memcmp(slot->date, wanted->date, 8))
            return keyed_hmac(signer, slot, &text, 1, signature);
    }
    keyed *slot    = &signer->keys[signer->next_key++ % KEYS];
    slot->identity = 0;
    if (!derive(signer, slot, wanted)) return false;
    slot->identity = wanted->identity;
    slot->scope    = wanted->scope;
    memcpy(slot->date, wanted->date, 8);
    return keyed_hmac(signer, slot, &text, 1, signature);
}
