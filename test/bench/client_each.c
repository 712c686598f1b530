/* The reference for cold bursts: a connection for each request, all begun at once, one epoll loop, one SSL_CTX. What
 * clients do whose connections have no limit. */
#include "bench.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct line {
    int    fd;
    SSL   *ssl;
    bool   sent;
    size_t have;
    char   answer[2048];
} line;

static bool open_line(line *self, uint16_t port, SSL_CTX *tls)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int one  = 1;
    self->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (self->fd < 0 || fcntl(self->fd, F_SETFL, O_NONBLOCK) != 0) return false;
    setsockopt(self->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(self->fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) return false;
    if (!tls) return true;
    self->ssl = SSL_new(tls);
    return self->ssl && SSL_set_fd(self->ssl, self->fd) == 1 && SSL_set1_host(self->ssl, "127.0.0.1") == 1;
}

/* As much as goes now: the handshake, the request, the answer. 1: the answer is complete; 0: not yet; -1: wrong. */
static int advance(line *self, const bench_load *load)
{
    int done;
    if (self->ssl && !SSL_is_init_finished(self->ssl) && (done = SSL_connect(self->ssl)) != 1)
        return SSL_get_error(self->ssl, done) == SSL_ERROR_WANT_READ ? 0 : -1;
    if (!self->sent) {
        self->sent   = true;
        ssize_t sent = self->ssl ? SSL_write(self->ssl, load->request, (int)load->request_size)
                                 : send(self->fd, load->request, load->request_size, MSG_NOSIGNAL);
        if (sent != (ssize_t)load->request_size) return -1;
    }
    size_t  room  = sizeof self->answer - 1 - self->have;
    char   *to    = self->answer + self->have;
    ssize_t count = self->ssl ? SSL_read(self->ssl, to, (int)room) : recv(self->fd, to, room, 0);
    if (count <= 0 && self->ssl) return SSL_get_error(self->ssl, (int)count) == SSL_ERROR_WANT_READ ? 0 : -1;
    if (count <= 0) return count < 0 && errno == EAGAIN ? 0 : -1;
    self->have += (size_t)count;
    self->answer[self->have] = 0;
    const char *end          = strstr(self->answer, "\r\n\r\n");
    const char *length       = end ? strstr(self->answer, "Content-Length: ") : NULL;
    return length && self->have == (size_t)(end + 4 - self->answer) + strtoul(length + 16, NULL, 10);
}

static SSL_CTX *make_context(const bench_load *load)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return SSL_CTX_load_verify_file(context, load->ca_file) == 1 ? context : NULL;
}

bool bench_each(const bench_load *load, bench_result *result)
{
    size_t             done   = 0;
    int                poller = epoll_create1(0);
    line              *lines  = calloc(load->total, sizeof *lines);
    struct epoll_event events[512];
    bench_clock        clock;
    bench_begin(&clock);
    SSL_CTX *tls = load->tls ? make_context(load) : NULL;
    if (!lines || poller < 0 || (load->tls && !tls)) return false;
    for (size_t i = 0; i < load->total; i++) {
        struct epoll_event event = {.events = EPOLLOUT, .data.ptr = &lines[i]};
        if (!open_line(&lines[i], load->server->port, tls)) return false;
        epoll_ctl(poller, EPOLL_CTL_ADD, lines[i].fd, &event);
    }
    while (done < load->total) {
        int count = epoll_wait(poller, events, 512, -1);
        for (int i = 0; i < count; i++) {
            line              *self  = events[i].data.ptr;
            struct epoll_event event = {.events = EPOLLIN, .data.ptr = self};
            if (events[i].events & EPOLLOUT) epoll_ctl(poller, EPOLL_CTL_MOD, self->fd, &event);
            int state = advance(self, load);
            if (state < 0) return false;
            done += (size_t)state;
        }
    }
    bench_end(&clock, load, 0, result);
    return true;
}
