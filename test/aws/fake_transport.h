/* A transport that does what a test wrote down, on a thread of its own: for answers and races that no server can be
 * made to produce on command. */
#ifndef DYNOX_TEST_AWS_FAKE_TRANSPORT_H
#define DYNOX_TEST_AWS_FAKE_TRANSPORT_H

#include "async/executor/executor.h"
#include "async/future/future.h"
#include "base/thread.h"
#include "http/transport/transport.h"
#include "support.h"
#include "value/json/crc32.h"
#include "value/json/decode.h"

/* What becomes of the n-th request. */
typedef struct fake_step {
    int                  http; /* of the answer; 0: none, but `status` */
    const char          *body; /* NULL: none */
    const char          *type; /* x-amzn-errortype */
    const char          *date;
    int64_t              retry_after_ms; /* 0: none */
    bool                 bad_crc;
    dynox_status         status;
    dynox__request_phase phase;
    bool                 hold; /* until it is cancelled, or for ever */
} fake_step;

enum { FAKE_RECORDS = 16 };

typedef struct fake_transport {
    dynox__transport transport;
    dynox_executor   executor;
    pthread_mutex_t  lock;
    pthread_cond_t   changed;
    pthread_t        thread;
    bool             running, stopping;
    dynox__request  *first, **last; /* submitted, in order; linked by own.next */
    dynox__request  *held;
    dynox_work      *posted; /* one at a time is enough so far */
    const fake_step *steps;  /* the last one is for all that follow */
    size_t           step_count;
    bool             cycle; /* begin again after the last step, instead of repeating it */
    size_t           submitted;
    size_t           rejected;
    dynox_status     refuse;             /* what submit says, if not DYNOX_OK */
    char            *sent[FAKE_RECORDS]; /* the first requests as they were sent, NUL-terminated */
    _Atomic size_t  *destroyed;          /* counts shutdowns; may be NULL */
} fake_transport;

static inline void fake_fill(dynox__request *request, const fake_step *step)
{
    dynox__response_head *head = &request->head;
    *head                      = (dynox__response_head){.status = step->http};
    request->status            = step->http ? DYNOX_OK : step->status;
    request->phase             = step->http ? DYNOX__PHASE_DONE : step->phase;
    request->message[0]        = 0;
    request->sent_ns = request->received_ns = dynox__now_ns();
    dynox__buffer_free(&request->body);
    if (!step->http) return;
    size_t size = step->body ? strlen(step->body) : 0;
    if (size) {
        request->body.data = dynox__calloc(size + DYNOX__DECODE_PADDING);
        if (!request->body.data) {
            request->status = DYNOX_E_NO_MEMORY;
            return;
        }
        memcpy(request->body.data, step->body, size);
        request->body.size     = size;
        request->body.capacity = size + DYNOX__DECODE_PADDING;
    }
    head->has_crc32       = true;
    head->crc32           = dynox__crc32(step->body ? step->body : "", size) + step->bad_crc;
    head->has_retry_after = step->retry_after_ms > 0;
    head->retry_after_ms  = step->retry_after_ms;
    snprintf(head->request_id, sizeof head->request_id, "REQUEST");
    snprintf(head->date, sizeof head->date, "%s", step->date ? step->date : "");
    snprintf(head->error_type, sizeof head->error_type, "%s", step->type ? step->type : "");
}

static inline void fake_end(dynox__request *request, dynox_status status)
{
    fake_fill(request, &(fake_step){.status = status, .phase = DYNOX__PHASE_WAITING});
    request->done(request);
}

static inline const fake_step *fake_record_locked(fake_transport *fake, const dynox__request *request)
{
    size_t n = fake->submitted++;
    if (n < FAKE_RECORDS) {
        fake->sent[n] = calloc(1, request->size + 1);
        memcpy(fake->sent[n], request->data, request->size);
    }
    if (fake->cycle) return &fake->steps[n % fake->step_count];
    return &fake->steps[n < fake->step_count ? n : fake->step_count - 1];
}

static inline dynox__request *fake_take_cancelled_locked(fake_transport *fake)
{
    for (dynox__request **link = &fake->held; *link; link = &(*link)->own.next) {
        dynox__request *request = *link;
        if (!atomic_load(&request->own.state) && !fake->stopping) continue;
        *link = request->own.next;
        return request;
    }
    return NULL;
}

static void *fake_run(void *argument)
{
    fake_transport *fake = argument;
    dynox__executor_enter(&fake->executor);
    pthread_mutex_lock(&fake->lock);
    for (;;) {
        dynox__request *request = fake_take_cancelled_locked(fake);
        dynox_work     *work    = fake->posted;
        if (work) {
            fake->posted = NULL;
            pthread_mutex_unlock(&fake->lock);
            dynox_executor_run(&fake->executor, work);
            pthread_mutex_lock(&fake->lock);
            if (!request) continue;
        }
        if (request) {
            bool stopping = fake->stopping;
            pthread_mutex_unlock(&fake->lock);
            fake_end(request, stopping ? DYNOX_E_SHUTDOWN : DYNOX_E_CANCELLED);
            pthread_mutex_lock(&fake->lock);
            continue;
        }
        request = fake->first;
        if (!request && fake->stopping) break;
        if (!request) {
            pthread_cond_wait(&fake->changed, &fake->lock);
            continue;
        }
        fake->first = request->own.next;
        if (!fake->first) fake->last = &fake->first;
        const fake_step *step = fake_record_locked(fake, request);
        if (step->hold) {
            request->own.next = fake->held;
            fake->held        = request;
            continue;
        }
        pthread_mutex_unlock(&fake->lock);
        fake_fill(request, step);
        request->done(request);
        pthread_mutex_lock(&fake->lock);
    }
    pthread_mutex_unlock(&fake->lock);
    return NULL;
}

static dynox_status fake_submit(dynox__transport *self, dynox__request *request)
{
    fake_transport *fake   = (fake_transport *)self;
    dynox_status    status = DYNOX_OK;
    pthread_mutex_lock(&fake->lock);
    if (fake->refuse != DYNOX_OK || fake->stopping) {
        status = fake->stopping ? DYNOX_E_SHUTDOWN : fake->refuse;
    } else {
        if (!fake->running)
            fake->running = dynox__thread_start(&fake->thread, "fake", false, fake_run, fake) == DYNOX_OK;
        atomic_store(&request->own.state, 0);
        request->own.next = NULL;
        *fake->last       = request;
        fake->last        = &request->own.next;
    }
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
    return status;
}

static bool fake_cancel(dynox__transport *self, dynox__request *request)
{
    fake_transport *fake = (fake_transport *)self;
    pthread_mutex_lock(&fake->lock);
    atomic_store(&request->own.state, 1);
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
    return true;
}

static void fake_reject(dynox__transport *transport, dynox__request *request)
{
    (void)request;
    ((fake_transport *)(void *)transport)->rejected++;
}

static void fake_shutdown(dynox__transport *self)
{
    fake_transport *fake = (fake_transport *)self;
    pthread_mutex_lock(&fake->lock);
    fake->stopping = true;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
    if (fake->running) pthread_join(fake->thread, NULL);
    for (size_t i = 0; i < FAKE_RECORDS; i++)
        free(fake->sent[i]);
    pthread_mutex_destroy(&fake->lock);
    pthread_cond_destroy(&fake->changed);
    if (fake->destroyed) atomic_fetch_add(fake->destroyed, 1);
    free(fake);
}

static void fake_stats(dynox__transport *self, dynox__transport_stats *stats)
{
    stats->requests = ((fake_transport *)self)->submitted;
}

static dynox_executor *fake_executor(dynox__transport *self)
{
    return &((fake_transport *)self)->executor;
}

static void fake_post(dynox_executor *self, dynox_work *work)
{
    fake_transport *fake = DYNOX__CONTAINER(self, fake_transport, executor);
    pthread_mutex_lock(&fake->lock);
    if (!fake->running || fake->posted) abort();
    fake->posted = work;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
}

static inline fake_transport *fake_new(const fake_step *steps, size_t count)
{
    fake_transport *fake = calloc(1, sizeof *fake);
    fake->transport =
        (dynox__transport){fake_submit, fake_cancel, fake_reject, fake_shutdown, fake_stats, fake_executor};
    fake->executor   = (dynox_executor){.post = fake_post, .name = "fake"};
    fake->steps      = steps;
    fake->step_count = count;
    fake->last       = &fake->first;
    pthread_mutex_init(&fake->lock, NULL);
    pthread_cond_init(&fake->changed, NULL);
    return fake;
}

/* Waits until that many requests have reached the transport. */
static inline void fake_wait(fake_transport *fake, size_t count)
{
    for (;;) {
        pthread_mutex_lock(&fake->lock);
        bool there = fake->submitted >= count;
        pthread_mutex_unlock(&fake->lock);
        if (there) return;
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
}

#endif
