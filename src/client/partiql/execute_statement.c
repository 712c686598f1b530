/* ExecuteStatement: as a stream of items, and page by page. */
#include "base/args.h"
#include "client/core/sync.h"
#include "client/partiql/statement.h"
#include "client/query/query_stream.h"

static const dynox__operation execute_statement = {
    .name = "ExecuteStatement", .type = &dynox_type_page, .decode = dynox__page_decode_statement};

/* All members but Limit and NextToken, which differ from page to page. */
static void write_members(dynox__request_writer *writer, const dynox_execute_statement_args *args)
{
    dynox__request_statement(writer, args->statement);
    dynox__request_truth(writer, "ConsistentRead", args->consistent_read);
    dynox__request_return_on_failure(writer, args->return_on_condition_failure);
    dynox__request_capacity(writer, args->return_capacity);
}

static bool fails_ambiguous(const dynox_client *client, dynox_ambiguous_writes wanted)
{
    if (!wanted && client) wanted = client->ambiguous_writes;
    return wanted == DYNOX_AMBIGUOUS_FAIL;
}

dynox_stream *dynox_execute_statement_with(dynox_client *client, const dynox_execute_statement_args *given)
{
    dynox_execute_statement_args args;
    dynox__request_writer        writer = {0};
    dynox__query_stream         *self   = dynox__query_stream_new();
    if (!self) return dynox__pages_out_of_memory();
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__source_begin(&self->source, &writer, client, &execute_statement, &DYNOX__CALL_OPTIONS(args));
    write_members(&writer, &args);
    dynox__statement_kind kind  = dynox__statement_kind_of(args.statement);
    self->source.is_write       = dynox__statement_writes(kind);
    self->source.ambiguous      = kind == DYNOX__STATEMENT_CHANGES;
    self->source.fail_ambiguous = fails_ambiguous(client, args.ambiguous_writes);
    self->limit                 = args.limit;
    self->page_size             = args.page_size;
    self->has_filter            = true; /* nobody knows what its WHERE leaves out */
    self->prefetch              = args.prefetch;
    self->by_token              = true;
    const char *token           = args.next_token && *args.next_token ? args.next_token : NULL;
    return dynox__query_stream_finish(self, &writer, &(dynox__query_texts){.start_token = token});
}

dynox_future *dynox_execute_statement_page_with(dynox_client *client, const dynox_execute_statement_args *given)
{
    dynox_execute_statement_args args;
    dynox__request_writer        writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &execute_statement, &DYNOX__CALL_OPTIONS(args));
    if (args.limit || args.prefetch)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT,
                              "limit and prefetch are for streams (dynox_execute_statement); a page has page_size");
    write_members(&writer, &args);
    dynox__page_position(&writer, args.page_size, NULL);
    if (args.next_token && *args.next_token) dynox__request_text(&writer, "NextToken", args.next_token);
    dynox__statement_kind kind = dynox__statement_kind_of(args.statement);
    if (writer.call) {
        writer.call->is_write       = dynox__statement_writes(kind);
        writer.call->ambiguity      = kind == DYNOX__STATEMENT_CHANGES ? DYNOX__AMBIGUOUS : DYNOX__SAFE_TO_REPEAT;
        writer.call->fail_ambiguous = fails_ambiguous(client, args.ambiguous_writes);
    }
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_execute_statement_page_with(dynox_client *client, const dynox_execute_statement_args *given)
{
    dynox_execute_statement_args args;
    DYNOX__SYNC(client, args, given, dynox_execute_statement_page_with, &dynox_type_page);
}

dynox_status dynox_stream_next_token(const dynox_stream *stream, const char **token, dynox_error *error)
{
    const dynox__query_stream *self = dynox__query_stream_of(stream);
    if (!token) return dynox_error_set(error, DYNOX_E_ARGUMENT, "there is no place for the token (NULL)");
    *token = NULL;
    if (!self || !self->by_token)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "only streams of PartiQL statements have a token");
    if (self->page && self->at < self->page->item_count)
        return dynox_error_set(error, DYNOX_E_ARGUMENT,
                               "the stream is in the middle of a page (%zu of %zu items were read): tokens lie between "
                               "pages",
                               self->at, self->page->item_count);
    *token = self->page ? self->page->next_token : self->start_token;
    return DYNOX_OK;
}
