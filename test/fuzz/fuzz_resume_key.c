/* Where a query goes on: from any page of any answer, at any place of it, with or without a description of the table.
 * A resume key has the key attributes of the last item that was handed out and no other, survives being stored as text,
 * and can be sent. Input: a byte that says how far to read, then texts that a line end parts: the answer with the page,
 * the key that the program began with, and the description of the table. */
#include "client/core/sync.h"
#include "client/query/query_stream.h"
#include <dynox/item.h>
#include <dynox/query.h>
#include <dynox/table.h>
/* the functions that are tested are those of this file, which nothing reaches but through a client */
#define dynox_stream_resume_key fuzz_resume_key
#define dynox_sync_stream_resume_key fuzz_sync_resume_key
#include "client/query/resume_key.c"
#undef dynox_stream_resume_key
#undef dynox_sync_stream_resume_key
#include "codec_items.h"
#include "fuzz/fuzz.h"
#include "value/json/encode.h"
#include "value/json_c/control.h"

typedef struct part {
    const char *text;
    size_t      size;
} part;

static part next_part(const uint8_t **data, size_t *size)
{
    const uint8_t *end  = *size ? memchr(*data, '\n', *size) : NULL;
    part           made = {(const char *)*data, end ? (size_t)(end - *data) : *size};
    *data += made.size + (end != NULL);
    *size -= made.size + (end != NULL);
    return made;
}

static dynox_page *decode_page(part text)
{
    dynox__call      call  = {0};
    dynox__buffer    body  = {.data = codec_body(text.text, text.size), .size = text.size, .capacity = text.size + 64};
    dynox__slot      value = {0};
    dynox__document *document = NULL;
    dynox_error      error    = {0};
    char            *copy     = dynox__malloc(text.size + DYNOX__DECODE_PADDING);
    if (!copy) abort();
    memcpy(copy, body.data, text.size + DYNOX__DECODE_PADDING);
    free(body.data);
    body.data           = copy;
    dynox_status status = dynox__query_operation.decode(&call, &body, &value, &document, &error);
    PROMISE(status == DYNOX_OK || (status == DYNOX_E_DECODE && error.message[0]));
    dynox__buffer_free(&body);
    dynox_error_clear(&error);
    if (document) dynox__shared_release(&document->shared);
    return value.pointer;
}

/* NULL: it is none. */
static dynox_item *decode_key(part text)
{
    char        *body  = codec_body(text.text, text.size);
    dynox__arena arena = {0};
    dynox_error  error = {0};
    dynox_item   item, *copy = NULL;
    if (dynox__decode_item(body, text.size, &arena, &item, &error) == DYNOX_OK) copy = dynox_item_copy(&item);
    dynox__arena_free(&arena);
    free(body);
    dynox_error_clear(&error);
    return copy;
}

static const dynox_named_value *find(const dynox_item *item, const char *name, size_t length)
{
    const dynox_named_value *found = NULL;
    for (size_t i = 0; i < item->count && !found; i++)
        if (item->attributes[i].name_length == length && memcmp(item->attributes[i].name, name, length) == 0)
            found = &item->attributes[i];
    return found;
}

/* Stored and read back, and in the next request. */
static void check_key(const dynox_item *key)
{
    dynox__buffer json  = {0};
    dynox_error   error = {0};
    if (dynox__encode_item(&json, key, &error) == DYNOX_OK) {
        dynox_item *again = decode_key((part){json.data, json.size});
        PROMISE(again && dynox_item_equal(again, key));
        dynox_item_free(again);
    } else {
        PROMISE(error.status == DYNOX_E_VALUE && error.message[0]); /* unions of the service that we cannot send */
    }
    dynox__buffer_free(&json);
    dynox_error_clear(&error);
}

/* Takes over the future. `last`: whose attributes the key must have; NULL: the key is one that was there already. */
static void check_future(dynox_future *future, const dynox_item *last, const dynox_item *names)
{
    dynox_item *key = NULL;
    PROMISE(dynox_future_done(future));
    dynox_status status = DYNOX_TAKE(key, future);
    dynox_future_release(future);
    PROMISE(status == DYNOX_OK || status == DYNOX_E_ARGUMENT || status == DYNOX_E_NOT_FOUND);
    if (key && last) {
        for (size_t i = 0; i < key->count; i++) {
            const dynox_named_value *member = &key->attributes[i];
            const dynox_named_value *same   = find(last, member->name, member->name_length);
            PROMISE(same && codec_same_value(&same->value, &member->value));
            PROMISE(!names || find(names, member->name, member->name_length));
        }
        for (size_t i = 0; names && i < names->count; i++)
            PROMISE(find(key, names->attributes[i].name, names->attributes[i].name_length));
    }
    if (key) check_key(key);
    dynox_item_free(key);
}

static void ask_description(part text, const dynox_item *last)
{
    dynox__document *document = NULL;
    dynox_table     *table    = NULL;
    dynox_error      error    = {0};
    char            *body     = codec_body(text.text, text.size);
    if (dynox__control_table(body, text.size, "Table", &table, &document, &error) == DYNOX_OK) {
        for (size_t i = 0; i <= table->global_index_count + table->local_index_count; i++) {
            described asked = {.item = (dynox_item *)(uintptr_t)last};
            if (i) {
                size_t local = i - 1 - table->global_index_count;
                asked.index  = (char *)(uintptr_t)(i <= table->global_index_count ? table->global_indexes[i - 1].name
                                                                                  : table->local_indexes[local].name);
            }
            check_future(key_of(table, &asked), last, NULL);
        }
        check_future(key_of(table, &(described){.item = (dynox_item *)(uintptr_t)last, .index = "none"}), last, NULL);
    }
    dynox_table_free(table);
    if (document) dynox__shared_release(&document->shared);
    dynox_error_clear(&error);
    free(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    size_t reads = *data++;
    size--;
    part page = next_part(&data, &size), start = next_part(&data, &size), description = next_part(&data, &size);
    dynox_stream        *stream = dynox_query(NULL, "t", DYNOX_EXPR("pk = ?", 1));
    dynox__query_stream *self   = dynox__query_stream_of(stream);
    if (!self) abort();
    self->start_key = decode_key(start);
    if (self->start_key && !self->start_key->count) { /* as dynox_query does */
        dynox_item_free(self->start_key);
        self->start_key = NULL;
    }
    self->key_names = self->start_key ? dynox_item_copy(self->start_key) : NULL;
    self->page      = decode_page(page);
    if (self->page) {
        const dynox_item *last = self->page->last_key;
        if (last && !self->key_names) self->key_names = dynox_item_copy(last);
        self->at = reads < self->page->item_count ? reads : self->page->item_count;
        if (self->at == 0) self->at = self->page->item_count; /* a page is there when an item of it was wanted */
        last = self->at ? &self->page->items[self->at - 1] : NULL;
        if (last) ask_description(description, last);
    }
    bool within = self->page && self->at < self->page->item_count;
    if (!within || self->key_names)
        check_future(fuzz_resume_key(stream), within ? &self->page->items[self->at - 1] : NULL, self->key_names);
    dynox_stream_free(stream);
    return 0;
}
