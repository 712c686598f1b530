/* How large the item of a record is, as the service counts. */
#include "model/record.h"
#include "value/item/item_size.h"

/* A name that outlives the item: the model's, or that of an unknown attribute of the record. */
static const char *lasting_name(const dynox__model *model, const void *record, const dynox_named_value *attribute)
{
    const dynox__member *member = dynox__shape_stored(model->shape, attribute->name, attribute->name_length);
    if (member) return member->name;
    const dynox__member *extra = model->shape->extra;
    dynox_item           unknown;
    if (!extra) return NULL;
    memcpy(&unknown, (const char *)record + extra->offset, sizeof unknown);
    for (size_t i = 0; i < unknown.count; i++)
        if (unknown.attributes[i].name_length == attribute->name_length &&
            memcmp(unknown.attributes[i].name, attribute->name, attribute->name_length) == 0)
            return unknown.attributes[i].name;
    return NULL;
}

static void measure(const dynox__model *model, const void *record, const dynox_item *item, dynox_item_size *size)
{
    size->bytes = dynox__item_size(item);
    size->limit = model->max_size;
    size->count = item->count;
    for (size_t i = 0; size->parts && i < item->count && i < size->room; i++) {
        const dynox_item one = {&item->attributes[i], 1, NULL};
        size->parts[i] =
            (dynox_attribute_size){lasting_name(model, record, &item->attributes[i]), dynox__item_size(&one)};
    }
}

dynox_status dynox_model_size(const dynox_model *declared, const void *record, dynox_item_size *size,
                              dynox_error *error)
{
    dynox_error         own   = {0};
    const dynox__model *model = dynox__model_of(declared, &own);
    if (model && !record) dynox_error_set(&own, DYNOX_E_ARGUMENT, "%s: the record is missing (NULL)", model->name);
    if (model && !size) dynox_error_set(&own, DYNOX_E_ARGUMENT, "the place for the size is missing (NULL)");
    if (model && record && size) {
        dynox_item *item = dynox_model_to_item(declared, record, &own);
        if (item) measure(dynox__record_model(model, record), record, item, size);
        dynox_item_free(item);
    }
    dynox_status status = own.status;
    if (error) dynox_error_copy(error, &own);
    dynox_error_clear(&own);
    return status;
}
