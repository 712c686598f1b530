/* A put, an update, a delete or a check of one item: its steps. */
#include "local/operation/action.h"
#include "local/operation/parameters.h"
#include "local/table/parts.h"
#include "value/item/item_size.h"

static const dynox__parameters *parameters_of(dynox__action_kind kind)
{
    static const char *const condition[] = {"ConditionExpression", NULL}, *const expected[] = {"Expected", NULL};
    static const char *const update[] = {"UpdateExpression", "ConditionExpression", NULL}, *const updates[] = {
                                                                                               "AttributeUpdates",
                                                                                               "Expected", NULL};
    static const dynox__parameters of_others = {condition, expected}, of_update = {update, updates};
    return kind == DYNOX__ACTION_UPDATE ? &of_update : &of_others;
}

/* Update takes all of them. */
static bool check_return_values(dynox__local_call *call, const dynox__action *action)
{
    const char *wanted = dynox__tree_text(action->request, "ReturnValues");
    if (!wanted || action->kind == DYNOX__ACTION_UPDATE || strcmp(wanted, "NONE") == 0 ||
        strcmp(wanted, "ALL_OLD") == 0)
        return true;
    return DYNOX__REFUSE_INVALID(call, "%sReturnValues can only be ALL_OLD or NONE",
                                 action->kind == DYNOX__ACTION_PUT ? dynox__new_words(call) : "");
}

static bool read_older(dynox__local_call *call, dynox__action *action)
{
    const dynox__tree *updates  = dynox__tree_member(action->request, "AttributeUpdates");
    const dynox__tree *expected = dynox__tree_member(action->request, "Expected");
    const dynox__tree *joined   = dynox__tree_member(action->request, "ConditionalOperator");
    if (updates && action->kind == DYNOX__ACTION_UPDATE) {
        action->update = dynox__legacy_updates(updates, call->arena, &call->refusal);
        if (!action->update) return false;
    }
    if (!dynox__parameters_joined(call, action->request, expected)) return false;
    if (expected) {
        action->condition = dynox__legacy_expected(expected, joined, call->arena, &call->refusal);
        if (!action->condition) return false;
    }
    return true;
}

static bool read_expressions(dynox__local_call *call, dynox__action *action)
{
    const dynox__tree *update    = dynox__tree_member(action->request, "UpdateExpression");
    const dynox__tree *condition = dynox__tree_member(action->request, "ConditionExpression");
    if (!update && !condition) return true;
    dynox__names *names = dynox__names_read(action->request, call->arena, &call->refusal);
    if (!names) return false;
    if (update) {
        action->update = dynox__update_compile(names, update->text, update->length, call->arena, &call->refusal);
        if (!action->update) return false;
    }
    if (condition) {
        action->condition = dynox__condition_compile(names, DYNOX__CONDITION_CONDITION, condition->text,
                                                     condition->length, call->arena, &call->refusal);
        if (!action->condition) return false;
    }
    return dynox__names_all_used(names, call->arena, &call->refusal);
}

bool dynox__action_read(dynox__local_call *call, dynox__action *action)
{
    const char *on_failure = dynox__tree_text(action->request, "ReturnValuesOnConditionCheckFailure");
    action->shows_item     = on_failure && strcmp(on_failure, "ALL_OLD") == 0;
    if (!dynox__parameters_check(call, action->request, parameters_of(action->kind))) return false;
    const dynox__tree *given = dynox__tree_member(action->request, action->kind == DYNOX__ACTION_PUT ? "Item" : "Key");
    return dynox__values_read_item(given, call->arena, &action->given, &call->refusal) &&
           check_return_values(call, action) && read_older(call, action) && read_expressions(call, action);
}

/* ---- the table and the key ---- */

typedef struct key_search {
    const dynox__table    *table;
    const dynox__key_part *found;
} key_search;

static bool look_for_key(void *arg, const char *name, size_t length)
{
    key_search              *search = arg;
    const dynox__key_schema *key    = &search->table->key;
    for (unsigned i = 0; i < key->partition_count + key->sort_count && !search->found; i++) {
        const dynox__key_part *part =
            i < key->partition_count ? &key->partition[i] : &key->sort[i - key->partition_count];
        if (part->length == length && memcmp(part->name, name, length) == 0) search->found = part;
    }
    return !search->found;
}

static bool check_update(dynox__local_call *call, const dynox__action *action)
{
    key_search search = {.table = action->table};
    if (!action->update || dynox__update_names(action->update, look_for_key, &search)) return true;
    return DYNOX__REFUSE_INVALID(
        call,
        "One or more parameter values were invalid: Cannot update attribute %.*s. This attribute is "
        "part of the key",
        (int)search.found->length, search.found->name);
}

bool dynox__action_check(dynox__local_call *call, dynox__action *action)
{
    if (action->kind == DYNOX__ACTION_PUT)
        return dynox__table_check_item(call, action->table, &action->given) &&
               dynox__table_key_of(call, action->table, &action->given, &action->key);
    action->key = action->given;
    return dynox__table_check_key(call, action->table, &action->given) && check_update(call, action);
}

static bool refuse_size(dynox__local_call *call, const dynox__action *action)
{
    return DYNOX__REFUSE_INVALID(call, "Item size %shas exceeded the maximum allowed size",
                                 action->kind == DYNOX__ACTION_UPDATE ? "to update " : "");
}

/* An item that fits no table is told before the table is missed. */
static bool refuse_absent(dynox__local_call *call, const dynox__action *action)
{
    if (call->refusal.type != DYNOX__REFUSAL_RESOURCE_NOT_FOUND || action->kind != DYNOX__ACTION_PUT ||
        dynox__values_item_size(&action->given) <= DYNOX__LARGEST_ITEM)
        return false;
    call->refusal = (dynox__refusal){0};
    return refuse_size(call, action);
}

bool dynox__action_find(dynox__local_call *call, dynox__action *action, const dynox__tree *table_name)
{
    action->table = dynox__table_find(call, table_name);
    return action->table ? dynox__action_check(call, action) : refuse_absent(call, action);
}

/* ---- the item ---- */

/* What will be stored. Its size is looked at here, since in a transaction all is to be told before anything is done. */
static bool make_item(dynox__local_call *call, dynox__action *action)
{
    if (action->kind == DYNOX__ACTION_PUT) {
        action->after = action->given;
    } else if (action->kind == DYNOX__ACTION_UPDATE) {
        const dynox_item *from = action->exists ? &action->before : &action->key;
        action->after          = *from;
        if (action->update &&
            (!dynox__update_apply(action->update, from, call->arena, &action->after, &call->refusal) ||
             !dynox__table_check_updated(call, action->table, &action->after)))
            return false;
    } else {
        action->changes = action->kind == DYNOX__ACTION_DELETE && action->exists;
        return true;
    }
    action->changes = true;
    return dynox__values_item_size(&action->after) <= DYNOX__LARGEST_ITEM || refuse_size(call, action);
}

bool dynox__action_prepare(dynox__local_call *call, dynox__action *action)
{
    dynox__stored stored = {0};
    if (!dynox__table_get(call, action->table, &action->key, &stored)) return false;
    action->exists = stored.json;
    if (action->exists && !dynox__stored_read(call, &stored, &action->before)) return false;
    action->written.before = stored.size;
    action->holds          = true;
    if (action->condition && !dynox__condition_holds(action->condition, action->exists ? &action->before : NULL,
                                                     call->arena, &action->holds, &call->refusal))
        return false;
    return !action->holds || make_item(call, action);
}

bool dynox__action_apply(dynox__local_call *call, dynox__action *action)
{
    if (!action->changes) return true;
    return dynox__table_change(call, action->table, action->exists ? &action->before : NULL,
                               action->kind == DYNOX__ACTION_DELETE ? NULL : &action->after, false, &action->written);
}
