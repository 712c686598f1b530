/* The inside of metrics: series that only ever grow in number, whose counters any thread adds to. */
#ifndef DYNOX_OBSERVE_METRICS_H
#define DYNOX_OBSERVE_METRICS_H

#include <dynox/metrics.h>
#include <pthread.h>
#include <stdatomic.h>

/* Capacity is counted in thousandths, for an integer can be added to by many. */
typedef enum dynox__counter {
    DYNOX__COUNT_ATTEMPTS,
    DYNOX__COUNT_THROTTLES,
    DYNOX__COUNT_HEDGED,
    DYNOX__COUNT_SHARED,
    DYNOX__COUNT_READ,
    DYNOX__COUNT_WRITE,
    DYNOX__COUNT_ITEMS,
    DYNOX__COUNT_SCANNED,
    DYNOX__COUNT_SENT,
    DYNOX__COUNT_RECEIVED,
    DYNOX__COUNT_DURATION,
    DYNOX__COUNT_LONGEST,
    DYNOX__COUNTERS
} dynox__counter;

/* One operation on one table. Never changes but for its counters, and lives as long as the metrics. */
typedef struct dynox__series {
    const char      *operation, *table; /* behind it */
    uint64_t         hash;
    _Atomic uint64_t counters[DYNOX__COUNTERS];
    _Atomic uint64_t failed[DYNOX_METRICS_STATUSES];
    _Atomic uint64_t buckets[DYNOX_METRICS_BUCKETS];
} dynox__series;

struct dynox_metrics {
    dynox_observer          *observer; /* that it is the argument of */
    char                    *name;     /* NULL: none */
    pthread_mutex_t          lock;     /* of adding series */
    size_t                   most, mask;
    _Atomic size_t           count;
    _Atomic int64_t          in_flight;
    _Atomic uint64_t         opened, failed, closed, refreshed;
    dynox__series           *rest;    /* what is more than `most` */
    _Atomic(dynox__series *) slots[]; /* a hash table, at most half full */
};

/* The bucket of a time, and the first microsecond that is above a bucket's. */
size_t   dynox__bucket_of(uint64_t us);
uint64_t dynox__bucket_end(size_t bucket);

#endif
