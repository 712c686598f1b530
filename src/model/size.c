/* How large the item of a record is, as the service counts. */
#include "model/model.h"
#include "value/item/item_size.h"

dynox_status dynox_model_size(const dynox_model *declared, const void *record, dynox_item_size *size,
                              dynox_error *error)
{
    dynox_error         own   = {0};
    const dynox__model *model = dynox__model_of(declared, &own);
    dynox_item         *item  = model && size ? dynox_model_to_item(declared, record, &own) : NULL;
    if (!size) dynox_error_set(&own, DYNOX_E_ARGUMENT, "the place for the size is missing (NULL)");
    if (item) {
        size->bytes = dynox__item_size(item);
        size->limit = model->max_size;
        size->count = item->count;
        for (size_t i = 0; i < item->count && i < size->room; i++) {
            const dynox_item     one = {&item->attributes[i], 1, NULL};
            const dynox__member *member =
                dynox__shape_stored(model->shape, item->attributes[i].name, item->attributes[i].name_length);
            /* the item's names go with it; the model's stay */
            size->parts[i] = (dynox_attribute_size){member ? member->name : NULL, dynox__item_size(&one)};
        }
    }
    dynox_item_free(item);
    dynox_status status = own.status;
    if (error) dynox_error_copy(error, &own);
    dynox_error_clear(&own);
    return status;
}
