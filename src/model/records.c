/* Streams of records. They are streams of the client, whose pages are of another form: a page's owner is the block of
 * its records. */
#include "model/records.h"
#include "client/query/item_stream.h"
#include "model/hooks.h"
#include <string.h>

/* ---- pages ---- */

typedef struct answer {
    dynox__record_target  records;
    int64_t               count, scanned_count;
    const dynox_item     *last_key;
    const char           *next_token;
    const dynox_capacity *capacity;
} answer;

static dynox__block *block_of(const dynox_page *page)
{
    return DYNOX__CONTAINER((dynox__shared *)page->owner_, dynox__block, shared);
}

static dynox_page *page_of(dynox__document *document, const answer *found)
{
    dynox_page *page = dynox__arena_alloc(&document->arena, sizeof *page);
    if (!page) return NULL;
    *page = (dynox_page){.item_count    = found->records.block->count,
                         .count         = found->count,
                         .scanned_count = found->scanned_count,
                         .last_key      = found->last_key && found->last_key->count ? found->last_key : NULL,
                         .next_token    = found->next_token && *found->next_token ? found->next_token : NULL,
                         .info          = &document->info,
                         .owner_        = &found->records.block->shared};
    return page;
}

/* An answer without items is a page without records. */
static bool needs_block(answer *found, const dynox__loading *loading)
{
    if (!found->records.block) found->records.block = dynox__block_new(loading->model, 0);
    return found->records.block;
}

static dynox_status no_memory(answer *found, dynox__document *made, dynox_error *error)
{
    dynox__block_release(found->records.block);
    dynox__shared_release(&made->shared);
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* "Count" may stand before "Items": then it is known how many will come. */
static size_t expected(const dynox__buffer *body)
{
    static const char count[] = "\"Count\":";
    size_t            number = 0, at = 0, end = body->size < 64 ? 0 : 64 - sizeof count;
    while (at < end && memcmp(body->data + at, count, sizeof count - 1) != 0)
        at++;
    if (at == end) return 0;
    for (at += sizeof count - 1; body->data[at] >= '0' && body->data[at] <= '9' && number < 100000; at++)
        number = number * 10 + (size_t)(body->data[at] - '0');
    return number < body->size / 8 ? number : 0; /* no item is shorter */
}

static dynox_status decode(dynox__call *call, dynox__buffer *body, const dynox__field *fields, size_t field_count,
                           dynox__slot *value, dynox__document **document, dynox_error *error)
{
    const dynox__loading *loading = call->own;
    answer found = {.records = {.loading = loading, .hint = expected(body)}, .count = -1, .scanned_count = -1};
    dynox__document *made =
        dynox__answer_decode(call, body, body->size + body->size / 4 + 256, fields, field_count, &found, error);
    if (!made) {
        dynox__block_release(found.records.block);
        return error->status;
    }
    if (!needs_block(&found, loading)) return no_memory(&found, made, error);
    if (dynox__load_end(&found.records, made, error) != DYNOX_OK) {
        dynox__shared_release(&made->shared);
        return error->status;
    }
    if (found.count < 0) found.count = (int64_t)found.records.block->count;
    if (found.scanned_count < 0) found.scanned_count = found.count;
    if (!(value->pointer = page_of(made, &found))) return no_memory(&found, made, error);
    call->items               = (uint64_t)found.count;
    call->scanned             = (uint64_t)found.scanned_count;
    made->info.capacity       = found.capacity;
    made->info.capacity_count = found.capacity != NULL;
    *document                 = made;
    return DYNOX_OK;
}

static dynox_status decode_page(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                                dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Items", RECORDS, answer, records),
                                          DYNOX__FIELD("Count", INTEGER, answer, count),
                                          DYNOX__FIELD("ScannedCount", INTEGER, answer, scanned_count),
                                          DYNOX__FIELD("LastEvaluatedKey", ITEM, answer, last_key),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, capacity)};
    dynox_status status = decode(call, body, fields, sizeof fields / sizeof *fields, value, document, error);
    if (status == DYNOX_OK && !(*document)->known) call->mismatch = dynox__no_answer;
    return status;
}

static dynox_status decode_statement(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                     dynox__document **document, dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Items", RECORDS, answer, records),
                                          DYNOX__FIELD("NextToken", TEXT, answer, next_token),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, capacity)};
    return decode(call, body, fields, sizeof fields / sizeof *fields, value, document, error);
}

const dynox__operation dynox__records_query = {
    .name = "Query", .is_read = true, .type = &dynox_type_page, .decode = decode_page};
const dynox__operation dynox__records_scan = {
    .name = "Scan", .is_read = true, .type = &dynox_type_page, .decode = decode_page};
const dynox__operation dynox__records_statement = {
    .name = "ExecuteStatement", .is_read = true, .type = &dynox_type_page, .decode = decode_statement};

/* ---- what the client's streams ask ---- */

static bool prepare(const dynox__source *source, dynox__call *call)
{
    dynox__loading *loading = dynox__malloc(sizeof *loading);
    if (!loading) return false;
    *loading  = *(const dynox__loading *)source->form_context;
    call->own = loading;
    return true;
}

static const void *at(const dynox__source *source, const dynox_page *page, size_t place)
{
    dynox__block *block = block_of(page);
    (void)source;
    dynox__hooks_loaded(block->records[place]);
    return block->records[place];
}

static bool add_key(const dynox__model *model, const dynox__member *member, const void *record, dynox_item *key,
                    dynox_error *error)
{
    dynox_room  room = {0};
    dynox_value value;
    bool        ok = dynox__key_value(model, member, record, &room, &value, error) == DYNOX_OK;
    if (ok && dynox_item_set(key, member->name, value) != DYNOX_OK) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        ok = false;
    }
    dynox__room_free(&room);
    return ok;
}

static dynox_item *key(const dynox__source *source, const dynox_page *page, size_t place, dynox_error *error)
{
    dynox__block            *block  = block_of(page);
    const dynox__model      *model  = block->models ? block->models[place] : block->model;
    const void              *record = block->records[place];
    const dynox_model_index *index  = source->index ? dynox__model_index(model, source->index) : NULL;
    dynox_item              *made   = dynox_item_new();
    bool                     ok     = made && add_key(model, model->partition, record, made, error);
    if (ok && model->sort) ok = add_key(model, model->sort, record, made, error);
    for (size_t i = 0; ok && index && i < 8; i++) {
        const char *name = i < 4 ? index->partition_keys[i] : index->sort_keys[i - 4];
        if (name) ok = add_key(model, dynox__shape_member(model->shape, name, strlen(name)), record, made, error);
    }
    if (ok) return made;
    if (!made) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox_item_free(made);
    return NULL;
}

static const dynox_type *item_type(const dynox__source *source)
{
    return ((const dynox__loading *)source->form_context)->model->declared->type;
}

static const dynox__page_form form = {
    .prepare = prepare, .at = at, .key = key, .item_type = item_type, .free = dynox__free};

bool dynox__records_form(dynox__source *source, const dynox__loading *loading)
{
    dynox__loading *kept = dynox__malloc(sizeof *kept);
    if (!kept) return false;
    *kept                = *loading;
    source->form         = &form;
    source->form_context = kept;
    return true;
}

/* ---- streams ---- */

static dynox__loading loading_of(const dynox__typed_call *call)
{
    return (dynox__loading){.model      = call->model,
                            .read_only  = call->with.read_only,
                            .is_partial = call->with.projection || call->with.index,
                            .skip_hooks = !dynox__typed_call_hooks(call),
                            .every_type = call->with.every_type};
}

/* `self`: filled in by the caller; what is wrong so far is in call->error. */
static dynox_stream *stream_of(dynox__query_stream *self, dynox__typed_call *call, const dynox__operation *operation,
                               dynox__request_writer *writer,
                               void (*members)(dynox__typed_call *, dynox__request_writer *, void *), void *arg)
{
    dynox__loading    loading = loading_of(call);
    const dynox_with *with    = &call->with;
    dynox_error_copy(&writer->error, &call->error);
    dynox_error_clear(&call->error);
    dynox__source_begin(&self->source, writer, call->client, operation, &DYNOX__CALL_OPTIONS_OF(*with, NULL));
    if (writer->error.status == DYNOX_OK && !dynox__records_form(&self->source, &loading))
        dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
    if (writer->error.status == DYNOX_OK) members(call, writer, arg);
    self->limit      = with->limit;
    self->page_size  = with->page_size;
    self->prefetch   = with->prefetch;
    self->has_filter = true; /* the model's own kind is one */
    return dynox__query_stream_finish(self, writer,
                                      &(dynox__query_texts){.table = call->model ? dynox__typed_call_table(call) : NULL,
                                                            .index = with->index,
                                                            .start_key = with->start_key});
}

enum {
    READ = DYNOX__WITH_FILTER | DYNOX__WITH_PROJECTION | DYNOX__WITH_INDEX | DYNOX__WITH_LIMIT | DYNOX__WITH_PAGE_SIZE |
           DYNOX__WITH_CONSISTENT | DYNOX__WITH_READ_ONLY | DYNOX__WITH_HOOKS | DYNOX__WITH_EVERY_TYPE |
           DYNOX__WITH_TABLE,
    QUERY = READ | DYNOX__WITH_QUERY,
    SCAN  = READ | DYNOX__WITH_SEGMENTS
};

static void selection_members(dynox__typed_call *call, dynox__request_writer *writer, void *arg)
{
    dynox__request_table(writer, dynox__typed_call_table(call));
    dynox__request_index(writer, call->with.index);
    dynox__selection_write(arg, call, writer);
    dynox__request_capacity(writer, call->with.return_capacity);
    dynox__request_placeholders(writer);
}

static dynox_stream *select_with(dynox__typed_call *call, const dynox__operation *operation, const void *key)
{
    dynox__request_writer writer    = {0};
    dynox__selection      selection = {0};
    dynox__query_stream  *self      = dynox__query_stream_new();
    dynox_stream         *stream;
    if (call->error.status == DYNOX_OK) dynox__selection_begin(&selection, call, key);
    stream =
        self ? stream_of(self, call, operation, &writer, selection_members, &selection) : dynox__pages_out_of_memory();
    dynox__selection_end(&selection);
    dynox__typed_call_end(call);
    return stream;
}

dynox_stream *dynox_model_query(dynox_client *client, const dynox_model *model, const void *key, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "query", model, client, with, QUERY);
    if (call.error.status == DYNOX_OK && !key)
        dynox_error_set(&call.error, DYNOX_E_ARGUMENT, "%s_query: the key is missing (NULL); a scan needs none",
                        call.model->name);
    return select_with(&call, &dynox__records_query, key);
}

dynox_stream *dynox_model_index_query(dynox_client *client, const dynox_model *model, const char *index,
                                      const void *key, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "query", model, client, with, QUERY);
    if (call.error.status == DYNOX_OK && !key)
        dynox_error_set(&call.error, DYNOX_E_ARGUMENT, "%s_%s_query: the key is missing (NULL)", call.model->name,
                        index);
    call.with.index = index;
    return select_with(&call, &dynox__records_query, key);
}

dynox_stream *dynox__records_parallel_scan(dynox__typed_call *call);

dynox_stream *dynox_model_scan(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "scan", model, client, with, SCAN);
    if (call.error.status == DYNOX_OK && call.with.segments) return dynox__records_parallel_scan(&call);
    return select_with(&call, &dynox__records_scan, NULL);
}
