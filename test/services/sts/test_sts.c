/* Calls of STS against a scripted server: what is sent, what is made of the answers, what is repeated. */
#include "services/home.h"
#include "services/sts/sts.h"

static const dynox_credentials keys       = {.access_key_id = "AKIDSOURCE", .secret_access_key = "secret"};
static const dynox_credentials with_token = {
    .access_key_id = "ASIASOURCE", .secret_access_key = "secret", .session_token = "source/token=="};

static dynox_status call_with(const dynox__sts_role *role, const dynox_credentials *signer, const char *region,
                              dynox_credentials **got, dynox_error *error)
{
    dynox__sts   sts    = {0};
    dynox_status status = dynox__sts_open(&sts, &(dynox__source_context){.region = region}, error);
    *got                = NULL;
    if (status == DYNOX_OK) status = dynox__sts_assume(&sts, role, signer, got, error);
    dynox__sts_close(&sts);
    return status;
}

static const dynox__sts_role plain = {.role_arn = "arn:aws:iam::1:role/a", .session_name = "me"};

/* The plain role, with this failure. */
static void refused(dynox_status status, const char *words)
{
    dynox_error        error = {0};
    dynox_credentials *got;
    if (call_with(&plain, &keys, "eu-west-1", &got, &error) == DYNOX_OK) fail_msg("it succeeds");
    if (error.status != status || !strstr(error.message, words))
        fail_msg("%s: %s", dynox_status_name(error.status), error.message);
}

static void succeeds(void)
{
    dynox_error        error = {0};
    dynox_credentials *got;
    if (call_with(&plain, &keys, "eu-west-1", &got, &error) != DYNOX_OK) fail_msg("%s", error.message);
    dynox_credentials_free(got);
}

/* Row 6. */
static void a_role_is_taken_with_a_signed_request(void **state)
{
    const dynox__sts_role role  = {.role_arn     = "arn:aws:iam::123456789012:role/reader",
                                   .session_name = "me",
                                   .external_id  = "x&y",
                                   .duration_s   = 900};
    dynox_error           error = {0};
    dynox_credentials    *got;
    (void)state;
    answer_at("https://sts.eu-west-1.amazonaws.com/", 200, STS_ROLE("AssumeRole", "ASIAROLE"));
    assert_int_equal(call_with(&role, &with_token, "eu-west-1", &got, &error), DYNOX_OK);
    assert_string_equal(got->access_key_id, "ASIAROLE");
    assert_string_equal(got->secret_access_key, "secret/ASIAROLE");
    assert_string_equal(got->session_token, "token+ASIAROLE=");
    assert_string_equal(got->account_id, "123456789012");
    assert_int_equal(got->expires_at, 4070908800);
    dynox_credentials_free(got);
    all_came(1);
    assert_string_equal(replay_body(0), "Action=AssumeRole&Version=2011-06-15"
                                        "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Freader"
                                        "&RoleSessionName=me&DurationSeconds=900&ExternalId=x%26y");
    request_has(0, "Authorization: AWS4-HMAC-SHA256 Credential=ASIASOURCE/");
    request_has(0, "/eu-west-1/sts/aws4_request, "
                   "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=");
    request_has(0, "X-Amz-Security-Token: source/token==\r\n");
    request_has(0, "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n");
    request_has(0, "User-Agent: dynox/");
}

static void a_web_identity_is_not_signed(void **state)
{
    dynox__sts_role    role  = plain;
    dynox_error        error = {0};
    dynox_credentials *got;
    (void)state;
    role.web_identity_token = "ey.J+\n";
    answer(200, STS_ROLE("AssumeRoleWithWebIdentity", "ASIAWEB"));
    assert_int_equal(call_with(&role, NULL, "eu-west-1", &got, &error), DYNOX_OK);
    assert_string_equal(got->access_key_id, "ASIAWEB");
    dynox_credentials_free(got);
    request_lacks(0, "Authorization");
    request_lacks(0, "X-Amz-");
    assert_string_equal(replay_body(0), "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
                                        "&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa&RoleSessionName=me"
                                        "&WebIdentityToken=ey.J%2B%0A");
}

static void the_caller_is_named(void **state)
{
    dynox__sts        sts    = {0};
    dynox__sts_caller caller = {0};
    dynox_error       error  = {0};
    (void)state;
    answer(200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/x</Arn>"
                "<UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
                "</GetCallerIdentityResponse>");
    assert_int_equal(dynox__sts_open(&sts, &(dynox__source_context){.region = "eu-west-1"}, &error), DYNOX_OK);
    assert_int_equal(dynox__sts_caller_identity(&sts, &keys, &caller, &error), DYNOX_OK);
    dynox__sts_close(&sts);
    assert_string_equal(caller.account, "123456789012");
    assert_string_equal(caller.arn, "arn:aws:iam::1:user/x");
    assert_string_equal(caller.user_id, "AIDA");
    assert_string_equal(replay_body(0), "Action=GetCallerIdentity&Version=2011-06-15");
}

static void an_error_has_the_code_and_the_words_of_the_service(void **state)
{
    dynox_error        error = {0};
    dynox_credentials *got;
    (void)state;
    answer(403, STS_ERROR("AccessDenied", "User: a &amp; b is not\nauthorized"));
    assert_int_equal(call_with(&plain, &keys, "eu-west-1", &got, &error), DYNOX_E_ACCESS_DENIED);
    assert_string_equal(error.message,
                        "AssumeRole of arn:aws:iam::1:role/a: AccessDenied: User: a & b is not authorized");
    assert_string_equal(error.code, "AccessDenied");
    assert_string_equal(error.request_id, "R-2");
    assert_int_equal(error.http_status, 403);
    assert_int_equal(error.attempts, 1);
    assert_false(error.retryable);
    all_came(1);
}

static void other_shapes_of_errors_are_understood_or_at_least_survived(void **state)
{
    (void)state;
    answer(400, "<Response><Errors><Error><Code>Odd</Code><Message>words</Message></Error></Errors>"
                "<RequestID>R-3</RequestID></Response>");
    refused(DYNOX_E_SERVICE, "Odd: words");
    answer(404, "<html><body>not here</body>");
    refused(DYNOX_E_SERVICE, "HTTP status 404 without an explanation");
    answer(403, "");
    refused(DYNOX_E_ACCESS_DENIED, "HTTP status 403 without an explanation");
}

/* A C1 control, a mark of direction, an escape: in the code, the words and the id. */
static void what_the_service_says_steers_no_terminal(void **state)
{
    dynox_error        error = {0};
    dynox_credentials *got;
    (void)state;
    answer(403, "<R><Error><Code>A\xC2\x9B\xE2\x80\xAE</Code><Message>no\xD8\x9C\xE2\x81\xA6 way</Message></Error>"
                "<RequestId>R\xC2\x85</RequestId></R>");
    assert_int_equal(call_with(&plain, &keys, "eu-west-1", &got, &error), DYNOX_E_ACCESS_DENIED);
    assert_string_equal(error.message, "AssumeRole of arn:aws:iam::1:role/a: A??: no?? way");
    assert_string_equal(error.code, "A?????");
    assert_string_equal(error.request_id, "R??");
    all_came(1);
}

static void passing_failures_are_tried_again(void **state)
{
    (void)state;
    answer(400, STS_ERROR("IDPCommunicationError", "no answer"));
    answer(503, "busy");
    answer(200, STS_ROLE("AssumeRole", "ASIAROLE"));
    succeeds();
    all_came(3);
}

static void throttling_is_tried_again_three_times_in_all(void **state)
{
    (void)state;
    answer(400, STS_ERROR("Throttling", "Rate exceeded"));
    refused(DYNOX_E_THROTTLED, "Throttling: Rate exceeded");
    all_came(3);
}

static void final_failures_are_not_tried_again(void **state)
{
    static const char *const codes[] = {
        STS_ERROR("MalformedPolicyDocument", "x"), STS_ERROR("RegionDisabledException", "x"),
        STS_ERROR("ExpiredTokenException", "x"), STS_ERROR("InvalidIdentityToken", "x")};
    dynox_error        error = {0};
    dynox_credentials *got;
    (void)state;
    for (int i = 0; i < 4; i++) {
        answer(400, codes[i]);
        assert_int_not_equal(call_with(&plain, &keys, "eu-west-1", &got, &error), DYNOX_OK);
        all_came(i + 1);
    }
}

static void a_wrong_clock_is_corrected(void **state)
{
    (void)state;
    replay_add((replay_step){.status  = 403,
                             .headers = "Date: Thu, 01 Jan 2037 00:00:01 GMT\r\n",
                             .body    = STS_ERROR("RequestTimeTooSkewed", "the clock")});
    replay_add((replay_step){.status  = 200,
                             .headers = "Date: Thu, 01 Jan 2037 00:00:01 GMT\r\n",
                             .body    = STS_ROLE("AssumeRole", "ASIAROLE")});
    succeeds();
    all_came(2);
    request_lacks(0, "X-Amz-Date: 20370101T0000");
    request_has(1, "X-Amz-Date: 20370101T0000");
}

static void a_server_that_is_not_there_is_named(void **state)
{
    (void)state;
    shutdown(replayed.server->listener, SHUT_RDWR);
    refused(DYNOX_E_CONNECT, "AssumeRole of arn:aws:iam::1:role/a: ");
}

static void unusable_answers_are_refused(void **state)
{
    (void)state;
    answer(200, "{}");
    refused(DYNOX_E_DECODE, "not well-formed XML");
    answer(200, "");
    refused(DYNOX_E_DECODE, "not well-formed XML");
    answer(200, "<A><B><Credentials><AccessKeyId>x</AccessKeyId></Credentials></B></A>");
    refused(DYNOX_E_DECODE, "there are no credentials in it");
    answer(200, "<A><B><Credentials><AccessKeyId>x</AccessKeyId><SecretAccessKey>hidden</SecretAccessKey>"
                "<SessionToken>z</SessionToken><Expiration>soon</Expiration></Credentials></B></A>");
    refused(DYNOX_E_DECODE, "when the credentials expire");
}

static void accounts_come_from_the_arn(void **state)
{
    static const struct {
        const char *arn, *account;
    } arns[] = {
        {"arn:aws:sts::12:assumed-role/a/b", "12"}, {"arn:aws:sts:::x", NULL}, {"arn:aws:sts::12", NULL}, {"", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof arns / sizeof arns[0]; i++) {
        char               body[512];
        dynox_error        error = {0};
        dynox_credentials *got   = NULL;
        snprintf(body, sizeof body,
                 "<r><r><AssumedRoleUser><Arn>%s</Arn></AssumedRoleUser><Credentials><AccessKeyId>x</AccessKeyId>"
                 "<SecretAccessKey>y</SecretAccessKey><SessionToken>z</SessionToken>"
                 "<Expiration>2026-01-01T00:00:00Z</Expiration></Credentials></r></r>",
                 arns[i].arn);
        assert_int_equal(dynox__sts_read_role(body, strlen(body), &got, &error), DYNOX_OK);
        if (arns[i].account)
            assert_string_equal(got->account_id, arns[i].account);
        else
            assert_null(got->account_id);
        dynox_credentials_free(got);
    }
}

/* Row 7. */
static void the_endpoint_follows_the_settings(void **state)
{
    static const struct {
        const char *variable, *value, *region, *url;
    } places[] = {
        {"AWS_ENDPOINT_URL", "http://all:1", "eu-west-1", "http://all:1/"},
        {"AWS_ENDPOINT_URL_STS", "http://one:1/below", "eu-west-1", "http://one:1/below/"},
        {"AWS_STS_REGIONAL_ENDPOINTS", "legacy", "eu-west-1", "https://sts.amazonaws.com/"},
        {"AWS_USE_FIPS_ENDPOINT", "true", "us-east-1", "https://sts-fips.us-east-1.amazonaws.com/"},
        {"AWS_USE_DUALSTACK_ENDPOINT", "true", "us-east-1", "https://sts.us-east-1.api.aws/"},
        {"AWS_REGION", "cn-north-1", NULL, "https://sts.cn-north-1.amazonaws.com.cn/"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        dynox_error        error = {0};
        dynox_credentials *got;
        setenv(places[i].variable, places[i].value, 1);
        answer_at(places[i].url, 200, STS_ROLE("AssumeRole", "ASIAROLE"));
        if (call_with(&plain, &keys, places[i].region, &got, &error) != DYNOX_OK) fail_msg("%s", error.message);
        dynox_credentials_free(got);
        unsetenv(places[i].variable);
    }
    all_came(6);
    request_has(2, "/us-east-1/sts/aws4_request");
}

/* The file is looked for before anything is sent; so it is told which one is taken. */
static void authorities_come_from_the_environment_or_the_profile(void **state)
{
    dynox_error           error   = {0};
    dynox_credentials    *got     = NULL;
    dynox__sts            sts     = {0};
    dynox__source_context context = {.region = "eu-west-1"};
    (void)state;
    write_config("[default]\nca_bundle = ~/of-the-profile.pem\n");
    assert_int_equal(dynox__profiles_load(&context.profiles, &error), DYNOX_OK);
    context.profile = dynox__profiles_find(context.profiles, "default");
    setenv("AWS_ENDPOINT_URL_STS", "https://127.0.0.1:1", 1);
    dynox__fetch_reroute(NULL);
    for (int environment = 0; environment < 2; environment++) {
        if (environment) setenv("AWS_CA_BUNDLE", "~/of-the-environment.pem", 1);
        assert_int_equal(dynox__sts_open(&sts, &context, &error), DYNOX_OK);
        assert_int_equal(dynox__sts_assume(&sts, &plain, &keys, &got, &error), DYNOX_E_CONFIGURATION);
        assert_non_null(strstr(error.message, environment ? "/of-the-environment.pem" : "/of-the-profile.pem"));
        assert_null(strchr(error.message, '~'));
        dynox__sts_close(&sts);
    }
    dynox__profiles_release(context.profiles);
}

static void without_a_region_nothing_is_sent(void **state)
{
    dynox_error        error = {0};
    dynox_credentials *got;
    (void)state;
    assert_int_equal(call_with(&plain, &keys, NULL, &got, &error), DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(error.message, "region"));
    assert_non_null(strstr(error.message, "the profile \"default\""));
    setenv("AWS_PROFILE", "absent", 1);
    assert_int_equal(call_with(&plain, &keys, NULL, &got, &error), DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(error.message, "the profile \"absent\", which does not exist"));
    all_came(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOME_TEST(a_role_is_taken_with_a_signed_request),
        HOME_TEST(a_web_identity_is_not_signed),
        HOME_TEST(the_caller_is_named),
        HOME_TEST(an_error_has_the_code_and_the_words_of_the_service),
        HOME_TEST(other_shapes_of_errors_are_understood_or_at_least_survived),
        HOME_TEST(what_the_service_says_steers_no_terminal),
        HOME_TEST(passing_failures_are_tried_again),
        HOME_TEST(throttling_is_tried_again_three_times_in_all),
        HOME_TEST(final_failures_are_not_tried_again),
        HOME_TEST(a_server_that_is_not_there_is_named),
        HOME_TEST(unusable_answers_are_refused),
        HOME_TEST(accounts_come_from_the_arn),
        HOME_TEST(the_endpoint_follows_the_settings),
        HOME_TEST(authorities_come_from_the_environment_or_the_profile),
        HOME_TEST(without_a_region_nothing_is_sent),
        HOME_TEST(a_wrong_clock_is_corrected), /* last: what it has learnt stays */
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
