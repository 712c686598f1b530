/* Saving a record: which of the three forms it takes, and what it sends. */
#include "model/hooks.h"
#include "model/write.h"
#include "value/bind/member.h"
#include "value/item/item_size.h"
#include <stdio.h>
#include <string.h>

/* ---- keys and what has to be there ---- */

/* Is it a copy whose key was changed, or taken away to be generated? */
static dynox_status find_another(dynox__record_write *write, dynox_error *error)
{
    const dynox__block *block = dynox__record_block(write->record);
    dynox_error         own   = {0};
    if (dynox__record_is_new(write->record) || !block || !block->is_copy) return DYNOX_OK;
    dynox_status status = dynox__key_of(write->model, write->record, &write->room, write->key_parts, &write->key, &own);
    uint64_t     saved  = dynox__record(write->record)->saved_ & ~DYNOX__RECORD_STALE;
    write->is_another = status == DYNOX_E_VALUE || (status == DYNOX_OK && dynox__key_fingerprint(&write->key) != saved);
    if (status == DYNOX_E_NO_MEMORY) dynox_error_copy(error, &own);
    dynox_error_clear(&own);
    return error->status;
}

static dynox_status fill_new(dynox__record_write *write, dynox_error *error)
{
    const dynox__member *unique = NULL;
    if (dynox__generate(write->model, write->record, &unique, error) != DYNOX_OK) return error->status;
    const char *made = unique ? dynox__member_string(unique, write->record) : NULL;
    if (!made) return DYNOX_OK;
    write->marked = unique;
    snprintf(write->mark, sizeof write->mark, "%.*s", (int)strnlen(made, unique->size > 8 ? unique->size : 39), made);
    return DYNOX_OK;
}

/* What a member is stored as where that is not what the struct has: by its template, and what the library fills in. */
static dynox_status fill_given(dynox__record_write *write, dynox_error *error)
{
    const dynox__model *model = write->model;
    write->given = dynox__arena_alloc(&write->room.arena, (model->shape->count + 1) * sizeof *write->given);
    if (!write->given) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < model->shape->count; i++) {
        const dynox__member *member = &model->shape->members[i];
        const dynox__member *missing;
        write->given[i] = dynox_invalid();
        if (member == model->discriminator)
            write->given[i] = dynox_string(model->type);
        else if (member == model->version && write->checks_version)
            write->given[i] = dynox_int(write->version + 1);
        else if (member == model->write_id && write->checks_version)
            write->given[i] = dynox_string(write->mark);
        else if (model->templates[i] && dynox__key_optional(model, member, write->record, &write->room,
                                                            &write->given[i], &missing, error) != DYNOX_OK)
            return error->status;
    }
    return DYNOX_OK;
}

static bool is_there(const dynox__record_write *write, size_t i)
{
    return write->given[i].type != DYNOX_INVALID ||
           !dynox__member_absent(&write->model->shape->members[i], write->record);
}

static dynox_status check_required(const dynox__record_write *write, dynox_error *error)
{
    if (dynox__record_write_is_part(write)) return DYNOX_OK;
    for (size_t i = 0; i < write->model->shape->count; i++) {
        const dynox__member *member = &write->model->shape->members[i];
        if (!member->attribute->required || is_there(write, i)) continue;
        return dynox_error_set(error, DYNOX_E_VALUE, "%s.%s is required and not set", write->model->name,
                               member->attribute->member_);
    }
    return DYNOX_OK;
}

/* ---- size ---- */

dynox_status dynox__record_write_check_size(const dynox__record_write *write, dynox_error *error)
{
    const dynox__model *model = write->model;
    dynox_room          room  = {0};
    dynox_item          item;
    size_t              size = 0;
    if (dynox__bind_store(model->shape, write->record, write->given, &room, &item, error) == DYNOX_OK)
        size = dynox__item_size(&item);
    dynox__room_free(&room);
    if (error->status != DYNOX_OK) return error->status;
    if (size <= model->max_size) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_TOO_LARGE, "%s: %zu bytes, the model allows %zu", model->name, size,
                           model->max_size);
}

/* ---- what comes home ---- */

/* Keys that templates make are stored as they were made, whatever the record has there. */
static dynox_status note_keys(const dynox__record_write *write, dynox__receipt *receipt, dynox_error *error)
{
    const dynox__model *model = write->model;
    if (dynox__record_is_partial(write->record)) return DYNOX_OK;
    for (size_t i = 0; i < model->shape->count; i++) {
        const char *made = model->templates[i] ? dynox_value_as_string(&write->given[i]) : NULL;
        if (made && !(made = dynox__arena_copy(&receipt->room.arena, made, strlen(made))))
            return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        if (model->templates[i])
            dynox__record_set_text(&model->shape->members[i], (void *)(uintptr_t)receipt->snapshot.record, made);
    }
    return DYNOX_OK;
}

static dynox_status make_receipt(dynox__record_write *write, uint64_t saved, bool hooks, dynox_error *error)
{
    const dynox__model    *model = write->model;
    const dynox__snapshot *was   = dynox__record_snapshot(write->record);
    dynox__receipt        *made  = dynox__receipt_new(model, write->record);
    write->receipt               = made;
    if (!made) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    made->must_exist        = write->must_exist;
    made->is_only_condition = write->must_exist && !write->checks_version && !write->condition;
    dynox__record_write_tell(write, saved);
    made->has_snapshot = was != NULL;
    made->has_after    = hooks && write->form != DYNOX__WRITE_NOTHING;
    made->after        = DYNOX_AFTER_SAVE;
    if (!was) return DYNOX_OK;
    if (dynox__snapshot_take(model->shape, write->record, true, &made->room, &made->snapshot, error) != DYNOX_OK)
        return error->status;
    return model->has_templates ? note_keys(write, made, error) : DYNOX_OK;
}

/* ---- the whole ---- */

static dynox_status refuse_partial(const dynox__record_write *write, dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_VALUE,
                           "%s: only a part of the record was loaded, so .full_replace would lose the rest",
                           write->model->name);
}

static dynox_status refuse_stale(const dynox__record_write *write, dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_VALUE,
                           "%s: the item was updated since; reload the record, or save with .full_replace",
                           write->model->name);
}

static dynox_status prepare(dynox__record_write *write, dynox__typed_call *call)
{
    dynox_error      *error = &call->error;
    const dynox_with *with  = write->with;
    bool              hooks = dynox__typed_call_hooks(call);
    if (find_another(write, error) != DYNOX_OK) return error->status;
    bool is_new   = dynox__record_is_new(write->record) || write->is_another;
    bool is_stale = (dynox__record(write->record)->saved_ & DYNOX__RECORD_STALE) != 0;
    if (is_stale && !with->full_replace) return refuse_stale(write, error);
    if (with->full_replace && !dynox__record_is_new(write->record) && dynox__record_is_partial(write->record))
        return refuse_partial(write, error);
    if (is_new && fill_new(write, error) != DYNOX_OK) return error->status;
    uint64_t saved = dynox__record_write_find_key(write, error);
    if (!saved || dynox__record_write_find_version(write, error) != DYNOX_OK || fill_given(write, error) != DYNOX_OK ||
        check_required(write, error) != DYNOX_OK)
        return error->status;
    write->form = DYNOX__WRITE_PUT;
    if (!is_new && !with->full_replace && dynox__record_write_find_changes(write, error) != DYNOX_OK)
        return error->status;
    write->must_exist = write->form == DYNOX__WRITE_CHANGES && dynox__record_snapshot(write->record) && !with->upsert;
    if (write->form == DYNOX__WRITE_NOTHING) return DYNOX_OK;
    /* Of a put, what was written tells: JSON is larger than what it says. */
    if (write->form == DYNOX__WRITE_CHANGES && write->model->declared->options->max_size &&
        dynox__record_write_check_size(write, error) != DYNOX_OK)
        return error->status;
    return make_receipt(write, saved, hooks, error);
}

void dynox__record_write_save(dynox__record_write *write, dynox__typed_call *call, void *record)
{
    dynox__record_write_begin(write, call, record);
    if (!dynox__record_write_before(write, call, DYNOX_BEFORE_SAVE)) return;
    prepare(write, call);
}
