/* What the pages of a stream have in common: the request but for its position, and what the pages have come to. */
#ifndef DYNOX_CLIENT_QUERY_SOURCE_H
#define DYNOX_CLIENT_QUERY_SOURCE_H

#include "client/query/page.h"

typedef struct dynox__source dynox__source;

/* Pages whose contents are not items but something that a floor above makes of them. */
typedef struct dynox__page_form {
    /* Gives the call of a page what its decode needs. false: out of memory. */
    bool (*prepare)(const dynox__source *source, dynox__call *call);
    /* What the consumer gets as the item at that place. */
    const void *(*at)(const dynox__source *source, const dynox_page *page, size_t place);
    /* The key of it, to resume behind it; NULL: *error tells why there is none. */
    dynox_item *(*key)(const dynox__source *source, const dynox_page *page, size_t place, dynox_error *error);
    const dynox_type *(*item_type)(const dynox__source *source);
    void (*free)(void *context);
} dynox__page_form;

/* Zero it, then dynox__source_begin. */
struct dynox__source {
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
    const dynox__page_form *form;           /* NULL: items */
    void                   *form_context;   /* the form's; owned */
};

/* Keeps the client, and begins a writer of the members. What it refuses is in the writer's error. */
void dynox__source_begin(dynox__source *source, dynox__request_writer *writer, dynox_client *client,
                         const dynox__operation *operation, const dynox__call_options *options);
/* Copies the rest. false: out of memory. */
bool dynox__source_end(dynox__source *source, dynox__request_writer *writer, const char *table, const char *index);
void dynox__source_free(dynox__source *source);

/* The request of a page: the caller adds where it begins, and sends it. */
void dynox__source_request(const dynox__source *source, dynox__request_writer *writer);
/* The item at that place of a page, as the consumer gets it. */
const void *dynox__source_item(const dynox__source *source, const dynox_page *page, size_t place);
/* Counts a page that has come. */
void dynox__source_count(dynox__source *source, const dynox_page *page);

#endif
