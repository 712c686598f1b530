/* Tables of models: keys and indexes as one model, or several together, declare them. */
#include "model/with.h"
#include <dynox/wait.h>
#include <stdio.h>
#include <string.h>

enum { MOST_INDEXES = 20 + 5, MOST_PROJECTED = 100 }; /* global and local ones of a table (Developer Guide, quotas) */

/* A table in the making, and which model said what. */
typedef struct plan {
    const char              *table;
    const dynox__model      *first;
    dynox_index              indexes[MOST_INDEXES];
    const dynox_model_index *declared[MOST_INDEXES];
    const dynox__model      *owners[MOST_INDEXES];
    size_t                   count;
    dynox_room               room;
    dynox_error             *error;
} plan;

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
    return key.type == DYNOX_N ? " (N)" : key.type == DYNOX_B ? " (B)" : "";
}

static void say_key(dynox_key_attribute key, bool with_type, char text[300])
{
    if (key.name)
        snprintf(text, 300, "\"%.255s\"%s", key.name, with_type ? type_name(key) : "");
    else
        snprintf(text, 300, "none");
}

static bool agree_on_key(const plan *self, const dynox__model *other, const char *what, const dynox__member *a,
                         const dynox__member *b)
{
    char first[300], second[300];
    bool same_name = a && b && strcmp(a->name, b->name) == 0;
    if (same_key(key_of(a), key_of(b))) return true;
    say_key(key_of(a), same_name, first);
    say_key(key_of(b), same_name, second);
    dynox_error_set(self->error, DYNOX_E_ARGUMENT, "models %s and %s disagree about the %s of table %s: %s and %s",
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

static bool project(plan *self, const dynox__model *model, const dynox_model_index *from, dynox_index *to)
{
    size_t       count = 0, most = sizeof from->projected / sizeof *from->projected;
    const char **names = dynox__arena_alloc(&self->room.arena, most * sizeof *names);
    if (!names) {
        dynox_error_set(self->error, DYNOX_E_NO_MEMORY, "out of memory");
        return false;
    }
    for (; count < most && from->projected[count]; count++)
        names[count] = member_named(model, from->projected[count])->name;
    to->projection      = from->projection;
    to->projected       = names;
    to->projected_count = count;
    return true;
}

static bool make_index(plan *self, const dynox__model *model, const dynox_model_index *from, dynox_index *to)
{
    *to               = (dynox_index){.name = from->name};
    to->partition_key = from->local ? (dynox_key_attribute){0} : key_of(member_named(model, from->partition_keys[0]));
    to->sort_key      = key_of(member_named(model, from->sort_keys[0]));
    for (size_t i = 0; i < 3; i++) {
        to->more_partition_keys[i] = key_of(member_named(model, from->partition_keys[i + 1]));
        to->more_sort_keys[i]      = key_of(member_named(model, from->sort_keys[i + 1]));
    }
    return project(self, model, from, to);
}

static bool add_index(plan *self, const dynox__model *model, const dynox_model_index *from)
{
    dynox_index index;
    if (!make_index(self, model, from, &index)) return false;
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->indexes[i].name, index.name) != 0) continue;
        if (self->declared[i]->local == from->local && same_keys(&self->indexes[i], &index)) return true;
        dynox_error_set(self->error, DYNOX_E_ARGUMENT, "models %s and %s disagree about the index %s of table %s",
                        self->owners[i]->name, model->name, index.name, self->table);
        return false;
    }
    if (self->count == MOST_INDEXES) {
        dynox_error_set(self->error, DYNOX_E_ARGUMENT, "table %s: more than %d indexes", self->table, MOST_INDEXES);
        return false;
    }
    self->indexes[self->count]  = index;
    self->declared[self->count] = from;
    self->owners[self->count++] = model;
    return true;
}

static bool add_model(plan *self, const dynox__model *model)
{
    if (!agree_on_key(self, model, "partition key", self->first->partition, model->partition) ||
        !agree_on_key(self, model, "sort key", self->first->sort, model->sort))
        return false;
    for (const dynox_model_index *index = dynox__model_indexes(model); index && index->name; index++)
        if (!add_index(self, model, index)) return false;
    return true;
}

/* ---- creating ---- */

/* The global ones first, as the array is handed over in two pieces. */
static size_t sort_indexes(plan *self)
{
    size_t globals = 0;
    for (size_t i = 0; i < self->count; i++) {
        if (self->declared[i]->local) continue;
        dynox_index              index    = self->indexes[i];
        const dynox_model_index *declared = self->declared[i];
        self->indexes[i]                  = self->indexes[globals];
        self->declared[i]                 = self->declared[globals];
        self->indexes[globals]            = index;
        self->declared[globals++]         = declared;
    }
    return globals;
}

typedef struct creation {
    dynox_client *client; /* a reference */
    char         *table;
    bool          gone; /* it is waited for to be deleted */
} creation;

static void creation_free(creation *self)
{
    dynox__client_release(self->client);
    dynox__free(self->table);
    dynox__free(self);
}

static dynox_outcome begun(dynox_future *future, void *arg)
{
    creation     *self = arg;
    dynox_future *wait = dynox_wait_with(
        self->client, &(dynox_wait_args){.size     = sizeof(dynox_wait_args),
                                         .resource = self->table,
                                         .poll_ms  = 100,
                                         .until    = self->gone ? DYNOX_UNTIL_TABLE_GONE : DYNOX_UNTIL_TABLE_ACTIVE});
    (void)future;
    creation_free(self);
    return dynox_continue(wait);
}

static dynox_outcome not_begun(dynox_future *future, void *arg)
{
    (void)future;
    creation_free(arg);
    return dynox_pass();
}

static dynox_future *then_wait(dynox_future *begin, const dynox__typed_call *call, const char *table, bool gone)
{
    creation *self = dynox__calloc(sizeof *self);
    if (self) {
        self->client = dynox__client_acquire(call->client);
        self->table  = dynox__strdup(table);
        self->gone   = gone;
    }
    if (!self || !self->table) {
        if (self) creation_free(self);
        dynox_future_release(begin); /* it happens all the same */
        return dynox__future_failed(DYNOX_E_NO_MEMORY);
    }
    return dynox_then(begin, begun, self, .on_error = not_begun, .on = dynox_executor_inline());
}

static dynox_future *create(const dynox__typed_call *call, plan *self)
{
    size_t globals = sort_indexes(self);
    return then_wait(dynox_create_table_with(
                         call->client, &(dynox_create_table_args){.size               = sizeof(dynox_create_table_args),
                                                                  .table              = self->table,
                                                                  .partition_key      = key_of(self->first->partition),
                                                                  .sort_key           = key_of(self->first->sort),
                                                                  .global_indexes     = self->indexes,
                                                                  .global_index_count = globals,
                                                                  .local_indexes      = self->indexes + globals,
                                                                  .local_index_count  = self->count - globals,
                                                                  .max_attempts       = call->with.max_attempts,
                                                                  .attempt_timeout_ms = call->with.attempt_timeout_ms,
                                                                  .deadline_ms        = call->with.deadline_ms,
                                                                  .correlation_id     = call->with.correlation_id,
                                                                  .traceparent        = call->with.traceparent}),
                     call, self->table, false);
}

static const char *table_of(const dynox__typed_call *call, const dynox__model *model)
{
    return call->with.table ? call->with.table : model->table;
}

/* The models but the first, which the call is of. */
static bool add_models(plan *self, const dynox__typed_call *call, dynox_models models)
{
    for (size_t i = 0; i < models.count; i++) {
        const dynox__model *model = models.at[i] ? dynox__model_of(models.at[i], self->error) : NULL;
        if (!model && self->error->status == DYNOX_OK)
            dynox_error_set(self->error, DYNOX_E_ARGUMENT, "model %zu is missing (NULL)", i + 1);
        if (!model) return false;
        const char *table = table_of(call, model);
        if (table && strcmp(table, self->table) != 0) {
            dynox_error_set(self->error, DYNOX_E_ARGUMENT, "models %s and %s are of different tables: %s and %s",
                            self->first->name, model->name, self->table, table);
            return false;
        }
        if (!add_model(self, model)) return false;
    }
    return true;
}

dynox_future *dynox_create_table_of(dynox_client *client, dynox_models models, const dynox_with *with)
{
    dynox__typed_call call  = {0};
    dynox_error       error = {0};
    plan             *self  = dynox__calloc(sizeof *self);
    dynox_future     *future;
    if (!self) return dynox__future_failed(DYNOX_E_NO_MEMORY);
    if (models.count && models.at && models.at[0]) {
        dynox__typed_call_begin(&call, "create_table", models.at[0], client, with, DYNOX__WITH_TABLE);
    } else {
        dynox_error_set(&call.error, DYNOX_E_ARGUMENT, "a table needs a model");
    }
    self->error = &call.error;
    if (call.error.status == DYNOX_OK) {
        self->first = call.model;
        self->table = dynox__typed_call_table(&call);
        add_models(self, &call, models);
    }
    dynox_error_copy(&error, &call.error);
    future = error.status == DYNOX_OK ? create(&call, self) : dynox__future_failed_with(&error);
    dynox__typed_call_end(&call);
    dynox__room_free(&self->room);
    dynox__free(self);
    return future;
}

dynox_status dynox_sync_create_table_of(dynox_client *client, dynox_models models, const dynox_with *with)
{
    if (!models.count || !models.at || !models.at[0]) return DYNOX_E_ARGUMENT;
    DYNOX__TYPED_SYNC(models.at[0], client, NULL, NULL, with, dynox_create_table_of(self.client, models, &self.with));
}

dynox_future *dynox_model_create_table(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    return dynox_create_table_of(client, (dynox_models){&model, 1}, with);
}

/* ---- the rest ---- */

dynox_future *dynox_model_delete_table(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "delete_table", model, client, with, DYNOX__WITH_TABLE);
    dynox_future *future = call.error.status != DYNOX_OK
                               ? dynox__future_failed_with(&call.error)
                               : then_wait(dynox_delete_table_with(
                                               call.client, &(dynox_table_args){.size  = sizeof(dynox_table_args),
                                                                                .table = dynox__typed_call_table(&call),
                                                                                .deadline_ms = call.with.deadline_ms}),
                                           &call, dynox__typed_call_table(&call), true);
    dynox__typed_call_end(&call);
    return future;
}

dynox_future *dynox_model_table_exists(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "table_exists", model, client, with, DYNOX__WITH_TABLE);
    dynox_future *future =
        call.error.status != DYNOX_OK
            ? dynox__future_failed_with(&call.error)
            : dynox_table_exists_with(call.client, &(dynox_table_exists_args){.size  = sizeof(dynox_table_exists_args),
                                                                              .table = dynox__typed_call_table(&call),
                                                                              .deadline_ms = call.with.deadline_ms});
    dynox__typed_call_end(&call);
    return future;
}
