/* Updates, applied. All operands see the item as it was: values are worked out first, then one walk over the paths
 * makes the new item. It copies what lies on their way and shares the rest with the old one. */
#include "local/evaluate/keyed.h"
#include "local/evaluate/update.h"
#include "local/wire/values.h"
#include "value/item/item_size.h"
#include "value/json/encode.h"

/* Elements that list_append may make in all. No item holds more than LARGEST_ITEM / 2, but what is appended to what was
 * appended is made several times over. */
enum { MOST_APPENDED = 8 * DYNOX__LARGEST_ITEM / 2 };

typedef struct applying {
    const dynox__update *update;
    dynox_value         *results; /* of SET, by the index of the action */
    size_t               appended;
    const dynox_item    *before;
    dynox__arena        *arena;
    dynox__refusal      *refusal;
} applying;

static bool refuse(applying *to, const char *why)
{
    return dynox__refuse(to->refusal, to->arena, DYNOX__REFUSAL_VALIDATION, "%s", why);
}

static bool invalid_path(applying *to)
{
    return refuse(to, "The document path provided in the update expression is invalid for update");
}

static bool wrong_type(applying *to)
{
    return refuse(to, "An operand in the update expression has an incorrect data type");
}

/* ---- what SET is given ---- */

static bool work_out(applying *to, const dynox__term *term, dynox_value *value);

static bool append(applying *to, const dynox_value *a, const dynox_value *b, dynox_value *made)
{
    size_t count = (size_t)a->length + b->length;
    to->appended += count;
    if (to->appended > MOST_APPENDED) return refuse(to, "Item size to update has exceeded the maximum allowed size");
    dynox_value *elements = dynox__arena_alloc(to->arena, count * sizeof *elements);
    if (!elements) return dynox__refuse_memory(to->refusal);
    if (a->length) memcpy(elements, a->as.list, a->length * sizeof *elements);
    if (b->length) memcpy(elements + a->length, b->as.list, b->length * sizeof *elements);
    *made = dynox_list_of(elements, count);
    return true;
}

static bool work_out_made(applying *to, const dynox__term *term, dynox_value *value)
{
    dynox_value a = dynox_invalid(), b = dynox_invalid();
    if (term->word == DYNOX__WORD_if_not_exists) {
        const dynox_value *found = dynox__path_find(term->first, to->before);
        if (!found) return work_out(to, term->first->next, value);
        *value = *found;
        return true;
    }
    bool call = term->made == DYNOX__EXPR_CALL;
    if (!work_out(to, term->first, &a)) return false;
    if (a.type != (call ? DYNOX_L : DYNOX_N)) return wrong_type(to);
    if (!work_out(to, term->first->next, &b)) return false;
    if (b.type != (call ? DYNOX_L : DYNOX_N)) return wrong_type(to);
    if (call) return append(to, &a, &b, value);
    return dynox__update_sum(&a, &b, term->made == DYNOX__EXPR_MINUS, to->arena, value, to->refusal);
}

static bool work_out(applying *to, const dynox__term *term, dynox_value *value)
{
    const dynox_value *found = term->value;
    if (term->kind == DYNOX__TERM_MADE) return work_out_made(to, term, value);
    if (term->kind == DYNOX__TERM_PATH) found = dynox__path_find(term, to->before);
    if (!found) return refuse(to, "The provided expression refers to an attribute that does not exist in the item");
    *value = *found;
    return true;
}

/* ---- the walk ---- */

/* How many lists and maps are inside each other. */
static unsigned depth_of(const dynox_value *value)
{
    unsigned deepest = 0;
    if (value->type != DYNOX_L && value->type != DYNOX_M) return 0;
    for (uint32_t i = 0; i < value->length; i++) {
        unsigned depth = depth_of(value->type == DYNOX_L ? &value->as.list[i] : &value->as.map[i].value);
        if (depth > deepest) deepest = depth;
    }
    return deepest + 1;
}

/* What becomes of the value at the end of a path; DYNOX_INVALID: it goes. `old` NULL: there is none. */
static bool act(applying *to, const dynox__branch *branch, const dynox_value *old, dynox_value *value)
{
    const dynox__update_part *action = branch->action;
    *value                           = dynox_invalid();
    if (action->clause == DYNOX__WORD_REMOVE) return true;
    if (action->clause == DYNOX__WORD_SET)
        *value = to->results[action->index];
    else if (!dynox__update_combine(to->update, action, old, to->arena, value, to->refusal))
        return false;
    if (branch->path->step_count - 1 + depth_of(value) <= DYNOX__ENCODE_DEPTH) return true;
    return refuse(to, "One or more parameter values were invalid: Nesting Levels have exceeded supported limits: "
                      "Attributes in the item have nested levels beyond supported limit");
}

static bool walk(applying *to, const dynox__branch *branch, const dynox_value *old, dynox_value *made);

/* What becomes of what lies below a branch. */
static bool change(applying *to, const dynox__branch *child, const dynox_value *old, dynox_value *made)
{
    if (child->path) return act(to, child, old, made);
    return old ? walk(to, child, old, made) : invalid_path(to);
}

static bool walk_map(applying *to, const dynox__branch *branch, const dynox_value *old, dynox_value *made)
{
    size_t             count = (size_t)old->length + branch->count, end = old->length, to_index = 0;
    dynox_named_value *members = dynox__arena_alloc(to->arena, count * sizeof *members);
    dynox__keyed       known;
    if (!members || !dynox__keyed_make(&known, old, branch->count, to->arena)) return dynox__refuse_memory(to->refusal);
    if (old->length) memcpy(members, old->as.map, old->length * sizeof *members);
    for (const dynox__branch *child = branch->first; child; child = child->next) {
        const dynox_value *found = dynox__keyed_find(&known, child->step->name, child->step->length);
        dynox_named_value *place =
            found ? &members[DYNOX__CONTAINER(found, const dynox_named_value, value) - old->as.map] : &members[end++];
        if (!found) {
            *place             = dynox_named("", dynox_invalid());
            place->name        = child->step->name;
            place->name_length = (uint32_t)child->step->length;
        }
        if (!change(to, child, found, &place->value)) return false;
    }
    for (size_t i = 0; i < end; i++)
        if (members[i].value.type != DYNOX_INVALID) members[to_index++] = members[i];
    *made = dynox_map_of(members, to_index);
    return true;
}

/* Indexes mean the list as it was: what goes leaves a hole until the end, what is beyond the end comes behind it in the
 * order of the indexes, which is that of the branches. */
static bool walk_list(applying *to, const dynox__branch *branch, const dynox_value *old, dynox_value *made)
{
    size_t       count = (size_t)old->length + branch->count, end = old->length, to_index = 0;
    dynox_value *elements = dynox__arena_alloc(to->arena, count * sizeof *elements);
    if (!elements) return dynox__refuse_memory(to->refusal);
    if (old->length) memcpy(elements, old->as.list, old->length * sizeof *elements);
    for (const dynox__branch *child = branch->first; child; child = child->next) {
        size_t             index = child->step->index;
        const dynox_value *found = index < old->length ? &old->as.list[index] : NULL;
        if (!change(to, child, found, &elements[found ? index : end++])) return false;
    }
    for (size_t i = 0; i < end; i++)
        if (elements[i].type != DYNOX_INVALID) elements[to_index++] = elements[i];
    *made = dynox_list_of(elements, to_index);
    return true;
}

static bool walk(applying *to, const dynox__branch *branch, const dynox_value *old, dynox_value *made)
{
    bool of_list = branch->first && branch->first->step->is_index;
    if (old->type != (of_list ? DYNOX_L : DYNOX_M)) return invalid_path(to);
    return of_list ? walk_list(to, branch, old, made) : walk_map(to, branch, old, made);
}

bool dynox__update_apply(const dynox__update *update, const dynox_item *before, dynox__arena *arena, dynox_item *after,
                         dynox__refusal *refusal)
{
    applying    to  = {.update = update, .before = before, .arena = arena, .refusal = refusal};
    dynox_value old = dynox_map_of(before->attributes ? before->attributes : &(const dynox_named_value){0},
                                   before->count),
                made;
    to.results = dynox__arena_alloc(arena, update->count * sizeof *to.results);
    if (!to.results) return dynox__refuse_memory(refusal);
    for (const dynox__update_part *action = update->first; action; action = action->next)
        if (action->clause == DYNOX__WORD_SET && !work_out(&to, action->value, &to.results[action->index]))
            return false;
    if (!walk(&to, &update->root, &old, &made)) return false;
    *after = dynox_item_of(made.as.map, made.length);
    return true;
}
