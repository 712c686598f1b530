/* Structs to wire JSON, straight into the request. Nothing is allocated but by the buffer, except for kinds of a
 * program's own. */
#include "value/bind/bind.h"
#include "value/bind/member.h"
#include "value/json/encode.h"
#include "value/text/base64.h"

typedef struct writer {
    dynox__buffer *buffer;
    dynox_room     room; /* of kinds of a program's own */
    dynox_error   *error;
} writer;

/* What a member that is short at the most takes: comma, what it begins with, a number or a date, and its end. */
enum { MEMBER_ROOM = DYNOX__BEGIN_ROOM + 64 };

static dynox_status write_struct(writer *w, const dynox__shape *shape, const void *record, const dynox_value *given,
                                 unsigned depth);

/* ---- scalars: each has the quote before it, and writes the one behind ---- */

static dynox_status write_text(writer *w, const dynox__shape *shape, const dynox__member *member, const char *text,
                               size_t length)
{
    if (!dynox__encode_text(w->buffer, text, length))
        return dynox__bind_refuse(shape, member, w->error, "the text is not UTF-8");
    return DYNOX_OK;
}

static void write_digits(writer *w, const char *digits, size_t length)
{
    if (!dynox__buffer_reserve(w->buffer, length + 1)) return;
    char *to = w->buffer->data + w->buffer->size;
    memcpy(to, digits, length);
    to[length] = '"';
    w->buffer->size += length + 1;
}

static void write_int(writer *w, int64_t number, bool is_wide)
{
    char digits[DYNOX__NUMBER_TEXT];
    write_digits(w, digits,
                 is_wide ? dynox__number_from_unsigned((uint64_t)number, digits)
                         : dynox__number_from_int(number, digits));
}

static dynox_status write_number(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record)
{
    dynox__text text  = dynox__member_text(member, record);
    const char *wrong = dynox__number_check(text.at, text.length);
    if (wrong) return dynox__bind_refuse(shape, member, w->error, "%s", wrong);
    write_digits(w, text.at, text.length);
    return DYNOX_OK;
}

static dynox_status write_real(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record)
{
    char   digits[DYNOX__NUMBER_TEXT];
    size_t length = dynox__member_real(member, record, digits);
    if (!length) return dynox__bind_refuse(shape, member, w->error, "NaN and infinity are not numbers of the service");
    const char *wrong = dynox__number_check(digits, length);
    if (wrong) return dynox__bind_refuse(shape, member, w->error, "%s", wrong);
    write_digits(w, digits, length);
    return DYNOX_OK;
}

static dynox_status write_date(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record)
{
    char   text[40];
    size_t length = dynox__member_date(member, record, text);
    if (!length)
        return dynox__bind_refuse(shape, member, w->error, "%lld is not in the years 0000 to 9999",
                                  (long long)dynox__member_int(member, record));
    write_digits(w, text, length);
    return DYNOX_OK;
}

static void write_blob(writer *w, dynox_blob blob)
{
    dynox__buffer *buffer = w->buffer;
    if (blob.size >= SIZE_MAX / 2) {
        buffer->failed = true;
        return;
    }
    size_t length = dynox__base64_length(blob.size);
    if (!dynox__buffer_reserve(buffer, length + 1)) return;
    dynox__base64_encode(buffer->data + buffer->size, (const uint8_t *)blob.bytes, blob.size);
    buffer->data[buffer->size + length] = '"';
    buffer->size += length + 1;
}

/* ---- lists and sets ---- */

static dynox_status too_deep(writer *w, const dynox__shape *shape, const dynox__member *member)
{
    return dynox__bind_refuse(shape, member, w->error, "maps and lists are nested more than %d deep",
                              DYNOX__ENCODE_DEPTH);
}

/* An element without its type. */
static dynox_status write_element(writer *w, const dynox__shape *shape, const dynox__member *member,
                                  const char *element)
{
    char        digits[DYNOX__NUMBER_TEXT];
    int64_t     number;
    double      real;
    dynox_blob  blob;
    const char *text;
    switch (member->kind) {
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_STRING_SET_:
        text = dynox__pointer_at(element);
        if (!text) return dynox__bind_refuse(shape, member, w->error, "a text in it is NULL");
        return write_text(w, shape, member, text, strlen(text));
    case DYNOX_KIND_INTS_:
    case DYNOX_KIND_INT_SET_:
        memcpy(&number, element, sizeof number);
        dynox__buffer_byte(w->buffer, '"');
        write_int(w, number, false);
        return DYNOX_OK;
    case DYNOX_KIND_BLOB_SET_:
        blob = dynox__blob_at(element);
        if (!blob.bytes) return dynox__bind_refuse(shape, member, w->error, "bytes in it are NULL");
        dynox__buffer_byte(w->buffer, '"');
        write_blob(w, blob);
        return DYNOX_OK;
    default: break;
    }
    memcpy(&real, element, sizeof real);
    size_t length = dynox__number_from_double(real, digits);
    if (!length) return dynox__bind_refuse(shape, member, w->error, "NaN and infinity are not numbers of the service");
    const char *wrong = dynox__number_check(digits, length);
    if (wrong) return dynox__bind_refuse(shape, member, w->error, "%s", wrong);
    dynox__buffer_byte(w->buffer, '"');
    write_digits(w, digits, length);
    return DYNOX_OK;
}

static dynox_status write_set(writer *w, const dynox__shape *shape, const dynox__member *member, const dynox__many *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (i) dynox__buffer_byte(w->buffer, ',');
        dynox_status status = write_element(w, shape, member, set->at + i * member->element);
        if (status) return status;
    }
    dynox_status status = dynox__set_check(shape, member, set, w->error);
    if (status == DYNOX_E_NO_MEMORY) w->buffer->failed = true;
    return status;
}

static dynox_status write_list(writer *w, const dynox__shape *shape, const dynox__member *member,
                               const dynox__many *list, unsigned depth)
{
    dynox_status status = DYNOX_OK;
    for (size_t i = 0; i < list->count && !status; i++) {
        const char *element = list->at + i * member->element;
        if (i) dynox__buffer_byte(w->buffer, ',');
        if (member->kind == DYNOX_KIND_STRUCTS_) {
            if (depth > DYNOX__ENCODE_DEPTH) return too_deep(w, shape, member);
            DYNOX__BUFFER_LITERAL(w->buffer, "{\"M\":");
            status = write_struct(w, member->inner, element, NULL, depth + 1);
        } else {
            if (member->kind == DYNOX_KIND_STRINGS_)
                DYNOX__BUFFER_LITERAL(w->buffer, "{\"S\":");
            else
                DYNOX__BUFFER_LITERAL(w->buffer, "{\"N\":");
            status = write_element(w, shape, member, element);
        }
        dynox__buffer_byte(w->buffer, '}');
    }
    return status;
}

static dynox_status write_many(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record,
                               unsigned depth)
{
    dynox__many many = dynox__many_at(dynox__member_at(member, record));
    if (depth > DYNOX__ENCODE_DEPTH) return too_deep(w, shape, member);
    dynox__buffer_byte(w->buffer, '[');
    dynox_status status = dynox__is_set(member->kind) ? write_set(w, shape, member, &many)
                                                      : write_list(w, shape, member, &many, depth + 1);
    dynox__buffer_byte(w->buffer, ']');
    return status;
}

/* ---- members ---- */

static dynox_status write_enum(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record)
{
    int64_t                number = dynox__member_int(member, record);
    const dynox_enum_name *name   = dynox__member_enum(member, number);
    if (!name) return dynox__bind_refuse(shape, member, w->error, "%lld is not one of its values", (long long)number);
    dynox_status status = DYNOX_OK;
    if (name->name) {
        DYNOX__BUFFER_LITERAL(w->buffer, "{\"S\":");
        status = write_text(w, shape, member, name->name, strlen(name->name));
    } else {
        DYNOX__BUFFER_LITERAL(w->buffer, "{\"N\":\"");
        write_int(w, number, false);
    }
    dynox__buffer_byte(w->buffer, '}');
    return status;
}

static dynox_status write_given(writer *w, const dynox__shape *shape, const dynox__member *member,
                                const dynox_value *value, unsigned depth)
{
    const dynox__encode_place place = {shape->name, member->attribute->member_, depth};
    return dynox__encode_value_of(w->buffer, value, &place, w->error);
}

/* A value whose type does not follow from its kind. */
static dynox_status write_any(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record,
                              unsigned depth)
{
    dynox_value value;
    if (member->kind == DYNOX_KIND_ENUM_) return write_enum(w, shape, member, record);
    dynox_status status = dynox__bind_store_member(shape, member, record, &w->room, &value, w->error);
    if (status == DYNOX_E_NO_MEMORY) w->buffer->failed = true;
    return status ? status : write_given(w, shape, member, &value, depth);
}

/* What comes between the tag of the kind and the closing brace. */
static dynox_status write_content(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record,
                                  unsigned depth)
{
    dynox__text text;
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_CHARS_:
        text = dynox__member_text(member, record);
        if (!w->buffer->failed) w->buffer->size--; /* the text brings its own quotes */
        return write_text(w, shape, member, text.at, text.length);
    case DYNOX_KIND_INT_:
    case DYNOX_KIND_EPOCH_: write_int(w, dynox__member_int(member, record), dynox__is_wide(member)); return DYNOX_OK;
    case DYNOX_KIND_DOUBLE_: return write_real(w, shape, member, record);
    case DYNOX_KIND_NUMBER_: return write_number(w, shape, member, record);
    case DYNOX_KIND_BOOL_:
        if (*dynox__member_at(member, record))
            DYNOX__BUFFER_LITERAL(w->buffer, "true");
        else
            DYNOX__BUFFER_LITERAL(w->buffer, "false");
        return DYNOX_OK;
    case DYNOX_KIND_BLOB_: write_blob(w, dynox__blob_at(dynox__member_at(member, record))); return DYNOX_OK;
    case DYNOX_KIND_DATETIME_: return write_date(w, shape, member, record);
    case DYNOX_KIND_STRUCT_:
        if (depth > DYNOX__ENCODE_DEPTH) return too_deep(w, shape, member);
        return write_struct(w, member->inner, dynox__member_at(member, record), NULL, depth + 1);
    default: return write_many(w, shape, member, record, depth);
    }
}

static dynox_status write_value(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record,
                                unsigned depth)
{
    const char *tag = dynox__kind_tag(member->kind);
    if (!*tag) return write_any(w, shape, member, record, depth);
    dynox__buffer_byte(w->buffer, '{');
    dynox__buffer_text(w->buffer, tag);
    dynox_status status = write_content(w, shape, member, record, depth);
    dynox__buffer_byte(w->buffer, '}');
    return status;
}

static dynox_status write_name(writer *w, const dynox__shape *shape, const dynox__member *member)
{
    if (!dynox__encode_text(w->buffer, member->name, member->name_length))
        return dynox__bind_refuse(shape, member, w->error, "its alias is not UTF-8");
    dynox__buffer_byte(w->buffer, ':');
    return DYNOX_OK;
}

/* There is room for all that a member can begin with: so many bytes are copied without a look at how many it has. */
static void write_begin(dynox__buffer *buffer, const dynox__member *member)
{
    enum { MOST = 32 };
    char *to = buffer->data + buffer->size;
    memcpy(to, member->begin, MOST);
    if (member->begin_length > MOST) memcpy(to + MOST, member->begin + MOST, DYNOX__BEGIN_ROOM - MOST);
    buffer->size += member->begin_length;
}

static dynox_status write_member(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record,
                                 unsigned depth)
{
    if (!member->begin_length) {
        dynox_status status = write_name(w, shape, member);
        return status ? status : write_value(w, shape, member, record, depth);
    }
    write_begin(w->buffer, member);
    dynox_status status = write_content(w, shape, member, record, depth);
    dynox__buffer_byte(w->buffer, '}');
    return status;
}

/* One that is not taken from the struct: given, or absent and stored as NULL. */
static dynox_status write_instead(writer *w, const dynox__shape *shape, const dynox__member *member,
                                  const dynox_value *value, unsigned depth)
{
    dynox_status status = write_name(w, shape, member);
    return status ? status : write_given(w, shape, member, value, depth);
}

/* ---- structs ---- */

/* The attributes that no member has; a member wins, also if it is absent. */
static dynox_status write_extra(writer *w, const dynox__shape *shape, const void *record, bool is_first, unsigned depth)
{
    const dynox__member      *extra = shape->extra;
    const dynox_item         *item  = (const dynox_item *)(const void *)dynox__member_at(extra, record);
    const dynox__encode_place place = {shape->name, extra->attribute->member_, depth};
    bool                      no_memory;
    if (!item->attributes) return dynox__bind_refuse(shape, extra, w->error, "the attributes are a NULL pointer");
    for (size_t i = 0; i < item->count; i++) {
        const dynox_named_value *named = &item->attributes[i];
        if (named->name && dynox__shape_stored(shape, named->name, named->name_length)) continue;
        if (!is_first) dynox__buffer_byte(w->buffer, ',');
        is_first            = false;
        dynox_status status = dynox__encode_named_of(w->buffer, named, &place, w->error);
        if (status) return status;
    }
    size_t twice = dynox__find_name_twice(item->attributes, item->count, &no_memory);
    if (no_memory) w->buffer->failed = true;
    if (twice >= item->count) return DYNOX_OK;
    const dynox_named_value *named = &item->attributes[twice];
    return dynox__bind_refuse(shape, extra, w->error, "\"%.*s\" is there twice",
                              (int)(named->name_length < 100 ? named->name_length : 100), named->name);
}

static dynox_status write_struct(writer *w, const dynox__shape *shape, const void *record, const dynox_value *given,
                                 unsigned depth)
{
    static const dynox_value null   = {.type = DYNOX_NULL};
    dynox__buffer           *buffer = w->buffer;
    bool                     first  = true;
    dynox__buffer_byte(buffer, '{');
    for (size_t i = 0; i < shape->count; i++) {
        const dynox__member *member = &shape->members[i];
        const dynox_value   *value  = given && given[i].type != DYNOX_INVALID ? &given[i] : NULL;
        if (!member->is_stored || (value && value->type == DYNOX_UNKNOWN)) continue;
        if (!value && dynox__member_absent(member, record)) {
            if (!member->attribute->null_stored) continue;
            value = &null;
        }
        if (!dynox__buffer_reserve(buffer, MEMBER_ROOM)) return DYNOX_OK;
        if (!first) buffer->data[buffer->size++] = ',';
        first = false;
        dynox_status status =
            value ? write_instead(w, shape, member, value, depth) : write_member(w, shape, member, record, depth);
        if (status) return status;
    }
    const dynox__member *extra = shape->extra;
    if (extra && !(given && given[extra - shape->members].type == DYNOX_UNKNOWN) &&
        !dynox__member_absent(extra, record)) {
        dynox_status status = write_extra(w, shape, record, first, depth);
        if (status) return status;
    }
    dynox__buffer_byte(buffer, '}');
    return DYNOX_OK;
}

/* Out of memory is the buffer's to tell. */
static dynox_status finish(writer *w, dynox_status status)
{
    dynox__room_free(&w->room);
    return status == DYNOX_E_NO_MEMORY && w->buffer->failed ? DYNOX_OK : status;
}

dynox_status dynox__bind_write(dynox__buffer *buffer, const dynox__shape *shape, const void *record,
                               const dynox_value *given, dynox_error *error)
{
    writer w = {.buffer = buffer, .error = error};
    return finish(&w, write_struct(&w, shape, record, given, 1));
}

dynox_status dynox__bind_write_member(dynox__buffer *buffer, const dynox__shape *shape, const dynox__member *member,
                                      const void *record, dynox_error *error)
{
    writer w = {.buffer = buffer, .error = error};
    return finish(&w, write_value(&w, shape, member, record, 1));
}
