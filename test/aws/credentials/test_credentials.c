/* Credentials: where they come from, how long they are kept, and that many callers wait for one fetch. */
#include "aws/calls.h"

static const fake_step success[] = {{.http = 200, .body = "{}"}};
static const fake_step expired[] = {{.http = 400, .type = "ExpiredTokenException"}, {.http = 200, .body = "{}"}};

static dynox_credentials set_of(const char *key)
{
    return (dynox_credentials){.access_key_id = key, .secret_access_key = "secret"};
}

static void expect_status(dynox_credentials_provider *provider, dynox_status status, const char *words)
{
    dynox__credentials_waiter waiter      = {0};
    dynox__credentials       *credentials = NULL;
    dynox_error               error       = {0};
    assert_int_equal(dynox__credentials_get(provider, NULL, &waiter, &credentials, &error), status);
    if (words && !strstr(error.message, words)) fail_msg("%s", error.message);
    dynox__credentials_release(credentials);
}

static void static_credentials_are_copied_and_kept(void **state)
{
    (void)state;
    char                        key[]    = "AKID";
    const dynox_credentials     set      = {.access_key_id = key, .secret_access_key = "secret", .session_token = ""};
    dynox_credentials_provider *provider = dynox_credentials_static(&set);
    dynox__credentials_waiter   waiter   = {0};
    dynox__credentials         *first, *second;
    key[0] = 'X';
    assert_int_equal(dynox__credentials_get(provider, NULL, &waiter, &first, NULL), DYNOX_OK);
    assert_int_equal(dynox__credentials_get(provider, NULL, &waiter, &second, NULL), DYNOX_OK);
    assert_ptr_equal(first, second);
    assert_string_equal(first->set.access_key_id, "AKID");
    assert_null(first->set.session_token);
    assert_int_not_equal(first->identity, 0);
    dynox_credentials_provider_release(provider);
    assert_string_equal(second->set.secret_access_key, "secret");
    dynox__credentials_release(first);
    dynox__credentials_release(second);
}

static void bad_credentials_fail_the_call_and_say_why(void **state)
{
    (void)state;
    static const struct {
        dynox_credentials set;
        const char       *words;
    } cases[] = {
        {{.access_key_id = "A"}, "no secret access key"},
        {{.secret_access_key = "s"}, "no access key id"},
        {{.access_key_id = "A\r\nEvil: 1", .secret_access_key = "s"}, "control character"},
        {{.access_key_id = "A", .secret_access_key = "s", .session_token = "a b"}, "session token"},
        {{.access_key_id = "A", .secret_access_key = "SK\n"}, "the secret access key has a blank"},
        {{.access_key_id = "A", .secret_access_key = "SK\r\n"}, "the secret access key has a blank"},
        {{.access_key_id = "A", .secret_access_key = "SK "}, "the secret access key has a blank"},
        {{.access_key_id = "A", .secret_access_key = " SK"}, "the secret access key has a blank"},
        {{.access_key_id = "A", .secret_access_key = "\tSK"}, "the secret access key has a blank"},
        {{.access_key_id = "A", .secret_access_key = " "}, "the secret access key has a blank"},
        {{.access_key_id = "A", .secret_access_key = "S\x7fK"}, "the secret access key has a blank"},
        {{.access_key_id = "A\n", .secret_access_key = "s"}, "the access key id has a blank"},
        {{.access_key_id = " A", .secret_access_key = "s"}, "the access key id has a blank"},
        {{.access_key_id = "A", .secret_access_key = "s", .session_token = "t\n"}, "session token has a blank"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dynox_credentials_provider *provider = dynox_credentials_static(&cases[i].set);
        dynox_error                 error    = {0};
        dynox__credentials_waiter   waiter   = {0};
        dynox__credentials         *none;
        assert_int_equal(dynox__credentials_get(provider, NULL, &waiter, &none, &error), DYNOX_E_CREDENTIALS);
        if (!strstr(error.message, cases[i].words)) fail_msg("%s", error.message);
        dynox_credentials_provider_release(provider);
    }
}

static void environment_is_read_at_the_first_call(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = dynox_credentials_environment();
    dynox__credentials_waiter   waiter   = {0};
    dynox__credentials         *credentials;
    dynox_error                 error = {0};
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    unsetenv("AWS_SESSION_TOKEN");
    assert_int_equal(dynox__credentials_get(provider, NULL, &waiter, &credentials, &error), DYNOX_E_CREDENTIALS);
    assert_non_null(strstr(error.message, "no usable credentials: AWS_ACCESS_KEY_ID is not set"));
    setenv("AWS_ACCESS_KEY_ID", "FROMENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "  ", 1);
    assert_int_equal(dynox__credentials_get(provider, NULL, &waiter, &credentials, &error), DYNOX_E_CREDENTIALS);
    assert_non_null(strstr(error.message, "AWS_SECRET_ACCESS_KEY is not"));
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    setenv("AWS_SESSION_TOKEN", "token", 1);
    assert_int_equal(dynox__credentials_get(provider, NULL, &waiter, &credentials, &error), DYNOX_OK);
    assert_string_equal(credentials->set.access_key_id, "FROMENV");
    assert_string_equal(credentials->set.session_token, "token");
    dynox__credentials_release(credentials);
    dynox_credentials_provider_release(provider);
}

/* Row 301. */
static void a_call_without_credentials_fails_before_it_is_sent(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = dynox_credentials_environment();
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    rig           r      = RIG_WITH(success, .credentials = provider);
    dynox_future *future = call_text(&r);
    assert_true(dynox_future_done(future));
    assert_int_equal(expect_failure(future, DYNOX_E_CREDENTIALS)->attempts, 0);
    dynox_future_release(future);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
}

/* ---- custom ---- */

typedef struct source {
    _Atomic int  fetches, released;
    int          good_after; /* fetches that fail first */
    int64_t      lifetime;   /* seconds; 0: for ever */
    bool         same;       /* always the same key */
    dynox_status status;
} source;

static dynox_future *fetch(void *argument)
{
    source           *from = argument;
    int               n    = atomic_fetch_add(&from->fetches, 1);
    char              key[16];
    dynox_credentials set = set_of(key);
    dynox_error       bad = {0};
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    if (n < from->good_after) {
        dynox_error_set(&bad, DYNOX_E_SYSTEM, "the vault is locked");
        return dynox_future_of(dynox_fail_with(&bad));
    }
    snprintf(key, sizeof key, "KEY%d", from->same ? 0 : n);
    if (from->lifetime) set.expires_at = (int64_t)time(NULL) + from->lifetime;
    return dynox_future_of(dynox_ok(dynox_credentials_copy(&set), &dynox_type_credentials));
}

static void count_release(void *argument)
{
    atomic_fetch_add(&((source *)argument)->released, 1);
}

static void wait_released(source *from)
{
    while (!atomic_load(&from->released))
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

static void many_calls_wait_for_one_fetch(void **state)
{
    (void)state;
    source                      from     = {0};
    dynox_credentials_provider *provider = dynox_credentials_custom(fetch, &from, count_release);
    rig                         r        = RIG_WITH(success, .credentials = provider);
    dynox_future               *futures[50];
    for (int i = 0; i < 50; i++)
        futures[i] = call_text(&r);
    for (int i = 0; i < 50; i++) {
        expect_text(futures[i], "{}");
        dynox_future_release(futures[i]);
    }
    assert_int_equal(from.fetches, 1);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
    wait_released(&from);
    assert_int_equal(from.released, 1);
}

static void a_failed_fetch_is_told_to_all_and_not_hammered(void **state)
{
    (void)state;
    source                      from     = {.good_after = 1000};
    dynox_credentials_provider *provider = dynox_credentials_custom(fetch, &from, count_release);
    rig                         r        = RIG_WITH(success, .credentials = provider);
    for (int i = 0; i < 20; i++) {
        dynox_future *future = call_text(&r);
        assert_non_null(strstr(expect_failure(future, DYNOX_E_CREDENTIALS)->message, "the vault is locked"));
        dynox_future_release(future);
    }
    assert_true(from.fetches < 10);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
    wait_released(&from);
}

static int64_t tested_clock_offset_ns;

static int64_t tested_clock(int which)
{
    struct timespec now;
    clock_gettime(which ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
    return now.tv_sec * DYNOX__SECOND + now.tv_nsec + tested_clock_offset_ns;
}

/* Row 6. */
static void credentials_are_fetched_anew_before_they_expire(void **state)
{
    (void)state;
    source                      from     = {.lifetime = 3600};
    dynox_credentials_provider *provider = dynox_credentials_custom(fetch, &from, NULL);
    rig                         r        = RIG_WITH(success, .credentials = provider);
    tested_clock_offset_ns               = 0;
    dynox__clock_fake(tested_clock);
    for (int i = 0; i < 2; i++) {
        dynox_future *future = call_text(&r);
        expect_text(future, "{}");
        dynox_future_release(future);
        assert_int_equal(from.fetches, i + 1);
        assert_non_null(strstr(r.fake->sent[i], i ? "Credential=KEY1/" : "Credential=KEY0/"));
        tested_clock_offset_ns += 3590 * DYNOX__SECOND;
    }
    dynox__clock_fake(NULL);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
}

static void fresh_credentials_are_used_even_if_our_clock_calls_them_expired(void **state)
{
    (void)state;
    source                      from     = {.lifetime = -7200};
    dynox_credentials_provider *provider = dynox_credentials_custom(fetch, &from, NULL);
    rig                         r        = RIG_WITH(success, .credentials = provider);
    for (int i = 0; i < 3; i++) {
        dynox_future *future = call_text(&r);
        expect_text(future, "{}");
        dynox_future_release(future);
    }
    assert_int_equal(from.fetches, 1);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
}

static void refused_credentials_are_replaced_once(void **state)
{
    (void)state;
    source                      from     = {0};
    dynox_credentials_provider *provider = dynox_credentials_custom(fetch, &from, NULL);
    rig                         r        = RIG_WITH(expired, .credentials = provider);
    dynox_future               *future   = call_text(&r);
    expect_text(future, "{}");
    assert_int_equal(from.fetches, 2);
    assert_non_null(strstr(r.fake->sent[1], "Credential=KEY1/"));
    assert_non_null(strstr(r.fake->sent[1], "attempt=2"));
    dynox_future_release(future);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
}

static void refused_credentials_without_others_are_the_services_error(void **state)
{
    (void)state;
    source                      from         = {.same = true};
    const dynox_credentials     set          = set_of("AKID");
    dynox_credentials_provider *providers[2] = {dynox_credentials_static(&set),
                                                dynox_credentials_custom(fetch, &from, NULL)};
    for (int i = 0; i < 2; i++) {
        rig                r      = RIG_WITH(expired, .credentials = providers[i]);
        dynox_future      *future = call_text(&r);
        const dynox_error *error  = expect_failure(future, DYNOX_E_EXPIRED_TOKEN);
        assert_string_equal(error->code, "ExpiredTokenException");
        assert_int_equal(error->attempts, 1);
        dynox_future_release(future);
        rig_close(&r);
        dynox_credentials_provider_release(providers[i]);
    }
}

static rig *recursive;

static dynox_future *ask_itself(void *unused)
{
    dynox_future *future = call_text(recursive);
    (void)unused;
    dynox_error error = {0};
    dynox_error_copy(&error, dynox_future_details(future));
    dynox_future_release(future);
    return dynox_future_of(dynox_fail_with(&error));
}

static void a_provider_that_needs_itself_is_told_so(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = dynox_credentials_custom(ask_itself, NULL, NULL);
    rig                         r        = RIG_WITH(success, .credentials = provider);
    recursive                            = &r;
    dynox_future *future                 = call_text(&r);
    assert_non_null(strstr(expect_failure(future, DYNOX_E_CREDENTIALS)->message, "those same credentials"));
    dynox_future_release(future);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
}

static dynox_future *wrong_type(void *unused)
{
    (void)unused;
    return dynox_future_of(dynox_ok_int(5));
}

static void a_callback_with_another_type_is_an_error(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = dynox_credentials_custom(wrong_type, NULL, NULL);
    rig                         r        = RIG_WITH(success, .credentials = provider);
    dynox_future               *future   = call_text(&r);
    expect_failure(future, DYNOX_E_CREDENTIALS);
    dynox_future_release(future);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
    assert_null(dynox_credentials_custom(NULL, NULL, NULL));
    expect_status(provider = dynox_credentials_static(NULL), DYNOX_E_CREDENTIALS, "no access key id");
    dynox_credentials_provider_release(provider);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(static_credentials_are_copied_and_kept),
        cmocka_unit_test(bad_credentials_fail_the_call_and_say_why),
        cmocka_unit_test(environment_is_read_at_the_first_call),
        cmocka_unit_test(a_call_without_credentials_fails_before_it_is_sent),
        cmocka_unit_test(many_calls_wait_for_one_fetch),
        cmocka_unit_test(a_failed_fetch_is_told_to_all_and_not_hammered),
        cmocka_unit_test(credentials_are_fetched_anew_before_they_expire),
        cmocka_unit_test(fresh_credentials_are_used_even_if_our_clock_calls_them_expired),
        cmocka_unit_test(refused_credentials_are_replaced_once),
        cmocka_unit_test(refused_credentials_without_others_are_the_services_error),
        cmocka_unit_test(a_provider_that_needs_itself_is_told_so),
        cmocka_unit_test(a_callback_with_another_type_is_an_error)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
