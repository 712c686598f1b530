/* What connections of one transport share: the parsed certificates of authorities, TLS sessions and looked-up names.
 * Without this every new connection would parse the whole bundle again: 21 ms and 0.9 MiB each. */
#ifndef DYNOX_HTTP_TLS_H
#define DYNOX_HTTP_TLS_H

#include <dynox/error.h>

typedef struct dynox__tls dynox__tls;

/* `ca_file` (copied; NULL: the system's certificates) is read now, so that a wrong one is found at once: NULL and
 * DYNOX_E_CONFIGURATION. The system's are read by the first TLS connection. */
dynox__tls *dynox__tls_new(const char *ca_file, dynox_error *error);

/* A new CURL handle, after libcurl has been started. NULL: out of memory. The caller cleans it up. Any thread. */
void *dynox__tls_curl(void);

/* Sets the share and, for TLS, trust and versions on a CURL handle. Any thread. False: `*why` (static text). */
bool dynox__tls_apply(dynox__tls *tls, void *curl, bool for_tls, bool insecure, const char **why);

/* No handle may be left that uses it. */
void dynox__tls_free(dynox__tls *tls);

#endif
