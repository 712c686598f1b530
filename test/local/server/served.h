/* A server in front of a made-up engine, and a client that sends bytes as they are. */
#ifndef DYNOX_TEST_LOCAL_SERVER_SERVED_H
#define DYNOX_TEST_LOCAL_SERVER_SERVED_H

#include "local/server/server.h"
#include "support.h"
#include "value/json/crc32.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* What the engine says to each request; set before it is sent. */
typedef struct made_up {
    uint32_t     delay_ms;
    bool         is_lost;
    size_t       cut_after;
    const char  *error_type;
    const char  *body;   /* NULL: the target and the body of the request, back to back */
    size_t       repeat; /* the body that many times; 0: once */
    _Atomic int  answered;
    _Atomic bool stalls; /* it does not answer while this is set */
    int64_t      now_us;
} made_up;

static made_up        engine;
static dynox__server *served;
static unsigned       served_port;

static inline void pause_ms(int ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&time, NULL);
}

static inline void make_up(void *arg, const dynox__local_request *request, dynox__local_answer *answer)
{
    made_up *self = arg;
    while (atomic_load(&self->stalls))
        pause_ms(1);
    for (int i = 0; i < 64; i++)
        assert_int_equal(request->body[request->body_size + (size_t)i], 0);
    answer->body.size = 0;
    for (size_t i = 0; i < (self->repeat ? self->repeat : 1); i++) {
        if (self->body) {
            dynox__buffer_text(&answer->body, self->body);
        } else {
            dynox__buffer_add(&answer->body, request->target, request->target_length);
            dynox__buffer_byte(&answer->body, '|');
            dynox__buffer_add(&answer->body, request->body, request->body_size);
        }
    }
    if (request->body_size) memset(request->body, 'x', request->body_size); /* as it may */
    answer->status     = self->error_type ? 400 : 200;
    answer->error_type = self->error_type;
    answer->delay_ms   = self->delay_ms;
    answer->is_lost    = self->is_lost;
    answer->cut_after  = self->cut_after;
    memcpy(answer->request_id, "4TQ0S7JPGJ4E5RRLN0OFKCGD0VVV4KQNSO5AEMVJF66Q9ASUAAJG", 53);
    atomic_fetch_add(&self->answered, 1);
}

static inline int64_t made_up_now(void *arg)
{
    made_up *self = arg;
    return self->now_us ? self->now_us : INT64_C(1774968245678000); /* 2026-03-31 14:44:05.678 */
}

static inline void serve(const dynox__server_settings *settings)
{
    dynox__server_settings mine  = *settings;
    dynox_error            error = {0};
    memset(&engine, 0, sizeof engine);
    mine.backend.engine = &engine;
    mine.backend.answer = make_up;
    mine.backend.now_us = made_up_now;
    served              = dynox__server_start(&mine, &error);
    if (!served) fail_msg("%s", error.message);
    served_port = (unsigned)strtoul(strrchr(dynox__server_url(served), ':') + 1, NULL, 10);
}

#define SERVE(...) serve(&(dynox__server_settings){.takes_unsigned = true, __VA_ARGS__})

static inline int serve_end(void **state)
{
    (void)state;
    atomic_store(&engine.stalls, false);
    dynox__server_free(served);
    served = NULL;
    return 0;
}

/* ---- the client ---- */

static inline int call_up(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)served_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int            fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct timeval limit = {.tv_sec = 20};
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return fd;
}

static inline void say_bytes(int fd, const void *bytes, size_t size)
{
    for (const char *at = bytes; size;) {
        ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);
        if (sent <= 0) return; /* the server has heard enough: what it says is looked at */
        at += sent;
        size -= (size_t)sent;
    }
}

static inline void say(int fd, const char *text)
{
    say_bytes(fd, text, strlen(text));
}

/* An answer, or the part of it that came before the end. */
typedef struct heard {
    char   bytes[65536]; /* NUL-terminated */
    size_t size, head;   /* head 0: none came in whole */
    int    status;
    char  *body;
    size_t body_size;
    bool   ended;
} heard;

static inline const char *heard_header(const heard *self, const char *name)
{
    static char value[256];
    char        line[128];
    snprintf(line, sizeof line, "\r\n%s: ", name);
    const char *at = self->head ? strstr(self->bytes, line) : NULL;
    if (!at || at > self->bytes + self->head) return NULL;
    at += strlen(line);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\r"), at);
    return value;
}

/* Reads one answer and nothing of the next one. */
static inline void hear(int fd, heard *to)
{
    size_t need = 0;
    memset(to, 0, offsetof(heard, bytes) + 1);
    to->size = to->head = to->body_size = 0;
    to->status                          = 0;
    to->ended                           = false;
    while (!to->head || to->size < need) {
        size_t  want  = to->head ? need - to->size : 1;
        ssize_t count = recv(fd, to->bytes + to->size, want, 0);
        if (count <= 0) {
            if (count < 0 && errno != ECONNRESET) fail_msg("no answer came: %s", strerror(errno));
            to->ended = true;
            break;
        }
        to->size += (size_t)count;
        to->bytes[to->size] = 0;
        if (to->head || to->size < 4 || memcmp(to->bytes + to->size - 4, "\r\n\r\n", 4) != 0) continue;
        to->head           = to->size;
        const char *length = heard_header(to, "Content-Length");
        need               = to->head + (length ? strtoul(length, NULL, 10) : 0);
        assert_true(need < sizeof to->bytes);
    }
    to->body      = to->bytes + to->head;
    to->body_size = to->size - to->head;
    if (to->head) to->status = (int)strtol(to->bytes + 9, NULL, 10);
}

static inline void ask(int fd, const char *request, heard *to)
{
    say(fd, request);
    hear(fd, to);
}

/* A whole life of a connection. */
static inline void ask_once(const char *request, heard *to)
{
    int fd = call_up();
    ask(fd, request, to);
    close(fd);
}

/* Nothing more comes, and the connection ends. */
static inline void assert_ends(int fd)
{
    char byte;
    assert_true(recv(fd, &byte, 1, 0) <= 0);
    close(fd);
}

#define HOST "Host: localhost:8000\r\n"
#define CALL "POST / HTTP/1.1\r\n" HOST "Content-Type: application/x-amz-json-1.0\r\n"
#define GET_ITEM CALL "X-Amz-Target: DynamoDB_20120810.GetItem\r\n"

#endif
