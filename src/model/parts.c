/* Records as parts of batches and transactions: each is prepared like a write of its own, when the call that gets it
 * begins. */
#include "client/item/write.h"
#include "model/hooks.h"
#include "model/write.h"
#include <string.h>

/* A part while its call begins. */
typedef struct begun {
    dynox__typed_call   call;
    dynox__record_write write;
} begun;

static begun *begun_new(const char *name, const dynox_model *model, const void *record, const dynox_with *with,
                        unsigned allowed, dynox_error *error)
{
    begun *self = dynox__calloc(sizeof *self);
    if (!self) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    dynox__typed_part_begin(&self->call, name, model, with, allowed);
    dynox__typed_call_need(&self->call, record, "record");
    return self;
}

/* They take time, and a call that is being made has none. */
static void refuse_async(begun *self, const void *record, dynox_hook before, dynox_hook after, const char *what)
{
    if (self->call.error.status != DYNOX_OK || !dynox__typed_call_hooks(&self->call)) return;
    const dynox__model *model = dynox__record_model(self->call.model, record);
    bool                first = dynox__hooks_has_async(model, before);
    if (first || dynox__hooks_has_async(model, after))
        dynox_error_set(&self->call.error, DYNOX_E_ARGUMENT,
                        "%s_%s: its %s_%s_async cannot run in a part: await it yourself, and say .skip_hooks",
                        model->name, self->call.name, first ? "before" : "after", what);
}

/* A batch knows no conditions: whole records are put, and versions are counted without being asked for. */
static void refuse_in_batch(begun *self, bool in_batch, bool is_possible)
{
    if (!in_batch || self->call.error.status != DYNOX_OK) return;
    if (!is_possible)
        dynox_error_set(&self->call.error, DYNOX_E_ARGUMENT, "a batch takes puts and deletes only");
    else if (self->call.with.condition || self->call.with.return_on_condition_failure)
        dynox_error_set(&self->call.error, DYNOX_E_ARGUMENT, "%s: a batch has no conditions; transactions do",
                        self->call.model->name);
}

/* For the words, if it comes to nothing. */
static void name_part(const begun *self, dynox_write_kind kind, dynox_write *plain)
{
    plain->kind  = kind;
    plain->table = self->call.model ? dynox__typed_call_table(&self->call) : NULL;
}

static void end(void *arg)
{
    begun *self = arg;
    dynox__record_write_end(&self->write);
    dynox__typed_call_end(&self->call);
    dynox__free(self);
}

/* Its error goes to the call's. */
static void *refused(begun *self, dynox_error *error)
{
    dynox_error_copy(error, &self->call.error);
    end(self);
    return NULL;
}

static void *home(void *arg)
{
    begun *self         = arg;
    void  *receipt      = self->write.receipt;
    self->write.receipt = NULL;
    return receipt;
}

static void members(void *arg, dynox__request_writer *writer)
{
    begun *self = arg;
    dynox__record_write_members(&self->write, writer);
    if (dynox__record_write_wants_stored(&self->write))
        dynox__request_text(writer, "ReturnValuesOnConditionCheckFailure", "ALL_OLD");
}

/* ---- as items ---- */

static dynox_write_kind kind_of(const dynox__record_write *write)
{
    switch (write->form) {
    case DYNOX__WRITE_PUT: return DYNOX_WRITE_PUT;
    case DYNOX__WRITE_DELETE: return DYNOX_WRITE_DELETE;
    case DYNOX__WRITE_NOTHING:
    case DYNOX__WRITE_CHECK: return DYNOX_WRITE_CHECK;
    case DYNOX__WRITE_CHANGES:
    case DYNOX__WRITE_UPDATE: break;
    }
    return DYNOX_WRITE_UPDATE;
}

/* The key, which is what parts are compared by; of a batch's put, all of it. */
static void describe(begun *self, bool in_batch, dynox_write *plain)
{
    dynox__record_write *write = &self->write;
    dynox_item          *item  = &write->key;
    *plain =
        (dynox_write){.kind  = kind_of(write),
                      .table = dynox__typed_call_table(&self->call),
                      .key   = {write->model->partition->name, write->model->sort ? write->model->sort->name : NULL}};
    if (in_batch && write->form == DYNOX__WRITE_PUT) {
        item = dynox__arena_alloc(&write->room.arena, sizeof *item);
        if (!item)
            dynox_error_set(&self->call.error, DYNOX_E_NO_MEMORY, "out of memory");
        else
            dynox__bind_store(write->model->shape, write->record, write->given, &write->room, item, &self->call.error);
    }
    plain->item = item;
}

static void *finish(begun *self, bool in_batch, dynox_write *plain, dynox_error *error)
{
    if (self->call.error.status == DYNOX_OK) describe(self, in_batch, plain);
    if (self->call.error.status != DYNOX_OK) return refused(self, error);
    return self;
}

/* ---- the parts ---- */

/* A put is all that there is afterwards: not of what is known in part only. */
static void check_is_whole(begun *self, const void *record)
{
    const char *wrong = NULL;
    if (self->call.error.status != DYNOX_OK) return;
    if (dynox__record_is_partial(record)) wrong = "only a part of the record was loaded";
    if ((dynox__record(record)->saved_ & DYNOX__RECORD_STALE) && !self->call.with.full_replace)
        wrong = "the item was updated since; reload the record, or say .full_replace";
    if (wrong)
        dynox_error_set(&self->call.error, DYNOX_E_VALUE, "%s: a batch puts whole records, and %s",
                        self->call.model->name, wrong);
    self->call.with.full_replace = true;
}

static void *begin_saving(const dynox_write *part, bool in_batch, dynox_write *plain, dynox_error *error)
{
    begun *self = begun_new("saving", part->model_, part->record_, part->with_, DYNOX__WITH_SAVE, error);
    if (!self) return NULL;
    name_part(self, DYNOX_WRITE_PUT, plain);
    refuse_in_batch(self, in_batch, true);
    refuse_async(self, part->record_, DYNOX_BEFORE_SAVE, DYNOX_AFTER_SAVE, "save");
    if (in_batch) check_is_whole(self, part->record_);
    if (self->call.error.status == DYNOX_OK) dynox__record_write_save(&self->write, &self->call, part->record_);
    if (self->write.form == DYNOX__WRITE_NOTHING)
        self->write.must_exist = true; /* a check, so that it keeps its place */
    return finish(self, in_batch, plain, error);
}

static void *begin_updating(const dynox_write *part, bool in_batch, dynox_write *plain, dynox_error *error)
{
    begun *self = begun_new("updating", part->model_, part->record_, part->with_, DYNOX__WITH_UPDATE, error);
    if (!self) return NULL;
    name_part(self, DYNOX_WRITE_UPDATE, plain);
    refuse_in_batch(self, in_batch, false);
    refuse_async(self, part->record_, DYNOX_BEFORE_UPDATE, DYNOX_AFTER_UPDATE, "update");
    if (self->call.error.status == DYNOX_OK)
        dynox__record_write_update(&self->write, &self->call, part->record_, part->update);
    return finish(self, in_batch, plain, error);
}

static void *begin_deleting(const dynox_write *part, bool in_batch, dynox_write *plain, dynox_error *error)
{
    begun *self = begun_new("deleting", part->model_, part->record_, part->with_, DYNOX__WITH_DELETE, error);
    if (!self) return NULL;
    name_part(self, DYNOX_WRITE_DELETE, plain);
    refuse_in_batch(self, in_batch, true);
    refuse_async(self, part->record_, DYNOX_BEFORE_DELETE, DYNOX_AFTER_DELETE, "delete");
    if (self->call.error.status == DYNOX_OK) dynox__record_write_delete(&self->write, &self->call, part->record_);
    return finish(self, in_batch, plain, error);
}

static void *begin_checking(const dynox_write *part, bool in_batch, dynox_write *plain, dynox_error *error)
{
    begun *self = begun_new("checking", part->model_, part->record_, NULL, 0, error);
    if (!self) return NULL;
    name_part(self, DYNOX_WRITE_CHECK, plain);
    refuse_in_batch(self, in_batch, false);
    if (self->call.error.status == DYNOX_OK && !part->condition)
        dynox_error_set(&self->call.error, DYNOX_E_ARGUMENT, "%s: a check without a condition checks nothing",
                        self->call.model->name);
    if (self->call.error.status == DYNOX_OK)
        dynox__record_write_by_key(&self->write, &self->call, part->record_, NULL, DYNOX__WRITE_CHECK);
    self->write.condition = part->condition;
    return finish(self, in_batch, plain, error);
}

static void *begin_getting(const dynox_read *part, dynox_read *plain, dynox_error *error)
{
    unsigned allowed = DYNOX__WITH_CONSISTENT | DYNOX__WITH_TABLE;
    begun   *self    = begun_new("getting", part->model_, part->record_, part->with_, allowed, error);
    if (!self) return NULL;
    plain->table = self->call.model ? dynox__typed_call_table(&self->call) : NULL;
    if (self->call.error.status == DYNOX_OK)
        dynox__record_write_by_key(&self->write, &self->call, part->record_, NULL, DYNOX__WRITE_CHECK);
    if (self->call.error.status != DYNOX_OK) return refused(self, error);
    *plain = (dynox_read){.table           = dynox__typed_call_table(&self->call),
                          .key             = &self->write.key,
                          .consistent_read = self->call.with.consistent_read || self->call.model->consistent_read};
    return self;
}

#define FORM(begin_, begin_read_)                                                                                      \
    {                                                                                                                  \
        .begin = (begin_), .members = members, .home = home, .type = &dynox__receipt_type, .end = end,                 \
        .why = dynox__receipt_why, .begin_read = (begin_read_)                                                         \
    }
static const dynox__part_form saving = FORM(begin_saving, NULL), updating = FORM(begin_updating, NULL),
                              deleting = FORM(begin_deleting, NULL), checking = FORM(begin_checking, NULL),
                              getting = FORM(NULL, begin_getting);

dynox_write dynox_model_saving(const dynox_model *model, void *record, const dynox_with *with)
{
    return (dynox_write){.form_ = &saving, .model_ = model, .record_ = record, .with_ = with};
}

dynox_write dynox_model_updating(const dynox_model *model, void *record, const dynox_expr *update,
                                 const dynox_with *with)
{
    return (dynox_write){.form_ = &updating, .model_ = model, .record_ = record, .update = update, .with_ = with};
}

dynox_write dynox_model_deleting(const dynox_model *model, void *record, const dynox_with *with)
{
    return (dynox_write){.form_ = &deleting, .model_ = model, .record_ = record, .with_ = with};
}

dynox_write dynox_model_checking(const dynox_model *model, const void *key, const dynox_expr *condition)
{
    return (dynox_write){
        .form_ = &checking, .model_ = model, .record_ = (void *)(uintptr_t)key, .condition = condition};
}

dynox_read dynox_model_getting(const dynox_model *model, const void *key, const dynox_with *with)
{
    return (dynox_read){.form_ = &getting, .model_ = model, .record_ = key, .with_ = with};
}
