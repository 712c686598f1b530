/* The blocking lane: one request on the calling thread. For everything that is rare and not a small JSON POST to a
 * service: metadata and container endpoints, STS, SSO. It blocks, so it runs on the credentials helper or a pool, never
 * on an I/O thread. It never sends a request twice: retries are the caller's. */
#ifndef DYNOX_HTTP_FETCH_FETCH_H
#define DYNOX_HTTP_FETCH_FETCH_H

#include "base/buffer.h"
#include "http/curl/curl_perform.h"
#include "http/curl/tls.h"
#include <dynox/error.h>

enum { DYNOX__FETCH_WANTED = 4 };

/* A header of a request. */
typedef struct dynox__fetch_header {
    const char *name, *value;
} dynox__fetch_header;

/* Zero is the default of each member but `url`. All is borrowed for the call. */
typedef struct dynox__fetch_request {
    const char                *method; /* "GET", "PUT", "POST"; NULL: GET */
    const char                *url; /* http or https; without user info. Never put a secret here: it is in messages */
    const dynox__fetch_header *headers;
    size_t                     header_count;
    const void                *body; /* PUT and POST; NULL: an empty one */
    size_t                     body_size;
    int64_t                    connect_timeout_ms;          /* name, TCP, proxy and TLS; 0: 3100 */
    int64_t                    timeout_ms;                  /* all of it; 0: 15000 */
    size_t                     max_body;                    /* bytes of the answer's; 0: 1 MiB */
    const char                *wanted[DYNOX__FETCH_WANTED]; /* names of headers of the answer that matter */
    bool                       no_proxy; /* whatever the settings say: set it for metadata endpoints */
    const char                *proxy;    /* URL; "": none; NULL: HTTPS_PROXY and the like (proxy.h) */
    dynox__tls                *tls;      /* trust, client certificate, sessions; NULL: made for this call, with
                                          * AWS_CA_BUNDLE or the system's authorities: slower */
    dynox__stop *stop;                   /* tells it to give up, DYNOX_E_SHUTDOWN; NULL: never */
} dynox__fetch_request;

/* Zero it before use; end it with dynox__fetch_response_free. */
typedef struct dynox__fetch_response {
    int           status;                           /* of HTTP, whatever it is */
    char          wanted[DYNOX__FETCH_WANTED][256]; /* values of request->wanted, cut to fit; "": not there */
    dynox__buffer body;                             /* 64 zero bytes follow body.size */
} dynox__fetch_response;

/* DYNOX_OK: there is a whole answer; look at its status. Redirects are answers like any other. Else `error` (may be
 * NULL) says what happened, with the host and without headers or bodies:
 *   DYNOX_E_CONNECT        no connection: unknown name, refused, no answer within connect_timeout_ms, proxy refused
 *   DYNOX_E_TLS            the handshake failed, or the server is not trusted
 *   DYNOX_E_TIMEOUT        connected, but no whole answer within timeout_ms
 *   DYNOX_E_TRANSPORT      the connection was lost, the answer is no valid HTTP or larger than max_body
 *   DYNOX_E_CONFIGURATION  a certificate file or a proxy setting is wrong, or the proxy asks for a password
 *   DYNOX_E_ARGUMENT       URL, method or a header cannot be sent (line breaks, other schemes)
 *   DYNOX_E_SYSTEM         no more descriptors
 *   DYNOX_E_SHUTDOWN, DYNOX_E_NO_MEMORY
 * Any thread. */
dynox_status dynox__fetch(const dynox__fetch_request *request, dynox__fetch_response *response, dynox_error *error);

/* Wipes and frees what it holds. */
void dynox__fetch_response_free(dynox__fetch_response *response);

/* For tests: each URL is given to `fn`, which may write another one that is asked in its place (true), until NULL is
 * set. Only while nothing is fetched. */
typedef bool (*dynox__reroute_fn)(const char *url, char *other, size_t size);
void dynox__fetch_reroute(dynox__reroute_fn fn);

#endif
