/* The worker's own attempts to connect. libcurl looks a name up, finds out which of its addresses answers, and needs a
 * thread meanwhile; further plain connections, a few seconds later at most, need nothing of that. They are dialled to
 * the same addresses by the worker itself, for a fifth of the price. */
#include "base/errno_text.h"
#include "http/curl/curl_handle.h"
#include "http/engine/engine.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum {
    ADDRESS_AGE_S = 30, /* services move */
    ONE_LOOKS     = 4   /* of so many connections to a name: it may have addresses that are not known */
};

void dynox__dial_learn(dynox__worker *worker, const dynox__connection *connection)
{
    dynox__endpoint *endpoint = connection->endpoint;
    dynox__address   address = {.size = sizeof address.place}, *to = endpoint->addresses;
    if (connection->dialed || connection->wire.curl) return; /* known, or there is TLS or a proxy */
    if (getpeername(connection->wire.fd, (struct sockaddr *)&address.place, &address.size) != 0) return;
    address.until_ns = worker->now_ns + ADDRESS_AGE_S * DYNOX__SECOND;
    for (dynox__address *known = endpoint->addresses; known < endpoint->addresses + DYNOX__ADDRESSES; known++) {
        if (known->size == address.size && memcmp(&known->place, &address.place, address.size) == 0) {
            known->until_ns = address.until_ns;
            return;
        }
        if (known->until_ns < to->until_ns) to = known;
    }
    *to = address;
}

static bool is_name(const char *host)
{
    return !strchr(host, ':') && host[strspn(host, "0123456789.")];
}

/* Each in turn. NULL: libcurl shall connect. */
static dynox__address *next_address(const dynox__worker *worker, dynox__endpoint *endpoint)
{
    unsigned turn = endpoint->dials++;
    if (turn % ONE_LOOKS == 0 && is_name(endpoint->origin.host)) return NULL;
    for (unsigned i = 0; i < DYNOX__ADDRESSES; i++) {
        dynox__address *known = &endpoint->addresses[(turn + i) % DYNOX__ADDRESSES];
        if (worker->now_ns < known->until_ns) return known;
    }
    return NULL;
}

/* ---- a socket ---- */

static void set(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value);
}

static bool make_ready(int fd)
{
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, DYNOX__KEEP_ALIVE_S);
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, DYNOX__KEEP_ALIVE_S / 3);
#endif
#ifdef SO_NOSIGPIPE
    set(fd, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
#ifdef SOCK_NONBLOCK
    return true;
#else /* macOS */
    return fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
#endif
}

/* -1: not even begun. */
static int open_socket(const dynox__address *address)
{
    int type = SOCK_STREAM;
#ifdef SOCK_NONBLOCK
    type |= SOCK_NONBLOCK | SOCK_CLOEXEC;
#endif
    int fd = socket(address->place.ss_family, type, 0);
    if (fd < 0) return -1;
    if (make_ready(fd) &&
        (connect(fd, (const struct sockaddr *)&address->place, address->size) == 0 || errno == EINPROGRESS))
        return fd;
    close(fd);
    return -1;
}

/* To this machine it is when connect() returns, although that says "in progress". */
static bool is_through(int fd)
{
    struct pollfd socket = {.fd = fd, .events = POLLOUT};
    return poll(&socket, 1, 0) == 1 && socket.revents == POLLOUT;
}

/* ---- the worker's list of them ---- */

static void add(dynox__worker *worker, dynox__connection *connection)
{
    connection->dialing                                                      = true;
    connection->previous                                                     = worker->last_dialing;
    connection->next                                                         = NULL;
    *(connection->previous ? &connection->previous->next : &worker->dialing) = connection;
    worker->last_dialing                                                     = connection;
}

static void remove_from(dynox__worker *worker, dynox__connection *connection)
{
    dynox__connection *next = connection->next, *previous = connection->previous;
    *(previous ? &previous->next : &worker->dialing)  = next;
    *(next ? &next->previous : &worker->last_dialing) = previous;
    connection->next = connection->previous = NULL;
    connection->dialing                     = false;
}

/* One that failed may be of an address that the service has left: the next attempt looks the name up again. */
static void end(dynox__worker *worker, dynox__connection *connection, dynox_status status, const char *why)
{
    connection->status = status;
    if (status != DYNOX_OK) connection->dialed->until_ns = 0;
    snprintf(connection->message, sizeof connection->message, "%s", why);
    remove_from(worker, connection);
    dynox__poller_remove(&worker->poller, connection->wire.fd);
    dynox__dispatch_connected(worker, connection);
}

bool dynox__dial_start(dynox__worker *worker, dynox__connection *connection)
{
    dynox__address *address = next_address(worker, connection->endpoint);
    int             fd      = address ? open_socket(address) : -1;
    if (fd < 0) return false;
    connection->wire.fd = fd;
    connection->dialed  = address;
    if (is_through(fd)) {
        dynox__dispatch_connected(worker, connection);
        return true;
    }
    if (dynox__poller_add(&worker->poller, fd, connection) != DYNOX_OK ||
        !dynox__poller_change(&worker->poller, fd, connection, true)) {
        dynox__poller_remove(&worker->poller, fd);
        dynox__wire_close(&connection->wire);
        connection->dialed = NULL;
        return false;
    }
    add(worker, connection);
    dynox__worker_sweep_by(worker, connection->begun_ns + worker->engine->wire.timeout_ms * DYNOX__MS);
    return true;
}

void dynox__dial_event(dynox__worker *worker, dynox__connection *connection)
{
    int       failure = 0;
    socklen_t size    = sizeof failure;
    char      why[DYNOX__ERRNO_TEXT];
    if (getsockopt(connection->wire.fd, SOL_SOCKET, SO_ERROR, &failure, &size) != 0) failure = errno;
    end(worker, connection, failure ? DYNOX_E_CONNECT : DYNOX_OK, failure ? dynox__errno_text(failure, why) : "");
}

void dynox__dial_sweep(dynox__worker *worker)
{
    int64_t timeout_ns = worker->engine->wire.timeout_ms * DYNOX__MS;
    while (worker->dialing && worker->now_ns >= worker->dialing->begun_ns + timeout_ns)
        end(worker, worker->dialing, DYNOX_E_CONNECT, "the server does not respond");
    if (worker->dialing) dynox__worker_sweep_by(worker, worker->dialing->begun_ns + timeout_ns);
}

void dynox__dial_abandon(dynox__worker *worker)
{
    while (worker->dialing)
        end(worker, worker->dialing, DYNOX_E_SHUTDOWN, "");
}
