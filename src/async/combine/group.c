/* Groups: futures that run together, so many at a time; the first error in time ends the rest.
 *
 * The lock guards the lists and counts. Futures are cancelled, settled and released outside it, because each of these
 * may come back into the group. */
#include "async/future/future.h"
#include "async/future/state.h"
#include "base/alloc.h"
#include "base/thread.h"
#include <dynox/group.h>
#include <pthread.h>
#include <string.h>

typedef struct group_member group_member;
typedef struct group_waiter group_waiter;

struct dynox_group {
    dynox__shared   shared; /* references: the user's, one for each member, one for each waiter */
    pthread_mutex_t lock;
    unsigned        generation; /* fork: its lock may be held by a thread of the parent */
    size_t          limit, live;
    group_member   *running; /* not cancelled yet */
    group_member   *ending;  /* cancelled by the group */
    group_member   *ended;   /* whose values wait for a consumer to accept them; first come, first served */
    group_member  **last_ended;
    group_waiter   *slots, *joins;
    dynox_status    status; /* the first error; then nothing new starts */
    dynox__failure *failure;
    dynox__sent     sent; /* for members that have ended */
};

/* A future in the group. */
struct group_member {
    dynox__continuation continuation;
    dynox_group        *group;
    dynox_future       *future;
    group_member       *next, **link;
};

/* A future that the group settles: somebody waits for a slot, or for the end. */
struct group_waiter {
    dynox_future  future;
    dynox_group  *group;
    bool          for_end;
    group_waiter *next, **link; /* link NULL: in no list any more */
};

static void lock(dynox_group *group)
{
    pthread_mutex_lock(&group->lock);
}

static void unlock(dynox_group *group)
{
    pthread_mutex_unlock(&group->lock);
}

static bool is_foreign(const dynox_group *group)
{
    return group->generation != dynox__fork_generation();
}

static void release(dynox_group *group)
{
    dynox__shared_release(&group->shared);
}

static void forget(group_member *self)
{
    dynox_future_release(self->future);
    dynox__free(self);
}

static void destroy(dynox__shared *shared)
{
    dynox_group *group = DYNOX__CONTAINER(shared, dynox_group, shared);
    for (group_member *next, *one = group->ended; one; one = next) {
        next = one->next;
        forget(one);
    }
    pthread_mutex_destroy(&group->lock);
    dynox__failure_release(group->failure);
    dynox__free(group);
}

dynox_group *dynox_group_new(size_t limit)
{
    dynox_group *group = dynox__calloc(sizeof *group);
    if (!group) return NULL;
    if (pthread_mutex_init(&group->lock, NULL) != 0) {
        dynox__free(group);
        return NULL;
    }
    dynox__shared_init(&group->shared, destroy);
    group->generation = dynox__fork_generation();
    group->limit      = limit ? limit : SIZE_MAX;
    group->last_ended = &group->ended;
    return group;
}

/* ---- members ---- */

static void link_locked(group_member *self, group_member **list)
{
    self->next = *list;
    self->link = list;
    if (self->next) self->next->link = &self->next;
    *list = self;
}

static void unlink_locked(group_member *self)
{
    *self->link = self->next;
    if (self->next) self->next->link = self->link;
}

static void keep_locked(dynox_group *group, group_member *self)
{
    self->next         = NULL;
    self->link         = NULL;
    *group->last_ended = self;
    group->last_ended  = &self->next;
}

static group_member *take_ended(dynox_group *group)
{
    lock(group);
    group_member *ended = group->ended;
    group->ended        = NULL;
    group->last_ended   = &group->ended;
    unlock(group);
    return ended;
}

/* Cancels what runs, one after the other, so that no list of references has to be allocated. */
static void cancel_members(dynox_group *group)
{
    for (;;) {
        dynox_future *future = NULL;
        lock(group);
        group_member *one = group->running;
        if (one) {
            future = dynox_future_acquire(one->future);
            unlink_locked(one);
            link_locked(one, &group->ending);
        }
        unlock(group);
        if (!one) return;
        dynox_future_drop(&future);
    }
}

/* true: it is the first error. Takes the reference of the failure. */
static bool fail_locked(dynox_group *group, dynox_status status, dynox__failure *failure)
{
    if (group->status != DYNOX_OK) return false;
    group->status  = status;
    group->failure = failure;
    return true;
}

/* ---- waiters ---- */

static bool is_due_locked(const dynox_group *group, const group_waiter *self)
{
    return self->for_end ? group->live == 0 : group->status != DYNOX_OK || group->live < group->limit;
}

static void stop_waiting_locked(group_waiter *self)
{
    *self->link = self->next;
    if (self->next) self->next->link = self->link;
    self->link = NULL;
}

/* The first error, and what was sent for all who have ended. */
static dynox__failure *failure_locked(const dynox_group *group)
{
    return group->status != DYNOX_OK ? dynox__failure_with_sent(group->status, group->failure, &group->sent) : NULL;
}

static void settle(group_waiter *self, dynox_status status, dynox__failure *failure)
{
    dynox__future_fulfil(&self->future, (dynox__slot){0}, NULL, status, failure);
}

/* Settles whoever has nothing to wait for any more. */
static void wake(dynox_group *group)
{
    for (;;) {
        lock(group);
        dynox_status    status  = group->status;
        dynox__failure *failure = NULL;
        group_waiter   *due     = group->slots;
        if (!due || !is_due_locked(group, due)) due = group->joins;
        if (due && !is_due_locked(group, due)) due = NULL;
        if (due) {
            stop_waiting_locked(due);
            failure = failure_locked(group);
        }
        unlock(group);
        if (!due) return;
        settle(due, status, failure);
    }
}

static void waiter_cancel(dynox_future *future)
{
    group_waiter *self = DYNOX__CONTAINER(future, group_waiter, future);
    lock(self->group);
    bool waiting = self->link != NULL;
    if (waiting) stop_waiting_locked(self);
    unlock(self->group);
    if (waiting) settle(self, DYNOX_E_CANCELLED, dynox__future_given_up(future, DYNOX_E_CANCELLED));
}

static void waiter_destroy(dynox_future *future)
{
    group_waiter *self = DYNOX__CONTAINER(future, group_waiter, future);
    release(self->group);
    dynox__free(self);
}

static bool any_at_home_locked(const group_member *list, const dynox_executor *executor)
{
    while (list && list->future->home != executor)
        list = list->next;
    return list != NULL;
}

static bool waiter_needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    dynox_group *group = DYNOX__CONTAINER(future, group_waiter, future)->group;
    (void)depth;
    lock(group);
    bool needed = any_at_home_locked(group->running, executor) || any_at_home_locked(group->ending, executor);
    unlock(group);
    return needed;
}

static dynox_future *waiter_sent(dynox_future *future, dynox__sent *sum, int depth)
{
    dynox_group *group = DYNOX__CONTAINER(future, group_waiter, future)->group;
    lock(group);
    dynox__sent_count(sum, group->sent.attempts, group->sent.may_have_applied);
    for (group_member *one = group->running; one; one = one->next)
        dynox__future_sent(one->future, sum, depth - 1);
    for (group_member *one = group->ending; one; one = one->next)
        dynox__future_sent(one->future, sum, depth - 1);
    unlock(group);
    return NULL;
}

/* Whoever takes a slot or a join takes what has ended so far: also in a group that has failed. */
static void waiter_accept(dynox_future *future)
{
    dynox_group *group = DYNOX__CONTAINER(future, group_waiter, future)->group;
    if (is_foreign(group)) return;
    for (group_member *next, *one = take_ended(group); one; one = next) {
        next = one->next;
        dynox__future_accept(one->future);
        forget(one);
    }
}

static dynox_future *wait_for(dynox_group *group, bool for_end)
{
    static const dynox__future_class waiter_class = {.name    = "group",
                                                     .cancel  = waiter_cancel,
                                                     .destroy = waiter_destroy,
                                                     .needs   = waiter_needs,
                                                     .sent    = waiter_sent,
                                                     .accept  = waiter_accept};
    if (!group) return dynox__future_failed(DYNOX_E_ARGUMENT);
    if (is_foreign(group)) return dynox__future_failed(DYNOX_E_FORKED);
    group_waiter *self = dynox__calloc(sizeof *self);
    if (!self) return dynox__future_failed(DYNOX_E_NO_MEMORY);
    dynox__future_init(&self->future, &waiter_class, NULL, 2);
    self->group   = group;
    self->for_end = for_end;
    dynox__shared_acquire(&group->shared);
    lock(group);
    bool            now     = is_due_locked(group, self);
    dynox_status    status  = group->status;
    dynox__failure *failure = now ? failure_locked(group) : NULL;
    if (!now) {
        group_waiter **end = for_end ? &group->joins : &group->slots; /* first come, first served */
        while (*end)
            end = &(*end)->next;
        self->link = end;
        *end       = self;
    }
    unlock(group);
    if (now) settle(self, status, failure);
    return &self->future;
}

dynox_future *dynox_group_slot(dynox_group *group)
{
    return wait_for(group, false);
}

dynox_future *dynox_group_join(dynox_group *group)
{
    return wait_for(group, true);
}

/* ---- what happens to members ---- */

/* On whatever thread settled it: there is no user code in here. */
static void member_done(dynox_future *future, dynox__continuation *continuation)
{
    group_member   *self    = DYNOX__CONTAINER(continuation, group_member, continuation);
    dynox_group    *group   = self->group;
    dynox_status    status  = dynox_future_error(future);
    dynox__failure *failure = dynox__failure_acquire(dynox__future_failure(future));
    bool            kept    = dynox__future_has_accept(future);
    dynox__sent     sum     = {0};
    dynox__future_sent(future, &sum, DYNOX__SENT_DEPTH);
    lock(group);
    unlink_locked(self);
    dynox__sent_count(&group->sent, sum.attempts, sum.may_have_applied);
    bool first = status != DYNOX_OK && fail_locked(group, status, failure);
    if (kept) keep_locked(group, self);
    unlock(group);
    if (!first) dynox__failure_release(failure);
    if (!kept) forget(self); /* destroys the value: before the join is done */
    if (first) cancel_members(group);
    lock(group);
    group->live--;
    unlock(group);
    wake(group);
    release(group);
}

/* What cannot be joined is cancelled, and the group fails. */
static void refuse(dynox_group *group, dynox_future *future)
{
    lock(group);
    bool first = fail_locked(group, DYNOX_E_NO_MEMORY, NULL);
    unlock(group);
    dynox_future_drop(&future);
    if (!first) return;
    cancel_members(group);
    wake(group);
}

void dynox_group_add(dynox_group *group, dynox_future *consumed)
{
    if (!group || is_foreign(group)) {
        dynox_future_drop(&consumed);
        return;
    }
    if (!consumed) consumed = dynox__future_failed(DYNOX_E_ARGUMENT);
    group_member *self = dynox__calloc(sizeof *self);
    if (!self) {
        refuse(group, consumed);
        return;
    }
    dynox__shared_acquire(&group->shared);
    self->group           = group;
    self->future          = consumed;
    self->continuation.on = dynox_executor_inline();
    self->continuation.fn = member_done;
    lock(group);
    bool failed = group->status != DYNOX_OK;
    group->live++;
    link_locked(self, failed ? &group->ending : &group->running);
    unlock(group);
    if (failed) dynox_future_cancel(consumed);
    dynox__future_attach(consumed, &self->continuation);
}

void dynox_group_cancel(dynox_group *group)
{
    if (!group || is_foreign(group)) return;
    lock(group);
    fail_locked(group, DYNOX_E_CANCELLED, NULL);
    unlock(group);
    cancel_members(group);
    wake(group);
}

void dynox_group_free(dynox_group *group)
{
    if (!group) return;
    dynox_group_cancel(group);
    release(group);
}
