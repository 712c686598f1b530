/* Clients whose DynamoDB is in this process. */
#ifndef DYNOX_CLIENT_CORE_IN_PROCESS_H
#define DYNOX_CLIENT_CORE_IN_PROCESS_H

#include "http/transport/transport.h"
#include <dynox/client.h>

/* All NULL: it is elsewhere. */
typedef struct dynox__local_place {
    char             *endpoint;  /* what it is called */
    dynox__transport *transport; /* to it */
} dynox__local_place;

/* By .local, by .endpoint, or, if neither it nor .nodes is given, by the environment: AWS_ENDPOINT_URL_DYNAMODB,
 * AWS_ENDPOINT_URL, DYNOX_LOCAL. */
dynox_status dynox__local_place_find(const dynox_client_args *args, dynox__local_place *place, dynox_error *error);
void         dynox__local_place_free(dynox__local_place *place);

#endif
