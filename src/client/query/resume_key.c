/* Where a query or scan goes on. At the end of a page the service has said so; in the middle of one the key is made of
 * the last item that was handed out, for which the names of the key attributes must be known. They are those of any
 * LastEvaluatedKey; when none was ever seen (the first page is also the last), DescribeTable tells. */
#include "async/combine/then.h"
#include "client/core/sync.h"
#include "client/query/query_stream.h"
#include <dynox/table.h>

/* The attributes of `item` that `names` names. */
static dynox_future *key_from(const dynox_item *item, const char *const *names, size_t count)
{
    dynox_item *key = dynox_item_new();
    for (size_t i = 0; key && i < count; i++) {
        const dynox_value *value = dynox_item_get(item, names[i]);
        if (!value) {
            dynox_error error = {0};
            dynox_error_set(&error, DYNOX_E_ARGUMENT,
                            "the resume key needs the key attribute \"%s\", which the projection left out", names[i]);
            dynox_item_free(key);
            return dynox__future_failed_with(&error);
        }
        if (dynox_item_set(key, names[i], *value) != DYNOX_OK) {
            dynox_item_free(key);
            key = NULL;
        }
    }
    return key ? dynox_future_of(dynox_ok(key, &dynox_type_item)) : dynox__future_failed(DYNOX_E_NO_MEMORY);
}

static dynox_future *key_like(const dynox_item *item, const dynox_item *names)
{
    const char **list = dynox__calloc((names->count + 1) * sizeof *list);
    if (!list) return dynox__future_failed(DYNOX_E_NO_MEMORY);
    for (size_t i = 0; i < names->count; i++)
        list[i] = names->attributes[i].name;
    dynox_future *key = key_from(item, list, names->count);
    dynox__free(list);
    return key;
}

static dynox_future *copy_of(const dynox_item *key)
{
    if (!key) return dynox_future_of(dynox_ok(NULL, &dynox_type_item));
    dynox_item *copy = dynox_item_copy(key);
    return copy ? dynox_future_of(dynox_ok(copy, &dynox_type_item)) : dynox__future_failed(DYNOX_E_NO_MEMORY);
}

/* ---- with the help of DescribeTable ---- */

typedef struct described {
    dynox_item *item;  /* the last one handed out */
    char       *index; /* NULL: the table itself */
} described;

static void add(const char **names, size_t *count, const dynox_key_attribute *key)
{
    if (!key->name) return;
    for (size_t i = 0; i < *count; i++)
        if (strcmp(names[i], key->name) == 0) return;
    names[(*count)++] = key->name;
}

static const dynox_index *find_index(const dynox_table *table, const char *name)
{
    for (size_t i = 0; i < table->global_index_count + table->local_index_count; i++) {
        const dynox_index *index = i < table->global_index_count ? &table->global_indexes[i]
                                                                 : &table->local_indexes[i - table->global_index_count];
        if (index->name && strcmp(index->name, name) == 0) return index;
    }
    return NULL;
}

/* `index` NULL: of the table itself. */
static size_t key_names(const dynox_table *table, const dynox_index *index, const char *names[10])
{
    size_t count = 0;
    add(names, &count, &table->partition_key);
    add(names, &count, &table->sort_key);
    if (!index) return count;
    add(names, &count, &index->partition_key);
    add(names, &count, &index->sort_key);
    for (int more = 0; more < 3; more++) {
        add(names, &count, &index->more_partition_keys[more]);
        add(names, &count, &index->more_sort_keys[more]);
    }
    return count;
}

static dynox_future *key_of(const dynox_table *table, const described *self)
{
    const char        *names[10];
    dynox_error        error = {0};
    const dynox_index *index = self->index ? find_index(table, self->index) : NULL;
    if (!self->index || index) return key_from(self->item, names, key_names(table, index, names));
    dynox_error_set(&error, DYNOX_E_NOT_FOUND, "the description of the table has no index \"%s\" to resume",
                    self->index);
    return dynox__future_failed_with(&error);
}

static void free_described(described *self)
{
    dynox_item_free(self->item);
    dynox__free(self->index);
    dynox__free(self);
}

static void end_described(void *self)
{
    free_described(self);
}

static dynox_outcome have_table(dynox_future *future, void *arg)
{
    described         *self    = arg;
    const dynox_table *table   = dynox_future_peek(future, &dynox_type_table);
    dynox_outcome      outcome = dynox_continue(key_of(table, self));
    free_described(self);
    return outcome;
}

static dynox_outcome have_no_table(dynox_future *future, void *arg)
{
    (void)future;
    free_described(arg);
    return dynox_pass();
}

static dynox_future *ask_table(dynox__query_stream *self, const dynox_item *item)
{
    described *context = dynox__calloc(sizeof *context);
    if (!context) return dynox__future_failed(DYNOX_E_NO_MEMORY);
    context->item  = dynox_item_copy(item);
    context->index = dynox__strdup(self->source.index);
    if (!context->item || (self->source.index && !context->index)) {
        free_described(context);
        return dynox__future_failed(DYNOX_E_NO_MEMORY);
    }
    const dynox_then_args then = {.size     = sizeof then,
                                  .on_value = have_table,
                                  .arg      = context,
                                  .on_error = have_no_table,
                                  .on       = dynox_executor_inline()};
    return dynox__then(dynox_describe_table(self->source.client, self->source.table), &then, end_described);
}

/* ---- the operation ---- */

static dynox_future *key_of_form(const dynox__query_stream *self)
{
    dynox_error error = {0};
    dynox_item *key   = self->source.form->key(&self->source, self->page, self->at - 1, &error);
    return key ? dynox_future_of(dynox_ok(key, &dynox_type_item)) : dynox__future_failed_with(&error);
}

dynox_future *dynox_stream_resume_key(dynox_stream *stream)
{
    dynox__query_stream *self = dynox__query_stream_of(stream);
    if (!self || self->by_token) {
        dynox_error        error  = {0};
        const dynox_error *failed = stream ? dynox_stream_error(stream) : NULL; /* it could not even be made */
        if (failed)
            dynox_error_copy(&error, failed);
        else
            dynox_error_set(&error, DYNOX_E_ARGUMENT, "only query and scan streams have a resume key");
        return dynox__future_failed_with(&error);
    }
    if (!self->page) return copy_of(self->start_key);
    if (self->at == self->page->item_count) return copy_of(self->page->last_key);
    if (self->source.form) return key_of_form(self);
    const dynox_item *last = &self->page->items[self->at - 1];
    return self->key_names ? key_like(last, self->key_names) : ask_table(self, last);
}

dynox_status dynox_sync_stream_resume_key(dynox_stream *stream, dynox_item **key, dynox_error *error)
{
    const dynox__query_stream *self = dynox__query_stream_of(stream);
    dynox__sync                sync = {.type = &dynox_type_item, .out = key, .error = error};
    if (self && self->source.client && !dynox__sync_allowed(&sync, self->source.client))
        return dynox__sync_refuse(&sync);
    return dynox__sync_join(&sync, dynox_stream_resume_key(stream));
}
