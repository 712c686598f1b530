/* Container credentials: the official cases of which URL is asked. */
#include "base/alloc.h"
#include "json_data.h"
#include "services/source/metadata.h"

static void check(json_object *test)
{
    const char  *docs   = json_object_get_string(member(test, "docs"));
    json_object *result = member(test, "result"), *url_wanted = member(result, "Ok");
    const char  *wrong = json_object_get_string(member(result, "ErrorContains"));
    char        *url;
    dynox_error  error = {0};
    unsetenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    unsetenv("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    json_object_object_foreach(member(test, "env"), name, value)
    {
        setenv(name, json_object_get_string(value), 1);
    }
    dynox_status status = dynox__container_url(&url, &error);
    if (url_wanted) {
        if (status != DYNOX_OK) fail_msg("%s: %s", docs, error.message);
        assert_string_equal(url, json_object_get_string(url_wanted));
    } else if (strstr(wrong, "No environment variables")) {
        assert_int_equal(status, DYNOX_E_END);
    } else {
        assert_int_equal(status, DYNOX_E_CONFIGURATION);
        if (!strstr(error.message, wrong)) fail_msg("%s: %s", docs, error.message);
    }
    dynox__free(url);
}

static void official_cases_hold(void **state)
{
    (void)state;
    json_object *root = json_file(test_data("data/aws/credentials/ecs-tests.json")), *tests = member(root, "tests");
    assert_int_equal(json_object_array_length(tests), 11);
    for (size_t i = 0; i < json_object_array_length(tests); i++)
        check(json_object_array_get_idx(tests, i));
    json_object_put(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(official_cases_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
