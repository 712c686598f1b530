/* Credentials as a profile says. The files are read at each fetch, so that a new login, or new keys, count without a
 * restart. While they stay the same, so do the providers that were made from them: these know tokens of instances, and
 * when it is too early to ask again. */
#include "aws/config/environment.h"
#include "base/alloc.h"
#include "services/provider/profile_plan.h"
#include "services/source/source.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct profile_provider {
    dynox_credentials_provider provider;
    char                      *name, *region; /* NULL: AWS_PROFILE and "default"; by the rules */
    /* What the last fetch has made, and from what; NULL: nothing that is worth keeping. */
    dynox_credentials_provider *stack;
    dynox__profiles            *profiles;
    const dynox__profile       *profile;
    const char                 *features; /* what the profile has to do with it, in letters of the user agent */
} profile_provider;

/* ---- from the plan to providers ---- */

static dynox_credentials_provider *keys_of(const dynox__profile *profile, dynox_error *error)
{
    const dynox_credentials     set  = {.access_key_id     = dynox__profile_get(profile, "aws_access_key_id"),
                                        .secret_access_key = dynox__profile_get(profile, "aws_secret_access_key"),
                                        .session_token     = dynox__profile_get(profile, "aws_session_token"),
                                        .account_id        = dynox__profile_get(profile, "aws_account_id")};
    dynox_credentials_provider *made = dynox__credentials_of_profile(&set);
    if (!made) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return made;
}

static dynox_credentials_provider *environment(dynox_error *error)
{
    dynox_credentials_provider *made = dynox_credentials_environment();
    if (!made) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return made;
}

/* duration_seconds; false: it is no number. */
static bool duration_of(const dynox__profile *profile, unsigned *seconds, dynox_error *error)
{
    const char *text = dynox__profile_get(profile, "duration_seconds");
    char       *end;
    *seconds = 0;
    if (!text) return true;
    errno              = 0;
    unsigned long many = strtoul(text, &end, 10);
    if (*text >= '0' && *text <= '9' && !*end && !errno && many <= 43200) {
        *seconds = many ? (unsigned)many : 1; /* 1 is refused like any number that is too small */
        return dynox__session_duration(*seconds, error) == DYNOX_OK;
    }
    dynox_error_set(
        error, DYNOX_E_CONFIGURATION,
        "the profile \"%.100s\" has the duration_seconds \"%.40s\", which is not a number from 900 to 43200",
        profile->name, text);
    return false;
}

static dynox_credentials_provider *identity_of(const dynox__profile *profile, const dynox__source_context *context,
                                               dynox_error *error)
{
    dynox__web_identity identity = {.token_file   = dynox__profile_get(profile, "web_identity_token_file"),
                                    .role_arn     = dynox__profile_get(profile, "role_arn"),
                                    .session_name = dynox__profile_get(profile, "role_session_name")};
    if (!duration_of(profile, &identity.duration_s, error)) return NULL;
    return dynox__provider_web_identity(&identity, context, error);
}

static dynox_credentials_provider *base_of(const dynox__profile_plan *plan, const dynox__source_context *context,
                                           dynox_error *error)
{
    dynox__source_context base = *context;
    base.profile               = plan->base;
    switch (plan->kind) {
    case DYNOX__PLAN_KEYS: return keys_of(plan->base, error);
    case DYNOX__PLAN_WEB_IDENTITY: return identity_of(plan->base, context, error);
    case DYNOX__PLAN_SSO: return dynox__provider_sso(&base, error);
    case DYNOX__PLAN_LOGIN: return dynox__provider_login(&base, error);
    case DYNOX__PLAN_PROCESS: return dynox__provider_process(&base, error);
    case DYNOX__PLAN_ENVIRONMENT: return environment(error);
    case DYNOX__PLAN_CONTAINER: return dynox__provider_container(context, error);
    case DYNOX__PLAN_IMDS: return dynox__provider_imds(context, error);
    }
    dynox_error_set(error, DYNOX_E_INTERNAL, "a plan without a base");
    return NULL;
}

/* Wraps `source`, which is taken over, in the role of a profile. */
static dynox_credentials_provider *role_of(const dynox__profile *profile, dynox_credentials_provider *source,
                                           const dynox__source_context *context, dynox_error *error)
{
    dynox__assume_role          role = {.source       = source,
                                        .role_arn     = dynox__profile_get(profile, "role_arn"),
                                        .session_name = dynox__profile_get(profile, "role_session_name"),
                                        .external_id  = dynox__profile_get(profile, "external_id")};
    dynox_credentials_provider *made = NULL;
    if (duration_of(profile, &role.duration_s, error)) made = dynox__provider_assume_role(&role, context, error);
    dynox_credentials_provider_release(source);
    return made;
}

/* All calls have the region and the settings of the profile in use, not of those behind it. */
static dynox_credentials_provider *build(const dynox__profile_plan *plan, const dynox__source_context *context,
                                         dynox_error *error)
{
    dynox_credentials_provider *made = base_of(plan, context, error);
    for (size_t i = plan->role_count; made && i > 0; i--)
        made = role_of(plan->roles[i - 1], made, context, error);
    return made;
}

/* ---- fetching ---- */

static dynox_status absent(const profile_provider *self, const char *name, dynox_error *error)
{
    bool named = self->name || dynox__setting("AWS_PROFILE");
    return dynox_error_set(error, named ? DYNOX_E_CONFIGURATION : DYNOX__NOT_CONFIGURED,
                           "there is no profile \"%.100s\" in the config and credentials files", name);
}

static bool same_section(const dynox__profile *a, const dynox__profile *b)
{
    if (strcmp(a->kind, b->kind) != 0 || strcmp(a->name, b->name) != 0 || a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->properties[i].key, b->properties[i].key) != 0 ||
            strcmp(a->properties[i].value, b->properties[i].value) != 0)
            return false;
    return true;
}

static bool same_profiles(const dynox__profiles *a, const dynox__profiles *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_section(&a->sections[i], &b->sections[i])) return false;
    return true;
}

static void forget(profile_provider *self)
{
    dynox_credentials_provider_release(self->stack);
    dynox__profiles_release(self->profiles);
    self->stack    = NULL;
    self->profiles = NULL;
}

static const char *features_of(const dynox__profile_plan *plan)
{
    bool identity = plan->kind == DYNOX__PLAN_WEB_IDENTITY;
    if (!plan->role_count) return identity ? "q" : "";
    if (plan->kind >= DYNOX__PLAN_ENVIRONMENT) return "p";
    return identity ? "o,q" : "o";
}

/* A reference to the providers that the profile stands for. Keys alone are not kept: they are in the cache already. */
static dynox_credentials_provider *stack_of(profile_provider *self, const dynox__source_context *context,
                                            dynox_error *error)
{
    dynox__profile_plan plan;
    if (self->stack && strcmp(self->profile->name, context->profile->name) == 0 &&
        same_profiles(self->profiles, context->profiles))
        return dynox_credentials_provider_acquire(self->stack);
    forget(self);
    if (dynox__profile_plan_make(&plan, context->profiles, context->profile->name, error) != DYNOX_OK) return NULL;
    self->features                   = features_of(&plan);
    dynox_credentials_provider *made = build(&plan, context, error);
    if (made && plan.kind != DYNOX__PLAN_KEYS) {
        self->stack    = dynox_credentials_provider_acquire(made);
        self->profiles = dynox__profiles_acquire(context->profiles);
        self->profile  = context->profile;
    }
    return made;
}

static dynox_status fetch_from(profile_provider *self, dynox__profiles *profiles, dynox_credentials **credentials,
                               dynox_error *error)
{
    const char           *name    = dynox__profile_in_use(self->name);
    dynox__source_context context = {
        .profiles = profiles, .profile = dynox__profiles_find(profiles, name), .region = self->region};
    if (!context.profile) return absent(self, name, error);
    dynox_credentials_provider *stack = stack_of(self, &context, error);
    if (!stack) return error->status;
    dynox_status status = dynox__required(dynox__provider_fetch(stack, credentials, error), error);
    if (status == DYNOX_OK) dynox__credentials_feature(*credentials, self->features, true);
    dynox_credentials_provider_release(stack);
    return status;
}

static dynox_status profile_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                  dynox_error *error)
{
    dynox__profiles *profiles = NULL;
    dynox_status     status   = dynox__profiles_load(&profiles, error);
    if (status == DYNOX_OK) status = fetch_from((profile_provider *)provider, profiles, credentials, error);
    dynox__profiles_release(profiles);
    return status;
}

static void profile_destroy(dynox_credentials_provider *provider)
{
    profile_provider *self = (profile_provider *)provider;
    forget(self);
    dynox__free(self->name);
    dynox__free(self->region);
}

static const dynox__source_class profile_class = {
    .provider = {.name = "the profile", .load = dynox__source_load, .destroy = profile_destroy},
    .fetch    = profile_fetch};

dynox_credentials_provider *dynox__provider_profile(const char *name, const char *region)
{
    profile_provider *made = dynox__provider_new(&profile_class.provider, sizeof *made);
    if (!made) return NULL;
    made->name   = dynox__strdup(name);
    made->region = dynox__strdup(region);
    if ((made->name || !name) && (made->region || !region)) return &made->provider;
    dynox_credentials_provider_release(&made->provider);
    return NULL;
}
