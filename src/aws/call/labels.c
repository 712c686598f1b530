/* Checking what a program writes on a call. */
#include "aws/call/labels.h"
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static bool is_id(const char *text)
{
    size_t length = 0;
    for (; text[length]; length++)
        if (text[length] <= ' ' || text[length] > '~' || length == DYNOX__CORRELATION_ID - 1) return false;
    return length > 0;
}

static bool is_hex(const char *text, size_t length, bool may_be_zero)
{
    bool zero = true;
    for (size_t i = 0; i < length; i++) {
        if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f'))) return false;
        zero = zero && text[i] == '0';
    }
    return may_be_zero || !zero;
}

/* version "-" trace-id "-" parent-id "-" flags. A later version may have more behind that, and is then no version that
 * we could send (W3C Trace Context, 3.2 and 4.3). */
static bool is_traceparent(const char *text)
{
    return strlen(text) == DYNOX__TRACEPARENT - 1 && is_hex(text, 2, true) && memcmp(text, "ff", 2) != 0 &&
           text[2] == '-' && is_hex(text + 3, 32, false) && text[35] == '-' && is_hex(text + 36, 16, false) &&
           text[52] == '-' && is_hex(text + 53, 2, true);
}

dynox__labels dynox__labels_make(const char *correlation_id, const char *traceparent)
{
    dynox__labels made = {.wrong = NULL};
    if (correlation_id && !is_id(correlation_id))
        made.wrong = "the correlation_id is not 1 to 64 visible ASCII characters";
    else if (correlation_id)
        memcpy(made.correlation_id, correlation_id, strlen(correlation_id) + 1);
    if (traceparent && !is_traceparent(traceparent))
        made.wrong = "the traceparent is not of the form 00-(32 hex digits)-(16 hex digits)-(2 hex digits), in small "
                     "letters, with ids that are not all zero";
    else if (traceparent)
        memcpy(made.traceparent, traceparent, DYNOX__TRACEPARENT);
    return made;
}
