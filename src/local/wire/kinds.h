/* Which kind of JSON the service takes for which kind of member, and what it says of the others: the words are those of
 * its deserializer. */
#ifndef DYNOX_LOCAL_WIRE_KINDS_H
#define DYNOX_LOCAL_WIRE_KINDS_H

#include "local/wire/refusal.h"
#include "local/wire/tree.h"

typedef enum dynox__kind {
    DYNOX__KIND_STRING,
    DYNOX__KIND_BLOB, /* base64 is not looked at */
    DYNOX__KIND_BOOLEAN,
    DYNOX__KIND_INTEGER,
    DYNOX__KIND_LONG,
    DYNOX__KIND_DOUBLE,
    DYNOX__KIND_TIMESTAMP,
    DYNOX__KIND_LIST,
    DYNOX__KIND_MAP,
    DYNOX__KIND_STRUCTURE
} dynox__kind;

/* What is known of the place, for the words: `class_name` of a structure, or of what a map holds, with its package or
 * without; `element` of a list or a map, not a member of a structure. */
typedef struct dynox__kind_place {
    const char *class_name;
    bool        element;
} dynox__kind_place;

/* true: it is of that kind. false: SERIALIZATION. */
bool dynox__kind_refuse(const dynox__tree *tree, dynox__kind kind, const dynox__kind_place *place, dynox__arena *arena,
                        dynox__refusal *refusal);

static inline bool dynox__kind_fits(const dynox__tree *tree, dynox__kind kind)
{
    static const uint8_t fitting[] = {
        [DYNOX__KIND_STRING]    = 1 << DYNOX__TREE_TEXT,
        [DYNOX__KIND_BLOB]      = 1 << DYNOX__TREE_TEXT,
        [DYNOX__KIND_BOOLEAN]   = 1 << DYNOX__TREE_TRUE | 1 << DYNOX__TREE_FALSE,
        [DYNOX__KIND_INTEGER]   = 1 << DYNOX__TREE_NUMBER,
        [DYNOX__KIND_LONG]      = 1 << DYNOX__TREE_NUMBER,
        [DYNOX__KIND_DOUBLE]    = 1 << DYNOX__TREE_NUMBER,
        [DYNOX__KIND_TIMESTAMP] = 1 << DYNOX__TREE_NUMBER,
        [DYNOX__KIND_LIST]      = 1 << DYNOX__TREE_ARRAY,
        [DYNOX__KIND_MAP]       = 1 << DYNOX__TREE_OBJECT,
        [DYNOX__KIND_STRUCTURE] = 1 << DYNOX__TREE_OBJECT,
    };
    return fitting[kind] >> tree->kind & 1;
}

static inline bool dynox__kind_check(const dynox__tree *tree, dynox__kind kind, const dynox__kind_place *place,
                                     dynox__arena *arena, dynox__refusal *refusal)
{
    return dynox__kind_fits(tree, kind) || dynox__kind_refuse(tree, kind, place, arena, refusal);
}

#endif
