/* Is an item named twice in a request? There are a hundred at most: each is compared with those before it. */
#include "local/operation/distinct.h"

bool dynox__distinct_begin(dynox__local_call *call, dynox__distinct *distinct, size_t most)
{
    distinct->ends = dynox__arena_alloc(call->arena, most * sizeof *distinct->ends);
    return distinct->ends || dynox__refuse_memory(&call->refusal);
}

bool dynox__distinct_add(dynox__distinct *distinct, const dynox__table *table, const dynox_item *key)
{
    dynox__buffer *places = &distinct->places;
    size_t         from = places->size, at = 0;
    dynox__table_place(table, key, places);
    if (places->failed) return true; /* told at the end */
    size_t size = places->size - from;
    for (size_t i = 0; i < distinct->count; i++) {
        if (distinct->ends[i] - at == size && memcmp(places->data + at, places->data + from, size) == 0) return false;
        at = distinct->ends[i];
    }
    distinct->ends[distinct->count++] = places->size;
    return true;
}

bool dynox__distinct_end(dynox__local_call *call, dynox__distinct *distinct)
{
    bool done = !distinct->places.failed || dynox__refuse_memory(&call->refusal);
    dynox__buffer_free(&distinct->places);
    return done;
}
