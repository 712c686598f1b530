/* Regions and endpoints: where they are set, and URLs taken apart. */
#include "aws/config/region.h"
#include "aws/endpoint/endpoint.h"
#include "aws/files.h"

static dynox__settings open_settings(const char *profile)
{
    dynox__settings settings;
    dynox_error     error = {0};
    if (dynox__settings_open(&settings, profile, &error) != DYNOX_OK) fail_msg("%s", error.message);
    return settings;
}

static dynox_status find(dynox__endpoint_wishes wishes, dynox__endpoint *endpoint, dynox_error *error)
{
    dynox__settings settings = open_settings(NULL);
    dynox_status    status   = dynox__endpoint_find(endpoint, &dynox__endpoint_dynamodb, &wishes, &settings, error);
    dynox__settings_close(&settings);
    return status;
}

static void check_url(const char *given, const char *region, const char *expected)
{
    dynox__endpoint endpoint;
    dynox_error     error = {0};
    if (find((dynox__endpoint_wishes){.region = region, .url = given}, &endpoint, &error) != DYNOX_OK)
        fail_msg("%s: %s", region, error.message);
    assert_string_equal(endpoint.url, expected);
    dynox__endpoint_free(&endpoint);
}

static void expect_refusal(dynox__endpoint_wishes wishes, const char *words)
{
    dynox__endpoint endpoint;
    dynox_error     error = {0};
    assert_int_equal(find(wishes, &endpoint, &error), DYNOX_E_CONFIGURATION);
    if (!strstr(error.message, words)) fail_msg("%s", error.message);
    dynox__endpoint_free(&endpoint);
}

static void check_region(const char *given, const char *expected, bool expected_fips)
{
    dynox__settings settings = open_settings(NULL);
    char           *region   = NULL;
    bool            fips     = false;
    dynox_error     error    = {0};
    if (dynox__settings_region(&settings, given, &region, &fips, &error) != DYNOX_OK) fail_msg("%s", error.message);
    assert_string_equal(region, expected);
    assert_int_equal(fips, expected_fips);
    dynox__free(region);
    dynox__settings_close(&settings);
}

/* Row 9. Where none of them says one it is an error, as with the official SDKs: nobody wants another region's tables.
 */
static void region_comes_from_argument_then_environment_then_profile(void **state)
{
    (void)state;
    expect_refusal((dynox__endpoint_wishes){0}, "AWS_REGION");
    write_config("[default]\nregion = ap-south-1\n[profile other]\nregion = ca-central-1\n");
    check_region(NULL, "ap-south-1", false);
    setenv("AWS_PROFILE", "other", 1);
    check_region(NULL, "ca-central-1", false);
    setenv("AWS_DEFAULT_REGION", "eu-west-1", 1);
    check_region(NULL, "eu-west-1", false);
    setenv("AWS_REGION", "us-west-2", 1);
    check_region("", "us-west-2", false);
    check_region("sa-east-1", "sa-east-1", false);
    check_region("fips-us-east-1", "us-east-1", true);
    check_region("us-east-1-fips", "us-east-1", true);
}

static void a_region_that_is_no_host_label_is_refused(void **state)
{
    (void)state;
    static const char *const bad[]  = {"eu west 1", "evil.com/", "-a", "a-", "123", "x\r\nHost: y", "a_b", "é"};
    char                    *region = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dynox__settings none  = {0};
        dynox_error     error = {0};
        bool            fips  = false;
        assert_int_equal(dynox__settings_region(&none, bad[i], &region, &fips, &error), DYNOX_E_CONFIGURATION);
        dynox__free(region);
    }
    char longest[65];
    memset(longest, 'a', 64);
    longest[64] = 0;
    assert_false(dynox__is_host_label(longest));
    assert_true(dynox__is_host_label(longest + 1));
}

/* Row 11. */
static void endpoint_comes_from_argument_then_environment_then_profile(void **state)
{
    (void)state;
    check_url(NULL, "eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com");
    write_config("[default]\nendpoint_url = http://profile:1\n");
    check_url(NULL, "eu-west-1", "http://profile:1");
    write_config("[default]\nendpoint_url = http://profile:1\nservices = s\n[services s]\ndynamodb =\n"
                 "  endpoint_url = http://services:1\n");
    check_url(NULL, "eu-west-1", "http://services:1");
    setenv("AWS_ENDPOINT_URL", "http://general:1", 1);
    check_url(NULL, "eu-west-1", "http://general:1");
    setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://special:2/", 1);
    check_url(NULL, "eu-west-1", "http://special:2");
    check_url("http://given:3", "eu-west-1", "http://given:3");
    setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE", 1);
    check_url(NULL, "eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com");
    check_url("http://given:3", "eu-west-1", "http://given:3");
}

static void bad_endpoints_say_where_they_are_set(void **state)
{
    (void)state;
    write_config("[default]\nservices = s\n");
    expect_refusal((dynox__endpoint_wishes){.region = "eu-west-1"}, "[services s]");
    write_config("[default]\nservices = s\n[services s]\ndynamodb=\n endpoint_url = localhost\n");
    expect_refusal((dynox__endpoint_wishes){.region = "eu-west-1"}, "endpoint_url of dynamodb in [services s]");
    write_config("[default]\nendpoint_url = localhost\n");
    expect_refusal((dynox__endpoint_wishes){.region = "eu-west-1"}, "endpoint_url of the profile \"default\"");
    write_config("[default]\nignore_configured_endpoint_urls = true\nendpoint_url = localhost\n");
    check_url(NULL, "eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com");
}

static void variants_come_from_argument_environment_and_profile(void **state)
{
    (void)state;
    write_config("[default]\nuse_fips_endpoint = true\n");
    check_url(NULL, "us-east-1", "https://dynamodb-fips.us-east-1.amazonaws.com");
    setenv("AWS_USE_FIPS_ENDPOINT", "False", 1);
    check_url(NULL, "us-east-1", "https://dynamodb.us-east-1.amazonaws.com");
    setenv("AWS_USE_DUALSTACK_ENDPOINT", "true", 1);
    check_url(NULL, "us-east-1", "https://dynamodb.us-east-1.api.aws");
    check_url(NULL, "fips-us-east-1", "https://dynamodb-fips.us-east-1.api.aws");
    expect_refusal((dynox__endpoint_wishes){.region = "us-east-1", .fips = true, .url = "http://x"}, "FIPS");
    setenv("AWS_USE_FIPS_ENDPOINT", "perhaps", 1);
    expect_refusal((dynox__endpoint_wishes){.region = "us-east-1"}, "AWS_USE_FIPS_ENDPOINT");
}

static void check_account_url(dynox_account_endpoints wish, const char *account, const char *resource,
                              const char *expected)
{
    dynox__settings        settings = open_settings(NULL);
    dynox__endpoint_wishes wishes   = {.region = "eu-west-1", .accounts = wish};
    dynox__endpoint_config config;
    dynox__endpoint_answer answer;
    dynox_error            error = {0};
    assert_int_equal(dynox__endpoint_configure(&config, &dynox__endpoint_dynamodb, &wishes, &settings, &error),
                     DYNOX_OK);
    dynox_status status = dynox__endpoint_ask(&config, account, resource, false, &answer, &error);
    if (expected) {
        assert_int_equal(status, DYNOX_OK);
        assert_string_equal(answer.url, expected);
    } else {
        assert_int_equal(status, DYNOX_E_CONFIGURATION);
    }
    dynox__endpoint_config_free(&config);
    dynox__settings_close(&settings);
}

static void accounts_have_hosts_of_their_own_unless_that_is_disabled(void **state)
{
    (void)state;
    static const char ordinary[] = "https://dynamodb.eu-west-1.amazonaws.com";
    static const char of_other[] = "https://222222222222.ddb.eu-west-1.amazonaws.com";
    const char       *arn        = "arn:aws:dynamodb:eu-west-1:222222222222:table/t";
    check_account_url(DYNOX_ACCOUNT_ENDPOINTS_DEFAULT, "111", NULL, "https://111.ddb.eu-west-1.amazonaws.com");
    check_account_url(DYNOX_ACCOUNT_ENDPOINTS_DEFAULT, "111", arn, of_other);
    check_account_url(DYNOX_ACCOUNT_ENDPOINTS_DEFAULT, NULL, NULL, ordinary);
    check_account_url(DYNOX_ACCOUNT_ENDPOINTS_REQUIRED, NULL, NULL, NULL);
    check_account_url(DYNOX_ACCOUNT_ENDPOINTS_DEFAULT, "evil.com/", NULL, NULL);
    write_config("[default]\naccount_id_endpoint_mode = Disabled\n");
    check_account_url(DYNOX_ACCOUNT_ENDPOINTS_DEFAULT, "111", arn, ordinary);
    check_account_url(DYNOX_ACCOUNT_ENDPOINTS_PREFERRED, "111", arn, of_other);
    setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required", 1);
    check_account_url(DYNOX_ACCOUNT_ENDPOINTS_DEFAULT, NULL, NULL, NULL);
    setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "sometimes", 1);
    expect_refusal((dynox__endpoint_wishes){.region = "eu-west-1"},
                   "AWS_ACCOUNT_ID_ENDPOINT_MODE is \"sometimes\"; it must be \"preferred\" or");
}

static void sts_may_be_one_for_all_regions(void **state)
{
    (void)state;
    write_config("[default]\nsts_regional_endpoints = legacy\n");
    dynox__settings        settings = open_settings(NULL);
    dynox__endpoint_wishes wishes   = {.region = "eu-west-1"};
    dynox__endpoint        endpoint;
    assert_int_equal(dynox__endpoint_find(&endpoint, &dynox__endpoint_sts, &wishes, &settings, NULL), DYNOX_OK);
    assert_string_equal(endpoint.url, "https://sts.amazonaws.com");
    assert_string_equal(endpoint.signing_region, "us-east-1");
    dynox__endpoint_free(&endpoint);
    dynox__settings_close(&settings);
}

static void a_profile_that_code_names_must_exist(void **state)
{
    (void)state;
    dynox__settings settings;
    dynox_error     error = {0};
    assert_int_equal(dynox__settings_open(&settings, "nobody", &error), DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(error.message, "nobody"));
    dynox__settings_close(&settings);
    setenv("AWS_PROFILE", "nobody", 1);
    expect_refusal((dynox__endpoint_wishes){0}, "does not exist");
    check_url(NULL, "eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com");
}

static void check_parts(const char *url, bool tls, const char *host, int port, const char *authority, const char *path)
{
    dynox__endpoint endpoint = {0};
    dynox_error     error    = {0};
    if (dynox__endpoint_parse(&endpoint, url, "the endpoint", &error) != DYNOX_OK) fail_msg("%s", error.message);
    assert_int_equal(endpoint.tls, tls);
    assert_string_equal(endpoint.host, host);
    assert_int_equal(endpoint.port, port);
    assert_string_equal(endpoint.authority, authority);
    assert_string_equal(endpoint.path, path);
    dynox__endpoint_free(&endpoint);
}

static void urls_are_taken_apart(void **state)
{
    (void)state;
    check_parts("http://localhost:8000", false, "localhost", 8000, "localhost:8000", "/");
    check_parts("HTTPS://Example.ORG", true, "example.org", 443, "example.org", "/");
    check_parts("https://example.org:443/", true, "example.org", 443, "example.org", "/");
    check_parts("http://example.org:80/a/b//", false, "example.org", 80, "example.org", "/a/b/");
    check_parts("http://[::1]:8000", false, "::1", 8000, "[::1]:8000", "/");
    check_parts("http://[fe80::1]/x", false, "fe80::1", 80, "[fe80::1]", "/x/");
}

/* The zone is this machine's affair: it is not sent. Only its % is escaped (RFC 6874). */
static void addresses_may_have_a_zone(void **state)
{
    (void)state;
    check_parts("http://[::1%25lo]:8000", false, "::1%25lo", 8000, "[::1]:8000", "/");
    check_parts("https://[FE80::1%25Eth0.7]/x", true, "fe80::1%25Eth0.7", 443, "[fe80::1]", "/x/");
    static const char *const bad[] = {
        "http://[::1%lo]",    "http://[::1%25]",    "http://[::1%25a%25b]", "http://[::1%2]", "http://[%25lo]",
        "http://[::1%25a:b]", "http://[::1%25a]b]", "http://[::1%25a/b]",   "http://h%25lo",  "http://[::1%25%41]:1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dynox__endpoint endpoint = {0};
        dynox_error     error    = {0};
        if (dynox__endpoint_parse(&endpoint, bad[i], "the endpoint", &error) != DYNOX_E_CONFIGURATION)
            fail_msg("takes %s", bad[i]);
        dynox__endpoint_free(&endpoint);
    }
}

/* What is signed has no empty segments and no dots, so that is what is sent. */
static void paths_are_normalised(void **state)
{
    (void)state;
    static const char *const paths[][2] = {
        {"//", "/"},        {"/a//b", "/a/b/"},         {"/../x", "/x/"},
        {"/a/../b", "/b/"}, {"/a/./b/.", "/a/b/"},      {"/a/b/../..", "/"},
        {"/../../..", "/"}, {"/a/...", "/a/.../"},      {"/.a/..b", "/.a/..b/"},
        {"///a///", "/a/"}, {"/a/b/../../../c", "/c/"}, {"/a%2Fb/%2e%2e", "/a%2Fb/%2e%2e/"},
    };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char url[64];
        snprintf(url, sizeof url, "http://x:1%s", paths[i][0]);
        check_parts(url, false, "x", 1, "x:1", paths[i][1]);
    }
}

static void bad_urls_are_refused_with_a_reason(void **state)
{
    (void)state;
    static const char *const bad[][2] = {{"localhost:8000", "http://"},
                                         {"ftp://x", "http://"},
                                         {"http://", "host"},
                                         {"http://:80", "host"},
                                         {"http://[::1", "host"},
                                         {"http://[]", "host"},
                                         {"http://x:0", "port"},
                                         {"http://x:65536", "port"},
                                         {"http://x:", "port"},
                                         {"http://x:8o", "port"},
                                         {"http://x:123456", "port"},
                                         {"http://[::1]8", "port"},
                                         {"http://user:pw@x", "password"},
                                         {"http://x?a=b", "query"},
                                         {"http://x/y#z", "fragment"},
                                         {"http://x/\r\nEvil: 1", "character"},
                                         {"http://a b", "character"},
                                         {"http://a\\b", "host"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dynox__endpoint endpoint = {0};
        dynox_error     error    = {0};
        assert_int_equal(dynox__endpoint_parse(&endpoint, bad[i][0], "the endpoint", &error), DYNOX_E_CONFIGURATION);
        if (!strstr(error.message, bad[i][1])) fail_msg("%s: %s", bad[i][0], error.message);
        if (strstr(error.message, "pw@")) fail_msg("shows the password: %s", error.message);
        dynox__endpoint_free(&endpoint);
    }
}

static void local_is_a_region_of_its_own(void **state)
{
    (void)state;
    dynox__endpoint endpoint;
    assert_int_equal(find((dynox__endpoint_wishes){.region = "local"}, &endpoint, NULL), DYNOX_OK);
    assert_string_equal(endpoint.url, "http://localhost:8000");
    assert_string_equal(endpoint.signing_region, "us-east-1");
    dynox__endpoint_free(&endpoint);
}

static void find_one(void *unused)
{
    dynox__settings        settings;
    dynox__endpoint        endpoint;
    dynox__endpoint_wishes wishes = {.region = "eu-west-1"};
    dynox_error            error  = {0};
    (void)unused;
    if (dynox__settings_open(&settings, NULL, &error) == DYNOX_OK) {
        dynox__endpoint_find(&endpoint, &dynox__endpoint_dynamodb, &wishes, &settings, &error);
        dynox__endpoint_free(&endpoint);
    }
    dynox__settings_close(&settings);
}

static void running_out_of_memory_leaks_nothing(void **state)
{
    (void)state;
    test_every_allocation_failing(find_one, NULL);
    write_config("[default]\nservices = s\n[services s]\ndynamodb=\n endpoint_url = http://[::1]:8000/prefix\n");
    test_every_allocation_failing(find_one, NULL);
}

#define AT_HOME(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {AT_HOME(region_comes_from_argument_then_environment_then_profile),
                                       AT_HOME(a_region_that_is_no_host_label_is_refused),
                                       AT_HOME(endpoint_comes_from_argument_then_environment_then_profile),
                                       AT_HOME(bad_endpoints_say_where_they_are_set),
                                       AT_HOME(variants_come_from_argument_environment_and_profile),
                                       AT_HOME(accounts_have_hosts_of_their_own_unless_that_is_disabled),
                                       AT_HOME(sts_may_be_one_for_all_regions),
                                       AT_HOME(a_profile_that_code_names_must_exist),
                                       AT_HOME(urls_are_taken_apart),
                                       AT_HOME(addresses_may_have_a_zone),
                                       AT_HOME(paths_are_normalised),
                                       AT_HOME(bad_urls_are_refused_with_a_reason),
                                       AT_HOME(local_is_a_region_of_its_own),
                                       AT_HOME(running_out_of_memory_leaks_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
