/* Updates and deletes of records, and the members of the request of any write. */
#include "model/write.h"
#include "base/unique_id.h"
#include "model/hooks.h"
#include "model/resolve.h"
#include "value/expr/expr_context.h"
#include <string.h>

/* ---- placeholders ---- */

void dynox__record_write_name(dynox__request_writer *writer, const char *name, size_t length)
{
    size_t n;
    if (!dynox__expr_context_name(&writer->expressions, name, length, &n)) {
        dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
        return;
    }
    DYNOX__BUFFER_LITERAL(writer->json, "#n");
    dynox__buffer_unsigned(writer->json, n);
}

void dynox__record_write_value(dynox__request_writer *writer, const dynox_value *value, dynox__expr_kind kind)
{
    size_t               n;
    dynox__expr_argument argument = {.value = value, .kind = kind, .number = 1, .count = 1};
    if (!dynox__expr_context_value(&writer->expressions, argument, &n)) {
        dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
        return;
    }
    DYNOX__BUFFER_LITERAL(writer->json, ":v");
    dynox__buffer_unsigned(writer->json, n);
}

dynox_value *dynox__record_write_keep(const dynox__record_write *write, dynox__request_writer *writer,
                                      dynox_value value)
{
    dynox_value *kept = dynox__arena_alloc((dynox__arena *)(uintptr_t)&write->room.arena, sizeof *kept);
    if (kept)
        *kept = value;
    else
        dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
    return kept;
}

/* ---- the program's expressions ---- */

static void write_expression(const dynox__record_write *write, dynox__request_writer *writer, dynox__expr_kind kind,
                             const dynox_expr *expression)
{
    if (writer->error.status != DYNOX_OK) return;
    writer->expressions.resolver = &write->resolver.base;
    dynox__expr_write(&writer->expressions, kind, expression, writer->json, &writer->error);
    writer->expressions.resolver = NULL;
}

/* ---- conditions ---- */

static void write_version_condition(const dynox__record_write *write, dynox__request_writer *writer)
{
    const dynox__member *version = write->model->version;
    dynox_value *expected = write->version ? dynox__record_write_keep(write, writer, dynox_int(write->version)) : NULL;
    if (!write->version) dynox__buffer_text(writer->json, "attribute_not_exists(");
    dynox__record_write_name(writer, version->name, version->name_length);
    dynox__buffer_text(writer->json, write->version ? " = " : ")");
    if (expected) dynox__record_write_value(writer, expected, DYNOX__EXPR_CONDITION);
}

static void write_condition(const dynox__record_write *write, dynox__request_writer *writer)
{
    bool version = write->checks_version, exists = write->must_exist && !(version && write->version);
    bool user = write->condition != NULL;
    if (writer->error.status != DYNOX_OK || (!version && !exists && !user)) return;
    dynox__request_name(writer, "ConditionExpression");
    dynox__buffer_byte(writer->json, '"');
    if (exists) {
        dynox__buffer_text(writer->json, "attribute_exists(");
        dynox__record_write_name(writer, write->model->partition->name, write->model->partition->name_length);
        dynox__buffer_text(writer->json, version ? ") AND " : ")");
    }
    if (version) write_version_condition(write, writer);
    if (user && (version || exists)) dynox__buffer_text(writer->json, " AND (");
    if (user) write_expression(write, writer, DYNOX__EXPR_CONDITION, write->condition);
    if (user && (version || exists)) dynox__buffer_byte(writer->json, ')');
    dynox__buffer_byte(writer->json, '"');
}

/* ---- updates by an expression ---- */

static size_t find_set(const dynox__buffer *json, size_t start)
{
    for (size_t i = start; i + 4 <= json->size; i++)
        if (memcmp(json->data + i, "SET ", 4) == 0) return i; /* names and values are #n and :v: it is the keyword */
    return SIZE_MAX;
}

/* Moves what stands behind `middle` to `start`, and what stands between them behind it. */
static bool rotate(dynox__buffer *json, size_t start, size_t middle)
{
    char   moved[64];
    size_t size = json->size - middle;
    if (json->failed || size > sizeof moved) return false;
    memcpy(moved, json->data + middle, size);
    memmove(json->data + start + size, json->data + start, middle - start);
    memcpy(json->data + start, moved, size);
    return true;
}

static void add_assignment(const dynox__record_write *write, dynox__request_writer *writer, const dynox__member *member,
                           dynox_value value)
{
    dynox_value *kept = dynox__record_write_keep(write, writer, value);
    if (!kept) return;
    dynox__record_write_name(writer, member->name, member->name_length);
    dynox__buffer_text(writer->json, " = ");
    dynox__record_write_value(writer, kept, DYNOX__EXPR_UPDATE);
}

/* Into the SET that there is, since there may be only one. */
static void add_version(const dynox__record_write *write, dynox__request_writer *writer, size_t start)
{
    size_t set = find_set(writer->json, start), end = writer->json->size;
    if (set == SIZE_MAX) dynox__buffer_text(writer->json, " SET ");
    add_assignment(write, writer, write->model->version, dynox_int(write->version + 1));
    if (write->marked) dynox__buffer_text(writer->json, ", ");
    if (write->marked) add_assignment(write, writer, write->marked, dynox_string(write->mark));
    if (set == SIZE_MAX) return;
    dynox__buffer_text(writer->json, ", ");
    rotate(writer->json, set + 4, end);
}

static void write_update(const dynox__record_write *write, dynox__request_writer *writer)
{
    if (writer->error.status != DYNOX_OK) return;
    dynox__request_name(writer, "UpdateExpression");
    dynox__buffer_byte(writer->json, '"');
    size_t start = writer->json->size;
    write_expression(write, writer, DYNOX__EXPR_UPDATE, write->update);
    if (write->checks_version && writer->error.status == DYNOX_OK) add_version(write, writer, start);
    dynox__buffer_byte(writer->json, '"');
}

/* ---- the request ---- */

static void write_item(const dynox__record_write *write, dynox__request_writer *writer)
{
    if (writer->error.status != DYNOX_OK) return;
    size_t start = writer->json->size;
    dynox__request_struct(writer, "Item", write->model->shape, write->record, write->given);
    if (writer->error.status == DYNOX_OK && writer->json->size - start > write->model->max_size)
        dynox__record_write_check_size(write, &writer->error);
}

void dynox__record_write_members(const dynox__record_write *write, dynox__request_writer *writer)
{
    if (write->form == DYNOX__WRITE_PUT)
        write_item(write, writer);
    else
        dynox__request_item(writer, "Key", &write->key);
    if (write->form == DYNOX__WRITE_CHANGES) dynox__record_write_changes(write, writer);
    if (write->form == DYNOX__WRITE_UPDATE) write_update(write, writer);
    write_condition(write, writer);
}

bool dynox__record_write_wants_stored(const dynox__record_write *write)
{
    return write->checks_version || write->must_exist || write->with->return_on_condition_failure == DYNOX_ALL_OLD;
}

void dynox__record_write_end(dynox__record_write *write)
{
    dynox__receipt_free(write->receipt);
    dynox__resolver_end(&write->resolver);
    dynox__room_free(&write->room);
    *write = (dynox__record_write){0};
}

/* ---- preparing updates and deletes ---- */

void dynox__record_write_begin(dynox__record_write *write, dynox__typed_call *call, const void *record)
{
    write->room.arena = (dynox__arena){.next = write->near, .end = write->near + sizeof write->near};
    write->model      = dynox__record_model(call->model, record);
    write->record     = (void *)(uintptr_t)record;
    write->with       = &call->with;
    write->condition  = call->with.condition;
    dynox__resolver_init(&write->resolver, write->model);
}

bool dynox__record_write_before(const dynox__record_write *write, dynox__typed_call *call, dynox_hook hook)
{
    if (call->before_is_done || !dynox__typed_call_hooks(call)) return true;
    return dynox__hooks_run(write->model, hook, write->record, &call->error) == DYNOX_OK;
}

/* The next one has to be one that the member can hold, or nobody could load the record any more. */
static dynox_status check_next_version(const dynox__record_write *write, dynox_error *error)
{
    const dynox__member *version = write->model->version;
    int64_t              largest = INT64_MAX;
    if (version->size < sizeof largest) largest = (INT64_C(1) << (version->size * 8 - version->is_signed)) - 1;
    if (write->version >= 0 && write->version < largest) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_VALUE, "%s.%s cannot be counted up any more", write->model->name,
                           version->attribute->member_);
}

static dynox_status make_mark(dynox__record_write *write, dynox_error *error)
{
    if (!write->model->write_id) return DYNOX_OK;
    write->marked = write->model->write_id;
    if (dynox__unique_id(DYNOX__ULID, write->mark)) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_SYSTEM, "%s.%s: the system gives no random bytes", write->model->name,
                           write->marked->attribute->member_);
}

bool dynox__record_write_is_part(const dynox__record_write *write)
{
    return !dynox__record_is_new(write->record) && !write->is_another && dynox__record_is_partial(write->record);
}

dynox_status dynox__record_write_find_version(dynox__record_write *write, dynox_error *error)
{
    const dynox__model *model = write->model;
    if (!model->version || write->with->skip_version) return DYNOX_OK;
    write->checks_version = true;
    write->version        = write->is_another ? 0 : dynox__member_int(model->version, write->record);
    if (write->form != DYNOX__WRITE_DELETE &&
        (check_next_version(write, error) != DYNOX_OK || make_mark(write, error) != DYNOX_OK))
        return error->status;
    if (!write->version && dynox__record_write_is_part(write))
        return dynox_error_set(error, DYNOX_E_VALUE, "%s: the record was loaded without its version; load %s, too",
                               model->name, model->version->attribute->member_);
    return DYNOX_OK;
}

uint64_t dynox__record_write_find_key(dynox__record_write *write, dynox_error *error)
{
    const dynox_record *known = dynox__record(write->record);
    if (dynox__key_of(write->model, write->record, &write->room, write->key_parts, &write->key, error) != DYNOX_OK)
        return 0;
    uint64_t found = dynox__key_fingerprint(&write->key);
    if (dynox__record_is_new(write->record) || write->is_another || (known->saved_ & ~DYNOX__RECORD_STALE) == found)
        return found;
    dynox_error_set(error, DYNOX_E_VALUE,
                    "%s: the key was changed after the record was loaded; use %s_copy and save that",
                    write->model->name, write->model->name);
    return 0;
}

void dynox__record_write_tell(dynox__record_write *write, uint64_t saved)
{
    dynox__receipt *receipt = write->receipt;
    receipt->saved          = saved;
    receipt->has_version    = write->checks_version;
    receipt->version        = saved ? write->version + 1 : 0;
    receipt->marked         = write->marked;
    memcpy(receipt->mark, write->mark, sizeof receipt->mark);
}

static dynox_status make_receipt(dynox__record_write *write, dynox__typed_call *call, uint64_t saved, dynox_hook after)
{
    write->receipt = call->with.refresh ? dynox__receipt_of_fresh(write->model, write->record)
                                        : dynox__receipt_new(write->model, write->record);
    if (!write->receipt) return dynox_error_set(&call->error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox__record_write_tell(write, saved);
    write->receipt->wants_fresh = call->with.refresh;
    write->receipt->has_after   = dynox__typed_call_hooks(call);
    write->receipt->after       = after;
    return DYNOX_OK;
}

void dynox__record_write_update(dynox__record_write *write, dynox__typed_call *call, void *record,
                                const dynox_expr *update)
{
    dynox_error *error = &call->error;
    dynox__record_write_begin(write, call, record);
    write->form   = DYNOX__WRITE_UPDATE;
    write->update = update;
    if (!update) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "%s: the update expression is missing (NULL)", write->model->name);
        return;
    }
    if (!dynox__record_write_before(write, call, DYNOX_BEFORE_UPDATE)) return;
    if (!dynox__record_write_find_key(write, error) || dynox__record_write_find_version(write, error) != DYNOX_OK)
        return;
    write->must_exist = dynox__record_snapshot(record) && !call->with.upsert;
    if (make_receipt(write, call, dynox__key_fingerprint(&write->key), DYNOX_AFTER_UPDATE) != DYNOX_OK) return;
    write->receipt->must_exist = write->must_exist;
    write->receipt->is_stale   = !dynox__record_snapshot(record) && !call->with.refresh;
}

void dynox__record_write_delete(dynox__record_write *write, dynox__typed_call *call, void *record)
{
    dynox_error *error = &call->error;
    dynox__record_write_begin(write, call, record);
    write->form = DYNOX__WRITE_DELETE;
    if (!dynox__record_write_before(write, call, DYNOX_BEFORE_DELETE)) return;
    if (!dynox__record_write_find_key(write, error) || dynox__record_write_find_version(write, error) != DYNOX_OK)
        return;
    if (!write->version) write->checks_version = false; /* it says nothing about what is stored */
    if (make_receipt(write, call, 0, DYNOX_AFTER_DELETE) == DYNOX_OK && write->receipt)
        write->receipt->expected = write->version;
}

/* The one attribute, of a record that is stored; the version stays. */
static dynox_status change_ttl(dynox__record_write *write, time_t expires_at, dynox_error *error)
{
    size_t count = write->model->shape->count, ttl = dynox__member_index(write->model, write->model->ttl);
    write->given   = dynox__arena_alloc(&write->room.arena, count * sizeof *write->given);
    write->changes = dynox__arena_alloc(&write->room.arena, count);
    if (!write->given || !write->changes) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    memset(write->changes, DYNOX__MEMBER_KEEP, count);
    write->changes[ttl] = expires_at ? DYNOX__MEMBER_SET : DYNOX__MEMBER_REMOVE;
    write->given[ttl]   = dynox_int((int64_t)expires_at);
    return DYNOX_OK;
}

void dynox__record_write_ttl(dynox__record_write *write, dynox__typed_call *call, void *record, time_t expires_at)
{
    dynox_error *error = &call->error;
    dynox__record_write_begin(write, call, record);
    write->form       = DYNOX__WRITE_CHANGES;
    write->must_exist = true;
    if (!write->model->ttl) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "%s_extend_ttl: the model has no DYNOX_TTL", write->model->name);
        return;
    }
    if (!dynox__record_write_find_key(write, error) || change_ttl(write, expires_at, error) != DYNOX_OK) return;
    if (make_receipt(write, call, dynox__key_fingerprint(&write->key), DYNOX_AFTER_UPDATE) != DYNOX_OK) return;
    write->receipt->has_after  = false;
    write->receipt->must_exist = true;
    write->receipt->marks_ttl  = true;
    write->receipt->ttl        = (int64_t)expires_at;
}

void dynox__record_write_by_key(dynox__record_write *write, dynox__typed_call *call, const void *key,
                                const dynox_expr *update, dynox__record_write_form form)
{
    dynox__record_write_begin(write, call, key);
    write->form   = form;
    write->update = update;
    if (form == DYNOX__WRITE_UPDATE && !update)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s: the update expression is missing (NULL)",
                        write->model->name);
    else
        dynox__key_of(write->model, key, &write->room, write->key_parts, &write->key, &call->error);
}
