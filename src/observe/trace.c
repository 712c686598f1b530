/* A span of each call. What is known of it when it begins hangs on the call; the rest is written when it ends. */
#include "aws/call/labels.h"
#include "aws/call/observer.h"
#include "aws/endpoint/table_name.h"
#include "base/alloc.h"
#include "base/args.h"
#include "base/printable.h"
#include "base/random.h"
#include <dynox/trace.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { MOST_ATTRIBUTES = 20, LONGEST_NAME = 400 };

typedef struct tracer {
    dynox_tracer_args args;
    char             *prefix; /* NULL: none */
    _Atomic bool      enabled;
} tracer;

/* What hangs on a call. */
typedef struct begun {
    char trace_id[33], span_id[17], parent_id[17];
} begun;

/* ---- the beginning ---- */

static void random_hex(char *to, size_t digits)
{
    do { /* all zero is no id */
        for (size_t i = 0; i < digits; i += 16)
            snprintf(to + i, 17, "%016llx", (unsigned long long)dynox__random());
    } while (strspn(to, "0") == digits);
}

/* The parent's ids, or new ones. false: the parent is not sampled. */
static bool set_ids(begun *span, const char *parent)
{
    random_hex(span->span_id, 16);
    if (!parent) {
        random_hex(span->trace_id, 32);
        return true;
    }
    snprintf(span->trace_id, sizeof span->trace_id, "%.32s", parent + 3);
    snprintf(span->parent_id, sizeof span->parent_id, "%.16s", parent + 36);
    return strchr("13579bdf", parent[54]) != NULL; /* the lowest bit of the flags */
}

static void *call_begins(const dynox_observed *call, void *arg)
{
    tracer       *self                    = arg;
    char          text[DYNOX_TRACEPARENT] = "";
    dynox__labels asked;
    const char   *parent = call->traceparent;
    if (!atomic_load_explicit(&self->enabled, memory_order_relaxed)) return NULL;
    if (!parent && self->args.current && self->args.current(text, self->args.arg)) {
        text[sizeof text - 1] = 0;
        asked                 = dynox__labels_make(NULL, text);
        parent                = asked.wrong ? NULL : asked.traceparent;
    }
    begun *span = dynox__calloc(sizeof *span);
    if (!span || set_ids(span, parent)) return span;
    dynox__free(span);
    return NULL;
}

/* ---- the end ---- */

typedef struct attributes {
    dynox_span_attribute at[MOST_ATTRIBUTES];
    size_t               count;
} attributes;

static void add_text(attributes *to, const char *name, const char *text)
{
    if (text && *text && to->count < MOST_ATTRIBUTES)
        to->at[to->count++] = (dynox_span_attribute){.name = name, .kind = DYNOX_ATTRIBUTE_TEXT, .text = text};
}

static void add_integer(attributes *to, const char *name, int64_t integer)
{
    if (to->count < MOST_ATTRIBUTES)
        to->at[to->count++] = (dynox_span_attribute){.name = name, .kind = DYNOX_ATTRIBUTE_INTEGER, .integer = integer};
}

static void add_real(attributes *to, const char *name, double real)
{
    if (real > 0 && to->count < MOST_ATTRIBUTES)
        to->at[to->count++] = (dynox_span_attribute){.name = name, .kind = DYNOX_ATTRIBUTE_REAL, .real = real};
}

static bool is_search(const dynox_observed *call)
{
    return strcmp(call->operation, "Query") == 0 || strcmp(call->operation, "Scan") == 0;
}

static const char *error_type(const dynox_observed *call)
{
    return call->code[0] ? call->code : dynox_status_name(call->status);
}

static void describe(attributes *to, const dynox_observed *call, const tracer *self)
{
    add_text(to, "db.system.name", "aws.dynamodb");
    add_text(to, "db.operation.name", call->operation);
    add_text(to, "db.collection.name", dynox__table_name(call->table));
    add_text(to, "db.namespace", call->region);
    if (call->parts > 1) add_integer(to, "db.operation.batch.size", (int64_t)call->parts);
    add_text(to, "server.address", call->host);
    if (call->host) add_integer(to, "server.port", call->port);
    add_text(to, "aws.dynamodb.index_name", call->index);
    add_text(to, "aws.request_id", call->request_id);
    add_text(to, "dynox.correlation_id", call->correlation_id);
    if (call->http_status) add_integer(to, "http.response.status_code", call->http_status);
    if (call->attempt > 1) add_integer(to, "http.request.resend_count", call->attempt - 1);
    if (call->status == DYNOX_OK && is_search(call)) {
        add_integer(to, "aws.dynamodb.count", (int64_t)call->items);
        add_integer(to, "aws.dynamodb.scanned_count", (int64_t)call->scanned);
    }
    if (!self->args.without_capacity) {
        dynox__units units = dynox__observed_units(call);
        add_real(to, "aws.dynamodb.consumed_capacity.read", units.read);
        add_real(to, "aws.dynamodb.consumed_capacity.write", units.write);
    }
    if (call->status == DYNOX_OK) return;
    add_text(to, "db.response.status_code", call->code);
    add_text(to, "error.type", error_type(call));
}

static void call_ends(const dynox_observed *call, void *context, void *arg)
{
    const tracer *self  = arg;
    begun        *mine  = context;
    attributes    about = {.count = 0};
    char          name[LONGEST_NAME];
    const char   *table = dynox__table_name(call->table);
    if (!mine) return;
    snprintf(name, sizeof name, "%s%s%s%s%s%.255s", self->prefix ? self->prefix : "", self->prefix ? " " : "",
             call->parts > 1 ? "BATCH " : "", call->operation, table ? " " : "", table ? table : "");
    describe(&about, call, self);
    bool       failed = call->status != DYNOX_OK;
    dynox_span span   = {.name            = name,
                         .start_ns        = call->wall_ns,
                         .end_ns          = call->wall_ns + (call->done_ns - call->began_ns),
                         .failed          = failed,
                         .message         = call->message,
                         .exception       = failed && !self->args.without_exceptions ? error_type(call) : NULL,
                         .attributes      = about.at,
                         .attribute_count = about.count};
    memcpy(span.trace_id, mine->trace_id, sizeof span.trace_id);
    memcpy(span.span_id, mine->span_id, sizeof span.span_id);
    memcpy(span.parent_id, mine->parent_id, sizeof span.parent_id);
    dynox__free(mine);
    self->args.fn(&span, self->args.arg);
}

/* ---- life ---- */

static void destroy(void *arg)
{
    tracer *self = arg;
    dynox__free(self->prefix);
    dynox__free(self);
}

dynox_observer *dynox_tracer_new_with(const dynox_tracer_args *given)
{
    dynox_tracer_args args;
    dynox_observer   *made = NULL;
    if (dynox__args_read(&args, sizeof args, given, NULL) != DYNOX_OK || !args.fn) return NULL;
    tracer *self = dynox__calloc(sizeof *self);
    if (!self) return NULL;
    self->args   = args;
    self->prefix = dynox__strdup(args.prefix);
    if (self->prefix) dynox__make_printable(self->prefix);
    atomic_init(&self->enabled, true);
    if (self->prefix || !args.prefix)
        made = dynox_observer_new(.arg = self, .call_begins = call_begins, .call_ends = call_ends, .destroy = destroy,
                                  .capacity = args.without_capacity ? DYNOX_CAPACITY_NONE : DYNOX_CAPACITY_TOTAL);
    if (!made) destroy(self);
    return made;
}

void dynox_tracer_enable(dynox_observer *observer, bool enabled)
{
    if (!observer || observer->args.call_ends != call_ends) return;
    tracer *self = observer->args.arg;
    atomic_store_explicit(&self->enabled, enabled, memory_order_relaxed);
}
