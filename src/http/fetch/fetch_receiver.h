/* Where the answer to a fetch goes, piece by piece. */
#ifndef DYNOX_HTTP_FETCH_FETCH_RECEIVER_H
#define DYNOX_HTTP_FETCH_FETCH_RECEIVER_H

#include "http/fetch/fetch.h"

/* Set the first three; all else begins as zero. */
typedef struct dynox__fetch_receiver {
    const dynox__fetch_request *request;
    dynox__fetch_response      *response;
    size_t                      max_body;
    size_t                      head_size;
    bool                        head_ended; /* the blank line has come */
    bool                        too_large, no_memory;
} dynox__fetch_receiver;

/* The functions that libcurl calls; `arg` is the receiver. A line of the head is whole, with its line end if it has
 * one. Anything but the length given ends the transfer. */
size_t dynox__fetch_take_header(char *line, size_t one, size_t length, void *arg);
size_t dynox__fetch_take_body(char *bytes, size_t one, size_t count, void *arg);

/* Puts 64 zero bytes behind the body, which do not count. false: out of memory. */
bool dynox__fetch_pad(dynox__buffer *body);

#endif
