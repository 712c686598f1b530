/* Streams: which there are, their records, and what becomes of those after a day. */
#include "local/table/stream.h"
#include "local/store/key.h"
#include "local/table/catalog.h"
#include "local/table/definition.h"
#include "local/table/expiry.h"
#include "local/table/keep.h"
#include <stdio.h>

#define KEPT_US INT64_C(86400000000)

enum { HEADER = 20, MOST_BYTES = 1 << 20 }; /* of a stream: made, ended, view */

/* ---- streams ---- */

static void stream_key(dynox__buffer *key, const char *table, uint32_t number)
{
    dynox__key_add_u32(key, DYNOX__SPACE_STREAMS);
    dynox__buffer_add(key, table, strlen(table) + 1);
    dynox__key_add_u32(key, number);
}

static bool put_stream(dynox__local_call *call, const dynox__table *table, int64_t ended_us)
{
    DYNOX__ROOM(key, 272);
    DYNOX__ROOM(value, 512);
    stream_key(&key, table->name, table->stream);
    dynox__buffer_u64(&value, (uint64_t)table->stream_us);
    dynox__buffer_u64(&value, (uint64_t)ended_us);
    dynox__key_add_u32(&value, table->stream_view);
    dynox__write_key_schema(&value, &table->key);
    bool done = dynox__keep_put(call, &key, &value);
    dynox__buffer_free(&key);
    dynox__buffer_free(&value);
    return done;
}

bool dynox__stream_begin(dynox__local_call *call, const dynox__table *table)
{
    return put_stream(call, table, 0);
}

bool dynox__stream_end(dynox__local_call *call, const dynox__table *table)
{
    dynox__catalog_due_by(call->catalog, call->now_us + KEPT_US);
    return put_stream(call, table, call->now_us);
}

bool dynox__stream_next(dynox__local_call *call, const char *table, uint32_t number, dynox__stream *stream)
{
    DYNOX__ROOM(from, 272);
    dynox__store_entry found;
    *stream = (dynox__stream){0};
    if (table) {
        stream_key(&from, table, number);
        dynox__buffer_byte(&from, 0);
    } else {
        dynox__key_add_u32(&from, DYNOX__SPACE_STREAMS);
    }
    bool done = dynox__keep_first(call, &from, 4, &found);
    dynox__buffer_free(&from);
    if (!done || !found.key.data || found.key.size < 9 || found.value.size < HEADER) return done;
    const char *name = (const char *)found.key.data + 4, *value = found.value.data;
    uint32_t    view = dynox__u32_at(value + 16);
    *stream          = (dynox__stream){.table             = name,
                                       .number            = dynox__u32_at(name + found.key.size - 8),
                                       .view              = (dynox__stream_view)(view > DYNOX__STREAM_BOTH ? 0 : view),
                                       .made_us           = (int64_t)dynox__u64_at(value),
                                       .ended_us          = (int64_t)dynox__u64_at(value + 8),
                                       .key_schema        = value + HEADER,
                                       .key_schema_length = found.value.size - HEADER};
    return true;
}

void dynox__stream_arn(const dynox__local_call *call, const dynox__stream *stream, dynox__buffer *buffer)
{
    char label[40];
    dynox__stream_label(stream->made_us, label);
    dynox__table_arn(call, stream->table, buffer);
    dynox__buffer_format(buffer, "/stream/%s", label);
}

bool dynox__stream_find(dynox__local_call *call, const char *arn, dynox__stream *stream)
{
    const char *name = strstr(arn, ":table/"), *label = strstr(arn, "/stream/");
    *stream = (dynox__stream){0};
    if (!name || !label || label < name + 7) return true;
    size_t      length = (size_t)(label - name - 7);
    const char *table  = dynox__arena_copy(call->arena, name + 7, length);
    if (!table) return dynox__refuse_memory(&call->refusal);
    if (length > 255) return true;
    for (uint32_t number = 0;;) {
        char its_label[40];
        if (!dynox__stream_next(call, table, number, stream)) return false;
        if (!stream->table || strcmp(stream->table, table) != 0) break;
        dynox__stream_label(stream->made_us, its_label);
        if (strcmp(its_label, label + 8) == 0) return true;
        number = stream->number;
    }
    *stream = (dynox__stream){0};
    return true;
}

void dynox__shard_id(const dynox__local_call *call, const dynox__stream *stream, char id[64])
{
    char uuid[37];
    dynox__seeded_uuid(call->settings, DYNOX__SPACE_STREAMS, stream->number, uuid);
    snprintf(id, 64, "shardId-%020lld-%.8s", (long long)(stream->made_us / 1000), uuid);
}

/* ---- records ---- */

void dynox__sequence_text(uint64_t number, char text[24])
{
    snprintf(text, 24, "1%020llu", (unsigned long long)number);
}

uint64_t dynox__sequence_number(const char *text)
{
    uint64_t number = 0;
    if (*text++ != '1') return 0;
    for (unsigned i = 0; i < 20; i++, text++) {
        if (*text < '0' || *text > '9' || number > (UINT64_MAX - 9) / 10) return 0;
        number = number * 10 + (uint64_t)(*text - '0');
    }
    return *text ? 0 : number;
}

static void write_image(dynox__buffer *record, const char *name, const dynox_item *item, size_t *size)
{
    dynox__buffer_format(record, "\"%s\":", name);
    dynox__values_write_item(record, item);
    dynox__buffer_byte(record, ',');
    *size += dynox__values_item_size(item);
}

static void write_record(dynox__local_call *call, const dynox__table *table, const dynox_item *key,
                         const dynox_item *before, const dynox_item *after, bool by_ttl, uint64_t number,
                         dynox__buffer *record)
{
    const char *region    = call->settings->region;
    bool        shows_new = table->stream_view == DYNOX__STREAM_NEW || table->stream_view == DYNOX__STREAM_BOTH;
    bool        shows_old = table->stream_view == DYNOX__STREAM_OLD || table->stream_view == DYNOX__STREAM_BOTH;
    char        id[37], sequence[24];
    size_t      size = 0;
    dynox__seeded_uuid(call->settings, DYNOX__SPACE_STREAMS + ((uint64_t)table->stream << 32), number, id);
    dynox__sequence_text(number, sequence);
    dynox__buffer_text(record, "{\"eventID\":\"");
    for (const char *at = id; *at; at++)
        if (*at != '-') dynox__buffer_byte(record, *at);
    dynox__buffer_format(record,
                         "\",\"eventName\":\"%s\",\"eventVersion\":\"1.1\",\"eventSource\":\"aws:dynamodb\","
                         "\"awsRegion\":\"%s\",\"dynamodb\":{\"ApproximateCreationDateTime\":%lld,",
                         !before  ? "INSERT"
                         : !after ? "REMOVE"
                                  : "MODIFY",
                         *region ? region : "ddblocal", (long long)(call->now_us / 1000000));
    write_image(record, "Keys", key, &size);
    if (after && shows_new) write_image(record, "NewImage", after, &size);
    if (before && shows_old) write_image(record, "OldImage", before, &size);
    dynox__buffer_format(record, "\"SequenceNumber\":\"%s\",\"SizeBytes\":%zu,\"StreamViewType\":\"%s\"}", sequence,
                         size, dynox__stream_view_name(table->stream_view));
    if (by_ttl)
        dynox__buffer_text(record,
                           ",\"userIdentity\":{\"PrincipalId\":\"dynamodb.amazonaws.com\",\"Type\":\"Service\"}");
    dynox__buffer_byte(record, '}');
}

static void record_key(dynox__buffer *key, uint32_t stream, uint64_t number)
{
    dynox__key_add_u32(key, stream);
    dynox__key_add_u64(key, number);
}

bool dynox__stream_record(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                          const dynox_item *after, bool by_ttl)
{
    DYNOX__ROOM(key, 16);
    dynox__buffer record = {0};
    dynox_item    parts;
    uint64_t      number;
    if (!dynox__table_key_of(call, table, after ? after : before, &parts) ||
        !dynox__keep_count(call, DYNOX__COUNTER_EVENTS, &number))
        return false;
    record_key(&key, table->stream, number);
    dynox__buffer_u64(&record, (uint64_t)call->now_us);
    write_record(call, table, &parts, before, after, by_ttl, number, &record);
    bool done = dynox__keep_put(call, &key, &record);
    dynox__buffer_free(&record);
    dynox__catalog_due_by(call->catalog, call->now_us + KEPT_US);
    return done;
}

bool dynox__stream_read(dynox__local_call *call, const dynox__stream *stream, uint64_t from, size_t most,
                        dynox__buffer *answer, uint64_t *next)
{
    DYNOX__ROOM(key, 16);
    dynox__store_cursor *cursor = NULL;
    dynox__store_entry   entry  = {0};
    dynox_error          error  = {0};
    dynox_status         status;
    size_t               start = answer->size;
    *next                      = from;
    record_key(&key, stream->number, from);
    status = dynox__store_cursor_open(call->transaction, &cursor, &error);
    if (!status) status = dynox__store_seek(cursor, dynox__bytes_of(&key), false, &entry, &error);
    for (size_t i = 0; !status && i < most && answer->size - start < MOST_BYTES; i++) {
        if (entry.key.size != 12 || dynox__u32_at(entry.key.data) != stream->number || entry.value.size < 8) break;
        if (i) dynox__buffer_byte(answer, ',');
        dynox__buffer_add(answer, (const char *)entry.value.data + 8, entry.value.size - 8);
        *next  = dynox__u64_at((const char *)entry.key.data + 4) + 1;
        status = dynox__store_next(cursor, &entry, &error);
    }
    dynox__store_cursor_close(cursor);
    return !status || dynox__local_store_failed(call, &error);
}

/* Its copy; key.data NULL: there is none. */
static bool first_record(dynox__local_call *call, uint32_t stream, dynox__store_entry *entry)
{
    DYNOX__ROOM(key, 16);
    dynox__key_add_u32(&key, stream);
    if (!dynox__keep_first(call, &key, 4, entry)) return false;
    if (entry->key.size != 12 || entry->value.size < 8) *entry = (dynox__store_entry){0};
    return true;
}

bool dynox__stream_first(dynox__local_call *call, const dynox__stream *stream, uint64_t *number)
{
    dynox__store_entry entry;
    if (!first_record(call, stream->number, &entry)) return false;
    *number = entry.key.data ? dynox__u64_at((const char *)entry.key.data + 4) : 0;
    return true;
}

bool dynox__stream_latest(dynox__local_call *call, uint64_t *number)
{
    if (!dynox__keep_counted(call, DYNOX__COUNTER_EVENTS, number)) return false;
    ++*number;
    return true;
}

/* ---- after a day ---- */

/* The oldest record of a stream, or the stream itself when it has ended and has none any more. */
static bool trim_stream(dynox__local_call *call, const dynox__stream *stream, bool *any, int64_t *due_us)
{
    dynox__store_entry entry;
    if (!first_record(call, stream->number, &entry)) return false;
    if (!entry.key.data && !stream->ended_us) return true;
    int64_t at_us = (entry.key.data ? (int64_t)dynox__u64_at(entry.value.data) : stream->ended_us) + KEPT_US;
    if (at_us > call->now_us) {
        if (at_us < *due_us) *due_us = at_us;
        return true;
    }
    DYNOX__ROOM(key, 272);
    *any = true;
    if (entry.key.data)
        dynox__buffer_add(&key, entry.key.data, entry.key.size);
    else
        stream_key(&key, stream->table, stream->number);
    bool done = dynox__keep_remove(call, &key);
    dynox__buffer_free(&key);
    return done;
}

bool dynox__trim_next(dynox__local_call *call, bool *any, int64_t *due_us)
{
    dynox__stream stream = {0};
    *any                 = false;
    *due_us              = INT64_MAX;
    do {
        if (!dynox__stream_next(call, stream.table, stream.number, &stream)) return false;
        if (stream.table && !trim_stream(call, &stream, any, due_us)) return false;
    } while (stream.table && !*any);
    return true;
}
