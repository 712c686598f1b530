/* Reading metrics: a snapshot, and the text that Prometheus scrapes. */
#include "base/alloc.h"
#include "base/buffer.h"
#include "observe/metrics.h"
#include <stdlib.h>
#include <string.h>

/* ---- the snapshot ---- */

static void read_series(dynox_call_metrics *to, const dynox__series *series)
{
    uint64_t n[DYNOX__COUNTERS];
    for (size_t i = 0; i < DYNOX__COUNTERS; i++)
        n[i] = atomic_load_explicit(&series->counters[i], memory_order_relaxed);
    *to = (dynox_call_metrics){.operation      = series->operation,
                               .table          = series->table,
                               .attempts       = n[DYNOX__COUNT_ATTEMPTS],
                               .throttles      = n[DYNOX__COUNT_THROTTLES],
                               .hedged         = n[DYNOX__COUNT_HEDGED],
                               .shared         = n[DYNOX__COUNT_SHARED],
                               .read_units     = (double)n[DYNOX__COUNT_READ] / 1000,
                               .write_units    = (double)n[DYNOX__COUNT_WRITE] / 1000,
                               .items          = n[DYNOX__COUNT_ITEMS],
                               .scanned        = n[DYNOX__COUNT_SCANNED],
                               .sent_bytes     = n[DYNOX__COUNT_SENT],
                               .received_bytes = n[DYNOX__COUNT_RECEIVED],
                               .duration_us    = n[DYNOX__COUNT_DURATION],
                               .longest_us     = n[DYNOX__COUNT_LONGEST]};
    for (size_t i = 0; i < DYNOX_METRICS_STATUSES; i++)
        to->failures += to->failed[i] = atomic_load_explicit(&series->failed[i], memory_order_relaxed);
    for (size_t i = 0; i < DYNOX_METRICS_BUCKETS; i++)
        to->calls += to->buckets[i] = atomic_load_explicit(&series->buckets[i], memory_order_relaxed);
}

static int by_name(const void *a, const void *b)
{
    const dynox_call_metrics *one = a, *other = b;
    int                       order = strcmp(one->operation, other->operation);
    return order ? order : strcmp(one->table, other->table);
}

static uint64_t value_of(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

dynox_metrics_snapshot *dynox_metrics_read(const dynox_metrics *metrics)
{
    dynox_metrics_snapshot *made   = metrics ? dynox__calloc(sizeof *made) : NULL;
    size_t                  room   = made ? atomic_load(&metrics->count) + 1 : 0;
    dynox_call_metrics     *series = made ? dynox__malloc_array(room, sizeof *series) : NULL;
    if (!series) {
        dynox__free(made);
        return NULL;
    }
    read_series(series, metrics->rest);
    size_t found = series->calls || series->attempts || series->sent_bytes;
    for (size_t i = 0; i <= metrics->mask && found < room; i++) {
        const dynox__series *one = atomic_load_explicit(&metrics->slots[i], memory_order_acquire);
        if (one) read_series(&series[found++], one);
    }
    qsort(series, found, sizeof *series, by_name);
    *made = (dynox_metrics_snapshot){.series                = series,
                                     .count                 = found,
                                     .in_flight             = atomic_load(&metrics->in_flight),
                                     .connections_opened    = value_of(&metrics->opened),
                                     .connections_failed    = value_of(&metrics->failed),
                                     .connections_closed    = value_of(&metrics->closed),
                                     .credentials_refreshed = value_of(&metrics->refreshed),
                                     .owned_                = dynox_observer_acquire(metrics->observer)};
    return made;
}

/* The names in it are the metrics' own. */
void dynox_metrics_snapshot_free(dynox_metrics_snapshot *snapshot)
{
    if (!snapshot) return;
    dynox_observer_release(snapshot->owned_);
    dynox__free((void *)(uintptr_t)snapshot->series);
    dynox__free(snapshot);
}

static void add_series(dynox_call_metrics *to, const dynox_call_metrics *one)
{
    to->calls += one->calls;
    to->failures += one->failures;
    to->attempts += one->attempts;
    to->throttles += one->throttles;
    to->hedged += one->hedged;
    to->shared += one->shared;
    to->read_units += one->read_units;
    to->write_units += one->write_units;
    to->items += one->items;
    to->scanned += one->scanned;
    to->sent_bytes += one->sent_bytes;
    to->received_bytes += one->received_bytes;
    to->duration_us += one->duration_us;
    if (one->longest_us > to->longest_us) to->longest_us = one->longest_us;
    for (size_t i = 0; i < DYNOX_METRICS_STATUSES; i++)
        to->failed[i] += one->failed[i];
    for (size_t i = 0; i < DYNOX_METRICS_BUCKETS; i++)
        to->buckets[i] += one->buckets[i];
}

dynox_call_metrics dynox_metrics_sum(const dynox_metrics_snapshot *snapshot, const char *operation, const char *table)
{
    dynox_call_metrics sum = {.operation = operation ? operation : "", .table = table ? table : ""};
    for (size_t i = 0; snapshot && i < snapshot->count; i++) {
        const dynox_call_metrics *one = &snapshot->series[i];
        if (operation && strcmp(operation, one->operation) != 0) continue;
        if (table && strcmp(table, one->table) != 0) continue;
        add_series(&sum, one);
    }
    return sum;
}

uint64_t dynox_metrics_percentile(const dynox_call_metrics *calls, double part)
{
    double   wanted = part * (double)calls->calls;
    uint64_t seen   = 0;
    for (size_t i = 0; i < DYNOX_METRICS_BUCKETS && calls->calls; i++) {
        seen += calls->buckets[i];
        if (!calls->buckets[i] || (double)seen < wanted) continue;
        uint64_t end = dynox__bucket_end(i);
        return end < calls->longest_us ? end : calls->longest_us;
    }
    return 0;
}

/* ---- the text ---- */

/* In a label's value (Prometheus, exposition formats): backslash, quote and line end are escaped. */
static void add_label(dynox__buffer *to, const char *name, const char *value, bool *first)
{
    dynox__buffer_byte(to, *first ? '{' : ',');
    *first = false;
    dynox__buffer_format(to, "%s=\"", name);
    for (; *value; value++) {
        if (*value == '\n') {
            dynox__buffer_text(to, "\\n");
            continue;
        }
        if (*value == '\\' || *value == '"') dynox__buffer_byte(to, '\\');
        dynox__buffer_byte(to, *value);
    }
    dynox__buffer_byte(to, '"');
}

static void add_labels(dynox__buffer *to, const dynox_metrics *metrics, const dynox_call_metrics *series,
                       const char *more, const char *value)
{
    bool first = true;
    if (metrics->name) add_label(to, "client", metrics->name, &first);
    if (series) {
        add_label(to, "operation", series->operation, &first);
        add_label(to, "table", series->table, &first);
    }
    if (more) add_label(to, more, value, &first);
    if (!first) dynox__buffer_byte(to, '}');
}

/* A decimal with so many digits behind the dot, in every locale. */
static void add_fixed(dynox__buffer *to, uint64_t number, unsigned digits)
{
    char     text[32];
    uint64_t unit = 1;
    for (unsigned i = 0; i < digits; i++)
        unit *= 10;
    snprintf(text, sizeof text, "%llu.%0*llu", (unsigned long long)(number / unit), (int)digits,
             (unsigned long long)(number % unit));
    dynox__buffer_text(to, text);
}

static void add_head(dynox__buffer *to, const char *name, const char *type, const char *help)
{
    dynox__buffer_format(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

typedef struct column {
    const char *name, *help;
    size_t      offset; /* of a uint64_t in dynox_call_metrics; or of a double, counted in thousandths */
    bool        is_double;
} column;

#define COLUMN(name, member, is_double, help)                                                                          \
    {                                                                                                                  \
        name, help, offsetof(dynox_call_metrics, member), is_double                                                    \
    }

static const column columns[] = {
    COLUMN("dynox_attempts_total", attempts, false, "Requests sent, retries included."),
    COLUMN("dynox_throttles_total", throttles, false, "Attempts that the service throttled."),
    COLUMN("dynox_hedged_total", hedged, false, "Slow reads that were sent a second time."),
    COLUMN("dynox_shared_total", shared, false, "Reads that got the answer of another one with the same request."),
    COLUMN("dynox_read_capacity_units_total", read_units, true, "Read capacity units consumed."),
    COLUMN("dynox_write_capacity_units_total", write_units, true, "Write capacity units consumed."),
    COLUMN("dynox_items_total", items, false, "Items in answers."),
    COLUMN("dynox_scanned_items_total", scanned, false, "Items read to find those in answers."),
    COLUMN("dynox_sent_bytes_total", sent_bytes, false, "Bytes of requests."),
    COLUMN("dynox_received_bytes_total", received_bytes, false, "Bytes of the bodies of answers."),
};

static void add_column(dynox__buffer *to, const dynox_metrics *metrics, const dynox_metrics_snapshot *all,
                       const column *what)
{
    add_head(to, what->name, "counter", what->help);
    for (size_t i = 0; i < all->count; i++) {
        const char *at = (const char *)&all->series[i] + what->offset;
        dynox__buffer_text(to, what->name);
        add_labels(to, metrics, &all->series[i], NULL, NULL);
        dynox__buffer_byte(to, ' ');
        if (what->is_double)
            add_fixed(to, (uint64_t)(*(const double *)(const void *)at * 1000 + 0.5), 3);
        else
            dynox__buffer_unsigned(to, *(const uint64_t *)(const void *)at);
        dynox__buffer_byte(to, '\n');
    }
}

static void add_failures(dynox__buffer *to, const dynox_metrics *metrics, const dynox_metrics_snapshot *all)
{
    add_head(to, "dynox_call_failures_total", "counter", "Calls that failed, by what they came to.");
    for (size_t i = 0; i < all->count; i++)
        for (int status = 0; status < DYNOX_METRICS_STATUSES; status++) {
            if (!all->series[i].failed[status]) continue;
            dynox__buffer_text(to, "dynox_call_failures_total");
            add_labels(to, metrics, &all->series[i], "status", dynox_status_name((dynox_status)status));
            dynox__buffer_byte(to, ' ');
            dynox__buffer_unsigned(to, all->series[i].failed[status]);
            dynox__buffer_byte(to, '\n');
        }
}

/* Bounds at the powers of two from 256 us on, which are bounds of ours, too: so the counts are exact. */
static void add_histogram(dynox__buffer *to, const dynox_metrics *metrics, const dynox_call_metrics *series)
{
    static const char name[] = "dynox_call_duration_seconds";
    uint64_t          below = 0, bound = 256;
    char              text[32];
    for (size_t i = 0; i < DYNOX_METRICS_BUCKETS - 1; i++) {
        below += series->buckets[i];
        if (dynox__bucket_end(i) != bound) continue;
        snprintf(text, sizeof text, "%llu.%06llu", (unsigned long long)(bound / 1000000),
                 (unsigned long long)(bound % 1000000));
        dynox__buffer_format(to, "%s_bucket", name);
        add_labels(to, metrics, series, "le", text);
        dynox__buffer_format(to, " %llu\n", (unsigned long long)below);
        bound *= 2;
    }
    dynox__buffer_format(to, "%s_bucket", name);
    add_labels(to, metrics, series, "le", "+Inf");
    dynox__buffer_format(to, " %llu\n%s_sum", (unsigned long long)series->calls, name);
    add_labels(to, metrics, series, NULL, NULL);
    dynox__buffer_byte(to, ' ');
    add_fixed(to, series->duration_us, 6);
    dynox__buffer_format(to, "\n%s_count", name);
    add_labels(to, metrics, series, NULL, NULL);
    dynox__buffer_format(to, " %llu\n", (unsigned long long)series->calls);
}

static void add_single(dynox__buffer *to, const dynox_metrics *metrics, const char *name, const char *type,
                       int64_t value, const char *help)
{
    add_head(to, name, type, help);
    dynox__buffer_text(to, name);
    add_labels(to, metrics, NULL, NULL, NULL);
    dynox__buffer_format(to, " %lld\n", (long long)value);
}

char *dynox_metrics_text(const dynox_metrics *metrics)
{
    dynox__buffer           to  = {0};
    dynox_metrics_snapshot *all = dynox_metrics_read(metrics);
    if (!all) return NULL;
    add_head(&to, "dynox_call_duration_seconds", "histogram", "How long calls took, waits and retries included.");
    for (size_t i = 0; i < all->count; i++)
        add_histogram(&to, metrics, &all->series[i]);
    add_failures(&to, metrics, all);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        add_column(&to, metrics, all, &columns[i]);
    add_single(&to, metrics, "dynox_calls_in_flight", "gauge", all->in_flight, "Calls that have begun and not ended.");
    add_single(&to, metrics, "dynox_connections_opened_total", "counter", (int64_t)all->connections_opened,
               "Connections made.");
    add_single(&to, metrics, "dynox_connections_failed_total", "counter", (int64_t)all->connections_failed,
               "Connections that could not be made.");
    add_single(&to, metrics, "dynox_connections_closed_total", "counter", (int64_t)all->connections_closed,
               "Connections closed.");
    add_single(&to, metrics, "dynox_credentials_refreshed_total", "counter", (int64_t)all->credentials_refreshed,
               "Times that calls began to be signed with new credentials.");
    dynox_metrics_snapshot_free(all);
    dynox__buffer_byte(&to, 0);
    if (!to.failed) return to.data;
    dynox__buffer_free(&to);
    return NULL;
}
