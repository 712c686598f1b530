/* The one way of changing an item: the item, the entries of its indexes, the record of its stream, its time to go, and
 * what is counted of its table. */
#include "local/table/keep.h"
#include "value/item/item_size.h"

/* With local indexes, what they project counts, too. */
static size_t whole_size(const dynox__table *table, const dynox__written *written)
{
    size_t size = written->after;
    for (size_t i = 0; i < table->index_count; i++)
        if (!table->indexes[i].is_global) size += written->indexes[i].after;
    return size;
}

static bool check_size(dynox__local_call *call, size_t size)
{
    if (size <= DYNOX__LARGEST_ITEM) return true;
    bool update = strcmp(call->operation, "UpdateItem") == 0;
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                         "Item size%s has exceeded the maximum "
                         "allowed size",
                         update ? " to update" : "");
}

static bool put_item(dynox__local_call *call, const dynox__buffer *place, const dynox_item *item, size_t size)
{
    DYNOX__ROOM(value, 1024);
    dynox__stored_write(&value, item, size);
    bool done = dynox__keep_put(call, place, &value);
    dynox__buffer_free(&value);
    return done;
}

static bool is_same(const dynox_item *before, const dynox_item *after, const dynox__written *written)
{
    if (!before || !after || written->before != written->after) return false;
    dynox_value one = dynox_map_of_item(before), other = dynox_map_of_item(after);
    return dynox__values_equal(&one, &other);
}

bool dynox__table_change(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                         const dynox_item *after, bool by_ttl, dynox__written *written)
{
    DYNOX__ROOM(place, 256);
    bool done       = false;
    *written        = (dynox__written){0};
    written->before = before ? dynox__values_item_size(before) : 0;
    written->after  = after ? dynox__values_item_size(after) : 0;
    if (!check_size(call, written->after)) return false;
    if (is_same(before, after, written)) return true;
    dynox__table_place(table, after ? after : before, &place);
    if (after ? !put_item(call, &place, after, written->after) : !dynox__keep_remove(call, &place)) goto out;
    for (size_t i = 0; i < table->index_count; i++)
        if (!dynox__index_change(call, table, i, before, after, written)) goto out;
    if (!check_size(call, whole_size(table, written)) || !dynox__vector_change(call, table, before, after)) goto out;
    if (!dynox__counts_add(call, table->number, (int64_t) !!after - (int64_t) !!before,
                           (int64_t)written->after - (int64_t)written->before))
        goto out;
    if (table->stream_view && !dynox__stream_record(call, table, before, after, by_ttl)) goto out;
    if (table->history_us && !dynox__history_note(call, table, before, &place)) goto out;
    done = !table->ttl_attribute || dynox__expiry_change(call, table, before, after, &place);
out:
    dynox__buffer_free(&place);
    return done;
}
