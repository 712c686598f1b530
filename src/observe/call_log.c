/* Writing a line of each call that ends. */
#include "aws/call/observer.h"
#include "base/alloc.h"
#include "base/args.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/printable.h"
#include "observe/request_view.h"
#include "value/json/encode.h"
#include <dynox/call_log.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 1800, LONGEST_KEY = 600 };

typedef struct call_log {
    dynox_call_log_args args;
    int64_t             slow_ns;
} call_log;

static bool is_wanted(const call_log *log, dynox_log_level level)
{
    return level <= log->args.level && (log->args.fn || dynox__log_wanted(level));
}

static dynox_log_level level_of(const call_log *log, const dynox_observed *call)
{
    switch (call->status) {
    case DYNOX_OK: return call->done_ns - call->began_ns > log->slow_ns ? DYNOX_LOG_WARNING : DYNOX_LOG_INFO;
    case DYNOX_E_CANCELLED:
    case DYNOX_E_CONDITION_FAILED:
    case DYNOX_E_TRANSACTION_CANCELLED:
    case DYNOX_E_TRANSACTION_CONFLICT: return DYNOX_LOG_WARNING;
    default: return DYNOX_LOG_ERROR;
    }
}

/* ---- keys, where they are asked for ---- */

static void add_parts(dynox__buffer *to, const dynox__request_view *view)
{
    dynox_error ignored = {0};
    for (size_t i = 0; i < view->part_count && to->size < LONGEST_KEY; i++) {
        const dynox__view_part *part = &view->parts[i];
        if (!part->item || part->kind == DYNOX__PART_PUT) continue; /* an item is more than its key */
        dynox__buffer_text(to, " key=");
        dynox__encode_item(to, part->item, &ignored);
    }
}

static void add_condition(dynox__buffer *to, const dynox__request_view *view)
{
    dynox_error ignored = {0};
    if (!view->key_condition) return;
    dynox__buffer_format(to, " key_condition=\"%s\"", view->key_condition);
    if (!view->values) return;
    dynox__buffer_text(to, " values=");
    dynox__encode_item(to, view->values, &ignored);
}

static void add_keys(char *line, size_t size, const dynox_observed *call)
{
    dynox__request_view view;
    dynox__buffer       text = {0};
    size_t              used = strlen(line);
    if (dynox__request_view_read(&view, call->operation, call->body, call->body_size)) {
        add_parts(&text, &view);
        add_condition(&text, &view);
    }
    size_t length = text.size < LONGEST_KEY ? text.size : LONGEST_KEY;
    if (!text.failed && length)
        snprintf(line + used, size - used, "%.*s%s", (int)length, text.data, length < text.size ? "..." : "");
    dynox__buffer_free(&text);
    dynox__request_view_free(&view);
}

/* ---- lines ---- */

static void write_line(const call_log *log, dynox_log_level level, char *line, const dynox_observed *call)
{
    if (!log->args.fn) {
        dynox__log(level, "call", "%s", line);
        return;
    }
    dynox__make_printable(line);
    for (char *at = line; (at = strpbrk(at, "\n\t")) != NULL;)
        *at = ' ';
    log->args.fn(level, line, call, log->args.arg);
}

static void call_ends(const dynox_observed *call, void *context, void *arg)
{
    const call_log *log   = arg;
    dynox_log_level level = level_of(log, call);
    char            line[LONGEST];
    (void)context;
    if (!is_wanted(log, level)) return;
    bool slow = call->status == DYNOX_OK && level == DYNOX_LOG_WARNING;
    int  used = snprintf(line, sizeof line, "%s", slow ? "slow: " : "");
    dynox__call_line(line + used, sizeof line - (size_t)used, call);
    if (log->args.show_keys) add_keys(line, sizeof line, call);
    write_line(log, level, line, call);
}

dynox_observer *dynox_call_log_new_with(const dynox_call_log_args *given)
{
    dynox_call_log_args args;
    if (dynox__args_read(&args, sizeof args, given, NULL) != DYNOX_OK) return NULL;
    call_log *log = dynox__calloc(sizeof *log);
    if (!log) return NULL;
    log->args    = args;
    log->slow_ns = args.slow_ms < 0 ? DYNOX__NEVER : dynox__deadline_after(0, args.slow_ms ? args.slow_ms : 100);
    if (!log->args.level) log->args.level = DYNOX_LOG_INFO;
    dynox_return_capacity capacity = args.without_capacity ? DYNOX_CAPACITY_NONE : DYNOX_CAPACITY_TOTAL;
    dynox_observer       *made =
        dynox_observer_new(.arg = log, .capacity = capacity, .call_ends = call_ends, .destroy = dynox__free);
    if (made)
        made->logs = true;
    else
        dynox__free(log);
    return made;
}
