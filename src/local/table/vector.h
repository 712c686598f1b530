/* Indexes of vectors: which items they have, and how near those are to another vector. */
#ifndef DYNOX_LOCAL_TABLE_VECTOR_H
#define DYNOX_LOCAL_TABLE_VECTOR_H

#include "local/table/table.h"

enum { DYNOX__MOST_DIMENSIONS = 4096 };

/* The item's vector, if the index has the item: a list of numbers of the right length, and the attribute by which the
 * index is cut. NULL: it has not. */
const dynox_value *dynox__vector_of(const dynox__vector_index *vector, const dynox_item *item);
/* The numbers of a list, as many as there are dimensions. false: some are none. */
bool dynox__vector_read(const dynox_value *numbers, size_t count, double *to);
/* As the index measures it. */
double dynox__vector_score(const dynox__vector_index *vector, const double *a, const double *b);

/* Counts the items that there are already. */
bool dynox__vector_fill(dynox__local_call *call, const dynox__table *table, const dynox__vector_index *vector);

#endif
