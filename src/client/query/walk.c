/* A walk over a stream as one future: on whichever thread the pages arrive, so that nobody else has to. */
#include "client/query/walk.h"
#include "base/clock.h"
#include <string.h>

/* ---- the future ---- */

static dynox__walk *walk_of(const dynox_future *future)
{
    return (dynox__walk *)(uintptr_t)future;
}

static void cancel(dynox_future *future)
{
    dynox__pin_cancel(&walk_of(future)->page);
}

static void destroy(dynox_future *future)
{
    dynox__walk *self = walk_of(future);
    if (self->kind->drop) self->kind->drop(self);
    dynox_error_clear(&self->error);
    if (self->sum) dynox__shared_release(&self->sum->shared);
    dynox__free(self);
}

static void describe(dynox_future *future, FILE *to, int depth)
{
    dynox__future_describe(dynox__pin_peek(&walk_of(future)->page), to, depth);
}

static bool needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    return dynox__pin_needs(&walk_of(future)->page, executor, depth);
}

static dynox_future *sent(dynox_future *future, dynox__sent *sum, int depth)
{
    (void)depth;
    return dynox__sent_add(sum, &walk_of(future)->sent, &walk_of(future)->page);
}

static const dynox_info *info(const dynox_future *future)
{
    return &walk_of(future)->info;
}

static const dynox__future_class walk_class = {.name     = "walk of a stream",
                                               .cancel   = cancel,
                                               .destroy  = destroy,
                                               .describe = describe,
                                               .needs    = needs,
                                               .sent     = sent,
                                               .info     = info};

/* ---- the end ---- */

/* What all pages have come to. Without memory for it there is no capacity. */
static void sum_up(dynox__walk *self)
{
    const dynox__source *source = dynox__item_source(self->stream);
    self->info.attempts         = source->totals.attempts;
    self->info.duration_us      = (dynox__now_ns() - self->started_ns) / 1000;
    memcpy(self->info.request_id, source->totals.last_request_id, sizeof self->info.request_id);
    self->sum = source->capacity_count ? dynox__document_new(NULL, 2048) : NULL;
    if (!self->sum) return;
    dynox_capacity *capacity = dynox__arena_alloc(&self->sum->arena, sizeof *capacity);
    size_t          length   = source->table ? strlen(source->table) : 0;
    char           *table    = source->table ? dynox__arena_alloc(&self->sum->arena, length + 1) : NULL;
    if (!capacity) return;
    if (table) memcpy(table, source->table, length + 1);
    *capacity                 = source->capacity;
    capacity->table           = table;
    self->info.capacity       = capacity;
    self->info.capacity_count = 1;
    self->info.owned_         = &self->sum->shared;
}

/* The stream ends before the future is done: whoever sees that sees nothing of it in flight. */
static void settle(dynox__walk *self, dynox__slot value, dynox_status status, dynox__failure *failure)
{
    dynox_stream_free(self->stream);
    self->stream = NULL;
    dynox__future_fulfil(&self->future, value, NULL, status, dynox__failure_if_cancelled(status, failure, &self->sent));
}

static void fail(dynox__walk *self, const dynox_error *error)
{
    settle(self, (dynox__slot){0}, error->status, dynox__failure_new(error));
}

static void succeed(dynox__walk *self)
{
    sum_up(self);
    dynox__slot value = self->kind->end(self);
    if (self->error.status != DYNOX_OK)
        fail(self, &self->error);
    else
        settle(self, value, DYNOX_OK, NULL);
}

/* ---- the way there ---- */

static void step(dynox__walk *self);

static void page_came(dynox_future *page, dynox__continuation *continuation)
{
    dynox__walk    *self   = DYNOX__CONTAINER(continuation, dynox__walk, continuation);
    dynox_status    status = dynox_future_error(page); /* and it has been looked at */
    dynox__failure *failure =
        status == DYNOX_OK ? NULL : dynox__failure_acquire(dynox__future_failure(page)); /* the stream's, or its own */
    dynox__sent_keep(&self->sent, &self->page);
    dynox_future_release(page);
    if (status == DYNOX_OK)
        step(self);
    else
        settle(self, (dynox__slot){0}, status, failure);
}

static void wait(dynox__walk *self)
{
    dynox_future *page    = dynox_stream_next(self->stream);
    self->continuation.fn = page_came;
    self->continuation.on = dynox_executor_inline();
    atomic_store_explicit(&self->page, (uintptr_t)page, memory_order_release);
    if (dynox__future_cancel_handshake(&self->future)) dynox_future_cancel(page);
    dynox__future_attach(page, &self->continuation);
}

static void step(dynox__walk *self)
{
    const void *item;
    for (;;) {
        if (dynox__future_cancel_requested(&self->future)) {
            settle(self, (dynox__slot){0}, DYNOX_E_CANCELLED, NULL);
            return;
        }
        switch (dynox_stream_poll(self->stream, &item)) {
        case DYNOX_STREAM_ITEM:
            if (self->kind->take(self, item)) continue;
            succeed(self);
            return;
        case DYNOX_STREAM_END: succeed(self); return;
        case DYNOX_STREAM_FAILED: fail(self, dynox_stream_error(self->stream)); return;
        case DYNOX_STREAM_WAIT: wait(self); return;
        }
    }
}

dynox_future *dynox__walk_refuse(dynox_stream *stream, dynox_error *error)
{
    dynox_stream_free(stream);
    return dynox__future_failed_with(error);
}

/* What is wrong with the stream already: it has failed, or its items are others. */
static bool is_good(dynox_stream *stream, const dynox_type *items, dynox_error *error)
{
    if (error->status != DYNOX_OK) return false;
    const dynox_error *failed = dynox_stream_error(stream); /* a NULL one, too */
    const dynox_type  *found  = dynox_stream_item_type(stream);
    if (failed)
        dynox_error_copy(error, failed);
    else if (!dynox__item_source(stream) || !found)
        dynox_error_set(error, DYNOX_E_TYPE, "not a stream of items");
    else if (found != items)
        dynox_error_set(error, DYNOX_E_TYPE, "the stream is one of %s, not of %s", found->name, items->name);
    return error->status == DYNOX_OK;
}

dynox__walk *dynox__walk_new(const dynox__walk_kind *kind, dynox_stream *stream, const dynox_type *items,
                             dynox_error *error)
{
    if (!is_good(stream, items, error)) return NULL;
    dynox__walk *self = dynox__calloc(kind->size);
    if (!self) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    self->kind       = kind;
    self->stream     = stream;
    self->started_ns = dynox__now_ns();
    return self;
}

dynox_future *dynox__walk_start(dynox__walk *self, const dynox_type *type)
{
    dynox__future_init(&self->future, &walk_class, type, 2);
    dynox_future *future = &self->future;
    step(self);
    return future;
}

/* ---- count ---- */

static bool take_none(dynox__walk *self, const void *item)
{
    (void)self;
    (void)item;
    return true;
}

static dynox__slot count_end(dynox__walk *self)
{
    return (dynox__slot){.integer = (int64_t)dynox__item_source(self->stream)->totals.count};
}

dynox_future *dynox__walk_count(dynox_stream *stream, dynox_error *error)
{
    static const dynox__walk_kind count_kind = {sizeof(dynox__walk), take_none, count_end, NULL};
    dynox__walk                  *self       = dynox__walk_new(&count_kind, stream, &dynox_type_item, error);
    return self ? dynox__walk_start(self, &dynox_type_long_long) : dynox__walk_refuse(stream, error);
}
