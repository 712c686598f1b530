/* Query and scan as streams of items. */
#include "client/query/query_stream.h"
#include "aws/call/observer.h"
#include "base/args.h"
#include <stdio.h>

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
    return &self->page->items[self->at++];
}

static bool wants_page(const dynox__pages *pages)
{
    const dynox__query_stream *self = (const dynox__query_stream *)pages;
    if (at_limit(self)) return false;
    return !self->page || (self->at == self->page->item_count && self->page->last_key);
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
    dynox__request_begin(&writer, self->client, self->operation, &self->options);
    if (writer.json) {
        dynox__buffer_add(writer.json, self->members.data, self->members.size);
        writer.has_members = true;
        dynox__call_resource(writer.call, self->table);
        dynox__call_index(writer.call, self->index);
    }
    dynox__page_position(&writer, next_page_size(self), self->page ? self->page->last_key : self->start_key);
    return dynox__request_send(&writer);
}

static void count(dynox__query_stream *self)
{
    const dynox_info *info = self->page->info;
    self->totals.pages++;
    self->totals.count += (uint64_t)self->page->count;
    self->totals.scanned_count += (uint64_t)self->page->scanned_count;
    self->totals.attempts += info->attempts;
    if (info->capacity) self->totals.capacity_units += info->capacity->units;
    snprintf(self->totals.last_request_id, sizeof self->totals.last_request_id, "%s", info->request_id);
}

static dynox_status accept(dynox__pages *pages, dynox_future *future)
{
    dynox__query_stream *self  = (dynox__query_stream *)pages;
    dynox_page          *page  = NULL;
    dynox_status         taken = DYNOX_TAKE(page, future);
    if (taken != DYNOX_OK) return taken;
    if (page->last_key && !self->key_names && !(self->key_names = dynox_item_copy(page->last_key))) {
        dynox_page_free(page); /* the one before stays, and with it where to resume */
        return DYNOX_E_NO_MEMORY;
    }
    dynox_page_free(self->page);
    self->page = page;
    self->at   = 0;
    count(self);
    return DYNOX_OK;
}

static bool prefetch(const dynox__pages *pages)
{
    const dynox__query_stream *self = (const dynox__query_stream *)pages;
    return self->prefetch && self->page->last_key && left(self) > self->page->item_count;
}

static void destroy(dynox__pages *pages)
{
    dynox__query_stream *self = (dynox__query_stream *)pages;
    dynox_page_free(self->page);
    dynox_item_free(self->start_key);
    dynox_item_free(self->key_names);
    dynox__buffer_free(&self->members);
    dynox__free(self->table);
    dynox__free(self->index);
    dynox__client_release(self->client);
    dynox__free(self);
}

static const dynox__pages_class query_class = {
    DYNOX__PAGES_CLASS("query"), take, wants_page, fetch, accept, prefetch, destroy};

dynox__query_stream *dynox__query_stream_of(const dynox_stream *stream)
{
    return stream && stream->class_ == &query_class.stream ? (dynox__query_stream *)(uintptr_t)stream : NULL;
}

/* ---- making one ---- */

/* What query and scan have in common. */
typedef struct common {
    const char         *table, *index;
    const dynox_item   *start_key;
    size_t              limit, page_size;
    bool                has_filter, prefetch, counts_only;
    dynox__call_options options;
} common;

#define COMMON(args)                                                                                                   \
    {                                                                                                                  \
        .table = (args).table, .index = (args).index, .start_key = (args).start_key, .limit = (args).limit,            \
        .page_size = (args).page_size, .has_filter = (args).filter != NULL, .prefetch = (args).prefetch,               \
        .counts_only = (args).select == DYNOX_SELECT_COUNT, .options = DYNOX__CALL_OPTIONS(args)                       \
    }

/* The members are written into a buffer of the stream's through a writer that has no call. */
static void begin_members(dynox__request_writer *writer, dynox__query_stream *self, const common *given)
{
    if (given->options.out || given->options.error || given->options.info)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              ".out, .error and .info are for the sync_ form; ask the stream instead");
    if (given->limit && given->counts_only)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "limit counts items, and DYNOX_SELECT_COUNT gives none");
    writer->json = &self->members;
    if (self->client) writer->capacity = dynox__observed_capacity(self->client->service, DYNOX_CAPACITY_NONE);
}

static bool copy_common(dynox__query_stream *self, const common *given)
{
    self->limit      = given->limit;
    self->page_size  = given->page_size;
    self->has_filter = given->has_filter;
    self->prefetch   = given->prefetch;
    self->options    = given->options;
    if (given->table && !(self->table = dynox__strdup(given->table))) return false;
    if (given->index && !(self->index = dynox__strdup(given->index))) return false;
    if (!given->start_key || !given->start_key->count) return true;
    self->start_key = dynox_item_copy(given->start_key);
    self->key_names = dynox_item_copy(given->start_key);
    return self->start_key && self->key_names;
}

static dynox_stream *finish(dynox__query_stream *self, dynox__request_writer *writer, const common *given)
{
    dynox__expr_context_free(&writer->expressions);
    bool complete = copy_common(self, given) && !self->members.failed;
    if (writer->error.status == DYNOX_OK && !complete) {
        destroy(&self->pages);
        return dynox__pages_out_of_memory();
    }
    self->pages.error = writer->error;
    return &self->pages.stream;
}

static dynox__query_stream *make(dynox_client *client, const dynox__operation *operation)
{
    dynox__query_stream *self = dynox__calloc(sizeof *self);
    if (!self) return NULL;
    self->pages.stream.class_ = &query_class.stream;
    self->client              = dynox__client_acquire(client);
    self->operation           = operation;
    return self;
}

dynox_stream *dynox_query_with(dynox_client *client, const dynox_query_args *given)
{
    dynox_query_args      args;
    dynox__request_writer writer = {0};
    dynox__query_stream  *self   = make(client, &dynox__query_operation);
    if (!self) return dynox__pages_out_of_memory();
    dynox__args_read(&args, sizeof args, given, &writer.error);
    common shared = COMMON(args);
    begin_members(&writer, self, &shared);
    dynox__page_query_members(&writer, &args);
    return finish(self, &writer, &shared);
}

dynox_stream *dynox_scan_with(dynox_client *client, const dynox_scan_args *given)
{
    dynox_scan_args       args;
    dynox__request_writer writer = {0};
    dynox__query_stream  *self   = make(client, &dynox__scan_operation);
    if (!self) return dynox__pages_out_of_memory();
    dynox__args_read(&args, sizeof args, given, &writer.error);
    common shared = COMMON(args);
    begin_members(&writer, self, &shared);
    dynox__page_scan_members(&writer, &args);
    return finish(self, &writer, &shared);
}

dynox_status dynox_stream_get_totals(const dynox_stream *stream, dynox_stream_totals *totals)
{
    const dynox__query_stream *self = dynox__query_stream_of(stream);
    *totals                         = self ? self->totals : (dynox_stream_totals){0};
    return self ? DYNOX_OK : DYNOX_E_ARGUMENT;
}
