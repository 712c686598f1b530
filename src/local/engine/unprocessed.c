/* The request is split before the operation sees it, and the answer put together after: no operation knows of it. */
#include "local/engine/unprocessed.h"
#include "local/engine/strike.h"
#include "local/engine/tree_text.h"
#include <string.h>

/* ---- splitting ---- */

/* Children are put behind each other in copies of their parents. */
typedef struct building {
    dynox__arena *arena;
    bool          failed;
} building;

static dynox__tree *copy_node(building *made, const dynox__tree *node)
{
    dynox__tree *copy = dynox__arena_alloc(made->arena, sizeof *copy);
    if (!copy) {
        made->failed = true;
        return NULL;
    }
    *copy      = *node;
    copy->next = NULL;
    return copy;
}

static dynox__tree *empty_copy(building *made, const dynox__tree *node)
{
    dynox__tree *copy = copy_node(made, node);
    if (!copy) return NULL;
    copy->first = NULL;
    copy->count = 0;
    return copy;
}

static void append(dynox__tree *parent, const dynox__tree **last, const dynox__tree *child)
{
    if (!parent || !child) return;
    if (*last)
        ((dynox__tree *)(uintptr_t)*last)->next = child; /* a copy of ours */
    else
        parent->first = child;
    *last = child;
    parent->count++;
}

/* The elements [from, to) of a list whose first element is the *at-th of the batch. NULL: there are none. */
static dynox__tree *part_of_list(building *made, const dynox__tree *list, size_t *at, size_t from, size_t to)
{
    dynox__tree       *copy = empty_copy(made, list);
    const dynox__tree *last = NULL;
    for (const dynox__tree *element = list->first; element; element = element->next, ++*at)
        if (*at >= from && *at < to) append(copy, &last, copy_node(made, element));
    return copy && copy->count ? copy : NULL;
}

/* Of a table: its writes, or an object with Keys and how they are to be read. */
static dynox__tree *part_of_table(building *made, const dynox__tree *table, size_t *at, size_t from, size_t to)
{
    if (table->kind == DYNOX__TREE_ARRAY) return part_of_list(made, table, at, from, to);
    dynox__tree       *copy = empty_copy(made, table);
    const dynox__tree *last = NULL, *keys = NULL;
    for (const dynox__tree *member = table->first; member; member = member->next) {
        if (member->name_length == 4 && memcmp(member->name, "Keys", 4) == 0)
            append(copy, &last, keys = part_of_list(made, member, at, from, to));
        else
            append(copy, &last, copy_node(made, member));
    }
    return keys ? copy : NULL;
}

static dynox__tree *part_of_batch(building *made, const dynox__tree *batch, size_t from, size_t to)
{
    dynox__tree       *copy = empty_copy(made, batch);
    const dynox__tree *last = NULL;
    size_t             at   = 0;
    for (const dynox__tree *table = batch->first; table; table = table->next)
        append(copy, &last, part_of_table(made, table, &at, from, to));
    return copy;
}

static size_t count_parts(const dynox__tree *batch)
{
    size_t count = 0;
    for (const dynox__tree *table = batch->first; table; table = table->next) {
        const dynox__tree *list = table->kind == DYNOX__TREE_ARRAY ? table : dynox__tree_member(table, "Keys");
        if (list) count += list->count;
    }
    return count;
}

static const dynox__tree *with_batch(building *made, const dynox__tree *request, const dynox__tree *batch)
{
    dynox__tree       *copy = empty_copy(made, request);
    const dynox__tree *last = NULL;
    for (const dynox__tree *member = request->first; member; member = member->next) {
        bool is_batch = member->name_length == 12 && memcmp(member->name, "RequestItems", 12) == 0;
        append(copy, &last, is_batch ? batch : copy_node(made, member));
    }
    return copy;
}

static bool is_batch(const dynox__local_call *call)
{
    return strcmp(call->operation, "BatchWriteItem") == 0 || strcmp(call->operation, "BatchGetItem") == 0;
}

bool dynox__local_withhold(dynox__local_call *call, size_t items, const char **withheld, size_t *length)
{
    const dynox__tree *batch = dynox__tree_member(call->request, "RequestItems");
    building           made  = {.arena = call->arena};
    *withheld                = NULL;
    if (!is_batch(call) || !batch || batch->kind != DYNOX__TREE_OBJECT) return true;
    size_t count = count_parts(batch);
    if (items == 0) items = (count + 1) / 2;
    if (items >= count) return dynox__local_refuse_throttled(call);
    const dynox__tree *kept = part_of_batch(&made, batch, 0, count - items);
    const dynox__tree *rest = part_of_batch(&made, batch, count - items, count);
    if (!made.failed) call->request = with_batch(&made, call->request, kept);
    if (made.failed) return dynox__refuse_memory(&call->refusal);
    dynox__buffer text = {0};
    dynox__tree_write(&text, rest);
    *withheld = text.failed ? NULL : dynox__arena_copy(call->arena, text.data, text.size);
    *length   = text.size;
    dynox__buffer_free(&text);
    return *withheld || dynox__refuse_memory(&call->refusal);
}

/* ---- putting together ---- */

/* Where the answer says that nothing was left: no text of an item can look like it, since its quotes are escaped. */
static char *find(const dynox__buffer *answer, const char *text)
{
    size_t length = strlen(text);
    for (char *at = answer->data; answer->size >= length && at + length <= answer->data + answer->size; at++) {
        at = memchr(at, text[0], (size_t)(answer->data + answer->size - at));
        if (!at || (size_t)(answer->data + answer->size - at) < length) return NULL;
        if (memcmp(at, text, length) == 0) return at;
    }
    return NULL;
}

bool dynox__local_give_back(dynox__local_call *call, const char *withheld, size_t length)
{
    bool           writes = strcmp(call->operation, "BatchWriteItem") == 0;
    const char    *empty  = writes ? "\"UnprocessedItems\":{}" : "\"UnprocessedKeys\":{}";
    dynox__buffer *answer = call->answer;
    const char    *found  = find(answer, empty);
    if (!found) return dynox__local_refuse_throttled(call);
    size_t at = (size_t)(found - answer->data) + strlen(empty) - 2, rest = answer->size - at - 2;
    if (!dynox__buffer_reserve(answer, length)) return dynox__refuse_memory(&call->refusal);
    memmove(answer->data + at + length, answer->data + at + 2, rest);
    memcpy(answer->data + at, withheld, length);
    answer->size = at + length + rest;
    return true;
}
