/* What writes answer: attributes by ReturnValues, metrics of item collections, the item whose condition failed. */
#include "local/operation/action.h"
#include "local/operation/bill.h"
#include "local/table/keep.h"

bool dynox__returned_item(dynox__local_call *call, const dynox__action *action, const char *wanted, dynox_item *shown)
{
    *shown = (dynox_item){0};
    if (!wanted || strcmp(wanted, "NONE") == 0) return true;
    bool              is_new = strcmp(wanted, "ALL_NEW") == 0 || strcmp(wanted, "UPDATED_NEW") == 0;
    const dynox_item *item   = is_new ? &action->after : &action->before;
    if (!is_new && !action->exists) return true;
    if (strncmp(wanted, "ALL_", 4) == 0)
        *shown = *item;
    else if (action->update)
        return dynox__update_touched(action->update, item, call->arena, shown, &call->refusal);
    return true;
}

bool dynox__returned_attributes(dynox__local_call *call, const dynox__action *action)
{
    dynox_item shown;
    if (!dynox__returned_item(call, action, dynox__tree_text(action->request, "ReturnValues"), &shown)) return false;
    if (!shown.count) return true;
    dynox__answer_member(call->answer, "Attributes");
    dynox__values_write_item(call->answer, &shown);
    return true;
}

bool dynox__returned_has_metrics(const dynox__local_call *call, const dynox__action *action)
{
    const char *wanted = dynox__tree_text(call->request, "ReturnItemCollectionMetrics");
    if (!wanted || strcmp(wanted, "SIZE") != 0) return false;
    return action->table->index_count && !action->table->indexes[0].is_global;
}

/* The estimate is the smallest that the service gives: collections of gigabytes are not what this engine is for. */
void dynox__returned_metrics(dynox__local_call *call, const dynox__action *action)
{
    dynox_item key = {action->key.attributes, 0, NULL};
    for (size_t i = 0; i < action->key.count; i++) {
        const dynox_named_value *named = &action->key.attributes[i];
        const dynox__key_part   *part  = &action->table->key.partition[0];
        if (named->name_length == part->length && memcmp(named->name, part->name, part->length) == 0)
            key = (dynox_item){named, 1, NULL};
    }
    dynox__buffer_text(call->answer, "{\"ItemCollectionKey\":");
    dynox__values_write_item(call->answer, &key);
    dynox__buffer_text(call->answer, ",\"SizeEstimateRangeGB\":[0.0,1.0]}");
}

static void write_metrics_of(dynox__local_call *call, const dynox__action *actions, size_t count,
                             const dynox__table *table)
{
    dynox__answer_member(call->answer, table->name);
    dynox__buffer_byte(call->answer, '[');
    for (size_t i = 0; i < count; i++) {
        if (actions[i].table->number != table->number) continue;
        dynox__answer_element(call->answer);
        dynox__returned_metrics(call, &actions[i]);
    }
    dynox__buffer_byte(call->answer, ']');
}

void dynox__returned_all_metrics(dynox__local_call *call, const dynox__action *actions, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (actions[i].kind == DYNOX__ACTION_CHECK || !dynox__returned_has_metrics(call, &actions[i])) continue;
        size_t before = 0;
        while (actions[before].table->number != actions[i].table->number)
            before++;
        if (before < i) continue; /* written with the first of its table */
        if (!any) {
            dynox__answer_member(call->answer, "ItemCollectionMetrics");
            dynox__buffer_byte(call->answer, '{');
        }
        any = true;
        write_metrics_of(call, actions, count, actions[i].table);
    }
    if (any) dynox__buffer_byte(call->answer, '}');
}

bool dynox__action_failed(dynox__local_call *call, const dynox__action *action)
{
    if (action->inserts)
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_DUPLICATE_ITEM,
                             "Duplicate primary key exists in table");
    dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_CONDITION_FAILED, "The conditional request failed");
    if (!action->shows_item || !action->exists) return false;
    DYNOX__ROOM(members, 1024);
    dynox__buffer_text(&members, ",\"Item\":");
    dynox__values_write_item(&members, &action->before);
    char *copy = members.failed ? NULL : dynox__arena_copy(call->arena, members.data, members.size);
    if (copy) {
        call->refusal.members        = copy;
        call->refusal.members_length = members.size;
    } else {
        call->refusal = (dynox__refusal){0};
        dynox__refuse_memory(&call->refusal);
    }
    dynox__buffer_free(&members);
    return false;
}
