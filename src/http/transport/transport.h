/* The transport: takes a request as bytes, brings back an answer or says what happened to the connection. It knows
 * HTTP/1.1 and TLS, and nothing of AWS. Everything behind it (the curl engine, the local engine) is one vtable. */
#ifndef DYNOX_HTTP_TRANSPORT_TRANSPORT_H
#define DYNOX_HTTP_TRANSPORT_TRANSPORT_H

#include "base/buffer.h"
#include "base/clock.h"
#include "http/transport/link.h"
#include <dynox/error.h>
#include <dynox/executor.h>

typedef struct dynox__transport dynox__transport;
typedef struct dynox__request   dynox__request;

/* Where requests go. Owned by the caller; must outlive the requests. Two with the same content are the same place. */
typedef struct dynox__origin {
    bool        tls;
    const char *host; /* no brackets around an IPv6 address */
    uint16_t    port;
} dynox__origin;

/* How far a request had come when it ended: decides whether it may be sent again. */
typedef enum dynox__request_phase {
    DYNOX__PHASE_QUEUED,  /* no byte has left */
    DYNOX__PHASE_SENDING, /* some bytes have left */
    DYNOX__PHASE_WAITING, /* all have; no byte of the answer has come */
    DYNOX__PHASE_READING, /* part of the answer has come */
    DYNOX__PHASE_DONE
} dynox__request_phase;

/* The headers of an answer that matter; the rest is read and dropped. Texts are cut to fit. */
typedef struct dynox__response_head {
    int      status;
    bool     has_crc32, has_age, has_retry_after;
    uint32_t crc32;          /* x-amz-crc32 */
    int64_t  retry_after_ms; /* x-amz-retry-after, if it is a non-negative integer */
    char     request_id[64]; /* x-amzn-requestid */
    char     date[40];
    char     error_type[128]; /* x-amzn-errortype */
} dynox__response_head;

/* Embedded in whatever sends. Zero it before its first submit.
 *
 * A request with `warms` opens a connection and sends nothing: it succeeds, without an answer, as soon as there is a
 * connection to its origin that no request with this number (or a later one) has counted. So n of them make sure of n.
 */
struct dynox__request {
    /* set by the sender, unchanged until done */
    const dynox__origin *origin;
    const char          *data; /* the whole request: head and body */
    size_t               size;
    size_t               max_body;    /* of the answer; 0: the transport's limit */
    uint64_t             warms;       /* 0: no, else see below */
    bool                 fresh;       /* only on a connection that has carried nothing yet; the transport may set it */
    int64_t              deadline_ns; /* of this attempt (dynox__now_ns); DYNOX__NEVER: none */
    /* Called exactly once for each submit that returned DYNOX_OK, on an I/O thread, without a lock. It may submit the
     * same request again, or free it. */
    void (*done)(dynox__request *request);

    /* set by the transport, valid in done */
    dynox_status         status; /* DYNOX_OK: there is an answer, of whatever HTTP status */
    dynox__request_phase phase;
    bool                 reused;               /* the connection had carried requests before */
    int64_t              sent_ns, received_ns; /* when the request had left and the answer was complete; 0: never */
    int64_t connected_ns, first_byte_ns;       /* when it got a connection, and when its answer began; 0: never */
    int64_t connecting_ns; /* how long that connection took to be made; 0: it had carried requests before */
    dynox__response_head head;
    /* With an answer: its body; DYNOX__DECODE_PADDING (64) zero bytes follow body.size. Yours, after a failure too:
     * take it over, leave it for the next submit to use again, or free it. */
    dynox__buffer body;
    char          message[320]; /* what went wrong, for people */

    /* the transport's own */
    struct {
        dynox__link      submitted, cancelled; /* in the stacks of the worker */
        dynox__request  *next, *previous;      /* in the queue of an endpoint; next also among the finished */
        void            *worker, *endpoint, *connection;
        const void      *brought_by; /* the connection that the answer came on; it may be gone */
        int64_t          queued_ns;
        size_t           heap_index;
        int              place;
        bool             cancel_seen;
        _Atomic unsigned state;
    } own;
};

typedef struct dynox__transport_stats {
    size_t   connections, idle; /* established, and those without a request */
    size_t   connecting;        /* attempts now */
    size_t   waiting;           /* requests without a connection */
    size_t   in_flight;         /* requests submitted and not done */
    uint64_t requests, reused;  /* sent so far, and those on a connection that had carried one before */
    uint64_t connects, failed;  /* attempts that led to a connection, and those that did not */
} dynox__transport_stats;

struct dynox__transport {
    /* Queues the request; done follows, never inside this call. Any other status than DYNOX_OK means that done will not
     * be called: DYNOX_E_BUSY: too many wait; DYNOX_E_SHUTDOWN; DYNOX_E_FORKED; DYNOX_E_NO_MEMORY, DYNOX_E_SYSTEM: no
     * thread or no descriptors could be had, and `message` says why (else it is empty). Any thread. */
    dynox_status (*submit)(dynox__transport *, dynox__request *);
    /* Ends it early: done follows soon, with DYNOX_E_CANCELLED unless the request ended by itself meanwhile. Does
     * nothing to a request that is not submitted, so between done and the next submit it is the sender who must
     * remember. Any thread; the request must be alive, that is, its done must not have returned in a way that frees it.
     * False: of what was submitted last no byte has left, and none will. */
    bool (*cancel)(dynox__transport *, dynox__request *);
    /* Only inside done: the answer belongs to another request, so that its connection, if it is still there, is closed
     * before anybody else gets what is to come on it. */
    void (*reject)(dynox__transport *, dynox__request *);
    /* Ends every request with DYNOX_E_SHUTDOWN at once, breaks off connects under way, joins all
     * threads, frees the transport. Not from one of its threads. In a forked child it does nothing. */
    void (*shutdown)(dynox__transport *);
    void (*stats)(dynox__transport *, dynox__transport_stats *);
    /* What its threads are as executors: futures that it settles have this as their home. */
    dynox_executor *(*executor)(dynox__transport *);
};

enum { DYNOX__MOST_CONNECTIONS = 256 }; /* unless the configuration says something else */

/* Around the submit of a request that nobody else has attached anything to, by a thread that waits for it then and for
 * nothing else. expect: if this thread submits this request next, await will follow before anything that may block.
 * await: the thread waits now; a transport that has nothing else to do may send and receive on this thread and call
 * done on it. NULL, or another request: it does not wait after all. */
void dynox__transport_expect(const dynox__request *request);
void dynox__transport_await(const dynox__request *request);

/* For transports, inside submit (await.c). Will this thread wait for that request? Then it may be lent to it: await
 * calls `run`, once and on this thread, to have it dealt with there, or, if it is not `awaited` after all, elsewhere.
 */
typedef void (*dynox__transport_run)(dynox__request *request, bool awaited);
bool dynox__transport_expected(const dynox__request *request);
void dynox__transport_lend(dynox__request *request, dynox__transport_run run);

/* No right answer is larger: BatchGetItem returns 16 MB of items as the service measures them, and what it measures as
 * one byte (an empty text in a list) takes nine as JSON; the rest is for names and what surrounds the items. */
enum { DYNOX__LARGEST_RESPONSE = 160 * 1024 * 1024 };

typedef enum dynox__connection_change {
    DYNOX__CONNECTION_OPENED,
    DYNOX__CONNECTION_FAILED,
    DYNOX__CONNECTION_CLOSED
} dynox__connection_change;

/* What becomes of connections. Borrowed for the call. */
typedef struct dynox__connection_news {
    dynox__connection_change what;
    const dynox__origin     *origin;
    dynox_status             status;  /* of one that could not be made */
    const char              *message; /* likewise; else NULL */
    int64_t                  took_ns; /* to make it or to fail; of a closed one, how long it was there */
} dynox__connection_news;

/* Who is told of them: on an I/O thread, in the middle of its work, without a lock. It must outlive the transport. */
typedef struct dynox__connection_watch {
    void (*tell)(void *self, const dynox__connection_news *news); /* NULL: nobody */
    void *self;
} dynox__connection_watch;

/* How the curl engine is set up. Zero is the default of each. Texts are copied. */
typedef struct dynox__curl_config {
    unsigned    workers;            /* I/O threads; 0: by the number of cores */
    size_t      max_connections;    /* 0: DYNOX__MOST_CONNECTIONS; each worker has its share */
    size_t      max_waiting;        /* requests beyond those that have a connection; 0: 65536 */
    size_t      max_response;       /* bytes of a body; 0: DYNOX__LARGEST_RESPONSE */
    int64_t     connect_timeout_ms; /* DNS, TCP and TLS; 0: 3100 */
    int64_t     idle_ms;            /* an idle connection is closed after this; 0: 50000 */
    int64_t     max_age_ms;         /* a connection is not reused after this; 0: 600000, with jitter */
    const char *ca_file;            /* PEM; NULL: the system's */
    const char *client_certificate; /* PEM, with the chain behind it; NULL: none */
    const char *client_key;         /* PEM, without a pass phrase; NULL: it is in the file of the certificate */
    bool        insecure;           /* do not verify the server: tests only */
    const char *proxy;              /* URL; "": none; NULL: HTTPS_PROXY and the like, read now (proxy.h) */

    dynox__connection_watch watch;
} dynox__curl_config;

/* No thread, no socket and no file before the first request. NULL: `error` says why (out of memory, a proxy setting
 * that is no URL). */
dynox__transport *dynox__curl_transport_new(const dynox__curl_config *config, dynox_error *error);

#endif
