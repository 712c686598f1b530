/* A scan of several segments at once, as one stream. There are as many lanes as pages may be on their way: each lane
 * reads one segment to its end, then the next that nobody has begun. A page that has come waits in its future until the
 * consumer takes it, and only then does its lane ask for the next one: so much memory is needed, however large the
 * table is. Everything runs on the consumer's thread but the bell, which whoever brings a page rings. */
#include "client/query/parallel_scan.h"
#include "async/future/future.h"
#include "base/args.h"
#include "client/core/pages.h"
#include "client/query/item_stream.h"

enum { DEFAULT_IN_FLIGHT = 8, MOST_IN_FLIGHT = 1024 };

/* Outlives the stream where a page that was cancelled still comes to its end. */
typedef struct bell {
    dynox__shared           shared;
    _Atomic(dynox_future *) waiter; /* a promise, and its producer's reference; NULL: nobody waits */
} bell;

typedef struct lane {
    dynox_future *page; /* owned; NULL: none on its way */
    uint32_t      segment;
    dynox_item   *behind_nothing; /* owned: where the segment goes on behind a page without items; else NULL */
} lane;

typedef struct parallel_scan {
    dynox_stream  stream; /* first */
    dynox__source source;
    uint32_t      segments, begun; /* how many there are; how many of them a lane has taken */
    size_t        limit, given, page_size;
    bool          has_filter, started;
    lane         *lanes; /* owned */
    size_t        lane_count, turn;
    bell         *bell; /* a reference */
    dynox_page   *page; /* the current one; owned; NULL: none yet */
    size_t        at;
    dynox_error   error;
} parallel_scan;

static parallel_scan *of(dynox_stream *stream)
{
    return (parallel_scan *)stream;
}

/* ---- the bell ---- */

static void bell_destroy(dynox__shared *shared)
{
    dynox__free(DYNOX__CONTAINER(shared, bell, shared));
}

static bell *bell_new(void)
{
    bell *made = dynox__calloc(sizeof *made);
    if (made) dynox__shared_init(&made->shared, bell_destroy);
    return made;
}

static void ring(bell *self, dynox_outcome outcome)
{
    dynox_future *waiter = atomic_exchange(&self->waiter, NULL);
    if (waiter) dynox_promise_settle(waiter, outcome);
}

static void page_came(dynox_future *page, void *arg)
{
    bell *self = arg;
    (void)page;
    ring(self, dynox_ok(NULL, NULL));
    dynox__shared_release(&self->shared);
}

/* ---- pages ---- */

static size_t next_page_size(const parallel_scan *self)
{
    if (!self->limit || self->has_filter) return self->page_size;
    size_t rest = self->limit - self->given - (self->page ? self->page->item_count - self->at : 0);
    if (rest > INT32_MAX) rest = INT32_MAX;
    return self->page_size && self->page_size < rest ? self->page_size : rest;
}

static void fail(parallel_scan *self, dynox_status status)
{
    if (self->error.status == DYNOX_OK) dynox_error_set(&self->error, status, "%s", dynox_status_text(status));
}

static void fetch(parallel_scan *self, lane *to, const dynox_item *start_key)
{
    dynox__request_writer writer = {0};
    dynox__source_request(&self->source, &writer);
    dynox__page_segment(&writer, to->segment, self->segments);
    dynox__page_position(&writer, next_page_size(self), start_key);
    to->page = dynox__request_send(&writer);
    dynox__shared_acquire(&self->bell->shared);
    dynox_status status = dynox_future_on_done(to->page, dynox_executor_inline(), page_came, self->bell);
    if (status == DYNOX_OK) return;
    dynox__shared_release(&self->bell->shared);
    fail(self, status);
}

static void forget(lane *at)
{
    dynox_item_free(at->behind_nothing);
    at->behind_nothing = NULL;
}

static void begin_next(parallel_scan *self, lane *to)
{
    if (self->begun == self->segments || self->error.status != DYNOX_OK) return;
    to->segment = self->begun++;
    forget(to);
    fetch(self, to, NULL);
}

/* What failed at the same time as another is not worth a word. */
static void end_lanes(parallel_scan *self)
{
    for (size_t i = 0; i < self->lane_count; i++) {
        dynox__future_forget(&self->lanes[i].page);
        forget(&self->lanes[i]);
    }
}

/* Is what is on the current page all that the consumer wants? */
static bool is_enough(const parallel_scan *self)
{
    return self->limit && self->limit - self->given <= self->page->item_count;
}

/* Without memory for the key only a server that repeats itself is not found out. */
static void go_on(parallel_scan *self, lane *at, const dynox_page *page)
{
    if (dynox__page_repeats(page, at->behind_nothing, NULL, &self->error)) return;
    forget(at);
    if (!page->item_count) at->behind_nothing = dynox_item_copy(page->last_key);
    fetch(self, at, page->last_key);
}

static void arrive(parallel_scan *self, lane *at)
{
    dynox_future *future = at->page;
    dynox_page   *page   = NULL;
    at->page             = NULL;
    if (dynox_future_error(future) != DYNOX_OK)
        dynox_error_copy(&self->error, dynox_future_details(future));
    else
        fail(self, DYNOX_TAKE(page, future));
    dynox_future_release(future);
    if (!page) {
        end_lanes(self);
        return;
    }
    dynox_page_free(self->page);
    self->page = page;
    self->at   = 0;
    dynox__source_count(&self->source, page);
    if (is_enough(self)) {
        end_lanes(self);
        return;
    }
    if (page->last_key)
        go_on(self, at, page);
    else
        begin_next(self, at);
    if (self->error.status != DYNOX_OK) end_lanes(self);
}

/* A lane whose page has come: one that failed before the others, and then by turns. NULL: none. */
static lane *lane_with_page(parallel_scan *self)
{
    lane *found = NULL;
    for (size_t i = 0; i < self->lane_count; i++) {
        lane *at = &self->lanes[(self->turn + i) % self->lane_count];
        if (!at->page || !dynox_future_done(at->page)) continue;
        if (dynox_future_error(at->page) != DYNOX_OK) return at;
        if (!found) found = at;
    }
    return found;
}

static bool at_limit(const parallel_scan *self)
{
    return self->limit && self->given >= self->limit;
}

/* Is nothing on its way any more? */
static bool is_over(const parallel_scan *self)
{
    if (!self->started) return false;
    for (size_t i = 0; i < self->lane_count; i++)
        if (self->lanes[i].page) return false;
    return true;
}

static bool has_item(const parallel_scan *self)
{
    return self->page && self->at < self->page->item_count;
}

/* ---- the stream ---- */

static dynox_stream_state next(dynox_stream *stream, const void **item)
{
    parallel_scan *self = of(stream);
    for (;;) {
        if (self->error.status != DYNOX_OK) return DYNOX_STREAM_FAILED;
        if (at_limit(self)) return DYNOX_STREAM_END;
        if (has_item(self)) {
            *item = dynox__source_item(&self->source, self->page, self->at++);
            self->given++;
            return DYNOX_STREAM_ITEM;
        }
        if (is_over(self)) return DYNOX_STREAM_END;
        lane *at = lane_with_page(self);
        if (!at) return DYNOX_STREAM_WAIT;
        self->turn = (size_t)(at - self->lanes) + 1;
        arrive(self, at);
    }
}

static void start(parallel_scan *self)
{
    self->started = true;
    for (size_t i = 0; i < self->lane_count; i++)
        begin_next(self, &self->lanes[i]);
    if (self->error.status != DYNOX_OK) end_lanes(self);
}

/* A promise that the next page settles. Who gave up waiting for the last one left it here. */
static dynox_future *wait_for_bell(parallel_scan *self)
{
    dynox_future *waiter = atomic_exchange(&self->bell->waiter, NULL), *given;
    if (waiter && dynox_future_done(waiter)) {
        dynox_promise_settle(waiter, dynox_ok(NULL, NULL)); /* too late: ends our reference */
        waiter = NULL;
    }
    if (waiter) {
        given = dynox_future_acquire(waiter);
    } else {
        given = dynox_promise_new(NULL);
        if (!dynox_future_done(given)) given->home = dynox__service_executor(self->source.client->service);
    }
    atomic_store(&self->bell->waiter, given);
    if (lane_with_page(self)) ring(self->bell, dynox_ok(NULL, NULL)); /* it came meanwhile */
    return given;
}

static dynox_future *fill(dynox_stream *stream)
{
    parallel_scan *self = of(stream);
    if (self->error.status == DYNOX_OK && !self->started) start(self);
    if (self->error.status != DYNOX_OK || at_limit(self) || has_item(self) || is_over(self) || lane_with_page(self))
        return dynox_future_of(dynox_ok(NULL, NULL));
    for (size_t i = 0; i < self->lane_count; i++)
        if (self->lanes[i].page && dynox__future_is_lost(self->lanes[i].page))
            return dynox__future_failed(DYNOX_E_FORKED);
    return wait_for_bell(self);
}

static const dynox_error *error(dynox_stream *stream)
{
    return of(stream)->error.status == DYNOX_OK ? NULL : &of(stream)->error;
}

static void destroy(dynox_stream *stream)
{
    parallel_scan *self = of(stream);
    if (self->bell) {
        ring(self->bell, dynox_fail(DYNOX_E_CANCELLED));
        end_lanes(self);
        dynox__shared_release(&self->bell->shared);
    }
    dynox_page_free(self->page);
    dynox__source_free(&self->source);
    dynox_error_clear(&self->error);
    dynox__free(self->lanes);
    dynox__free(self);
}

static const dynox_stream_class parallel_class = {.name      = "parallel scan",
                                                  .next      = next,
                                                  .fill      = fill,
                                                  .error     = error,
                                                  .destroy   = destroy,
                                                  .item_type = dynox__item_stream_type};

/* ---- making one ---- */

static const parallel_scan *is_one(const dynox_stream *stream)
{
    return stream && stream->class_ == &parallel_class ? (const parallel_scan *)(const void *)stream : NULL;
}

const dynox__source *dynox__parallel_scan_source(const dynox_stream *stream)
{
    const parallel_scan *self = is_one(stream);
    return self ? &self->source : NULL;
}

const dynox_page *dynox__parallel_scan_page(const dynox_stream *stream)
{
    const parallel_scan *self = is_one(stream);
    return self ? self->page : NULL;
}

void dynox__parallel_scan_want_one(dynox_stream *stream)
{
    parallel_scan *self = of(stream);
    if (!self->limit || self->limit > self->given) self->limit = self->given + 1;
    if (!self->started && self->lane_count) self->lane_count = 1;
}

static void check(dynox__request_writer *writer, const dynox__parallel_settings *given)
{
    if (given->segments < 1 || given->segments > DYNOX__MOST_SEGMENTS)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "%lld segments: the service allows 1 to %d",
                              (long long)given->segments, DYNOX__MOST_SEGMENTS);
    if (given->in_flight_pages > MOST_IN_FLIGHT)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "in_flight_pages is %zu: it may be up to %d",
                              given->in_flight_pages, MOST_IN_FLIGHT);
    if (given->page_size > INT32_MAX)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "page_size is %zu: too large", given->page_size);
}

static bool make_lanes(parallel_scan *self, size_t in_flight)
{
    self->lane_count = in_flight ? in_flight : DEFAULT_IN_FLIGHT;
    if (self->lane_count > self->segments) self->lane_count = self->segments;
    self->lanes = dynox__calloc(self->lane_count * sizeof *self->lanes);
    self->bell  = bell_new();
    if (!self->lanes) self->lane_count = 0;
    return self->lanes && self->bell;
}

dynox_stream *dynox__parallel_scan_new(dynox__source **source)
{
    parallel_scan *self = dynox__calloc(sizeof *self);
    if (!self) return NULL;
    self->stream.class_ = &parallel_class;
    *source             = &self->source;
    return &self->stream;
}

dynox_stream *dynox__parallel_scan_finish(dynox_stream *stream, dynox__request_writer *writer,
                                          const dynox__parallel_settings *given)
{
    parallel_scan *self = of(stream);
    check(writer, given);
    self->segments   = (uint32_t)given->segments;
    self->limit      = given->limit;
    self->page_size  = given->page_size;
    self->has_filter = given->has_filter;
    bool complete    = dynox__source_end(&self->source, writer, given->table, given->index);
    self->error      = writer->error;
    if (self->error.status != DYNOX_OK || (complete && make_lanes(self, given->in_flight_pages))) return stream;
    destroy(stream);
    return dynox__pages_out_of_memory();
}

dynox_stream *dynox_parallel_scan_with(dynox_client *client, const dynox_parallel_scan_args *given)
{
    dynox_parallel_scan_args args;
    dynox__request_writer    writer = {0};
    dynox__source           *source;
    dynox_stream            *stream = dynox__parallel_scan_new(&source);
    if (!stream) return dynox__pages_out_of_memory();
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__source_begin(source, &writer, client, &dynox__scan_operation, &DYNOX__CALL_OPTIONS_OF(args, NULL));
    if (!client) dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "the client is NULL");
    const dynox_scan_args scan = {.table           = args.table,
                                  .index           = args.index,
                                  .filter          = args.filter,
                                  .projection      = args.projection,
                                  .consistent_read = args.consistent_read,
                                  .return_capacity = args.return_capacity};
    dynox__page_scan_members(&writer, &scan);
    return dynox__parallel_scan_finish(stream, &writer,
                                       &(dynox__parallel_settings){.segments        = args.segments,
                                                                   .limit           = args.limit,
                                                                   .page_size       = args.page_size,
                                                                   .in_flight_pages = args.in_flight_pages,
                                                                   .has_filter      = args.filter != NULL,
                                                                   .table           = args.table,
                                                                   .index           = args.index});
}
