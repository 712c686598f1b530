/* The public constructors: their arguments, and the way from them to credentials. */
#include "services/home.h"

static void gives_publicly(dynox_credentials_provider *provider, const char *key)
{
    dynox_error        error = {0};
    dynox_credentials *got   = NULL;
    assert_non_null(provider);
    if (dynox_sync_credentials_get(provider, &got, &error) != DYNOX_OK) fail_msg("%s", error.message);
    assert_string_equal(got->access_key_id, key);
    dynox_credentials_free(got);
    dynox_credentials_provider_release(provider);
}

/* Row 7. */
static void a_role_with_the_default_credentials(void **state)
{
    dynox_error error = {0};
    (void)state;
    write_config("[default]\nregion = eu-west-1\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = s\n");
    answer_at("https://sts.eu-west-1.amazonaws.com/", 200, STS_ROLE("AssumeRole", "ASIAROLE"));
    gives_publicly(dynox_credentials_assume_role(.role_arn = "arn:a", .error = &error), "ASIAROLE");
    request_has(0, "Credential=AKIDDEFAULT/");
}

/* Rows 6, 7. */
static void a_role_with_all_that_can_be_said(void **state)
{
    dynox_error                 error  = {0};
    dynox_credentials_provider *source = dynox_credentials_static(
        &(dynox_credentials){.access_key_id = "AKIDGIVEN", .secret_access_key = "s", .session_token = "t"});
    (void)state;
    answer_at("https://sts.us-west-2.amazonaws.com/", 200, STS_ROLE("AssumeRole", "ASIAROLE"));
    dynox_credentials_provider *role =
        dynox_credentials_assume_role(.role_arn = "arn:a", .source = source, .session_name = "me", .external_id = "x",
                                      .duration_s = 900, .region = "us-west-2", .error = &error);
    dynox_credentials_provider_release(source);
    gives_publicly(role, "ASIAROLE");
    request_has(0, "Credential=AKIDGIVEN/");
    request_has(0, "&RoleArn=arn%3Aa&RoleSessionName=me&DurationSeconds=900&ExternalId=x");
}

static void profiles_and_the_default_order(void **state)
{
    (void)state;
    write_config("[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = s\n"
                 "[profile other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = s\n");
    gives_publicly(dynox_credentials_default(), "AKIDDEFAULT");
    gives_publicly(dynox_credentials_profile(NULL), "AKIDDEFAULT");
    gives_publicly(dynox_credentials_profile("other"), "AKIDOTHER");
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "s", 1);
    gives_publicly(dynox_credentials_default(), "AKIDENV");
    gives_publicly(dynox_credentials_profile("other"), "AKIDOTHER");
}

/* Row 8. */
static void a_web_identity_of_a_file(void **state)
{
    dynox_error error = {0};
    (void)state;
    write_home("token", "tok");
    answer(200, STS_ROLE("AssumeRoleWithWebIdentity", "ASIAWEB"));
    gives_publicly(dynox_credentials_web_identity(.token_file = home_path("token"), .role_arn = "arn:a",
                                                  .session_name = "me", .region = "eu-west-1", .error = &error),
                   "ASIAWEB");
    assert_string_equal(replay_body(0), "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aa"
                                        "&RoleSessionName=me&WebIdentityToken=tok");
}

static void refused(dynox_credentials_provider *provider, const dynox_error *error, dynox_status status)
{
    assert_null(provider);
    assert_int_equal(error->status, status);
    assert_true(error->message[0] != 0);
}

static void wrong_arguments_give_no_provider(void **state)
{
    dynox_error                   error   = {0};
    const dynox_assume_role_args  no_size = {.role_arn = "arn:a", .error = &error};
    const dynox_web_identity_args none    = {.size = sizeof none, .session_name = "me", .error = &error};
    (void)state;
    assert_null(dynox_credentials_assume_role_with(NULL));
    assert_null(dynox_credentials_assume_role_with(&no_size));
    refused(dynox_credentials_assume_role(.error = &error), &error, DYNOX_E_ARGUMENT);
    refused(dynox_credentials_assume_role(.role_arn = "", .error = &error), &error, DYNOX_E_ARGUMENT);
    refused(dynox_credentials_assume_role(.role_arn = "a", .session_name = "?", .error = &error), &error,
            DYNOX_E_CONFIGURATION);
    refused(dynox_credentials_assume_role(.role_arn = "a", .duration_s = 899, .error = &error), &error,
            DYNOX_E_CONFIGURATION);
    refused(dynox_credentials_web_identity(.role_arn = "a", .error = &error), &error, DYNOX_E_ARGUMENT);
    refused(dynox_credentials_web_identity(.token_file = "a", .error = &error), &error, DYNOX_E_ARGUMENT);
    refused(dynox_credentials_web_identity_with(&none), &error, DYNOX_E_ARGUMENT);
    all_came(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOME_TEST(a_role_with_the_default_credentials), HOME_TEST(a_role_with_all_that_can_be_said),
        HOME_TEST(profiles_and_the_default_order),      HOME_TEST(a_web_identity_of_a_file),
        HOME_TEST(wrong_arguments_give_no_provider),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
