/* A page of a query or a scan: the walk over its range, and what is answered. */
#include "local/operation/page.h"
#include "local/table/keep.h"
#include "local/table/parts.h"

enum { PAGE_BYTES = 1024 * 1024, MOST_PARTS = 4 * DYNOX__MOST_KEY_PARTS };

static bool is_before(dynox__bytes key, const dynox__buffer *other)
{
    size_t less  = key.size < other->size ? key.size : other->size;
    int    order = memcmp(key.data, other->data, less);
    return order ? order < 0 : key.size < other->size;
}

static bool store(dynox__local_call *call, dynox_status status, dynox_error *error)
{
    return status == DYNOX_OK || dynox__local_store_failed(call, error);
}

/* The item behind an entry of a local index. */
static bool fetch(dynox__local_call *call, dynox__page *page, dynox__stored *stored)
{
    dynox_item shown = {0}, key = {0};
    if (!dynox__stored_read(call, stored, &shown) || !dynox__table_key_of(call, page->table, &shown, &key) ||
        !dynox__table_get(call, page->table, &key, stored))
        return false;
    return dynox__bill_read(call, &page->bill, page->table, NULL, stored->size, page->is_consistent);
}

/* Counts an item, and writes it, if the filter lets it through. Its values are read only where somebody asks for them.
 */
static bool take(dynox__local_call *call, dynox__page *page, const dynox__stored *stored)
{
    bool       holds = true, writes = !page->counts_only;
    dynox_item item = {0}, projected = {0};
    if ((page->filter || (page->projection && writes)) && !dynox__stored_read(call, stored, &item)) return false;
    if (page->filter && !dynox__condition_holds(page->filter, &item, call->arena, &holds, &call->refusal)) return false;
    page->count += holds;
    if (!holds || !writes) return true;
    dynox__answer_element(call->answer);
    if (!page->projection) {
        dynox__buffer_add(call->answer, stored->json, stored->length);
        return true;
    }
    if (!dynox__projection_apply(page->projection, &item, call->arena, &projected, &call->refusal)) return false;
    dynox__values_write_item(call->answer, &projected);
    return true;
}

/* The same with memory that goes back after each item: a page may look at very many small ones. */
static bool take_alone(dynox__local_call *call, dynox__page *page, const dynox__stored *stored)
{
    dynox__arena *of_call = call->arena;
    call->arena           = &page->scratch;
    bool done             = take(call, page, stored);
    call->arena           = of_call;
    if (!done && call->refusal.message) {
        call->refusal.message = dynox__arena_copy(of_call, call->refusal.message, call->refusal.length);
        if (!call->refusal.message) call->refusal = (dynox__refusal){.type = DYNOX__REFUSAL_INTERNAL};
    }
    dynox__arena_reset(&page->scratch);
    return done;
}

static bool look_at(dynox__local_call *call, dynox__page *page, const dynox__store_entry *entry)
{
    dynox__stored stored = {0};
    if (page->index ? !dynox__stored_entry(call, page->table, page->index, entry->value, &stored)
                    : (stored = dynox__stored_of(entry->value), false))
        return false;
    size_t read  = stored.size;
    page->is_cut = page->scanned && page->bytes + read > PAGE_BYTES;
    if (page->is_cut) return true;
    if (page->fetches && !fetch(call, page, &stored)) return false;
    page->bytes += page->fetches ? stored.size : read;
    page->read += read;
    page->scanned++;
    page->is_cut    = page->scanned == page->limit;
    page->last.size = 0;
    dynox__buffer_add(&page->last, entry->key.data, entry->key.size);
    return take_alone(call, page, &stored);
}

static bool is_outside(const dynox__page *page, const dynox__store_entry *entry)
{
    if (!entry->key.data) return true;
    return page->is_backwards ? is_before(entry->key, &page->low) : !is_before(entry->key, &page->high);
}

static bool walk(dynox__local_call *call, dynox__page *page, dynox__store_cursor *cursor)
{
    dynox_error          error = {0};
    dynox__store_entry   entry = {0};
    const dynox__buffer *from  = page->is_backwards ? &page->high : &page->low;
    if (!store(call, dynox__store_seek(cursor, dynox__bytes_of(from), page->is_backwards, &entry, &error), &error))
        return false;
    if (page->is_backwards && entry.key.data && !is_before(entry.key, &page->high) &&
        !store(call, dynox__store_next(cursor, &entry, &error), &error))
        return false; /* the range ends before `high` */
    while (!is_outside(page, &entry)) {
        if (!look_at(call, page, &entry)) return false;
        if (page->is_cut) return true;
        if (!store(call, dynox__store_next(cursor, &entry, &error), &error)) return false;
    }
    return true;
}

/* ---- the answer ---- */

static void add_part(const dynox_item *item, const dynox__key_part *part, dynox_named_value *parts, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        if (parts[i].name_length == part->length && memcmp(parts[i].name, part->name, part->length) == 0) return;
    const dynox_value *value = dynox__part_of(item, part);
    if (value) parts[(*count)++] = (dynox_named_value){part->name, part->length, 0, *value};
}

static void add_key(const dynox_item *item, const dynox__key_schema *key, dynox_named_value *parts, size_t *count)
{
    for (unsigned i = 0; i < key->partition_count; i++)
        add_part(item, &key->partition[i], parts, count);
    for (unsigned i = 0; i < key->sort_count; i++)
        add_part(item, &key->sort[i], parts, count);
}

/* Of an index it has the table's key, too. */
bool dynox__page_last(dynox__local_call *call, dynox__page *page, dynox_item *key)
{
    dynox_named_value *parts  = dynox__arena_alloc(call->arena, MOST_PARTS * sizeof *parts);
    size_t             count  = 0;
    dynox_item         item   = {0};
    dynox__bytes       value  = {0};
    dynox__stored      stored = {0};
    if (page->last.failed || !parts) return dynox__refuse_memory(&call->refusal);
    if (!dynox__keep_get(call, &page->last, &value)) return false;
    if (page->index ? !dynox__stored_entry(call, page->table, page->index, value, &stored)
                    : (stored = dynox__stored_of(value), false))
        return false;
    if (!dynox__stored_read(call, &stored, &item)) return false;
    add_key(&item, &page->table->key, parts, &count);
    if (page->index) add_key(&item, &page->index->key, parts, &count);
    *key = dynox_item_of(parts, count);
    return true;
}

bool dynox__page_walk(dynox__local_call *call, dynox__page *page)
{
    dynox_error          error  = {0};
    dynox__store_cursor *cursor = NULL;
    if (!store(call, dynox__store_cursor_open(call->transaction, &cursor, &error), &error)) return false;
    bool done = walk(call, page, cursor);
    dynox__store_cursor_close(cursor);
    return done;
}

bool dynox__page_bill(dynox__local_call *call, dynox__page *page)
{
    return dynox__bill_read(call, &page->bill, page->table, page->index, page->read, page->is_consistent);
}

bool dynox__page_answer(dynox__local_call *call, dynox__page *page)
{
    dynox_item last = {0};
    dynox__buffer_byte(call->answer, '{');
    if (!page->counts_only) {
        dynox__answer_member(call->answer, "Items");
        dynox__buffer_byte(call->answer, '[');
    }
    if (!dynox__page_walk(call, page) || !dynox__page_bill(call, page)) return false;
    if (!page->counts_only) dynox__buffer_byte(call->answer, ']');
    dynox__answer_member(call->answer, "Count");
    dynox__buffer_unsigned(call->answer, page->count);
    dynox__answer_member(call->answer, "ScannedCount");
    dynox__buffer_unsigned(call->answer, page->scanned);
    if (page->is_cut) {
        if (!dynox__page_last(call, page, &last)) return false;
        dynox__answer_member(call->answer, "LastEvaluatedKey");
        dynox__values_write_item(call->answer, &last);
    }
    dynox__bill_answer(call, &page->bill, false);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

void dynox__page_free(dynox__page *page)
{
    dynox__buffer_free(&page->low);
    dynox__buffer_free(&page->high);
    dynox__buffer_free(&page->last);
    dynox__arena_free(&page->scratch);
}
