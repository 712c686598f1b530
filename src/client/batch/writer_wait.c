/* Those who wait for a batch writer: for room, or for what they added to be written. */
#include "client/batch/writer.h"

struct dynox__waiter {
    dynox_future        future;
    dynox_batch_writer *writer; /* a reference */
    bool                for_end;
    uint64_t            number; /* all chunks below it have to be over */
    dynox__waiter      *next, **link;
};

static void stop_locked(dynox__waiter *self)
{
    *self->link = self->next;
    if (self->next) self->next->link = self->link;
    self->link = NULL;
}

static bool is_open_locked(const dynox_batch_writer *writer, uint64_t number)
{
    for (const dynox__chunk *chunk = writer->running; chunk; chunk = chunk->next)
        if (chunk->number < number) return true;
    return writer->waiting && writer->waiting->number < number; /* they are in order */
}

static bool is_due_locked(const dynox_batch_writer *writer, const dynox__waiter *self)
{
    if (self->for_end) return !is_open_locked(writer, self->number);
    return !writer->waiting || writer->abandoned;
}

/* What it comes to: room is room, also when something was left. */
static void settle(dynox__waiter *self, dynox_error *error)
{
    dynox_status    status  = error->status;
    dynox__failure *failure = status == DYNOX_OK ? NULL : dynox__failure_new(error);
    dynox_error_clear(error);
    dynox__future_fulfil(&self->future, (dynox__slot){0}, NULL, status, failure);
}

static void result_locked(const dynox_batch_writer *writer, const dynox__waiter *self, dynox_error *error)
{
    bool fails = self->for_end ? writer->left_count > 0 : writer->abandoned;
    if (fails) dynox__writer_error_locked(writer, error);
}

void dynox__writer_wake(dynox_batch_writer *writer)
{
    for (;;) {
        dynox_error error = {0};
        pthread_mutex_lock(&writer->lock);
        dynox__waiter *due = writer->waiters;
        while (due && !is_due_locked(writer, due))
            due = due->next;
        if (due) {
            stop_locked(due);
            result_locked(writer, due, &error);
        }
        pthread_mutex_unlock(&writer->lock);
        if (!due) return;
        settle(due, &error);
    }
}

/* ---- the future ---- */

static dynox__waiter *waiter_of(dynox_future *future)
{
    return DYNOX__CONTAINER(future, dynox__waiter, future);
}

/* What was added stays added. */
static void cancel(dynox_future *future)
{
    dynox__waiter *self = waiter_of(future);
    pthread_mutex_lock(&self->writer->lock);
    bool waits = self->link != NULL;
    if (waits) stop_locked(self);
    pthread_mutex_unlock(&self->writer->lock);
    if (!waits) return;
    dynox__failure *failure = dynox__future_given_up(future, DYNOX_E_CANCELLED);
    dynox__future_fulfil(future, (dynox__slot){0}, NULL, DYNOX_E_CANCELLED, failure);
}

static void destroy(dynox_future *future)
{
    dynox__waiter *self = waiter_of(future);
    dynox__writer_release(self->writer);
    dynox__free(self);
}

static bool needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    (void)depth;
    return executor == dynox__service_executor(waiter_of(future)->writer->client->service) ||
           executor == dynox__timer_executor();
}

static dynox_future *sent(dynox_future *future, dynox__sent *sum, int depth)
{
    dynox_batch_writer *writer = waiter_of(future)->writer;
    pthread_mutex_lock(&writer->lock);
    dynox__sent_count(sum, writer->sent.attempts, writer->sent.may_have_applied);
    for (const dynox__chunk *chunk = writer->running; chunk; chunk = chunk->next)
        dynox__future_sent(chunk->batch, sum, depth - 1);
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}

dynox_future *dynox__writer_wait(dynox_batch_writer *writer, bool for_end, uint64_t number)
{
    static const dynox__future_class waiter_class = {
        .name = "batch writer", .cancel = cancel, .destroy = destroy, .needs = needs, .sent = sent};
    dynox__waiter *self  = dynox__calloc(sizeof *self);
    dynox_error    error = {0};
    if (!self) return dynox__future_failed(DYNOX_E_NO_MEMORY);
    dynox__shared_acquire(&writer->shared);
    self->writer  = writer;
    self->for_end = for_end;
    self->number  = number;
    dynox__future_init(&self->future, &waiter_class, NULL, 2);
    pthread_mutex_lock(&writer->lock);
    bool now = is_due_locked(writer, self);
    if (now) {
        result_locked(writer, self, &error);
    } else {
        dynox__waiter **end = &writer->waiters;
        while (*end)
            end = &(*end)->next;
        self->link = end;
        *end       = self;
    }
    pthread_mutex_unlock(&writer->lock);
    if (now) settle(self, &error);
    return &self->future;
}
