/* Credentials of IAM Identity Center (SSO): the token that `aws sso login` left in a file, exchanged for those of a
 * role. Tokens of an sso-session are renewed; those of the older way, with the start URL in the profile, are not.
 * Sources: AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider"; the SDKs (Rust, botocore). */
#include "base/clock.h"
#include "base/date.h"
#include "services/source/source.h"
#include "services/sso/sso.h"
#include "services/sso/token_cache.h"
#include <stdio.h>

typedef struct sso_provider {
    dynox_credentials_provider provider;
    dynox__kept_context        kept;
    dynox__sso_role            role;  /* in the profile, or its sso-session */
    const char                *named; /* what the token's file is named for */
    bool                       renewed;
} sso_provider;

/* What the cache calls back with. */
typedef struct sso_cache {
    dynox__token_cache           cache;
    const dynox__source_context *context;
    const char                  *region;
} sso_cache;

/* ---- the token ---- */

static bool token_end(const dynox__json *token, int64_t *seconds)
{
    return dynox__json_text(token, "accessToken") && dynox__iso8601(dynox__json_text(token, "expiresAt"), seconds);
}

/* The registration of the program that signed in ends, too. */
static bool token_renewable(const dynox__json *token)
{
    int64_t end;
    return dynox__json_text(token, "refreshToken") && dynox__json_text(token, "clientId") &&
           dynox__json_text(token, "clientSecret") &&
           dynox__iso8601(dynox__json_text(token, "registrationExpiresAt"), &end) &&
           end > dynox__wall_ns() / DYNOX__SECOND;
}

static dynox_status token_renew(const dynox__token_cache *cache, dynox__json *token, dynox_error *error)
{
    const sso_cache *self = DYNOX__CONTAINER(cache, const sso_cache, cache);
    return dynox__sso_renew_token(self->context, self->region, token, error);
}

/* ---- fetching ---- */

static dynox_status ask(const sso_provider *self, const dynox__token_cache *cache, dynox_credentials **credentials,
                        dynox_error *error)
{
    dynox__json *token;
    dynox_error  detail = {0};
    dynox_status status = dynox__token_cache_load(cache, &token, error);
    if (status != DYNOX_OK) return status;
    status = dynox__sso_role_credentials(&self->kept.context, &self->role, dynox__json_text(token, "accessToken"),
                                         credentials, &detail);
    if (status == DYNOX_E_EXPIRED_TOKEN)
        dynox_error_set(error, status = DYNOX_E_CREDENTIALS, "%s is not valid any more: %s (%.200s)", cache->what,
                        cache->advice, detail.message);
    else if (status != DYNOX_OK)
        dynox_error_copy(error, &detail);
    dynox__json_free(token);
    return status;
}

static dynox_status sso_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials, dynox_error *error)
{
    sso_provider *self = (sso_provider *)provider;
    char         *path = dynox__token_cache_path("~/.aws/sso/cache/", "SHA1", self->named);
    sso_cache     mine = {.cache   = {.path      = path,
                                      .what      = "the SSO token",
                                      .end       = token_end,
                                      .renewable = self->renewed ? token_renewable : NULL,
                                      .renew     = token_renew},
                          .context = &self->kept.context,
                          .region  = self->role.region};
    if (!path) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    snprintf(mine.cache.advice, sizeof mine.cache.advice, "run `aws sso login --profile %.100s`",
             self->kept.context.profile->name);
    dynox_status status = ask(self, &mine.cache, credentials, error);
    dynox__free(path);
    return status;
}

/* ---- making ---- */

static bool lacks(const char *where, const char *key, dynox_error *error)
{
    dynox_error_set(error, DYNOX_E_CONFIGURATION, "%.150s has no %s", where, key);
    return false;
}

/* What the profile says, too, must be the same. */
static bool agree(const dynox__profile *profile, const dynox__profile *session, const char *key, dynox_error *error)
{
    const char *here = dynox__profile_get(profile, key), *there = dynox__profile_get(session, key);
    if (!here || !there || strcmp(here, there) == 0) return true;
    dynox_error_set(error, DYNOX_E_CONFIGURATION,
                    "the profile \"%.100s\" and its sso-session \"%.100s\" have different values of %s", profile->name,
                    session->name, key);
    return false;
}

/* Finds where things are; `from`: the section that has the start URL and the region. */
static const dynox__profile *find_section(const dynox__source_context *context, const char *session, dynox_error *error)
{
    const dynox__profile *profile = context->profile;
    if (!session) return profile;
    const dynox__profile *from =
        context->profiles ? dynox__profiles_section(context->profiles, "sso-session", session) : NULL;
    if (!from)
        dynox_error_set(error, DYNOX_E_CONFIGURATION,
                        "the profile \"%.100s\" names the sso-session \"%.100s\", which does not exist", profile->name,
                        session);
    else if (agree(profile, from, "sso_region", error) && agree(profile, from, "sso_start_url", error))
        return from;
    return NULL;
}

static bool configure(sso_provider *self, const dynox__source_context *context, dynox_error *error)
{
    char                  where[160];
    const dynox__profile *profile = context->profile;
    const char           *session = dynox__profile_get(profile, "sso_session");
    const dynox__profile *from    = find_section(context, session, error);
    if (!from) return false;
    self->renewed = session != NULL;
    self->named   = session ? session : dynox__profile_get(from, "sso_start_url");
    self->role    = (dynox__sso_role){.region     = dynox__profile_get(from, "sso_region"),
                                      .account_id = dynox__profile_get(profile, "sso_account_id"),
                                      .role_name  = dynox__profile_get(profile, "sso_role_name")};
    snprintf(where, sizeof where, "the profile \"%.100s\"", profile->name);
    if (!self->role.account_id) return lacks(where, "sso_account_id", error);
    if (!self->role.role_name) return lacks(where, "sso_role_name", error);
    snprintf(where, sizeof where, "the %s \"%.100s\"", from->kind, from->name);
    if (!dynox__profile_get(from, "sso_start_url")) return lacks(where, "sso_start_url", error);
    if (!self->role.region) return lacks(where, "sso_region", error);
    return true;
}

static void sso_destroy(dynox_credentials_provider *provider)
{
    dynox__context_free(&((sso_provider *)provider)->kept);
}

static const dynox__source_class sso_class = {
    .provider = {.name = "IAM Identity Center", .feature = "r,s", .load = dynox__source_load, .destroy = sso_destroy},
    .fetch    = sso_fetch};

static const dynox__source_class legacy_class = {
    .provider = {.name = "IAM Identity Center", .feature = "t,u", .load = dynox__source_load, .destroy = sso_destroy},
    .fetch    = sso_fetch};

dynox_credentials_provider *dynox__provider_sso(const dynox__source_context *context, dynox_error *error)
{
    sso_provider found = {0};
    if (!configure(&found, context, error)) return NULL;
    const dynox__source_class *class_ = found.renewed ? &sso_class : &legacy_class;
    sso_provider              *made   = dynox__provider_new(&class_->provider, sizeof *made);
    if (made) {
        made->role    = found.role;
        made->named   = found.named;
        made->renewed = found.renewed;
        if (dynox__context_keep(&made->kept, context)) return &made->provider;
        dynox_credentials_provider_release(&made->provider);
    }
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}
