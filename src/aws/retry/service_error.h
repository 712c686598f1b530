/* Error answers of a JSON service: code, message and what comes with them, as a dynox_error. */
#ifndef DYNOX_AWS_RETRY_SERVICE_ERROR_H
#define DYNOX_AWS_RETRY_SERVICE_ERROR_H

#include "aws/retry/service_code.h"
#include "http/transport/transport.h"

/* Fills `error` (zeroed) from an answer that is not 2xx; all but attempts and may_have_applied, which the caller knows.
 * Takes over the body if the error keeps something of it. Never fails: what cannot be read is left out. */
void dynox__service_error(const dynox__response_head *head, dynox__buffer *body, dynox_error *error,
                          dynox__retry_class *class_);

#endif
