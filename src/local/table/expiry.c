/* Items that expire: a queue by time, in which each item with a time in the table's TTL attribute has an entry. */
#include "local/table/expiry.h"
#include "local/store/key.h"
#include "local/table/catalog.h"
#include "local/table/keep.h"
#include "local/table/parts.h"
#include "value/text/number.h"

#define FIVE_YEARS INT64_C(157680000) /* seconds: what expired before that is left alone */

int64_t dynox__expiry_of(const dynox__local_call *call, const dynox__table *table, const dynox_item *item)
{
    int64_t seconds;
    if (!table->ttl_attribute || !item) return 0;
    const dynox_value *value = dynox__attribute(item, table->ttl_attribute, strlen(table->ttl_attribute));
    if (!value || value->type != DYNOX_N || !dynox__number_to_int(value->as.text, value->length, &seconds)) return 0;
    if (seconds <= 0 || seconds < call->now_us / 1000000 - FIVE_YEARS || seconds > INT64_MAX / 1000000) return 0;
    return seconds;
}

static void queue_key(dynox__buffer *key, const dynox__table *table, int64_t seconds, const dynox__buffer *place)
{
    dynox__key_add_u32(key, table->ttl_space);
    dynox__key_add_u64(key, (uint64_t)seconds);
    dynox__buffer_add(key, place->data, place->size);
    key->failed |= place->failed;
}

static bool queue_put(dynox__local_call *call, const dynox__table *table, int64_t seconds, const dynox__buffer *place)
{
    DYNOX__ROOM(key, 256);
    const dynox__buffer nothing = {.data = (char *)(uintptr_t) ""};
    queue_key(&key, table, seconds, place);
    bool done = dynox__keep_put(call, &key, &nothing);
    dynox__buffer_free(&key);
    dynox__catalog_due_by(call->catalog, seconds * 1000000);
    return done;
}

static bool queue_remove(dynox__local_call *call, const dynox__table *table, int64_t seconds,
                         const dynox__buffer *place)
{
    DYNOX__ROOM(key, 256);
    queue_key(&key, table, seconds, place);
    bool done = dynox__keep_remove(call, &key);
    dynox__buffer_free(&key);
    return done;
}

bool dynox__expiry_change(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                          const dynox_item *after, const dynox__buffer *place)
{
    int64_t old = dynox__expiry_of(call, table, before), new = dynox__expiry_of(call, table, after);
    if (old == new) return true;
    return (!old || queue_remove(call, table, old, place)) && (!new || queue_put(call, table, new, place));
}

static bool fill_one(dynox__local_call *call, void *arg, const dynox_item *item)
{
    DYNOX__ROOM(place, 256);
    const dynox__table *table   = arg;
    int64_t             seconds = dynox__expiry_of(call, table, item);
    if (!seconds) return true;
    dynox__table_place(table, item, &place);
    bool done = queue_put(call, table, seconds, &place);
    dynox__buffer_free(&place);
    return done;
}

static void list_key(dynox__buffer *key, uint64_t space)
{
    dynox__key_add_u32(key, DYNOX__SPACE_EXPIRY);
    dynox__key_add_u32(key, (uint32_t)space);
}

bool dynox__expiry_begin(dynox__local_call *call, const dynox__table *table)
{
    DYNOX__ROOM(key, 16);
    dynox__table        copy = *table;
    const dynox__buffer name = {.data = (char *)(uintptr_t)table->name, .size = strlen(table->name)};
    list_key(&key, table->ttl_space);
    return dynox__keep_put(call, &key, &name) && dynox__table_each(call, table, fill_one, &copy);
}

bool dynox__expiry_end(dynox__local_call *call, const dynox__table *table)
{
    DYNOX__ROOM(key, 16);
    list_key(&key, table->ttl_space);
    return dynox__keep_remove(call, &key) && dynox__space_drop(call, table->ttl_space);
}

/* ---- the time has come ---- */

enum { PLACE = 12 }; /* in the key of a queue: behind the space and the time */

/* The item that an entry of a queue speaks of, if it is still there and still means it. */
static bool expire(dynox__local_call *call, dynox__bytes name, const dynox__buffer *entry)
{
    const dynox__table *table;
    const dynox__buffer place = {.data = entry->data + PLACE, .size = entry->size - PLACE};
    dynox__bytes        value = {0};
    dynox_item          item;
    dynox__written      written;
    if (!dynox__catalog_get(call, name.data, name.size, &table)) return false;
    if (!table || table->ttl_space != dynox__u32_at(entry->data)) return true;
    if (!dynox__keep_get(call, &place, &value)) return false;
    if (!value.data) return true;
    dynox__stored stored = dynox__stored_of(value);
    if (!dynox__stored_read(call, &stored, &item)) return false;
    if (dynox__expiry_of(call, table, &item) != (int64_t)dynox__u64_at(entry->data + 4)) return true;
    return dynox__table_change(call, table, &item, NULL, true, &written);
}

/* The first of one queue. */
static bool expire_first(dynox__local_call *call, uint32_t space, dynox__bytes name, bool *any, int64_t *due_us)
{
    DYNOX__ROOM(from, 16);
    dynox__store_entry found;
    dynox__key_add_u32(&from, space);
    if (!dynox__keep_first(call, &from, 4, &found)) return false;
    if (found.key.size < PLACE) return true;
    const dynox__buffer entry = {.data = (char *)(uintptr_t)found.key.data, .size = found.key.size};
    int64_t             at_us = (int64_t)dynox__u64_at(entry.data + 4) * 1000000;
    *any                      = at_us <= call->now_us;
    if (!*any && at_us < *due_us) *due_us = at_us;
    return !*any || (expire(call, name, &entry) && dynox__keep_remove(call, &entry));
}

bool dynox__expiry_next(dynox__local_call *call, bool *any, int64_t *due_us)
{
    *any    = false;
    *due_us = INT64_MAX;
    for (uint64_t space = 0; !*any && space <= UINT32_MAX; space++) {
        DYNOX__ROOM(from, 16);
        dynox__store_entry found;
        list_key(&from, space);
        if (!dynox__keep_first(call, &from, 4, &found)) return false;
        if (found.key.size != 8) break;
        space = dynox__u32_at((const char *)found.key.data + 4);
        if (!expire_first(call, (uint32_t)space, found.value, any, due_us)) return false;
    }
    return true;
}
