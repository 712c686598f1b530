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

static void queue_key(dynox__buffer *key, int64_t seconds, const dynox__buffer *place)
{
    dynox__key_add_u32(key, DYNOX__SPACE_EXPIRY);
    dynox__key_add_u64(key, (uint64_t)seconds);
    dynox__buffer_add(key, place->data, place->size);
    key->failed |= place->failed;
}

static bool queue_put(dynox__local_call *call, const dynox__table *table, int64_t seconds, const dynox__buffer *place)
{
    DYNOX__ROOM(key, 256);
    const dynox__buffer name = {.data = (char *)(uintptr_t)table->name, .size = strlen(table->name)};
    queue_key(&key, seconds, place);
    bool done = dynox__keep_put(call, &key, &name);
    dynox__buffer_free(&key);
    dynox__catalog_due_by(call->catalog, seconds * 1000000);
    return done;
}

static bool queue_remove(dynox__local_call *call, int64_t seconds, const dynox__buffer *place)
{
    DYNOX__ROOM(key, 256);
    queue_key(&key, seconds, place);
    bool done = dynox__keep_remove(call, &key);
    dynox__buffer_free(&key);
    return done;
}

bool dynox__expiry_change(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                          const dynox_item *after, const dynox__buffer *place)
{
    int64_t old = dynox__expiry_of(call, table, before), new = dynox__expiry_of(call, table, after);
    if (old == new) return true;
    return (!old || queue_remove(call, old, place)) && (!new || queue_put(call, table, new, place));
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

bool dynox__expiry_fill(dynox__local_call *call, const dynox__table *table)
{
    dynox__table copy = *table;
    return dynox__table_each(call, table, fill_one, &copy);
}

/* The item that an entry of the queue speaks of, if it is still there and still means it. */
static bool expire(dynox__local_call *call, const dynox__store_entry *entry, int64_t seconds)
{
    enum { PLACE = 12 }; /* behind the space and the time */
    const dynox__table *table;
    const char         *place_data = (const char *)entry->key.data + PLACE;
    const dynox__buffer place      = {.data = (char *)(uintptr_t)place_data, .size = entry->key.size - PLACE};
    dynox__bytes        value      = {0};
    dynox_item          item;
    dynox__written      written;
    if (!dynox__catalog_get(call, entry->value.data, entry->value.size, &table)) return false;
    if (!table || place.size < 4 || dynox__u32_at(place.data) != table->number) return true;
    if (!dynox__keep_get(call, &place, &value)) return false;
    if (!value.data) return true;
    dynox__stored stored = dynox__stored_of(value);
    if (!dynox__stored_read(call, &stored, &item)) return false;
    if (dynox__expiry_of(call, table, &item) != seconds) return true;
    return dynox__table_change(call, table, &item, NULL, true, &written);
}

bool dynox__expiry_next(dynox__local_call *call, bool *any, int64_t *due_us)
{
    DYNOX__ROOM(from, 16);
    dynox__store_entry entry;
    *any    = false;
    *due_us = INT64_MAX;
    dynox__key_add_u32(&from, DYNOX__SPACE_EXPIRY);
    if (!dynox__keep_first(call, &from, 4, &entry)) return false;
    if (!entry.key.data) return true;
    int64_t seconds = entry.key.size >= 12 ? (int64_t)dynox__u64_at((const char *)entry.key.data + 4) : 0;
    *due_us         = seconds * 1000000;
    if (*due_us > call->now_us) return true;
    *any                    = true;
    const dynox__buffer key = {.data = (char *)(uintptr_t)entry.key.data, .size = entry.key.size};
    return expire(call, &entry, seconds) && dynox__keep_remove(call, &key);
}
