/* Answers of the control plane: table descriptions and lists of names. Rare and small, so json-c reads them. */
#ifndef DYNOX_VALUE_JSON_C_CONTROL_H
#define DYNOX_VALUE_JSON_C_CONTROL_H

#include "value/json/document.h"
#include <dynox/table.h>

/* The table that is described by the member `name` ("Table" or "TableDescription") of an answer. The caller frees it
 * with dynox_table_free; it lies in *document, of which the caller gets a reference of his own, too. */
dynox_status dynox__control_table(const char *body, size_t length, const char *name, dynox_table **table,
                                  dynox__document **document, dynox_error *error);

/* What else an answer can be read as. */
typedef struct dynox__control_kind dynox__control_kind;

extern const dynox__control_kind dynox__control_table_names, dynox__control_time_to_live,
    dynox__control_continuous_backups, dynox__control_tags, dynox__control_limits, dynox__control_backup,
    dynox__control_backups;

/* Reads the answer's member `name` (NULL: all of it). *made is the struct that the program frees; it lies in *document,
 * of which the caller gets a reference of his own. DYNOX_E_DECODE: there is no such member, or it is of another type.
 */
dynox_status dynox__control_read(const dynox__control_kind *kind, const char *body, size_t length, const char *name,
                                 void **made, dynox__document **document, dynox_error *error);

/* How far a thing has come. */
typedef enum dynox__verdict { DYNOX__STATE_UNDERWAY = 0, DYNOX__STATE_REACHED, DYNOX__STATE_FAILED } dynox__verdict;

typedef struct dynox__state {
    dynox__verdict verdict;
    char           status[40];
    char           reason[300]; /* of a failure; empty: not told */
} dynox__state;

/* Where an answer has a state, and what is wanted of it. */
typedef struct dynox__goal {
    const char *path[2]; /* the objects around it, from outside; NULL: no more */
    const char *list;    /* or the list that it is in, several times: one that succeeds is enough, and all must fail */
    const char *status;  /* its own member */
    const char *success; /* its value then */
    const char *failure[2]; /* or then: no hope any more */
    const char *in;         /* the object beside it that has the reason; NULL: it is beside it itself */
    const char *reason[2];  /* texts: what is told of a failure */
} dynox__goal;

/* Reads it; what is not told stays as it is in *state. DYNOX_E_DECODE, DYNOX_E_NO_MEMORY. */
dynox_status dynox__control_state(const char *json, size_t length, const dynox__goal *goal, dynox__state *state,
                                  dynox_error *error);

#endif
