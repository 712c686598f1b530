/* The limit: one thread, one epoll loop, non-blocking sockets, and only as much HTTP as this one answer needs. No
 * library can be cheaper. */
#define _GNU_SOURCE
#include "bench.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct line {
    int    fd;
    size_t have, need; /* need 0: the head has not come */
    char   answer[2048];
} line;

static bool open_line(line *self, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int one  = 1;
    self->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (self->fd < 0 || connect(self->fd, (struct sockaddr *)&address, sizeof address) != 0) return false;
    setsockopt(self->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fcntl(self->fd, F_SETFL, O_NONBLOCK) == 0;
}

static bool send_request(const line *self, const bench_load *load)
{
    return send(self->fd, load->request, load->request_size, MSG_NOSIGNAL) == (ssize_t)load->request_size;
}

/* 1: an answer is complete; 0: not yet; -1: wrong. */
static int receive(line *self)
{
    ssize_t count = recv(self->fd, self->answer + self->have, sizeof self->answer - 1 - self->have, 0);
    if (count <= 0) return count < 0 && errno == EAGAIN ? 0 : -1;
    self->have += (size_t)count;
    self->answer[self->have] = 0;
    if (!self->need) {
        const char *end    = strstr(self->answer, "\r\n\r\n");
        const char *length = end ? strcasestr(self->answer, "Content-Length: ") : NULL;
        if (!end) return 0;
        if (!length || memcmp(self->answer, "HTTP/1.1 200", 12) != 0) return -1;
        self->need = (size_t)(end + 4 - self->answer) + strtoul(length + 16, NULL, 10);
    }
    if (self->have < self->need) return 0;
    self->have = self->need = 0;
    return 1;
}

bool bench_raw(const bench_load *load, bench_result *result)
{
    double             before = bench_rss_kib();
    size_t             done = 0, sent = load->in_flight, all = load->warm_up + load->total;
    int                poller = epoll_create1(0);
    line              *lines  = calloc(load->in_flight, sizeof *lines);
    struct epoll_event events[512];
    bench_clock        clock;
    if (load->tls || !lines || poller < 0) return false;
    bench_begin(&clock);
    for (size_t i = 0; i < load->in_flight; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &lines[i]};
        if (!open_line(&lines[i], load->server->port) || !send_request(&lines[i], load)) return false;
        epoll_ctl(poller, EPOLL_CTL_ADD, lines[i].fd, &event);
    }
    while (done < all) {
        int count = epoll_wait(poller, events, 512, -1);
        for (int i = 0; i < count; i++) {
            line *self  = events[i].data.ptr;
            int   state = receive(self);
            if (state < 0) return false;
            if (state == 0) continue;
            if (++done == load->warm_up) bench_begin(&clock);
            if (sent < all && (++sent, !send_request(self, load))) return false;
        }
    }
    bench_end(&clock, load, before, result);
    return true;
}
