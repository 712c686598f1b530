/* Values into members that are no containers, and the words of what does not fit. Values of the decoder and of programs
 * are both read here: texts of both end with a NUL. */
#include "value/bind/load_scalar.h"
#include "base/date.h"
#include "value/bind/bind_put.h"
#include "value/compress/compress.h"
#include "value/text/number.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* ---- words ---- */

dynox_status dynox__load_refuse(const dynox__target *target, const char *format, ...)
{
    char    words[320];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    return dynox_error_set(target->error, DYNOX_E_DECODE, "%s.%s: %s", target->shape->name,
                           target->member->attribute->member_, words);
}

static const char *type_name(const dynox_value *value)
{
    static const char *const names[] = {"nothing", "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
    return value->type < sizeof names / sizeof *names ? names[value->type] : "a type that is not known";
}

static const char *kind_name(uint8_t kind)
{
    switch (kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_COMPRESSED_:
    case DYNOX_KIND_CHARS_: return "a text";
    case DYNOX_KIND_INT_: return "an integer";
    case DYNOX_KIND_DOUBLE_: return "a double";
    case DYNOX_KIND_NUMBER_: return "a number";
    case DYNOX_KIND_BOOL_: return "a bool";
    case DYNOX_KIND_BLOB_: return "bytes";
    case DYNOX_KIND_DATETIME_: return "a date";
    case DYNOX_KIND_EPOCH_: return "a time in seconds";
    case DYNOX_KIND_ENUM_: return "an enum";
    case DYNOX_KIND_STRUCT_: return "a struct";
    case DYNOX_KIND_STRUCTS_: return "an array of structs";
    case DYNOX_KIND_STRINGS_: return "an array of texts";
    case DYNOX_KIND_INTS_: return "an array of integers";
    case DYNOX_KIND_DOUBLES_: return "an array of doubles";
    case DYNOX_KIND_STRING_SET_: return "a set of texts";
    case DYNOX_KIND_INT_SET_: return "a set of integers";
    case DYNOX_KIND_DOUBLE_SET_: return "a set of doubles";
    case DYNOX_KIND_BLOB_SET_: return "a set of bytes";
    default: return "of another type";
    }
}

dynox_status dynox__load_mismatch(const dynox__target *target, const dynox_value *value)
{
    return dynox__load_refuse(target, "stored as %s, the member is %s", type_name(value),
                              kind_name(target->member->kind));
}

dynox_status dynox__load_element_mismatch(const dynox__target *target, const dynox_value *value)
{
    return dynox__load_refuse(target, "an element is stored as %s, the member is %s", type_name(value),
                              kind_name(target->member->kind));
}

static bool is_container(const dynox__target *target)
{
    return target->member->kind >= DYNOX_KIND_STRUCT_ && target->member->kind <= DYNOX_KIND_BLOB_SET_;
}

static dynox_status mismatch(const dynox__target *target, const dynox_value *value)
{
    return is_container(target) ? dynox__load_element_mismatch(target, value) : dynox__load_mismatch(target, value);
}

static dynox_status no_fit(const dynox__target *target, const dynox_value *value, const char *where)
{
    char        room[DYNOX_NUMBER_ROOM];
    const char *text = dynox_value_as_number(value, room);
    return dynox__load_refuse(target, "%.60s does not fit in %s", text ? text : "what is no finite number", where);
}

/* ---- texts and bytes ---- */

dynox_status dynox__load_text(const dynox__target *target, const dynox_value *value, const char **text)
{
    if (value->type != DYNOX_S) return mismatch(target, value);
    if (value->length && memchr(value->as.text, 0, value->length))
        return dynox__load_refuse(target, "has a NUL byte in it");
    *text = value->as.text;
    return DYNOX_OK;
}

static dynox_status load_chars(const dynox__target *target, const dynox_value *value, char *to)
{
    const char  *text   = "";
    dynox_status status = dynox__load_text(target, value, &text);
    if (status) return status;
    if (value->length >= target->member->size)
        return dynox__load_refuse(target, "a text of %u bytes, the member has room for %u", (unsigned)value->length,
                                  (unsigned)target->member->size - 1);
    memcpy(to, text, value->length);
    to[value->length] = 0;
    return DYNOX_OK;
}

dynox_status dynox__load_blob(const dynox__target *target, const dynox_value *value, void *to)
{
    if (value->type != DYNOX_B) return mismatch(target, value);
    const dynox_blob blob = {value->as.bytes, value->length};
    memcpy(to, &blob, sizeof blob);
    return DYNOX_OK;
}

static dynox_status load_compressed(const dynox__target *target, const dynox_value *value, void *to)
{
    const char *text = "", *why = NULL;
    size_t      length = 0;
    char        words[80];
    if (value->type != DYNOX_S && value->type != DYNOX_B) return mismatch(target, value);
    dynox_status status =
        dynox__expand(target->member->attribute->compression, value, &target->room->arena, &text, &length, words, &why);
    if (status == DYNOX_E_NO_MEMORY) return dynox_error_set(target->error, status, "out of memory");
    if (status) return dynox__load_refuse(target, "%s", why);
    if (length && memchr(text, 0, length)) return dynox__load_refuse(target, "has a NUL byte in it");
    memcpy(to, &text, sizeof text);
    return DYNOX_OK;
}

/* ---- numbers ---- */

dynox_status dynox__load_int(const dynox__target *target, const dynox_value *value, uint32_t size, bool is_signed,
                             void *to)
{
    static const char *const names[2][4] = {{"uint8_t", "uint16_t", "uint32_t", "uint64_t"},
                                            {"int8_t", "int16_t", "int32_t", "int64_t"}};
    int64_t                  number;
    uint64_t                 large;
    if (value->type != DYNOX_N) return mismatch(target, value);
    if (dynox_value_read_int(value, &number) && dynox__put_int(to, size, is_signed, number)) return DYNOX_OK;
    if (size == 8 && !is_signed && dynox_value_read_unsigned(value, &large)) {
        memcpy(to, &large, sizeof large);
        return DYNOX_OK;
    }
    return no_fit(target, value, names[is_signed][size == 8 ? 3 : size == 4 ? 2 : size == 2 ? 1 : 0]);
}

dynox_status dynox__load_double(const dynox__target *target, const dynox_value *value, uint32_t size, void *to)
{
    double number;
    if (value->type != DYNOX_N) return mismatch(target, value);
    if (!dynox_value_read_double(value, &number)) return no_fit(target, value, "a double");
    if (size == sizeof number) {
        memcpy(to, &number, sizeof number);
        return DYNOX_OK;
    }
    const float narrow = (float)number;
    if (!isfinite(narrow)) return no_fit(target, value, "a float");
    memcpy(to, &narrow, sizeof narrow);
    return DYNOX_OK;
}

/* A number as text lives as long as the record. */
static dynox_status load_number(const dynox__target *target, const dynox_value *value, void *to)
{
    char room[DYNOX_NUMBER_ROOM];
    if (value->type != DYNOX_N) return mismatch(target, value);
    const char *text = dynox_value_as_number(value, room);
    if (!text) return dynox__load_refuse(target, "is no finite number");
    if (text == room) {
        text = dynox__arena_copy(&target->room->arena, text, strlen(text));
        if (!text) return dynox_error_set(target->error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    memcpy(to, &text, sizeof text);
    return DYNOX_OK;
}

/* ---- times ---- */

static bool add_digit(int64_t *number, int digit)
{
    if (*number > (INT64_MAX - digit) / 10) return false;
    *number = *number * 10 + digit;
    return true;
}

/* The number times 10^places, without what is behind the point then: the next smaller whole number. Texts with an
 * exponent, which no one writes, go through a double. */
static bool floor_of(const char *text, size_t length, unsigned places, int64_t *number)
{
    static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    const char         *end    = text + length, *p;
    bool                minus = length && *text == '-', point = false, more = false;
    unsigned            behind = 0;
    double              real;
    *number = 0;
    for (p = text + (length && (*text == '-' || *text == '+')); p < end; p++) {
        if (*p == '.') {
            point = true;
        } else if (*p < '0' || *p > '9') {
            break;
        } else if (point && behind == places) {
            more = more || *p != '0';
        } else {
            behind += point;
            if (!add_digit(number, *p - '0')) return false;
        }
    }
    if (p < end) {
        if (!dynox__number_to_double(text, length, &real)) return false;
        real *= tens[places];
        if (!(real > -9e18 && real < 9e18)) return false;
        *number = (int64_t)real;
        *number -= (double)*number > real;
        return true;
    }
    for (; behind < places; behind++)
        if (!add_digit(number, 0)) return false;
    if (minus) *number = -*number - more;
    return true;
}

static dynox_status load_epoch(const dynox__target *target, const dynox_value *value, unsigned places, void *to)
{
    char        room[DYNOX_NUMBER_ROOM];
    int64_t     number;
    const char *text = dynox_value_as_number(value, room);
    if (text && floor_of(text, strlen(text), places, &number) &&
        dynox__put_int(to, target->member->size, target->member->is_signed, number))
        return DYNOX_OK;
    return no_fit(target, value, "the member");
}

static dynox_status load_date(const dynox__target *target, const dynox_value *value, void *to)
{
    static const int64_t per_second[] = {1, 1000, 1000000};
    int64_t              seconds;
    int32_t              nanoseconds;
    unsigned             precision = (unsigned)target->member->attribute->precision;
    if (precision > DYNOX_MICROSECONDS) precision = DYNOX_MICROSECONDS;
    if (value->type == DYNOX_N) return load_epoch(target, value, precision * 3, to);
    if (value->type != DYNOX_S) return mismatch(target, value);
    if (!dynox__iso_read(value->as.text, value->length, &seconds, &nanoseconds))
        return dynox__load_refuse(target, "\"%.*s\" is not a date", value->length < 80 ? (int)value->length : 80,
                                  value->as.text);
    int64_t number = seconds * per_second[precision] + nanoseconds / (1000000000 / per_second[precision]);
    if (dynox__put_int(to, target->member->size, target->member->is_signed, number)) return DYNOX_OK;
    return dynox__load_refuse(target, "\"%.80s\" does not fit in the member", value->as.text);
}

/* ---- enums ---- */

/* By its name, or by its number where it has no name; a number may be stored as text. */
static const dynox_enum_name *find_enum(const dynox_attribute *attribute, const dynox_value *value)
{
    const dynox_enum_name *names    = (const dynox_enum_name *)attribute->inner_;
    int64_t                number   = 0;
    bool                   is_named = value->type == DYNOX_S;
    bool                   is_number =
        is_named ? dynox__number_to_int(value->as.text, value->length, &number) : dynox_value_read_int(value, &number);
    for (size_t i = 0; i < attribute->inner_count_; i++) {
        if (!names[i].name) {
            if (is_number && names[i].value == number) return &names[i];
        } else if (is_named && strlen(names[i].name) == value->length &&
                   memcmp(names[i].name, value->as.text, value->length) == 0) {
            return &names[i];
        }
    }
    return NULL;
}

static dynox_status load_enum(const dynox__target *target, const dynox_value *value, void *to)
{
    char room[DYNOX_NUMBER_ROOM];
    if (value->type != DYNOX_S && value->type != DYNOX_N) return mismatch(target, value);
    const dynox_enum_name *found = find_enum(target->member->attribute, value);
    if (found && dynox__put_int(to, target->member->size, target->member->is_signed, found->value)) return DYNOX_OK;
    if (value->type == DYNOX_S)
        return dynox__load_refuse(target, "\"%.*s\" is not one of its values",
                                  value->length < 80 ? (int)value->length : 80, value->as.text);
    const char *text = dynox_value_as_number(value, room);
    return dynox__load_refuse(target, "%.60s is not one of its values", text ? text : "no finite number");
}

/* ---- all of them ---- */

static dynox_status load_custom(const dynox__target *target, const dynox_value *value, void *to)
{
    const dynox_kind *kind   = (const dynox_kind *)target->member->attribute->inner_;
    dynox_error       error  = {0};
    dynox_status      status = kind->load(value, target->room, to, &error);
    if (status == DYNOX_OK) return DYNOX_OK;
    if (status == DYNOX_E_NO_MEMORY) return dynox_error_set(target->error, status, "out of memory");
    if (error.message[0]) return dynox__load_refuse(target, "%.300s", error.message);
    return dynox__load_refuse(target, "stored as %s, which is not what its kind %.60s reads", type_name(value),
                              kind->name ? kind->name : "");
}

static dynox_status load_bool(const dynox__target *target, const dynox_value *value, void *to)
{
    bool boolean;
    if (!dynox_value_read_bool(value, &boolean)) return mismatch(target, value);
    memcpy(to, &boolean, sizeof boolean);
    return DYNOX_OK;
}

dynox_status dynox__load_scalar(const dynox__target *target, const dynox_value *value, void *to)
{
    const dynox__member *member = target->member;
    const char          *text   = "";
    dynox_status         status;
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
        status = dynox__load_text(target, value, &text);
        if (status == DYNOX_OK) memcpy(to, &text, sizeof text);
        return status;
    case DYNOX_KIND_COMPRESSED_: return load_compressed(target, value, to);
    case DYNOX_KIND_CHARS_: return load_chars(target, value, to);
    case DYNOX_KIND_INT_: return dynox__load_int(target, value, member->size, member->is_signed, to);
    case DYNOX_KIND_DOUBLE_: return dynox__load_double(target, value, member->size, to);
    case DYNOX_KIND_NUMBER_: return load_number(target, value, to);
    case DYNOX_KIND_BOOL_: return load_bool(target, value, to);
    case DYNOX_KIND_BLOB_: return dynox__load_blob(target, value, to);
    case DYNOX_KIND_DATETIME_: return load_date(target, value, to);
    case DYNOX_KIND_EPOCH_: return value->type == DYNOX_N ? load_epoch(target, value, 0, to) : mismatch(target, value);
    case DYNOX_KIND_ENUM_: return load_enum(target, value, to);
    case DYNOX_KIND_VALUE_: memcpy(to, value, sizeof *value); return DYNOX_OK;
    case DYNOX_KIND_CUSTOM_: return load_custom(target, value, to);
    default: return mismatch(target, value);
    }
}
