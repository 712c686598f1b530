/* What the providers of this floor share inside. */
#ifndef DYNOX_SERVICES_SOURCE_SOURCE_H
#define DYNOX_SERVICES_SOURCE_SOURCE_H

#include "http/curl/tls.h"
#include "services/source/providers.h"

/* A context that a provider keeps. Zero is an empty one. */
typedef struct dynox__kept_context {
    dynox__source_context context; /* what to hand on */
    char                 *region;
} dynox__kept_context;

/* false: out of memory. */
bool dynox__context_keep(dynox__kept_context *kept, const dynox__source_context *context);
/* Reads the files if the context has none, and takes the profile in use. Blocks. */
dynox_status dynox__context_load(dynox__kept_context *kept, dynox_error *error);
void         dynox__context_free(dynox__kept_context *kept);

/* The name of a session: letters, digits and "_+=,.@-", 2 to 64 of them; `given` or, when that is NULL, one that is
 * made up. DYNOX_E_CONFIGURATION. */
enum { DYNOX__SESSION_NAME = 65 };
dynox_status dynox__session_name(char to[DYNOX__SESSION_NAME], const char *given, dynox_error *error);

/* How long a session may last, in seconds: 0 (the service decides), or 900 to 43200. DYNOX_E_CONFIGURATION. */
dynox_status dynox__session_duration(unsigned seconds, dynox_error *error);

/* Whom calls that are made for credentials trust: those of AWS_CA_BUNDLE, or of the profile's ca_bundle, or the
 * system's. Touches no file. NULL: out of memory. */
dynox__tls *dynox__source_tls(const dynox__source_context *context, dynox_error *error);

/* Turns "not configured" into an error, for what was asked for by name. */
dynox_status dynox__required(dynox_status status, dynox_error *error);

#endif
