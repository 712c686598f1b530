/* Where requests wait: in a queue, or, if a fault has made them late, by the time at which they end. */
#include "base/clock.h"
#include "local/engine/in_process.h"

void dynox__enqueue(dynox__in_process *self, dynox__request *request)
{
    request->own.place = DYNOX__AT_QUEUED;
    request->own.next  = NULL;
    if (self->last)
        self->last->own.next = request;
    else
        self->first = request;
    self->last = request;
    self->waiting++;
}

dynox__request *dynox__dequeue(dynox__in_process *self)
{
    dynox__request *request = self->first;
    if (!request) return NULL;
    self->first = request->own.next;
    if (!self->first) self->last = NULL;
    self->waiting--;
    return request;
}

void dynox__put_late(dynox__in_process *self, dynox__request *request, int64_t at_ns)
{
    dynox__request *before = NULL, *behind = self->late;
    while (behind && behind->own.queued_ns <= at_ns) {
        before = behind;
        behind = behind->own.next;
    }
    request->own.place     = DYNOX__AT_LATE;
    request->own.queued_ns = at_ns;
    request->own.previous  = before;
    request->own.next      = behind;
    if (behind) behind->own.previous = request;
    if (before)
        before->own.next = request;
    else
        self->late = request;
}

static void remove_late(dynox__in_process *self, dynox__request *request)
{
    if (request->own.next) request->own.next->own.previous = request->own.previous;
    if (request->own.previous)
        request->own.previous->own.next = request->own.next;
    else
        self->late = request->own.next;
}

void dynox__hurry(dynox__in_process *self, dynox__request *request, dynox_status status)
{
    remove_late(self, request);
    request->phase = DYNOX__PHASE_WAITING;
    dynox__exchange_end(request, status, dynox_status_text(status));
    dynox__put_late(self, request, INT64_MIN);
}

dynox__request *dynox__take_late(dynox__in_process *self, int64_t now_ns)
{
    dynox__request *request = self->late;
    if (request && self->stopping && request->own.queued_ns != INT64_MIN) dynox__hurry(self, request, DYNOX_E_SHUTDOWN);
    request = self->late;
    if (!request || request->own.queued_ns > now_ns) return NULL;
    remove_late(self, request);
    request->own.place = DYNOX__AT_ACTIVE;
    return request;
}

void dynox__put_post(dynox__in_process *self, dynox_work *work)
{
    work->next = NULL;
    if (self->last_posted)
        self->last_posted->next = work;
    else
        self->posted = work;
    self->last_posted = work;
}

dynox_work *dynox__take_post(dynox__in_process *self)
{
    dynox_work *work = self->posted;
    if (!work) return NULL;
    self->posted = work->next;
    if (!self->posted) self->last_posted = NULL;
    return work;
}
