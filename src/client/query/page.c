/* Query and Scan, one page at a time. */
#include "client/query/page.h"
#include "base/args.h"
#include "client/core/sync.h"
#include "value/json/decode.h"
#include "value/json/encode.h"
#include <string.h>

/* ---- the answer ---- */

typedef struct answer {
    dynox__items       items;
    dynox__page_answer page;
} answer;

dynox_page *dynox__page_new(dynox__call *call, dynox__document *document, const dynox__page_answer *told,
                            size_t item_count)
{
    dynox_page *page = dynox__arena_alloc(&document->arena, sizeof *page);
    if (!page) return NULL;
    *page = (dynox_page){.item_count    = item_count,
                         .count         = told->count,
                         .scanned_count = told->scanned_count,
                         .last_key      = told->last_key && told->last_key->count ? told->last_key : NULL,
                         .next_token    = told->next_token && *told->next_token ? told->next_token : NULL,
                         .info          = &document->info};
    /* What is not told, or cannot be, is not less than what is there. */
    if (page->count < 0) page->count = (int64_t)item_count;
    if (page->scanned_count < 0) page->scanned_count = page->count;
    call->items                   = (uint64_t)page->count;
    call->scanned                 = (uint64_t)page->scanned_count;
    document->info.capacity       = told->capacity;
    document->info.capacity_count = told->capacity != NULL;
    return page;
}

static dynox_status decode(dynox__call *call, dynox__buffer *body, const dynox__field *fields, size_t field_count,
                           dynox__slot *value, dynox__document **document, dynox_error *error)
{
    answer           found = {.page = DYNOX__PAGE_ANSWER};
    dynox__document *made =
        dynox__answer_decode(call, body, body->size + body->size / 4 + 256, fields, field_count, &found, error);
    if (!made) return error->status;
    dynox_page *page = dynox__page_new(call, made, &found.page, found.items.count);
    if (!page) {
        dynox__shared_release(&made->shared);
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    page->items    = found.items.items;
    page->owner_   = dynox__shared_acquire(&made->shared);
    value->pointer = page;
    *document      = made;
    return DYNOX_OK;
}

static dynox_status decode_page(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                                dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Items", ITEMS, answer, items),
                                          DYNOX__FIELD("Count", INTEGER, answer, page.count),
                                          DYNOX__FIELD("ScannedCount", INTEGER, answer, page.scanned_count),
                                          DYNOX__FIELD("LastEvaluatedKey", ITEM, answer, page.last_key),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, page.capacity)};
    dynox_status status = decode(call, body, fields, sizeof fields / sizeof *fields, value, document, error);
    if (status == DYNOX_OK && !(*document)->known) call->mismatch = dynox__no_answer; /* also of {} */
    return status;
}

/* It has a LastEvaluatedKey, too, which nothing takes: a token is where to go on. */
dynox_status dynox__page_decode_statement(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                          dynox__document **document, dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Items", ITEMS, answer, items),
                                          DYNOX__FIELD("NextToken", TEXT, answer, page.next_token),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, page.capacity)};
    return decode(call, body, fields, sizeof fields / sizeof *fields, value, document, error);
}

void dynox_page_free(dynox_page *page)
{
    if (page) dynox__shared_release(page->owner_);
}

static void destroy_page(void *page)
{
    dynox_page_free(page);
}

const dynox_type dynox_type_page = {.name = "dynox_page *", .size = sizeof(void *), .destroy = destroy_page};

const dynox__operation dynox__query_operation = {
    .name = "Query", .is_read = true, .type = &dynox_type_page, .decode = decode_page};
const dynox__operation dynox__scan_operation = {
    .name = "Scan", .is_read = true, .type = &dynox_type_page, .decode = decode_page};

dynox_page *dynox_future_take_page(dynox_future *future)
{
    dynox_page *page = NULL;
    return dynox_future_take(future, &dynox_type_page, &page) == DYNOX_OK ? page : NULL;
}

/* ---- the request ---- */

static void write_select(dynox__request_writer *writer, dynox_select select)
{
    static const char *const names[] = {NULL, "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES",
                                        "COUNT"};
    if ((unsigned)select > DYNOX_SELECT_COUNT)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "select has no value %d", (int)select);
    else
        dynox__request_text(writer, "Select", names[select]);
}

void dynox__page_query_members(dynox__request_writer *writer, const dynox_query_args *args)
{
    dynox__request_table(writer, args->table);
    dynox__request_index(writer, args->index);
    if (!args->key_condition) dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the key condition is missing (NULL)");
    dynox__request_expression(writer, "KeyConditionExpression", DYNOX__EXPR_KEY, args->key_condition);
    dynox__request_expression(writer, "FilterExpression", DYNOX__EXPR_FILTER, args->filter);
    dynox__request_projection(writer, args->projection);
    write_select(writer, args->select);
    if (args->descending) {
        dynox__request_name(writer, "ScanIndexForward");
        if (writer->json) DYNOX__BUFFER_LITERAL(writer->json, "false");
    }
    dynox__request_truth(writer, "ConsistentRead", args->consistent_read);
    dynox__request_capacity(writer, args->return_capacity);
    dynox__request_placeholders(writer);
}

void dynox__page_segment(dynox__request_writer *writer, uint32_t segment, uint32_t total_segments)
{
    dynox__request_number(writer, "TotalSegments", total_segments);
    dynox__request_name(writer, "Segment");
    if (writer->json && writer->error.status == DYNOX_OK) dynox__buffer_unsigned(writer->json, segment);
}

void dynox__page_scan_members(dynox__request_writer *writer, const dynox_scan_args *args)
{
    dynox__request_table(writer, args->table);
    dynox__request_index(writer, args->index);
    dynox__request_expression(writer, "FilterExpression", DYNOX__EXPR_FILTER, args->filter);
    dynox__request_projection(writer, args->projection);
    write_select(writer, args->select);
    dynox__request_truth(writer, "ConsistentRead", args->consistent_read);
    if (args->segment >= args->total_segments && (args->segment || args->total_segments))
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "segment %u of %u: it must be less than total_segments",
                              args->segment, args->total_segments);
    else if (args->total_segments > DYNOX__MOST_SEGMENTS)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "total_segments is %u: the service allows up to %d",
                              args->total_segments, DYNOX__MOST_SEGMENTS);
    else if (args->total_segments)
        dynox__page_segment(writer, args->segment, args->total_segments);
    dynox__request_capacity(writer, args->return_capacity);
    dynox__request_placeholders(writer);
}

void dynox__page_position(dynox__request_writer *writer, size_t page_size, const dynox_item *start_key)
{
    if (page_size > INT32_MAX)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "page_size is %zu: too large", page_size);
    dynox__request_number(writer, "Limit", page_size);
    if (start_key && start_key->count) dynox__request_item(writer, "ExclusiveStartKey", start_key);
}

bool dynox__page_repeats(const dynox_page *page, const dynox_item *start_key, const char *start_token,
                         dynox_error *error)
{
    if (page->item_count) return false;
    bool same_key   = start_key && page->last_key && dynox_item_equal(start_key, page->last_key);
    bool same_token = start_token && page->next_token && strcmp(start_token, page->next_token) == 0;
    if (!same_key && !same_token) return false;
    dynox_error_set(error, DYNOX_E_DECODE, "a page without items goes on where it was asked to begin");
    return true;
}

/* ---- the operations ---- */

static void refuse_stream_options(dynox__request_writer *writer, size_t limit, bool prefetch)
{
    if (limit || prefetch)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "limit and prefetch are for streams (dynox_query, dynox_scan); a page has page_size");
}

dynox_future *dynox_query_page_with(dynox_client *client, const dynox_query_args *given)
{
    dynox_query_args      args;
    dynox__request_writer writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &dynox__query_operation, &DYNOX__CALL_OPTIONS(args));
    refuse_stream_options(&writer, args.limit, args.prefetch);
    dynox__page_query_members(&writer, &args);
    dynox__page_position(&writer, args.page_size, args.start_key);
    return dynox__request_send(&writer);
}

dynox_future *dynox_scan_page_with(dynox_client *client, const dynox_scan_args *given)
{
    dynox_scan_args       args;
    dynox__request_writer writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &dynox__scan_operation, &DYNOX__CALL_OPTIONS(args));
    refuse_stream_options(&writer, args.limit, args.prefetch);
    dynox__page_scan_members(&writer, &args);
    dynox__page_position(&writer, args.page_size, args.start_key);
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_query_page_with(dynox_client *client, const dynox_query_args *given)
{
    dynox_query_args args;
    DYNOX__SYNC(client, args, given, dynox_query_page_with, &dynox_type_page);
}

dynox_status dynox_sync_scan_page_with(dynox_client *client, const dynox_scan_args *given)
{
    dynox_scan_args args;
    DYNOX__SYNC(client, args, given, dynox_scan_page_with, &dynox_type_page);
}
