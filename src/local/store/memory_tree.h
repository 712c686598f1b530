/* A B+tree of bytes whose versions share what they have in common. A change makes copies of the nodes on its way, once,
 * and from then on changes these in place; nodes of earlier changes stay as they are, for whoever still reads them.
 * Knows nothing of threads: memory.c does. */
#ifndef DYNOX_LOCAL_STORE_MEMORY_TREE_H
#define DYNOX_LOCAL_STORE_MEMORY_TREE_H

#include "local/store/store.h"

typedef struct dynox__btree_node dynox__btree_node;

/* Blocks that later versions do not have any more. Owns them, once the change that dropped them is there to stay. */
typedef struct dynox__btree_dropped {
    void **blocks;
    size_t count, capacity;
} dynox__btree_dropped;

/* One version: constant, unless it is the one being changed. Zero is an empty tree. */
typedef struct dynox__btree_version {
    dynox__btree_node *root;                     /* NULL: empty */
    uint64_t           number;                   /* of the change that made it; from 1, and no two have the same */
    uint64_t           entries, content, memory; /* memory: of all blocks, what the allocator adds included, about */
} dynox__btree_version;

/* A version that is being made: a copy of the version before with a number of its own, and what it does not need of
 * that. */
typedef struct dynox__btree_change {
    dynox__btree_version version;
    dynox__btree_dropped dropped;
} dynox__btree_change;

/* The value; data NULL: there is none. */
dynox__bytes dynox__btree_get(const dynox__btree_version *version, dynox__bytes key);
/* false: out of memory; the change can only be undone then. */
bool dynox__btree_put(dynox__btree_change *change, dynox__bytes key, dynox__bytes value);
bool dynox__btree_remove(dynox__btree_change *change, dynox__bytes key);
/* Frees what the change has made. The version before is as it was. */
void dynox__btree_undo(dynox__btree_change *change);

void dynox__btree_free_dropped(dynox__btree_dropped *dropped); /* the blocks, and the list */
void dynox__btree_free(dynox__btree_version *version);         /* all of it: there is no other version */

/* A place in a version, and the way to it. Each level has at least fifteen times as many nodes as the one above. */
enum { DYNOX__BTREE_MOST_LEVELS = 16 };
typedef struct dynox__btree_cursor {
    const dynox__btree_node *nodes[DYNOX__BTREE_MOST_LEVELS]; /* from the root to a leaf */
    unsigned                 places[DYNOX__BTREE_MOST_LEVELS];
    unsigned                 levels; /* 0: nowhere */
    bool                     backwards;
} dynox__btree_cursor;

/* As dynox__store_seek and dynox__store_next. */
void dynox__btree_seek(const dynox__btree_version *version, dynox__btree_cursor *cursor, dynox__bytes key,
                       bool backwards, dynox__store_entry *entry);
void dynox__btree_next(dynox__btree_cursor *cursor, dynox__store_entry *entry);

#endif
