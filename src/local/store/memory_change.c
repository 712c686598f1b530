/* Blocks of a change, and nodes that are split, filled up and joined. */
#include "local/store/memory_change.h"
#include "base/alloc.h"
#include <string.h>

enum { MOST_SLOTS = DYNOX__BTREE_MOST_SLOTS };

/* ---- blocks ---- */

/* What the allocator takes for it, about. */
static size_t cost_of(size_t size)
{
    return size + 8 < 32 ? 32 : (size + 8 + 15) & ~(size_t)15;
}

static size_t size_of_node(bool is_leaf)
{
    return sizeof(dynox__btree_node) + (is_leaf ? 0 : sizeof(dynox__btree_node *) * (MOST_SLOTS + 1));
}

static size_t size_of_entry(dynox__bytes key, dynox__bytes value)
{
    size_t size = offsetof(dynox__btree_entry, bytes) + key.size + value.size;
    return size < sizeof(dynox__btree_entry) ? sizeof(dynox__btree_entry) : size;
}

bool dynox__btree_reserve(dynox__btree_change *change)
{
    /* On each level at most: the node, the one beside it, and a key between them. */
    enum { MOST_DROPPED = 4 * DYNOX__BTREE_MOST_LEVELS };
    dynox__btree_dropped *dropped = &change->dropped;
    if (dropped->capacity - dropped->count >= MOST_DROPPED) return true;
    size_t capacity = dropped->capacity * 2 + MOST_DROPPED;
    void **blocks   = dynox__realloc_array(dropped->blocks, capacity, sizeof *blocks);
    if (!blocks) return false;
    dropped->blocks   = blocks;
    dropped->capacity = capacity;
    return true;
}

static void *new_block(dynox__btree_change *change, size_t size)
{
    void *block = dynox__malloc(size);
    if (block) change->version.memory += cost_of(size);
    return block;
}

static void drop(dynox__btree_change *change, void *block, size_t size, bool own)
{
    change->version.memory -= cost_of(size);
    if (own)
        dynox__free(block);
    else
        change->dropped.blocks[change->dropped.count++] = block;
}

dynox__btree_node *dynox__btree_new_node(dynox__btree_change *change, bool is_leaf)
{
    dynox__btree_node *node = new_block(change, size_of_node(is_leaf));
    if (!node) return NULL;
    node->made_by = change->version.number;
    node->count = node->skip = 0;
    node->is_leaf            = is_leaf;
    return node;
}

dynox__btree_slot dynox__btree_new_slot(dynox__btree_change *change, dynox__bytes key, dynox__bytes value)
{
    dynox__btree_entry *entry = new_block(change, size_of_entry(key, value));
    if (!entry) return 0;
    entry->key_size   = (uint16_t)key.size;
    entry->value_size = (uint32_t)value.size;
    if (key.size) memcpy(entry->bytes, key.data, key.size);
    if (value.size) memcpy(entry->bytes + key.size, value.data, value.size);
    return (dynox__btree_slot)entry | 1;
}

void dynox__btree_drop_node(dynox__btree_change *change, dynox__btree_node *node)
{
    drop(change, node, size_of_node(node->is_leaf), node->made_by == change->version.number);
}

void dynox__btree_drop_slot(dynox__btree_change *change, dynox__btree_slot slot)
{
    size_t size = size_of_entry(dynox__btree_key_of(slot), dynox__btree_value_of(slot));
    drop(change, dynox__btree_entry_of(slot), size, slot & 1);
}

/* ---- nodes ---- */

static void copy_slots(dynox__btree_node *to, const dynox__btree_slot *slots, dynox__btree_node *const *children,
                       unsigned count)
{
    to->count = (uint16_t)count;
    memcpy(to->slots, slots, count * sizeof *slots);
    if (!to->is_leaf) memcpy(to->children, children, (count + 1) * sizeof(dynox__btree_node *));
}

dynox__btree_node *dynox__btree_own(dynox__btree_change *change, dynox__btree_node **link)
{
    dynox__btree_node *node = *link;
    if (node->made_by == change->version.number) return node;
    dynox__btree_node *copy = dynox__btree_new_node(change, node->is_leaf);
    if (!copy) return NULL;
    copy_slots(copy, node->slots, node->children, node->count);
    for (unsigned i = 0; i < node->count; i++)
        copy->slots[i] &= ~(dynox__btree_slot)1;
    memcpy(copy->heads, node->heads, node->count * sizeof *node->heads);
    copy->skip = node->skip;
    dynox__btree_drop_node(change, node);
    return *link = copy;
}

/* The shortest key that tells two leaves apart. */
static dynox__btree_slot new_key_between(dynox__btree_change *change, dynox__btree_slot before,
                                         dynox__btree_slot behind)
{
    dynox__bytes key = dynox__btree_key_of(behind);
    key.size         = dynox__btree_common(dynox__btree_key_of(before), key) + 1;
    return dynox__btree_new_slot(change, key, (dynox__bytes){NULL, 0});
}

/* All that is in two nodes side by side, the key between them included if they are no leaves. */
typedef struct run {
    dynox__btree_slot  slots[2 * MOST_SLOTS + 1];
    dynox__btree_node *children[2 * MOST_SLOTS + 2];
    unsigned           count;
} run;

static void gather(run *all, const dynox__btree_node *node)
{
    memcpy(all->slots + all->count, node->slots, node->count * sizeof *node->slots);
    if (!node->is_leaf)
        memcpy(all->children + all->count, node->children, (node->count + 1u) * sizeof(dynox__btree_node *));
    all->count += node->count;
}

/* Puts the first `keep` slots into the left node and the others into the right one. Between nodes that are no leaves,
 * the first of the others is taken out. Returns the key between them; 0: out of memory, and nothing has changed. */
static dynox__btree_slot share_out(dynox__btree_change *change, const run *all, unsigned keep, dynox__btree_node *left,
                                   dynox__btree_node *right)
{
    unsigned          taken   = left->is_leaf ? 0 : 1;
    unsigned          from    = keep + taken;
    dynox__btree_slot between = all->slots[keep];
    if (!taken) between = new_key_between(change, all->slots[keep - 1], between);
    if (!between) return 0;
    copy_slots(left, all->slots, all->children, keep);
    copy_slots(right, all->slots + from, all->children + from, all->count - from);
    dynox__btree_index_all(left);
    dynox__btree_index_all(right);
    return between;
}

bool dynox__btree_split(dynox__btree_change *change, dynox__btree_node *parent, unsigned child, bool at_end)
{
    dynox__btree_node *left  = parent->children[child];
    dynox__btree_node *right = dynox__btree_new_node(change, left->is_leaf);
    if (!right) return false;
    run all;
    all.count = 0;
    gather(&all, left);
    unsigned          keep    = at_end ? all.count / 4 * 3 : all.count / 2;
    dynox__btree_slot between = share_out(change, &all, keep, left, right);
    if (!between) {
        dynox__btree_drop_node(change, right);
        return false;
    }
    memmove(parent->slots + child + 1, parent->slots + child, (parent->count - child) * sizeof *parent->slots);
    memmove(parent->heads + child + 1, parent->heads + child, (parent->count - child) * sizeof *parent->heads);
    memmove(parent->children + child + 2, parent->children + child + 1,
            (parent->count - child) * sizeof(dynox__btree_node *));
    parent->slots[child]        = between;
    parent->children[child + 1] = right;
    parent->count++;
    dynox__btree_index_one(parent, child);
    return true;
}

/* Makes one of two children that have room in one. */
static void join(dynox__btree_change *change, dynox__btree_node *parent, unsigned at, const run *all)
{
    dynox__btree_node *left = parent->children[at], *right = parent->children[at + 1];
    if (left->is_leaf) dynox__btree_drop_slot(change, parent->slots[at]);
    copy_slots(left, all->slots, all->children, all->count);
    dynox__btree_index_all(left);
    dynox__btree_drop_node(change, right);
    unsigned behind = parent->count - at - 1u;
    memmove(parent->slots + at, parent->slots + at + 1, behind * sizeof *parent->slots);
    memmove(parent->heads + at, parent->heads + at + 1, behind * sizeof *parent->heads);
    memmove(parent->children + at + 1, parent->children + at + 2, behind * sizeof(dynox__btree_node *));
    parent->count--;
}

bool dynox__btree_fill_up(dynox__btree_change *change, dynox__btree_node *parent, unsigned child)
{
    unsigned           at    = child ? child - 1 : 0;
    dynox__btree_node *left  = dynox__btree_own(change, &parent->children[at]);
    dynox__btree_node *right = left ? dynox__btree_own(change, &parent->children[at + 1]) : NULL;
    if (!right) return false;
    run all;
    all.count = 0;
    gather(&all, left);
    if (!left->is_leaf) all.slots[all.count++] = parent->slots[at];
    gather(&all, right);
    if (all.count <= MOST_SLOTS) {
        join(change, parent, at, &all);
        return true;
    }
    dynox__btree_slot between = share_out(change, &all, all.count / 2, left, right);
    if (!between) return false;
    if (left->is_leaf) dynox__btree_drop_slot(change, parent->slots[at]);
    parent->slots[at] = between;
    dynox__btree_index_all(parent);
    return true;
}
