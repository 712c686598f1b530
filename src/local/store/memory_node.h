/* Nodes of the tree, and finding a key in one. */
#ifndef DYNOX_LOCAL_STORE_MEMORY_NODE_H
#define DYNOX_LOCAL_STORE_MEMORY_NODE_H

#include "local/store/memory_tree.h"

/* A key and its value in one block. Constant once it is in a node. */
typedef struct dynox__btree_entry {
    uint32_t value_size;
    uint16_t key_size;
    char     bytes[]; /* the key's, then the value's */
} dynox__btree_entry;
_Static_assert(DYNOX__STORE_LARGEST_KEY <= UINT16_MAX && DYNOX__STORE_LARGEST_VALUE <= UINT32_MAX, "sizes of an entry");

/* A pointer to an entry, plus 1 if the change that made the node made the entry, too: then no other version has it. */
typedef uintptr_t dynox__btree_slot;

enum { DYNOX__BTREE_MOST_SLOTS = 64 };

/* A leaf has entries in its slots. A node above has keys alone, and children between them: what is below a child is at
 * or behind the key before it, and before the key behind it. */
struct dynox__btree_node {
    uint64_t made_by; /* the number of a change */
    uint16_t count;   /* of slots; a node above a leaf has one child more */
    uint16_t skip;    /* all keys begin with the same bytes, at least so many */
    bool     is_leaf;
    uint32_t heads[DYNOX__BTREE_MOST_SLOTS]; /* the four bytes of each key behind those: most tell them apart */
    dynox__btree_slot         slots[DYNOX__BTREE_MOST_SLOTS];
    struct dynox__btree_node *children[]; /* not in a leaf: one more than MOST_SLOTS */
};

static inline dynox__btree_entry *dynox__btree_entry_of(dynox__btree_slot slot)
{
    return (dynox__btree_entry *)(slot & ~(uintptr_t)1);
}

static inline dynox__bytes dynox__btree_key_of(dynox__btree_slot slot)
{
    const dynox__btree_entry *entry = dynox__btree_entry_of(slot);
    return (dynox__bytes){entry->bytes, entry->key_size};
}

static inline dynox__bytes dynox__btree_value_of(dynox__btree_slot slot)
{
    const dynox__btree_entry *entry = dynox__btree_entry_of(slot);
    return (dynox__bytes){entry->bytes + entry->key_size, entry->value_size};
}

/* How many bytes two keys begin with in common. */
size_t dynox__btree_common(dynox__bytes a, dynox__bytes b);

/* How many of the keys are before this one; *found: the next one is it. */
unsigned dynox__btree_find(const dynox__btree_node *node, dynox__bytes key, bool *found);
/* The child below which the key lies. */
static inline unsigned dynox__btree_find_child(const dynox__btree_node *node, dynox__bytes key)
{
    bool     found;
    unsigned before = dynox__btree_find(node, key, &found);
    return before + found;
}

/* Sets `skip` and `heads` after slots have changed: of all, or where slot `at` came in. */
void dynox__btree_index_all(dynox__btree_node *node);
void dynox__btree_index_one(dynox__btree_node *node, unsigned at);

#endif
