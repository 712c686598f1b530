/* The curl engine from the inside: what its files share. engine.c is the door (any thread); worker.c is the loop of an
 * I/O thread; seat.c says which thread runs it; dispatch.c gives requests to connections; connection.c moves the bytes
 * of one. Everything of a worker below the line "own" belongs to the thread that has its seat. */
#ifndef DYNOX_HTTP_ENGINE_ENGINE_H
#define DYNOX_HTTP_ENGINE_ENGINE_H

#include "base/deadlines.h"
#include "http/engine/dial.h"
#include "http/poller/poller.h"
#include "http/wire/http1_reader.h"
#include "http/wire/wire.h"
#include <dynox/pool.h>
#include <pthread.h>

typedef struct dynox__engine     dynox__engine;
typedef struct dynox__worker     dynox__worker;
typedef struct dynox__endpoint   dynox__endpoint;
typedef struct dynox__connection dynox__connection;

enum { DYNOX__SCRATCH = 64 * 1024 }; /* holds any TLS record */

/* Where a request is; for its worker. */
enum { DYNOX__PLACE_SUBMITTED, DYNOX__PLACE_WAITING, DYNOX__PLACE_ACTIVE, DYNOX__PLACE_FINISHED };

/* The bits of own.state, by which a worker and cancelling threads agree on who still needs the request. A request whose
 * cancel was claimed is kept, even when finished, until the cancel has come out of the worker's stack. DYNOX__LEFT is
 * set before the first byte is sent, and only while no cancel is claimed: so whoever claims it knows whether it went.
 * It stays until the next submit. */
enum { DYNOX__LIVE = 1, DYNOX__CANCEL_CLAIMED = 2, DYNOX__LEFT = 4 };

/* A worker's record of a place that requests go to. */
struct dynox__endpoint {
    dynox__endpoint   *next, *next_ready;
    dynox__origin      origin; /* a copy; owns the host */
    dynox__request    *first, *last;
    size_t             waiting, choosy; /* the latter, which not every connection suits, are among the former */
    dynox__connection *newest, *oldest; /* idle ones */
    size_t             established, connecting;
    size_t             allowed; /* attempts at a time: grows with those that succeed while requests wait */
    dynox__address     addresses[DYNOX__ADDRESSES]; /* of connections that libcurl made, if they can be dialled */
    unsigned           dials;                       /* which of them is next */
    bool               ready;                       /* in the worker's list of endpoints to look at */
    bool               starved;                     /* waits for connections of other endpoints to go away */
    int64_t            connect_after_ns;            /* after a failed attempt */
    unsigned           failures;                    /* attempts in a row */
    unsigned           losses;            /* used connections that died under a request, since one that did not */
    int64_t            distrust_until_ns; /* after so many: each connection carries one request */
    char               trouble[256];      /* what the last attempt failed of */
};

/* From the moment somebody begins to make it. Owned by its worker; lent to a thread of the pool while connecting. */
struct dynox__connection {
    dynox__link         link; /* among the connected */
    dynox_work          work; /* the job of connecting */
    dynox__worker      *worker;
    dynox__endpoint    *endpoint;
    dynox__wire         wire;
    int64_t             begun_ns, made_ns; /* the attempt; when it had become a connection */
    dynox_status        status;            /* what it came to */
    char                message[256];
    dynox__connection  *next, *previous; /* all established ones of the worker, or all that it dials */
    dynox__connection  *newer, *older;   /* the idle ones of the endpoint */
    dynox__request     *request;         /* NULL: idle */
    size_t              sent;
    bool                idle, used, wants_write;
    uint64_t            warmed;  /* the largest number of requests that open connections which counted it */
    bool                dialing; /* is being made without libcurl: by its worker */
    dynox__address     *dialed;  /* has been, to this address; NULL: by libcurl */
    int64_t             idle_until_ns, retire_ns;
    dynox__http1_reader reader;
};

/* What a worker counts. */
typedef struct dynox__counts {
    size_t   connections, idle, connecting, waiting;
    uint64_t requests, reused, connects, failed;
} dynox__counts;

struct dynox__worker {
    dynox__engine *engine;
    pthread_t      thread;
    _Atomic bool   running;  /* has been started */
    _Atomic bool   sleeping; /* has to be woken up to notice what is pushed */
    _Atomic size_t in_flight;
    dynox__stack   submitted, cancelled, connected;

    /* seat.c */
    _Atomic uint32_t seat;  /* whose turn it is; the thread sleeps on it while it is not its own */
    _Atomic unsigned alone; /* requests in a row that were the only one, and awaited: a guess, from any thread */
    _Atomic unsigned led;   /* by threads that waited, so far */

    dynox_work      reserve; /* of descriptors */
    pthread_mutex_t lock;    /* of the four below */
    dynox__counts   published;
    dynox_work     *posted, *last_posted;
    bool            posts_closed;
    _Atomic bool    has_posts; /* worth taking the lock for */

    /* own */
    dynox__poller      poller;
    char              *scratch; /* DYNOX__SCRATCH bytes: idle connections hold no memory for answers */
    dynox__endpoint   *endpoints, *ready;
    dynox__connection *connections;
    dynox__connection *dialing, *last_dialing; /* the oldest first */
    size_t             starved;                /* endpoints that are */
    size_t             begun;                  /* attempts in this turn */
    dynox__deadlines   deadlines;
    dynox__request    *finished, *last_finished;
    size_t             finished_count;
    dynox__counts      counts;
    int64_t            now_ns;   /* read once or twice a turn */
    int64_t            sweep_ns; /* when idle connections and delayed attempts are looked at next */
};

struct dynox__engine {
    dynox__transport        transport; /* first */
    dynox_executor          executor;
    unsigned                fork_generation;
    dynox__stop             stop;    /* set: no new requests; those that are here end */
    _Atomic bool            drained; /* and no thread is on its way in */
    _Atomic size_t          callers; /* threads inside submit, cancel, post, or handing over a connection */
    pthread_mutex_t         lock;    /* of starting workers */
    dynox__tls             *tls;
    dynox_pool             *pool; /* connects */
    dynox__wire_settings    wire;
    dynox__proxies          proxies;
    size_t                  connections_each; /* limit of a worker */
    size_t                  fill;             /* requests a worker gets before the next one is used */
    size_t                  max_requests;     /* in all */
    size_t                  max_response;
    size_t                  connecting_each; /* attempts at a time for one endpoint, at most */
    int64_t                 idle_ns, max_age_ns;
    dynox__connection_watch watch;
    unsigned                worker_count;
    dynox__worker           workers[];
};

/* worker.c */
void         dynox__worker_init(dynox__worker *worker, dynox__engine *engine);
void         dynox__worker_destroy(dynox__worker *worker); /* after its thread has been joined, or was never started */
dynox_status dynox__worker_start(dynox__worker *worker);
void         dynox__worker_turn(dynox__worker *worker); /* once around the loop of its thread */
void         dynox__worker_wake(dynox__worker *worker); /* any thread, after a push */
bool         dynox__worker_has_work(dynox__worker *worker);
/* The turns of a thread that has the seat for this request, until it is done, or until the worker has anything else to
 * do. False: this is a forked child. */
bool dynox__worker_lead(dynox__worker *worker, dynox__request *request);
void dynox__worker_sweep_by(dynox__worker *worker, int64_t at_ns);
/* The request has ended: done will be called at the end of the turn. NULL format: no message. */
void dynox__worker_finish(dynox__worker *worker, dynox__request *request, dynox_status status, const char *format, ...)
    DYNOX_PRINTF(4, 5);

/* Closes that connection, if it is there and idle. In the turn in which it was last used, when no other can have its
 * address. */
void dynox__worker_reject(dynox__worker *worker, const void *connection);

/* seat.c */
/* Has whoever runs the turns look around: wakes the poller, or the thread that has stepped aside. Any thread. */
void dynox__seat_call(dynox__worker *worker);
/* For the worker's thread, when it would wait: may it step aside? It does, and comes back when there is work. */
bool dynox__seat_is_spare(const dynox__worker *worker);
void dynox__seat_step_aside(dynox__worker *worker);
/* For a thread inside submit, which is a caller of the engine: true if dynox__transport_await will run the turns, so
 * that the request must not be pushed. `only`: no other is in flight. */
bool dynox__seat_take(dynox__worker *worker, dynox__request *request, bool only);

/* For a thread that ends the transport: if it leads itself, it never comes back to that, because a handler of a signal
 * ends the program there, and the objects of the program with it. */
void dynox__seat_abandon(const dynox__engine *engine);

/* dispatch.c */
void dynox__dispatch_add(dynox__worker *worker, dynox__request *request);
void dynox__dispatch_back(dynox__worker *worker, dynox__request *request); /* to the front: no byte of it has left */
void dynox__dispatch_remove(dynox__worker *worker, dynox__request *request);
void dynox__dispatch_idle(dynox__worker *worker, dynox__connection *connection); /* it may carry the next request */
void dynox__dispatch_gone(dynox__worker *worker, dynox__connection *connection); /* and is about to be freed */
void dynox__dispatch_connected(dynox__worker *worker, dynox__connection *connection);
void dynox__dispatch_turn(dynox__worker *worker);
void dynox__dispatch_sweep(dynox__worker *worker);
void dynox__dispatch_timeout(dynox__worker *worker, dynox__request *request);
void dynox__dispatch_abandon(dynox__worker *worker); /* shutting down: ends all that waits or is connected */
void dynox__dispatch_free(dynox__worker *worker);    /* after that */

/* dial.c */
void dynox__dial_learn(dynox__worker *worker, const dynox__connection *connection); /* that libcurl has made */
bool dynox__dial_start(dynox__worker *worker, dynox__connection *connection);       /* false: let libcurl do it */
void dynox__dial_event(dynox__worker *worker, dynox__connection *connection);
void dynox__dial_sweep(dynox__worker *worker); /* ends what takes too long */
void dynox__dial_abandon(dynox__worker *worker);

/* connection.c */
/* And starts to connect, or has connected already. False: out of memory. */
bool dynox__connection_new(dynox__worker *worker, dynox__endpoint *endpoint);
void dynox__connection_start(dynox__worker *worker, dynox__connection *connection, dynox__request *request);
void dynox__connection_event(dynox__worker *worker, dynox__connection *connection);
/* Ends its request, if it has one, and the connection. */
void dynox__connection_fail(dynox__worker *worker, dynox__connection *connection, dynox_status status,
                            const char *format, ...) DYNOX_PRINTF(4, 5);
void dynox__connection_close(dynox__worker *worker, dynox__connection *connection); /* it has no request */
/* Tells whoever watches, as the last thing that is done with it. `since` is when that began. */
void dynox__connection_tell(const dynox__worker *worker, const dynox__connection *connection,
                            dynox__connection_change what, int64_t since);

#endif
