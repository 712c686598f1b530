/* A server that misbehaves on request, for what real servers won't do.
 *
 *   faultserver --upstream HOST:PORT    an HTTP proxy in front of a real server (HOST: an IPv4 address)
 *   faultserver --script                answers by itself, with canned DynamoDB JSON
 *   ... --port N                        takes the port of one that was there before
 *
 * Both listen on 127.0.0.1 on ports that the kernel chooses, and say so in one line: "PORT 12345 CONTROL 12346". It
 * ends on SIGTERM, or when its standard input (if that is a pipe) closes. The control port takes commands, a line each,
 * and answers each with a line:
 *
 *   stats               what happened, as JSON             reset        forgets the counts and the plan
 *   last                the last request, as JSON          closeidle    closes the server's end of idle connections
 *   body OPERATION JSON what --script answers ($KEY: the attributes of the request's key; $TABLE: its table; $READS,
 *                       $WRITES: to a batch, as if all keys were items and all writes done)
 *   body OPERATION?TEXT JSON   the same for requests that have this TEXT in them (without spaces)
 *   none                no faults any more
 *   or a plan: steps separated by commas, each "FAULT [+ FAULT...] [xN] [on OPERATION]": for the next N requests, or
 *   until the plan changes; then the next step. It replaces the plan before.
 *
 *   delay MS            the answer leaves MS milliseconds after its request came, each request by itself
 *   throttle [TYPE]     400 with this __type (ThrottlingException); the server behind is not asked, nor below
 *   status CODE [TYPE]  that status, with an empty body if there is no TYPE; TransactionCanceledException is a conflict
 *   reset connect       RST as soon as the connection is accepted
 *   reset before        RST when the request has come; the server behind never sees it
 *   reset after         RST instead of the answer: the server behind has executed the request
 *   silent              nothing ever comes back
 *   cut N, cutrst N     N bytes of the body, then FIN or RST
 *   cuthead N           N bytes of head and body together, then FIN
 *   stall N             N bytes of the body, then silence
 *   slow BPS            that many bytes a second
 *   garble              one bit of the body is flipped, so that the CRC is wrong
 *   badcrc              the x-amz-crc32 header is wrong
 *   empty               the same head with no body
 *   idleclose MS        the server's end is closed MS milliseconds after the answer, without a word in the answer
 *   chunked [N]         the body is sent in chunks of N bytes (16)
 *   1xx [CODE]          an interim answer (103) comes first
 *   header NAME VALUE   one more header, or another value of it (VALUE without spaces)
 *   unprocessed N       $READS and $WRITES hand the last N parts of the batch back
 *   date SECONDS        the Date header is off by so many seconds
 */
#include "fault/server.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct server server;

static struct watch requests_watch, control_watch, signal_watch, input_watch;

static void accept_requests(struct watch *watch, uint32_t events)
{
    int fd, one = 1;
    (void)events;
    while ((fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        session_open(fd);
    }
}

static void accept_control(struct watch *watch, uint32_t events)
{
    struct timeval limit = {.tv_sec = 2};
    int            one = 1, fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC);
    (void)events;
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    control_open(fd);
}

static void end_by_signal(struct watch *watch, uint32_t events)
{
    (void)watch;
    (void)events;
    loop_stop();
}

static void end_with_input(struct watch *watch, uint32_t events)
{
    char    bytes[256];
    ssize_t got = read(watch->fd, bytes, sizeof bytes);
    (void)events;
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) loop_stop();
}

/* Listens on that port, or with 0 on one of the kernel's choice, and returns it. */
static int listen_at(int port, struct watch *watch, void (*ready)(struct watch *, uint32_t))
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t          size    = sizeof address;
    int                one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    address.sin_port = htons((uint16_t)port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 4096) != 0) die("listen");
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) die("getsockname");
    watch->ready = ready;
    if (!watch_open(watch, fd, EPOLLIN)) die("epoll_ctl");
    return ntohs(address.sin_port);
}

static int usage(void)
{
    fprintf(stderr, "usage: faultserver {--upstream ADDRESS:PORT | --script} [--port N]\n");
    return 2;
}

static int parse_upstream(const char *text)
{
    char        host[64];
    const char *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof host) return 0;
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text]         = '\0';
    server.upstream.sin_family = AF_INET;
    server.upstream.sin_port   = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &server.upstream.sin_addr) == 1;
}

static void watch_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd             = signalfd(-1, &set, SFD_CLOEXEC);
    signal_watch.ready = end_by_signal;
    if (fd < 0 || !watch_open(&signal_watch, fd, EPOLLIN)) die("signalfd");
}

int main(int count, char **arguments)
{
    struct rlimit files;
    int           port = 0;
    if (count >= 3 && strcmp(arguments[count - 2], "--port") == 0) {
        port = (int)strtoul(arguments[count - 1], NULL, 10);
        count -= 2;
    }
    server.scripted = count == 2 && strcmp(arguments[1], "--script") == 0;
    if (!server.scripted) {
        if (count != 3 || strcmp(arguments[1], "--upstream") != 0 || !parse_upstream(arguments[2])) return usage();
    }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    loop_open();
    watch_signals();
    input_watch = (struct watch){.fd = -1, .ready = end_with_input};
    watch_open(&input_watch, STDIN_FILENO,
               EPOLLIN); /* /dev/null and files cannot be watched: then there is only SIGTERM */
    port        = listen_at(port, &requests_watch, accept_requests);
    int control = listen_at(0, &control_watch, accept_control);
    printf("PORT %d CONTROL %d\n", port, control);
    fflush(stdout);
    loop_run();
    sessions_end();
    controls_end();
    script_end();
    bytes_free(&server.last);
    loop_close();
    return 0;
}
