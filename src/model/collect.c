/* Futures of what a stream of records comes to: all of them, the first, how many there are. Records come on whichever
 * thread the pages do; their hooks run where the future is taken. */
#include "base/clock.h"
#include "client/query/walk.h"
#include "model/list.h"
#include "model/records.h"

/* ---- collect ---- */

typedef struct collection {
    dynox__walk     walk; /* first */
    dynox__gathered records;
    size_t          most; /* 0: any number */
} collection;

static collection *collection_of(dynox__walk *walk)
{
    return (collection *)walk;
}

static bool no_memory(dynox__walk *walk)
{
    dynox_error_set(&walk->error, DYNOX_E_NO_MEMORY, "out of memory");
    return false;
}

static dynox__block *current_block(const dynox__walk *walk)
{
    return dynox__records_block(dynox__item_page(walk->stream));
}

static bool collect_take(dynox__walk *walk, const void *record)
{
    collection *self = collection_of(walk);
    if (self->most && self->records.count == self->most) {
        dynox_error_set(&walk->error, DYNOX_E_TOO_LARGE,
                        "the stream has more than %zu records; for the first so many of them give it a .limit",
                        self->most);
        return false;
    }
    return dynox__gather(&self->records, (void *)(uintptr_t)record, current_block(walk)) || no_memory(walk);
}

static dynox__slot collect_end(dynox__walk *walk)
{
    dynox__slot value = {0};
    if (walk->error.status != DYNOX_OK) return value;
    value.pointer = dynox__gathered_list(&collection_of(walk)->records);
    if (!value.pointer) no_memory(walk);
    return value;
}

static void collect_drop(dynox__walk *walk)
{
    dynox__gathered_free(&collection_of(walk)->records);
}

dynox_future *dynox_model_collect(const dynox_model *model, dynox_stream *consumed, size_t max)
{
    static const dynox__walk_kind kind  = {sizeof(collection), collect_take, collect_end, collect_drop};
    dynox_error                   error = {0};
    dynox__walk                  *walk  = NULL;
    if (dynox__model_of(model, &error)) walk = dynox__walk_new(&kind, consumed, model->type, &error);
    if (!walk) return dynox__walk_refuse(consumed, &error);
    collection_of(walk)->most = max;
    dynox__records_gather(dynox__item_source(consumed));
    return dynox__walk_start(walk, model->list_type);
}

/* ---- first ---- */

typedef struct first {
    dynox__walk         walk; /* first */
    const dynox__model *model;
    void               *record; /* owned */
} first;

static first *first_of(dynox__walk *walk)
{
    return (first *)walk;
}

/* One of many is copied, so that it does not keep all of them. */
static bool first_take(dynox__walk *walk, const void *record)
{
    first        *self  = first_of(walk);
    dynox__block *block = current_block(walk);
    if (block->count == 1) {
        block->is_single = true;
        self->record     = dynox__block_acquire(block)->records[0];
        return false;
    }
    self->record = dynox_model_copy(self->model->declared, record);
    if (!self->record) return no_memory(walk);
    dynox__record_block(self->record)->skips_hooks = block->skips_hooks;
    return false;
}

static dynox__slot first_end(dynox__walk *walk)
{
    dynox__slot value = {0};
    if (walk->error.status != DYNOX_OK) return value;
    value.pointer          = first_of(walk)->record;
    first_of(walk)->record = NULL;
    return value;
}

static void first_drop(dynox__walk *walk)
{
    dynox_model_free(first_of(walk)->model->declared, first_of(walk)->record);
}

/* All pages together, where the stream's own deadline is one page's. */
static void set_deadline(dynox_stream *stream, int64_t deadline_ms)
{
    dynox__query_stream *query = dynox__query_stream_of(stream);
    if (query && deadline_ms > 0) query->source.until_ns = dynox__deadline_after(dynox__now_ns(), deadline_ms);
}

/* Ends the call. */
static dynox_future *first_with(dynox__typed_call *call, const void *key)
{
    static const dynox__walk_kind kind        = {sizeof(first), first_take, first_end, first_drop};
    const dynox__model           *model       = call->model;
    int64_t                       deadline_ms = call->with.deadline_ms;
    dynox_error                   error       = {0};
    dynox__records_need_key(call, key);
    dynox_stream *stream = dynox__records_select(call, key);
    dynox__walk  *walk   = dynox__walk_new(&kind, stream, model ? model->declared->type : NULL, &error);
    if (!walk || !model) return dynox__walk_refuse(stream, &error);
    first_of(walk)->model = model;
    set_deadline(stream, deadline_ms);
    dynox__item_stream_want_one(stream);
    dynox__records_gather(dynox__item_source(stream));
    return dynox__walk_start(walk, model->declared->type);
}

dynox_future *dynox_model_first(dynox_client *client, const dynox_model *model, const void *key, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "first", model, client, with, DYNOX__WITH_OF_QUERY);
    return first_with(&call, key);
}

dynox_future *dynox_model_index_first(dynox_client *client, const dynox_model *model, const char *index,
                                      const void *key, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "first", model, client, with, DYNOX__WITH_OF_QUERY & ~(unsigned)DYNOX__WITH_INDEX);
    dynox__records_set_index(&call, index);
    return first_with(&call, key);
}

/* ---- count ---- */

enum {
    COUNT = DYNOX__WITH_FILTER | DYNOX__WITH_INDEX | DYNOX__WITH_PAGE_SIZE | DYNOX__WITH_CONSISTENT |
            DYNOX__WITH_EVERY_TYPE | DYNOX__WITH_TABLE
};

static void refuse_sort(dynox__typed_call *call)
{
    if (call->error.status == DYNOX_OK && call->with.sort)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_count: .sort is not an option of a count without a key",
                        call->model->name);
}

dynox_future *dynox_model_count(dynox_client *client, const dynox_model *model, const void *key, const dynox_with *with)
{
    dynox__typed_call call;
    dynox_error       error = {0};
    dynox__typed_call_begin(&call, "count", model, client, with, COUNT | DYNOX__WITH_QUERY);
    if (!key) refuse_sort(&call);
    int64_t       deadline_ms = call.with.deadline_ms;
    dynox_stream *stream      = dynox__records_count(&call, key);
    set_deadline(stream, deadline_ms);
    return dynox__walk_count(stream, &error);
}
