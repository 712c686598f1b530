/* From a record of one model to what it is besides. */
#include "model/record.h"

void *dynox_model_from(const dynox_model *declared, void *record)
{
    dynox_error         error = {0};
    const dynox__block *block = record ? dynox__record_block(record) : NULL;
    const dynox__model *model = record ? dynox__model_of(declared, &error) : NULL;
    dynox_error_clear(&error);
    if (!model || !block || !block->records) return NULL; /* nobody knows what one of the program's own is */
    return dynox__model_is(dynox__record_model(block->model, record), model) ? record : NULL;
}
