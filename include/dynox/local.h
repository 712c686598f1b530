/* The local engine: a whole DynamoDB inside the program, for tests, samples and work without a network.
 *
 *     dynox_client_new(.endpoint = "memory:");      // an engine of its own, gone with the client
 *     dynox_client_new(.endpoint = "memory:shop");  // one for all clients of the process that say so
 *     dynox_client_new(.endpoint = "file:shop.db"); // likewise, kept in a file
 *     dynox_client_new(.local = local);             // one that you hold: the functions below
 *
 * Such a client asks for no credentials, no region and no file of profiles, and opens no socket; all else is as with
 * the service: every call, every error, futures and callbacks. Without an endpoint of its own and without
 * AWS_ENDPOINT_URL, the variable DYNOX_LOCAL ("memory:", "memory:NAME", "file:PATH") says the same to a program that is
 * not changed.
 *
 * All functions may be called by any thread. A `local` that is NULL is an error, not a crash. In a forked child an
 * engine of the parent is refused with DYNOX_E_FORKED: make another one there. */
#ifndef DYNOX_LOCAL_H
#define DYNOX_LOCAL_H

#include <dynox/item.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_local dynox_local;

/* All zero is the usual. Texts are copied. */
typedef struct dynox_local_args {
    size_t   size DYNOX_SIZE_(dynox_local_args);
    uint64_t seed; /* of faults, identifiers, request ids and shards: the same seed and the same calls, one behind the
                      other, give the same course of events */
    const char  *path;           /* a file that keeps it all, made if it is not there; NULL: in memory */
    const char  *region;         /* in ARNs; NULL: "ddblocal" */
    const char  *account;        /* likewise, twelve digits; NULL: "000000000000" */
    bool         old_words;      /* messages of validation as the service had them before June 2026 */
    bool         slow_tables;    /* tables and indexes take a while of the clock to be ACTIVE, as in the cloud */
    uint32_t     index_delay_ms; /* global indexes follow their table so late, by the clock; 0: at once */
    size_t       trace; /* requests that are kept for dynox_local_each_request, with 16 MiB of JSON at most; 0: 1000 */
    dynox_error *error; /* filled when it could not be made; may be NULL */
} dynox_local_args;

/* An engine without tables, or with those of the file. NULL: args->error says why: DYNOX_E_ARGUMENT (no such folder, no
 * file of ours, in use by another process), DYNOX_E_SYSTEM, DYNOX_E_NO_MEMORY. */
DYNOX_API DYNOX_MUST_USE dynox_local *dynox_local_new_with(const dynox_local_args *args);

/* Lets go of it. Clients that were made with it keep it until they are freed, so the order does not matter. NULL is
 * fine. */
DYNOX_API void dynox_local_free(dynox_local *local);

/* ---- faults: what the cloud does to a program ---- */

typedef enum dynox_local_fault {
    DYNOX_LOCAL_THROTTLE = 1, /* ProvisionedThroughputExceededException; nothing was carried out */
    DYNOX_LOCAL_SERVER_ERROR, /* InternalServerError, 500; nothing was carried out */
    DYNOX_LOCAL_UNAVAILABLE,  /* ServiceUnavailable, 503; nothing was carried out */
    DYNOX_LOCAL_CONFLICT,     /* TransactionConflictException, and as a reason of a cancelled transaction */
    DYNOX_LOCAL_DELAY,        /* carried out, and answered after .delay_ms */
    DYNOX_LOCAL_LOSE_ANSWER,  /* carried out, and the connection breaks before the answer */
    DYNOX_LOCAL_CUT_ANSWER,   /* carried out, and the connection breaks inside the answer, after .bytes (0: half) */
    DYNOX_LOCAL_UNPROCESSED   /* of a batch: the last .items of it (0: half) come back as not processed */
} dynox_local_fault;

/* Which requests a fault strikes: all that match the first three; of those, by one of the next three, or each. Copied,
 * the key, too. */
typedef struct dynox_local_fail_args {
    size_t            size DYNOX_SIZE_(dynox_local_fail_args);
    const char       *operation;   /* "PutItem"; NULL: any */
    const char       *table;       /* any request that names it or its ARN, also in a batch or a statement; NULL: any */
    const dynox_item *key;         /* any that has a key or an item with these attributes; NULL: any */
    double            probability; /* of each, by the seed: above 0, at most 1 */
    unsigned          nth;         /* from the n-th on, counted from 1 and from now; once, or .times times */
    const char       *script;      /* one character a request, '.' lets it pass, 'x' strikes: "..x.xx" */
    unsigned          times;       /* and not more often than that; 0: no limit */
    dynox_local_fault with;
    uint32_t          delay_ms;
    size_t            bytes; /* DYNOX_LOCAL_CUT_ANSWER */
    size_t            items; /* DYNOX_LOCAL_UNPROCESSED */
    dynox_error      *error; /* may be NULL */
} dynox_local_fail_args;

/* Adds a fault to those there are. Of several that strike one request, the first counts; delays add up.
 * DYNOX_E_ARGUMENT: no such fault or operation, more than one of .probability, .nth and .script, a probability over 1,
 * DYNOX_LOCAL_UNPROCESSED of an operation that is no batch. */
DYNOX_API dynox_status dynox_local_fail_with(dynox_local *local, const dynox_local_fail_args *args);
/* From now on nothing fails. */
DYNOX_API void dynox_local_fail_no_more(dynox_local *local);

/* ---- the clock: what tables, tokens, iterators and times to live go by ---- */

/* Moves it forward, by at most a thousand years, and lets happen what is due by then. < 0: it stays. */
DYNOX_API void dynox_local_clock_add(dynox_local *local, int64_t seconds);
/* true: it stands still, and moves only by dynox_local_clock_add; false: it goes on from where it is. */
DYNOX_API void dynox_local_clock_stop(dynox_local *local, bool stopped);
/* Seconds since 1970 by the clock; 0: `local` is NULL. */
DYNOX_API int64_t dynox_local_clock_now(const dynox_local *local);

/* ---- looking on ---- */

/* A request that was answered, as it was sent. Borrowed for the call of the function that is shown it. */
typedef struct dynox_local_request {
    const char       *operation; /* "PutItem"; "": it named none that there is */
    const char       *table;     /* the first that it names; "": none */
    const char       *json;      /* NUL-terminated */
    size_t            json_length;
    int               status;     /* of HTTP: 200, 400, 500 */
    const char       *error_type; /* "ValidationException"; NULL: it succeeded */
    dynox_local_fault fault;      /* that struck it; 0: none */
    const char       *request_id;
} dynox_local_request;

/* false: enough. It may use the engine. */
typedef bool dynox_local_request_fn(const dynox_local_request *request, void *arg);

/* Shows what was asked so far, the oldest that is kept first; returns how many it has shown. */
DYNOX_API size_t dynox_local_each_request(dynox_local *local, dynox_local_request_fn *show, void *arg);
/* Forgets what was asked so far. */
DYNOX_API void dynox_local_forget_requests(dynox_local *local);

/* false: enough. The item is borrowed for the call. */
typedef bool dynox_local_item_fn(const dynox_item *item, void *arg);

/* Shows the items of a table in the order of a scan, without a request, a fault or a trace. DYNOX_E_NOT_FOUND: no such
 * table. `error` may be NULL. */
DYNOX_API dynox_status dynox_local_each_item(dynox_local *local, const char *table, dynox_local_item_fn *show,
                                             void *arg, dynox_error *error);

/* Asks the engine itself, as JSON: no client, no fault, no trace. What it answers is to be freed with dynox_free. NULL:
 * `error` (may be NULL) says why, in the service's words. */
DYNOX_API DYNOX_MUST_USE char *dynox_local_ask(dynox_local *local, const char *operation, const char *json,
                                               dynox_error *error);

/* ---- filling, emptying, keeping and restoring ---- */

/* Puts items into a table that is there. The text is an array of items, or items one behind the other, in DynamoDB JSON
 * ({"pk": {"S": "a"}}) or, if the first one is not, in plain JSON ({"pk": "a"}: texts, numbers, booleans, null, lists,
 * maps). All of them, or none that follow the first that is refused. `count` (may be NULL): how many were put. */
DYNOX_API dynox_status dynox_local_seed_json(dynox_local *local, const char *table, const char *json, size_t length,
                                             size_t *count, dynox_error *error);
/* The same of a file. DYNOX_E_SYSTEM: it cannot be read. */
DYNOX_API dynox_status dynox_local_seed_file(dynox_local *local, const char *table, const char *path, size_t *count,
                                             dynox_error *error);

/* Takes away all tables with all that is in them, in one step. */
DYNOX_API dynox_status dynox_local_clear(dynox_local *local, dynox_error *error);

/* All that an engine holds, as it was at one moment. Faults, clock and trace are no part of it. */
typedef struct dynox_local_snapshot dynox_local_snapshot;

/* NULL: `error` (may be NULL) says why. Free it with dynox_local_snapshot_free. */
DYNOX_API DYNOX_MUST_USE dynox_local_snapshot *dynox_local_snapshot_new(dynox_local *local, dynox_error *error);
/* Makes the engine what it was, in one step for all who use it; also another engine than the snapshot's. The snapshot
 * can be used again. */
DYNOX_API dynox_status dynox_local_restore(dynox_local *local, const dynox_local_snapshot *snapshot,
                                           dynox_error *error);
DYNOX_API void         dynox_local_snapshot_free(dynox_local_snapshot *snapshot); /* NULL is fine */

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_local_new(.seed = 7) */
#define dynox_local_new(...) dynox_local_new_with(&(dynox_local_args){.size = sizeof(dynox_local_args), __VA_ARGS__})
/* dynox_local_fail(local, .operation = "PutItem", .probability = 0.1, .with = DYNOX_LOCAL_THROTTLE) */
#define dynox_local_fail(local, ...)                                                                                   \
    dynox_local_fail_with((local), &(dynox_local_fail_args){.size = sizeof(dynox_local_fail_args), __VA_ARGS__})
#endif
#endif
