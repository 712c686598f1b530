/* Instance metadata: tokens, roles, what is final and what is not, and old credentials for as long as there are no new
 * ones. */
#include "base/clock.h"
#include "services/home.h"

static const char good[]    = "{\"Code\":\"Success\",\"AccessKeyId\":\"KEY\",\"SecretAccessKey\":\"SECRET\","
                              "\"Token\":\"TOKEN\",\"Expiration\":\"2099-01-01T00:00:00Z\"}";
static const char expired[] = "{\"Code\":\"Success\",\"AccessKeyId\":\"OLD\",\"SecretAccessKey\":\"SECRET\","
                              "\"Token\":\"TOKEN\",\"Expiration\":\"2020-01-01T00:00:00Z\"}";

#define ROLES "http://169.254.169.254/latest/meta-data/iam/security-credentials/"

static int64_t later_s; /* how far the clocks of the test are ahead */

static int64_t clock_ahead(int which)
{
    struct timespec now;
    clock_gettime(which ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
    return (now.tv_sec + later_s) * DYNOX__SECOND + now.tv_nsec;
}

static dynox_credentials_provider *imds(void)
{
    return dynox__provider_imds(&(dynox__source_context){0}, NULL);
}

static void token(const char *text)
{
    replay_add((replay_step){.method  = "PUT",
                             .url     = "http://169.254.169.254/latest/api/token",
                             .status  = 200,
                             .headers = "X-aws-ec2-metadata-token-ttl-seconds: 600\r\n",
                             .body    = text});
}

static void get(const char *url, int status, const char *body)
{
    replay_add((replay_step){.method = "GET", .url = url, .status = status, .body = body});
}

/* Row 8. */
static void a_token_a_role_and_its_credentials(void **state)
{
    (void)state;
    dynox_error error = {0};
    token("T1");
    get(ROLES, 200, "my-role\nother");
    get(ROLES "my-role", 200, good);
    dynox_credentials *got = fetched(imds(), &error);
    assert_non_null(got);
    assert_string_equal(got->session_token, "TOKEN");
    assert_null(got->account_id);
    assert_int_equal(got->expires_at, 4070908800);
    dynox_credentials_free(got);
    all_came(3);
    request_has(0, "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n");
    request_has(1, "x-aws-ec2-metadata-token: T1\r\n");
    request_has(2, "x-aws-ec2-metadata-token: T1\r\n");
}

static void a_token_serves_until_shortly_before_its_end(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = imds();
    later_s                              = 0;
    dynox__clock_fake(clock_ahead);
    token("T1");
    for (int i = 0; i < 2; i++) {
        get(ROLES, 200, "r");
        get(ROLES "r", 200, good);
    }
    token("T2");
    get(ROLES, 200, "r");
    get(ROLES "r", 200, good);
    gives(dynox_credentials_provider_acquire(provider), "KEY");
    later_s = 400;
    gives(dynox_credentials_provider_acquire(provider), "KEY");
    later_s = 481; /* 600 less 120, from the header of the answer */
    gives(provider, "KEY");
    dynox__clock_fake(NULL);
    all_came(8);
    request_has(3, "token: T1");
    request_has(6, "token: T2");
}

static void a_refused_token_is_replaced_once(void **state)
{
    (void)state;
    token("T1");
    get(ROLES, 401, "");
    token("T2");
    get(ROLES, 200, "r");
    get(ROLES "r", 200, good);
    gives(imds(), "KEY");
    all_came(5);
    request_has(3, "token: T2");
}

static void tokens_that_stay_refused_are_an_error(void **state)
{
    (void)state;
    token("T1");
    get(ROLES, 401, "");
    token("T2");
    get(ROLES, 401, "");
    fails(imds(), DYNOX_E_CREDENTIALS, "401");
    all_came(4);
}

static void without_a_token_nothing_is_asked(void **state)
{
    static const int statuses[] = {400, 403, 404, 405};
    (void)state;
    for (int i = 0; i < 4; i++) {
        replay_add((replay_step){.method = "PUT", .status = statuses[i]});
        fails(imds(), DYNOX_E_CREDENTIALS, statuses[i] == 403 ? "IMDS is disabled" : "token");
    }
    all_came(4);
}

static void tokens_with_line_breaks_are_not_used(void **state)
{
    (void)state;
    token("T1\r\nInjected: yes");
    fails(imds(), DYNOX_E_CREDENTIALS, "a token that cannot be one");
    all_came(1);
}

static void an_instance_without_a_role_is_not_configured(void **state)
{
    (void)state;
    token("T1");
    get(ROLES, 404, "");
    fails(imds(), DYNOX__NOT_CONFIGURED, "no role");
    all_came(2);
}

static void names_of_roles_stay_names(void **state)
{
    static const char *const names[] = {"../../user-data", "a b", "r?x=y"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        token("T1");
        get(ROLES, 200, names[i]);
        fails(imds(), DYNOX_E_CREDENTIALS, "role's name");
    }
    all_came(6);
}

static void refusals_in_an_answer_are_told(void **state)
{
    (void)state;
    token("T1");
    get(ROLES, 200, "r");
    get(ROLES "r", 200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"EC2 cannot assume the role r.\"}");
    fails(imds(), DYNOX_E_CREDENTIALS, "AssumeRoleUnauthorizedAccess: EC2 cannot assume the role r.");
    all_came(3);
}

static void failures_of_the_moment_are_tried_again(void **state)
{
    (void)state;
    replay_add((replay_step){.method = "PUT", .status = 503});
    token("T1");
    get(ROLES, 500, "");
    get(ROLES, 200, "r");
    get(ROLES "r", 429, "");
    get(ROLES "r", 200, good);
    gives(imds(), "KEY");
    all_came(6);
}

static void expired_credentials_are_used_and_asked_for_again_later(void **state)
{
    (void)state;
    dynox_error error = {0};
    int64_t     now   = time(NULL);
    token("T1");
    get(ROLES, 200, "r");
    get(ROLES "r", 200, expired);
    dynox_credentials *got = fetched(imds(), &error);
    assert_non_null(got);
    assert_string_equal(got->access_key_id, "OLD");
    assert_in_range(got->expires_at, now + 600, now + 960);
    dynox_credentials_free(got);
}

static void old_credentials_serve_while_the_service_fails(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = imds();
    token("T1");
    get(ROLES, 200, "r");
    get(ROLES "r", 200, expired);
    get(ROLES, 400, "");
    token("T2");
    get(ROLES, 200, "r");
    get(ROLES "r", 200, good);
    gives(dynox_credentials_provider_acquire(provider), "OLD");
    gives(dynox_credentials_provider_acquire(provider), "OLD");
    later_s = 500;
    dynox__clock_fake(clock_ahead);
    gives(provider, "KEY");
    dynox__clock_fake(NULL);
    all_came(7);
}

static void the_switch_turns_it_off(void **state)
{
    (void)state;
    setenv("AWS_EC2_METADATA_DISABLED", "TRUE", 1);
    fails(imds(), DYNOX__NOT_CONFIGURED, "AWS_EC2_METADATA_DISABLED is true");
    setenv("AWS_EC2_METADATA_DISABLED", "yes", 1);
    fails(imds(), DYNOX_E_CONFIGURATION, "neither true nor false");
    all_came(0);
}

static void where_nobody_listens_it_is_not_configured(void **state)
{
    (void)state;
    unsigned port;
    char     url[64];
    int      listener = server_listen(&port);
    close(listener);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", port);
    setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url, 1);
    dynox__fetch_reroute(NULL);
    fails(imds(), DYNOX__NOT_CONFIGURED, "not on EC2");
    all_came(0);
}

/* A listener that accepts and says nothing, as the service does for a container too far away. */
static void a_missing_answer_points_at_the_hop_limit(void **state)
{
    (void)state;
    unsigned port;
    char     url[64];
    int      listener = server_listen(&port);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", port);
    setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url, 1);
    dynox__fetch_reroute(NULL);
    fails(imds(), DYNOX_E_CREDENTIALS, "hop limit");
    close(listener);
}

static void the_endpoint_may_be_in_the_profile(void **state)
{
    (void)state;
    write_config("[default]\nec2_metadata_service_endpoint = http://10.0.0.1:99/\n");
    replay_add((replay_step){.method = "PUT", .url = "http://10.0.0.1:99/latest/api/token", .status = 403});
    fails(imds(), DYNOX_E_CREDENTIALS, "forbidden");
    all_came(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOME_TEST(a_token_a_role_and_its_credentials),
        HOME_TEST(a_token_serves_until_shortly_before_its_end),
        HOME_TEST(a_refused_token_is_replaced_once),
        HOME_TEST(tokens_that_stay_refused_are_an_error),
        HOME_TEST(without_a_token_nothing_is_asked),
        HOME_TEST(tokens_with_line_breaks_are_not_used),
        HOME_TEST(an_instance_without_a_role_is_not_configured),
        HOME_TEST(names_of_roles_stay_names),
        HOME_TEST(refusals_in_an_answer_are_told),
        HOME_TEST(failures_of_the_moment_are_tried_again),
        HOME_TEST(expired_credentials_are_used_and_asked_for_again_later),
        HOME_TEST(old_credentials_serve_while_the_service_fails),
        HOME_TEST(the_switch_turns_it_off),
        HOME_TEST(where_nobody_listens_it_is_not_configured),
        HOME_TEST(a_missing_answer_points_at_the_hop_limit),
        HOME_TEST(the_endpoint_may_be_in_the_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
