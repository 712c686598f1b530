/* An ordered map of bytes with transactions: all that an engine keeps lies in one of these. Two implementations, memory
 * (memory.c) and a file (file.c); the rest of the engine does not know which.
 *
 * Keys are compared as unsigned bytes, a shorter one before a longer one that begins with it. They begin with the
 * number of their space (key.h). */
#ifndef DYNOX_LOCAL_STORE_STORE_H
#define DYNOX_LOCAL_STORE_STORE_H

#include <dynox/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dynox__bytes {
    const void *data; /* NULL: there is none */
    size_t      size;
} dynox__bytes;

/* An entry of an index with eight attributes of the largest sizes and the table's two, all of zeros, which take two
 * bytes each in a key, fits. */
enum { DYNOX__STORE_LARGEST_KEY = 32768, DYNOX__STORE_LARGEST_VALUE = 1 << 30 };

typedef struct dynox__store             dynox__store;
typedef struct dynox__store_transaction dynox__store_transaction;
typedef struct dynox__store_cursor      dynox__store_cursor;

/* Any thread may begin a transaction; each is used by one thread at a time. Reading ones see the map as it was when
 * they began, and never wait. Of writing ones there is one at a time: beginning one waits for the other to end. */
dynox_status dynox__store_begin(dynox__store *store, bool writes, dynox__store_transaction **transaction,
                                dynox_error *error);
/* Ends it. DYNOX_OK: everything is there, and (in a file) will be after a crash. Else nothing of it is. */
dynox_status dynox__store_commit(dynox__store_transaction *transaction, dynox_error *error);
void         dynox__store_abort(dynox__store_transaction *transaction); /* NULL is fine */

/* Ends a writing one without waiting for the disk: all that end so share one write to it, when the first of them is
 * awaited. So many writes of one thread cost as much as one. Until then, writing transactions see what this one has
 * done; reading ones may not see it yet, and nobody may be told that it is done. */
typedef struct dynox__store_pending {
    bool                         done; /* it has ended already (in memory): there is nothing to await */
    struct dynox__store_pending *next; /* the rest is the store's */
    bool                         ended;
    dynox_status                 status;
    dynox_error                  error;
} dynox__store_pending;

/* `pending` is the store's until it has been awaited, which it must be; if this fails, there is nothing to await. */
dynox_status dynox__store_commit_later(dynox__store_transaction *transaction, dynox__store_pending *pending,
                                       dynox_error *error);
/* Takes back what a writing one has done. What it has seen may be told when `pending` has been awaited, which it must
 * be unless it is done: it may have been work of others that is not committed, and this fails if that does. */
void dynox__store_abort_later(dynox__store_transaction *transaction, dynox__store_pending *pending);
/* As dynox__store_commit. Any thread, while no writing transaction of its own is open. */
dynox_status dynox__store_await(dynox__store *store, dynox__store_pending *pending, dynox_error *error);

/* All of these: DYNOX_OK, DYNOX_E_NO_MEMORY, DYNOX_E_SYSTEM (the file cannot be read or written). After a failure the
 * transaction can only be aborted. What is read stays valid until the transaction ends or writes. */
dynox_status dynox__store_get(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes *value,
                              dynox_error *error); /* value->data NULL: there is none */
dynox_status dynox__store_put(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes value,
                              dynox_error *error); /* both are copied */
dynox_status dynox__store_remove(dynox__store_transaction *transaction, dynox__bytes key, dynox_error *error);
/* Ends what was read until now, as a write does: for who walks over much in one transaction. Cursors go on. */
void dynox__store_forget(dynox__store_transaction *transaction);

/* Walks keys in order. Zero a cursor's place first: `dynox__store_cursor *cursor = NULL`. Several may be open in a
 * transaction; a write to it ends what they point at: seek again. */
typedef struct dynox__store_entry {
    dynox__bytes key, value; /* key.data NULL: there is no such one */
} dynox__store_entry;

dynox_status dynox__store_cursor_open(dynox__store_transaction *transaction, dynox__store_cursor **cursor,
                                      dynox_error *error);
/* The first entry at or behind the key; backwards: the last one at or before it. */
dynox_status dynox__store_seek(dynox__store_cursor *cursor, dynox__bytes key, bool backwards, dynox__store_entry *entry,
                               dynox_error *error);
/* The next one in the direction of the seek. */
dynox_status dynox__store_next(dynox__store_cursor *cursor, dynox__store_entry *entry, dynox_error *error);
void         dynox__store_cursor_close(dynox__store_cursor *cursor); /* NULL is fine; before the transaction ends */

/* NULL: out of memory. */
dynox__store *dynox__store_memory(dynox_error *error);
/* Opens or makes the file, with some beside it while it is open ("-wal", "-shm", "-lock"). NULL: `error` says why:
 * DYNOX_E_ARGUMENT (no such folder, not one of ours, one of a newer version, in use already), DYNOX_E_SYSTEM (it may
 * not be written, it is damaged), DYNOX_E_NO_MEMORY. */
dynox__store *dynox__store_file(const char *path, dynox_error *error);
void          dynox__store_close(dynox__store *store); /* no transaction may be open; NULL is fine */

/* A copy of everything as it is now, into another, empty store; both stay usable. */
dynox_status dynox__store_copy(dynox__store *from, dynox__store *to, dynox_error *error);

/* Bytes that keys and values have, and what the store needs for them beside that, about. Of a file, all of it is read.
 */
typedef struct dynox__store_size {
    uint64_t entries, content, overhead;
} dynox__store_size;
void dynox__store_measure(dynox__store *store, dynox__store_size *size);

#endif
