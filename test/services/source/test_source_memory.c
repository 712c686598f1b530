/* Running out of memory at any moment: an error that says so, nothing lost, and credentials the next time. */
#include "base/clock.h"
#include "services/home.h"

#define SET                                                                                                            \
    "{\"Code\":\"Success\",\"AccessKeyId\":\"KEY\",\"SecretAccessKey\":\"S\",\"Token\":\"T\","                         \
    "\"Expiration\":\"2099-01-01T00:00:00Z\"}"

static const char config[] = "[profile sso]\nsso_session = admin\nsso_account_id = 1\nsso_role_name = r\n"
                             "[sso-session admin]\nsso_region = eu-west-1\nsso_start_url = u\n"
                             "[profile login]\nlogin_session = admin\nregion = eu-west-1\n"
                             "[profile process]\ncredential_process = echo "
                             "'{\"Version\":1,\"AccessKeyId\":\"KEY\",\"SecretAccessKey\":\"S\"}'\n";

static const char sso_token[] = "{\"accessToken\":\"A\",\"expiresAt\":\"2020-01-01T00:00:00Z\",\"refreshToken\":\"R\","
                                "\"clientId\":\"I\",\"clientSecret\":\"S\","
                                "\"registrationExpiresAt\":\"2099-01-01T00:00:00Z\"}";
static const char login_token[] = "{\"accessToken\":{\"accessKeyId\":\"KEY\",\"secretAccessKey\":\"S\","
                                  "\"sessionToken\":\"T\",\"expiresAt\":\"2099-01-01T00:00:00Z\"}}";

typedef struct way {
    dynox_credentials_provider *(*make)(const dynox__source_context *context, dynox_error *error);
    const char      *profile; /* NULL: none */
    const char      *file, *text;
    dynox__profiles *profiles;
} way;

/* Reads requests and answers by what is asked. */
static void by_request(test_line *line)
{
    if (!replay_read(line)) return;
    const char *request = line->request;
    const char *body    = SET;
    if (strstr(request, "/latest/api/token")) body = "TOKEN";
    if (strstr(request, "security-credentials/ ")) body = "role";
    if (strstr(request, "/federation/"))
        body = "{\"roleCredentials\":{\"accessKeyId\":\"KEY\",\"secretAccessKey\":\"S\",\"sessionToken\":\"T\","
               "\"expiration\":4070908800000}}";
    if (strstr(request, "/token HTTP"))
        body = strstr(request, "PUT ") ? body : "{\"accessToken\":\"N\",\"expiresIn\":9}";
    server_answer(line, body);
}

static void fetch_once(void *arg)
{
    way                        *self    = arg;
    dynox_credentials          *got     = NULL;
    dynox_error                 error   = {0};
    const dynox__source_context context = {
        .profiles = self->profiles,
        .profile  = self->profile ? dynox__profiles_find(self->profiles, self->profile) : NULL};
    if (self->file) write_home(self->file, self->text);
    dynox_credentials_provider *provider = self->make(&context, &error);
    dynox_status                status   = provider ? dynox__provider_fetch(provider, &got, &error) : error.status;
    dynox_credentials_provider_release(provider);
    assert_int_equal(status == DYNOX_OK, got != NULL);
    if (got) assert_string_equal(got->access_key_id, "KEY");
    if (!got && status != DYNOX_E_NO_MEMORY) fail_msg("%s: %s", dynox_status_name(status), error.message);
    dynox_credentials_free(got);
}

static void check(way self)
{
    test_server *server = server_start(by_request, NULL, NULL), *usual = replayed.server;
    replayed.server = server; /* where requests are sent */
    write_config(config);
    assert_int_equal(dynox__profiles_load(&self.profiles, NULL), DYNOX_OK);
    test_every_allocation_failing(fetch_once, &self);
    dynox__profiles_release(self.profiles);
    replayed.server = usual;
    server_stop(server);
}

static void containers(void **state)
{
    (void)state;
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/x", 1);
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "T", 1);
    check((way){.make = dynox__provider_container});
}

static void instances(void **state)
{
    (void)state;
    check((way){.make = dynox__provider_imds});
}

static void processes(void **state)
{
    (void)state;
    check((way){.make = dynox__provider_process, .profile = "process"});
}

static void logins(void **state)
{
    (void)state;
    setenv("AWS_LOGIN_CACHE_DIRECTORY", home_path(".aws"), 1);
    const char *name = ".aws/8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918.json"; /* of "admin" */
    check((way){.make = dynox__provider_login, .profile = "login", .file = name, .text = login_token});
    unlink(home_path(name));
    unsetenv("AWS_LOGIN_CACHE_DIRECTORY");
}

/* Time passes quickly here: a renewal that failed is not tried again for half a minute. */
static int64_t quick_clock(int which)
{
    static _Atomic int64_t minutes;
    struct timespec        now;
    clock_gettime(which ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
    int64_t usual = now.tv_sec * DYNOX__SECOND + now.tv_nsec;
    return which ? usual : usual + atomic_fetch_add(&minutes, 1) * 60 * DYNOX__SECOND;
}

static void identity_centers(void **state)
{
    (void)state;
    const char *name = ".aws/sso/cache/d033e22ae348aeb5660fc2140aec35850c4da997.json";
    mkdir(home_path(".aws/sso"), 0700);
    mkdir(home_path(".aws/sso/cache"), 0700);
    dynox__clock_fake(quick_clock);
    check((way){.make = dynox__provider_sso, .profile = "sso", .file = name, .text = sso_token});
    dynox__clock_fake(NULL);
    unlink(home_path(name));
    rmdir(home_path(".aws/sso/cache"));
    rmdir(home_path(".aws/sso"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {HOME_TEST(containers), HOME_TEST(instances), HOME_TEST(processes),
                                       HOME_TEST(logins), HOME_TEST(identity_centers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
