/* The bridge to json-c: items to plain JSON objects and back. */
#include "base/arena.h"
#include "base/buffer.h"
#include "value/item/value.h"
#include "value/json_c/control_reader.h"
#include "value/json_c/json_value.h"
#include "value/text/base64.h"
#include "value/text/number.h"
#include <dynox/json.h>
#include <json-c/json_object_iterator.h>
#include <limits.h>

#define BINARY "$binary"

/* What both directions carry along for their errors. */
typedef struct bridge {
    const char  *attribute; /* of the item, the one at hand */
    size_t       length;
    dynox_error *error;
    dynox__arena arena; /* of the nodes on the way from JSON */
} bridge;

static bool refuse(bridge *b, const char *why)
{
    int length = b->length > 100 ? 100 : (int)b->length;
    dynox_error_set(b->error, DYNOX_E_VALUE, "attribute \"%.*s\": %s", length, b->attribute, why);
    return false;
}

static bool out_of_memory(bridge *b)
{
    dynox_error_set(b->error, DYNOX_E_NO_MEMORY, "out of memory");
    return false;
}

/* ---- to JSON: null is a NULL pointer, so success is told apart from it ---- */

static bool to_json(bridge *b, const dynox_value *value, unsigned depth, struct json_object **json);

static bool made(bridge *b, struct json_object *json)
{
    return json || out_of_memory(b);
}

static bool text_to_json(bridge *b, const char *text, size_t length, struct json_object **json)
{
    if (length >= INT_MAX) return refuse(b, "the text is too long for json-c");
    *json = json_object_new_string_len(text, (int)length);
    return made(b, *json);
}

/* Adds to an object; takes over `member`. */
static bool add_member(bridge *b, struct json_object *object, const char *name, struct json_object *member)
{
    if (json_object_object_add(object, name, member) == 0) return true;
    json_object_put(member);
    return out_of_memory(b);
}

static bool bytes_to_json(bridge *b, const dynox_value *value, struct json_object **json)
{
    struct json_object *text   = NULL;
    size_t              length = dynox__base64_length(value->length);
    char               *base64 = dynox__malloc(length);
    if (!base64) return out_of_memory(b);
    dynox__base64_encode(base64, value->as.bytes, value->length);
    bool ok = text_to_json(b, base64, length, &text);
    dynox__free(base64);
    if (!ok) return false;
    *json = json_object_new_object();
    if (*json) return add_member(b, *json, BINARY, text);
    json_object_put(text);
    return out_of_memory(b);
}

/* JSON is stricter than the service: no plus, no leading zeros, digits on both sides of a point. */
static void write_json_number(dynox__buffer *out, const char *text, const char *end)
{
    if (text < end && *text == '-') dynox__buffer_byte(out, '-');
    if (text < end && (*text == '-' || *text == '+')) text++;
    while (text < end && *text == '0')
        text++;
    if (text == end || *text < '0' || *text > '9') dynox__buffer_byte(out, '0');
    while (text < end && *text >= '0' && *text <= '9')
        dynox__buffer_byte(out, *text++);
    if (end - text > 1 && text[0] == '.' && text[1] >= '0' && text[1] <= '9') dynox__buffer_byte(out, '.');
    if (text < end && *text == '.') text++;
    dynox__buffer_add(out, text, (size_t)(end - text));
    dynox__buffer_byte(out, 0);
}

static bool number_to_json(bridge *b, const dynox_value *value, struct json_object **json)
{
    int64_t     integer;
    double      real;
    char        room[DYNOX_NUMBER_ROOM];
    const char *text = dynox_value_as_number(value, room);
    if (!text) return refuse(b, "the number is not finite");
    size_t      length = text == room ? strlen(text) : value->length;
    const char *wrong  = dynox__number_check(text, length);
    if (wrong) return refuse(b, wrong);
    if (dynox_value_read_int(value, &integer)) {
        *json = json_object_new_int64(integer);
        return made(b, *json);
    }
    if (!dynox__number_to_double(text, length, &real)) return refuse(b, "not a number");
    dynox__buffer out = {0};
    write_json_number(&out, text, text + length);
    *json = out.failed ? NULL : json_object_new_double_s(real, out.data);
    dynox__buffer_free(&out);
    return made(b, *json);
}

static bool list_to_json(bridge *b, const dynox_value *value, unsigned depth, struct json_object **json)
{
    *json = json_object_new_array();
    if (!*json) return out_of_memory(b);
    for (uint32_t i = 0; i < value->length; i++) {
        struct json_object *element = NULL;
        bool                ok      = to_json(b, &value->as.list[i], depth, &element);
        if (ok && json_object_array_add(*json, element) == 0) continue;
        json_object_put(element);
        return ok ? out_of_memory(b) : false;
    }
    return true;
}

static bool member_to_json(bridge *b, struct json_object *object, const dynox_named_value *member, unsigned depth)
{
    struct json_object *json = NULL;
    if (memchr(member->name, 0, member->name_length)) return refuse(b, "a name with a NUL in it");
    char *name = dynox__strndup(member->name, member->name_length);
    if (!name) return out_of_memory(b);
    bool ok = to_json(b, &member->value, depth, &json);
    if (ok)
        ok = add_member(b, object, name, json);
    else
        json_object_put(json);
    dynox__free(name);
    return ok;
}

static bool map_to_json(bridge *b, const dynox_value *value, unsigned depth, struct json_object **json)
{
    const dynox_named_value *map = value->as.map;
    if (value->length == 1 && map[0].value.type == DYNOX_S && map[0].name_length == sizeof BINARY - 1 &&
        memcmp(map[0].name, BINARY, sizeof BINARY - 1) == 0)
        return refuse(b, "a map of a single text called \"" BINARY "\" would come back as bytes");
    *json = json_object_new_object();
    if (!*json) return out_of_memory(b);
    for (uint32_t i = 0; i < value->length; i++)
        if (!member_to_json(b, *json, &map[i], depth)) return false;
    return true;
}

/* On failure *json is what had been made so far, or NULL. */
static bool to_json(bridge *b, const dynox_value *value, unsigned depth, struct json_object **json)
{
    if (depth > DYNOX__VALUE_DEPTH) return refuse(b, "nested too deeply");
    switch (value->type) {
    case DYNOX_S: return text_to_json(b, value->as.text, value->length, json);
    case DYNOX_N: return number_to_json(b, value, json);
    case DYNOX_B: return bytes_to_json(b, value, json);
    case DYNOX_BOOL: *json = json_object_new_boolean(value->as.boolean); return made(b, *json);
    case DYNOX_NULL: return true;
    case DYNOX_M: return map_to_json(b, value, depth + 1, json);
    case DYNOX_L:
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS: return list_to_json(b, value, depth + 1, json);
    case DYNOX_UNKNOWN: return refuse(b, "a value of a type that this library does not know");
    default: return refuse(b, "there is no value (a NULL pointer was given)");
    }
}

struct json_object *dynox_item_to_json(const dynox_item *item, dynox_error *error)
{
    bridge b = {.error = error};
    if (!item) {
        dynox_error_set(error, DYNOX_E_VALUE, "the item is NULL");
        return NULL;
    }
    struct json_object *json = json_object_new_object();
    if (!json) out_of_memory(&b);
    for (size_t i = 0; json && i < item->count; i++) {
        b.attribute = item->attributes[i].name;
        b.length    = item->attributes[i].name_length;
        if (member_to_json(&b, json, &item->attributes[i], 1)) continue;
        json_object_put(json);
        json = NULL;
    }
    return json;
}

dynox_status dynox__value_to_json(const dynox_value *value, struct json_object **json, dynox_error *error)
{
    dynox_error own = {0};
    bridge      b   = {.attribute = "", .error = error ? error : &own};
    *json           = NULL;
    if (to_json(&b, value, 1, json)) return DYNOX_OK;
    json_object_put(*json);
    *json               = NULL;
    dynox_status status = b.error->status;
    dynox_error_clear(&own);
    return status;
}

/* ---- from JSON: nodes in the arena, which borrow the texts until all of it is copied ---- */

static bool from_json(bridge *b, struct json_object *json, unsigned depth, dynox_value *value);

static bool integer_from_json(struct json_object *json, dynox_value *value)
{
    int64_t integer = json_object_get_int64(json);
    *value          = integer == INT64_MAX ? dynox_unsigned(DYNOX__JSON_C_UNSIGNED(json)) : dynox_int(integer);
    return true;
}

/* A double with a text of its own keeps it, if that is a number and the same one. */
static bool double_from_json(bridge *b, struct json_object *json, dynox_value *value)
{
    double real = json_object_get_double(json), same;
    if (json_object_get_userdata(json)) {
        const char *text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN);
        if (!text) return out_of_memory(b);
        size_t      length = strlen(text);
        const char *wrong  = dynox__number_check(text, length);
        if (!wrong && dynox__number_to_double(text, length, &same) && same == real) {
            *value = dynox_number_text(text);
            return true;
        }
        if (wrong && dynox__number_valid(text, length)) return refuse(b, wrong);
    }
    char   digits[DYNOX__NUMBER_TEXT];
    size_t length = dynox__number_from_double(real, digits);
    if (!length) return refuse(b, "the number is not finite");
    const char *wrong = dynox__number_check(digits, length);
    *value            = dynox_double(real);
    return wrong ? refuse(b, wrong) : true;
}

static bool bytes_from_json(bridge *b, struct json_object *text, dynox_value *value)
{
    size_t   size, length = (size_t)json_object_get_string_len(text);
    uint8_t *bytes = dynox__arena_alloc(&b->arena, length / 4 * 3);
    if (!bytes) return out_of_memory(b);
    if (!dynox__base64_decode(bytes, &size, json_object_get_string(text), length))
        return refuse(b, "the text of \"" BINARY "\" is not base64");
    *value = dynox_bytes(bytes, size);
    return true;
}

static bool list_from_json(bridge *b, struct json_object *json, unsigned depth, dynox_value *value)
{
    size_t       count = json_object_array_length(json), size;
    dynox_value *list  = dynox__mul_size(count, sizeof *list, &size) ? dynox__arena_alloc(&b->arena, size) : NULL;
    if (!list) return out_of_memory(b);
    for (size_t i = 0; i < count; i++)
        if (!from_json(b, json_object_array_get_idx(json, i), depth, &list[i])) return false;
    *value = dynox_list_of(list, count);
    return true;
}

static bool members_from_json(bridge *b, struct json_object *json, unsigned depth, dynox_named_value *map)
{
    struct json_object_iterator at = json_object_iter_begin(json), end = json_object_iter_end(json);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at), map++) {
        dynox_value value;
        const char *name = json_object_iter_peek_name(&at);
        if (depth == 1) {
            b->attribute = name;
            b->length    = strlen(name);
        }
        if (!from_json(b, json_object_iter_peek_value(&at), depth, &value)) return false;
        *map = dynox_named(name, value);
    }
    return true;
}

static bool map_from_json(bridge *b, struct json_object *json, unsigned depth, dynox_value *value)
{
    struct json_object *text;
    size_t              count = (size_t)json_object_object_length(json), size;
    if (depth > 1 && count == 1 && json_object_object_get_ex(json, BINARY, &text) &&
        json_object_is_type(text, json_type_string))
        return bytes_from_json(b, text, value);
    dynox_named_value *map = dynox__mul_size(count, sizeof *map, &size) ? dynox__arena_alloc(&b->arena, size) : NULL;
    if (!map) return out_of_memory(b);
    *value = dynox_map_of(map, count);
    return members_from_json(b, json, depth, map);
}

static bool from_json(bridge *b, struct json_object *json, unsigned depth, dynox_value *value)
{
    if (depth > DYNOX__VALUE_DEPTH) return refuse(b, "nested too deeply");
    switch (json_object_get_type(json)) {
    case json_type_null: *value = dynox_null(); return true;
    case json_type_boolean: *value = dynox_bool(json_object_get_boolean(json)); return true;
    case json_type_int: return integer_from_json(json, value);
    case json_type_double: return double_from_json(b, json, value);
    case json_type_string:
        *value = dynox_string_n(json_object_get_string(json), (size_t)json_object_get_string_len(json));
        return true;
    case json_type_array: return list_from_json(b, json, depth + 1, value);
    case json_type_object: return map_from_json(b, json, depth + 1, value);
    }
    return refuse(b, "JSON of an unknown type");
}

dynox_item *dynox_item_from_json(struct json_object *json, dynox_error *error)
{
    bridge      b    = {.attribute = "", .error = error};
    dynox_item *item = NULL;
    dynox_value map;
    if (!json_object_is_type(json, json_type_object)) {
        dynox_error_set(error, DYNOX_E_VALUE, "an item is a JSON object; this is not one");
        return NULL;
    }
    if (map_from_json(&b, json, 1, &map)) {
        dynox_item all = dynox_value_as_map(&map);
        item           = dynox_item_copy(&all);
        if (!item) out_of_memory(&b);
    }
    dynox__arena_free(&b.arena);
    return item;
}

/* ---- answers ---- */

struct json_object *dynox_answer_to_json(const dynox_answer *answer, dynox_error *error)
{
    json_object *root = NULL;
    if (answer)
        dynox__control_parse(answer->json, answer->length, &root, error);
    else
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the answer is NULL");
    return root;
}
