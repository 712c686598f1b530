/* json-c's objects as the control plane's answers need them. */
#include "value/json_c/control_reader.h"
#include <string.h>

enum { DEPTH = 128 };

dynox_status dynox__control_parse(const char *text, size_t length, json_object **root, dynox_error *error)
{
    *root = NULL;
    if (length > INT32_MAX) return dynox_error_set(error, DYNOX_E_DECODE, "the answer is too long");
    json_tokener *tokener = json_tokener_new_ex(DEPTH);
    if (!tokener) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox__json_c_end end;
    json_object      *parsed = dynox__json_c_parse(tokener, text, length, &end);
    json_tokener_free(tokener);
    if (end.state == json_tokener_success && end.at == length && json_object_is_type(parsed, json_type_object)) {
        *root = parsed;
        return DYNOX_OK;
    }
    json_object_put(parsed);
    if (end.state == json_tokener_success)
        return dynox_error_set(error, DYNOX_E_DECODE, "the answer is not one JSON object");
    return dynox_error_set(error, DYNOX_E_DECODE, "the answer is not JSON: %s at byte %zu",
                           json_tokener_error_desc(end.state), end.at);
}

json_object *dynox__control_member(json_object *object, const char *name)
{
    json_object *found = NULL;
    return json_object_object_get_ex(object, name, &found) ? found : NULL;
}

static const char *keep(dynox__control *in, const char *text, size_t length)
{
    const char *copy = dynox__arena_copy(in->arena, text, length);
    if (!copy) in->failed = true;
    return copy;
}

static const char *keep_string(dynox__control *in, json_object *string)
{
    return keep(in, json_object_get_string(string), (size_t)json_object_get_string_len(string));
}

const char *dynox__control_text(dynox__control *in, json_object *object, const char *name)
{
    json_object *value = dynox__control_member(object, name);
    return json_object_is_type(value, json_type_string) ? keep_string(in, value) : NULL;
}

const char *dynox__control_token(dynox__control *in, json_object *object, const char *name)
{
    const char *token = dynox__control_text(in, object, name);
    return token && *token ? token : NULL;
}

int64_t dynox__control_number(json_object *object, const char *name)
{
    json_object *value = dynox__control_member(object, name);
    return json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double)
               ? json_object_get_int64(value)
               : 0;
}

double dynox__control_time(json_object *object, const char *name)
{
    json_object *value = dynox__control_member(object, name);
    bool         known = json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double);
    return known ? json_object_get_double(value) : 0;
}

bool dynox__control_truth(json_object *object, const char *name)
{
    json_object *value = dynox__control_member(object, name);
    return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

bool dynox__control_is(json_object *object, const char *name, const char *expected)
{
    json_object *value = dynox__control_member(object, name);
    return json_object_is_type(value, json_type_string) && strcmp(json_object_get_string(value), expected) == 0;
}

size_t dynox__control_count(json_object *array)
{
    return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

void *dynox__control_array(dynox__control *in, size_t count, size_t size)
{
    size_t bytes;
    if (!count) return NULL;
    void *array = dynox__mul_size(count, size, &bytes) ? dynox__arena_alloc(in->arena, bytes) : NULL;
    if (array)
        memset(array, 0, bytes);
    else
        in->failed = true;
    return array;
}

const char *const *dynox__control_texts(dynox__control *in, json_object *array, size_t *length)
{
    size_t       n    = dynox__control_count(array);
    const char **list = dynox__control_array(in, n + 1, sizeof *list);
    *length           = 0;
    for (size_t i = 0; list && i < n; i++) {
        json_object *element = json_object_array_get_idx(array, i);
        if (json_object_is_type(element, json_type_string)) list[(*length)++] = keep_string(in, element);
    }
    return list;
}

const char *dynox__control_json(dynox__control *in, json_object *object)
{
    const char *json = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    if (json) return keep(in, json, strlen(json));
    in->failed = true;
    return NULL;
}

static dynox_status read_root(const dynox__control_kind *kind, json_object *root, size_t length, const char *name,
                              void **made, dynox__document **document, dynox_error *error)
{
    json_object *from = name ? dynox__control_member(root, name) : root;
    if (!json_object_is_type(from, kind->type))
        return dynox_error_set(error, DYNOX_E_DECODE, "the answer has no member \"%s\"", name);
    *document         = dynox__document_new(NULL, length + kind->size + 256);
    dynox__control in = {.arena = *document ? &(*document)->arena : NULL};
    *made             = *document ? dynox__control_array(&in, 1, kind->size) : NULL;
    if (*made) kind->fill(&in, root, from, *made);
    if (!*made || in.failed) {
        if (*document) dynox__shared_release(&(*document)->shared);
        *document = NULL;
        *made     = NULL;
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    void *owner = dynox__shared_acquire(&(*document)->shared);
    memcpy((char *)*made + kind->owner, &owner, sizeof owner);
    return DYNOX_OK;
}

dynox_status dynox__control_read(const dynox__control_kind *kind, const char *body, size_t length, const char *name,
                                 void **made, dynox__document **document, dynox_error *error)
{
    json_object *root;
    dynox_status status = dynox__control_parse(body, length, &root, error);
    if (status == DYNOX_OK) status = read_root(kind, root, length, name, made, document, error);
    json_object_put(root);
    return status;
}
