/* The socket that connections come to, and whom they are given to. */
#include "base/descriptors.h"
#include "base/errno_text.h"
#include "local/server/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, AT_ONCE = 64, PAUSE_MS = 100 };

/* ---- listening ---- */

static void set_url(dynox__server *server)
{
    struct sockaddr_storage address = {0};
    socklen_t               size    = sizeof address;
    char                    host[64], port[8];
    if (getsockname(server->listener, (struct sockaddr *)&address, &size) != 0 ||
        getnameinfo((struct sockaddr *)&address, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return;
    snprintf(server->url, sizeof server->url, strchr(host, ':') ? "http://[%s]:%s" : "http://%s:%s", host, port);
}

static int open_listener(const struct addrinfo *at)
{
    int again = 1, fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

dynox_status dynox__server_listen(dynox__server *server, dynox_error *error)
{
    const char      *host  = server->settings.host ? server->settings.host : "127.0.0.1";
    struct addrinfo  hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *list  = NULL;
    char             port[8];
    snprintf(port, sizeof port, "%u", (unsigned)server->settings.port);
    int result = getaddrinfo(host, port, &hints, &list);
    if (result != 0) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "cannot listen: no such host: %s: %s", host, gai_strerror(result));
        return DYNOX_E_ARGUMENT;
    }
    for (struct addrinfo *at = list; at && server->listener < 0; at = at->ai_next)
        server->listener = open_listener(at);
    int saved = errno;
    freeaddrinfo(list);
    if (server->listener >= 0) {
        set_url(server);
        return DYNOX_OK;
    }
    dynox_error_set(error, DYNOX_E_SYSTEM, "cannot listen at %s, port %s: %s", host, port, DYNOX__ERRNO(saved));
    return DYNOX_E_SYSTEM;
}

/* ---- accepting ---- */

/* The connection is the thread's from here on. */
static void take(dynox__server_thread *thread, dynox__server_connection *connection)
{
    connection->deadline_ns = dynox__deadline_after(thread->now_ns, thread->server->settings.idle_ms);
    connection->previous    = NULL;
    connection->next        = thread->connections;
    if (connection->next) connection->next->previous = connection;
    thread->connections = connection;
    if (dynox__poller_add(&thread->poller, connection->fd, connection) != DYNOX_OK)
        dynox__server_connection_close(thread, connection);
}

void dynox__server_take_given(dynox__server_thread *thread)
{
    dynox__server_connection *next = atomic_exchange(&thread->given, NULL);
    for (dynox__server_connection *connection; (connection = next);) {
        next = connection->next;
        take(thread, connection);
    }
}

static void give(dynox__server *server, dynox__server_connection *connection)
{
    dynox__server_thread *thread = &server->threads[server->next++ % server->thread_count];
    if (thread == &server->threads[0]) {
        take(thread, connection);
        return;
    }
    dynox__server_connection *first = atomic_load(&thread->given);
    do
        connection->next = first;
    while (!atomic_compare_exchange_weak(&thread->given, &first, connection));
    dynox__poller_wake(&thread->poller);
}

static void welcome(dynox__server *server, int fd)
{
    int                       one        = 1;
    dynox__server_connection *connection = dynox__calloc(sizeof *connection);
    if (!connection || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        dynox__free(connection);
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connection->fd = fd;
    atomic_fetch_add(&server->connections, 1);
    give(server, connection);
}

/* For a moment nobody is let in; whoever comes waits in the system's queue. */
static void pause_listening(dynox__server *server)
{
    dynox__server_thread *thread = &server->threads[0];
    server->listens              = false;
    server->listens_again_ns     = dynox__deadline_after(thread->now_ns, PAUSE_MS);
    dynox__poller_watch(&thread->poller, server->listener, &server->listener, false, false);
}

void dynox__server_accept(dynox__server *server)
{
    for (int i = 0; i < AT_ONCE; i++) {
        if (atomic_load(&server->connections) >= server->settings.connections) {
            pause_listening(server);
            return;
        }
        int fd = accept(server->listener, NULL, NULL);
        if (fd >= 0) {
            welcome(server, fd);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED) continue;
        if (dynox__is_descriptor_shortage(errno) || errno == ENOBUFS || errno == ENOMEM) pause_listening(server);
        return;
    }
}
