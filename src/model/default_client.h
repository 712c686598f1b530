/* The default client. */
#ifndef DYNOX_MODEL_DEFAULT_CLIENT_H
#define DYNOX_MODEL_DEFAULT_CLIENT_H

#include "client/core/client.h"

/* A reference; NULL: there is none. */
dynox_client *dynox__default_client_acquire(void);

#endif
