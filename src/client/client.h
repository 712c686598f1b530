/* The inside of a client: its service and its defaults. */
#ifndef DYNOX_CLIENT_CLIENT_H
#define DYNOX_CLIENT_CLIENT_H

#include "aws/service.h"
#include <dynox/client.h>
#include <pthread.h>

typedef struct dynox_pool dynox_pool;

struct dynox_client {
    dynox__service        *service;
    dynox_ambiguous_writes ambiguous_writes;
    pthread_mutex_t        lock;
    dynox_pool            *closer; /* one thread that a close runs on; under the lock; NULL: nobody asked for one */
};

#endif
