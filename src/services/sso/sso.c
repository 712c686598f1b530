/* Calling the portal and the OpenID Connect service of IAM Identity Center. */
#include "services/sso/sso.h"
#include "aws/crypto/sign_text.h"
#include "aws/endpoint/endpoint.h"
#include "base/printable.h"
#include "services/format/json_credentials.h"
#include "services/source/persist.h"
#include "services/source/secret_file.h"
#include "services/source/source.h"
#include "services/sso/token_cache.h"
#include <stdio.h>

enum { LARGEST_ANSWER = 1 << 16, ATTEMPT_MS = 10000 };

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* The start of the URLs of a service in a region. */
static dynox_status find_url(dynox__buffer *url, const dynox__source_context *context,
                             const dynox__endpoint_rules *rules, const char *region, dynox_error *error)
{
    char                         name[]   = "";
    const dynox__settings        settings = {.profiles = context->profiles, .profile = context->profile, .name = name};
    const dynox__endpoint_wishes wishes   = {.region = region};
    dynox__endpoint_config       config   = {0};
    dynox__endpoint_answer       answer   = {0};
    dynox__endpoint              endpoint = {0};
    dynox_status                 status   = dynox__endpoint_configure(&config, rules, &wishes, &settings, error);
    if (status == DYNOX_OK) status = dynox__endpoint_ask(&config, NULL, NULL, false, &answer, error);
    if (status == DYNOX_OK) status = dynox__endpoint_make(&endpoint, &config, &answer, error);
    if (status == DYNOX_OK) dynox__buffer_text(url, endpoint.url);
    dynox__endpoint_free(&endpoint);
    dynox__endpoint_config_free(&config);
    return status;
}

/* The code is in a header, in front of a URL, or in the body. */
static dynox_status refuse(const dynox__fetch_response *answer, const char *call, dynox_error *error)
{
    dynox__refusal refusal;
    size_t         length = strcspn(answer->wanted[0], ":");
    dynox__json_refusal(answer->body.data, answer->body.size, &refusal);
    if (length && length < sizeof refusal.code) {
        memcpy(refusal.code, answer->wanted[0], length);
        refusal.code[length] = 0;
    }
    dynox_status status = answer->status == 401 ? DYNOX_E_EXPIRED_TOKEN : DYNOX_E_CREDENTIALS;
    dynox_error_set(error, status, "%s answered %d%s%s%s%s", call, answer->status, refusal.code[0] ? ": " : "",
                    refusal.code, refusal.message[0] ? ": " : "", refusal.message);
    if (!error) return status;
    error->http_status = answer->status;
    snprintf(error->code, sizeof error->code, "%s", refusal.code);
    dynox__make_visible(error->code);
    return status;
}

static void add_parameter(dynox__buffer *url, const char *start, const char *value)
{
    dynox__buffer_text(url, start);
    dynox__sign_encode(url, (dynox__span){value, strlen(value)}, false);
}

/* Sends it to whom the profile trusts, and again while that may help. An answer that is not 200 is an error. The caller
 * frees *answer in either case. */
static dynox_status ask(const dynox__source_context *context, dynox__fetch_request request, const char *call,
                        dynox__fetch_response *answer, dynox_error *error)
{
    dynox__tls *tls = dynox__source_tls(context, error);
    if (!tls) return DYNOX_E_NO_MEMORY;
    request.timeout_ms  = ATTEMPT_MS;
    request.max_body    = LARGEST_ANSWER;
    request.wanted[0]   = "x-amzn-errortype";
    request.tls         = tls;
    dynox_status status = dynox__persist(&request, true, answer, error);
    if (status == DYNOX_OK && answer->status != 200) status = refuse(answer, call, error);
    dynox__tls_free(tls);
    return status;
}

dynox_status dynox__sso_role_credentials(const dynox__source_context *context, const dynox__sso_role *role,
                                         const char *access_token, dynox_credentials **credentials, dynox_error *error)
{
    dynox__buffer             url    = {0};
    dynox__fetch_response     answer = {0};
    const dynox__fetch_header header = {"x-amz-sso_bearer_token", access_token};
    dynox_status              status = find_url(&url, context, &dynox__endpoint_sso, role->region, error);
    if (status == DYNOX_OK) {
        add_parameter(&url, "/federation/credentials?account_id=", role->account_id);
        add_parameter(&url, "&role_name=", role->role_name);
        dynox__buffer_byte(&url, 0);
        if (url.failed) status = no_memory(error);
    }
    if (status == DYNOX_OK)
        status = ask(context, (dynox__fetch_request){.url = url.data, .headers = &header, .header_count = 1},
                     "GetRoleCredentials", &answer, error);
    if (status == DYNOX_OK)
        status = dynox__json_credentials_sso(answer.body.data, answer.body.size, role->account_id,
                                             "the answer of GetRoleCredentials", credentials, error);
    dynox__fetch_response_free(&answer);
    dynox__buffer_free(&url);
    return status;
}

/* ---- tokens ---- */

static dynox_status take_token(dynox__json *token, const dynox__fetch_response *answer, dynox_error *error)
{
    int64_t      lifetime_s;
    dynox__json *news;
    dynox_status status =
        dynox__json_read(&news, answer->body.data, answer->body.size, "the answer of CreateToken", error);
    if (status != DYNOX_OK) return status;
    const char *access = dynox__json_text(news, "accessToken"), *again = dynox__json_text(news, "refreshToken");
    if (!access || !dynox__json_integer(news, "expiresIn", &lifetime_s) || lifetime_s <= 0)
        status = dynox_error_set(error, DYNOX_E_DECODE, "the answer of CreateToken has no token or no end of it");
    else if (!dynox__json_set(token, "accessToken", access) || !dynox__token_cache_set_end(token, lifetime_s) ||
             (again && !dynox__json_set(token, "refreshToken", again)))
        status = no_memory(error);
    dynox__json_free(news);
    return status;
}

dynox_status dynox__sso_renew_token(const dynox__source_context *context, const char *region, dynox__json *token,
                                    dynox_error *error)
{
    static const char *const granted[] = {"clientId", "clientSecret", "refreshToken", NULL};

    dynox__buffer             url = {0}, body = {0};
    dynox__fetch_response     answer = {0};
    const dynox__fetch_header header = {"Content-Type", "application/json"};
    dynox_status              status = find_url(&url, context, &dynox__endpoint_sso_oidc, region, error);
    DYNOX__BUFFER_LITERAL(&url, "/token\0");
    if (status == DYNOX_OK && (url.failed || !dynox__token_cache_grant(token, granted, &body)))
        status = no_memory(error);
    if (status == DYNOX_OK)
        status = ask(context,
                     (dynox__fetch_request){.method       = "POST",
                                            .url          = url.data,
                                            .headers      = &header,
                                            .header_count = 1,
                                            .body         = body.data,
                                            .body_size    = body.size},
                     "CreateToken", &answer, error);
    if (status == DYNOX_OK) status = take_token(token, &answer, error);
    dynox__fetch_response_free(&answer);
    dynox__secret_free(&body);
    dynox__buffer_free(&url);
    return status;
}
