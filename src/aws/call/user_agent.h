/* The User-Agent header: who is calling, in the format that the service's own SDKs use. */
#ifndef DYNOX_AWS_CALL_USER_AGENT_H
#define DYNOX_AWS_CALL_USER_AGENT_H

#include "base/buffer.h"
#include <dynox/client.h>

typedef struct dynox__user_agent {
    const char             *api;      /* "dynamodb" */
    const char             *app_id;   /* NULL: none */
    bool                    adaptive; /* retries */
    bool                    custom_endpoint;
    bool                    of_account; /* the host is the account's own */
    dynox_account_endpoints accounts;   /* DEFAULT: the service knows none */
} dynox__user_agent;

/* Appends it; a failure is the buffer's to tell. The result: where in the buffer more letters can be put in, each
 * behind a comma. */
size_t dynox__user_agent_write(dynox__buffer *to, const dynox__user_agent *about);

#endif
