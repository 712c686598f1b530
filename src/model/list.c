/* Lists of records. */
#include "model/list.h"
#include "model/hooks.h"

typedef struct list {
    dynox_records   records; /* first: what the program sees of it */
    dynox__gathered kept;
} list;

/* ---- gathering ---- */

bool dynox__gather_room(dynox__gathered *self, size_t count)
{
    void **larger;
    if (self->room >= count) return true;
    larger = dynox__realloc_array(self->at, count, sizeof *larger);
    if (!larger) return false;
    self->at   = larger;
    self->room = count;
    return true;
}

/* Records of one page come one after the other. */
bool dynox__gather_block(dynox__gathered *self, dynox__block *block)
{
    if (!block || (self->block_count && self->blocks[self->block_count - 1] == block)) return true;
    if (self->block_count == self->block_room) {
        size_t         room   = self->block_room ? 2 * self->block_room : 8;
        dynox__block **larger = dynox__realloc_array(self->blocks, room, sizeof *larger);
        if (!larger) return false;
        self->blocks     = larger;
        self->block_room = room;
    }
    self->blocks[self->block_count++] = dynox__block_acquire(block);
    return true;
}

bool dynox__gather(dynox__gathered *self, void *record, dynox__block *block)
{
    if (self->count == self->room && !dynox__gather_room(self, self->room ? 2 * self->room : 64)) return false;
    if (!dynox__gather_block(self, block)) return false;
    self->at[self->count++] = record;
    return true;
}

void dynox__gathered_free(dynox__gathered *self)
{
    for (size_t i = 0; i < self->block_count; i++)
        dynox__block_release(self->blocks[i]);
    dynox__free(self->blocks);
    dynox__free(self->at);
    *self = (dynox__gathered){0};
}

/* ---- lists ---- */

dynox_records *dynox__gathered_list(dynox__gathered *self)
{
    list *made = dynox__calloc(sizeof *made);
    if (!made) return NULL;
    made->kept    = *self;
    made->records = (dynox_records){.at = made->kept.at, .count = made->kept.count, .owner_ = made};
    *self         = (dynox__gathered){0};
    return &made->records;
}

void dynox_model_list_free(dynox_records *given)
{
    if (!given || !given->owner_) return;
    list *self = given->owner_;
    dynox__gathered_free(&self->kept);
    dynox__free(self);
}

void dynox_model_list_accept_(const dynox_model *model, dynox_records *given)
{
    (void)model;
    for (size_t i = 0; given && i < given->count; i++)
        if (given->at[i]) dynox__hooks_loaded(given->at[i]);
}
