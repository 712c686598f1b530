/* Digests and DPoP proofs by OpenSSL. */
#include "services/sso/sign_in_proof.h"
#include "base/random.h"
#include "value/text/base64.h"
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

enum { COORDINATE = 32, LONGEST_DER = 80 };

bool dynox__hex_digest(const char *algorithm, const char *text, char hex[DYNOX__HEX_DIGEST])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char     digest[EVP_MAX_MD_SIZE];
    size_t            size = 0;
    if (!EVP_Q_digest(NULL, algorithm, NULL, text, strlen(text), digest, &size)) return false;
    if (2 * size >= DYNOX__HEX_DIGEST) return false;
    for (size_t i = 0; i < size; i++) {
        hex[2 * i]     = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * size] = 0;
    return true;
}

/* Base64 for URLs: other signs for 62 and 63, and no padding. */
static void add_base64url(dynox__buffer *to, const void *bytes, size_t size)
{
    size_t length = dynox__base64_length(size);
    if (!dynox__buffer_reserve(to, length)) return;
    char *text = to->data + to->size;
    dynox__base64_encode(text, bytes, size);
    while (length && text[length - 1] == '=')
        length--;
    for (size_t i = 0; i < length; i++)
        text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
    to->size += length;
}

/* Without it OpenSSL would ask for a pass phrase on the terminal. */
static int no_pass_phrase(char *room, int size, int writing, void *arg)
{
    (void)room, (void)size, (void)writing, (void)arg;
    return -1;
}

static EVP_PKEY *read_key(const char *pem)
{
    char   group[32] = "";
    size_t length    = strlen(pem);
    BIO   *from      = length <= INT_MAX ? BIO_new_mem_buf(pem, (int)length) : NULL;
    if (!from) return NULL;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(from, NULL, no_pass_phrase, NULL);
    BIO_free(from);
    if (key && EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL) == 1 &&
        strcmp(group, "prime256v1") == 0)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

static bool add_coordinate(dynox__buffer *to, const EVP_PKEY *key, const char *which)
{
    unsigned char bytes[COORDINATE];
    BIGNUM       *number = NULL;
    bool          good =
        EVP_PKEY_get_bn_param(key, which, &number) == 1 && BN_bn2binpad(number, bytes, COORDINATE) == COORDINATE;
    if (good) add_base64url(to, bytes, COORDINATE);
    BN_free(number);
    return good;
}

static bool write_head(dynox__buffer *to, const EVP_PKEY *key)
{
    DYNOX__BUFFER_LITERAL(to,
                          "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"");
    bool good = add_coordinate(to, key, OSSL_PKEY_PARAM_EC_PUB_X);
    DYNOX__BUFFER_LITERAL(to, "\",\"y\":\"");
    good = good && add_coordinate(to, key, OSSL_PKEY_PARAM_EC_PUB_Y);
    DYNOX__BUFFER_LITERAL(to, "\"}}");
    return good && !to->failed;
}

/* The URL is one that was parsed: nothing in it has to be escaped in JSON but these. */
static bool write_claims(dynox__buffer *to, const char *url, int64_t now)
{
    char id[37];
    if (strpbrk(url, "\"\\")) return false;
    dynox__uuid4(id);
    dynox__buffer_format(to, "{\"jti\":\"%s\",\"htm\":\"POST\",\"htu\":\"%s\",\"iat\":%lld}", id, url, (long long)now);
    return !to->failed;
}

/* OpenSSL gives the two numbers of a signature in DER, a JWT wants them side by side. */
static bool flatten(const unsigned char *der, size_t size, unsigned char flat[2 * COORDINATE])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
    bool       good = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), flat, COORDINATE) == COORDINATE &&
                BN_bn2binpad(ECDSA_SIG_get0_s(pair), flat + COORDINATE, COORDINATE) == COORDINATE;
    ECDSA_SIG_free(pair);
    return good;
}

static bool add_signature(dynox__buffer *to, size_t from, EVP_PKEY *key)
{
    unsigned char der[LONGEST_DER], flat[2 * COORDINATE];
    size_t        size    = sizeof der;
    EVP_MD_CTX   *context = EVP_MD_CTX_new();
    bool          good    = context && EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
                EVP_DigestSign(context, der, &size, (const unsigned char *)to->data + from, to->size - from) == 1 &&
                flatten(der, size, flat);
    EVP_MD_CTX_free(context);
    if (!good) return false;
    dynox__buffer_byte(to, '.');
    add_base64url(to, flat, sizeof flat);
    return !to->failed;
}

bool dynox__dpop_proof(dynox__buffer *to, const char *pem, const char *url, int64_t now)
{
    dynox__buffer head = {0}, claims = {0};
    size_t        from = to->size;
    EVP_PKEY     *key  = read_key(pem);
    bool          good = key && write_head(&head, key) && write_claims(&claims, url, now);
    if (good) {
        add_base64url(to, head.data, head.size);
        dynox__buffer_byte(to, '.');
        add_base64url(to, claims.data, claims.size);
        good = !to->failed && add_signature(to, from, key);
    }
    EVP_PKEY_free(key);
    dynox__buffer_free(&head);
    dynox__buffer_free(&claims);
    return good;
}
