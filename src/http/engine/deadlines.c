/* The heap of deadlines. */
#include "http/engine/deadlines.h"

static void put(dynox__deadlines *heap, size_t index, dynox__deadline item)
{
    heap->items[index]           = item;
    item.request->own.heap_index = index;
}

static void rise(dynox__deadlines *heap, size_t index, dynox__deadline item)
{
    for (; index > 1 && heap->items[index / 2].at_ns > item.at_ns; index /= 2)
        put(heap, index, heap->items[index / 2]);
    put(heap, index, item);
}

static void sink(dynox__deadlines *heap, size_t index, dynox__deadline item)
{
    for (size_t child; (child = index * 2) <= heap->count; index = child) {
        if (child < heap->count && heap->items[child + 1].at_ns < heap->items[child].at_ns) child++;
        if (heap->items[child].at_ns >= item.at_ns) break;
        put(heap, index, heap->items[child]);
    }
    put(heap, index, item);
}

bool dynox__deadlines_add(dynox__deadlines *heap, dynox__request *request)
{
    if (heap->count + 1 >= heap->capacity) {
        size_t capacity = heap->capacity ? heap->capacity * 2 : 64;
        void  *items    = dynox__realloc_array(heap->items, capacity, sizeof *heap->items);
        if (!items) return false;
        heap->items    = items;
        heap->capacity = capacity;
    }
    rise(heap, ++heap->count, (dynox__deadline){request->deadline_ns, request});
    return true;
}

void dynox__deadlines_remove(dynox__deadlines *heap, dynox__request *request)
{
    size_t index = request->own.heap_index;
    if (!index) return;
    request->own.heap_index = 0;
    dynox__deadline last    = heap->items[heap->count--];
    if (last.request == request) return;
    if (index > 1 && heap->items[index / 2].at_ns > last.at_ns)
        rise(heap, index, last);
    else
        sink(heap, index, last);
}

void dynox__deadlines_free(dynox__deadlines *heap)
{
    dynox__free(heap->items);
    *heap = (dynox__deadlines){0};
}
