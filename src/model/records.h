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

/* What a request selects by: shared by queries, scans and counts. */
typedef struct dynox__selection {
    const dynox__model      *model;
    const dynox_model_index *index; /* NULL: the table itself */
    const void              *key;   /* NULL: a scan */
    dynox_room               room;
    dynox__resolver          resolver;
} dynox__selection;

/* Finds the index; call->error otherwise. */
void dynox__selection_begin(dynox__selection *selection, dynox__typed_call *call, const void *key);
void dynox__selection_end(dynox__selection *selection);
/* The members that say what is selected, and how: key condition, filters, projection, direction, consistency. */
void dynox__selection_write(dynox__selection *selection, dynox__typed_call *call, dynox__request_writer *writer);

/* "a, b.c" in the names of members, and the key besides. */
void dynox__projection_write(const dynox__model *model, const dynox__expr_resolver *resolver, const char *projection,
                             dynox__request_writer *writer);

#endif
