/* Queries, scans, counts and statements of models, as streams of the client. */
#include "base/ascii.h"
#include "client/partiql/statement.h"
#include "client/query/parallel_scan.h"
#include "model/records.h"
#include <string.h>

/* ---- what they have in common ---- */

static dynox__loading loading_of(const dynox__typed_call *call)
{
    return (dynox__loading){.model      = call->model,
                            .read_only  = call->with.read_only,
                            .is_partial = call->with.projection || call->with.index,
                            .skip_hooks = call->model && !dynox__typed_call_hooks(call),
                            .every_type = call->with.every_type};
}

/* `loading` NULL: of pages without records. What is wrong so far goes on to the writer. */
static void begin_source(dynox__source *source, dynox__typed_call *call, const dynox__operation *operation,
                         const dynox__loading *loading, dynox__request_writer *writer)
{
    dynox_error_copy(&writer->error, &call->error);
    dynox__source_begin(source, writer, call->client, operation, &DYNOX__CALL_OPTIONS_OF(call->with, NULL));
    if (writer->error.status == DYNOX_OK && loading && !dynox__records_form(source, loading))
        dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
}

/* Whether pages may hold less than was looked at is known afterwards. */
typedef enum contents { RECORDS, COUNT, EVERYTHING } contents;

static bool write_selection(dynox__typed_call *call, const void *key, contents what, dynox__request_writer *writer)
{
    dynox__selection selection = {0};
    if (writer->error.status != DYNOX_OK) return false;
    dynox__selection_begin(&selection, call, key);
    selection.everything = what == EVERYTHING;
    dynox_error_copy(&writer->error, &call->error);
    dynox__request_table(writer, dynox__typed_call_table(call));
    dynox__request_index(writer, call->with.index);
    if (writer->error.status == DYNOX_OK) dynox__selection_write(&selection, call, writer);
    if (what == COUNT) dynox__request_text(writer, "Select", "COUNT");
    dynox__request_capacity(writer, call->with.return_capacity);
    dynox__request_placeholders(writer);
    dynox__selection_end(&selection);
    return selection.has_filter;
}

static const char *table_of(const dynox__typed_call *call)
{
    return call->model ? dynox__typed_call_table(call) : NULL;
}

static dynox_stream *select_with(dynox__typed_call *call, const void *key, const dynox__operation *operation,
                                 contents what)
{
    const dynox__loading  loading = loading_of(call);
    dynox__request_writer writer  = {0};
    dynox__query_stream  *self    = dynox__query_stream_new();
    dynox_stream         *stream  = dynox__pages_out_of_memory();
    if (self) {
        begin_source(&self->source, call, operation, what == RECORDS ? &loading : NULL, &writer);
        self->has_filter = write_selection(call, key, what, &writer);
        self->limit      = call->with.limit;
        self->page_size  = call->with.page_size;
        self->prefetch   = call->with.prefetch;
        stream           = dynox__query_stream_finish(self, &writer,
                                                      &(dynox__query_texts){.table     = table_of(call),
                                                                            .index     = call->with.index,
                                                                            .start_key = call->with.start_key});
    }
    dynox__typed_call_end(call);
    return stream;
}

dynox_stream *dynox__records_select(dynox__typed_call *call, const void *key)
{
    return select_with(call, key, key ? &dynox__records_query : &dynox__records_scan, RECORDS);
}

dynox_stream *dynox__records_count(dynox__typed_call *call, const void *key)
{
    return select_with(call, key, key ? &dynox__query_operation : &dynox__scan_operation, COUNT);
}

dynox_stream *dynox__records_everything(dynox__typed_call *call, const void *key)
{
    return select_with(call, key, &dynox__query_operation, EVERYTHING);
}

void dynox__records_need_key(dynox__typed_call *call, const void *key)
{
    if (call->error.status == DYNOX_OK && !key)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_%s: the key is missing (NULL)%s", call->model->name,
                        call->name, call->with.index ? "" : "; a scan needs none");
}

/* ---- query and scan ---- */

dynox_stream *dynox_model_query(dynox_client *client, const dynox_model *model, const void *key, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "query", model, client, with, DYNOX__WITH_OF_QUERY | DYNOX__WITH_LIMIT);
    dynox__records_need_key(&call, key);
    return dynox__records_select(&call, key);
}

void dynox__records_set_index(dynox__typed_call *call, const char *index)
{
    if (call->error.status == DYNOX_OK && !index)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_index_%s: the index is missing (NULL)", call->model->name,
                        call->name);
    call->with.index = index;
}

dynox_stream *dynox_model_index_query(dynox_client *client, const dynox_model *model, const char *index,
                                      const void *key, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "query", model, client, with,
                            (DYNOX__WITH_OF_QUERY | DYNOX__WITH_LIMIT) & ~(unsigned)DYNOX__WITH_INDEX);
    dynox__records_set_index(&call, index);
    dynox__records_need_key(&call, key);
    return dynox__records_select(&call, key);
}

static dynox_stream *parallel_scan(dynox__typed_call *call)
{
    const dynox__loading  loading = loading_of(call);
    dynox__request_writer writer  = {0};
    dynox__source        *source;
    dynox_stream         *stream = dynox__parallel_scan_new(&source);
    if (call->with.start_key || call->with.prefetch)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_scan: %s is not an option of a scan with .segments",
                        call->model->name, call->with.start_key ? ".start_key" : ".prefetch");
    if (stream) {
        begin_source(source, call, &dynox__records_scan, &loading, &writer);
        dynox__parallel_settings settings = {.segments   = call->with.segments,
                                             .limit      = call->with.limit,
                                             .page_size  = call->with.page_size,
                                             .has_filter = write_selection(call, NULL, false, &writer),
                                             .table      = table_of(call),
                                             .index      = call->with.index};
        stream                            = dynox__parallel_scan_finish(stream, &writer, &settings);
    }
    dynox__typed_call_end(call);
    return stream ? stream : dynox__pages_out_of_memory();
}

dynox_stream *dynox_model_scan(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "scan", model, client, with, DYNOX__WITH_OF_SCAN | DYNOX__WITH_LIMIT);
    if (call.error.status == DYNOX_OK && call.with.segments) return parallel_scan(&call);
    return dynox__records_select(&call, NULL);
}

/* ---- PartiQL ---- */

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

static const char *skip_name(const char *text)
{
    if (*text != '"') return text + strcspn(text, " \t\r\n.;");
    const char *end = strchr(text + 1, '"');
    return end ? end + 1 : text + strlen(text);
}

/* Only `SELECT * FROM table` gives all that is stored, as far as can be told without knowing more of the language. */
static bool is_whole(const char *text)
{
    text = skip_blanks(text + strlen("select"));
    if (*text != '*') return false;
    text = skip_blanks(text + 1);
    if (!dynox__ascii_same_n(text, "from", 4)) return false;
    return *skip_blanks(skip_name(skip_blanks(text + 4))) != '.';
}

static void check_statement(dynox__typed_call *call, const dynox_expr *statement)
{
    const char *name = call->error.status == DYNOX_OK ? call->model->name : "";
    if (call->error.status != DYNOX_OK) return;
    if (call->with.start_key)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_execute: .start_key is not an option of an execute", name);
    else if (statement && statement->text && statement->status_ == DYNOX_OK && *skip_blanks(statement->text) &&
             dynox__statement_kind_of(statement) != DYNOX__STATEMENT_READS)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT,
                        "%s_execute: the statement has to be a SELECT; for others there is dynox_execute_statement",
                        name);
}

dynox_stream *dynox_model_execute(dynox_client *client, const dynox_model *model, const dynox_expr *statement,
                                  const dynox_with *with)
{
    dynox__typed_call     call;
    dynox__request_writer writer = {0};
    dynox__query_stream  *self   = dynox__query_stream_new();
    dynox_stream         *stream = dynox__pages_out_of_memory();
    dynox__typed_call_begin(&call, "execute", model, client, with,
                            DYNOX__WITH_LIMIT | DYNOX__WITH_PAGE_SIZE | DYNOX__WITH_CONSISTENT | DYNOX__WITH_READ_ONLY |
                                DYNOX__WITH_HOOKS);
    check_statement(&call, statement);
    if (self) {
        dynox__loading loading = loading_of(&call);
        loading.is_partial     = call.error.status == DYNOX_OK && statement && statement->text &&
                             statement->status_ == DYNOX_OK && *skip_blanks(statement->text) &&
                             !is_whole(skip_blanks(statement->text));
        begin_source(&self->source, &call, &dynox__records_statement, &loading, &writer);
        dynox__request_statement(&writer, statement);
        dynox__request_truth(&writer, "ConsistentRead", call.with.consistent_read);
        dynox__request_capacity(&writer, call.with.return_capacity);
        self->limit      = call.with.limit;
        self->page_size  = call.with.page_size;
        self->has_filter = true; /* nobody knows what its WHERE leaves out */
        self->prefetch   = call.with.prefetch;
        self->by_token   = true;
        stream           = dynox__query_stream_finish(self, &writer, &(dynox__query_texts){0});
    }
    dynox__typed_call_end(&call);
    return stream;
}
