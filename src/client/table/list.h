/* Lists that the service tells page by page: names of tables, tags, backups. */
#ifndef DYNOX_CLIENT_TABLE_LIST_H
#define DYNOX_CLIENT_TABLE_LIST_H

#include "client/core/request.h"
#include "client/table/table.h"
#include <dynox/stream.h>

/* What is asked for; a stream has copies. */
typedef struct dynox__list_request {
    const char *subject, *start; /* NULL: none */
    const char *type;            /* of backups */
    double      after, before;   /* the same: seconds since 1970, 0: whenever */
    unsigned    page_size;       /* 0: the service's */
} dynox__list_request;

typedef struct dynox__list_kind {
    dynox__control_operation control;
    const char              *subject_member, *start_member; /* NULL: it has no subject */
    bool                     of_arn;                        /* the subject is one, and required */
    const void *(*element)(const void *page, size_t at);    /* NULL: no more on it */
    const char *(*next)(const void *page);                  /* where to go on; NULL: that was all */
} dynox__list_kind;

/* One page; takes over an error of the arguments. */
dynox_future *dynox__list_page(dynox_client *client, const dynox__list_kind *kind, const dynox__list_request *request,
                               const dynox__call_options *options, dynox_error *error);
/* All pages, one element after the other. Never NULL. */
dynox_stream *dynox__list_stream(dynox_client *client, const dynox__list_kind *kind, const dynox__list_request *request,
                                 const dynox__call_options *options, dynox_error *error);

#endif
