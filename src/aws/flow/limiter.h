/* The inside of a limiter: its buckets, and the toll that each attempt of a call pays. */
#ifndef DYNOX_AWS_FLOW_LIMITER_H
#define DYNOX_AWS_FLOW_LIMITER_H

#include "aws/flow/gate.h"
#include <dynox/info.h>
#include <dynox/limiter.h>

/* The operations that consume capacity, by name. */
enum { DYNOX__METERED = 13 };

/* What limits reads, or writes, of one table, index or all the rest. */
typedef struct dynox__bucket {
    dynox__gate gate;
    double      most, least, burst;              /* the rates it may have */
    int64_t     lowered_ns, looked_ns, quiet_ns; /* when it was lowered, could last be raised, may be again */
    double      costs[DYNOX__METERED];           /* what such an operation consumed lately; 0: not known */
    double      units;
    uint64_t    throttled;
} dynox__bucket;

typedef struct dynox__limit dynox__limit;
struct dynox__limit {
    dynox__limit *next;
    char         *table, *index; /* owned; NULL: all, or the table itself */
    dynox__bucket buckets[2];    /* of reads, of writes */
};

struct dynox_limiter {
    dynox__shared           shared;
    pthread_mutex_t         lock; /* outside the gates' */
    unsigned                generation;
    bool                    adaptive;
    dynox__limit            all;
    _Atomic(dynox__limit *) tables;      /* added under the lock, never taken out */
    _Atomic bool            has_indexes; /* among them */
};

enum { DYNOX__MOST_LIMITS = 4 };

/* Of one call. Zero is none. */
typedef struct dynox__toll {
    dynox__limit *limits[DYNOX__MOST_LIMITS];
    double        units[DYNOX__MOST_LIMITS]; /* asked of each for this attempt */
    double        spent[DYNOX__MOST_LIMITS]; /* at each, as the answer tells */
    unsigned      count, paid;               /* how many limits, and at how many of them this attempt has paid */
    int           operation;                 /* its place among the metered ones */
    bool          is_write;
} dynox__toll;

/* Its own buckets, of a table by name or ARN; NULL: it has none. */
dynox__limit *dynox__limit_find(dynox_limiter *limiter, const char *table, const char *index);

/* First: each table that the call is about; a name, or an ARN. */
void dynox__toll_table(dynox__toll *toll, dynox_limiter *limiter, const char *table);
/* Then: the index, if it is about one; NULL is fine, also for a table that is not known. */
void dynox__toll_index(dynox__toll *toll, dynox_limiter *limiter, const char *table, const char *index);
/* Then this. An operation that consumes no capacity pays nothing. */
void dynox__toll_begin(dynox__toll *toll, dynox_limiter *limiter, const char *operation, bool is_write);

/* The next gate of this attempt, and what it takes: count in `paid` when it has been passed. NULL: all have been. */
dynox__gate *dynox__toll_next(dynox__toll *toll, dynox_limiter *limiter, int64_t now_ns, double *units);

/* The service said that it, or a part of it, came too fast. Before one of the others. */
void dynox__toll_too_fast(dynox__toll *toll, dynox_limiter *limiter, int64_t sent_ns, int64_t now_ns);
/* What came of the attempt. One of these, after which nothing is paid for it any more. */
void dynox__toll_settle(dynox__toll *toll, dynox_limiter *limiter, const dynox_capacity *consumed, size_t count,
                        int64_t now_ns); /* the answer told; with no `consumed` it stays what was paid */
void dynox__toll_refund(dynox__toll *toll, int64_t now_ns); /* it never left, or was throttled */

#endif
