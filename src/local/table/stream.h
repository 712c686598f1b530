/* Streams: a record for each change that changed something, for a day. Each time a table's stream is switched on, it is
 * another one, of one shard, which is closed when that ends. */
#ifndef DYNOX_LOCAL_TABLE_STREAM_H
#define DYNOX_LOCAL_TABLE_STREAM_H

#include "local/table/table.h"

typedef struct dynox__stream {
    const char        *table; /* name; all texts are in the arena of the call */
    uint32_t           number;
    dynox__stream_view view;
    int64_t            made_us, ended_us; /* 0: it is open */
    const char        *key_schema;        /* ,"KeySchema":[...] */
    size_t             key_schema_length;
} dynox__stream;

/* Both when a table changes its mind, or goes: table->stream, ->stream_view and ->stream_us tell which. */
bool dynox__stream_begin(dynox__local_call *call, const dynox__table *table);
bool dynox__stream_end(dynox__local_call *call, const dynox__table *table);

/* The stream behind that one, by name of table and age; `table` NULL: the first. stream->table NULL: there is none. */
bool dynox__stream_next(dynox__local_call *call, const char *table, uint32_t number, dynox__stream *stream);
/* By ARN. stream->table NULL: there is none. */
bool dynox__stream_find(dynox__local_call *call, const char *arn, dynox__stream *stream);
void dynox__stream_arn(const dynox__local_call *call, const dynox__stream *stream, dynox__buffer *buffer);

/* "shardId-00000001700000000000-0a1b2c3d" */
void dynox__shard_id(const dynox__local_call *call, const dynox__stream *stream, char id[64]);

/* Sequence numbers are texts of 21 digits; 0 as number: it is none of ours. */
void     dynox__sequence_text(uint64_t number, char text[24]);
uint64_t dynox__sequence_number(const char *text);

/* Writes at most `most` records from that number on, of 1 MB together, with commas between them. *next: the number to
 * go on with. */
bool dynox__stream_read(dynox__local_call *call, const dynox__stream *stream, uint64_t from, size_t most,
                        dynox__buffer *answer, uint64_t *next);
/* The number of the first record that there is; 0: there is none. */
bool dynox__stream_first(dynox__local_call *call, const dynox__stream *stream, uint64_t *number);
/* The number that the next record of all will have. */
bool dynox__stream_latest(dynox__local_call *call, uint64_t *number);

#endif
