/* ListTables, page by page and as a stream of names; and ping, which lists one. */
#include "base/args.h"
#include "client/core/sync.h"
#include "client/table/list.h"

static const void *element(const void *page, size_t at)
{
    const dynox_table_names *names = page;
    return at < names->count ? names->names[at] : NULL;
}

static const char *next(const void *page)
{
    return ((const dynox_table_names *)page)->last;
}

static const dynox__list_kind list_tables = {
    .control = DYNOX__CONTROL_OPERATION("ListTables", dynox_type_table_names, dynox__control_table_names, "TableNames"),
    .start_member = "ExclusiveStartTableName",
    .element      = element,
    .next         = next};

dynox_future *dynox_list_tables_page_with(dynox_client *client, const dynox_list_tables_args *given)
{
    dynox_list_tables_args args;
    dynox_error            error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    return dynox__list_page(client, &list_tables,
                            &(dynox__list_request){.start = args.start_after, .page_size = args.page_size},
                            &DYNOX__CALL_OPTIONS(args), &error);
}

dynox_status dynox_sync_list_tables_page_with(dynox_client *client, const dynox_list_tables_args *given)
{
    dynox_list_tables_args args;
    DYNOX__SYNC(client, args, given, dynox_list_tables_page_with, &dynox_type_table_names);
}

dynox_stream *dynox_list_tables_with(dynox_client *client, const dynox_list_tables_args *given)
{
    dynox_list_tables_args args;
    dynox_error            error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    return dynox__list_stream(client, &list_tables,
                              &(dynox__list_request){.start = args.start_after, .page_size = args.page_size},
                              &DYNOX__CALL_OPTIONS(args), &error);
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
    dynox_future *listed = dynox__list_page(client, &list_tables, &(dynox__list_request){.page_size = 1},
                                            &DYNOX__CALL_OPTIONS(args), &error);
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
