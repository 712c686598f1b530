/* Chains of profiles: roles with source_profile, with credential_source, in loops, too long, half written. A plan is
 * what the files say, step by step; a refusal has its reason; and providers can be made of every plan. The first byte
 * is dropped. If it is even the rest is a config file, else it picks keys and values that matter, two bytes a line;
 * with its second bit providers are made. */
#include "services/source/providers.h"
/* the provider that is tested is the one of this file */
#define dynox__provider_profile fuzz_provider_profile
#include "services/provider/provider_profile.c"
#undef dynox__provider_profile
#include "base/buffer.h"
#include "fuzz/fuzz.h"

static const char *const lines[] = {
    "[profile a]",
    "[profile b]",
    "[profile c]",
    "[default]",
    "[sso-session s]",
    "[profile a b]",
    "role_arn = arn:aws:iam::123456789012:role/r",
    "source_profile = a",
    "source_profile = b",
    "source_profile = c",
    "source_profile = default",
    "source_profile = nowhere",
    "credential_source = Environment",
    "credential_source = EcsContainer",
    "credential_source = Ec2InstanceMetadata",
    "credential_source = x",
    "aws_access_key_id = AKID",
    "aws_secret_access_key = SECRET",
    "aws_session_token = TOKEN",
    "web_identity_token_file = /nowhere/token",
    "credential_process = /bin/true",
    "sso_session = s",
    "sso_account_id = 123456789012",
    "sso_role_name = r",
    "sso_region = eu-west-1",
    "sso_start_url = https://x.awsapps.com/start",
    "login_session = arn:aws:iam::1:user/x",
    "mfa_serial = arn:aws:iam::1:mfa/x",
    "duration_seconds = 900",
    "duration_seconds = 1",
    "role_session_name = n",
    "external_id = e",
    "region = eu-west-1",
    "source_profile =",
    "role_arn =",
};

/* Profiles named by numbers, each with the next as its source: chains longer than the limit. */
static void write_chain(dynox__buffer *to, unsigned count, unsigned last)
{
    for (unsigned i = 0; i < count; i++)
        dynox__buffer_format(to, "[profile %c%u]\nrole_arn = r\nsource_profile = a%u\n", 'a', i,
                             i + 1 < count ? i + 1 : last);
}

static dynox__profiles *read_profiles(const uint8_t *data, size_t size)
{
    dynox__buffer    text     = {0};
    dynox__profiles *profiles = NULL;
    dynox_error      error    = {0};
    dynox__buffer_reserve(&text, 1);
    for (size_t i = 1; data[0] & 1 && i + 1 < size; i += 2) {
        if (data[i] < 0xF8)
            dynox__buffer_format(&text, "%s\n", lines[data[i + 1] % (sizeof lines / sizeof *lines)]);
        else
            write_chain(&text, data[i] & 7 ? 14 + (data[i] & 7) : 2, data[i + 1] % 24);
    }
    if (!(data[0] & 1)) dynox__buffer_add(&text, (const char *)data + 1, size - 1);
    size_t length = text.size;
    dynox__buffer_byte(&text, 0);
    if (text.failed) abort();
    dynox_status status = dynox__profiles_parse(&profiles, (dynox__profile_text){"config", text.data, length},
                                                (dynox__profile_text){.path = "credentials"}, &error);
    PROMISE(status == (profiles ? DYNOX_OK : DYNOX_E_CONFIGURATION));
    return profiles;
}

/* The plan goes on as the files say, and nowhere twice. */
static void check_plan(const dynox__profile_plan *plan, const dynox__profiles *profiles, const char *name)
{
    const char *next = name;
    PROMISE(plan->base && plan->role_count <= DYNOX__PLAN_ROLES);
    for (size_t i = 0; i < plan->role_count; i++) {
        const dynox__profile *role = plan->roles[i];
        PROMISE(next && role == dynox__profiles_find(profiles, next) && dynox__profile_get(role, "role_arn"));
        for (size_t k = 0; k < i; k++)
            PROMISE(plan->roles[k] != role);
        next = dynox__profile_get(role, "source_profile");
        PROMISE(!next != !dynox__profile_get(role, "credential_source"));
    }
    bool from_source = plan->kind >= DYNOX__PLAN_ENVIRONMENT;
    PROMISE(from_source == !next);
    PROMISE(plan->base == (next ? dynox__profiles_find(profiles, next) : plan->roles[plan->role_count - 1]));
    if (plan->kind == DYNOX__PLAN_KEYS)
        PROMISE(dynox__profile_get(plan->base, "aws_access_key_id") &&
                dynox__profile_get(plan->base, "aws_secret_access_key"));
}

/* Of more sources than there are profiles, one comes again. */
static bool has_loop(const dynox__profiles *profiles, const char *name)
{
    for (size_t i = 0; i <= profiles->count && name; i++)
        name = dynox__profile_get(dynox__profiles_find(profiles, name), "source_profile");
    return name != NULL;
}

/* Other words of a message may be the file's. */
static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);
    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* `builds`: how many stacks of providers may still be made, which takes a hundred times as long as all else. */
static void check_profile(dynox__profiles *profiles, const dynox__profile *profile, int *builds)
{
    dynox__profile_plan plan;
    dynox_error         error  = {0};
    dynox_status        status = dynox__profile_plan_make(&plan, profiles, profile->name, &error);
    PROMISE(status == DYNOX_OK || (status == error.status && error.message[0]));
    PROMISE(status == DYNOX_OK || status == DYNOX_E_CONFIGURATION ||
            (status == DYNOX__NOT_CONFIGURED && !dynox__profile_get(profile, "role_arn")));
    if (ends_with(error.message, "the chain of source_profile is an infinite loop"))
        PROMISE(has_loop(profiles, profile->name));
    dynox_error_clear(&error);
    if (status != DYNOX_OK) return;
    check_plan(&plan, profiles, profile->name);
    if (--*builds < 0) return;
    dynox__source_context       context = {.profiles = profiles, .profile = profile, .region = "eu-west-1"};
    dynox_credentials_provider *made    = build(&plan, &context, &error);
    PROMISE(made || (error.status == DYNOX_E_CONFIGURATION && error.message[0]));
    dynox_credentials_provider_release(made);
    dynox_error_clear(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    int              builds   = data[0] & 2 ? 2 : 0;
    dynox__profiles *profiles = read_profiles(data, size);
    for (size_t i = 0; profiles && i < profiles->count; i++)
        if (strcmp(profiles->sections[i].kind, "profile") == 0)
            check_profile(profiles, &profiles->sections[i], &builds);
    dynox__profiles_release(profiles);
    return 0;
}
