/* TransactWriteItems, TransactGetItems. */
#include "base/args.h"
#include "client/core/sync.h"
#include "client/item/homes.h"
#include "client/item/items.h"
#include "client/item/write.h"
#include <dynox/transact.h>

/* ---- answers ---- */

typedef struct answer {
    dynox__responses  responses;
    dynox__capacities capacities;
    dynox__json       collections; /* not offered */
} answer;

static dynox__document *read_answer(dynox__call *call, dynox__buffer *body, answer *found, dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Responses", RESPONSES, answer, responses),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITIES, answer, capacities),
                                          DYNOX__FIELD("ItemCollectionMetrics", JSON, answer, collections)};
    dynox__document          *made =
        dynox__answer_decode(call, body, body->size / 2 + 128, fields, sizeof fields / sizeof *fields, found, error);
    if (!made) return NULL;
    made->info.capacity       = found->capacities.at;
    made->info.capacity_count = found->capacities.count;
    return made;
}

static dynox_status decode_write(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                                 dynox_error *error)
{
    answer found = {0};
    *document    = read_answer(call, body, &found, error);
    if (!*document) return error->status;
    value->pointer = dynox__take_homes(call);
    return DYNOX_OK;
}

static dynox_items *items_of(dynox__document *document, const dynox__responses *responses)
{
    dynox_items *items = dynox__items_new(responses->count);
    for (size_t i = 0; items && i < responses->count; i++)
        if (!dynox__items_place(items, i, document, responses->at[i])) return NULL;
    return items;
}

static dynox_status decode_get(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                               dynox_error *error)
{
    answer           found = {0};
    dynox__document *made  = read_answer(call, body, &found, error);
    if (!made) return error->status;
    if (found.responses.count != call->context[0])
        call->mismatch = "the answer has not as many items as were asked for";
    call->items = 0;
    for (size_t i = 0; i < found.responses.count; i++)
        call->items += found.responses.at[i] != NULL;
    value->pointer = items_of(made, &found.responses);
    if (!value->pointer) {
        dynox__shared_release(&made->shared);
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    *document = made;
    return DYNOX_OK;
}

static const dynox__operation transact_write = {.name    = "TransactWriteItems",
                                                .type    = &dynox__type_homes,
                                                .decode  = decode_write,
                                                .explain = dynox__explain_actions};
static const dynox__operation transact_get   = {.name    = "TransactGetItems",
                                                .is_read = true,
                                                .type    = &dynox_type_items,
                                                .decode  = decode_get,
                                                .explain = dynox__explain_actions};

/* ---- the operations ---- */

dynox_future *dynox_transact_write_with(dynox_client *client, const dynox_transact_write_args *given)
{
    dynox_transact_write_args args;
    dynox__request_writer     writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &transact_write, &DYNOX__CALL_OPTIONS_OF(args, NULL));
    dynox__request_writes(&writer, args.writes);
    dynox__request_token(&writer, args.token);
    dynox__request_capacity(&writer, args.return_capacity);
    if (writer.call) {
        writer.call->is_write         = true;
        writer.call->conflict_retries = args.conflict_retries;
    }
    if (!args.writes.count) return dynox__request_settle(&writer, (dynox__slot){0});
    return dynox__request_send(&writer);
}

dynox_future *dynox_transact_get_with(dynox_client *client, const dynox_transact_get_args *given)
{
    dynox_transact_get_args args;
    dynox__request_writer   writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &transact_get, &DYNOX__CALL_OPTIONS(args));
    dynox__request_reads(&writer, args.reads);
    dynox__request_capacity(&writer, args.return_capacity);
    if (writer.call) writer.call->context[0] = args.reads.count;
    if (args.reads.count || writer.error.status != DYNOX_OK) return dynox__request_send(&writer);
    dynox__slot none = {.pointer = dynox__items_new(0)};
    if (!none.pointer) dynox__request_refuse(&writer, DYNOX_E_NO_MEMORY, "out of memory");
    return dynox__request_settle(&writer, none);
}

dynox_status dynox_sync_transact_write_with(dynox_client *client, const dynox_transact_write_args *given)
{
    dynox_transact_write_args args;
    DYNOX__SYNC_VOID(client, args, given, dynox_transact_write_with);
}

dynox_status dynox_sync_transact_get_with(dynox_client *client, const dynox_transact_get_args *given)
{
    dynox_transact_get_args args;
    DYNOX__SYNC(client, args, given, dynox_transact_get_with, &dynox_type_items);
}
