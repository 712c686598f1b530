/* Letters of the user agent that say where credentials came from (AWS SDKs, user agent 2.1, "m/"). */
#include "services/home.h"

static int start(void **state)
{
    return home_start(state) == 0 ? setenv("AWS_EC2_METADATA_DISABLED", "true", 1) : -1;
}

static void has_letters(dynox_credentials_provider *provider, const char *letters)
{
    dynox_error        error = {0};
    dynox_credentials *set   = NULL;
    assert_non_null(provider);
    if (dynox__provider_fetch(provider, &set, &error) != DYNOX_OK) fail_msg("%s", error.message);
    assert_string_equal(dynox__credentials_features(set), letters);
    dynox_credentials *copy = dynox_credentials_copy(set);
    assert_string_equal(dynox__credentials_features(copy), ""); /* where the program has it from, it must know */
    dynox_credentials_free(copy);
    dynox_credentials_free(set);
    dynox_credentials_provider_release(provider);
}

static dynox_credentials_provider *chain(void)
{
    return dynox__provider_chain(NULL, NULL);
}

static void keys_are_told_by_where_they_are(void **state)
{
    (void)state;
    has_letters(dynox_credentials_static(&(dynox_credentials){.access_key_id = "A", .secret_access_key = "s"}), "e");
    write_config("[default]\naws_access_key_id = A\naws_secret_access_key = s\n");
    has_letters(chain(), "n");
    setenv("AWS_ACCESS_KEY_ID", "A", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "s", 1);
    has_letters(chain(), "g");
}

static void roles_of_profiles_tell_the_whole_way(void **state)
{
    (void)state;
    write_config("[default]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = keys\n"
                 "[profile keys]\naws_access_key_id = A\naws_secret_access_key = s\n"
                 "[profile env]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/b\n"
                 "credential_source = Environment\n");
    answer(200, STS_ROLE("AssumeRole", "ASIAROLE"));
    has_letters(chain(), "o,n,i");
    setenv("AWS_ACCESS_KEY_ID", "A", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "s", 1);
    answer(200, STS_ROLE("AssumeRole", "ASIAROLE"));
    has_letters(dynox__provider_profile("env", NULL), "p,g,i");
}

static void web_identities_are_told_apart(void **state)
{
    char config[512];
    (void)state;
    write_home("token", "t");
    setenv("AWS_REGION", "eu-west-1", 1);
    setenv("AWS_WEB_IDENTITY_TOKEN_FILE", home_path("token"), 1);
    setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/a", 1);
    answer(200, STS_ROLE("AssumeRoleWithWebIdentity", "ASIAWEB"));
    has_letters(chain(), "h,k");
    snprintf(config, sizeof config, "[default]\nrole_arn = arn:aws:iam::1:role/a\nweb_identity_token_file = %s\n",
             home_path("token"));
    write_config(config);
    answer(200, STS_ROLE("AssumeRoleWithWebIdentity", "ASIAWEB"));
    has_letters(chain(), "q,k");
}

static void processes_are_told(void **state)
{
    (void)state;
    write_config("[default]\ncredential_process = echo "
                 "'{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\"}'\n");
    has_letters(chain(), "v,w");
}

static void letters_have_a_limit(void **state)
{
    (void)state;
    dynox_credentials *set = dynox_credentials_copy(&(dynox_credentials){.access_key_id = "A"});
    for (int i = 0; i < 40; i++)
        dynox__credentials_feature(set, "AC", i % 2);
    assert_true(strlen(dynox__credentials_features(set)) < DYNOX__FEATURES);
    dynox__credentials_feature(set, NULL, true);
    dynox_credentials_free(set);
}

#define FEATURE_TEST(test) cmocka_unit_test_setup_teardown(test, start, home_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FEATURE_TEST(keys_are_told_by_where_they_are),
        FEATURE_TEST(roles_of_profiles_tell_the_whole_way),
        FEATURE_TEST(web_identities_are_told_apart),
        FEATURE_TEST(processes_are_told),
        FEATURE_TEST(letters_have_a_limit),
    };
    return cmocka_run_group_tests_name("features", tests, NULL, NULL);
}
