/* The store as the rest of the engine sees it: passes each call on to the implementation. */
#include "local/store/store.h"
#include "local/store/kind.h"

dynox_status dynox__store_begin(dynox__store *store, bool writes, dynox__store_transaction **transaction,
                                dynox_error *error)
{
    return store->kind->begin(store, writes, transaction, error);
}

dynox_status dynox__store_commit(dynox__store_transaction *transaction, dynox_error *error)
{
    return transaction->store->kind->commit(transaction, error);
}

dynox_status dynox__store_commit_later(dynox__store_transaction *transaction, dynox__store_pending *pending,
                                       dynox_error *error)
{
    const dynox__store_kind *kind = transaction->store->kind;
    *pending                      = (dynox__store_pending){.done = !kind->commit_later};
    return kind->commit_later ? kind->commit_later(transaction, pending, error) : kind->commit(transaction, error);
}

void dynox__store_abort_later(dynox__store_transaction *transaction, dynox__store_pending *pending)
{
    const dynox__store_kind *kind = transaction->store->kind;
    *pending                      = (dynox__store_pending){.done = !kind->abort_later};
    if (kind->abort_later)
        kind->abort_later(transaction, pending);
    else
        kind->abort(transaction);
}

dynox_status dynox__store_await(dynox__store *store, dynox__store_pending *pending, dynox_error *error)
{
    if (store->kind->await) store->kind->await(store, pending);
    if (pending->status && error) *error = pending->error;
    return pending->status;
}

void dynox__store_abort(dynox__store_transaction *transaction)
{
    if (transaction) transaction->store->kind->abort(transaction);
}

dynox_status dynox__store_get(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes *value,
                              dynox_error *error)
{
    return transaction->store->kind->get(transaction, key, value, error);
}

dynox_status dynox__store_put(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes value,
                              dynox_error *error)
{
    if (key.size > DYNOX__STORE_LARGEST_KEY || value.size > DYNOX__STORE_LARGEST_VALUE)
        return dynox_error_set(error, DYNOX_E_INTERNAL,
                               "a key of %zu bytes or a value of %zu is more than a store takes", key.size, value.size);
    return transaction->store->kind->put(transaction, key, value, error);
}

dynox_status dynox__store_remove(dynox__store_transaction *transaction, dynox__bytes key, dynox_error *error)
{
    return transaction->store->kind->remove(transaction, key, error);
}

void dynox__store_forget(dynox__store_transaction *transaction)
{
    if (transaction->store->kind->forget) transaction->store->kind->forget(transaction);
}

dynox_status dynox__store_cursor_open(dynox__store_transaction *transaction, dynox__store_cursor **cursor,
                                      dynox_error *error)
{
    return transaction->store->kind->cursor_open(transaction, cursor, error);
}

dynox_status dynox__store_seek(dynox__store_cursor *cursor, dynox__bytes key, bool backwards, dynox__store_entry *entry,
                               dynox_error *error)
{
    return cursor->transaction->store->kind->seek(cursor, key, backwards, entry, error);
}

dynox_status dynox__store_next(dynox__store_cursor *cursor, dynox__store_entry *entry, dynox_error *error)
{
    return cursor->transaction->store->kind->next(cursor, entry, error);
}

void dynox__store_cursor_close(dynox__store_cursor *cursor)
{
    if (cursor) cursor->transaction->store->kind->cursor_close(cursor);
}

void dynox__store_measure(dynox__store *store, dynox__store_size *size)
{
    store->kind->measure(store, size);
}

void dynox__store_close(dynox__store *store)
{
    if (store) store->kind->close(store);
}

static dynox_status copy_entries(dynox__store_transaction *from, dynox__store_transaction *to, dynox_error *error)
{
    dynox__store_cursor *cursor = NULL;
    dynox__store_entry   entry;
    dynox_status         status = dynox__store_cursor_open(from, &cursor, error);
    if (!status) status = dynox__store_seek(cursor, (dynox__bytes){"", 0}, false, &entry, error);
    while (!status && entry.key.data) {
        status = dynox__store_put(to, entry.key, entry.value, error);
        dynox__store_forget(from);
        if (!status) status = dynox__store_next(cursor, &entry, error);
    }
    dynox__store_cursor_close(cursor);
    return status;
}

dynox_status dynox__store_copy(dynox__store *from, dynox__store *to, dynox_error *error)
{
    dynox__store_transaction *reading = NULL, *writing = NULL;
    dynox_status              status = dynox__store_begin(from, false, &reading, error);
    if (!status) status = dynox__store_begin(to, true, &writing, error);
    if (!status) status = copy_entries(reading, writing, error);
    dynox__store_abort(reading);
    if (!status) return dynox__store_commit(writing, error);
    dynox__store_abort(writing);
    return status;
}
