/* What a profile says about credentials: the 28 cases that the official SDKs share. */
#include "base/buffer.h"
#include "json_data.h"
#include "services/provider/profile_plan.h"

/* What our error says where theirs says the other. */
static const struct {
    const char *theirs, *ours;
} words[] = {
    {"profile must contain `source_profile`", "is missing source_profile"},
    {"profile contained both source_profile and credential_source", "both source_profile and credential_source"},
    {"profile missing aws_secret_access_key", "missing aws_secret_access_key"},
    {"profile missing aws_access_key_id", "missing aws_access_key_id"},
    {"profile `B` did not contain credential information", "\"B\" has no credentials"},
    {"profile `A` did not contain credential information", "\"A\" has no credentials"},
    {"could not find source profile B referenced from A", "source_profile \"B\" of the profile \"A\" does not exist"},
    {"profile formed an infinite loop", "infinite loop"},
    {"`role_arn` was missing", "missing role_arn"},
    {"if `sso_role_name` is set, then `sso_account_id` must also be set", "missing sso_account_id"},
    {"if `sso_account_id` is set, then `sso_role_name` must also be set", "missing sso_role_name"},
    {"`sso_region` can only be specified in the [sso-session] config when a session name is given", "sso_region"},
    {"sso-session named `oops` (referenced by profile `A`) was not found", "\"oops\", which does not exist"},
};

static void add_sections(dynox__buffer *to, const char *kind, json_object *sections)
{
    if (!sections) return;
    json_object_object_foreach(sections, name, properties)
    {
        dynox__buffer_format(to, "[%s %s]\n", kind, name);
        json_object_object_foreach(properties, key, value)
        {
            dynox__buffer_format(to, "%s = %s\n", key, json_object_get_string(value));
        }
    }
}

static dynox__profiles *profiles_of(json_object *input)
{
    dynox__buffer    text     = {0};
    dynox__profiles *profiles = NULL;
    dynox_error      error    = {0};
    dynox__buffer_reserve(&text, 1);
    add_sections(&text, "profile", member(input, "profiles"));
    add_sections(&text, "sso-session", member(input, "sso_sessions"));
    size_t size = text.size;
    dynox__buffer_byte(&text, 0);
    if (dynox__profiles_parse(&profiles, (dynox__profile_text){"config", text.data, size},
                              (dynox__profile_text){.path = "credentials"}, &error) != DYNOX_OK)
        fail_msg("%s", error.message);
    return profiles;
}

/* A value of the profile is the one that is expected, or neither is there. */
static void same(const char *docs, const dynox__profile *profile, const char *key, json_object *expected,
                 const char *name)
{
    const char *got = dynox__profile_get(profile, key), *wanted = text_of(expected, name);
    if ((got || wanted) && (!got || !wanted || strcmp(got, wanted) != 0))
        fail_msg("%s: %s is %s, not %s", docs, key, got ? got : "nothing", wanted ? wanted : "nothing");
}

static void check_base(const char *docs, const dynox__profile_plan *plan, json_object *expected)
{
    static const char *const named[] = {[DYNOX__PLAN_ENVIRONMENT] = "Environment",
                                        [DYNOX__PLAN_CONTAINER]   = "EcsContainer",
                                        [DYNOX__PLAN_IMDS]        = "Ec2InstanceMetadata"};
    json_object             *keys = member(expected, "AccessKey"), *identity = member(expected, "WebIdentityToken");
    json_object             *sso    = member(expected, "Sso");
    const char              *source = text_of(expected, "NamedSource");
    if (keys) {
        assert_int_equal(plan->kind, DYNOX__PLAN_KEYS);
        same(docs, plan->base, "aws_access_key_id", keys, "access_key_id");
        same(docs, plan->base, "aws_secret_access_key", keys, "secret_access_key");
        same(docs, plan->base, "aws_session_token", keys, "session_token");
        same(docs, plan->base, "aws_account_id", keys, "account_id");
    } else if (identity) {
        assert_int_equal(plan->kind, DYNOX__PLAN_WEB_IDENTITY);
        same(docs, plan->base, "role_arn", identity, "role_arn");
        same(docs, plan->base, "web_identity_token_file", identity, "web_identity_token_file");
        same(docs, plan->base, "role_session_name", identity, "role_session_name");
    } else if (sso) {
        assert_int_equal(plan->kind, DYNOX__PLAN_SSO);
        same(docs, plan->base, "sso_account_id", sso, "sso_account_id");
        same(docs, plan->base, "sso_role_name", sso, "sso_role_name");
        same(docs, plan->base, "sso_session", sso, "sso_session");
    } else {
        assert_non_null(source);
        assert_true(plan->kind >= DYNOX__PLAN_ENVIRONMENT);
        assert_string_equal(named[plan->kind], source);
    }
}

static void check_plan(const char *docs, const dynox__profile_plan *plan, json_object *chain)
{
    size_t length = json_object_array_length(chain);
    if (plan->role_count + 1 != length) fail_msg("%s: %zu roles", docs, plan->role_count);
    check_base(docs, plan, json_object_array_get_idx(chain, 0));
    for (size_t i = 0; i < plan->role_count; i++) {
        json_object *role = member(json_object_array_get_idx(chain, length - 1 - i), "AssumeRole");
        assert_non_null(role);
        same(docs, plan->roles[i], "role_arn", role, "role_arn");
        same(docs, plan->roles[i], "external_id", role, "external_id");
        same(docs, plan->roles[i], "role_session_name", role, "role_session_name");
    }
}

static void check_error(const char *docs, const dynox_error *error, const char *theirs)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].theirs, theirs) != 0) continue;
        if (!strstr(error->message, words[i].ours)) fail_msg("%s: \"%s\"", docs, error->message);
        return;
    }
    fail_msg("%s: an error that this test does not know: %s", docs, theirs);
}

static void run_case(json_object *item)
{
    json_object        *input = member(item, "input"), *output = member(item, "output");
    const char         *docs = text_of(item, "docs"), *name = text_of(input, "selected_profile");
    const char         *wrong    = text_of(output, "Error");
    dynox__profiles    *profiles = profiles_of(input);
    dynox__profile_plan plan;
    dynox_error         error = {0};
    if (!dynox__profiles_find(profiles, name)) {
        assert_string_equal(wrong, "No profiles were defined");
    } else if (dynox__profile_plan_make(&plan, profiles, name, &error) == DYNOX_OK) {
        if (wrong) fail_msg("%s: no error", docs);
        check_plan(docs, &plan, member(output, "ProfileChain"));
    } else {
        if (!wrong) fail_msg("%s: %s", docs, error.message);
        check_error(docs, &error, wrong);
    }
    dynox__profiles_release(profiles);
}

static void a_profile_leads_to_the_same_credentials_as_with_the_official_sdks(void **state)
{
    (void)state;
    json_object *root  = json_file(test_data("data/aws/credentials/assume-role-tests.json"));
    size_t       count = json_object_array_length(root);
    assert_int_equal(count, 28);
    for (size_t i = 0; i < count; i++)
        run_case(json_object_array_get_idx(root, i));
    json_object_put(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_leads_to_the_same_credentials_as_with_the_official_sdks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
