/* Reading credentials out of JSON documents. */
#include "services/format/json_credentials.h"
#include "base/date.h"
#include "services/format/json_document.h"
#include <stdio.h>

/* What members are called, and which of them must be there. */
typedef struct names {
    const char *key, *secret, *token, *expiration;
    bool        session; /* always a token and an end */
} names;

static const names metadata_names = {"AccessKeyId", "SecretAccessKey", "Token", "Expiration", true};
static const names process_names  = {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", false};
static const names sso_names      = {"accessKeyId", "secretAccessKey", "sessionToken", "expiration", true};

static dynox_status lacks(const char *what, const char *name, dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_DECODE, "%s has no usable %s", what, name);
}

/* A time as text, or as milliseconds since 1970. A process may leave it out, but not write nonsense. */
static bool read_end(const dynox__json *from, const names *called, int64_t *end)
{
    int64_t     ms;
    const char *text = dynox__json_text(from, called->expiration);
    *end             = 0;
    if (text) return dynox__iso8601(text, end) && *end > 0;
    if (dynox__json_integer(from, called->expiration, &ms)) {
        *end = ms / 1000;
        return called == &sso_names && *end > 0;
    }
    return !called->session;
}

static dynox_status read_set(const dynox__json *from, const names *called, const char *account_id, const char *what,
                             dynox_credentials **credentials, dynox_error *error)
{
    dynox_credentials set = {.access_key_id     = dynox__json_text(from, called->key),
                             .secret_access_key = dynox__json_text(from, called->secret),
                             .session_token     = dynox__json_text(from, called->token),
                             .account_id        = dynox__json_text(from, "AccountId")};
    if (!set.account_id) set.account_id = account_id;
    if (!set.access_key_id) return lacks(what, called->key, error);
    if (!set.secret_access_key) return lacks(what, called->secret, error);
    if (!set.session_token && called->session) return lacks(what, called->token, error);
    if (!read_end(from, called, &set.expires_at)) return lacks(what, called->expiration, error);
    *credentials = dynox_credentials_copy(&set);
    return *credentials ? DYNOX_OK : dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

dynox_status dynox__json_credentials_metadata(const char *text, size_t size, const char *what,
                                              dynox_credentials **credentials, dynox_error *error)
{
    dynox__json *document;
    dynox_status status = dynox__json_read(&document, text, size, what, error);
    if (status != DYNOX_OK) return status;
    const char *code    = dynox__json_text(document, "Code");
    const char *message = dynox__json_text(document, "Message");
    if (code && strcmp(code, "Success") != 0)
        status = dynox_error_set(error, DYNOX_E_CREDENTIALS, "%s is a refusal: %.64s%s%.200s", what, code,
                                 message ? ": " : "", message ? message : "");
    else
        status = read_set(document, &metadata_names, NULL, what, credentials, error);
    dynox__json_free(document);
    return status;
}

dynox_status dynox__json_credentials_process(const char *text, size_t size, const char *account_id, const char *what,
                                             dynox_credentials **credentials, dynox_error *error)
{
    int64_t      version;
    dynox__json *document;
    dynox_status status = dynox__json_read(&document, text, size, what, error);
    if (status != DYNOX_OK) return status;
    if (!dynox__json_integer(document, "Version", &version))
        status = lacks(what, "Version", error);
    else if (version != 1)
        status = dynox_error_set(error, DYNOX_E_DECODE, "%s has a Version other than 1", what);
    else
        status = read_set(document, &process_names, account_id, what, credentials, error);
    dynox__json_free(document);
    return status;
}

dynox_status dynox__json_credentials_sso(const char *text, size_t size, const char *account_id, const char *what,
                                         dynox_credentials **credentials, dynox_error *error)
{
    dynox__json *document;
    dynox_status status = dynox__json_read(&document, text, size, what, error);
    if (status != DYNOX_OK) return status;
    status = read_set(dynox__json_inner(document, "roleCredentials"), &sso_names, account_id, what, credentials, error);
    dynox__json_free(document);
    return status;
}

/* On one line. */
static void keep(char *to, size_t room, const char *text)
{
    snprintf(to, room, "%s", text ? text : "");
    for (; *to; to++)
        if ((unsigned char)*to < ' ') *to = ' ';
}

void dynox__json_refusal(const char *text, size_t size, dynox__refusal *refusal)
{
    static const char *const codes[]    = {"error", "code", "Code", "__type"};
    static const char *const messages[] = {"error_description", "message", "Message"};
    const char              *code = NULL, *message = NULL;
    dynox__json             *document;
    dynox_status             status = dynox__json_read(&document, text, size, "", NULL);
    *refusal                        = (dynox__refusal){0};
    if (status != DYNOX_OK) return;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0] && !code; i++)
        code = dynox__json_text(document, codes[i]);
    for (size_t i = 0; i < sizeof messages / sizeof messages[0] && !message; i++)
        message = dynox__json_text(document, messages[i]);
    const char *hash = code ? strchr(code, '#') : NULL; /* "com.amazonaws.sso#UnauthorizedException" */
    keep(refusal->code, sizeof refusal->code, hash ? hash + 1 : code);
    keep(refusal->message, sizeof refusal->message, message);
    dynox__json_free(document);
}
