/* Reading what STS answers. */
#include "base/date.h"
#include "base/printable.h"
#include "services/format/xml.h"
#include "services/sts/sts.h"

enum { WIDTH = 400 }; /* of the service's own words in a message */

static dynox_status refuse(dynox_error *error, const char *why)
{
    return dynox_error_set(error, DYNOX_E_DECODE, "the answer of STS is not usable: %s", why);
}

/* arn:aws:sts::123456789012:assumed-role/name/session: the fifth field, in place. */
static const char *account_of(const char *arn)
{
    for (int i = 0; arn && i < 4; i++) {
        arn = strchr(arn, ':');
        if (arn) arn++;
    }
    if (!arn) return NULL;
    char *end = strchr(arn, ':');
    if (!end) return NULL;
    *end = 0;
    return *arn ? arn : NULL;
}

dynox_status dynox__sts_read_role(char *body, size_t size, dynox_credentials **credentials, dynox_error *error)
{
    enum { KEY, SECRET, TOKEN, EXPIRATION, ARN, FIELDS };
    dynox__xml_field fields[FIELDS] = {
        [KEY] = {.path = "*/*/Credentials/AccessKeyId"},    [SECRET] = {.path = "*/*/Credentials/SecretAccessKey"},
        [TOKEN] = {.path = "*/*/Credentials/SessionToken"}, [EXPIRATION] = {.path = "*/*/Credentials/Expiration"},
        [ARN] = {.path = "*/*/AssumedRoleUser/Arn"},
    };
    int64_t expires_at;
    if (!dynox__xml_read(body, size, fields, FIELDS)) return refuse(error, "it is not well-formed XML");
    if (!fields[KEY].text || !fields[SECRET].text || !fields[TOKEN].text)
        return refuse(error, "there are no credentials in it");
    if (!dynox__iso8601(fields[EXPIRATION].text, &expires_at))
        return refuse(error, "it does not say when the credentials expire");
    *credentials = dynox_credentials_copy(&(dynox_credentials){.access_key_id     = fields[KEY].text,
                                                               .secret_access_key = fields[SECRET].text,
                                                               .session_token     = fields[TOKEN].text,
                                                               .account_id        = account_of(fields[ARN].text),
                                                               .expires_at        = expires_at});
    return *credentials ? DYNOX_OK : dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* Texts of the service, fit for one line. */
static void keep_line(char *to, size_t size, const char *text)
{
    size_t used = 0;
    for (; text && *text && used + 1 < size; text++) {
        unsigned char c = (unsigned char)*text;
        to[used++]      = (char)(c < ' ' || c == 0x7f ? ' ' : c);
    }
    to[used] = 0;
}

static const char *either(const char *a, const char *b)
{
    return a ? a : b;
}

bool dynox__sts_read_error(int http_status, char *body, size_t size, dynox_error *error, dynox__retry_class *class_)
{
    enum { CODE, MESSAGE, OTHER_CODE, OTHER_MESSAGE, REQUEST, OTHER_REQUEST, FIELDS };
    dynox__xml_field fields[FIELDS] = {
        [CODE]          = {.path = "*/Error/Code"},
        [MESSAGE]       = {.path = "*/Error/Message"},
        [OTHER_CODE]    = {.path = "*/Errors/Error/Code"},
        [OTHER_MESSAGE] = {.path = "*/Errors/Error/Message"},
        [REQUEST]       = {.path = "*/RequestId"},
        [OTHER_REQUEST] = {.path = "*/RequestID"},
    };
    char         code[sizeof error->code] = "", message[WIDTH] = "", request[sizeof error->request_id] = "";
    dynox_status status;
    if (dynox__xml_read(body, size, fields, FIELDS)) {
        keep_line(code, sizeof code, either(fields[CODE].text, fields[OTHER_CODE].text));
        keep_line(message, sizeof message, either(fields[MESSAGE].text, fields[OTHER_MESSAGE].text));
        keep_line(request, sizeof request, either(fields[REQUEST].text, fields[OTHER_REQUEST].text));
    }
    dynox__classify(code, http_status, &status, class_);
    if (code[0])
        dynox_error_set(error, status, "%s: %s", code, message[0] ? message : "no explanation");
    else
        dynox_error_set(error, status, "HTTP status %d without an explanation", http_status);
    error->http_status = http_status;
    error->retryable   = *class_ == DYNOX__RETRY_TRANSIENT || *class_ == DYNOX__RETRY_THROTTLING;
    memcpy(error->code, code, sizeof code);
    memcpy(error->request_id, request, sizeof request);
    dynox__make_visible(error->code);
    dynox__make_visible(error->request_id);
    return error->retryable;
}
