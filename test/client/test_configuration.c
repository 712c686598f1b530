/* Configuration: clients that are told nothing, or only the name of a profile. */
#include "aws/files.h"
#include "scripted.h"

static const char *with_server(const char *format)
{
    static char text[1024];
    const char *url = strstr(format, "URL");
    snprintf(text, sizeof text, "%.*s%s%s", (int)(url - format), format, server.url, url + 3);
    return text;
}

static void expect_call(dynox_client *db)
{
    dynox_error err = {0};
    if (dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x"), .error = &err) != DYNOX_OK) fail_msg("%s", err.message);
}

static void expect_failure(dynox_client *db, const char *words)
{
    dynox_error err = {0};
    assert_int_equal(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x"), .error = &err), DYNOX_E_CONFIGURATION);
    if (!strstr(err.message, words)) fail_msg("%s", err.message);
}

/* Rows 5, 10. */
static void a_client_without_arguments_takes_all_from_the_files(void **state)
{
    (void)state;
    write_config(with_server("[default]\nregion = eu-south-1\nendpoint_url = URL\nsdk_ua_app_id = shop\n"));
    write_home(".aws/credentials", "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n");
    dynox_client *db = dynox_client_new();
    expect_call(db);
    assert_sent("Credential=AKIDFILE/");
    assert_sent("/eu-south-1/dynamodb/aws4_request");
    assert_sent(" app/shop");
    assert_string_equal(dynox_client_region(db), "eu-south-1");
    assert_string_equal(dynox_client_endpoint(db), server.url);
    dynox_client_free(db);
}

/* Row 4. */
static void a_named_profile_supplies_region_endpoint_and_credentials(void **state)
{
    (void)state;
    write_config(with_server("[default]\nregion = us-east-1\n[profile shop]\nregion = eu-north-1\nservices = s\n"
                             "aws_access_key_id = AKIDSHOP\naws_secret_access_key = s\n"
                             "[services s]\ndynamodb =\n  endpoint_url = URL\n"));
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "s", 1);
    dynox_client *db = dynox_client_new(.profile = "shop");
    expect_call(db);
    assert_sent("Credential=AKIDSHOP/");
    assert_sent("/eu-north-1/dynamodb/aws4_request");
    dynox_client_free(db);
}

static void what_is_wrong_is_said_by_each_call_and_not_before(void **state)
{
    (void)state;
    write_config("[default]\nregion\n");
    dynox_client *db = dynox_client_new();
    assert_non_null(db);
    expect_failure(db, "/.aws/config, line 2: Expected an '=' sign");
    expect_failure(db, "/.aws/config, line 2: Expected an '=' sign");
    assert_null(dynox_client_region(db));
    assert_null(dynox_client_endpoint(db));
    dynox_client_free(db);
    write_config("[default]\n");
    db = dynox_client_new();
    expect_failure(db, "no region");
    dynox_client_free(db);
    db = dynox_client_new(.region = "eu-west-1", .profile = "nobody");
    expect_failure(db, "nobody");
    dynox_client_free(db);
}

static void fips_cannot_be_kept_with_an_endpoint_of_the_users_own(void **state)
{
    (void)state;
    dynox_client *db = dynox_client_new(.region = "eu-west-1", .endpoint = server.url, .use_fips = true);
    expect_failure(db, "FIPS and custom endpoint");
    dynox_client_free(db);
}

static void hosts_follow_the_wishes(void **state)
{
    (void)state;
    dynox_client *db = dynox_client_new(.region = "us-east-2", .use_fips = true, .use_dualstack = true);
    assert_string_equal(dynox_client_endpoint(db), "https://dynamodb-fips.us-east-2.api.aws");
    dynox_client_free(db);
    db = dynox_client_new(.region = "us-east-2", .account_endpoints = DYNOX_ACCOUNT_ENDPOINTS_REQUIRED);
    assert_null(dynox_client_endpoint(db)); /* of no account: there is none */
    dynox_client_free(db);
}

#define AT_HOME(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {AT_HOME(a_client_without_arguments_takes_all_from_the_files),
                                       AT_HOME(a_named_profile_supplies_region_endpoint_and_credentials),
                                       AT_HOME(what_is_wrong_is_said_by_each_call_and_not_before),
                                       AT_HOME(fips_cannot_be_kept_with_an_endpoint_of_the_users_own),
                                       AT_HOME(hosts_follow_the_wishes)};
    return cmocka_run_group_tests_name("configuration", tests, scripted_setup, scripted_teardown);
}
