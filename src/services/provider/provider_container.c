/* Credentials of a container: ECS tasks, EKS pods (Pod Identity), Greengrass components. An agent near by serves them
 * at a URL that the environment names. */
#include "aws/endpoint/endpoint.h"
#include "services/format/json_credentials.h"
#include "services/source/metadata.h"
#include "services/source/persist.h"
#include "services/source/secret_file.h"
#include "services/source/source.h"

enum { CONNECT_MS = 2000, ATTEMPT_MS = 5000, LARGEST_ANSWER = 1 << 16 };

/* A line break would be another header, so it is refused, even at the end: what was meant is not ours to guess. */
static dynox_status check_token(const dynox__buffer *token, const char *source, dynox_error *error)
{
    const char *text = token->data;
    for (size_t i = 0; i < token->size; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                                   "the token of %.250s has a line break or control character in it", source);
    if (token->size) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "the token of %.250s is empty", source);
}

/* Read anew for each fetch: the file's token is renewed by others. No token: empty. */
static dynox_status read_token(dynox__buffer *token, dynox_error *error)
{
    const char  *path   = dynox__setting("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char  *text   = dynox__setting("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    dynox_status status = DYNOX_OK;
    if (!path && !text) return DYNOX_OK;
    if (path) {
        status = dynox__secret_file_read(path, token, error);
    } else if (dynox__buffer_reserve(token, strlen(text) + 1)) {
        memcpy(token->data, text, strlen(text) + 1);
        token->size = strlen(text);
    } else {
        status = dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    return status == DYNOX_OK ? check_token(token, path ? path : "AWS_CONTAINER_AUTHORIZATION_TOKEN", error) : status;
}

static dynox_status ask(const char *url, const char *token, dynox_credentials **credentials, dynox_error *error)
{
    const dynox__fetch_header headers[] = {{"Accept", "application/json"}, {"Authorization", token}};
    dynox__fetch_response     answer;
    dynox__refusal            refusal;
    dynox_status              status = dynox__persist(&(dynox__fetch_request){.url                = url,
                                                                              .headers            = headers,
                                                                              .header_count       = token ? 2 : 1,
                                                                              .connect_timeout_ms = CONNECT_MS,
                                                                              .timeout_ms         = ATTEMPT_MS,
                                                                              .max_body           = LARGEST_ANSWER,
                                                                              .no_proxy           = true},
                                                      true, &answer, error);
    if (status == DYNOX_OK && answer.status == 200) {
        status = dynox__json_credentials_metadata(answer.body.data, answer.body.size, "the container's answer",
                                                  credentials, error);
    } else if (status == DYNOX_OK) {
        dynox__json_refusal(answer.body.data, answer.body.size, &refusal);
        status = dynox_error_set(error, DYNOX_E_CREDENTIALS, "the container's endpoint answered %d%s%s %s",
                                 answer.status, refusal.code[0] ? ": " : "", refusal.code, refusal.message);
    }
    dynox__fetch_response_free(&answer);
    return status;
}

static dynox_status container_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                    dynox_error *error)
{
    char         *url;
    int           left  = DYNOX__PERSIST_ATTEMPTS;
    dynox__buffer token = {0};
    (void)provider;
    dynox_status status = dynox__container_url(&url, error);
    if (status == DYNOX_OK) status = read_token(&token, error);
    if (status == DYNOX_OK) do
            status = ask(url, token.size ? token.data : NULL, credentials, error);
        while (status == DYNOX_E_DECODE && --left);
    dynox__secret_free(&token);
    dynox__free(url);
    return status;
}

static const dynox__source_class container_class = {
    .provider = {.name = "the container", .feature = "z", .load = dynox__source_load}, .fetch = container_fetch};

dynox_credentials_provider *dynox__provider_container(const dynox__source_context *context, dynox_error *error)
{
    (void)context;
    dynox_credentials_provider *made = dynox__provider_new(&container_class.provider, sizeof *made);
    if (!made) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return made;
}
