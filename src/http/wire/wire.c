/* Connecting, sending and receiving: with libcurl, except for the bytes of a plain socket. */
#include "http/wire/wire.h"
#include "base/errno_text.h"
#include "http/curl/curl_handle.h"
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* there SO_NOSIGPIPE is set by libcurl */
#endif

_Static_assert(sizeof(((dynox__wire *)0)->words) >= CURL_ERROR_SIZE, "libcurl writes that much");

/* ---- connecting ---- */

/* The address as libcurl wants it; the parts are checked by it, so that no host can smuggle in another. */
static CURLU *make_url(const dynox__origin *origin)
{
    char   host[280], port[8];
    bool   v6   = strchr(origin->host, ':') != NULL;
    size_t bare = strcspn(origin->host, "%"); /* a zone follows, as it stands in a URL: %25eth0 */
    bool   zone = v6 && strncmp(origin->host + bare, "%25", 3) == 0;
    int    length =
        snprintf(host, sizeof host, v6 ? "[%.*s]" : "%.*s", (int)(zone ? bare : strlen(origin->host)), origin->host);
    CURLU *url = curl_url();
    snprintf(port, sizeof port, "%u", (unsigned)origin->port);
    if (url && length > 0 && length < (int)sizeof host && !strpbrk(origin->host, "/?#@\\ []") &&
        curl_url_set(url, CURLUPART_SCHEME, origin->tls ? "https" : "http", 0) == CURLUE_OK &&
        curl_url_set(url, CURLUPART_HOST, host, 0) == CURLUE_OK &&
        (!zone || curl_url_set(url, CURLUPART_ZONEID, origin->host + bare + 3, 0) == CURLUE_OK) &&
        curl_url_set(url, CURLUPART_PORT, port, 0) == CURLUE_OK &&
        curl_url_set(url, CURLUPART_PATH, "/", 0) == CURLUE_OK)
        return url;
    curl_url_cleanup(url);
    return NULL;
}

/* A plain connection needs the handle no longer: its 17 KiB would stay as long as the connection. */
static dynox_status take_socket(dynox__wire *wire, CURL *curl, CURLM *multi, char *message, size_t room)
{
    int fd = fcntl(wire->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0) {
        snprintf(message, room, "%s", DYNOX__ERRNO(errno));
        return DYNOX_E_SYSTEM;
    }
    dynox__curl_free(curl, multi);
    *wire = (dynox__wire){.fd = fd};
    return DYNOX_OK;
}

/* The handle has what it needs: uses it. */
static dynox_status perform(dynox__wire *wire, CURL *curl, CURLM *multi, const dynox__curl_way *way, char *message,
                            size_t room)
{
    CURLcode      code   = (CURLcode)dynox__curl_run(curl, multi, way);
    curl_socket_t fd     = CURL_SOCKET_BAD;
    dynox_status  status = DYNOX_OK;
    if (code != CURLE_OK) {
        status = dynox__curl_failure(curl, (int)code, wire->words, way, message, room);
        return status == DYNOX_E_TIMEOUT || status == DYNOX_E_TRANSPORT ? DYNOX_E_CONNECT : status;
    }
    if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || fd == CURL_SOCKET_BAD) {
        snprintf(message, room, "the connection was lost at once");
        return DYNOX_E_CONNECT;
    }
    dynox__curl_forget_way(curl);
    wire->fd       = fd;
    wire->words[0] = 0;
    if (way->for_tls || way->proxy) {
        wire->curl  = curl;
        wire->multi = multi;
        return DYNOX_OK;
    }
    return take_socket(wire, curl, multi, message, room);
}

dynox_status dynox__wire_connect(dynox__wire *wire, const dynox__origin *origin, const dynox__wire_settings *settings,
                                 char *message, size_t room)
{
    dynox_status    status = DYNOX_E_NO_MEMORY;
    CURL           *curl   = dynox__tls_curl();
    CURLM          *multi  = curl ? curl_multi_init() : NULL;
    CURLU          *url    = make_url(origin);
    dynox__curl_way way    = {.tls     = settings->tls,
                              .proxy   = dynox__proxies_choose(settings->proxies, origin->tls, origin->host, origin->port),
                              .for_tls = origin->tls,
                              .drained = true,
                              .connect_timeout_ms = settings->timeout_ms,
                              .timeout_ms         = settings->timeout_ms,
                              .stop               = settings->stop};
    *wire                  = (dynox__wire){.fd = -1};
    snprintf(message, room, "out of memory");
    if (!multi) goto out;
    status = DYNOX_E_CONNECT;
    snprintf(message, room, "the name of the host is not valid");
    if (!url) goto out;
    status = dynox__curl_prepare(curl, &way, message, room);
    if (status != DYNOX_OK) goto out;
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 1024L); /* never used: answers go into our own memory */
    curl_easy_setopt(curl, CURLOPT_CURLU, url);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, wire->words);
    /* Plain requests, too, go through a tunnel: behind it there is one kind of connection. */
    if (way.proxy) curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
    status = perform(wire, curl, multi, &way, message, room);
out:
    if (status != DYNOX_OK) {
        dynox__curl_free(curl, multi);
        *wire = (dynox__wire){.fd = -1};
    }
    curl_url_cleanup(url);
    return status;
}

/* ---- bytes ---- */

static ptrdiff_t outcome(dynox__wire *wire, CURLcode code, size_t count)
{
    if (code == CURLE_OK) return (ptrdiff_t)count;
    if (code == CURLE_AGAIN) return 0;
    wire->failure = (int)code;
    return DYNOX__WIRE_BROKEN;
}

static ptrdiff_t socket_outcome(dynox__wire *wire)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return 0;
    wire->failure = errno;
    return DYNOX__WIRE_BROKEN;
}

ptrdiff_t dynox__wire_send(dynox__wire *wire, const char *data, size_t size)
{
    if (!wire->curl) {
        ssize_t sent = send(wire->fd, data, size, MSG_NOSIGNAL);
        return sent >= 0 ? sent : socket_outcome(wire);
    }
    size_t   sent = 0;
    CURLcode code = curl_easy_send(wire->curl, data, size, &sent);
    return outcome(wire, code, sent);
}

ptrdiff_t dynox__wire_receive(dynox__wire *wire, char *room, size_t size)
{
    if (!wire->curl) {
        ssize_t received = recv(wire->fd, room, size, 0);
        return received > 0 ? received : received == 0 ? DYNOX__WIRE_CLOSED : socket_outcome(wire);
    }
    size_t   received = 0;
    CURLcode code     = curl_easy_recv(wire->curl, room, size, &received);
    return code == CURLE_OK && received == 0 ? DYNOX__WIRE_CLOSED : outcome(wire, code, received);
}

size_t dynox__wire_unacknowledged(const dynox__wire *wire)
{
    int count = 0;
#ifdef SIOCOUTQ
    if (ioctl(wire->fd, SIOCOUTQ, &count) != 0) count = 0;
#elif defined SO_NWRITE
    socklen_t size = sizeof count;
    if (getsockopt(wire->fd, SOL_SOCKET, SO_NWRITE, &count, &size) != 0) count = 0;
#elif defined FIONWRITE /* FreeBSD */
    if (ioctl(wire->fd, FIONWRITE, &count) != 0) count = 0;
#endif
    return count > 0 ? (size_t)count : 0;
}

const char *dynox__wire_failure(const dynox__wire *wire)
{
    if (wire->curl) return "broken off";
    switch (wire->failure) {
    case ECONNRESET: return "reset by the server";
    case EPIPE: return "closed by the server";
    case ETIMEDOUT: return "lost (the server no longer responds)";
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTUNREACH: return "lost (the network is not reachable)";
    default: return "lost (socket error)";
    }
}

const char *dynox__wire_refusal(const dynox__wire *wire)
{
    return wire->curl ? dynox__curl_refusal(wire->words) : NULL;
}

void dynox__wire_close(dynox__wire *wire)
{
    if (wire->curl)
        dynox__curl_free(wire->curl, wire->multi);
    else if (wire->fd >= 0)
        close(wire->fd);
    *wire = (dynox__wire){.fd = -1};
}
