/* What an implementation of the store gives: each function as store.h has it, and with the same promises. */
#ifndef DYNOX_LOCAL_STORE_KIND_H
#define DYNOX_LOCAL_STORE_KIND_H

#include "local/store/store.h"

typedef struct dynox__store_kind {
    dynox_status (*begin)(dynox__store *store, bool writes, dynox__store_transaction **transaction, dynox_error *error);
    dynox_status (*commit)(dynox__store_transaction *transaction, dynox_error *error);
    dynox_status (*commit_later)(dynox__store_transaction *transaction, dynox__store_pending *pending,
                                 dynox_error *error); /* NULL: commits at once */
    void (*abort_later)(dynox__store_transaction *transaction,
                        dynox__store_pending     *pending);                /* NULL: aborts at once */
    void (*await)(dynox__store *store, dynox__store_pending *pending); /* until it is done */
    void (*abort)(dynox__store_transaction *transaction);
    dynox_status (*get)(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes *value,
                        dynox_error *error);
    dynox_status (*put)(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes value,
                        dynox_error *error);
    dynox_status (*remove)(dynox__store_transaction *transaction, dynox__bytes key, dynox_error *error);
    void (*forget)(dynox__store_transaction *transaction); /* NULL: nothing is kept */
    dynox_status (*cursor_open)(dynox__store_transaction *transaction, dynox__store_cursor **cursor,
                                dynox_error *error);
    dynox_status (*seek)(dynox__store_cursor *cursor, dynox__bytes key, bool backwards, dynox__store_entry *entry,
                         dynox_error *error);
    dynox_status (*next)(dynox__store_cursor *cursor, dynox__store_entry *entry, dynox_error *error);
    void (*cursor_close)(dynox__store_cursor *cursor);
    void (*measure)(dynox__store *store, dynox__store_size *size);
    void (*close)(dynox__store *store);
} dynox__store_kind;

/* Each implementation's own begins with these. */
struct dynox__store {
    const dynox__store_kind *kind;
};
struct dynox__store_transaction {
    dynox__store *store;
};
struct dynox__store_cursor {
    dynox__store_transaction *transaction;
};

#endif
