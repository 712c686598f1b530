/* The engine's connections against a server that does what the input says: answers cut anywhere, answers and bytes too
 * many, ends and half ends, attempts that fail, deadlines and cancels. The loop of the worker is turned by hand, with
 * socket pairs in the place of connections and a clock that stands. Whatever happens: each request ends once, none is
 * read twice by a server, and an answer reaches the request that it answers. */
#include "fuzz.h"
#include "http/engine/engine.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CALLS   = 8,
    LINES   = 24,
    PENDING = 24,
    TAGS    = 1024,
    HEAD    = 11,
    LARGE   = 60000,
    OUT     = 128 * 1024,
    MOST    = 31000 /* bytes of an answer */,
    TURNS   = 400
};

/* What a request says to the server: "Q", a tag, the size of all. */
typedef struct call {
    dynox__request request;
    char          *data;
    int            tag;
    bool           live;
    unsigned       again; /* times that done submits it once more */
} call;

/* The server's side of a connection. */
typedef struct line {
    int    fd; /* -1: there is none */
    char   head[HEAD + 1];
    size_t got, want; /* of the request that is being read; want 0: its head is not whole */
    int    tag;       /* of the request that has been read and not answered; -1: none */
    char  *out;
    size_t size, sent, strange; /* to send; from `strange` on nobody has asked for it */
    bool   closing, ended;      /* when all is sent; the server has ended its stream */
    bool   tainted;             /* HTTP itself cannot tell any more which answer is whose */
} line;

static struct {
    dynox__transport *transport;
    dynox__worker    *worker;
    int64_t           now_ns;
    call              calls[CALLS];
    line              lines[LINES];
    dynox_work       *pending[PENDING];
    size_t            pending_count;
    bool              no_threads;
    int               next_tag;
    bool              read[TAGS], tainted[TAGS], settled[TAGS];
} world;

static char out[LINES][OUT]; /* is not cleared each time */
static char data[CALLS][LARGE];

static const dynox__origin origins[] = {{.host = "a", .port = 1}, {.host = "b", .port = 1}};

static int64_t read_fake(int which)
{
    (void)which;
    return world.now_ns;
}

/* In the place of the pool's: attempts wait for the input to say what they come to. */
bool __wrap_dynox__pool_post(dynox_pool *pool, dynox_work *work);
bool __wrap_dynox__pool_post(dynox_pool *pool, dynox_work *work)
{
    (void)pool;
    if (world.no_threads || world.pending_count == PENDING) return false;
    world.pending[world.pending_count++] = work;
    return true;
}

/* ---- the client's side ---- */

static void submit(call *self);

static void done(dynox__request *request)
{
    call *self = DYNOX__CONTAINER(request, call, request);
    PROMISE(self->live && !world.settled[self->tag]);
    world.settled[self->tag] = true;
    self->live               = false;
    if (request->status == DYNOX_OK && !world.tainted[self->tag]) {
        char tag[5];
        snprintf(tag, sizeof tag, "%04d", self->tag);
        PROMISE(world.read[self->tag]);
        size_t size =
            request->body.size < 4 ? request->body.size : 4; /* one that ends with the stream may be cut off */
        PROMISE(size == 0 || memcmp(request->body.data, tag, size) == 0);
    }
    PROMISE(request->status == DYNOX_OK || request->message[0]);
    if (self->again && request->status != DYNOX_E_SHUTDOWN) {
        self->again--;
        submit(self);
    }
}

static void submit(call *self)
{
    if (self->live || world.next_tag == TAGS) return;
    self->tag  = world.next_tag++;
    self->live = true;
    char head[HEAD + 1];
    snprintf(head, sizeof head, "Q%04d%06zu", self->tag, self->request.size);
    memcpy(self->data, head, HEAD);
    self->request.fresh = false;
    dynox_status status = world.transport->submit(world.transport, &self->request);
    if (status != DYNOX_OK) self->live = false;
    PROMISE(status == DYNOX_OK || status == DYNOX_E_BUSY || status == DYNOX_E_SHUTDOWN);
}

static void start_call(uint8_t which, uint8_t how)
{
    call *self = &world.calls[which % CALLS];
    if (self->live) return;
    self->data                = data[which % CALLS];
    self->again               = how >> 6;
    self->request.origin      = &origins[how & 1];
    self->request.data        = self->data;
    self->request.size        = how & 2 ? LARGE : HEAD + 30;
    self->request.deadline_ns = how & 4 ? world.now_ns + (1 + (how >> 3 & 7)) * DYNOX__SECOND : DYNOX__NEVER;
    self->request.done        = done;
    submit(self);
}

static void turn(void)
{
    dynox__poller_wake(&world.worker->poller); /* so that it never sleeps */
    dynox__worker_turn(world.worker);
}

/* ---- the server's side ---- */

static line *free_line(void)
{
    for (int i = 0; i < LINES; i++)
        if (world.lines[i].fd < 0) return &world.lines[i];
    return NULL;
}

/* An attempt comes to an end, well or not. */
static void connect_one(uint8_t which, bool good)
{
    int   ends[2], small = 4096;
    line *self = free_line();
    if (!world.pending_count) return;
    size_t      i                 = which % world.pending_count;
    dynox_work *work              = world.pending[i];
    world.pending[i]              = world.pending[--world.pending_count];
    dynox__connection *connection = DYNOX__CONTAINER(work, dynox__connection, work);
    connection->status            = DYNOX_E_CONNECT;
    snprintf(connection->message, sizeof connection->message, "refused");
    if (good && self && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0) {
        setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
        connection->status  = DYNOX_OK;
        connection->wire.fd = ends[0];
        *self               = (line){.fd = ends[1], .tag = -1, .out = out[self - world.lines], .strange = SIZE_MAX};
    }
    dynox__stack_push(&world.worker->connected, &connection->link);
}

/* The server takes on a request; what it has sent too much before can from now on only be taken for its answer. */
static void begin_request(line *self)
{
    self->head[HEAD] = 0;
    PROMISE(self->head[0] == 'Q');
    self->want    = (size_t)strtoul(self->head + 5, NULL, 10);
    self->head[5] = 0;
    int tag       = (int)strtol(self->head + 1, NULL, 10);
    PROMISE(tag >= 0 && tag < world.next_tag && self->want >= HEAD && self->want <= LARGE);
    PROMISE(!world.read[tag]); /* nothing is sent twice */
    world.read[tag] = true;
    self->tainted   = self->tainted || self->strange != SIZE_MAX;
    if (self->tainted) world.tainted[tag] = true;
    self->tag = tag;
}

static void read_request(line *self, size_t most)
{
    static char rest[LARGE];
    ssize_t     count = 1;
    while (most && count > 0) {
        bool   head = self->got < HEAD;
        size_t room = head ? HEAD - self->got : self->want - self->got;
        if (room > most) room = most;
        if (!head && !room) break; /* the next one is for the next time */
        count = recv(self->fd, head ? self->head + self->got : rest, room, 0);
        if (count <= 0) break;
        most -= (size_t)count;
        self->got += (size_t)count;
        if (head && self->got == HEAD) begin_request(self);
    }
}

/* A socket pair forgets at its end what was not read, unlike TCP: as if all of it had been acknowledged. So it counts
 * as read where something strange had been sent. */
static void shut(line *self)
{
    if (self->fd >= 0 && self->sent > self->strange && !self->ended) read_request(self, LARGE);
    if (self->fd >= 0) close(self->fd);
    self->fd = -1;
}

/* A server that has ended its stream reads on only to be polite. */
static void server_reads(line *self, uint8_t amount)
{
    static char rest[4096];
    if (self->ended) {
        while (recv(self->fd, rest, sizeof rest, 0) > 0) {
        }
        return;
    }
    if (self->tag >= 0 && self->got == self->want) return; /* one after the other */
    read_request(self, amount < 250 ? amount : LARGE);
}

static void add(line *self, const char *bytes, size_t size)
{
    PROMISE(size <= OUT - self->size);
    memcpy(self->out + self->size, bytes, size);
    self->size += size;
}

static void add_text(line *self, const char *text)
{
    add(self, text, strlen(text));
}

static void add_body(line *self, int tag, size_t size)
{
    static char body[30000];
    char        digits[5];
    snprintf(digits, sizeof digits, "%04d", tag);
    memcpy(body, digits, 4);
    memset(body + 4, '.', sizeof body - 4);
    add(self, body, size);
}

static void add_answer(line *self, int tag, uint8_t form)
{
    char   text[160];
    size_t size = form & 0x80 ? 30000 : 4 + (form >> 4 & 7u);
    if (form & 8) add_text(self, "HTTP/1.1 100 Continue\r\n\r\n");
    switch (form & 7) {
    case 0:
        snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n", size);
        add_text(self, text);
        add_body(self, tag, size);
        add_text(self, "\r\n0\r\nX: y\r\n\r\n");
        return;
    case 1: /* until the end */
        add_text(self, "HTTP/1.1 200 OK\r\n\r\n");
        add_body(self, tag, size);
        self->closing = true;
        return;
    case 2:
        snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n", size);
        break;
    case 3: snprintf(text, sizeof text, "HTTP/1.0 500 No\r\nContent-Length: %zu\r\n\r\n", size); break;
    default: snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size); break;
    }
    add_text(self, text);
    add_body(self, tag, size);
}

static void server_answers(line *self, uint8_t form)
{
    if (self->tag < 0 || self->ended) return;
    if (OUT - self->size < MOST) {
        shut(self); /* it has said enough */
        return;
    }
    bool whole = self->got == self->want;
    add_answer(self, self->tag, form);
    if (!whole) self->tainted = true; /* the rest of the request is still to come: an early answer is the last */
    self->tag = -1;
    if (whole) self->got = self->want = 0;
}

/* What nobody asked for: an answer, or bytes of the input. */
static void server_talks(line *self, const uint8_t *bytes, size_t size)
{
    if (self->ended || OUT - self->size < MOST) return;
    if (self->strange == SIZE_MAX) self->strange = self->size;
    if (self->tag >= 0 || self->got) { /* somebody has asked: it may be taken for the answer */
        self->tainted = true;
        if (self->tag >= 0) world.tainted[self->tag] = true;
    }
    if (size)
        add(self, (const char *)bytes, size);
    else
        add_answer(self, 9999, 4);
}

static void server_sends(line *self, size_t most)
{
    size_t  size = self->size - self->sent < most ? self->size - self->sent : most;
    ssize_t sent = size ? send(self->fd, self->out + self->sent, size, MSG_NOSIGNAL) : 0;
    if (sent > 0) self->sent += (size_t)sent;
    if (self->closing && self->sent == self->size) shut(self);
}

static void server_ends(line *self, bool half)
{
    if (half)
        shutdown(self->fd, SHUT_WR);
    else
        shut(self);
    self->ended = true;
}

static bool is_closed(const line *self)
{
    char byte;
    for (;;) {
        ssize_t count = recv(self->fd, &byte, 1, 0);
        if (count <= 0) return count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    }
}

/* After a while without anything else, no connection is left on which something strange has arrived. */
static void settle(void)
{
    for (int i = 0; i < 6; i++)
        turn();
    for (int i = 0; i < LINES; i++) {
        line *self = &world.lines[i];
        if (self->fd >= 0 && self->sent > self->strange && !self->tainted && self->tag < 0 && !self->got)
            PROMISE(is_closed(self));
    }
}

/* ---- one input ---- */

static void begin(void)
{
    dynox__curl_config config = {
        .workers = 1, .max_connections = 3, .max_waiting = 4, .max_response = 40000, .proxy = ""};
    dynox_error error = {0};
    memset(&world, 0, sizeof world);
    world.now_ns = DYNOX__SECOND;
    dynox__clock_fake(read_fake);
    for (int i = 0; i < LINES; i++)
        world.lines[i].fd = -1;
    world.transport = dynox__curl_transport_new(&config, &error);
    PROMISE(world.transport);
    world.worker          = DYNOX__CONTAINER(world.transport, dynox__engine, transport)->workers;
    world.worker->scratch = dynox__malloc(DYNOX__SCRATCH);
    PROMISE(world.worker->scratch && dynox__poller_open(&world.worker->poller) == DYNOX_OK);
    atomic_store(&world.worker->running, true); /* by us */
}

static void end(void)
{
    dynox__engine *engine = world.worker->engine;
    world.no_threads      = true;
    dynox__stop_now(&engine->stop);
    atomic_store(&engine->drained, true);
    while (world.pending_count)
        connect_one(0, world.pending_count % 2);
    for (int i = 0; i < 6; i++)
        turn();
    dynox__dispatch_abandon(world.worker);
    const dynox__counts *counts = &world.worker->counts;
    PROMISE(!counts->connections && !counts->idle && !counts->connecting && !counts->waiting);
    PROMISE(atomic_load(&world.worker->in_flight) == 0);
    for (int i = 0; i < CALLS; i++) {
        PROMISE(!world.calls[i].live);
        dynox__buffer_free(&world.calls[i].request.body);
    }
    atomic_store(&world.worker->running, false);
    world.transport->shutdown(world.transport);
    for (int i = 0; i < LINES; i++)
        shut(&world.lines[i]);
    dynox__clock_fake(NULL);
}

/* The server does something on the `which`th of its connections. */
static void server(uint8_t op, uint8_t which, uint8_t arg, const uint8_t *more, size_t size)
{
    line *self = &world.lines[which % LINES];
    if (self->fd < 0) return;
    switch (op) {
    case 0: server_reads(self, 255); break;
    case 1: server_reads(self, arg); break;
    case 2: server_answers(self, arg); break;
    case 3: server_sends(self, SIZE_MAX); break;
    case 4: server_sends(self, arg); break;
    case 5: server_talks(self, more, arg % 8u < size ? arg % 8u : size); break;
    case 6: server_ends(self, arg & 1); break;
    default: /* all of it at once */
        server_reads(self, 255);
        server_answers(self, arg);
        server_sends(self, SIZE_MAX);
        break;
    }
}

/* Three bytes a step: what, who, how. */
int LLVMFuzzerTestOneInput(const uint8_t *steps, size_t size)
{
    begin();
    int turns = 0;
    for (size_t i = 0; i + 3 <= size && turns < TURNS; i += 3) {
        uint8_t op = steps[i] % 16, which = steps[i + 1], how = steps[i + 2];
        if (op < 8) {
            server(op, which, how, steps + i + 3, size - i - 3);
            continue;
        }
        switch (op) {
        case 8:
        case 9: start_call(which, how); break;
        case 10: connect_one(which, true); break;
        case 11: connect_one(which, false); break;
        case 12:
            if (world.calls[which % CALLS].live)
                world.transport->cancel(world.transport, &world.calls[which % CALLS].request);
            break;
        case 13: world.now_ns += (how + 1) * (which & 1 ? DYNOX__SECOND : 10 * DYNOX__MS); break;
        case 14:
            if (which == 255)
                world.no_threads = !world.no_threads;
            else if (how & 1)
                settle(), turns += 6;
            break;
        default: turn(), turns++; break;
        }
    }
    end();
    return 0;
}
