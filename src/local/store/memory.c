/* The store in memory: versions of one tree, oldest first. A reader holds the version that was the newest when it
 * began. A writer makes the next one; what that one does not need of the version before is freed when nobody reads that
 * or an older one any more. */
#include "base/alloc.h"
#include "local/store/kind.h"
#include "local/store/memory_tree.h"
#include <pthread.h>

typedef struct version {
    dynox__btree_version tree;
    dynox__btree_dropped dropped; /* what the next version does not have */
    size_t               readers;
    struct version      *next; /* the newer one */
} version;

typedef struct memory_store {
    dynox__store    base;
    pthread_mutex_t mutex; /* of all that follows; never held for long */
    pthread_cond_t  written;
    bool            writing;
    version        *oldest, *newest;
    uint64_t        changes;
} memory_store;

typedef struct memory_transaction {
    dynox__store_transaction base;
    version                 *read; /* of a reading one */
    version                 *made; /* of a writing one: will be the newest */
    dynox__btree_change      change;
} memory_transaction;

typedef struct memory_cursor {
    dynox__store_cursor base;
    dynox__btree_cursor place;
} memory_cursor;

static memory_store *store_of(dynox__store *store)
{
    return DYNOX__CONTAINER(store, memory_store, base);
}

static memory_transaction *transaction_of(dynox__store_transaction *transaction)
{
    return DYNOX__CONTAINER(transaction, memory_transaction, base);
}

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static const dynox__btree_version *tree_of(dynox__store_transaction *transaction)
{
    memory_transaction *own = transaction_of(transaction);
    return own->read ? &own->read->tree : &own->change.version;
}

/* ---- versions ---- */

/* Takes off the versions that nobody reads, nor any older one: for free_versions, without the mutex. */
static version *take_unread_locked(memory_store *store, version **end)
{
    version *first = store->oldest;
    while (store->oldest != store->newest && store->oldest->readers == 0)
        store->oldest = store->oldest->next;
    *end = store->oldest;
    return first;
}

static void free_versions(version *first, const version *end)
{
    while (first != end) {
        version *next = first->next;
        dynox__btree_free_dropped(&first->dropped);
        dynox__free(first);
        first = next;
    }
}

/* ---- transactions ---- */

static void begin_reading(memory_store *store, memory_transaction *own)
{
    pthread_mutex_lock(&store->mutex);
    own->read = store->newest;
    own->read->readers++;
    pthread_mutex_unlock(&store->mutex);
}

static void end_reading(memory_store *store, memory_transaction *own)
{
    version *end, *first;
    pthread_mutex_lock(&store->mutex);
    own->read->readers--;
    first = take_unread_locked(store, &end);
    pthread_mutex_unlock(&store->mutex);
    free_versions(first, end);
}

static void begin_writing(memory_store *store, memory_transaction *own)
{
    pthread_mutex_lock(&store->mutex);
    while (store->writing)
        pthread_cond_wait(&store->written, &store->mutex);
    store->writing             = true;
    own->change.version        = store->newest->tree;
    own->change.version.number = ++store->changes;
    pthread_mutex_unlock(&store->mutex);
}

/* `made`: the newest version from now on; NULL: there is none. */
static void end_writing(memory_store *store, version *made)
{
    version *end, *first;
    pthread_mutex_lock(&store->mutex);
    if (made) store->newest = store->newest->next = made;
    first          = take_unread_locked(store, &end);
    store->writing = false;
    pthread_cond_signal(&store->written);
    pthread_mutex_unlock(&store->mutex);
    free_versions(first, end);
}

static dynox_status memory_begin(dynox__store *store, bool writes, dynox__store_transaction **transaction,
                                 dynox_error *error)
{
    memory_transaction *own  = dynox__calloc(sizeof *own);
    version            *made = writes && own ? dynox__calloc(sizeof *made) : NULL;
    if (!own || (writes && !made)) {
        dynox__free(own);
        return no_memory(error);
    }
    own->base.store = store;
    own->made       = made;
    if (writes)
        begin_writing(store_of(store), own);
    else
        begin_reading(store_of(store), own);
    *transaction = &own->base;
    return DYNOX_OK;
}

static void memory_abort(dynox__store_transaction *transaction)
{
    memory_transaction *own   = transaction_of(transaction);
    memory_store       *store = store_of(transaction->store);
    if (own->read) {
        end_reading(store, own);
    } else {
        dynox__btree_undo(&own->change);
        dynox__free(own->made);
        end_writing(store, NULL);
    }
    dynox__free(own);
}

static dynox_status memory_commit(dynox__store_transaction *transaction, dynox_error *error)
{
    memory_transaction *own   = transaction_of(transaction);
    memory_store       *store = store_of(transaction->store);
    (void)error;
    if (own->read) {
        memory_abort(transaction);
        return DYNOX_OK;
    }
    own->made->tree = own->change.version;
    /* Only a writer, which is this one, changes which is the newest. */
    store->newest->dropped = own->change.dropped;
    end_writing(store, own->made);
    dynox__free(own);
    return DYNOX_OK;
}

static dynox_status memory_get(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes *value,
                               dynox_error *error)
{
    (void)error;
    *value = dynox__btree_get(tree_of(transaction), key);
    return DYNOX_OK;
}

static dynox_status memory_put(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes value,
                               dynox_error *error)
{
    return dynox__btree_put(&transaction_of(transaction)->change, key, value) ? DYNOX_OK : no_memory(error);
}

static dynox_status memory_remove(dynox__store_transaction *transaction, dynox__bytes key, dynox_error *error)
{
    return dynox__btree_remove(&transaction_of(transaction)->change, key) ? DYNOX_OK : no_memory(error);
}

/* ---- cursors ---- */

static dynox_status memory_cursor_open(dynox__store_transaction *transaction, dynox__store_cursor **cursor,
                                       dynox_error *error)
{
    memory_cursor *own = dynox__calloc(sizeof *own);
    if (!own) return no_memory(error);
    own->base.transaction = transaction;
    *cursor               = &own->base;
    return DYNOX_OK;
}

static dynox_status memory_seek(dynox__store_cursor *cursor, dynox__bytes key, bool backwards,
                                dynox__store_entry *entry, dynox_error *error)
{
    (void)error;
    dynox__btree_seek(tree_of(cursor->transaction), &DYNOX__CONTAINER(cursor, memory_cursor, base)->place, key,
                      backwards, entry);
    return DYNOX_OK;
}

static dynox_status memory_next(dynox__store_cursor *cursor, dynox__store_entry *entry, dynox_error *error)
{
    (void)error;
    dynox__btree_next(&DYNOX__CONTAINER(cursor, memory_cursor, base)->place, entry);
    return DYNOX_OK;
}

static void memory_cursor_close(dynox__store_cursor *cursor)
{
    dynox__free(DYNOX__CONTAINER(cursor, memory_cursor, base));
}

/* ---- the store ---- */

static void memory_measure(dynox__store *store, dynox__store_size *size)
{
    memory_store *own = store_of(store);
    pthread_mutex_lock(&own->mutex);
    const dynox__btree_version *tree = &own->newest->tree;
    *size                            = (dynox__store_size){tree->entries, tree->content, tree->memory - tree->content};
    pthread_mutex_unlock(&own->mutex);
}

static void memory_close(dynox__store *store)
{
    memory_store *own = store_of(store);
    dynox__btree_free(&own->newest->tree);
    free_versions(own->oldest, NULL);
    pthread_cond_destroy(&own->written);
    pthread_mutex_destroy(&own->mutex);
    dynox__free(own);
}

dynox__store *dynox__store_memory(dynox_error *error)
{
    static const dynox__store_kind kind = {
        .begin        = memory_begin,
        .commit       = memory_commit,
        .abort        = memory_abort,
        .get          = memory_get,
        .put          = memory_put,
        .remove       = memory_remove,
        .cursor_open  = memory_cursor_open,
        .seek         = memory_seek,
        .next         = memory_next,
        .cursor_close = memory_cursor_close,
        .measure      = memory_measure,
        .close        = memory_close,
    };
    memory_store *own   = dynox__calloc(sizeof *own);
    version      *first = own ? dynox__calloc(sizeof *first) : NULL;
    if (!first) {
        dynox__free(own);
        no_memory(error);
        return NULL;
    }
    own->base.kind = &kind;
    own->oldest = own->newest = first;
    pthread_mutex_init(&own->mutex, NULL);
    pthread_cond_init(&own->written, NULL);
    return &own->base;
}
