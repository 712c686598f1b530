/* Services: what configuration they take, and what they say about themselves. */
#include "aws/calls.h"
#include "aws/files.h"
#include "fork.h"
#include <sys/wait.h>
#include <unistd.h>

static const fake_step success[] = {{.http = 200, .body = "{}"}};

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

/* Each call says it again. */
static void expect_refusal(const char *setting, const char *value, const char *words)
{
    dynox_error error = {0};
    rig         r;
    if (setting) setenv(setting, value, 1);
    r.service = open_service((dynox__service_config){.region = setting ? "eu-west-1" : NULL}, &error);
    if (!r.service) fail_msg("%s", error.message);
    for (int i = 0; i < 2; i++) {
        dynox_future *future  = call_text(&r);
        const char   *message = expect_failure(future, DYNOX_E_CONFIGURATION)->message;
        if (!strstr(message, words)) fail_msg("%s", message);
        dynox_future_release(future);
    }
    assert_null(dynox__service_endpoint(r.service));
    close_service(r.service);
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
    expect_refusal("AWS_ENDPOINT_URL", "localhost:8000", "http://");
}

/* Row 15. */
static void the_retry_mode_comes_from_argument_then_environment_then_profile(void **state)
{
    (void)state;
    static const struct {
        dynox_retry_mode argument;
        const char      *environment, *profile;
        bool             adaptive;
    } cases[] = {
        {DYNOX_RETRY_DEFAULT, "standard", "none", false},  {DYNOX_RETRY_DEFAULT, "LEGACY", "none", false},
        {DYNOX_RETRY_DEFAULT, "Adaptive", "none", true},   {DYNOX_RETRY_DEFAULT, "", "careful", true},
        {DYNOX_RETRY_DEFAULT, "", "none", false},          {DYNOX_RETRY_DEFAULT, "standard", "careful", false},
        {DYNOX_RETRY_STANDARD, "adaptive", "none", false}, {DYNOX_RETRY_ADAPTIVE, "standard", "none", true},
        {DYNOX_RETRY_STANDARD, "nonsense", "none", false},
    };
    write_config("[profile none]\n[profile careful]\nretry_mode = adaptive\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox_error error = {0};
        setenv("AWS_RETRY_MODE", cases[i].environment, 1);
        dynox__service *service = open_service((dynox__service_config){.region     = "eu-west-1",
                                                                       .profile    = cases[i].profile,
                                                                       .retry_mode = cases[i].argument},
                                               &error);
        if (dynox__service_prepare(service, &error) != DYNOX_OK) fail_msg("%zu: %s", i, error.message);
        if (service->is_adaptive != cases[i].adaptive) fail_msg("case %zu", i);
        close_service(service);
    }
    unsetenv("AWS_RETRY_MODE");
    dynox_error error = {0};
    assert_null(
        open_service((dynox__service_config){.region = "eu-west-1", .retry_mode = (dynox_retry_mode)7}, &error));
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
}

/* Row 15. */
static void attempts_come_from_argument_then_environment_then_profile(void **state)
{
    (void)state;
    write_config("[default]\nmax_attempts = 5\nretry_mode = standard\n[profile none]\n");
    dynox_error     error   = {0};
    dynox__service *service = open_service((dynox__service_config){.region = "eu-west-1", .profile = "none"}, &error);
    assert_int_equal(dynox__service_prepare(service, &error), DYNOX_OK);
    assert_int_equal(service->policy.max_attempts, 4);
    close_service(service);
    service = open_service((dynox__service_config){.region = "eu-west-1"}, &error);
    assert_int_equal(dynox__service_prepare(service, &error), DYNOX_OK);
    assert_int_equal(service->policy.max_attempts, 5);
    close_service(service);
    setenv("AWS_MAX_ATTEMPTS", "7", 1);
    setenv("AWS_RETRY_MODE", "Standard", 1);
    service = open_service((dynox__service_config){.region = "eu-west-1"}, &error);
    assert_int_equal(dynox__service_prepare(service, &error), DYNOX_OK);
    assert_int_equal(service->policy.max_attempts, 7);
    close_service(service);
    service = open_service((dynox__service_config){.region = "eu-west-1", .max_attempts = 2}, &error);
    assert_int_equal(dynox__service_prepare(service, &error), DYNOX_OK);
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
    assert_int_equal(dynox__service_prepare(service, NULL), DYNOX_OK);
    const dynox__place *place = dynox__service_place(service, NULL, NULL, NULL);
    char                head[1024];
    snprintf(head, sizeof head, "%.*s", (int)place->head.size, place->head.data);
    assert_non_null(strstr(head, "User-Agent: dynox/"));
    assert_non_null(strstr(head, " ua/2.1 api/dynamodb#"));
    assert_non_null(strstr(head, " exec-env/AWS_ECS--FARGATE m/E,N,P cfg/retry-mode#standard app/my-app\r"));
    close_service(service);
}

static void the_user_agent_says_that_retries_are_adaptive(void **state)
{
    (void)state;
    dynox__service *service =
        open_service((dynox__service_config){.region = "eu-west-1", .retry_mode = DYNOX_RETRY_ADAPTIVE}, NULL);
    assert_int_equal(dynox__service_prepare(service, NULL), DYNOX_OK);
    dynox__buffer head = dynox__service_place(service, NULL, NULL, NULL)->head;
    char          text[1024];
    snprintf(text, sizeof text, "%.*s", (int)head.size, head.data);
    assert_non_null(strstr(text, " m/F"));
    assert_non_null(strstr(text, " cfg/retry-mode#adaptive"));
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

/* The host of the n-th request. */
static void expect_host(const fake_transport *fake, size_t n, const char *host)
{
    char line[128];
    snprintf(line, sizeof line, "\r\nHost: %s\r\n", host);
    if (!strstr(fake->sent[n], line)) fail_msg("not %s: %.200s", host, fake->sent[n]);
}

static void each_account_has_a_place_of_its_own(void **state)
{
    (void)state;
    static const fake_step      twice[] = {{.http = 200, .body = "{}"}, {.http = 200, .body = "{}"}};
    dynox_credentials           set = {.access_key_id = "A", .secret_access_key = "s", .account_id = "111122223333"};
    dynox_credentials_provider *provider = dynox_credentials_static(&set);
    rig                         r        = RIG_WITH(twice, .credentials = provider);
    dynox_future               *first    = call_text(&r);
    expect_text(first, "{}");
    dynox__call *call = call_prepare(&r);
    dynox__call_resource(call, "arn:aws:dynamodb:eu-west-1:999999999999:table/theirs");
    dynox_future *second = dynox__call_start(call);
    expect_text(second, "{}");
    expect_host(r.fake, 0, "111122223333.ddb.eu-west-1.amazonaws.com");
    expect_host(r.fake, 1, "999999999999.ddb.eu-west-1.amazonaws.com");
    assert_string_equal(dynox__service_endpoint(r.service), "https://dynamodb.eu-west-1.amazonaws.com");
    dynox_future_release(first);
    dynox_future_release(second);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
}

static void settings_are_read_by_the_first_call_and_once(void **state)
{
    (void)state;
    dynox__service *service = open_service((dynox__service_config){.profile = "shop"}, NULL);
    assert_non_null(service);
    assert_null(dynox__service_executor(service));
    write_config("[profile shop]\nregion = eu-north-1\n");
    assert_string_equal(dynox__service_region(service), "eu-north-1");
    write_config("[profile shop]\nregion = eu-south-1\n");
    assert_string_equal(dynox__service_region(service), "eu-north-1");
    close_service(service);
}

static void a_service_that_was_closed_first_is_not_prepared(void **state)
{
    (void)state;
    dynox__service *service =
        dynox__service_new(&(dynox__service_config){.kind = &dynox__dynamodb, .region = "eu-west-1"}, NULL);
    dynox__service_close(service);
    dynox_error error = {0};
    assert_int_equal(dynox__service_prepare(service, &error), DYNOX_E_SHUTDOWN);
    dynox__service_release(service);
}

static void *ask_region(void *service)
{
    const char *region = dynox__service_region(service);
    const char *url    = dynox__service_endpoint(service);
    return region && url && strcmp(region, "eu-north-1") == 0 ? service : NULL;
}

static void many_first_calls_prepare_once(void **state)
{
    (void)state;
    pthread_t threads[8];
    write_config("[default]\nregion = eu-north-1\n");
    dynox__service *service = dynox__service_new(&(dynox__service_config){.kind = &dynox__dynamodb}, NULL);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_region, service), 0);
    for (size_t i = 0; i < 8; i++) {
        void *good;
        pthread_join(threads[i], &good);
        assert_ptr_equal(good, service);
    }
    close_service(service);
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
    pid_t child = fork_among_sleepers();
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

#define AT_HOME(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {AT_HOME(bad_configuration_is_refused_with_advice),
                                       AT_HOME(the_retry_mode_comes_from_argument_then_environment_then_profile),
                                       AT_HOME(attempts_come_from_argument_then_environment_then_profile),
                                       AT_HOME(a_service_knows_its_region_and_endpoint),
                                       AT_HOME(the_user_agent_says_who_calls),
                                       AT_HOME(the_user_agent_says_that_retries_are_adaptive),
                                       AT_HOME(a_path_prefix_is_sent_and_signed),
                                       AT_HOME(each_account_has_a_place_of_its_own),
                                       AT_HOME(settings_are_read_by_the_first_call_and_once),
                                       AT_HOME(a_service_that_was_closed_first_is_not_prepared),
                                       AT_HOME(many_first_calls_prepare_once),
                                       AT_HOME(a_failed_service_takes_its_transport_with_it),
                                       AT_HOME(in_a_forked_child_calls_fail_and_nothing_hangs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
