/* Query and scan: as a stream of items that fetches its pages itself, or page by page. */
#ifndef DYNOX_QUERY_H
#define DYNOX_QUERY_H

#include <dynox/operation.h>
#include <dynox/stream.h>

DYNOX_EXTERN_C_BEGIN

/* What is returned of each item. */
typedef enum dynox_select {
    DYNOX_SELECT_DEFAULT = 0,    /* all attributes; of an index, those projected into it */
    DYNOX_SELECT_ALL_ATTRIBUTES, /* of an index: fetched from the table where needed */
    DYNOX_SELECT_ALL_PROJECTED,
    DYNOX_SELECT_SPECIFIC, /* those of .projection */
    DYNOX_SELECT_COUNT     /* no items: only the counts */
} dynox_select;

/* One answer of the service. Freed with dynox_page_free, and then its items are gone. */
typedef struct dynox_page {
    const dynox_item *items;
    size_t            item_count;
    int64_t           count;         /* items that matched; without items for DYNOX_SELECT_COUNT */
    int64_t           scanned_count; /* items that were looked at before the filter */
    const dynox_item *last_key;      /* where to go on (.start_key of the next page); NULL: this was the last page. An
                                      * empty page with a last_key is normal: the filter left nothing */
    const dynox_info *info;
    void             *owner_;
    const char       *next_token; /* of a PartiQL statement, in place of last_key */
} dynox_page;

/* NULL is fine. */
DYNOX_API void dynox_page_free(dynox_page *page);

typedef struct dynox_query_args {
    size_t                size DYNOX_SIZE_(dynox_query_args);
    const char           *table;
    const dynox_expr     *key_condition; /* "pk = ? AND begins_with(sk, ?)" */
    dynox_page          **out;           /* sync_query_page only: the page, yours to free */
    const char           *index;         /* NULL: the table itself */
    const dynox_expr     *filter;        /* what of the found is returned; does not save capacity */
    const char           *projection;    /* NULL: see select */
    dynox_select          select;
    bool                  descending;      /* by sort key */
    bool                  consistent_read; /* not on a global index */
    size_t                limit;           /* streams only: how many items at most, after the filter; 0: all */
    size_t                page_size;       /* how many items the service looks at for one answer; 0: up to 1 MB */
    const dynox_item     *start_key;       /* where an earlier query stopped; NULL or empty: at the start */
    bool                  prefetch;        /* streams only: fetch the next page while this one is consumed */
    dynox_return_capacity return_capacity;
    DYNOX_CALL_FIELDS_
} dynox_query_args;

typedef struct dynox_scan_args {
    size_t                size DYNOX_SIZE_(dynox_scan_args);
    const char           *table;
    dynox_page          **out; /* sync_scan_page only */
    const char           *index;
    const dynox_expr     *filter;
    const char           *projection;
    dynox_select          select;
    bool                  consistent_read;
    size_t                limit; /* streams only */
    size_t                page_size;
    const dynox_item     *start_key;
    bool                  prefetch;       /* streams only */
    uint32_t              segment;        /* with total_segments: which part of the table, from 0 */
    uint32_t              total_segments; /* 0: the whole table */
    dynox_return_capacity return_capacity;
    DYNOX_CALL_FIELDS_
} dynox_scan_args;

/* The items of a query or a scan as a stream: `const dynox_item *`, each borrowed until the next step. Never NULL, even
 * out of memory: arguments that are wrong are a stream that has failed. The arguments are copied; nothing is sent
 * before the first item is asked for. One thread at a time. End it with dynox_stream_free; it may outlive the client,
 * and what it still had to fetch then fails with DYNOX_E_SHUTDOWN. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_query_with(dynox_client *client, const dynox_query_args *args);
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_scan_with(dynox_client *client, const dynox_scan_args *args);

/* A scan of several parts of a table at the same time, as one stream: in any order, and with limits of what is on its
 * way, so that it needs as much memory for any table. */
typedef struct dynox_parallel_scan_args {
    size_t            size DYNOX_SIZE_(dynox_parallel_scan_args);
    const char       *table;
    int64_t           segments; /* in how many parts the table is read: 1 to 1000000 */
    const char       *index;
    const dynox_expr *filter;
    const char       *projection;
    bool              consistent_read;
    size_t            limit; /* how many items at most, after the filter; 0: all */
    size_t            page_size;
    size_t in_flight_pages; /* how many pages are fetched, or are there and wait to be read, at a time; one more is
                             * being read. As many segments are read at a time. 0: 8; up to 1024 */
    dynox_return_capacity return_capacity;
    DYNOX_CALL_FIELDS_
} dynox_parallel_scan_args;
/* As dynox_scan. The first error of a segment is that of the stream, and ends the others. It has no resume key; what it
 * has cost in all segments is told by dynox_stream_get_totals. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_parallel_scan_with(dynox_client                   *client,
                                                                const dynox_parallel_scan_args *args);

/* How many items there are: a query with a key condition, a scan without one. Follows all pages, and fetches no items;
 * each page costs what reading its items would. The future's value is an int64_t; its dynox_info has the capacity of
 * all pages summed (.return_capacity), and their attempts. */
typedef struct dynox_count_args {
    size_t                size DYNOX_SIZE_(dynox_count_args);
    const char           *table;
    const dynox_expr     *key_condition; /* NULL: the whole table or index */
    int64_t              *out;           /* sync_count only */
    const char           *index;
    const dynox_expr     *filter; /* counts what it lets through */
    bool                  consistent_read;
    size_t                page_size; /* how many items the service looks at for one answer; 0: up to 1 MB */
    dynox_return_capacity return_capacity;
    DYNOX_CALL_FIELDS_ /* deadline_ms: for all pages together; the client's is for each */
} dynox_count_args;
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_count_with(dynox_client *client, const dynox_count_args *args);
DYNOX_API dynox_status                 dynox_sync_count_with(dynox_client *client, const dynox_count_args *args);

/* What a stream of items has come to so far, summed over its pages. */
typedef struct dynox_stream_totals {
    uint64_t pages, count, scanned_count;
    double   capacity_units; /* needs .return_capacity */
    char     last_request_id[64];
    unsigned attempts;
} dynox_stream_totals;
/* DYNOX_E_ARGUMENT: not a stream of these. */
DYNOX_API dynox_status dynox_stream_get_totals(const dynox_stream *stream, dynox_stream_totals *totals);

/* Where to go on later: the .start_key for a query or scan that continues behind the last item that was handed out,
 * also in the middle of a page. The future's value is an item to free; NULL: the stream is at its end, or has not
 * started. Almost always done at once; only in the middle of the last page the names of the key attributes may have to
 * be asked for (DescribeTable). DYNOX_E_ARGUMENT: the projection left the key attributes out. DYNOX_E_NOT_FOUND: the
 * index is gone. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_stream_resume_key(dynox_stream *stream);
/* The same, joined: the key goes to *key. `error` may be NULL. */
DYNOX_API dynox_status dynox_sync_stream_resume_key(dynox_stream *stream, dynox_item **key, dynox_error *error);

/* One answer of the service, as it is. The future's value is a dynox_page to free. `limit` and `prefetch` are for
 * streams and refused here. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_query_page_with(dynox_client *client, const dynox_query_args *args);
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_scan_page_with(dynox_client *client, const dynox_scan_args *args);
DYNOX_API dynox_status                 dynox_sync_query_page_with(dynox_client *client, const dynox_query_args *args);
DYNOX_API dynox_status                 dynox_sync_scan_page_with(dynox_client *client, const dynox_scan_args *args);

/* The page of a future that is done, moved to the caller; NULL: it failed. */
DYNOX_API dynox_page *dynox_future_take_page(dynox_future *future);

extern DYNOX_API const dynox_type dynox_type_page; /* of futures of them */

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#undef DYNOX_TYPES_3_
#define DYNOX_TYPES_3_ struct dynox_page * : &dynox_type_page,

/* dynox_query(db, "orders", DYNOX_EXPR("pk = ?", "USER#1"), .filter = ..., .limit = 10)
 * dynox_scan(db, "orders", .filter = ...)
 * dynox_parallel_scan(db, "orders", 8, .filter = ...)
 * dynox_sync_count(db, "orders", DYNOX_EXPR("pk = ?", "USER#1"), &n); dynox_sync_count(db, "orders", NULL, &n)
 * dynox_sync_query_page(db, "orders", DYNOX_EXPR("pk = ?", "USER#1"), &page, .error = &err)
 * dynox_sync_scan_page(db, "orders", &page, .error = &err) */
#define DYNOX_QUERY_ARGS_(table_, ...)                                                                                 \
    (&(dynox_query_args){.size = sizeof(dynox_query_args), .table = (table_), .key_condition = __VA_ARGS__})
#define DYNOX_SCAN_ARGS_(...) (&(dynox_scan_args){.size = sizeof(dynox_scan_args), .table = __VA_ARGS__})
#define dynox_parallel_scan(client, table_, ...)                                                                       \
    dynox_parallel_scan_with((client), &(dynox_parallel_scan_args){.size     = sizeof(dynox_parallel_scan_args),       \
                                                                   .table    = (table_),                               \
                                                                   .segments = __VA_ARGS__})
#define DYNOX_COUNT_ARGS_(table_, ...)                                                                                 \
    (&(dynox_count_args){.size = sizeof(dynox_count_args), .table = (table_), .key_condition = __VA_ARGS__})
#define dynox_query(client, table_, ...) dynox_query_with((client), DYNOX_QUERY_ARGS_(table_, __VA_ARGS__))
#define dynox_scan(client, ...) dynox_scan_with((client), DYNOX_SCAN_ARGS_(__VA_ARGS__))
#define dynox_query_page(client, table_, ...)                                                                          \
    dynox_at_(dynox_query_page_with((client), DYNOX_QUERY_ARGS_(table_, __VA_ARGS__)), DYNOX_HERE_)
#define dynox_scan_page(client, ...)                                                                                   \
    dynox_at_(dynox_scan_page_with((client), DYNOX_SCAN_ARGS_(__VA_ARGS__)), DYNOX_HERE_)
#define dynox_count(client, table_, ...)                                                                               \
    dynox_at_(dynox_count_with((client), DYNOX_COUNT_ARGS_(table_, __VA_ARGS__)), DYNOX_HERE_)
#define dynox_sync_count(client, table_, ...) dynox_sync_count_with((client), DYNOX_COUNT_ARGS_(table_, __VA_ARGS__))
#define dynox_sync_query_page(client, table_, ...)                                                                     \
    dynox_sync_query_page_with((client), DYNOX_QUERY_ARGS_(table_, __VA_ARGS__))
#define dynox_sync_scan_page(client, ...) dynox_sync_scan_page_with((client), DYNOX_SCAN_ARGS_(__VA_ARGS__))
#endif
#endif
