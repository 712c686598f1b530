/* One connection: made by a thread of the pool, then carrying one request after the other for its worker. */
#include "async/loop/pool.h"
#include "base/random.h"
#include "http/curl/curl_handle.h"
#include "http/engine/engine.h"
#include <stdarg.h>
#include <stdio.h>

enum {
    LOSSES       = 3, /* of used connections in a row: this server closes them without a word */
    DISTRUST_MS  = 1000,
    READS_A_TURN = 16,   /* of a large answer, before the others get their turn */
    TLS_RECORD   = 16384 /* less than this is either sent as a whole or cannot be decrypted */
};

/* ---- making one ---- */

static void run_connect(dynox_work *work)
{
    dynox__connection *connection = DYNOX__CONTAINER(work, dynox__connection, work);
    dynox__worker     *worker     = connection->worker;
    dynox__engine     *engine     = worker->engine;
    connection->status            = DYNOX_E_SHUTDOWN;
    if (!dynox__stop_is_set(&engine->stop))
        connection->status = dynox__wire_connect(&connection->wire, &connection->endpoint->origin, &engine->wire,
                                                 connection->message, sizeof connection->message);
    atomic_fetch_add(&engine->callers, 1); /* the worker may end as soon as it has the connection */
    dynox__stack_push(&worker->connected, &connection->link);
    dynox__worker_wake(worker);
    atomic_fetch_sub(&engine->callers, 1);
}

bool dynox__connection_new(dynox__worker *worker, dynox__endpoint *endpoint)
{
    dynox__connection *connection = dynox__calloc(sizeof *connection);
    if (!connection) return false;
    dynox__engine *engine = worker->engine;
    connection->worker    = worker;
    connection->endpoint  = endpoint;
    connection->wire.fd   = -1;
    connection->begun_ns  = worker->now_ns;
    connection->work.run  = run_connect;
    /* Between three quarters of the age and all of it, so that connections made together do not end together. */
    connection->retire_ns =
        worker->now_ns + engine->max_age_ns / 4 * 3 + (int64_t)((double)engine->max_age_ns / 4 * dynox__random_unit());
    endpoint->connecting++;
    worker->counts.connecting++;
    worker->begun++;
    if (dynox__dial_start(worker, connection)) return true;
    if (!dynox__pool_post(engine->pool, &connection->work)) { /* this turn or the next finds it */
        connection->status = DYNOX_E_SYSTEM;
        snprintf(connection->message, sizeof connection->message, "no thread can be started to connect");
        dynox__stack_push(&worker->connected, &connection->link);
    }
    return true;
}

/* ---- ending one ---- */

void dynox__connection_tell(const dynox__worker *worker, const dynox__connection *connection,
                            dynox__connection_change what, int64_t since)
{
    const dynox__connection_watch *watch = &worker->engine->watch;
    bool                           bad   = connection->status != DYNOX_OK;
    if (watch->tell)
        watch->tell(watch->self, &(dynox__connection_news){.what    = what,
                                                           .origin  = &connection->endpoint->origin,
                                                           .status  = connection->status,
                                                           .message = bad ? connection->message : NULL,
                                                           .took_ns = dynox__now_ns() - since});
}

void dynox__connection_close(dynox__worker *worker, dynox__connection *connection)
{
    dynox__dispatch_gone(worker, connection);
    dynox__poller_remove(&worker->poller, connection->wire.fd);
    dynox__wire_close(&connection->wire);
    dynox__http1_clear(&connection->reader);
    dynox__connection_tell(worker, connection, DYNOX__CONNECTION_CLOSED, connection->made_ns);
    dynox__free(connection);
}

/* The connection loses its request. */
static dynox__request *detach(dynox__connection *connection)
{
    dynox__request *request = connection->request;
    connection->request     = NULL;
    if (request) request->own.connection = NULL;
    return request;
}

void dynox__connection_fail(dynox__worker *worker, dynox__connection *connection, dynox_status status,
                            const char *format, ...)
{
    char    message[sizeof connection->request->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    dynox__request *request = detach(connection);
    dynox__connection_close(worker, connection);
    if (!request) return;
    request->body.size = 0;
    dynox__worker_finish(worker, request, status, "%s", message);
}

/* Nothing of its request, as far as that was sent, had reached the peer's system so far. Of TLS one cannot say that
 * before libcurl says that it has sent something. */
static bool is_unacknowledged(const dynox__connection *connection)
{
    if (connection->request->phase == DYNOX__PHASE_QUEUED) return true;
    return connection->sent > 0 && dynox__wire_unacknowledged(&connection->wire) >= connection->sent;
}

/* As if this connection, which the server had closed, had never been chosen; but the next one must be a new one, as the
 * server may close every other in the same way. */
static void give_back(dynox__worker *worker, dynox__connection *connection)
{
    dynox__request *request = detach(connection);
    request->fresh          = true;
    request->phase          = DYNOX__PHASE_QUEUED;
    atomic_fetch_and(&request->own.state, ~(unsigned)DYNOX__LEFT);
    dynox__connection_close(worker, connection);
    dynox__dispatch_back(worker, request);
}

/* The connection has died under its request: in order, by the end of the server's stream, or not. */
static void lost(dynox__worker *worker, dynox__connection *connection, bool in_order, const char *how)
{
    dynox__request  *request  = connection->request;
    dynox__endpoint *endpoint = connection->endpoint;
    bool             unread   = request->phase == DYNOX__PHASE_QUEUED;
    if (connection->used && request->phase <= DYNOX__PHASE_WAITING) {
        endpoint->losses++;
        endpoint->distrust_until_ns = worker->now_ns + DISTRUST_MS * DYNOX__MS;
    }
    if (request->phase == DYNOX__PHASE_WAITING && in_order && is_unacknowledged(connection)) {
        /* The request and the end have crossed. Of a reset one cannot say that, for it may follow the reading at once.
         */
        unread         = true;
        request->phase = DYNOX__PHASE_SENDING;
    }
    if (unread && connection->used) {
        give_back(worker, connection);
        return;
    }
    const char *refusal = connection->used ? NULL : dynox__wire_refusal(&connection->wire);
    if (!refusal && !connection->used && endpoint->origin.tls && request->phase <= DYNOX__PHASE_SENDING &&
        connection->sent == 0)
        refusal = dynox__curl_hung_up;
    if (refusal) {
        request->phase = DYNOX__PHASE_SENDING; /* nobody was there to read it */
        dynox__connection_fail(worker, connection, DYNOX_E_TLS, "%s:%u: %s", endpoint->origin.host,
                               (unsigned)endpoint->origin.port, refusal);
        return;
    }
    static const char *const when[] = {"before the request had left", "while the request was being sent",
                                       "before the first byte of the answer", "in the middle of the answer",
                                       "afterwards"};
    dynox__connection_fail(worker, connection, DYNOX_E_TRANSPORT, "the connection to %s:%u was %s %s",
                           endpoint->origin.host, (unsigned)endpoint->origin.port, how, when[request->phase]);
}

/* ---- receiving ---- */

/* Has this server lately closed used connections without a word? Whatever it is sent on one may be lost. */
static bool is_distrusted(const dynox__worker *worker, const dynox__endpoint *endpoint)
{
    return endpoint->losses >= LOSSES && worker->now_ns < endpoint->distrust_until_ns;
}

/* The answer is there. `rest`: bytes that are not part of it have come, too. */
static void complete(dynox__worker *worker, dynox__connection *connection, bool rest)
{
    bool whole = connection->sent == connection->request->size, reusable = dynox__http1_reusable(&connection->reader);
    dynox__request *request = detach(connection);
    request->phase          = DYNOX__PHASE_DONE;
    request->received_ns    = worker->now_ns;
    request->own.brought_by = connection;
    if (connection->used) connection->endpoint->losses = 0;
    connection->used = true;
    if (whole && reusable && !rest && !connection->wants_write && !is_distrusted(worker, connection->endpoint))
        dynox__dispatch_idle(worker, connection);
    else
        dynox__connection_close(worker, connection);
    dynox__worker_finish(worker, request, DYNOX_OK, NULL);
}

static void refuse(dynox__worker *worker, dynox__connection *connection)
{
    bool memory = connection->reader.no_memory;
    dynox__connection_fail(worker, connection, memory ? DYNOX_E_NO_MEMORY : DYNOX_E_TRANSPORT, "%s:%u: %s",
                           connection->endpoint->origin.host, (unsigned)connection->endpoint->origin.port,
                           connection->reader.error);
}

/* The stream has ended, in an orderly way or not. */
static void ended(dynox__worker *worker, dynox__connection *connection, ptrdiff_t how)
{
    const char *words = how == DYNOX__WIRE_CLOSED ? "closed by the server" : dynox__wire_failure(&connection->wire);
    if (how == DYNOX__WIRE_CLOSED && dynox__http1_closed(&connection->reader) == DYNOX__HTTP1_END)
        complete(worker, connection, false);
    else
        lost(worker, connection, how == DYNOX__WIRE_CLOSED, words);
}

/* Nothing is expected here: a TLS ticket is swallowed by libcurl, anything else ends the connection. */
static void receive_idle(dynox__worker *worker, dynox__connection *connection)
{
    if (dynox__wire_receive(&connection->wire, worker->scratch, DYNOX__SCRATCH) != 0)
        dynox__connection_close(worker, connection);
}

static void refuse_unasked(dynox__worker *worker, dynox__connection *connection)
{
    dynox__connection_fail(worker, connection, DYNOX_E_TRANSPORT, "%s:%u spoke before it was asked",
                           connection->endpoint->origin.host, (unsigned)connection->endpoint->origin.port);
}

/* Reads what has come. False: the connection no longer has the request, or is gone. */
static bool receive(dynox__worker *worker, dynox__connection *connection)
{
    dynox__http1_reader *reader = &connection->reader;
    for (int reads = 0; connection->wire.curl || reads < READS_A_TURN; reads++) {
        char  *room;
        size_t size   = dynox__http1_room(reader, &room), used;
        bool   direct = size > 0;
        if (!direct) room = worker->scratch, size = DYNOX__SCRATCH;
        ptrdiff_t count = dynox__wire_receive(&connection->wire, room, size);
        if (count == 0) return true;
        if (count < 0) return ended(worker, connection, count), false;
        if (connection->request->phase <= DYNOX__PHASE_WAITING && is_unacknowledged(connection))
            return refuse_unasked(worker, connection), false;
        if (connection->request->phase < DYNOX__PHASE_READING) connection->request->first_byte_ns = worker->now_ns;
        connection->request->phase = DYNOX__PHASE_READING;
        dynox__http1_progress progress;
        used     = (size_t)count;
        progress = direct ? dynox__http1_filled(reader, used) : dynox__http1_read(reader, room, (size_t)count, &used);
        if (progress == DYNOX__HTTP1_BAD) return refuse(worker, connection), false;
        if (progress == DYNOX__HTTP1_END) return complete(worker, connection, used < (size_t)count), false;
        if (!connection->wire.curl && (size_t)count < size) return true; /* a short read: nothing is left */
    }
    return true;
}

/* ---- sending ---- */

static void want_write(dynox__worker *worker, dynox__connection *connection, bool wanted)
{
    if (connection->wants_write == wanted) return;
    connection->wants_write = wanted;
    dynox__poller_change(&worker->poller, connection->wire.fd, connection, wanted);
}

/* Sending has failed: perhaps because the server has answered early and closed. What it said counts. */
static void send_failed(dynox__worker *worker, dynox__connection *connection)
{
    dynox__request *request = connection->request;
    const char     *words   = dynox__wire_failure(&connection->wire);
    if (connection->wire.curl && connection->sent == 0 && request->size >= TLS_RECORD)
        request->phase = DYNOX__PHASE_SENDING;
    if (request->phase != DYNOX__PHASE_QUEUED && !receive(worker, connection)) return;
    lost(worker, connection, false, words);
}

static void send_more(dynox__worker *worker, dynox__connection *connection)
{
    dynox__request *request = connection->request;
    while (connection->sent < request->size) {
        ptrdiff_t count =
            dynox__wire_send(&connection->wire, request->data + connection->sent, request->size - connection->sent);
        if (count < 0) {
            send_failed(worker, connection);
            return;
        }
        /* TLS may have sent records before it says "not now". */
        if ((count > 0 || connection->wire.curl) && request->phase == DYNOX__PHASE_QUEUED)
            request->phase = DYNOX__PHASE_SENDING;
        if (count == 0) {
            want_write(worker, connection, true);
            return;
        }
        connection->sent += (size_t)count;
    }
    want_write(worker, connection, false);
    request->sent_ns = worker->now_ns;
    if (request->phase <= DYNOX__PHASE_SENDING) request->phase = DYNOX__PHASE_WAITING;
}

/* False: a cancel that says that nothing has left is on its way, and will find the request here. */
static bool may_leave(dynox__request *request)
{
    return !(atomic_fetch_or(&request->own.state, DYNOX__LEFT) & DYNOX__CANCEL_CLAIMED);
}

/* ---- the worker's calls ---- */

void dynox__connection_start(dynox__worker *worker, dynox__connection *connection, dynox__request *request)
{
    connection->request     = request;
    connection->sent        = 0;
    request->own.connection = connection;
    request->own.place      = DYNOX__PLACE_ACTIVE;
    request->reused         = connection->used;
    request->connected_ns   = worker->now_ns;
    request->connecting_ns  = connection->used ? 0 : connection->made_ns - connection->begun_ns;
    dynox__http1_start(&connection->reader, &request->head, &request->body,
                       request->max_body ? request->max_body : worker->engine->max_response);
    /* The proof that it is quiet. libcurl may hold decrypted bytes of which the poller knows nothing, so it is asked.
     */
    ptrdiff_t heard = dynox__wire_receive(&connection->wire, worker->scratch, DYNOX__SCRATCH);
    if (heard != 0 && connection->used) {
        if (heard > 0)
            give_back(worker, connection);
        else
            ended(worker, connection, heard);
        return;
    }
    if (heard == 0 && !may_leave(request)) return;
    worker->counts.requests++;
    worker->counts.reused += connection->used;
    if (heard == 0)
        send_more(worker, connection);
    else if (heard > 0)
        refuse_unasked(worker, connection);
    else
        ended(worker, connection, heard);
}

void dynox__connection_event(dynox__worker *worker, dynox__connection *connection)
{
    if (connection->dialing) {
        dynox__dial_event(worker, connection);
        return;
    }
    if (!connection->request) {
        receive_idle(worker, connection);
        return;
    }
    /* Receive first: an answer that comes early makes sending the rest pointless. */
    if (receive(worker, connection) && connection->wants_write) send_more(worker, connection);
}
