/* The heap of answers that are held back. */
#include "local/server/inside.h"

typedef struct dynox__delay delay;

static void put(dynox__delays *heap, size_t index, delay item)
{
    heap->items[index]          = item;
    item.connection->heap_index = index;
}

static void rise(dynox__delays *heap, size_t index, delay item)
{
    for (; index > 1 && heap->items[index / 2].at_ns > item.at_ns; index /= 2)
        put(heap, index, heap->items[index / 2]);
    put(heap, index, item);
}

static void sink(dynox__delays *heap, size_t index, delay item)
{
    for (size_t child; (child = index * 2) <= heap->count; index = child) {
        if (child < heap->count && heap->items[child + 1].at_ns < heap->items[child].at_ns) child++;
        if (heap->items[child].at_ns >= item.at_ns) break;
        put(heap, index, heap->items[child]);
    }
    put(heap, index, item);
}

bool dynox__delays_add(dynox__delays *heap, dynox__server_connection *connection, int64_t at_ns)
{
    if (heap->count + 1 >= heap->capacity) {
        size_t capacity = heap->capacity ? heap->capacity * 2 : 64;
        void  *items    = dynox__realloc_array(heap->items, capacity, sizeof *heap->items);
        if (!items) return false;
        heap->items    = items;
        heap->capacity = capacity;
    }
    rise(heap, ++heap->count, (delay){at_ns, connection});
    return true;
}

void dynox__delays_remove(dynox__delays *heap, dynox__server_connection *connection)
{
    size_t index = connection->heap_index;
    if (!index) return;
    connection->heap_index = 0;
    delay last             = heap->items[heap->count--];
    if (last.connection == connection) return;
    if (index > 1 && heap->items[index / 2].at_ns > last.at_ns)
        rise(heap, index, last);
    else
        sink(heap, index, last);
}
