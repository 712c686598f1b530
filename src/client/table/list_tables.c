/* ListTables, page by page and as a stream of names; and ping, which lists one. */
#include "base/args.h"
#include "client/core/pages.h"
#include "client/core/request.h"
#include "client/core/sync.h"
#include "value/json/control.h"
#include <dynox/table.h>

static dynox_status decode(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                           dynox_error *error)
{
    dynox_table_names *names  = NULL;
    dynox_status       status = dynox__control_table_names(body->data, body->size, &names, document, error);
    (void)call;
    value->pointer = names;
    return status;
}

static const dynox__operation list_tables = {.name = "ListTables", .type = &dynox_type_table_names, .decode = decode};

static dynox_future *fetch_page(dynox_client *client, const char *start_after, unsigned page_size,
                                const dynox__call_options *options, dynox_error *error)
{
    dynox__request_writer writer = {.error = *error};
    dynox__request_begin(&writer, client, &list_tables, options);
    if (start_after && start_after[0]) dynox__request_text(&writer, "ExclusiveStartTableName", start_after);
    if (page_size > 100)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "page_size is %u: the service allows 1 to 100", page_size);
    dynox__request_number(&writer, "Limit", page_size);
    return dynox__request_send(&writer);
}

dynox_future *dynox_list_tables_page_with(dynox_client *client, const dynox_list_tables_args *given)
{
    dynox_list_tables_args args;
    dynox_error            error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    return fetch_page(client, args.start_after, args.page_size, &DYNOX__CALL_OPTIONS(args), &error);
}

dynox_status dynox_sync_list_tables_page_with(dynox_client *client, const dynox_list_tables_args *given)
{
    dynox_list_tables_args args;
    DYNOX__SYNC(client, args, given, dynox_list_tables_page_with, &dynox_type_table_names);
}

/* ---- the stream ---- */

typedef struct names_stream {
    dynox__pages        pages; /* first */
    dynox_client       *client;
    dynox__call_options options;
    char               *start_after; /* owned; may be NULL */
    unsigned            page_size;
    dynox_table_names  *names; /* the current page; owned */
    size_t              at;
} names_stream;

static const void *take(dynox__pages *pages)
{
    names_stream *self = (names_stream *)pages;
    return self->names && self->at < self->names->count ? self->names->names[self->at++] : NULL;
}

static bool wants_page(const dynox__pages *pages)
{
    const names_stream *self = (const names_stream *)pages;
    return !self->names || (self->at == self->names->count && self->names->last);
}

static dynox_future *fetch(dynox__pages *pages)
{
    names_stream *self  = (names_stream *)pages;
    dynox_error   error = {0};
    return fetch_page(self->client, self->names ? self->names->last : self->start_after, self->page_size,
                      &self->options, &error);
}

static dynox_status accept(dynox__pages *pages, dynox_future *future)
{
    names_stream      *self  = (names_stream *)pages;
    dynox_table_names *names = NULL;
    dynox_status       taken = DYNOX_TAKE(names, future);
    if (taken != DYNOX_OK) return taken;
    dynox_table_names_free(self->names);
    self->names = names;
    self->at    = 0;
    return DYNOX_OK;
}

static bool prefetch(const dynox__pages *pages)
{
    (void)pages;
    return false;
}

static void destroy(dynox__pages *pages)
{
    names_stream *self = (names_stream *)pages;
    dynox_table_names_free(self->names);
    dynox__free(self->start_after);
    dynox__client_release(self->client);
    dynox__free(self);
}

static const dynox__pages_class names_class = {
    DYNOX__PAGES_CLASS("table names"), take, wants_page, fetch, accept, prefetch, destroy};

dynox_stream *dynox_list_tables_with(dynox_client *client, const dynox_list_tables_args *given)
{
    dynox_list_tables_args args;
    names_stream          *self = dynox__calloc(sizeof *self);
    if (!self) return dynox__pages_out_of_memory();
    self->pages.stream.class_ = &names_class.stream;
    dynox__args_read(&args, sizeof args, given, &self->pages.error);
    self->client    = dynox__client_acquire(client);
    self->options   = DYNOX__CALL_OPTIONS(args);
    self->page_size = args.page_size;
    if (args.start_after && !(self->start_after = dynox__strdup(args.start_after)))
        dynox_error_set(&self->pages.error, DYNOX_E_NO_MEMORY, "out of memory");
    return &self->pages.stream;
}

/* ---- ping ---- */

static dynox_outcome answered(dynox_future *future, void *arg)
{
    (void)future;
    (void)arg;
    return dynox_ok_bool(true);
}

/* Any answer of the service will do; what counts is that there was one. */
static bool is_answer(const dynox_error *error)
{
    return error->http_status != 0 && error->http_status < 500;
}

static dynox_outcome failed(dynox_future *future, void *arg)
{
    const dynox_error *error = dynox_future_details(future);
    (void)arg;
    return error->status == DYNOX_E_CANCELLED ? dynox_pass() : dynox_ok_bool(is_answer(error));
}

dynox_future *dynox_ping_with(dynox_client *client, const dynox_ping_args *given)
{
    dynox_ping_args args;
    dynox_error     error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    dynox_future *listed = fetch_page(client, NULL, 1, &DYNOX__CALL_OPTIONS(args), &error);
    return dynox_then(listed, answered, NULL, .on_error = failed, .on = dynox_executor_inline());
}

/* Not the async form joined: that has forgotten why there was no answer. */
static bool list_one(dynox_client *client, const dynox_ping_args *args, dynox__sync *sync)
{
    const dynox_list_tables_args list = {.size               = sizeof list,
                                         .page_size          = 1,
                                         .max_attempts       = args->max_attempts,
                                         .attempt_timeout_ms = args->attempt_timeout_ms,
                                         .deadline_ms        = args->deadline_ms};
    if (!dynox__sync_allowed(sync, client)) {
        dynox__sync_refuse(sync);
        return false;
    }
    return dynox__sync_join(sync, dynox_list_tables_page_with(client, &list)) == DYNOX_OK || is_answer(sync->error);
}

bool dynox_sync_ping_with(dynox_client *client, const dynox_ping_args *given)
{
    dynox_ping_args args;
    dynox__sync     sync = {0};
    dynox_error     why  = {0};
    dynox__args_read(&args, sizeof args, given, &sync.refusal);
    bool        *out = DYNOX__ARGS_FIELD(args, given, out);
    dynox_error *to  = DYNOX__ARGS_FIELD(args, given, error);
    if (to) dynox_error_copy(&why, to);
    sync.error = &why;
    sync.info  = args.info;
    bool alive = list_one(client, &args, &sync);
    if (out) *out = alive;
    if (!alive && to) dynox_error_copy(to, &why);
    dynox_error_clear(&why);
    return alive;
}
