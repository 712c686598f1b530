/* Whoever looks on sees the requests that are there when he begins, and holds no lock while he does. */
#include "local/engine/trace.h"
#include "base/alloc.h"
#include <string.h>

void dynox__local_trace_init(dynox__local_trace *trace)
{
    pthread_mutex_init(&trace->lock, NULL);
}

void dynox__local_trace_destroy(dynox__local_trace *trace)
{
    dynox__local_trace_forget(trace);
    dynox__free(trace->ring);
    pthread_mutex_destroy(&trace->lock);
}

static void traced_destroy(dynox__shared *shared)
{
    dynox__free(DYNOX__CONTAINER(shared, dynox__traced, shared));
}

/* The i-th oldest, of those that are there or the next one. */
static dynox__traced **at_locked(const dynox__local_trace *trace, size_t i)
{
    size_t place = trace->first + i;
    return &trace->ring[place < trace->capacity ? place : place - trace->capacity];
}

static void drop_oldest_locked(dynox__local_trace *trace)
{
    dynox__traced *oldest = *at_locked(trace, 0);
    trace->first          = trace->first + 1 < trace->capacity ? trace->first + 1 : 0;
    trace->count--;
    trace->bytes -= oldest->json_length;
    dynox__shared_release(&oldest->shared);
}

void dynox__local_trace_keep(dynox__local_trace *trace, size_t most)
{
    pthread_mutex_lock(&trace->lock);
    atomic_store(&trace->most, most);
    while (trace->count > most)
        drop_oldest_locked(trace);
    pthread_mutex_unlock(&trace->lock);
}

dynox__traced *dynox__local_trace_begin(dynox__local_trace *trace, const char *json, size_t length)
{
    if (!atomic_load_explicit(&trace->most, memory_order_relaxed) || length > DYNOX__TRACE_BYTES) return NULL;
    dynox__traced *traced = dynox__malloc(sizeof *traced + length + 1);
    if (!traced) return NULL;
    memset(traced, 0, sizeof *traced);
    dynox__shared_init(&traced->shared, traced_destroy);
    if (length) memcpy(traced->json, json, length);
    traced->json[length] = 0;
    traced->json_length  = length;
    traced->shown        = (dynox_local_request){.operation   = traced->operation,
                                                 .table       = traced->table,
                                                 .json        = traced->json,
                                                 .json_length = length,
                                                 .request_id  = traced->request_id};
    return traced;
}

/* Room for one more, in a ring that grows to what it may hold. */
static bool make_room_locked(dynox__local_trace *trace)
{
    size_t most = atomic_load(&trace->most), capacity = trace->capacity ? trace->capacity * 2 : 64;
    while (trace->count && trace->count >= most)
        drop_oldest_locked(trace);
    if (trace->count < trace->capacity || !most) return most > 0;
    dynox__traced **ring = dynox__malloc_array(capacity, sizeof *ring);
    if (!ring) return false;
    for (size_t i = 0; i < trace->count; i++)
        ring[i] = *at_locked(trace, i);
    dynox__free(trace->ring);
    trace->ring     = ring;
    trace->capacity = capacity;
    trace->first    = 0;
    return true;
}

void dynox__local_trace_end(dynox__local_trace *trace, dynox__traced *traced)
{
    pthread_mutex_lock(&trace->lock);
    while (trace->count && trace->bytes + traced->json_length > DYNOX__TRACE_BYTES)
        drop_oldest_locked(trace);
    bool kept = make_room_locked(trace);
    if (kept) {
        *at_locked(trace, trace->count++) = traced;
        trace->bytes += traced->json_length;
    }
    pthread_mutex_unlock(&trace->lock);
    if (!kept) dynox__shared_release(&traced->shared);
}

size_t dynox__local_trace_each(dynox__local_trace *trace, dynox_local_request_fn *show, void *arg)
{
    size_t shown = 0;
    pthread_mutex_lock(&trace->lock);
    size_t          count = trace->count;
    dynox__traced **all   = count ? dynox__malloc_array(count, sizeof *all) : NULL;
    for (size_t i = 0; all && i < count; i++) {
        all[i] = *at_locked(trace, i);
        dynox__shared_acquire(&all[i]->shared);
    }
    pthread_mutex_unlock(&trace->lock);
    bool goes_on = all != NULL;
    for (size_t i = 0; all && i < count; i++) {
        if (goes_on) {
            shown++;
            goes_on = show(&all[i]->shown, arg);
        }
        dynox__shared_release(&all[i]->shared);
    }
    dynox__free(all);
    return shown;
}

void dynox__local_trace_forget(dynox__local_trace *trace)
{
    pthread_mutex_lock(&trace->lock);
    while (trace->count)
        drop_oldest_locked(trace);
    pthread_mutex_unlock(&trace->lock);
}
