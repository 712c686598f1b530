/* Profiles: the official cases of the grammar of the files, and of where they are. */
#include "aws/config/profile_file.h"
#include "base/alloc.h"
#include "json_data.h"

static json_object *read_tests(const char *path, json_object **root)
{
    *root = json_file(test_data(path));
    return member(*root, "tests");
}

static dynox__profile_text file_of(json_object *input, const char *name)
{
    const char         *text = text_of(input, name);
    dynox__profile_text file = {.path = name};
    if (!text) return file;
    file.size = strlen(text);
    file.text = dynox__malloc(file.size + 1);
    assert_non_null(file.text);
    memcpy(file.text, text, file.size);
    return file;
}

/* Exactly the sections that are expected, and exactly their properties. */
static void check_sections(const char *test, const dynox__profiles *profiles, const char *kind, json_object *expected)
{
    size_t count = 0;
    for (size_t i = 0; i < profiles->count; i++)
        count += strcmp(profiles->sections[i].kind, kind) == 0;
    if (count != (size_t)json_object_object_length(expected)) fail_msg("%s: %zu sections", test, count);
    json_object_object_foreach(expected, name, properties)
    {
        const dynox__profile *section = dynox__profiles_section(profiles, kind, name);
        if (!section) fail_msg("%s: no %s %s", test, kind, name);
        if (section->count != (size_t)json_object_object_length(properties))
            fail_msg("%s: %s has %zu properties", test, name, section->count);
        json_object_object_foreach(properties, key, value)
        {
            const char *got = NULL;
            for (size_t i = 0; i < section->count; i++)
                if (strcmp(section->properties[i].key, key) == 0) got = section->properties[i].value;
            if (!got || strcmp(got, json_object_get_string(value)) != 0) fail_msg("%s: %s is wrong", test, key);
        }
    }
}

static void official_files_are_understood(void **state)
{
    (void)state;
    json_object *root, *tests = read_tests("data/aws/config/profile-parser-tests.json", &root);
    size_t       count = json_object_array_length(tests);
    assert_true(count >= 65);
    for (size_t i = 0; i < count; i++) {
        json_object     *test = json_object_array_get_idx(tests, i), *input = member(test, "input");
        json_object     *output = member(test, "output"), *config = member(output, "config");
        const char      *name = text_of(test, "name"), *wrong = text_of(output, "errorContaining");
        dynox__profiles *profiles;
        dynox_error      error = {0};
        dynox_status     status =
            dynox__profiles_parse(&profiles, file_of(input, "configFile"), file_of(input, "credentialsFile"), &error);
        if ((status != DYNOX_OK) != (wrong != NULL)) fail_msg("%s: %s", name, error.message);
        if (wrong) {
            assert_int_equal(status, DYNOX_E_CONFIGURATION);
            if (!strstr(error.message, wrong)) fail_msg("%s: %s", name, error.message);
            continue;
        }
        check_sections(name, profiles, "profile", member(config, "profiles"));
        if (member(config, "sso_sessions"))
            check_sections(name, profiles, "sso-session", member(config, "sso_sessions"));
        dynox__profiles_release(profiles);
    }
    json_object_put(root);
}

static void official_locations_are_found(void **state)
{
    (void)state;
    static const char *const variables[] = {"HOME", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_PROFILE"};
    json_object             *root, *tests = read_tests("data/aws/config/file-location-tests.json", &root);
    int                      count = 0;
    for (size_t i = 0; i < json_object_array_length(tests); i++) {
        json_object *test = json_object_array_get_idx(tests, i), *environment = member(test, "environment");
        if (strcmp(text_of(test, "platform"), "windows") == 0) continue;
        for (size_t n = 0; n < sizeof variables / sizeof variables[0]; n++)
            unsetenv(variables[n]);
        json_object_object_foreach(environment, name, value) setenv(name, json_object_get_string(value), 1);
        char *config = dynox__config_path(), *credentials = dynox__credentials_path();
        assert_string_equal(config, text_of(test, "configLocation"));
        assert_string_equal(credentials, text_of(test, "credentialsLocation"));
        if (text_of(test, "profile")) assert_string_equal(dynox__profile_in_use(NULL), text_of(test, "profile"));
        dynox__free(config);
        dynox__free(credentials);
        count++;
    }
    assert_true(count >= 4);
    json_object_put(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(official_files_are_understood),
                                       cmocka_unit_test(official_locations_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
