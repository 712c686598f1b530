/* The inside of a query or scan stream. */
#ifndef DYNOX_CLIENT_QUERY_QUERY_STREAM_H
#define DYNOX_CLIENT_QUERY_QUERY_STREAM_H

#include "client/core/pages.h"
#include "client/query/page.h"

typedef struct dynox__query_stream {
    dynox__pages            pages; /* first */
    dynox_client           *client;
    const dynox__operation *operation;
    dynox__call_options     options;
    char                   *table, *index; /* owned; index may be NULL */
    dynox__buffer           members;       /* the request but for Limit and ExclusiveStartKey: the same for each page */
    size_t                  limit, page_size;
    bool                    has_filter, prefetch;

    dynox_page *page;      /* the current one; owned; NULL: none yet */
    size_t      at;        /* how many of its items were handed out */
    size_t      given;     /* items handed out, all pages together */
    dynox_item *start_key; /* the program's; owned; may be NULL */
    dynox_item *key_names; /* a key of this table or index, once one was seen: its names matter; owned */

    dynox_stream_totals totals;
} dynox__query_stream;

/* NULL: not a query or scan stream. */
dynox__query_stream *dynox__query_stream_of(const dynox_stream *stream);

#endif
