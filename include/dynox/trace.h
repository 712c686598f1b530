/* Traces: an observer that makes a span of each call, as OpenTelemetry's conventions for database clients and for
 * DynamoDB have it (semantic conventions 1.33). Where spans go is yours to say: a function gets each one that has
 * ended. samples/otlp_export.c sends them to a collector by OTLP over HTTP.
 *
 *     dynox_observer *tracer = dynox_tracer_new(.fn = export_span, .arg = exporter);
 *     dynox_client   *db     = dynox_client_new(.observer = tracer);
 */
#ifndef DYNOX_TRACE_H
#define DYNOX_TRACE_H

#include <dynox/observe.h>

DYNOX_EXTERN_C_BEGIN

typedef enum dynox_attribute_kind {
    DYNOX_ATTRIBUTE_TEXT,
    DYNOX_ATTRIBUTE_INTEGER,
    DYNOX_ATTRIBUTE_REAL
} dynox_attribute_kind;

typedef struct dynox_span_attribute {
    const char          *name;
    dynox_attribute_kind kind;
    const char          *text; /* these three: that of its kind */
    int64_t              integer;
    double               real;
} dynox_span_attribute;

/* A span of kind CLIENT that has ended. All of it is borrowed for the function that gets it. */
typedef struct dynox_span {
    const char *name;                      /* "GetItem users" */
    char        trace_id[33], span_id[17]; /* hex digits, in small letters */
    char        parent_id[17];             /* empty: it has no parent */
    int64_t     start_ns, end_ns;          /* since 1970 */
    bool        failed;                    /* the span's status is Error */
    const char *message;                   /* then what it says; else empty */
    const char *exception; /* the type of the event `exception` of a failed one; NULL: there is no event */
    const dynox_span_attribute *attributes;
    size_t                      attribute_count;
} dynox_span;

/* Called as an observer is (observe.h), on whatever thread ends the call: keep a copy (dynox_span_json), and send it
 * elsewhere. */
typedef void (*dynox_span_fn)(const dynox_span *span, void *arg);

enum { DYNOX_TRACEPARENT = 56 }; /* bytes of a traceparent with its NUL */

typedef struct dynox_tracer_args {
    size_t        size DYNOX_SIZE_(dynox_tracer_args);
    dynox_span_fn fn;
    void         *arg;
    const char   *prefix; /* in front of each span's name, with a blank behind; copied; NULL: none */
    /* The span that the calling thread is in, of whatever tracer the program has: writes its traceparent and returns
     * true. Asked when a call begins that has no .traceparent of its own. NULL: such a call begins a trace. */
    bool (*current)(char traceparent[DYNOX_TRACEPARENT], void *arg);
    bool without_exceptions; /* no event `exception` in spans that failed */
    bool without_capacity;   /* do not ask for consumed capacity, nor tell it */
} dynox_tracer_args;

/* The parent of a call's span is its .traceparent, or what `current` says; where that is not sampled, there is no span.
 * Ended with dynox_observer_release. NULL: there is no fn, or out of memory. */
DYNOX_API DYNOX_MUST_USE dynox_observer *dynox_tracer_new_with(const dynox_tracer_args *args);
/* Switches a tracer off, and on again: calls that begin while it is off have no span. Any thread. `tracer` is one of
 * dynox_tracer_new's, or NULL. */
DYNOX_API void dynox_tracer_enable(dynox_observer *tracer, bool enabled);

/* A span as JSON of OTLP, to be freed with dynox_free. NULL: out of memory. */
DYNOX_API DYNOX_MUST_USE char *dynox_span_json(const dynox_span *span);
/* The body of a request of OTLP/HTTP (POST /v1/traces, application/json) with spans of dynox_span_json, to be freed
 * with dynox_free. `service` is the resource's service.name. NULL: out of memory, or it is not UTF-8. */
DYNOX_API DYNOX_MUST_USE char *dynox_spans_request(const char *service, size_t count, const char *const *spans);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#define dynox_tracer_new(...)                                                                                          \
    dynox_tracer_new_with(&(dynox_tracer_args){.size = sizeof(dynox_tracer_args), __VA_ARGS__})
#endif
#endif
