/* Credentials of `aws login`: a file has them and what renewing them takes. Each renewal proves, with a key that never
 * leaves this machine, that it is still the same one that signed in (DPoP).
 * Sources: the SDKs (Rust, CRT), their test cases. */
#include "aws/config/region.h"
#include "aws/endpoint/endpoint.h"
#include "base/clock.h"
#include "base/date.h"
#include "http/fetch/fetch.h"
#include "services/format/json_credentials.h"
#include "services/source/secret_file.h"
#include "services/source/source.h"
#include "services/sso/sign_in_proof.h"
#include "services/sso/token_cache.h"
#include <stdio.h>

enum { LARGEST_ANSWER = 1 << 16, ATTEMPT_MS = 10000 };

typedef struct login_provider {
    dynox_credentials_provider provider;
    dynox__kept_context        kept;
} login_provider;

typedef struct login_cache {
    dynox__token_cache           cache;
    const dynox__source_context *context;
} login_cache;

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* ---- the file ---- */

static bool login_end(const dynox__json *document, int64_t *seconds)
{
    const dynox__json *token = dynox__json_inner(document, "accessToken");
    return dynox__json_text(token, "accessKeyId") && dynox__json_text(token, "secretAccessKey") &&
           dynox__json_text(token, "sessionToken") && dynox__iso8601(dynox__json_text(token, "expiresAt"), seconds);
}

static bool login_renewable(const dynox__json *document)
{
    return dynox__json_text(document, "clientId") && dynox__json_text(document, "refreshToken") &&
           dynox__json_text(document, "dpopKey");
}

/* ---- renewing ---- */

static void add_host(dynox__buffer *url, const char *region)
{
    const char *partition = dynox__partition_of(region)->name;
    const char *suffix    = "aws.amazon.com";
    if (strcmp(partition, "aws-cn") == 0) suffix = "amazonaws.cn";
    if (strcmp(partition, "aws-us-gov") == 0) suffix = "amazonaws-us-gov.com";
    dynox__buffer_format(url, "https://%s.signin.%s", region, suffix);
}

static dynox_status find_url(dynox__buffer *url, const dynox__source_context *context, dynox_error *error)
{
    char                  none[]   = "";
    const dynox__settings settings = {.profiles = context->profiles, .profile = context->profile, .name = none};
    char                 *region = NULL, *given = NULL;
    bool                  fips     = false;
    dynox__endpoint       endpoint = {0};
    dynox__found          found    = {0};
    dynox_status          status   = dynox__settings_endpoint(&settings, "signin", &given, &found, error);
    if (status == DYNOX_OK && given) {
        status = dynox__endpoint_parse(&endpoint, given, found.source, error);
        if (status == DYNOX_OK) dynox__buffer_text(url, endpoint.url);
    } else if (status == DYNOX_OK) {
        status = dynox__settings_region(&settings, context->region, &region, &fips, error);
        if (status == DYNOX_OK) add_host(url, region);
    }
    DYNOX__BUFFER_LITERAL(url, "/v1/token\0");
    dynox__endpoint_free(&endpoint);
    dynox__free(region);
    dynox__free(given);
    return status == DYNOX_OK && url->failed ? no_memory(error) : status;
}

/* The account stays as it was: the answer does not name it. */
static dynox_status take_answer(dynox__json *document, const dynox__fetch_response *answer, dynox_error *error)
{
    int64_t      lifetime_s = 0;
    dynox__json *news, *token = dynox__json_inner(document, "accessToken");
    dynox_status status =
        dynox__json_read(&news, answer->body.data, answer->body.size, "the answer of the sign-in service", error);
    if (status != DYNOX_OK) return status;
    const dynox__json *fresh  = dynox__json_inner(news, "accessToken");
    const char        *key    = dynox__json_text(fresh, "accessKeyId");
    const char        *secret = dynox__json_text(fresh, "secretAccessKey");
    const char        *text   = dynox__json_text(fresh, "sessionToken");
    const char        *again  = dynox__json_text(news, "refreshToken");
    if (!key || !secret || !text || !dynox__json_integer(news, "expiresIn", &lifetime_s) || lifetime_s <= 0)
        status = dynox_error_set(error, DYNOX_E_DECODE, "the answer of the sign-in service lacks credentials");
    else if (!dynox__json_set(token, "accessKeyId", key) || !dynox__json_set(token, "secretAccessKey", secret) ||
             !dynox__json_set(token, "sessionToken", text) || !dynox__token_cache_set_end(token, lifetime_s) ||
             (again && !dynox__json_set(document, "refreshToken", again)))
        status = no_memory(error);
    dynox__json_free(news);
    return status;
}

static dynox_status refuse(const dynox__fetch_response *answer, dynox_error *error)
{
    dynox__refusal refusal;
    dynox__json_refusal(answer->body.data, answer->body.size, &refusal);
    return dynox_error_set(error, DYNOX_E_CREDENTIALS, "the sign-in service answered %d%s%s%s%s", answer->status,
                           refusal.code[0] ? ": " : "", refusal.code, refusal.message[0] ? ": " : "", refusal.message);
}

/* Once: a proof and a renewal token are each for one request, and half a minute later there is another try. */
static dynox_status send(const char *url, const char *proof, const dynox__buffer *body, dynox__tls *tls,
                         dynox__json *document, dynox_error *error)
{
    dynox__fetch_response     answer    = {0};
    const dynox__fetch_header headers[] = {{"Content-Type", "application/json"}, {"DPoP", proof}};
    dynox_status              status    = dynox__fetch(&(dynox__fetch_request){.method       = "POST",
                                                                               .url          = url,
                                                                               .headers      = headers,
                                                                               .header_count = 2,
                                                                               .body         = body->data,
                                                                               .body_size    = body->size,
                                                                               .timeout_ms   = ATTEMPT_MS,
                                                                               .max_body     = LARGEST_ANSWER,
                                                                               .tls          = tls},
                                                       &answer, error);
    if (status == DYNOX_OK)
        status = answer.status == 200 ? take_answer(document, &answer, error) : refuse(&answer, error);
    dynox__fetch_response_free(&answer);
    return status;
}

static dynox_status login_renew(const dynox__token_cache *cache, dynox__json *document, dynox_error *error)
{
    static const char *const granted[] = {"clientId", "refreshToken", NULL};

    const login_cache *self = DYNOX__CONTAINER(cache, const login_cache, cache);
    dynox__buffer      url = {0}, proof = {0}, body = {0};
    int64_t            now    = dynox__wall_ns() / DYNOX__SECOND;
    dynox__tls        *tls    = dynox__source_tls(self->context, error);
    dynox_status       status = tls ? find_url(&url, self->context, error) : DYNOX_E_NO_MEMORY;
    if (status == DYNOX_OK && !dynox__dpop_proof(&proof, dynox__json_text(document, "dpopKey"), url.data, now))
        status = dynox_error_set(error, DYNOX_E_CREDENTIALS, "its dpopKey is not a private key on the curve P-256");
    dynox__buffer_byte(&proof, 0);
    if (status == DYNOX_OK && (proof.failed || !dynox__token_cache_grant(document, granted, &body)))
        status = no_memory(error);
    if (status == DYNOX_OK) status = send(url.data, proof.data, &body, tls, document, error);
    dynox__tls_free(tls);
    dynox__secret_free(&body);
    dynox__buffer_free(&proof);
    dynox__buffer_free(&url);
    return status;
}

/* ---- fetching ---- */

static dynox_status take_credentials(const dynox__json *document, dynox_credentials **credentials, dynox_error *error)
{
    const dynox__json *token = dynox__json_inner(document, "accessToken");
    dynox_credentials  set   = {.access_key_id     = dynox__json_text(token, "accessKeyId"),
                                .secret_access_key = dynox__json_text(token, "secretAccessKey"),
                                .session_token     = dynox__json_text(token, "sessionToken"),
                                .account_id        = dynox__json_text(token, "accountId")};
    login_end(document, &set.expires_at);
    *credentials = dynox_credentials_copy(&set);
    return *credentials ? DYNOX_OK : no_memory(error);
}

static char *cache_path(const char *session)
{
    dynox__buffer folder = {0};
    const char   *given  = dynox__setting("AWS_LOGIN_CACHE_DIRECTORY");
    dynox__buffer_format(&folder, "%s/", given ? given : "~/.aws/login/cache");
    dynox__buffer_byte(&folder, 0);
    char *path = folder.failed ? NULL : dynox__token_cache_path(folder.data, "SHA256", session);
    dynox__buffer_free(&folder);
    return path;
}

static dynox_status login_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                dynox_error *error)
{
    const dynox__source_context *context = &((login_provider *)provider)->kept.context;
    char                        *path    = cache_path(dynox__profile_get(context->profile, "login_session"));
    dynox__json                 *document;
    login_cache                  mine = {.cache   = {.path      = path,
                                                     .what      = "the session of `aws login`",
                                                     .end       = login_end,
                                                     .renewable = login_renewable,
                                                     .renew     = login_renew},
                                         .context = context};
    if (!path) return no_memory(error);
    snprintf(mine.cache.advice, sizeof mine.cache.advice, "run `aws login --profile %.100s`", context->profile->name);
    dynox_status status = dynox__token_cache_load(&mine.cache, &document, error);
    if (status == DYNOX_OK) {
        status = take_credentials(document, credentials, error);
        dynox__json_free(document);
    }
    dynox__free(path);
    return status;
}

static void login_destroy(dynox_credentials_provider *provider)
{
    dynox__context_free(&((login_provider *)provider)->kept);
}

static const dynox__source_class login_class = {
    .provider = {.name = "aws login", .feature = "AC,AD", .load = dynox__source_load, .destroy = login_destroy},
    .fetch    = login_fetch};

dynox_credentials_provider *dynox__provider_login(const dynox__source_context *context, dynox_error *error)
{
    if (!dynox__profile_get(context->profile, "login_session")) {
        dynox_error_set(error, DYNOX_E_CONFIGURATION, "the profile has no login_session");
        return NULL;
    }
    login_provider *made = dynox__provider_new(&login_class.provider, sizeof *made);
    if (made && dynox__context_keep(&made->kept, context)) return &made->provider;
    if (made) dynox_credentials_provider_release(&made->provider);
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}
