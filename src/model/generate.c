/* What new records get where they have nothing: defaults, identifiers, the time. */
#include "base/clock.h"
#include "base/date.h"
#include "base/unique_id.h"
#include "model/record.h"
#include "value/bind/member.h"

enum { GENERATED_ROOM = 40 };

/* A record that is being filled. */
typedef struct filler {
    const dynox__model *model;
    void               *record;
    dynox_error        *error;
    int64_t             now_us; /* 0: nobody has asked yet. One time for all members of a record */
} filler;

static char *place_of(const filler *to, const dynox__member *member)
{
    return (char *)to->record + member->offset;
}

static void set_pointer(const filler *to, const dynox__member *member, const char *text)
{
    memcpy(place_of(to, member), &text, sizeof text);
}

/* Zero is nothing here, unless the member says itself whether there is one. */
static bool has_nothing(const filler *to, const dynox__member *member)
{
    const char *place = place_of(to, member);
    if (member->has) return !((const char *)to->record)[member->has - 1];
    if (member->kind == DYNOX_KIND_CHARS_) return !*place;
    for (size_t i = 0; i < member->size; i++)
        if (place[i]) return false;
    return true;
}

static dynox_status set_int(const filler *to, const dynox__member *member, int64_t number)
{
    if (dynox__member_set_int(member, to->record, number)) return DYNOX_OK;
    return dynox__bind_refuse(to->model->shape, member, to->error, "%lld is too large for it", (long long)number);
}

static void set_chars(const filler *to, const dynox__member *member, const char *text, size_t length)
{
    char *place = place_of(to, member);
    if (length > member->size) length = member->size; /* the shape has refused it */
    memcpy(place, text, length);
    memset(place + length, 0, member->size - length);
}

/* ---- defaults ---- */

static bool has_default(const dynox_attribute *attribute)
{
    return attribute->default_string || attribute->default_int || attribute->default_bool ||
           attribute->default_double < 0 || attribute->default_double > 0;
}

static dynox_status set_default(const filler *to, const dynox__member *member)
{
    const dynox_attribute *attribute = member->attribute;
    bool                   yes       = true;
    float                  single    = (float)attribute->default_double;
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_NUMBER_: set_pointer(to, member, attribute->default_string); return DYNOX_OK;
    case DYNOX_KIND_CHARS_:
        set_chars(to, member, attribute->default_string, strlen(attribute->default_string));
        return DYNOX_OK;
    case DYNOX_KIND_BOOL_: memcpy(place_of(to, member), &yes, sizeof yes); return DYNOX_OK;
    case DYNOX_KIND_DOUBLE_:
        if (member->size == sizeof single)
            memcpy(place_of(to, member), &single, sizeof single);
        else
            memcpy(place_of(to, member), &attribute->default_double, sizeof attribute->default_double);
        return DYNOX_OK;
    default: return set_int(to, member, attribute->default_int);
    }
}

/* ---- generators ---- */

static int64_t now_us(filler *to)
{
    if (!to->now_us) to->now_us = dynox__wall_us();
    return to->now_us;
}

static int64_t rounded_down(int64_t number, int64_t unit)
{
    return number / unit - (number % unit < 0);
}

static dynox_status generate_text(filler *to, const dynox__member *member)
{
    static const enum dynox__unique_id kinds[] = {[DYNOX_UUID4] = DYNOX__UUID4,
                                                  [DYNOX_UUID7] = DYNOX__UUID7,
                                                  [DYNOX_ULID]  = DYNOX__ULID,
                                                  [DYNOX_KSUID] = DYNOX__KSUID};
    dynox_generator                    how     = member->attribute->generate;
    char                               text[GENERATED_ROOM];
    size_t length = how == DYNOX_UTC_NOW ? dynox__iso_write(rounded_down(now_us(to), 1000000), 0, 0, text)
                                         : dynox__unique_id(kinds[how], text);
    if (!length)
        return dynox_error_set(
            to->error, DYNOX_E_SYSTEM, "%s.%s: %s", to->model->shape->name, member->attribute->member_,
            how == DYNOX_UTC_NOW ? "the clock is not in the years 0000 to 9999" : "the system gives no random bytes");
    if (member->kind == DYNOX_KIND_CHARS_) {
        set_chars(to, member, text, length);
        return DYNOX_OK;
    }
    const char *kept = dynox__record_keep(to->model, to->record, text, length);
    if (!kept) return dynox__bind_no_memory(to->error);
    set_pointer(to, member, kept);
    return DYNOX_OK;
}

/* A date counts in its own precision, whatever it is that is generated: EPOCH is whole seconds then. */
static dynox_status generate_number(filler *to, const dynox__member *member)
{
    static const int64_t counted[] = {[DYNOX_SECONDS] = 1, [DYNOX_MILLISECONDS] = 1000, [DYNOX_MICROSECONDS] = 1000000};
    dynox_generator      how       = member->attribute->generate;
    int64_t per_second = how == DYNOX_EPOCH ? 1 : how == DYNOX_EPOCH_MS ? 1000 : counted[member->attribute->precision];
    if (member->kind != DYNOX_KIND_DATETIME_)
        return set_int(to, member, rounded_down(now_us(to), 1000000 / per_second));
    int64_t its_own = counted[member->attribute->precision];
    if (per_second > its_own) per_second = its_own;
    return set_int(to, member, rounded_down(now_us(to), 1000000 / per_second) * (its_own / per_second));
}

static dynox_status generate(filler *to, const dynox__member *member)
{
    bool is_text = member->kind == DYNOX_KIND_STRING_ || member->kind == DYNOX_KIND_CHARS_;
    return is_text ? generate_text(to, member) : generate_number(to, member);
}

static bool is_identifier(const dynox__member *member)
{
    dynox_generator how = member->attribute->generate;
    return member->is_stored && how >= DYNOX_UUID4 && how <= DYNOX_KSUID;
}

dynox_status dynox__generate(const dynox__model *model, void *record, const dynox__member **unique, dynox_error *error)
{
    filler to = {.model = model, .record = record, .error = error};
    for (size_t i = 0; i < model->shape->count; i++) {
        const dynox__member *member     = &model->shape->members[i];
        bool                 by_default = has_default(member->attribute);
        if ((!by_default && !member->attribute->generate) || !has_nothing(&to, member)) continue;
        dynox_status status = by_default ? set_default(&to, member) : generate(&to, member);
        if (status != DYNOX_OK) return status;
        if (member->has) ((bool *)record)[member->has - 1] = true;
        if (!by_default && is_identifier(member)) *unique = member;
    }
    return DYNOX_OK;
}
