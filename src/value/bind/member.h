/* Members of structs, looked at one at a time: what writing, storing and comparing them have in common. Places in a
 * record are read with memcpy where the type of the program's member is not known. */
#ifndef DYNOX_VALUE_BIND_MEMBER_H
#define DYNOX_VALUE_BIND_MEMBER_H

#include "value/bind/shape.h"
#include "value/text/number.h"

typedef DYNOX_MANY(const char) dynox__many; /* any DYNOX_MANY: at counts bytes here */

typedef struct dynox__text {
    const char *at;
    size_t      length;
} dynox__text;

/* "user.name: what is wrong"; returns the status, DYNOX_E_VALUE. */
dynox_status dynox__bind_refuse(const dynox__shape *shape, const dynox__member *member, dynox_error *error,
                                const char *format, ...) DYNOX_PRINTF(4, 5);
/* Sets the error and returns it. */
dynox_status dynox__bind_no_memory(dynox_error *error);

/* The text of a double, a float, a date; 0: there is none (NaN, infinity; a year that has not four digits). */
size_t dynox__member_real(const dynox__member *member, const void *record, char text[DYNOX__NUMBER_TEXT]);
size_t dynox__member_date(const dynox__member *member, const void *record, char text[40]);
/* The line of its table that an enum's number has; NULL: none. */
const dynox_enum_name *dynox__member_enum(const dynox__member *member, int64_t number);

/* Is something in the set twice (then it is refused)? DYNOX_E_NO_MEMORY: nobody knows. */
dynox_status dynox__set_check(const dynox__shape *shape, const dynox__member *member, const dynox__many *set,
                              dynox_error *error);
/* The same elements, in any order? false also if there is no memory to find out. */
bool dynox__set_same(const dynox__member *member, const dynox__many *a, const dynox__many *b);

static inline bool dynox__is_set(uint8_t kind)
{
    return kind >= DYNOX_KIND_STRING_SET_ && kind <= DYNOX_KIND_BLOB_SET_;
}

static inline bool dynox__is_list(uint8_t kind) /* sets, too */
{
    return kind >= DYNOX_KIND_STRUCTS_ && kind <= DYNOX_KIND_BLOB_SET_;
}

static inline const char *dynox__member_at(const dynox__member *member, const void *record)
{
    return (const char *)record + member->offset;
}

static inline const char *dynox__pointer_at(const char *place)
{
    const char *pointer;
    memcpy(&pointer, place, sizeof pointer);
    return pointer;
}

static inline dynox_blob dynox__blob_at(const char *place)
{
    dynox_blob blob;
    memcpy(&blob, place, sizeof blob);
    return blob;
}

static inline dynox__many dynox__many_at(const char *place)
{
    dynox__many many;
    memcpy(&many, place, sizeof many);
    return many;
}

/* The text of a member that is one; NULL: it has none, is of another kind, or there is no record. An array is never
 * NULL. */
static inline const char *dynox__member_string(const dynox__member *member, const void *record)
{
    if (record && member->kind == DYNOX_KIND_CHARS_) return dynox__member_at(member, record);
    if (record && member->kind == DYNOX_KIND_STRING_) return dynox__pointer_at(dynox__member_at(member, record));
    return NULL;
}

/* Of a text that is there. One that fills its array has no NUL at its end; it could not be loaded again, so that
 * writing and storing refuse it. */
static inline dynox__text dynox__member_text(const dynox__member *member, const void *record)
{
    dynox__text text = {dynox__member_at(member, record), 0};
    if (member->kind != DYNOX_KIND_CHARS_) {
        text.at     = dynox__pointer_at(text.at);
        text.length = strlen(text.at);
    } else {
        const char *end = (const char *)memchr(text.at, 0, member->size);
        text.length     = end ? (size_t)(end - text.at) : member->size;
    }
    return text;
}

static inline bool dynox__member_unended(const dynox__member *member, const void *record)
{
    return member->kind == DYNOX_KIND_CHARS_ && !memchr(dynox__member_at(member, record), 0, member->size);
}
dynox_status dynox__bind_refuse_unended(const dynox__shape *shape, const dynox__member *member, dynox_error *error);

/* An unsigned integer of 64 bits: as an int64_t it may look negative. */
static inline bool dynox__is_wide(const dynox__member *member)
{
    return member->size == sizeof(uint64_t) && !member->is_signed;
}

#endif
