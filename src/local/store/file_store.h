/* The store in a file, as its parts see it. */
#ifndef DYNOX_LOCAL_STORE_FILE_STORE_H
#define DYNOX_LOCAL_STORE_FILE_STORE_H

#include "local/store/file_connection.h"
#include "local/store/file_lock.h"
#include "local/store/kind.h"
#include <pthread.h>
#include <stdatomic.h>

typedef struct dynox__file_store {
    dynox__store     base;
    dynox__file_lock lock;
    char            *path;    /* absolute */
    _Atomic bool     damaged; /* SQLite found it so: it is not written any more */

    pthread_mutex_t         mutex;
    pthread_cond_t          written; /* the writer's place is free */
    pthread_cond_t          ended;   /* a transaction of the file; or somebody may end one */
    bool                    writing;
    unsigned                waiting; /* for the writer's place */
    dynox__file_connection *readers; /* that nobody uses */
    unsigned                reader_count;

    /* What follows is of whoever has the writer's place. */
    dynox__file_connection writer;
    bool                   open;    /* a transaction of the file has begun */
    unsigned               parts;   /* that were begun in it */
    dynox__store_pending  *members; /* that have done their part, and wait for its end */
} dynox__file_store;

typedef struct dynox__file_transaction {
    dynox__store_transaction base;
    dynox__file_connection  *connection;
    bool                     writes, is_part; /* a part: others have written before it, and are not committed yet */
} dynox__file_transaction;

static inline dynox__file_store *dynox__file_store_of(dynox__store *store)
{
    return DYNOX__CONTAINER(store, dynox__file_store, base);
}

/* Fills the error from SQLite's code, remembers that the file is damaged if it says that, and returns the status. */
dynox_status dynox__file_failed(dynox__file_store *store, dynox__file_connection *connection, int code,
                                dynox_error *error);

/* Writing transactions; the structure is the caller's. After a failure of begin, it has not begun. */
dynox_status dynox__file_write_begin(dynox__file_store *store, dynox__file_transaction *transaction,
                                     dynox_error *error);
/* Lets go of the writer's place, and leaves the end of the file's transaction to whoever awaits it. */
dynox_status dynox__file_write_commit_later(dynox__file_store *store, dynox__file_transaction *transaction,
                                            dynox__store_pending *pending, dynox_error *error);
void         dynox__file_await(dynox__file_store *store, dynox__store_pending *pending);
/* What a part has seen is settled when the file's transaction ends; who has the file alone is done. */
void dynox__file_write_abort_later(dynox__file_store *store, dynox__file_transaction *transaction,
                                   dynox__store_pending *pending);
void dynox__file_write_abort(dynox__file_store *store, dynox__file_transaction *transaction);

#endif
