/* Walking a version in either direction: the way from the root to a leaf is kept, so that a step is short. */
#include "local/store/memory_node.h"

static void push(dynox__btree_cursor *cursor, const dynox__btree_node *node, unsigned place)
{
    cursor->nodes[cursor->levels]  = node;
    cursor->places[cursor->levels] = place;
    cursor->levels++;
}

/* From the child that the lowest level points to, to its first leaf; backwards: to the last one. */
static void go_down(dynox__btree_cursor *cursor)
{
    const dynox__btree_node *node = cursor->nodes[cursor->levels - 1];
    while (!node->is_leaf) {
        node = node->children[cursor->places[cursor->levels - 1]];
        push(cursor, node, !cursor->backwards ? 0 : node->is_leaf ? node->count - 1u : node->count);
    }
}

/* To the next entry; none: no levels are left. */
static void step(dynox__btree_cursor *cursor)
{
    while (cursor->levels) {
        const dynox__btree_node *node  = cursor->nodes[cursor->levels - 1];
        unsigned                *place = &cursor->places[cursor->levels - 1];
        unsigned                 last  = node->is_leaf ? node->count - 1u : node->count;
        if (cursor->backwards ? *place > 0 : *place < last) {
            *place += cursor->backwards ? UINT32_MAX : 1;
            go_down(cursor);
            return;
        }
        cursor->levels--;
    }
}

static void read_entry(const dynox__btree_cursor *cursor, dynox__store_entry *entry)
{
    *entry = (dynox__store_entry){{NULL, 0}, {NULL, 0}};
    if (!cursor->levels) return;
    dynox__btree_slot slot = cursor->nodes[cursor->levels - 1]->slots[cursor->places[cursor->levels - 1]];
    entry->key             = dynox__btree_key_of(slot);
    entry->value           = dynox__btree_value_of(slot);
}

void dynox__btree_seek(const dynox__btree_version *version, dynox__btree_cursor *cursor, dynox__bytes key,
                       bool backwards, dynox__store_entry *entry)
{
    const dynox__btree_node *node = version->root;
    bool                     found;
    cursor->levels    = 0;
    cursor->backwards = backwards;
    while (node && !node->is_leaf) {
        unsigned child = dynox__btree_find_child(node, key);
        push(cursor, node, child);
        node = node->children[child];
    }
    if (node) {
        unsigned before = dynox__btree_find(node, key, &found);
        bool     here   = found || (backwards ? before > 0 : before < node->count);
        push(cursor, node, !here ? (backwards ? 0 : node->count - 1u) : before - (backwards && !found));
        if (!here) step(cursor);
    }
    read_entry(cursor, entry);
}

void dynox__btree_next(dynox__btree_cursor *cursor, dynox__store_entry *entry)
{
    step(cursor);
    read_entry(cursor, entry);
}
