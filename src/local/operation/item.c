/* GetItem, PutItem, UpdateItem, DeleteItem. */
#include "local/operation/action.h"
#include "local/operation/bill.h"
#include "local/operation/operations.h"
#include "local/operation/parameters.h"

bool dynox__local_get_item(dynox__local_call *call)
{
    const dynox__tree  *request    = call->request;
    dynox__projection  *projection = NULL;
    dynox__bill         bill       = dynox__bill_of(call, 1);
    dynox__stored       stored     = {0};
    const dynox__table *table;
    dynox_item          key = {0};
    if (!dynox__parameters_check_get(call, request) ||
        !dynox__values_read_item(dynox__tree_member(request, "Key"), call->arena, &key, &call->refusal) ||
        !dynox__parameters_read_get(call, request, &projection) ||
        !(table = dynox__table_find(call, dynox__tree_member(request, "TableName"))) ||
        !dynox__table_check_key(call, table, &key) || !dynox__table_get(call, table, &key, &stored) ||
        !dynox__bill_read(call, &bill, table, NULL, stored.size, dynox__tree_true(request, "ConsistentRead")))
        return false;
    dynox__buffer_byte(call->answer, '{');
    if (stored.json) {
        dynox__answer_member(call->answer, "Item");
        if (!dynox__projected_write(call, &stored, projection, call->answer)) return false;
    }
    dynox__bill_answer(call, &bill, false);
    dynox__buffer_byte(call->answer, '}');
    return true;
}

static bool write_item(dynox__local_call *call, dynox__action_kind kind)
{
    dynox__action action = {.kind = kind, .request = call->request};
    dynox__bill   bill   = dynox__bill_of(call, 1);
    if (!dynox__action_read(call, &action) ||
        !dynox__action_find(call, &action, dynox__tree_member(call->request, "TableName")) ||
        !dynox__action_prepare(call, &action))
        return false;
    if (!action.holds) return dynox__action_failed(call, &action);
    if (!dynox__action_apply(call, &action) || !dynox__bill_write(call, &bill, action.table, &action.written))
        return false;
    dynox__buffer_byte(call->answer, '{');
    if (!dynox__returned_attributes(call, &action)) return false;
    dynox__bill_answer(call, &bill, false);
    if (dynox__returned_has_metrics(call, &action)) {
        dynox__answer_member(call->answer, "ItemCollectionMetrics");
        dynox__returned_metrics(call, &action);
    }
    dynox__buffer_byte(call->answer, '}');
    return true;
}

bool dynox__local_put_item(dynox__local_call *call)
{
    return write_item(call, DYNOX__ACTION_PUT);
}

bool dynox__local_update_item(dynox__local_call *call)
{
    return write_item(call, DYNOX__ACTION_UPDATE);
}

bool dynox__local_delete_item(dynox__local_call *call)
{
    return write_item(call, DYNOX__ACTION_DELETE);
}
