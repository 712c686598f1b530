/* Lanes: each sends one request at a time, again what comes back unprocessed, and takes the next parts when all of its
 * own are done or given up. */
#include "base/random.h"
#include "client/batch/batch.h"
#include "client/item/items.h"
#include <string.h>

/* The service leaves the waits to its clients and only says that they have to grow and to vary (Developer Guide, "Error
 * handling with DynamoDB", batch operations). */
enum { FIRST_WAIT_MS = 100, LONGEST_WAIT_MS = 5000, MOST_FRUITLESS = 8 };
/* A body may have 16 MB. */
enum { LARGEST_BODY = 16000000, AROUND_BODY = 256 };

static void lock(dynox__batch *batch)
{
    pthread_mutex_lock(&batch->lock);
}

static void unlock(dynox__batch *batch)
{
    pthread_mutex_unlock(&batch->lock);
}

int64_t dynox__batch_time_left(const dynox__batch *batch)
{
    if (batch->deadline_ns == DYNOX__NEVER) return -1;
    int64_t left = batch->deadline_ns - dynox__now_ns();
    return left <= 0 ? 0 : left / DYNOX__MS + 1;
}

static void leave(dynox__batch *batch)
{
    lock(batch);
    bool last = --batch->running == 0;
    unlock(batch);
    if (last) dynox__batch_finish(batch);
}

/* ---- a lane ---- */

/* May the part stand in a request that has those from `begin` to `at`? A table is in it once. */
static bool fits(const dynox__batch *batch, size_t begin, size_t at)
{
    const dynox__batch_group *group = &batch->groups[batch->parts[batch->order[at]].group];
    if (batch->is_write) return true;
    for (size_t i = at; i-- > begin;) {
        const dynox__batch_group *other = &batch->groups[batch->parts[batch->order[i]].group];
        if (other != group && strcmp(other->table, group->table) == 0) return false;
    }
    return true;
}

/* The next parts that make a request. false: there are none, or nothing is sent any more. */
static bool take_parts(dynox__batch_lane *self)
{
    dynox__batch *batch = self->batch;
    size_t        most  = batch->is_write ? DYNOX__BATCH_WRITES : DYNOX__BATCH_READS;
    size_t        bytes = AROUND_BODY, last_group = SIZE_MAX;
    lock(batch);
    size_t end = self->begin = batch->next;
    while (end < batch->order_count && end - self->begin < most && !batch->stopped) {
        const dynox__batch_part *part = &batch->parts[batch->order[end]];
        size_t                   more = part->size + 1;
        if (part->group != last_group)
            more += batch->groups[part->group].head.size + batch->groups[part->group].tail.size;
        if (end > self->begin &&
            (bytes + more > LARGEST_BODY || (part->group != last_group && !fits(batch, self->begin, end))))
            break;
        last_group = part->group;
        bytes += more;
        end++;
    }
    batch->next = self->end = end;
    unlock(batch);
    self->fruitless = 0;
    return self->end > self->begin;
}

/* false: nothing was sent, since the time is over. */
static bool send(dynox__batch_lane *self)
{
    dynox__batch *batch = self->batch;
    if (dynox__batch_time_left(batch) == 0) {
        dynox__batch_note_status(batch, DYNOX_E_TIMEOUT, true, "the call's deadline has passed");
        return false;
    }
    dynox_future *call = dynox__batch_send(batch, self->begin, self->end);
    lock(batch);
    self->call   = call;
    bool stopped = batch->stopped;
    unlock(batch);
    if (stopped) dynox_future_cancel(call);
    dynox__future_attach(call, &self->continuation);
    return true;
}

/* Sends its parts, if it has some, or the next ones; leaves when there are none. */
static void go(dynox__batch_lane *self, bool has_parts)
{
    while (has_parts || take_parts(self)) {
        if (send(self)) return;
        has_parts = false;
    }
    leave(self->batch);
}

/* ---- sending again ---- */

static void wait_over(dynox__timer *timer)
{
    dynox__batch_lane *self  = DYNOX__CONTAINER(timer, dynox__batch_lane, timer);
    dynox__batch      *batch = self->batch;
    lock(batch);
    self->waits  = false;
    bool stopped = batch->stopped;
    unlock(batch);
    go(self, !stopped);
}

/* Half of it is certain, half is chance. */
int64_t dynox__batch_wait_ns(unsigned fruitless)
{
    int64_t ms = (int64_t)FIRST_WAIT_MS << (fruitless ? fruitless - 1 : 0);
    if (ms > LONGEST_WAIT_MS) ms = LONGEST_WAIT_MS;
    return (int64_t)((double)(ms * DYNOX__MS) * (0.5 + dynox__random_unit() / 2));
}

/* false: there is no waiting any more, and what is left stays left. From true on the timer drives the lane. */
static bool wait(dynox__batch_lane *self)
{
    dynox__batch *batch = self->batch;
    int64_t       at_ns = dynox__now_ns() + dynox__batch_wait_ns(self->fruitless);
    if (self->fruitless == MOST_FRUITLESS) {
        dynox__batch_note_status(batch, DYNOX_E_THROTTLED, true, "the service left them unprocessed again and again");
        return false;
    }
    if (at_ns >= batch->deadline_ns) {
        dynox__batch_note_status(batch, DYNOX_E_TIMEOUT, true,
                                 "the service left them unprocessed until the call's deadline");
        return false;
    }
    lock(batch);
    bool stopped = batch->stopped;
    bool waits = self->waits = !stopped && dynox__timer_start(&self->timer, at_ns);
    unlock(batch);
    if (!waits && !stopped) dynox__batch_note_status(batch, DYNOX_E_NO_MEMORY, false, "out of memory");
    return waits;
}

/* ---- an answer ---- */

/* The key was added to the projection for us alone. */
static void remove_added(const dynox__batch_group *group, dynox_item *item)
{
    dynox_named_value *attributes = (dynox_named_value *)(uintptr_t)item->attributes;
    size_t             kept       = 0;
    for (size_t i = 0; i < item->count; i++) {
        bool added = false;
        for (int k = 0; k < 2; k++)
            added = added || (group->added[k] && strcmp(attributes[i].name, group->key[k]) == 0);
        if (!added) attributes[kept++] = attributes[i];
    }
    item->count = kept;
}

/* How many parts are left, and whether any was done. */
static size_t take_outcomes(dynox__batch_lane *self, dynox__batch_answer *answer, bool *any)
{
    dynox__batch *batch = self->batch;
    size_t        left = 0, k = 0;
    for (size_t i = self->begin; i < self->end && (answer->all_done || k < answer->count); i++) {
        size_t                place   = batch->order[i];
        dynox__batch_part    *part    = &batch->parts[place];
        dynox__batch_outcome *outcome = NULL;
        if (part->state != DYNOX__PART_WAITING) continue;
        if (!answer->all_done) outcome = &answer->at[k++];
        if (outcome && outcome->left) {
            left++;
            continue;
        }
        *any        = true;
        part->state = DYNOX__PART_DONE;
        if (!outcome || !outcome->item) continue;
        remove_added(&batch->groups[part->group], outcome->item);
        dynox__items_set(batch->items, place, outcome->item);
        outcome->item = NULL;
    }
    return left;
}

static void keep_info(dynox__batch *batch, const dynox_info *info, bool any)
{
    lock(batch);
    dynox__sent_count(&batch->sent, info->attempts, batch->is_write && any);
    memcpy(batch->request_id, info->request_id, sizeof batch->request_id);
    batch->done_one = batch->done_one || any;
    if (info->may_have_applied_twice) batch->info.may_have_applied_twice = true;
    if (batch->capacity) dynox__capacity_sum_add(batch->capacity, info->capacity, info->capacity_count);
    unlock(batch);
}

static void keep_error(dynox__batch *batch, const dynox_error *error)
{
    lock(batch);
    dynox__sent_count(&batch->sent, error->attempts, error->may_have_applied);
    batch->ambiguous = batch->ambiguous || error->may_have_applied;
    unlock(batch);
    dynox__batch_note(batch, error);
}

/* true: it waits, and what came back is sent again then. */
static bool take_answer(dynox__batch_lane *self, dynox_future *call)
{
    dynox__batch_answer *answer = NULL;
    bool                 any    = false;
    if (dynox_future_error(call) != DYNOX_OK) {
        keep_error(self->batch, dynox_future_details(call));
        return false;
    }
    if (dynox_future_take(call, &dynox__type_batch_answer, &answer) != DYNOX_OK) {
        dynox__batch_note_status(self->batch, DYNOX_E_INTERNAL, false, "an answer without a value");
        return false;
    }
    size_t left = take_outcomes(self, answer, &any);
    dynox__type_batch_answer.destroy(answer);
    keep_info(self->batch, dynox_future_info(call), any);
    if (!left) return false;
    self->fruitless = any ? 0 : self->fruitless + 1;
    return wait(self);
}

static void lane_done(dynox_future *call, dynox__continuation *continuation)
{
    dynox__batch_lane *self = DYNOX__CONTAINER(continuation, dynox__batch_lane, continuation);
    lock(self->batch);
    self->call = NULL; /* the reference is ours */
    unlock(self->batch);
    bool waits = take_answer(self, call);
    dynox_future_release(call);
    if (!waits) go(self, false);
}

/* ---- all of them ---- */

void dynox__batch_lanes_init(dynox__batch *batch)
{
    for (size_t i = 0; i < batch->lane_count; i++) {
        dynox__batch_lane *lane = &batch->lanes[i];
        lane->batch             = batch;
        lane->timer.fire        = wait_over;
        lane->continuation.fn   = lane_done;
        lane->continuation.on   = dynox_executor_inline();
    }
}

/* By group, and within one as they were given: counted, for there are many parts and few groups. */
static void sort(dynox__batch *batch)
{
    size_t at = 0;
    for (size_t g = 0; g < batch->group_count; g++)
        batch->groups[g].count = 0;
    for (size_t i = 0; i < batch->part_count; i++)
        if (batch->parts[i].state == DYNOX__PART_WAITING) batch->groups[batch->parts[i].group].count++;
    for (size_t g = 0; g < batch->group_count; g++) {
        size_t count           = batch->groups[g].count;
        batch->groups[g].count = at;
        at += count;
    }
    for (size_t i = 0; i < batch->part_count; i++)
        if (batch->parts[i].state == DYNOX__PART_WAITING)
            batch->order[batch->groups[batch->parts[i].group].count++] = i;
    batch->order_count = at;
}

void dynox__batch_run(dynox__batch *batch)
{
    sort(batch);
    batch->running = batch->lane_count + 1; /* and one for this function */
    for (size_t i = 0; i < batch->lane_count; i++)
        go(&batch->lanes[i], false);
    leave(batch);
}

/* A lane whose timer was stopped has nobody else to drive it. */
static void stop_lane(dynox__batch_lane *self)
{
    dynox__batch *batch = self->batch;
    lock(batch);
    dynox_future *call = dynox_future_acquire(self->call);
    bool          mine = self->waits && dynox__timer_cancel(&self->timer);
    if (mine) self->waits = false;
    unlock(batch);
    dynox_future_drop(&call);
    if (mine) go(self, false);
}

void dynox__batch_stop(dynox__batch *batch)
{
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_CANCELLED, "cancelled");
    lock(batch);
    bool first     = !batch->stopped;
    batch->stopped = true;
    if (first) {
        dynox_error_clear(&batch->cause); /* whatever happened before: this is why it ends */
        batch->cause = error;
    }
    dynox_future *asking = dynox_future_acquire(batch->asking);
    unlock(batch);
    dynox_future_drop(&asking);
    for (size_t i = 0; first && i < batch->lane_count; i++)
        stop_lane(&batch->lanes[i]);
}
