/* The batch writer: adds to a chunk, sends chunks that are full, keeps what they have left. */
#include "client/batch/writer.h"
#include "base/args.h"
#include "base/thread.h"
#include "client/batch/part.h"
#include "client/core/sync.h"
#include "client/item/write.h"
#include <string.h>

enum { IN_FLIGHT = 4, LARGEST_CHUNK = 15000000 /* so that a body has less than 16 MB */ };

static bool is_foreign(const dynox_batch_writer *writer)
{
    return writer->generation != dynox__fork_generation();
}

static void lock(dynox_batch_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
}

static void unlock(dynox_batch_writer *writer)
{
    pthread_mutex_unlock(&writer->lock);
}

/* ---- its life ---- */

static void end_chunk(dynox__chunk *chunk)
{
    for (size_t i = 0; i < chunk->count; i++)
        dynox__write_end(&chunk->writes[i]);
    dynox_future_release(chunk->batch);
    dynox__free(chunk);
}

static void end_chunks(dynox__chunk *chunk)
{
    while (chunk) {
        dynox__chunk *next = chunk->next;
        end_chunk(chunk);
        chunk = next;
    }
}

static void destroy(dynox__shared *shared)
{
    dynox_batch_writer *writer = DYNOX__CONTAINER(shared, dynox_batch_writer, shared);
    end_chunks(writer->filling);
    end_chunks(writer->waiting);
    end_chunks(writer->failed);
    while (writer->keys) {
        dynox__known_key *next = writer->keys->next;
        dynox__free(writer->keys->table);
        dynox__free(writer->keys->names[0]);
        dynox__free(writer->keys->names[1]);
        dynox__free(writer->keys);
        writer->keys = next;
    }
    dynox__free((dynox_write *)(uintptr_t)writer->left.writes.at);
    dynox_error_clear(&writer->cause);
    pthread_mutex_destroy(&writer->lock);
    dynox__client_release(writer->client);
    dynox__free(writer);
}

void dynox__writer_release(dynox_batch_writer *writer)
{
    dynox__shared_release(&writer->shared);
}

static void check(const dynox_client *client, const dynox_batch_writer_args *args, const dynox__labels *labels,
                  dynox_error *error)
{
    if (error->status != DYNOX_OK) return;
    if (!client)
        dynox_error_set(error, DYNOX_E_ARGUMENT,
                        "batch writer: the client is NULL; the .error of dynox_client_new tells why");
    else if (args->info)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "a batch writer has no .info");
    else if (labels->wrong)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "batch writer: %s", labels->wrong);
}

static dynox_batch_writer *make(dynox_client *client, const dynox_batch_writer_args *args, const dynox__labels *labels,
                                dynox_error *error)
{
    dynox_batch_writer *writer = dynox__calloc(sizeof *writer);
    if (!writer) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    dynox__shared_init(&writer->shared, destroy);
    pthread_mutex_init(&writer->lock, NULL);
    writer->client     = dynox__client_acquire(client);
    writer->generation = dynox__fork_generation();
    writer->labels     = *labels;
    writer->args       = (dynox_batch_write_args){.size               = sizeof writer->args,
                                                  .in_flight          = args->in_flight ? args->in_flight : IN_FLIGHT,
                                                  .max_attempts       = args->max_attempts,
                                                  .attempt_timeout_ms = args->attempt_timeout_ms,
                                                  .deadline_ms        = args->deadline_ms};
    return writer;
}

dynox_batch_writer *dynox_batch_writer_new_with(dynox_client *client, const dynox_batch_writer_args *given)
{
    dynox_batch_writer_args args;
    dynox_error             error  = {0};
    dynox_batch_writer     *writer = NULL;
    dynox__args_read(&args, sizeof args, given, &error);
    dynox__labels labels = dynox__labels_make(args.correlation_id, args.traceparent);
    check(client, &args, &labels, &error);
    if (error.status == DYNOX_OK) writer = make(client, &args, &labels, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (!writer && to) dynox_error_copy(to, &error);
    dynox_error_clear(&error);
    return writer;
}

/* ---- chunks ---- */

static void append(dynox__chunk **list, dynox__chunk *chunk)
{
    while (*list)
        list = &(*list)->next;
    chunk->next = NULL;
    *list       = chunk;
}

static void unlink_running_locked(dynox_batch_writer *writer, dynox__chunk *chunk)
{
    dynox__chunk **at = &writer->running;
    while (*at != chunk)
        at = &(*at)->next;
    *at         = chunk->next;
    chunk->next = NULL;
    writer->running_count--;
}

static void pump(dynox_batch_writer *writer);

/* What a chunk that has failed has left; its own writes where nobody can say better. */
static dynox_writes left_of(const dynox__chunk *chunk)
{
    const dynox_left *left = chunk->batch ? dynox_batch_left(chunk->batch) : NULL;
    return left ? left->writes : (dynox_writes){chunk->writes, chunk->count};
}

static void keep_failed_locked(dynox_batch_writer *writer, dynox__chunk *chunk, const dynox_error *error,
                               const dynox_error *cause, size_t left)
{
    bool partly = error->status == DYNOX_E_PARTIAL;
    dynox__sent_count(&writer->sent, error->attempts, error->may_have_applied || partly);
    writer->done_one  = writer->done_one || partly;
    writer->ambiguous = writer->ambiguous || error->may_have_applied;
    writer->left_count += left;
    if (writer->cause.status == DYNOX_OK) dynox_error_copy(&writer->cause, cause);
    append(&writer->failed, chunk);
}

static void chunk_done(dynox_future *batch, dynox__continuation *continuation)
{
    dynox__chunk       *chunk  = DYNOX__CONTAINER(continuation, dynox__chunk, continuation);
    dynox_batch_writer *writer = chunk->writer;
    bool                failed = dynox_future_error(batch) != DYNOX_OK;
    size_t              left   = failed ? left_of(chunk).count : 0;
    const dynox_info   *info   = failed ? NULL : dynox_future_info(batch);
    lock(writer);
    unlink_running_locked(writer, chunk);
    if (failed) {
        keep_failed_locked(writer, chunk, dynox_future_details(batch), dynox__batch_cause(batch), left);
    } else {
        writer->done_one = true;
        dynox__sent_count(&writer->sent, info ? info->attempts : 0, true);
    }
    unlock(writer);
    if (!failed) end_chunk(chunk);
    pump(writer);
    dynox__writer_wake(writer);
    dynox__writer_release(writer);
}

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

static void start(dynox_batch_writer *writer, dynox__chunk *chunk)
{
    dynox_batch_write_args args = writer->args;
    args.writes                 = (dynox_writes){chunk->writes, chunk->count};
    args.correlation_id         = text_or_null(writer->labels.correlation_id);
    args.traceparent            = text_or_null(writer->labels.traceparent);
    dynox_future *batch         = dynox_batch_write_with(writer->client, &args);
    lock(writer);
    chunk->batch   = batch;
    bool abandoned = writer->abandoned;
    unlock(writer);
    if (abandoned) dynox_future_cancel(batch);
    chunk->continuation.fn = chunk_done;
    chunk->continuation.on = dynox_executor_inline();
    dynox__future_attach(batch, &chunk->continuation);
}

/* Sends chunks, as long as there are some and more may be in flight. */
static void pump(dynox_batch_writer *writer)
{
    for (;;) {
        lock(writer);
        dynox__chunk *chunk = writer->waiting;
        if (chunk &&
            (writer->running_count >= writer->args.in_flight || !dynox__writer_may_start_locked(writer, chunk)))
            chunk = NULL;
        if (chunk) {
            writer->waiting = chunk->next;
            chunk->writer   = writer;
            dynox__shared_acquire(&writer->shared);
            append(&writer->running, chunk);
            writer->running_count++;
        }
        unlock(writer);
        if (!chunk) return;
        start(writer, chunk);
    }
}

/* What is gathered waits to be sent from now on. */
static void seal_locked(dynox_batch_writer *writer)
{
    if (!writer->filling) return;
    append(&writer->waiting, writer->filling);
    writer->filling = NULL;
}

/* ---- adding ---- */

void dynox__writer_error_locked(const dynox_batch_writer *writer, dynox_error *error)
{
    if (writer->abandoned) {
        dynox_error_set(error, DYNOX_E_CANCELLED, "the batch writer was abandoned");
        error->may_have_applied = writer->sent.may_have_applied;
    } else {
        dynox_error_copy(error, &writer->cause);
        if (writer->done_one) error->status = DYNOX_E_PARTIAL;
        dynox__error_reword(error, "%zu of %zu writes were not applied: %s", writer->left_count, writer->added,
                            writer->cause.message);
        error->may_have_applied = writer->ambiguous;
    }
    error->attempts = writer->sent.attempts;
}

/* Takes over the copy when it succeeds. */
static dynox_status add_locked(dynox_batch_writer *writer, dynox_write *copy, size_t size, dynox_error *error)
{
    if (writer->closed || writer->abandoned)
        return dynox_error_set(error, DYNOX_E_SHUTDOWN, "the batch writer was %s",
                               writer->abandoned ? "abandoned" : "closed");
    if (writer->left_count) {
        dynox__writer_error_locked(writer, error);
        return error->status;
    }
    if (writer->filling && writer->filling->bytes + size > LARGEST_CHUNK) seal_locked(writer);
    if (!writer->filling) {
        writer->filling = dynox__calloc(sizeof *writer->filling);
        if (writer->filling) writer->filling->number = writer->numbers++;
    }
    dynox__chunk *chunk = writer->filling;
    if (!chunk || !dynox__writer_tell_key_locked(writer, copy))
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    chunk->writes[chunk->count++] = *copy;
    chunk->bytes += size;
    writer->added++;
    if (chunk->count == DYNOX__BATCH_WRITES) seal_locked(writer);
    return DYNOX_OK;
}

/* A copy of what the part is in items. Of a record nothing comes home. */
static void copy_part(const dynox_write *write, dynox_write *copy, size_t *size, dynox_error *error)
{
    dynox_write plain = *write;
    void       *begun = write->form_ ? write->form_->begin(write, true, &plain, error) : NULL;
    if (error->status == DYNOX_OK) *size = dynox__batch_measure(&plain, error);
    if (error->status == DYNOX_OK && !dynox__write_copy(copy, &plain))
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (begun) write->form_->end(begun);
}

dynox_future *dynox_batch_writer_add(dynox_batch_writer *writer, dynox_write write)
{
    dynox_error error = {0};
    dynox_write copy;
    if (!writer) return dynox__future_failed(DYNOX_E_ARGUMENT);
    if (is_foreign(writer)) return dynox__future_failed(DYNOX_E_FORKED);
    size_t size = 0;
    copy_part(&write, &copy, &size, &error);
    if (error.status != DYNOX_OK) return dynox__future_failed_with(&error);
    lock(writer);
    add_locked(writer, &copy, size, &error);
    unlock(writer);
    if (error.status != DYNOX_OK) {
        dynox__write_end(&copy);
        return dynox__future_failed_with(&error);
    }
    pump(writer);
    dynox__writer_wake(writer);
    return dynox__writer_wait(writer, false, 0);
}

/* ---- ending ---- */

static dynox_future *flush(dynox_batch_writer *writer, bool closes)
{
    if (!writer) return dynox__future_failed(DYNOX_E_ARGUMENT);
    if (is_foreign(writer)) return dynox__future_failed(DYNOX_E_FORKED);
    lock(writer);
    writer->closed = writer->closed || closes;
    seal_locked(writer);
    uint64_t number = writer->numbers;
    unlock(writer);
    pump(writer);
    return dynox__writer_wait(writer, true, number);
}

dynox_future *dynox_batch_writer_flush(dynox_batch_writer *writer)
{
    return flush(writer, false);
}

dynox_future *dynox_batch_writer_close(dynox_batch_writer *writer)
{
    return flush(writer, true);
}

/* Those that run are cancelled one after the other, since each may end while we look. */
static void cancel_running(dynox_batch_writer *writer)
{
    for (uint64_t next = 0;;) {
        dynox_future *batch = NULL;
        lock(writer);
        const dynox__chunk *found = NULL;
        for (const dynox__chunk *chunk = writer->running; chunk; chunk = chunk->next)
            if (chunk->number >= next && (!found || chunk->number < found->number)) found = chunk;
        if (found) {
            next  = found->number + 1;
            batch = dynox_future_acquire(found->batch);
        }
        unlock(writer);
        if (!found) return;
        dynox_future_drop(&batch);
    }
}

void dynox_batch_writer_abandon(dynox_batch_writer *writer)
{
    if (!writer || is_foreign(writer)) return;
    lock(writer);
    writer->abandoned = true;
    seal_locked(writer);
    while (writer->waiting) {
        dynox__chunk *chunk = writer->waiting;
        writer->waiting     = chunk->next;
        writer->left_count += chunk->count;
        append(&writer->failed, chunk);
    }
    unlock(writer);
    cancel_running(writer);
    dynox__writer_wake(writer);
}

void dynox_batch_writer_free(dynox_batch_writer *writer)
{
    if (!writer) return;
    dynox_batch_writer_abandon(writer);
    dynox__writer_release(writer);
}

/* ---- what is left ---- */

static const dynox_left *left_locked(dynox_batch_writer *writer)
{
    size_t count = 0, k = 0;
    for (const dynox__chunk *chunk = writer->failed; chunk; chunk = chunk->next)
        count += left_of(chunk).count;
    if (!count) return NULL;
    dynox_write *all = dynox__malloc_array(count, sizeof *all);
    if (!all) return NULL;
    for (const dynox__chunk *chunk = writer->failed; chunk; chunk = chunk->next) {
        dynox_writes left = left_of(chunk);
        for (size_t i = 0; i < left.count && k < count; i++)
            all[k++] = left.at[i];
    }
    dynox__free((dynox_write *)(uintptr_t)writer->left.writes.at);
    writer->left.writes = (dynox_writes){all, k};
    return &writer->left;
}

const dynox_left *dynox_batch_writer_left(dynox_batch_writer *writer)
{
    if (!writer || is_foreign(writer)) return NULL;
    lock(writer);
    const dynox_left *left = left_locked(writer);
    unlock(writer);
    return left;
}

/* ---- the same, waiting ---- */

static bool may_wait(dynox_batch_writer *writer, dynox_error *error, dynox_status *status)
{
    dynox__sync sync = {.error = error};
    if (!writer || dynox__sync_allowed(&sync, writer->client)) return true;
    *status = dynox__sync_refuse(&sync);
    return false;
}

dynox_status dynox_sync_batch_writer_add(dynox_batch_writer *writer, dynox_write write, dynox_error *error)
{
    dynox_status status;
    if (!may_wait(writer, error, &status)) return status;
    return dynox_join_void(dynox_batch_writer_add(writer, write), .error = error);
}

dynox_status dynox_sync_batch_writer_flush(dynox_batch_writer *writer, dynox_error *error)
{
    dynox_status status;
    if (!may_wait(writer, error, &status)) return status;
    return dynox_join_void(dynox_batch_writer_flush(writer), .error = error);
}

dynox_status dynox_sync_batch_writer_close(dynox_batch_writer *writer, dynox_error *error)
{
    dynox_status status;
    if (!may_wait(writer, error, &status)) return status;
    return dynox_join_void(dynox_batch_writer_close(writer), .error = error);
}
