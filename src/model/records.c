/* Pages of records: pages of the client's streams, but of another form. A page's owner is the block of its records. */
#include "model/records.h"
#include "client/query/item_stream.h"
#include "client/query/page.h"
#include "model/hooks.h"
#include <string.h>

/* ---- pages ---- */

typedef struct answer {
    dynox__record_target records;
    dynox__page_answer   page;
} answer;

static dynox__block *block_of(const dynox_page *page)
{
    return DYNOX__CONTAINER((dynox__shared *)page->owner_, dynox__block, shared);
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
    answer                found = {.records = {.loading = loading, .hint = expected(body)}, .page = DYNOX__PAGE_ANSWER};
    dynox__document      *made =
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
    dynox_page *page = dynox__page_new(call, made, &found.page, found.records.block->count);
    if (!page) return no_memory(&found, made, error);
    page->owner_   = &found.records.block->shared;
    value->pointer = page;
    *document      = made;
    return DYNOX_OK;
}

static dynox_status decode_page(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                                dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Items", RECORDS, answer, records),
                                          DYNOX__FIELD("Count", INTEGER, answer, page.count),
                                          DYNOX__FIELD("ScannedCount", INTEGER, answer, page.scanned_count),
                                          DYNOX__FIELD("LastEvaluatedKey", ITEM, answer, page.last_key),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, page.capacity)};
    dynox_status status = decode(call, body, fields, sizeof fields / sizeof *fields, value, document, error);
    if (status == DYNOX_OK && !(*document)->known) call->mismatch = dynox__no_answer;
    return status;
}

static dynox_status decode_statement(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                     dynox__document **document, dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Items", RECORDS, answer, records),
                                          DYNOX__FIELD("NextToken", TEXT, answer, page.next_token),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, page.capacity)};
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
    const dynox__loading *loading = source->form_context;
    dynox__block         *block   = block_of(page);
    if (!loading->is_gathered) dynox__hooks_loaded(block->records[place]);
    return block->records[place];
}

/* As it is stored, whatever the program has done to the record since, if that is known. */
static bool add_key(const dynox__model *model, const dynox__member *member, const void *record, dynox_item *key,
                    dynox_error *error)
{
    dynox_room             room     = {0};
    dynox_value            value    = dynox_invalid();
    const dynox__snapshot *snapshot = dynox__record_snapshot(record);
    if (snapshot && snapshot->record) record = snapshot->record;
    if (dynox__member_absent(member, record))
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the resume key needs %s.%s, which the projection left out",
                        model->name, member->attribute->member_);
    else if (dynox__bind_store_member(model->shape, member, record, &room, &value, error) == DYNOX_OK &&
             dynox_item_set(key, member->name, value) != DYNOX_OK)
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox__room_free(&room);
    return error->status == DYNOX_OK;
}

static dynox_item *key(const dynox__source *source, const dynox_page *page, size_t place, dynox_error *error)
{
    const void              *record = block_of(page)->records[place];
    const dynox__model      *model  = dynox__record_model(block_of(page)->model, record);
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

dynox__block *dynox__records_block(const dynox_page *page)
{
    return block_of(page);
}

bool dynox__records_form(dynox__source *source, const dynox__loading *loading)
{
    dynox__loading *kept = dynox__malloc(sizeof *kept);
    if (!kept) return false;
    *kept                = *loading;
    source->form         = &form;
    source->form_context = kept;
    return true;
}

void dynox__records_gather(const dynox__source *source)
{
    ((dynox__loading *)source->form_context)->is_gathered = true;
}
