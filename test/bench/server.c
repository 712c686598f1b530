/* The server of the benchmarks: one process, one epoll loop, plain or TLS, one fixed answer after a fixed delay. */
#define _GNU_SOURCE
#include "../http/certificate.h"
#include "bench.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

static const char body[] =
    "{\"ConsumedCapacity\":{\"CapacityUnits\":0.5,\"TableName\":\"Thread\"},\"Item\":{\"Tags\":{\"SS\":[\"Update\","
    "\"Multiple Items\",\"HelpMe\"]},\"LastPostDateTime\":{\"S\":\"201303190436\"},\"Message\":{\"S\":\"I want to "
    "update "
    "multiple items in a single call. What is the best way to do that?\"},\"ForumName\":{\"S\":\"Amazon DynamoDB\"},"
    "\"Views\":{\"N\":\"1234\"},\"Id\":{\"S\":\"a-b-c-d-e-f-0\"}}}";

typedef struct line {
    int          fd;
    SSL         *ssl;
    bool         accepted, waiting, closed;
    int64_t      due_ns;
    struct line *next; /* among those that wait */
    size_t       size;
    char         request[65536]; /* 25 writes, too; pages that nothing is written to cost nothing */
} line;

/* Lines in the order in which their time comes, as all wait equally long. */
typedef struct queue {
    int64_t delay_ns;
    line   *first, *last;
} queue;

static char   answer[2048];
static size_t answer_size;
static queue  answers, handshakes, lates;
static int    late_every, served;

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void end_line(line *self)
{
    if (self->fd >= 0) {
        SSL_free(self->ssl);
        close(self->fd);
        self->fd = -1;
    }
    self->closed = true;
    if (!self->waiting) free(self);
}

static bool send_answer(line *self)
{
    ssize_t sent =
        self->ssl ? SSL_write(self->ssl, answer, (int)answer_size) : send(self->fd, answer, answer_size, MSG_NOSIGNAL);
    return sent == (ssize_t)answer_size;
}

/* A whole request is there: removes it. */
static bool take_request(line *self)
{
    char *end = memmem(self->request, self->size, "\r\n\r\n", 4);
    if (!end) return false;
    size_t      head   = (size_t)(end - self->request) + 4;
    const char *length = memmem(self->request, head, "Content-Length: ", 16);
    size_t      whole  = head + (length ? strtoul(length + 16, NULL, 10) : 0);
    if (self->size < whole) return false;
    memmove(self->request, self->request + whole, self->size - whole);
    self->size -= whole;
    return true;
}

static void put_off(queue *to, line *self)
{
    self->waiting = true;
    self->due_ns  = now_ns() + to->delay_ns;
    self->next    = NULL;
    if (to->last)
        to->last->next = self;
    else
        to->first = self;
    to->last = self;
}

/* NULL: not yet; *next_ns is lowered to the time until then. */
static line *take_due(queue *from, int64_t *next_ns)
{
    line   *self = from->first;
    int64_t left = self ? self->due_ns - now_ns() : -1;
    if (!self || left > 0) {
        if (self && (*next_ns < 0 || left < *next_ns)) *next_ns = left;
        return NULL;
    }
    from->first = self->next;
    if (!from->first) from->last = NULL;
    self->waiting = false;
    return self;
}

/* False: the connection has ended. */
static bool serve(line *self)
{
    if (self->ssl && !self->accepted) {
        int result = SSL_accept(self->ssl);
        if (result != 1) return SSL_get_error(self->ssl, result) == SSL_ERROR_WANT_READ;
        self->accepted = true;
    }
    for (;;) {
        size_t  room  = sizeof self->request - self->size;
        char   *to    = self->request + self->size;
        ssize_t count = self->ssl ? SSL_read(self->ssl, to, (int)room) : recv(self->fd, to, room, 0);
        if (count <= 0)
            return self->ssl ? SSL_get_error(self->ssl, (int)count) == SSL_ERROR_WANT_READ
                             : count < 0 && errno == EAGAIN;
        self->size += (size_t)count;
        while (take_request(self)) {
            if (late_every && ++served % late_every == 0)
                put_off(&lates, self);
            else if (answers.delay_ns)
                put_off(&answers, self);
            else if (!send_answer(self))
                return false;
        }
        if (!self->ssl) return true;
    }
}

static void listen_to(int poller, line *self)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = self};
    epoll_ctl(poller, EPOLL_CTL_ADD, self->fd, &event);
}

/* Does what is due; how long until the next is. */
static int64_t do_due(int poller)
{
    int64_t next = -1;
    for (line *self; (self = take_due(&handshakes, &next));)
        listen_to(poller, self);
    for (line *self; (self = take_due(&answers, &next)) || (self = take_due(&lates, &next));)
        if (self->closed || !send_answer(self)) end_line(self);
    return next;
}

static void take_connections(int poller, int listener, SSL_CTX *tls)
{
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        int   one  = 1;
        line *self = calloc(1, sizeof *self);
        if (!self) abort();
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        self->fd  = fd;
        self->ssl = tls ? SSL_new(tls) : NULL;
        if (self->ssl) SSL_set_fd(self->ssl, fd);
        if (handshakes.delay_ns)
            put_off(&handshakes, self);
        else
            listen_to(poller, self);
    }
}

_Noreturn static void serve_for_ever(int listener, SSL_CTX *tls)
{
    struct epoll_event event  = {.events = EPOLLIN, .data.ptr = NULL}, events[512];
    int                poller = epoll_create1(0);
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int64_t         next  = do_due(poller);
        struct timespec until = {next / 1000000000, next % 1000000000};
        int             count = epoll_pwait2(poller, events, 512, next < 0 ? NULL : &until, NULL);
        for (int i = 0; i < count; i++) {
            line *self = events[i].data.ptr;
            if (!self)
                take_connections(poller, listener, tls);
            else if (!serve(self))
                end_line(self);
        }
    }
}

/* The authority of the test behind those of the system: as much to parse as for a real client. */
static void write_bundle(bench_server *server)
{
    static const char *const parts[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"};
    char                     piece[65536];
    snprintf(server->bundle_path, sizeof server->bundle_path, "/tmp/dynox-bench-bundle-XXXXXX");
    int to = mkstemp(server->bundle_path);
    for (int i = 0; to >= 0 && i < 3; i++) {
        int from = open(i < 2 ? parts[i] : server->ca_path, O_RDONLY);
        for (ssize_t count; from >= 0 && (count = read(from, piece, sizeof piece)) > 0;)
            if (write(to, piece, (size_t)count) != count) abort();
        if (from >= 0) close(from);
    }
    if (to >= 0) close(to);
}

bool bench_server_start_with(bench_server *server, const bench_server_args *args)
{
    *server                     = (bench_server){0};
    struct sockaddr_in address  = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          size     = sizeof address;
    SSL_CTX           *context  = NULL;
    const char        *text     = args->answer ? args->answer : body;
    int                listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 4096) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        return false;
    if (args->tls) {
        snprintf(server->ca_path, sizeof server->ca_path, "/tmp/dynox-bench-ca-XXXXXX");
        context = make_tls_server(server->ca_path);
        write_bundle(server);
    }
    server->port = ntohs(address.sin_port);
    answers      = (queue){.delay_ns = (int64_t)args->delay_ms * 1000000};
    lates        = (queue){.delay_ns = (int64_t)args->late_ms * 1000000};
    late_every   = args->late_every;
    served       = 0;
    handshakes   = (queue){.delay_ns = (int64_t)args->handshake_ms * 1000000};
    answer_size  = (size_t)snprintf(answer, sizeof answer,
                                    "HTTP/1.1 200 OK\r\nServer: Server\r\nDate: Tue, 19 Mar 2024 04:36:00 GMT\r\n"
                                     "Content-Type: application/x-amz-json-1.0\r\nContent-Length: %zu\r\n"
                                     "Connection: keep-alive\r\nx-amzn-RequestId: "
                                     "4TQ0S7JPGJ4E5RRLN0OFKCGD0VVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n\r\n%s",
                                    strlen(text), text);
    server->pid  = fork();
    if (server->pid == 0) {
        cpu_set_t cores;
        CPU_ZERO(&cores);
        CPU_SET(1, &cores);
        sched_setaffinity(0, sizeof cores, &cores); /* fails on one core: no matter */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        serve_for_ever(listener, context);
    }
    close(listener);
    SSL_CTX_free(context);
    return server->pid > 0;
}

void bench_server_stop(bench_server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    if (server->ca_path[0]) unlink(server->ca_path);
    if (server->bundle_path[0]) unlink(server->bundle_path);
}
