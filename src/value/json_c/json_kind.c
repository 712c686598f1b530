/* Members that are json-c's objects: stored as text, the kind behind DYNOX_JSON. */
#include "value/item/value.h"
#include "value/json_c/json_c.h"
#include "value/json_c/json_value.h"
#include <dynox/json.h>
#include <json-c/json_visit.h>
#include <math.h>

enum { DEPTH = 128 };

static struct json_object *object_at(const void *member)
{
    struct json_object *json;
    memcpy(&json, member, sizeof json);
    return json;
}

static bool is_absent(const void *member)
{
    return !object_at(member);
}

/* json-c would write NaN and Infinity, which are no JSON. */
static int visit_double(struct json_object *json, int flags, struct json_object *parent, const char *key, size_t *index,
                        void *found)
{
    (void)flags, (void)parent, (void)key, (void)index;
    if (!json_object_is_type(json, json_type_double) || isfinite(json_object_get_double(json)))
        return JSON_C_VISIT_RETURN_CONTINUE;
    *(bool *)found = true;
    return JSON_C_VISIT_RETURN_STOP;
}

static dynox_status store(const void *member, dynox_room *room, dynox_value *value, dynox_error *error)
{
    struct json_object *json           = object_at(member);
    bool                has_not_finite = false;
    json_c_visit(json, 0, visit_double, &has_not_finite);
    if (has_not_finite) return dynox_error_set(error, DYNOX_E_VALUE, "JSON has no number that is not finite");
    size_t      length;
    const char *text =
        json_object_to_json_string_length(json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
    char *copy = text ? (char *)dynox_room_alloc(room, length + 1) : NULL;
    if (!copy) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    memcpy(copy, text, length + 1);
    *value = dynox_string_n(copy, length);
    return DYNOX_OK;
}

static dynox_status parse(const dynox_value *value, struct json_object **json, dynox_error *error)
{
    if (value->length >= INT32_MAX) return dynox_error_set(error, DYNOX_E_DECODE, "the text is too long for json-c");
    json_tokener *tokener = json_tokener_new_ex(DEPTH);
    if (!tokener) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox__json_c_end end;
    *json = dynox__json_c_parse(tokener, value->as.text, value->length, &end);
    if (end.state == json_tokener_continue) /* a number ends at a blank, or at the end */
        *json = dynox__json_c_parse(tokener, "", 1, &end), end.at = value->length;
    json_tokener_free(tokener);
    if (end.state == json_tokener_success && end.at == value->length) return DYNOX_OK;
    json_object_put(*json);
    return dynox_error_set(error, DYNOX_E_DECODE, "its text is not JSON");
}

static void put(void *json)
{
    json_object_put(json);
}

static dynox_status load(const dynox_value *value, dynox_room *room, void *member, dynox_error *error)
{
    struct json_object *json = NULL;
    dynox_status        status;
    if (value->type == DYNOX_S)
        status = parse(value, &json, error);
    else if (value->type == DYNOX_M || value->type == DYNOX_L)
        status = dynox__value_to_json(value, &json, error);
    else
        return DYNOX_E_DECODE;
    if (!status && json && (status = dynox_room_defer(room, put, json)) != DYNOX_OK) json_object_put(json);
    if (!status) memcpy(member, &json, sizeof json);
    return status;
}

const dynox_kind dynox_kind_json = {"JSON", store, load, is_absent, NULL};
