/* Streams: items that arrive over time, page by page. Coroutines walk one with DYNOX_FOR_EACH, other programs with
 * dynox_stream_next or its sync twin. */
#ifndef DYNOX_STREAM_H
#define DYNOX_STREAM_H

#include <dynox/future.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_stream dynox_stream;

/* What is next without waiting. */
typedef enum dynox_stream_state {
    DYNOX_STREAM_ITEM, /* *item is it: borrowed until the next call on the stream */
    DYNOX_STREAM_END,
    DYNOX_STREAM_WAIT,  /* nothing buffered: wait for the future of fill, then ask again */
    DYNOX_STREAM_FAILED /* the stream's error says why; it stays failed */
} dynox_stream_state;

/* How a kind of stream works; for those who make one. All run on the consumer's thread. Members may be added at the
 * end: name those that you set. */
typedef struct dynox_stream_class {
    const char *name;
    dynox_stream_state (*next)(dynox_stream *self, const void **item);
    dynox_future *(*fill)(dynox_stream *self);       /* done when next has something to say, which may be at once;
                                                      * without a value; a cancel of it does not end the stream */
    const dynox_error *(*error)(dynox_stream *self); /* of a failed stream */
    void (*destroy)(dynox_stream *self);             /* frees it; a fill in flight must not touch it any more */
    /* The type that the item pointers of this stream have, the same from its beginning to its end: loops hold their
     * variable against it. NULL, the function or what it gives: not told, and not checked. */
    const dynox_type *(*item_type)(const dynox_stream *self);
} dynox_stream_class;

/* Embedded first in whatever makes items. */
struct dynox_stream {
    const dynox_stream_class *class_;
};

/* The next item without waiting, to *item (not NULL). One thread at a time, like all of a stream. */
DYNOX_API dynox_stream_state dynox_stream_poll(dynox_stream *stream, const void **item);
/* A future that is done when dynox_stream_poll has something to say; it has no value. To give up waiting, drop it, or
 * put it into a dynox_timeout: the stream goes on, and can be asked again. It may outlive the stream. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_stream_next(dynox_stream *stream);
/* Waits for the next item and returns it, borrowed until the next call. NULL: the end, and then *error is cleared; or
 * it failed, and *error tells why (DYNOX_E_DEADLOCK: only this thread could make the progress). `error` may be NULL.
 *     while ((item = dynox_sync_stream_next(stream, &err))) ...
 *     if (err.status != DYNOX_OK) ... */
DYNOX_API const void *dynox_sync_stream_next(dynox_stream *stream, dynox_error *error);
/* The type of what dynox_stream_poll gives; NULL: the stream does not tell, or there is none. For streams made of
 * others, and loops of one's own. */
DYNOX_API const dynox_type *dynox_stream_item_type(const dynox_stream *stream);
/* The error of a stream that failed; NULL otherwise. Borrowed. */
DYNOX_API const dynox_error *dynox_stream_error(dynox_stream *stream);
/* Ends it; what is in flight is cancelled. NULL is fine. */
DYNOX_API void dynox_stream_free(dynox_stream *stream);

/* ---- a plain loop over one ---- */

/* Behind DYNOX_SYNC_FOR_EACH. Internal. */
typedef struct dynox_sync_walk_ {
    dynox_stream *stream;
    dynox_error  *error;
    bool          over;
    bool          checked; /* the variable against the items */
} dynox_sync_walk_;
/* As dynox_sync_stream_next; NULL also where items are not what the variable points to. */
DYNOX_API void *dynox_sync_walk_next_(dynox_sync_walk_ *walk, const dynox_type *variable);

static inline dynox_sync_walk_ dynox_sync_walk_begin_(dynox_stream *stream, dynox_error *error)
{
    dynox_sync_walk_ walk = {stream, error, false, false};
    dynox_error_clear(error);
    return walk;
}

static inline void dynox_sync_walk_end_(dynox_sync_walk_ *walk)
{
    dynox_stream_free(walk->stream);
    walk->over = true;
}

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* DYNOX_SYNC_FOR_EACH(const dynox_item *, item, dynox_query(db, ...), &err) statement: walks a stream on this thread
 * and frees it. `item` is borrowed until the next round. break and continue work. Behind the loop err.status says
 * whether it came to the end (or to a break: DYNOX_OK) or failed; `err` may be NULL, but then nobody knows. What leaves
 * the block around it (return, goto) leaves the stream behind: break first. A variable that points to something else
 * than the stream's items is DYNOX_E_TYPE. */
#define DYNOX_SYNC_FOR_EACH(type_, variable_, stream_, error_)                                                         \
    DYNOX_SYNC_FOR_EACH_(type_, variable_, stream_, error_, DYNOX_SYNC_WALK_(__LINE__))
#define DYNOX_SYNC_FOR_EACH_(type_, variable_, stream_, error_, walk_)                                                 \
    for (dynox_sync_walk_ walk_ = dynox_sync_walk_begin_((stream_), (error_)); !walk_.over;                            \
         dynox_sync_walk_end_(&walk_))                                                                                 \
        for (type_ variable_; (variable_ = dynox_sync_walk_next_(&walk_, DYNOX_TYPE_OF(variable_))) != NULL;)
#define DYNOX_SYNC_WALK_(line) DYNOX_SYNC_WALK_OF_(line)
#define DYNOX_SYNC_WALK_OF_(line) dynox_walk_##line##_
#endif
#endif
