/* Items as they are stored: four bytes of size, then the item's JSON in its canonical form. An entry of an index that
 * shows all of a large item has, with the size marked, the item's place instead. */
#include "local/store/key.h"
#include "local/table/keep.h"
#include "value/json/decode.h"

#define REFERENCE UINT32_C(0x80000000)

void dynox__stored_write(dynox__buffer *buffer, const dynox_item *item, size_t size)
{
    dynox__key_add_u32(buffer, (uint32_t)size);
    dynox__values_write_item(buffer, item);
}

void dynox__stored_refer(dynox__buffer *buffer, const dynox__table *table, const dynox_item *item, size_t size)
{
    dynox__key_add_u32(buffer, (uint32_t)size | REFERENCE);
    dynox__table_place(table, item, buffer);
}

dynox__stored dynox__stored_of(dynox__bytes value)
{
    const char *at = value.data;
    if (!at || value.size < DYNOX__STORED_HEADER) return (dynox__stored){0};
    return (dynox__stored){at + DYNOX__STORED_HEADER, value.size - DYNOX__STORED_HEADER, dynox__u32_at(at)};
}

bool dynox__stored_entry(dynox__local_call *call, const dynox__table *table, const dynox__index *index,
                         dynox__bytes value, dynox__stored *stored)
{
    (void)table, (void)index;
    *stored = dynox__stored_of(value);
    if (!stored->json || !(stored->size & REFERENCE)) return true;
    const dynox__buffer place = {.data = (char *)(uintptr_t)stored->json, .size = stored->length};
    if (!dynox__keep_get(call, &place, &value)) return false;
    *stored = dynox__stored_of(value);
    return stored->json ||
           dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_INTERNAL, "An index in the store is damaged");
}

bool dynox__stored_read(dynox__local_call *call, const dynox__stored *stored, dynox_item *item)
{
    dynox_error error = {0};
    char       *copy  = dynox__decode_copy(call->arena, stored->json, stored->length);
    if (!copy) return dynox__refuse_memory(&call->refusal);
    *item               = (dynox_item){0};
    dynox_status status = dynox__decode_item(copy, stored->length, call->arena, item, &error);
    if (!status) return true;
    dynox_error_clear(&error);
    if (status == DYNOX_E_NO_MEMORY) return dynox__refuse_memory(&call->refusal);
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_INTERNAL, "An item in the store cannot be read");
}

bool dynox__table_get(dynox__local_call *call, const dynox__table *table, const dynox_item *key, dynox__stored *stored)
{
    DYNOX__ROOM(place, 256);
    dynox__bytes value = {0};
    dynox__table_place(table, key, &place);
    bool done = dynox__keep_get(call, &place, &value);
    dynox__buffer_free(&place);
    *stored = dynox__stored_of(value);
    return done;
}

/* One at a time, each sought: a write ends what a cursor points at. */
bool dynox__table_each(dynox__local_call *call, const dynox__table                                    *table,
                       bool (*each)(dynox__local_call *call, void *arg, const dynox_item *item), void *arg)
{
    dynox__buffer from  = {0};
    dynox__arena  items = {0}, *arena = call->arena;
    bool          done = false;
    dynox__space_place(table, NULL, &from);
    size_t prefix = from.size;
    call->arena   = &items;
    for (;;) {
        dynox__store_entry found;
        dynox_item         item;
        dynox__arena_reset(&items);
        dynox__store_forget(call->transaction);
        if (!dynox__keep_first(call, &from, prefix, &found)) break;
        if (!found.key.data) {
            done = true;
            break;
        }
        dynox__stored stored = dynox__stored_of(found.value);
        if (!dynox__stored_read(call, &stored, &item) || !each(call, arg, &item)) break;
        from.size = 0;
        dynox__buffer_add(&from, found.key.data, found.key.size);
        dynox__buffer_byte(&from, 0);
    }
    call->arena = arena;
    if (!done) dynox__keep_refusal(call);
    dynox__arena_free(&items);
    dynox__buffer_free(&from);
    return done;
}
