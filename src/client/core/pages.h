/* A stream over pages: fetches one, hands out what is on it, fetches the next. What a page is, its maker knows. */
#ifndef DYNOX_CLIENT_CORE_PAGES_H
#define DYNOX_CLIENT_CORE_PAGES_H

#include <dynox/stream.h>

typedef struct dynox__pages dynox__pages;

typedef struct dynox__pages_class {
    dynox_stream_class stream;                    /* made with DYNOX__PAGES_CLASS */
    const void *(*take)(dynox__pages *self);      /* the next thing on the page; NULL: no more on this one */
    bool (*wants_page)(const dynox__pages *self); /* is all of it handed out, and is there another page? */
    dynox_future *(*fetch)(dynox__pages *self);   /* starts the next page; never NULL */
    dynox_status (*accept)(dynox__pages *self, dynox_future *page); /* takes the page of a future that has succeeded */
    bool (*prefetch)(const dynox__pages *self);                     /* may the next page be fetched now? */
    void (*free)(dynox__pages *self);                               /* frees what embeds it */
} dynox__pages_class;

/* Embedded first. */
struct dynox__pages {
    dynox_stream  stream;
    dynox_future *fetching; /* owned; NULL: none in flight */
    dynox_error   error;    /* of a failed stream */
};

dynox_stream_state dynox__pages_next(dynox_stream *stream, const void **item);
dynox_future      *dynox__pages_fill(dynox_stream *stream);
const dynox_error *dynox__pages_error(dynox_stream *stream);
void               dynox__pages_destroy(dynox_stream *stream);

#define DYNOX__PAGES_CLASS(name_, item_type_)                                                                          \
    {                                                                                                                  \
        .name = (name_), .next = dynox__pages_next, .fill = dynox__pages_fill, .error = dynox__pages_error,            \
        .destroy = dynox__pages_destroy, .item_type = (item_type_)                                                     \
    }

/* For a stream that could not be made: a failed one that needs no memory. */
dynox_stream *dynox__pages_out_of_memory(void);

#endif
