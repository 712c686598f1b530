/* The four operations of streams. */
#include "local/operation/operations.h"
#include "local/operation/tables.h"
#include "local/table/stream.h"
#include "value/text/number.h"
#include <inttypes.h>

enum { MOST_STREAMS = 100, MOST_RECORDS = 1000 };

#define ITERATOR_LIVES_US INT64_C(900000000)

static bool find_stream(dynox__local_call *call, const char *arn, dynox__stream *stream)
{
    if (!dynox__stream_find(call, arn ? arn : "", stream)) return false;
    return stream->table || dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESOURCE_NOT_FOUND,
                                          "Requested resource not found: Stream: %s not found", arn ? arn : "");
}

static void write_stream(dynox__local_call *call, const dynox__stream *stream)
{
    char label[40];
    dynox__stream_label(stream->made_us, label);
    dynox__buffer_text(call->answer, "\"StreamArn\":\"");
    dynox__stream_arn(call, stream, call->answer);
    dynox__buffer_text(call->answer, "\",\"TableName\":");
    dynox__values_write_text(call->answer, stream->table, strlen(stream->table));
    dynox__buffer_format(call->answer, ",\"StreamLabel\":\"%s\"", label);
}

/* ---- ListStreams ---- */

bool dynox__local_list_streams(dynox__local_call *call)
{
    const char   *table  = dynox__tree_text(call->request, "TableName"), *name;
    const char   *after  = dynox__tree_text(call->request, "ExclusiveStartStreamArn");
    dynox__stream stream = {0}, last = {0};
    int64_t       limit = MOST_STREAMS, count = 0;
    size_t        length;
    dynox__tree_integer(call->request, "Limit", &limit);
    if (limit < 1 || limit > MOST_STREAMS) limit = MOST_STREAMS;
    dynox__catalog_name(dynox__tree_member(call->request, "TableName"), &name, &length);
    if (after && !dynox__stream_find(call, after, &stream)) return false;
    dynox__buffer_text(call->answer, "{\"Streams\":[");
    for (;;) {
        if (!dynox__stream_next(call, stream.table, stream.number, &stream)) return false;
        if (!stream.table || count == limit) break;
        if (table && (strlen(stream.table) != length || memcmp(stream.table, name, length) != 0)) continue;
        dynox__buffer_text(call->answer, count++ ? ",{" : "{");
        write_stream(call, &stream);
        dynox__buffer_byte(call->answer, '}');
        last = stream;
    }
    dynox__buffer_byte(call->answer, ']');
    if (stream.table) {
        dynox__buffer_text(call->answer, ",\"LastEvaluatedStreamArn\":\"");
        dynox__stream_arn(call, &last, call->answer);
        dynox__buffer_byte(call->answer, '"');
    }
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}

/* ---- DescribeStream ---- */

/* Its one shard, unless the caller has seen that, or asks for its children. */
static bool write_shard(dynox__local_call *call, const dynox__stream *stream)
{
    char        id[64], sequence[24];
    uint64_t    number, latest;
    const char *after  = dynox__tree_text(call->request, "ExclusiveStartShardId");
    const char *filter = dynox__tree_text(dynox__tree_member(call->request, "ShardFilter"), "Type");
    dynox__shard_id(call, stream, id);
    if (filter || (after && strcmp(after, id) >= 0)) return true;
    if (!dynox__stream_first(call, stream, &number) || !dynox__stream_latest(call, &latest)) return false;
    dynox__sequence_text(number ? number : latest, sequence);
    dynox__buffer_format(call->answer, "{\"ShardId\":\"%s\",\"SequenceNumberRange\":{\"StartingSequenceNumber\":\"%s\"",
                         id, sequence);
    dynox__sequence_text(latest - 1, sequence);
    if (stream->ended_us) dynox__buffer_format(call->answer, ",\"EndingSequenceNumber\":\"%s\"", sequence);
    dynox__buffer_text(call->answer, "}}");
    return true;
}

bool dynox__local_describe_stream(dynox__local_call *call)
{
    dynox__stream stream = {0};
    if (!find_stream(call, dynox__tree_text(call->request, "StreamArn"), &stream)) return false;
    dynox__buffer_text(call->answer, "{\"StreamDescription\":{");
    write_stream(call, &stream);
    dynox__buffer_format(call->answer,
                         ",\"StreamStatus\":\"%s\",\"StreamViewType\":\"%s\",\"CreationRequestDateTime\":",
                         stream.ended_us ? "DISABLED" : "ENABLED", dynox__stream_view_name(stream.view));
    dynox__write_seconds(call->answer, stream.made_us);
    dynox__buffer_add(call->answer, stream.key_schema, stream.key_schema_length);
    dynox__buffer_text(call->answer, ",\"Shards\":[");
    if (!write_shard(call, &stream)) return false;
    dynox__buffer_text(call->answer, "]}}");
    return dynox__local_answered(call);
}

/* ---- iterators: the ARN, and behind bars the number to go on with and when the iterator was made ---- */

static void write_iterator(dynox__local_call *call, const char *name, const dynox__stream *stream, uint64_t number)
{
    dynox__buffer_format(call->answer, "\"%s\":\"", name);
    dynox__stream_arn(call, stream, call->answer);
    dynox__buffer_format(call->answer, "|1|%" PRIu64 "|%" PRId64 "\"", number, call->now_us);
}

static bool invalid_iterator(dynox__local_call *call)
{
    return dynox__invalid(call, "Invalid ShardIterator");
}

static bool read_iterator(dynox__local_call *call, dynox__stream *stream, uint64_t *number)
{
    const char *text = dynox__tree_text(call->request, "ShardIterator");
    const char *bar = text ? strstr(text, "|1|") : NULL, *middle = bar ? strchr(bar + 3, '|') : NULL;
    int64_t     made_us;
    if (!middle || !dynox__number_to_unsigned(bar + 3, (size_t)(middle - bar - 3), number) ||
        !dynox__number_to_int(middle + 1, strlen(middle + 1), &made_us))
        return invalid_iterator(call);
    const char *arn = dynox__arena_copy(call->arena, text, (size_t)(bar - text));
    if (!arn) return dynox__refuse_memory(&call->refusal);
    if (made_us > call->now_us || made_us < 0) return invalid_iterator(call);
    if (call->now_us - made_us > ITERATOR_LIVES_US)
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_EXPIRED_ITERATOR,
                             "Iterator expired: The iterator was created more than 15 minutes ago");
    return find_stream(call, arn, stream);
}

/* Where it begins; 0 as *number: a sequence number that is none. */
static bool first_number(dynox__local_call *call, const dynox__stream *stream, const char *type, uint64_t *number)
{
    const char *sequence = dynox__tree_text(call->request, "SequenceNumber");
    if (strcmp(type, "TRIM_HORIZON") == 0) {
        *number = 1;
        return true;
    }
    if (strcmp(type, "LATEST") == 0) return dynox__stream_latest(call, number);
    *number = sequence && *sequence ? dynox__sequence_number(sequence) : 0;
    if (!*number) return dynox__invalid(call, "Invalid SequenceNumber");
    if (strcmp(type, "AFTER_SEQUENCE_NUMBER") == 0) ++*number;
    uint64_t first;
    if (!dynox__stream_first(call, stream, &first)) return false;
    return !first || *number >= first ||
           dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_TRIMMED,
                         "The operation attempted to read past the oldest stream record in a shard.");
}

bool dynox__local_get_shard_iterator(dynox__local_call *call)
{
    const char   *type   = dynox__tree_text(call->request, "ShardIteratorType");
    const char   *shard  = dynox__tree_text(call->request, "ShardId");
    dynox__stream stream = {0};
    char          id[64];
    uint64_t      number;
    if (!find_stream(call, dynox__tree_text(call->request, "StreamArn"), &stream)) return false;
    dynox__shard_id(call, &stream, id);
    if (!shard || strcmp(shard, id) != 0)
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESOURCE_NOT_FOUND,
                             "Requested resource not found: Shard does not exist");
    if (!first_number(call, &stream, type ? type : "", &number)) return false;
    dynox__buffer_byte(call->answer, '{');
    write_iterator(call, "ShardIterator", &stream, number);
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}

bool dynox__local_get_records(dynox__local_call *call)
{
    dynox__stream stream = {0};
    uint64_t      number, next, after;
    int64_t       limit = MOST_RECORDS;
    if (!read_iterator(call, &stream, &number)) return false;
    dynox__tree_integer(call->request, "Limit", &limit);
    if (limit < 1 || limit > MOST_RECORDS) limit = MOST_RECORDS;
    dynox__buffer_text(call->answer, "{\"Records\":[");
    if (!dynox__stream_read(call, &stream, number, (size_t)limit, call->answer, &next)) return false;
    dynox__buffer_byte(call->answer, ']');
    /* A closed shard that has been read to its end has no more. */
    dynox__buffer rest = {0};
    bool          done = true;
    if (stream.ended_us) done = dynox__stream_read(call, &stream, next, 1, &rest, &after);
    if (!stream.ended_us || rest.size) {
        dynox__buffer_byte(call->answer, ',');
        write_iterator(call, "NextShardIterator", &stream, next);
    }
    dynox__buffer_free(&rest);
    dynox__buffer_byte(call->answer, '}');
    return done && dynox__local_answered(call);
}
