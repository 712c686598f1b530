/* Profiles and the default chain: which place counts, what leads on, what ends the search. */
#include "services/home.h"

/* Nothing but the files and the environment is asked unless a test says so. */
static int start(void **state)
{
    return home_start(state) == 0 ? setenv("AWS_EC2_METADATA_DISABLED", "true", 1) : -1;
}

#define CHAIN_TEST(test) cmocka_unit_test_setup_teardown(test, start, home_stop)

static dynox_credentials_provider *chain(void)
{
    return dynox__provider_chain(NULL, NULL);
}

static dynox_credentials_provider *profile(const char *name)
{
    return dynox__provider_profile(name, NULL);
}

static void set_keys(const char *id)
{
    setenv("AWS_ACCESS_KEY_ID", id, 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
}

static const char two_profiles[] = "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = s\n"
                                   "[profile other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = s\n"
                                   "aws_session_token = t\naws_account_id = 1234\n"
                                   "[profile bare]\nregion = eu-west-1\n";

static void the_environment_comes_before_the_profile(void **state)
{
    (void)state;
    write_config(two_profiles);
    gives(chain(), "AKIDDEFAULT");
    setenv("AWS_PROFILE", "other", 1);
    gives(chain(), "AKIDOTHER");
    set_keys("AKIDENV");
    gives(chain(), "AKIDENV");
}

static void a_profile_named_in_code_comes_before_the_environment(void **state)
{
    (void)state;
    write_config(two_profiles);
    set_keys("AKIDENV");
    gives(dynox__provider_chain("other", NULL), "AKIDOTHER");
    gives(dynox__provider_chain("bare", NULL), "AKIDENV");
    fails(dynox__provider_chain("nosuch", NULL), DYNOX_E_CONFIGURATION, "there is no profile \"nosuch\"");
}

static void a_profile_without_credentials_leads_on(void **state)
{
    (void)state;
    write_config("[default]\nregion = eu-west-1\n");
    write_home("token", "tok");
    setenv("AWS_WEB_IDENTITY_TOKEN_FILE", home_path("token"), 1);
    setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/a", 1);
    answer_at("https://sts.eu-west-1.amazonaws.com/", 200, STS_ROLE("AssumeRoleWithWebIdentity", "ASIAWEB"));
    gives(chain(), "ASIAWEB");
}

/* Row 301. */
static void without_anything_the_error_names_each_place(void **state)
{
    (void)state;
    fails(chain(), DYNOX__NOT_CONFIGURED, "AWS_ACCESS_KEY_ID is not set; there is no profile \"default\"");
    fails(chain(), DYNOX__NOT_CONFIGURED, "AWS_WEB_IDENTITY_TOKEN_FILE is not set; ");
    fails(chain(), DYNOX__NOT_CONFIGURED, "AWS_EC2_METADATA_DISABLED");
    all_came(0);
}

static void half_a_pair_of_keys_ends_the_search(void **state)
{
    (void)state;
    write_config(two_profiles);
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    fails(chain(), DYNOX_E_CREDENTIALS, "AWS_SECRET_ACCESS_KEY is not");
    unsetenv("AWS_ACCESS_KEY_ID");
    write_config("[default]\naws_access_key_id = AKIDDEFAULT\n");
    fails(chain(), DYNOX_E_CONFIGURATION, "missing aws_secret_access_key");
}

static void a_missing_profile_ends_the_search_only_if_it_was_named(void **state)
{
    (void)state;
    setenv("AWS_PROFILE", "nosuch", 1);
    fails(chain(), DYNOX_E_CONFIGURATION, "there is no profile \"nosuch\"");
    unsetenv("AWS_PROFILE");
    fails(chain(), DYNOX__NOT_CONFIGURED, "");
    fails(profile("other"), DYNOX_E_CONFIGURATION, "there is no profile \"other\"");
}

static void a_bad_file_ends_the_search(void **state)
{
    (void)state;
    write_config("[default\naws_access_key_id = SECRETTEXT\n");
    fails(chain(), DYNOX_E_CONFIGURATION, "config");
}

static void the_place_that_has_delivered_is_asked_again(void **state)
{
    dynox_credentials_provider *mine = chain();
    (void)state;
    set_keys("AKIDENV");
    gives(dynox_credentials_provider_acquire(mine), "AKIDENV");
    write_config(two_profiles);
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    fails(dynox_credentials_provider_acquire(mine), DYNOX__NOT_CONFIGURED, "AWS_ACCESS_KEY_ID is not set");
    gives(chain(), "AKIDDEFAULT");
    set_keys("AKIDNEW");
    gives(mine, "AKIDNEW");
}

static void a_profile_is_read_anew(void **state)
{
    dynox_credentials_provider *mine = profile(NULL);
    (void)state;
    write_config(two_profiles);
    gives(dynox_credentials_provider_acquire(mine), "AKIDDEFAULT");
    write_config("[default]\naws_access_key_id = AKIDNEW\naws_secret_access_key = s\n");
    gives(mine, "AKIDNEW");
}

static const char imds_token[] = "http://169.254.169.254/latest/api/token";
static const char imds_role[]  = "http://169.254.169.254/latest/meta-data/iam/security-credentials/";

/* The calls of an instance that knows the role "r"; `first`: its session has to begin. */
static void answer_as_instance(bool first, const char *key)
{
    static char body[2][256];
    static int  turn;
    char       *text = body[turn++ % 2];
    snprintf(text, sizeof body[0],
             "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\",\"Token\":\"t\","
             "\"Expiration\":\"2099-01-01T00:00:00Z\"}",
             key);
    if (first)
        replay_add((replay_step){.method  = "PUT",
                                 .url     = imds_token,
                                 .status  = 200,
                                 .headers = "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n",
                                 .body    = "session"});
    replay_add((replay_step){.method = "GET", .url = imds_role, .status = 200, .body = "r"});
    replay_add((replay_step){.method = "GET", .status = 200, .body = text});
}

static void a_profile_keeps_what_it_knows_while_the_files_stay_the_same(void **state)
{
    static const char           config[] = "[default]\nregion = eu-west-1\nrole_arn = r\n"
                                           "credential_source = Ec2InstanceMetadata\n";
    dynox_credentials_provider *mine     = profile(NULL);
    (void)state;
    unsetenv("AWS_EC2_METADATA_DISABLED");
    write_config(config);
    answer_as_instance(true, "ASIAINSTANCE");
    answer(200, STS_ROLE("AssumeRole", "ASIA1"));
    answer_as_instance(false, "ASIAINSTANCE"); /* the session of the instance is known */
    answer(200, STS_ROLE("AssumeRole", "ASIA2"));
    gives(dynox_credentials_provider_acquire(mine), "ASIA1");
    gives(dynox_credentials_provider_acquire(mine), "ASIA2");
    write_config("[default]\naws_access_key_id = AKIDNEW\naws_secret_access_key = s\n");
    gives(mine, "AKIDNEW");
    all_came(7);
}

static void keys_come_with_their_token_and_account(void **state)
{
    dynox_error error = {0};
    (void)state;
    write_config(two_profiles);
    dynox_credentials *got = fetched(profile("other"), &error);
    assert_non_null(got);
    assert_string_equal(got->session_token, "t");
    assert_string_equal(got->account_id, "1234");
    assert_int_equal(got->expires_at, 0);
    dynox_credentials_free(got);
}

/* Row 7. */
static void roles_are_taken_from_the_innermost_outward(void **state)
{
    (void)state;
    write_config("[profile outer]\nrole_arn = arn:outer\nsource_profile = inner\nexternal_id = e1\nregion = eu-west-1\n"
                 "duration_seconds = 1200\n"
                 "[profile inner]\nrole_arn = arn:inner\nsource_profile = base\nrole_session_name = in\n"
                 "region = us-west-2\n"
                 "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n");
    answer_at("https://sts.eu-west-1.amazonaws.com/", 200, STS_ROLE("AssumeRole", "ASIAINNER"));
    answer_at("https://sts.eu-west-1.amazonaws.com/", 200, STS_ROLE("AssumeRole", "ASIAOUTER"));
    gives(profile("outer"), "ASIAOUTER");
    all_came(2);
    request_has(0, "Credential=AKIDBASE/");
    request_has(0, "RoleArn=arn%3Ainner&RoleSessionName=in");
    request_lacks(0, "Duration");
    request_has(1, "Credential=ASIAINNER/");
    request_has(1, "X-Amz-Security-Token: token+ASIAINNER=\r\n");
    request_has(1, "&DurationSeconds=1200&ExternalId=e1");
}

static void the_region_of_the_environment_or_of_code_comes_first(void **state)
{
    (void)state;
    write_config("[default]\nrole_arn = arn:a\ncredential_source = Environment\nregion = eu-west-1\n");
    set_keys("AKIDENV");
    answer_at("https://sts.eu-west-1.amazonaws.com/", 200, STS_ROLE("AssumeRole", "ASIA1"));
    answer_at("https://sts.us-west-2.amazonaws.com/", 200, STS_ROLE("AssumeRole", "ASIA2"));
    answer_at("https://sts.ap-south-1.amazonaws.com/", 200, STS_ROLE("AssumeRole", "ASIA3"));
    gives(profile(NULL), "ASIA1");
    setenv("AWS_REGION", "us-west-2", 1);
    gives(profile(NULL), "ASIA2");
    gives(dynox__provider_profile(NULL, "ap-south-1"), "ASIA3");
    all_came(3);
}

static void what_cannot_work_is_refused_before_anything_is_sent(void **state)
{
    static const struct {
        const char *config, *words;
    } wrong[] = {
        {"role_arn = r\nsource_profile = default\nregion = eu-west-1", "infinite loop"},
        {"role_arn = r\ncredential_source = Moon", "\"Moon\""},
        {"role_arn = r\nsource_profile = base\nmfa_serial = m", "mfa_serial"},
        {"role_arn = r\nsource_profile = base\nduration_seconds = 1h", "\"1h\""},
        {"role_arn = r\nsource_profile = base\nduration_seconds = 60", "900 to 43200"},
        {"role_arn = r\nsource_profile = base\nduration_seconds = 99999999999999999999", "900 to 43200"},
        {"role_arn = r\nsource_profile = base\nrole_session_name = a b", "session name"},
        {"role_arn = r\nsource_profile = bare", "\"bare\" has no credentials"},
        {"role_arn = r\nsource_profile = nosuch", "\"nosuch\""},
        {"web_identity_token_file = t", "role_arn"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char config[512];
        snprintf(config, sizeof config,
                 "[default]\n%s\n[profile base]\naws_access_key_id = A\naws_secret_access_key = s\n"
                 "[profile bare]\nregion = eu-west-1\n",
                 wrong[i].config);
        write_config(config);
        fails(chain(), DYNOX_E_CONFIGURATION, wrong[i].words);
    }
    all_came(0);
}

static void a_source_of_credentials_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    write_config("[default]\nregion = eu-west-1\nrole_arn = r\ncredential_source = EcsContainer\n");
    fails(chain(), DYNOX_E_CREDENTIALS, "");
    write_config("[default]\nregion = eu-west-1\nrole_arn = r\ncredential_source = ec2instancemetadata\n");
    fails(chain(), DYNOX_E_CREDENTIALS, "AWS_EC2_METADATA_DISABLED");
    write_config("[default]\nregion = eu-west-1\nrole_arn = r\ncredential_source = Environment\n");
    fails(chain(), DYNOX_E_CREDENTIALS, "AWS_ACCESS_KEY_ID is not set");
}

static void sixteen_roles_are_enough(void **state)
{
    static char config[8192];
    char       *at = config;
    (void)state;
    for (int i = 0; i < 20; i++)
        at +=
            snprintf(at, 256, "[profile p%d]\nrole_arn = r%d\nsource_profile = p%d\nregion = eu-west-1\n", i, i, i + 1);
    snprintf(at, 256, "[profile p20]\naws_access_key_id = A\naws_secret_access_key = s\n");
    write_config(config);
    answer(200, STS_ROLE("AssumeRole", "ASIA"));
    gives(profile("p4"), "ASIA");
    assert_int_equal(replayed.next, 16);
    fails(profile("p3"), DYNOX_E_CONFIGURATION, "more than 16 roles");
}

/* ---- out of memory ---- */

static void fetch_a_role(void *arg)
{
    dynox_error                 error = {0};
    dynox_credentials          *got   = NULL;
    dynox_credentials_provider *mine  = dynox__provider_chain(arg, "eu-west-1");
    if (!mine) return;
    dynox_status status = dynox__provider_fetch(mine, &got, &error);
    if (status == DYNOX_OK) assert_string_equal(got->access_key_id, "ASIAROLE");
    assert_int_equal(status == DYNOX_OK, got != NULL);
    dynox_credentials_free(got);
    dynox_credentials_provider_release(mine);
    dynox_error_clear(&error);
}

static void every_allocation_may_fail(void **state)
{
    static char name[] = "outer";
    (void)state;
    write_config("[profile outer]\nrole_arn = arn:outer\nsource_profile = base\nexternal_id = e1\nregion = eu-west-1\n"
                 "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n");
    answer(200, STS_ROLE("AssumeRole", "ASIAROLE"));
    fetch_a_role(name); /* what lives for ever is made */
    test_every_allocation_failing(fetch_a_role, name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHAIN_TEST(the_environment_comes_before_the_profile),
        CHAIN_TEST(a_profile_named_in_code_comes_before_the_environment),
        CHAIN_TEST(a_profile_without_credentials_leads_on),
        CHAIN_TEST(without_anything_the_error_names_each_place),
        CHAIN_TEST(half_a_pair_of_keys_ends_the_search),
        CHAIN_TEST(a_missing_profile_ends_the_search_only_if_it_was_named),
        CHAIN_TEST(a_bad_file_ends_the_search),
        CHAIN_TEST(the_place_that_has_delivered_is_asked_again),
        CHAIN_TEST(a_profile_is_read_anew),
        CHAIN_TEST(a_profile_keeps_what_it_knows_while_the_files_stay_the_same),
        CHAIN_TEST(keys_come_with_their_token_and_account),
        CHAIN_TEST(roles_are_taken_from_the_innermost_outward),
        CHAIN_TEST(the_region_of_the_environment_or_of_code_comes_first),
        CHAIN_TEST(what_cannot_work_is_refused_before_anything_is_sent),
        CHAIN_TEST(a_source_of_credentials_that_is_not_there_is_an_error),
        CHAIN_TEST(sixteen_roles_are_enough),
        CHAIN_TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
