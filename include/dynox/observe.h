/* Observers: what the library tells of each call to whoever watches. Metrics, logs, traces and hot keys are made of
 * them (metrics.h, call_log.h, trace.h, hot_keys.h), and so may be something of yours:
 *
 *     dynox_observer *mine = dynox_observer_new(.call_ends = print_it, .arg = stderr);
 *     dynox_client   *db   = dynox_client_new(.observer = mine);
 *     dynox_observer_release(mine);
 *
 * An observer is counted: a client, and so each of its calls, keeps it for as long as it may tell it something. */
#ifndef DYNOX_OBSERVE_H
#define DYNOX_OBSERVE_H

#include <dynox/operation.h>

DYNOX_EXTERN_C_BEGIN

/* A call as far as it has come. All of it is borrowed for the function that gets it. Times are nanoseconds of the
 * monotonic clock; 0: it has not come to that. Fields are only ever added at the end. */
typedef struct dynox_observed {
    uint64_t    client;    /* a number of the client, unique in the process */
    const char *operation; /* "GetItem" */
    const char *table; /* as it was given, so it may be an ARN (what cannot be printed is ?); NULL: none, or several */
    const char *index; /* NULL: none */
    bool        is_write;
    size_t      parts; /* of a batch or a transaction, how many were asked for; 0: it is none */

    const char *correlation_id, *traceparent; /* as the call's arguments say; NULL: nothing */
    const char *body; /* the request's JSON, not NUL-terminated: it has the program's keys and values in it. NULL:
                         there is none, since the arguments were wrong or there was nothing to send */
    size_t body_size; /* bytes */

    const char *region, *host; /* where an attempt goes; NULL before the first one */
    unsigned    port;
    bool        tls;

    unsigned     attempt;     /* attempt_ and throttled: this one's number, from 1; call_ends: how many were sent */
    dynox_status status;      /* of the attempt or the call, once it has ended */
    int          http_status; /* 0: there was no answer */
    const char  *code;        /* the service's name of the error, such as "ValidationException"; else empty */
    const char  *message;     /* of the error; else empty. The service may quote values of the request in it */
    const char  *request_id;  /* the service's; empty: it sent none */
    bool         may_have_applied; /* call_ends: a write that failed, or was sent twice, and may have been applied */
    size_t       sent_bytes, received_bytes; /* of the attempt: request with its head, body of the answer */

    const dynox_capacity *capacity; /* call_ends: what was consumed; NULL: not told */
    size_t                capacity_count;
    uint64_t              items, scanned; /* call_ends: items that the answer has; those read to find them */

    int64_t began_ns;      /* the call */
    int64_t wall_ns;       /* the same, by the clock on the wall: nanoseconds since 1970 */
    int64_t queued_ns;     /* the attempt was handed to the I/O threads */
    int64_t connected_ns;  /* it got a connection */
    int64_t connecting_ns; /* not a time but how long it took to make that one; 0: it has been used before */
    int64_t sent_ns;       /* all of it had left */
    int64_t first_byte_ns; /* of the answer */
    int64_t done_ns;       /* the answer was complete, or the attempt or call ended without */

    bool shared; /* call_ends: the answer is that of another call with the same request (.single_flight), which consumed
                    the capacity. Attempts of requests that may be shared are not told of, nor that they were throttled,
                    since they belong to no call: `attempt` of the first one counts them when it ends */
    bool hedged; /* call_ends: a slow read that was sent on another connection, too; attempts of that are not told of */
} dynox_observed;

/* A connection to the service. Borrowed likewise. */
typedef struct dynox_observed_connection {
    uint64_t     client;
    const char  *host;
    unsigned     port;
    bool         tls;
    dynox_status status;  /* connection_failed: why */
    const char  *message; /* of that; else empty */
    int64_t      took_ns; /* to make it, or to fail; connection_closed: how long it was there */
} dynox_observed_connection;

/* Credentials that are new to a client. Borrowed likewise; no secret is in it. */
typedef struct dynox_observed_credentials {
    uint64_t    client;
    const char *source;     /* "the environment" */
    int64_t     expires_at; /* seconds since 1970; 0: never */
} dynox_observed_credentials;

/* What an observer wants to hear; NULL: not that. Of one call they come one after the other: call_begins, for each
 * attempt attempt_begins and attempt_ends, call_ends; also for calls that are refused, cancelled or timed out. They run
 * without a lock, in the middle of the library's work: call_begins on the thread that makes the call, the others mostly
 * on an I/O thread, or of a sync_ call on its own. So be quick, and do not wait there. They may make calls, whose ends
 * they will then hear, too, and cancel or free anything but themselves. What a call came to is told before its future
 * is done; of one that is cancelled or timed out while an attempt is under way, a moment after. */
typedef struct dynox_observer_args {
    size_t                size DYNOX_SIZE_(dynox_observer_args);
    void                 *arg;      /* handed to each */
    dynox_return_capacity capacity; /* what every call asks for at least, so that `capacity` above is known */

    /* What it returns is handed as `context` to the others of the same call: a place for a tracer's span. */
    void *(*call_begins)(const dynox_observed *call, void *arg);
    void (*attempt_begins)(const dynox_observed *call, void *context, void *arg);
    void (*attempt_ends)(const dynox_observed *call, void *context, void *arg);
    void (*call_ends)(const dynox_observed *call, void *context, void *arg);
    /* After attempt_ends: the service throttled it. */
    void (*throttled)(const dynox_observed *call, void *context, void *arg);

    void (*connection_opened)(const dynox_observed_connection *connection, void *arg);
    void (*connection_failed)(const dynox_observed_connection *connection, void *arg); /* it could not be made */
    void (*connection_closed)(const dynox_observed_connection *connection, void *arg);
    /* Calls are signed with others than before: also the first time. */
    void (*credentials_refreshed)(const dynox_observed_credentials *credentials, void *arg);

    void (*destroy)(void *arg); /* nobody will call any of these any more; NULL: nothing to do */
} dynox_observer_args;

/* An observer with one reference. NULL: out of memory; `destroy` has not been called. */
DYNOX_API DYNOX_MUST_USE dynox_observer *dynox_observer_new_with(const dynox_observer_args *args);
/* Several as one: each hears of everything, in this order. It keeps references of its own; NULLs are left out. At most
 * 16, those of lists among them counted. NULL: more than that, none at all, or out of memory. */
DYNOX_API DYNOX_MUST_USE dynox_observer *dynox_observer_all_with(size_t count, dynox_observer *const *observers);
/* One more reference; returns it. NULL is fine. Any thread, like all of these. */
DYNOX_API dynox_observer *dynox_observer_acquire(dynox_observer *observer);
/* The last one ends it: that may be a client's, or that of a call which is still under way. NULL is fine. */
DYNOX_API void dynox_observer_release(dynox_observer *observer);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#define dynox_observer_new(...)                                                                                        \
    dynox_observer_new_with(&(dynox_observer_args){.size = sizeof(dynox_observer_args), __VA_ARGS__})
/* dynox_observer_all(metrics, log) */
#define dynox_observer_all(...)                                                                                        \
    dynox_observer_all_with(sizeof((dynox_observer *const[]){__VA_ARGS__}) / sizeof(dynox_observer *),                 \
                            (dynox_observer *const[]){__VA_ARGS__})
#endif
#endif
