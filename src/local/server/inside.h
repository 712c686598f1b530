/* What the files of the server share: its threads, their connections, and the way of a request through them. */
#ifndef DYNOX_LOCAL_SERVER_INSIDE_H
#define DYNOX_LOCAL_SERVER_INSIDE_H

#include "base/deadlines.h"
#include "http/poller/poller.h"
#include "local/server/gzip.h"
#include "local/server/request.h"
#include "local/server/server.h"
#include <pthread.h>
#include <stdatomic.h>

typedef struct dynox__server_thread     dynox__server_thread;
typedef struct dynox__server_connection dynox__server_connection;

enum {
    DYNOX__SERVER_ROOM   = 128 * 1024, /* what is received at once */
    DYNOX__SERVER_GATHER = 64 * 1024,  /* answers to requests that came together leave together up to this */
    DYNOX__SERVER_KEEP   = 1024 * 1024 /* a buffer that is larger is not kept for the next one */
};

typedef enum dynox__server_connection_state {
    DYNOX__SERVER_READS,  /* waits for a request, or the rest of one */
    DYNOX__SERVER_WRITES, /* waits until the answer is taken: `out` */
    DYNOX__SERVER_WAITS,  /* has an answer that is held back: `out` */
    DYNOX__SERVER_ENDS    /* all is sent; what still comes is dropped, so that the end does not undo what was sent */
} dynox__server_connection_state;

/* One thread's; costs little while it is idle. */
struct dynox__server_connection {
    int                            fd; /* -1: closed, and freed at the end of the round */
    dynox__server_connection_state state;
    dynox__server_connection      *next, *previous;
    int64_t                        deadline_ns;
    size_t                         heap_index; /* among those that wait; 0: is not */
    dynox__request_reader          reader;
    dynox__buffer in;  /* a request that has begun, or those that have come behind an answer under way */
    dynox__buffer out; /* what is left to send, from `sent` on */
    size_t        sent;
    size_t        held;      /* bytes of both, as they count in server->memory */
    bool          begun;     /* some of the next request is here */
    bool          last;      /* closes when `out` is sent */
    bool          continued; /* "100 Continue" was said */
};

struct dynox__server_thread {
    dynox__server                      *server;
    pthread_t                           thread;
    bool                                started;
    dynox__poller                       poller;
    int64_t                             now_ns; /* of this round */
    int64_t                             swept_ns;
    dynox__server_connection           *connections, *closed; /* lists */
    size_t                              count;                /* of connections; read by nobody else */
    dynox__deadlines                    delays;               /* connections whose answers are held back */
    char                               *room;                 /* DYNOX__SERVER_ROOM and padding */
    dynox__buffer                       out;                  /* answers of this connection that leave together */
    dynox__buffer                       plain, packed;        /* bodies on their way in and out of gzip */
    dynox__gzip                         gzip;
    dynox__request_head                 head;
    dynox__local_answer                 answer;
    int                                 status; /* of the last reply */
    int64_t                             date_s; /* that `date` is of */
    char                                date[40];
    _Atomic(dynox__server_connection *) given; /* by the one that accepts, newest first */
};

struct dynox__server {
    dynox__server_settings settings;
    char                   url[128];
    int                    listener; /* of threads[0], as what follows */
    bool                   listens;  /* it is watched */
    int64_t                listens_again_ns;
    size_t                 next; /* thread that gets the next connection */
    _Atomic size_t         connections, memory;
    _Atomic bool           stops;
    _Atomic bool           unfinished; /* some requests were not finished in time */
    bool                   has_log_lock;
    pthread_mutex_t        log_lock;
    size_t                 thread_count;
    dynox__server_thread   threads[];
};

/* ---- listen.c: DYNOX_OK, or what dynox__server_start says ---- */
dynox_status dynox__server_listen(dynox__server *server, dynox_error *error);
void         dynox__server_accept(dynox__server *server); /* by threads[0] */
void         dynox__server_take_given(dynox__server_thread *thread);

/* ---- connection.c ---- */
void dynox__server_connection_ready(dynox__server_thread     *thread,
                                    dynox__server_connection *connection); /* something happened to it */
void dynox__server_connection_due(dynox__server_thread     *thread,
                                  dynox__server_connection *connection); /* its delay is over */
void dynox__server_connection_close(dynox__server_thread *thread, dynox__server_connection *connection);

/* ---- answer.c: a request is here in whole ---- */

typedef struct dynox__reply {
    int         status;
    const char *type;       /* of the content; NULL: application/x-amz-json-1.0 */
    const char *request_id; /* NULL: none */
    const char *error_type; /* NULL: none */
    dynox__span body;
    dynox__span headers; /* more of them, each with its CR LF */
    bool        no_checksum;
} dynox__reply;

/* What becomes of the connection then. */
typedef struct dynox__outcome {
    uint32_t delay_ms;
    bool     is_lost; /* closes without an answer */
    bool     last;    /* closes behind the answer */
} dynox__outcome;

/* Answers thread->head: adds to thread->out. */
dynox__outcome dynox__server_answer(dynox__server_thread *thread);
/* An answer to what could not be read. */
void dynox__server_refuse_bytes(dynox__server_thread *thread, int status, const char *why);
/* Writes a reply to thread->out. `last`: and says that it is the last one. */
void    dynox__server_reply(dynox__server_thread *thread, const dynox__reply *reply, bool last);
int64_t dynox__server_now_us(const dynox__server *server);

/* ---- log.c ---- */
void dynox__server_log(dynox__server_thread *thread, size_t sent, int64_t begun_ns); /* the request in thread->head */

/* ---- guard.c: which requests are from here ---- */
bool dynox__server_host_is_local(const dynox__server *server, dynox__span host);
bool dynox__server_origin_may(const dynox__server *server, dynox__span origin);

/* ---- auth.c ---- */
/* NULL: it may pass. Else the name of an error; `message` says why. */
const char *dynox__server_authenticate(const dynox__server *server, const dynox__request_head *head,
                                       dynox__buffer *message);
/* Does the service refuse it before it looks at the signature: an unknown operation, or no JSON? */
bool dynox__server_fails_before(const dynox__server *server, const dynox__request_head *head);

#endif
