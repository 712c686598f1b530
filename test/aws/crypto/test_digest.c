/* Digests and signing keys: OpenSSL's plain states and its wrapper, which takes their place where FIPS is demanded,
 * give the same. The wrapper's form of the file is compiled into this test, under other names. */
#include "aws/crypto/sign_text.h"
#include "support.h"

#define dynox__signer_get wrapped_signer_get
#define dynox__sha256 wrapped_sha256
#define dynox__sign_text wrapped_sign_text
#define OPENSSL_NO_DEPRECATED_3_0
#include "aws/crypto/digest.c"
#undef dynox__signer_get
#undef dynox__sha256
#undef dynox__sign_text
dynox__signer *dynox__signer_get(void);
bool dynox__sha256(dynox__signer *signer, const dynox__span *spans, size_t count, unsigned char digest[DYNOX__DIGEST]);
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
        cmocka_unit_test(both_forms_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
