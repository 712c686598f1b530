/* The inside of a query or scan stream. */
#ifndef DYNOX_CLIENT_QUERY_QUERY_STREAM_H
#define DYNOX_CLIENT_QUERY_QUERY_STREAM_H

#include "client/core/pages.h"
#include "client/query/source.h"

typedef struct dynox__query_stream {
    dynox__pages  pages; /* first */
    dynox__source source;
    size_t        limit, page_size;
    bool          has_filter; /* or what may be one: a page may then hold less than was looked at */
    bool          prefetch, by_token;

    dynox_page *page;        /* the current one; owned; NULL: none yet */
    size_t      at;          /* how many of its items were handed out */
    size_t      given;       /* items handed out, all pages together */
    dynox_item *start_key;   /* the program's; owned; may be NULL */
    char       *start_token; /* the same of a statement */
    dynox_item *key_names;   /* a key of this table or index, once one was seen: its names matter; owned */
} dynox__query_stream;

/* One to be filled in (with dynox__source_begin, too) and finished. NULL: out of memory. */
dynox__query_stream *dynox__query_stream_new(void);

/* What is copied. */
typedef struct dynox__query_texts {
    const char       *table, *index, *start_token;
    const dynox_item *start_key;
} dynox__query_texts;

/* Never NULL: what the writer refused is the error of the stream. */
dynox_stream *dynox__query_stream_finish(dynox__query_stream *self, dynox__request_writer *writer,
                                         const dynox__query_texts *given);

/* NULL: not a query or scan stream. */
dynox__query_stream *dynox__query_stream_of(const dynox_stream *stream);

/* From now on one item more is all that will be asked of it. NULL is fine. */
void dynox__query_stream_want_one(dynox__query_stream *self);

#endif
