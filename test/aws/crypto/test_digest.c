/* Digests and signing keys: OpenSSL's plain states and its wrapper, which takes their place where FIPS is demanded,
 * give the same. The wrapper's form of the file is compiled into this test, under other names. */
#include "aws/crypto/sign_text.h"
#include "support.h"

#define dynox__signer_get wrapped_signer_get
#define dynox__sha256 wrapped_sha256
#define dynox__hmac wrapped_hmac
#define dynox__sign_text wrapped_sign_text
#define OPENSSL_NO_DEPRECATED_3_0
#include "aws/crypto/digest.c"
#undef dynox__signer_get
#undef dynox__sha256
#undef dynox__hmac
#undef dynox__sign_text
dynox__signer *dynox__signer_get(void);
bool dynox__sha256(dynox__signer *signer, const dynox__span *spans, size_t count, unsigned char digest[DYNOX__DIGEST]);
bool dynox__hmac(dynox__signer *signer, dynox__span secret, const dynox__span *spans, size_t count,
                 unsigned char mac[DYNOX__DIGEST]);
bool dynox__sign_text(dynox__signer *signer, const dynox__signing_key *key, dynox__span text,
                      unsigned char signature[DYNOX__DIGEST]);

static void a_known_digest(void **state)
{
    (void)state;
    static const unsigned char abc[DYNOX__DIGEST] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                                     0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                                     0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    const dynox__span          spans[]            = {{"a", 1}, {"", 0}, {"bc", 2}};
    unsigned char              digest[DYNOX__DIGEST];
    assert_true(dynox__sha256(dynox__signer_get(), spans, 3, digest));
    assert_memory_equal(digest, abc, sizeof abc);
    assert_true(wrapped_sha256(wrapped_signer_get(), spans, 3, digest));
    assert_memory_equal(digest, abc, sizeof abc);
}

/* RFC 4231, 4.3 and 4.7: a short key, and one that is longer than a block. */
static void known_macs(void **state)
{
    static const unsigned char jefe[DYNOX__DIGEST] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
                                                      0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
                                                      0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    static const unsigned char aa[DYNOX__DIGEST]   = {0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f, 0x0d, 0x8a, 0x26,
                                                      0xaa, 0xcb, 0xf5, 0xb7, 0x7f, 0x8e, 0x0b, 0xc6, 0x21, 0x37, 0x28,
                                                      0xc5, 0x14, 0x05, 0x46, 0x04, 0x0f, 0x0e, 0xe3, 0x7f, 0x54};
    const dynox__span          spans[]             = {{"what do ya want ", 16}, {"for nothing?", 12}};
    const dynox__span          larger              = {"Test Using Larger Than Block-Size Key - Hash Key First", 54};
    unsigned char              mac[DYNOX__DIGEST];
    char                       secret[131];
    (void)state;
    memset(secret, 0xaa, sizeof secret);
    assert_true(dynox__hmac(dynox__signer_get(), (dynox__span){"Jefe", 4}, spans, 2, mac));
    assert_memory_equal(mac, jefe, sizeof jefe);
    assert_true(dynox__hmac(dynox__signer_get(), (dynox__span){secret, sizeof secret}, &larger, 1, mac));
    assert_memory_equal(mac, aa, sizeof aa);
    assert_true(wrapped_hmac(wrapped_signer_get(), (dynox__span){secret, sizeof secret}, &larger, 1, mac));
    assert_memory_equal(mac, aa, sizeof aa);
}

static void both_forms_agree(void **state)
{
    (void)state;
    static char secret[200], text[300];
    for (size_t size = 0; size < sizeof text; size++)
        text[size] = (char)(size * 7 + 1);
    for (size_t i = 0; i < sizeof text; i++) {
        unsigned char            plain[DYNOX__DIGEST], wrapped[DYNOX__DIGEST];
        const dynox__span        spans[] = {{text, i}, {text, i / 2}};
        const dynox__signing_key with    = {.identity = i % 7, /* 0: not kept; the others take turns in four places */
                                            .scope    = 1,
                                            .secret   = secret,
                                            .date     = "20240319",
                                            .region   = "eu-west-1",
                                            .service  = "dynamodb"};
        memset(secret, 0, sizeof secret);
        memset(secret, 'a' + (int)(i % 7), 1 + i % 7 * 20); /* some longer than a block */
        assert_true(dynox__sha256(dynox__signer_get(), spans, 2, plain));
        assert_true(wrapped_sha256(wrapped_signer_get(), spans, 2, wrapped));
        assert_memory_equal(plain, wrapped, sizeof plain);
        assert_true(dynox__sign_text(dynox__signer_get(), &with, spans[0], plain));
        assert_true(wrapped_sign_text(wrapped_signer_get(), &with, spans[0], wrapped));
        assert_memory_equal(plain, wrapped, sizeof plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_digest),
        cmocka_unit_test(known_macs),
        cmocka_unit_test(both_forms_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
