/* The one line that is written of a call that is over, by the log and by whoever else writes one. */
#include "aws/call/observer.h"
#include "base/clock.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What the service says, as far as it can be true: those who write and add it up need no more than numbers. */
static double bounded(double units)
{
    return !(units > 0) ? 0 : units < 1e12 ? units : 1e12;
}

dynox__units dynox__observed_units(const dynox_observed *call)
{
    dynox__units sum = {0};
    for (size_t i = 0; i < call->capacity_count; i++) {
        const dynox_capacity *one    = &call->capacity[i];
        bool                  halves = one->read_units > 0 || one->write_units > 0;
        if (halves) {
            sum.read += one->read_units;
            sum.write += one->write_units;
        } else if (call->is_write) {
            sum.write += one->units;
        } else {
            sum.read += one->units;
        }
    }
    sum.read  = bounded(sum.read);
    sum.write = bounded(sum.write);
    return sum;
}

/* A text that is being written; what does not fit is left out. */
typedef struct line {
    char  *to;
    size_t size, used;
} line;

static void add(line *self, const char *format, ...) DYNOX_PRINTF(2, 3);
static void add(line *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(self->to + self->used, self->size - self->used, format, args);
    va_end(args);
    if (wanted > 0) self->used += (size_t)wanted;
    if (self->used >= self->size) self->used = self->size - 1;
}

/* Half units are normal; locales have no say in the dot. */
static void add_units(line *self, const char *name, double units)
{
    if (units <= 0) return;
    uint64_t tenths = (uint64_t)(units * 10 + 0.5);
    add(self, " %s=%llu.%llu", name, (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10));
}

static void add_what_it_did(line *self, const dynox_observed *call)
{
    dynox__units units = dynox__observed_units(call);
    int64_t      us    = call->began_ns && call->done_ns > call->began_ns ? (call->done_ns - call->began_ns) / 1000 : 0;
    add(self, " attempts=%u duration_ms=%lld.%03lld", call->attempt, (long long)(us / 1000), (long long)(us % 1000));
    add_units(self, "rcu", units.read);
    add_units(self, "wcu", units.write);
    if (call->parts) add(self, " parts=%zu", call->parts);
    if (call->items || call->scanned) add(self, " items=%llu", (unsigned long long)call->items);
    if (call->hedged) add(self, " hedged");
    if (call->shared) add(self, " shared");
    if (call->scanned != call->items) add(self, " scanned=%llu", (unsigned long long)call->scanned);
}

void dynox__call_line(char *to, size_t size, const dynox_observed *call)
{
    line self = {.to = to, .size = size};
    add(&self, "%s", call->operation);
    if (call->table) add(&self, " table=\"%.255s\"", call->table);
    if (call->index) add(&self, " index=\"%.255s\"", call->index);
    add(&self, " status=%s", dynox_status_name(call->status));
    add_what_it_did(&self, call);
    if (call->request_id[0]) add(&self, " request_id=%s", call->request_id);
    if (call->correlation_id) add(&self, " correlation_id=%s", call->correlation_id);
    if (call->traceparent) add(&self, " trace_id=%.32s span_id=%.16s", call->traceparent + 3, call->traceparent + 36);
    if (call->message[0]) add(&self, ": %s", call->message);
}
