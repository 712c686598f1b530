/* Everything here runs on the consumer's thread: a page that arrives waits in its future until the consumer asks. */
#include "client/core/pages.h"
#include "async/future/future.h"

static const dynox__pages_class *class_of(const dynox__pages *self)
{
    return (const dynox__pages_class *)(const void *)self->stream.class_;
}

static void start(dynox__pages *self)
{
    self->fetching = class_of(self)->fetch(self);
}

/* Takes the page that has arrived. */
static void arrive(dynox__pages *self)
{
    dynox_future *page = self->fetching;
    self->fetching     = NULL;
    if (dynox_future_error(page) != DYNOX_OK)
        dynox_error_copy(&self->error, dynox_future_details(page));
    else {
        dynox_status status = class_of(self)->accept(self, page);
        if (status != DYNOX_OK && self->error.status == DYNOX_OK)
            dynox_error_set(&self->error, status, "%s", dynox_status_text(status));
    }
    dynox_future_release(page);
    if (self->error.status == DYNOX_OK && class_of(self)->prefetch(self)) start(self);
}

dynox_stream_state dynox__pages_next(dynox_stream *stream, const void **item)
{
    dynox__pages *self = (dynox__pages *)stream;
    for (;;) {
        if (self->error.status != DYNOX_OK) return DYNOX_STREAM_FAILED;
        if (!class_of(self)->wants_page(self)) {
            *item = class_of(self)->take(self);
            return *item ? DYNOX_STREAM_ITEM : DYNOX_STREAM_END;
        }
        if (!self->fetching || !dynox_future_done(self->fetching)) return DYNOX_STREAM_WAIT;
        arrive(self);
    }
}

dynox_future *dynox__pages_fill(dynox_stream *stream)
{
    dynox__pages *self = (dynox__pages *)stream;
    if (self->error.status != DYNOX_OK || !class_of(self)->wants_page(self))
        return dynox_future_of(dynox_ok(NULL, NULL)); /* there is something to say already */
    if (!self->fetching) start(self);
    return dynox_shield(self->fetching); /* the page stays here, whatever becomes of the wait */
}

const dynox_error *dynox__pages_error(dynox_stream *stream)
{
    dynox__pages *self = (dynox__pages *)stream;
    return self->error.status == DYNOX_OK ? NULL : &self->error;
}

void dynox__pages_destroy(dynox_stream *stream)
{
    dynox__pages *self = (dynox__pages *)stream;
    dynox__future_forget(&self->fetching);
    dynox_error_clear(&self->error);
    class_of(self)->free(self);
}

/* ---- the stream without memory ---- */

static dynox_stream_state none_next(dynox_stream *stream, const void **item)
{
    (void)stream;
    (void)item;
    return DYNOX_STREAM_FAILED;
}

static dynox_future *none_fill(dynox_stream *stream)
{
    (void)stream;
    return dynox__future_failed(DYNOX_E_NO_MEMORY);
}

static const dynox_error *none_error(dynox_stream *stream)
{
    static const dynox_error error = {.status = DYNOX_E_NO_MEMORY, .message = "out of memory"};
    (void)stream;
    return &error;
}

static void none_destroy(dynox_stream *stream)
{
    (void)stream;
}

dynox_stream *dynox__pages_out_of_memory(void)
{
    static const dynox_stream_class none_class = {
        .name = "out of memory", .next = none_next, .fill = none_fill, .error = none_error, .destroy = none_destroy};
    static dynox_stream none = {&none_class};
    return &none;
}
