/* What a member of a struct holds, and when it holds nothing. */
#include "value/bind/member.h"
#include "base/date.h"
#include "value/bind/bind.h"
#include <stdarg.h>
#include <stdio.h>

dynox_status dynox__bind_refuse(const dynox__shape *shape, const dynox__member *member, dynox_error *error,
                                const char *format, ...)
{
    char    what[400];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return dynox_error_set(error, DYNOX_E_VALUE, "%s.%s: %s", shape->name, member->attribute->member_, what);
}

dynox_status dynox__bind_no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* ---- integers ---- */

dynox_status dynox__bind_refuse_unended(const dynox__shape *shape, const dynox__member *member, dynox_error *error)
{
    return dynox__bind_refuse(shape, member, error, "the text fills the array, there is no NUL at its end");
}

int64_t dynox__member_int(const dynox__member *member, const void *record)
{
    const char *from   = dynox__member_at(member, record);
    int64_t     number = 0;
    int32_t     four;
    int16_t     two;
    switch (member->size) {
    case 8: memcpy(&number, from, 8); return number;
    case 4: memcpy(&four, from, 4); return member->is_signed ? four : (int64_t)(uint32_t)four;
    case 2: memcpy(&two, from, 2); return member->is_signed ? two : (int64_t)(uint16_t)two;
    default: return member->is_signed ? (int64_t) * (const signed char *)from : (int64_t) * (const uint8_t *)from;
    }
}

static bool fits(const dynox__member *member, int64_t number)
{
    if (member->size == 8) return member->is_signed || number >= 0;
    int64_t beyond = INT64_C(1) << (member->size * 8 - member->is_signed);
    return number < beyond && number >= (member->is_signed ? -beyond : 0);
}

bool dynox__member_set_int(const dynox__member *member, void *record, int64_t number)
{
    char    *to   = (char *)record + member->offset;
    uint32_t four = (uint32_t)number;
    uint16_t two  = (uint16_t)number;
    if (!fits(member, number)) return false;
    switch (member->size) {
    case 8: memcpy(to, &number, 8); break;
    case 4: memcpy(to, &four, 4); break;
    case 2: memcpy(to, &two, 2); break;
    default: *(uint8_t *)to = (uint8_t)number;
    }
    return true;
}

/* ---- numbers and dates as text ---- */

size_t dynox__member_real(const dynox__member *member, const void *record, char text[DYNOX__NUMBER_TEXT])
{
    const char *from = dynox__member_at(member, record);
    double      number;
    float       single;
    if (member->size == sizeof single) {
        memcpy(&single, from, sizeof single);
        return dynox__number_from_float(single, text);
    }
    memcpy(&number, from, sizeof number);
    return dynox__number_from_double(number, text);
}

size_t dynox__member_date(const dynox__member *member, const void *record, char text[40])
{
    static const int32_t parts[]   = {[DYNOX_SECONDS] = 1, [DYNOX_MILLISECONDS] = 1000, [DYNOX_MICROSECONDS] = 1000000};
    unsigned             precision = (unsigned)member->attribute->precision;
    int64_t              number    = dynox__member_int(member, record);
    int64_t              seconds   = number / parts[precision];
    int32_t              rest      = (int32_t)(number % parts[precision]);
    if (rest < 0) { /* before 1970, fractions count forward, too */
        seconds--;
        rest += parts[precision];
    }
    return dynox__iso_write(seconds, rest * (1000000000 / parts[precision]), precision * 3, text);
}

const dynox_enum_name *dynox__member_enum(const dynox__member *member, int64_t number)
{
    const dynox_enum_name *names = (const dynox_enum_name *)member->attribute->inner_;
    for (size_t i = 0; i < member->attribute->inner_count_; i++)
        if (names[i].value == number) return &names[i];
    return NULL;
}

/* ---- is it there? ---- */

static bool is_key(const dynox__member *member)
{
    return member->role == DYNOX_ROLE_PARTITION_KEY_ || member->role == DYNOX_ROLE_SORT_KEY_;
}

static bool no_text(const dynox__member *member, const char *text)
{
    return !text || (is_key(member) && !*text);
}

static bool no_blob(const dynox__member *member, const char *place)
{
    dynox_blob blob = dynox__blob_at(place);
    return !blob.bytes || (is_key(member) && !blob.size);
}

static bool no_set(const char *place)
{
    dynox__many set = dynox__many_at(place);
    return !set.at || !set.count;
}

static bool no_custom(const dynox__member *member, const char *place)
{
    const dynox_kind *kind = (const dynox_kind *)member->attribute->inner_;
    if (kind->is_absent) return kind->is_absent(place);
    for (size_t i = 0; i < member->size; i++)
        if (place[i]) return false;
    return true;
}

bool dynox__member_absent(const dynox__member *member, const void *record)
{
    const char *place = dynox__member_at(member, record);
    if (member->has && !((const char *)record)[member->has - 1]) return true;
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_COMPRESSED_:
    case DYNOX_KIND_NUMBER_: return no_text(member, dynox__pointer_at(place));
    case DYNOX_KIND_CHARS_: return !*place && !member->has;
    case DYNOX_KIND_INT_: return member->role == DYNOX_ROLE_VERSION_ && !dynox__member_int(member, record);
    case DYNOX_KIND_EPOCH_: return !dynox__member_int(member, record);
    case DYNOX_KIND_DATETIME_: return !member->has && !dynox__member_int(member, record);
    case DYNOX_KIND_BLOB_: return no_blob(member, place);
    case DYNOX_KIND_STRUCTS_:
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_INTS_:
    case DYNOX_KIND_DOUBLES_: return !dynox__pointer_at(place);
    case DYNOX_KIND_STRING_SET_:
    case DYNOX_KIND_INT_SET_:
    case DYNOX_KIND_DOUBLE_SET_:
    case DYNOX_KIND_BLOB_SET_: return no_set(place);
    case DYNOX_KIND_VALUE_: return ((const dynox_value *)(const void *)place)->type == DYNOX_INVALID;
    case DYNOX_KIND_EXTRA_: return !((const dynox_item *)(const void *)place)->count;
    case DYNOX_KIND_CUSTOM_: return !member->has && no_custom(member, place);
    default: return false;
    }
}
