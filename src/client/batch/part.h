/* Parts of a batch as JSON. */
#ifndef DYNOX_CLIENT_BATCH_PART_H
#define DYNOX_CLIENT_BATCH_PART_H

#include "client/batch/batch.h"

/* Add the parts to a new batch, or say what is wrong with one of them. */
void dynox__batch_add_writes(dynox__batch *batch, dynox_writes writes, dynox_error *error);
void dynox__batch_add_reads(dynox__batch *batch, dynox_reads reads, dynox_error *error);

/* What is wrong with one of many writes is said with its number. */
void dynox__batch_number(dynox_error *error, size_t number, const dynox_write *write);
/* How much a write is in a request, about; or what is wrong with it. */
size_t dynox__batch_measure(const dynox_write *write, dynox_error *error);

/* The JSON of the item or key in what is sent for a part. */
const char *dynox__part_item(const dynox__batch *batch, const dynox__batch_part *part, size_t *size);

#endif
