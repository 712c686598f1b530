/* What becomes of a stream of items: all of them at once, or the first. The streams are those of dynox_query,
 * dynox_scan, dynox_parallel_scan and dynox_execute_statement. */
#ifndef DYNOX_COLLECT_H
#define DYNOX_COLLECT_H

#include <dynox/info.h>
#include <dynox/items.h>
#include <dynox/stream.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_collect_args {
    size_t        size DYNOX_SIZE_(dynox_collect_args);
    dynox_stream *stream;    /* consumed: freed when the future is done, also when it fails */
    dynox_items **out;       /* sync_collect only: yours to free */
    size_t        max_items; /* more than so many are DYNOX_E_TOO_LARGE, before they fill the memory; 0: any number. For
                              * the first n of many give the stream a .limit */
    dynox_error *error;      /* sync_ only */
    dynox_info  *info;       /* sync_ only: attempts and capacity of all pages */
} dynox_collect_args;

/* All items that are left in a stream. The future's value is a dynox_items without holes. DYNOX_E_TYPE: not a stream of
 * items. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_collect_with(const dynox_collect_args *args);
DYNOX_API dynox_status                 dynox_sync_collect_with(const dynox_collect_args *args);

typedef struct dynox_first_args {
    size_t        size DYNOX_SIZE_(dynox_first_args);
    dynox_stream *stream; /* consumed */
    dynox_item  **out;    /* sync_first only: yours to free; NULL: there is none */
    dynox_error  *error;
    dynox_info   *info;
} dynox_first_args;

/* The next item of a stream. The future's value is a dynox_item, or NULL if there is none. Without a filter the service
 * is asked for one item only. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_first_with(const dynox_first_args *args);
DYNOX_API dynox_status                 dynox_sync_first_with(const dynox_first_args *args);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_sync_collect(dynox_query(db, "orders", ...), &items, .max_items = 10000, .error = &err)
 * dynox_sync_first(dynox_query(db, "orders", ...), &item) */
#define DYNOX_OF_STREAM_(type, ...) (&(type){.size = sizeof(type), .stream = __VA_ARGS__})
#define dynox_collect(...) dynox_at_(dynox_collect_with(DYNOX_OF_STREAM_(dynox_collect_args, __VA_ARGS__)), DYNOX_HERE_)
#define dynox_sync_collect(...) dynox_sync_collect_with(DYNOX_OF_STREAM_(dynox_collect_args, __VA_ARGS__))
#define dynox_first(...) dynox_at_(dynox_first_with(DYNOX_OF_STREAM_(dynox_first_args, __VA_ARGS__)), DYNOX_HERE_)
#define dynox_sync_first(...) dynox_sync_first_with(DYNOX_OF_STREAM_(dynox_first_args, __VA_ARGS__))
#endif
#endif
