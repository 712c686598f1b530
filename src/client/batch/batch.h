/* The engine of batches: parts, cut into requests, which lanes send side by side until each part is done or given up.
 *
 * A lane has one request at a time, in flight or waiting to be sent again; whatever wakes it (the answer, the timer, a
 * cancel that stopped the timer) drives it. Parts within a lane's range are touched by its driver alone; what lanes
 * share is under the lock. Each running lane counts; the last one to leave settles the future. */
#ifndef DYNOX_CLIENT_BATCH_BATCH_H
#define DYNOX_CLIENT_BATCH_BATCH_H

#include "async/executor/timer.h"
#include "client/batch/capacity.h"
#include "client/core/request.h"
#include "client/item/homes.h"
#include <dynox/batch.h>

typedef struct dynox__batch dynox__batch;

typedef enum dynox__batch_state {
    DYNOX__PART_WAITING, /* not done; when all is over: left */
    DYNOX__PART_DONE,
    DYNOX__PART_DROPPED /* not sent for its own sake: another part has its key */
} dynox__batch_state;

typedef struct dynox__batch_part {
    size_t             offset, size; /* of what is sent for it, in the batch's JSON */
    size_t             group;
    size_t             same; /* dropped: the part that is sent in its place */
    dynox_item         item; /* the item or key; the program's, or the batch's own once it has settled in */
    bool               is_delete;
    dynox__batch_state state;
} dynox__batch_part;

/* Parts that can stand together in a request: of one table, and of reads with the same projection and consistency. */
typedef struct dynox__batch_group {
    char         *table, *projection; /* owned; NULL: all attributes */
    bool          consistent;
    dynox__buffer head, tail; /* JSON around the parts */
    size_t        count;      /* of parts */
    char         *key[2];     /* names of the table's key, owned; NULL: not known */
    bool          key_is_old; /* remembered from earlier calls */
    bool          added[2];   /* reads: key[i] was added to the projection, so that answers can be told apart */
} dynox__batch_group;

typedef struct dynox__batch_lane {
    dynox__continuation continuation;
    dynox__timer        timer;
    dynox__batch       *batch;
    size_t              begin, end; /* its parts, in the batch's order */
    unsigned            fruitless;  /* answers in a row that brought nothing */
    dynox_future       *call;       /* under the lock; owned */
    bool                waits;      /* for the timer; under the lock */
} dynox__batch_lane;

struct dynox__batch {
    dynox_future          future; /* first: the future is the batch */
    dynox_client         *client; /* a reference */
    bool                  is_write;
    unsigned              generation; /* fork */
    dynox__call_options   options;
    dynox_return_capacity return_capacity;
    int64_t               deadline_ns;

    dynox__buffer       json;
    dynox__batch_part  *parts;
    size_t              part_count;
    dynox__batch_group *groups;
    size_t              group_count, group_room;
    size_t             *order; /* of parts that are sent: by group */
    size_t              order_count;
    dynox__arena        arena; /* the items of parts that are the batch's own */
    bool                settled_in;
    dynox_items        *items; /* reads; when all is over, under the lock */
    dynox__homes       *homes; /* writes: what comes home if all of them are applied; owned; NULL: nothing */

    dynox__continuation asked; /* for a table's key */
    size_t              asking_for;

    pthread_mutex_t      lock;
    dynox_future        *asking; /* DescribeTable, owned */
    size_t               next;   /* in the order: what no lane has taken yet */
    size_t               running;
    bool                 stopped;   /* nothing new is sent */
    bool                 done_one;  /* a part, at least */
    bool                 ambiguous; /* a write that is reported as left may have been applied */
    dynox__sent          sent;
    dynox_error          cause; /* why the first part was left */
    char                 request_id[64];
    int64_t              started_ns;
    dynox__capacity_sum *capacity; /* NULL: none, or no memory */
    dynox_info           info;
    dynox_left          *left; /* made when somebody asks */

    size_t            lane_count;
    dynox__batch_lane lanes[];
};

enum { DYNOX__BATCH_WRITES = 25, DYNOX__BATCH_READS = 100 }; /* a request (Developer Guide, quotas) */

/* ---- making (batch.c) ---- */

typedef struct dynox__batch_args {
    bool                  is_write;
    size_t                count, in_flight;
    dynox_return_capacity return_capacity;
    dynox__call_options   options;
} dynox__batch_args;

/* A batch with its two references, its caller's and that of whoever runs it. NULL: *error says why. */
dynox__batch *dynox__batch_new(dynox_client *client, const dynox__batch_args *args, dynox_error *error);
/* The group of a part; a new one if need be, with nothing but these. SIZE_MAX: out of memory. */
size_t dynox__batch_group_of(dynox__batch *batch, const char *table, const char *projection, bool consistent);
/* Makes the item of one part its own, out of what was written of it. */
void dynox__batch_own(dynox__batch *batch, dynox__batch_part *part, dynox_error *error);
/* Makes the items its own, so that the program's are not needed any more. */
dynox_status dynox__batch_settle_in(dynox__batch *batch);
/* Why a batch that has failed has left parts, in words of its own; of other futures their error. */
const dynox_error *dynox__batch_cause(dynox_future *future);
/* As dynox_batch_left, but owned: it keeps the future. */
dynox_left *dynox__batch_take_left(dynox_future *future);
/* Instead of running: the arguments were wrong. The future of that error, which is cleared. */
dynox_future *dynox__batch_refuse(const dynox_client *client, dynox__batch *batch, bool is_write, dynox_error *error);

/* ---- running (lanes.c) ---- */

/* Of a new batch. */
void dynox__batch_lanes_init(dynox__batch *batch);
/* Sends what is waiting. Takes the runner's reference, as does dynox__batch_finish. */
void dynox__batch_run(dynox__batch *batch);
/* What is in flight or waiting ends; for the future's cancel. */
void dynox__batch_stop(dynox__batch *batch);
/* Milliseconds until the deadline, at least 1; -1: there is none; 0: it has passed. */
int64_t dynox__batch_time_left(const dynox__batch *batch);

/* How long to wait after so many answers in a row that brought nothing. */
int64_t dynox__batch_wait_ns(unsigned fruitless);

/* ---- the end (end.c) ---- */

/* Notes why parts are left; the first one counts. */
void dynox__batch_note(dynox__batch *batch, const dynox_error *error);
void dynox__batch_note_status(dynox__batch *batch, dynox_status status, bool retryable, const char *message);
/* Everything has ended, or nothing was begun. */
void dynox__batch_finish(dynox__batch *batch);

/* ---- keys (key_twice.c) ---- */

/* Drops all parts of one key but one: of writes the last, of reads the first. A group whose key must be asked for first
 * goes to *asks. DYNOX_OK or DYNOX_E_NO_MEMORY. */
dynox_status dynox__batch_drop_twice(dynox__batch *batch, size_t *asks);

/* ---- what is sent and what comes back (exchange.c) ---- */

typedef struct dynox__batch_outcome {
    dynox_item *item; /* owned; NULL: none */
    bool        left; /* unprocessed */
} dynox__batch_outcome;

/* The value of one request: an outcome for each of its parts. Lies in the document, of which it has a reference. */
typedef struct dynox__batch_answer {
    dynox__document      *document;
    dynox__batch_outcome *at;
    size_t                count;
    bool                  all_done; /* and there are no outcomes */
} dynox__batch_answer;

extern const dynox_type dynox__type_batch_answer;

const dynox__operation *dynox__batch_operation(bool is_write);
/* A request for the parts order[begin..end) that are waiting; never NULL. */
dynox_future *dynox__batch_send(dynox__batch *batch, size_t begin, size_t end);

#endif
