/* TransactWriteItems and TransactGetItems: all in the one transaction of the store, so that they happen at once. */
#include "local/operation/action.h"
#include "local/operation/bill.h"
#include "local/operation/cancel.h"
#include "local/operation/distinct.h"
#include "local/operation/operations.h"
#include "local/operation/parameters.h"
#include "local/operation/token.h"
#include "value/item/item_size.h"

enum { TRANSACTION_BYTES = 4 * 1024 * 1024 };

static bool refuse_size(dynox__local_call *call)
{
    return DYNOX__REFUSE_INVALID(call, "Collection size of items exceeded, which can also be caused by the aggregate "
                                       "size of the items in the transaction exceeding the 4MB limit");
}

static bool refuse_twice(dynox__local_call *call)
{
    return DYNOX__REFUSE_INVALID(call, "Transaction request cannot include multiple operations on one item");
}

/* ---- writes ---- */

static bool read_action(dynox__local_call *call, const dynox__tree *tree, dynox__action *action)
{
    static const char *const names[] = {"Put", "Update", "Delete", "ConditionCheck"}; /* as dynox__action_kind */
    size_t                   found   = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const dynox__tree *request = dynox__tree_member(tree, names[i]);
        if (!request) continue;
        found++;
        action->kind    = (dynox__action_kind)i;
        action->request = request;
    }
    if (found != 1)
        return DYNOX__REFUSE_INVALID(call, "TransactItems can only contain one of Check, Put, Update or Delete");
    if (!dynox__action_read(call, action)) return false;
    return action->kind != DYNOX__ACTION_PUT || dynox__values_item_size(&action->given) <= DYNOX__LARGEST_ITEM ||
           DYNOX__REFUSE_INVALID(call, "Item size has exceeded the maximum allowed size");
}

/* A key that does not fit its table is the reason of its action; but an empty one refuses the request. */
static bool take_check(dynox__local_call *call, dynox__cancel_reason *reason)
{
    static const char empty[] = "One or more parameter values are not valid. The AttributeValue for a key attribute";
    const char       *message = call->refusal.message;
    return (!message || strncmp(message, empty, sizeof empty - 1) != 0) && dynox__cancel_take(call, reason);
}

/* Finds the tables of all actions, and checks their keys. */
static bool find_all(dynox__local_call *call, dynox__action *actions, dynox__cancel_reason *reasons, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        actions[i].table = dynox__table_find(call, dynox__tree_member(actions[i].request, "TableName"));
        if (!actions[i].table) return false;
    }
    dynox__distinct distinct = {0};
    bool            done     = dynox__distinct_begin(call, &distinct, count);
    for (size_t i = 0; i < count && done; i++) {
        if (!dynox__action_check(call, &actions[i]))
            done = take_check(call, &reasons[i]);
        else if (!dynox__distinct_add(&distinct, actions[i].table, &actions[i].key))
            done = refuse_twice(call);
    }
    return dynox__distinct_end(call, &distinct) && done;
}

static bool prepare_all(dynox__local_call *call, dynox__action *actions, dynox__cancel_reason *reasons, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (reasons[i].refusal.type != DYNOX__REFUSAL_NONE) continue;
        bool done = dynox__action_prepare(call, &actions[i]);
        if (done && !actions[i].holds) done = dynox__action_failed(call, &actions[i]);
        if (!done && !dynox__cancel_take(call, &reasons[i])) return false;
        if (done) size += dynox__values_item_size(&actions[i].after);
    }
    if (size > TRANSACTION_BYTES) return refuse_size(call);
    return dynox__cancel_check(call, reasons, count);
}

/* What only shows when it is done is a reason, too; what has been done is undone by whoever ends the transaction. */
static bool apply_all(dynox__local_call *call, dynox__action *actions, dynox__cancel_reason *reasons, size_t count,
                      dynox__bill *bill)
{
    for (size_t i = 0; i < count; i++) {
        if (!dynox__action_apply(call, &actions[i]))
            return dynox__cancel_take(call, &reasons[i]) && dynox__cancel_check(call, reasons, count);
        if (!dynox__bill_write(call, bill, actions[i].table, &actions[i].written)) return false;
    }
    return true;
}

/* A transaction that was done before costs the reading of its items. */
static bool read_again(dynox__local_call *call, dynox__action *actions, size_t count, dynox__bill *bill)
{
    for (size_t i = 0; i < count; i++) {
        dynox__stored stored = {0};
        if (!dynox__action_find(call, &actions[i], dynox__tree_member(actions[i].request, "TableName")) ||
            !dynox__table_get(call, actions[i].table, &actions[i].key, &stored) ||
            !dynox__bill_read(call, bill, actions[i].table, NULL, stored.size, true))
            return false;
    }
    return true;
}

static void answer_write(dynox__local_call *call, const dynox__action *actions, size_t count, const dynox__bill *bill)
{
    dynox__buffer_byte(call->answer, '{');
    dynox__bill_answer(call, bill, true);
    dynox__returned_all_metrics(call, actions, count);
    dynox__buffer_byte(call->answer, '}');
}

bool dynox__local_transact_write(dynox__local_call *call)
{
    const dynox__tree    *items = dynox__tree_member(call->request, "TransactItems");
    size_t                count = items->count, i = 0;
    dynox__action        *actions  = dynox__arena_alloc(call->arena, count * sizeof *actions);
    dynox__cancel_reason *reasons  = dynox__arena_alloc(call->arena, count * sizeof *reasons);
    dynox__bill           bill     = dynox__bill_of(call, 2);
    bool                  is_known = false;
    if (!actions || !reasons) return dynox__refuse_memory(&call->refusal);
    for (const dynox__tree *item = items->first; item; item = item->next, i++) {
        actions[i] = (dynox__action){0};
        reasons[i] = (dynox__cancel_reason){0};
        if (!read_action(call, item, &actions[i])) return false;
    }
    if (!dynox__token_use(call, &is_known)) return false;
    if (is_known ? !read_again(call, actions, count, &bill)
                 : !find_all(call, actions, reasons, count) || !prepare_all(call, actions, reasons, count) ||
                       !apply_all(call, actions, reasons, count, &bill))
        return false;
    answer_write(call, actions, count, &bill);
    return true;
}

/* ---- reads ---- */

typedef struct get_action {
    const dynox__tree  *request;
    dynox_item          key;
    dynox__projection  *projection;
    const dynox__table *table;
} get_action;

static bool read_get(dynox__local_call *call, const dynox__tree *tree, get_action *get)
{
    *get = (get_action){.request = dynox__tree_member(tree, "Get")};
    return dynox__parameters_check_get(call, get->request) &&
           dynox__values_read_item(dynox__tree_member(get->request, "Key"), call->arena, &get->key, &call->refusal) &&
           dynox__parameters_read_get(call, get->request, &get->projection);
}

static bool find_gets(dynox__local_call *call, get_action *gets, size_t count)
{
    dynox__cancel_reason *reasons = dynox__arena_alloc(call->arena, count * sizeof *reasons);
    if (!reasons) return dynox__refuse_memory(&call->refusal);
    for (size_t i = 0; i < count; i++) {
        reasons[i]    = (dynox__cancel_reason){0};
        gets[i].table = dynox__table_find(call, dynox__tree_member(gets[i].request, "TableName"));
        if (!gets[i].table) return false;
    }
    dynox__distinct distinct = {0};
    bool            done     = dynox__distinct_begin(call, &distinct, count);
    for (size_t i = 0; i < count && done; i++) {
        if (!dynox__table_check_key(call, gets[i].table, &gets[i].key))
            done = take_check(call, &reasons[i]);
        else if (!dynox__distinct_add(&distinct, gets[i].table, &gets[i].key))
            done = refuse_twice(call);
    }
    return dynox__distinct_end(call, &distinct) && done && dynox__cancel_check(call, reasons, count);
}

static bool answer_gets(dynox__local_call *call, const get_action *gets, size_t count)
{
    dynox__bill bill = dynox__bill_of(call, 2);
    size_t      size = 0;
    dynox__buffer_text(call->answer, "{\"Responses\":[");
    for (size_t i = 0; i < count; i++) {
        dynox__stored stored = {0};
        if (!dynox__table_get(call, gets[i].table, &gets[i].key, &stored) ||
            !dynox__bill_read(call, &bill, gets[i].table, NULL, stored.size, true))
            return false;
        size += stored.size;
        if (size > TRANSACTION_BYTES) return refuse_size(call);
        dynox__answer_element(call->answer);
        dynox__buffer_byte(call->answer, '{');
        if (stored.json) {
            dynox__answer_member(call->answer, "Item");
            if (!dynox__projected_write(call, &stored, gets[i].projection, call->answer)) return false;
        }
        dynox__buffer_byte(call->answer, '}');
    }
    dynox__buffer_byte(call->answer, ']');
    dynox__bill_answer(call, &bill, true);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

bool dynox__local_transact_get(dynox__local_call *call)
{
    const dynox__tree *items = dynox__tree_member(call->request, "TransactItems");
    size_t             count = items->count, i = 0;
    get_action        *gets = dynox__arena_alloc(call->arena, count * sizeof *gets);
    if (!gets) return dynox__refuse_memory(&call->refusal);
    for (const dynox__tree *item = items->first; item; item = item->next)
        if (!read_get(call, item, &gets[i++])) return false;
    return find_gets(call, gets, count) && answer_gets(call, gets, count);
}
