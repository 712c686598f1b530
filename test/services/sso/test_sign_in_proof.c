/* What signing in needs of cryptography: names of files, and which keys are taken for proofs. */
#include "services/sso/sign_in_proof.h"
#include "support.h"
#include <openssl/evp.h>
#include <openssl/pem.h>

/* A new private key as PEM, perhaps with a pass phrase; takes the key. The caller frees the text. */
static char *pem_of(EVP_PKEY *key, const char *pass_phrase)
{
    char *data;
    BIO  *to = BIO_new(BIO_s_mem());
    assert_non_null(key);
    assert_int_equal(PEM_write_bio_PKCS8PrivateKey(to, key, pass_phrase ? EVP_aes_128_cbc() : NULL, pass_phrase,
                                                   pass_phrase ? (int)strlen(pass_phrase) : 0, NULL, NULL),
                     1);
    long  size = BIO_get_mem_data(to, &data);
    char *text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    memcpy(text, data, (size_t)size);
    BIO_free(to);
    EVP_PKEY_free(key);
    return text;
}

static bool is_taken(char *pem)
{
    dynox__buffer proof = {0};
    bool          taken = dynox__dpop_proof(&proof, pem, "https://x.example/v1/token", 0);
    dynox__buffer_free(&proof);
    free(pem);
    return taken;
}

static void files_are_named_by_digests(void **state)
{
    (void)state;
    char hex[DYNOX__HEX_DIGEST];
    assert_true(dynox__hex_digest("SHA1", "https://ssotest.awsapps.com/start", hex));
    assert_string_equal(hex, "dace00cba5f8355ec9d274ceb2bcebdfbeed0e12");
    assert_true(dynox__hex_digest("SHA256", "", hex));
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_false(dynox__hex_digest("SHA512", "", hex)); /* there is no room */
    assert_false(dynox__hex_digest("NONE", "", hex));
}

static void only_plain_keys_on_p_256_are_taken(void **state)
{
    (void)state;
    assert_true(is_taken(pem_of(EVP_EC_gen("P-256"), NULL)));
    assert_false(is_taken(pem_of(EVP_EC_gen("P-384"), NULL)));
    assert_false(is_taken(pem_of(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL)));
    assert_false(is_taken(pem_of(EVP_EC_gen("P-256"), "secret"))); /* nobody is asked for the pass phrase */
    assert_false(is_taken(strdup("")));
    assert_false(is_taken(strdup("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n")));
}

static void urls_cannot_break_out_of_the_claims(void **state)
{
    (void)state;
    char         *pem   = pem_of(EVP_EC_gen("P-256"), NULL);
    dynox__buffer proof = {0};
    assert_false(dynox__dpop_proof(&proof, pem, "https://x/\",\"htm\":\"GET", 0));
    assert_false(dynox__dpop_proof(&proof, pem, "https://x/\\", 0));
    dynox__buffer_free(&proof);
    free(pem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_named_by_digests),
        cmocka_unit_test(only_plain_keys_on_p_256_are_taken),
        cmocka_unit_test(urls_cannot_break_out_of_the_claims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
