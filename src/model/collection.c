/* Collections: one query, whose items are records of several models. */
#include "async/combine/then.h"
#include "model/hooks.h"
#include "model/records.h"
#include <dynox/collect.h>
#include <string.h>

/* The records of one model. */
typedef struct group {
    const dynox__model *model;
    char               *heads[2]; /* what its keys begin with; owned; NULL: any */
    void              **at;       /* owned, and each record */
    size_t              count, room;
} group;

struct dynox_collection {
    dynox_items *items; /* those that were taken are gone from it */
    dynox_item **rest;  /* owned, and each of them */
    size_t       rest_count, count;
    bool         skip_hooks;
    group        groups[];
};

/* ---- memory ---- */

static dynox_collection *collection_new(size_t count)
{
    size_t size;
    if (!dynox__mul_size(count, sizeof(group), &size) || !dynox__add_size(size, sizeof(dynox_collection), &size))
        return NULL;
    dynox_collection *made = dynox__calloc(size);
    if (made) made->count = count;
    return made;
}

void dynox_collection_free(dynox_collection *self)
{
    if (!self) return;
    for (size_t i = 0; i < self->count; i++) {
        group *one = &self->groups[i];
        for (size_t k = 0; k < one->count; k++)
            dynox_model_free(one->model->declared, one->at[k]);
        dynox__free(one->at);
        dynox__free(one->heads[0]);
        dynox__free(one->heads[1]);
    }
    for (size_t i = 0; i < self->rest_count; i++)
        dynox_item_free(self->rest[i]);
    dynox__free(self->rest);
    dynox_items_free(self->items);
    dynox__free(self);
}

static bool add_record(group *to, void *record)
{
    if (to->count == to->room) {
        size_t room   = to->room ? to->room * 2 : 8;
        void **larger = dynox__realloc_array(to->at, room, sizeof *larger);
        if (!larger) return false;
        to->at   = larger;
        to->room = room;
    }
    to->at[to->count++] = record;
    return true;
}

/* ---- who is who ---- */

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* What every key of that member begins with; NULL: anything. */
static dynox_status find_head(const dynox__model *model, const dynox__member *member, char **head, dynox_error *error)
{
    const dynox__template *from = member ? model->templates[dynox__member_index(model, member)] : NULL;
    dynox_room             room = {0};
    bool                   whole;
    if (!from) return DYNOX_OK;
    void       *none = dynox__calloc(model->shape->size);
    const char *text = none ? dynox__template_head(from, none, &room, &whole, error) : NULL;
    if (text && *text) *head = dynox__strdup(text);
    if (!none || (text && *text && !*head)) no_memory(error);
    dynox__room_free(&room);
    dynox__free(none);
    return error->status;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* By their types, or by what their sort keys begin with. */
static bool can_be_told_apart(const group *a, const group *b)
{
    if (a->model->discriminator && b->model->discriminator) return strcmp(a->model->type, b->model->type) != 0;
    return !same_text(a->heads[1], b->heads[1]) || !same_text(a->heads[0], b->heads[0]);
}

/* With the model that is asked by: what it finds must be what they are stored as. */
static dynox_status check_place(const dynox__model *a, const dynox__model *b, const char *table, dynox_error *error)
{
    if (!table && !same_text(a->table, b->table))
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "models %s and %s are of different tables: %s and %s", a->name,
                               b->name, a->table ? a->table : "none", b->table ? b->table : "none");
    if (strcmp(a->partition->name, b->partition->name) != 0)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "models %s and %s have different partition keys: %s and %s",
                               a->name, b->name, a->partition->name, b->partition->name);
    return DYNOX_OK;
}

static dynox_status check_pair(const group *a, const group *b, dynox_error *error)
{
    if (can_be_told_apart(a, b)) return DYNOX_OK;
    return dynox_error_set(
        error, DYNOX_E_ARGUMENT,
        "models %s and %s cannot be told apart: neither by a discriminator nor by what the templates "
        "of their sort keys begin with",
        a->model->name, b->model->name);
}

/* The one of its own that a call without a client takes; NULL: none. */
static const dynox_client *client_of(const dynox__model *model)
{
    for (; model; model = model->parent)
        if (model->declared->options->client && *model->declared->options->client)
            return *model->declared->options->client;
    return NULL;
}

static dynox_status check_client(const dynox__typed_call *call, const dynox__model *model, dynox_error *error)
{
    const dynox_client *own = client_of(model), *asking = client_of(call->model);
    if (!own || !asking || own == asking) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_ARGUMENT, "models %s and %s have different clients", call->model->name,
                           model->name);
}

static dynox_status fill_groups(dynox_collection *self, const dynox__typed_call *call, bool has_client,
                                dynox_models models, dynox_error *error)
{
    const char *table = call->with.table;
    if (!models.at) return DYNOX_OK; /* refused before */
    for (size_t i = 0; i < models.count; i++) {
        group *one = &self->groups[i];
        one->model = models.at[i] ? dynox__model_of(models.at[i], error) : NULL;
        if (!one->model) {
            if (error->status != DYNOX_OK) return error->status;
            return dynox_error_set(error, DYNOX_E_ARGUMENT, "model %zu of the collection is missing (NULL)", i + 1);
        }
        if (find_head(one->model, one->model->partition, &one->heads[0], error) != DYNOX_OK ||
            find_head(one->model, one->model->sort, &one->heads[1], error) != DYNOX_OK)
            return error->status;
        if (check_place(call->model, one->model, table, error) != DYNOX_OK ||
            (!has_client && check_client(call, one->model, error) != DYNOX_OK))
            return error->status;
        for (size_t k = 0; k < i; k++)
            if (check_pair(&self->groups[k], one, error) != DYNOX_OK) return error->status;
    }
    return DYNOX_OK;
}

static bool begins_with(const dynox_item *item, const dynox__member *member, const char *head)
{
    const char *text = head ? dynox_get_string(item, member->name) : NULL;
    return !head || (text && strncmp(text, head, strlen(head)) == 0);
}

/* How well an item fits: the more of its keys is foretold, the better. 0: not at all. */
static size_t fit_of(const group *one, const dynox_item *item, dynox_error *error)
{
    const dynox__model *model = one->model;
    if (model->discriminator) {
        const char         *type  = dynox_get_string(item, model->discriminator->name);
        const dynox__model *found = type ? dynox__model_for(model, type, error) : NULL;
        if (!found || strcmp(found->type, type) != 0) return 0;
        return found == model ? SIZE_MAX : SIZE_MAX - 1; /* a child goes to its parent where nobody else wants it */
    }
    if (!begins_with(item, model->partition, one->heads[0])) return 0;
    if (model->sort && !begins_with(item, model->sort, one->heads[1])) return 0;
    return 1 + (one->heads[0] ? strlen(one->heads[0]) : 0) + (one->heads[1] ? strlen(one->heads[1]) : 0);
}

static group *group_of(dynox_collection *self, const dynox_item *item, dynox_error *error)
{
    group *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < self->count && error->status == DYNOX_OK; i++) {
        size_t fit = fit_of(&self->groups[i], item, error);
        if (fit <= most) continue;
        most = fit;
        best = &self->groups[i];
    }
    return best;
}

/* ---- the items become records ---- */

static dynox_status load(dynox_collection *self, group *to, dynox_item *item, dynox_error *error)
{
    dynox__block *block =
        dynox__load_copy(&(dynox__loading){.model = to->model, .skip_hooks = self->skip_hooks}, item, error);
    if (!block) return error->status;
    if (add_record(to, block->records[0])) return DYNOX_OK;
    dynox__block_release(block);
    return no_memory(error);
}

static dynox_status sort(dynox_collection *self, dynox_error *error)
{
    self->rest = dynox__malloc_array(self->items->count + 1, sizeof *self->rest);
    if (!self->rest) return no_memory(error);
    for (size_t i = 0; i < self->items->count; i++) {
        group *to = group_of(self, self->items->at[i], error);
        if (error->status != DYNOX_OK) return error->status;
        dynox_item *item = dynox_items_take(self->items, i);
        if (!to)
            self->rest[self->rest_count++] = item;
        else if (load(self, to, item, error) != DYNOX_OK)
            return error->status;
    }
    return DYNOX_OK;
}

static void destroy(void *collection)
{
    dynox_collection_free(collection);
}

static dynox_outcome have_items(dynox_future *future, void *arg)
{
    dynox_collection *self  = arg;
    dynox_error       error = {0};
    dynox_status      taken = dynox_future_take(future, &dynox_type_items, &self->items);
    if (taken == DYNOX_OK && sort(self, &error) == DYNOX_OK) return dynox_ok(self, &dynox_type_collection);
    dynox_collection_free(self);
    if (taken != DYNOX_OK) return dynox_pass();
    dynox_outcome outcome = dynox_fail_with(&error);
    dynox_error_clear(&error);
    return outcome;
}

static dynox_outcome have_none(dynox_future *future, void *arg)
{
    (void)future;
    dynox_collection_free(arg);
    return dynox_pass();
}

/* ---- for programs ---- */

enum {
    COLLECTION = DYNOX__WITH_FILTER | DYNOX__WITH_QUERY | DYNOX__WITH_INDEX | DYNOX__WITH_LIMIT |
                 DYNOX__WITH_PAGE_SIZE | DYNOX__WITH_CONSISTENT | DYNOX__WITH_HOOKS | DYNOX__WITH_TABLE
};

dynox_future *dynox_model_collection(dynox_client *client, const dynox_model *model, const void *key,
                                     dynox_models models, const dynox_with *with)
{
    dynox__typed_call call;
    dynox_error       error = {0};
    dynox_collection *self  = collection_new(models.count);
    dynox__typed_call_begin(&call, "collection", model, client, with, COLLECTION);
    dynox__records_need_key(&call, key);
    if (call.error.status == DYNOX_OK && (!models.count || !models.at))
        dynox_error_set(&call.error, DYNOX_E_ARGUMENT, "%s_collection: no models are given", call.model->name);
    if (!self && call.error.status == DYNOX_OK) no_memory(&call.error);
    if (call.error.status == DYNOX_OK) {
        self->skip_hooks = !dynox__typed_call_hooks(&call);
        fill_groups(self, &call, client != NULL, models, &call.error);
    }
    if (call.error.status != DYNOX_OK) {
        dynox_error_copy(&error, &call.error);
        dynox__typed_call_end(&call);
        dynox_collection_free(self);
        return dynox__future_failed_with(&error);
    }
    dynox_future *items = dynox_collect_with(
        &(dynox_collect_args){.size = sizeof(dynox_collect_args), .stream = dynox__records_everything(&call, key)});
    const dynox_then_args then = {
        .size = sizeof then, .on_value = have_items, .arg = self, .on_error = have_none, .on = dynox_executor_inline()};
    return dynox__then(items, &then, destroy);
}

dynox_status dynox_model_sync_collection(dynox_client *client, const dynox_model *model, const void *key,
                                         dynox_models models, dynox_collection **out, const dynox_with *with)
{
    DYNOX__TYPED_SYNC(model, client, out, &dynox_type_collection, with,
                      dynox_model_collection(self.client, model, key, models, &self.with));
}

void *const *dynox_collection_of(const dynox_collection *self, const dynox_model *model, size_t *count)
{
    *count = 0;
    for (size_t i = 0; self && i < self->count; i++) {
        if (self->groups[i].model->declared != model) continue;
        *count = self->groups[i].count;
        return self->groups[i].at;
    }
    return NULL;
}

const dynox_item *const *dynox_collection_rest(const dynox_collection *self, size_t *count)
{
    *count = self ? self->rest_count : 0;
    return self ? (const dynox_item *const *)self->rest : NULL;
}

static void accept(void *value)
{
    dynox_collection *self = value;
    for (size_t i = 0; i < self->count; i++)
        for (size_t k = 0; k < self->groups[i].count; k++)
            dynox__hooks_loaded(self->groups[i].at[k]);
}

const dynox_type dynox_type_collection = {
    .name = "dynox_collection *", .size = sizeof(void *), .destroy = destroy, .accept = accept};
