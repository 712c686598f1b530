/* Making models, and what can be wrong with a declaration. */
#include "model/model.h"
#include "value/item/item_size.h"
#include <stdio.h>
#include <string.h>

enum { MOST_KEYS = 4, MOST_GENERATIONS = 16 };

static bool refuse(const dynox__model *model, dynox_error *error, const char *format, const char *a, const char *b)
{
    char words[200];
    snprintf(words, sizeof words, format, a, b);
    dynox_error_set(error, DYNOX_E_ARGUMENT, "model %s: %s", model->name, words);
    return false;
}

/* ---- roles ---- */

static bool set_role(dynox__model *model, const dynox__member *member, const dynox__member **role, const char *what,
                     dynox_error *error)
{
    if (*role) return refuse(model, error, "two %s: %s", what, member->attribute->member_);
    *role = member;
    return true;
}

static bool find_role(dynox__model *model, const dynox__member *member, dynox_error *error)
{
    switch ((dynox_attribute_role)member->role) {
    case DYNOX_ROLE_PARTITION_KEY_: return set_role(model, member, &model->partition, "partition keys", error);
    case DYNOX_ROLE_SORT_KEY_: return set_role(model, member, &model->sort, "sort keys", error);
    case DYNOX_ROLE_VERSION_: return set_role(model, member, &model->version, "versions", error);
    case DYNOX_ROLE_TTL_: return set_role(model, member, &model->ttl, "TTLs", error);
    case DYNOX_ROLE_TYPE_: return set_role(model, member, &model->discriminator, "discriminators", error);
    case DYNOX_ROLE_NONE_:
    case DYNOX_ROLE_KEY_PART_: return true;
    }
    return true;
}

static bool find_roles(dynox__model *model, dynox_error *error)
{
    for (size_t i = 0; i < model->shape->count; i++)
        if (!find_role(model, &model->shape->members[i], error)) return false;
    return model->partition || refuse(model, error, "%s%s", "it has no partition key", "");
}

static bool make_templates(dynox__model *model, dynox_error *error)
{
    model->templates = dynox__calloc((model->shape->count + 1) * sizeof *model->templates);
    if (!model->templates) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return false;
    }
    for (size_t i = 0; i < model->shape->count; i++) {
        const dynox__member *member = &model->shape->members[i];
        if (!member->attribute->template_) continue;
        model->templates[i]  = dynox__template_new(model, member, error);
        model->has_templates = true;
        if (!model->templates[i]) return false;
    }
    return true;
}

/* ---- the hierarchy ---- */

static bool begins_with(const dynox_shape *child, const dynox_shape *parent)
{
    const dynox_attribute *attribute = child->attributes;
    for (int depth = 0; depth < MOST_GENERATIONS && attribute->kind_ == DYNOX_KIND_BASE_; depth++) {
        if (attribute->inner_ == parent->attributes) return true;
        attribute = attribute->inner_;
    }
    return false;
}

static bool check_children(const dynox__model *model, dynox_error *error)
{
    const dynox_model *const *child = model->declared->options->children;
    if (child && *child && !model->discriminator)
        return refuse(model, error, "%s%s", "it has children and no DYNOX_DISCRIMINATOR to tell them apart", "");
    for (; child && *child; child++)
        if (!begins_with(&(*child)->shape, &model->declared->shape))
            return refuse(model, error, "its child %s does not begin with DYNOX_BASE(%s", (*child)->shape.name,
                          (*child)->shape.name);
    return true;
}

static const dynox__model *model_within(const dynox_model *declared, int depth, dynox_error *error);

static bool inherit(dynox__model *model, int depth, dynox_error *error)
{
    const dynox_model_options *options = model->declared->options;
    model->table                       = options->table;
    model->consistent_read             = options->consistent_read;
    model->skip_hooks                  = options->skip_hooks;
    model->max_size                    = options->max_size ? options->max_size : DYNOX__LARGEST_ITEM;
    if (!options->parent) return true;
    if (!begins_with(&model->declared->shape, &options->parent->shape))
        return refuse(model, error, "its .parent is %s, and its first member is not DYNOX_BASE of that%s",
                      options->parent->shape.name, "");
    if (depth >= MOST_GENERATIONS) return refuse(model, error, "%s%s", "it descends from too many models", "");
    model->parent = model_within(options->parent, depth + 1, error);
    if (!model->parent) return false;
    if (!model->table) model->table = model->parent->table;
    if (!options->max_size) model->max_size = model->parent->max_size;
    model->consistent_read = model->consistent_read || model->parent->consistent_read;
    model->skip_hooks      = model->skip_hooks || model->parent->skip_hooks;
    return true;
}

/* ---- indexes ---- */

static bool is_key_kind(uint8_t kind)
{
    return kind == DYNOX_KIND_STRING_ || kind == DYNOX_KIND_CHARS_ || kind == DYNOX_KIND_INT_ ||
           kind == DYNOX_KIND_DOUBLE_ || kind == DYNOX_KIND_NUMBER_ || kind == DYNOX_KIND_BLOB_ ||
           kind == DYNOX_KIND_DATETIME_ || kind == DYNOX_KIND_EPOCH_ || kind == DYNOX_KIND_ENUM_;
}

static bool check_index_key(const dynox__model *model, const dynox_model_index *index, const char *name,
                            dynox_error *error)
{
    const dynox__member *member = dynox__shape_member(model->shape, name, strlen(name));
    if (!member) return refuse(model, error, "the index %s has a key %s that is no member", index->name, name);
    if (!member->is_stored || !is_key_kind(member->kind))
        return refuse(model, error, "the index %s has a key %s that cannot be one", index->name, name);
    return true;
}

static size_t count_keys(const char *const keys[MOST_KEYS])
{
    size_t count = 0;
    while (count < MOST_KEYS && keys[count])
        count++;
    return count;
}

static bool check_index(const dynox__model *model, const dynox_model_index *index, dynox_error *error)
{
    size_t partitions = count_keys(index->partition_keys), sorts = count_keys(index->sort_keys);
    if (index->local && (partitions || sorts != 1))
        return refuse(model, error, "the local index %s has the table's partition key and one sort key of its own%s",
                      index->name, "");
    if (!index->local && !partitions)
        return refuse(model, error, "the index %s has no partition key%s", index->name, "");
    for (size_t i = 0; i < partitions; i++)
        if (!check_index_key(model, index, index->partition_keys[i], error)) return false;
    for (size_t i = 0; i < sorts; i++)
        if (!check_index_key(model, index, index->sort_keys[i], error)) return false;
    for (size_t i = 0; i < sizeof index->projected / sizeof *index->projected && index->projected[i]; i++)
        if (!dynox__shape_member(model->shape, index->projected[i], strlen(index->projected[i])))
            return refuse(model, error, "the index %s projects %s, which is no member", index->name,
                          index->projected[i]);
    return true;
}

static bool check_indexes(const dynox__model *model, dynox_error *error)
{
    const dynox_model_index *all = dynox__model_indexes(model);
    for (const dynox_model_index *index = all; index && index->name; index++) {
        if (!check_index(model, index, error)) return false;
        for (const dynox_model_index *other = all; other < index; other++)
            if (strcmp(other->name, index->name) == 0)
                return refuse(model, error, "two indexes are called %s%s", index->name, "");
    }
    return true;
}

const dynox_model_index *dynox__model_indexes(const dynox__model *model)
{
    for (; model; model = model->parent)
        if (model->declared->options->indexes) return model->declared->options->indexes;
    return NULL;
}

const dynox_model_index *dynox__model_index(const dynox__model *model, const char *name)
{
    for (const dynox_model_index *index = dynox__model_indexes(model); index && index->name; index++)
        if (strcmp(index->name, name) == 0) return index;
    return NULL;
}

void dynox__model_refuse_index(const dynox__model *model, const char *name, dynox_error *error)
{
    dynox_error_set(error, DYNOX_E_ARGUMENT, "model %s has no index \"%s\"", model->name, name);
}

/* ---- models ---- */

static void model_free(dynox__model *model)
{
    for (size_t i = 0; model->templates && i < model->shape->count; i++)
        if (model->templates[i]) dynox__template_free(model->templates[i]);
    dynox__free((void *)(uintptr_t)model->templates);
    dynox__free(model);
}

static dynox__model *model_make(const dynox_model *declared, int depth, dynox_error *error)
{
    const dynox__shape *shape = dynox__shape_of(&declared->shape, error);
    dynox__model       *model = shape ? dynox__calloc(sizeof *model) : NULL;
    if (!shape) return NULL;
    if (!model) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    model->declared = declared;
    model->shape    = shape;
    model->name     = declared->shape.name;
    model->type     = declared->options->type ? declared->options->type : model->name;
    model->get =
        (dynox__operation){.name = "GetItem", .is_read = true, .type = declared->type, .decode = dynox__get_decode};
    if (find_roles(model, error) && make_templates(model, error) && check_children(model, error) &&
        inherit(model, depth, error) && check_indexes(model, error))
        return model;
    model_free(model);
    return NULL;
}

/* Two threads may make it at the same time: one of them was first. */
static const dynox__model *model_within(const dynox_model *declared, int depth, dynox_error *error)
{
    dynox_error   ignored = {0};
    dynox__model *known   = __atomic_load_n(declared->made_, __ATOMIC_ACQUIRE);
    if (known) return known;
    dynox__model *made = model_make(declared, depth, error ? error : &ignored);
    dynox_error_clear(&ignored);
    if (!made) return NULL;
    if (__atomic_compare_exchange_n(declared->made_, &known, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return made;
    model_free(made);
    return known;
}

const dynox__model *dynox__model_of(const dynox_model *declared, dynox_error *error)
{
    return model_within(declared, 0, error);
}

const dynox__model *dynox__model_for(const dynox__model *model, const char *type, dynox_error *error)
{
    const dynox_model *const *child = model->declared->options->children;
    for (; type && child && *child; child++) {
        const dynox__model *made = dynox__model_of(*child, error);
        if (!made) return NULL;
        if (strcmp(made->type, type) == 0) return made;
        const dynox__model *deeper = dynox__model_for(made, type, error);
        if (deeper != made) return deeper; /* also NULL */
    }
    return model;
}

bool dynox__model_is(const dynox__model *model, const dynox__model *ancestor)
{
    return model == ancestor || begins_with(&model->declared->shape, &ancestor->declared->shape);
}
