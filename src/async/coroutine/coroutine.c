/* The life of a coroutine: made, started on its executor, resumed by what it awaits, its children joined, settled.
 *
 *   BODY --error--> CATCH --> cancel and join the children --> FINALLY --> join late children --> settle
 *     \--- return, own cancellation ----^
 *
 * Children are joined before DYNOX_FINALLY because that frees what they use. */
#include "async/coroutine/coroutine.h"
#include "async/executor/executor.h"
#include "async/executor/park.h"
#include "async/future/continuation.h"
#include <string.h>

/* When the children are joined. */
enum { BEFORE_FINALLY = 1, AT_THE_END };

/* So many coroutines may start inside each other's bodies; one that goes deeper is posted, so that recursion costs
 * heap and not stack. */
enum { MAX_NESTED_STARTS = 48 };

static _Thread_local unsigned nested_starts;
/* Is a coroutine of the inline executor running on this thread? It has no queue of its own by which
 * dynox_executor_current() could know it. */
static _Thread_local bool inside_inline;

static void advance(dynox__coroutine *coroutine);

/* ---- the future of a coroutine ---- */

static void cancel(dynox_future *future)
{
    dynox__pin_cancel(&DYNOX__CONTAINER(future, dynox__coroutine, future)->awaited);
}

static void destroy(dynox_future *future)
{
    dynox__coroutine *coroutine = DYNOX__CONTAINER(future, dynox__coroutine, future);
    dynox__failure_release(coroutine->error_failure);
    dynox__failure_release(coroutine->outcome_failure);
    dynox__free(coroutine);
}

static void describe(dynox_future *future, FILE *to, int depth)
{
    dynox__coroutine *coroutine = DYNOX__CONTAINER(future, dynox__coroutine, future);
    int               line      = atomic_load_explicit(&coroutine->line, memory_order_relaxed);
    fprintf(to, "%*sin %s, line %d, on %s\n", 2 * depth, "", coroutine->class_->name, line, coroutine->on->name);
    dynox__future_describe(dynox__pin_peek(&coroutine->awaited), to, depth);
}

static bool needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    dynox__coroutine *coroutine = DYNOX__CONTAINER(future, dynox__coroutine, future);
    if (coroutine->on == executor) return true;
    return dynox__pin_needs(&coroutine->awaited, executor, depth);
}

void dynox__children_lock(dynox__coroutine *coroutine)
{
    while (atomic_exchange_explicit(&coroutine->busy, true, memory_order_acquire))
        dynox__spin();
}

void dynox__children_unlock(dynox__coroutine *coroutine)
{
    atomic_store_explicit(&coroutine->busy, false, memory_order_release);
}

/* A reference to the last child before `*index`, which becomes its place. */
static dynox_future *child_before(dynox__coroutine *coroutine, uint32_t *index)
{
    dynox_future *child = NULL;
    dynox__children_lock(coroutine);
    if (*index > coroutine->child_count) *index = coroutine->child_count;
    if (*index) child = dynox_future_acquire(coroutine->children[--*index]);
    dynox__children_unlock(coroutine);
    return child;
}

/* What was sent for all of its futures, except the one whose reference it returns. */
static dynox_future *look(dynox__coroutine *coroutine, dynox__sent *sum, int depth)
{
    dynox_future *child;
    for (uint32_t i = UINT32_MAX; (child = child_before(coroutine, &i)) != NULL;) {
        dynox__future_sent(child, sum, depth - 1);
        dynox_future_release(child);
    }
    return dynox__sent_add(sum, &coroutine->sent, &coroutine->awaited);
}

/* A future goes from the children to `awaited` and from there to what is kept, and is in the next place before it
 * leaves the one before; so looking in this order misses none. If nothing has moved meanwhile, none was seen twice
 * either. */
static dynox_future *sent(dynox_future *future, dynox__sent *sum, int depth)
{
    dynox__coroutine *coroutine = DYNOX__CONTAINER(future, dynox__coroutine, future);
    dynox__sent       all;
    dynox_future     *awaited = NULL;
    for (int tries = 0; tries < 100; tries++) {
        unsigned turn = dynox__sent_turn(&coroutine->sent);
        dynox_future_release(awaited);
        all     = (dynox__sent){0};
        awaited = look(coroutine, &all, depth);
        if (dynox__sent_turn(&coroutine->sent) == turn) break;
    }
    dynox__sent_count(sum, all.attempts, all.may_have_applied);
    return awaited;
}

static const dynox__future_class coroutine_class = {
    .name = "coroutine", .cancel = cancel, .destroy = destroy, .describe = describe, .needs = needs, .sent = sent};

/* ---- making and starting ---- */

dynox_frame *dynox_frame_new_(const dynox_frame_class *class_, dynox_executor *on)
{
    if (!on) on = inside_inline ? dynox_executor_inline() : dynox_executor_current();
    if (dynox__run_refuses() || dynox__default_executor(&on) != DYNOX_OK) return NULL;
    dynox__coroutine *coroutine = dynox__calloc(class_->size);
    if (!coroutine) return NULL;
    /* The caller's reference and that of the body. */
    dynox__future_init(&coroutine->future, &coroutine_class, class_->type, 2);
    if (on != dynox_executor_inline()) coroutine->future.home = on;
    coroutine->class_          = class_;
    coroutine->on              = on;
    coroutine->continuation.on = on;
    atomic_init(&coroutine->awaited, 0);
    atomic_init(&coroutine->line, 0);
    return dynox__frame_of(coroutine);
}

static void first_step(dynox_work *work)
{
    dynox__coroutine *coroutine = DYNOX__CONTAINER(work, dynox__coroutine, continuation.work);
    dynox__run_enlist(coroutine);
    advance(coroutine);
}

void dynox__coroutine_start(dynox__coroutine *coroutine)
{
    dynox_executor *on   = coroutine->on;
    bool            here = on == dynox_executor_current() || on == dynox_executor_inline();
    if (here && nested_starts < MAX_NESTED_STARTS) {
        nested_starts++;
        first_step(&coroutine->continuation.work);
        nested_starts--;
    } else {
        coroutine->continuation.work.run = first_step;
        on->post(on, &coroutine->continuation.work);
    }
}

dynox_future *dynox_frame_start_(dynox_frame *frame, const char *site)
{
    if (!frame) return dynox__future_failed(DYNOX_E_NO_MEMORY);
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    if (dynox_debug_on_) dynox_future_set_site_(&coroutine->future, site);
    dynox__coroutine_start(coroutine);
    return &coroutine->future;
}

void dynox__coroutine_abandon(dynox__coroutine *coroutine)
{
    dynox__future_fulfil(&coroutine->future, (dynox__slot){0}, NULL, DYNOX_E_CANCELLED, NULL);
    dynox_future_release(&coroutine->future);
}

/* ---- running ---- */

static void resume(dynox_future *future, dynox__continuation *continuation)
{
    (void)future;
    advance(DYNOX__CONTAINER(continuation, dynox__coroutine, continuation));
}

/* From the moment the continuation is attached, the body may run on another thread. */
static void park(dynox__coroutine *coroutine, dynox_future *future)
{
    coroutine->continuation.fn = resume;
    dynox__future_attach(future, &coroutine->continuation);
}

static void park_on_awaited(dynox__coroutine *coroutine)
{
    dynox_future *future = dynox__pin_peek(&coroutine->awaited);
    /* A cancel that came before `awaited` was stored did not see it: look again. */
    if (dynox__future_cancel_handshake(&coroutine->future)) dynox__pin_cancel(&coroutine->awaited);
    park(coroutine, future);
}

static void cancel_children(dynox__coroutine *coroutine)
{
    for (uint32_t i = 0; i < coroutine->child_count; i++)
        dynox_future_cancel(coroutine->children[i]);
    dynox__walks_end(coroutine);
}

static void joined(dynox__coroutine *coroutine)
{
    dynox_future *child = dynox__sent_keep(&coroutine->sent, &coroutine->awaited);
    if (dynox__frame_of(coroutine)->outcome_ != DYNOX_OK && dynox_future_error(child) == DYNOX_E_CANCELLED)
        dynox__future_sent(child, &coroutine->given_up, DYNOX__SENT_DEPTH);
    dynox_future_release(child);
}

/* true: parked on one; false: all have ended. The error of a child that nobody awaited is reported as unobserved,
 * unless the coroutine fails itself: then it would only be noise. */
static bool join_children(dynox__coroutine *coroutine)
{
    for (;;) {
        bool          is_walk = coroutine->child_count == 0;
        dynox_future *child = is_walk ? dynox__walks_join(coroutine) : coroutine->children[coroutine->child_count - 1];
        if (!child) return false;
        dynox__coroutine_await(coroutine, child, DYNOX__PIN_SHIELDED);
        if (!dynox_future_done(child)) {
            park(coroutine, child);
            return true;
        }
        joined(coroutine);
    }
}

static void finish(dynox__coroutine *coroutine)
{
    dynox_status      status    = dynox__frame_of(coroutine)->outcome_;
    dynox__generator *generator = coroutine->generator;
    dynox__failure   *failure   = coroutine->outcome_failure;
    dynox__slot       value     = {0};
    dynox__run_leave(coroutine);
    dynox__walks_free(coroutine);
    dynox__children_lock(coroutine);
    dynox__free(coroutine->children);
    coroutine->children = NULL;
    dynox__children_unlock(coroutine);
    coroutine->outcome_failure = NULL;
    memcpy(&value, (char *)coroutine + coroutine->class_->result_offset, coroutine->class_->result_size);
    if (status != DYNOX_OK) {
        dynox__failure *known = dynox__failure_if_cancelled(status, failure, &coroutine->sent);
        dynox__slot_destroy(value, coroutine->class_->type);
        value   = (dynox__slot){0};
        failure = dynox__failure_with_sent(status, known, &coroutine->given_up);
        dynox__failure_release(known);
    } else {
        dynox__failure_release(failure); /* caught */
        failure = NULL;
    }
    if (generator) dynox__failure_acquire(failure);
    dynox__future_fulfil(&coroutine->future, value, NULL, status, failure);
    if (generator) dynox__generator_ended(generator, status, failure);
}

/* Runs the body until it parks or has ended. */
static void run_steps(dynox__coroutine *coroutine)
{
    dynox_frame *frame = dynox__frame_of(coroutine);
    if (coroutine->joining) joined(coroutine);
    for (;;) {
        if (!coroutine->joining) {
            dynox_step step = coroutine->class_->step(frame);
            if (step.what_ == DYNOX_STEP_AGAIN_) continue;
            if (step.what_ == DYNOX_STEP_PARK_) {
                park_on_awaited(coroutine);
                return;
            }
            coroutine->joining = step.what_ == DYNOX_STEP_CHILDREN_ ? BEFORE_FINALLY : AT_THE_END;
            cancel_children(coroutine);
        }
        if (join_children(coroutine)) return;
        if (coroutine->joining == AT_THE_END) break;
        coroutine->joining = 0;
    }
    finish(coroutine);
}

static void advance(dynox__coroutine *coroutine)
{
    bool before   = inside_inline;
    inside_inline = coroutine->on == dynox_executor_inline();
    run_steps(coroutine);
    inside_inline = before;
}
