/* What a table is made of, from the models that share it. */
#include "model/table_plan.h"
#include <stdio.h>
#include <string.h>

static dynox_value_type type_of(const dynox__member *member)
{
    switch (member->kind) {
    case DYNOX_KIND_INT_:
    case DYNOX_KIND_DOUBLE_:
    case DYNOX_KIND_NUMBER_:
    case DYNOX_KIND_EPOCH_: return DYNOX_N;
    case DYNOX_KIND_BLOB_: return DYNOX_B;
    case DYNOX_KIND_ENUM_: {
        const dynox_enum_name *names = member->attribute->inner_;
        return member->attribute->inner_count_ && !names[0].name ? DYNOX_N : DYNOX_S;
    }
    default: return DYNOX_S;
    }
}

static dynox_key_attribute key_of(const dynox__member *member)
{
    return member ? (dynox_key_attribute){member->name, type_of(member)} : (dynox_key_attribute){0};
}

static const dynox__member *member_named(const dynox__model *model, const char *name)
{
    return name ? dynox__shape_member(model->shape, name, strlen(name)) : NULL;
}

/* ---- agreement ---- */

static bool same_key(dynox_key_attribute a, dynox_key_attribute b)
{
    if (!a.name || !b.name) return a.name == b.name;
    return a.type == b.type && strcmp(a.name, b.name) == 0;
}

static const char *type_name(dynox_key_attribute key)
{
    return key.type == DYNOX_N ? " (N)" : key.type == DYNOX_B ? " (B)" : " (S)";
}

static void say_key(dynox_key_attribute key, bool with_type, char text[300])
{
    if (key.name)
        snprintf(text, 300, "\"%.255s\"%s", key.name, with_type ? type_name(key) : "");
    else
        snprintf(text, 300, "none");
}

static bool agree_on_key(const dynox__table_plan *self, const dynox__model *other, const char *what,
                         const dynox__member *a, const dynox__member *b, dynox_error *error)
{
    char first[300], second[300];
    bool same_name = a && b && strcmp(a->name, b->name) == 0;
    if (same_key(key_of(a), key_of(b))) return true;
    say_key(key_of(a), same_name, first);
    say_key(key_of(b), same_name, second);
    dynox_error_set(error, DYNOX_E_ARGUMENT, "models %s and %s disagree about the %s of table %s: %s and %s",
                    self->first->name, other->name, what, self->table, first, second);
    return false;
}

static bool same_keys(const dynox_index *a, const dynox_index *b)
{
    bool same = same_key(a->partition_key, b->partition_key) && same_key(a->sort_key, b->sort_key) &&
                a->projection == b->projection && a->projected_count == b->projected_count;
    for (size_t i = 0; same && i < 3; i++)
        same = same_key(a->more_partition_keys[i], b->more_partition_keys[i]) &&
               same_key(a->more_sort_keys[i], b->more_sort_keys[i]);
    for (size_t i = 0; same && i < a->projected_count; i++)
        same = strcmp(a->projected[i], b->projected[i]) == 0;
    return same;
}

/* ---- indexes ---- */

static bool project(dynox__table_plan *self, const dynox__model *model, const dynox_model_index *from, dynox_index *to,
                    dynox_error *error)
{
    size_t       count = 0, most = sizeof from->projected / sizeof *from->projected;
    const char **names = dynox__arena_alloc(&self->room.arena, most * sizeof *names);
    if (!names) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return false;
    }
    for (; count < most && from->projected[count]; count++)
        names[count] = member_named(model, from->projected[count])->name;
    to->projection      = from->projection;
    to->projected       = names;
    to->projected_count = count;
    return true;
}

static bool make_index(dynox__table_plan *self, const dynox__model *model, const dynox_model_index *from,
                       dynox_index *to, dynox_error *error)
{
    *to               = (dynox_index){.name = from->name};
    to->partition_key = from->local ? (dynox_key_attribute){0} : key_of(member_named(model, from->partition_keys[0]));
    to->sort_key      = key_of(member_named(model, from->sort_keys[0]));
    for (size_t i = 0; i < 3; i++) {
        to->more_partition_keys[i] = key_of(member_named(model, from->partition_keys[i + 1]));
        to->more_sort_keys[i]      = key_of(member_named(model, from->sort_keys[i + 1]));
    }
    return project(self, model, from, to, error);
}

static bool add_index(dynox__table_plan *self, const dynox__model *model, const dynox_model_index *from,
                      dynox_error *error)
{
    dynox_index index;
    if (!make_index(self, model, from, &index, error)) return false;
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->indexes[i].name, index.name) != 0) continue;
        if (self->declared[i]->local == from->local && same_keys(&self->indexes[i], &index)) return true;
        dynox_error_set(error, DYNOX_E_ARGUMENT, "models %s and %s disagree about the index %s of table %s",
                        self->owners[i]->name, model->name, index.name, self->table);
        return false;
    }
    if (self->count == DYNOX__MOST_INDEXES) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "table %s: more than %d indexes", self->table, DYNOX__MOST_INDEXES);
        return false;
    }
    self->indexes[self->count]  = index;
    self->declared[self->count] = from;
    self->owners[self->count++] = model;
    return true;
}

static bool add_model(dynox__table_plan *self, const dynox__model *model, dynox_error *error)
{
    if (!agree_on_key(self, model, "partition key", self->first->partition, model->partition, error) ||
        !agree_on_key(self, model, "sort key", self->first->sort, model->sort, error))
        return false;
    for (const dynox_model_index *index = dynox__model_indexes(model); index && index->name; index++)
        if (!add_index(self, model, index, error)) return false;
    return true;
}

/* The array is handed over in two pieces: the global ones are the first. */
static void sort_indexes(dynox__table_plan *self)
{
    for (size_t i = 0; i < self->count; i++) {
        if (self->declared[i]->local) continue;
        dynox_index              index    = self->indexes[i];
        const dynox_model_index *declared = self->declared[i];
        const dynox__model      *owner    = self->owners[i];
        self->indexes[i]                  = self->indexes[self->globals];
        self->declared[i]                 = self->declared[self->globals];
        self->owners[i]                   = self->owners[self->globals];
        self->indexes[self->globals]      = index;
        self->declared[self->globals]     = declared;
        self->owners[self->globals++]     = owner;
    }
}

/* Is it of this table? */
static bool check_table(dynox__table_plan *self, const dynox__model *model, const char *given, dynox_error *error)
{
    const char *table = given ? given : model->table;
    if (!self->table) {
        self->table = table;
        self->first = model;
    }
    if (!table)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "model %s: it has no .table, nor has this create_table", model->name);
    else if (strcmp(table, self->table) != 0)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "models %s and %s are of different tables: %s and %s",
                        self->first->name, model->name, self->table, table);
    else
        return true;
    return false;
}

bool dynox__table_plan_add(dynox__table_plan *self, dynox_models models, const char *given, dynox_error *error)
{
    for (size_t i = 0; i < models.count; i++) {
        const dynox__model *model = dynox__model_of(models.at[i], error);
        if (!model || !check_table(self, model, given, error) || !add_model(self, model, error)) return false;
    }
    self->partition_key = key_of(self->first->partition);
    self->sort_key      = key_of(self->first->sort);
    sort_indexes(self);
    return true;
}

void dynox__table_plan_free(dynox__table_plan *self)
{
    dynox__room_free(&self->room);
}
