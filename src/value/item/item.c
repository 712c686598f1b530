/* Items: looking attributes up, and items that are built at run time. */
#include "base/alloc.h"
#include "base/shared.h"
#include "value/item/value.h"
#include <dynox/future.h>
#include <dynox/item.h>

static void destroy_item(void *item)
{
    dynox_item_free(item);
}

const dynox_type dynox_type_item = {.name = "dynox_item *", .size = sizeof(dynox_item *), .destroy = destroy_item};

/* ---- reading ---- */

static const dynox_value *find(const dynox_item *item, const char *name, size_t length)
{
    for (size_t i = 0; item && i < item->count; i++) {
        const dynox_named_value *attribute = &item->attributes[i];
        if (attribute->name_length == length && memcmp(attribute->name, name, length) == 0) return &attribute->value;
    }
    return NULL;
}

const dynox_value *dynox_item_get(const dynox_item *item, const char *name)
{
    return name ? find(item, name, strlen(name)) : NULL;
}

/* Does the name in backquotes that begins at `text` (behind the quote) equal this one? */
static bool quoted_equal(const char *text, const char *name, size_t length)
{
    size_t at = 0;
    for (; *text != '`' || text[1] == '`'; text++, at++) {
        if (at == length || name[at] != *text) return false;
        if (*text == '`') text++;
    }
    return at == length;
}

/* One name of a path: its value, and *path moved behind it. */
static const dynox_value *path_name(const dynox_item *item, const char **path)
{
    const char *start = *path, *end = start;
    if (*start != '`') {
        end += strcspn(start, ".[]`");
        *path = end;
        return end > start ? find(item, start, (size_t)(end - start)) : NULL;
    }
    for (end++; *end != '`' || end[1] == '`'; end++) {
        if (*end == '`') end++;
        if (!*end) return NULL;
    }
    *path = end + 1;
    for (size_t i = 0; i < item->count; i++)
        if (quoted_equal(start + 1, item->attributes[i].name, item->attributes[i].name_length))
            return &item->attributes[i].value;
    return NULL;
}

/* One index of a path, "[2]". */
static const dynox_value *path_index(const dynox_value *list, const char **path)
{
    const char *at    = *path + 1;
    size_t      index = 0;
    if (*at == ']') return NULL;
    for (; *at >= '0' && *at <= '9'; at++)
        if ((index = index * 10 + (size_t)(*at - '0')) > UINT32_MAX) return NULL;
    if (*at != ']' || list->type != DYNOX_L || index >= list->length) return NULL;
    *path = at + 1;
    return &list->as.list[index];
}

const dynox_value *dynox_item_path(const dynox_item *item, const char *path)
{
    if (!item || !path) return NULL;
    const dynox_value *value = path_name(item, &path);
    while (value && *path) {
        if (*path == '[') {
            value = path_index(value, &path);
        } else if (*path == '.') {
            dynox_item map = dynox_value_as_map(value);
            path++;
            value = path_name(&map, &path);
        } else {
            value = NULL;
        }
    }
    return value;
}

/* ---- building ---- */

/* An item that grows. Each attribute is one block, which begins with its name: freeing the name frees it all. */
typedef struct built_item {
    dynox_item         item;
    dynox__shared      shared;
    dynox_named_value *attributes; /* owned; the item's */
    size_t             room;
} built_item;

static void built_destroy(dynox__shared *shared)
{
    built_item *built = DYNOX__CONTAINER(shared, built_item, shared);
    for (size_t i = 0; i < built->item.count; i++)
        dynox__free((void *)built->attributes[i].name);
    dynox__free(built->attributes);
    dynox__free(built);
}

/* NULL: the item was not built here. */
static built_item *built_of(dynox_item *item)
{
    dynox__shared *shared = item ? item->owner_ : NULL;
    return shared && shared->destroy == built_destroy ? DYNOX__CONTAINER(shared, built_item, shared) : NULL;
}

dynox_item *dynox_item_new(void)
{
    built_item *built = dynox__calloc(sizeof *built);
    if (!built) return NULL;
    dynox__shared_init(&built->shared, built_destroy);
    built->item.owner_ = &built->shared;
    return &built->item;
}

/* A block with the name and a copy of the value in it. */
static dynox_status make_attribute(const char *name, uint32_t length, const dynox_value *value, dynox_named_value *made)
{
    size_t       name_size = ((size_t)length + 1 + 7) & ~(size_t)7, size = name_size;
    dynox_status status = dynox__value_measure(value, &size);
    if (status) return status;
    char *block = dynox__malloc(size);
    if (!block) return DYNOX_E_NO_MEMORY;
    memcpy(block, name, length);
    block[length] = 0;
    char *room    = block + name_size;
    *made         = (dynox_named_value){.name = block, .name_length = length};
    made->value   = dynox__value_copy(value, &room);
    return DYNOX_OK;
}

static bool make_room(built_item *built, size_t count)
{
    if (count <= built->room) return true;
    size_t             room       = built->room * 2 > count ? built->room * 2 : count;
    dynox_named_value *attributes = dynox__realloc_array(built->attributes, room, sizeof *attributes);
    if (!attributes) return false;
    built->item.attributes = built->attributes = attributes;
    built->room                                = room;
    return true;
}

dynox_status dynox_item_set(dynox_item *item, const char *name, dynox_value value)
{
    built_item       *built = built_of(item);
    dynox_named_value made, named = dynox_named(name, value);
    if (!built || !name) return DYNOX_E_ARGUMENT;
    const dynox_value *old    = find(item, named.name, named.name_length);
    dynox_status       status = make_attribute(named.name, named.name_length, &named.value, &made);
    if (status) return status;
    if (old) {
        dynox_named_value *place =
            &built->attributes[DYNOX__CONTAINER(old, dynox_named_value, value) - built->attributes];
        dynox__free((void *)place->name);
        *place = made;
        return DYNOX_OK;
    }
    if (!make_room(built, item->count < 8 ? 8 : item->count + 1)) {
        dynox__free((void *)made.name);
        return DYNOX_E_NO_MEMORY;
    }
    built->attributes[item->count++] = made;
    return DYNOX_OK;
}

bool dynox_item_remove(dynox_item *item, const char *name)
{
    built_item        *built = built_of(item);
    const dynox_value *old   = built ? dynox_item_get(item, name) : NULL;
    if (!old) return false;
    dynox_named_value *place = &built->attributes[DYNOX__CONTAINER(old, dynox_named_value, value) - built->attributes];
    dynox__free((void *)place->name);
    size_t behind = (size_t)(built->attributes + --item->count - place);
    memmove(place, place + 1, behind * sizeof *place);
    return true;
}

dynox_item *dynox_item_copy(const dynox_item *item)
{
    dynox_item *copy  = item ? dynox_item_new() : NULL;
    built_item *built = built_of(copy);
    if (!built || !make_room(built, item->count ? item->count : 1)) goto fail;
    for (; copy->count < item->count; copy->count++) {
        const dynox_named_value *from = &item->attributes[copy->count];
        if (make_attribute(from->name, from->name_length, &from->value, &built->attributes[copy->count])) goto fail;
    }
    return copy;
fail:
    dynox_item_free(copy);
    return NULL;
}

void dynox_item_free(dynox_item *item)
{
    if (item) dynox__shared_release(item->owner_);
}
