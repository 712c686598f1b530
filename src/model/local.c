/* Records and items without the network: to items, from items, to text. */
#include "model/hooks.h"
#include "model/load.h"
#include <string.h>

/* What a save of a new record would store: templates, the discriminator. */
static dynox_status fill_given(const dynox__model *model, const void *record, dynox_room *room, dynox_value *given,
                               dynox_error *error)
{
    for (size_t i = 0; i < model->shape->count; i++) {
        const dynox__member *member = &model->shape->members[i], *missing;
        given[i]                    = dynox_invalid();
        if (member == model->discriminator)
            given[i] = dynox_string(model->type);
        else if (model->templates[i] &&
                 dynox__key_optional(model, member, record, room, &given[i], &missing, error) != DYNOX_OK)
            return error->status;
    }
    return DYNOX_OK;
}

static dynox_status store(const dynox__model *model, const void *record, dynox_room *room, dynox_item *item,
                          dynox_error *error)
{
    dynox_value *given = dynox__arena_alloc(&room->arena, model->shape->count * sizeof *given);
    if (!given) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (fill_given(model, record, room, given, error) != DYNOX_OK) return error->status;
    return dynox__bind_store(model->shape, record, given, room, item, error);
}

static const dynox__model *model_of(const dynox_model *declared, const void *record, dynox_error *error)
{
    const dynox__model *model = dynox__model_of(declared, error);
    if (model && !record) dynox_error_set(error, DYNOX_E_ARGUMENT, "%s: the record is missing (NULL)", model->name);
    return model && record ? dynox__record_model(model, record) : NULL;
}

dynox_item *dynox_model_to_item(const dynox_model *declared, const void *record, dynox_error *error)
{
    dynox_error         own   = {0};
    const dynox__model *model = model_of(declared, record, &own);
    dynox_room          room  = {0};
    dynox_item          item, *made = NULL;
    if (model && store(model, record, &room, &item, &own) == DYNOX_OK && !(made = dynox_item_copy(&item)))
        dynox_error_set(&own, DYNOX_E_NO_MEMORY, "out of memory");
    dynox__room_free(&room);
    if (error) dynox_error_copy(error, &own);
    dynox_error_clear(&own);
    return made;
}

char *dynox_model_to_text(const dynox_model *declared, const void *record, dynox_error *error)
{
    dynox_item *item = dynox_model_to_item(declared, record, error);
    char       *text = item ? dynox_item_to_text(item, error) : NULL;
    dynox_item_free(item);
    return text;
}

void dynox_model_print(const dynox_model *declared, FILE *to, const void *record)
{
    dynox_error error = {0};
    dynox_item *item  = dynox_model_to_item(declared, record, &error);
    if (item)
        dynox_item_print(to, item);
    else
        fprintf(to, "<%s>\n", error.message);
    dynox_item_free(item);
    dynox_error_clear(&error);
}

void *dynox_model_from_item(const dynox_model *declared, const dynox_item *item, dynox_error *error)
{
    dynox_error         own   = {0};
    const dynox__model *model = dynox__model_of(declared, &own);
    dynox__block       *block = NULL;
    dynox_item         *copy  = NULL;
    if (model && !item) dynox_error_set(&own, DYNOX_E_ARGUMENT, "%s: the item is missing (NULL)", model->name);
    if (model && item && !(copy = dynox_item_copy(item))) dynox_error_set(&own, DYNOX_E_NO_MEMORY, "out of memory");
    if (copy) block = dynox__load_copy(&(dynox__loading){.model = model}, copy, &own);
    if (block) dynox__hooks_loaded(block->records[0]);
    if (error) dynox_error_copy(error, &own);
    dynox_error_clear(&own);
    return block ? block->records[0] : NULL;
}
