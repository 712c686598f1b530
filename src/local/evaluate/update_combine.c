/* ADD and DELETE: sums of numbers, unions and differences of sets, and lists to which lists are added. */
#include "base/hash.h"
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

/* The members of a set by what they are: numbers are canonical, so equal ones have equal texts. */
typedef struct members {
    const dynox_value *list;
    uint32_t          *slots; /* indexes + 1; a power of two of them */
    size_t             mask;
} members;

static size_t slot_of(const members *of, const dynox_value *member)
{
    size_t slot = dynox__hash(DYNOX__HASH_START, member->as.bytes, member->length) & of->mask;
    for (; of->slots[slot]; slot = (slot + 1) & of->mask) {
        const dynox_value *found = &of->list[of->slots[slot] - 1];
        if (found->length == member->length && memcmp(found->as.bytes, member->as.bytes, member->length) == 0) break;
    }
    return slot;
}

static bool members_of(members *of, const dynox_value *set, dynox__arena *arena)
{
    size_t slots = 4;
    while (slots < (size_t)set->length * 2)
        slots *= 2;
    *of = (members){set->as.list, dynox__arena_alloc(arena, slots * sizeof *of->slots), slots - 1};
    if (!of->slots) return false;
    memset(of->slots, 0, slots * sizeof *of->slots);
    for (uint32_t i = 0; i < set->length; i++)
        of->slots[slot_of(of, &set->as.list[i])] = i + 1;
    return true;
}

/* Of two values of one type: what `a` has, or has and `b` has not, and with `join` what only `b` has. */
static bool combine_sets(const dynox_value *a, const dynox_value *b, bool join, dynox__arena *arena, dynox_value *made)
{
    members      known;
    size_t       count = 0, room = (size_t)a->length + (join ? b->length : 0);
    dynox_value *list = dynox__arena_alloc(arena, room * sizeof *list);
    if (!list || !members_of(&known, join ? a : b, arena)) return false;
    if (join && a->length) {
        memcpy(list, a->as.list, a->length * sizeof *list);
        count = a->length;
    }
    const dynox_value *from = join ? b : a;
    for (uint32_t i = 0; i < from->length; i++)
        if (!known.slots[slot_of(&known, &from->as.list[i])]) list[count++] = from->as.list[i];
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

bool dynox__update_combine(const dynox__update *update, const dynox__action *action, const dynox_value *old,
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
