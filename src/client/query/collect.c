/* Futures of what a stream of items comes to: how many there are, all of them, the first. */
#include "base/args.h"
#include "base/clock.h"
#include "client/core/sync.h"
#include "client/item/items.h"
#include "client/query/query_stream.h"
#include "client/query/walk.h"
#include <dynox/collect.h>

static void refuse_outputs(dynox_error *error)
{
    if (error->status == DYNOX_OK)
        dynox_error_set(error, DYNOX_E_ARGUMENT, ".out, .error and .info are for the sync_ form; ask the future");
}

/* ---- count ---- */

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
    return dynox__walk_count(stream, &error);
}

dynox_status dynox_sync_count_with(dynox_client *client, const dynox_count_args *given)
{
    dynox_count_args args;
    DYNOX__SYNC(client, args, given, dynox_count_with, &dynox_type_long_long);
}

/* ---- collect ---- */

/* Of a first, too, which is one item. */
typedef struct collection {
    dynox__walk  walk;
    dynox_item **items; /* owned, and each of them */
    size_t       count, room, most;
} collection;

static collection *of(dynox__walk *walk)
{
    return (collection *)walk;
}

static void collect_drop(dynox__walk *walk)
{
    collection *self = of(walk);
    for (size_t i = 0; i < self->count; i++)
        dynox_item_free(self->items[i]);
    dynox__free(self->items);
}

/* Makes an item that is borrowed from its page one that keeps it. */
static dynox_item *keep(const dynox_stream *stream, const dynox_item *borrowed)
{
    dynox_item *item = (dynox_item *)(uintptr_t)borrowed;
    item->owner_     = dynox__shared_acquire(dynox__item_page(stream)->owner_);
    return item;
}

static bool collect_take(dynox__walk *walk, const void *item)
{
    collection *self = of(walk);
    if (self->most && self->count == self->most) {
        dynox_error_set(
            &walk->error, DYNOX_E_TOO_LARGE,
            "the stream has more than .max_items (%zu) items; for the first so many of them give it a .limit",
            self->most);
        return false;
    }
    if (self->count == self->room) {
        size_t       room   = self->room ? 2 * self->room : 64;
        dynox_item **larger = dynox__realloc_array(self->items, room, sizeof *larger);
        if (!larger) {
            dynox_error_set(&walk->error, DYNOX_E_NO_MEMORY, "out of memory");
            return false;
        }
        self->items = larger;
        self->room  = room;
    }
    self->items[self->count++] = keep(walk->stream, item);
    return true;
}

static dynox__slot collect_end(dynox__walk *walk)
{
    collection  *self  = of(walk);
    dynox_items *items = walk->error.status == DYNOX_OK ? dynox__items_new(self->count) : NULL;
    if (!items && walk->error.status == DYNOX_OK) dynox_error_set(&walk->error, DYNOX_E_NO_MEMORY, "out of memory");
    for (size_t i = 0; items && i < self->count; i++)
        dynox__items_set(items, i, self->items[i]);
    if (items) self->count = 0; /* they are its */
    return (dynox__slot){.pointer = items};
}

/* Consumes the stream. `error`: why not to begin. */
static dynox_future *start(const dynox__walk_kind *kind, dynox_stream *stream, const dynox_type *type, size_t most,
                           dynox_error *error)
{
    dynox__walk *self = dynox__walk_new(kind, stream, &dynox_type_item, error);
    if (!self) return dynox__walk_refuse(stream, error);
    of(self)->most = most;
    return dynox__walk_start(self, type);
}

dynox_future *dynox_collect_with(const dynox_collect_args *given)
{
    dynox_collect_args args;
    dynox_error        error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    if (args.out || args.error || args.info) refuse_outputs(&error);
    static const dynox__walk_kind kind = {sizeof(collection), collect_take, collect_end, collect_drop};
    return start(&kind, DYNOX__ARGS_FIELD(args, given, stream), &dynox_type_items, args.max_items, &error);
}

/* ---- first ---- */

static bool first_take(dynox__walk *self, const void *item)
{
    collect_take(self, item);
    return false;
}

static dynox__slot first_end(dynox__walk *walk)
{
    collection *self  = of(walk);
    dynox__slot value = {.pointer = self->count && walk->error.status == DYNOX_OK ? self->items[0] : NULL};
    if (value.pointer) self->count = 0;
    return value;
}

dynox_future *dynox_first_with(const dynox_first_args *given)
{
    dynox_first_args args;
    dynox_error      error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    if (args.out || args.error || args.info) refuse_outputs(&error);
    dynox_stream *stream = DYNOX__ARGS_FIELD(args, given, stream);
    dynox__item_stream_want_one(stream);
    static const dynox__walk_kind kind = {sizeof(collection), first_take, first_end, collect_drop};
    return start(&kind, stream, &dynox_type_item, 0, &error);
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
