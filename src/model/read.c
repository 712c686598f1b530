/* Reading one record by its key: get, and reload, which loads into a record that is there. */
#include "model/load.h"
#include "model/receipt.h"
#include "model/records.h"
#include <string.h>

/* What the call of a get owns. */
typedef struct get_context {
    dynox__loading  loading;
    uint64_t        key;     /* the fingerprint of what was asked for */
    dynox__receipt *receipt; /* of a reload; owned; NULL: it is a get */
} get_context;

static void end_context(void *own)
{
    get_context *context = own;
    dynox__receipt_free(context->receipt);
    dynox__free(context);
}

typedef struct answer {
    dynox__record_target  record;
    const dynox_capacity *capacity;
} answer;

/* HTTP/1.1 cannot tell whose answer it is, but the record can. (Its key may not have been projected.) */
static void compare_key(dynox__call *call, const get_context *context, const dynox__block *block)
{
    uint64_t found = block ? dynox__record(block->records[0])->saved_ : 0;
    if (found && found != context->key)
        call->mismatch = "the answer holds an item with another key than the one that was asked for";
}

static dynox_status load(dynox__call *call, dynox__buffer *body, answer *found, dynox__document **document,
                         dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Item", RECORD, answer, record),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, capacity)};
    const get_context        *context  = call->own;
    found->record.loading              = &context->loading;
    dynox__document *made              = dynox__answer_decode(call, body, body->size + 256, fields, 2, found, error);
    if (!made) {
        dynox__block_release(found->record.block);
        return error->status;
    }
    if (found->record.block) found->record.block->is_single = true;
    if (dynox__load_end(&found->record, made, error) != DYNOX_OK) {
        dynox__shared_release(&made->shared);
        return error->status;
    }
    compare_key(call, context, found->record.block);
    call->items               = found->record.block != NULL;
    made->info.capacity       = found->capacity;
    made->info.capacity_count = found->capacity != NULL;
    *document                 = made;
    return DYNOX_OK;
}

dynox_status dynox__get_decode(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                               dynox_error *error)
{
    answer found = {0};
    if (load(call, body, &found, document, error) != DYNOX_OK) return error->status;
    value->pointer = found.record.block ? found.record.block->records[0] : NULL;
    return DYNOX_OK;
}

static dynox_status decode_reload(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                  dynox__document **document, dynox_error *error)
{
    get_context *context = call->own;
    answer       found   = {0};
    if (load(call, body, &found, document, error) != DYNOX_OK) return error->status;
    if (!found.record.block) {
        call->answered = true;
        return dynox_error_set(error, DYNOX_E_NOT_FOUND, "%s: the stored record is gone", context->loading.model->name);
    }
    if (call->mismatch) { /* it is repeated, and needs its receipt */
        dynox__block_release(found.record.block);
        return DYNOX_OK;
    }
    context->receipt->fresh = found.record.block;
    context->receipt->saved = dynox__record(found.record.block->records[0])->saved_;
    value->pointer          = context->receipt;
    context->receipt        = NULL;
    return DYNOX_OK;
}

static const dynox__operation reload_item = {
    .name = "GetItem", .is_read = true, .type = &dynox__receipt_type, .decode = decode_reload};

/* ---- the request ---- */

static get_context *context_new(const dynox__typed_call *call, uint64_t key)
{
    get_context *context = dynox__calloc(sizeof *context);
    if (!context) return NULL;
    context->key     = key;
    context->loading = (dynox__loading){.model      = call->model,
                                        .read_only  = call->with.read_only,
                                        .is_partial = call->with.projection != NULL,
                                        .skip_hooks = !dynox__typed_call_hooks(call)};
    return context;
}

static void write_projection(const dynox__typed_call *call, dynox__request_writer *writer)
{
    dynox__resolver resolver;
    if (!call->with.projection) return;
    dynox__projection_write(call->model, dynox__resolver_init(&resolver, call->model), call->with.projection, NULL,
                            writer);
    dynox__resolver_end(&resolver);
}

/* `receipt`: of a reload; it is taken. The type of a get's value is its model's. */
static dynox_future *send(dynox__typed_call *call, const void *record, dynox__receipt *receipt)
{
    dynox__request_writer   writer = {0};
    dynox_room              room   = {0};
    dynox_named_value       parts[2];
    dynox_item              key;
    get_context            *context   = NULL;
    const dynox__operation *operation = receipt || !call->model ? &reload_item : &call->model->get;
    if (call->error.status == DYNOX_OK &&
        dynox__key_of(call->model, record, &room, parts, &key, &call->error) == DYNOX_OK) {
        context = context_new(call, dynox__key_fingerprint(&key));
        if (!context) dynox_error_set(&call->error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    if (!context) {
        dynox__receipt_free(receipt);
        dynox__room_free(&room);
        return dynox__typed_call_refused(call, operation);
    }
    context->receipt = receipt;
    dynox__request_begin(&writer, call->client, operation, &DYNOX__CALL_OPTIONS_OF(call->with, NULL));
    dynox__request_table(&writer, dynox__typed_call_table(call));
    dynox__request_item(&writer, "Key", &key);
    dynox__request_truth(&writer, "ConsistentRead", call->with.consistent_read || call->model->consistent_read);
    write_projection(call, &writer);
    dynox__request_capacity(&writer, call->with.return_capacity);
    dynox__request_placeholders(&writer);
    dynox__room_free(&room);
    if (writer.call) {
        writer.call->own     = context;
        writer.call->end_own = end_context;
    } else {
        end_context(context);
    }
    return dynox__request_send(&writer);
}

/* ---- what programs call ---- */

enum {
    GET =
        DYNOX__WITH_PROJECTION | DYNOX__WITH_CONSISTENT | DYNOX__WITH_READ_ONLY | DYNOX__WITH_HOOKS | DYNOX__WITH_TABLE,
    RELOAD = DYNOX__WITH_CONSISTENT | DYNOX__WITH_HOOKS | DYNOX__WITH_TABLE
};

dynox_future *dynox_model_get(dynox_client *client, const dynox_model *model, const void *key, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "get", model, client, with, GET);
    dynox__typed_call_need(&call, key, "key");
    dynox_future *future = send(&call, key, NULL);
    dynox__typed_call_end(&call);
    return future;
}

dynox_future *dynox_model_reload(dynox_client *client, const dynox_model *model, void *record, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__receipt   *receipt = NULL;
    dynox__typed_call_begin(&call, "reload", model, client, with, RELOAD);
    dynox__typed_call_need(&call, record, "record");
    if (call.error.status == DYNOX_OK) {
        call.model = dynox__record_model(call.model, record);
        receipt    = dynox__receipt_of_fresh(call.model, record);
        if (!receipt) dynox_error_set(&call.error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    if (receipt && dynox__typed_call_hooks(&call)) {
        receipt->has_after = true;
        receipt->after     = DYNOX_AFTER_LOAD;
    }
    dynox_future *future = send(&call, record, receipt);
    dynox__typed_call_end(&call);
    return future;
}
