/* Connecting without libcurl: what a plain socket needs when the address is known. */
#ifndef DYNOX_HTTP_ENGINE_DIAL_H
#define DYNOX_HTTP_ENGINE_DIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { DYNOX__ADDRESSES = 4 }; /* that are known of a place */

typedef struct dynox__address {
    struct sockaddr_storage place;
    socklen_t               size;
    int64_t                 until_ns; /* 0: there is none */
} dynox__address;

#endif
