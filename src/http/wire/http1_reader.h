/* A reader of HTTP/1.1 answers: strict, bounded, fed with whatever pieces arrive. It knows no sockets and no AWS
 * beyond the handful of headers named in dynox__response_head. */
#ifndef DYNOX_HTTP_WIRE_HTTP1_READER_H
#define DYNOX_HTTP_WIRE_HTTP1_READER_H

#include "http/transport/transport.h"

enum {
    DYNOX__HTTP1_MAX_HEAD   = 64 * 1024, /* bytes of status line, headers and trailers, interim answers included */
    DYNOX__HTTP1_MAX_FIELDS = 256
};

typedef enum dynox__http1_progress {
    DYNOX__HTTP1_MORE, /* the answer is not complete */
    DYNOX__HTTP1_END,  /* it is */
    DYNOX__HTTP1_BAD   /* it is not valid: `error` says why. Feed no more. */
} dynox__http1_progress;

/* One answer. Zero it, or start it again after an END or BAD. */
typedef struct dynox__http1_reader {
    dynox__response_head *head; /* borrowed */
    dynox__buffer        *body; /* borrowed; 64 zero bytes follow its content at END */
    size_t                max_body;
    dynox__buffer         partial;    /* the beginning of a line whose end has not come; usually never allocated */
    uint64_t              left;       /* bytes of the body, or of the chunk, that have not come */
    size_t                head_bytes; /* counted against DYNOX__HTTP1_MAX_HEAD */
    unsigned              fields;
    int                   state;
    bool                  has_length, chunked, close, keep_alive, old, no_memory;
    const char           *error; /* static text */
} dynox__http1_reader;

/* Begins an answer. What `body` holds is dropped, its memory is used again. */
void dynox__http1_start(dynox__http1_reader *reader, dynox__response_head *head, dynox__buffer *body, size_t max_body);

/* Reads; *used is how many bytes belonged to the answer: fewer than `size` only at END and BAD. */
dynox__http1_progress dynox__http1_read(dynox__http1_reader *reader, const char *bytes, size_t size, size_t *used);

/* Where the next bytes of a body of known length may be received without a copy, and how many; 0: use read. */
size_t                dynox__http1_room(dynox__http1_reader *reader, char **room);
dynox__http1_progress dynox__http1_filled(dynox__http1_reader *reader, size_t count);

/* The peer has closed: END if that is how this answer ends. */
dynox__http1_progress dynox__http1_closed(dynox__http1_reader *reader);

/* After END: may the connection carry another request? */
bool dynox__http1_reusable(const dynox__http1_reader *reader);

/* Frees what the reader holds. */
void dynox__http1_clear(dynox__http1_reader *reader);

#endif
