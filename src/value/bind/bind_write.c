/* Structs to wire JSON, straight into the request. Nothing is allocated but by the buffer, except for kinds of a
 * program's own. */
#include "value/bind/bind_write.h"
#include "value/bind/member.h"
#include "value/json/encode.h"

typedef dynox__bind_writer writer;

/* What a member that is short at the most takes: comma, what it begins with, a number or a date, and its end. */
enum { MEMBER_ROOM = DYNOX__BEGIN_ROOM + 64 };

/* ---- members ---- */

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
    if (member->kind == DYNOX_KIND_ENUM_) return dynox__write_enum(w, shape, member, record);
    dynox_status status = dynox__bind_store_member(shape, member, record, &w->room, &value, w->error);
    if (status == DYNOX_E_NO_MEMORY) w->buffer->failed = true;
    return status ? status : write_given(w, shape, member, &value, depth);
}

static dynox_status write_value(writer *w, const dynox__shape *shape, const dynox__member *member, const void *record,
                                unsigned depth)
{
    const char *tag = dynox__kind_tag(member->kind);
    if (!*tag) return write_any(w, shape, member, record, depth);
    dynox__buffer_byte(w->buffer, '{');
    dynox__buffer_text(w->buffer, tag);
    dynox_status status = dynox__write_content(w, shape, member, record, depth);
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
    dynox_status status = dynox__write_content(w, shape, member, record, depth);
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

dynox_status dynox__write_struct(writer *w, const dynox__shape *shape, const void *record, const dynox_value *given,
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
    return finish(&w, dynox__write_struct(&w, shape, record, given, 1));
}

dynox_status dynox__bind_write_member(dynox__buffer *buffer, const dynox__shape *shape, const dynox__member *member,
                                      const void *record, dynox_error *error)
{
    writer w = {.buffer = buffer, .error = error};
    return finish(&w, write_value(&w, shape, member, record, 1));
}
