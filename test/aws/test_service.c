/* Services: what configuration they take, and what they say about themselves. */
#include "calls.h"
#include <sys/wait.h>
#include <unistd.h>

static const fake_step success[] = {{.http = 200, .body = "{}"}};

static const char *const settings[] = {"AWS_MAX_ATTEMPTS",   "AWS_RETRY_MODE",    "AWS_REGION",
                                       "AWS_DEFAULT_REGION", "AWS_SDK_UA_APP_ID", "AWS_EXECUTION_ENV",
                                       "AWS_ENDPOINT_URL",   "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"};

static int clean_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        unsetenv(settings[i]);
    return 0;
}

static dynox__service *open_service(dynox__service_config config, dynox_error *error)
{
    config.kind      = &dynox__dynamodb;
    config.transport = &fake_new(success, 1)->transport;
    return dynox__service_new(&config, error);
}

static void close_service(dynox__service *service)
{
    dynox__service_close(service);
    dynox__service_release(service);
}

static void expect_refusal(const char *setting, const char *value, const char *words)
{
    dynox_error error = {0};
    if (setting) setenv(setting, value, 1);
    dynox__service *service = open_service((dynox__service_config){.region = setting ? "eu-west-1" : NULL}, &error);
    if (service) fail_msg("%s=%s was accepted", setting, value);
    assert_int_equal(error.status, DYNOX_E_CONFIGURATION);
    if (!strstr(error.message, words)) fail_msg("%s", error.message);
    if (setting) unsetenv(setting);
}

static void bad_configuration_is_refused_with_advice(void **state)
{
    (void)state;
    expect_refusal(NULL, NULL, "set AWS_REGION");
    expect_refusal("AWS_MAX_ATTEMPTS", "0", "AWS_MAX_ATTEMPTS");
    expect_refusal("AWS_MAX_ATTEMPTS", "-1", "AWS_MAX_ATTEMPTS");
    expect_refusal("AWS_MAX_ATTEMPTS", "3x", "AWS_MAX_ATTEMPTS");
    expect_refusal("AWS_MAX_ATTEMPTS", "99999999999999999999", "AWS_MAX_ATTEMPTS");
    expect_refusal("AWS_RETRY_MODE", "sometimes", "\"standard\"");
    expect_refusal("AWS_RETRY_MODE", "adaptive", "\"standard\"");
    expect_refusal("AWS_ENDPOINT_URL", "localhost:8000", "http://");
}

static void attempts_come_from_argument_then_environment_then_the_service(void **state)
{
    (void)state;
    dynox_error     error   = {0};
    dynox__service *service = open_service((dynox__service_config){.region = "eu-west-1"}, &error);
    assert_int_equal(service->policy.max_attempts, 4);
    close_service(service);
    setenv("AWS_MAX_ATTEMPTS", "7", 1);
    setenv("AWS_RETRY_MODE", "Standard", 1);
    service = open_service((dynox__service_config){.region = "eu-west-1"}, &error);
    assert_int_equal(service->policy.max_attempts, 7);
    close_service(service);
    service = open_service((dynox__service_config){.region = "eu-west-1", .max_attempts = 2}, &error);
    assert_int_equal(service->policy.max_attempts, 2);
    close_service(service);
}

static void a_service_knows_its_region_and_endpoint(void **state)
{
    (void)state;
    dynox__service *service =
        open_service((dynox__service_config){.region = "cn-north-1", .endpoint = "http://localhost:8000/"}, NULL);
    assert_string_equal(dynox__service_region(service), "cn-north-1");
    assert_string_equal(dynox__service_endpoint(service), "http://localhost:8000");
    assert_false(dynox__service_closed(service));
    assert_non_null(dynox__service_executor(service));
    close_service(service);
    service = open_service((dynox__service_config){.region = "cn-north-1"}, NULL);
    assert_string_equal(dynox__service_endpoint(service), "https://dynamodb.cn-north-1.amazonaws.com.cn");
    close_service(service);
}

static void the_user_agent_says_who_calls(void **state)
{
    (void)state;
    setenv("AWS_EXECUTION_ENV", "AWS_ECS\r\nFARGATE", 1);
    dynox__service *service =
        open_service((dynox__service_config){.region = "eu-west-1", .endpoint = "http://x", .app_id = "my app"}, NULL);
    dynox__buffer_byte(&service->head, 0);
    assert_non_null(strstr(service->head.data, "User-Agent: dynox/"));
    assert_non_null(strstr(service->head.data, " ua/2.1 api/dynamodb#"));
    assert_non_null(
        strstr(service->head.data, " exec-env/AWS_ECS--FARGATE m/E,N,g cfg/retry-mode#standard app/my-app\r"));
    close_service(service);
}

static void a_path_prefix_is_sent_and_signed(void **state)
{
    (void)state;
    const dynox_credentials     set      = {.access_key_id = "A", .secret_access_key = "s"};
    dynox_credentials_provider *provider = dynox_credentials_static(&set);
    fake_transport             *fake     = fake_new(success, 1);
    rig                         r        = {.fake = fake};
    r.service                            = dynox__service_new(&(dynox__service_config){.kind        = &dynox__dynamodb,
                                                                                       .region      = "eu-west-1",
                                                                                       .endpoint    = "http://[::1]:8000/db",
                                                                                       .credentials = provider,
                                                                                       .transport   = &fake->transport},
                                                              NULL);
    dynox_future *future                 = call_text(&r);
    expect_text(future, "{}");
    assert_memory_equal(fake->sent[0], "POST /db/ HTTP/1.1\r\nHost: [::1]:8000\r\n", 38);
    dynox_future_release(future);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
}

static void a_failed_service_takes_its_transport_with_it(void **state)
{
    (void)state;
    _Atomic size_t  destroyed = 0;
    fake_transport *fake      = fake_new(success, 1);
    fake->destroyed           = &destroyed;
    assert_null(dynox__service_new(
        &(dynox__service_config){.kind = &dynox__dynamodb, .region = "no region", .transport = &fake->transport},
        NULL));
    assert_int_equal(destroyed, 1);
}

static void in_a_forked_child_calls_fail_and_nothing_hangs(void **state)
{
    (void)state;
    static const fake_step held[] = {{.hold = true}};
    rig                    r      = RIG(held);
    dynox_future          *before = call_text(&r);
    fake_wait(r.fake, 1);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        dynox_future *future = call_text(&r);
        bool          good   = dynox_future_done(future) && dynox_future_error(future) == DYNOX_E_FORKED;
        dynox_future_release(future);
        dynox_future_cancel(before);
        dynox__service_close(r.service);
        _exit(good ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_false(dynox_future_done(before));
    dynox_future_drop(&before);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(bad_configuration_is_refused_with_advice, clean_environment),
        cmocka_unit_test_setup(attempts_come_from_argument_then_environment_then_the_service, clean_environment),
        cmocka_unit_test_setup(a_service_knows_its_region_and_endpoint, clean_environment),
        cmocka_unit_test_setup(the_user_agent_says_who_calls, clean_environment),
        cmocka_unit_test_setup(a_path_prefix_is_sent_and_signed, clean_environment),
        cmocka_unit_test_setup(a_failed_service_takes_its_transport_with_it, clean_environment),
        cmocka_unit_test_setup(in_a_forked_child_calls_fail_and_nothing_hangs, clean_environment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
