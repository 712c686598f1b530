/* Calling STS: a form by POST, signed or not, and again if that may help. */
#include "services/sts/sts.h"
#include "aws/call/user_agent.h"
#include "aws/retry/retry.h"
#include "aws/retry/skew.h"
#include "aws/sign/sign.h"
#include "base/clock.h"
#include "services/format/query.h"
#include "services/format/xml.h"
#include "services/source/source.h"
#include <time.h>

enum { LARGEST_ANSWER = 1 << 16, HEADERS = 6, ATTEMPT_MS = 10000 };

static const dynox__retry_policy policy         = {.max_attempts = 3, .transient_ms = 100, .max_ms = 3000};
static const char                content_type[] = "application/x-www-form-urlencoded; charset=utf-8";
static const char                version[]      = "2011-06-15";

/* One for all: the clock is ours, and it is wrong or not. */
static dynox__skew skew;

dynox_status dynox__sts_open(dynox__sts *sts, const dynox__source_context *context, dynox_error *error)
{
    const dynox__settings settings = {
        .profiles = context->profiles,
        .profile  = context->profile,
        .name     = (char *)(uintptr_t)(context->profile ? context->profile->name : dynox__profile_in_use(NULL))};
    const dynox__endpoint_wishes wishes = {.region = context->region};
    dynox__endpoint_answer       answer = {0};
    dynox_status status = dynox__endpoint_configure(&sts->config, &dynox__endpoint_sts, &wishes, &settings, error);
    if (status == DYNOX_OK) status = dynox__endpoint_ask(&sts->config, NULL, NULL, false, &answer, error);
    if (status == DYNOX_OK) status = dynox__endpoint_make(&sts->endpoint, &sts->config, &answer, error);
    if (status == DYNOX_OK && !(sts->tls = dynox__source_tls(context, error))) status = DYNOX_E_NO_MEMORY;
    return status;
}

void dynox__sts_close(dynox__sts *sts)
{
    dynox__endpoint_free(&sts->endpoint);
    dynox__endpoint_config_free(&sts->config);
    dynox__tls_free(sts->tls);
    sts->tls = NULL;
}

/* ---- one attempt ---- */

typedef struct attempt {
    dynox__signed         sign;
    dynox__buffer         url, user_agent;
    dynox__sign_time      time;
    int64_t               used_skew;
    dynox__fetch_header   headers[HEADERS];
    size_t                header_count;
    dynox__fetch_response response;
} attempt;

static void add_header(attempt *a, const char *name, const char *value)
{
    a->headers[a->header_count++] = (dynox__fetch_header){name, value};
}

static bool sign(attempt *a, const dynox__sts *sts, const dynox_credentials *signer, dynox__span body)
{
    const char              *region = sts->endpoint.signing_region ? sts->endpoint.signing_region : sts->config.region;
    const dynox__sign_header headers[] = {{{"content-type", 12}, {content_type, sizeof content_type - 1}},
                                          {{"host", 4}, {sts->endpoint.authority, strlen(sts->endpoint.authority)}}};
    a->used_skew                       = atomic_load_explicit(&skew.ns, memory_order_relaxed);
    dynox__sign_time_set(&a->time, dynox__wall_ns() + a->used_skew);
    if (!dynox__sign(&(dynox__sign_request){.method       = "POST",
                                            .path         = {sts->endpoint.path, strlen(sts->endpoint.path)},
                                            .headers      = headers,
                                            .header_count = 2,
                                            .body         = body,
                                            .region       = region,
                                            .service      = "sts",
                                            .credentials  = signer,
                                            .time         = a->time},
                     &a->sign))
        return false;
    dynox__buffer_byte(&a->sign.result, 0);
    add_header(a, "X-Amz-Date", a->time.text);
    if (signer->session_token && *signer->session_token) add_header(a, "X-Amz-Security-Token", signer->session_token);
    add_header(a, "Authorization", a->sign.result.data);
    return !a->sign.result.failed;
}

static dynox_status send(attempt *a, const dynox__sts *sts, const dynox_credentials *signer, dynox__span body,
                         dynox_error *error)
{
    dynox__buffer_format(&a->url, "%s/", sts->endpoint.url);
    dynox__user_agent_write(&a->user_agent,
                            &(dynox__user_agent){.api = "sts", .custom_endpoint = sts->endpoint.custom});
    dynox__buffer_byte(&a->url, 0);
    dynox__buffer_byte(&a->user_agent, 0);
    if (a->url.failed || a->user_agent.failed || (signer && !sign(a, sts, signer, body)))
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    add_header(a, "Content-Type", content_type);
    add_header(a, "User-Agent", a->user_agent.data);
    return dynox__fetch(&(dynox__fetch_request){.method       = "POST",
                                                .url          = a->url.data,
                                                .headers      = a->headers,
                                                .header_count = a->header_count,
                                                .body         = body.data,
                                                .body_size    = body.size,
                                                .timeout_ms   = ATTEMPT_MS,
                                                .max_body     = LARGEST_ANSWER,
                                                .wanted       = {"date", "age"},
                                                .tls          = sts->tls},
                        &a->response, error);
}

static void attempt_free(attempt *a)
{
    dynox__signed_free(&a->sign);
    dynox__buffer_free(&a->url);
    dynox__buffer_free(&a->user_agent);
    dynox__fetch_response_free(&a->response);
    *a = (attempt){0};
}

/* ---- a call ---- */

typedef dynox_status (*read_fn)(char *body, size_t size, void *result, dynox_error *error);

typedef struct call {
    const dynox__sts        *sts;
    const dynox_credentials *signer; /* NULL: not signed */
    dynox__span              body;
    read_fn                  read;
    void                    *result;
} call;

static dynox__retry_class class_of_failure(dynox_status status)
{
    bool passing = status == DYNOX_E_CONNECT || status == DYNOX_E_TIMEOUT || status == DYNOX_E_TRANSPORT;
    return passing ? DYNOX__RETRY_TRANSIENT : DYNOX__RETRY_NEVER;
}

static dynox_status try_once(const call *c, dynox__retry_class *class_, dynox_error *error)
{
    attempt      a      = {0};
    int64_t      sent   = dynox__wall_ns(), candidate;
    dynox_status status = send(&a, c->sts, c->signer, c->body, error);
    *class_             = class_of_failure(status);
    if (status == DYNOX_OK) {
        dynox__buffer *body    = &a.response.body;
        bool           learned = dynox__skew_learn(&skew, a.response.wanted[0], a.response.wanted[1][0] != 0, sent,
                                                   dynox__wall_ns(), &candidate);
        if (a.response.status == 200) {
            status = c->read(body->data, body->size, c->result, error);
        } else {
            dynox__sts_read_error(a.response.status, body->data, body->size, error, class_);
            status = error->status;
        }
        if (*class_ == DYNOX__RETRY_SKEW && c->signer && learned && dynox__skew_matters(a.used_skew, candidate))
            *class_ = DYNOX__RETRY_TRANSIENT;
    }
    attempt_free(&a);
    return status;
}

static void pause_ns(int64_t ns)
{
    struct timespec time = {.tv_sec = (time_t)(ns / DYNOX__SECOND), .tv_nsec = (long)(ns % DYNOX__SECOND)};
    while (nanosleep(&time, &time) != 0)
        continue;
}

static dynox_status run(const call *c, dynox_error *error)
{
    dynox__retry       retry = {.attempt = 1};
    dynox__retry_quota quota;
    dynox__retry_class class_;
    int64_t            delay_ns;
    dynox__retry_quota_init(&quota);
    for (;;) {
        *error              = (dynox_error){0};
        dynox_status status = try_once(c, &class_, error);
        error->attempts     = retry.attempt;
        if (status == DYNOX_OK) return status;
        if (dynox__retry_next(&retry, &policy, &quota, class_, -1, &delay_ns) != DYNOX__RETRY_YES) return status;
        pause_ns(delay_ns);
    }
}

/* Says which call it was, and leaves all but the message as it is. */
static dynox_status explain(dynox_error *error, const char *action, const char *about)
{
    dynox_error was = *error;
    dynox_error_set(error, was.status, "%s%s%.160s: %s", action, about ? " of " : "", about ? about : "", was.message);
    memcpy(was.message, error->message, sizeof was.message);
    *error = was;
    return was.status;
}

static dynox_status finish(call *c, dynox__buffer *body, const char *action, const char *about, dynox_error *error)
{
    dynox_status status;
    c->body = (dynox__span){body->data, body->size};
    if (body->failed)
        status = dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    else if ((status = run(c, error)) != DYNOX_OK)
        status = explain(error, action, about);
    if (body->data) dynox__wipe(body->data, body->size);
    dynox__buffer_free(body);
    return status;
}

/* ---- the operations ---- */

static dynox_status read_role(char *body, size_t size, void *result, dynox_error *error)
{
    return dynox__sts_read_role(body, size, result, error);
}

dynox_status dynox__sts_assume(const dynox__sts *sts, const dynox__sts_role *role, const dynox_credentials *signer,
                               dynox_credentials **credentials, dynox_error *error)
{
    const char   *token    = role->web_identity_token;
    const char   *action   = token ? "AssumeRoleWithWebIdentity" : "AssumeRole";
    dynox__buffer body     = {0};
    char          text[16] = "";
    call          c        = {.sts = sts, .signer = token ? NULL : signer, .read = read_role, .result = credentials};
    dynox__buffer_reserve(&body,
                          1024 + (token ? 3 * strlen(token) : 0)); /* so that no copy of the token stays behind */
    dynox__query_start(&body, action, version);
    dynox__query_add(&body, "RoleArn", role->role_arn);
    dynox__query_add(&body, "RoleSessionName", role->session_name);
    if (role->duration_s) {
        snprintf(text, sizeof text, "%u", role->duration_s);
        dynox__query_add(&body, "DurationSeconds", text);
    }
    dynox__query_add(&body, "ExternalId", role->external_id);
    dynox__query_add(&body, "WebIdentityToken", token);
    return finish(&c, &body, action, role->role_arn, error);
}

static dynox_status read_caller(char *body, size_t size, void *result, dynox_error *error)
{
    dynox__sts_caller *caller    = result;
    dynox__xml_field   fields[3] = {{.path = "*/*/Account"}, {.path = "*/*/Arn"}, {.path = "*/*/UserId"}};
    if (!dynox__xml_read(body, size, fields, 3) || !fields[0].text || !fields[1].text || !fields[2].text)
        return dynox_error_set(error, DYNOX_E_DECODE, "the answer of STS does not say who the caller is");
    snprintf(caller->account, sizeof caller->account, "%s", fields[0].text);
    snprintf(caller->arn, sizeof caller->arn, "%s", fields[1].text);
    snprintf(caller->user_id, sizeof caller->user_id, "%s", fields[2].text);
    return DYNOX_OK;
}

dynox_status dynox__sts_caller_identity(const dynox__sts *sts, const dynox_credentials *signer,
                                        dynox__sts_caller *caller, dynox_error *error)
{
    dynox__buffer body = {0};
    call          c    = {.sts = sts, .signer = signer, .read = read_caller, .result = caller};
    dynox__query_start(&body, "GetCallerIdentity", version);
    return finish(&c, &body, "GetCallerIdentity", NULL, error);
}
