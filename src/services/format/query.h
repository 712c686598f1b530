/* The AWS query protocol: parameters as an application/x-www-form-urlencoded body. Source: the service model of STS
 * (protocol "query"). */
#ifndef DYNOX_SERVICES_FORMAT_QUERY_H
#define DYNOX_SERVICES_FORMAT_QUERY_H

#include "base/buffer.h"

/* Action=...&Version=... A failure is the buffer's to tell, here and below. */
void dynox__query_start(dynox__buffer *to, const char *action, const char *version);

/* &key=value, percent-encoded like a URI component; NULL: left out. */
void dynox__query_add(dynox__buffer *to, const char *key, const char *value);

#endif
