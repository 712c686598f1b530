/* Instance metadata: the official cases of which endpoint is asked. */
#include "base/alloc.h"
#include "json_data.h"
#include "services/source/metadata.h"

static dynox__profiles *read_files(json_object *test)
{
    const char         *text   = text_of(member(test, "fs"), "config");
    dynox__profile_text config = {.path = "config", .text = dynox__strdup(text), .size = text ? strlen(text) : 0};
    dynox__profiles    *profiles;
    assert_int_equal(dynox__profiles_parse(&profiles, config, (dynox__profile_text){.path = "none"}, NULL), DYNOX_OK);
    return profiles;
}

/* What code may override in other libraries goes into the environment here: that, too, comes before the profile. */
static void set_environment(json_object *test)
{
    const char *endpoint = text_of(test, "endpoint_override"), *mode = text_of(test, "mode_override");
    unsetenv("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    unsetenv("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    json_object_object_foreach(member(test, "env"), name, value)
    {
        if (strncmp(name, "AWS_EC2", 7) == 0) setenv(name, json_object_get_string(value), 1);
    }
    if (endpoint) setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint, 1);
    if (mode) setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", mode, 1);
}

static void check(json_object *test)
{
    const char      *docs = text_of(test, "docs"), *wanted = text_of(member(test, "result"), "Ok");
    const char      *wrong = text_of(member(test, "result"), "Err");
    char            *url, whole[256];
    dynox_error      error    = {0};
    dynox__profiles *profiles = read_files(test);
    set_environment(test);
    dynox_status status = dynox__imds_endpoint(dynox__profiles_find(profiles, "default"), &url, &error);
    if (wanted) {
        if (status != DYNOX_OK) fail_msg("%s: %s", docs, error.message);
        snprintf(whole, sizeof whole, "%s/latest/api/token", url);
        assert_string_equal(whole, wanted);
    } else {
        assert_int_equal(status, DYNOX_E_CONFIGURATION);
        /* a URL is refused in our own words */
        if (strchr(wrong, '`') && !strstr(error.message, wrong)) fail_msg("%s: %s", docs, error.message);
    }
    dynox__free(url);
    dynox__profiles_release(profiles);
}

static void official_cases_hold(void **state)
{
    (void)state;
    json_object *root  = json_file(test_data("data/aws/credentials/imds-config/imds-endpoint-tests.json")),
                *tests = member(root, "tests");
    assert_int_equal(json_object_array_length(tests), 14);
    for (size_t i = 0; i < json_object_array_length(tests); i++)
        check(json_object_array_get_idx(tests, i));
    json_object_put(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(official_cases_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
