/* A service: one place to which calls go, with all that they share. The client has one for DynamoDB; later parts have
 * theirs for STS and the like. */
#ifndef DYNOX_AWS_CALL_SERVICE_H
#define DYNOX_AWS_CALL_SERVICE_H

#include "aws/call/call.h"
#include "aws/endpoint/endpoint.h"
#include <dynox/operation.h>

/* What never changes about a service: static data. */
typedef struct dynox__service_kind {
    const char                  *api; /* "dynamodb": in the user agent */
    const dynox__endpoint_rules *endpoints;
    const char                  *signing_name;  /* "dynamodb" */
    const char                  *target_prefix; /* "DynamoDB_20120810." */
    const char                  *content_type;  /* "application/x-amz-json-1.0" */
    unsigned                     max_attempts;  /* unless the user says something else */
    unsigned                     transient_ms;  /* back-off base after a transient failure */
} dynox__service_kind;

extern const dynox__service_kind dynox__dynamodb;

/* Zero is the default of each member but `kind`. Texts are copied. */
typedef struct dynox__service_config {
    const dynox__service_kind  *kind;
    const char                 *profile; /* NULL: AWS_PROFILE, "default" */
    const char                 *region;  /* these five: see endpoint.h */
    const char                 *endpoint;
    const char                 *nodes; /* instead of the endpoint: several, with commas between them */
    dynox_discovery             discover;
    bool                        use_fips, use_dualstack;
    dynox_account_endpoints     account_endpoints;
    dynox_credentials_provider *credentials;  /* the service takes a reference of its own; NULL: the environment */
    unsigned                    max_attempts; /* sends of one call in total; 0: settings, then the kind's */
    dynox_retry_mode            retry_mode;
    dynox_hedge                 hedge;              /* of reads that do not say; DEFAULT: OFF */
    int64_t                     attempt_timeout_ms; /* 0: 15000; < 0: none */
    int64_t                     deadline_ms;        /* of a call, waits and retries included; <= 0: none */
    const char                 *app_id;             /* in the user agent; NULL: settings */
    dynox_limiter              *limiter;            /* the same */
    dynox_observer             *observer;           /* the service takes a reference of its own; NULL: none */
    const dynox__curl_config   *curl;      /* how to make the transport; NULL: defaults. Borrowed for the call */
    dynox__transport           *transport; /* instead of curl: taken over, also when dynox__service_new fails */
    bool in_process; /* which stays in this process: region and endpoint are as given, and no file is read */
} dynox__service_config;

/* A service with one reference. No thread, no socket, no file: environment and profile are read by the first call.
 * NULL: `error` says what is wrong with the wishes (DYNOX_E_CONFIGURATION, DYNOX_E_NO_MEMORY). */
dynox__service *dynox__service_new(const dynox__service_config *config, dynox_error *error);
dynox__service *dynox__service_acquire(dynox__service *service);
/* NULL is fine. The owner closes the service before he releases it. */
void dynox__service_release(dynox__service *service);

/* New calls fail with DYNOX_E_SHUTDOWN; every pending future settles with it before this returns; the transport is
 * shut down and its threads are joined. On one of those threads (inside an inline callback) the join is left to another
 * thread and this returns at once. Idempotent; any thread. In a forked child it touches nothing of the parent's. */
void dynox__service_close(dynox__service *service);

/* New calls fail with DYNOX_E_SHUTDOWN; the future is done when those before have settled: with DYNOX_E_TIMEOUT after
 * `deadline_ms` (< 0: none), they go on then; with DYNOX_E_SHUTDOWN if the service was closed meanwhile. Any thread. */
dynox_future *dynox__service_drain(dynox__service *service, int64_t deadline_ms);

/* Reads the settings if that has not been done, and makes the transport. The first one to come does it, on his thread:
 * he reads two small files. Others wait for him. A bad configuration stays bad: DYNOX_E_CONFIGURATION each time. */
dynox_status dynox__service_prepare(dynox__service *service, dynox_error *error);

bool dynox__service_closed(const dynox__service *service);
/* That of a call which names none; 0: none. */
int64_t dynox__service_deadline_ms(const dynox__service *service);
/* These prepare it. The region as it was set, and the URL for calls without an account; NULL: not known. */
const char *dynox__service_region(dynox__service *service);
const char *dynox__service_endpoint(dynox__service *service);
/* How many nodes there are as far as is known, and how many of them get no requests now. Without several: 1 and 0. */
void dynox__service_count_nodes(dynox__service *service, size_t *nodes, size_t *resting);
/* How many connections it may have at a time. */
size_t dynox__service_most_connections(const dynox__service *service);
/* What the I/O threads are as an executor; NULL when there are none, or it is closed. */
dynox_executor *dynox__service_executor(dynox__service *service);
/* What its observers and its limiter want to be told by every answer. */
dynox_return_capacity dynox__service_capacity(const dynox__service *service);
/* Zeroes when it is closed. */
void dynox__service_stats(dynox__service *service, dynox__transport_stats *stats);
/* Second attempts of slow reads, and how many of them were faster. */
void dynox__service_hedges(const dynox__service *service, uint64_t *sent, uint64_t *won);

#endif
