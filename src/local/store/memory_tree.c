/* The tree: get, put, remove, and what is left of a version when it goes. */
#include "local/store/memory_tree.h"
#include "base/alloc.h"
#include "local/store/memory_change.h"
#include <string.h>

enum { MOST_SLOTS = DYNOX__BTREE_MOST_SLOTS, FEW_SLOTS = MOST_SLOTS / 4 };
_Static_assert(FEW_SLOTS >= 2, "a leaf that gives one away keeps one");

dynox__bytes dynox__btree_get(const dynox__btree_version *version, dynox__bytes key)
{
    const dynox__btree_node *node = version->root;
    bool                     found;
    if (!node) return (dynox__bytes){NULL, 0};
    while (!node->is_leaf)
        node = node->children[dynox__btree_find_child(node, key)];
    unsigned at = dynox__btree_find(node, key, &found);
    return found ? dynox__btree_value_of(node->slots[at]) : (dynox__bytes){NULL, 0};
}

/* The root, with room for one more: what is full is split on the way down, so that a parent always has room. */
static dynox__btree_node *root_with_room(dynox__btree_change *change)
{
    dynox__btree_node **root = &change->version.root;
    if (!*root) return *root = dynox__btree_new_node(change, true);
    dynox__btree_node *node = dynox__btree_own(change, root);
    if (!node || node->count < MOST_SLOTS) return node;
    dynox__btree_node *above = dynox__btree_new_node(change, false);
    if (!above) return NULL;
    above->children[0] = node;
    return *root       = above;
}

static void leaf_insert(dynox__btree_node *leaf, unsigned at, dynox__btree_slot slot)
{
    memmove(leaf->slots + at + 1, leaf->slots + at, (leaf->count - at) * sizeof *leaf->slots);
    memmove(leaf->heads + at + 1, leaf->heads + at, (leaf->count - at) * sizeof *leaf->heads);
    leaf->slots[at] = slot;
    leaf->count++;
    dynox__btree_index_one(leaf, at);
}

/* The leaf where the key goes, with room for it. NULL: out of memory. */
static dynox__btree_node *leaf_with_room(dynox__btree_change *change, dynox__bytes key)
{
    dynox__btree_node *node = root_with_room(change);
    while (node && !node->is_leaf) {
        unsigned           at    = dynox__btree_find_child(node, key);
        dynox__btree_node *child = dynox__btree_own(change, &node->children[at]);
        if (child && child->count == MOST_SLOTS) {
            bool at_end = dynox__btree_find_child(child, key) == MOST_SLOTS;
            if (!dynox__btree_split(change, node, at, at_end)) return NULL;
            child = node->children[dynox__btree_find_child(node, key)];
        }
        node = child;
    }
    return node;
}

bool dynox__btree_put(dynox__btree_change *change, dynox__bytes key, dynox__bytes value)
{
    if (!dynox__btree_reserve(change)) return false;
    dynox__btree_node *leaf = leaf_with_room(change, key);
    dynox__btree_slot  slot = leaf ? dynox__btree_new_slot(change, key, value) : 0;
    if (!slot) return false;
    bool     found;
    unsigned at = dynox__btree_find(leaf, key, &found);
    if (found) {
        change->version.content -= dynox__btree_value_of(leaf->slots[at]).size;
        dynox__btree_drop_slot(change, leaf->slots[at]);
        leaf->slots[at] = slot;
    } else {
        leaf_insert(leaf, at, slot);
        change->version.entries++;
        change->version.content += key.size;
    }
    change->version.content += value.size;
    return true;
}

/* The leaf where the key is. Nodes with few slots get more on the way down, so that none becomes empty. */
static dynox__btree_node *leaf_to_take_from(dynox__btree_change *change, dynox__bytes key)
{
    dynox__btree_node *node = dynox__btree_own(change, &change->version.root);
    while (node && !node->is_leaf) {
        unsigned           at    = dynox__btree_find_child(node, key);
        dynox__btree_node *child = dynox__btree_own(change, &node->children[at]);
        if (child && child->count < FEW_SLOTS) {
            if (!dynox__btree_fill_up(change, node, at)) return NULL;
            child = node->children[dynox__btree_find_child(node, key)];
            if (node->count == 0) { /* that was the root */
                change->version.root = child;
                dynox__btree_drop_node(change, node);
            }
        }
        node = child;
    }
    return node;
}

bool dynox__btree_remove(dynox__btree_change *change, dynox__bytes key)
{
    if (!dynox__btree_get(&change->version, key).data) return true;
    dynox__btree_node *leaf = dynox__btree_reserve(change) ? leaf_to_take_from(change, key) : NULL;
    if (!leaf) return false;
    bool              found;
    unsigned          at = dynox__btree_find(leaf, key, &found), behind = leaf->count - at - 1u;
    dynox__btree_slot slot = leaf->slots[at];
    change->version.entries--;
    change->version.content -= dynox__btree_key_of(slot).size + dynox__btree_value_of(slot).size;
    memmove(leaf->slots + at, leaf->slots + at + 1, behind * sizeof *leaf->slots);
    memmove(leaf->heads + at, leaf->heads + at + 1, behind * sizeof *leaf->heads);
    leaf->count--;
    dynox__btree_drop_slot(change, slot);
    if (leaf->count == 0) { /* only the root can be */
        dynox__btree_drop_node(change, leaf);
        change->version.root = NULL;
    }
    return true;
}

/* Frees a node and what is below it: all, or what a change has made. As deep as the tree. */
static void free_nodes(dynox__btree_node *node, bool all, uint64_t number)
{
    if (!all && node->made_by != number) return;
    for (unsigned i = 0; i < node->count; i++)
        if (all || node->slots[i] & 1) dynox__free(dynox__btree_entry_of(node->slots[i]));
    for (unsigned i = 0; !node->is_leaf && i <= node->count; i++)
        free_nodes(node->children[i], all, number);
    dynox__free(node);
}

void dynox__btree_undo(dynox__btree_change *change)
{
    if (change->version.root) free_nodes(change->version.root, false, change->version.number);
    change->dropped.count = 0;
    dynox__btree_free_dropped(&change->dropped);
}

void dynox__btree_free(dynox__btree_version *version)
{
    if (version->root) free_nodes(version->root, true, 0);
}

void dynox__btree_free_dropped(dynox__btree_dropped *dropped)
{
    for (size_t i = 0; i < dropped->count; i++)
        dynox__free(dropped->blocks[i]);
    dynox__free(dropped->blocks);
    *dropped = (dynox__btree_dropped){0};
}
