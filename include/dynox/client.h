/* The client: the way to one DynamoDB endpoint. Made once, used from any number of threads. An answer may have 160 MiB
 * of JSON, more than the largest that DynamoDB gives (16 MB of items, written in the longest way); larger ones are
 * DYNOX_E_TRANSPORT. */
#ifndef DYNOX_CLIENT_H
#define DYNOX_CLIENT_H

#include <dynox/credentials.h>
#include <dynox/future.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_client   dynox_client;
typedef struct dynox_limiter  dynox_limiter;  /* limiter.h */
typedef struct dynox_local    dynox_local;    /* local.h */
typedef struct dynox_observer dynox_observer; /* observe.h */

/* What to do with a write whose answer was lost: it may have been applied. Reads, conditioned writes and writes with
 * a token are always sent again. */
typedef enum dynox_ambiguous_writes {
    DYNOX_AMBIGUOUS_DEFAULT = 0, /* a call: as the client says; a client: DYNOX_AMBIGUOUS_RETRY */
    DYNOX_AMBIGUOUS_RETRY,       /* send it again, as the official SDKs do; info.may_have_applied_twice tells */
    DYNOX_AMBIGUOUS_FAIL         /* fail, with error.may_have_applied set */
} dynox_ambiguous_writes;

/* Whether requests go to a host of the account (ACCOUNT.ddb.REGION.amazonaws.com), where the account is known from the
 * credentials or from the ARN that is given as a table's name; only in the partition "aws", without FIPS, and without
 * an endpoint of your own. Each account is one more host name: firewalls, proxies and policies of VPC endpoints that
 * know only dynamodb.REGION.amazonaws.com need DISABLED. Source: AWS SDKs and Tools Reference Guide, "Account-based
 * endpoints". */
typedef enum dynox_account_endpoints {
    DYNOX_ACCOUNT_ENDPOINTS_DEFAULT = 0, /* AWS_ACCOUNT_ID_ENDPOINT_MODE, then account_id_endpoint_mode of the profile,
                                            then PREFERRED */
    DYNOX_ACCOUNT_ENDPOINTS_PREFERRED,   /* where the account is known */
    DYNOX_ACCOUNT_ENDPOINTS_DISABLED,    /* never: always the host of the region */
    DYNOX_ACCOUNT_ENDPOINTS_REQUIRED     /* a call fails where the account is not known */
} dynox_account_endpoints;

/* The rules for sending again. Source: AWS SDKs and Tools Reference Guide, "Retry behavior". */
typedef enum dynox_retry_mode {
    DYNOX_RETRY_DEFAULT = 0, /* AWS_RETRY_MODE, then retry_mode of the profile, then STANDARD */
    DYNOX_RETRY_STANDARD,
    DYNOX_RETRY_ADAPTIVE /* and all attempts of the client together go slower after throttling: they wait before they
                            are sent. One table that is throttled slows all others down */
} dynox_retry_mode;

/* How the nodes of a cluster are found. Source: ScyllaDB, "Alternator: DynamoDB API in Scylla", load balancing. */
typedef enum dynox_discovery {
    DYNOX_DISCOVER_NOTHING = 0, /* those that are given are all */
    DYNOX_ALTERNATOR            /* /localnodes of one of them is asked: the addresses of its data centre. They have the
                                   scheme and the port of the node that was asked */
} dynox_discovery;

/* Reads that are sent a second time, on another connection, when the first attempt is slower than that many of a
 * hundred were lately; the first answer counts, and the other attempt is cancelled. For GetItem, Query, Scan,
 * BatchGetItem and TransactGetItems, of no effect elsewhere: never is a write sent twice for speed. At most one read in
 * twenty is, so that a slow service does not get more to do; and none until 32 have shown what is usual. A cancelled
 * attempt costs its connection, and the capacity of both is consumed. info.hedged tells of it. */
typedef enum dynox_hedge {
    DYNOX_HEDGE_DEFAULT = 0, /* a call: as the client says; a client: DYNOX_HEDGE_OFF */
    DYNOX_HEDGE_OFF,
    DYNOX_HEDGE_P95,
    DYNOX_HEDGE_P99
} dynox_hedge;

/* All zero is a good client: everything comes from the environment and the files of `aws configure`, as with the
 * official SDKs. Texts are copied. What code does not say is read once, by the first call. */
typedef struct dynox_client_args {
    size_t      size DYNOX_SIZE_(dynox_client_args);
    const char *region;     /* NULL: AWS_REGION, AWS_DEFAULT_REGION, then the profile's */
    const char *endpoint;   /* URL; NULL: AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, the profile's, the region's own;
                               "memory:", "memory:NAME", "file:PATH": a DynamoDB in this process (local.h) */
    const char *access_key; /* these three: fixed credentials; NULL: .credentials, then dynox_credentials_default */
    const char *secret_key;
    const char *session_token;
    dynox_credentials_provider *credentials; /* the client takes a reference of its own */

    unsigned max_attempts;       /* how often a request is sent at most; 0: AWS_MAX_ATTEMPTS, profile, 4 */
    int64_t  connect_timeout_ms; /* name, TCP, TLS; 0: 3100 */
    int64_t  attempt_timeout_ms; /* one attempt, the wait for a connection included; 0: 15000; < 0: none */
    int64_t  deadline_ms;        /* a whole call, retries and waits included; 0: none */
    dynox_ambiguous_writes ambiguous_writes;

    unsigned    io_threads;      /* 0: one for up to eight cores, then more */
    size_t      max_connections; /* 0: 256 */
    size_t      max_waiting;     /* calls that may wait for a connection; one more fails with DYNOX_E_BUSY; 0: 65536 */
    const char *ca_file; /* PEM, replaces the system's certificate authorities; NULL: AWS_CA_BUNDLE, profile, those */
    const char *proxy;   /* URL of an HTTP proxy; "": none; NULL: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY */
    const char *app_id;  /* goes into the User-Agent header; NULL: AWS_SDK_UA_APP_ID, profile */

    dynox_error *error; /* filled when the client could not be made; may be NULL */

    const char *profile;       /* in ~/.aws/config and ~/.aws/credentials; NULL: AWS_PROFILE, then "default" */
    bool        use_fips;      /* hosts with FIPS 140 cryptography; false: AWS_USE_FIPS_ENDPOINT, then the profile */
    bool        use_dualstack; /* hosts that have IPv6 too; false: AWS_USE_DUALSTACK_ENDPOINT, then the profile */
    dynox_account_endpoints account_endpoints;

    const char *client_certificate; /* PEM file, the chain behind the certificate; for servers that ask; NULL: none */
    const char *client_key;         /* PEM file, no pass phrase; NULL: the key is in the file of the certificate */

    dynox_retry_mode retry_mode;
    dynox_hedge      hedge;
    bool single_flight; /* a GetItem that comes while one with the same request is under way waits for its answer; not
                           if it is .consistent_read. It may be a bit older than the call, as with any such read */
    dynox_limiter  *limiter;  /* its calls go no faster than that; the client takes a reference; NULL: no limit */
    dynox_observer *observer; /* is told of every call; the client takes a reference of its own; NULL: nobody */

    /* Several nodes that serve the same tables, without a load balancer: URLs with commas between them, in place of
     * .endpoint. Requests are spread over them; one that cannot be reached, or fails three times in a row, gets none
     * until it can be reached again; what is sent again goes to another one. At most 256. */
    const char     *nodes;
    dynox_discovery discover; /* asks .nodes, or the endpoint of your own, for the others, and again every 10 seconds */

    dynox_local *local; /* instead of an endpoint; the client takes a reference of its own; NULL: none */
} dynox_client_args;

/* Makes a client: no network, no thread and no file is touched before the first call, which reads the two files of
 * profiles on its own thread; what is wrong in them or in the environment, such as that no region is set, is the error
 * of that call and of all later ones (DYNOX_E_CONFIGURATION). NULL: args->error says what is wrong with `args`. A
 * NULL client may be used like any other: each call on it fails with DYNOX_E_ARGUMENT, and a sync_ call leaves an
 * error that is there already as it is, since that tells why there is no client. */
DYNOX_API dynox_client *dynox_client_new_with(const dynox_client_args *args);

/* Settles every call that is in flight with DYNOX_E_SHUTDOWN, waits until their callbacks on the callback thread have
 * run, ends the threads and frees the client. Futures, items and streams stay valid; what a stream still had to fetch
 * fails with DYNOX_E_SHUTDOWN. Inside a callback or a coroutine it does not wait: the rest happens when that has
 * returned. No other thread may be using the client any more. NULL is fine. */
DYNOX_API void dynox_client_free(dynox_client *client);

/* Refuses new calls, settles the ones in flight with DYNOX_E_SHUTDOWN; the future is done when all of them are. The
 * client must still be freed. Any thread. NULL: done. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_client_close(dynox_client *client);

/* For an orderly end: refuses new calls (DYNOX_E_SHUTDOWN) and lets those that have begun end by themselves, waits and
 * retries included; what follows from them, like the next page of a stream, the next request of a batch (which names
 * what it leaves) or the next poll of a wait, is a new call. The future is done once the last of them has settled. It
 * fails with DYNOX_E_TIMEOUT if that takes longer than `deadline_ms` milliseconds (< 0: no limit): then they go on, and
 * you may drain again, or close or free the client, which ends them; and with DYNOX_E_SHUTDOWN if the client is closed
 * meanwhile. There is no way back: a drained client takes no calls. Any thread, several at once. NULL: done. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_client_drain(dynox_client *client, int64_t deadline_ms);
/* The same, and waits for it. DYNOX_E_DEADLOCK on an I/O thread of the client. */
DYNOX_API dynox_status dynox_sync_client_drain(dynox_client *client, int64_t deadline_ms);

/* Opens connections (name, TCP, proxy, TLS) until the client has so many (with several nodes: so many to each that is
 * known) before calls need them; credentials are fetched, too. They take part in everything at once, and are closed
 * like any other when nobody needs them for some 50 seconds. The future is done when all are there; else it fails for
 * the reason of the first that could not be opened, and says how many could not: the others stay. 0: done. More than
 * .max_connections: DYNOX_E_ARGUMENT. Any thread. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_client_warm_up(dynox_client *client, size_t connections);
/* The same, and waits for it. `error` may be NULL. DYNOX_E_DEADLOCK on an I/O thread of the client. */
DYNOX_API dynox_status dynox_sync_client_warm_up(dynox_client *client, size_t connections, dynox_error *error);

/* The region, and the URL that requests go to (those for an account's own host excepted). They may be what is read from
 * the files of profiles: these do that like a first call. NULL: they cannot be found out, for the reason that a call
 * will give. Borrowed from the client. Any thread. */
DYNOX_API const char *dynox_client_region(const dynox_client *client);
DYNOX_API const char *dynox_client_endpoint(const dynox_client *client);

/* What the client is doing now, and has done since it was made. A NULL client does nothing. Any thread. */
typedef struct dynox_client_stats {
    size_t   connections, idle_connections, connecting; /* now */
    size_t   waiting, in_flight;                        /* requests: without a connection yet, and with one */
    uint64_t requests, connects;                        /* ever */
    size_t   nodes, resting_nodes; /* as far as is known, and those of them that get no requests now; mostly 1 and 0 */
    uint64_t hedges, hedges_won;   /* second attempts of slow reads (.hedge), and those that were faster; ever */
} dynox_client_stats;
DYNOX_API void dynox_client_get_stats(const dynox_client *client, dynox_client_stats *stats);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_client_new(.region = "eu-west-1", .error = &err); every argument is optional */
#define dynox_client_new(...)                                                                                          \
    dynox_client_new_with(&(dynox_client_args){.size = sizeof(dynox_client_args), __VA_ARGS__})
#endif
#endif
