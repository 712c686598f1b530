/* Values and items to DynamoDB JSON. The way to the value at hand is a chain of steps on the C stack, which becomes a
 * path only when there is something to complain about. */
#include "value/json/encode.h"
#include "value/text/base64.h"
#include "value/text/number.h"
#include "value/text/utf8.h"
#include <stdarg.h>
#include <stdio.h>

/* A step from a map (or the item) to a member of it, or from a list or set to an element. */
typedef struct step {
    const struct step *up;
    const char        *name; /* NULL: an element */
    size_t             length, index;
} step;

typedef struct encoder {
    dynox__buffer             *buffer;
    dynox_error               *error; /* may be NULL */
    const dynox__encode_place *place; /* in a struct; NULL: in none */
} encoder;

/* ---- complaints ---- */

/* Room for the path in a message; a longer one is cut. */
enum { PATH_SIZE = 256 };

static size_t print_path(char path[PATH_SIZE], const step *at)
{
    size_t size = at->up ? print_path(path, at->up) : 0;
    if (!at->name) {
        int count = snprintf(path + size, PATH_SIZE - size, "[%zu]", at->index);
        size += (size_t)count;
    } else {
        if (at->up && size < PATH_SIZE - 1) path[size++] = '.';
        bool readable = dynox__utf8_valid(at->name, at->length);
        for (size_t i = 0; i < at->length && size < PATH_SIZE - 1; i++) {
            uint8_t c    = (uint8_t)at->name[i];
            path[size++] = c < 0x20 || c == 0x7F || (c >= 0x80 && !readable) ? '?' : (char)c;
        }
    }
    if (size > PATH_SIZE - 1) size = PATH_SIZE - 1;
    path[size] = 0;
    return size;
}

/* Says what is wrong with the value `at`; returns false. */
static bool refuse(encoder *e, const step *at, const char *what)
{
    char path[PATH_SIZE] = "";
    if (at && e->place) print_path(path, at);
    if (e->place) {
        dynox_error_set(e->error, DYNOX_E_VALUE, "%s.%s%s%s: %s", e->place->model, e->place->member,
                        *path && *path != '[' ? "." : "", path, what);
    } else if (!at) {
        dynox_error_set(e->error, DYNOX_E_VALUE, "value: %s", what);
    } else {
        print_path(path, at);
        dynox_error_set(e->error, DYNOX_E_VALUE, "attribute \"%s\": %s", path, what);
    }
    return false;
}

/* ---- scalars ---- */

static bool write_text(encoder *e, const char *text, size_t length, const step *at)
{
    if (!text && length) return refuse(e, at, "the text is a NULL pointer");
    return dynox__encode_text(e->buffer, text ? text : "", length) || refuse(e, at, "the text is not UTF-8");
}

static bool write_number(encoder *e, const dynox_value *value, const step *at)
{
    char        digits[DYNOX__NUMBER_TEXT];
    const char *text   = digits;
    size_t      length = 0;
    switch (value->number_) {
    case DYNOX_NUMBER_INT_: length = dynox__number_from_int(value->as.integer_, digits); break;
    case DYNOX_NUMBER_UINT_: length = dynox__number_from_unsigned(value->as.unsigned_, digits); break;
    case DYNOX_NUMBER_DOUBLE_:
        length = dynox__number_from_double(value->as.real_, digits);
        if (!length) return refuse(e, at, "NaN and infinity are not numbers of the service");
        break;
    default:
        text   = value->as.text;
        length = value->length;
        if (!text) return refuse(e, at, "the number is a NULL pointer");
    }
    if (value->number_ != DYNOX_NUMBER_INT_ && value->number_ != DYNOX_NUMBER_UINT_) { /* those always fit */
        const char *wrong = dynox__number_check(text, length);
        if (wrong) return refuse(e, at, wrong);
    }
    dynox__buffer *buffer = e->buffer;
    if (!dynox__buffer_reserve(buffer, length + 2)) return true;
    char *to = buffer->data + buffer->size;
    to[0]    = '"';
    memcpy(to + 1, text, length);
    to[length + 1] = '"';
    buffer->size += length + 2;
    return true;
}

static bool write_bytes(encoder *e, const dynox_value *value, const step *at)
{
    dynox__buffer *buffer = e->buffer;
    if (!value->as.bytes && value->length) return refuse(e, at, "the bytes are a NULL pointer");
    size_t length = dynox__base64_length(value->length);
    if (!dynox__buffer_reserve(buffer, length + 2)) return true;
    char *to = buffer->data + buffer->size;
    to[0]    = '"';
    dynox__base64_encode(to + 1, value->as.bytes, value->length);
    to[length + 1] = '"';
    buffer->size += length + 2;
    return true;
}

/* ---- maps, lists and sets ---- */

static bool write_value(encoder *e, const dynox_value *value, const step *at, unsigned depth);

static bool write_named(encoder *e, const dynox_named_value *named, const step *up, unsigned depth)
{
    step at = {.up = up, .name = named->name, .length = named->name_length};
    if (!at.name) return refuse(e, up, "a name is a NULL pointer");
    if (!dynox__encode_text(e->buffer, at.name, at.length)) return refuse(e, &at, "the name is not UTF-8");
    dynox__buffer_byte(e->buffer, ':');
    return write_value(e, &named->value, &at, depth);
}

/* `up` is the way to the map, NULL for that of an item. */
static bool write_map(encoder *e, const dynox_named_value *map, size_t count, const step *up, unsigned depth)
{
    if (!map && count) return refuse(e, up, "the map is a NULL pointer");
    dynox__buffer_byte(e->buffer, '{');
    for (size_t i = 0; i < count; i++) {
        if (i) dynox__buffer_byte(e->buffer, ',');
        if (!write_named(e, &map[i], up, depth)) return false;
    }
    dynox__buffer_byte(e->buffer, '}');
    bool   no_memory;
    size_t twice = dynox__find_name_twice(map, count, &no_memory);
    if (no_memory) e->buffer->failed = true;
    if (twice >= count) return true;
    return refuse(e, &(step){.up = up, .name = map[twice].name, .length = map[twice].name_length}, "it is there twice");
}

static bool write_list(encoder *e, const dynox_value *list, const step *up, unsigned depth)
{
    if (!list->as.list && list->length) return refuse(e, up, "the list is a NULL pointer");
    dynox__buffer_byte(e->buffer, '[');
    for (size_t i = 0; i < list->length; i++) {
        step at = {.up = up, .index = i};
        if (i) dynox__buffer_byte(e->buffer, ',');
        if (!write_value(e, &list->as.list[i], &at, depth)) return false;
    }
    dynox__buffer_byte(e->buffer, ']');
    return true;
}

static bool write_set(encoder *e, const dynox_value *set, const step *up)
{
    dynox_value_type type  = set->type == DYNOX_SS ? DYNOX_S : set->type == DYNOX_NS ? DYNOX_N : DYNOX_B;
    size_t           start = e->buffer->size;
    if (!set->length) return refuse(e, up, "a set must not be empty");
    if (!set->as.list) return refuse(e, up, "the set is a NULL pointer");
    dynox__buffer_byte(e->buffer, '[');
    for (size_t i = 0; i < set->length; i++) {
        const dynox_value *member = &set->as.list[i];
        step               at     = {.up = up, .index = i};
        if (i) dynox__buffer_byte(e->buffer, ',');
        if (member->type != type) return refuse(e, &at, "a member of the set is of another type than the set");
        bool ok = type == DYNOX_S   ? write_text(e, member->as.text, member->length, &at)
                  : type == DYNOX_N ? write_number(e, member, &at)
                                    : write_bytes(e, member, &at);
        if (!ok) return false;
    }
    dynox__buffer_byte(e->buffer, ']');
    if (e->buffer->failed || set->length == 1) return true;
    bool   no_memory;
    size_t duplicate = dynox__find_duplicate(set, type == DYNOX_N ? e->buffer->data + start : NULL, &no_memory);
    if (no_memory) e->buffer->failed = true;
    if (duplicate == SIZE_MAX) return true;
    step at = {.up = up, .index = duplicate};
    return refuse(e, &at, "the set has this member twice");
}

/* ---- values ---- */

static bool write_content(encoder *e, const dynox_value *value, const step *at, unsigned depth)
{
    switch (value->type) {
    case DYNOX_S: return write_text(e, value->as.text, value->length, at);
    case DYNOX_N: return write_number(e, value, at);
    case DYNOX_B: return write_bytes(e, value, at);
    case DYNOX_BOOL: dynox__buffer_text(e->buffer, value->as.boolean ? "true" : "false"); return true;
    case DYNOX_NULL: DYNOX__BUFFER_LITERAL(e->buffer, "true"); return true;
    case DYNOX_M:
    case DYNOX_L:
        if (depth > DYNOX__ENCODE_DEPTH) return refuse(e, at, "maps and lists are nested more than 32 deep");
        if (value->type == DYNOX_L) return write_list(e, value, at, depth + 1);
        return write_map(e, value->as.map, value->length, at, depth + 1);
    default: return write_set(e, value, at);
    }
}

/* `depth` counts the maps and lists that the value would lie in if it were one of them, itself included. */
static bool write_value(encoder *e, const dynox_value *value, const step *at, unsigned depth)
{
    static const struct {
        char   text[10];
        size_t length;
    } opening[] = {
#define OPENING(type) [DYNOX_##type] = {"{\"" #type "\":", sizeof "{\"" #type "\":" - 1}
        OPENING(S), OPENING(N), OPENING(B),  OPENING(BOOL), OPENING(NULL),
        OPENING(M), OPENING(L), OPENING(SS), OPENING(NS),   OPENING(BS),
#undef OPENING
    };
    if (value->type == DYNOX_INVALID)
        return refuse(e, at, "there is no value: a NULL pointer was given, or nothing was found");
    if (value->type >= sizeof opening / sizeof *opening)
        return refuse(e, at,
                      "a value of a type that this library does not know cannot be sent: S, N, B, BOOL, NULL, M, "
                      "L, SS, NS and BS can");
    dynox__buffer_add(e->buffer, opening[value->type].text, opening[value->type].length);
    if (!write_content(e, value, at, depth)) return false;
    dynox__buffer_byte(e->buffer, '}');
    return true;
}

dynox_status dynox__encode_item(dynox__buffer *buffer, const dynox_item *item, dynox_error *error)
{
    encoder e = {buffer, error, NULL};
    if (!item || (!item->attributes && item->count))
        return dynox_error_set(error, DYNOX_E_VALUE, "the item is a NULL pointer");
    return write_map(&e, item->attributes, item->count, NULL, 1) ? DYNOX_OK : DYNOX_E_VALUE;
}

dynox_status dynox__encode_value(dynox__buffer *buffer, const dynox_value *value, dynox_error *error)
{
    encoder e = {buffer, error, NULL};
    if (!value) return dynox_error_set(error, DYNOX_E_VALUE, "the value is a NULL pointer");
    return write_value(&e, value, NULL, 1) ? DYNOX_OK : DYNOX_E_VALUE;
}

dynox_status dynox__encode_value_of(dynox__buffer *buffer, const dynox_value *value, const dynox__encode_place *place,
                                    dynox_error *error)
{
    encoder e = {buffer, error, place};
    return write_value(&e, value, NULL, place->depth) ? DYNOX_OK : DYNOX_E_VALUE;
}

dynox_status dynox__encode_named_of(dynox__buffer *buffer, const dynox_named_value *named,
                                    const dynox__encode_place *place, dynox_error *error)
{
    encoder e = {buffer, error, place};
    return write_named(&e, named, NULL, place->depth) ? DYNOX_OK : DYNOX_E_VALUE;
}
