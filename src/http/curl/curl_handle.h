/* What both lanes want of libcurl, and what they tell people when it fails. */
#ifndef DYNOX_HTTP_CURL_CURL_HANDLE_H
#define DYNOX_HTTP_CURL_CURL_HANDLE_H

#include "http/curl/curl_perform.h"
#include "http/curl/proxy.h"
#include "http/curl/tls.h"

enum { DYNOX__KEEP_ALIVE_S = 45 }; /* below the 60 s after which middle-boxes forget a connection */

/* How a handle connects. */
typedef struct dynox__curl_way {
    dynox__tls         *tls;
    const dynox__proxy *proxy;   /* NULL: none */
    bool                for_tls; /* to the server itself */
    bool                drained; /* whoever receives does it until nothing is left */
    int64_t             connect_timeout_ms, timeout_ms;
    dynox__stop        *stop;      /* tells it to give up; NULL: never */
    int                 no_socket; /* the errno of the last socket that could not be had; set by libcurl's calls */
} dynox__curl_way;

/* Sets everything that does not depend on the request; the way stays until dynox__curl_forget_way. On failure
 * `message` (of `room` bytes) says why: DYNOX_E_CONFIGURATION, DYNOX_E_SYSTEM (no descriptors), DYNOX_E_NO_MEMORY. */
dynox_status dynox__curl_prepare(void *curl, dynox__curl_way *way, char *message, size_t room);

/* Performs the transfer of a prepared handle, as dynox__curl_perform does; once more if a certificate could not be
 * verified without reading all authorities. Nothing of a request has left then. The result is a CURLcode. */
int dynox__curl_run(void *curl, void *multi, const dynox__curl_way *way);

/* The way may go; the handle is still good for sending and receiving. */
void dynox__curl_forget_way(void *curl);

/* What a failed CURLcode comes to, and in `message` a sentence without the host; `words` is libcurl's own text. Out of
 * time is DYNOX_E_TIMEOUT, also while connecting; what is left over is DYNOX_E_TRANSPORT. */
dynox_status dynox__curl_failure(void *curl, int code, const char *words, const dynox__curl_way *way, char *message,
                                 size_t room);

/* The same for a proxy that has answered with a status of its own instead of passing the request on. */
dynox_status dynox__curl_proxy_refusal(long answer, const dynox__curl_way *way, char *message, size_t room);

/* What the server did not like about the handshake, from libcurl's text: with TLS 1.3 it comes when the connection
 * seems to be up. Static text; NULL: nothing of that kind. */
const char *dynox__curl_refusal(const char *words);

/* For when the server hung up before it could be told: not one byte of the first request could be sent. */
extern const char dynox__curl_hung_up[];

#endif
