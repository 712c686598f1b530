/* Regions and endpoints: the environment, and URLs taken apart. */
#include "aws/endpoint.h"
#include "support.h"

static const char *const settings[] = {"AWS_REGION",
                                       "AWS_DEFAULT_REGION",
                                       "AWS_ENDPOINT_URL",
                                       "AWS_ENDPOINT_URL_DYNAMODB",
                                       "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                                       "AWS_USE_FIPS_ENDPOINT",
                                       "AWS_USE_DUALSTACK_ENDPOINT"};
static int               clean_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        unsetenv(settings[i]);
    return 0;
}

static void check_url(const char *given, const char *region, const char *expected)
{
    dynox__endpoint endpoint;
    dynox_error     error = {0};
    dynox_status    status =
        dynox__endpoint_resolve(&endpoint, given, "AWS_ENDPOINT_URL_DYNAMODB", "dynamodb", region, &error);
    if (status != DYNOX_OK) fail_msg("%s: %s", region, error.message);
    assert_string_equal(endpoint.url, expected);
    dynox__endpoint_free(&endpoint);
}

static void region_comes_from_argument_then_environment(void **state)
{
    (void)state;
    char       *region = NULL;
    dynox_error error  = {0};
    assert_int_equal(dynox__region(NULL, &region, &error), DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(error.message, "AWS_REGION"));
    setenv("AWS_DEFAULT_REGION", "eu-west-1", 1);
    assert_int_equal(dynox__region(NULL, &region, &error), DYNOX_OK);
    assert_string_equal(region, "eu-west-1");
    dynox__free(region);
    setenv("AWS_REGION", "us-west-2", 1);
    assert_int_equal(dynox__region("", &region, &error), DYNOX_OK);
    assert_string_equal(region, "us-west-2");
    dynox__free(region);
    assert_int_equal(dynox__region("sa-east-1", &region, &error), DYNOX_OK);
    assert_string_equal(region, "sa-east-1");
    dynox__free(region);
}

static void a_region_that_is_no_host_label_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"eu west 1", "evil.com/", "-a", "a-", "123", "x\r\nHost: y", "a_b", "é"};
    char                    *region;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dynox_error error = {0};
        assert_int_equal(dynox__region(bad[i], &region, &error), DYNOX_E_CONFIGURATION);
    }
    char longest[65];
    memset(longest, 'a', 64);
    longest[64] = 0;
    assert_false(dynox__is_host_label(longest));
    assert_true(dynox__is_host_label(longest + 1));
}

static void endpoint_comes_from_argument_then_environment(void **state)
{
    (void)state;
    setenv("AWS_ENDPOINT_URL", "http://general:1", 1);
    check_url(NULL, "eu-west-1", "http://general:1");
    setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://special:2/", 1);
    check_url(NULL, "eu-west-1", "http://special:2");
    check_url("http://given:3", "eu-west-1", "http://given:3");
    setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE", 1);
    check_url(NULL, "eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com");
    check_url("http://given:3", "eu-west-1", "http://given:3");
}

static void variants_that_are_not_supported_are_refused(void **state)
{
    (void)state;
    dynox__endpoint endpoint;
    dynox_error     error = {0};
    setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
    assert_int_equal(dynox__endpoint_resolve(&endpoint, NULL, "X", "dynamodb", "us-east-1", &error),
                     DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(error.message, "AWS_USE_FIPS_ENDPOINT"));
    dynox__endpoint_free(&endpoint);
    setenv("AWS_USE_FIPS_ENDPOINT", "perhaps", 1);
    assert_int_equal(dynox__endpoint_resolve(&endpoint, NULL, "X", "dynamodb", "us-east-1", &error),
                     DYNOX_E_CONFIGURATION);
    dynox__endpoint_free(&endpoint);
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
    assert_int_equal(dynox__endpoint_resolve(&endpoint, NULL, "X", "dynamodb", "local", NULL), DYNOX_OK);
    assert_string_equal(endpoint.url, "http://localhost:8000");
    assert_string_equal(endpoint.signing_region, "us-east-1");
    dynox__endpoint_free(&endpoint);
}

static void resolve_one(void *unused)
{
    dynox__endpoint endpoint;
    dynox_error     error = {0};
    (void)unused;
    dynox__endpoint_resolve(&endpoint, "http://[::1]:8000/prefix", "X", "dynamodb", "eu-west-1", &error);
    dynox__endpoint_free(&endpoint);
}

static void running_out_of_memory_leaks_nothing(void **state)
{
    (void)state;
    test_every_allocation_failing(resolve_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(region_comes_from_argument_then_environment, clean_environment),
        cmocka_unit_test_setup(a_region_that_is_no_host_label_is_refused, clean_environment),
        cmocka_unit_test_setup(endpoint_comes_from_argument_then_environment, clean_environment),
        cmocka_unit_test_setup(variants_that_are_not_supported_are_refused, clean_environment),
        cmocka_unit_test_setup(urls_are_taken_apart, clean_environment),
        cmocka_unit_test_setup(bad_urls_are_refused_with_a_reason, clean_environment),
        cmocka_unit_test_setup(local_is_a_region_of_its_own, clean_environment),
        cmocka_unit_test_setup(running_out_of_memory_leaks_nothing, clean_environment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
