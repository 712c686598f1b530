/* What a change is made of: blocks that are its own, blocks that it drops, and nodes that become too full or too empty.
 */
#ifndef DYNOX_LOCAL_STORE_MEMORY_CHANGE_H
#define DYNOX_LOCAL_STORE_MEMORY_CHANGE_H

#include "local/store/memory_node.h"

/* Room to drop what one put or remove can drop, so that dropping never fails. false: out of memory. */
bool dynox__btree_reserve(dynox__btree_change *change);

/* NULL, or 0 for a slot: out of memory. */
dynox__btree_node *dynox__btree_new_node(dynox__btree_change *change, bool is_leaf);
dynox__btree_slot  dynox__btree_new_slot(dynox__btree_change *change, dynox__bytes key, dynox__bytes value);
/* A block that the version has no more: freed at once if only this change has it. */
void dynox__btree_drop_node(dynox__btree_change *change, dynox__btree_node *node);
void dynox__btree_drop_slot(dynox__btree_change *change, dynox__btree_slot slot);

/* The node at `link`, or a copy of it there, that the change may change. NULL: out of memory. */
dynox__btree_node *dynox__btree_own(dynox__btree_change *change, dynox__btree_node **link);

/* Makes two of a full child; `at_end`: the key that makes it too full goes behind all others, as more will. Both nodes
 * are the change's, and the parent has room. false: out of memory. */
bool dynox__btree_split(dynox__btree_change *change, dynox__btree_node *parent, unsigned child, bool at_end);
/* Fills up a child with few slots from the one beside it, or makes one of both. Both nodes are the change's. */
bool dynox__btree_fill_up(dynox__btree_change *change, dynox__btree_node *parent, unsigned child);

#endif
