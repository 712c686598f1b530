/* What has changed in a record since it was loaded or saved: as members, and as an update expression. */
#include "model/write.h"
#include "value/bind/member.h"
#include <string.h>

static bool is_key(const dynox__member *member)
{
    return member->role == DYNOX_ROLE_PARTITION_KEY_ || member->role == DYNOX_ROLE_SORT_KEY_;
}

/* What the library itself changes with each write. */
static bool is_counted(const dynox__model *model, const dynox__member *member)
{
    return member == model->version || member == model->write_id;
}

/* A key of an index that a template makes changes when its parts do. */
static uint8_t change_of_template(const dynox__record_write *write, size_t i, const dynox__snapshot *was)
{
    const dynox__member *member = &write->model->shape->members[i];
    const char          *stored = was ? dynox__member_string(member, was->record) : NULL;
    const char          *made   = dynox_value_as_string(&write->given[i]);
    if (stored && !*stored) stored = NULL;
    if (!made) return stored || !was ? DYNOX__MEMBER_REMOVE : DYNOX__MEMBER_KEEP;
    return stored && strcmp(stored, made) == 0 ? DYNOX__MEMBER_KEEP : DYNOX__MEMBER_SET;
}

static uint8_t change_of(const dynox__record_write *write, size_t i, const dynox__snapshot *was)
{
    const dynox__model  *model  = write->model;
    const dynox__member *member = &model->shape->members[i];
    bool                 extra  = member->kind == DYNOX_KIND_EXTRA_;
    if (is_key(member) || !(member->is_stored || extra)) return DYNOX__MEMBER_KEEP;
    if (is_counted(model, member)) return write->checks_version ? DYNOX__MEMBER_SET : DYNOX__MEMBER_KEEP;
    if (member == model->discriminator) return was ? DYNOX__MEMBER_KEEP : DYNOX__MEMBER_SET;
    if (model->templates[i])
        return dynox__record_is_partial(write->record) ? DYNOX__MEMBER_KEEP : change_of_template(write, i, was);
    if (was && dynox__snapshot_same(model->shape, member, write->record, was)) return DYNOX__MEMBER_KEEP;
    if (extra || !dynox__member_absent(member, write->record) || member->attribute->null_stored)
        return DYNOX__MEMBER_SET;
    return DYNOX__MEMBER_REMOVE;
}

dynox_status dynox__record_write_find_changes(dynox__record_write *write, dynox_error *error)
{
    const dynox__model    *model = write->model;
    const dynox__snapshot *was   = dynox__record_snapshot(write->record);
    bool                   any   = false;
    write->changes               = dynox__arena_alloc(&write->room.arena, model->shape->count);
    if (!write->changes) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < model->shape->count; i++) {
        write->changes[i] = change_of(write, i, was);
        any = any || (write->changes[i] != DYNOX__MEMBER_KEEP && !is_counted(model, &model->shape->members[i]));
    }
    write->form = any || !was ? DYNOX__WRITE_CHANGES : DYNOX__WRITE_NOTHING;
    return DYNOX_OK;
}

/* ---- as an expression ---- */

/* What a member is set to: what is given, NULL where it is absent and stored as that, or what the record has. */
static const dynox_value *value_of(const dynox__record_write *write, dynox__request_writer *writer, size_t i)
{
    const dynox__member *member = &write->model->shape->members[i];
    if (write->given[i].type != DYNOX_INVALID) return &write->given[i];
    dynox_value *value = dynox__record_write_keep(write, writer, dynox_null());
    if (!value || dynox__member_absent(member, write->record)) return value;
    dynox_status status = dynox__bind_store_member(write->model->shape, member, write->record,
                                                   (dynox_room *)(uintptr_t)&write->room, value, &writer->error);
    return status == DYNOX_OK ? value : NULL;
}

/* One clause, entry by entry. */
typedef struct clause {
    dynox__request_writer *writer;
    const char            *word;           /* "SET " */
    bool                   begun, follows; /* follows: another clause stands before it */
} clause;

static void begin_entry(clause *self, const char *name, size_t length)
{
    dynox__buffer_text(self->writer->json, self->begun ? ", " : self->follows ? " " : "");
    if (!self->begun) dynox__buffer_text(self->writer->json, self->word);
    self->begun = true;
    dynox__record_write_name(self->writer, name, length);
}

static void set_entry(clause *self, const char *name, size_t length, const dynox_value *value)
{
    begin_entry(self, name, length);
    dynox__buffer_text(self->writer->json, " = ");
    if (value) dynox__record_write_value(self->writer, value, DYNOX__EXPR_UPDATE);
}

/* Attributes that no member has, one by one: those that are set to something else, or that are gone. */
static void extra_entries(const dynox__record_write *write, clause *self, size_t i, uint8_t change)
{
    const dynox__member   *member = &write->model->shape->members[i];
    const dynox__snapshot *was    = dynox__record_snapshot(write->record);
    dynox_item             before = {0}, now;
    memcpy(&now, (const char *)write->record + member->offset, sizeof now);
    if (was) before = dynox_value_as_map(&was->deep[member->deep]);
    const dynox_item *of    = change == DYNOX__MEMBER_SET ? &now : &before,
                     *other = change == DYNOX__MEMBER_SET ? &before : &now;
    for (size_t k = 0; k < of->count; k++) {
        const dynox_named_value *named = &of->attributes[k];
        const dynox_value       *there = dynox_item_get(other, named->name);
        if (dynox__shape_stored(write->model->shape, named->name, named->name_length)) continue;
        if (change == DYNOX__MEMBER_REMOVE && !there) begin_entry(self, named->name, named->name_length);
        if (change == DYNOX__MEMBER_SET && !(there && dynox_value_equal(there, &named->value)))
            set_entry(self, named->name, named->name_length, &named->value);
    }
}

static void write_clause(const dynox__record_write *write, clause *self, uint8_t change)
{
    for (size_t i = 0; i < write->model->shape->count && self->writer->error.status == DYNOX_OK; i++) {
        const dynox__member *member = &write->model->shape->members[i];
        if (member->kind == DYNOX_KIND_EXTRA_ && write->changes[i] != DYNOX__MEMBER_KEEP)
            extra_entries(write, self, i, change);
        if (member->kind == DYNOX_KIND_EXTRA_ || write->changes[i] != change) continue;
        if (change == DYNOX__MEMBER_SET)
            set_entry(self, member->name, member->name_length, value_of(write, self->writer, i));
        else
            begin_entry(self, member->name, member->name_length);
    }
}

void dynox__record_write_changes(const dynox__record_write *write, dynox__request_writer *writer)
{
    clause set = {.writer = writer, .word = "SET "}, remove = {.writer = writer, .word = "REMOVE "};
    if (writer->error.status != DYNOX_OK) return;
    size_t before  = writer->json->size;
    bool   members = writer->has_members;
    dynox__request_name(writer, "UpdateExpression");
    dynox__buffer_text(writer->json, "\"");
    write_clause(write, &set, DYNOX__MEMBER_SET);
    remove.follows = set.begun;
    write_clause(write, &remove, DYNOX__MEMBER_REMOVE);
    dynox__buffer_text(writer->json, "\"");
    if (set.begun || remove.begun || writer->error.status != DYNOX_OK) return;
    writer->json->size  = before; /* nothing but a key: an update without an expression puts just that */
    writer->has_members = members;
}

/* ---- for programs ---- */

size_t dynox_model_changed(const dynox_model *declared, const void *record, const char **members, size_t room)
{
    dynox_error            error = {0};
    const dynox__snapshot *was   = record ? dynox__record_snapshot(record) : NULL;
    const dynox__model    *model = was ? dynox__model_of(declared, &error) : NULL;
    size_t                 count = 0;
    dynox_error_clear(&error);
    if (!model) return 0;
    model = dynox__record_model(model, record);
    for (size_t i = 0; i < model->shape->count; i++) {
        const dynox__member *member = &model->shape->members[i];
        if (is_counted(model, member) || dynox__snapshot_same(model->shape, member, record, was)) continue;
        if (count < room) members[count] = member->attribute->member_;
        count++;
    }
    return count;
}

bool dynox_model_is_dirty(const dynox_model *model, const void *record)
{
    return dynox_model_changed(model, record, NULL, 0) != 0;
}
