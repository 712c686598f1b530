/* Defaults and generators: what is zero in a new record becomes something. */
#include "base/clock.h"
#include "base/date.h"
#include "base/unique_id.h"
#include "model/record.h"
#include <string.h>

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static void mark(const dynox__member *member, void *record)
{
    if (member->has) ((char *)record)[member->has - 1] = 1;
}

/* Is it zero? Of an optional one, has it none? */
static bool is_unset(const dynox__member *member, const void *record)
{
    const char *at = (const char *)record + member->offset;
    if (member->has) return !((const char *)record)[member->has - 1];
    for (size_t i = 0; i < member->size; i++)
        if (at[i]) return false;
    return true;
}

static dynox_status set_int(const dynox__model *model, const dynox__member *member, void *record, int64_t number,
                            dynox_error *error)
{
    if (!dynox__member_set_int(member, record, number))
        return dynox_error_set(error, DYNOX_E_VALUE, "%s.%s: %lld does not fit the member", model->name,
                               member->attribute->member_, (long long)number);
    mark(member, record);
    return DYNOX_OK;
}

/* `lives`: the text is the program's, for good. */
static dynox_status set_text(const dynox__model *model, const dynox__member *member, void *record, const char *text,
                             bool lives, dynox_error *error)
{
    size_t length = strlen(text);
    char  *to     = (char *)record + member->offset;
    if (member->kind == DYNOX_KIND_CHARS_ && length >= member->size)
        return dynox_error_set(error, DYNOX_E_VALUE, "%s.%s needs char[%zu]", model->name, member->attribute->member_,
                               length + 1);
    if (member->kind == DYNOX_KIND_CHARS_) {
        memcpy(to, text, length + 1);
    } else {
        const char *kept = lives ? text : dynox__record_keep(model, record, text, length);
        if (!kept) return no_memory(error);
        memcpy(to, &kept, sizeof kept);
    }
    mark(member, record);
    return DYNOX_OK;
}

/* ---- defaults ---- */

static dynox_status set_double(const dynox__member *member, void *record, double number)
{
    char *to      = (char *)record + member->offset;
    float smaller = (float)number;
    memcpy(to, member->size == sizeof smaller ? (void *)&smaller : (void *)&number, member->size);
    mark(member, record);
    return DYNOX_OK;
}

static dynox_status set_default(const dynox__model *model, const dynox__member *member, void *record,
                                dynox_error *error)
{
    const dynox_attribute *attribute = member->attribute;
    if (attribute->default_string) return set_text(model, member, record, attribute->default_string, true, error);
    if (attribute->default_int) return set_int(model, member, record, attribute->default_int, error);
    if (attribute->default_double < 0 || attribute->default_double > 0)
        return set_double(member, record, attribute->default_double);
    if (attribute->default_bool) {
        ((char *)record)[member->offset] = 1;
        mark(member, record);
    }
    return DYNOX_OK;
}

/* ---- generators ---- */

static dynox_status set_id(const dynox__model *model, const dynox__member *member, void *record,
                           enum dynox__unique_id kind, dynox_error *error)
{
    char text[40];
    if (!dynox__unique_id(kind, text))
        return dynox_error_set(error, DYNOX_E_SYSTEM, "%s.%s: the system gives no random numbers", model->name,
                               member->attribute->member_);
    return set_text(model, member, record, text, false, error);
}

/* In the unit that the member counts. */
static dynox_status set_now(const dynox__model *model, const dynox__member *member, void *record, dynox_error *error)
{
    char text[40];
    if (member->kind == DYNOX_KIND_DATETIME_) {
        int64_t now = dynox__wall_us();
        if (member->attribute->precision == DYNOX_SECONDS) now = dynox__wall_ms() / 1000;
        if (member->attribute->precision == DYNOX_MILLISECONDS) now = dynox__wall_ms();
        return set_int(model, member, record, now, error);
    }
    dynox__iso_write(dynox__wall_ms() / 1000, 0, 0, text);
    return set_text(model, member, record, text, false, error);
}

static dynox_status generate(const dynox__model *model, const dynox__member *member, void *record, dynox_error *error)
{
    switch (member->attribute->generate) {
    case DYNOX_GENERATE_NOTHING: return DYNOX_OK;
    case DYNOX_UUID4: return set_id(model, member, record, DYNOX__UUID4, error);
    case DYNOX_UUID7: return set_id(model, member, record, DYNOX__UUID7, error);
    case DYNOX_ULID: return set_id(model, member, record, DYNOX__ULID, error);
    case DYNOX_KSUID: return set_id(model, member, record, DYNOX__KSUID, error);
    case DYNOX_EPOCH: return set_int(model, member, record, dynox__wall_ms() / 1000, error);
    case DYNOX_EPOCH_MS: return set_int(model, member, record, dynox__wall_ms(), error);
    case DYNOX_UTC_NOW: return set_now(model, member, record, error);
    }
    return dynox_error_set(error, DYNOX_E_ARGUMENT, "model %s: %s has no generator %d", model->name,
                           member->attribute->member_, (int)member->attribute->generate);
}

dynox_status dynox__generate(const dynox__model *model, void *record, dynox_error *error)
{
    for (size_t i = 0; i < model->shape->count; i++) {
        const dynox__member *member = &model->shape->members[i];
        if (!is_unset(member, record)) continue;
        dynox_status status = member->attribute->generate ? generate(model, member, record, error)
                                                          : set_default(model, member, record, error);
        if (status != DYNOX_OK) return status;
    }
    return DYNOX_OK;
}
