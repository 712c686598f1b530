/* Indexes as a model declares them, and what can be wrong with that. */
#include "model/model.h"
#include <string.h>

enum { MOST_KEYS = 4 };

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
    if (!member)
        return dynox__model_refuse(model, error, "the index %s has a key %s that is no member", index->name, name);
    if (!member->is_stored || !is_key_kind(member->kind))
        return dynox__model_refuse(model, error, "the index %s has a key %s that cannot be one", index->name, name);
    return true;
}

/* How many there are; SIZE_MAX: there is one behind a gap. */
static size_t count_names(const char *const *names, size_t room)
{
    size_t count = 0;
    while (count < room && names[count])
        count++;
    for (size_t i = count; i < room; i++)
        if (names[i]) return SIZE_MAX;
    return count;
}

static bool check_index_keys(const dynox__model *model, const dynox_model_index *index, const char *const *keys,
                             size_t count, dynox_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!check_index_key(model, index, keys[i], error)) return false;
    return true;
}

static bool check_projection(const dynox__model *model, const dynox_model_index *index, dynox_error *error)
{
    size_t count = count_names(index->projected, sizeof index->projected / sizeof *index->projected);
    if (count == SIZE_MAX)
        return dynox__model_refuse(model, error, "the index %s has a gap in its .projected%s", index->name, "");
    if ((unsigned)index->projection > DYNOX_PROJECT_SOME)
        return dynox__model_refuse(model, error, "the .projection of the index %s has no such value%s", index->name,
                                   "");
    if (count && index->projection != DYNOX_PROJECT_SOME)
        return dynox__model_refuse(model, error, "the index %s has .projected, which is for DYNOX_PROJECT_SOME%s",
                                   index->name, "");
    if (!count && index->projection == DYNOX_PROJECT_SOME)
        return dynox__model_refuse(model, error, "the index %s is DYNOX_PROJECT_SOME and has nothing .projected%s",
                                   index->name, "");
    for (size_t i = 0; i < count; i++) {
        const dynox__member *member =
            dynox__shape_member(model->shape, index->projected[i], strlen(index->projected[i]));
        if (!member)
            return dynox__model_refuse(model, error, "the index %s projects %s, which is no member", index->name,
                                       index->projected[i]);
        if (!member->is_stored)
            return dynox__model_refuse(model, error, "the index %s projects %s, which is not stored", index->name,
                                       index->projected[i]);
    }
    return true;
}

static bool check_index(const dynox__model *model, const dynox_model_index *index, dynox_error *error)
{
    size_t partitions = count_names(index->partition_keys, MOST_KEYS), sorts = count_names(index->sort_keys, MOST_KEYS);
    if (partitions == SIZE_MAX || sorts == SIZE_MAX)
        return dynox__model_refuse(model, error, "the index %s has a gap in its keys%s", index->name, "");
    if (index->local && (partitions || sorts != 1))
        return dynox__model_refuse(model, error,
                                   "the local index %s has the table's partition key and one sort key of its own%s",
                                   index->name, "");
    if (index->local && !model->sort)
        return dynox__model_refuse(model, error, "the local index %s needs a table with a sort key%s", index->name, "");
    if (!index->local && !partitions)
        return dynox__model_refuse(model, error, "the index %s has no partition key%s", index->name, "");
    return check_index_keys(model, index, index->partition_keys, partitions, error) &&
           check_index_keys(model, index, index->sort_keys, sorts, error) && check_projection(model, index, error);
}

bool dynox__model_check_indexes(const dynox__model *model, dynox_error *error)
{
    const dynox_model_index *all = dynox__model_indexes(model);
    for (const dynox_model_index *index = all; index && index->name; index++) {
        if (!check_index(model, index, error)) return false;
        for (const dynox_model_index *other = all; other < index; other++)
            if (strcmp(other->name, index->name) == 0)
                return dynox__model_refuse(model, error, "two indexes are called %s%s", index->name, "");
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
