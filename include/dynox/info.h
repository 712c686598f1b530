/* What is known about a finished call besides its result. */
#ifndef DYNOX_INFO_H
#define DYNOX_INFO_H

#include <dynox/value.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_future dynox_future;

/* Capacity units that an index consumed. */
typedef struct dynox_index_capacity {
    const char *index;
    bool        global; /* a global secondary index; else a local one */
    double      units, read_units, write_units;
} dynox_index_capacity;

/* Capacity units that a call consumed: half units are normal. */
typedef struct dynox_capacity {
    const char                 *table;
    double                      units, read_units, write_units;
    double                      table_units; /* of the table itself; 0 unless indexes were asked for */
    const dynox_index_capacity *indexes;     /* only when asked for */
    size_t                      index_count;
} dynox_capacity;

/* The size of the item collection that a write touched (tables with local secondary indexes). */
typedef struct dynox_collection_metrics {
    const dynox_item *key;
    double            size_low_gb, size_high_gb;
} dynox_collection_metrics;

typedef struct dynox_info {
    char                  request_id[64];         /* the service's; empty: it sent none */
    unsigned              attempts;               /* how often the request was sent */
    bool                  may_have_applied_twice; /* a write that was sent again after it may have been applied */
    int64_t               duration_us;            /* from the call to the answer, waits and retries included */
    const dynox_capacity *capacity; /* NULL unless asked for with .return_capacity, or by an observer or a limiter */
    size_t                capacity_count;       /* how many are there: one for each table of a batch or a transaction */
    const dynox_collection_metrics *collection; /* NULL unless asked for with .return_collection_metrics */
    void                           *owned_;     /* the library's: keeps the pointers alive in a copy */
    bool                            hedged;     /* a slow read that was sent on another connection, too (.hedge) */
    bool shared; /* the answer is that of another call with the same request (.single_flight): no attempts, no capacity
                  */
} dynox_info;

/* The info of a future that an operation returned, once it has succeeded; borrowed until it is released. NULL: not
 * done, failed (its dynox_error has what is known), or not an operation. Any thread. */
DYNOX_API const dynox_info *dynox_future_info(const dynox_future *future);

/* The info of the answer that an item came with; NULL: it did not come with one. Borrowed from the item. */
DYNOX_API const dynox_info *dynox_item_info(const dynox_item *item);

/* Copies an info over `to` (which is cleared), so that it outlives what it came from; end the copy with
 * dynox_info_clear. Neither is NULL. */
DYNOX_API void dynox_info_copy(dynox_info *to, const dynox_info *from);
/* NULL is fine; so is an info that holds nothing. */
DYNOX_API void dynox_info_clear(dynox_info *info);

DYNOX_EXTERN_C_END
#endif
