/* Structs to values: for expressions, for items in memory, for kinds of a program's own. What is refused is what
 * bind_write.c refuses. */
#include "base/alloc.h"
#include "value/bind/bind.h"
#include "value/bind/member.h"
#include "value/compress/compress.h"
#include "value/text/utf8.h"

typedef struct storer {
    dynox_room  *room;
    dynox_error *error;
} storer;

typedef struct attributes {
    dynox_named_value *at;
    size_t             count;
} attributes;

static dynox_status store_struct(storer *s, const dynox__shape *shape, const void *record, const dynox_value *given,
                                 attributes *to);

/* ---- scalars ---- */

static dynox_status store_text(storer *s, const dynox__shape *shape, const dynox__member *member, const char *text,
                               size_t length, dynox_value *value)
{
    if (!dynox__utf8_valid(text, length)) return dynox__bind_refuse(shape, member, s->error, "the text is not UTF-8");
    *value = dynox_string_n(text, length);
    if (value->type == DYNOX_INVALID) return dynox__bind_refuse(shape, member, s->error, "the text is too long");
    return DYNOX_OK;
}

/* Decimal text in the room. */
static dynox_status store_digits(storer *s, const dynox__shape *shape, const dynox__member *member, const char *digits,
                                 size_t length, dynox_value *value)
{
    const char *wrong = dynox__number_check(digits, length);
    if (wrong) return dynox__bind_refuse(shape, member, s->error, "%s", wrong);
    char *copy = dynox__arena_copy(&s->room->arena, digits, length);
    if (!copy) return dynox__bind_no_memory(s->error);
    *value = dynox_number_text(copy);
    return DYNOX_OK;
}

static dynox_status store_number(storer *s, const dynox__shape *shape, const dynox__member *member, const void *record,
                                 dynox_value *value)
{
    dynox__text text  = dynox__member_text(member, record);
    const char *wrong = dynox__number_check(text.at, text.length);
    if (wrong) return dynox__bind_refuse(shape, member, s->error, "%s", wrong);
    *value = dynox_number_text(text.at);
    return DYNOX_OK;
}

static dynox_status store_real(storer *s, const dynox__shape *shape, const dynox__member *member, const void *record,
                               dynox_value *value)
{
    char   digits[DYNOX__NUMBER_TEXT];
    size_t length = dynox__member_real(member, record, digits);
    if (!length) return dynox__bind_refuse(shape, member, s->error, "NaN and infinity are not numbers of the service");
    return store_digits(s, shape, member, digits, length, value);
}

static dynox_status store_date(storer *s, const dynox__shape *shape, const dynox__member *member, const void *record,
                               dynox_value *value)
{
    char   text[40];
    size_t length = dynox__member_date(member, record, text);
    if (!length)
        return dynox__bind_refuse(shape, member, s->error, "%lld is not in the years 0000 to 9999",
                                  (long long)dynox__member_int(member, record));
    char *copy = dynox__arena_copy(&s->room->arena, text, length);
    if (!copy) return dynox__bind_no_memory(s->error);
    *value = dynox_string_n(copy, length);
    return DYNOX_OK;
}

static dynox_status store_blob(storer *s, const dynox__shape *shape, const dynox__member *member, dynox_blob blob,
                               dynox_value *value)
{
    *value = dynox_bytes(blob.bytes, blob.size);
    if (value->type == DYNOX_INVALID) return dynox__bind_refuse(shape, member, s->error, "the bytes are too many");
    return DYNOX_OK;
}

static dynox_status store_compressed(storer *s, const dynox__shape *shape, const dynox__member *member,
                                     const void *record, dynox_value *value)
{
    dynox__text  text   = dynox__member_text(member, record);
    const char  *why    = NULL;
    dynox_status status = store_text(s, shape, member, text.at, text.length, value);
    if (status) return status;
    status = dynox__compress(member->attribute->compression, text.at, text.length, &s->room->arena, value, &why);
    if (status == DYNOX_E_NO_MEMORY) return dynox__bind_no_memory(s->error);
    return status ? dynox__bind_refuse(shape, member, s->error, "%s", why) : DYNOX_OK;
}

static dynox_status store_enum(storer *s, const dynox__shape *shape, const dynox__member *member, const void *record,
                               dynox_value *value)
{
    int64_t                number = dynox__member_int(member, record);
    const dynox_enum_name *name   = dynox__member_enum(member, number);
    if (!name) return dynox__bind_refuse(shape, member, s->error, "%lld is not one of its values", (long long)number);
    *value = dynox_int(number);
    return name->name ? store_text(s, shape, member, name->name, strlen(name->name), value) : DYNOX_OK;
}

static dynox_status store_custom(storer *s, const dynox__shape *shape, const dynox__member *member, const void *record,
                                 dynox_value *value)
{
    const dynox_kind *kind  = (const dynox_kind *)member->attribute->inner_;
    dynox_error       inner = {0};
    *value                  = dynox_invalid();
    dynox_status status     = kind->store(dynox__member_at(member, record), s->room, value, &inner);
    if (status)
        dynox_error_set(s->error, status, "%s.%s: %s", shape->name, member->attribute->member_,
                        *inner.message ? inner.message : "its kind cannot store it");
    dynox_error_clear(&inner);
    if (!status && value->type == DYNOX_INVALID)
        return dynox__bind_refuse(shape, member, s->error, "its kind made no value of it");
    return status;
}

/* ---- maps, lists and sets ---- */

static dynox_status store_map(storer *s, const dynox__shape *shape, const void *record, dynox_value *value)
{
    attributes   inside;
    dynox_status status = store_struct(s, shape, record, NULL, &inside);
    if (!status) *value = dynox_map_of(inside.at, inside.count);
    return status;
}

static dynox_status store_element(storer *s, const dynox__shape *shape, const dynox__member *member,
                                  const char *element, dynox_value *value)
{
    char        digits[DYNOX__NUMBER_TEXT];
    int64_t     number;
    double      real;
    dynox_blob  blob;
    const char *text;
    switch (member->kind) {
    case DYNOX_KIND_STRUCTS_: return store_map(s, member->inner, element, value);
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_STRING_SET_:
        text = dynox__pointer_at(element);
        if (!text) return dynox__bind_refuse(shape, member, s->error, "a text in it is NULL");
        return store_text(s, shape, member, text, strlen(text), value);
    case DYNOX_KIND_INTS_:
    case DYNOX_KIND_INT_SET_:
        memcpy(&number, element, sizeof number);
        *value = dynox_int(number);
        return DYNOX_OK;
    case DYNOX_KIND_BLOB_SET_:
        blob = dynox__blob_at(element);
        if (!blob.bytes) return dynox__bind_refuse(shape, member, s->error, "bytes in it are NULL");
        return store_blob(s, shape, member, blob, value);
    default: break;
    }
    memcpy(&real, element, sizeof real);
    *value        = dynox_double(real);
    size_t length = dynox__number_from_double(real, digits);
    if (!length) return dynox__bind_refuse(shape, member, s->error, "NaN and infinity are not numbers of the service");
    const char *wrong = dynox__number_check(digits, length);
    return wrong ? dynox__bind_refuse(shape, member, s->error, "%s", wrong) : DYNOX_OK;
}

static dynox_value_type type_of_many(uint8_t kind)
{
    switch (kind) {
    case DYNOX_KIND_STRING_SET_: return DYNOX_SS;
    case DYNOX_KIND_INT_SET_:
    case DYNOX_KIND_DOUBLE_SET_: return DYNOX_NS;
    case DYNOX_KIND_BLOB_SET_: return DYNOX_BS;
    default: return DYNOX_L;
    }
}

static dynox_status store_many(storer *s, const dynox__shape *shape, const dynox__member *member, const void *record,
                               dynox_value *value)
{
    dynox__many  many = dynox__many_at(dynox__member_at(member, record));
    size_t       size;
    dynox_status status = DYNOX_OK;
    if (many.count > UINT32_MAX) return dynox__bind_refuse(shape, member, s->error, "it has too many elements");
    dynox_value *values =
        dynox__mul_size(many.count, sizeof *values, &size) ? (dynox_value *)dynox_room_alloc(s->room, size) : NULL;
    if (!values) return dynox__bind_no_memory(s->error);
    for (size_t i = 0; i < many.count && !status; i++)
        status = store_element(s, shape, member, many.at + i * member->element, &values[i]);
    if (!status && dynox__is_set(member->kind)) status = dynox__set_check(shape, member, &many, s->error);
    *value = dynox_members_of_(type_of_many(member->kind), values, many.count);
    return status;
}

/* ---- members and structs ---- */

static dynox_status store_member(storer *s, const dynox__shape *shape, const dynox__member *member, const void *record,
                                 dynox_value *value)
{
    const char *place = dynox__member_at(member, record);
    dynox__text text;
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_CHARS_:
        if (dynox__member_unended(member, record)) return dynox__bind_refuse_unended(shape, member, s->error);
        text = dynox__member_text(member, record);
        return store_text(s, shape, member, text.at, text.length, value);
    case DYNOX_KIND_COMPRESSED_: return store_compressed(s, shape, member, record, value);
    case DYNOX_KIND_INT_:
    case DYNOX_KIND_EPOCH_:
        *value = dynox__is_wide(member) ? dynox_unsigned((uint64_t)dynox__member_int(member, record))
                                        : dynox_int(dynox__member_int(member, record));
        return DYNOX_OK;
    case DYNOX_KIND_DOUBLE_: return store_real(s, shape, member, record, value);
    case DYNOX_KIND_NUMBER_: return store_number(s, shape, member, record, value);
    case DYNOX_KIND_BOOL_: *value = dynox_bool(*place != 0); return DYNOX_OK;
    case DYNOX_KIND_BLOB_: return store_blob(s, shape, member, dynox__blob_at(place), value);
    case DYNOX_KIND_DATETIME_: return store_date(s, shape, member, record, value);
    case DYNOX_KIND_ENUM_: return store_enum(s, shape, member, record, value);
    case DYNOX_KIND_STRUCT_: return store_map(s, member->inner, place, value);
    case DYNOX_KIND_VALUE_: memcpy(value, place, sizeof *value); return DYNOX_OK;
    case DYNOX_KIND_EXTRA_: *value = dynox_map_of_item((const dynox_item *)(const void *)place); return DYNOX_OK;
    case DYNOX_KIND_CUSTOM_: return store_custom(s, shape, member, record, value);
    default: return store_many(s, shape, member, record, value);
    }
}

/* The attributes that no member has; there is room for them. */
static void add_extra(const dynox__shape *shape, const dynox_item *extra, attributes *to)
{
    for (size_t i = 0; i < extra->count; i++) {
        const dynox_named_value *named = &extra->attributes[i];
        if (!named->name || !dynox__shape_stored(shape, named->name, named->name_length)) to->at[to->count++] = *named;
    }
}

/* The attributes of the struct's DYNOX_EXTRA that are to be stored, too; NULL: none. */
static const dynox_item *extra_of(const dynox__shape *shape, const void *record, const dynox_value *given)
{
    const dynox__member *extra = shape->extra;
    if (!extra || (given && given[extra - shape->members].type == DYNOX_UNKNOWN)) return NULL;
    const dynox_item *item = (const dynox_item *)(const void *)dynox__member_at(extra, record);
    return dynox__member_absent(extra, record) ? NULL : item;
}

static dynox_status store_struct(storer *s, const dynox__shape *shape, const void *record, const dynox_value *given,
                                 attributes *to)
{
    const dynox_item *extra = extra_of(shape, record, given);
    size_t            count, size;
    if (extra && !extra->attributes)
        return dynox__bind_refuse(shape, shape->extra, s->error, "the attributes are a NULL pointer");
    *to = (attributes){NULL, 0};
    if (dynox__add_size(shape->count, extra ? extra->count : 0, &count) &&
        dynox__mul_size(count, sizeof *to->at, &size))
        to->at = (dynox_named_value *)dynox_room_alloc(s->room, size);
    if (!to->at) return dynox__bind_no_memory(s->error);
    for (size_t i = 0; i < shape->count; i++) {
        const dynox__member *member = &shape->members[i];
        dynox_named_value   *named  = &to->at[to->count];
        dynox_status         status = DYNOX_OK;
        if (!member->is_stored || (given && given[i].type == DYNOX_UNKNOWN)) continue;
        *named = (dynox_named_value){.name = member->name, .name_length = member->name_length};
        if (given && given[i].type != DYNOX_INVALID)
            named->value = given[i];
        else if (!dynox__member_absent(member, record))
            status = store_member(s, shape, member, record, &named->value);
        else if (member->attribute->null_stored)
            named->value = dynox_null();
        else
            continue;
        if (status) return status;
        to->count++;
    }
    if (extra) add_extra(shape, extra, to);
    return DYNOX_OK;
}

dynox_status dynox__bind_store_member(const dynox__shape *shape, const dynox__member *member, const void *record,
                                      dynox_room *room, dynox_value *value, dynox_error *error)
{
    storer s = {room, error};
    return store_member(&s, shape, member, record, value);
}

dynox_status dynox__bind_store(const dynox__shape *shape, const void *record, const dynox_value *given,
                               dynox_room *room, dynox_item *item, dynox_error *error)
{
    storer       s = {room, error};
    attributes   all;
    dynox_status status = store_struct(&s, shape, record, given, &all);
    if (!status) *item = dynox_item_of(all.at, all.count);
    return status;
}
