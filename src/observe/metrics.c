/* Counting calls. A call that ends finds its series without a lock, and adds to it. */
#include "observe/metrics.h"
#include "aws/call/observer.h"
#include "base/alloc.h"
#include "base/args.h"
#include "base/hash.h"
#include "base/printable.h"
#include <string.h>

enum { DEFAULT_SERIES = 1000, MOST_SERIES = 1000000 };

/* ---- times ---- */

enum { STEPS = 8, TOP = 27 }; /* buckets for each power of two; the first power that is too long */

static unsigned log2_of(uint64_t us)
{
    unsigned power = 0;
    while (us >>= 1)
        power++;
    return power;
}

size_t dynox__bucket_of(uint64_t us)
{
    if (us < STEPS) return (size_t)us;
    unsigned power = log2_of(us);
    if (power >= TOP) return DYNOX_METRICS_BUCKETS - 1;
    return STEPS * (size_t)(power - 2) + (size_t)(us >> (power - 3)) % STEPS;
}

uint64_t dynox__bucket_end(size_t bucket)
{
    if (bucket < STEPS) return bucket + 1;
    if (bucket >= DYNOX_METRICS_BUCKETS - 1) return UINT64_MAX;
    unsigned power = (unsigned)(bucket / STEPS) + 2;
    return (uint64_t)(STEPS + bucket % STEPS + 1) << (power - 3);
}

/* ---- series ---- */

static uint64_t hash_of(const char *operation, const char *table)
{
    uint64_t hash = dynox__hash_text(DYNOX__HASH_START, operation);
    return dynox__hash_text(dynox__hash(hash, "/", 1), table);
}

static dynox__series *series_new(const char *operation, const char *table, uint64_t hash)
{
    size_t         first = strlen(operation) + 1, second = strlen(table) + 1;
    dynox__series *made = dynox__calloc(sizeof *made + first + second);
    if (!made) return NULL;
    char *texts = memcpy(made + 1, operation, first);
    memcpy(texts + first, table, second);
    made->operation = texts;
    made->table     = texts + first;
    made->hash      = hash;
    return made;
}

/* NULL: it is not there, and *slot would be its place. */
static dynox__series *look(const dynox_metrics *metrics, const char *operation, const char *table, uint64_t hash,
                           size_t *slot)
{
    for (size_t at = hash & metrics->mask;; at = (at + 1) & metrics->mask) {
        dynox__series *there = atomic_load_explicit(&metrics->slots[at], memory_order_acquire);
        *slot                = at;
        if (!there) return NULL;
        if (there->hash == hash && strcmp(there->operation, operation) == 0 && strcmp(there->table, table) == 0)
            return there;
    }
}

static dynox__series *add(dynox_metrics *metrics, const char *operation, const char *table, uint64_t hash)
{
    size_t slot;
    pthread_mutex_lock(&metrics->lock);
    dynox__series *there = look(metrics, operation, table, hash, &slot);
    size_t         count = atomic_load_explicit(&metrics->count, memory_order_relaxed);
    if (!there && count < metrics->most && (there = series_new(operation, table, hash))) {
        atomic_store_explicit(&metrics->slots[slot], there, memory_order_release);
        atomic_store_explicit(&metrics->count, count + 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&metrics->lock);
    return there ? there : metrics->rest;
}

static dynox__series *series_of(dynox_metrics *metrics, const dynox_observed *call)
{
    const char    *table = call->table ? call->table : "";
    uint64_t       hash  = hash_of(call->operation, table);
    size_t         slot;
    dynox__series *there = look(metrics, call->operation, table, hash, &slot);
    if (there) return there;
    if (atomic_load_explicit(&metrics->count, memory_order_relaxed) >= metrics->most) return metrics->rest;
    return add(metrics, call->operation, table, hash);
}

static void count(dynox__series *series, dynox__counter which, uint64_t more)
{
    if (more) atomic_fetch_add_explicit(&series->counters[which], more, memory_order_relaxed);
}

/* ---- what the observer hears ---- */

static void *call_begins(const dynox_observed *call, void *arg)
{
    dynox_metrics *metrics = arg;
    (void)call;
    atomic_fetch_add_explicit(&metrics->in_flight, 1, memory_order_relaxed);
    return NULL;
}

static void attempt_ends(const dynox_observed *call, void *context, void *arg)
{
    dynox__series *series = series_of(arg, call);
    (void)context;
    count(series, DYNOX__COUNT_SENT, call->sent_bytes);
    count(series, DYNOX__COUNT_RECEIVED, call->received_bytes);
}

static void throttled(const dynox_observed *call, void *context, void *arg)
{
    (void)context;
    count(series_of(arg, call), DYNOX__COUNT_THROTTLES, 1);
}

static void count_time(dynox__series *series, int64_t ns)
{
    uint64_t us = ns > 0 ? (uint64_t)ns / 1000 : 0;
    uint64_t longest;
    count(series, DYNOX__COUNT_DURATION, us);
    atomic_fetch_add_explicit(&series->buckets[dynox__bucket_of(us)], 1, memory_order_relaxed);
    longest = atomic_load_explicit(&series->counters[DYNOX__COUNT_LONGEST], memory_order_relaxed);
    while (longest < us && !atomic_compare_exchange_weak_explicit(&series->counters[DYNOX__COUNT_LONGEST], &longest, us,
                                                                  memory_order_relaxed, memory_order_relaxed))
        continue;
}

static void call_ends(const dynox_observed *call, void *context, void *arg)
{
    dynox_metrics *metrics = arg;
    dynox__series *series  = series_of(metrics, call);
    dynox__units   units   = dynox__observed_units(call);
    (void)context;
    atomic_fetch_sub_explicit(&metrics->in_flight, 1, memory_order_relaxed);
    count(series, DYNOX__COUNT_ATTEMPTS, call->attempt);
    count(series, DYNOX__COUNT_HEDGED, call->hedged);
    count(series, DYNOX__COUNT_SHARED, call->shared);
    count(series, DYNOX__COUNT_READ, (uint64_t)(units.read * 1000 + 0.5));
    count(series, DYNOX__COUNT_WRITE, (uint64_t)(units.write * 1000 + 0.5));
    count(series, DYNOX__COUNT_ITEMS, call->items);
    count(series, DYNOX__COUNT_SCANNED, call->scanned);
    if (call->status != DYNOX_OK)
        atomic_fetch_add_explicit(&series->failed[(unsigned)call->status % DYNOX_METRICS_STATUSES], 1,
                                  memory_order_relaxed);
    count_time(series, call->done_ns - call->began_ns);
}

static void add_one(_Atomic uint64_t *to)
{
    atomic_fetch_add_explicit(to, 1, memory_order_relaxed);
}

static void opened(const dynox_observed_connection *connection, void *arg)
{
    (void)connection;
    add_one(&((dynox_metrics *)arg)->opened);
}

static void failed(const dynox_observed_connection *connection, void *arg)
{
    (void)connection;
    add_one(&((dynox_metrics *)arg)->failed);
}

static void closed(const dynox_observed_connection *connection, void *arg)
{
    (void)connection;
    add_one(&((dynox_metrics *)arg)->closed);
}

static void refreshed(const dynox_observed_credentials *credentials, void *arg)
{
    (void)credentials;
    add_one(&((dynox_metrics *)arg)->refreshed);
}

/* ---- life ---- */

static void destroy(void *arg)
{
    dynox_metrics *metrics = arg;
    for (size_t i = 0; i <= metrics->mask; i++)
        dynox__free(atomic_load_explicit(&metrics->slots[i], memory_order_relaxed));
    dynox__free(metrics->rest);
    dynox__free(metrics->name);
    pthread_mutex_destroy(&metrics->lock);
    dynox__free(metrics);
}

static dynox_observer *observer_of(dynox_metrics *metrics, const dynox_metrics_args *args)
{
    dynox_return_capacity capacity = args->capacity ? args->capacity : DYNOX_CAPACITY_TOTAL;
    return dynox_observer_new(.arg = metrics, .capacity = args->without_capacity ? DYNOX_CAPACITY_NONE : capacity,
                              .call_begins = call_begins, .attempt_ends = attempt_ends, .call_ends = call_ends,
                              .throttled = throttled, .connection_opened = opened, .connection_failed = failed,
                              .connection_closed = closed, .credentials_refreshed = refreshed, .destroy = destroy);
}

dynox_metrics *dynox_metrics_new_with(const dynox_metrics_args *given)
{
    dynox_metrics_args args;
    size_t             slots = 2;
    if (dynox__args_read(&args, sizeof args, given, NULL) != DYNOX_OK) return NULL;
    if (!args.max_series) args.max_series = DEFAULT_SERIES;
    if (args.max_series > MOST_SERIES) args.max_series = MOST_SERIES;
    while (slots < 2 * args.max_series)
        slots *= 2;
    dynox_metrics *made = dynox__calloc(sizeof *made + slots * sizeof made->slots[0]);
    if (!made) return NULL;
    pthread_mutex_init(&made->lock, NULL);
    made->most = args.max_series;
    made->mask = slots - 1;
    made->rest = series_new("", "", 0);
    made->name = dynox__strdup(args.name);
    if (made->name) dynox__make_printable(made->name); /* one odd byte, and nothing of the text can be read */
    if (made->rest && (made->name || !args.name)) made->observer = observer_of(made, &args);
    if (made->observer) {
        made->observer->locks = true;
        return made;
    }
    destroy(made);
    return NULL;
}

void dynox_metrics_free(dynox_metrics *metrics)
{
    if (metrics) dynox_observer_release(metrics->observer);
}

dynox_observer *dynox_metrics_observer(dynox_metrics *metrics)
{
    return metrics ? metrics->observer : NULL;
}

static void zero(_Atomic uint64_t *counters, size_t many)
{
    for (size_t i = 0; i < many; i++)
        atomic_store_explicit(&counters[i], 0, memory_order_relaxed);
}

static void reset_series(dynox__series *series)
{
    if (!series) return;
    zero(series->counters, DYNOX__COUNTERS);
    zero(series->failed, DYNOX_METRICS_STATUSES);
    zero(series->buckets, DYNOX_METRICS_BUCKETS);
}

void dynox_metrics_reset(dynox_metrics *metrics)
{
    if (!metrics) return;
    for (size_t i = 0; i <= metrics->mask; i++)
        reset_series(atomic_load_explicit(&metrics->slots[i], memory_order_acquire));
    reset_series(metrics->rest);
    zero(&metrics->opened, 1);
    zero(&metrics->failed, 1);
    zero(&metrics->closed, 1);
    zero(&metrics->refreshed, 1);
}
