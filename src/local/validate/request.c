/* Requests against their description. One walk looks at everything; only when it finds a constraint broken is the
 * request gone through once more, in the service's order, to say which. */
#include "local/validate/constraints.h"
#include "local/validate/messages.h"
#include "local/wire/values.h"
#include <string.h>

typedef struct walk {
    dynox__arena   *arena;
    dynox__refusal *refusal;
    bool            old_words;
    bool            broken; /* some constraint is */
} walk;

static bool walk_any(walk *w, const dynox__shape *shape, const dynox__tree *tree, bool element);

static bool walk_elements(walk *w, const dynox__shape *shape, const dynox__tree *tree)
{
    const dynox__shape *inner = dynox__shape_at(shape->inner);
    for (const dynox__tree *element = tree->first; element; element = element->next) {
        if (element->kind == DYNOX__TREE_NULL)
            w->broken |= !(inner->flags & IS_VALUE);
        else if (!walk_any(w, inner, element, true))
            return false;
    }
    return true;
}

static bool walk_members(walk *w, const dynox__shape *shape, const dynox__tree *tree)
{
    const dynox__request_member *members = dynox__members_of(shape);
    uint64_t                     there   = 0; /* a structure has at most 64 members */
    for (const dynox__tree *member = tree->first; member; member = member->next) {
        size_t number = dynox__member_number(shape, member->name, member->name_length);
        if (number == SIZE_MAX) continue;
        there &= ~(UINT64_C(1) << number);
        if (member->kind == DYNOX__TREE_NULL) continue;
        there |= UINT64_C(1) << number;
        if (!walk_any(w, dynox__shape_at(members[number].shape), member, false)) return false;
    }
    for (size_t i = 0; i < shape->count; i++)
        w->broken |= members[i].required && !(there >> i & 1);
    return true;
}

/* Not null. false: JSON of the wrong kind. */
static bool walk_any(walk *w, const dynox__shape *shape, const dynox__tree *tree, bool element)
{
    if (shape->flags & IS_VALUE) return dynox__values_check_kinds(tree, element, w->arena, w->refusal);
    dynox__kind_place place = {dynox__description_text(shape->class_name), element};
    if (!dynox__kind_check(tree, shape->kind, &place, w->arena, w->refusal)) return false;
    w->broken |= dynox__constraint_faults(shape, tree, w->old_words) != 0;
    if (shape->kind == DYNOX__KIND_STRUCTURE) return walk_members(w, shape, tree);
    return shape->kind < DYNOX__KIND_LIST || walk_elements(w, shape, tree);
}

/* What some operations say before anything else. */
static bool check_table_name(const dynox__tree *request, dynox__arena *arena, dynox__refusal *refusal)
{
    const dynox__tree *name = dynox__tree_member(request, "TableName");
    if (!name)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                             "The parameter 'TableName' is required but was not present in the request");
    size_t length = dynox__constraint_length(name->text, name->length);
    if (strncmp(name->text, "arn:", 4) == 0 || (length >= 3 && length <= 255)) return true;
    return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                         "TableName must be at least 3 characters long and at most 255 characters long");
}

bool dynox__request_validate(const dynox__request_shape *shape, const dynox__tree *request,
                             const dynox__local_settings *settings, dynox__arena *arena, dynox__refusal *refusal)
{
    const dynox__shape *whole = dynox__shape_at(shape->shape);
    walk                w     = {.arena = arena, .refusal = refusal, .old_words = settings->old_words};
    if (!walk_any(&w, whole, request, true)) return false;
    if (shape->table_first && !check_table_name(request, arena, refusal)) return false;
    return !w.broken || dynox__request_faults(whole, request, settings->old_words, arena, refusal);
}
