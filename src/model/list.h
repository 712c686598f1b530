/* Lists of records: they hold references to the blocks in which the records lie, so that nothing is copied. */
#ifndef DYNOX_MODEL_LIST_H
#define DYNOX_MODEL_LIST_H

#include "model/record.h"

/* What is to become a list. Zero is empty. */
typedef struct dynox__gathered {
    void         **at; /* owned */
    size_t         count, room;
    dynox__block **blocks; /* owned, each a reference */
    size_t         block_count, block_room;
} dynox__gathered;

/* Adds a record and keeps its block; NULL, NULL: a hole. false: out of memory. */
bool dynox__gather(dynox__gathered *self, void *record, dynox__block *block);
/* In steps: room for so many records; and keeping a block, whose records are then put into `at` and counted. */
bool dynox__gather_room(dynox__gathered *self, size_t count);
bool dynox__gather_block(dynox__gathered *self, dynox__block *block);
/* Ends it without a list. */
void dynox__gathered_free(dynox__gathered *self);
/* All that was gathered, as the list that the program gets; it is empty then. NULL: out of memory. */
dynox_records *dynox__gathered_list(dynox__gathered *self);

#endif
