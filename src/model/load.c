/* Items of answers become records: of one model straight from the wire, of a hierarchy by way of items, since only the
 * discriminator tells which struct it is. */
#include "model/load.h"
#include "model/hooks.h"
#include <string.h>

static uint8_t *no_memory(dynox__reader *reader, const uint8_t *p)
{
    return dynox__reader_no_memory(reader, p);
}

/* ---- of one model ---- */

static bool is_hierarchy(const dynox__model *model)
{
    return model->declared->options->children && model->declared->options->children[0];
}

/* The addresses of records that lie behind each other. */
static bool point_at(dynox__block *block, dynox__arena *arena, void *records, size_t count)
{
    size_t size;
    block->count   = count;
    block->stride  = block->model->shape->size;
    block->records = dynox__mul_size(count, sizeof *block->records, &size) ? dynox__arena_alloc(arena, size) : NULL;
    for (size_t i = 0; block->records && i < count; i++)
        block->records[i] = (char *)records + i * block->stride;
    return block->records;
}

static uint8_t *bind_one(dynox__reader *reader, uint8_t *p, dynox__block *block)
{
    dynox__binder binder;
    void         *record = dynox__arena_alloc(reader->arena, block->model->shape->size);
    if (!record || !dynox__binder_init(&binder, reader, &block->room, block->model->shape)) return no_memory(reader, p);
    memset(record, 0, block->model->shape->size);
    p = dynox__bind_record(&binder, p, record);
    if (p && !point_at(block, reader->arena, record, 1)) return no_memory(reader, p);
    return p;
}

static uint8_t *bind_many(dynox__reader *reader, uint8_t *p, dynox__block *block, size_t hint)
{
    dynox__binder binder;
    void         *records = NULL;
    size_t        count   = 0;
    if (!dynox__binder_init(&binder, reader, &block->room, block->model->shape)) return no_memory(reader, p);
    p = dynox__bind_records(&binder, p, hint, &records, &count);
    if (p && !point_at(block, reader->arena, records, count)) return no_memory(reader, p);
    return p;
}

/* ---- of a hierarchy ---- */

static const char *type_of(const dynox__model *model, const dynox_item *item)
{
    return model->discriminator ? dynox_get_string(item, model->discriminator->name) : NULL;
}

static dynox_status load_as(dynox__block *block, size_t i, const dynox__model *model, const dynox_item *item,
                            dynox__arena *arena, dynox_error *error)
{
    void *record = model ? dynox__arena_alloc(arena, model->shape->size) : NULL;
    if (!model) return error->status;
    if (!record) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    block->models[i]  = model;
    block->records[i] = memset(record, 0, model->shape->size);
    return dynox__bind_load(model->shape, item->attributes, item->count, &block->room, record, error);
}

static dynox_status load_items(dynox__block *block, const dynox_item *items, size_t count, dynox__arena *arena,
                               dynox_error *error)
{
    block->count   = count;
    block->models  = dynox__arena_alloc(arena, count * sizeof *block->models);
    block->records = dynox__arena_alloc(arena, count * sizeof *block->records);
    if (!block->models || !block->records) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    memset(block->records, 0, count * sizeof *block->records);
    for (size_t i = 0; i < count; i++) {
        const dynox__model *model = dynox__model_for(block->model, type_of(block->model, &items[i]), error);
        if (load_as(block, i, model, &items[i], arena, error) != DYNOX_OK) return error->status;
    }
    return DYNOX_OK;
}

/* An error of loading, as one of reading. */
static uint8_t *fail(dynox__reader *reader, const uint8_t *p, dynox_error *error)
{
    char *words = error->status == DYNOX_E_NO_MEMORY
                      ? NULL
                      : dynox__arena_copy(reader->arena, error->message, strlen(error->message));
    dynox_error_clear(error);
    return dynox__reader_fail(reader, p, words);
}

static uint8_t *load_hierarchy(dynox__reader *reader, uint8_t *p, dynox__block *block, bool many)
{
    dynox_error       error = {0};
    const dynox_item *one   = NULL;
    dynox__items      items = {0};
    uint8_t          *start = p;
    p                       = many ? dynox__field_items(reader, p, &items) : dynox__field_item(reader, p, (void *)&one);
    if (!p) return NULL;
    if (load_items(block, many ? items.items : one, many ? items.count : 1, reader->arena, &error) != DYNOX_OK)
        return fail(reader, start, &error);
    return p;
}

/* ---- as members of an answer ---- */

static uint8_t *read_records(dynox__reader *reader, uint8_t *p, dynox__record_target *target, bool many)
{
    const dynox__model *model = target->loading->model;
    dynox__block_release(target->block); /* it is there twice: the last one counts */
    target->block = dynox__block_new(model, 0);
    if (!target->block) return no_memory(reader, p);
    target->block->is_partial = target->loading->is_partial;
    if (is_hierarchy(model)) return load_hierarchy(reader, p, target->block, many);
    return many ? bind_many(reader, p, target->block, target->hint) : bind_one(reader, p, target->block);
}

uint8_t *dynox__field_record(dynox__reader *reader, uint8_t *p, void *to)
{
    return read_records(reader, p, to, false);
}

uint8_t *dynox__field_records(dynox__reader *reader, uint8_t *p, void *to)
{
    return read_records(reader, p, to, true);
}

dynox_status dynox__load_end(dynox__record_target *target, dynox__document *document, dynox_error *error)
{
    dynox__block *block = target->block;
    if (!block) return DYNOX_OK;
    block->document    = document;
    block->skips_hooks = target->loading->skip_hooks;
    if (document) dynox__shared_acquire(&document->shared);
    if (dynox__block_finish(block, target->loading->read_only, error) == DYNOX_OK) return DYNOX_OK;
    dynox__block_release(block);
    target->block = NULL;
    return error->status;
}

static void end_item(void *item)
{
    dynox_item_free(item);
}

dynox__block *dynox__load_copy(const dynox__loading *loading, dynox_item *item, dynox_error *error)
{
    dynox__record_target target = {.loading = loading, .block = dynox__block_new(loading->model, 0)};
    if (!target.block || dynox_room_defer(&target.block->room, end_item, item) != DYNOX_OK) {
        dynox_item_free(item);
        dynox__block_release(target.block);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    target.block->is_single  = true;
    target.block->is_partial = loading->is_partial;
    if (load_items(target.block, item, 1, &target.block->room.arena, error) != DYNOX_OK) {
        dynox__block_release(target.block);
        return NULL;
    }
    dynox__load_end(&target, NULL, error);
    return target.block;
}

/* ---- items that were asked for by their keys ---- */

/* The head of a hierarchy is what all are that nobody else is. */
static bool takes(const dynox__model *model, const dynox__model *found, const char *type)
{
    bool is_head = is_hierarchy(model) && !model->parent;
    return !type || is_head || strcmp(found->type, type) == 0;
}

static dynox_status place_items(dynox__block *block, const dynox_items *items, void **places, dynox_error *error)
{
    dynox__arena *arena = &block->room.arena;
    size_t        size;
    bool          fits = dynox__mul_size(items->count, sizeof(void *), &size);
    block->models      = fits ? dynox__arena_alloc(arena, size) : NULL;
    block->records     = fits ? dynox__arena_alloc(arena, size) : NULL;
    if (!block->models || !block->records) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < items->count; i++) {
        const dynox_item   *item  = items->at[i];
        const char         *type  = item ? type_of(block->model, item) : NULL;
        const dynox__model *model = dynox__model_for(block->model, type, error);
        places[i]                 = NULL;
        if (!model) return error->status;
        if (!item || !takes(block->model, model, type)) continue;
        if (load_as(block, block->count, model, item, arena, error) != DYNOX_OK) return error->status;
        places[i] = block->records[block->count++];
    }
    return DYNOX_OK;
}

static void end_items(void *items)
{
    dynox_items_free(items);
}

dynox__block *dynox__load_many(const dynox__loading *loading, dynox_items *items, void **places, dynox_error *error)
{
    dynox__record_target target = {.loading = loading, .block = dynox__block_new(loading->model, 0)};
    if (!target.block || dynox_room_defer(&target.block->room, end_items, items) != DYNOX_OK) {
        dynox_items_free(items);
        dynox__block_release(target.block);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    target.block->is_partial = loading->is_partial;
    if (place_items(target.block, items, places, error) != DYNOX_OK) {
        dynox__block_release(target.block);
        return NULL;
    }
    dynox__load_end(&target, NULL, error);
    return target.block;
}
