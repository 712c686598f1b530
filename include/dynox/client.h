/* The client: the way to one DynamoDB endpoint. Made once, used from any number of threads. */
#ifndef DYNOX_CLIENT_H
#define DYNOX_CLIENT_H

#include <dynox/credentials.h>
#include <dynox/future.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_client dynox_client;

/* What to do with a write whose answer was lost: it may have been applied. Reads, conditioned writes and writes with
 * a token are always sent again. */
typedef enum dynox_ambiguous_writes {
    DYNOX_AMBIGUOUS_DEFAULT = 0, /* a call: as the client says; a client: DYNOX_AMBIGUOUS_RETRY */
    DYNOX_AMBIGUOUS_RETRY,       /* send it again, as the official SDKs do; info.may_have_applied_twice tells */
    DYNOX_AMBIGUOUS_FAIL         /* fail, with error.may_have_applied set */
} dynox_ambiguous_writes;

/* All zero is a good client: everything comes from the environment, as with the official SDKs. Texts are copied. */
typedef struct dynox_client_args {
    size_t      size;
    const char *region;     /* NULL: AWS_REGION, then AWS_DEFAULT_REGION */
    const char *endpoint;   /* URL; NULL: AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, then the region's own */
    const char *access_key; /* these three: fixed credentials; NULL: .credentials, then the environment */
    const char *secret_key;
    const char *session_token;
    dynox_credentials_provider *credentials; /* the client takes a reference of its own */

    unsigned               max_attempts;       /* how often a request is sent at most; 0: AWS_MAX_ATTEMPTS, then 4 */
    int64_t                connect_timeout_ms; /* 0: 3100 */
    int64_t                attempt_timeout_ms; /* one attempt, the wait for a connection included; 0: 15000 */
    int64_t                deadline_ms;        /* a whole call, retries and waits included; 0: none */
    dynox_ambiguous_writes ambiguous_writes;

    unsigned    io_threads;      /* 0: one for up to eight cores, then more */
    size_t      max_connections; /* 0: 256 */
    size_t      max_waiting;     /* calls that may wait for a connection; one more fails with DYNOX_E_BUSY; 0: 65536 */
    const char *ca_file; /* PEM, replaces the system's certificate authorities; NULL: AWS_CA_BUNDLE, then those */
    const char *proxy;   /* URL of an HTTP proxy; NULL: none */
    const char *app_id;  /* goes into the User-Agent header; NULL: AWS_SDK_UA_APP_ID */

    dynox_error *error; /* filled when the client could not be made; may be NULL */
} dynox_client_args;

/* Makes a client: no network, no thread and no file is touched before the first call. NULL: args->error says why. A
 * NULL client may be used like any other: each call on it fails with DYNOX_E_ARGUMENT, and a sync_ call leaves an
 * error that is there already as it is, since that tells why there is no client. */
DYNOX_API dynox_client *dynox_client_new_with(const dynox_client_args *args);

/* Settles every call that is in flight with DYNOX_E_SHUTDOWN, waits until their callbacks have run, ends the threads
 * and frees the client. Futures stay valid. From a callback it does not wait: the rest happens when that has returned.
 * No other thread may be using the client any more. NULL is fine. */
DYNOX_API void dynox_client_free(dynox_client *client);

/* Refuses new calls, settles the ones in flight with DYNOX_E_SHUTDOWN; the future is done when all of them are. The
 * client must still be freed. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_client_close(dynox_client *client);

/* The region that signatures name, and the URL that requests go to. Borrowed from the client. */
DYNOX_API const char *dynox_client_region(const dynox_client *client);
DYNOX_API const char *dynox_client_endpoint(const dynox_client *client);

/* What the client is doing now, and has done since it was made. Any thread. */
typedef struct dynox_client_stats {
    size_t   connections, idle_connections, connecting; /* now */
    size_t   waiting, in_flight;                        /* requests: without a connection yet, and with one */
    uint64_t requests, connects;                        /* ever */
} dynox_client_stats;
DYNOX_API void dynox_client_get_stats(const dynox_client *client, dynox_client_stats *stats);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_client_new(.region = "eu-west-1", .error = &err); every argument is optional */
#define dynox_client_new(...)                                                                                          \
    dynox_client_new_with(&(dynox_client_args){.size = sizeof(dynox_client_args), __VA_ARGS__})
#endif
#endif
