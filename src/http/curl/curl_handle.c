/* Options of CURL handles, and their errors in words. */
#include "http/curl/curl_handle.h"
#include "base/ascii.h"
#include "base/descriptors.h"
#include "base/errno_text.h"
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { DAY_MS = 86400000 };

/* ---- options ---- */

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    dynox__curl_way *way = arg;
    (void)purpose;
#ifdef SOCK_CLOEXEC
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else /* macOS */
    int fd = socket(address->family, address->socktype, address->protocol);
    if (fd >= 0) fcntl(fd, F_SETFD, FD_CLOEXEC);
#endif
    if (fd < 0 && way) way->no_socket = errno;
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static long to_timeout(int64_t ms)
{
    return ms > DAY_MS ? (long)DAY_MS : (long)ms;
}

static void set_basics(CURL *curl, dynox__curl_way *way)
{
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
#if LIBCURL_VERSION_NUM >= 0x075500 /* 7.85 */
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700 /* 7.87; before, a time-out waits for a slow name server */
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
#endif
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, to_timeout(way->timeout_ms));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, to_timeout(way->connect_timeout_ms));
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, way);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, (long)DYNOX__KEEP_ALIVE_S);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, (long)DYNOX__KEEP_ALIVE_S / 3);
    curl_easy_setopt(curl, CURLOPT_DNS_SHUFFLE_ADDRESSES, 1L);
}

/* Both empty texts keep libcurl from reading the environment. */
static bool set_proxy(CURL *curl, const dynox__proxy *proxy)
{
    if (curl_easy_setopt(curl, CURLOPT_NOPROXY, "") != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_PROXY, proxy ? proxy->url : "") != CURLE_OK)
        return false;
    if (!proxy) return true;
    curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (!proxy->user) return true;
    curl_easy_setopt(curl, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
    return curl_easy_setopt(curl, CURLOPT_PROXYUSERNAME, proxy->user) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXYPASSWORD, proxy->password) == CURLE_OK;
}

static bool proxy_has_tls(const dynox__proxy *proxy)
{
    return proxy && dynox__ascii_same_n(proxy->url, "https:", 6);
}

static dynox__tls_use use_of(const dynox__curl_way *way)
{
    if (way->drained && way->for_tls && !way->proxy) return DYNOX__TLS_READ_AHEAD;
    return way->for_tls || proxy_has_tls(way->proxy) ? DYNOX__TLS_USUAL : DYNOX__TLS_NONE;
}

dynox_status dynox__curl_prepare(void *curl, dynox__curl_way *way, char *message, size_t room)
{
    set_basics(curl, way);
    if (set_proxy(curl, way->proxy)) return dynox__tls_apply(way->tls, curl, use_of(way), message, room);
    snprintf(message, room, "out of memory");
    return DYNOX_E_NO_MEMORY;
}

int dynox__curl_run(void *curl, void *multi, const dynox__curl_way *way)
{
    bool partial = dynox__tls_is_partial(way->tls);
    int  code    = dynox__curl_perform(curl, multi, way->stop);
    if (code != CURLE_PEER_FAILED_VERIFICATION || !partial) return code;
    dynox__tls_load_all(way->tls);
    curl_multi_remove_handle(multi, curl);
    return dynox__curl_perform(curl, multi, way->stop);
}

void dynox__curl_forget_way(void *curl)
{
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, NULL);
}

/* ---- errors ---- */

const char dynox__curl_hung_up[] = "the server hung up right after the TLS handshake: it may want a client certificate "
                                   "(.client_certificate and .client_key), or another one";

const char *dynox__curl_refusal(const char *words)
{
    static const struct {
        const char *part, *text;
    } known[] = {
        {"wrong version number", "it does not speak TLS: is the port right, or should the URL begin with http://?"},
        {"unsupported protocol", "the server offers no TLS version from 1.2 on: it must be updated"},
        {"alert protocol version", "the server offers no TLS version from 1.2 on: it must be updated"},
        {"certificate required", "the server wants a client certificate: give .client_certificate and .client_key"},
        {"alert handshake failure", "the server refused the handshake: it may want a client certificate "
                                    "(.client_certificate and .client_key), or its ciphers are too old"},
        {"alert unknown ca", "the server does not trust the authority of the client certificate"},
        {"alert certificate expired", "the server refused the client certificate: it has expired"},
        {"alert certificate revoked", "the server refused the client certificate: it is revoked"},
        {"alert bad certificate", "the server refused the client certificate"},
        {"alert certificate unknown", "the server refused the client certificate"},
        {"alert unsupported certificate", "the server refused the client certificate: it is not made for clients"},
        {"alert access denied", "the server denied access to the owner of the client certificate"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strstr(words, known[i].part)) return known[i].text;
    return NULL;
}

/* Why a certificate was not believed; `who` showed it. */
static void explain_verification(long result, const char *who, char *message, size_t room)
{
    const char *text;
    switch (result) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED: /* libcurl's own check of the name, before it looks at the result */
        text = "is for another host: is the URL right, or does somebody answer in its place?";
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED: text = "has expired: renew it, or set this machine's clock"; break;
    case X509_V_ERR_CERT_NOT_YET_VALID: text = "is not valid yet: is this machine's clock right?"; break;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        text = "is self-signed: to trust it, add it to the CA file (.ca_file, AWS_CA_BUNDLE)";
        break;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        text =
            "is from an authority that is not trusted here (a proxy that inspects TLS?): add that authority to the CA "
            "file (.ca_file, AWS_CA_BUNDLE)";
        break;
    default:
        snprintf(message, room, "the certificate of %s was refused: %s", who, X509_verify_cert_error_string(result));
        return;
    }
    snprintf(message, room, "the certificate of %s %s", who, text);
}

dynox_status dynox__curl_proxy_refusal(long answer, const dynox__curl_way *way, char *message, size_t room)
{
    const char *url = way->proxy ? way->proxy->url : "";
    if (answer == 407) {
        snprintf(message, room, "the proxy %.100s %s (407)", url,
                 way->proxy && way->proxy->user ? "does not accept the user and password of its URL"
                                                : "wants a user and password: put them into its URL");
        return DYNOX_E_CONFIGURATION;
    }
    snprintf(message, room, "the proxy %.100s refused the connection (%ld)", url, answer);
    return DYNOX_E_CONNECT;
}

/* libcurl has not got as far as connecting. */
static void explain_identity(const dynox__tls *tls, const char *text, char *message, size_t room)
{
    const char *certificate, *key;
    dynox__tls_identity(tls, &certificate, &key);
    snprintf(message, room, "the client certificate \"%.60s\" cannot be used with the key \"%.60s\": %s",
             certificate ? certificate : "", key ? key : "", text);
}

static dynox_status status_of(CURLcode code)
{
    switch (code) {
    case CURLE_OUT_OF_MEMORY: return DYNOX_E_NO_MEMORY;
    case CURLE_ABORTED_BY_CALLBACK: return DYNOX_E_SHUTDOWN;
    case CURLE_OPERATION_TIMEDOUT: return DYNOX_E_TIMEOUT;
    case CURLE_SSL_CERTPROBLEM: return DYNOX_E_CONFIGURATION;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS: return DYNOX_E_TLS;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY: return DYNOX_E_CONNECT;
    default: return DYNOX_E_TRANSPORT;
    }
}

/* Out of descriptors, libcurl says that a host cannot be reached, a name is not known or a file is no certificate. What
 * the sockets came to is known; of the others one is asked for now. */
static int shortage(CURLcode code, const dynox__curl_way *way)
{
    switch (code) {
    case CURLE_COULDNT_CONNECT: return dynox__is_descriptor_shortage(way->no_socket) ? way->no_socket : 0;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE: return dynox__descriptor_shortage();
    default: return 0;
    }
}

dynox_status dynox__curl_failure(void *curl, int code, const char *words, const dynox__curl_way *way, char *message,
                                 size_t room)
{
    int none = shortage((CURLcode)code, way);
    if (none) {
        snprintf(message, room, "%s", DYNOX__ERRNO(none));
        return DYNOX_E_SYSTEM;
    }
    dynox_status status = status_of((CURLcode)code);
    const char  *text   = *words ? words : curl_easy_strerror((CURLcode)code);
    const char  *known  = dynox__curl_refusal(text);
    long         answer = 0, sent = 0;
    curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &answer);
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);
    if (code == CURLE_SEND_ERROR && way->for_tls && !known && sent == 0) known = dynox__curl_hung_up;
    if (status == DYNOX_E_TRANSPORT && answer >= 300) return dynox__curl_proxy_refusal(answer, way, message, room);
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        bool by_proxy = proxy_has_tls(way->proxy) && answer == 0;
        long result   = 0;
        curl_easy_getinfo(curl, by_proxy ? CURLINFO_PROXY_SSL_VERIFYRESULT : CURLINFO_SSL_VERIFYRESULT, &result);
        explain_verification(result, by_proxy ? "the proxy" : "the server", message, room);
        return status;
    }
    if (code == CURLE_SSL_CONNECT_ERROR && !known) status = DYNOX_E_CONNECT; /* broken off, not refused */
    if (status == DYNOX_E_CONFIGURATION)
        explain_identity(way->tls, text, message, room);
    else
        snprintf(message, room, "%s", known ? known : text);
    return known && status == DYNOX_E_TRANSPORT ? DYNOX_E_TLS : status;
}
