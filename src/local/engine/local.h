/* An engine as programs hold it: counted, found by the name of its endpoint, and as a transport for clients. */
#ifndef DYNOX_LOCAL_ENGINE_LOCAL_H
#define DYNOX_LOCAL_ENGINE_LOCAL_H

#include "base/shared.h"
#include "http/transport/transport.h"
#include "local/engine/engine.h"

struct dynox_local {
    dynox__shared        shared;
    dynox__local_engine *engine;
    unsigned             generation; /* of the process that made it: in a forked child it is of no use */
    bool                 is_file;

    /* among those that have a name, under the lock of local.c */
    char        *name; /* "memory:NAME", "file:PATH"; NULL: it has none */
    dynox_local *next;
};

dynox_local *dynox__local_acquire(dynox_local *local);
void         dynox__local_release(dynox_local *local); /* NULL is fine */

/* DYNOX_E_ARGUMENT, DYNOX_E_FORKED: it cannot be used here. */
dynox_status dynox__local_check(const dynox_local *local, dynox_error *error);

/* A reference to what such an endpoint says: a new engine, or that of the process which has this name. NULL: `error`
 * says why. */
dynox_local *dynox__local_of_endpoint(const char *endpoint, dynox_error *error);

/* A transport whose requests the engine answers (transport.c); it holds a reference. `threads` and `waiting` at most;
 * 0: one, and 65536. No thread before the first request that nobody waits for. NULL: out of memory. */
dynox__transport *dynox__local_transport_new(dynox_local *local, unsigned threads, size_t waiting);

#endif
