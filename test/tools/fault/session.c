/* A client's connection: reads a request, asks the server behind (or the script), and sends the answer as the plan of
 * faults says; one request at a time, each session independent of the others. */
#include "message.h"
#include "server.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum state {
    STATE_READING, /* waiting for a whole request */
    STATE_ASKING,  /* the server behind has it */
    STATE_HOLDING, /* the answer waits for its time */
    STATE_SENDING,
    STATE_SILENT,    /* nothing more is sent */
    STATE_RESETTING, /* the bytes that were sent get a moment to arrive before the reset */
    STATE_CLOSING    /* our end is closed; waits for the client's */
};

enum { PACE_MS = 20, RESET_AFTER_MS = 20, LINGER_MS = 5000, READ_SIZE = 64 * 1024 };

struct session {
    struct watch    client, upstream;
    struct alarm    alarm;
    struct session *previous, *next;
    enum state      state;
    struct bytes    in, answer;
    struct message  request, reply;
    struct fault    fault; /* of the request in hand */
    int64_t         arrived;
    size_t          asked;       /* bytes of the request that went to the server behind */
    size_t          sent, limit; /* bytes of the answer that went out, and that will */
    bool            running, upstream_used, asked_twice, close_after;
};

static struct session *sessions;

static void ask(struct session *session);
static void handle_input(struct session *session);

static void set_running(struct session *session, bool running)
{
    struct statistics *s = &server.statistics;
    if (session->running == running) return;
    session->running = running;
    if (!running) {
        if (s->running) s->running--;
    } else if (++s->running > s->most_running) {
        s->most_running = s->running;
    }
}

static void session_end(struct session *session)
{
    set_running(session, false);
    server.statistics.open--;
    alarm_stop(&session->alarm);
    watch_close(&session->client);
    watch_close(&session->upstream);
    if (session->previous) session->previous->next = session->next;
    if (session->next) session->next->previous = session->previous;
    if (sessions == session) sessions = session->next;
    bytes_free(&session->in);
    bytes_free(&session->answer);
    loop_free_later(session);
}

/* Closing with a zero linger time sends RST. */
static void reset_connection(int fd)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static void session_reset(struct session *session)
{
    reset_connection(session->client.fd);
    session_end(session);
}

static void enter(struct session *session, enum state state, uint32_t events)
{
    session->state = state;
    watch_want(&session->client, events | EPOLLRDHUP);
}

static void close_our_end(struct session *session)
{
    shutdown(session->client.fd, SHUT_WR);
    enter(session, STATE_CLOSING, EPOLLIN);
    alarm_set(&session->alarm, loop_now() + LINGER_MS);
}

/* ---- the answer ---- */

static void await_request(struct session *session)
{
    enter(session, STATE_READING, EPOLLIN);
    if (session->fault.idle_close) alarm_set(&session->alarm, loop_now() + session->fault.idle_ms);
    if (session->in.size) handle_input(session);
}

static void answered(struct session *session)
{
    enum fault_end end = session->fault.end;
    set_running(session, false);
    bytes_drop(&session->in, session->request.size);
    bytes_free(&session->answer);
    session->request = session->reply = (struct message){0};
    if (end == END_RESET) {
        enter(session, STATE_RESETTING, 0);
        alarm_set(&session->alarm, loop_now() + RESET_AFTER_MS);
    } else if (end == END_SILENCE) {
        enter(session, STATE_SILENT, 0);
    } else if (end == END_CLOSE || session->close_after) {
        close_our_end(session);
    } else {
        await_request(session);
    }
}

static void send_some(struct session *session)
{
    size_t step = session->fault.bytes_per_second * PACE_MS / 1000;
    if (session->fault.bytes_per_second && step == 0) step = 1;
    while (session->sent < session->limit) {
        size_t  size = session->limit - session->sent;
        ssize_t sent = send(session->client.fd, session->answer.data + session->sent, step && step < size ? step : size,
                            MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            enter(session, STATE_SENDING, EPOLLOUT);
            return;
        }
        if (sent < 0) {
            session_end(session);
            return;
        }
        session->sent += (size_t)sent;
        if (step && session->sent < session->limit) {
            enter(session, STATE_SENDING, 0);
            alarm_set(&session->alarm, loop_now() + PACE_MS);
            return;
        }
    }
    answered(session);
}

static void send_answer(struct session *session)
{
    if (session->fault.reset == RESET_AFTER) {
        session_reset(session);
        return;
    }
    session->state = STATE_SENDING;
    send_some(session);
}

/* The whole answer is there: bends it, finds how much of it goes out, and sends it when it is due. */
static void got_answer(struct session *session)
{
    const struct fault *fault = &session->fault;
    size_t              head_size;
    session->reply = (struct message){0};
    message_look(&session->reply, &session->answer, true, true);
    head_size            = session->reply.head_size;
    session->close_after = session->reply.close || session->reply.until_close;
    if (fault->garble || fault->bad_crc || fault->empty || fault->chunk || fault->interim || fault->redate ||
        fault->header_name[0] || fault->cut) {
        answer_bend(fault, &session->answer, &head_size);
    }
    session->sent  = 0;
    session->limit = session->answer.size;
    if (fault->cut) {
        size_t limit = fault->cut_at + (fault->cut_in_head ? 0 : head_size);
        if (limit < session->limit) session->limit = limit;
    }
    if (session->arrived + fault->delay_ms > loop_now()) {
        enter(session, STATE_HOLDING, 0);
        alarm_set(&session->alarm, session->arrived + fault->delay_ms);
    } else {
        send_answer(session);
    }
}

/* ---- the server behind ---- */

/* It is gone or talks nonsense: once more if it may have closed an idle connection, else 502. */
static void upstream_failed(struct session *session)
{
    watch_close(&session->upstream);
    if (session->upstream_used && session->answer.size == 0 && !session->asked_twice) {
        session->asked_twice = true;
        ask(session);
        return;
    }
    struct fault bad_gateway = {.status = 502};
    bytes_clear(&session->answer);
    answer_make(&bad_gateway, NULL, 0, &session->answer);
    got_answer(session);
}

static void upstream_send(struct session *session)
{
    while (session->asked < session->request.size) {
        ssize_t sent = send(session->upstream.fd, session->in.data + session->asked,
                            session->request.size - session->asked, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == ENOTCONN || errno == EINPROGRESS)) {
            watch_want(&session->upstream, EPOLLOUT);
            return;
        }
        if (sent < 0) {
            upstream_failed(session);
            return;
        }
        session->asked += (size_t)sent;
    }
    watch_want(&session->upstream, EPOLLIN);
}

static void upstream_receive(struct session *session)
{
    bytes_reserve(&session->answer, READ_SIZE);
    ssize_t got = recv(session->upstream.fd, session->answer.data + session->answer.size, READ_SIZE, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got > 0) {
        session->answer.size += (size_t)got;
        session->answer.data[session->answer.size] = '\0';
    }
    enum message_state state = message_look(&session->reply, &session->answer, true, got <= 0);
    while (state == MESSAGE_WHOLE && session->reply.status < 200) { /* an interim answer: the real one follows */
        bytes_drop(&session->answer, session->reply.size);
        session->reply = (struct message){0};
        state          = message_look(&session->reply, &session->answer, true, got <= 0);
    }
    if (state == MESSAGE_BAD || (state == MESSAGE_PARTIAL && got <= 0)) {
        upstream_failed(session);
    } else if (state == MESSAGE_WHOLE) {
        session->upstream_used = true;
        if (session->reply.close || session->reply.until_close) watch_close(&session->upstream);
        got_answer(session);
    }
}

static void upstream_ready(struct watch *watch, uint32_t events)
{
    struct session *session = CONTAINER(watch, struct session, upstream);
    if (session->state != STATE_ASKING) {
        watch_close(watch); /* an idle server has nothing to say but goodbye */
    } else if (session->asked < session->request.size) {
        if (events & (EPOLLERR | EPOLLHUP)) {
            upstream_failed(session);
        } else {
            upstream_send(session);
        }
    } else {
        upstream_receive(session);
    }
}

static void ask(struct session *session)
{
    session->asked = 0;
    session->reply = (struct message){0};
    enter(session, STATE_ASKING, 0);
    if (session->upstream.fd < 0) {
        int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) die("socket");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        session->upstream_used  = false;
        session->upstream.ready = upstream_ready;
        int result              = connect(fd, (const struct sockaddr *)&server.upstream, sizeof server.upstream);
        if (result != 0 && errno != EINPROGRESS) {
            close(fd);
            upstream_failed(session);
            return;
        }
        if (!watch_open(&session->upstream, fd, EPOLLOUT)) die("epoll_ctl");
        if (result != 0) return;
    }
    upstream_send(session);
}

/* ---- the request ---- */

static void handle_request(struct session *session)
{
    size_t              size   = 0;
    const char         *target = message_header(session->in.data, session->request.head_size, "X-Amz-Target", &size);
    const struct fault *fault  = plan_take(&server.plan, false, target, size);
    server.statistics.requests++;
    if (fault) server.statistics.faults++;
    set_running(session, true);
    session->fault       = fault ? *fault : (struct fault){0};
    session->arrived     = loop_now();
    session->asked_twice = false;
    alarm_stop(&session->alarm);
    bytes_clear(&server.last);
    bytes_add(&server.last, session->in.data, session->request.size);
    if (session->fault.reset == RESET_BEFORE) {
        session_reset(session);
    } else if (session->fault.silent) {
        enter(session, STATE_SILENT, 0);
    } else if (server.scripted || session->fault.status) {
        answer_make(&session->fault, target, size, &session->answer);
        got_answer(session);
    } else {
        server.statistics.upstream++;
        ask(session);
    }
}

static void handle_input(struct session *session)
{
    switch (message_look(&session->request, &session->in, false, false)) {
    case MESSAGE_PARTIAL: break;
    case MESSAGE_WHOLE: handle_request(session); break;
    case MESSAGE_BAD: session_end(session); break;
    }
}

static void client_receive(struct session *session)
{
    bytes_reserve(&session->in, READ_SIZE);
    ssize_t got = recv(session->client.fd, session->in.data + session->in.size, READ_SIZE, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        session_end(session);
        return;
    }
    session->in.size += (size_t)got;
    session->in.data[session->in.size] = '\0';
    handle_input(session);
}

static void client_ready(struct watch *watch, uint32_t events)
{
    struct session *session = CONTAINER(watch, struct session, client);
    if (session->state == STATE_READING) {
        client_receive(session);
    } else if (session->state == STATE_CLOSING) {
        char    byte;
        ssize_t got = recv(watch->fd, &byte, 1, 0);
        if (got > 0) reset_connection(watch->fd); /* a request on a connection that is closed already */
        if (got >= 0 || errno != EAGAIN) session_end(session);
    } else if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
        session_end(session);
    } else {
        send_some(session);
    }
}

static void alarm_fired(struct alarm *alarm)
{
    struct session *session = CONTAINER(alarm, struct session, alarm);
    switch (session->state) {
    case STATE_HOLDING: send_answer(session); break;
    case STATE_SENDING: send_some(session); break;
    case STATE_READING: close_our_end(session); break;
    case STATE_RESETTING: session_reset(session); break;
    default: session_end(session); break;
    }
}

void session_open(int fd)
{
    struct statistics *s = &server.statistics;
    s->connections++;
    if (plan_take(&server.plan, true, NULL, 0)) {
        s->faults++;
        reset_connection(fd);
        close(fd);
        return;
    }
    if (++s->open > s->most_open) s->most_open = s->open;
    struct session *session = allocate(sizeof *session);
    session->upstream.fd    = -1;
    session->client.ready   = client_ready;
    session->alarm.fire     = alarm_fired;
    session->next           = sessions;
    if (sessions) sessions->previous = session;
    sessions = session;
    if (!watch_open(&session->client, fd, EPOLLIN | EPOLLRDHUP)) die("epoll_ctl");
}

size_t sessions_close_idle(void)
{
    size_t count = 0;
    for (struct session *session = sessions; session; session = session->next) {
        if (session->state != STATE_READING || session->in.size) continue;
        close_our_end(session);
        count++;
    }
    return count;
}

void sessions_end(void)
{
    while (sessions)
        session_end(sessions);
}
