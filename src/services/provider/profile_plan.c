/* From a profile to a plan. The order inside a profile, and what is refused, is that of the official SDKs (AWS SDKs and
 * Tools Reference Guide, "Assume role credential provider" and its neighbours). */
#include "services/provider/profile_plan.h"
#include "base/ascii.h"
#include <string.h>

static const char *get(const dynox__profile *profile, const char *key)
{
    return dynox__profile_get(profile, key);
}

static dynox_status refuse(dynox_error *error, const dynox__profile *profile, const char *why)
{
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "the profile \"%.100s\" %s", profile->name, why);
}

/* ---- the first credentials ---- */

static dynox_status take(dynox__profile_plan *plan, const dynox__profile *profile, dynox__plan_base kind)
{
    plan->kind = kind;
    plan->base = profile;
    return DYNOX_OK;
}

static dynox_status take_keys(dynox__profile_plan *plan, const dynox__profile *profile, dynox_error *error)
{
    const char *id = get(profile, "aws_access_key_id"), *secret = get(profile, "aws_secret_access_key");
    if (id && secret) return take(plan, profile, DYNOX__PLAN_KEYS);
    if (id) return refuse(error, profile, "has aws_access_key_id, but is missing aws_secret_access_key");
    if (secret) return refuse(error, profile, "has aws_secret_access_key, but is missing aws_access_key_id");
    return dynox_error_set(error, DYNOX__NOT_CONFIGURED, "the profile \"%.100s\" has no credentials in it",
                           profile->name);
}

static dynox_status take_web_identity(dynox__profile_plan *plan, const dynox__profile *profile, dynox_error *error)
{
    if (!get(profile, "role_arn"))
        return refuse(error, profile, "has web_identity_token_file, but is missing role_arn");
    return take(plan, profile, DYNOX__PLAN_WEB_IDENTITY);
}

/* A value that belongs into the session may be repeated in the profile, but must not contradict it. */
static bool contradicts(const dynox__profile *profile, const dynox__profile *session, const char *key)
{
    const char *ours = get(profile, key), *its = get(session, key);
    return ours && (!its || strcmp(ours, its) != 0);
}

static dynox_status take_sso(dynox__profile_plan *plan, const dynox__profiles *profiles, const dynox__profile *profile,
                             dynox_error *error)
{
    const char           *name    = get(profile, "sso_session");
    const dynox__profile *session = name ? dynox__profiles_section(profiles, "sso-session", name) : NULL;
    bool                  account = get(profile, "sso_account_id"), role = get(profile, "sso_role_name");
    if (account && !role) return refuse(error, profile, "has sso_account_id, but is missing sso_role_name");
    if (role && !account) return refuse(error, profile, "has sso_role_name, but is missing sso_account_id");
    if (name && !session)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "the profile \"%.100s\" names the sso-session \"%.100s\", which does not exist",
                               profile->name, name);
    if (name && contradicts(profile, session, "sso_region"))
        return refuse(error, profile, "has an sso_region that is not that of its sso-session");
    if (name && contradicts(profile, session, "sso_start_url"))
        return refuse(error, profile, "has an sso_start_url that is not that of its sso-session");
    return take(plan, profile, DYNOX__PLAN_SSO);
}

static dynox_status take_base(dynox__profile_plan *plan, const dynox__profiles *profiles, const dynox__profile *profile,
                              dynox_error *error)
{
    static const char *const sso[] = {"sso_session", "sso_start_url", "sso_account_id", "sso_role_name"};
    if (get(profile, "web_identity_token_file")) return take_web_identity(plan, profile, error);
    for (size_t i = 0; i < sizeof sso / sizeof sso[0]; i++)
        if (get(profile, sso[i])) return take_sso(plan, profiles, profile, error);
    if (get(profile, "login_session")) return take(plan, profile, DYNOX__PLAN_LOGIN);
    if (get(profile, "credential_process")) return take(plan, profile, DYNOX__PLAN_PROCESS);
    return take_keys(plan, profile, error);
}

static dynox_status take_source(dynox__profile_plan *plan, const dynox__profile *profile, const char *source,
                                dynox_error *error)
{
    static const struct {
        const char      *name;
        dynox__plan_base kind;
    } known[] = {{"Environment", DYNOX__PLAN_ENVIRONMENT},
                 {"EcsContainer", DYNOX__PLAN_CONTAINER},
                 {"Ec2InstanceMetadata", DYNOX__PLAN_IMDS}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (dynox__ascii_same(source, known[i].name)) return take(plan, profile, known[i].kind);
    return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                           "the profile \"%.100s\" has the credential_source \"%.60s\", which is none of Environment, "
                           "EcsContainer, Ec2InstanceMetadata",
                           profile->name, source);
}

/* ---- the chain ---- */

static bool is_role(const dynox__profile *profile)
{
    return get(profile, "role_arn") && !get(profile, "web_identity_token_file");
}

static bool visited(const dynox__profile_plan *plan, const dynox__profile *profile)
{
    for (size_t i = 0; i < plan->role_count; i++)
        if (plan->roles[i] == profile) return true;
    return false;
}

static dynox_status add_role(dynox__profile_plan *plan, const dynox__profile *profile, dynox_error *error)
{
    bool from_profile = get(profile, "source_profile"), from_source = get(profile, "credential_source");
    if (from_profile && from_source)
        return refuse(error, profile, "has both source_profile and credential_source: only one can be right");
    if (!from_profile && !from_source)
        return refuse(error, profile, "has role_arn, but is missing source_profile (or credential_source)");
    if (get(profile, "mfa_serial"))
        return refuse(error, profile,
                      "wants a code of an MFA device (mfa_serial), which a library cannot ask for: use a profile with "
                      "credential_process or with keys of a session");
    if (plan->role_count == DYNOX__PLAN_ROLES)
        return refuse(error, profile, "is the end of a chain of more than 16 roles");
    plan->roles[plan->role_count++] = profile;
    return DYNOX_OK;
}

static dynox_status refuse_loop(dynox_error *error, const dynox__profile *profile)
{
    return refuse(error, profile, "is its own source: the chain of source_profile is an infinite loop");
}

/* The profile that the last role gets its credentials from, which may be its own, for its keys. */
static dynox_status find_source(const dynox__profile_plan *plan, const dynox__profiles *profiles,
                                const dynox__profile **source, dynox_error *error)
{
    const dynox__profile *from = plan->roles[plan->role_count - 1];
    const char           *name = get(from, "source_profile");
    *source                    = dynox__profiles_find(profiles, name);
    if (!*source)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "the source_profile \"%.100s\" of the profile \"%.100s\" does not exist", name,
                               from->name);
    if (*source != from && visited(plan, *source)) return refuse_loop(error, *source);
    return DYNOX_OK;
}

/* A source must have credentials: that it has none is not something to pass over. */
static dynox_status as_source(dynox_status status, dynox_error *error)
{
    if (status == DYNOX__NOT_CONFIGURED) status = error->status = DYNOX_E_CONFIGURATION;
    return status;
}

dynox_status dynox__profile_plan_make(dynox__profile_plan *plan, const dynox__profiles *profiles, const char *name,
                                      dynox_error *error)
{
    const dynox__profile *profile = dynox__profiles_find(profiles, name);
    dynox_status          status;
    *plan = (dynox__profile_plan){0};
    if (!is_role(profile)) return take_base(plan, profiles, profile, error);
    for (;;) {
        status = add_role(plan, profile, error);
        if (status != DYNOX_OK) return status;
        const char *source = get(profile, "credential_source");
        if (source) return take_source(plan, profile, source, error);
        const dynox__profile *from = profile;
        status                     = find_source(plan, profiles, &profile, error);
        if (status != DYNOX_OK) return status;
        /* in a source, keys come before roles */
        status = take_keys(plan, profile, error);
        if (status != DYNOX__NOT_CONFIGURED) return status;
        if (profile == from) return refuse_loop(error, profile);
        if (!is_role(profile)) return as_source(take_base(plan, profiles, profile, error), error);
    }
}
