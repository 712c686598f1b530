/* BatchWriteItem and BatchGetItem: what is sent for some parts, and what the answer says about each of them.
 *
 * Decoding needs nothing but the call, which may outlive the batch: it reads the request again to see what was asked.
 */
#include "aws/endpoint/table_name.h"
#include "client/batch/batch.h"
#include "value/item/value.h"
#include "value/json/document.h"
#include <string.h>

/* ---- answers ---- */

typedef struct answer {
    dynox__entries    items, left;
    dynox__capacities capacities;
    dynox__json       collections; /* not offered */
} answer;

static void end_answer(void *value)
{
    dynox__batch_answer *made = value;
    for (size_t i = 0; i < made->count; i++)
        dynox_item_free(made->at[i].item);
    dynox__shared_release(&made->document->shared);
}

const dynox_type dynox__type_batch_answer = {
    .name = "dynox__batch_answer *", .size = sizeof(void *), .destroy = end_answer};

/* An answer may have the name of a table that was asked for by its ARN, and the other way round. */
static bool is_same_table(const char *a, const char *b)
{
    return strcmp(dynox__table_name(a), dynox__table_name(b)) == 0;
}

/* The entry that was asked for and that this one is about, among those without an outcome so far; mostly the one behind
 * the last. SIZE_MAX: none. */
static size_t find(const dynox__entries *asked, const dynox__batch_answer *made, const dynox__entry *about, bool by_key,
                   size_t last)
{
    for (size_t i = 0; i < asked->count; i++) {
        size_t              at   = (last + i) % asked->count;
        const dynox__entry *part = &asked->at[at];
        if (made->at[at].item || made->at[at].left || part->is_delete != about->is_delete) continue;
        if (!is_same_table(part->table, about->table)) continue;
        if (by_key ? dynox__item_has(&about->item, &part->item) : dynox_item_equal(&about->item, &part->item))
            return at;
    }
    return SIZE_MAX;
}

/* What was not asked for says that this answer is another request's. */
static dynox_status tell_outcomes(dynox__call *call, const dynox__entries *asked, const answer *found,
                                  dynox__batch_answer *made)
{
    size_t last = 0;
    for (size_t i = 0; i < found->items.count; i++, last++) {
        last = find(asked, made, &found->items.at[i], true, last);
        if (last == SIZE_MAX) {
            call->mismatch = "the answer holds an item that was not asked for";
            return DYNOX_OK;
        }
        made->at[last].item = dynox__document_item(made->document, &found->items.at[i].item);
        if (!made->at[last].item) return DYNOX_E_NO_MEMORY;
    }
    last = 0;
    for (size_t i = 0; i < found->left.count; i++, last++) {
        last = find(asked, made, &found->left.at[i], false, last);
        if (last == SIZE_MAX) {
            call->mismatch = "the answer hands back a part that was not in the request";
            return DYNOX_OK;
        }
        made->at[last].left = true;
    }
    return DYNOX_OK;
}

/* The request's own parts, decoded into the answer's arena. */
static dynox_status read_request(dynox__call *call, const dynox__field *field, dynox__arena *arena,
                                 dynox__entries *asked, dynox_error *error)
{
    size_t size = call->context[1] + 1; /* and what ends an object, in the place of whatever follows */
    char  *copy = dynox__request_part(call, call->context[0], size, arena);
    if (!copy) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    copy[size - 1] = '}';
    return dynox__decode(copy, size, arena, field, 1, asked, NULL, error);
}

static dynox_status tell(dynox__call *call, const dynox__field *request, const answer *found, dynox__document *made,
                         dynox__batch_answer **value, dynox_error *error)
{
    dynox__entries asked  = {0};
    bool           is_get = request->read == dynox__field_table_keys;
    bool           asks   = is_get || found->left.count; /* else all was done, whatever it was */
    if (asks && read_request(call, request, &made->arena, &asked, error) != DYNOX_OK) return error->status;
    dynox__batch_answer  *told     = dynox__arena_alloc(&made->arena, sizeof *told);
    size_t                size     = (asked.count + 1) * sizeof *told->at;
    dynox__batch_outcome *outcomes = dynox__arena_alloc(&made->arena, size);
    if (!told || !outcomes) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    memset(outcomes, 0, size);
    *told = (dynox__batch_answer){made, outcomes, asked.count, !asks};
    dynox__shared_acquire(&made->shared);
    if (tell_outcomes(call, &asked, found, told) != DYNOX_OK) {
        end_answer(told);
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    *value = told;
    return DYNOX_OK;
}

static dynox_status decode(dynox__call *call, const dynox__field *fields, size_t field_count,
                           const dynox__field *request, dynox__buffer *body, dynox__slot *value,
                           dynox__document **document, dynox_error *error)
{
    answer               found = {0};
    dynox__batch_answer *told  = NULL;
    dynox__document     *made  = dynox__answer_decode(call, body, body->size + 256, fields, field_count, &found, error);
    if (!made) return error->status;
    if (tell(call, request, &found, made, &told, error) != DYNOX_OK) {
        dynox__shared_release(&made->shared);
        return error->status;
    }
    if (request->read == dynox__field_table_keys && !found.items.present && !found.left.present)
        call->mismatch = dynox__no_answer;
    made->info.capacity       = found.capacities.at;
    made->info.capacity_count = found.capacities.count;
    call->items               = found.items.count;
    call->held_back           = found.left.count > 0;
    value->pointer            = told;
    *document                 = made;
    return DYNOX_OK;
}

static dynox_status decode_write(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                                 dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("UnprocessedItems", TABLE_WRITES, answer, left),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITIES, answer, capacities),
                                          DYNOX__FIELD("ItemCollectionMetrics", JSON, answer, collections)};
    static const dynox__field request  = {"RequestItems", 12, DYNOX__FIELD_TABLE_WRITES, 0};
    return decode(call, fields, sizeof fields / sizeof *fields, &request, body, value, document, error);
}

static dynox_status decode_get(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                               dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("Responses", TABLE_ITEMS, answer, items),
                                          DYNOX__FIELD("UnprocessedKeys", TABLE_KEYS, answer, left),
                                          DYNOX__FIELD("ConsumedCapacity", CAPACITIES, answer, capacities)};
    static const dynox__field request  = {"RequestItems", 12, DYNOX__FIELD_TABLE_KEYS, 0};
    return decode(call, fields, sizeof fields / sizeof *fields, &request, body, value, document, error);
}

static const dynox__operation batch_write = {
    .name = "BatchWriteItem", .type = &dynox__type_batch_answer, .decode = decode_write};
static const dynox__operation batch_get = {
    .name = "BatchGetItem", .is_read = true, .type = &dynox__type_batch_answer, .decode = decode_get};

/* ---- requests ---- */

static void write_parts(dynox__request_writer *writer, const dynox__batch *batch, size_t begin, size_t end)
{
    dynox__buffer            *json = writer->json;
    const dynox__batch_group *open = NULL;
    for (size_t i = begin; i < end; i++) {
        const dynox__batch_part  *part  = &batch->parts[batch->order[i]];
        const dynox__batch_group *group = &batch->groups[part->group];
        if (part->state != DYNOX__PART_WAITING) continue;
        if (open && open != group) dynox__buffer_add(json, open->tail.data, open->tail.size);
        if (open) dynox__buffer_byte(json, ',');
        if (open != group) dynox__buffer_add(json, group->head.data, group->head.size);
        if (open != group) dynox__call_resource(writer->call, group->table);
        writer->call->parts++;
        open = group;
        dynox__buffer_add(json, batch->json.data + part->offset, part->size);
    }
    if (open) dynox__buffer_add(json, open->tail.data, open->tail.size);
}

const dynox__operation *dynox__batch_operation(bool is_write)
{
    return is_write ? &batch_write : &batch_get;
}

dynox_future *dynox__batch_send(dynox__batch *batch, size_t begin, size_t end)
{
    dynox__request_writer writer  = {0};
    dynox__call_options   options = batch->options;
    options.deadline_ms           = dynox__batch_time_left(batch);
    dynox__request_begin(&writer, batch->client, dynox__batch_operation(batch->is_write), &options);
    if (writer.call) {
        size_t start = writer.json->size - 1; /* the bracket before it: the decoder reads an object */
        dynox__request_open(&writer, "RequestItems", '{');
        write_parts(&writer, batch, begin, end);
        dynox__request_close(&writer, '}');
        writer.call->context[0] = start - writer.call->head_room;
        writer.call->context[1] = writer.json->size - start;
        writer.call->is_write   = batch->is_write;
        if (batch->is_write) {
            writer.call->ambiguity      = DYNOX__AMBIGUOUS;
            writer.call->fail_ambiguous = batch->client->ambiguous_writes == DYNOX_AMBIGUOUS_FAIL;
        }
    }
    dynox__request_capacity(&writer, batch->return_capacity);
    return dynox__request_send(&writer);
}
