/* ADD and DELETE: sums of numbers, unions and differences of sets, and lists to which lists are added. */
#include "local/evaluate/keyed.h"
#include "local/evaluate/update.h"
#include "local/wire/values.h"

bool dynox__update_sum(const dynox_value *a, const dynox_value *b, bool minus, dynox__arena *arena, dynox_value *made,
                       dynox__refusal *refusal)
{
    const char *why;
    size_t      length;
    const char *text = dynox__values_sum(a->as.text, a->length, b->as.text, b->length, minus, arena, &length, &why);
    if (!text && !why) return dynox__refuse_memory(refusal);
    if (!text) return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION, "%s", why);
    *made      = dynox_string_n(text, length);
    made->type = DYNOX_N;
    return true;
}

/* Of two values of one type: what `a` has, or has and `b` has not, and with `join` what only `b` has. */
static bool combine_sets(const dynox_value *a, const dynox_value *b, bool join, dynox__arena *arena, dynox_value *made)
{
    dynox__keyed       known;
    const dynox_value *from  = join ? b : a;
    size_t             count = 0, room = (size_t)a->length + (join ? b->length : 0);
    dynox_value       *list = dynox__arena_alloc(arena, room * sizeof *list);
    if (!list || !dynox__keyed_make(&known, join ? a : b, from->length, arena)) return false;
    if (join && a->length) {
        memcpy(list, a->as.list, a->length * sizeof *list);
        count = a->length;
    }
    for (uint32_t i = 0; i < from->length; i++)
        if (!dynox__keyed_find(&known, from->as.list[i].as.bytes, from->as.list[i].length))
            list[count++] = from->as.list[i];
    *made = dynox_invalid();
    if (count) *made = dynox_members_of_((dynox_value_type)a->type, list, count);
    return true;
}

static bool append(const dynox_value *a, const dynox_value *b, dynox__arena *arena, dynox_value *made)
{
    size_t       count = (size_t)a->length + b->length;
    dynox_value *list  = dynox__arena_alloc(arena, count * sizeof *list);
    if (!list) return false;
    if (a->length) memcpy(list, a->as.list, a->length * sizeof *list);
    if (b->length) memcpy(list + a->length, b->as.list, b->length * sizeof *list);
    *made = dynox_list_of(list, count);
    return true;
}

bool dynox__update_combine(const dynox__update *update, const dynox__update_part *action, const dynox_value *old,
                           dynox__arena *arena, dynox_value *made, dynox__refusal *refusal)
{
    static const dynox_value zero  = {.type = DYNOX_N, .length = 1, .as = {.text = "0"}};
    const dynox_value       *given = action->value->value;
    bool                     add   = action->clause == DYNOX__WORD_ADD;
    *made                          = dynox_invalid();
    if (old && old->type != given->type)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                             update->legacy ? "Type mismatch for attribute to update"
                                            : "An operand in the update expression has an incorrect data type");
    if (given->type == DYNOX_N) return dynox__update_sum(old ? old : &zero, given, false, arena, made, refusal);
    if (!old) {
        if (add) *made = *given;
        return true;
    }
    return (given->type == DYNOX_L ? append(old, given, arena, made) : combine_sets(old, given, add, arena, made)) ||
           dynox__refuse_memory(refusal);
}
