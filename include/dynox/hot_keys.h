/* Hot keys: an observer that counts how often each partition key is read and written, and warns of those that get more
 * than one partition may take (3000 read and 1000 write units a second: Developer Guide, "Designing partition keys").
 *
 *     dynox_hot_keys *hot = dynox_hot_keys_new(.writes = 500, .reads = 1500, .window_s = 1);
 *     dynox_hot_keys_table(hot, "orders", .partition_key = "customer");
 *     dynox_client   *db  = dynox_client_new(.observer = dynox_hot_keys_observer(hot));
 *
 * Memory is fixed, half a megabyte, however many keys there are: counts are estimates, never too low, and too high by
 * little (a count-min sketch: with a million accesses in a window, by some hundreds at most, and mostly by none). */
#ifndef DYNOX_HOT_KEYS_H
#define DYNOX_HOT_KEYS_H

#include <dynox/observe.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_hot_keys dynox_hot_keys;

/* A key that has come to its threshold. Borrowed. */
typedef struct dynox_hot_key {
    const char        *table;
    const char        *index; /* NULL: of the table itself */
    const dynox_value *key;   /* the value of the partition key */
    bool               is_write;
    uint64_t           count, threshold; /* within the window */
} dynox_hot_key;

/* Called on the thread that makes the call, as an observer is (observe.h). */
typedef void (*dynox_hot_key_fn)(const dynox_hot_key *key, void *arg);

typedef struct dynox_hot_keys_args {
    size_t           size DYNOX_SIZE_(dynox_hot_keys_args);
    uint64_t         writes, reads; /* of one key within the window: a warning; 0: never */
    unsigned         window_s; /* seconds; 0: 60. It moves by halves, so counts reach back between half of it and all */
    dynox_hot_key_fn fn; /* NULL: a warning in the log (subject "hot key"), with a number in place of the key's value */
    void            *arg;
    bool             show_keys; /* write the value into the log */
} dynox_hot_keys_args;

/* NULL: out of memory. In a child of fork() they count nothing, and no client takes them. */
DYNOX_API DYNOX_MUST_USE dynox_hot_keys *dynox_hot_keys_new_with(const dynox_hot_keys_args *args);
/* You are through with it; a client that has its observer keeps it. NULL is fine. */
DYNOX_API void dynox_hot_keys_free(dynox_hot_keys *hot);
/* For dynox_client_new and dynox_observer_all; borrowed. NULL is fine, and gives NULL. */
DYNOX_API dynox_observer *dynox_hot_keys_observer(dynox_hot_keys *hot);

typedef struct dynox_hot_keys_table_args {
    size_t      size DYNOX_SIZE_(dynox_hot_keys_table_args);
    const char *table;
    const char *partition_key; /* its attribute; NULL: as it is known */
    uint64_t    writes, reads; /* in place of those of dynox_hot_keys_new; 0: as they are */
} dynox_hot_keys_table_args;

/* What is special about a table. Its partition key must be named if it has a sort key, since a request does not tell
 * which of the two is which; where the key is one attribute, the first request with a key shows it. Of a table whose
 * partition key is not known nothing is counted, and the log says so once. DYNOX_E_ARGUMENT; DYNOX_E_NO_MEMORY, also
 * for more than 1000 tables. Any thread. */
DYNOX_API dynox_status dynox_hot_keys_table_with(dynox_hot_keys *hot, const dynox_hot_keys_table_args *args);

/* About how often the key was written, or read, within the window. Any thread. */
DYNOX_API uint64_t dynox_hot_keys_writes(dynox_hot_keys *hot, const char *table, dynox_value key);
DYNOX_API uint64_t dynox_hot_keys_reads(dynox_hot_keys *hot, const char *table, dynox_value key);

/* Forgets all counts, warnings and tables. Any thread. */
DYNOX_API void dynox_hot_keys_clear(dynox_hot_keys *hot);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#define dynox_hot_keys_new(...)                                                                                        \
    dynox_hot_keys_new_with(&(dynox_hot_keys_args){.size = sizeof(dynox_hot_keys_args), __VA_ARGS__})
#define dynox_hot_keys_table(hot_, ...)                                                                                \
    dynox_hot_keys_table_with(                                                                                         \
        (hot_), &(dynox_hot_keys_table_args){.size = sizeof(dynox_hot_keys_table_args), .table = __VA_ARGS__})
#endif
#endif
