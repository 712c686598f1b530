/* Profiles: reading the files, looking things up, and what hostile files come to. */
#include "aws/config/profile_file.h"
#include "aws/files.h"
#include "base/alloc.h"
#include <sys/stat.h>
#include <unistd.h>

static dynox__profiles *load(void)
{
    dynox__profiles *profiles;
    dynox_error      error = {0};
    if (dynox__profiles_load(&profiles, &error) != DYNOX_OK) fail_msg("%s", error.message);
    return profiles;
}

static void load_fails(const char *with)
{
    dynox__profiles *profiles;
    dynox_error      error = {0};
    assert_int_equal(dynox__profiles_load(&profiles, &error), DYNOX_E_CONFIGURATION);
    assert_null(profiles);
    if (!strstr(error.message, with)) fail_msg("%s", error.message);
}

static void files_that_do_not_exist_are_empty(void **state)
{
    (void)state;
    dynox__profiles *profiles = load();
    assert_int_equal(profiles->count, 0);
    assert_null(dynox__profiles_find(profiles, "default"));
    assert_null(dynox__profile_get(NULL, "region"));
    dynox__profiles_release(profiles);
    unsetenv("HOME");
    profiles = load();
    assert_int_equal(profiles->count, 0);
    dynox__profiles_release(profiles);
}

static void both_files_make_one_profile(void **state)
{
    (void)state;
    write_config("[profile shop]\nregion = eu-west-1\naws_access_key_id = old\n[sso-session s]\nsso_region = x\n");
    write_home(".aws/credentials", "[shop]\naws_access_key_id = new\n");
    dynox__profiles      *profiles = load();
    const dynox__profile *shop     = dynox__profiles_find(profiles, "shop");
    assert_string_equal(dynox__profile_get(shop, "region"), "eu-west-1");
    assert_string_equal(dynox__profile_get(shop, "aws_access_key_id"), "new");
    assert_null(dynox__profile_get(shop, "sso_region"));
    assert_null(dynox__profiles_find(profiles, "s"));
    assert_string_equal(dynox__profile_get(dynox__profiles_section(profiles, "sso-session", "s"), "sso_region"), "x");
    dynox__profiles_release(profiles);
}

static void values_below_a_group_are_found(void **state)
{
    (void)state;
    write_config("[services local]\ndynamodb =\n  Endpoint_URL = http://a:1 # comment\n  other =\nkms =\n  a = b\n"
                 "plain = x\n  endpoint_url = y\n");
    dynox__profiles      *profiles = load();
    const dynox__profile *services = dynox__profiles_section(profiles, "services", "local");
    size_t                length   = 0;
    const char           *value    = dynox__profile_nested(services, "dynamodb", "endpoint_url", &length);
    assert_non_null(value);
    assert_int_equal(length, strlen("http://a:1"));
    assert_memory_equal(value, "http://a:1", length);
    assert_null(dynox__profile_nested(services, "dynamodb", "other", &length));
    assert_null(dynox__profile_nested(services, "kms", "endpoint_url", &length));
    assert_null(dynox__profile_nested(services, "plain", "endpoint_url", &length));
    assert_null(dynox__profile_nested(NULL, "kms", "a", &length));
    dynox__profiles_release(profiles);
}

static void a_malformed_file_is_named_with_its_line(void **state)
{
    (void)state;
    write_home(".aws/credentials", "[default]\n\nAKIDSECRET\n");
    load_fails("/.aws/credentials, line 3: Expected an '=' sign");
    dynox__profiles *profiles;
    dynox_error      error = {0};
    dynox__profiles_load(&profiles, &error);
    assert_null(strstr(error.message, "AKIDSECRET"));
}

static void a_file_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    setenv("AWS_CONFIG_FILE", test_home, 1); /* a folder */
    load_fails("cannot be read");
}

static void a_home_out_of_reach_is_empty(void **state)
{
    (void)state;
    if (geteuid() == 0) return; /* everything is in the reach of root */
    write_config("[default]\n");
    chmod(home_path(".aws"), 0);
    dynox__profiles_release(load());
    setenv("AWS_CONFIG_FILE", home_path(".aws/config"), 1);
    load_fails("cannot be read");
}

static void huge_files_are_refused(void **state)
{
    (void)state;
    FILE *file = fopen(home_path(".aws/config"), "wb");
    for (int i = 0; i <= (1 << 20); i++)
        fputc('#', file);
    fclose(file);
    load_fails("larger than 1 MiB");
}

static void endless_lines_are_refused(void **state)
{
    (void)state;
    FILE *file = fopen(home_path(".aws/config"), "wb");
    for (int i = 0; i < 65537; i++)
        fputs("[a]\n", file);
    fclose(file);
    load_fails("line 65537");
}

static void what_is_no_regular_file_is_refused_and_never_waited_for(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(home_path(".aws/fifo"), 0600), 0);
    setenv("AWS_CONFIG_FILE", home_path(".aws/fifo"), 1);
    load_fails("not a regular file");
    unlink(home_path(".aws/fifo"));
    setenv("AWS_CONFIG_FILE", "/dev/zero", 1);
    load_fails("not a regular file");
    setenv("AWS_CONFIG_FILE", "/dev/null", 1); /* this is how people say that there is none */
    dynox__profiles_release(load());
}

static void names_in_quotes_are_found_and_others_with_blanks_are_not(void **state)
{
    (void)state;
    write_config("[profile 'Foo Bar'] # why\nregion = a\n[profile \"Two # 2\"]\nregion = b\n[sso-session 'My Corp']\n"
                 "sso_region = c\n[services 'my local']\ndynamodb =\n  # comment\n  endpoint_url = http://a:1\n"
                 "[profile Not This]\nregion = d\n[profile 'open]\nregion = e\n");
    dynox__profiles *profiles = load();
    size_t           length   = 0;
    assert_string_equal(dynox__profile_get(dynox__profiles_find(profiles, "Foo Bar"), "region"), "a");
    assert_string_equal(dynox__profile_get(dynox__profiles_find(profiles, "Two # 2"), "region"), "b");
    assert_string_equal(dynox__profile_get(dynox__profiles_section(profiles, "sso-session", "My Corp"), "sso_region"),
                        "c");
    assert_non_null(dynox__profile_nested(dynox__profiles_section(profiles, "services", "my local"), "dynamodb",
                                          "endpoint_url", &length));
    assert_int_equal(length, 10);
    assert_null(dynox__profiles_find(profiles, "Not This"));
    assert_null(dynox__profiles_find(profiles, "'open"));
    dynox__profiles_release(profiles);
}

static void indented_comments_are_no_part_of_a_value(void **state)
{
    (void)state;
    write_config("  # first\n[default]\nregion = eu-west-1\n  # x\n\t; y\naws_secret_access_key = SECRET\n   # z\n");
    dynox__profiles      *profiles = load();
    const dynox__profile *profile  = dynox__profiles_find(profiles, "default");
    assert_string_equal(dynox__profile_get(profile, "region"), "eu-west-1");
    assert_string_equal(dynox__profile_get(profile, "aws_secret_access_key"), "SECRET");
    dynox__profiles_release(profiles);
}

static void a_zero_byte_is_refused(void **state)
{
    (void)state;
    FILE *file = fopen(home_path(".aws/config"), "wb");
    fwrite("[default]\nregion = a\0b\n", 1, 23, file);
    fclose(file);
    load_fails("line 2");
}

static void the_home_stands_for_a_tilde(void **state)
{
    static const char *const cases[][3] = {{"/h", "~/x", "/h/x"}, {"/h/", "~/x", "/h/x"}, {"/", "~/x", "/x"},
                                           {"/h", "~", "/h"},     {"/h", "~u/x", "~u/x"}, {"/h", "a/~", "a/~"},
                                           {"", "~/x", "~/x"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv("HOME", cases[i][0], 1);
        char *path = dynox__expand_path(cases[i][1]);
        assert_string_equal(path, cases[i][2]);
        dynox__free(path);
    }
}

static void the_profile_is_given_or_set_or_default(void **state)
{
    (void)state;
    assert_string_equal(dynox__profile_in_use(NULL), "default");
    assert_string_equal(dynox__profile_in_use(" "), "default");
    setenv("AWS_PROFILE", "set", 1);
    assert_string_equal(dynox__profile_in_use(NULL), "set");
    assert_string_equal(dynox__profile_in_use("given"), "given");
}

static void load_once(void *arg)
{
    dynox__profiles *profiles;
    dynox_error      error = {0};
    (void)arg;
    dynox_status status = dynox__profiles_load(&profiles, &error);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
    dynox__profiles_release(profiles);
}

static void a_failed_allocation_leaks_nothing(void **state)
{
    (void)state;
    write_config("[profile shop]\nregion = eu-west-1\n[default]\n");
    write_home(".aws/credentials", "[shop]\naws_access_key_id = new\n");
    test_every_allocation_failing(load_once, NULL);
}

#define AT_HOME(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {AT_HOME(files_that_do_not_exist_are_empty),
                                       AT_HOME(both_files_make_one_profile),
                                       AT_HOME(values_below_a_group_are_found),
                                       AT_HOME(a_malformed_file_is_named_with_its_line),
                                       AT_HOME(a_file_that_cannot_be_read_is_an_error),
                                       AT_HOME(a_home_out_of_reach_is_empty),
                                       AT_HOME(huge_files_are_refused),
                                       AT_HOME(endless_lines_are_refused),
                                       AT_HOME(what_is_no_regular_file_is_refused_and_never_waited_for),
                                       AT_HOME(names_in_quotes_are_found_and_others_with_blanks_are_not),
                                       AT_HOME(indented_comments_are_no_part_of_a_value),
                                       AT_HOME(a_zero_byte_is_refused),
                                       AT_HOME(the_home_stands_for_a_tilde),
                                       AT_HOME(the_profile_is_given_or_set_or_default),
                                       AT_HOME(a_failed_allocation_leaks_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
