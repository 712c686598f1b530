/* Answers to batches: as if each part had been done, and each key were an item; but for some parts at the end, which
 * are handed back unprocessed. Requests are as clients write them, without white space. */
#include "server.h"
#include <stdbool.h>
#include <string.h>

struct batch {
    bool         gets, counts; /* counts: the parts, nothing is written */
    size_t       parts, first_left;
    const char  *table; /* with its quotes, and the colon */
    size_t       table_size;
    bool         in_done, in_left; /* the table has been begun there */
    struct bytes done, left;
};

/* The end of the value at p. */
static const char *skip(const char *p)
{
    bool text = false;
    for (int depth = 0; *p; p++) {
        if (text && *p == '\\' && p[1])
            p++;
        else if (*p == '"')
            text = !text;
        if (text) continue;
        if (depth == 0 && strchr(",:]}", *p)) return p;
        if (*p == '{' || *p == '[') depth++;
        if (*p == '}' || *p == ']') depth--;
    }
    return p;
}

static void add_part(struct batch *batch, const char *part, size_t size)
{
    bool          is_left = batch->parts++ >= batch->first_left;
    struct bytes *to      = is_left ? &batch->left : &batch->done;
    bool         *begun   = is_left ? &batch->in_left : &batch->in_done;
    if (batch->counts) return;
    if (*begun) {
        bytes_add_text(to, ",");
    } else {
        if (to->size) bytes_add_text(to, ",");
        bytes_add(to, batch->table, batch->table_size);
        bytes_add_text(to, is_left && batch->gets ? "{\"Keys\":[" : "[");
    }
    *begun = true;
    bytes_add(to, part, size);
}

/* Its parts, and for keys what comes behind them, up to the end of the table. */
static const char *walk_table(struct batch *batch, const char *p)
{
    batch->in_done = batch->in_left = false;
    if (batch->gets) p += strlen("{\"Keys\":");
    for (p++; *p && *p != ']'; p += *p == ',') {
        const char *end = skip(p);
        add_part(batch, p, (size_t)(end - p));
        p = end;
    }
    if (batch->in_done) bytes_add_text(&batch->done, "]");
    if (batch->in_left) bytes_add_text(&batch->left, "]");
    if (*p) p++;
    if (!batch->gets) return p;
    const char *end = p;
    while (*end && *end != '}') {
        end = skip(end + 1);                  /* the comma, a name */
        if (*end == ':') end = skip(end + 1); /* and its value */
    }
    if (batch->in_left) bytes_add(&batch->left, p, (size_t)(end - p) + 1);
    return *end ? end + 1 : end;
}

static void walk(struct batch *batch)
{
    static const char before[] = "\"RequestItems\":{";
    const char       *p        = server.last.data ? strstr(server.last.data, before) : NULL;
    batch->parts               = 0;
    if (!p) return;
    for (p += sizeof before - 1; *p == '"'; p += *p == ',') {
        batch->table      = p;
        p                 = skip(p) + 1;
        batch->table_size = (size_t)(p - batch->table);
        p                 = walk_table(batch, p);
    }
}

void batch_answer(bool gets, size_t unprocessed, struct bytes *to)
{
    struct batch batch = {.gets = gets, .counts = true};
    walk(&batch);
    batch.counts     = false;
    batch.first_left = batch.parts > unprocessed ? batch.parts - unprocessed : 0;
    walk(&batch);
    if (gets) {
        bytes_add_text(to, "{\"Responses\":{");
        bytes_add(to, batch.done.data, batch.done.size);
        bytes_add_text(to, "},\"UnprocessedKeys\":{");
    } else {
        bytes_add_text(to, "{\"UnprocessedItems\":{");
    }
    bytes_add(to, batch.left.data, batch.left.size);
    bytes_add_text(to, "}}");
    bytes_free(&batch.done);
    bytes_free(&batch.left);
}
