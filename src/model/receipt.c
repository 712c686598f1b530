/* Receipts: coming home. */
#include "model/receipt.h"
#include "model/hooks.h"
#include "value/bind/member.h"
#include <stdio.h>
#include <string.h>

dynox__receipt *dynox__receipt_new(const dynox__model *model, void *record)
{
    dynox__receipt *receipt = dynox__calloc(sizeof *receipt);
    if (!receipt) return NULL;
    receipt->model  = model;
    receipt->record = record;
    receipt->block  = dynox__block_acquire(dynox__record_block(record));
    return receipt;
}

dynox__receipt *dynox__receipt_of_fresh(const dynox__model *model, void *record)
{
    dynox__receipt *receipt = dynox__receipt_new(model, record);
    if (!receipt || dynox__record_reserve(model, record, &receipt->spare)) return receipt;
    dynox__receipt_free(receipt);
    return NULL;
}

void dynox__receipt_free(dynox__receipt *receipt)
{
    if (!receipt) return;
    dynox__room_free(&receipt->room);
    dynox__block_release(receipt->fresh);
    dynox__block_release(receipt->spare);
    dynox__block_release(receipt->block);
    dynox__free(receipt);
}

static void set_int(const dynox__member *member, void *record, int64_t number)
{
    if (!member) return;
    dynox__member_set_int(member, record, number);
    if (member->has) ((char *)record)[member->has - 1] = number != 0;
}

/* Also to the snapshot, where the record has one: it is stored like that now. */
static void set_stored_ttl(const dynox__receipt *receipt)
{
    const dynox__snapshot *snapshot = dynox__record_snapshot(receipt->record);
    set_int(receipt->model->ttl, receipt->record, receipt->ttl);
    if (snapshot) set_int(receipt->model->ttl, (void *)(uintptr_t)snapshot->record, receipt->ttl);
}

/* Keys that templates have made anew. One for which there is no memory is NULL, and is made again next time. */
static void bring_keys(const dynox__receipt *receipt)
{
    const dynox__model *model = receipt->model;
    for (size_t i = 0; model->has_templates && i < model->shape->count; i++) {
        const dynox__member *member = &model->shape->members[i];
        if (!model->templates[i]) continue;
        const char *stored = dynox__member_string(member, receipt->snapshot.record),
                   *there  = dynox__member_string(member, receipt->record);
        if (stored && there && strcmp(stored, there) == 0) continue;
        if (stored && member->kind != DYNOX_KIND_CHARS_)
            stored = dynox__record_keep(model, receipt->record, stored, strlen(stored));
        if (stored || there) dynox__record_set_text(member, receipt->record, stored);
    }
}

void dynox__receipt_accept(dynox__receipt *receipt)
{
    void         *record = receipt->record;
    dynox_record *known  = dynox__record(record);
    bool is_fresh = receipt->fresh && dynox__record_adopt(receipt->model, record, receipt->fresh, &receipt->spare);
    if (is_fresh) receipt->fresh = NULL;
    bool is_stale = receipt->is_stale || (receipt->wants_fresh && !is_fresh && !dynox__record_snapshot(record)) ||
                    (receipt->marks_ttl && (known->saved_ & DYNOX__RECORD_STALE)); /* it tells of one member only */
    if (receipt->has_version) set_int(receipt->model->version, record, receipt->version);
    if (receipt->has_version && receipt->marked == receipt->model->write_id && receipt->marked)
        memcpy((char *)record + receipt->marked->offset, receipt->mark, receipt->marked->size);
    if (receipt->marks_ttl) set_stored_ttl(receipt);
    if (receipt->has_snapshot) bring_keys(receipt);
    if (receipt->has_snapshot) dynox__record_renew(record, receipt->snapshot, &receipt->room);
    known->saved_ = receipt->saved | (is_stale ? DYNOX__RECORD_STALE : 0);
    if (!receipt->saved) dynox__record_forget(record);
    if (receipt->has_after) dynox__hooks_run(receipt->model, receipt->after, record, NULL);
}

/* Only what is unique to this write can tell: somebody else may have written the same, and counted the same version. */
dynox__recovery dynox__receipt_recover(const dynox__receipt *receipt, const dynox_item *stored)
{
    const dynox__model *model    = receipt->model;
    bool                exists   = stored && stored->count;
    int64_t             expected = receipt->saved ? receipt->version - 1 : receipt->expected;
    if (!receipt->has_version || !exists) return DYNOX__RECOVERY_UNKNOWN;
    const char *mark = receipt->marked ? dynox_get_string(stored, receipt->marked->name) : NULL;
    if (mark && strcmp(mark, receipt->mark) == 0) return DYNOX__RECOVERY_DONE;
    int64_t version = dynox_get_int(stored, model->version->name);
    bool    others  = mark && receipt->marked == model->write_id && version == expected + 1;
    return others || (expected && version == expected) ? DYNOX__RECOVERY_NOT_DONE : DYNOX__RECOVERY_UNKNOWN;
}

size_t dynox__receipt_why(const void *home, const dynox_item *stored, char *words, size_t room)
{
    const dynox__receipt *receipt  = home;
    const dynox__model   *model    = receipt->model;
    bool                  exists   = stored && stored->count;
    int64_t               expected = receipt->saved ? receipt->version - 1 : receipt->expected;
    int                   length   = 0;
    if (!exists && (receipt->must_exist || (receipt->has_version && expected)))
        length = snprintf(words, room, "%s: the stored record is gone%s", model->name,
                          receipt->is_only_condition ? "" : " (or this server does not tell what is stored)");
    else if (exists && receipt->has_version && !expected && dynox_item_get(stored, model->version->name))
        length = snprintf(words, room, "%s: there is a stored record with that key already, of version %lld",
                          model->name, (long long)dynox_get_int(stored, model->version->name));
    else if (exists && receipt->has_version && expected && dynox_get_int(stored, model->version->name) != expected)
        length = snprintf(words, room, "%s: the stored record is not version %lld any more", model->name,
                          (long long)expected);
    return length > 0 ? (size_t)length : 0;
}

void dynox__receipt_end(void *receipt)
{
    dynox__receipt_free(receipt);
}

static void accept(void *receipt)
{
    dynox__receipt_accept(receipt);
}

const dynox_type dynox__receipt_type = {
    .name = "the receipt of a write", .size = sizeof(void *), .destroy = dynox__receipt_end, .accept = accept};
