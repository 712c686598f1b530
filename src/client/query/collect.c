/* Futures of what a stream comes to: how many items, all of them, the first. Each walks the stream itself, on whichever
 * thread the pages arrive, so that nobody else has to. */
#include "base/args.h"
#include "base/clock.h"
#include "client/core/sync.h"
#include "client/item/items.h"
#include "client/query/item_stream.h"
#include "client/query/query_stream.h"
#include <dynox/collect.h>

typedef struct walk walk;

typedef struct walk_kind {
    const char *name;
    bool (*take)(walk *self, const dynox_item *item); /* false: that is enough, or there was an error */
    dynox__slot (*end)(walk *self);
} walk_kind;

struct walk {
    dynox_future        future; /* first */
    dynox__continuation continuation;
    dynox__pin          page; /* owns what it waits for, so that a cancel can go there */
    dynox__sent_before  sent;
    const walk_kind    *kind;
    dynox_stream       *stream; /* owned; NULL: ended */
    int64_t             started_ns;
    dynox_error         error;
    dynox_item        **items; /* owned, and each of them */
    size_t              count, room, most;
    dynox__document    *sum; /* holds what the info points to */
    dynox_info          info;
};

/* ---- the future ---- */

static walk *walk_of(const dynox_future *future)
{
    return (walk *)(uintptr_t)future;
}

static void cancel(dynox_future *future)
{
    dynox__pin_cancel(&walk_of(future)->page);
}

static void destroy(dynox_future *future)
{
    walk *self = walk_of(future);
    for (size_t i = 0; i < self->count; i++)
        dynox_item_free(self->items[i]);
    dynox__free(self->items);
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
    dynox_future *page  = dynox__pin_acquire(&walk_of(future)->page);
    bool          found = page && dynox__future_needs(page, executor, depth);
    dynox_future_release(page);
    return found;
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

/* Makes an item that is borrowed from its page one that keeps it. */
static dynox_item *keep(const dynox_stream *stream, const dynox_item *borrowed)
{
    dynox_item *item = (dynox_item *)(uintptr_t)borrowed;
    item->owner_     = dynox__shared_acquire(dynox__item_page(stream)->owner_);
    return item;
}

/* ---- the end ---- */

/* What all pages have come to. Without memory for it there is no capacity. */
static void sum_up(walk *self)
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
static void settle(walk *self, dynox__slot value, dynox_status status, dynox__failure *failure)
{
    dynox_stream_free(self->stream);
    self->stream = NULL;
    dynox__future_fulfil(&self->future, value, NULL, status, dynox__failure_if_cancelled(status, failure, &self->sent));
}

static void fail(walk *self, const dynox_error *error)
{
    settle(self, (dynox__slot){0}, error->status, dynox__failure_new(error));
}

static void succeed(walk *self)
{
    sum_up(self);
    dynox__slot value = self->kind->end(self);
    if (self->error.status != DYNOX_OK)
        fail(self, &self->error);
    else
        settle(self, value, DYNOX_OK, NULL);
}

/* ---- the way there ---- */

static void step(walk *self);

static void page_came(dynox_future *page, dynox__continuation *continuation)
{
    walk           *self   = DYNOX__CONTAINER(continuation, walk, continuation);
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

static void wait(walk *self)
{
    dynox_future *page    = dynox_stream_next(self->stream);
    self->continuation.fn = page_came;
    self->continuation.on = dynox_executor_inline();
    atomic_store_explicit(&self->page, (uintptr_t)page, memory_order_release);
    if (dynox__future_cancel_handshake(&self->future)) dynox_future_cancel(page);
    dynox__future_attach(page, &self->continuation);
}

static void step(walk *self)
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

static dynox_future *refuse(dynox_stream *stream, dynox_error *error)
{
    dynox_stream_free(stream);
    return dynox__future_failed_with(error);
}

/* What is wrong with the stream already: it has failed, or its items are none. */
static bool is_good(dynox_stream *stream, dynox_error *error)
{
    if (error->status != DYNOX_OK) return false;
    const dynox_error *failed = dynox_stream_error(stream); /* a NULL one, too */
    if (failed)
        dynox_error_copy(error, failed);
    else if (!dynox__item_source(stream))
        dynox_error_set(error, DYNOX_E_TYPE, "not a stream of items");
    return error->status == DYNOX_OK;
}

/* Consumes the stream. `error`: why not to begin. */
static dynox_future *start(const walk_kind *kind, dynox_stream *stream, const dynox_type *type, size_t most,
                           dynox_error *error)
{
    if (!is_good(stream, error)) return refuse(stream, error);
    walk *self = dynox__calloc(sizeof *self);
    if (!self) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return refuse(stream, error);
    }
    self->kind       = kind;
    self->stream     = stream;
    self->most       = most;
    self->started_ns = dynox__now_ns();
    dynox__future_init(&self->future, &walk_class, type, 2);
    dynox_future *future = &self->future;
    step(self);
    return future;
}

static void refuse_outputs(dynox_error *error)
{
    if (error->status == DYNOX_OK)
        dynox_error_set(error, DYNOX_E_ARGUMENT, ".out, .error and .info are for the sync_ form; ask the future");
}

/* ---- count ---- */

static bool count_none(walk *self, const dynox_item *item)
{
    (void)self;
    (void)item;
    return true;
}

static dynox__slot count_end(walk *self)
{
    return (dynox__slot){.integer = (int64_t)dynox__item_source(self->stream)->totals.count};
}

static const walk_kind count_kind = {"count", count_none, count_end};

static dynox_stream *counted(dynox_client *client, const dynox_count_args *args)
{
    const dynox_query_args query = {.size            = sizeof query,
                                    .table           = args->table,
                                    .key_condition   = args->key_condition,
                                    .index           = args->index,
                                    .filter          = args->filter,
                                    .select          = DYNOX_SELECT_COUNT,
                                    .consistent_read = args->consistent_read,
                                    .page_size       = args->page_size,
                                    .return_capacity = args->return_capacity};
    const dynox_scan_args  scan  = {.size            = sizeof scan,
                                    .table           = args->table,
                                    .index           = args->index,
                                    .filter          = args->filter,
                                    .select          = DYNOX_SELECT_COUNT,
                                    .consistent_read = args->consistent_read,
                                    .page_size       = args->page_size,
                                    .return_capacity = args->return_capacity};
    return args->key_condition ? dynox_query_with(client, &query) : dynox_scan_with(client, &scan);
}

dynox_future *dynox_count_with(dynox_client *client, const dynox_count_args *given)
{
    dynox_count_args args;
    dynox_error      error = {0};
    if (dynox__args_read(&args, sizeof args, given, &error) != DYNOX_OK) return dynox__future_failed_with(&error);
    dynox_stream        *stream = counted(client, &args);
    dynox__query_stream *query  = dynox__query_stream_of(stream);
    if (query) {
        query->source.options = DYNOX__CALL_OPTIONS(args);
        if (args.deadline_ms > 0) query->source.until_ns = dynox__deadline_after(dynox__now_ns(), args.deadline_ms);
    }
    return start(&count_kind, stream, &dynox_type_long_long, 0, &error);
}

dynox_status dynox_sync_count_with(dynox_client *client, const dynox_count_args *given)
{
    dynox_count_args args;
    DYNOX__SYNC(client, args, given, dynox_count_with, &dynox_type_long_long);
}

/* ---- collect ---- */

static bool collect_take(walk *self, const dynox_item *item)
{
    if (self->most && self->count == self->most) {
        dynox_error_set(
            &self->error, DYNOX_E_TOO_LARGE,
            "the stream has more than .max_items (%zu) items; for the first so many of them give it a .limit",
            self->most);
        return false;
    }
    if (self->count == self->room) {
        size_t       room   = self->room ? 2 * self->room : 64;
        dynox_item **larger = dynox__realloc_array(self->items, room, sizeof *larger);
        if (!larger) {
            dynox_error_set(&self->error, DYNOX_E_NO_MEMORY, "out of memory");
            return false;
        }
        self->items = larger;
        self->room  = room;
    }
    self->items[self->count++] = keep(self->stream, item);
    return true;
}

static dynox__slot collect_end(walk *self)
{
    dynox_items *items = self->error.status == DYNOX_OK ? dynox__items_new(self->count) : NULL;
    if (!items && self->error.status == DYNOX_OK) dynox_error_set(&self->error, DYNOX_E_NO_MEMORY, "out of memory");
    for (size_t i = 0; items && i < self->count; i++)
        dynox__items_set(items, i, self->items[i]);
    if (items) self->count = 0; /* they are its */
    return (dynox__slot){.pointer = items};
}

static const walk_kind collect_kind = {"collect", collect_take, collect_end};

dynox_future *dynox_collect_with(const dynox_collect_args *given)
{
    dynox_collect_args args;
    dynox_error        error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    if (args.out || args.error || args.info) refuse_outputs(&error);
    return start(&collect_kind, DYNOX__ARGS_FIELD(args, given, stream), &dynox_type_items, args.max_items, &error);
}

/* ---- first ---- */

static bool first_take(walk *self, const dynox_item *item)
{
    collect_take(self, item);
    return false;
}

static dynox__slot first_end(walk *self)
{
    dynox__slot value = {.pointer = self->count && self->error.status == DYNOX_OK ? self->items[0] : NULL};
    if (value.pointer) self->count = 0;
    return value;
}

static const walk_kind first_kind = {"first", first_take, first_end};

dynox_future *dynox_first_with(const dynox_first_args *given)
{
    dynox_first_args args;
    dynox_error      error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    if (args.out || args.error || args.info) refuse_outputs(&error);
    dynox_stream *stream = DYNOX__ARGS_FIELD(args, given, stream);
    dynox__item_stream_want_one(stream);
    return start(&first_kind, stream, &dynox_type_item, 0, &error);
}

/* ---- joined ---- */

/* As DYNOX__SYNC, without a client. */
#define SYNC(args, given, start, type_)                                                                                \
    do {                                                                                                               \
        dynox__sync sync_ = {.type = (type_)};                                                                         \
        DYNOX__SYNC_READ_OUT(sync_, args, given);                                                                      \
        if (sync_.refusal.status == DYNOX_OK) return dynox__sync_join(&sync_, start(&(args)));                         \
        dynox_stream_free(DYNOX__ARGS_FIELD(args, given, stream));                                                     \
        return dynox__sync_refuse(&sync_);                                                                             \
    } while (0)

dynox_status dynox_sync_collect_with(const dynox_collect_args *given)
{
    dynox_collect_args args;
    SYNC(args, given, dynox_collect_with, &dynox_type_items);
}

dynox_status dynox_sync_first_with(const dynox_first_args *given)
{
    dynox_first_args args;
    SYNC(args, given, dynox_first_with, &dynox_type_item);
}
