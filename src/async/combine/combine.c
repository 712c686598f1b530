/* gather, gather_settled, any and race: one future of many. One allocation; it holds its inputs until its end, so
 * that they can be looked at. */
#include "async/future/outcome.h"
#include "async/future/state.h"
#include "base/alloc.h"

struct combination;

typedef struct part {
    dynox__continuation continuation;
    dynox_future       *input;
    struct combination *whole;
} part;

typedef struct combination {
    dynox_future        future;
    dynox_combine_how   how;
    size_t              count;
    _Atomic size_t      left;      /* inputs that are not done, and one for the maker */
    _Atomic size_t      winner;    /* index; SIZE_MAX: none yet */
    _Atomic size_t      loser;     /* ANY: the first that failed */
    struct combination *to_accept; /* the next one of those whose parts are to be accepted */
    part                parts[];
} combination;

static combination *of(const dynox_future *future)
{
    return DYNOX__CONTAINER((uintptr_t)future, combination, future);
}

static void cancel(dynox_future *future)
{
    combination *self = of(future);
    for (size_t i = 0; i < self->count; i++)
        dynox_future_cancel(self->parts[i].input);
}

static void destroy(dynox_future *future)
{
    combination *self = of(future);
    for (size_t i = 0; i < self->count; i++)
        dynox_future_release(self->parts[i].input);
    dynox__free(self);
}

static void describe(dynox_future *future, FILE *to, int depth)
{
    combination *self = of(future);
    for (size_t i = 0; i < self->count; i++)
        if (!dynox_future_done(self->parts[i].input)) dynox__future_describe(self->parts[i].input, to, depth);
}

/* Those that wait for all need whatever one of them needs; those that wait for one do if all of them do. */
static bool needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    combination *self = of(future);
    bool         all  = self->how == DYNOX_GATHER || self->how == DYNOX_GATHER_SETTLED;
    for (size_t i = 0; i < self->count; i++)
        if (dynox__future_needs(self->parts[i].input, executor, depth) == all) return all;
    return !all;
}

static dynox_future *sent(dynox_future *future, dynox__sent *sum, int depth)
{
    combination *self = of(future);
    for (size_t i = 0; i < self->count; i++)
        dynox__future_sent(self->parts[i].input, sum, depth - 1);
    return NULL;
}

static void accept(dynox_future *future);

/* The winner's value, and what that stands for, have moved into an any or a race; the parts of a gather stay its own.
 */
static const dynox__future_class classes[] = {
    {.name     = "gather",
     .cancel   = cancel,
     .destroy  = destroy,
     .describe = describe,
     .needs    = needs,
     .sent     = sent,
     .accept   = accept},
    {.name     = "gather_settled",
     .cancel   = cancel,
     .destroy  = destroy,
     .describe = describe,
     .needs    = needs,
     .sent     = sent,
     .accept   = accept},
    {.name = "any", .cancel = cancel, .destroy = destroy, .describe = describe, .needs = needs, .sent = sent},
    {.name = "race", .cancel = cancel, .destroy = destroy, .describe = describe, .needs = needs, .sent = sent},
};

/* Gathers of gathers are put off in a list, each in one at most for it was claimed, so that no depth needs a stack. */
static void accept(dynox_future *future)
{
    combination *next = of(future);
    next->to_accept   = NULL;
    while (next) {
        combination *self = next;
        next              = self->to_accept;
        for (size_t i = 0; i < self->count; i++) {
            dynox__future_accept_value(self->parts[i].input);
            dynox_future *behind = dynox__future_claim_behind(self->parts[i].input);
            if (!behind) continue;
            if (behind->class_->accept == accept) {
                of(behind)->to_accept = next;
                next                  = of(behind);
            } else {
                behind->class_->accept(behind);
            }
        }
    }
}

static bool first(_Atomic size_t *place, size_t index)
{
    size_t none = SIZE_MAX;
    return atomic_compare_exchange_strong(place, &none, index);
}

/* What one came to, as that of all: if it failed, with what was sent for the others. */
static dynox__result result_of(combination *self, size_t index)
{
    dynox_future *input  = self->parts[index].input;
    dynox__result result = {.status = input->status};
    dynox__sent   sum    = {0};
    if (input->status == DYNOX_OK) return dynox__future_move_result(input);
    sent(&self->future, &sum, DYNOX__SENT_DEPTH);
    result.failure = dynox__failure_with_sent(input->status, input->failure, &sum);
    if (self->how == DYNOX_ANY || self->how == DYNOX_RACE) result.behind = dynox__future_behind(input);
    return result;
}

/* One of them is done (or all have been attached); the last one settles what has not been settled before. */
static void count_down(combination *self)
{
    if (atomic_fetch_sub_explicit(&self->left, 1, memory_order_acq_rel) != 1) return;
    size_t        failed = SIZE_MAX;
    dynox__result result = {0};
    if (self->how == DYNOX_GATHER) failed = atomic_load(&self->winner);
    if (self->how == DYNOX_ANY) failed = atomic_load(&self->loser);
    if (failed != SIZE_MAX) result = result_of(self, failed);
    dynox__future_settle_result(&self->future, result);
    dynox_future_release(&self->future);
}

static void win(combination *self, size_t index)
{
    if (!first(&self->winner, index)) return;
    dynox__future_settle_result(&self->future, result_of(self, index));
    cancel(&self->future);
}

static void part_done(dynox_future *input, dynox__continuation *continuation)
{
    part        *it     = DYNOX__CONTAINER(continuation, part, continuation);
    combination *self   = it->whole;
    size_t       index  = (size_t)(it - self->parts);
    bool         failed = input->status != DYNOX_OK;
    switch (self->how) {
    case DYNOX_GATHER:
        dynox__future_observe(input);
        if (failed && first(&self->winner, index)) cancel(&self->future);
        break;
    case DYNOX_GATHER_SETTLED: break;
    case DYNOX_ANY:
        dynox__future_observe(input);
        if (failed)
            first(&self->loser, index);
        else
            win(self, index);
        break;
    case DYNOX_RACE:
        dynox__future_observe(input);
        win(self, index);
        break;
    }
    count_down(self);
}

static dynox_future *refuse(size_t count, dynox_future *const *futures, dynox_status status)
{
    for (size_t i = 0; i < count; i++) {
        dynox_future_cancel(futures[i]);
        dynox_future_release(futures[i]);
    }
    return dynox__future_failed(status);
}

static combination *make(dynox_combine_how how, size_t count)
{
    size_t size;
    if (!dynox__mul_size(count, sizeof(part), &size) || !dynox__add_size(size, sizeof(combination), &size)) return NULL;
    combination *self = dynox__malloc(size);
    if (!self) return NULL;
    self->how   = how;
    self->count = count;
    atomic_init(&self->left, count + 1);
    atomic_init(&self->winner, SIZE_MAX);
    atomic_init(&self->loser, SIZE_MAX);
    return self;
}

dynox_future *dynox_combine(dynox_combine_how how, size_t count, dynox_future *const *futures)
{
    bool valid = (unsigned)how <= DYNOX_RACE;
    /* There is no first of none. */
    if (count == 0 && (how == DYNOX_ANY || how == DYNOX_RACE)) valid = false;
    for (size_t i = 0; i < count; i++)
        valid = valid && futures[i];
    if (!valid) return refuse(count, futures, DYNOX_E_ARGUMENT);
    combination *self = make(how, count);
    if (!self) return refuse(count, futures, DYNOX_E_NO_MEMORY);
    for (size_t i = 0; i < count; i++) { /* all are filled in before one can fire */
        self->parts[i].input           = futures[i];
        self->parts[i].whole           = self;
        self->parts[i].continuation.fn = part_done;
        self->parts[i].continuation.on = dynox_executor_inline();
    }
    dynox__future_init(&self->future, &classes[how], NULL, 2); /* the caller's, and the countdown's */
    for (size_t i = 0; i < count; i++)
        dynox__future_attach(self->parts[i].input, &self->parts[i].continuation);
    count_down(self);
    return &self->future;
}

/* ---- looking at one ---- */

static const combination *checked(const dynox_future *future)
{
    bool is_one = future->class_ >= classes && future->class_ < classes + sizeof classes / sizeof *classes;
    return is_one ? of(future) : NULL;
}

size_t dynox_combined_count(const dynox_future *combined)
{
    const combination *self = checked(combined);
    return self ? self->count : 0;
}

dynox_future *dynox_combined_at(const dynox_future *combined, size_t index)
{
    const combination *self = checked(combined);
    return self && index < self->count ? self->parts[index].input : NULL;
}

size_t dynox_combined_winner(const dynox_future *combined)
{
    const combination *self = checked(combined);
    return self ? atomic_load(&((combination *)(uintptr_t)self)->winner) : SIZE_MAX;
}
