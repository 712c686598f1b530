/* Reading small JSON documents with json-c, and wiping what it keeps. */
#include "services/format/json_document.h"
#include "value/json_c/json_c.h"
#include <json-c/printbuf.h>

enum { DEEPEST = 32 };

static void wipe_text(json_object *value)
{
    dynox__wipe((char *)(uintptr_t)json_object_get_string(value), (size_t)json_object_get_string_len(value));
}

static void wipe(json_object *value)
{
    if (json_object_is_type(value, json_type_string)) wipe_text(value);
    if (json_object_is_type(value, json_type_array))
        for (size_t i = 0; i < json_object_array_length(value); i++)
            wipe(json_object_array_get_idx(value, i));
    if (!json_object_is_type(value, json_type_object)) return;
    struct json_object_iterator at = json_object_iter_begin(value), end = json_object_iter_end(value);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
        wipe(json_object_iter_peek_value(&at));
}

void dynox__json_free(dynox__json *document)
{
    if (!document) return;
    wipe(document);
    json_object_put(document);
}

/* The tokener collects each text in one buffer. With room for all from the start it never moves, so that no copy stays
 * behind, and it can be wiped. */
static json_tokener *tokener_new(size_t size)
{
    json_tokener *tokener = json_tokener_new_ex(DEEPEST);
    if (!tokener) return NULL;
    if (printbuf_memset(tokener->pb, 0, 0, (int)size + 1) == 0) return tokener;
    json_tokener_free(tokener);
    return NULL;
}

static void tokener_free(json_tokener *tokener)
{
    dynox__wipe(tokener->pb->buf, (size_t)tokener->pb->size);
    json_tokener_free(tokener);
}

dynox_status dynox__json_read(dynox__json **document, const char *text, size_t size, const char *what,
                              dynox_error *error)
{
    *document = NULL;
    if (size > DYNOX__JSON_LARGEST)
        return dynox_error_set(error, DYNOX_E_DECODE, "%s: longer than %d bytes", what, DYNOX__JSON_LARGEST);
    json_tokener *tokener = tokener_new(size);
    if (!tokener) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox__json_c_end end    = {json_tokener_continue, 0};
    json_object      *parsed = size ? dynox__json_c_parse(tokener, text, size, &end) : NULL;
    tokener_free(tokener);
    if (end.state == json_tokener_success && end.at == size && json_object_is_type(parsed, json_type_object)) {
        *document = parsed;
        return DYNOX_OK;
    }
    dynox__json_free(parsed);
    if (end.state == json_tokener_success)
        return dynox_error_set(error, DYNOX_E_DECODE, "%s: not one JSON object", what);
    if (end.state == json_tokener_continue)
        return dynox_error_set(error, DYNOX_E_DECODE, "%s: the JSON has no end", what);
    return dynox_error_set(error, DYNOX_E_DECODE, "%s: not JSON: %s at byte %zu", what,
                           json_tokener_error_desc(end.state), end.at);
}

static json_object *member(const dynox__json *object, const char *key, json_type type)
{
    json_object *found = NULL;
    if (!object || !json_object_object_get_ex(object, key, &found)) return NULL;
    return json_object_is_type(found, type) ? found : NULL;
}

const char *dynox__json_text(const dynox__json *object, const char *key)
{
    json_object *found = member(object, key, json_type_string);
    if (!found) return NULL;
    const char *text   = json_object_get_string(found);
    size_t      length = (size_t)json_object_get_string_len(found);
    return length && strlen(text) == length ? text : NULL;
}

dynox__json *dynox__json_inner(const dynox__json *object, const char *key)
{
    return member(object, key, json_type_object);
}

bool dynox__json_integer(const dynox__json *object, const char *key, int64_t *value)
{
    json_object *found = member(object, key, json_type_int);
    if (found) *value = json_object_get_int64(found);
    return found != NULL;
}

bool dynox__json_set(dynox__json *object, const char *key, const char *value)
{
    json_object *old  = NULL;
    json_object *made = json_object_new_string(value);
    if (!made) return false;
    if (!json_object_object_get_ex(object, key, &old)) old = NULL;
    json_object_get(old);
    bool added = json_object_object_add(object, key, made) == 0;
    if (added && old) wipe(old);
    if (!added) dynox__json_free(made);
    json_object_put(old);
    return added;
}

void dynox__json_write(dynox__json *document, dynox__buffer *to)
{
    size_t      size;
    const char *text =
        json_object_to_json_string_length(document, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &size);
    if (!text) {
        to->failed = true;
        return;
    }
    dynox__buffer_add(to, text, size);
    dynox__wipe((char *)(uintptr_t)text, size);
}
