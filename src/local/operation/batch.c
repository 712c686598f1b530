/* BatchGetItem and BatchWriteItem. What is invalid in one of their parts refuses all, and nothing is done. */
#include "local/operation/action.h"
#include "local/operation/bill.h"
#include "local/operation/distinct.h"
#include "local/operation/operations.h"
#include "local/operation/parameters.h"

enum { MOST_WRITES = 25, MOST_READS = 100, ANSWER_BYTES = 16 * 1024 * 1024 };

/* ---- writes ---- */

static bool read_write(dynox__local_call *call, const dynox__tree *tree, dynox__action *action)
{
    const dynox__tree *put = dynox__tree_member(tree, "PutRequest"), *del = dynox__tree_member(tree, "DeleteRequest");
    if (!put == !del) /* the service's own words for it */
        return DYNOX__REFUSE_INVALID(call, "Supplied AttributeValue has more than one datatypes set, must contain "
                                           "exactly one of the supported datatypes");
    *action = (dynox__action){.kind = put ? DYNOX__ACTION_PUT : DYNOX__ACTION_DELETE, .request = put ? put : del};
    return dynox__action_read(call, action);
}

static size_t count_writes(const dynox__tree *tables)
{
    size_t count = 0;
    for (const dynox__tree *table = tables->first; table; table = table->next)
        count += table->count;
    return count;
}

/* Of a batch the service says of a wrong key in an item what it says of a wrong key. */
static bool check_write(dynox__local_call *call, dynox__action *action)
{
    static const char missing[]  = "One or more parameter values were invalid: Missing the key",
                      mismatch[] = "One or more parameter values were invalid: Type mismatch for key";
    if (dynox__action_check(call, action)) return true;
    const char *message = call->refusal.message;
    if (!message ||
        (strncmp(message, missing, sizeof missing - 1) != 0 && strncmp(message, mismatch, sizeof mismatch - 1) != 0))
        return false;
    call->refusal = (dynox__refusal){0};
    return DYNOX__REFUSE_INVALID(call, "The provided key element does not match the schema");
}

static bool check_writes(dynox__local_call *call, dynox__action *actions, size_t count)
{
    dynox__distinct distinct = {0};
    bool            done     = dynox__distinct_begin(call, &distinct, count);
    for (size_t i = 0; i < count && done; i++) {
        done = check_write(call, &actions[i]);
        if (done && !dynox__distinct_add(&distinct, actions[i].table, &actions[i].key))
            done = DYNOX__REFUSE_INVALID(call, "Provided list of item keys contains duplicates");
    }
    return dynox__distinct_end(call, &distinct) && done;
}

static bool apply_writes(dynox__local_call *call, dynox__action *actions, size_t count, dynox__bill *bill)
{
    for (size_t i = 0; i < count; i++)
        if (!dynox__action_prepare(call, &actions[i]) || !dynox__action_apply(call, &actions[i]) ||
            !dynox__bill_write(call, bill, actions[i].table, &actions[i].written))
            return false;
    return true;
}

static bool read_writes(dynox__local_call *call, const dynox__tree *tables, dynox__action *actions)
{
    size_t count = 0;
    for (const dynox__tree *table = tables->first; table; table = table->next)
        for (const dynox__tree *write = table->first; write; write = write->next)
            if (!read_write(call, write, &actions[count++])) return false;
    return true;
}

static bool find_writes(dynox__local_call *call, const dynox__tree *tables, dynox__action *actions)
{
    size_t count = 0;
    for (const dynox__tree *member = tables->first; member; member = member->next) {
        dynox__tree         name  = dynox__text_tree(member->name, member->name_length);
        const dynox__table *table = dynox__table_find(call, &name);
        if (!table) return false;
        for (size_t i = 0; i < member->count; i++)
            actions[count++].table = table;
    }
    return true;
}

bool dynox__local_batch_write(dynox__local_call *call)
{
    const dynox__tree *tables = dynox__tree_member(call->request, "RequestItems");
    size_t             count  = count_writes(tables);
    dynox__bill        bill   = dynox__bill_of(call, 1);
    if (count > MOST_WRITES) return DYNOX__REFUSE_INVALID(call, "Too many items requested for the BatchWriteItem call");
    dynox__action *actions = dynox__arena_alloc(call->arena, count * sizeof *actions);
    if (!actions) return dynox__refuse_memory(&call->refusal);
    if (!read_writes(call, tables, actions) || !find_writes(call, tables, actions) ||
        !check_writes(call, actions, count) || !apply_writes(call, actions, count, &bill))
        return false;
    dynox__buffer_text(call->answer, "{\"UnprocessedItems\":{}");
    dynox__returned_all_metrics(call, actions, count);
    dynox__bill_answer(call, &bill, true);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

/* ---- reads ---- */

typedef struct table_gets {
    const dynox__tree  *request; /* KeysAndAttributes; its name is that of the table */
    dynox__projection  *projection;
    const dynox__table *table;
    dynox_item         *keys;
    size_t              count, done; /* what is not done is unprocessed */
    bool                is_consistent;
} table_gets;

/* Is the last one of these keys among those before it? There are a hundred at most. */
static bool is_twice(const dynox_item *keys, size_t last)
{
    dynox_value one = dynox_map_of_item(&keys[last]);
    for (size_t i = 0; i < last; i++) {
        dynox_value other = dynox_map_of_item(&keys[i]);
        if (dynox__values_equal(&one, &other)) return true;
    }
    return false;
}

/* *total: keys of all tables so far. */
static bool read_gets(dynox__local_call *call, const dynox__tree *tree, table_gets *gets, size_t *total)
{
    const dynox__tree *keys = dynox__tree_member(tree, "Keys");
    size_t             i    = 0;
    *gets =
        (table_gets){.request = tree, .count = keys->count, .is_consistent = dynox__tree_true(tree, "ConsistentRead")};
    gets->keys = dynox__arena_alloc(call->arena, keys->count * sizeof *gets->keys);
    if (!gets->keys) return dynox__refuse_memory(&call->refusal);
    if (!dynox__parameters_check_get(call, tree) || !dynox__parameters_read_get(call, tree, &gets->projection))
        return false;
    for (const dynox__tree *key = keys->first; key; key = key->next, i++) {
        if (!dynox__values_read_item(key, call->arena, &gets->keys[i], &call->refusal)) return false;
        if (is_twice(gets->keys, i))
            return DYNOX__REFUSE_INVALID(call, "Provided list of item keys contains duplicates");
        if (++*total > MOST_READS)
            return DYNOX__REFUSE_INVALID(call, "Too many items requested for the BatchGetItem call");
    }
    return true;
}

static bool find_gets(dynox__local_call *call, table_gets *gets)
{
    dynox__tree name = dynox__text_tree(gets->request->name, gets->request->name_length);
    gets->table      = dynox__table_find(call, &name);
    if (!gets->table) return false;
    for (size_t i = 0; i < gets->count; i++)
        if (!dynox__table_check_key(call, gets->table, &gets->keys[i])) return false;
    return true;
}

static void answer_name(dynox__local_call *call, const table_gets *gets)
{
    if (call->answer->size && call->answer->data[call->answer->size - 1] != '{') dynox__buffer_byte(call->answer, ',');
    dynox__values_write_text(call->answer, gets->request->name, gets->request->name_length);
    dynox__buffer_byte(call->answer, ':');
}

/* Reads items of a table as long as they fit into the answer. */
static bool answer_items(dynox__local_call *call, table_gets *gets, size_t *bytes, dynox__bill *bill)
{
    answer_name(call, gets);
    dynox__buffer_byte(call->answer, '[');
    for (; gets->done < gets->count; gets->done++) {
        dynox__stored stored = {0};
        if (!dynox__table_get(call, gets->table, &gets->keys[gets->done], &stored)) return false;
        if (*bytes && *bytes + stored.size > ANSWER_BYTES) {
            *bytes = ANSWER_BYTES; /* nothing more, of no table */
            break;
        }
        *bytes += stored.size;
        if (!dynox__bill_read(call, bill, gets->table, NULL, stored.size, gets->is_consistent)) return false;
        if (!stored.json) continue;
        dynox__answer_element(call->answer);
        if (!dynox__projected_write(call, &stored, gets->projection, call->answer)) return false;
    }
    dynox__buffer_byte(call->answer, ']');
    return true;
}

/* Any JSON of the request, as it came. */
static void answer_tree(dynox__buffer *answer, const dynox__tree *tree, unsigned depth)
{
    bool is_object = tree->kind == DYNOX__TREE_OBJECT;
    switch (tree->kind) {
    case DYNOX__TREE_NULL: dynox__buffer_text(answer, "null"); return;
    case DYNOX__TREE_FALSE: dynox__buffer_text(answer, "false"); return;
    case DYNOX__TREE_TRUE: dynox__buffer_text(answer, "true"); return;
    case DYNOX__TREE_NUMBER: dynox__buffer_add(answer, tree->text, tree->length); return;
    case DYNOX__TREE_TEXT: dynox__values_write_text(answer, tree->text, tree->length); return;
    case DYNOX__TREE_ARRAY:
    case DYNOX__TREE_OBJECT: break;
    }
    dynox__buffer_byte(answer, is_object ? '{' : '[');
    for (const dynox__tree *child = tree->first; child && depth; child = child->next) {
        if (child != tree->first) dynox__buffer_byte(answer, ',');
        if (is_object) {
            dynox__values_write_text(answer, child->name, child->name_length);
            dynox__buffer_byte(answer, ':');
        }
        answer_tree(answer, child, depth - 1);
    }
    dynox__buffer_byte(answer, is_object ? '}' : ']');
}

/* To be sent again as it is: the keys that were not read, and all else that was said of the table. */
static void answer_unprocessed(dynox__local_call *call, const table_gets *gets)
{
    if (gets->done == gets->count) return;
    answer_name(call, gets);
    dynox__buffer_text(call->answer, "{\"Keys\":[");
    for (size_t i = gets->done; i < gets->count; i++) {
        dynox__answer_element(call->answer);
        dynox__values_write_item(call->answer, &gets->keys[i]);
    }
    dynox__buffer_byte(call->answer, ']');
    for (const dynox__tree *member = gets->request->first; member; member = member->next) {
        if (strcmp(member->name, "Keys") == 0) continue;
        dynox__buffer_byte(call->answer, ',');
        dynox__values_write_text(call->answer, member->name, member->name_length);
        dynox__buffer_byte(call->answer, ':');
        answer_tree(call->answer, member, DYNOX__TREE_DEPTH);
    }
    dynox__buffer_byte(call->answer, '}');
}

static bool answer_all(dynox__local_call *call, table_gets *gets, size_t count)
{
    dynox__bill bill  = dynox__bill_of(call, 1);
    size_t      bytes = 0;
    dynox__buffer_text(call->answer, "{\"Responses\":{");
    for (size_t i = 0; i < count; i++)
        if (!answer_items(call, &gets[i], &bytes, &bill)) return false;
    dynox__buffer_text(call->answer, "},\"UnprocessedKeys\":{");
    for (size_t i = 0; i < count; i++)
        answer_unprocessed(call, &gets[i]);
    dynox__buffer_byte(call->answer, '}');
    dynox__bill_answer(call, &bill, true);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

bool dynox__local_batch_get(dynox__local_call *call)
{
    const dynox__tree *tables = dynox__tree_member(call->request, "RequestItems");
    size_t             total = 0, count = 0;
    table_gets        *gets = dynox__arena_alloc(call->arena, tables->count * sizeof *gets);
    if (!gets) return dynox__refuse_memory(&call->refusal);
    for (const dynox__tree *table = tables->first; table; table = table->next)
        if (!read_gets(call, table, &gets[count++], &total)) return false;
    for (size_t i = 0; i < count; i++)
        if (!find_gets(call, &gets[i])) return false;
    return answer_all(call, gets, count);
}
