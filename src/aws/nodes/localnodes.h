/* What Alternator says when it is asked for /localnodes: a JSON array of addresses, ["10.0.0.1","10.0.0.2"]. */
#ifndef DYNOX_AWS_NODES_LOCALNODES_H
#define DYNOX_AWS_NODES_LOCALNODES_H

#include "base/arena.h"
#include <dynox/error.h>
#include <stdbool.h>
#include <stdint.h>

/* Where the node is that was asked: the others are reached as it is. */
typedef struct dynox__localnodes_base {
    bool     tls;
    uint16_t port;
} dynox__localnodes_base;

typedef struct dynox__localnodes {
    const char *urls[256]; /* in the arena; "http://10.0.0.1:8000" */
    size_t      count;     /* at least 1 */
    size_t      ignored;   /* entries that cannot be the name or address of a node */
    char        odd[64];   /* the first of them, so that it can be shown */
    size_t      surplus;   /* entries that are too many */
} dynox__localnodes;

/* Reads the answer, which is followed by DYNOX__DECODE_PADDING zero bytes and is written into. An entry may have a port
 * of its own. DYNOX_E_DECODE: `error` says why it is no list of nodes; DYNOX_E_NO_MEMORY. */
dynox_status dynox__localnodes_read(char *body, size_t size, dynox__localnodes_base base, dynox__arena *arena,
                                    dynox__localnodes *nodes, dynox_error *error);

#endif
