/* Finding a key in a node without looking at its entries, which lie anywhere in memory: by four bytes of each. */
#include "local/store/memory_node.h"
#include <string.h>

size_t dynox__btree_common(dynox__bytes a, dynox__bytes b)
{
    const char *p = a.data, *q = b.data;
    size_t      most = a.size < b.size ? a.size : b.size, same = 0;
    while (same < most && p[same] == q[same])
        same++;
    return same;
}

/* Four bytes from `skip` on, as a number; a key that ends before has zeros. */
static uint32_t head_of(dynox__bytes key, size_t skip)
{
    const unsigned char *bytes = key.data;
    uint32_t             head  = 0;
    for (size_t i = skip; i < skip + 4; i++)
        head = head << 8 | (i < key.size ? bytes[i] : 0u);
    return head;
}

static int compare(dynox__bytes a, dynox__bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int    order  = common ? memcmp(a.data, b.data, common) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* Where a key is that was not found: before or behind all, if it does not begin as they do. */
static unsigned place_of_absent(const dynox__btree_node *node, dynox__bytes key, unsigned within)
{
    size_t begin = key.size < node->skip ? key.size : node->skip;
    int    order = begin ? memcmp(key.data, dynox__btree_entry_of(node->slots[0])->bytes, begin) : 0;
    if (order == 0) return begin < node->skip ? 0 : within;
    return order < 0 ? 0 : node->count;
}

unsigned dynox__btree_find(const dynox__btree_node *node, dynox__bytes key, bool *found)
{
    uint32_t head = head_of(key, node->skip);
    unsigned low = 0, high = node->count;
    *found = false;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        int      order  = node->heads[middle] < head ? -1 : node->heads[middle] > head;
        if (order == 0) order = compare(dynox__btree_key_of(node->slots[middle]), key);
        if (order == 0) {
            *found = true; /* then it begins as the others do, whom there is no need to look at */
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return node->count && node->skip ? place_of_absent(node, key, low) : low;
}

void dynox__btree_index_all(dynox__btree_node *node)
{
    if (node->count == 0) return;
    /* They are in order: what the first and the last begin with, all do. */
    node->skip = (uint16_t)dynox__btree_common(dynox__btree_key_of(node->slots[0]),
                                               dynox__btree_key_of(node->slots[node->count - 1]));
    for (unsigned i = 0; i < node->count; i++)
        node->heads[i] = head_of(dynox__btree_key_of(node->slots[i]), node->skip);
}

void dynox__btree_index_one(dynox__btree_node *node, unsigned at)
{
    dynox__bytes key   = dynox__btree_key_of(node->slots[at]);
    unsigned     other = at == 0 ? node->count - 1u : 0;
    if (node->count <= 2 || dynox__btree_common(key, dynox__btree_key_of(node->slots[other])) < node->skip)
        dynox__btree_index_all(node);
    else
        node->heads[at] = head_of(key, node->skip);
}
