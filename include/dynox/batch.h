/* Batches: any number of puts and deletes, or of gets, of any tables, in as few requests as that takes. They are not
 * transactions: each part is done, or not, by itself.
 *
 * A request takes 25 writes or 100 reads. Requests are sent side by side; what the service hands back as unprocessed
 * is sent again after growing waits of random length, until the call's deadline, or until it was handed back whole
 * eight times in a row. A request that fails does not keep the others from being sent. */
#ifndef DYNOX_BATCH_H
#define DYNOX_BATCH_H

#include <dynox/items.h>
#include <dynox/write.h>

DYNOX_EXTERN_C_BEGIN

/* ---- what could not be done ---- */

/* Parts that were left, in the order in which they were given; to be given to another call, say. A failed batch has
 * one, unless it was refused for its arguments: then nothing was sent. */
typedef struct dynox_left {
    dynox_writes  writes; /* not applied, as far as is known (error.may_have_applied) */
    dynox_reads   reads;  /* not answered */
    const size_t *places; /* of each of them: where it stood in what was given, counted from 0; NULL: of a writer */
    void         *owner_; /* the library's */
} dynox_left;

/* What a batch that has failed has left; borrowed until the future is released. NULL: nothing, it is not done, it is no
 * batch, or there is no memory for it now. Any thread. */
DYNOX_API const dynox_left *dynox_batch_left(dynox_future *future);
/* Frees one that a sync_ call gave. NULL is fine. */
DYNOX_API void dynox_left_free(dynox_left *left);

/* ---- BatchWriteItem ---- */

typedef struct dynox_batch_write_args {
    size_t                size DYNOX_SIZE_(dynox_batch_write_args);
    dynox_writes          writes;    /* puts and deletes, without conditions */
    dynox_left          **left;      /* sync_ only: what was not applied, yours to free; NULL if nothing was left */
    size_t                in_flight; /* requests at a time; 0: 4 */
    dynox_return_capacity return_capacity; /* the sum of all requests, by table */
    DYNOX_CALL_FIELDS_                     /* attempts are those of each request; deadline_ms is for all together */
} dynox_batch_write_args;

/* Applies all of the writes, in no order. No writes at all: done, and nothing is sent.
 *
 * DYNOX_E_PARTIAL: some were applied and some not; the message says how many, and why the first of them. If none was
 * applied, the error is that of the first request. Either way dynox_batch_left names those that were not. Sending a
 * write again does no harm but to what others wrote in between: requests whose answer was lost are sent again as the
 * client's .ambiguous_writes says, and info.may_have_applied_twice tells.
 *
 * The same key twice: the last one counts, the earlier ones are not sent. The service takes each key once a request,
 * and an item does not say which of its attributes are the key. It is known from a delete of the same table in the same
 * call; else name it, DYNOX_PUT("users", item, .key = {"pk", "sk"}), in one part for each table. Else, where a call has
 * more than one put of a table, the client asks DescribeTable for it: once a table, and again before it leaves out a
 * write because of what it remembers. Who may not call DescribeTable gets that error, and nothing is sent.
 *
 * DYNOX_E_ARGUMENT, DYNOX_E_VALUE: an update, a check, a condition, or an item that cannot be; the message says which
 * one, and nothing is sent. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_batch_write_with(dynox_client *client, const dynox_batch_write_args *args);
DYNOX_API dynox_status dynox_sync_batch_write_with(dynox_client *client, const dynox_batch_write_args *args);

/* ---- BatchGetItem ---- */

typedef struct dynox_batch_get_args {
    size_t                size DYNOX_SIZE_(dynox_batch_get_args);
    dynox_reads           reads;
    dynox_items         **out;       /* sync_ only: yours to free; also when only a part could be read */
    dynox_left          **left;      /* sync_ only: what was not answered, yours to free; NULL if nothing was left */
    size_t                in_flight; /* requests at a time; 0: 4 */
    dynox_return_capacity return_capacity; /* the sum of all requests, by table */
    DYNOX_CALL_FIELDS_                     /* attempts are those of each request; deadline_ms is for all together */
} dynox_batch_get_args;

/* The items in the order asked for; NULL where there is none. The future's value is a dynox_items. No reads at all:
 * none, and nothing is sent. A key that is asked for twice is fetched once and given twice. Reads of one table with
 * another projection or consistency go in requests of their own.
 *
 * DYNOX_E_PARTIAL: some were answered and some not; the message says how many, and why the first of them. If none was
 * answered, the error is that of the first request. Either way dynox_batch_left names those that were not, and
 * dynox_batch_items has what was read. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_batch_get_with(dynox_client *client, const dynox_batch_get_args *args);
DYNOX_API dynox_status dynox_sync_batch_get_with(dynox_client *client, const dynox_batch_get_args *args);

/* Takes what a batch get that is done has read, in the order asked for, whether it succeeded or not: NULL where there
 * is no such item, and where it was not answered. Yours to free. NULL: taken before, not done, or no batch get. Any
 * thread. */
DYNOX_API DYNOX_MUST_USE dynox_items *dynox_batch_items(dynox_future *future);

/* ---- writes that come one after the other ---- */

/* Gathers puts and deletes and sends each 25 of them (or fewer, if they are 16 MB) as soon as they are there, as
 * dynox_batch_write does; so much for what is said here, too. Of the writes of one key the last one counts, however far
 * apart they are. Any number of threads may use one writer. A NULL writer may be used: its futures fail with
 * DYNOX_E_ARGUMENT. */
typedef struct dynox_batch_writer dynox_batch_writer;

typedef struct dynox_batch_writer_args {
    size_t size DYNOX_SIZE_(dynox_batch_writer_args);
    size_t in_flight;  /* requests at a time; 0: 4 */
    DYNOX_CALL_FIELDS_ /* of each 25 writes; .error: why there is no writer (NULL); .info is not for it */
} dynox_batch_writer_args;

/* Nothing is sent yet. NULL: args->error says why. */
DYNOX_API DYNOX_MUST_USE dynox_batch_writer *dynox_batch_writer_new_with(dynox_client                  *client,
                                                                         const dynox_batch_writer_args *args);

/* Adds a write, of which it keeps a copy. The future is done at once while there is room, that is while no 25 writes
 * wait to be sent, and else when there is; who waits for it before he adds more never has more than (.in_flight + 2)
 * requests in memory. Giving up the wait does not take the write back.
 *
 * It fails, and the write is not taken, if the write cannot be sent (DYNOX_E_ARGUMENT, DYNOX_E_VALUE), if the writer
 * was closed or abandoned (DYNOX_E_SHUTDOWN), or if writes added before were left: the error is theirs. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_batch_writer_add(dynox_batch_writer *writer, dynox_write write);
/* Sends what is there, also if it is less than 25; done when all that was added before is written. It fails if some of
 * what was ever added was left: as dynox_batch_write_with does, and dynox_batch_writer_left names it. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_batch_writer_flush(dynox_batch_writer *writer);
/* The same, and nothing can be added any more. May be called again. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_batch_writer_close(dynox_batch_writer *writer);
/* Sends nothing more: what was not sent is left, what is in flight is cancelled, and waits fail with
 * DYNOX_E_CANCELLED. */
DYNOX_API void dynox_batch_writer_abandon(dynox_batch_writer *writer);

/* What was added and is not written, as far as is known now; borrowed until the next call of this writer's functions.
 * NULL: nothing, or there is no memory for it now. Meant for after the close: what is still waiting or in flight is not
 * in it. One thread at a time. */
DYNOX_API const dynox_left *dynox_batch_writer_left(dynox_batch_writer *writer);

/* Without a close before: as dynox_batch_writer_abandon. A close that is still running goes on only if its future is
 * waited for before. NULL is fine. */
DYNOX_API void dynox_batch_writer_free(dynox_batch_writer *writer);

/* The same, waiting. `error` may be NULL. */
DYNOX_API dynox_status dynox_sync_batch_writer_add(dynox_batch_writer *writer, dynox_write write, dynox_error *error);
DYNOX_API dynox_status dynox_sync_batch_writer_flush(dynox_batch_writer *writer, dynox_error *error);
DYNOX_API dynox_status dynox_sync_batch_writer_close(dynox_batch_writer *writer, dynox_error *error);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_batch_writer_new(db, .in_flight = 8) */
#define dynox_batch_writer_new(...) dynox_batch_writer_new_(__VA_ARGS__, .size = sizeof(dynox_batch_writer_args))
#define dynox_batch_writer_new_(client, ...)                                                                           \
    dynox_batch_writer_new_with((client), &(dynox_batch_writer_args){__VA_ARGS__})
/* dynox_batch_write(db, DYNOX_WRITES(DYNOX_PUT("users", item), DYNOX_DELETE("users", key), ...))
 * dynox_sync_batch_get(db, DYNOX_READS(DYNOX_GET("users", key), ...), &items, .left = &left, .error = &err) */
#define DYNOX_BATCH_ARGS_(type, ...) (&(type){.size = sizeof(type), __VA_ARGS__})
#define dynox_batch_write(client, ...)                                                                                 \
    dynox_at_(dynox_batch_write_with((client), DYNOX_BATCH_ARGS_(dynox_batch_write_args, .writes = __VA_ARGS__)),      \
              DYNOX_HERE_)
#define dynox_sync_batch_write(client, ...)                                                                            \
    dynox_sync_batch_write_with((client), DYNOX_BATCH_ARGS_(dynox_batch_write_args, .writes = __VA_ARGS__))
#define dynox_batch_get(client, ...)                                                                                   \
    dynox_at_(dynox_batch_get_with((client), DYNOX_BATCH_ARGS_(dynox_batch_get_args, .reads = __VA_ARGS__)),           \
              DYNOX_HERE_)
#define dynox_sync_batch_get(client, ...)                                                                              \
    dynox_sync_batch_get_with((client), DYNOX_BATCH_ARGS_(dynox_batch_get_args, .reads = __VA_ARGS__))
#endif
#endif
