/* All of an engine as it was at one moment: a copy of its store in memory. */
#include "local/engine/local.h"

struct dynox_local_snapshot {
    dynox__store *store;
};

dynox_local_snapshot *dynox_local_snapshot_new(dynox_local *local, dynox_error *error)
{
    if (dynox__local_check(local, error) != DYNOX_OK) return NULL;
    dynox_local_snapshot *snapshot = dynox__calloc(sizeof *snapshot);
    if (!snapshot) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    snapshot->store = dynox__store_memory(error);
    if (snapshot->store &&
        dynox__store_copy(dynox__local_engine_store(local->engine), snapshot->store, error) == DYNOX_OK)
        return snapshot;
    dynox_local_snapshot_free(snapshot);
    return NULL;
}

void dynox_local_snapshot_free(dynox_local_snapshot *snapshot)
{
    if (!snapshot) return;
    dynox__store_close(snapshot->store);
    dynox__free(snapshot);
}

/* A key is not valid any more once something is written, so it is copied before it is removed. */
static dynox_status remove_all(dynox__store_transaction *to, dynox_error *error)
{
    dynox__store_cursor *cursor = NULL;
    dynox__store_entry   entry  = {0};
    dynox__buffer        key    = {0};
    dynox_status         status = dynox__store_cursor_open(to, &cursor, error);
    while (status == DYNOX_OK) {
        status = dynox__store_seek(cursor, (dynox__bytes){"", 0}, false, &entry, error);
        if (status != DYNOX_OK || !entry.key.data) break;
        key.size = 0;
        dynox__buffer_add(&key, entry.key.data, entry.key.size);
        status = key.failed ? dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory")
                            : dynox__store_remove(to, (dynox__bytes){key.data, key.size}, error);
    }
    dynox__store_cursor_close(cursor);
    dynox__buffer_free(&key);
    return status;
}

static dynox_status put_all(dynox__store_transaction *from, dynox__store_transaction *to, dynox_error *error)
{
    dynox__store_cursor *cursor = NULL;
    dynox__store_entry   entry  = {0};
    dynox_status         status = dynox__store_cursor_open(from, &cursor, error);
    if (status == DYNOX_OK) status = dynox__store_seek(cursor, (dynox__bytes){"", 0}, false, &entry, error);
    while (status == DYNOX_OK && entry.key.data) {
        status = dynox__store_put(to, entry.key, entry.value, error);
        if (status == DYNOX_OK) status = dynox__store_next(cursor, &entry, error);
    }
    dynox__store_cursor_close(cursor);
    return status;
}

/* One transaction: who reads sees all of the old or all of the new. `from` NULL: nothing. */
static dynox_status replace(dynox_local *local, dynox__store *from, dynox_error *error)
{
    dynox__store_transaction *old = NULL, *to = NULL;
    dynox_status              status = dynox__store_begin(dynox__local_engine_store(local->engine), true, &to, error);
    if (status == DYNOX_OK && from) status = dynox__store_begin(from, false, &old, error);
    if (status == DYNOX_OK) status = remove_all(to, error);
    if (status == DYNOX_OK && from) status = put_all(old, to, error);
    dynox__store_abort(old);
    if (status == DYNOX_OK) return dynox__store_commit(to, error);
    dynox__store_abort(to);
    return status;
}

dynox_status dynox_local_restore(dynox_local *local, const dynox_local_snapshot *snapshot, dynox_error *error)
{
    dynox_status status = dynox__local_check(local, error);
    if (status != DYNOX_OK) return status;
    if (!snapshot) return dynox_error_set(error, DYNOX_E_ARGUMENT, "a snapshot is needed");
    return replace(local, snapshot->store, error);
}

dynox_status dynox_local_clear(dynox_local *local, dynox_error *error)
{
    dynox_status status = dynox__local_check(local, error);
    return status == DYNOX_OK ? replace(local, NULL, error) : status;
}
