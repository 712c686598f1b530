/* What members hold, as JSON: texts, numbers, dates, bytes, lists and sets. */
#include "value/bind/bind_write.h"
#include "value/bind/member.h"
#include "value/json/encode.h"
#include "value/text/base64.h"

typedef dynox__bind_writer writer;

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
            status = dynox__write_struct(w, member->inner, element, NULL, depth + 1);
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

/* ---- all kinds ---- */

dynox_status dynox__write_enum(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record)
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

dynox_status dynox__write_content(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record,
                                  unsigned depth)
{
    dynox__text text;
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_CHARS_:
        if (dynox__member_unended(member, record)) return dynox__bind_refuse_unended(shape, member, w->error);
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
        return dynox__write_struct(w, member->inner, dynox__member_at(member, record), NULL, depth + 1);
    default: return write_many(w, shape, member, record, depth);
    }
}
