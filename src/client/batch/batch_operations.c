/* dynox_batch_write and dynox_batch_get: from the arguments to a batch that runs. */
#include "base/args.h"
#include "base/failure.h"
#include "client/batch/part.h"
#include "client/core/sync.h"
#include "client/core/table_key.h"
#include "client/item/items.h"
#include "client/item/write.h"
#include <dynox/table.h>

/* ---- the key of a table ---- */

static void plan(dynox__batch *batch);

static void fail(dynox__batch *batch, dynox_status status, const char *message)
{
    dynox__batch_note_status(batch, status, false, message);
    dynox__batch_finish(batch);
}

static void refuse_without_key(dynox__batch *batch, const char *table, const dynox_error *cause)
{
    dynox_error error = {0};
    dynox_error_copy(&error, cause);
    dynox__error_reword(&error,
                        "to see which writes are of one item, the key of \"%.255s\" has to be known (or named: "
                        "DYNOX_PUT(..., .key = {\"pk\", \"sk\"})), and DescribeTable failed: %s",
                        table, cause->message);
    error.may_have_applied = false;
    dynox__batch_note(batch, &error);
    dynox_error_clear(&error);
    dynox__batch_finish(batch);
}

static void take_key(dynox__batch *batch, const dynox_table *table)
{
    dynox__batch_group *group = &batch->groups[batch->asking_for];
    dynox__free(group->key[0]);
    dynox__free(group->key[1]);
    group->key_is_old = false;
    group->key[0]     = dynox__strdup(table->partition_key.name);
    group->key[1]     = dynox__strdup(table->sort_key.name);
    if (!table->partition_key.name)
        fail(batch, DYNOX_E_DECODE, "DescribeTable did not say what the table's key is");
    else if (!group->key[0] || (table->sort_key.name && !group->key[1]))
        fail(batch, DYNOX_E_NO_MEMORY, "out of memory");
    else {
        dynox__table_key_learn(batch->client, group->table, group->key);
        plan(batch);
    }
}

static void key_told(dynox_future *future, dynox__continuation *continuation)
{
    dynox__batch *batch = DYNOX__CONTAINER(continuation, dynox__batch, asked);
    dynox_table  *table = NULL;
    pthread_mutex_lock(&batch->lock);
    batch->asking = NULL; /* the reference is ours */
    bool stopped  = batch->stopped;
    pthread_mutex_unlock(&batch->lock);
    if (stopped)
        dynox__batch_finish(batch);
    else if (dynox_future_take(future, &dynox_type_table, &table) != DYNOX_OK)
        refuse_without_key(batch, batch->groups[batch->asking_for].table, dynox_future_details(future));
    else
        take_key(batch, table);
    dynox_table_free(table);
    dynox_future_release(future);
}

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

static void ask(dynox__batch *batch, size_t group)
{
    int64_t              time_left = dynox__batch_time_left(batch);
    const dynox__labels *labels    = &batch->options.labels;
    if (dynox__batch_settle_in(batch) != DYNOX_OK) {
        fail(batch, DYNOX_E_NO_MEMORY, "out of memory");
        return;
    }
    dynox_future *asking = dynox_describe_table(
        batch->client, batch->groups[group].table, .max_attempts = batch->options.max_attempts,
        .attempt_timeout_ms = batch->options.attempt_timeout_ms, .deadline_ms = time_left ? time_left : 1,
        .correlation_id = text_or_null(labels->correlation_id), .traceparent = text_or_null(labels->traceparent));
    batch->asking_for = group;
    batch->asked.fn   = key_told;
    batch->asked.on   = dynox_executor_inline();
    pthread_mutex_lock(&batch->lock);
    batch->asking = asking;
    bool stopped  = batch->stopped;
    pthread_mutex_unlock(&batch->lock);
    if (stopped) dynox_future_cancel(asking);
    dynox__future_attach(asking, &batch->asked);
}

static void plan(dynox__batch *batch)
{
    size_t asks;
    if (dynox__batch_drop_twice(batch, &asks) != DYNOX_OK)
        fail(batch, DYNOX_E_NO_MEMORY, "out of memory");
    else if (asks != SIZE_MAX && !batch->options.explain) /* explained are the writes, not this question */
        ask(batch, asks);
    else
        dynox__batch_run(batch);
}

/* ---- the operations ---- */

static dynox_future *start(const dynox_client *client, dynox__batch *batch, bool is_write, dynox_error *error)
{
    if (!batch || error->status != DYNOX_OK) return dynox__batch_refuse(client, batch, is_write, error);
    plan(batch);
    return &batch->future;
}

/* `output_` is whatever the async form does not take. */
#define CALL_OPTIONS(args, output_)                                                                                    \
    ((dynox__call_options){.max_attempts       = (args).max_attempts,                                                  \
                           .attempt_timeout_ms = (args).attempt_timeout_ms,                                            \
                           .deadline_ms        = (args).deadline_ms,                                                   \
                           .out                = (output_),                                                            \
                           .error              = (args).error,                                                         \
                           .info               = (args).info,                                                          \
                           .labels             = dynox__labels_make((args).correlation_id, (args).traceparent),        \
                           .explain            = dynox__explaining(),                                                  \
                           .node_key           = dynox__nodes_hash((args).node_key)})

/* Parts that are made of something else than items, while the batch is put together. */
typedef struct expansion {
    dynox_write *plain;
    void       **begun;
    size_t       count;
} expansion;

static bool has_forms(dynox_writes writes)
{
    for (size_t i = 0; i < writes.count; i++)
        if (writes.at[i].form_) return true;
    return false;
}

static void expand_one(dynox__batch *batch, expansion *self, const dynox_write *write, dynox_error *error)
{
    size_t i       = self->count++;
    self->plain[i] = *write;
    self->begun[i] = write->form_ ? write->form_->begin(write, true, &self->plain[i], error) : NULL;
    if (self->begun[i]) dynox__homes_add(batch->homes, write->form_->home(self->begun[i]), write->form_->type);
}

/* The writes as plain ones. */
static dynox_writes expand(dynox__batch *batch, expansion *self, dynox_writes writes, dynox_error *error)
{
    if (error->status != DYNOX_OK || !writes.at || !has_forms(writes)) return writes;
    self->plain  = dynox__malloc_array(writes.count, sizeof *self->plain);
    self->begun  = dynox__malloc_array(writes.count, sizeof *self->begun);
    batch->homes = dynox__homes_new(writes.count);
    if (!self->plain || !self->begun || !batch->homes) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return writes;
    }
    for (size_t i = 0; i < writes.count && error->status == DYNOX_OK; i++) {
        expand_one(batch, self, &writes.at[i], error);
        if (error->status != DYNOX_OK) dynox__batch_number(error, i + 1, &self->plain[i]);
    }
    return (dynox_writes){self->plain, self->count};
}

static void end_expansion(expansion *self, const dynox_write *writes)
{
    for (size_t i = 0; self->begun && i < self->count; i++)
        if (self->begun[i]) writes[i].form_->end(self->begun[i]);
    dynox__free(self->begun);
    dynox__free(self->plain);
}

dynox_future *dynox_batch_write_with(dynox_client *client, const dynox_batch_write_args *given)
{
    dynox_batch_write_args args;
    dynox_error            error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    dynox__call_options options  = CALL_OPTIONS(args, args.left);
    dynox__batch       *batch    = dynox__batch_new(client,
                                                    &(dynox__batch_args){.is_write        = true,
                                                                         .count           = args.writes.count,
                                                                         .in_flight       = args.in_flight,
                                                                         .return_capacity = args.return_capacity,
                                                                         .options         = options},
                                                    &error);
    expansion           expanded = {0};
    dynox_writes        writes   = batch ? expand(batch, &expanded, args.writes, &error) : args.writes;
    if (batch && error.status == DYNOX_OK) dynox__batch_add_writes(batch, writes, &error);
    dynox_future *future = start(client, batch, true, &error);
    end_expansion(&expanded, args.writes.at);
    return future;
}

dynox_future *dynox_batch_get_with(dynox_client *client, const dynox_batch_get_args *given)
{
    dynox_batch_get_args args;
    dynox_error          error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    dynox__call_options options = CALL_OPTIONS(args, args.out ? (const void *)args.out : args.left);
    dynox__batch       *batch   = dynox__batch_new(client,
                                                   &(dynox__batch_args){.count           = args.reads.count,
                                                                        .in_flight       = args.in_flight,
                                                                        .return_capacity = args.return_capacity,
                                                                        .options         = options},
                                                   &error);
    if (batch) dynox__batch_add_reads(batch, args.reads, &error);
    return start(client, batch, false, &error);
}

/* ---- joined ---- */

dynox_status dynox_sync_batch_write_with(dynox_client *client, const dynox_batch_write_args *given)
{
    dynox_batch_write_args args;
    dynox__sync            sync = {0};
    DYNOX__SYNC_READ(sync, args, given);
    dynox_left **left = DYNOX__ARGS_FIELD(args, given, left);
    args.left         = NULL;
    if (left) *left = NULL;
    if (!dynox__sync_allowed(&sync, client)) return dynox__sync_refuse(&sync);
    dynox_future *batch = dynox_batch_write_with(client, &args);
    if (left && dynox_future_wait(batch, -1) == DYNOX_OK) *left = dynox__batch_take_left(batch);
    return dynox__sync_join(&sync, batch);
}

dynox_status dynox_sync_batch_get_with(dynox_client *client, const dynox_batch_get_args *given)
{
    dynox_batch_get_args args;
    dynox__sync          sync  = {.type = &dynox_type_items};
    dynox_items         *items = NULL;
    DYNOX__SYNC_READ(sync, args, given);
    dynox_left  **left = DYNOX__ARGS_FIELD(args, given, left);
    dynox_items **out  = DYNOX__ARGS_FIELD(args, given, out);
    args.left          = NULL;
    args.out           = NULL;
    if (left) *left = NULL;
    if (out) *out = NULL;
    if (!dynox__sync_allowed(&sync, client)) return dynox__sync_refuse(&sync);
    dynox_future *batch = dynox_batch_get_with(client, &args);
    if (dynox_future_wait(batch, -1) == DYNOX_OK) {
        if (left) *left = dynox__batch_take_left(batch);
        if (out && dynox_future_error(batch) != DYNOX_OK) items = dynox_batch_items(batch);
    }
    sync.out            = out;
    dynox_status status = dynox__sync_join(&sync, batch);
    if (status != DYNOX_OK && out) *out = items;
    return status;
}
