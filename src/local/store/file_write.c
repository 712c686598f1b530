/* Writing transactions of the file, one after the other. What makes one slow is that the disk must have it. So one that
 * is done does not commit: it lets go of the writer's place, and whoever waits for that writes into the same
 * transaction of the file. When nobody waits, one of those that are done commits for all. Until then none of them is
 * there for readers, nor acknowledged. If that commit fails, all fail. Who was refused because of what another one has
 * done waits for the same end: else it would be told of something that nobody can read yet. */
#include "local/store/file_store.h"

enum { MOST_PARTS = 256 };

static void take_place(dynox__file_store *store)
{
    pthread_mutex_lock(&store->mutex);
    store->waiting++;
    while (store->writing)
        pthread_cond_wait(&store->written, &store->mutex);
    store->waiting--;
    store->writing = true;
    pthread_mutex_unlock(&store->mutex);
}

/* To one that wants to write; only if there is none, to one that wants the end of what was written. */
static void leave_place_locked(dynox__file_store *store)
{
    store->writing = false;
    pthread_cond_signal(store->waiting ? &store->written : &store->ended);
}

static dynox_status refuse_damaged(const dynox__file_store *store, dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_SYSTEM, "%s is damaged, and is not written any more", store->path);
}

/* A failure may have ended the transaction of the file, for all that have a part in it. */
static bool is_lost(const dynox__file_store *store)
{
    return store->open && sqlite3_get_autocommit(store->writer.db);
}

/* Ends the transaction of the file: with a commit, if anybody has done a part of it. */
static dynox_status end_file_transaction(dynox__file_store *store, dynox_error *error)
{
    dynox__file_connection *writer = &store->writer;
    dynox_status            status = DYNOX_OK;
    int                     code   = SQLITE_OK;
    if (is_lost(store))
        status = dynox_error_set(error, DYNOX_E_SYSTEM, "%s: a write beside this one has failed", store->path);
    else if (atomic_load(&store->damaged))
        status = refuse_damaged(store, error);
    else if (store->members && (code = dynox__file_run(writer, DYNOX__FILE_COMMIT)))
        status = dynox__file_failed(store, writer, code, error);
    if (!sqlite3_get_autocommit(writer->db)) dynox__file_run(writer, DYNOX__FILE_ROLLBACK);
    store->open  = false;
    store->parts = 0;
    return status;
}

/* Ends it for all that have done their part, and leaves the writer's place. */
static void end_for_all(dynox__file_store *store)
{
    dynox_error  error  = {0};
    dynox_status status = end_file_transaction(store, &error);
    pthread_mutex_lock(&store->mutex);
    for (dynox__store_pending *member = store->members, *next; member; member = next) {
        next           = member->next;
        member->status = status;
        member->error  = error;
        member->ended  = true;
    }
    store->members = NULL;
    leave_place_locked(store);
    pthread_cond_broadcast(&store->ended);
    pthread_mutex_unlock(&store->mutex);
}

/* Those that have done their part will see to the end, unless there are none, or it is time. */
static void leave(dynox__file_store *store)
{
    dynox__file_forget(&store->writer);
    if (!store->members || is_lost(store) || store->parts >= MOST_PARTS) {
        end_for_all(store);
        return;
    }
    pthread_mutex_lock(&store->mutex);
    leave_place_locked(store);
    pthread_mutex_unlock(&store->mutex);
}

dynox_status dynox__file_write_begin(dynox__file_store *store, dynox__file_transaction *transaction, dynox_error *error)
{
    take_place(store);
    dynox_status status     = DYNOX_OK;
    int          code       = SQLITE_OK;
    transaction->connection = &store->writer;
    transaction->is_part    = store->open;
    if (atomic_load(&store->damaged))
        status = refuse_damaged(store, error);
    else
        code = dynox__file_run(&store->writer, store->open ? DYNOX__FILE_BEGIN_PART : DYNOX__FILE_BEGIN_WRITING);
    if (code) status = dynox__file_failed(store, &store->writer, code, error);
    if (status) {
        leave(store);
        return status;
    }
    store->open = true;
    store->parts++;
    return DYNOX_OK;
}

/* Takes back what this one has written; if that cannot be, the whole transaction of the file goes. */
static void roll_back(dynox__file_store *store, const dynox__file_transaction *transaction)
{
    dynox__file_connection *writer = &store->writer;
    if (transaction->is_part && !dynox__file_run(writer, DYNOX__FILE_ROLLBACK_PART) &&
        !dynox__file_run(writer, DYNOX__FILE_COMMIT_PART))
        return;
    if (!sqlite3_get_autocommit(writer->db)) dynox__file_run(writer, DYNOX__FILE_ROLLBACK);
    if (!transaction->is_part) store->open = false;
}

void dynox__file_write_abort(dynox__file_store *store, dynox__file_transaction *transaction)
{
    roll_back(store, transaction);
    leave(store);
}

void dynox__file_write_abort_later(dynox__file_store *store, dynox__file_transaction *transaction,
                                   dynox__store_pending *pending)
{
    roll_back(store, transaction);
    pending->done = !transaction->is_part;
    if (transaction->is_part) {
        pending->next  = store->members;
        store->members = pending;
    }
    leave(store);
}

dynox_status dynox__file_write_commit_later(dynox__file_store *store, dynox__file_transaction *transaction,
                                            dynox__store_pending *pending, dynox_error *error)
{
    int code = transaction->is_part ? dynox__file_run(&store->writer, DYNOX__FILE_COMMIT_PART) : SQLITE_OK;
    if (code) {
        dynox_status status = dynox__file_failed(store, &store->writer, code, error);
        dynox__file_write_abort(store, transaction);
        return status;
    }
    pending->next  = store->members;
    store->members = pending;
    leave(store);
    return DYNOX_OK;
}

void dynox__file_await(dynox__file_store *store, dynox__store_pending *pending)
{
    pthread_mutex_lock(&store->mutex);
    while (!pending->ended) {
        if (store->writing || store->waiting) {
            pthread_cond_wait(&store->ended, &store->mutex);
            continue;
        }
        store->writing = true;
        pthread_mutex_unlock(&store->mutex);
        end_for_all(store);
        pthread_mutex_lock(&store->mutex);
    }
    pthread_mutex_unlock(&store->mutex);
}
