/* An update as it is applied. */
#ifndef DYNOX_LOCAL_EVALUATE_UPDATE_H
#define DYNOX_LOCAL_EVALUATE_UPDATE_H

#include "local/evaluate/branches.h"

typedef struct dynox__update_part dynox__update_part;
struct dynox__update_part {
    dynox__word         clause; /* SET, REMOVE, ADD, DELETE */
    size_t              index;  /* among all */
    const dynox__term  *path, *value;
    dynox__update_part *next;
};

struct dynox__update {
    dynox__update_part *first;
    size_t              count;
    dynox__branch       root;
    bool                legacy; /* AttributeUpdates: in older words, and ADD appends to lists */
};

/* Adds an action at *link, and moves that on. `overlap` NULL: it is known that its path is a name of its own. false:
 * out of memory. */
bool dynox__update_add(dynox__update *update, dynox__update_part ***link, dynox__update_part action,
                       dynox__arena *arena, dynox__path_clash *overlap, dynox__path_clash *conflict);

/* The sum, union or difference that ADD and DELETE make; *made DYNOX_INVALID: nothing is left. `old` NULL: there was
 * none. */
bool dynox__update_combine(const dynox__update *update, const dynox__update_part *action, const dynox_value *old,
                           dynox__arena *arena, dynox_value *made, dynox__refusal *refusal);
bool dynox__update_sum(const dynox_value *a, const dynox_value *b, bool minus, dynox__arena *arena, dynox_value *made,
                       dynox__refusal *refusal);

#endif
