/* The store as tables use it. */
#include "local/table/keep.h"
#include "local/store/key.h"

static bool complete(dynox__local_call *call, const dynox__buffer *buffer)
{
    return !buffer->failed || dynox__refuse_memory(&call->refusal);
}

bool dynox__keep_get(dynox__local_call *call, const dynox__buffer *key, dynox__bytes *value)
{
    dynox_error error = {0};
    if (!complete(call, key)) return false;
    if (!dynox__store_get(call->transaction, dynox__bytes_of(key), value, &error)) return true;
    *value = (dynox__bytes){0};
    return dynox__local_store_failed(call, &error);
}

bool dynox__keep_put(dynox__local_call *call, const dynox__buffer *key, const dynox__buffer *value)
{
    dynox_error error = {0};
    if (!complete(call, key) || !complete(call, value)) return false;
    if (!dynox__store_put(call->transaction, dynox__bytes_of(key), dynox__bytes_of(value), &error)) return true;
    return dynox__local_store_failed(call, &error);
}

bool dynox__keep_remove(dynox__local_call *call, const dynox__buffer *key)
{
    dynox_error error = {0};
    if (!complete(call, key)) return false;
    if (!dynox__store_remove(call->transaction, dynox__bytes_of(key), &error)) return true;
    return dynox__local_store_failed(call, &error);
}

static bool copy(dynox__local_call *call, dynox__bytes *bytes)
{
    bytes->data = dynox__arena_copy(call->arena, bytes->data, bytes->size);
    return bytes->data || dynox__refuse_memory(&call->refusal);
}

bool dynox__keep_near(dynox__local_call *call, const dynox__buffer *key, size_t prefix, bool backwards,
                      dynox__store_entry *entry)
{
    dynox__store_cursor *cursor = NULL;
    dynox_error          error  = {0};
    bool                 done   = false;
    if (!complete(call, key)) return false;
    if (dynox__store_cursor_open(call->transaction, &cursor, &error) ||
        dynox__store_seek(cursor, dynox__bytes_of(key), backwards, entry, &error)) {
        dynox__local_store_failed(call, &error);
        goto out;
    }
    if (entry->key.data && (entry->key.size < prefix || memcmp(entry->key.data, key->data, prefix) != 0))
        *entry = (dynox__store_entry){0};
    done = !entry->key.data || (copy(call, &entry->key) && copy(call, &entry->value));
out:
    dynox__store_cursor_close(cursor);
    return done;
}

bool dynox__keep_first(dynox__local_call *call, const dynox__buffer *key, size_t prefix, dynox__store_entry *entry)
{
    return dynox__keep_near(call, key, prefix, false, entry);
}

void dynox__keep_refusal(dynox__local_call *call)
{
    dynox__refusal *refusal = &call->refusal;
    if (refusal->message) refusal->message = dynox__arena_copy(call->arena, refusal->message, refusal->length);
    if (refusal->members) refusal->members = dynox__arena_copy(call->arena, refusal->members, refusal->members_length);
    if (!refusal->message) refusal->length = 0;
    if (!refusal->members) refusal->members_length = 0;
}

uint32_t dynox__u32_at(const void *bytes)
{
    const uint8_t *at = bytes;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t dynox__u64_at(const void *bytes)
{
    return (uint64_t)dynox__u32_at(bytes) << 32 | dynox__u32_at((const char *)bytes + 4);
}

void dynox__buffer_u64(dynox__buffer *buffer, uint64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        dynox__buffer_byte(buffer, (char)(uint8_t)(number >> shift));
}

static void counter_key(dynox__buffer *key, dynox__counter counter)
{
    dynox__key_add_u32(key, DYNOX__SPACE_COUNTERS);
    dynox__key_add_u32(key, counter);
}

bool dynox__keep_counted(dynox__local_call *call, dynox__counter counter, uint64_t *number)
{
    DYNOX__ROOM(key, 16);
    dynox__bytes last = {0};
    counter_key(&key, counter);
    if (!dynox__keep_get(call, &key, &last)) return false;
    *number = last.size == 8 ? dynox__u64_at(last.data) : 0;
    return true;
}

bool dynox__keep_count(dynox__local_call *call, dynox__counter counter, uint64_t *number)
{
    DYNOX__ROOM(key, 16);
    DYNOX__ROOM(value, 16);
    if (!dynox__keep_counted(call, counter, number)) return false;
    counter_key(&key, counter);
    dynox__buffer_u64(&value, ++*number);
    return dynox__keep_put(call, &key, &value);
}

static void counts_key(dynox__buffer *key, uint32_t space)
{
    dynox__key_add_u32(key, DYNOX__SPACE_COUNTS);
    dynox__key_add_u32(key, space);
}

bool dynox__counts_get(dynox__local_call *call, uint32_t space, dynox__counts *counts)
{
    DYNOX__ROOM(key, 16);
    dynox__bytes value = {0};
    counts_key(&key, space);
    if (!dynox__keep_get(call, &key, &value)) return false;
    *counts = (dynox__counts){0};
    if (value.size == 16)
        *counts = (dynox__counts){dynox__u64_at(value.data), dynox__u64_at((const char *)value.data + 8)};
    return true;
}

bool dynox__counts_add(dynox__local_call *call, uint32_t space, int64_t items, int64_t bytes)
{
    DYNOX__ROOM(key, 16);
    DYNOX__ROOM(value, 16);
    dynox__counts counts;
    if (!items && !bytes) return true;
    if (!dynox__counts_get(call, space, &counts)) return false;
    counts_key(&key, space);
    dynox__buffer_u64(&value, counts.items + (uint64_t)items);
    dynox__buffer_u64(&value, counts.bytes + (uint64_t)bytes);
    return dynox__keep_put(call, &key, &value);
}
