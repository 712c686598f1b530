/* A wire: an established connection as a stream of bytes. libcurl looks up the name, speaks with the proxy and
 * connects; with TLS it also sends and receives; a plain socket is taken over and used directly, which needs no memory.
 */
#ifndef DYNOX_HTTP_WIRE_WIRE_H
#define DYNOX_HTTP_WIRE_WIRE_H

#include "http/curl/curl_perform.h"
#include "http/curl/proxy.h"
#include "http/curl/tls.h"
#include "http/transport/transport.h"

/* Non-blocking. One thread at a time. Stays where it is while it is connected. */
typedef struct dynox__wire {
    int   fd;         /* for the poller */
    void *curl;       /* the handle that owns the connection; NULL: the descriptor is ours */
    void *multi;      /* the one in which it stays */
    int   failure;    /* of the last send or receive: an errno, or libcurl's code */
    char  words[256]; /* libcurl's about a failure */
} dynox__wire;

/* How to connect; shared by all threads, unchanged. */
typedef struct dynox__wire_settings {
    dynox__tls           *tls;
    const dynox__proxies *proxies;
    int64_t               timeout_ms;
    dynox__stop          *stop;
} dynox__wire_settings;

enum { DYNOX__WIRE_BROKEN = -1, DYNOX__WIRE_CLOSED = -2 };

/* Blocks until connected; at most settings->timeout_ms. On failure `message` (of `room` bytes) says why:
 * DYNOX_E_CONNECT, DYNOX_E_TLS, DYNOX_E_CONFIGURATION (a certificate file, or the proxy wants a password),
 * DYNOX_E_SYSTEM (no descriptors), DYNOX_E_NO_MEMORY, or DYNOX_E_SHUTDOWN when told to stop, which is done at once. */
dynox_status dynox__wire_connect(dynox__wire *wire, const dynox__origin *origin, const dynox__wire_settings *settings,
                                 char *message, size_t room);

/* Bytes sent or received; 0: not now, wait and pass the same bytes again; DYNOX__WIRE_BROKEN; DYNOX__WIRE_CLOSED: the
 * peer has ended its stream (receive only). */
ptrdiff_t dynox__wire_send(dynox__wire *wire, const char *data, size_t size);
ptrdiff_t dynox__wire_receive(dynox__wire *wire, char *room, size_t size);

/* How many of the bytes that were sent the peer's system has not acknowledged; 0 where the system cannot tell. As an
 * acknowledgement comes no later than anything that answers it, what has come while not one byte of a request was
 * acknowledged does not answer that request; and a peer that had ended its stream by then never read it. With TLS the
 * bytes are those of the records, of which there are a few more. */
size_t dynox__wire_unacknowledged(const dynox__wire *wire);

/* What broke it, for people. Static text, or that of libcurl. */
const char *dynox__wire_failure(const dynox__wire *wire);

/* A broken wire: what the server did not like about our side of the handshake. With TLS 1.3 one learns that only when
 * the first answer should come. Static text; NULL: something else broke it. */
const char *dynox__wire_refusal(const dynox__wire *wire);

void dynox__wire_close(dynox__wire *wire);

#endif
