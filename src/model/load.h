/* Answers into records: what the typed reads, and writes that bring the item home, are decoded by. On I/O threads. */
#ifndef DYNOX_MODEL_LOAD_H
#define DYNOX_MODEL_LOAD_H

#include "aws/call/call.h"
#include "model/record.h"
#include <dynox/items.h>

/* How the records of a call are loaded; the call's `own`. */
typedef struct dynox__loading {
    const dynox__model *model;
    bool                read_only, is_partial, skip_hooks;
    bool                every_type;  /* also items of other types, as far as they can be read */
    bool                is_gathered; /* of a stream: what it hands out is only on its way to the program */
} dynox__loading;

/* A record in an answer: put it into the result of a table of fields, with DYNOX__FIELD_RECORD. Before: loading. */
typedef struct dynox__record_target {
    const dynox__loading *loading;
    dynox__block         *block; /* made when there is something; a reference, the caller's */
    size_t                hint;  /* of many: how many are expected */
} dynox__record_target;

dynox__field_reader dynox__field_record, dynox__field_records;
#define DYNOX__FIELD_RECORD dynox__field_record
#define DYNOX__FIELD_RECORDS dynox__field_records

/* After the decode: the block keeps the document (a reference more) and is finished. DYNOX_OK, or the block is gone. */
dynox_status dynox__load_end(dynox__record_target *target, dynox__document *document, dynox_error *error);

/* A block with one record, out of an item that it takes over, also when it fails. NULL: `error` tells. */
dynox__block *dynox__load_copy(const dynox__loading *loading, dynox_item *item, dynox_error *error);
/* A block with a record of each item that there is, and is one of the model; it takes the items over, also when it
 * fails. places[i] is the i-th item's record; NULL: it has none. NULL: `error` tells. */
dynox__block *dynox__load_many(const dynox__loading *loading, dynox_items *items, void **places, dynox_error *error);

#endif
