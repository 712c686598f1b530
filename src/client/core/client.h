/* The inside of a client: its service and its defaults. */
#ifndef DYNOX_CLIENT_CORE_CLIENT_H
#define DYNOX_CLIENT_CORE_CLIENT_H

#include "aws/call/service.h"
#include "base/shared.h"
#include <dynox/client.h>
#include <pthread.h>

typedef struct dynox_pool       dynox_pool;
typedef struct dynox__table_key dynox__table_key;

/* Counted: what makes calls later, such as a stream, keeps it, so that these calls fail and do not crash when the
 * program has freed its client. */
struct dynox_client {
    dynox__shared          shared;
    dynox__service        *service;
    dynox_ambiguous_writes ambiguous_writes;
    bool                   single_flight;
    char                  *endpoint; /* as it was given, of one in this process; NULL: ask the service */
    pthread_mutex_t        lock;
    dynox_pool            *closer;     /* one thread that a close runs on; under the lock; NULL: nobody asked for one */
    dynox__table_key      *table_keys; /* see table_key.h; under the lock */
};

dynox_client *dynox__client_acquire(dynox_client *client); /* NULL is fine */
void          dynox__client_release(dynox_client *client); /* NULL is fine */

#endif
