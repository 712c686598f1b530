/* The server: DynamoDB's HTTP interface in front of an engine. Threads of its own with a poller each; by default one.
 */
#ifndef DYNOX_LOCAL_SERVER_SERVER_H
#define DYNOX_LOCAL_SERVER_SERVER_H

#include "local/engine/engine.h"
#include <dynox/error.h>

typedef struct dynox__server dynox__server;

/* Who answers. The functions may be called by several threads at a time. */
typedef struct dynox__server_backend {
    void *engine;
    void (*answer)(void *engine, const dynox__local_request *request, dynox__local_answer *answer);
    bool (*knows)(const char *operation, size_t length, bool of_streams); /* is there such one? NULL: any may be */
    int64_t (*now_us)(void *engine);                                      /* its clock; NULL: the wall clock */
    /* Turns the knobs of an engine: what stands behind /_dynox/ in the path of a request, such as "clock", and its
     * body. false: there is no such thing, or it cannot be done; `answer` says why. NULL: nothing is offered. */
    bool (*control)(void *engine, const char *what, size_t length, const char *body, size_t size,
                    dynox__buffer *answer);
} dynox__server_backend;

typedef struct dynox__server_key {
    const char *id, *secret, *token; /* token NULL: these keys have none */
} dynox__server_key;

/* Zero is the usual. All texts are borrowed for as long as the server lives. */
typedef struct dynox__server_settings {
    dynox__server_backend    backend;
    const char              *host;    /* an address or a name; NULL: 127.0.0.1 */
    uint16_t                 port;    /* 0: the kernel's choice */
    unsigned                 threads; /* 0: one */
    const char *const       *hosts;
    size_t                   host_count; /* names that a Host header may have, besides local ones */
    const char *const       *origins;
    size_t                   origin_count; /* other sites that may ask; "*": all of them */
    const dynox__server_key *keys;
    size_t                   key_count;      /* signatures are checked by these; none: they are not */
    bool                     takes_unsigned; /* also requests without any signature */
    bool                     has_controls;   /* POST /_dynox/... reaches backend.control */
    /* The line of a request, without its end; from any of the server's threads, one at a time. NULL: no log. */
    void (*log)(void *arg, const char *line, size_t length);
    void *log_arg;
    /* Limits; 0: as below. */
    size_t  connections; /* 12000: whoever comes then waits until one has gone */
    size_t  memory;      /* 512 MB: of requests and answers that are under way, of all connections */
    int64_t idle_ms;     /* 300000: a connection without a request */
    int64_t request_ms;  /* 60000: from the first byte of a request to its last one */
    int64_t answer_ms;   /* 60000: an answer that nobody takes */
    int64_t drain_ms;    /* 5000: after stop, for requests that have begun */
} dynox__server_settings;

/* Listens, and answers from then on. NULL: `error` says why: DYNOX_E_ARGUMENT (no such host), DYNOX_E_SYSTEM (the port
 * is in use, and the like), DYNOX_E_NO_MEMORY. */
dynox__server *dynox__server_start(const dynox__server_settings *settings, dynox_error *error);

/* "http://127.0.0.1:8000" */
const char *dynox__server_url(const dynox__server *server);

/* No new connections and requests; those that have begun are finished, within drain_ms. Returns at once. Any thread,
 * and signal handlers. */
void dynox__server_stop(dynox__server *server);

/* Waits until it has stopped; whether all was finished in time. */
bool dynox__server_wait(dynox__server *server);

/* Stops, waits and frees. NULL is fine. The engine is still the caller's. */
void dynox__server_free(dynox__server *server);

#endif
