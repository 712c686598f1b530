/* The inside of a batch writer: writes are gathered in a chunk, full chunks wait, and so many at a time are batches. */
#ifndef DYNOX_CLIENT_BATCH_WRITER_H
#define DYNOX_CLIENT_BATCH_WRITER_H

#include "client/batch/batch.h"

typedef struct dynox__chunk  dynox__chunk;
typedef struct dynox__waiter dynox__waiter;

/* Writes that go together: copies. */
struct dynox__chunk {
    dynox__continuation continuation;
    dynox_batch_writer *writer; /* a reference, while it runs */
    dynox__chunk       *next;
    uint64_t            number; /* as it was begun */
    dynox_future       *batch;  /* under the lock; owned; kept when it has failed: it knows what is left */
    size_t              count, bytes;
    dynox_write         writes[DYNOX__BATCH_WRITES];
};

/* What a table's key is called. */
typedef struct dynox__known_key dynox__known_key;
struct dynox__known_key {
    dynox__known_key *next;
    char             *table, *names[2];
    bool              told; /* by a write */
};

/* The lock guards all but the first members. Futures are settled, cancelled and released outside it. */
struct dynox_batch_writer {
    dynox__shared          shared;     /* references: the owner, each running chunk, each waiter */
    dynox_client          *client;     /* a reference */
    unsigned               generation; /* fork: its lock may be held by a thread of the parent */
    dynox_batch_write_args args;       /* of each chunk, but for its writes and labels */
    dynox__labels          labels;
    pthread_mutex_t        lock;
    dynox__chunk          *filling;           /* NULL: none */
    dynox__chunk          *waiting, *running; /* oldest first */
    dynox__chunk          *failed;            /* that have left something */
    size_t                 running_count;
    uint64_t               numbers; /* how many chunks were begun */
    bool                   closed, abandoned;
    dynox__waiter         *waiters; /* oldest first */
    dynox__known_key      *keys;
    size_t                 added, left_count;
    dynox__sent            sent; /* by chunks that are over */
    bool                   done_one, ambiguous;
    dynox_error            cause; /* of the first that failed */
    dynox_left             left;  /* given out last; its array is owned */
};

/* Settles whoever has nothing to wait for any more (writer_wait.c). */
void dynox__writer_wake(dynox_batch_writer *writer);
/* A future that is done when there is room, or (`for_end`) when no chunk below that number is left. */
dynox_future *dynox__writer_wait(dynox_batch_writer *writer, bool for_end, uint64_t number);
void          dynox__writer_release(dynox_batch_writer *writer);

/* What a writer that has left something says to all who ask; to be cleared. */
void dynox__writer_error_locked(const dynox_batch_writer *writer, dynox_error *error);

/* May a chunk be sent, or has one that runs a write of the same item? (writer_order.c) Learns names of keys. */
bool dynox__writer_may_start_locked(dynox_batch_writer *writer, const dynox__chunk *chunk);
/* Gives a write the names of its table's key, if an earlier one told them, or learns them. false: no memory. */
bool dynox__writer_tell_key_locked(dynox_batch_writer *writer, dynox_write *write);

#endif
