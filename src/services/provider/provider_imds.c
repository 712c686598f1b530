/* Credentials of an EC2 instance, from its metadata service (IMDSv2). The older way without a token (v1) is never used,
 * as in the Rust SDK: whoever can make the instance fetch a URL could use it.
 *
 * Static stability: the service may be late with new credentials, or away for a while, and requests that work are
 * better than none; so old ones are handed out again, with an end of our own that makes us ask again later. */
#include "aws/endpoint/endpoint.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "services/format/json_credentials.h"
#include "services/source/metadata.h"
#include "services/source/persist.h"
#include "services/source/source.h"
#include <stdlib.h>

enum {
    CONNECT_MS     = 1000,
    ATTEMPT_MS     = 2000, /* with the connection: 1 s to answer */
    LARGEST_ANSWER = 1 << 16,
    LARGEST_TOKEN  = 1024,
    LONGEST_ROLE   = 512,
    TOKEN_TTL_S    = 21600,
    TOKEN_EARLY_S  = 120,
    NEARLY_S       = 300, /* that much is not worth a refresh */
    AGAIN_S        = 600  /* plus up to half of it */
};

static const char ttl_name[]   = "x-aws-ec2-metadata-token-ttl-seconds";
static const char roles_path[] = "/latest/meta-data/iam/security-credentials/";

typedef struct imds_provider {
    dynox_credentials_provider provider;
    dynox__kept_context        kept;
    char                       token[LARGEST_TOKEN]; /* "": none */
    int64_t                    token_until_ns;
    dynox_credentials         *last; /* NULL: none yet */
} imds_provider;

/* ---- requests ---- */

static dynox_status request(const char *endpoint, const char *path, const char *role, dynox__fetch_request *fetch,
                            dynox__fetch_response *answer, dynox_error *error)
{
    dynox__buffer url = {0};
    dynox__buffer_format(&url, "%s%s%s", endpoint, path, role);
    dynox__buffer_byte(&url, 0);
    fetch->url                = url.data;
    fetch->connect_timeout_ms = CONNECT_MS;
    fetch->timeout_ms         = ATTEMPT_MS;
    fetch->max_body           = LARGEST_ANSWER;
    fetch->no_proxy           = true;
    dynox_status status       = url.failed ? dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory")
                                           : dynox__persist(fetch, false, answer, error);
    dynox__buffer_free(&url);
    return status;
}

/* Printable, short enough, and not empty. */
static bool is_token(const dynox__fetch_response *answer)
{
    for (size_t i = 0; i < answer->body.size; i++)
        if ((unsigned char)answer->body.data[i] <= ' ' || (unsigned char)answer->body.data[i] >= 0x7f) return false;
    return answer->body.size > 0 && answer->body.size < LARGEST_TOKEN;
}

static void keep_token(imds_provider *self, const dynox__fetch_response *answer)
{
    long ttl = strtol(answer->wanted[0], NULL, 10);
    if (ttl <= 0 || ttl > TOKEN_TTL_S) ttl = TOKEN_TTL_S;
    memcpy(self->token, answer->body.data, answer->body.size);
    self->token[answer->body.size] = 0;
    self->token_until_ns           = dynox__now_ns() + (ttl - TOKEN_EARLY_S) * DYNOX__SECOND;
}

static dynox_status token_error(const dynox__fetch_response *answer, dynox_error *error)
{
    if (answer->status == 403)
        return dynox_error_set(error, DYNOX_E_CREDENTIALS,
                               "the metadata service: request forbidden: IMDS is disabled or not for this program");
    if (answer->status == 200)
        return dynox_error_set(error, DYNOX_E_CREDENTIALS, "the metadata service gave a token that cannot be one");
    return dynox_error_set(error, DYNOX_E_CREDENTIALS, "the metadata service answered %d when asked for a token",
                           answer->status);
}

static dynox_status ask_token(imds_provider *self, const char *endpoint, dynox_error *error)
{
    dynox__fetch_response     answer = {0};
    const dynox__fetch_header header = {ttl_name, "21600"};
    dynox__fetch_request      fetch  = {.method = "PUT", .headers = &header, .header_count = 1, .wanted = {ttl_name}};
    dynox_error               detail = {0};
    if (self->token[0] && dynox__now_ns() < self->token_until_ns) return DYNOX_OK;
    dynox_status status = request(endpoint, "/latest/api/token", "", &fetch, &answer, &detail);
    if (status == DYNOX_E_CONNECT)
        dynox_error_set(error, status = DYNOX__NOT_CONFIGURED, "no metadata service: not on EC2 (%.200s)",
                        detail.message);
    else if (status == DYNOX_E_TIMEOUT)
        dynox_error_set(error, status = DYNOX_E_CREDENTIALS,
                        "the metadata service gave no token in time; in a container on EC2 the hop limit of the "
                        "instance's metadata options must be 2 or more (%.200s)",
                        detail.message);
    else if (status != DYNOX_OK)
        dynox_error_copy(error, &detail);
    else if (answer.status == 200 && is_token(&answer))
        keep_token(self, &answer);
    else
        status = token_error(&answer, error);
    dynox__fetch_response_free(&answer);
    return status;
}

/* A token may end early, when the instance is moved: then once more with a new one. */
static dynox_status get(imds_provider *self, const char *endpoint, const char *role, dynox__fetch_response *answer,
                        dynox_error *error)
{
    for (int attempt = 1;; attempt++) {
        dynox_status status = ask_token(self, endpoint, error);
        if (status != DYNOX_OK) return status;
        const dynox__fetch_header header = {"x-aws-ec2-metadata-token", self->token};
        dynox__fetch_request      fetch  = {.headers = &header, .header_count = 1};
        status                           = request(endpoint, roles_path, role, &fetch, answer, error);
        if (status != DYNOX_OK || answer->status != 401 || attempt == 2) return status;
        dynox__wipe(self->token, sizeof self->token);
        dynox__fetch_response_free(answer);
        *answer = (dynox__fetch_response){0};
    }
}

static dynox_status bad_answer(const dynox__fetch_response *answer, const char *to, dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_CREDENTIALS, "the metadata service answered %d when asked for %s",
                           answer->status, to);
}

/* The first line of the list; it becomes part of a path. */
static dynox_status read_role(const dynox__fetch_response *answer, char role[LONGEST_ROLE], dynox_error *error)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-";
    if (answer->status == 404) return dynox_error_set(error, DYNOX__NOT_CONFIGURED, "this EC2 instance has no role");
    if (answer->status != 200) return bad_answer(answer, "the instance's role", error);
    size_t length = answer->body.size ? strcspn(answer->body.data, "\r\n") : 0;
    if (!length) return dynox_error_set(error, DYNOX__NOT_CONFIGURED, "this EC2 instance has no role");
    if (length >= LONGEST_ROLE || strspn(answer->body.data, allowed) < length)
        return dynox_error_set(error, DYNOX_E_CREDENTIALS, "the metadata service gave a role's name that is none");
    memcpy(role, answer->body.data, length);
    role[length] = 0;
    return DYNOX_OK;
}

static dynox_status ask(imds_provider *self, const char *endpoint, dynox_credentials **credentials, dynox_error *error)
{
    char                  role[LONGEST_ROLE];
    dynox__fetch_response roles = {0}, answer = {0};
    dynox_status          status = get(self, endpoint, "", &roles, error);
    if (status == DYNOX_OK) status = read_role(&roles, role, error);
    if (status == DYNOX_OK) status = get(self, endpoint, role, &answer, error);
    if (status == DYNOX_OK && answer.status != 200)
        status = bad_answer(&answer, "the role's credentials", error);
    else if (status == DYNOX_OK)
        status = dynox__json_credentials_metadata(answer.body.data, answer.body.size, "the metadata service's answer",
                                                  credentials, error);
    dynox__fetch_response_free(&roles);
    dynox__fetch_response_free(&answer);
    return status;
}

/* ---- static stability ---- */

static void put_off(dynox_credentials *set)
{
    int64_t now = dynox__wall_ns() / DYNOX__SECOND;
    if (set->expires_at - now >= NEARLY_S) return;
    set->expires_at = now + AGAIN_S + (int64_t)(dynox__random_unit() * AGAIN_S / 2);
    dynox__log(DYNOX_LOG_WARNING, "credentials",
               "the metadata service has no newer credentials: these are used until it has");
}

/* Hands out `fresh`, which is taken over and kept with the end that it really has; or, if there are none, the ones that
 * were kept. */
static dynox_status hand_out(imds_provider *self, dynox_credentials *fresh, dynox_status status,
                             dynox_credentials **credentials, dynox_error *error)
{
    if (fresh) {
        dynox_credentials_free(self->last);
        self->last = fresh;
    } else if (!self->last || status == DYNOX_E_NO_MEMORY) {
        return status;
    } else {
        dynox__log(DYNOX_LOG_WARNING, "credentials", "%s", error->message);
    }
    *credentials = dynox_credentials_copy(self->last);
    if (!*credentials) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    put_off(*credentials);
    return DYNOX_OK;
}

static dynox_status read_switch(dynox_error *error)
{
    const char *off = dynox__setting("AWS_EC2_METADATA_DISABLED");
    if (!off || dynox__ascii_same(off, "false")) return DYNOX_OK;
    if (dynox__ascii_same(off, "true"))
        return dynox_error_set(error, DYNOX__NOT_CONFIGURED, "AWS_EC2_METADATA_DISABLED is true");
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "AWS_EC2_METADATA_DISABLED is neither true nor false");
}

static dynox_status imds_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                               dynox_error *error)
{
    imds_provider     *self     = (imds_provider *)provider;
    char              *endpoint = NULL;
    dynox_credentials *fresh    = NULL;
    dynox_status       status   = read_switch(error);
    if (status == DYNOX_OK) status = dynox__context_load(&self->kept, error);
    if (status == DYNOX_OK) status = dynox__imds_endpoint(self->kept.context.profile, &endpoint, error);
    if (status != DYNOX_OK) return status;
    status = ask(self, endpoint, &fresh, error);
    dynox__free(endpoint);
    return hand_out(self, fresh, status, credentials, error);
}

static void imds_destroy(dynox_credentials_provider *provider)
{
    imds_provider *self = (imds_provider *)provider;
    dynox__wipe(self->token, sizeof self->token);
    dynox_credentials_free(self->last);
    dynox__context_free(&self->kept);
}

static const dynox__source_class imds_class = {.provider = {.name    = "the instance metadata service",
                                                            .feature = "0",
                                                            .load    = dynox__source_load,
                                                            .destroy = imds_destroy},
                                               .fetch    = imds_fetch};

dynox_credentials_provider *dynox__provider_imds(const dynox__source_context *context, dynox_error *error)
{
    imds_provider *made = dynox__provider_new(&imds_class.provider, sizeof *made);
    if (made && dynox__context_keep(&made->kept, context)) return &made->provider;
    if (made) dynox_credentials_provider_release(&made->provider);
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}
