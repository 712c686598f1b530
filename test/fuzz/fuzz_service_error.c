/* Error answers, dates and endpoint URLs from anywhere: what is made of them is text without line breaks, within its
 * bounds, and a URL that is taken has the parts of a URL. */
#include "aws/endpoint/endpoint.h"
#include "aws/retry/service_error.h"
#include "base/date.h"
#include "fuzz.h"
#include "value/json/decode.h"

static void look_at_text(const char *text, size_t room)
{
    size_t length = strnlen(text, room);
    PROMISE(length < room);
    for (size_t i = 0; i < length; i++)
        PROMISE(text[i] != '\n' && text[i] != '\r');
}

static void read_error(const uint8_t *data, size_t size, bool in_header)
{
    dynox__response_head head  = {.status = size ? 200 + data[0] * 2 : 400};
    dynox__buffer        body  = {.data = calloc(1, size + DYNOX__DECODE_PADDING), .size = size};
    dynox_error          error = {0};
    dynox__retry_class   class_;
    if (!body.data) return;
    memcpy(body.data, data, size);
    if (in_header) snprintf(head.error_type, sizeof head.error_type, "%.*s", (int)size, (const char *)body.data);
    dynox__service_error(&head, &body, &error, &class_);
    PROMISE(error.status != DYNOX_OK);
    PROMISE((error.reasons != NULL) == (error.reason_count > 0));
    look_at_text(error.message, sizeof error.message);
    look_at_text(error.code, sizeof error.code);
    for (size_t i = 0; i < error.reason_count; i++)
        PROMISE(!error.reasons[i].message || strlen(error.reasons[i].message) <= size);
    dynox_error_clear(&error);
    dynox__buffer_free(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t         seconds;
    dynox__endpoint endpoint = {0};
    dynox_error     error    = {0};
    char           *text     = calloc(1, size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    read_error(data, size, false);
    read_error(data, size, true);
    if (dynox__http_date(text, &seconds)) PROMISE(seconds >= -62200000000 && seconds < 253500000000);
    if (dynox__endpoint_parse(&endpoint, text, "the endpoint", &error) == DYNOX_OK) {
        PROMISE(endpoint.host[0] && !strpbrk(endpoint.host, "/?#@[]\r\n "));
        PROMISE(endpoint.path[0] == '/' && !strpbrk(endpoint.path, "?#\r\n "));
        PROMISE(endpoint.port > 0);
    } else {
        look_at_text(error.message, sizeof error.message);
    }
    dynox__endpoint_free(&endpoint);
    free(text);
    return 0;
}
