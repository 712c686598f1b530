/* Values that come home together. */
#include "client/item/homes.h"
#include "base/alloc.h"

typedef struct home {
    void             *value;
    const dynox_type *type;
} home;

struct dynox__homes {
    size_t count;
    home   at[];
};

dynox__homes *dynox__homes_new(size_t room)
{
    size_t size;
    if (!dynox__mul_size(room, sizeof(home), &size) || !dynox__add_size(size, sizeof(dynox__homes), &size)) return NULL;
    return dynox__calloc(size);
}

void dynox__homes_add(dynox__homes *homes, void *value, const dynox_type *type)
{
    if (value) homes->at[homes->count++] = (home){value, type};
}

void dynox__homes_free(dynox__homes *homes)
{
    for (size_t i = 0; homes && i < homes->count; i++)
        if (homes->at[i].type->destroy) homes->at[i].type->destroy(homes->at[i].value);
    dynox__free(homes);
}

static void destroy(void *value)
{
    dynox__homes_free(value);
}

static void accept(void *value)
{
    dynox__homes *homes = value;
    for (size_t i = 0; i < homes->count; i++)
        if (homes->at[i].type->accept) homes->at[i].type->accept(homes->at[i].value);
}

const dynox_type dynox__type_homes = {
    .name = "what comes home of its parts", .size = sizeof(void *), .destroy = destroy, .accept = accept};
