/* A reader of HTTP/1.1 requests: strict, bounded, and fed with whatever has come so far. It knows no sockets, and of
 * AWS only the names of headers. */
#ifndef DYNOX_LOCAL_SERVER_REQUEST_H
#define DYNOX_LOCAL_SERVER_REQUEST_H

#include "aws/sign/sign.h"

enum {
    DYNOX__REQUEST_MAX_HEAD     = 64 * 1024, /* request line and headers; trailers have as much again */
    DYNOX__REQUEST_MAX_FIELDS   = 100,
    DYNOX__REQUEST_MAX_BODY     = 16 * 1024 * 1024, /* what the service takes */
    DYNOX__REQUEST_MAX_FRAMING  = 1024 * 1024,      /* what the sizes of chunks may come to */
    DYNOX__REQUEST_LARGEST      = DYNOX__REQUEST_MAX_HEAD + DYNOX__REQUEST_MAX_BODY + DYNOX__REQUEST_MAX_FRAMING,
    DYNOX__REQUEST_BODY_PADDING = 64 /* bytes behind a body that whoever reads it may need */
};

/* Headers that mean something to the server. Those marked as single ones are refused when they come twice. */
typedef enum dynox__request_header {
    DYNOX__HEADER_HOST, /* single, as are those up to the target */
    DYNOX__HEADER_CONTENT_LENGTH,
    DYNOX__HEADER_TRANSFER_ENCODING,
    DYNOX__HEADER_CONTENT_TYPE,
    DYNOX__HEADER_CONTENT_ENCODING,
    DYNOX__HEADER_AUTHORIZATION,
    DYNOX__HEADER_ORIGIN,
    DYNOX__HEADER_DATE,
    DYNOX__HEADER_AMZ_DATE,
    DYNOX__HEADER_TARGET,
    DYNOX__HEADER_CONNECTION,
    DYNOX__HEADER_EXPECT,
    DYNOX__HEADER_ACCEPT,
    DYNOX__HEADER_ACCEPT_ENCODING,
    DYNOX__HEADER_ASKED_METHOD,  /* Access-Control-Request-Method */
    DYNOX__HEADER_ASKED_HEADERS, /* Access-Control-Request-Headers */
    DYNOX__HEADER_TOKEN,         /* X-Dynox-Token: of the page */
    DYNOX__HEADER_COUNT
} dynox__request_header;

/* A whole request. All of it lies in the bytes that were read. */
typedef struct dynox__request_head {
    dynox__span        method, path, query;         /* the query behind the "?"; data NULL: there is none */
    dynox__span        header[DYNOX__HEADER_COUNT]; /* the first of that name; data NULL: it is not there */
    dynox__sign_header fields[DYNOX__REQUEST_MAX_FIELDS];
    size_t             field_count;
    bool               old;   /* HTTP/1.0 */
    bool               close; /* the client wants no more on this connection */
    bool               keep;  /* it says that it does */
    char              *body;  /* may be changed; whatever follows it is not part of it */
    size_t             body_size;
    size_t             size; /* of the request: what follows belongs to the next one */
} dynox__request_head;

typedef enum dynox__request_progress {
    DYNOX__REQUEST_MORE,  /* it is not complete */
    DYNOX__REQUEST_WHOLE, /* it is; to read the next one, zero the reader */
    DYNOX__REQUEST_BAD    /* it is not valid, and where it ends is not known */
} dynox__request_progress;

/* Zero is one at the beginning of a request. Holds positions and no memory. */
typedef struct dynox__request_reader {
    int         state;
    size_t      at;      /* looked at so far */
    size_t      line;    /* where the line begins that `at` is in */
    size_t      head;    /* size of the head */
    size_t      end;     /* of the part of the body that has come, in place */
    size_t      left;    /* of the body or chunk */
    bool        expects; /* the client waits for "100 Continue" before it sends the body */
    int         status;  /* BAD: of the answer */
    const char *error;   /* BAD: static text */
} dynox__request_reader;

/* `bytes` begin with the request and are all of it that has come, each time a bit more, perhaps at another place;
 * chunks are put together in them. `head` is set at WHOLE. */
dynox__request_progress dynox__request_read(dynox__request_reader *reader, char *bytes, size_t size,
                                            dynox__request_head *head);

/* How many bytes are certainly missing; at least 1. */
size_t dynox__request_missing(const dynox__request_reader *reader, size_t size);

/* Is `word` one of the words of a list with commas (of any case)? `word` is in lower case. What has a weight of 0
 * ("gzip;q=0") is not. */
bool dynox__request_lists(dynox__span list, const char *word);

/* Is it that text, in any case? `lower` is in lower case. */
bool dynox__span_is(dynox__span text, const char *lower);

#endif
