/* The call pipeline: build, sign, send, retry, decode - once for every operation of every service. */
#ifndef DYNOX_AWS_CALL_CALL_H
#define DYNOX_AWS_CALL_CALL_H

#include "async/future/future.h"
#include "aws/call/labels.h"
#include "base/buffer.h"
#include "http/transport/transport.h"
#include "value/json/document.h"
#include <dynox/client.h>

typedef struct dynox__service dynox__service;
typedef struct dynox__call    dynox__call;

/* What happens to a write that may have been applied when its connection breaks. */
typedef enum dynox__ambiguity {
    DYNOX__SAFE_TO_REPEAT, /* reads, conditioned writes, writes with a token */
    DYNOX__AMBIGUOUS       /* other writes: repeated or failed, as the caller chose */
} dynox__ambiguity;

/* What an error tells of earlier attempts. */
typedef enum dynox__recovery {
    DYNOX__RECOVERY_UNKNOWN,
    DYNOX__RECOVERY_DONE,
    DYNOX__RECOVERY_NOT_DONE
} dynox__recovery;

/* One operation of a service: a row in its table. */
typedef struct dynox__operation {
    const char       *name;    /* "GetItem": behind the service's target prefix, and in messages */
    const dynox_type *type;    /* of the value; NULL: none */
    bool              is_read; /* of items, and so may be sent twice at once */
    bool opens; /* it only wants a connection, and sends nothing: one that no call of the same context[0] has had;
                   context[1] counts through the nodes */
    /* Turns a 2xx answer into a value. Runs on an I/O thread. `body` may be taken over (zero it then).
     * The document it made goes to *document (one reference, the call's), so that info can be kept with it. */
    dynox_status (*decode)(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                           dynox_error *error);
    /* Better words for an error of the service. NULL: the service's will do. On an I/O thread. */
    void (*explain)(const dynox__call *call, dynox_error *error);
    /* Does this error tell of an earlier attempt whose answer was lost? Asked only when there was one that may have
     * been applied. DONE: `value` is what comes of it. NULL: it never does. On an I/O thread. */
    dynox__recovery (*recover)(dynox__call *call, const dynox_error *error, dynox__slot *value);
    bool may_be_empty; /* success may have no body; decode is given none then */
} dynox__operation;

struct dynox__call {
    dynox_future            future; /* first: the future is the call */
    const dynox__operation *operation;
    dynox__service         *service; /* a reference */
    dynox__request          request;
    dynox__buffer           buffer; /* room for the head, then the JSON body, written once; at first behind the call */
    size_t                  head_room; /* where the body starts */

    /* set by the operation between new and start */
    dynox__ambiguity ambiguity;
    bool             fail_ambiguous; /* do not repeat an ambiguous write: report that it may have been applied */
    bool             is_write;
    bool             shares;             /* identical ones that are under way are asked once */
    dynox_hedge      hedge;              /* DEFAULT: the service's */
    unsigned         max_attempts;       /* 0: the service's */
    int64_t          attempt_timeout_ms; /* 0: the service's */
    int64_t          deadline_ms;        /* the whole call, waits included; 0: the service's */
    uintptr_t        context[2];         /* the operation's own, for decode */
    uint64_t         node_key;           /* where there are several nodes, it chooses one; 0: chance does */
    void            *own;                /* the same; freed with the call */
    void (*end_own)(void *own);          /* how; NULL: dynox__free */
    unsigned      conflict_retries;      /* of a transaction that others stood in the way of */
    dynox__labels labels;
    const char   *feature;  /* its letter in the user agent: "C" of a stream, "B" of a waiter; NULL: none; static */
    char         *resource; /* owned; see dynox__call_resource */
    char         *table, *index;  /* owned; for the log, observers, limiters; NULL: none, nobody asks, or no memory */
    bool          several_tables; /* and `table` is the first */
    bool          unobserved;     /* no observer and no log hears of it */
    size_t        parts;          /* of a batch or a transaction; 0: it is none */

    /* set by decode: why this cannot be the answer to this request. Then it is none, however good it looks */
    const char *mismatch;
    bool        answered;       /* the failure that it returns is what the answer says: final, as clear as a success */
    bool        held_back;      /* set by decode, too: the service left parts undone, since they came too fast */
    uint64_t    items, scanned; /* and these: those the answer has, and those read to find them; 0: the same */

    /* what is known of it; `document` keeps what info points to */
    dynox__document *document;
    dynox_info       info;

    struct dynox__call_state *state_; /* the pipeline's own, inside the same allocation */
};

/* A call whose buffer is ready for the body to be written behind buffer.size. NULL: out of memory. */
dynox__call *dynox__call_new(dynox__service *service, const dynox__operation *operation);

/* Names the table, or whatever else the call is about: an ARN says whose account it is in, and so where to send it. The
 * first one counts; a name that is not an ARN is nothing. Between new and start. */
void dynox__call_resource(dynox__call *call, const char *name);

/* And the index that it goes through; NULL is fine. For observers and limiters. */
void dynox__call_index(dynox__call *call, const char *name);

/* The table that the request begins with, as it is in its JSON: a slice of `*length` bytes; NULL: with none. */
const char *dynox__call_table(const dynox__call *call, size_t *length);

/* Signs and submits (or waits for credentials first). The caller's reference of the future is returned; never NULL. A
 * buffer that failed is DYNOX_E_NO_MEMORY. */
dynox_future *dynox__call_start(dynox__call *call);

/* Around the start of a call whose future nobody else gets: the next call of the service that this thread makes is one
 * that it then waits for, doing nothing else. What follows must be dynox__call_await, with the future that came of it,
 * whatever that is (NULL is fine). */
void dynox__call_expect(const dynox__service *service);
void dynox__call_await(const dynox_future *future);

/* Instead of start: the arguments were wrong. The call is gone; the future has failed with `error`, which is cleared.
 */
dynox_future *dynox__call_refuse(dynox__call *call, dynox_error *error);

/* Instead of start: there is nothing to send, and the future succeeds with that value. */
void dynox__call_complete(dynox__call *call, dynox__slot value);

/* Each call has a line in the log when it is over, whatever becomes of it: also one that did not even become one. */
void dynox__call_log_refused(const dynox__operation *operation, const dynox_error *error);

#endif
