/* `aws login`: the cases that the official SDKs share, and the proof of possession that goes with a renewal. */
#include "base/clock.h"
#include "json_data.h"
#include "services/home.h"
#include "services/sso/sign_in_proof.h"
#include "value/text/base64.h"
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#define URL "https://eu-west-1.signin.aws.amazon.com/v1/token"

static char cache_name[128]; /* of the case's file, in the home */

/* 2025-11-19T00:00:00Z, from when the cases are. */
static int64_t clock_then(int which)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return which ? INT64_C(1763510400) * DYNOX__SECOND : now.tv_sec * DYNOX__SECOND + now.tv_nsec;
}

/* ---- the proof ---- */

/* A part of a JWT, decoded; *next is the one behind it. The caller frees it. */
static char *decode_part(const char *part, size_t *size, const char **next)
{
    size_t length = strcspn(part, ".\r\n");
    char  *text = calloc(1, length + 4), *decoded = calloc(1, length + 4);
    assert_true(text && decoded);
    for (size_t i = 0; i < length; i++)
        text[i] = part[i] == '-' ? '+' : part[i] == '_' ? '/' : part[i];
    *next = part + length + (part[length] == '.');
    while (length % 4)
        text[length++] = '=';
    assert_true(dynox__base64_decode((uint8_t *)decoded, size, text, length));
    free(text);
    return decoded;
}

static void check_signature(const char *pem, const char *text, size_t size, const char *flat)
{
    unsigned char *der    = NULL;
    BIO           *from   = BIO_new_mem_buf(pem, -1);
    EVP_PKEY      *key    = PEM_read_bio_PrivateKey(from, NULL, NULL, NULL);
    ECDSA_SIG     *pair   = ECDSA_SIG_new();
    EVP_MD_CTX    *digest = EVP_MD_CTX_new();
    BIGNUM        *r      = BN_bin2bn((const unsigned char *)flat, 32, NULL);
    BIGNUM        *s      = BN_bin2bn((const unsigned char *)flat + 32, 32, NULL);
    ECDSA_SIG_set0(pair, r, s);
    int length = i2d_ECDSA_SIG(pair, &der);
    assert_int_equal(EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestVerify(digest, der, (size_t)length, (const unsigned char *)text, size), 1);
    OPENSSL_free(der);
    EVP_MD_CTX_free(digest);
    ECDSA_SIG_free(pair);
    EVP_PKEY_free(key);
    BIO_free(from);
}

static void check_proof(const char *proof, const char *pem)
{
    size_t       size;
    const char  *second, *third, *end;
    char        *head = decode_part(proof, &size, &second), *claims = decode_part(second, &size, &third);
    char        *flat  = decode_part(third, &size, &end);
    json_object *about = json_tokener_parse(head), *said = json_tokener_parse(claims), *key = member(about, "jwk");
    assert_int_equal(size, 64);
    assert_string_equal(text_of(about, "typ"), "dpop+jwt");
    assert_string_equal(text_of(about, "alg"), "ES256");
    assert_string_equal(text_of(key, "kty"), "EC");
    assert_string_equal(text_of(key, "crv"), "P-256");
    assert_int_equal(strlen(text_of(key, "x")), 43);
    assert_int_equal(strlen(text_of(key, "y")), 43);
    assert_null(member(key, "d"));
    assert_string_equal(text_of(said, "htm"), "POST");
    assert_string_equal(text_of(said, "htu"), URL);
    assert_int_equal(json_object_get_int64(member(said, "iat")), 1763510400);
    assert_int_equal(strlen(text_of(said, "jti")), 36);
    check_signature(pem, proof, (size_t)(third - 1 - proof), flat);
    json_object_put(about);
    json_object_put(said);
    free(head);
    free(claims);
    free(flat);
}

/* ---- the cases ---- */

static void write_cache(json_object *contents)
{
    cache_name[0] = 0;
    json_object_object_foreach(contents, name, content)
    {
        snprintf(cache_name, sizeof cache_name, ".aws/login/%s", name);
        write_home(cache_name, json_object_to_json_string(content));
    }
}

static void add_answer(json_object *calls)
{
    replayed.count = replayed.next = 0;
    if (!calls) return;
    json_object *response = member(json_object_array_get_idx(calls, 0), "response");
    json_object *code     = member(json_object_array_get_idx(calls, 0), "responseCode");
    const char  *body     = json_object_to_json_string(member(response, "tokenOutput"));
    answer_at(URL, code ? json_object_get_int(code) : 200, code ? "{\"error\":\"TOKEN_EXPIRED\"}" : body);
}

static dynox_credentials *run_case(json_object *test, dynox_error *error)
{
    dynox__profiles *profiles = NULL;
    write_config(text_of(test, "configContents"));
    assert_int_equal(dynox__profiles_load(&profiles, error), DYNOX_OK);
    const dynox__source_context context = {
        .profiles = profiles, .profile = dynox__profiles_find(profiles, "signin"), .region = "eu-west-1"};
    dynox_credentials_provider *provider = dynox__provider_login(&context, error);
    dynox__profiles_release(profiles);
    return fetched(provider, error);
}

static void check_credentials(const char *docs, json_object *outcome, const dynox_credentials *got, dynox_error *error)
{
    struct tm parts;
    char      end[32];
    if (!got) fail_msg("%s: %s", docs, error->message);
    time_t expires = (time_t)got->expires_at;
    strftime(end, sizeof end, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&expires, &parts));
    assert_string_equal(got->access_key_id, text_of(outcome, "accessKeyId"));
    assert_string_equal(got->secret_access_key, text_of(outcome, "secretAccessKey"));
    assert_string_equal(got->session_token, text_of(outcome, "sessionToken"));
    assert_string_equal(got->account_id, text_of(outcome, "accountId"));
    assert_string_equal(end, text_of(outcome, "expiresAt"));
}

static void check_cache(json_object *outcome)
{
    json_object *is = json_file(home_path(cache_name)), *should = member(outcome, strrchr(cache_name, '/') + 1);
    struct stat  about;
    assert_non_null(should);
    assert_true(json_object_equal(is, should));
    assert_int_equal(stat(home_path(cache_name), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    json_object_put(is);
}

static void check(json_object *test)
{
    const char  *docs  = text_of(test, "documentation");
    dynox_error  error = {0};
    json_object *calls = member(test, "mockApiCalls"), *outcomes = member(test, "outcomes");
    write_cache(member(test, "cacheContents"));
    add_answer(calls);
    dynox_credentials *got = run_case(test, &error);
    for (size_t i = 0; i < json_object_array_length(outcomes); i++) {
        json_object *outcome = json_object_array_get_idx(outcomes, i);
        const char  *kind    = text_of(outcome, "result");
        if (strcmp(kind, "credentials") == 0) check_credentials(docs, outcome, got, &error);
        if (strcmp(kind, "cacheContents") == 0) check_cache(outcome);
        if (strcmp(kind, "error") != 0) continue;
        if (got) fail_msg("%s: it succeeds", docs);
        assert_int_equal(error.status, DYNOX_E_CREDENTIALS);
        if (!strstr(error.message, "run `aws login --profile signin`")) fail_msg("%s: %s", docs, error.message);
    }
    all_came(calls ? 1 : 0);
    for (int i = 0; i < replayed.next; i++) {
        json_object *content = member(member(test, "cacheContents"), strrchr(cache_name, '/') + 1);
        check_proof(strstr(replayed.requests[i], "DPoP: ") + 6, text_of(content, "dpopKey"));
        json_object *sent = json_tokener_parse(replay_body(i));
        assert_true(
            json_object_equal(sent, member(member(json_object_array_get_idx(calls, 0), "request"), "tokenInput")));
        json_object_put(sent);
        free(replayed.requests[i]);
        replayed.requests[i] = NULL;
    }
    dynox_credentials_free(got);
    if (cache_name[0]) unlink(home_path(cache_name));
}

static void official_cases_hold(void **state)
{
    (void)state;
    json_object *root = json_file(test_data("data/aws/credentials/login-provider-test-cases.json"));
    assert_int_equal(json_object_array_length(root), 8);
    for (size_t i = 0; i < json_object_array_length(root); i++)
        check(json_object_array_get_idx(root, i));
    json_object_put(root);
}

static int login_start(void **state)
{
    if (home_start(state) != 0 || mkdir(home_path(".aws/login"), 0700) != 0) return -1;
    dynox__clock_fake(clock_then);
    return setenv("AWS_LOGIN_CACHE_DIRECTORY", home_path(".aws/login"), 1);
}

static int login_stop(void **state)
{
    dynox__clock_fake(NULL);
    unsetenv("AWS_LOGIN_CACHE_DIRECTORY");
    if (rmdir(home_path(".aws/login")) != 0) return -1;
    return home_stop(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(official_cases_hold, login_start, login_stop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
