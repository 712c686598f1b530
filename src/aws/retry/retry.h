/* Whether and when an attempt is repeated: the "standard" retry mode of the AWS SDKs, revision 2.1. Pure arithmetic: it
 * neither sleeps nor sends. Source: AWS SDKs and Tools Reference Guide, "Retry behavior". */
#ifndef DYNOX_AWS_RETRY_RETRY_H
#define DYNOX_AWS_RETRY_RETRY_H

#include "aws/retry/service_code.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    DYNOX__QUOTA_FULL      = 500,
    DYNOX__COST_TRANSIENT  = 14,
    DYNOX__COST_THROTTLING = 5,
    DYNOX__THROTTLING_MS   = 1000,
    DYNOX__MAX_BACKOFF_MS  = 20000
};

/* What all calls of a service share: when most fail, retries stop, and the storm with them. */
typedef struct dynox__retry_quota {
    _Atomic int tokens;
} dynox__retry_quota;

typedef struct dynox__retry_policy {
    unsigned max_attempts; /* in total: 1 is no retry */
    unsigned transient_ms; /* base of the back-off after a transient failure */
    unsigned max_ms;       /* of a back-off, before the server's hint */
} dynox__retry_policy;

/* Of one call. */
typedef struct dynox__retry {
    unsigned attempt; /* the one that runs, from 1 */
    int      held;    /* tokens taken by the last retry */
} dynox__retry;

typedef enum dynox__retry_verdict {
    DYNOX__RETRY_YES,
    DYNOX__RETRY_FINAL, /* repeating does not help */
    DYNOX__RETRY_NO_ATTEMPTS,
    DYNOX__RETRY_NO_QUOTA
} dynox__retry_verdict;

void dynox__retry_quota_init(dynox__retry_quota *quota);

/* After a failed attempt. YES: the next attempt is counted and tokens are taken; wait *delay_ns first. `hint_ms` is the
 * server's x-amz-retry-after, < 0 for none. */
dynox__retry_verdict dynox__retry_next(dynox__retry *retry, const dynox__retry_policy *policy,
                                       dynox__retry_quota *quota, dynox__retry_class class_, int64_t hint_ms,
                                       int64_t *delay_ns);
/* After success: gives back what the last retry took, or one token. */
void dynox__retry_success(const dynox__retry *retry, dynox__retry_quota *quota);

#endif
