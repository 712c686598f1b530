/* One request on its way through the engine. */
#ifndef DYNOX_LOCAL_WIRE_CALL_H
#define DYNOX_LOCAL_WIRE_CALL_H

#include "base/buffer.h"
#include "local/store/store.h"
#include "local/wire/refusal.h"
#include "local/wire/tree.h"

typedef struct dynox__catalog dynox__catalog; /* table/catalog.h */
typedef struct dynox__held    dynox__held;

/* How an engine behaves; constant while it lives. Zero is the usual. */
typedef struct dynox__local_settings {
    bool     old_words;    /* messages as before June 2026: lower-case members, all faults in one */
    bool     slow_tables;  /* tables and indexes are CREATING, UPDATING, DELETING for a while of the clock */
    bool     late_indexes; /* global indexes follow their table after index_delay_ms of the clock */
    uint32_t index_delay_ms;
    uint64_t seed;                    /* of identifiers, faults, shard names */
    char     region[32], account[16]; /* in ARNs; empty: local's own ("ddblocal", "000000000000") */
} dynox__local_settings;

typedef struct dynox__local_call {
    const char                  *operation; /* "PutItem" */
    const dynox__tree           *request;   /* an object that has passed validate/ */
    dynox__arena                *arena;     /* of everything that lives until the answer has been written */
    dynox__buffer               *answer;    /* the body of the answer; whole when the operation returns true */
    dynox__refusal               refusal;   /* when it returns false */
    const dynox__local_settings *settings;
    dynox__store                *store;
    dynox__catalog              *catalog;
    dynox__store_transaction    *transaction; /* open while the operation runs; ended by whoever called it */
    int64_t                      now_us;      /* the engine's clock since 1970, one time for all of the request */
    dynox__held                 *held;        /* tables in use: dynox__catalog_release when the call is over */
} dynox__local_call;

/* Runs an operation: true with an answer, false with a refusal. */
typedef bool dynox__local_operation_fn(dynox__local_call *call);

/* Turns a failure of the store into a refusal; returns false. Clears the error. */
bool dynox__local_store_failed(dynox__local_call *call, dynox_error *error);

#endif
