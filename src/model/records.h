/* Streams of records: queries, scans and statements whose pages are loaded into structs. */
#ifndef DYNOX_MODEL_RECORDS_H
#define DYNOX_MODEL_RECORDS_H

#include "client/query/query_stream.h"
#include "model/load.h"
#include "model/resolve.h"
#include "model/with.h"

extern const dynox__operation dynox__records_query, dynox__records_scan, dynox__records_statement;

/* Makes a source one of records; it keeps a copy of `loading`. false: out of memory. */
bool dynox__records_form(dynox__source *source, const dynox__loading *loading);
/* From now on the hooks of what such a source hands out are run by somebody else. */
void          dynox__records_gather(const dynox__source *source);
dynox__block *dynox__records_block(const dynox_page *page); /* borrowed */

/* What a request selects by: shared by queries, scans and counts. */
typedef struct dynox__selection {
    const dynox__model      *model;
    const dynox_model_index *index; /* NULL: the table itself */
    const void              *key;   /* NULL: a scan */
    dynox_room               room;
    dynox__resolver          resolver;
    bool                     everything; /* of the partition, whatever model it is of */
    bool                     has_filter; /* one was written: the program's, or that for the model's own kind */
} dynox__selection;

/* Finds the index; call->error otherwise. */
void dynox__selection_begin(dynox__selection *self, dynox__typed_call *call, const void *key);
void dynox__selection_end(dynox__selection *self);
/* The members that say what is selected, and how: key condition, filters, projection, direction, consistency. */
void dynox__selection_write(dynox__selection *self, dynox__typed_call *call, dynox__request_writer *writer);

/* What queries and scans have a use for; those that give streams also DYNOX__WITH_LIMIT. */
enum {
    DYNOX__WITH_OF_READ = DYNOX__WITH_FILTER | DYNOX__WITH_PROJECTION | DYNOX__WITH_INDEX | DYNOX__WITH_PAGE_SIZE |
                          DYNOX__WITH_CONSISTENT | DYNOX__WITH_READ_ONLY | DYNOX__WITH_HOOKS | DYNOX__WITH_EVERY_TYPE |
                          DYNOX__WITH_TABLE,
    DYNOX__WITH_OF_QUERY = DYNOX__WITH_OF_READ | DYNOX__WITH_QUERY,
    DYNOX__WITH_OF_SCAN  = DYNOX__WITH_OF_READ | DYNOX__WITH_SEGMENTS
};
/* call->error: a query without a key; a query of an index, which is not an option then, without its name. */
void dynox__records_need_key(dynox__typed_call *call, const void *key);
void dynox__records_set_index(dynox__typed_call *call, const char *index);

/* Selects records as a stream, by a key or, NULL, by a scan; ends the call. Never NULL. */
dynox_stream *dynox__records_select(dynox__typed_call *call, const void *key);
/* A stream of as many empty pages as it takes to count what is selected; ends the call. Never NULL. */
dynox_stream *dynox__records_count(dynox__typed_call *call, const void *key);

/* The items of a partition, whatever models they are of, as a stream of items; ends the call. Never NULL. */
dynox_stream *dynox__records_everything(dynox__typed_call *call, const void *key);

/* "a, b.c" in the names of members, and besides the key, that of the index (NULL: none) and the type. */
void dynox__projection_write(const dynox__model *model, const dynox__expr_resolver *resolver, const char *projection,
                             const dynox_model_index *index, dynox__request_writer *writer);
/* The same as text in stored names, with a NUL: for parts of batches. */
dynox_status dynox__projection_text(const dynox__model *model, const char *projection, dynox__buffer *text,
                                    dynox_error *error);

#endif
