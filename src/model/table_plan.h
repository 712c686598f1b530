/* A table in the making: keys and indexes as one model, or several together, declare them. */
#ifndef DYNOX_MODEL_TABLE_PLAN_H
#define DYNOX_MODEL_TABLE_PLAN_H

#include "model/with.h"

enum { DYNOX__MOST_INDEXES = 20 + 5 }; /* global and local ones of a table (Developer Guide, quotas) */

/* And which model said what. Zero, but for the table, is an empty one. */
typedef struct dynox__table_plan {
    const char              *table;
    const dynox__model      *first;
    dynox_key_attribute      partition_key, sort_key;
    dynox_index              indexes[DYNOX__MOST_INDEXES];
    const dynox_model_index *declared[DYNOX__MOST_INDEXES];
    const dynox__model      *owners[DYNOX__MOST_INDEXES];
    size_t                   count, globals; /* the global indexes come first */
    dynox_room               room;
} dynox__table_plan;

/* Adds what these models declare. `given`: the table that the call names; NULL: each has its own, which must be the
 * same. false: `error` tells what they disagree about, or what is wrong with one. */
bool dynox__table_plan_add(dynox__table_plan *self, dynox_models models, const char *given, dynox_error *error);
void dynox__table_plan_free(dynox__table_plan *self); /* what is in it */

#endif
