/* Generators: a coroutine as a stream of what it yields.
 *
 * Consumer and body take turns, but may be on two threads, and a consumer may stop waiting (a timeout, a cancel) while
 * the body runs on: so what they share is under a lock, and nothing is settled or freed under it. */
#include "async/coroutine/coroutine.h"
#include "async/future/state.h"
#include "async/stream/stream.h"
#include <pthread.h>

typedef enum generator_phase {
    NOT_STARTED,
    RUNNING,
    ITEM_READY, /* the body is parked, its item not yet handed out */
    ITEM_LENT,  /* the body is parked, the consumer looks at its item */
    ENDED
} generator_phase;

struct dynox__generator {
    dynox_stream      stream;
    pthread_mutex_t   lock;
    unsigned          generation; /* fork: the lock, and the body, are the parent's */
    dynox__shared     shared;     /* references: the consumer's and the body's */
    generator_phase   phase;
    bool              closed; /* the consumer is gone */
    const void       *item;
    dynox_future     *ready;     /* promise: the consumer waits for an item; two references, ours and the producer's */
    dynox_future     *wanted;    /* promise: the body waits for the consumer; the producer's reference */
    dynox_status      status;    /* of ENDED; DYNOX_OK: no more items */
    dynox__failure   *failure;   /* behind status */
    dynox__coroutine *coroutine; /* the consumer's reference of its future */
};

static dynox__generator *generator_of(dynox_stream *stream)
{
    return DYNOX__CONTAINER(stream, dynox__generator, stream);
}

static bool is_foreign(const dynox__generator *generator)
{
    return generator->generation != dynox__fork_generation();
}

static void release(dynox__generator *generator)
{
    dynox__shared_release(&generator->shared);
}

static void last_release(dynox__shared *shared)
{
    dynox__generator *generator = DYNOX__CONTAINER(shared, dynox__generator, shared);
    pthread_mutex_destroy(&generator->lock);
    dynox__failure_release(generator->failure);
    dynox__free(generator);
}

/* Ends the promise on which the consumer waits: there is something to poll. */
static void announce(dynox_future *ready)
{
    if (!ready) return;
    dynox_promise_settle(ready, dynox_ok(NULL, NULL));
    dynox_future_release(ready);
}

/* ---- the body's side ---- */

dynox_future *dynox__generator_hand(dynox__generator *generator, const void *item)
{
    if (dynox__future_cancel_requested(&generator->coroutine->future)) return dynox__future_failed(DYNOX_E_CANCELLED);
    dynox_future *wanted = dynox_promise_new(NULL);
    if (dynox_future_done(wanted)) return wanted; /* out of memory */
    pthread_mutex_lock(&generator->lock);
    bool          closed = generator->closed;
    dynox_future *ready  = generator->ready;
    if (!closed) {
        generator->phase  = ITEM_READY;
        generator->item   = item;
        generator->wanted = wanted;
        generator->ready  = NULL;
    }
    pthread_mutex_unlock(&generator->lock);
    if (closed)
        dynox_promise_settle(wanted, dynox_fail(DYNOX_E_CANCELLED));
    else
        announce(ready);
    return wanted;
}

void dynox__generator_ended(dynox__generator *generator, dynox_status status, dynox__failure *failure)
{
    pthread_mutex_lock(&generator->lock);
    dynox_future *ready = generator->ready;
    generator->phase    = ENDED;
    generator->status   = status;
    generator->failure  = failure;
    generator->ready    = NULL;
    pthread_mutex_unlock(&generator->lock);
    announce(ready);
    release(generator);
}

/* ---- the consumer's side ---- */

static dynox_stream_state next(dynox_stream *stream, const void **item)
{
    dynox__generator  *generator = generator_of(stream);
    dynox_stream_state state     = DYNOX_STREAM_WAIT;
    if (is_foreign(generator)) return DYNOX_STREAM_FAILED;
    pthread_mutex_lock(&generator->lock);
    if (generator->phase == ITEM_READY) {
        generator->phase = ITEM_LENT;
        *item            = generator->item;
        state            = DYNOX_STREAM_ITEM;
    } else if (generator->phase == ENDED) {
        state = generator->status == DYNOX_OK ? DYNOX_STREAM_END : DYNOX_STREAM_FAILED;
    }
    pthread_mutex_unlock(&generator->lock);
    return state;
}

static const dynox_error *error(dynox_stream *stream)
{
    dynox__generator  *generator = generator_of(stream);
    const dynox_error *error     = NULL;
    if (is_foreign(generator)) return dynox__status_error(DYNOX_E_FORKED);
    pthread_mutex_lock(&generator->lock);
    if (generator->phase == ENDED && generator->status != DYNOX_OK)
        error = generator->failure ? &generator->failure->error : dynox__status_error(generator->status);
    pthread_mutex_unlock(&generator->lock);
    return error;
}

/* One that says whom it waits for, so that a wait on the body's own executor is refused. */
static dynox_future *ready_promise(dynox__generator *generator)
{
    dynox_future *ready = dynox_promise_new(NULL);
    if (!dynox_future_done(ready)) ready->home = generator->coroutine->future.home;
    return ready;
}

static dynox_future *fill(dynox_stream *stream)
{
    dynox__generator *generator = generator_of(stream);
    if (is_foreign(generator)) return dynox__future_failed(DYNOX_E_FORKED);
    dynox_future *fresh  = ready_promise(generator);
    dynox_future *spare  = fresh; /* the promise that is settled at once */
    dynox_future *wanted = NULL, *result;
    bool          start  = false;
    if (dynox_future_done(fresh)) return fresh; /* out of memory */
    pthread_mutex_lock(&generator->lock);
    if (generator->phase == ITEM_READY || generator->phase == ENDED) {
        result = dynox_future_acquire(fresh);
    } else if (generator->ready && !dynox_future_done(generator->ready)) {
        result = dynox_future_acquire(generator->ready); /* asked for already */
    } else {
        result            = dynox_future_acquire(fresh);
        spare             = generator->ready; /* of a consumer who gave up waiting */
        start             = generator->phase == NOT_STARTED;
        wanted            = generator->wanted;
        generator->ready  = fresh;
        generator->wanted = NULL;
        generator->phase  = RUNNING;
    }
    pthread_mutex_unlock(&generator->lock);
    announce(spare);
    if (start) dynox__coroutine_start(generator->coroutine);
    if (wanted) dynox_promise_settle(wanted, dynox_ok(NULL, NULL));
    return result;
}

static void destroy(dynox_stream *stream)
{
    dynox__generator *generator = generator_of(stream);
    dynox__coroutine *coroutine = generator->coroutine;
    if (is_foreign(generator)) return; /* its memory stays */
    pthread_mutex_lock(&generator->lock);
    generator_phase phase  = generator->phase;
    dynox_future   *ready  = generator->ready;
    dynox_future   *wanted = generator->wanted;
    generator->closed      = true;
    generator->ready       = NULL;
    generator->wanted      = NULL;
    pthread_mutex_unlock(&generator->lock);
    if (phase == NOT_STARTED) {
        dynox__coroutine_abandon(coroutine);
        release(generator); /* the body's */
    } else {
        dynox_future_cancel(&coroutine->future);
        if (wanted) dynox_promise_settle(wanted, dynox_fail(DYNOX_E_CANCELLED)); /* also in DYNOX_FINALLY */
        if (phase == ENDED) dynox_future_error(&coroutine->future);              /* the stream has reported it */
        dynox_future_release(&coroutine->future);
    }
    if (ready) {
        dynox_promise_settle(ready, dynox_fail(DYNOX_E_CANCELLED));
        dynox_future_release(ready);
    }
    release(generator);
}

static const dynox_type *item_type(const dynox_stream *stream)
{
    return generator_of((dynox_stream *)(uintptr_t)stream)->coroutine->class_->type;
}

static const dynox_stream_class generator_class = {
    .name = "generator", .next = next, .fill = fill, .error = error, .destroy = destroy, .item_type = item_type};

dynox_future *dynox__generator_future(dynox_stream *stream)
{
    if (stream->class_ != &generator_class) return NULL;
    dynox__generator *generator = generator_of(stream);
    if (is_foreign(generator)) return NULL;
    pthread_mutex_lock(&generator->lock);
    bool running = generator->phase != NOT_STARTED && generator->phase != ENDED;
    pthread_mutex_unlock(&generator->lock);
    return running ? dynox_future_acquire(&generator->coroutine->future) : NULL;
}

dynox_stream *dynox_frame_generate_(dynox_frame *frame, const char *site)
{
    if (!frame) return dynox__stream_failed(DYNOX_E_NO_MEMORY);
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    dynox__generator *generator = dynox__calloc(sizeof *generator);
    if (!generator || pthread_mutex_init(&generator->lock, NULL) != 0) {
        dynox__free(generator);
        dynox__coroutine_abandon(coroutine);
        return dynox__stream_failed(DYNOX_E_NO_MEMORY);
    }
    if (dynox_debug_on_) dynox_future_set_site_(&coroutine->future, site);
    generator->stream.class_ = &generator_class;
    generator->generation    = dynox__fork_generation();
    dynox__shared_init(&generator->shared, last_release);
    dynox__shared_acquire(&generator->shared);
    generator->coroutine = coroutine;
    coroutine->generator = generator;
    return &generator->stream;
}
