/* Paths on items. */
#include "local/evaluate/terms.h"

static const dynox_value *find(const dynox_named_value *members, size_t count, const char *name, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (members[i].name_length == length && memcmp(members[i].name, name, length) == 0) return &members[i].value;
    return NULL;
}

const dynox_value *dynox__member_find(const dynox_value *map, const char *name, size_t length)
{
    return map->type == DYNOX_M ? find(map->as.map, map->length, name, length) : NULL;
}

const dynox_value *dynox__path_find(const dynox__term *path, const dynox_item *item)
{
    const dynox__step *step  = path->steps;
    const dynox_value *value = item ? find(item->attributes, item->count, step->name, step->length) : NULL;
    for (size_t i = 1; value && i < path->step_count; i++) {
        step = &path->steps[i];
        if (!step->is_index)
            value = dynox__member_find(value, step->name, step->length);
        else
            value = value->type == DYNOX_L && step->index < value->length ? &value->as.list[step->index] : NULL;
    }
    return value;
}

bool dynox__terms_names(const dynox__term *term, bool (*each)(void *arg, const char *name, size_t length), void *arg)
{
    if (term->kind == DYNOX__TERM_PATH) return each(arg, term->steps[0].name, term->steps[0].length);
    for (const dynox__term *operand = term->first; operand; operand = operand->next)
        if (!dynox__terms_names(operand, each, arg)) return false;
    return true;
}
