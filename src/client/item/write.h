/* The parts of transactions, written and explained. */
#ifndef DYNOX_CLIENT_ITEM_WRITE_H
#define DYNOX_CLIENT_ITEM_WRITE_H

#include "client/core/request.h"
#include <dynox/write.h>

/* Parts that a floor above makes out of something else than items, such as records. */
typedef struct dynox_part_form_ {
    /* Prepares the part: *plain becomes what it is in items (a key, a table, a kind; of a batch the whole item), valid
     * until it is ended. NULL: *error tells, and as much of *plain as is known, which is borrowed of the part. */
    void *(*begin)(const dynox_write *part, bool in_batch, dynox_write *plain, dynox_error *error);
    /* All of its members but the table, into a transaction. */
    void (*members)(void *begun, dynox__request_writer *writer);
    /* What is to come home when all is done, a value of `type`: the caller's from now on; NULL: nothing. */
    void *(*home)(void *begun);
    const dynox_type *type;
    void (*end)(void *begun);
    /* Why its condition failed, in words, seen from what is stored (NULL: nothing); `home` is what would have come
     * home. 0: it does not know, and `words` stays as it is. */
    size_t (*why)(const void *home, const dynox_item *stored, char *words, size_t room);
    /* The key of a read, valid until it is ended. */
    void *(*begin_read)(const dynox_read *part, dynox_read *plain, dynox_error *error);
} dynox__part_form;

enum { DYNOX__MOST_ACTIONS = 100 }; /* of a transaction (Developer Guide, quotas) */

/* Adds "TransactItems" with one member for each, or refuses what the service would. */
void dynox__request_writes(dynox__request_writer *writer, dynox_writes writes);
void dynox__request_reads(dynox__request_writer *writer, dynox_reads reads);

/* Adds "ClientRequestToken". NULL: a new one. */
void dynox__request_token(dynox__request_writer *writer, const char *given);

/* What comes home of the writes; the caller's. NULL: nothing. */
void *dynox__take_homes(dynox__call *call);

/* Of a call that has been cancelled by some of its actions: says by which and why. */
void dynox__explain_actions(const dynox__call *call, dynox_error *error);

/* A copy of a write with all that it is made of; false: out of memory, and there is none. */
bool dynox__write_copy(dynox_write *to, const dynox_write *from);
/* Frees what such a copy is made of. */
void dynox__write_end(dynox_write *write);

#endif
