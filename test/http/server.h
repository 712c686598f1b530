/* A server whose behaviour a test writes down: a thread per connection runs the test's script. It listens on a port of
 * the kernel's choice and takes everything down again in server_stop, whatever the scripts are waiting for. */
#ifndef DYNOX_TEST_HTTP_SERVER_H
#define DYNOX_TEST_HTTP_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SERVER_CONNECTIONS = 4096 };

typedef struct test_server test_server;
typedef struct test_line   test_line;

/* One connection. */
struct test_line {
    test_server *server;
    pthread_t    thread;
    int          fd;
    SSL         *ssl;
    int          number; /* 1, 2, ... in the order of accepting */
    char         request[16384];
    size_t       request_size; /* of the head and as much of the body as fits; NUL-terminated */
    size_t       body_size;
    bool         reset; /* end with RST */
};

struct test_server {
    int      listener;
    unsigned port;
    SSL_CTX *tls;
    void (*script)(test_line *line);
    void           *context;
    pthread_t       thread;
    pthread_mutex_t lock;
    int             count;
    bool            stopping;
    test_line      *lines[SERVER_CONNECTIONS];
    _Atomic int     requests;
};

static inline void server_sleep(int ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&time, NULL);
}

static inline bool server_send_bytes(test_line *line, const char *bytes, size_t size)
{
    while (size) {
        ssize_t sent = line->ssl ? SSL_write(line->ssl, bytes, (int)size) : send(line->fd, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static inline bool server_send(test_line *line, const char *text)
{
    return server_send_bytes(line, text, strlen(text));
}

static inline ssize_t server_receive(test_line *line, char *room, size_t size)
{
    return line->ssl ? SSL_read(line->ssl, room, (int)size) : recv(line->fd, room, size, 0);
}

/* Reads a request with its body. False: the client has closed. */
static inline bool server_read(test_line *line)
{
    line->request_size = 0;
    char *end          = NULL;
    while (!end) {
        ssize_t count =
            server_receive(line, line->request + line->request_size, sizeof line->request - 1 - line->request_size);
        if (count <= 0) return false;
        line->request_size += (size_t)count;
        line->request[line->request_size] = 0;
        end                               = strstr(line->request, "\r\n\r\n");
    }
    const char *length = strstr(line->request, "Content-Length: ");
    line->body_size    = length ? strtoul(length + 16, NULL, 10) : 0;
    size_t have        = line->request_size - (size_t)(end + 4 - line->request);
    char   rest[65536];
    for (size_t left = line->body_size - have; left;) {
        ssize_t count = server_receive(line, rest, left < sizeof rest ? left : sizeof rest);
        if (count <= 0) return false;
        left -= (size_t)count;
    }
    atomic_fetch_add(&line->server->requests, 1);
    return true;
}

/* Waits until the client (or server_stop) ends the connection. */
static inline void server_wait_closed(test_line *line)
{
    char rest[4096];
    while (server_receive(line, rest, sizeof rest) > 0) {
    }
}

static inline bool server_answer(test_line *line, const char *body)
{
    char head[160];
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nx-amzn-RequestId: R%d\r\n\r\n", strlen(body),
             line->number);
    return server_send(line, head) && server_send(line, body);
}

static inline void *server_run_line(void *arg)
{
    test_line *line = arg;
    if (!line->ssl || SSL_accept(line->ssl) == 1) line->server->script(line);
    pthread_mutex_lock(&line->server->lock);
    if (line->ssl && !line->reset) SSL_shutdown(line->ssl);
    SSL_free(line->ssl);
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (line->reset) setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(line->fd);
    line->fd = -1;
    pthread_mutex_unlock(&line->server->lock);
    return NULL;
}

static inline void *server_run(void *arg)
{
    test_server *self = arg;
    for (;;) {
        int fd = accept(self->listener, NULL, NULL);
        if (fd < 0) return NULL;
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        pthread_mutex_lock(&self->lock);
        test_line *line = self->stopping || self->count == SERVER_CONNECTIONS ? NULL : calloc(1, sizeof *line);
        if (!line) {
            close(fd);
            pthread_mutex_unlock(&self->lock);
            continue;
        }
        line->server = self;
        line->fd     = fd;
        line->number = self->count + 1;
        line->ssl    = self->tls ? SSL_new(self->tls) : NULL;
        if (line->ssl) SSL_set_fd(line->ssl, fd);
        pthread_attr_t small;
        pthread_attr_init(&small);
        pthread_attr_setstacksize(&small, 256 * 1024);
        if (pthread_create(&line->thread, &small, server_run_line, line) == 0)
            self->lines[self->count++] = line;
        else
            abort();
        pthread_attr_destroy(&small);
        pthread_mutex_unlock(&self->lock);
    }
}

/* A listening socket on that port; 0: one of the kernel's choice. */
static inline int server_listen_at(unsigned *port)
{
    int                listener = socket(AF_INET, SOCK_STREAM, 0), again = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again); /* connections inherit it */
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1024) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        abort();
    *port = ntohs(address.sin_port);
    return listener;
}

static inline int server_listen(unsigned *port)
{
    *port = 0;
    return server_listen_at(port);
}

/* At a port that has been one of ours; 0: the kernel's choice. `tls` may be NULL; it stays the caller's. */
static inline test_server *server_start_at(unsigned port, void (*script)(test_line *), void *context, SSL_CTX *tls)
{
    test_server *self = calloc(1, sizeof *self);
    if (!self) abort();
    self->port = port;
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
    self->listener = server_listen_at(&self->port);
    self->script   = script;
    self->context  = context;
    self->tls      = tls;
    pthread_mutex_init(&self->lock, NULL);
    if (pthread_create(&self->thread, NULL, server_run, self) != 0) abort();
    return self;
}

static inline test_server *server_start(void (*script)(test_line *), void *context, SSL_CTX *tls)
{
    return server_start_at(0, script, context, tls);
}

static inline int server_connections(test_server *self)
{
    pthread_mutex_lock(&self->lock);
    int count = self->count;
    pthread_mutex_unlock(&self->lock);
    return count;
}

static inline void server_stop(test_server *self)
{
    shutdown(self->listener, SHUT_RDWR);
    pthread_join(self->thread, NULL);
    close(self->listener);
    pthread_mutex_lock(&self->lock);
    self->stopping = true;
    for (int i = 0; i < self->count; i++)
        if (self->lines[i]->fd >= 0) shutdown(self->lines[i]->fd, SHUT_RDWR);
    pthread_mutex_unlock(&self->lock);
    for (int i = 0; i < self->count; i++) {
        pthread_join(self->lines[i]->thread, NULL);
        free(self->lines[i]);
    }
    pthread_mutex_destroy(&self->lock);
    free(self);
}

#endif
