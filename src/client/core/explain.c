/* Explaining requests: reading what was written, and saying what it means. */
#include "client/core/explain.h"
#include "base/alloc.h"
#include "observe/request_view.h"
#include "value/item/item_size.h"
#include <dynox/explain.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_WARNINGS = 4, LARGE_ITEM = 64 * 1024 };

/* An explanation with room for what it points to. */
typedef struct explained {
    dynox_explanation shown; /* first */
    const char       *warnings[MOST_WARNINGS];
    char              words[MOST_WARNINGS][160];
    char             *texts[5]; /* message, operation, table, index, body; owned */
} explained;

/* What this thread has explained since the outermost begin. A failed allocation loses an explanation, never the
 * promise that nothing is sent. */
static _Thread_local unsigned   depth;
static _Thread_local explained *first, *last;

bool dynox__explaining(void)
{
    return depth > 0;
}

/* ---- what it costs, at least (Developer Guide, "Read and write operations") ---- */

static double units_of_write(size_t size, bool transaction)
{
    size_t units = size > 1024 ? (size + 1023) / 1024 : 1;
    return (double)units * (transaction ? 2 : 1);
}

static double units_of_read(bool consistent, bool transaction)
{
    if (transaction) return 2;
    return consistent ? 1 : 0.5;
}

static void add_costs(explained *self, const dynox__request_view *view, bool is_search)
{
    dynox_explanation *to = &self->shown;
    to->parts             = view->part_count;
    if (is_search) to->read_units = units_of_read(view->consistent, false);
    for (size_t i = 0; i < view->part_count; i++) {
        const dynox__view_part *part = &view->parts[i];
        size_t                  size = part->kind == DYNOX__PART_PUT ? dynox__item_size(part->item) : 0;
        if (size > to->item_size) to->item_size = size;
        if (part->kind == DYNOX__PART_GET)
            to->read_units += units_of_read(part->consistent, view->transaction);
        else
            to->write_units += units_of_write(size, view->transaction);
    }
}

/* ---- warnings ---- */

static void warn(explained *self, const char *format, ...) DYNOX_PRINTF(2, 3);
static void warn(explained *self, const char *format, ...)
{
    size_t n = self->shown.warning_count;
    if (n == MOST_WARNINGS) return;
    va_list args;
    va_start(args, format);
    vsnprintf(self->words[n], sizeof self->words[n], format, args);
    va_end(args);
    self->warnings[n]         = self->words[n];
    self->shown.warning_count = n + 1;
}

static void warn_of_search(explained *self, const dynox__request_view *view, bool is_scan)
{
    bool counts = view->select && strcmp(view->select, "COUNT") == 0;
    if (is_scan) warn(self, "a scan reads, and costs, the whole table or index");
    if (view->filter)
        warn(self, "the filter drops items after they were read: it saves no capacity%s",
             view->limited ? ", and the limit counts what is read" : "");
    if (!view->projection && !counts)
        warn(self, "no projection: whole items are transferred (a projection saves transfer, not capacity)");
}

static void warn_of_writes(explained *self, const dynox__request_view *view)
{
    size_t size = self->shown.item_size;
    if (size > DYNOX__LARGEST_ITEM)
        warn(self, "an item has %zu bytes: the service takes up to %d", size, DYNOX__LARGEST_ITEM);
    else if (size > LARGE_ITEM)
        warn(self, "an item has %zu bytes: each write costs that again, and so do reads, with a projection too", size);
    if (view->transaction) warn(self, "a transaction costs twice the units of single operations");
}

/* ---- one request ---- */

static bool keep(explained *self, size_t at, const char **shown, const char *text, size_t length)
{
    if (!text) return true;
    *shown = self->texts[at] = dynox__strndup(text, length);
    return *shown;
}

static void explained_free(explained *self)
{
    for (size_t i = 0; self && i < sizeof self->texts / sizeof *self->texts; i++)
        dynox__free(self->texts[i]);
    dynox__free(self);
}

/* The table that all parts are in. */
static const char *common_table(const dynox__request_view *view)
{
    const char *table = view->table;
    for (size_t i = 0; i < view->part_count; i++) {
        const char *other = view->parts[i].table;
        if (!table) table = other;
        if (table && other && strcmp(table, other) != 0) return NULL;
    }
    return table;
}

static bool read_request(explained *self, const char *operation, const char *body, size_t size)
{
    dynox__request_view view;
    bool        is_scan = strcmp(operation, "Scan") == 0, is_search = is_scan || strcmp(operation, "Query") == 0;
    bool        good  = dynox__request_view_read(&view, operation, body, size) || !view.failed;
    const char *table = common_table(&view);
    good              = good && keep(self, 2, &self->shown.table, table, table ? strlen(table) : 0) &&
           keep(self, 3, &self->shown.index, view.index, view.index ? strlen(view.index) : 0) &&
           keep(self, 4, &self->shown.body, body, size);
    self->shown.body_size = size;
    if (good) {
        add_costs(self, &view, is_search);
        if (is_search) warn_of_search(self, &view, is_scan);
        warn_of_writes(self, &view);
    }
    dynox__request_view_free(&view);
    return good;
}

static explained *make(const dynox__operation *operation, const dynox__call *call, const dynox_error *error)
{
    explained *self = dynox__calloc(sizeof *self);
    if (!self) return NULL;
    self->shown.status   = error->status;
    self->shown.warnings = self->warnings;
    bool good            = keep(self, 0, &self->shown.message, error->message, strlen(error->message)) &&
                keep(self, 1, &self->shown.operation, operation->name, strlen(operation->name));
    if (good && call && error->status == DYNOX_OK && !call->buffer.failed && call->buffer.size > call->head_room + 1)
        good = read_request(self, operation->name, call->buffer.data + call->head_room,
                            call->buffer.size - call->head_room);
    if (good) return self;
    explained_free(self);
    return NULL;
}

void dynox__explain(const dynox__operation *operation, const dynox__call *call, const dynox_error *error)
{
    explained *made = depth ? make(operation, call, error) : NULL;
    if (!made) return;
    if (last)
        last->shown.next = &made->shown;
    else
        first = made;
    last = made;
}

/* ---- for programs ---- */

void dynox_explain_begin(void)
{
    depth++;
}

static dynox_explanation *end(void)
{
    explained *taken = first;
    if (depth) depth--;
    first = last = NULL;
    return taken ? &taken->shown : NULL;
}

dynox_explanation *dynox_explain_end(dynox_future *consumed)
{
    if (consumed && dynox_future_done(consumed)) dynox_future_error(consumed);
    dynox_future_drop(&consumed);
    return end();
}

/* A stream fetches nothing before it is asked. */
dynox_explanation *dynox_explain_end_stream_(dynox_stream *consumed)
{
    const void   *item;
    dynox_future *page = NULL;
    if (consumed && dynox_stream_poll(consumed, &item) == DYNOX_STREAM_WAIT) page = dynox_stream_next(consumed);
    dynox_explanation *told = dynox_explain_end(page);
    dynox_stream_free(consumed);
    return told;
}

dynox_explanation *dynox_explain_end_status_(dynox_status status)
{
    (void)status;
    return end();
}

void dynox_explanation_free(dynox_explanation *explanation)
{
    while (explanation) {
        explained *self = (explained *)(void *)explanation;
        explanation     = (dynox_explanation *)(uintptr_t)explanation->next;
        explained_free(self);
    }
}

void dynox_explanation_print(FILE *to, const dynox_explanation *one)
{
    for (; one; one = one->next) {
        fprintf(to, "%s", one->operation);
        if (one->table) fprintf(to, " on \"%s\"", one->table);
        if (one->index) fprintf(to, " by index \"%s\"", one->index);
        if (one->status != DYNOX_OK)
            fprintf(to, ": would not be sent: %s: %s\n", dynox_status_name(one->status), one->message);
        else if (!one->body)
            fprintf(to, ": nothing has to be sent\n");
        else
            fprintf(to, ": %zu bytes\n  %s\n", one->body_size, one->body);
        if (one->item_size) fprintf(to, "  largest item: %zu bytes\n", one->item_size);
        if (one->read_units > 0) fprintf(to, "  at least %.1f read units\n", one->read_units);
        if (one->write_units > 0) fprintf(to, "  at least %.1f write units\n", one->write_units);
        for (size_t i = 0; i < one->warning_count; i++)
            fprintf(to, "  warning: %s\n", one->warnings[i]);
    }
}
