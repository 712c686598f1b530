/* Whom connections trust and who they say they are, and what they share: the parsed certificates of authorities, TLS
 * sessions and looked-up names. Without this every new connection would parse the whole bundle again: 21 ms and 0.9 MiB
 * each. */
#ifndef DYNOX_HTTP_CURL_TLS_H
#define DYNOX_HTTP_CURL_TLS_H

#include <dynox/error.h>
#include <stdbool.h>

typedef struct dynox__tls dynox__tls;

/* Zero is the default of each. Texts are copied. */
typedef struct dynox__tls_settings {
    const char *ca_file;            /* PEM, replaces the system's authorities; NULL: those */
    const char *client_certificate; /* PEM, with the chain behind it; NULL: none */
    const char *client_key;         /* PEM, without a pass phrase; NULL: it is in the file of the certificate */
    bool        insecure;           /* do not verify the server: tests only */
} dynox__tls_settings;

/* Touches no file: they are read by the first TLS connection. NULL: DYNOX_E_NO_MEMORY, or DYNOX_E_CONFIGURATION: a key
 * without a certificate. */
dynox__tls *dynox__tls_new(const dynox__tls_settings *settings, dynox_error *error);

/* A new CURL handle, after libcurl has been started. NULL: out of memory. The caller cleans it up. Any thread. */
void *dynox__tls_curl(void);

/* May a thread send on a TLS connection that does not block SIGPIPE? Before 7.88 libcurl left it to OpenSSL, which
 * writes as to a file. Once a handle was made. */
bool dynox__tls_raises_no_signal(void);

/* What a handle needs of this. Reading ahead spares two of three system calls an answer, and is only for whoever
 * receives until nothing is left, since a socket says nothing of what was read ahead: libcurl itself does not, nor does
 * TLS inside TLS. */
typedef enum dynox__tls_use { DYNOX__TLS_NONE, DYNOX__TLS_USUAL, DYNOX__TLS_READ_AHEAD } dynox__tls_use;

/* Sets the share and, for TLS, versions, trust and identity on a CURL handle. On failure `message` (of `room` bytes)
 * says why: DYNOX_E_CONFIGURATION names the file that cannot be used, and the next connection tries again;
 * DYNOX_E_NO_MEMORY. Any thread. */
dynox_status dynox__tls_apply(dynox__tls *tls, void *curl, dynox__tls_use use, char *message, size_t room);

/* Are some of the system's authorities looked up only when a connection needs them, and others not even known yet? Then
 * whoever could not verify a server reads all and tries again. Any thread. */
bool dynox__tls_is_partial(dynox__tls *tls);
void dynox__tls_load_all(dynox__tls *tls);

/* For tests, before the first connection: where the system has its authorities. The texts stay. NULL: as it is. */
void dynox__tls_fake_system(const char *bundle, const char *folder);

/* The files of the client certificate and its key, for messages. NULL: there are none. */
void dynox__tls_identity(const dynox__tls *tls, const char **certificate, const char **key);

/* No handle may be left that uses it. NULL is fine. */
void dynox__tls_free(dynox__tls *tls);

#endif
