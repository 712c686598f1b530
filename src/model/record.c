/* The memory of records. */
#include "model/record.h"
#include "value/bind/member.h"
#include "value/item/value.h"

static void end_room(dynox_room *room)
{
    if (room) dynox__room_free(room);
    dynox__free(room);
}

static void block_destroy(dynox__shared *shared)
{
    dynox__block *block = DYNOX__CONTAINER(shared, dynox__block, shared);
    for (size_t i = 0; block->renewals && i < block->count; i++) {
        end_room(block->renewals[i].room);
        dynox__block_release(block->renewals[i].adopted);
    }
    dynox__free(block->renewals);
    dynox__room_free(&block->room);
    if (block->document) dynox__shared_release(&block->document->shared);
    pthread_mutex_destroy(&block->lock);
    dynox__free(block);
}

dynox__block *dynox__block_new(const dynox__model *model, size_t count)
{
    dynox__block *block = dynox__calloc(sizeof *block);
    if (!block) return NULL;
    if (pthread_mutex_init(&block->lock, NULL) != 0) {
        dynox__free(block);
        return NULL;
    }
    dynox__shared_init(&block->shared, block_destroy);
    block->model = model;
    block->count = count;
    return block;
}

dynox__block *dynox__block_acquire(dynox__block *block)
{
    if (block) dynox__shared_acquire(&block->shared);
    return block;
}

void dynox__block_release(dynox__block *block)
{
    if (block) dynox__shared_release(&block->shared);
}

/* ---- a record and its block ---- */

dynox__block *dynox__record_block(const void *record)
{
    const dynox_record *own = record;
    return own->home_ == record ? own->state_ : NULL;
}

dynox__block *dynox__record_block_needed(const dynox__model *model, void *record)
{
    dynox__block *block = dynox__record_block(record);
    if (block) return block;
    block = dynox__block_new(model, 1);
    if (!block) return NULL;
    dynox__record(record)->state_ = block;
    dynox__record(record)->home_  = record;
    return block;
}

/* The place of a record in its block. */
static size_t place_of(const dynox__block *block, const void *record)
{
    if (block->stride) return (size_t)((const char *)record - (const char *)block->records[0]) / block->stride;
    for (size_t i = 0; block->records && i < block->count; i++)
        if (block->records[i] == record) return i;
    return 0;
}

const dynox__model *dynox__record_model(const dynox__model *model, const void *record)
{
    const dynox__block *block = dynox__record_block(record);
    if (!block || !block->records) return model;
    return block->models ? block->models[place_of(block, record)] : block->model;
}

const dynox__snapshot *dynox__record_snapshot(const void *record)
{
    const dynox__block *block = dynox__record_block(record);
    if (!block || !block->snapshots) return NULL;
    const dynox__snapshot *snapshot = &block->snapshots[place_of(block, record)];
    return snapshot->record ? snapshot : NULL;
}

bool dynox__record_is_partial(const void *record)
{
    dynox__block *block = dynox__record_block(record);
    if (!block) return false;
    pthread_mutex_lock(&block->lock);
    const dynox__block *adopted = block->renewals ? block->renewals[place_of(block, record)].adopted : NULL;
    bool                partial = adopted ? adopted->is_partial : block->is_partial;
    pthread_mutex_unlock(&block->lock);
    return partial;
}

const char *dynox__record_keep(const dynox__model *model, void *record, const char *text, size_t length)
{
    dynox__block *block = dynox__record_block_needed(model, record);
    if (!block) return NULL;
    pthread_mutex_lock(&block->lock);
    const char *kept = dynox__arena_copy(&block->room.arena, text, length);
    pthread_mutex_unlock(&block->lock);
    return kept;
}

/* What came home to a record; under the lock. NULL: out of memory. */
static dynox__renewal *renewal_of(dynox__block *block, size_t place)
{
    if (!block->renewals) block->renewals = dynox__calloc(block->count * sizeof *block->renewals);
    return block->renewals ? &block->renewals[place] : NULL;
}

bool dynox__record_renew(void *record, dynox__snapshot snapshot, dynox_room *room)
{
    dynox__block *block = dynox__record_block(record);
    if (!block || !block->snapshots) return false;
    dynox_room *kept = dynox__malloc(sizeof *kept);
    if (!kept) return false;
    pthread_mutex_lock(&block->lock);
    size_t          place   = place_of(block, record);
    dynox__renewal *renewal = renewal_of(block, place);
    dynox_room     *last    = kept;
    if (renewal) {
        *kept                   = *room;
        *room                   = (dynox_room){0};
        last                    = renewal->room;
        renewal->room           = kept;
        block->snapshots[place] = snapshot;
    }
    pthread_mutex_unlock(&block->lock);
    if (!renewal) *kept = (dynox_room){0};
    end_room(last);
    return renewal;
}

void dynox__record_set_text(const dynox__member *member, void *record, const char *text)
{
    char  *place  = (char *)record + member->offset;
    size_t length = text ? strlen(text) : 0;
    if (member->kind != DYNOX_KIND_CHARS_) {
        memcpy(place, &text, sizeof text);
        return;
    }
    memset(place, 0, member->size);
    if (text && length < member->size) memcpy(place, text, length);
}

static void copy_member(const dynox__member *member, void *to, const void *from)
{
    memcpy((char *)to + member->offset, (const char *)from + member->offset, member->size);
    if (member->has) ((char *)to)[member->has - 1] = ((const char *)from)[member->has - 1];
}

bool dynox__record_reserve(const dynox__model *model, void *record, dynox__block **spare)
{
    dynox__block *block = dynox__record_block(record);
    if (!block) block = *spare = dynox__block_new(model, 1);
    if (!block) return false;
    pthread_mutex_lock(&block->lock);
    bool there = renewal_of(block, place_of(block, record));
    pthread_mutex_unlock(&block->lock);
    return there;
}

bool dynox__record_adopt(const dynox__model *model, void *record, dynox__block *fresh, dynox__block **spare)
{
    dynox__block *block = dynox__record_block(record);
    if (!block && *spare) {
        *dynox__record(record) = (dynox_record){*spare, record, dynox__record(record)->saved_};
        *spare                 = NULL;
    }
    block = dynox__record_block_needed(model, record);
    if (!block) return false;
    pthread_mutex_lock(&block->lock);
    size_t          place   = place_of(block, record);
    dynox__renewal *renewal = renewal_of(block, place);
    dynox__renewal  last    = {0};
    if (renewal) {
        last     = *renewal;
        *renewal = (dynox__renewal){.adopted = fresh};
        if (block->snapshots) block->snapshots[place] = fresh->snapshots ? fresh->snapshots[0] : (dynox__snapshot){0};
    }
    pthread_mutex_unlock(&block->lock);
    if (!renewal) return false;
    for (size_t i = 0; i < model->shape->count; i++)
        copy_member(&model->shape->members[i], record, fresh->records[0]);
    dynox__record(record)->saved_ = dynox__record(fresh->records[0])->saved_;
    end_room(last.room);
    dynox__block_release(last.adopted);
    return true;
}

void dynox__record_forget(void *record)
{
    dynox__block *block = dynox__record_block(record);
    if (!block || !block->snapshots) return;
    pthread_mutex_lock(&block->lock);
    block->snapshots[place_of(block, record)] = (dynox__snapshot){0};
    pthread_mutex_unlock(&block->lock);
}

/* ---- a block whose records were just filled in ---- */

static dynox_status parse_keys(const dynox__model *model, void *record, dynox_room *room, dynox_error *error)
{
    for (size_t i = 0; model->has_templates && i < model->shape->count; i++) {
        const dynox__member *member = &model->shape->members[i];
        const char          *key    = model->templates[i] ? dynox__member_string(member, record) : NULL;
        if (!key || !*key) continue;
        if (dynox__template_parse(model->templates[i], key, strlen(key), room, record, error) != DYNOX_OK)
            return error->status;
    }
    return DYNOX_OK;
}

/* Of records without lists and custom kinds, that lie behind each other, one copy is all there is to it. */
static bool snapshots_at_once(dynox__block *block)
{
    size_t      size  = block->model->shape->size, total;
    const void *first = block->records ? block->records[0] : NULL;
    char       *copy  = NULL;
    if (dynox__mul_size(size, block->count, &total)) copy = dynox__arena_alloc(&block->room.arena, total);
    if (!copy || !first) return false;
    memcpy(copy, first, total);
    for (size_t i = 0; i < block->count; i++)
        block->snapshots[i] = (dynox__snapshot){.record = copy + i * size};
    return true;
}

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static dynox_status take_snapshots(dynox__block *block, dynox_error *error)
{
    block->snapshots = dynox__arena_alloc(&block->room.arena, block->count * sizeof *block->snapshots);
    if (!block->snapshots) return no_memory(error);
    memset(block->snapshots, 0, block->count * sizeof *block->snapshots);
    if (block->stride && block->model->shape->is_flat) return snapshots_at_once(block) ? DYNOX_OK : no_memory(error);
    for (size_t i = 0; i < block->count; i++) {
        const dynox__model *model = block->models ? block->models[i] : block->model;
        dynox_status        status =
            dynox__snapshot_take(model->shape, block->records[i], false, &block->room, &block->snapshots[i], error);
        if (status != DYNOX_OK) return status;
    }
    return DYNOX_OK;
}

dynox_status dynox__block_finish(dynox__block *block, bool read_only, dynox_error *error)
{
    for (size_t i = 0; i < block->count; i++) {
        const dynox__model *model  = block->models ? block->models[i] : block->model;
        dynox_record       *record = block->records[i];
        if (!record) continue;
        if (parse_keys(model, record, &block->room, error) != DYNOX_OK) return error->status;
        *record = (dynox_record){block, record, dynox__key_fingerprint_loaded(model, record)};
    }
    if (read_only || !block->count) return DYNOX_OK;
    return take_snapshots(block, error);
}

/* ---- what programs call ---- */

void dynox_model_free(const dynox_model *model, void *record)
{
    (void)model;
    if (!record) return;
    dynox__block *block = dynox__record_block(record);
    if (!block) return;
    if (block->is_single) {
        dynox__block_release(block);
    } else if (!block->records) {
        *dynox__record(record) = (dynox_record){0}; /* one of the program's own */
        dynox__block_release(block);
    } /* else it is a list's or a stream's */
}

void dynox_model_clear(const dynox_model *model, void *record)
{
    if (!record) return;
    dynox__block *block = dynox__record_block(record);
    if (block && block->records) return; /* it was loaded: freeing it is what ends it */
    memset(record, 0, model->shape.size);
    dynox__block_release(block);
}

const char *dynox_model_keep(const dynox_model *model, void *record, const char *text)
{
    const dynox__model *made = text && record ? dynox__model_of(model, NULL) : NULL;
    return made ? dynox__record_keep(made, record, text, strlen(text)) : NULL;
}

/* A block with one record of its own, zeroed. */
dynox__block *dynox__block_single(const dynox__model *model)
{
    dynox__block *block = dynox__block_new(model, 1);
    if (!block) return NULL;
    block->records   = dynox__arena_alloc(&block->room.arena, sizeof *block->records);
    void *record     = dynox__arena_alloc(&block->room.arena, model->shape->size);
    block->is_single = true;
    if (!block->records || !record) {
        dynox__block_release(block);
        return NULL;
    }
    block->records[0] = memset(record, 0, model->shape->size);
    return block;
}

/* Deep members are what their stored form makes. */
static dynox_status copy_deep(const dynox__model *model, const dynox__snapshot *from, dynox_room *room, void *record,
                              dynox_error *error)
{
    for (size_t i = 0; i < model->shape->count; i++) {
        const dynox__member *member = &model->shape->members[i];
        if (!member->is_deep) continue;
        memset((char *)record + member->offset, 0, member->size);
        if (from->deep[member->deep].type == DYNOX_INVALID) continue;
        if (member->kind == DYNOX_KIND_EXTRA_) {
            const dynox_item extra = dynox_value_as_map(&from->deep[member->deep]);
            memcpy((char *)record + member->offset, &extra, sizeof extra);
            continue;
        }
        if (dynox__bind_load_member(model->shape, member, &from->deep[member->deep], room, record, error) != DYNOX_OK)
            return error->status;
    }
    return DYNOX_OK;
}

void *dynox_model_copy(const dynox_model *declared, const void *record)
{
    dynox_error         error = {0};
    const dynox__model *model = record ? dynox__model_of(declared, &error) : NULL;
    if (model) model = dynox__record_model(model, record);
    dynox__block          *block = model ? dynox__block_single(model) : NULL;
    const dynox__snapshot *was   = record ? dynox__record_snapshot(record) : NULL;
    dynox__snapshot        now   = {0};
    if (!block) goto fail;
    if (dynox__snapshot_take(model->shape, record, true, &block->room, &now, &error) != DYNOX_OK) goto fail;
    memcpy(block->records[0], now.record, model->shape->size);
    if (model->shape->deep_count && copy_deep(model, &now, &block->room, block->records[0], &error) != DYNOX_OK)
        goto fail;
    if (was) {
        block->snapshots = dynox__arena_alloc(&block->room.arena, sizeof *block->snapshots);
        if (!block->snapshots ||
            dynox__snapshot_copy(model->shape, was, &block->room, block->snapshots, &error) != DYNOX_OK)
            goto fail;
    }
    block->is_copy                    = true;
    block->is_partial                 = dynox__record_is_partial(record);
    *dynox__record(block->records[0]) = (dynox_record){block, block->records[0], dynox__record(record)->saved_};
    dynox_error_clear(&error);
    return block->records[0];
fail:
    dynox__block_release(block);
    dynox_error_clear(&error);
    return NULL;
}
