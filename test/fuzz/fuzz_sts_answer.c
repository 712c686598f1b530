/* Answers of STS, times and session names from anywhere: credentials that come out of them are whole, and errors are
 * one line of text within its bounds. */
#include "base/date.h"
#include "fuzz.h"
#include "services/sts/sts.h"
#include <string.h>

static char *copy_of(const uint8_t *data, size_t size)
{
    char *copy = malloc(size ? size : 1);
    if (!copy) exit(1);
    if (size) memcpy(copy, data, size);
    return copy;
}

static void look_at(const char *text, size_t room)
{
    size_t length = strnlen(text, room);
    PROMISE(length < room);
    for (size_t i = 0; i < length; i++)
        PROMISE((unsigned char)text[i] >= ' ' && text[i] != 0x7f);
}

static void read_role(const uint8_t *data, size_t size)
{
    char              *body   = copy_of(data, size);
    dynox_credentials *got    = NULL;
    dynox_error        error  = {0};
    dynox_status       status = dynox__sts_read_role(body, size, &got, &error);
    PROMISE((status == DYNOX_OK) == (got != NULL));
    PROMISE(status == DYNOX_OK || status == error.status);
    if (got && got->account_id) PROMISE(!strchr(got->account_id, ':'));
    look_at(error.message, sizeof error.message);
    dynox_credentials_free(got);
    free(body);
}

static void read_error(const uint8_t *data, size_t size)
{
    char              *body  = copy_of(data, size);
    dynox_error        error = {0};
    dynox__retry_class class_;
    bool               again = dynox__sts_read_error(size ? 201 + data[0] : 400, body, size, &error, &class_);
    PROMISE(error.status != DYNOX_OK);
    PROMISE(again == (class_ == DYNOX__RETRY_TRANSIENT || class_ == DYNOX__RETRY_THROTTLING));
    look_at(error.message, sizeof error.message);
    look_at(error.code, sizeof error.code);
    look_at(error.request_id, sizeof error.request_id);
    free(body);
}

static void read_time(const uint8_t *data, size_t size)
{
    int64_t seconds;
    char   *text = calloc(1, size + 1);
    if (!text) exit(1);
    if (size) memcpy(text, data, size);
    if (dynox__iso8601(text, &seconds)) PROMISE(seconds > -62300000000 && seconds < 253500000000);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_role(data, size);
    read_error(data, size);
    read_time(data, size);
    return 0;
}
