/* Container credentials: what is sent, to whom, and what of the answers is believed. */
#include "services/home.h"
#include "services/source/metadata.h"

static const char good[] = "{\"AccessKeyId\":\"KEY\",\"SecretAccessKey\":\"SECRET\",\"Token\":\"TOKEN\","
                           "\"Expiration\":\"2099-01-01T00:00:00Z\",\"AccountId\":\"123456789012\",\"RoleArn\":\"r\"}";

static dynox_credentials_provider *container(void)
{
    return dynox__provider_container(&(dynox__source_context){0}, NULL);
}

/* Row 8. */
static void credentials_come_from_the_relative_path(void **state)
{
    (void)state;
    dynox_error error = {0};
    setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x?a=1", 1);
    replay_add((replay_step){.method = "GET", .url = "http://169.254.170.2/v2/x?a=1", .status = 200, .body = good});
    dynox_credentials *got = fetched(container(), &error);
    assert_non_null(got);
    assert_string_equal(got->secret_access_key, "SECRET");
    assert_string_equal(got->session_token, "TOKEN");
    assert_string_equal(got->account_id, "123456789012");
    assert_int_equal(got->expires_at, 4070908800);
    dynox_credentials_free(got);
    all_came(1);
    request_has(0, "Accept: application/json");
    request_lacks(0, "Authorization");
}

static void tokens_are_sent_as_they_are_and_read_anew(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = container();
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/c", 1);
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic plain", 1);
    answer(200, good);
    answer(200, good);
    answer(200, good);
    gives(dynox_credentials_provider_acquire(provider), "KEY");
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home_path("token"), 1);
    write_home("token", "first");
    gives(dynox_credentials_provider_acquire(provider), "KEY");
    write_home("token", "second");
    gives(provider, "KEY");
    all_came(3);
    request_has(0, "Authorization: Basic plain\r\n");
    request_has(1, "Authorization: first\r\n");
    request_has(2, "Authorization: second\r\n");
}

static void tokens_with_line_breaks_are_not_sent(void **state)
{
    (void)state;
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/c", 1);
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "x\r\nInjected: yes", 1);
    fails(container(), DYNOX_E_CONFIGURATION, "line break");
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home_path("token"), 1);
    fails(container(), DYNOX_E_CREDENTIALS, "No such file");
    write_home("token", "trailing\n");
    fails(container(), DYNOX_E_CONFIGURATION, "line break");
    write_home("token", "");
    fails(container(), DYNOX_E_CONFIGURATION, "empty");
    all_came(0);
}

static void only_hosts_near_by_are_asked_without_tls(void **state)
{
    static const char *const allowed[] = {
        "http://localhost/",    "http://LOCALHOST:80/x",    "http://127.9.9.9/",        "http://[::1]/",
        "http://169.254.170.2", "http://169.254.170.23/v1", "https://example.com/x?y=z"};
    static const char *const refused[] = {"http://example.com/",
                                          "http://127.0.0.1.example.com/",
                                          "http://127.1/",
                                          "http://2130706433/",
                                          "http://0x7f000001/",
                                          "http://169.254.169.254/",
                                          "http://[::ffff:7f00:1]/",
                                          "http://localhost@e.com/",
                                          "http://e.com@localhost/",
                                          "http://localhost\\@e.com/",
                                          "ftp://localhost/",
                                          "http://",
                                          "http:///path",
                                          "http://localhost/a b",
                                          "http://localhost/#x",
                                          "localhost"};
    char                    *url;
    dynox_error              error = {0};
    (void)state;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", allowed[i], 1);
        if (dynox__container_url(&url, &error) != DYNOX_OK) fail_msg("%s: %s", allowed[i], error.message);
        assert_string_equal(url, allowed[i]);
        dynox__free(url);
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", refused[i], 1);
        if (dynox__container_url(&url, &error) != DYNOX_E_CONFIGURATION) fail_msg("%s", refused[i]);
        if (strstr(error.message, refused[i])) fail_msg("shown: %s", error.message);
    }
}

static void relative_paths_cannot_change_the_host(void **state)
{
    static const char *const bad[] = {"@example.com/", ".example.com/", ":80@example.com", "x", "/a b", "/a\r\nb"};
    char                    *url;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", bad[i], 1);
        assert_int_equal(dynox__container_url(&url, NULL), DYNOX_E_CONFIGURATION);
    }
}

static void refusals_are_final_and_told(void **state)
{
    (void)state;
    setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/secret-path", 1);
    answer(403, "{\"code\":\"Forbidden\",\"message\":\"no role\"}");
    dynox_error error = {0};
    assert_null(fetched(container(), &error));
    assert_int_equal(error.status, DYNOX_E_CREDENTIALS);
    assert_non_null(strstr(error.message, "403: Forbidden no role"));
    assert_null(strstr(error.message, "secret-path"));
    all_came(1);
}

static void failures_of_the_moment_are_tried_again(void **state)
{
    (void)state;
    setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/c", 1);
    answer(500, "");
    answer(200, "half of it: {");
    answer(200, good);
    gives(container(), "KEY");
    all_came(3);
}

static void answers_that_are_no_credentials_are_errors(void **state)
{
    (void)state;
    setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/c", 1);
    answer(200, "{\"AccessKeyId\":\"KEY\",\"SecretAccessKey\":\"HIDDEN\",\"Token\":\"T\",\"Expiration\":\"soon\"}");
    dynox_error error = {0};
    assert_null(fetched(container(), &error));
    assert_int_equal(error.status, DYNOX_E_DECODE);
    assert_non_null(strstr(error.message, "Expiration"));
    assert_null(strstr(error.message, "HIDDEN"));
}

static void outside_of_containers_it_is_not_configured(void **state)
{
    (void)state;
    fails(container(), DYNOX__NOT_CONFIGURED, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "  ", 1);
    fails(container(), DYNOX__NOT_CONFIGURED, "not in a container");
    all_came(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOME_TEST(credentials_come_from_the_relative_path),    HOME_TEST(tokens_are_sent_as_they_are_and_read_anew),
        HOME_TEST(tokens_with_line_breaks_are_not_sent),       HOME_TEST(only_hosts_near_by_are_asked_without_tls),
        HOME_TEST(relative_paths_cannot_change_the_host),      HOME_TEST(refusals_are_final_and_told),
        HOME_TEST(failures_of_the_moment_are_tried_again),     HOME_TEST(answers_that_are_no_credentials_are_errors),
        HOME_TEST(outside_of_containers_it_is_not_configured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
