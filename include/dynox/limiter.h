/* Limiters: how many capacity units a second the calls of one or more clients may consume. */
#ifndef DYNOX_LIMITER_H
#define DYNOX_LIMITER_H

#include <dynox/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

DYNOX_EXTERN_C_BEGIN

/* Buckets of read and of write units. A call whose table and index have a bucket that is empty waits before it is sent,
 * in the order in which calls came, and no thread sleeps meanwhile; it can be cancelled and keeps its deadline, and
 * since it has not been sent, no write is in doubt.
 *
 * What a call will cost is known only when it is answered. So an attempt pays what such calls have cost lately (one
 * unit at first), and the difference when the answer tells its consumed capacity, which the client asks for by itself.
 * That may leave a bucket in debt, and so may a call that needs more than a bucket can hold: it waits until the bucket
 * is full, and those behind it wait for what it took. An attempt that was throttled or never left gets its units back;
 * one whose answer was lost does not. Operations that consume no capacity (those on tables) pass freely.
 *
 * Give it to clients by .limiter; each takes a reference. Any thread may call any function of a limiter. In a child
 * of fork() it has nothing to say, and no client takes it. */
typedef struct dynox_limiter dynox_limiter;

typedef struct dynox_limiter_args {
    size_t size DYNOX_SIZE_(dynox_limiter_args);
    double read, write; /* capacity units a second, fractions allowed; of an adaptive limiter the most; 0: no limit */
    double burst;       /* units that may be spent at once after a pause; 0: those of one second */
    double min_read, min_write; /* adaptive only: no lower than this; 0: 1, or the most if that is less */
    const char  *table, *index; /* for dynox_limiter_table, which sets the first */
    dynox_error *error;         /* filled on failure; may be NULL */
} dynox_limiter_args;

/* One that never changes its rates. NULL: args->error says what is wrong. */
DYNOX_API dynox_limiter *dynox_limiter_fixed_with(const dynox_limiter_args *args);
/* One that finds its rates: it begins with half of the most, each answer that says "too fast" makes it four fifths of
 * what it was for reads or for writes, and when none has said so for ten seconds it grows by a tenth a second. */
DYNOX_API dynox_limiter *dynox_limiter_adaptive_with(const dynox_limiter_args *args);

/* Gives a table (its name), or with .index one of its indexes, buckets of its own, or other rates if it has them. Calls
 * to it pay there instead of at the limiter's own; what the service says of an index is paid at the index's. A batch or
 * a transaction waits for each of its tables (four at most; the rest it pays afterwards). */
DYNOX_API dynox_status dynox_limiter_table_with(dynox_limiter *limiter, const dynox_limiter_args *args);

/* Ends your reference; clients that use it keep it. NULL is fine. */
DYNOX_API void dynox_limiter_free(dynox_limiter *limiter);

typedef struct dynox_limiter_stats {
    double   read_rate, write_rate;   /* now, in units a second; 0: no limit */
    double   read_units, write_units; /* consumed, as the service says; where it did not say, as was paid */
    uint64_t throttled;               /* answers that said "too fast" */
    uint64_t delayed;                 /* attempts that had to wait */
    size_t   waiting;                 /* attempts that wait now */
} dynox_limiter_stats;

/* Of the buckets of a table or of an index of it; with NULL and NULL of those that the limiter has for all others.
 * false: there are no such buckets, and *stats is zero. */
DYNOX_API bool dynox_limiter_get_stats(dynox_limiter *limiter, const char *table, const char *index,
                                       dynox_limiter_stats *stats);
/* Counts from zero again, for all buckets. Rates stay. */
DYNOX_API void dynox_limiter_reset(dynox_limiter *limiter);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_limiter_fixed(.read = 100, .write = 50)
 * dynox_limiter_adaptive(.read = 1000, .min_read = 10)
 * dynox_limiter_table(limiter, "orders", .index = "by_day", .read = 20) */
#define dynox_limiter_fixed(...)                                                                                       \
    dynox_limiter_fixed_with(&(dynox_limiter_args){.size = sizeof(dynox_limiter_args), __VA_ARGS__})
#define dynox_limiter_adaptive(...)                                                                                    \
    dynox_limiter_adaptive_with(&(dynox_limiter_args){.size = sizeof(dynox_limiter_args), __VA_ARGS__})
#define dynox_limiter_table(limiter, ...)                                                                              \
    dynox_limiter_table_with((limiter), &(dynox_limiter_args){.size = sizeof(dynox_limiter_args), .table = __VA_ARGS__})
#endif
#endif
