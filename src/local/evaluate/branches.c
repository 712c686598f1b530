/* Paths as a tree, and what a projection takes of an item. */
#include "local/evaluate/branches.h"

static bool same_step(const dynox__step *a, const dynox__step *b)
{
    if (a->is_index) return b->is_index && a->index == b->index;
    return !b->is_index && a->length == b->length && memcmp(a->name, b->name, a->length) == 0;
}

static dynox__branch *child_of(const dynox__branch *branch, const dynox__step *step)
{
    for (dynox__branch *child = branch->first; child; child = child->next)
        if (same_step(child->step, step)) return child;
    return NULL;
}

dynox__branch *dynox__branch_grow(dynox__branch *branch, const dynox__step *step, dynox__arena *arena)
{
    dynox__branch *child = dynox__arena_alloc(arena, sizeof *child);
    dynox__branch *last = branch->last, **link = last ? &last->next : &branch->first;
    if (!child) return NULL;
    if (last && step->is_index && last->step->index > step->index)
        for (link = &branch->first; *link && (*link)->step->index < step->index;)
            link = &(*link)->next;
    *child = (dynox__branch){.step = step, .next = *link};
    *link  = child;
    if (!child->next) branch->last = child;
    branch->count++;
    return child;
}

/* The path of the leaf that comes first below. */
static const dynox__term *some_path(const dynox__branch *branch)
{
    while (!branch->path)
        branch = branch->first;
    return branch->path;
}

bool dynox__branch_add(dynox__branch *root, const dynox__term *path, void *action, dynox__arena *arena,
                       dynox__path_clash *overlap, dynox__path_clash *conflict)
{
    dynox__branch     *at    = root, *child;
    dynox__path_clash *clash = NULL;
    for (size_t i = 0; i < path->step_count && !clash; i++, at = child) {
        const dynox__step *step = &path->steps[i];
        child                   = child_of(at, step);
        if (at->first && at->first->step->is_index != step->is_index)
            clash = conflict;
        else if (child && (child->path || i + 1 == path->step_count))
            clash = overlap;
        if (clash) {
            if (!clash->one) *clash = (dynox__path_clash){some_path(child ? child : at), path};
            return true;
        }
        if (!child && !(child = dynox__branch_grow(at, step, arena))) return false;
    }
    at->path   = path;
    at->action = action;
    return true;
}

bool dynox__branch_check(const dynox__checker *checker, const dynox__path_clash *overlap,
                         const dynox__path_clash *conflict)
{
    const dynox__path_clash *clash = overlap->one ? overlap : conflict;
    if (!clash->one) return true;
    const char *one = dynox__path_text(clash->one, checker->arena), *two = dynox__path_text(clash->two, checker->arena);
    if (!one || !two) return dynox__refuse_memory(checker->refusal);
    return dynox__check_refuse(checker,
                               "Two document paths %s with each other; must remove or rewrite one of these paths; path "
                               "one: %s, path two: %s",
                               clash == overlap ? "overlap" : "conflict", one, two);
}

/* *value: DYNOX_INVALID where nothing is. */
static bool pick(const dynox__branch *branch, const dynox_value *from, dynox__arena *arena, dynox_value *value);

static bool pick_members(const dynox__branch *branch, const dynox_value *map, dynox__arena *arena, dynox_value *value)
{
    dynox_named_value *members = dynox__arena_alloc(arena, branch->count * sizeof *members);
    size_t             count   = 0;
    if (!members) return false;
    for (const dynox__branch *child = branch->first; child; child = child->next) {
        const dynox_value *from = dynox__member_find(map, child->step->name, child->step->length);
        dynox_value        found;
        if (!from) continue;
        if (!pick(child, from, arena, &found)) return false;
        if (found.type == DYNOX_INVALID) continue;
        const dynox_named_value *named = DYNOX__CONTAINER(from, const dynox_named_value, value);
        members[count]                 = *named;
        members[count++].value         = found;
    }
    if (count) *value = dynox_map_of(members, count);
    return true;
}

static bool pick_elements(const dynox__branch *branch, const dynox_value *list, dynox__arena *arena, dynox_value *value)
{
    dynox_value *elements = dynox__arena_alloc(arena, branch->count * sizeof *elements);
    size_t       count    = 0;
    if (!elements) return false;
    for (const dynox__branch *child = branch->first; child; child = child->next) {
        if (child->step->index >= list->length) break;
        if (!pick(child, &list->as.list[child->step->index], arena, &elements[count])) return false;
        if (elements[count].type != DYNOX_INVALID) count++;
    }
    if (count) *value = dynox_list_of(elements, count);
    return true;
}

static bool pick(const dynox__branch *branch, const dynox_value *from, dynox__arena *arena, dynox_value *value)
{
    bool of_list = branch->first && branch->first->step->is_index;
    *value       = dynox_invalid();
    if (branch->path) {
        *value = *from;
        return true;
    }
    if (from->type != (of_list ? DYNOX_L : DYNOX_M)) return true;
    return of_list ? pick_elements(branch, from, arena, value) : pick_members(branch, from, arena, value);
}

bool dynox__branch_pick(const dynox__branch *root, const dynox_item *item, dynox__arena *arena, dynox_item *picked)
{
    dynox_value whole = dynox_map_of(item->attributes, item->count), value = dynox_invalid();
    if (item->count && root->count && !pick_members(root, &whole, arena, &value)) return false;
    *picked = dynox_item_of(value.type == DYNOX_M ? value.as.map : NULL, value.type == DYNOX_M ? value.length : 0);
    return true;
}
