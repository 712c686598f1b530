/* Transactions: several writes or reads that happen together or not at all. */
#ifndef DYNOX_TRANSACT_H
#define DYNOX_TRANSACT_H

#include <dynox/items.h>
#include <dynox/write.h>

DYNOX_EXTERN_C_BEGIN

/* ---- TransactWriteItems ---- */

typedef struct dynox_transact_write_args {
    size_t       size DYNOX_SIZE_(dynox_transact_write_args);
    dynox_writes writes; /* up to 100, on different items */
    const char  *token;  /* 1 to 36 characters; the same one within ten minutes is done once; NULL: a new one */
    unsigned     conflict_retries; /* how often a transaction is sent again that others, or throttling, stood in
                                      the way of; the service leaves that to you, so 0 is never */
    dynox_return_capacity return_capacity;
    DYNOX_CALL_FIELDS_
} dynox_transact_write_args;

/* All of the writes, or none. No writes at all: done, and nothing is sent. Every attempt of a call has the same token,
 * so it is never applied twice (Developer Guide, "Idempotency"). DYNOX_E_TRANSACTION_CANCELLED: the error's message
 * names each write that stood in the way, by its number (from 1), kind, table and the names of its key, and its reason;
 * error.reasons[i] belongs to writes.at[i]. DYNOX_E_ARGUMENT: more than 100, two on one item as far as can be told
 * here, a check without a condition. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_transact_write_with(dynox_client                    *client,
                                                                 const dynox_transact_write_args *args);
DYNOX_API dynox_status dynox_sync_transact_write_with(dynox_client *client, const dynox_transact_write_args *args);

/* ---- TransactGetItems ---- */

typedef struct dynox_transact_get_args {
    size_t                size DYNOX_SIZE_(dynox_transact_get_args);
    dynox_reads           reads; /* up to 100 */
    dynox_items         **out;   /* sync_ only: yours to free */
    dynox_return_capacity return_capacity;
    DYNOX_CALL_FIELDS_
} dynox_transact_get_args;

/* The items as they were at one moment, in the order asked for; NULL where there is none. The future's value is a
 * dynox_items. No reads at all: none, and nothing is sent. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_transact_get_with(dynox_client                  *client,
                                                               const dynox_transact_get_args *args);
DYNOX_API dynox_status dynox_sync_transact_get_with(dynox_client *client, const dynox_transact_get_args *args);

/* ---- one step after the other ---- */

/* Writes that are gathered and then committed together. One thread at a time. */
typedef struct dynox_transaction dynox_transaction;

/* NULL: out of memory. */
DYNOX_API DYNOX_MUST_USE dynox_transaction *dynox_transaction_new(void);
/* Adds a write, of which it keeps copies. What is wrong with it is said by the commit. */
DYNOX_API void dynox_transaction_add(dynox_transaction *transaction, dynox_write write);
/* How many have been added. */
DYNOX_API size_t dynox_transaction_count(const dynox_transaction *transaction);
/* As dynox_transact_write, with what was added in place of args->writes. The transaction may be freed at once, or
 * committed again with the same token. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_transaction_commit_with(dynox_transaction               *transaction,
                                                                     dynox_client                    *client,
                                                                     const dynox_transact_write_args *args);
DYNOX_API dynox_status dynox_sync_transaction_commit_with(dynox_transaction *transaction, dynox_client *client,
                                                          const dynox_transact_write_args *args);
/* What was not committed is never sent. NULL is fine. */
DYNOX_API void dynox_transaction_free(dynox_transaction *transaction);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_transact_write(db, DYNOX_WRITES(DYNOX_PUT("users", item), ...), .token = "transfer-7")
 * dynox_sync_transact_get(db, DYNOX_READS(DYNOX_GET("users", key), ...), &items, .error = &err) */
#define DYNOX_TRANSACT_ARGS_(type, ...) (&(type){.size = sizeof(type), __VA_ARGS__})
#define dynox_transact_write(client, ...)                                                                              \
    dynox_at_(                                                                                                         \
        dynox_transact_write_with((client), DYNOX_TRANSACT_ARGS_(dynox_transact_write_args, .writes = __VA_ARGS__)),   \
        DYNOX_HERE_)
#define dynox_sync_transact_write(client, ...)                                                                         \
    dynox_sync_transact_write_with((client), DYNOX_TRANSACT_ARGS_(dynox_transact_write_args, .writes = __VA_ARGS__))
#define dynox_transact_get(client, ...)                                                                                \
    dynox_at_(dynox_transact_get_with((client), DYNOX_TRANSACT_ARGS_(dynox_transact_get_args, .reads = __VA_ARGS__)),  \
              DYNOX_HERE_)
#define dynox_sync_transact_get(client, ...)                                                                           \
    dynox_sync_transact_get_with((client), DYNOX_TRANSACT_ARGS_(dynox_transact_get_args, .reads = __VA_ARGS__))
#define dynox_transaction_commit(transaction, ...)                                                                     \
    dynox_transaction_commit_(transaction, __VA_ARGS__, .size = sizeof(dynox_transact_write_args))
#define dynox_transaction_commit_(transaction, client, ...)                                                            \
    dynox_at_(dynox_transaction_commit_with((transaction), (client), &(dynox_transact_write_args){__VA_ARGS__}),       \
              DYNOX_HERE_)
#define dynox_sync_transaction_commit(transaction, ...)                                                                \
    dynox_sync_transaction_commit_(transaction, __VA_ARGS__, .size = sizeof(dynox_transact_write_args))
#define dynox_sync_transaction_commit_(transaction, client, ...)                                                       \
    dynox_sync_transaction_commit_with((transaction), (client), &(dynox_transact_write_args){__VA_ARGS__})
#endif
#endif
