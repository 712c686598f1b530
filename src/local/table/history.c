/* The history of a table: what was before each change, in the order of changes, for 35 days. */
#include "local/store/key.h"
#include "local/table/backup.h"
#include "local/table/catalog.h"
#include "local/table/expiry.h"
#include "local/table/keep.h"

#define DAY_US INT64_C(86400000000)
#define KEPT_US (DYNOX__HISTORY_DAYS * DAY_US)

enum { HEADER = 12, EVENT = 8 }; /* when, length of the place; where the number of the change is in the key */

static void history_key(dynox__buffer *key, uint32_t table, uint64_t event)
{
    dynox__key_add_u32(key, DYNOX__SPACE_HISTORY);
    dynox__key_add_u32(key, table);
    dynox__key_add_u64(key, event);
}

bool dynox__history_note(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                         const dynox__buffer *place)
{
    DYNOX__ROOM(key, 16);
    dynox__buffer value = {0};
    uint64_t      event;
    if (!dynox__keep_count(call, DYNOX__COUNTER_EVENTS, &event)) return false;
    history_key(&key, table->number, event);
    dynox__buffer_u64(&value, (uint64_t)call->now_us);
    dynox__key_add_u32(&value, (uint32_t)place->size);
    dynox__buffer_add(&value, place->data, place->size);
    if (before) dynox__stored_write(&value, before, dynox__values_item_size(before));
    bool done = dynox__keep_put(call, &key, &value);
    dynox__buffer_free(&value);
    dynox__catalog_due_by(call->catalog, call->now_us + KEPT_US);
    return done;
}

int64_t dynox__history_first_us(int64_t now_us, const dynox__table *table)
{
    int64_t days  = table->history_days > 0 && table->history_days < DYNOX__HISTORY_DAYS ? table->history_days
                                                                                         : DYNOX__HISTORY_DAYS;
    int64_t first = now_us - days * DAY_US;
    return table->history_us > first ? table->history_us : first;
}

/* Takes one change back, in the copy. */
static bool undo(dynox__local_call *call, dynox__bytes note, const dynox__table *copy)
{
    const char *data = note.data;
    size_t      size = note.size >= HEADER ? dynox__u32_at(data + 8) : 0;
    if (size < 4 || size > note.size - HEADER) return true;
    DYNOX__ROOM(place, 256);
    dynox__bytes   value = {0};
    dynox_item     is, was;
    dynox__written written;
    dynox__stored  before = dynox__stored_of((dynox__bytes){data + HEADER + size, note.size - HEADER - size}), now;
    dynox__key_add_u32(&place, copy->number);
    dynox__buffer_add(&place, data + HEADER + 4, size - 4);
    bool done = dynox__keep_get(call, &place, &value);
    dynox__buffer_free(&place);
    now = dynox__stored_of(value);
    if (!done || (now.json && !dynox__stored_read(call, &now, &is)) ||
        (before.json && !dynox__stored_read(call, &before, &was)))
        return false;
    return (!now.json && !before.json) ||
           dynox__table_change(call, copy, now.json ? &is : NULL, before.json ? &was : NULL, false, &written);
}

bool dynox__history_undo(dynox__local_call *call, const dynox__table *table, int64_t to_us, const dynox__table *copy)
{
    dynox__arena scratch = {0}, *arena = call->arena;
    uint64_t     event = UINT64_MAX;
    bool         done  = true;
    call->arena        = &scratch;
    while (done && event) {
        DYNOX__ROOM(key, 16);
        dynox__store_entry found;
        dynox__arena_reset(&scratch);
        dynox__store_forget(call->transaction);
        history_key(&key, table->number, event);
        done = dynox__keep_near(call, &key, EVENT, true, &found);
        if (!done || found.key.size != 16 || found.value.size < HEADER) break;
        if ((int64_t)dynox__u64_at(found.value.data) <= to_us) break;
        event = dynox__u64_at((const char *)found.key.data + EVENT) - 1;
        done  = undo(call, found.value, copy);
    }
    call->arena = arena;
    if (!done) dynox__keep_refusal(call);
    dynox__arena_free(&scratch);
    return done;
}

/* The oldest note of each table in turn. */
bool dynox__history_next(dynox__local_call *call, bool *any, int64_t *due_us)
{
    *any    = false;
    *due_us = INT64_MAX;
    for (uint64_t table = 0; table <= UINT32_MAX;) {
        DYNOX__ROOM(key, 16);
        dynox__store_entry found;
        history_key(&key, (uint32_t)table, 0);
        if (!dynox__keep_first(call, &key, 4, &found)) return false;
        if (found.key.size != 16 || found.value.size < 8) break;
        int64_t at_us = (int64_t)dynox__u64_at(found.value.data) + KEPT_US;
        if (at_us <= call->now_us) {
            const dynox__buffer old = {.data = (char *)(uintptr_t)found.key.data, .size = found.key.size};
            *any                    = true;
            return dynox__keep_remove(call, &old);
        }
        if (at_us < *due_us) *due_us = at_us;
        table = (uint64_t)dynox__u32_at((const char *)found.key.data + 4) + 1;
    }
    return true;
}
