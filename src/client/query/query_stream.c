/* Query and scan as streams of items. */
#include "client/query/query_stream.h"
#include "base/args.h"
#include "client/query/item_stream.h"

static size_t left(const dynox__query_stream *self)
{
    return self->limit ? self->limit - self->given : SIZE_MAX;
}

static bool at_limit(const dynox__query_stream *self)
{
    return self->limit && self->given >= self->limit;
}

static const void *take(dynox__pages *pages)
{
    dynox__query_stream *self = (dynox__query_stream *)pages;
    if (at_limit(self) || !self->page || self->at == self->page->item_count) return NULL;
    self->given++;
    return dynox__source_item(&self->source, self->page, self->at++);
}

static bool is_last(const dynox_page *page)
{
    return !page->last_key && !page->next_token;
}

static bool wants_page(const dynox__pages *pages)
{
    const dynox__query_stream *self = (const dynox__query_stream *)pages;
    if (at_limit(self)) return false;
    return !self->page || (self->at == self->page->item_count && !is_last(self->page));
}

/* Without a filter the service can stop exactly at the limit, which saves capacity and gives the exact resume key. What
 * is still unread of the current page (when prefetching) counts as given. */
static size_t next_page_size(const dynox__query_stream *self)
{
    if (!self->limit || self->has_filter) return self->page_size;
    size_t unread = self->page ? self->page->item_count - self->at : 0;
    size_t rest   = left(self) - unread;
    if (rest > INT32_MAX) rest = INT32_MAX; /* the largest Limit that there is */
    return self->page_size && self->page_size < rest ? self->page_size : rest;
}

static dynox_future *fetch(dynox__pages *pages)
{
    dynox__query_stream  *self   = (dynox__query_stream *)pages;
    dynox__request_writer writer = {0};
    dynox__source_request(&self->source, &writer);
    dynox__page_position(&writer, next_page_size(self), self->page ? self->page->last_key : self->start_key);
    dynox__request_text(&writer, "NextToken", self->page ? self->page->next_token : self->start_token);
    return dynox__request_send(&writer);
}

static dynox_status accept(dynox__pages *pages, dynox_future *future)
{
    dynox__query_stream *self  = (dynox__query_stream *)pages;
    dynox_page          *page  = NULL;
    dynox_status         taken = DYNOX_TAKE(page, future);
    if (taken != DYNOX_OK) return taken;
    if (dynox__page_repeats(page, self->page ? self->page->last_key : self->start_key,
                            self->page ? self->page->next_token : self->start_token, &pages->error)) {
        dynox_page_free(page);
        return pages->error.status;
    }
    if (page->last_key && !self->key_names && !(self->key_names = dynox_item_copy(page->last_key))) {
        dynox_page_free(page); /* the one before stays, and with it where to resume */
        return DYNOX_E_NO_MEMORY;
    }
    dynox_page_free(self->page);
    self->page = page;
    self->at   = 0;
    dynox__source_count(&self->source, page);
    return DYNOX_OK;
}

static bool prefetch(const dynox__pages *pages)
{
    const dynox__query_stream *self = (const dynox__query_stream *)pages;
    return self->prefetch && !is_last(self->page) && left(self) > self->page->item_count;
}

static void destroy(dynox__pages *pages)
{
    dynox__query_stream *self = (dynox__query_stream *)pages;
    dynox_page_free(self->page);
    dynox_item_free(self->start_key);
    dynox_item_free(self->key_names);
    dynox__free(self->start_token);
    dynox__source_free(&self->source);
    dynox__free(self);
}

static const dynox__pages_class query_class = {
    DYNOX__PAGES_CLASS("query", dynox__item_stream_type), take, wants_page, fetch, accept, prefetch, destroy};

dynox__query_stream *dynox__query_stream_of(const dynox_stream *stream)
{
    return stream && stream->class_ == &query_class.stream ? (dynox__query_stream *)(uintptr_t)stream : NULL;
}

void dynox__query_stream_want_one(dynox__query_stream *self)
{
    if (!self) return;
    self->prefetch = false;
    if (!self->limit || self->limit > self->given) self->limit = self->given + 1;
}

/* ---- making one ---- */

dynox__query_stream *dynox__query_stream_new(void)
{
    dynox__query_stream *self = dynox__calloc(sizeof *self);
    if (self) self->pages.stream.class_ = &query_class.stream;
    return self;
}

static bool copy_texts(dynox__query_stream *self, const dynox__query_texts *given)
{
    if (given->start_token && !(self->start_token = dynox__strdup(given->start_token))) return false;
    if (!given->start_key || !given->start_key->count) return true;
    self->start_key = dynox_item_copy(given->start_key);
    self->key_names = dynox_item_copy(given->start_key);
    return self->start_key && self->key_names;
}

dynox_stream *dynox__query_stream_finish(dynox__query_stream *self, dynox__request_writer *writer,
                                         const dynox__query_texts *given)
{
    bool complete = dynox__source_end(&self->source, writer, given->table, given->index) && copy_texts(self, given);
    if (writer->error.status == DYNOX_OK && !complete) {
        destroy(&self->pages);
        return dynox__pages_out_of_memory();
    }
    self->pages.error = writer->error;
    return &self->pages.stream;
}

/* Of query and scan. */
#define TAKE_OVER(self, args)                                                                                          \
    do {                                                                                                               \
        (self)->limit      = (args).limit;                                                                             \
        (self)->page_size  = (args).page_size;                                                                         \
        (self)->has_filter = (args).filter != NULL;                                                                    \
        (self)->prefetch   = (args).prefetch;                                                                          \
    } while (0)
#define TEXTS(args) (&(dynox__query_texts){.table = (args).table, .index = (args).index, .start_key = (args).start_key})

static void refuse_limited_count(dynox__request_writer *writer, size_t limit, dynox_select select)
{
    if (limit && select == DYNOX_SELECT_COUNT)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "limit counts items, and DYNOX_SELECT_COUNT gives none");
}

dynox_stream *dynox_query_with(dynox_client *client, const dynox_query_args *given)
{
    dynox_query_args      args;
    dynox__request_writer writer = {0};
    dynox__query_stream  *self   = dynox__query_stream_new();
    if (!self) return dynox__pages_out_of_memory();
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__source_begin(&self->source, &writer, client, &dynox__query_operation, &DYNOX__CALL_OPTIONS(args));
    refuse_limited_count(&writer, args.limit, args.select);
    dynox__page_query_members(&writer, &args);
    TAKE_OVER(self, args);
    return dynox__query_stream_finish(self, &writer, TEXTS(args));
}

dynox_stream *dynox_scan_with(dynox_client *client, const dynox_scan_args *given)
{
    dynox_scan_args       args;
    dynox__request_writer writer = {0};
    dynox__query_stream  *self   = dynox__query_stream_new();
    if (!self) return dynox__pages_out_of_memory();
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__source_begin(&self->source, &writer, client, &dynox__scan_operation, &DYNOX__CALL_OPTIONS(args));
    refuse_limited_count(&writer, args.limit, args.select);
    dynox__page_scan_members(&writer, &args);
    TAKE_OVER(self, args);
    return dynox__query_stream_finish(self, &writer, TEXTS(args));
}
