/* `aws login`: where it is renewed, and what happens when that fails; test_login_vectors.c has the usual cases. */
#include "services/home.h"
#include <openssl/evp.h>
#include <openssl/pem.h>

static const char path[] = ".aws/8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918.json"; /* "admin" */

#define RENEWED                                                                                                        \
    "{\"accessToken\":{\"accessKeyId\":\"NEW\",\"secretAccessKey\":\"S\",\"sessionToken\":\"T\"},\"expiresIn\":900,"   \
    "\"refreshToken\":\"R2\"}"

/* A session that ends in so many seconds, with a new key. */
static void cache_session(int64_t left_s)
{
    char      text[2048], end[32], key[512], *data;
    time_t    then = time(NULL) + left_s;
    struct tm parts;
    size_t    used = 0;
    EVP_PKEY *made = EVP_EC_gen("P-256");
    BIO      *to   = BIO_new(BIO_s_mem());
    strftime(end, sizeof end, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&then, &parts));
    assert_int_equal(PEM_write_bio_PKCS8PrivateKey(to, made, NULL, NULL, 0, NULL, NULL), 1);
    long size = BIO_get_mem_data(to, &data);
    for (long i = 0; i < size; i++) {
        bool line_ends = data[i] == '\n';
        used +=
            (size_t)snprintf(key + used, sizeof key - used, "%s%c", line_ends ? "\\" : "", line_ends ? 'n' : data[i]);
    }
    BIO_free(to);
    EVP_PKEY_free(made);
    snprintf(
        text, sizeof text,
        "{\"accessToken\":{\"accessKeyId\":\"OLD\",\"secretAccessKey\":\"HIDDEN\",\"sessionToken\":\"HIDDEN\","
        "\"accountId\":\"1\",\"expiresAt\":\"%s\"},\"clientId\":\"c\",\"refreshToken\":\"HIDDEN\",\"dpopKey\":\"%s\"}",
        end, key);
    write_home(path, text);
}

static dynox_credentials_provider *login(const char *region)
{
    dynox_error      error    = {0};
    dynox__profiles *profiles = NULL;
    write_config("[profile dev]\nlogin_session = admin\n");
    assert_int_equal(dynox__profiles_load(&profiles, &error), DYNOX_OK);
    const dynox__source_context context = {
        .profiles = profiles, .profile = dynox__profiles_find(profiles, "dev"), .region = region};
    dynox_credentials_provider *made = dynox__provider_login(&context, &error);
    dynox__profiles_release(profiles);
    return made;
}

static void each_partition_has_its_host(void **state)
{
    static const struct {
        const char *region, *url;
    } cases[] = {
        {"eu-west-1", "https://eu-west-1.signin.aws.amazon.com/v1/token"},
        {"cn-north-1", "https://cn-north-1.signin.amazonaws.cn/v1/token"},
        {"us-gov-west-1", "https://us-gov-west-1.signin.amazonaws-us-gov.com/v1/token"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cache_session(60);
        answer_at(cases[i].url, 200, RENEWED);
        gives(login(cases[i].region), "NEW");
    }
    setenv("AWS_ENDPOINT_URL_SIGNIN", "http://127.0.0.1:9/prefix", 1);
    cache_session(60);
    answer_at("http://127.0.0.1:9/prefix/v1/token", 200, RENEWED);
    gives(login(NULL), "NEW");
    unsetenv("AWS_ENDPOINT_URL_SIGNIN");
    all_came(4);
}

static void a_failed_renewal_matters_only_at_the_end(void **state)
{
    (void)state;
    cache_session(60);
    answer(400, "{\"error\":\"TOKEN_EXPIRED\",\"message\":\"sign in again\"}");
    gives(login("eu-west-1"), "OLD");
    gives(login("eu-west-1"), "OLD"); /* not asked again so soon */
    all_came(1);
    cache_session(-60);
    fails(login("eu-west-1"), DYNOX_E_CREDENTIALS, "less than 30 s ago: run `aws login --profile dev`");
    all_came(1);
}

static void refusals_are_told_without_secrets(void **state)
{
    (void)state;
    dynox_error error = {0};
    cache_session(-60);
    answer(403,
           "{\"__type\":\"AccessDeniedException\",\"error\":\"USER_CREDENTIALS_CHANGED\",\"message\":\"changed\"}");
    assert_null(fetched(login("eu-west-1"), &error));
    assert_int_equal(error.status, DYNOX_E_CREDENTIALS);
    if (!strstr(error.message, "403: USER_CREDENTIALS_CHANGED: changed: run `aws login --profile dev`"))
        fail_msg("%s", error.message);
    assert_null(strstr(error.message, "HIDDEN"));
}

static void answers_without_credentials_are_not_written(void **state)
{
    (void)state;
    cache_session(60);
    char *before = test_read_file(home_path(path), NULL);
    answer(200, "{\"accessToken\":{\"accessKeyId\":\"NEW\"},\"expiresIn\":900}");
    gives(login("eu-west-1"), "OLD");
    char *after = test_read_file(home_path(path), NULL);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static int login_start(void **state)
{
    if (home_start(state) != 0) return -1;
    return setenv("AWS_LOGIN_CACHE_DIRECTORY", home_path(".aws"), 1);
}

static int login_stop(void **state)
{
    unsetenv("AWS_LOGIN_CACHE_DIRECTORY");
    unlink(home_path(path));
    return home_stop(state);
}

#define LOGIN_TEST(test) cmocka_unit_test_setup_teardown(test, login_start, login_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOGIN_TEST(each_partition_has_its_host),
        LOGIN_TEST(a_failed_renewal_matters_only_at_the_end),
        LOGIN_TEST(refusals_are_told_without_secrets),
        LOGIN_TEST(answers_without_credentials_are_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
