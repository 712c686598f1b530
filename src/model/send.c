/* Writes of records as calls of their own: what they are sent as, and what their answers say. */
#include "base/failure.h"
#include "model/load.h"
#include "model/write.h"
#include <string.h>

/* ---- what the answers say ---- */

typedef struct answer {
    dynox__record_target  record;
    const dynox_capacity *capacity;
} answer;

/* Takes the reference. What nobody has asked for, and what is another record, is not kept. */
static void take_fresh(dynox__call *call, dynox__receipt *receipt, dynox__block *block)
{
    uint64_t key = dynox__record(block->records[0])->saved_;
    if (!receipt) {
        dynox__block_release(block);
        return;
    }
    if (key && key != receipt->saved)
        call->mismatch = "the answer holds an item with another key than the one that was written";
    if (!receipt->wants_fresh || call->mismatch) {
        dynox__block_release(block);
        return;
    }
    dynox__block_release(receipt->fresh);
    receipt->fresh = block;
}

static dynox_status decode_document(dynox__call *call, dynox__buffer *body, dynox__document **document,
                                    dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Attributes", RECORD, answer, record),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, capacity)};
    dynox__receipt           *receipt  = call->own;
    dynox__loading            loading  = {.model = receipt ? receipt->model : NULL};
    answer                    found    = {.record.loading = &loading};
    dynox__document          *made = dynox__answer_decode(call, body, body->size + 256, receipt ? fields : fields + 1,
                                                 receipt ? 2 : 1, &found, error);
    if (made && dynox__load_end(&found.record, made, error) != DYNOX_OK) {
        dynox__shared_release(&made->shared);
        return error->status;
    }
    if (!made) {
        dynox__block_release(found.record.block);
        return error->status;
    }
    if (found.record.block) take_fresh(call, receipt, found.record.block);
    made->info.capacity       = found.capacity;
    made->info.capacity_count = found.capacity != NULL;
    *document                 = made;
    return DYNOX_OK;
}

/* The receipt goes from the call to the future, but for an answer that is another call's: this one is repeated. An
 * answer without members needs no document. */
static dynox_status decode(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                           dynox_error *error)
{
    bool empty = body->size == 2 && memcmp(body->data, "{}", 2) == 0;
    if (!empty && decode_document(call, body, document, error) != DYNOX_OK) return error->status;
    if (call->mismatch) return DYNOX_OK;
    value->pointer = call->own;
    call->own      = NULL;
    return DYNOX_OK;
}

/* ---- conditions that failed ---- */

/* The service only says that it failed; what is stored says why. */
static void explain(const dynox__call *call, dynox_error *error)
{
    const dynox__receipt *receipt = call->own;
    char                  words[256];
    if (receipt && error->status == DYNOX_E_CONDITION_FAILED &&
        dynox__receipt_why(receipt, error->item, words, sizeof words))
        dynox__error_reword(error, "%s", words);
}

static dynox__recovery recover(dynox__call *call, const dynox_error *error, dynox__slot *value)
{
    dynox__receipt *receipt = call->own;
    if (!receipt || error->status != DYNOX_E_CONDITION_FAILED) return DYNOX__RECOVERY_UNKNOWN;
    dynox__recovery recovery = dynox__receipt_recover(receipt, error->item);
    if (recovery != DYNOX__RECOVERY_DONE) return recovery;
    value->pointer = receipt;
    call->own      = NULL;
    return recovery;
}

static const dynox__operation put = {
    .name = "PutItem", .type = &dynox__receipt_type, .decode = decode, .explain = explain, .recover = recover};
static const dynox__operation update = {
    .name = "UpdateItem", .type = &dynox__receipt_type, .decode = decode, .explain = explain, .recover = recover};
static const dynox__operation delete = {
    .name = "DeleteItem", .type = &dynox__receipt_type, .decode = decode, .explain = explain, .recover = recover};

/* ---- sending ---- */

static const dynox__operation *operation_of(const dynox__record_write *write)
{
    switch (write->form) {
    case DYNOX__WRITE_PUT: return &put;
    case DYNOX__WRITE_DELETE: return &delete;
    default: return &update;
    }
}

static void set_ambiguity(const dynox__record_write *write, dynox__call *call, const dynox_client *client)
{
    dynox_ambiguous_writes ambiguous = write->with->ambiguous_writes;
    if (!ambiguous) ambiguous = client->ambiguous_writes;
    call->is_write       = true;
    call->ambiguity      = write->condition || write->checks_version ? DYNOX__SAFE_TO_REPEAT : DYNOX__AMBIGUOUS;
    call->fail_ambiguous = ambiguous == DYNOX_AMBIGUOUS_FAIL;
}

dynox_future *dynox__record_write_send(dynox__record_write *write, dynox__typed_call *call)
{
    const dynox__operation *operation = operation_of(write);
    dynox__request_writer   writer    = {0};
    if (call->error.status != DYNOX_OK) return dynox__typed_call_refused(call, operation);
    if (write->form == DYNOX__WRITE_NOTHING && !dynox__explaining()) return dynox_future_of(dynox_ok(NULL, NULL));
    dynox__request_begin(&writer, call->client, operation, &DYNOX__CALL_OPTIONS_OF(call->with, NULL));
    if (write->form == DYNOX__WRITE_NOTHING) return dynox__request_settle(&writer, (dynox__slot){0});
    dynox__request_table(&writer, dynox__typed_call_table(call));
    dynox__record_write_members(write, &writer);
    dynox__request_capacity(&writer, call->with.return_capacity);
    if (call->with.refresh) dynox__request_text(&writer, "ReturnValues", "ALL_NEW");
    if (dynox__record_write_wants_stored(write))
        dynox__request_text(&writer, "ReturnValuesOnConditionCheckFailure", "ALL_OLD");
    dynox__request_placeholders(&writer);
    if (writer.call) {
        set_ambiguity(write, writer.call, call->client);
        writer.call->own     = write->receipt;
        writer.call->end_own = dynox__receipt_end;
        write->receipt       = NULL;
    }
    return dynox__request_send(&writer);
}

/* ---- what programs call ---- */

/* One way through all of them. `prepare` is left out when something is wrong already. */
#define WRITE(name, allowed, record_, prepare)                                                                         \
    dynox__typed_call   call;                                                                                          \
    dynox__record_write write = {0};                                                                                   \
    dynox__typed_call_begin(&call, (name), model, client, with, (allowed));                                            \
    dynox__typed_call_need(&call, (record_), "record");                                                                \
    if (call.error.status == DYNOX_OK) prepare;                                                                        \
    return finish(&write, &call)

static dynox_future *finish(dynox__record_write *write, dynox__typed_call *call)
{
    dynox_future *future = dynox__record_write_send(write, call);
    dynox__record_write_end(write);
    dynox__typed_call_end(call);
    return future;
}

/* Of a save, an update and a delete, which have hooks. `before_is_done`: the ones before it have run. */
dynox_future *dynox__record_write_record(dynox_client *client, const dynox_model *model, dynox__verb verb, void *record,
                                         const dynox_expr *expression, const dynox_with *with, bool before_is_done)
{
    static const char *const names[] = {"save", "update", "delete"};
    static const unsigned allowed[]  = {DYNOX__WITH_SAVE, DYNOX__WITH_UPDATE | DYNOX__WITH_REFRESH, DYNOX__WITH_DELETE};
    dynox__typed_call     call;
    dynox__record_write   write = {0};
    dynox__typed_call_begin(&call, names[verb], model, client, with, allowed[verb]);
    dynox__typed_call_need(&call, record, "record");
    call.before_is_done = before_is_done;
    if (call.error.status == DYNOX_OK && !before_is_done && dynox__record_write_is_async(&call, verb, record))
        return dynox__record_write_async(&call, verb, record, expression);
    if (call.error.status != DYNOX_OK) return finish(&write, &call);
    if (verb == DYNOX__SAVE) dynox__record_write_save(&write, &call, record);
    if (verb == DYNOX__UPDATE) dynox__record_write_update(&write, &call, record, expression);
    if (verb == DYNOX__DELETE) dynox__record_write_delete(&write, &call, record);
    return finish(&write, &call);
}

dynox_future *dynox_model_save(dynox_client *client, const dynox_model *model, void *record, const dynox_with *with)
{
    return dynox__record_write_record(client, model, DYNOX__SAVE, record, NULL, with, false);
}

dynox_future *dynox_model_update(dynox_client *client, const dynox_model *model, void *record,
                                 const dynox_expr *expression, const dynox_with *with)
{
    return dynox__record_write_record(client, model, DYNOX__UPDATE, record, expression, with, false);
}

dynox_future *dynox_model_delete(dynox_client *client, const dynox_model *model, void *record, const dynox_with *with)
{
    return dynox__record_write_record(client, model, DYNOX__DELETE, record, NULL, with, false);
}

dynox_future *dynox_model_update_by_key(dynox_client *client, const dynox_model *model, const void *key,
                                        const dynox_expr *expression, const dynox_with *with)
{
    WRITE("update_by_key", DYNOX__WITH_BY_KEY, key,
          dynox__record_write_by_key(&write, &call, key, expression, DYNOX__WRITE_UPDATE));
}

dynox_future *dynox_model_delete_by_key(dynox_client *client, const dynox_model *model, const void *key,
                                        const dynox_with *with)
{
    WRITE("delete_by_key", DYNOX__WITH_BY_KEY, key,
          dynox__record_write_by_key(&write, &call, key, NULL, DYNOX__WRITE_DELETE));
}

dynox_future *dynox_model_extend_ttl(dynox_client *client, const dynox_model *model, void *record, time_t expires_at,
                                     const dynox_with *with)
{
    WRITE("extend_ttl", DYNOX__WITH_BY_KEY, record, dynox__record_write_ttl(&write, &call, record, expires_at));
}
