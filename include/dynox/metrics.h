/* Metrics: an observer that counts calls and their times, by operation and table.
 *
 *     dynox_metrics *metrics = dynox_metrics_new();
 *     dynox_client  *db      = dynox_client_new(.observer = dynox_metrics_observer(metrics));
 *     ...
 *     char *text = dynox_metrics_text(metrics);     what a scraper of Prometheus gets
 *
 * One client with one of its own has its own numbers; several clients may share one. Nothing is global. */
#ifndef DYNOX_METRICS_H
#define DYNOX_METRICS_H

#include <dynox/observe.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_metrics dynox_metrics;

typedef struct dynox_metrics_args {
    size_t      size DYNOX_SIZE_(dynox_metrics_args);
    const char *name;       /* the label `client` of the text; copied; NULL: there is no such label */
    size_t      max_series; /* pairs of operation and table that are told apart; what is more is counted under two empty
                               names, so memory has a limit (3 KB each); 0: 1000 */
    dynox_return_capacity capacity; /* what calls ask for, so that units can be counted; NONE: DYNOX_CAPACITY_TOTAL */
    bool                  without_capacity; /* do not ask: units are counted where calls do */
} dynox_metrics_args;

/* How long calls took, in buckets: below 8 us one for each, then eight for each power of two, up to 134 s; the last one
 * has what took longer. Every number of this struct has grown from 0 since the metrics were made or reset. */
enum { DYNOX_METRICS_BUCKETS = 201, DYNOX_METRICS_STATUSES = 128 };

typedef struct dynox_call_metrics {
    const char *operation, *table;              /* table "": none, several, or too many to be told apart */
    uint64_t    calls;                          /* that have ended */
    uint64_t    failures;                       /* of these */
    uint64_t    failed[DYNOX_METRICS_STATUSES]; /* the same, by status: failed[DYNOX_E_THROTTLED] */
    uint64_t    attempts;                       /* that were sent */
    uint64_t    throttles;                      /* of these, those that the service throttled */
    uint64_t    hedged;                         /* slow reads that were sent a second time (.hedge) */
    uint64_t    shared;                         /* reads that got another one's answer (.single_flight) */
    double      read_units, write_units;        /* consumed, by calls that succeeded */
    uint64_t    items, scanned;                 /* in answers, and read to find them */
    uint64_t    sent_bytes, received_bytes;     /* of all attempts: requests with their heads, bodies of answers */
    uint64_t    duration_us;                    /* of all calls together, waits and retries included */
    uint64_t    longest_us;                     /* the longest one */
    uint64_t    buckets[DYNOX_METRICS_BUCKETS];
} dynox_call_metrics;

/* All numbers as they were at about one moment. */
typedef struct dynox_metrics_snapshot {
    const dynox_call_metrics *series;
    size_t                    count;
    int64_t                   in_flight; /* calls that have begun and not ended; a reset leaves it */
    uint64_t                  connections_opened, connections_failed, connections_closed, credentials_refreshed;
    void                     *owned_; /* the library's */
} dynox_metrics_snapshot;

/* NULL: out of memory, or arguments of another version. In a child of fork() no client takes them. */
DYNOX_API DYNOX_MUST_USE dynox_metrics *dynox_metrics_new_with(const dynox_metrics_args *args);
/* You are through with it; a client that has its observer goes on counting for itself. NULL is fine. */
DYNOX_API void dynox_metrics_free(dynox_metrics *metrics);
/* For dynox_client_new and dynox_observer_all; borrowed. NULL is fine, and gives NULL. */
DYNOX_API dynox_observer *dynox_metrics_observer(dynox_metrics *metrics);

/* The numbers, to be ended with dynox_metrics_snapshot_free. NULL: out of memory, or no metrics. Any thread, while
 * calls go on. */
DYNOX_API DYNOX_MUST_USE dynox_metrics_snapshot *dynox_metrics_read(const dynox_metrics *metrics);
DYNOX_API void dynox_metrics_snapshot_free(dynox_metrics_snapshot *snapshot); /* NULL is fine */
/* The sum over an operation (NULL: all), and a table (NULL: all). */
DYNOX_API dynox_call_metrics dynox_metrics_sum(const dynox_metrics_snapshot *snapshot, const char *operation,
                                               const char *table);
/* The time in microseconds below which a part (0 to 1) of the calls stayed, to an eighth exactly; 0: there are none. */
DYNOX_API uint64_t dynox_metrics_percentile(const dynox_call_metrics *calls, double part);
/* All numbers begin at 0 again. Calls that end meanwhile may be counted before or after. */
DYNOX_API void dynox_metrics_reset(dynox_metrics *metrics);

/* The numbers in the text format of Prometheus (version 0.0.4), to be freed with dynox_free. NULL: out of memory. */
DYNOX_API DYNOX_MUST_USE char *dynox_metrics_text(const dynox_metrics *metrics);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#define dynox_metrics_new(...)                                                                                         \
    dynox_metrics_new_with(&(dynox_metrics_args){.size = sizeof(dynox_metrics_args), __VA_ARGS__})
#endif
#endif
