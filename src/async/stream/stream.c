/* Streams: what the consumer calls, and streams that have failed before they began. */
#include "async/stream/stream.h"
#include "async/future/future.h"
#include "async/future/state.h"
#include "base/alloc.h"

dynox_stream_state dynox_stream_poll(dynox_stream *stream, const void **item)
{
    const void        *found = NULL;
    dynox_stream_state state = stream ? stream->class_->next(stream, &found) : DYNOX_STREAM_FAILED;
    *item                    = state == DYNOX_STREAM_ITEM ? found : NULL;
    return state;
}

dynox_future *dynox_stream_next(dynox_stream *stream)
{
    return stream ? stream->class_->fill(stream) : dynox__future_failed(DYNOX_E_ARGUMENT);
}

const dynox_type *dynox_stream_item_type(const dynox_stream *stream)
{
    return stream && stream->class_->item_type ? stream->class_->item_type(stream) : NULL;
}

bool dynox__stream_fits(const dynox_stream *stream, const dynox_type *variable)
{
    const dynox_type *item = dynox_stream_item_type(stream);
    return !item || item == variable || (!variable && !item->strict);
}

const dynox_error *dynox_stream_error(dynox_stream *stream)
{
    return stream ? stream->class_->error(stream) : dynox__status_error(DYNOX_E_ARGUMENT);
}

void dynox_stream_free(dynox_stream *stream)
{
    if (stream) stream->class_->destroy(stream);
}

static const void *report(dynox_error *error, const dynox_error *what)
{
    if (error) dynox_error_copy(error, what);
    return NULL;
}

/* Waits until there is something to poll; false: *error tells why not. */
static bool wait_for_more(dynox_stream *stream, dynox_error *error)
{
    dynox_future *more   = dynox_stream_next(stream);
    dynox_status  status = dynox_future_wait(more, -1);
    if (status != DYNOX_OK)
        report(error, dynox__status_error(status));
    else if (dynox_future_error(more) != DYNOX_OK)
        report(error, dynox_future_details(more));
    else {
        dynox_future_release(more);
        return true;
    }
    dynox_future_drop(&more);
    return false;
}

const void *dynox_sync_stream_next(dynox_stream *stream, dynox_error *error)
{
    const void *item;
    do {
        switch (dynox_stream_poll(stream, &item)) {
        case DYNOX_STREAM_ITEM: return item;
        case DYNOX_STREAM_END: dynox_error_clear(error); return NULL;
        case DYNOX_STREAM_FAILED: {
            const dynox_error *why = dynox_stream_error(stream);
            return report(error, why ? why : dynox__status_error(DYNOX_E_INTERNAL));
        }
        case DYNOX_STREAM_WAIT: break;
        }
    } while (wait_for_more(stream, error));
    return NULL;
}

void *dynox_sync_walk_next_(dynox_sync_walk_ *walk, const dynox_type *variable)
{
    if (!walk->checked && !dynox__stream_fits(walk->stream, variable)) {
        if (walk->error) dynox__type_mismatch(walk->error, NULL, 0, dynox_stream_item_type(walk->stream), variable);
        return NULL;
    }
    walk->checked = true;
    return (void *)(uintptr_t)dynox_sync_stream_next(walk->stream, walk->error);
}

/* ---- a stream that has failed ---- */

typedef struct failed_stream {
    dynox_stream stream;
    dynox_error  error;
} failed_stream;

static dynox_stream_state failed_next(dynox_stream *stream, const void **item)
{
    (void)stream;
    (void)item;
    return DYNOX_STREAM_FAILED;
}

static const dynox_error *failed_error(dynox_stream *stream)
{
    return &DYNOX__CONTAINER(stream, failed_stream, stream)->error;
}

/* There is nothing to wait for: dynox_stream_poll says it all. */
static dynox_future *failed_fill(dynox_stream *stream)
{
    (void)stream;
    return dynox_future_of(dynox_ok(NULL, NULL));
}

static void failed_destroy(dynox_stream *stream)
{
    dynox_error_clear(&DYNOX__CONTAINER(stream, failed_stream, stream)->error);
    dynox__free(stream);
}

static const dynox_error *no_memory_error(dynox_stream *stream)
{
    (void)stream;
    return dynox__status_error(DYNOX_E_NO_MEMORY);
}

static void no_memory_destroy(dynox_stream *stream)
{
    (void)stream;
}

dynox_stream *dynox__stream_failed_with(dynox_error *error)
{
    static const dynox_stream_class failed_class = {
        .name = "failed", .next = failed_next, .fill = failed_fill, .error = failed_error, .destroy = failed_destroy};
    static const dynox_stream_class no_memory_class = {.name    = "failed",
                                                       .next    = failed_next,
                                                       .fill    = failed_fill,
                                                       .error   = no_memory_error,
                                                       .destroy = no_memory_destroy};
    static dynox_stream             no_memory       = {&no_memory_class};
    failed_stream                  *failed          = dynox__calloc(sizeof *failed);
    if (failed) {
        failed->stream.class_ = &failed_class;
        dynox_error_copy(&failed->error, error);
    }
    dynox_error_clear(error);
    return failed ? &failed->stream : &no_memory;
}

dynox_stream *dynox__stream_failed(dynox_status status)
{
    dynox_error error = {0};
    dynox_error_copy(&error, dynox__status_error(status));
    return dynox__stream_failed_with(&error);
}
