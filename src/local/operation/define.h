/* What requests say of tables and indexes, checked, with the service's words: for CreateTable and UpdateTable. */
#ifndef DYNOX_LOCAL_OPERATION_DEFINE_H
#define DYNOX_LOCAL_OPERATION_DEFINE_H

#include "local/table/table.h"

/* A table in the making: `table` points at the arrays here, or at those of the table that it was copied from. */
typedef struct dynox__defining {
    dynox__local_call  *call;
    dynox__table        table;
    dynox__key_part    *attributes; /* in the arena; table.attributes */
    size_t              attribute_room;
    dynox__index        indexes[DYNOX__MOST_INDEXES]; /* table.indexes */
    dynox__vector_index vectors[DYNOX__MOST_VECTORS]; /* table.vectors */
} dynox__defining;

#define DYNOX__INVALID "One or more parameter values were invalid: "

/* VALIDATION with that message. */
bool dynox__invalid(dynox__local_call *call, const char *format, ...) DYNOX_PRINTF(2, 3);

void dynox__define_begin(dynox__defining *defining, dynox__local_call *call, const dynox__table *from); /* or NULL */

/* Each reads a member of the request, which may be absent (NULL) where that is allowed. */
bool dynox__define_attributes(dynox__defining *defining, const dynox__tree *definitions);
bool dynox__define_key(dynox__defining *defining, const dynox__tree *schema);
bool dynox__define_index(dynox__defining *defining, const dynox__tree *index, bool global);
bool dynox__define_indexes(dynox__defining *defining, const dynox__tree *request);
bool dynox__define_projection(dynox__local_call *call, const dynox__tree *projection, dynox__index *index);
/* define_vector.c: an index of vectors, a list of them. */
bool                   dynox__define_vector(dynox__defining *defining, const dynox__tree *vector);
bool                   dynox__define_vectors(dynox__defining *defining, const dynox__tree *vectors);
const dynox__key_part *dynox__define_attribute_of(const dynox__defining *defining, const dynox__tree *name);
bool dynox__define_throughput(dynox__local_call *call, const dynox__tree *throughput, dynox__throughput *defined);
void dynox__define_on_demand(const dynox__tree *throughput, dynox__on_demand *defined);
bool dynox__define_stream(dynox__local_call *call, const dynox__tree *specification, dynox__stream_view *view);
bool dynox__define_encryption(dynox__defining *defining, const dynox__tree *specification);
/* The tags of `old` (JSON or NULL) with these set; checks them. */
bool dynox__define_tags(dynox__local_call *call, const char *old, const dynox__tree *tags, const char **merged);

/* Are all attributes of the key among the definitions of the request? Of a new index of an old table, the service asks
 * for those, too, that the table has already. */
bool dynox__define_check_given(dynox__local_call *call, const dynox__tree *schema, const dynox__tree *definitions);

/* Is each attribute that is defined part of a key? */
bool dynox__define_check_used(dynox__defining *defining);

#endif
