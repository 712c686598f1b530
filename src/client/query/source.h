/* What the pages of a stream have in common: the request but for its position, and what the pages have come to. */
#ifndef DYNOX_CLIENT_QUERY_SOURCE_H
#define DYNOX_CLIENT_QUERY_SOURCE_H

#include "client/query/page.h"

/* Zero it, then dynox__source_begin. */
typedef struct dynox__source {
    dynox_client           *client;
    const dynox__operation *operation;
    dynox__call_options     options;
    int64_t                 until_ns;      /* when all pages have to be there; 0: whenever */
    char                   *table, *index; /* owned; NULL: none, or not only one */
    dynox__buffer           members;       /* the request but for what differs from page to page */
    bool                    is_write, ambiguous, fail_ambiguous; /* see dynox__call */
    dynox_stream_totals     totals;
    dynox_capacity          capacity;       /* summed: numbers only */
    size_t                  capacity_count; /* of pages that told it */
} dynox__source;

/* Keeps the client, and begins a writer of the members. What it refuses is in the writer's error. */
void dynox__source_begin(dynox__source *source, dynox__request_writer *writer, dynox_client *client,
                         const dynox__operation *operation, const dynox__call_options *options);
/* Copies the rest. false: out of memory. */
bool dynox__source_end(dynox__source *source, dynox__request_writer *writer, const char *table, const char *index);
void dynox__source_free(dynox__source *source);

/* The request of a page: the caller adds where it begins, and sends it. */
void dynox__source_request(const dynox__source *source, dynox__request_writer *writer);
/* Counts a page that has come. */
void dynox__source_count(dynox__source *source, const dynox_page *page);

#endif
