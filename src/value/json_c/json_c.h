/* json-c, whichever version it is: 0.13 checks no UTF-8, keeps the place where a parse stopped to itself, and has no
 * integers above INT64_MAX. */
#ifndef DYNOX_VALUE_JSON_C_JSON_C_H
#define DYNOX_VALUE_JSON_C_JSON_C_H

#include "value/text/utf8.h"
#include <json-c/json.h>

#if JSON_C_VERSION_NUM >= ((0 << 16) | (14 << 8))
#define DYNOX__JSON_C_FLAGS (JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8)
#define DYNOX__JSON_C_END(tokener) json_tokener_get_parse_end(tokener)
#define DYNOX__JSON_C_UTF8_VALID(text, size) true
#define DYNOX__JSON_C_UNSIGNED(json) json_object_get_uint64(json)
#else
#define DYNOX__JSON_C_FLAGS JSON_TOKENER_STRICT
#define DYNOX__JSON_C_END(tokener) ((size_t)(tokener)->char_offset)
#define DYNOX__JSON_C_UTF8_VALID(text, size) dynox__utf8_valid((text), (size))
#define DYNOX__JSON_C_UNSIGNED(json) ((uint64_t)json_object_get_int64(json))
#endif

/* What a parse came to. */
typedef struct dynox__json_c_end {
    enum json_tokener_error state;
    size_t                  at; /* the first byte that is not read; blanks behind the value are */
} dynox__json_c_end;

/* The value that `text` begins with, for json_object_put whatever end->state says; strict, and UTF-8 from first to
 * last. NULL: null, or there is none. */
static inline json_object *dynox__json_c_parse(json_tokener *tokener, const char *text, size_t size,
                                               dynox__json_c_end *end)
{
    json_tokener_set_flags(tokener, DYNOX__JSON_C_FLAGS);
    json_object *parsed = json_tokener_parse_ex(tokener, text, (int)size);
    *end                = (dynox__json_c_end){json_tokener_get_error(tokener), DYNOX__JSON_C_END(tokener)};
    if (!DYNOX__JSON_C_UTF8_VALID(text, size)) end->state = json_tokener_error_parse_unexpected;
    while (end->at < size &&
           (text[end->at] == ' ' || text[end->at] == '\t' || text[end->at] == '\r' || text[end->at] == '\n'))
        end->at++;
    return parsed;
}

#endif
