/* Writing transactions of the file, one after the other. What makes one slow is that the disk must have it. So one that
 * is done while others wait does not commit: it lets the next one write into the same transaction of the file, and
 * waits; the last one commits for all. Until then none of them is there for readers, nor acknowledged. If that commit
 * fails, all fail. */
#include "local/store/file_store.h"

enum { MOST_MEMBERS = 256 };

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

static void leave_place_locked(dynox__file_store *store)
{
    store->writing = false;
    pthread_cond_signal(&store->written);
}

static dynox_status refuse_damaged(const dynox__file_store *store, dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_SYSTEM, "%s is damaged, and is not written any more", store->path);
}

/* Ends the transaction of the file: with a commit, if anybody has a part in it. */
static dynox_status end_file_transaction(dynox__file_store *store, dynox_error *error)
{
    dynox__file_connection *writer = &store->writer;
    dynox_status            status = DYNOX_OK;
    if (!store->open) return DYNOX_OK;
    store->open = false;
    if (store->member_count) {
        int code = SQLITE_OK;
        if (atomic_load(&store->damaged))
            status = refuse_damaged(store, error);
        else if (sqlite3_get_autocommit(writer->db)) /* a failure has ended it */
            status = dynox_error_set(error, DYNOX_E_SYSTEM, "%s: a write beside this one has failed", store->path);
        else if ((code = dynox__file_run(writer, DYNOX__FILE_COMMIT)))
            status = dynox__file_failed(store, writer, code, error);
    }
    if (!sqlite3_get_autocommit(writer->db)) dynox__file_run(writer, DYNOX__FILE_ROLLBACK);
    return status;
}

/* Ends it for all that have a part in it, and leaves the writer's place. */
static void end_for_all(dynox__file_store *store)
{
    dynox_error  error  = {0};
    dynox_status status = end_file_transaction(store, &error);
    pthread_mutex_lock(&store->mutex);
    for (dynox__file_member *member = store->members, *next; member; member = next) {
        next           = member->next;
        member->status = status;
        if (status) dynox_error_copy(&member->error, &error);
        member->done = true;
    }
    store->members      = NULL;
    store->member_count = 0;
    leave_place_locked(store);
    pthread_cond_broadcast(&store->ended);
    pthread_mutex_unlock(&store->mutex);
}

/* May the next writer go on in this transaction? Then it is its affair to end it. */
static bool pass_on(dynox__file_store *store)
{
    pthread_mutex_lock(&store->mutex);
    bool passes = store->open && store->waiting && store->member_count && store->member_count < MOST_MEMBERS;
    if (passes) leave_place_locked(store);
    pthread_mutex_unlock(&store->mutex);
    return passes;
}

static void leave(dynox__file_store *store)
{
    dynox__file_forget(&store->writer);
    if (!pass_on(store)) end_for_all(store);
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
    if (!status)
        store->open = true;
    else
        leave(store);
    return status;
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

dynox_status dynox__file_write_commit(dynox__file_store *store, dynox__file_transaction *transaction,
                                      dynox_error *error)
{
    int code = transaction->is_part ? dynox__file_run(&store->writer, DYNOX__FILE_COMMIT_PART) : SQLITE_OK;
    if (code) {
        dynox_status status = dynox__file_failed(store, &store->writer, code, error);
        dynox__file_write_abort(store, transaction);
        return status;
    }
    dynox__file_member self = {.next = store->members};
    store->members          = &self;
    store->member_count++;
    dynox__file_forget(&store->writer);
    if (!pass_on(store)) end_for_all(store);
    pthread_mutex_lock(&store->mutex);
    while (!self.done)
        pthread_cond_wait(&store->ended, &store->mutex);
    pthread_mutex_unlock(&store->mutex);
    if (self.status && error) *error = self.error;
    return self.status;
}
