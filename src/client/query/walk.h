/* Futures of what a stream of pages comes to: a walk over it that nobody waits for at each step. */
#ifndef DYNOX_CLIENT_QUERY_WALK_H
#define DYNOX_CLIENT_QUERY_WALK_H

#include "async/future/future.h"
#include "client/query/item_stream.h"

typedef struct dynox__walk dynox__walk;

/* What becomes of the items. All run on whichever thread the pages arrive; what is wrong goes to self->error. */
typedef struct dynox__walk_kind {
    size_t size; /* of the struct that begins with the walk, and is zero at first */
    bool (*take)(dynox__walk *self, const void *item); /* false: that is enough, or there was an error */
    dynox__slot (*end)(dynox__walk *self);             /* the value; the stream is still there */
    void (*drop)(dynox__walk *self);                   /* frees what take has gathered; NULL: nothing */
} dynox__walk_kind;

struct dynox__walk {
    dynox_future            future; /* first */
    dynox__continuation     continuation;
    dynox__pin              page; /* owns what it waits for, so that a cancel can go there */
    dynox__sent_before      sent;
    const dynox__walk_kind *kind;
    dynox_stream           *stream; /* owned; NULL: ended */
    int64_t                 started_ns;
    dynox_error             error;
    dynox__document        *sum; /* holds what the info points to */
    dynox_info              info;
};

/* A walk over a stream of items of that type, which it consumes once it is started. NULL: *error tells why; hand the
 * stream to dynox__walk_refuse then. */
dynox__walk *dynox__walk_new(const dynox__walk_kind *kind, dynox_stream *stream, const dynox_type *items,
                             dynox_error *error);
/* Its future, whose values are of that type. */
dynox_future *dynox__walk_start(dynox__walk *self, const dynox_type *type);
/* Ends the stream; the future of the error, which is cleared. */
dynox_future *dynox__walk_refuse(dynox_stream *stream, dynox_error *error);

/* How many items the pages have told of: of a stream of items that asks for none. Consumes it. `error`: why not. */
dynox_future *dynox__walk_count(dynox_stream *stream, dynox_error *error);

#endif
