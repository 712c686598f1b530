/* What a call is told besides its operands: read, checked against what the call has a use for, and filled up from the
 * model. */
#ifndef DYNOX_MODEL_WITH_H
#define DYNOX_MODEL_WITH_H

#include "client/core/request.h"
#include "client/core/sync.h"
#include "model/model.h"

/* Options that only some calls have a use for. The others are for all. */
enum {
    DYNOX__WITH_CONDITION    = 1 << 0,
    DYNOX__WITH_QUERY        = 1 << 1, /* sort, descending */
    DYNOX__WITH_FILTER       = 1 << 2,
    DYNOX__WITH_PROJECTION   = 1 << 3,
    DYNOX__WITH_INDEX        = 1 << 4,
    DYNOX__WITH_LIMIT        = 1 << 5, /* limit, prefetch, start_key */
    DYNOX__WITH_PAGE_SIZE    = 1 << 6,
    DYNOX__WITH_SEGMENTS     = 1 << 7,
    DYNOX__WITH_TRIES        = 1 << 8,
    DYNOX__WITH_CONSISTENT   = 1 << 9,
    DYNOX__WITH_READ_ONLY    = 1 << 10,
    DYNOX__WITH_FULL_REPLACE = 1 << 11,
    DYNOX__WITH_UPSERT       = 1 << 12,
    DYNOX__WITH_REFRESH      = 1 << 13,
    DYNOX__WITH_HOOKS        = 1 << 14, /* skip_hooks, run_hooks */
    DYNOX__WITH_SKIP_VERSION = 1 << 15,
    DYNOX__WITH_EVERY_TYPE   = 1 << 16,
    DYNOX__WITH_WRITE        = 1 << 17, /* return_on_condition_failure, ambiguous_writes */
    DYNOX__WITH_TABLE        = 1 << 18, /* the call needs one: the model's, or this */
    DYNOX__WITH_TOKEN        = 1 << 19,

    /* of writes, whether they are calls or parts */
    DYNOX__WITH_BY_KEY = DYNOX__WITH_CONDITION | DYNOX__WITH_WRITE | DYNOX__WITH_TABLE,
    DYNOX__WITH_DELETE = DYNOX__WITH_BY_KEY | DYNOX__WITH_HOOKS | DYNOX__WITH_SKIP_VERSION,
    DYNOX__WITH_UPDATE = DYNOX__WITH_DELETE | DYNOX__WITH_UPSERT,
    DYNOX__WITH_SAVE   = DYNOX__WITH_UPDATE | DYNOX__WITH_FULL_REPLACE
};

/* A call of a typed function: what is needed of it before it begins. */
typedef struct dynox__typed_call {
    const char         *name; /* "get": for messages, behind the model's */
    const dynox__model *model;
    dynox_client       *client;
    dynox_with          with;           /* all zero but what was given */
    bool                before_is_done; /* the hooks before it have run */
    dynox_error         error;
} dynox__typed_call;

/* Fills it in: the model, the client (the model's or the default one if NULL is given), the options. Afterwards
 * call->error says whether it may go on. `allowed`: of those above. */
void dynox__typed_call_begin(dynox__typed_call *call, const char *name, const dynox_model *model, dynox_client *client,
                             const dynox_with *with, unsigned allowed);
/* The same of a part, which another call sends. */
void dynox__typed_part_begin(dynox__typed_call *call, const char *name, const dynox_model *model,
                             const dynox_with *with, unsigned allowed);
/* Refuses the call if `given` is NULL; `what` it is: "record", for the message. */
void dynox__typed_call_need(dynox__typed_call *call, const void *given, const char *what);
/* The future of call->error. */
dynox_future *dynox__typed_call_refused(dynox__typed_call *call, const dynox__operation *operation);
/* When it has been sent, or not. */
void        dynox__typed_call_end(dynox__typed_call *call);
const char *dynox__typed_call_table(const dynox__typed_call *call);
bool        dynox__typed_call_hooks(const dynox__typed_call *call);

/* The body of a sync twin: `with` without what is only the twin's, and the join. */
typedef struct dynox__typed_sync {
    dynox__sync   sync;
    dynox_with    with;
    dynox_client *client; /* the one that will be used; a reference */
} dynox__typed_sync;
bool dynox__typed_sync_begin(dynox__typed_sync *self, const dynox_model *model, dynox_client *client, void *out,
                             const dynox_type *type, const dynox_with *with);

dynox_status dynox__typed_sync_join(dynox__typed_sync *self, dynox_future *consumed);

#define DYNOX__TYPED_SYNC(model, client_, out_, type_, with_, start)                                                   \
    do {                                                                                                               \
        dynox__typed_sync self;                                                                                        \
        if (!dynox__typed_sync_begin(&self, (model), (client_), (out_), (type_), (with_)))                             \
            return dynox__sync_refuse(&self.sync);                                                                     \
        return dynox__typed_sync_join(&self, (start));                                                                 \
    } while (0)

#endif
