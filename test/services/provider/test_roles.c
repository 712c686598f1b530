/* Credentials of roles: whose credentials take them, what the profile adds, and tokens that are renewed. */
#include "base/clock.h"
#include "base/thread.h"
#include "services/home.h"

static const dynox__source_context ireland = {.region = "eu-west-1"};

static dynox_credentials_provider *role_of(dynox_credentials_provider *source, const char *session, dynox_error *error)
{
    dynox_credentials_provider *made = dynox__provider_assume_role(
        &(dynox__assume_role){.source = source, .role_arn = "arn:aws:iam::1:role/a", .session_name = session}, &ireland,
        error);
    dynox_credentials_provider_release(source);
    return made;
}

static dynox_credentials_provider *keys(void)
{
    return dynox_credentials_static(&(dynox_credentials){.access_key_id = "AKID", .secret_access_key = "secret"});
}

static dynox_credentials_provider *identity(const char *session)
{
    char        path[256];
    dynox_error error = {0};
    snprintf(path, sizeof path, "%s", home_path("token"));
    dynox_credentials_provider *made = dynox__provider_web_identity(
        &(dynox__web_identity){.token_file = path, .role_arn = "arn:aws:iam::1:role/a", .session_name = session},
        &ireland, &error);
    if (!made) fail_msg("%s", error.message);
    return made;
}

/* The profile that is meant is named, also where there is none. */
static void a_web_identity_without_a_region_names_the_profile(void **state)
{
    (void)state;
    write_home("token", "t");
    setenv("AWS_WEB_IDENTITY_TOKEN_FILE", home_path("token"), 1);
    setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/a", 1);
    dynox_error                 error = {0};
    dynox_credentials_provider *provider =
        dynox__provider_web_identity(&(dynox__web_identity){0}, &(dynox__source_context){0}, &error);
    dynox_credentials *none = NULL;
    assert_non_null(provider);
    assert_int_equal(dynox__provider_fetch(provider, &none, &error), DYNOX_E_CONFIGURATION);
    if (!strstr(error.message, "the profile \"default\"")) fail_msg("%s", error.message);
    dynox_credentials_provider_release(provider);
}

/* ---- assume role ---- */

static void a_role_is_taken_with_the_credentials_of_its_source(void **state)
{
    dynox_error error = {0};
    (void)state;
    answer(200, STS_ROLE("AssumeRole", "ASIAROLE"));
    gives(role_of(keys(), "me", &error), "ASIAROLE");
    request_has(0, "Credential=AKID/");
    request_has(0, "&RoleSessionName=me");
}

/* Row 6. The name is not always the same: logs of the account tell processes apart. */
static void a_session_without_a_name_gets_one(void **state)
{
    dynox_error error = {0};
    (void)state;
    answer(200, STS_ROLE("AssumeRole", "ASIAROLE"));
    gives(role_of(keys(), NULL, &error), "ASIAROLE");
    const char *name = strstr(replay_body(0), "&RoleSessionName=dynox-");
    assert_non_null(name);
    assert_int_equal(strspn(name + 23, "0123456789abcdef"), 16);
    assert_int_equal(name[39], 0);
}

static void names_of_sessions_are_checked_at_once(void **state)
{
    static const char *const wrong[] = {
        "", "a", "a b", "a/b", "\xc3\xa4\xc3\xa4", "12345678901234567890123456789012345678901234567890123456789012345"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        dynox_error error = {0};
        assert_null(role_of(keys(), wrong[i], &error));
        assert_int_equal(error.status, DYNOX_E_CONFIGURATION);
    }
    dynox_error                 error = {0};
    dynox_credentials_provider *good  = role_of(keys(), "aZ0_+=,.@-", &error);
    assert_non_null(good);
    dynox_credentials_provider_release(good);
}

static dynox_future *no_credentials(void *arg)
{
    (void)arg;
    return dynox_future_of(dynox_fail_with(&(dynox_error){.status = DYNOX_E_TIMEOUT, .message = "the vault is shut"}));
}

static dynox_outcome make_keys(dynox_future *future, void *arg)
{
    dynox_credentials set = {.access_key_id = "AKIDLATE", .secret_access_key = "s"};
    (void)future;
    (void)arg;
    return dynox_ok(dynox_credentials_copy(&set), &dynox_type_credentials);
}

static dynox_future *late_credentials(void *arg)
{
    (void)arg;
    return dynox_then(dynox_sleep(20), make_keys, NULL);
}

static void a_source_may_take_its_time(void **state)
{
    dynox_error error = {0};
    (void)state;
    answer(200, STS_ROLE("AssumeRole", "ASIAROLE"));
    gives(role_of(dynox_credentials_custom(late_credentials, NULL, NULL), "me", &error), "ASIAROLE");
    request_has(0, "Credential=AKIDLATE/");
}

static void the_failure_of_a_source_is_the_failure_of_the_role(void **state)
{
    dynox_error error = {0};
    (void)state;
    fails(role_of(dynox_credentials_custom(no_credentials, NULL, NULL), "me", &error), DYNOX_E_TIMEOUT,
          "the vault is shut");
    fails(role_of(dynox_credentials_environment(), "me", &error), DYNOX_E_CREDENTIALS, "AWS_ACCESS_KEY_ID is not set");
    all_came(0);
}

/* ---- the whole way: waiter, helper, cache ---- */

typedef struct asker {
    dynox__credentials_waiter waiter;
    pthread_mutex_t           lock;
    pthread_cond_t            done_now;
    bool                      done;
    dynox__credentials       *got;
    dynox_error               error;
} asker;

static void is_ready(dynox__credentials_waiter *waiter, dynox__credentials *got, const dynox_error *error)
{
    asker *self = (asker *)waiter;
    pthread_mutex_lock(&self->lock);
    self->got = got;
    if (error) dynox_error_copy(&self->error, error);
    self->done = true;
    pthread_cond_signal(&self->done_now);
    pthread_mutex_unlock(&self->lock);
}

static dynox__credentials *ask(dynox_credentials_provider *provider, dynox_error *error)
{
    asker               self = {.waiter.ready = is_ready};
    dynox__credentials *got  = NULL;
    pthread_mutex_init(&self.lock, NULL);
    assert_true(dynox__cond_init(&self.done_now));
    dynox_status status = dynox__credentials_get(provider, NULL, &self.waiter, &got, error);
    if (status == DYNOX_E_BUSY) {
        pthread_mutex_lock(&self.lock);
        while (!self.done)
            dynox__cond_wait_until(&self.done_now, &self.lock, DYNOX__NEVER);
        pthread_mutex_unlock(&self.lock);
        got = self.got;
        dynox_error_copy(error, &self.error);
    }
    pthread_cond_destroy(&self.done_now);
    pthread_mutex_destroy(&self.lock);
    return got;
}

static void a_role_is_taken_once_for_all_who_ask(void **state)
{
    dynox_error                 error    = {0};
    dynox_credentials_provider *provider = role_of(keys(), "me", &error);
    (void)state;
    answer(200, STS_ROLE("AssumeRole", "ASIAROLE"));
    dynox__credentials *first = ask(provider, &error), *second = ask(provider, &error);
    if (!first) fail_msg("%s", error.message);
    assert_ptr_equal(first, second);
    assert_string_equal(first->set.access_key_id, "ASIAROLE");
    dynox__credentials_release(first);
    dynox__credentials_release(second);
    dynox_credentials_provider_release(provider);
    all_came(1);
}

enum { THREADS = 8 };

static void *ask_on_a_thread(void *provider)
{
    dynox_error error = {0};
    return ask(provider, &error);
}

static void threads_that_ask_at_once_share_the_call(void **state)
{
    dynox_error                 error = {0};
    pthread_t                   threads[THREADS];
    dynox_credentials_provider *provider = role_of(keys(), "me", &error);
    (void)state;
    answer(200, STS_ROLE("AssumeRole", "ASIAROLE"));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_on_a_thread, provider), 0);
    for (int i = 0; i < THREADS; i++) {
        void *got;
        pthread_join(threads[i], &got);
        assert_non_null(got);
        dynox__credentials_release(got);
    }
    dynox_credentials_provider_release(provider);
    all_came(1);
}

static void a_refusal_says_all_it_knows(void **state)
{
    dynox_error                 error    = {0};
    dynox_credentials_provider *provider = role_of(keys(), "me", &error);
    (void)state;
    answer(403, STS_ERROR("AccessDenied", "no"));
    assert_null(ask(provider, &error));
    assert_int_equal(error.status, DYNOX_E_CREDENTIALS);
    assert_string_equal(error.message, "no usable credentials: from the role: AssumeRole of arn:aws:iam::1:role/a: "
                                       "AccessDenied: no");
    dynox_credentials_provider_release(provider);
}

/* ---- web identity ---- */

static void the_token_is_read_anew_each_time_and_sent_as_it_is(void **state)
{
    dynox_credentials_provider *web = identity("me");
    (void)state;
    answer(200, STS_ROLE("AssumeRoleWithWebIdentity", "ASIAONE"));
    answer(200, STS_ROLE("AssumeRoleWithWebIdentity", "ASIATWO"));
    write_home("token", "first\n");
    gives(dynox_credentials_provider_acquire(web), "ASIAONE");
    write_home("token", "second");
    gives(web, "ASIATWO");
    request_has(0, "&WebIdentityToken=first%0A");
    request_has(1, "&WebIdentityToken=second");
}

static void a_token_that_has_just_been_replaced_gets_a_second_try(void **state)
{
    (void)state;
    write_home("token", "old");
    answer(400, STS_ERROR("ExpiredTokenException", "too old"));
    answer(200, STS_ROLE("AssumeRoleWithWebIdentity", "ASIAWEB"));
    gives(identity(NULL), "ASIAWEB");
    all_came(2);
}

static void a_token_that_stays_refused_gets_no_third_try(void **state)
{
    (void)state;
    write_home("token", "bad");
    answer(400, STS_ERROR("InvalidIdentityToken", "no such provider"));
    fails(identity(NULL), DYNOX_E_SERVICE, "InvalidIdentityToken: no such provider");
    all_came(2);
}

static void bad_token_files_are_named(void **state)
{
    static char big[70000];
    (void)state;
    fails(identity(NULL), DYNOX_E_CREDENTIALS, "/token does not exist");
    write_home("token", "");
    fails(identity(NULL), DYNOX_E_CREDENTIALS, "/token is empty");
    memset(big, 'x', sizeof big - 1);
    write_home("token", big);
    fails(identity(NULL), DYNOX_E_CREDENTIALS, "/token is larger");
    FILE *file = fopen(home_path("token"), "wb");
    assert_int_equal(fwrite("a\0b", 1, 3, file), 3);
    fclose(file);
    fails(identity(NULL), DYNOX_E_CREDENTIALS, "/token is not text");
    all_came(0);
}

static dynox_credentials_provider *from_environment(void)
{
    dynox_error error = {0};
    return dynox__provider_web_identity(&(dynox__web_identity){.token_file = NULL}, &ireland, &error);
}

static void the_environment_has_token_and_role_or_is_not_configured(void **state)
{
    (void)state;
    fails(from_environment(), DYNOX__NOT_CONFIGURED, "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    setenv("AWS_WEB_IDENTITY_TOKEN_FILE", home_path("token"), 1);
    fails(from_environment(), DYNOX_E_CONFIGURATION, "AWS_ROLE_ARN is not");
    setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/env", 1);
    setenv("AWS_ROLE_SESSION_NAME", "env-session", 1);
    write_home("token", "tok");
    answer(200, STS_ROLE("AssumeRoleWithWebIdentity", "ASIAWEB"));
    gives(from_environment(), "ASIAWEB");
    request_has(0, "role%2Fenv&RoleSessionName=env-session&WebIdentityToken=tok");
    setenv("AWS_ROLE_SESSION_NAME", "not a name", 1);
    fails(from_environment(), DYNOX_E_CONFIGURATION, "the session name \"not a name\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOME_TEST(a_web_identity_without_a_region_names_the_profile),
        HOME_TEST(a_role_is_taken_with_the_credentials_of_its_source),
        HOME_TEST(a_session_without_a_name_gets_one),
        HOME_TEST(names_of_sessions_are_checked_at_once),
        HOME_TEST(a_source_may_take_its_time),
        HOME_TEST(the_failure_of_a_source_is_the_failure_of_the_role),
        HOME_TEST(a_role_is_taken_once_for_all_who_ask),
        HOME_TEST(threads_that_ask_at_once_share_the_call),
        HOME_TEST(a_refusal_says_all_it_knows),
        HOME_TEST(the_token_is_read_anew_each_time_and_sent_as_it_is),
        HOME_TEST(a_token_that_has_just_been_replaced_gets_a_second_try),
        HOME_TEST(a_token_that_stays_refused_gets_no_third_try),
        HOME_TEST(bad_token_files_are_named),
        HOME_TEST(the_environment_has_token_and_role_or_is_not_configured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
