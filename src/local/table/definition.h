/* What a table is, as it lies in the store and as the service shows it. */
#ifndef DYNOX_LOCAL_TABLE_DEFINITION_H
#define DYNOX_LOCAL_TABLE_DEFINITION_H

#include "local/table/table.h"

/* JSON of our own, for the store. A failure is the buffer's. */
void dynox__definition_write(dynox__buffer *buffer, const dynox__table *table);

/* Reads that as it is at `now_us`; texts are the tree's, everything else is in the arena. *until_us: when it will be
 * another one, by time alone. NULL: *is_broken tells that it makes no sense; else out of memory. A table that is
 * DELETING, and should be gone, is read as it was. */
const dynox__table *dynox__definition_read(const dynox__tree *tree, int64_t now_us, dynox__arena *arena,
                                           int64_t *until_us, bool *is_broken);

/* A TableDescription. false: the store failed. */
bool dynox__table_describe(dynox__local_call *call, const dynox__table *table, dynox__buffer *answer);

/* "arn:aws:dynamodb:ddblocal:000000000000:table/NAME", as JSON text without the quotes. */
void dynox__table_arn(const dynox__local_call *call, const char *name, dynox__buffer *buffer);
/* Behind that, "/stream/" and this label. */
void dynox__stream_label(int64_t made_us, char label[40]);

/* ,"KeySchema":[...] */
void dynox__write_key_schema(dynox__buffer *answer, const dynox__key_schema *key);

/* ,"ProvisionedThroughput":{...} */
void dynox__write_throughput(dynox__buffer *answer, const dynox__throughput *throughput);
/* "IndexName":...,"KeySchema":[...],"Projection":{...} */
void dynox__write_index_shape(dynox__buffer *answer, const dynox__index *index);

/* Seconds with a fraction, as JSON has times. */
void dynox__write_seconds(dynox__buffer *buffer, int64_t us);

const char *dynox__table_status_name(dynox__table_status status); /* "ACTIVE" */
const char *dynox__stream_view_name(dynox__stream_view view);     /* "NEW_IMAGE" */

/* An identifier of the seed and two numbers: the same each time. */
void dynox__seeded_uuid(const dynox__local_settings *settings, uint64_t kind, uint64_t number, char text[37]);

#endif
