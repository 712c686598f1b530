/* IAM Identity Center is reached through the same proxies that inspect TLS as everything else: the profile's ca_bundle
 * holds for it, too. The file is looked for before anything is sent; so it is told which one is taken. */
#include "services/home.h"
#include "services/sso/sso.h"

static dynox__source_context read_profile(void)
{
    dynox_error           error   = {0};
    dynox__source_context context = {0};
    write_config("[default]\nca_bundle = ~/of-the-profile.pem\n");
    dynox__fetch_reroute(NULL);
    assert_int_equal(dynox__profiles_load(&context.profiles, &error), DYNOX_OK);
    context.profile = dynox__profiles_find(context.profiles, "default");
    return context;
}

static void the_portal_is_trusted_as_the_profile_says(void **state)
{
    const dynox__sso_role role    = {.region = "eu-west-1", .account_id = "123456789012", .role_name = "Reader"};
    dynox__source_context context = read_profile();
    dynox_credentials    *got     = NULL;
    dynox_error           error   = {0};
    (void)state;
    setenv("AWS_ENDPOINT_URL_SSO", "https://127.0.0.1:1", 1);
    assert_int_equal(dynox__sso_role_credentials(&context, &role, "token", &got, &error), DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(error.message, "/of-the-profile.pem"));
    unsetenv("AWS_ENDPOINT_URL_SSO");
    dynox__profiles_release(context.profiles);
}

static void tokens_are_renewed_where_the_profile_trusts(void **state)
{
    static const char     text[]  = "{\"clientId\":\"a\",\"clientSecret\":\"b\",\"refreshToken\":\"c\"}";
    dynox__source_context context = read_profile();
    dynox__json          *token   = NULL;
    dynox_error           error   = {0};
    (void)state;
    setenv("AWS_ENDPOINT_URL_SSO_OIDC", "https://127.0.0.1:1", 1);
    assert_int_equal(dynox__json_read(&token, text, sizeof text - 1, "the token", &error), DYNOX_OK);
    assert_int_equal(dynox__sso_renew_token(&context, "eu-west-1", token, &error), DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(error.message, "/of-the-profile.pem"));
    dynox__json_free(token);
    unsetenv("AWS_ENDPOINT_URL_SSO_OIDC");
    dynox__profiles_release(context.profiles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {HOME_TEST(the_portal_is_trusted_as_the_profile_says),
                                       HOME_TEST(tokens_are_renewed_where_the_profile_trusts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
