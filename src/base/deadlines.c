/* The heap of deadlines. */
#include "base/deadlines.h"
#include "base/alloc.h"

static void put(dynox__deadlines *heap, size_t index, dynox__deadline item)
{
    heap->items[index] = item;
    *item.place        = index;
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

/* Into a gap anywhere. */
static void settle(dynox__deadlines *heap, size_t index, dynox__deadline item)
{
    if (index > 1 && heap->items[index / 2].at_ns > item.at_ns)
        rise(heap, index, item);
    else
        sink(heap, index, item);
}

bool dynox__deadlines_add(dynox__deadlines *heap, size_t *place, int64_t at_ns)
{
    if (heap->count + 1 >= heap->capacity) {
        size_t capacity = heap->capacity ? heap->capacity * 2 : 64;
        void  *items    = dynox__realloc_array(heap->items, capacity, sizeof *heap->items);
        if (!items) return false;
        heap->items    = items;
        heap->capacity = capacity;
    }
    rise(heap, ++heap->count, (dynox__deadline){at_ns, place});
    return true;
}

void dynox__deadlines_remove(dynox__deadlines *heap, size_t *place)
{
    size_t index = *place;
    if (!index) return;
    *place               = 0;
    dynox__deadline last = heap->items[heap->count--];
    if (last.place != place) settle(heap, index, last);
}

void dynox__deadlines_move(dynox__deadlines *heap, size_t *place, int64_t at_ns)
{
    settle(heap, *place, (dynox__deadline){at_ns, place});
}

void dynox__deadlines_free(dynox__deadlines *heap)
{
    dynox__free(heap->items);
    *heap = (dynox__deadlines){0};
}
