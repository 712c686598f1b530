/* The end of a batch: why parts are left, and what the future comes to. */
#include "client/batch/batch.h"
#include "client/item/items.h"
#include <string.h>

/* ---- why parts are left ---- */

void dynox__batch_note(dynox__batch *batch, const dynox_error *error)
{
    pthread_mutex_lock(&batch->lock);
    if (batch->cause.status == DYNOX_OK) dynox_error_copy(&batch->cause, error);
    pthread_mutex_unlock(&batch->lock);
}

void dynox__batch_note_status(dynox__batch *batch, dynox_status status, bool retryable, const char *message)
{
    dynox_error error = {0};
    dynox_error_set(&error, status, "%s", message);
    error.retryable = retryable;
    dynox__batch_note(batch, &error);
}

/* ---- the end ---- */

/* A read that was asked for twice is what the first one came to. */
static void follow(dynox__batch *batch, size_t place)
{
    dynox__batch_part *part = &batch->parts[place];
    part->state             = batch->parts[part->same].state;
    const dynox_item *item  = batch->items->at[part->same];
    if (part->state != DYNOX__PART_DONE || !item) return;
    dynox_item *copy = dynox_item_copy(item);
    if (copy) {
        dynox__items_set(batch->items, place, copy);
        return;
    }
    part->state = DYNOX__PART_WAITING;
    dynox__batch_note_status(batch, DYNOX_E_NO_MEMORY, false, "out of memory");
}

static void tell_error(const dynox__batch *batch, size_t left, dynox_error *error)
{
    const dynox_error *cause = &batch->cause;
    dynox_error_copy(error, cause);
    if (batch->done_one && cause->status != DYNOX_E_CANCELLED) error->status = DYNOX_E_PARTIAL;
    dynox__error_reword(
        error, batch->is_write ? "%zu of %zu writes were not applied: %s" : "%zu of %zu reads were not answered: %s",
        left, batch->part_count, cause->message);
    error->attempts = batch->sent.attempts;
    /* whoever reads "partial" knows that the others were */
    error->may_have_applied = error->status == DYNOX_E_PARTIAL ? batch->ambiguous : batch->sent.may_have_applied;
}

static void tell_info(dynox__batch *batch)
{
    dynox_info *info = &batch->info;
    memcpy(info->request_id, batch->request_id, sizeof info->request_id);
    info->attempts    = batch->sent.attempts;
    info->duration_us = (dynox__now_ns() - batch->started_ns) / 1000;
    if (!batch->capacity || batch->capacity->failed) return;
    info->capacity       = batch->capacity->tables;
    info->capacity_count = batch->capacity->count;
    info->owned_         = &batch->capacity->shared; /* so that a copy keeps it; the reference is the batch's */
}

void dynox__batch_finish(dynox__batch *batch)
{
    size_t          left    = 0;
    dynox__slot     value   = {0};
    dynox__failure *failure = NULL;
    dynox_error     error   = {0};
    for (size_t i = 0; i < batch->part_count; i++) {
        if (!batch->is_write && batch->parts[i].state == DYNOX__PART_DROPPED) follow(batch, i);
        left += batch->parts[i].state == DYNOX__PART_WAITING;
    }
    if (left) {
        pthread_mutex_lock(&batch->lock);
        tell_error(batch, left, &error);
        pthread_mutex_unlock(&batch->lock);
        failure = dynox__failure_new(&error);
    } else {
        tell_info(batch);
        value.pointer = batch->is_write ? (void *)batch->homes : batch->items;
        batch->items  = NULL;
        batch->homes  = NULL;
    }
    dynox_status status = error.status;
    dynox_error_clear(&error);
    dynox__future_fulfil(&batch->future, value, NULL, status, failure);
}
