/* Making models, and what can be wrong with a declaration. */
#include "model/model.h"
#include "value/item/item_size.h"
#include <stdio.h>
#include <string.h>

enum { MOST_GENERATIONS = 16 };

bool dynox__model_refuse(const dynox__model *model, dynox_error *error, const char *format, const char *a,
                         const char *b)
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
    if (*role) return dynox__model_refuse(model, error, "two %s: %s", what, member->attribute->member_);
    *role = member;
    return true;
}

static bool find_role(dynox__model *model, const dynox__member *member, dynox_error *error)
{
    switch ((dynox_attribute_role)member->role) {
    case DYNOX_ROLE_PARTITION_KEY_: return set_role(model, member, &model->partition, "partition keys", error);
    case DYNOX_ROLE_SORT_KEY_: return set_role(model, member, &model->sort, "sort keys", error);
    case DYNOX_ROLE_VERSION_: return set_role(model, member, &model->version, "versions", error);
    case DYNOX_ROLE_WRITE_ID_: return set_role(model, member, &model->write_id, "write ids", error);
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
    if (model->write_id && !model->version)
        return dynox__model_refuse(model, error, "%s is a write id, and there is no DYNOX_VERSION%s",
                                   model->write_id->attribute->member_, "");
    return model->partition || dynox__model_refuse(model, error, "%s%s", "it has no partition key", "");
}

/* A child's struct is only known to begin with another one. */
static bool check_record(const dynox__model *model, dynox_error *error)
{
    for (size_t i = 0; i < model->shape->count; i++)
        if (model->shape->members[i].offset < sizeof(dynox_record))
            return dynox__model_refuse(model, error, "%s%s", "DYNOX_RECORD; must be the first member of its struct",
                                       "");
    return true;
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

/* Has this one all members of the parent, at their places? Not by the address of the parent's attributes: a table in a
 * header is another one in each file. */
static bool begins_with(const dynox__shape *child, const dynox__shape *parent)
{
    for (size_t i = 0; i < parent->count; i++) {
        const dynox__member *theirs = &parent->members[i];
        const char          *name   = theirs->attribute->member_;
        const dynox__member *own    = dynox__shape_member(child, name, strlen(name));
        if (!own || own->offset != theirs->offset || own->kind != theirs->kind || own->role != theirs->role ||
            strcmp(own->name, theirs->name) != 0)
            return false;
    }
    return true;
}

/* The same by DYNOX_BASE alone: of models that nothing else ties together. */
static bool has_base(const dynox_model *child, const dynox_model *parent)
{
    const dynox_attribute *attribute = child->shape.attributes;
    size_t                 count     = child->shape.count;
    for (int depth = 0; depth < MOST_GENERATIONS && count && attribute->kind_ == DYNOX_KIND_BASE_; depth++) {
        if (attribute->inner_ == parent->shape.attributes) return true;
        count     = attribute->inner_count_;
        attribute = attribute->inner_;
    }
    return false;
}

static const char *type_of(const dynox_model *declared)
{
    return declared->options->type ? declared->options->type : declared->shape.name;
}

static bool check_child(const dynox__model *model, const dynox_model *child, dynox_error *error)
{
    const dynox__shape *shape = child == model->declared ? NULL : dynox__shape_of(&child->shape, error);
    if (child == model->declared) return dynox__model_refuse(model, error, "%s%s", "it is its own child", "");
    if (!shape) return false;
    if (!begins_with(shape, model->shape))
        return dynox__model_refuse(model, error, "its child %s does not begin with DYNOX_BASE(%s", shape->name,
                                   shape->name);
    if (strcmp(type_of(child), model->type) == 0)
        return dynox__model_refuse(model, error, "its child %s has its type, \"%s\"", shape->name, model->type);
    return true;
}

static bool check_children(const dynox__model *model, dynox_error *error)
{
    const dynox_model *const *first = model->declared->options->children, *const * child, *const * other;
    if (first && *first && !model->discriminator)
        return dynox__model_refuse(model, error, "%s%s",
                                   "it has children and no DYNOX_DISCRIMINATOR to tell them apart", "");
    for (child = first; child && *child; child++) {
        if (!check_child(model, *child, error)) return false;
        for (other = first; other < child; other++)
            if (strcmp(type_of(*other), type_of(*child)) == 0)
                return dynox__model_refuse(model, error, "its children %s and %s have the same type",
                                           (*other)->shape.name, (*child)->shape.name);
    }
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
    if (depth >= MOST_GENERATIONS)
        return dynox__model_refuse(model, error, "%s%s", "it descends from too many models", "");
    model->parent = model_within(options->parent, depth + 1, error);
    if (!model->parent) return false;
    if (!begins_with(model->shape, model->parent->shape))
        return dynox__model_refuse(model, error, "its .parent is %s, and its first member is not DYNOX_BASE of that%s",
                                   model->parent->name, "");
    if (!model->table) model->table = model->parent->table;
    if (!options->max_size) model->max_size = model->parent->max_size;
    model->consistent_read = model->consistent_read || model->parent->consistent_read;
    model->skip_hooks      = model->skip_hooks || model->parent->skip_hooks;
    return true;
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
    model->type     = type_of(declared);
    model->get =
        (dynox__operation){.name = "GetItem", .is_read = true, .type = declared->type, .decode = dynox__get_decode};
    if (check_record(model, error) && find_roles(model, error) && make_templates(model, error) &&
        check_children(model, error) && inherit(model, depth, error) && dynox__model_check_indexes(model, error))
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
    if (declared && declared->options && declared->made_) return model_within(declared, 0, error);
    dynox_error_set(error, DYNOX_E_ARGUMENT, "the model is missing (NULL)");
    return NULL;
}

static const dynox__model *model_for(const dynox__model *model, const char *type, int depth, dynox_error *error)
{
    const dynox_model *const *child = model->declared->options->children;
    for (; type && child && *child && depth < MOST_GENERATIONS; child++) {
        const dynox__model *made = dynox__model_of(*child, error);
        if (!made) return NULL;
        if (strcmp(made->type, type) == 0) return made;
        const dynox__model *deeper = model_for(made, type, depth + 1, error);
        if (deeper != made) return deeper; /* also NULL */
    }
    return model;
}

const dynox__model *dynox__model_for(const dynox__model *model, const char *type, dynox_error *error)
{
    return model_for(model, type, 0, error);
}

/* Is it among the descendants that the ancestor names? */
static bool is_listed(const dynox_model *model, const dynox_model *ancestor, int depth)
{
    for (const dynox_model *const *child = ancestor->options->children; child && *child; child++)
        if (*child == model || (depth < MOST_GENERATIONS && is_listed(model, *child, depth + 1))) return true;
    return false;
}

bool dynox__model_is(const dynox__model *model, const dynox__model *ancestor)
{
    const dynox__model *one = model;
    while (one != ancestor && one->parent)
        one = one->parent;
    if (one == ancestor) return true;
    return is_listed(model->declared, ancestor->declared, 0) || has_base(model->declared, ancestor->declared);
}
