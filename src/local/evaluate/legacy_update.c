/* AttributeUpdates, made into the actions that update expressions are made of. */
#include "local/evaluate/keyed.h"
#include "local/evaluate/update.h"
#include "local/wire/values.h"

#define INVALID "One or more parameter values were invalid: "

/* What an entry says; the value is read. */
static bool read_action(const dynox__tree *entry, dynox__update_part *action, dynox__arena *arena,
                        dynox__refusal *refusal)
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

/* Of several of one name only the last one counts: those are the values in the map. */
static bool index_of(const dynox__tree *updates, dynox__keyed *names, dynox__arena *arena)
{
    size_t             i = 0, size;
    dynox_named_value *members =
        dynox__mul_size(updates->count, sizeof *members, &size) ? dynox__arena_alloc(arena, size) : NULL;
    if (!members) return false;
    for (const dynox__tree *entry = updates->first; entry; entry = entry->next, i++)
        members[i] = (dynox_named_value){.name = entry->name, .name_length = entry->name_length};
    dynox_value map = dynox_map_of(members, i);
    return dynox__keyed_make(names, &map, i, arena);
}

static bool add_actions(dynox__update *update, const dynox__tree *updates, dynox__arena *arena, dynox__refusal *refusal)
{
    dynox__keyed         names;
    dynox__update_part **link = &update->first;
    size_t               i    = 0;
    if (!index_of(updates, &names, arena)) return dynox__refuse_memory(refusal);
    for (const dynox__tree *entry = updates->first; entry; entry = entry->next, i++) {
        dynox__update_part action = {.path = dynox__term_name(arena, entry->name, entry->name_length)};
        if (!action.path) return dynox__refuse_memory(refusal);
        if (!read_action(entry, &action, arena, refusal)) return false;
        if (dynox__keyed_find(&names, entry->name, entry->name_length) != &names.map[i].value) continue;
        if (!dynox__update_add(update, &link, action, arena, NULL, NULL)) return dynox__refuse_memory(refusal);
    }
    return true;
}

dynox__update *dynox__legacy_updates(const dynox__tree *updates, dynox__arena *arena, dynox__refusal *refusal)
{
    dynox__update *update = dynox__arena_alloc(arena, sizeof *update);
    if (!update) {
        dynox__refuse_memory(refusal);
        return NULL;
    }
    *update = (dynox__update){.legacy = true};
    return add_actions(update, updates, arena, refusal) ? update : NULL;
}
