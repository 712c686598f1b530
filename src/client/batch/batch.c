/* A batch as a future: made, looked at, freed; and what it has left. */
#include "client/batch/batch.h"
#include "base/thread.h"
#include "client/batch/part.h"
#include "client/item/items.h"
#include <string.h>

enum { IN_FLIGHT = 4 };

static dynox__batch *batch_of(const dynox_future *future)
{
    return (dynox__batch *)(uintptr_t)future;
}

/* ---- the future ---- */

static void cancel(dynox_future *future)
{
    dynox__batch *batch = batch_of(future);
    if (batch->generation == dynox__fork_generation()) dynox__batch_stop(batch);
}

static void end_group(dynox__batch_group *group)
{
    dynox__free(group->table);
    dynox__free(group->projection);
    dynox__free(group->key[0]);
    dynox__free(group->key[1]);
    dynox__buffer_free(&group->head);
    dynox__buffer_free(&group->tail);
}

static void destroy(dynox_future *future)
{
    dynox__batch *batch = batch_of(future);
    for (size_t i = 0; i < batch->group_count; i++)
        end_group(&batch->groups[i]);
    dynox__free(batch->groups);
    dynox__free(batch->parts);
    dynox__free(batch->order);
    dynox__buffer_free(&batch->json);
    dynox__arena_free(&batch->arena);
    dynox_items_free(batch->items);
    dynox__homes_free(batch->homes);
    dynox_error_clear(&batch->cause);
    if (batch->capacity) dynox__shared_release(&batch->capacity->shared);
    dynox__free(batch->left);
    pthread_mutex_destroy(&batch->lock);
    dynox__client_release(batch->client);
    dynox__free(batch);
}

/* A request may be in flight in each lane, and what others have told is in batch->sent. */
static dynox_future *sent(dynox_future *future, dynox__sent *sum, int depth)
{
    dynox__batch *batch = batch_of(future);
    if (batch->generation != dynox__fork_generation()) return NULL;
    pthread_mutex_lock(&batch->lock);
    dynox__sent_count(sum, batch->sent.attempts, batch->sent.may_have_applied);
    for (size_t i = 0; i < batch->lane_count; i++)
        dynox__future_sent(batch->lanes[i].call, sum, depth - 1);
    dynox__future_sent(batch->asking, sum, depth - 1);
    pthread_mutex_unlock(&batch->lock);
    return NULL;
}

static bool needs(dynox_future *future, const dynox_executor *executor, int depth)
{
    (void)depth;
    return executor == future->home || executor == dynox__timer_executor();
}

static const dynox_info *info(const dynox_future *future)
{
    return &batch_of(future)->info;
}

static const dynox__future_class batch_class = {
    .name = "batch", .cancel = cancel, .destroy = destroy, .needs = needs, .sent = sent, .info = info};

/* NULL: it is none, or not done. */
static dynox__batch *finished(dynox_future *future)
{
    if (!future || future->class_ != &batch_class || !dynox_future_done(future)) return NULL;
    return batch_of(future);
}

/* ---- making ---- */

static dynox__batch *make(const dynox__batch_args *args)
{
    size_t most  = args->is_write ? DYNOX__BATCH_WRITES : DYNOX__BATCH_READS;
    size_t lanes = args->in_flight ? args->in_flight : IN_FLIGHT;
    if (lanes > args->count / most + 1) lanes = args->count / most + 1;
    size_t        size  = sizeof(dynox__batch) + lanes * sizeof(dynox__batch_lane);
    dynox__batch *batch = dynox__calloc(size);
    if (!batch) return NULL;
    batch->is_write        = args->is_write;
    batch->options         = args->options;
    batch->return_capacity = args->return_capacity;
    batch->generation      = dynox__fork_generation();
    batch->part_count      = args->count;
    batch->lane_count      = lanes;
    batch->started_ns      = dynox__now_ns();
    pthread_mutex_init(&batch->lock, NULL);
    dynox__batch_lanes_init(batch);
    dynox__future_init(&batch->future, &batch_class, args->is_write ? &dynox__type_homes : &dynox_type_items, 2);
    batch->parts = dynox__malloc_array(args->count + 1, sizeof *batch->parts);
    batch->order = dynox__malloc_array(args->count + 1, sizeof *batch->order);
    if (batch->parts) memset(batch->parts, 0, (args->count + 1) * sizeof *batch->parts);
    if (!args->is_write) batch->items = dynox__items_new(args->count);
    if (args->return_capacity) batch->capacity = dynox__capacity_sum_new();
    return batch;
}

static bool is_complete(const dynox__batch *batch)
{
    return batch->parts && batch->order && (batch->is_write || batch->items) &&
           (!batch->return_capacity || batch->capacity);
}

/* Nobody has it: both references are ours. Settled, so that it is in no report of what was forgotten. */
static void let_go(dynox__batch *batch)
{
    dynox__future_fulfil(&batch->future, (dynox__slot){0}, NULL, DYNOX_OK, NULL);
    dynox_future_release(&batch->future);
}

dynox__batch *dynox__batch_new(dynox_client *client, const dynox__batch_args *args, dynox_error *error)
{
    const char *name = dynox__batch_operation(args->is_write)->name;
    if (error->status != DYNOX_OK) return NULL;
    if (!client)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "%s: the client is NULL; the .error of dynox_client_new tells why",
                        name);
    else if (args->options.out || args->options.error || args->options.info)
        dynox_error_set(error, DYNOX_E_ARGUMENT,
                        "%s: .out, .left, .error and .info are for the sync_ form; ask the future instead", name);
    else if (args->options.labels.wrong)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "%s: %s", name, args->options.labels.wrong);
    else if ((unsigned)args->return_capacity > DYNOX_CAPACITY_INDEXES)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "return_capacity has no value %d", (int)args->return_capacity);
    if (!client || error->status != DYNOX_OK) return NULL;
    dynox__batch *batch = make(args);
    if (!batch || !is_complete(batch)) {
        if (batch) let_go(batch);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    dynox__service_prepare(client->service, NULL); /* what is wrong is said by the first request */
    batch->client      = dynox__client_acquire(client);
    batch->future.home = dynox__service_executor(client->service);
    int64_t limit      = args->options.deadline_ms;
    if (!limit) limit = dynox__service_deadline_ms(client->service);
    batch->deadline_ns = limit > 0 ? dynox__deadline_after(batch->started_ns, limit) : DYNOX__NEVER;
    return batch;
}

dynox_future *dynox__batch_refuse(const dynox_client *client, dynox__batch *batch, bool is_write, dynox_error *error)
{
    if (batch) let_go(batch);
    return dynox__request_refused(client, dynox__batch_operation(is_write), error);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_group(const dynox__batch_group *group, const char *table, const char *projection, bool consistent)
{
    return group->consistent == consistent && same_text(group->table, table) &&
           same_text(group->projection, projection);
}

/* Parts of one group mostly come one after the other. */
size_t dynox__batch_group_of(dynox__batch *batch, const char *table, const char *projection, bool consistent)
{
    for (size_t i = batch->group_count; i-- > 0;)
        if (is_group(&batch->groups[i], table, projection, consistent)) return i;
    if (batch->group_count == batch->group_room) {
        size_t              room   = batch->group_room ? 2 * batch->group_room : 4;
        dynox__batch_group *larger = dynox__realloc_array(batch->groups, room, sizeof *larger);
        if (!larger) return SIZE_MAX;
        batch->groups     = larger;
        batch->group_room = room;
    }
    dynox__batch_group *group = &batch->groups[batch->group_count++];
    *group                    = (dynox__batch_group){.consistent = consistent};
    group->table              = dynox__strdup(table);
    group->projection         = dynox__strdup(projection);
    return group->table && (group->projection || !projection) ? batch->group_count - 1 : SIZE_MAX;
}

/* ---- the items as its own ---- */

static dynox_status settle_in(dynox__batch *batch, dynox__batch_part *part)
{
    dynox_error error = {0};
    size_t      size;
    const char *json = dynox__part_item(batch, part, &size);
    char       *copy = dynox__decode_copy(&batch->arena, json, size);
    if (!copy) return DYNOX_E_NO_MEMORY;
    part->item          = (dynox_item){0};
    dynox_status status = dynox__decode_item(copy, size, &batch->arena, &part->item, &error);
    dynox_error_clear(&error);
    return status;
}

void dynox__batch_own(dynox__batch *batch, dynox__batch_part *part, dynox_error *error)
{
    if (error->status == DYNOX_OK && settle_in(batch, part) != DYNOX_OK)
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

dynox_status dynox__batch_settle_in(dynox__batch *batch)
{
    if (batch->settled_in) return DYNOX_OK;
    for (size_t i = 0; i < batch->part_count; i++) {
        dynox_status status = settle_in(batch, &batch->parts[i]);
        if (status == DYNOX_OK) continue;
        dynox__arena_free(&batch->arena);
        return status;
    }
    batch->settled_in = true;
    return DYNOX_OK;
}

/* ---- what is left ---- */

/* In one block: the struct, the places, the parts. */
static dynox_left *make_left(const dynox__batch *batch, size_t count)
{
    size_t      each = sizeof(size_t) + (batch->is_write ? sizeof(dynox_write) : sizeof(dynox_read));
    dynox_left *left = dynox__calloc(sizeof *left + count * each);
    if (!left) return NULL;
    void   *parts  = left + 1;
    size_t *places = (size_t *)(void *)((char *)parts + count * (each - sizeof(size_t)));
    size_t  k      = 0;
    for (size_t i = 0; i < batch->part_count; i++) {
        const dynox__batch_part  *part  = &batch->parts[i];
        const dynox__batch_group *group = &batch->groups[part->group];
        if (part->state != DYNOX__PART_WAITING) continue;
        places[k] = i;
        if (batch->is_write)
            ((dynox_write *)parts)[k] = (dynox_write){.kind  = part->is_delete ? DYNOX_WRITE_DELETE : DYNOX_WRITE_PUT,
                                                      .table = group->table,
                                                      .item  = &part->item,
                                                      .key   = {group->key[0], group->key[1]}};
        else
            ((dynox_read *)parts)[k] = (dynox_read){.table           = group->table,
                                                    .key             = &part->item,
                                                    .projection      = group->projection,
                                                    .consistent_read = group->consistent};
        k++;
    }
    if (batch->is_write)
        left->writes = (dynox_writes){parts, count};
    else
        left->reads = (dynox_reads){parts, count};
    left->places = places;
    return left;
}

const dynox_left *dynox_batch_left(dynox_future *future)
{
    dynox__batch *batch = finished(future);
    size_t        count = 0;
    if (!batch) return NULL;
    for (size_t i = 0; i < batch->part_count; i++)
        count += batch->parts[i].state == DYNOX__PART_WAITING;
    if (!count) return NULL;
    pthread_mutex_lock(&batch->lock);
    if (!batch->left && dynox__batch_settle_in(batch) == DYNOX_OK) batch->left = make_left(batch, count);
    const dynox_left *left = batch->left;
    pthread_mutex_unlock(&batch->lock);
    return left;
}

const dynox_error *dynox__batch_cause(dynox_future *future)
{
    dynox__batch *batch = finished(future);
    return batch ? &batch->cause : dynox_future_details(future);
}

dynox_left *dynox__batch_take_left(dynox_future *future)
{
    const dynox_left *left = dynox_batch_left(future);
    dynox_left       *copy = left ? dynox__malloc(sizeof *copy) : NULL;
    if (!copy) return NULL;
    *copy        = *left;
    copy->owner_ = dynox_future_acquire(future);
    return copy;
}

void dynox_left_free(dynox_left *left)
{
    if (!left) return;
    dynox_future_release(left->owner_);
    dynox__free(left);
}

dynox_items *dynox_batch_items(dynox_future *future)
{
    dynox__batch *batch = finished(future);
    dynox_items  *items = NULL;
    if (!batch || batch->is_write) return NULL;
    if (dynox_future_error(future) == DYNOX_OK)
        return dynox_future_take(future, &dynox_type_items, &items) == DYNOX_OK ? items : NULL;
    pthread_mutex_lock(&batch->lock);
    items        = batch->items;
    batch->items = NULL;
    pthread_mutex_unlock(&batch->lock);
    return items;
}
