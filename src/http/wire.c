/* Connecting, sending and receiving: with libcurl, except for the bytes of a plain socket. */
#include "http/wire.h"
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* there SO_NOSIGPIPE is set by libcurl */
#endif
#ifndef SOCK_CLOEXEC
#define SOCK_CLOEXEC 0
#endif

enum { KEEP_ALIVE_S = 45 }; /* below the 60 s after which middle-boxes forget a connection */

/* ---- connecting ---- */

static curl_socket_t open_socket(void *unused, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)unused;
    (void)purpose;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int watch(void *stop, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    return atomic_load_explicit((const _Atomic bool *)stop, memory_order_relaxed);
}

static dynox_status status_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK: return DYNOX_OK;
    case CURLE_OUT_OF_MEMORY: return DYNOX_E_NO_MEMORY;
    case CURLE_ABORTED_BY_CALLBACK: return DYNOX_E_SHUTDOWN;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS: return DYNOX_E_TLS;
    default: return DYNOX_E_CONNECT;
    }
}

/* The address as libcurl wants it; the parts are checked by it, so that no host can smuggle in another. */
static CURLU *make_url(const dynox__origin *origin)
{
    char   host[280], port[8];
    bool   v6     = strchr(origin->host, ':') != NULL;
    int    length = snprintf(host, sizeof host, v6 ? "[%s]" : "%s", origin->host);
    CURLU *url    = curl_url();
    snprintf(port, sizeof port, "%u", (unsigned)origin->port);
    if (url && length > 0 && length < (int)sizeof host && !strpbrk(origin->host, "/?#@\\ []") &&
        curl_url_set(url, CURLUPART_SCHEME, origin->tls ? "https" : "http", 0) == CURLUE_OK &&
        curl_url_set(url, CURLUPART_HOST, host, 0) == CURLUE_OK &&
        curl_url_set(url, CURLUPART_PORT, port, 0) == CURLUE_OK &&
        curl_url_set(url, CURLUPART_PATH, "/", 0) == CURLUE_OK)
        return url;
    curl_url_cleanup(url);
    return NULL;
}

static void set_basics(CURL *curl, const dynox__wire_settings *settings)
{
    long timeout = settings->timeout_ms > 86400000 ? 86400000L : (long)settings->timeout_ms;
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* or a time-out would wait for a slow name server */
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)(uintptr_t)settings->stop);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, (long)KEEP_ALIVE_S);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, (long)KEEP_ALIVE_S / 3);
    curl_easy_setopt(curl, CURLOPT_DNS_SHUFFLE_ADDRESSES, 1L);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 1024L); /* never used: answers go into our own memory */
}

/* A plain connection needs the handle no longer: its 17 KiB would stay as long as the connection. */
static dynox_status take_socket(dynox__wire *wire, CURL *curl)
{
    int fd = fcntl(wire->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0) return DYNOX_E_CONNECT;
    curl_easy_cleanup(curl);
    *wire = (dynox__wire){.fd = fd};
    return DYNOX_OK;
}

dynox_status dynox__wire_connect(dynox__wire *wire, const dynox__origin *origin, const dynox__wire_settings *settings,
                                 char *message, size_t room)
{
    char         words[CURL_ERROR_SIZE] = "";
    const char  *why                    = "out of memory";
    dynox_status status                 = DYNOX_E_NO_MEMORY;
    CURL        *curl                   = dynox__tls_curl();
    CURLU       *url                    = NULL;
    *wire                               = (dynox__wire){.fd = -1};
    if (!curl) goto fail;
    status = DYNOX_E_CONNECT;
    why    = "the name of the host is not valid";
    url    = make_url(origin);
    if (!url) goto fail;
    set_basics(curl, settings);
    curl_easy_setopt(curl, CURLOPT_CURLU, url);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
    curl_easy_setopt(curl, CURLOPT_PROXY, settings->proxy ? settings->proxy : "");
    if (settings->proxy) curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
    status       = DYNOX_E_TLS;
    bool for_tls = origin->tls || (settings->proxy && strncmp(settings->proxy, "https:", 6) == 0);
    if (!dynox__tls_apply(settings->tls, curl, for_tls, settings->insecure, &why)) goto fail;

    CURLcode      code = curl_easy_perform(curl);
    curl_socket_t fd   = CURL_SOCKET_BAD;
    status             = status_of(code);
    why                = words[0] ? words : curl_easy_strerror(code);
    if (code != CURLE_OK) goto fail;
    status = DYNOX_E_CONNECT;
    why    = "the connection was lost at once";
    if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || fd == CURL_SOCKET_BAD) goto fail;
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL); /* ours ends with this function */
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 1L);
    wire->fd   = fd;
    wire->curl = curl;
    why        = "no more file descriptors";
    if (!origin->tls && !settings->proxy && take_socket(wire, curl) != DYNOX_OK) goto fail;
    curl_url_cleanup(url);
    return DYNOX_OK;
fail:
    snprintf(message, room, "%s", why);
    curl_easy_cleanup(curl);
    curl_url_cleanup(url);
    *wire = (dynox__wire){.fd = -1};
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

const char *dynox__wire_failure(const dynox__wire *wire)
{
    if (wire->curl) return curl_easy_strerror((CURLcode)wire->failure);
    switch (wire->failure) {
    case ECONNRESET: return "reset by the server";
    case EPIPE: return "closed by the server";
    case ETIMEDOUT: return "the server no longer responds";
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTUNREACH: return "the network is not reachable";
    default: return "socket error";
    }
}

void dynox__wire_close(dynox__wire *wire)
{
    if (wire->curl)
        curl_easy_cleanup(wire->curl);
    else if (wire->fd >= 0)
        close(wire->fd);
    *wire = (dynox__wire){.fd = -1};
}
