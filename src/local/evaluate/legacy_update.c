/* AttributeUpdates, made into the actions that update expressions are made of. */
#include "local/evaluate/update.h"
#include "local/wire/values.h"

#define INVALID "One or more parameter values were invalid: "

/* What an entry says; the value is read. */
static bool read_action(const dynox__tree *entry, dynox__action *action, dynox__arena *arena, dynox__refusal *refusal)
{
    const dynox__tree *given  = dynox__tree_member(entry, "Value");
    const char        *name   = dynox__tree_text(entry, "Action");
    bool               add    = name && strcmp(name, "ADD") == 0;
    bool               remove = name && strcmp(name, "DELETE") == 0;
    dynox_value       *value  = NULL;
    action->clause            = add ? DYNOX__WORD_ADD : remove ? DYNOX__WORD_DELETE : DYNOX__WORD_SET;
    if (given) {
        if (!(value = dynox__arena_alloc(arena, sizeof *value))) return dynox__refuse_memory(refusal);
        if (!dynox__values_read(given, arena, value, refusal)) return false;
        if (!(action->value = dynox__term_value(arena, value))) return dynox__refuse_memory(refusal);
    } else if (remove) {
        action->clause = DYNOX__WORD_REMOVE;
        return true;
    } else {
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                             INVALID "Only DELETE action is allowed when no attribute value is specified");
    }
    bool set = value->type == DYNOX_SS || value->type == DYNOX_NS || value->type == DYNOX_BS;
    if (remove && !set)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                             INVALID "DELETE action with value is not supported for the type %s",
                             dynox__type_name(value));
    if (add && !set && value->type != DYNOX_N && value->type != DYNOX_L)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                             INVALID "ADD action is not supported for the type %s", dynox__type_name(value));
    return true;
}

dynox__update *dynox__legacy_updates(const dynox__tree *updates, dynox__arena *arena, dynox__refusal *refusal)
{
    dynox__path_clash overlap = {0}, conflict = {0};
    dynox__update    *update = dynox__arena_alloc(arena, sizeof *update);
    if (!update) {
        dynox__refuse_memory(refusal);
        return NULL;
    }
    *update              = (dynox__update){.legacy = true};
    dynox__action **link = &update->first;
    for (const dynox__tree *entry = updates ? updates->first : NULL; entry; entry = entry->next) {
        dynox__action action = {.path = dynox__term_name(arena, entry->name, entry->name_length)};
        if (!action.path) {
            dynox__refuse_memory(refusal);
            return NULL;
        }
        if (!read_action(entry, &action, arena, refusal)) return NULL;
        if (dynox__update_add(update, &link, action, arena, &overlap, &conflict)) continue;
        dynox__refuse_memory(refusal);
        return NULL;
    }
    return update;
}
