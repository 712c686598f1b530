/* Connecting without libcurl: what a plain socket needs when the address is known. */
#ifndef DYNOX_HTTP_ENGINE_DIAL_H
#define DYNOX_HTTP_ENGINE_DIAL_H

#include <stdbool.h>
#include <sys/socket.h>

typedef struct dynox__address {
    struct sockaddr_storage place;
    socklen_t               size;
} dynox__address;

#endif
