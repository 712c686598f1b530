/* Endpoints: the official rules. */
#include "aws/endpoint.h"
#include "support.h"
#include <json-c/json.h>

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

static json_object *member(json_object *object, const char *name)
{
    json_object *found = NULL;
    json_object_object_get_ex(object, name, &found);
    return found;
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

static bool is_true(json_object *parameters, const char *name)
{
    return json_object_get_boolean(member(parameters, name));
}

static void official_plain_endpoints_are_found(void **state)
{
    (void)state;
    char        *text  = test_read_file(test_data("data/aws/endpoints/dynamodb-endpoint-tests-1.json"), NULL);
    json_object *root  = json_tokener_parse(text);
    json_object *cases = member(root, "testCases");
    int          count = 0;
    for (size_t i = 0; i < json_object_array_length(cases); i++) {
        json_object *item = json_object_array_get_idx(cases, i), *parameters = member(item, "params");
        json_object *endpoint = member(member(item, "expect"), "endpoint");
        const char  *mode     = json_object_get_string(member(parameters, "AccountIdEndpointMode"));
        if (!endpoint || is_true(parameters, "UseFIPS") || is_true(parameters, "UseDualStack") ||
            is_true(parameters, "IsSearchOperation") || !member(parameters, "Region"))
            continue;
        if (mode && strcmp(mode, "disabled") != 0) continue;
        if (member(parameters, "Endpoint")) continue;
        check_url(NULL, json_object_get_string(member(parameters, "Region")),
                  json_object_get_string(member(endpoint, "url")));
        count++;
    }
    assert_true(count > 30);
    json_object_put(root);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(official_plain_endpoints_are_found, clean_environment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
