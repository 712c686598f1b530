/* Spans as JSON of OTLP (opentelemetry-proto, trace/v1): ids are hex digits there, and 64-bit integers are texts. */
#include "base/buffer.h"
#include "value/json/encode.h"
#include <dynox/trace.h>
#include <dynox/version.h>
#include <stdio.h>

enum { KIND_CLIENT = 3, STATUS_ERROR = 2 };

/* What is no UTF-8 is left out. */
static void add_text(dynox__buffer *to, const char *text)
{
    size_t start = to->size;
    if (dynox__encode_text(to, text, strlen(text)) || to->failed) return;
    to->size = start;
    dynox__buffer_text(to, "\"\"");
}

/* Three decimals, in every locale: capacity comes in halves. */
static void add_real(dynox__buffer *to, double real)
{
    char     text[40];
    uint64_t thousandths = (uint64_t)(real * 1000 + 0.5);
    snprintf(text, sizeof text, "%llu.%03llu", (unsigned long long)(thousandths / 1000),
             (unsigned long long)(thousandths % 1000));
    dynox__buffer_text(to, text);
}

static void add_attribute(dynox__buffer *to, const dynox_span_attribute *one)
{
    dynox__buffer_text(to, "{\"key\":");
    add_text(to, one->name);
    switch (one->kind) {
    case DYNOX_ATTRIBUTE_TEXT:
        dynox__buffer_text(to, ",\"value\":{\"stringValue\":");
        add_text(to, one->text);
        break;
    case DYNOX_ATTRIBUTE_INTEGER:
        dynox__buffer_format(to, ",\"value\":{\"intValue\":\"%lld\"", (long long)one->integer);
        break;
    case DYNOX_ATTRIBUTE_REAL:
        dynox__buffer_text(to, ",\"value\":{\"doubleValue\":");
        add_real(to, one->real);
        break;
    }
    dynox__buffer_text(to, "}}");
}

static void add_attributes(dynox__buffer *to, const dynox_span_attribute *at, size_t count)
{
    dynox__buffer_text(to, "\"attributes\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) dynox__buffer_byte(to, ',');
        add_attribute(to, &at[i]);
    }
    dynox__buffer_byte(to, ']');
}

static void add_exception(dynox__buffer *to, const dynox_span *span)
{
    const dynox_span_attribute about[] = {{.name = "exception.type", .text = span->exception},
                                          {.name = "exception.message", .text = span->message}};
    dynox__buffer_format(to, ",\"events\":[{\"timeUnixNano\":\"%lld\",\"name\":\"exception\",",
                         (long long)span->end_ns);
    add_attributes(to, about, 2);
    dynox__buffer_text(to, "}]");
}

static char *finish(dynox__buffer *to)
{
    dynox__buffer_byte(to, 0);
    if (!to->failed) return to->data;
    dynox__buffer_free(to);
    return NULL;
}

char *dynox_span_json(const dynox_span *span)
{
    dynox__buffer to = {0};
    dynox__buffer_format(&to, "{\"traceId\":\"%s\",\"spanId\":\"%s\",", span->trace_id, span->span_id);
    if (span->parent_id[0]) dynox__buffer_format(&to, "\"parentSpanId\":\"%s\",", span->parent_id);
    dynox__buffer_text(&to, "\"name\":");
    add_text(&to, span->name);
    dynox__buffer_format(&to, ",\"kind\":%d,\"startTimeUnixNano\":\"%lld\",\"endTimeUnixNano\":\"%lld\",", KIND_CLIENT,
                         (long long)span->start_ns, (long long)span->end_ns);
    add_attributes(&to, span->attributes, span->attribute_count);
    if (span->exception) add_exception(&to, span);
    if (span->failed) {
        dynox__buffer_format(&to, ",\"status\":{\"code\":%d,\"message\":", STATUS_ERROR);
        add_text(&to, span->message);
        dynox__buffer_byte(&to, '}');
    }
    dynox__buffer_byte(&to, '}');
    return finish(&to);
}

char *dynox_spans_request(const char *service, size_t count, const char *const *spans)
{
    dynox__buffer to = {0};
    dynox__buffer_text(&to, "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
                            "{\"stringValue\":");
    if (!service) service = "";
    if (!dynox__encode_text(&to, service, strlen(service))) to.failed = true;
    dynox__buffer_text(&to, "}}]},\"scopeSpans\":[{\"scope\":{\"name\":\"dynox\",\"version\":\"" DYNOX_VERSION_TEXT
                            "\"},\"spans\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) dynox__buffer_byte(&to, ',');
        dynox__buffer_text(&to, spans[i]);
    }
    dynox__buffer_text(&to, "]}]}]}");
    return finish(&to);
}
