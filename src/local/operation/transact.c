/* TransactWriteItems and TransactGetItems: all in the one transaction of the store, so that they happen at once. */
#include "local/operation/transact.h"
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

static bool check_all(dynox__local_call *call, dynox__action *actions, dynox__cancel_reason *reasons, size_t count)
{
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

bool dynox__transact_write(dynox__local_call *call, dynox__action *actions, dynox__cancel_reason *reasons, size_t count,
                           dynox__bill *bill)
{
    return check_all(call, actions, reasons, count) && prepare_all(call, actions, reasons, count) &&
           apply_all(call, actions, reasons, count, bill);
}

bool dynox__transact_again(dynox__local_call *call, const dynox__action *action, dynox__bill *bill)
{
    dynox__stored stored = {0};
    return dynox__table_get(call, action->table, &action->key, &stored) &&
           dynox__bill_read(call, bill, action->table, NULL, stored.size, true);
}

static bool find_all(dynox__local_call *call, dynox__action *actions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        actions[i].table = dynox__table_find(call, dynox__tree_member(actions[i].request, "TableName"));
        if (!actions[i].table) return false;
    }
    return true;
}

static bool read_again(dynox__local_call *call, dynox__action *actions, size_t count, dynox__bill *bill)
{
    for (size_t i = 0; i < count; i++)
        if (!dynox__action_find(call, &actions[i], dynox__tree_member(actions[i].request, "TableName")) ||
            !dynox__transact_again(call, &actions[i], bill))
            return false;
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
                 : !find_all(call, actions, count) || !dynox__transact_write(call, actions, reasons, count, &bill))
        return false;
    answer_write(call, actions, count, &bill);
    return true;
}

/* ---- reads ---- */

static bool read_get(dynox__local_call *call, const dynox__tree *get, dynox__get *read)
{
    *read = (dynox__get){0};
    return dynox__parameters_check_get(call, get) &&
           dynox__values_read_item(dynox__tree_member(get, "Key"), call->arena, &read->key, &call->refusal) &&
           dynox__parameters_read_get(call, get, &read->projection);
}

static bool check_gets(dynox__local_call *call, const dynox__get *gets, size_t count)
{
    dynox__cancel_reason *reasons  = dynox__arena_alloc(call->arena, count * sizeof *reasons);
    dynox__distinct       distinct = {0};
    if (!reasons) return dynox__refuse_memory(&call->refusal);
    bool done = dynox__distinct_begin(call, &distinct, count);
    for (size_t i = 0; i < count && done; i++) {
        reasons[i] = (dynox__cancel_reason){0};
        if (!dynox__table_check_key(call, gets[i].table, &gets[i].key))
            done = take_check(call, &reasons[i]);
        else if (!dynox__distinct_add(&distinct, gets[i].table, &gets[i].key))
            done = refuse_twice(call);
    }
    return dynox__distinct_end(call, &distinct) && done && dynox__cancel_check(call, reasons, count);
}

bool dynox__get_item(dynox__local_call *call, const dynox__get *get, dynox__bill *bill, size_t *size)
{
    dynox__stored stored = {0};
    dynox_item    item   = {0};
    bool          holds  = true;
    if (!dynox__table_get(call, get->table, &get->key, &stored) ||
        !dynox__bill_read(call, bill, get->table, NULL, stored.size, get->is_consistent))
        return false;
    *size = stored.size;
    if (stored.json && get->condition &&
        (!dynox__stored_read(call, &stored, &item) ||
         !dynox__condition_holds(get->condition, &item, call->arena, &holds, &call->refusal)))
        return false;
    if (!stored.json || !holds) return true;
    dynox__answer_member(call->answer, "Item");
    return dynox__projected_write(call, &stored, get->projection, call->answer);
}

static bool answer_gets(dynox__local_call *call, const dynox__get *gets, size_t count)
{
    dynox__bill bill  = dynox__bill_of(call, 2);
    size_t      total = 0, size;
    dynox__buffer_text(call->answer, "{\"Responses\":[");
    for (size_t i = 0; i < count; i++) {
        dynox__get get    = gets[i];
        get.is_consistent = true;
        dynox__answer_element(call->answer);
        dynox__buffer_byte(call->answer, '{');
        if (!dynox__get_item(call, &get, &bill, &size)) return false;
        dynox__buffer_byte(call->answer, '}');
        total += size;
        if (total > TRANSACTION_BYTES) return refuse_size(call);
    }
    dynox__buffer_byte(call->answer, ']');
    dynox__bill_answer(call, &bill, true);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

bool dynox__transact_read(dynox__local_call *call, const dynox__get *gets, size_t count)
{
    return check_gets(call, gets, count) && answer_gets(call, gets, count);
}

bool dynox__local_transact_get(dynox__local_call *call)
{
    const dynox__tree *items = dynox__tree_member(call->request, "TransactItems");
    size_t             count = items->count, i = 0;
    dynox__get        *gets = dynox__arena_alloc(call->arena, count * sizeof *gets);
    if (!gets) return dynox__refuse_memory(&call->refusal);
    for (const dynox__tree *item = items->first; item; item = item->next)
        if (!read_get(call, dynox__tree_member(item, "Get"), &gets[i++])) return false;
    i = 0;
    for (const dynox__tree *item = items->first; item; item = item->next, i++) {
        gets[i].table = dynox__table_find(call, dynox__tree_member(dynox__tree_member(item, "Get"), "TableName"));
        if (!gets[i].table) return false;
    }
    return dynox__transact_read(call, gets, count);
}
