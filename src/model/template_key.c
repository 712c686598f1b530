/* Keys by template: built from a record's members, and read back into those that are only stored there. */
#include "base/buffer.h"
#include "model/template.h"
#include "value/bind/member.h"

typedef dynox__template_part part;

/* ---- what a member is in a key ---- */

static dynox__text number_text(const dynox__member *member, int64_t number, char room[DYNOX__NUMBER_TEXT])
{
    size_t length = dynox__is_wide(member) ? dynox__number_from_unsigned((uint64_t)number, room)
                                           : dynox__number_from_int(number, room);
    return (dynox__text){room, length};
}

/* As it is stored. `at` NULL: it cannot be. */
static dynox__text part_text(const dynox__template *from, const dynox__member *member, const void *record,
                             char room[DYNOX__NUMBER_TEXT], dynox_error *error)
{
    dynox__text            text = {room, 0};
    int64_t                number;
    const dynox_enum_name *named;
    switch (member->kind) {
    case DYNOX_KIND_CHARS_:
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_NUMBER_: return dynox__member_text(member, record);
    case DYNOX_KIND_DATETIME_:
        text.length = dynox__member_date(member, record, room);
        if (text.length) return text;
        dynox__bind_refuse(from->shape, member, error, "the time is not in the years 0000 to 9999");
        return (dynox__text){NULL, 0};
    case DYNOX_KIND_ENUM_:
        number = dynox__member_int(member, record);
        named  = dynox__member_enum(member, number);
        if (named && named->name) return (dynox__text){named->name, strlen(named->name)};
        if (named) return number_text(member, number, room);
        dynox__bind_refuse(from->shape, member, error, "%lld is not one of its values", (long long)number);
        return (dynox__text){NULL, 0};
    default: return number_text(member, dynox__member_int(member, record), room);
    }
}

/* An empty text is no part either: the keys of different records would be alike. */
static bool is_missing(const dynox__member *member, const void *record)
{
    bool is_text =
        member->kind == DYNOX_KIND_CHARS_ || member->kind == DYNOX_KIND_STRING_ || member->kind == DYNOX_KIND_NUMBER_;
    return dynox__member_absent(member, record) || (is_text && !dynox__member_text(member, record).length);
}

/* A query that says nothing of an integer has zero there. */
static bool is_zero(const dynox__member *member, const void *record)
{
    return member->kind == DYNOX_KIND_INT_ && !member->has && !dynox__member_int(member, record);
}

/* Would a value end too early when the key is read? It would, too, where a separator begins in it and ends in the one
 * that is behind it. */
static bool has_separator(dynox__text value, const part *separator)
{
    for (size_t i = 0; separator->length && i < value.length; i++) {
        size_t inside = value.length - i < separator->length ? value.length - i : separator->length;
        if (memcmp(value.at + i, separator->literal, inside) == 0 &&
            memcmp(separator->literal, separator->literal + inside, separator->length - inside) == 0)
            return true;
    }
    return false;
}

static const char hex_digits[] = "0123456789ABCDEF";

static void add_value(const dynox__template *from, dynox__text value, dynox__buffer *buffer)
{
    for (size_t i = 0; i < value.length; i++) {
        uint8_t byte = (uint8_t)value.at[i];
        if (from->escapes[byte]) {
            const char escaped[3] = {'%', hex_digits[byte >> 4], hex_digits[byte & 15]};
            dynox__buffer_add(buffer, escaped, sizeof escaped);
        } else {
            dynox__buffer_byte(buffer, (char)byte);
        }
    }
}

/* ---- building ---- */

/* Writes the key up to the first part that is missing. */
static bool write_key(const dynox__template *from, const void *record, bool zero_is_missing, dynox__buffer *buffer,
                      const dynox__member **missing, dynox_error *error)
{
    bool escape = from->member->attribute->escape;
    for (const part *it = from->parts;; it++) {
        char room[DYNOX__NUMBER_TEXT];
        dynox__buffer_add(buffer, it->literal, it->length);
        if (!it->member) return true;
        if (is_missing(it->member, record) || (zero_is_missing && is_zero(it->member, record))) {
            *missing = it->member;
            return true;
        }
        dynox__text value = part_text(from, it->member, record, room, error);
        if (!value.at) return false;
        /* Parts before one that is read back have to be told apart, too: it is found behind them. */
        if ((size_t)(it - from->parts) < from->parsed && !escape && has_separator(value, it + 1)) {
            dynox__bind_refuse(from->shape, it->member, error,
                               "\"%.*s\" has the separator \"%.*s\" of its template in it",
                               (int)(value.length < 200 ? value.length : 200), value.at,
                               (int)(it[1].length < 40 ? it[1].length : 40), it[1].literal);
            return false;
        }
        add_value(from, value, buffer);
    }
}

static const char *finish(dynox__buffer *buffer, bool ok, dynox_room *room, dynox_error *error)
{
    const char *key = ok && !buffer->failed ? dynox__arena_copy(&room->arena, buffer->data, buffer->size) : NULL;
    if (ok && !key) dynox__bind_no_memory(error);
    dynox__buffer_free(buffer);
    return key;
}

enum { USUAL_LENGTH = 256 }; /* longer keys take an allocation more */

const char *dynox__template_build(const dynox__template *from, const void *record, dynox_room *room,
                                  const dynox__member **missing, dynox_error *error)
{
    char          usual[USUAL_LENGTH];
    dynox__buffer buffer = {.data = usual, .capacity = sizeof usual, .borrowed = true};
    *missing             = NULL;
    bool ok              = write_key(from, record, false, &buffer, missing, error);
    if (!ok || !*missing) return finish(&buffer, ok, room, error);
    dynox__buffer_free(&buffer);
    return NULL;
}

const char *dynox__template_head(const dynox__template *from, const void *record, dynox_room *room, bool *whole,
                                 dynox_error *error)
{
    char                 usual[USUAL_LENGTH];
    dynox__buffer        buffer  = {.data = usual, .capacity = sizeof usual, .borrowed = true};
    const dynox__member *missing = NULL;
    bool                 ok      = write_key(from, record, true, &buffer, &missing, error);
    *whole                       = ok && !missing;
    return finish(&buffer, ok, room, error);
}

/* ---- reading back ---- */

static int hex_value(char digit)
{
    const char *place = digit ? strchr(hex_digits, digit) : NULL;
    return place ? (int)(place - hex_digits) : -1;
}

/* The text of a part without its %XX, to `to` unless that is NULL. false: the template does not write it like this. */
static bool unescape(const dynox__template *from, dynox__text text, char *to, size_t *length)
{
    *length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.at[i];
        if (!byte) return false;
        if (from->escapes[(uint8_t)byte]) {
            int high = byte == '%' && text.length - i > 2 ? hex_value(text.at[i + 1]) : -1;
            int low  = high < 0 ? -1 : hex_value(text.at[i + 2]);
            if (low < 0 || !from->escapes[high << 4 | low]) return false;
            byte = (char)(high << 4 | low);
            i += 2;
        }
        if (to) to[*length] = byte;
        ++*length;
    }
    return *length > 0;
}

/* Into a place of the member's size. false: it does not fit, or the template would write the number another way. */
static bool read_int(const dynox__template *from, const dynox__member *member, dynox__text text, char *to)
{
    char room[DYNOX__NUMBER_TEXT], plain[3 * DYNOX__NUMBER_TEXT];
    if (text.length > sizeof plain || !unescape(from, text, plain, &text.length)) return false;
    text.at              = plain;
    dynox__member there  = *member;
    int64_t       number = 0;
    uint64_t      wide   = 0;
    there.offset         = 0;
    if (dynox__is_wide(member)) {
        if (!dynox__number_to_unsigned(text.at, text.length, &wide)) return false;
        memcpy(to, &wide, sizeof wide);
        number = (int64_t)wide;
    } else if (!dynox__number_to_int(text.at, text.length, &number) || !dynox__member_set_int(&there, to, number)) {
        return false;
    }
    dynox__text again = number_text(member, number, room);
    return again.length == text.length && memcmp(again.at, text.at, text.length) == 0;
}

static bool fits(const dynox__template *from, const dynox__member *member, dynox__text text)
{
    char   number[8];
    size_t length;
    if (member->role != DYNOX_ROLE_KEY_PART_) return text.length > 0;
    if (member->kind == DYNOX_KIND_INT_) return read_int(from, member, text, number);
    return unescape(from, text, NULL, &length);
}

static dynox_status fill(const dynox__template *from, const dynox__member *member, dynox__text text, dynox_room *room,
                         void *record, dynox_error *error)
{
    char  *place = (char *)record + member->offset;
    size_t length;
    if (member->role != DYNOX_ROLE_KEY_PART_) return DYNOX_OK;
    if (member->kind == DYNOX_KIND_INT_) {
        read_int(from, member, text, place);
    } else if (member->kind == DYNOX_KIND_CHARS_) {
        unescape(from, text, NULL, &length);
        if (length >= member->size)
            return dynox_error_set(error, DYNOX_E_DECODE,
                                   "%s.%s: the key has %zu bytes of it, its char[%u] is too small", from->shape->name,
                                   member->attribute->member_, length, (unsigned)member->size);
        unescape(from, text, place, &length);
        memset(place + length, 0, member->size - length);
    } else {
        char *copy = dynox__arena_alloc(&room->arena, text.length + 1);
        if (!copy) return dynox__bind_no_memory(error);
        unescape(from, text, copy, &length);
        copy[length]      = 0;
        const char *final = copy;
        memcpy(place, &final, sizeof final);
    }
    if (member->has) ((bool *)record)[member->has - 1] = true;
    return DYNOX_OK;
}

/* Takes what the next part is of: up to the separator behind it. */
static bool next(const part *it, dynox__text *key, dynox__text *value)
{
    const part *separator = it + 1;
    if (key->length < it->length || memcmp(key->at, it->literal, it->length) != 0) return false;
    *value = (dynox__text){key->at + it->length, 0};
    for (size_t left = key->length - it->length;; left--, value->length++) {
        if (left < separator->length) return false;
        if (separator->length ? memcmp(value->at + value->length, separator->literal, separator->length) == 0 : !left)
            break;
    }
    key->at     = value->at + value->length;
    key->length = key->length - it->length - value->length;
    return true;
}

dynox_status dynox__template_parse(const dynox__template *from, const char *key, size_t length, dynox_room *room,
                                   void *record, dynox_error *error)
{
    dynox__text rest = {key, length}, value;
    for (size_t i = 0; i < from->parsed; i++)
        if (!next(&from->parts[i], &rest, &value) || !fits(from, from->parts[i].member, value)) return DYNOX_OK;
    if (from->parsed == from->count && rest.length != from->parts[from->count].length) return DYNOX_OK;
    rest = (dynox__text){key, length};
    for (size_t i = 0; i < from->parsed; i++) {
        next(&from->parts[i], &rest, &value);
        dynox_status status = fill(from, from->parts[i].member, value, room, record, error);
        if (status != DYNOX_OK) return status;
    }
    return DYNOX_OK;
}
