/* One connection: bytes in, answers out, and its end. */
#include "local/server/inside.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST_PIECE = 16 * 1024, END_MS = 2000, AT_ONCE = 16 };

/* ---- its memory, and its end ---- */

/* Keeps count of what all connections hold. */
static void count_memory(dynox__server_thread *thread, dynox__server_connection *connection)
{
    size_t now = connection->in.capacity + connection->out.capacity;
    atomic_fetch_add(&thread->server->memory, now - connection->held);
    connection->held = now;
}

void dynox__server_connection_close(dynox__server_thread *thread, dynox__server_connection *connection)
{
    if (connection->fd < 0) return;
    dynox__poller_remove(&thread->poller, connection->fd);
    dynox__deadlines_remove(&thread->delays, &connection->heap_index);
    struct linger now = {.l_onoff = 1}; /* the system need not keep what nobody takes */
    if (connection->state == DYNOX__SERVER_WRITES) setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(connection->fd);
    connection->fd = -1;
    dynox__buffer_free(&connection->in);
    dynox__buffer_free(&connection->out);
    count_memory(thread, connection);
    if (connection->next) connection->next->previous = connection->previous;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        thread->connections = connection->next;
    connection->next = thread->closed;
    thread->closed   = connection;
    atomic_fetch_sub(&thread->server->connections, 1);
}

static void set_state(dynox__server_thread *thread, dynox__server_connection *connection,
                      dynox__server_connection_state state, int64_t ms)
{
    bool reads  = state == DYNOX__SERVER_READS || state == DYNOX__SERVER_ENDS;
    bool read   = connection->state == DYNOX__SERVER_READS || connection->state == DYNOX__SERVER_ENDS;
    bool writes = state == DYNOX__SERVER_WRITES, wrote = connection->state == DYNOX__SERVER_WRITES;
    connection->state       = state;
    connection->deadline_ns = dynox__deadline_after(thread->now_ns, ms);
    if (reads != read || writes != wrote)
        dynox__poller_watch(&thread->poller, connection->fd, connection, reads, writes);
}

/* ---- out ---- */

/* All is sent, and nothing more will be. What the client still sends must be read: closing before that would take the
 * answer back. */
static void end(dynox__server_thread *thread, dynox__server_connection *connection)
{
    dynox__buffer_free(&connection->in);
    shutdown(connection->fd, SHUT_WR);
    set_state(thread, connection, DYNOX__SERVER_ENDS, END_MS);
}

static ssize_t send_some(int fd, const char *bytes, size_t size)
{
    ssize_t sent;
    do
        sent = send(fd, bytes, size, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : sent;
}

/* What does not go at once is kept. */
static void send_out(dynox__server_thread *thread, dynox__server_connection *connection)
{
    dynox__buffer *out = &thread->out;
    if (connection->fd < 0) return;
    ssize_t sent = out->failed ? -1 : out->size ? send_some(connection->fd, out->data, out->size) : 0;
    if (sent >= 0 && (size_t)sent < out->size) {
        dynox__buffer_add(&connection->out, out->data + sent, out->size - (size_t)sent);
        set_state(thread, connection, DYNOX__SERVER_WRITES, thread->server->settings.answer_ms);
    }
    out->size = 0;
    if (sent < 0 || connection->out.failed)
        dynox__server_connection_close(thread, connection);
    else if (connection->last && connection->state == DYNOX__SERVER_READS)
        end(thread, connection);
}

/* Goes on with what was kept. true: all is sent. */
static bool send_kept(dynox__server_thread *thread, dynox__server_connection *connection)
{
    dynox__buffer *out  = &connection->out;
    ssize_t        sent = send_some(connection->fd, out->data + connection->sent, out->size - connection->sent);
    if (sent < 0) {
        dynox__server_connection_close(thread, connection);
        return false;
    }
    connection->sent += (size_t)sent;
    if (connection->sent < out->size) {
        set_state(thread, connection, DYNOX__SERVER_WRITES, thread->server->settings.answer_ms);
        return false;
    }
    dynox__buffer_free(out);
    connection->sent = 0;
    if (connection->last)
        end(thread, connection);
    else
        set_state(thread, connection, DYNOX__SERVER_READS, thread->server->settings.idle_ms);
    return !connection->last;
}

/* ---- in ---- */

/* Keeps the answer, which is what thread->out holds from `mark` on, until its time has come. */
static void hold_back(dynox__server_thread *thread, dynox__server_connection *connection, size_t mark,
                      uint32_t delay_ms)
{
    int64_t        due    = dynox__deadline_after(dynox__now_ns(), delay_ms);
    dynox__buffer *out    = &thread->out;
    bool           failed = out->failed;
    if (!failed && out->data) {
        ssize_t sent = mark ? send_some(connection->fd, out->data, mark) : 0;
        failed       = sent < 0;
        if (!failed) dynox__buffer_add(&connection->out, out->data + sent, out->size - (size_t)sent);
    }
    out->size = 0;
    if (failed || connection->out.failed || !dynox__deadlines_add(&thread->delays, &connection->heap_index, due)) {
        dynox__server_connection_close(thread, connection);
        return;
    }
    set_state(thread, connection, DYNOX__SERVER_WAITS, INT64_MAX);
}

/* Answers the request that is in thread->head. What follows a body in memory is kept: it may be the next request. */
static void answer(dynox__server_thread *thread, dynox__server_connection *connection)
{
    char   behind[DYNOX__REQUEST_BODY_PADDING], *at = thread->head.body + thread->head.body_size;
    size_t mark = thread->out.size;
    memcpy(behind, at, sizeof behind);
    dynox__outcome outcome = dynox__server_answer(thread);
    memcpy(at, behind, sizeof behind);
    connection->last      = connection->last || outcome.last || outcome.is_lost;
    connection->continued = false;
    if (outcome.is_lost && !thread->out.failed) thread->out.size = mark;
    if (outcome.delay_ms) hold_back(thread, connection, mark, outcome.delay_ms);
}

/* Works off what has come, until an answer is in the way; returns how much that was. */
static size_t work_off(dynox__server_thread *thread, dynox__server_connection *connection, char *bytes, size_t size)
{
    dynox__request_reader *reader = &connection->reader;
    size_t                 used   = 0;
    while (used < size && connection->fd >= 0 && connection->state == DYNOX__SERVER_READS && !connection->last) {
        dynox__request_progress progress = dynox__request_read(reader, bytes + used, size - used, &thread->head);
        if (progress == DYNOX__REQUEST_MORE) break;
        if (progress == DYNOX__REQUEST_BAD) {
            dynox__server_refuse_bytes(thread, reader->status, reader->error);
            connection->last = true;
            return size;
        }
        answer(thread, connection);
        used += thread->head.size;
        *reader = (dynox__request_reader){.state = 0};
        if (thread->out.size >= DYNOX__SERVER_GATHER) send_out(thread, connection);
    }
    return used;
}

/* The rest stays in connection->in; `bytes` may lie there. false: out of memory. */
static bool keep_rest(dynox__server_thread *thread, dynox__server_connection *connection, const char *bytes,
                      size_t size)
{
    dynox__buffer *in = &connection->in;
    if (size == 0) {
        dynox__buffer_free(in);
    } else if (in->size) {
        memmove(in->data, bytes, size);
        in->size = size;
    } else {
        if (!dynox__buffer_reserve(in, size + DYNOX__REQUEST_BODY_PADDING)) return false;
        dynox__buffer_add(in, bytes, size);
    }
    count_memory(thread, connection);
    return true;
}

/* The client waits to be told that the body is welcome. */
static void say_continue(dynox__server_thread *thread, dynox__server_connection *connection, size_t size)
{
    if (!connection->reader.expects || connection->continued || size > connection->reader.head) return;
    connection->continued = true;
    DYNOX__BUFFER_LITERAL(&thread->out, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void work(dynox__server_thread *thread, dynox__server_connection *connection, char *bytes, size_t size)
{
    size_t used = work_off(thread, connection, bytes, size);
    if (connection->fd < 0) return;
    if (connection->last) used = size;
    bool reads = connection->state == DYNOX__SERVER_READS;
    bool begun = reads && used < size;
    if (!keep_rest(thread, connection, bytes + used, size - used)) {
        dynox__server_connection_close(thread, connection);
        return;
    }
    if (begun) say_continue(thread, connection, size - used);
    if (reads && (used || !connection->begun || !begun))
        connection->deadline_ns = dynox__deadline_after(thread->now_ns, begun ? thread->server->settings.request_ms
                                                                              : thread->server->settings.idle_ms);
    connection->begun = begun;
    send_out(thread, connection);
}

/* Where the next bytes go, and how many may come. NULL: there is no room for them. */
static char *room_for_more(dynox__server_thread *thread, dynox__server_connection *connection, size_t *room)
{
    dynox__server *server = thread->server;
    dynox__buffer *in     = &connection->in;
    *room                 = DYNOX__SERVER_ROOM;
    if (in->size == 0) return thread->room;
    size_t missing = dynox__request_missing(&connection->reader, in->size), want = FIRST_PIECE;
    if (missing > want) want = missing < in->size ? missing : in->size > want ? in->size : want;
    if (atomic_load(&server->memory) + want > server->settings.memory) return NULL;
    if (!dynox__buffer_reserve(in, want + DYNOX__REQUEST_BODY_PADDING)) return NULL;
    count_memory(thread, connection);
    *room = in->capacity - in->size - DYNOX__REQUEST_BODY_PADDING;
    return in->data + in->size;
}

static void receive(dynox__server_thread *thread, dynox__server_connection *connection)
{
    size_t room;
    char  *to = room_for_more(thread, connection, &room);
    if (!to) {
        dynox__server_refuse_bytes(thread, 503, "too much is under way here");
        connection->last = true;
        send_out(thread, connection);
        return;
    }
    ssize_t count = recv(connection->fd, to, room, 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
    if (count <= 0) {
        dynox__server_connection_close(thread, connection);
        return;
    }
    if (to == thread->room) {
        work(thread, connection, to, (size_t)count);
    } else {
        connection->in.size += (size_t)count;
        work(thread, connection, connection->in.data, connection->in.size);
    }
}

static void drop_input(dynox__server_thread *thread, dynox__server_connection *connection)
{
    for (int i = 0; i < AT_ONCE; i++) {
        ssize_t count = recv(connection->fd, thread->room, DYNOX__SERVER_ROOM, 0);
        if (count > 0) continue;
        if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
            dynox__server_connection_close(thread, connection);
        return;
    }
}

/* ---- what happens to it ---- */

/* An answer has gone: those that have come behind its request are next. */
static void go_on(dynox__server_thread *thread, dynox__server_connection *connection)
{
    if (connection->in.size) work(thread, connection, connection->in.data, connection->in.size);
}

void dynox__server_connection_ready(dynox__server_thread *thread, dynox__server_connection *connection)
{
    if (connection->fd < 0) return;
    switch (connection->state) {
    case DYNOX__SERVER_READS: receive(thread, connection); break;
    case DYNOX__SERVER_WRITES:
        if (send_kept(thread, connection)) go_on(thread, connection);
        break;
    case DYNOX__SERVER_WAITS: dynox__server_connection_close(thread, connection); break; /* it can only be broken */
    case DYNOX__SERVER_ENDS: drop_input(thread, connection); break;
    }
}

void dynox__server_connection_due(dynox__server_thread *thread, dynox__server_connection *connection)
{
    dynox__deadlines_remove(&thread->delays, &connection->heap_index);
    if (connection->out.size == 0) /* a lost answer */
        end(thread, connection);
    else if (send_kept(thread, connection))
        go_on(thread, connection);
}
