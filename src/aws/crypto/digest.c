/* SHA-256 and HMAC by OpenSSL, with everything that costs time done once a thread: the algorithm fetched, the
 * contexts made, and the signing keys kept as digest states that have already seen the padded key. */
#include "aws/crypto/digest.h"
#include "base/alloc.h"
#include "base/first_use.h"
#include "http/openssl.h"
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

enum { BLOCK = 64, KEYS = 4 };

/* HMAC with a key: two digest states, each of which has read the key in its padding. */
typedef struct keyed {
    EVP_MD_CTX *inner, *outer;
    uint64_t    identity, scope;
    char        date[8];
} keyed;

struct dynox__signer {
    EVP_MD_CTX *fresh;   /* has read nothing; a copy costs less than a beginning */
    EVP_MD_CTX *scratch; /* a copy of that or of a keyed state, used up by each digest */
    keyed       keys[KEYS];
    unsigned    next_key; /* the one to be replaced next */
};

static bool                         has_key;
static pthread_key_t                key; /* only for its destructor */
static EVP_MD                      *sha256;
static _Thread_local dynox__signer *mine;

static void signer_free(void *argument)
{
    dynox__signer *signer = argument;
    EVP_MD_CTX_free(signer->fresh);
    EVP_MD_CTX_free(signer->scratch);
    for (int i = 0; i < KEYS; i++) {
        EVP_MD_CTX_free(signer->keys[i].inner);
        EVP_MD_CTX_free(signer->keys[i].outer);
    }
    dynox__free(signer);
    mine = NULL;
}

static bool set_up(void)
{
    if (dynox__openssl_begin()) {
        if (!sha256) sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        if (!has_key) has_key = pthread_key_create(&key, signer_free) == 0;
    }
    dynox__openssl_begun();
    return sha256 && has_key;
}

static dynox__signer *signer_new(void)
{
    static _Atomic bool ready;
    if (!dynox__first_use(&ready, set_up)) return NULL;
    dynox__signer *signer = dynox__calloc(sizeof *signer);
    if (!signer) return NULL;
    signer->fresh   = EVP_MD_CTX_new();
    signer->scratch = EVP_MD_CTX_new();
    bool good       = signer->fresh && signer->scratch && EVP_DigestInit_ex2(signer->fresh, sha256, NULL);
    for (int i = 0; i < KEYS; i++) {
        keyed *slot = &signer->keys[i];
        slot->inner = EVP_MD_CTX_new();
        slot->outer = EVP_MD_CTX_new();
        good        = good && slot->inner && slot->outer;
    }
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
    EVP_MD_CTX *scratch = signer->scratch;
    if (!EVP_MD_CTX_copy_ex(scratch, signer->fresh)) return false;
    for (size_t i = 0; i < count; i++)
        if (!EVP_DigestUpdate(scratch, spans[i].data, spans[i].size)) return false;
    return EVP_DigestFinal_ex(scratch, digest, NULL);
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
    good = good && EVP_DigestInit_ex2(slot->inner, sha256, NULL) && EVP_DigestUpdate(slot->inner, pad, BLOCK);
    for (int i = 0; i < BLOCK; i++)
        pad[i] = block[i] ^ 0x5c;
    good = good && EVP_DigestInit_ex2(slot->outer, sha256, NULL) && EVP_DigestUpdate(slot->outer, pad, BLOCK);
    dynox__wipe(block, sizeof block);
    dynox__wipe(pad, sizeof pad);
    return good;
}

static bool keyed_hmac(dynox__signer *signer, const keyed *slot, dynox__span text, unsigned char mac[DYNOX__DIGEST])
{
    EVP_MD_CTX *scratch = signer->scratch;
    return EVP_MD_CTX_copy_ex(scratch, slot->inner) && EVP_DigestUpdate(scratch, text.data, text.size) &&
           EVP_DigestFinal_ex(scratch, mac, NULL) && EVP_MD_CTX_copy_ex(scratch, slot->outer) &&
           EVP_DigestUpdate(scratch, mac, DYNOX__DIGEST) && EVP_DigestFinal_ex(scratch, mac, NULL);
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
        good = keyed_hmac(signer, slot, steps[i], mac) && keyed_set(signer, slot, mac, sizeof mac);
    dynox__wipe(mac, sizeof mac);
    return good;
}

bool dynox__sign_text(dynox__signer *signer, const dynox__signing_key *wanted, dynox__span text,
                      unsigned char signature[DYNOX__DIGEST])
{
    for (int i = 0; i < KEYS && wanted->identity; i++) {
        keyed *slot = &signer->keys[i];
        if (slot->identity == wanted->identity && slot->scope == wanted->scope && !memcmp(slot->date, wanted->date, 8))
            return keyed_hmac(signer, slot, text, signature);
    }
    keyed *slot    = &signer->keys[signer->next_key++ % KEYS];
    slot->identity = 0;
    if (!derive(signer, slot, wanted)) return false;
    slot->identity = wanted->identity;
    slot->scope    = wanted->scope;
    memcpy(slot->date, wanted->date, 8);
    return keyed_hmac(signer, slot, text, signature);
}
