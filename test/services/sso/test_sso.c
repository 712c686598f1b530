/* IAM Identity Center: the cached token, its renewal and what it is exchanged for. */
#include "base/clock.h"
#include "json_data.h"
#include "services/home.h"
#include <sys/resource.h>

#define SESSION_FILE ".aws/sso/cache/d033e22ae348aeb5660fc2140aec35850c4da997.json" /* SHA-1 of "admin" */
#define LEGACY_FILE ".aws/sso/cache/dace00cba5f8355ec9d274ceb2bcebdfbeed0e12.json"

#define PORTAL                                                                                                         \
    "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?account_id=123456789012&role_name=Reader"
#define TOKEN "https://oidc.eu-west-1.amazonaws.com/token"
#define ROLE(key)                                                                                                      \
    "{\"roleCredentials\":{\"accessKeyId\":\"" key "\",\"secretAccessKey\":\"S\",\"sessionToken\":\"T\","              \
    "\"expiration\":4070908800123}}"
#define RENEWED(refresh)                                                                                               \
    "{\"accessToken\":\"NEW\",\"tokenType\":\"Bearer\",\"expiresIn\":28800,\"refreshToken\":\"" refresh "\"}"

static const char config[] = "[profile dev]\nsso_session = admin\nsso_account_id = 123456789012\n"
                             "sso_role_name = Reader\n"
                             "[sso-session admin]\nsso_region = eu-west-1\nsso_start_url = https://d.example/start\n";
static const char legacy[] = "[profile dev]\nsso_start_url = https://ssotest.awsapps.com/start\n"
                             "sso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = Reader\n";

static int sso_start(void **state)
{
    unsetenv("AWS_ENDPOINT_URL_SSO");
    if (home_start(state) != 0) return -1;
    return mkdir(home_path(".aws/sso"), 0700) || mkdir(home_path(".aws/sso/cache"), 0700);
}

static int sso_stop(void **state)
{
    chmod(home_path(".aws/sso/cache"), 0700);
    unlink(home_path(SESSION_FILE));
    unlink(home_path(LEGACY_FILE));
    if (rmdir(home_path(".aws/sso/cache")) != 0) return -1; /* something was left in it */
    rmdir(home_path(".aws/sso"));
    return home_stop(state);
}

#define SSO_TEST(test) cmocka_unit_test_setup_teardown(test, sso_start, sso_stop)

/* A cached token that ends in so many seconds. */
static void cache_token(const char *file, int64_t left_s)
{
    char      text[1024], end[32];
    time_t    then = time(NULL) + left_s;
    struct tm parts;
    strftime(end, sizeof end, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&then, &parts));
    snprintf(
        text, sizeof text,
        "{\"startUrl\":\"https://d.example/start\",\"region\":\"eu-west-1\",\"accessToken\":\"OLD\","
        "\"expiresAt\":\"%s\",\"clientId\":\"ID\",\"clientSecret\":\"CLIENT-SECRET\","
        "\"registrationExpiresAt\":\"2099-01-01T00:00:00UTC\",\"refreshToken\":\"REFRESH\",\"x\":[1,{\"y\":null}]}",
        end);
    write_home(file, text);
}

static dynox_credentials_provider *sso_error(const char *text, dynox_error *error)
{
    dynox__profiles *profiles = NULL;
    write_config(text);
    assert_int_equal(dynox__profiles_load(&profiles, error), DYNOX_OK);
    const dynox__source_context context = {.profiles = profiles, .profile = dynox__profiles_find(profiles, "dev")};
    dynox_credentials_provider *made    = dynox__provider_sso(&context, error);
    dynox__profiles_release(profiles);
    return made;
}

static dynox_credentials_provider *sso(const char *text)
{
    dynox_error                 error = {0};
    dynox_credentials_provider *made  = sso_error(text, &error);
    if (!made) fail_msg("%s", error.message);
    return made;
}

static json_object *cached(void)
{
    return json_file(home_path(SESSION_FILE));
}

static void assert_cached(json_object *root, const char *key, const char *value)
{
    assert_non_null(member(root, key));
    assert_string_equal(text_of(root, key), value);
}

/* ---- exchanging ---- */

/* Row 4. */
static void a_good_token_is_exchanged(void **state)
{
    (void)state;
    dynox_error error = {0};
    cache_token(SESSION_FILE, 3600);
    replay_add((replay_step){.method = "GET", .url = PORTAL, .status = 200, .body = ROLE("KEY")});
    dynox_credentials *got = fetched(sso(config), &error);
    if (!got) fail_msg("%s", error.message);
    assert_string_equal(got->access_key_id, "KEY");
    assert_string_equal(got->account_id, "123456789012");
    assert_int_equal(got->expires_at, 4070908800);
    dynox_credentials_free(got);
    all_came(1);
    request_has(0, "x-amz-sso_bearer_token: OLD\r\n");
    request_lacks(0, "Authorization");
}

static void the_older_way_is_named_for_its_start_url(void **state)
{
    (void)state;
    cache_token(LEGACY_FILE, 60);
    replay_add((replay_step){.method = "GET", .url = PORTAL, .status = 200, .body = ROLE("KEY")});
    gives(sso(legacy), "KEY");
    all_came(1);
}

static void the_older_way_never_renews(void **state)
{
    (void)state;
    cache_token(LEGACY_FILE, -1);
    fails(sso(legacy), DYNOX_E_CREDENTIALS, "run `aws sso login --profile dev`");
    all_came(0);
}

static void names_are_escaped_in_the_url(void **state)
{
    (void)state;
    cache_token(SESSION_FILE, 3600);
    answer(200, ROLE("KEY"));
    gives(sso("[profile dev]\nsso_session = admin\nsso_account_id = 1&role_name=x\nsso_role_name = A/B c\n"
              "[sso-session admin]\nsso_region = eu-west-1\nsso_start_url = u\n"),
          "KEY");
    request_has(0, "account_id=1%26role_name%3Dx&role_name=A%2FB%20c ");
}

static void a_refused_token_asks_for_a_login(void **state)
{
    (void)state;
    cache_token(SESSION_FILE, 3600);
    answer(401, "{\"__type\":\"com.amazonaws.switchboard.portal#UnauthorizedException\","
                "\"message\":\"Session token not found or invalid\"}");
    fails(sso(config), DYNOX_E_CREDENTIALS, "run `aws sso login --profile dev`");
    all_came(1);
}

static void other_refusals_are_told(void **state)
{
    (void)state;
    cache_token(SESSION_FILE, 3600);
    replay_add((replay_step){.status  = 403,
                             .headers = "x-amzn-ErrorType: ForbiddenException:http://internal\r\n",
                             .body    = "{\"message\":\"No access\"}"});
    fails(sso(config), DYNOX_E_CREDENTIALS, "403: ForbiddenException: No access");
    answer(200, "{}");
    fails(sso(config), DYNOX_E_DECODE, "accessKeyId");
    all_came(2);
}

static void refusals_steer_no_terminal(void **state)
{
    (void)state;
    cache_token(SESSION_FILE, 3600);
    replay_add((replay_step){.status  = 403,
                             .headers = "x-amzn-ErrorType: F\xE2\x80\xAE:http://internal\r\n",
                             .body    = "{\"message\":\"No\\u001b[2J\\u2066\\u009b\"}"});
    fails(sso(config), DYNOX_E_CREDENTIALS, "403: F?: No [2J??");
    all_came(1);
}

static void busy_portals_are_asked_again(void **state)
{
    (void)state;
    cache_token(SESSION_FILE, 3600);
    answer(429, "");
    answer(500, "");
    answer(200, ROLE("KEY"));
    gives(sso(config), "KEY");
    all_came(3);
}

/* ---- renewing ---- */

static void an_old_token_is_renewed_and_written_back(void **state)
{
    (void)state;
    struct stat about;
    cache_token(SESSION_FILE, 200);
    chmod(home_path(SESSION_FILE), 0644);
    answer_at(TOKEN, 200, RENEWED("REFRESH2"));
    replay_add((replay_step){.method = "GET", .url = PORTAL, .status = 200, .body = ROLE("KEY")});
    gives(sso(config), "KEY");
    all_came(2);
    request_has(0, "Content-Type: application/json\r\n");
    request_lacks(0, "x-amz-sso_bearer_token");
    assert_string_equal(replay_body(0), "{\"grantType\":\"refresh_token\",\"clientId\":\"ID\","
                                        "\"clientSecret\":\"CLIENT-SECRET\",\"refreshToken\":\"REFRESH\"}");
    request_has(1, "x-amz-sso_bearer_token: NEW\r\n");
    assert_int_equal(stat(home_path(SESSION_FILE), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    json_object *root = cached();
    assert_cached(root, "accessToken", "NEW");
    assert_cached(root, "refreshToken", "REFRESH2");
    assert_cached(root, "clientSecret", "CLIENT-SECRET");
    assert_cached(root, "startUrl", "https://d.example/start");
    assert_cached(root, "x", "[ 1, { \"y\": null } ]");
    json_object_put(root);
    answer(200, ROLE("NEXT")); /* with the new token, which has 8 hours */
    gives(sso(config), "NEXT");
    all_came(3);
}

static void a_failed_renewal_matters_only_at_the_end(void **state)
{
    (void)state;
    cache_token(SESSION_FILE, 200);
    answer_at(TOKEN, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid refresh token\"}");
    answer(200, ROLE("KEY"));
    answer(200, ROLE("KEY2")); /* no other attempt for half a minute */
    gives(sso(config), "KEY");
    gives(sso(config), "KEY2");
    all_came(3);
    request_has(1, "x-amz-sso_bearer_token: OLD\r\n");
    request_has(2, "x-amz-sso_bearer_token: OLD\r\n");
}

static void an_expired_token_that_is_not_renewed_is_an_error(void **state)
{
    (void)state;
    cache_token(SESSION_FILE, -10);
    answer_at(TOKEN, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid refresh token\"}");
    dynox_error error = {0};
    assert_null(fetched(sso(config), &error));
    assert_int_equal(error.status, DYNOX_E_CREDENTIALS);
    if (!strstr(error.message, "invalid_grant: Invalid refresh token: run `aws sso login"))
        fail_msg("%s", error.message);
    assert_null(strstr(error.message, "REFRESH"));
    all_came(1);
}

static void a_token_without_registration_is_not_renewed(void **state)
{
    (void)state;
    write_home(SESSION_FILE, "{\"accessToken\":\"A\",\"expiresAt\":\"2020-01-01T00:00:00Z\",\"refreshToken\":\"R\","
                             "\"clientId\":\"I\",\"clientSecret\":\"S\","
                             "\"registrationExpiresAt\":\"2020-01-01T00:00:00Z\"}");
    fails(sso(config), DYNOX_E_CREDENTIALS, "it cannot be renewed: run `aws sso login");
    all_came(0);
}

/* Not even root writes more than its limit. */
static void what_cannot_be_written_serves_all_the_same(void **state)
{
    (void)state;
    struct rlimit usual, none;
    cache_token(SESSION_FILE, -10);
    answer_at(TOKEN, 200, RENEWED("R2"));
    answer(200, ROLE("KEY"));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &usual);
    none                                 = (struct rlimit){.rlim_cur = 0, .rlim_max = usual.rlim_max};
    dynox_credentials_provider *provider = sso(config);
    setrlimit(RLIMIT_FSIZE, &none);
    dynox_error        error = {0};
    dynox_credentials *got   = fetched(provider, &error);
    setrlimit(RLIMIT_FSIZE, &usual);
    assert_non_null(got);
    assert_string_equal(got->access_key_id, "KEY");
    dynox_credentials_free(got);
    all_came(2);
    request_has(1, "x-amz-sso_bearer_token: NEW\r\n");
    json_object *root = cached();
    assert_cached(root, "accessToken", "OLD");
    json_object_put(root);
}

typedef struct asker {
    pthread_t                   thread;
    dynox_credentials_provider *provider;
    char                        key[16];
} asker;

static void *ask(void *arg)
{
    asker             *self  = arg;
    dynox_error        error = {0};
    dynox_credentials *got   = NULL;
    if (dynox__provider_fetch(self->provider, &got, &error) == DYNOX_OK)
        snprintf(self->key, sizeof self->key, "%s", got->access_key_id);
    dynox_credentials_free(got);
    dynox_credentials_provider_release(self->provider);
    return NULL;
}

/* Answers by what is asked, since the order of the threads is open; renewing takes a while. */
static void sso_server(test_line *line)
{
    _Atomic int *renewals = line->server->context;
    if (!server_read(line)) return;
    bool renewal = strstr(line->request, "/token HTTP") != NULL;
    if (renewal) {
        atomic_fetch_add(renewals, 1);
        server_sleep(100);
    }
    server_answer(line, renewal ? RENEWED("R2") : strstr(line->request, "token: NEW\r\n") ? ROLE("KEY") : ROLE("OLD"));
}

static void of_many_that_ask_at_once_one_renews(void **state)
{
    (void)state;
    static _Atomic int renewals;
    char               url[64];
    asker              askers[4];
    test_server       *server = server_start(sso_server, &renewals, NULL);
    dynox__fetch_reroute(NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    setenv("AWS_ENDPOINT_URL", url, 1);
    cache_token(SESSION_FILE, -10);
    for (int i = 0; i < 4; i++)
        askers[i].provider = sso(config);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(askers[i].thread, NULL);
    server_stop(server);
    unsetenv("AWS_ENDPOINT_URL");
    for (int i = 0; i < 4; i++)
        assert_string_equal(askers[i].key, "KEY");
    assert_int_equal(atomic_load(&renewals), 1);
}

/* ---- files ---- */

static void files_that_are_no_tokens_are_errors_with_advice(void **state)
{
    static const char *const texts[] = {"",
                                        "{",
                                        "[]",
                                        "null",
                                        "{\"accessToken\":\"HIDDEN\"}",
                                        "{\"accessToken\":\"HIDDEN\",\"expiresAt\":\"tomorrow\"}",
                                        "{\"accessToken\":7,\"expiresAt\":\"2099-01-01T00:00:00Z\"}",
                                        "{\"accessToken\":\"HID\\u0000DEN\",\"expiresAt\":\"2099-01-01T00:00:00Z\"}",
                                        "{\"expiresAt\":\"2099-01-01T00:00:00Z\"}"};
    (void)state;
    fails(sso(config), DYNOX_E_CREDENTIALS, "No such file or directory: run `aws sso login --profile dev`");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        dynox_error error = {0};
        write_home(SESSION_FILE, texts[i]);
        assert_null(fetched(sso(config), &error));
        assert_int_equal(error.status, DYNOX_E_CREDENTIALS);
        if (!strstr(error.message, "run `aws sso login --profile dev`") || strstr(error.message, "HID"))
            fail_msg("%s", error.message);
    }
    unlink(home_path(SESSION_FILE));
    assert_int_equal(mkfifo(home_path(SESSION_FILE), 0600), 0);
    fails(sso(config), DYNOX_E_CREDENTIALS, "not a regular file");
    unlink(home_path(SESSION_FILE));
    FILE *file = fopen(home_path(SESSION_FILE), "wb");
    assert_int_equal(ftruncate(fileno(file), 1 << 20), 0);
    fclose(file);
    fails(sso(config), DYNOX_E_CREDENTIALS, "larger than 64 KiB");
    all_came(0);
}

static void profiles_must_be_complete_and_agree(void **state)
{
    static const struct {
        const char *config, *words;
    } cases[] = {
        {"[profile dev]\nsso_session = none\nsso_account_id = 1\nsso_role_name = r\n",
         "\"none\", which does not exist"},
        {"[profile dev]\nsso_session = a\nsso_account_id = 1\nsso_role_name = r\nsso_region = eu-west-1\n"
         "[sso-session a]\nsso_region = us-east-1\nsso_start_url = u\n",
         "different values of sso_region"},
        {"[profile dev]\nsso_session = a\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = v\n"
         "[sso-session a]\nsso_region = us-east-1\nsso_start_url = u\n",
         "different values of sso_start_url"},
        {"[profile dev]\nsso_session = a\nsso_account_id = 1\nsso_role_name = r\n[sso-session a]\nsso_start_url = u\n",
         "the sso-session \"a\" has no sso_region"},
        {"[profile dev]\nsso_start_url = u\nsso_region = us-east-1\nsso_account_id = 1\n", "has no sso_role_name"},
        {"[profile dev]\nsso_start_url = u\nsso_region = us-east-1\nsso_role_name = r\n", "has no sso_account_id"},
        {"[profile dev]\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n", "has no sso_start_url"},
        {"[profile dev]\nsso_start_url = u\nsso_account_id = 1\nsso_role_name = r\n", "has no sso_region"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dynox_error error = {0};
        assert_null(sso_error(cases[i].config, &error));
        assert_int_equal(error.status, DYNOX_E_CONFIGURATION);
        if (!strstr(error.message, cases[i].words)) fail_msg("%s", error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SSO_TEST(a_good_token_is_exchanged),
        SSO_TEST(the_older_way_is_named_for_its_start_url),
        SSO_TEST(the_older_way_never_renews),
        SSO_TEST(names_are_escaped_in_the_url),
        SSO_TEST(a_refused_token_asks_for_a_login),
        SSO_TEST(other_refusals_are_told),
        SSO_TEST(refusals_steer_no_terminal),
        SSO_TEST(busy_portals_are_asked_again),
        SSO_TEST(an_old_token_is_renewed_and_written_back),
        SSO_TEST(a_failed_renewal_matters_only_at_the_end),
        SSO_TEST(an_expired_token_that_is_not_renewed_is_an_error),
        SSO_TEST(a_token_without_registration_is_not_renewed),
        SSO_TEST(what_cannot_be_written_serves_all_the_same),
        SSO_TEST(of_many_that_ask_at_once_one_renews),
        SSO_TEST(files_that_are_no_tokens_are_errors_with_advice),
        SSO_TEST(profiles_must_be_complete_and_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
