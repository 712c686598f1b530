/* Items by way of json-c: what tests compare the decoder with, and benchmarks measure it against. Strict as far as
 * json-c is; texts are copied to the arena. */
#ifndef DYNOX_TEST_CODEC_JSONC_H
#define DYNOX_TEST_CODEC_JSONC_H

#include "base/arena.h"
#include "value/json_c/json_c.h"
#include "value/text/base64.h"
#include <dynox/value.h>
#include <string.h>

/* The whole text as JSON, NULL if it is not. The caller puts it. The tokener is new each time: json-c 0.16 carries half
 * a surrogate pair over a reset. */
static inline json_object *jsonc_parse(const char *text, size_t length)
{
    struct json_tokener *tokener = json_tokener_new_ex(400);
    if (!tokener) return NULL;
    dynox__json_c_end end;
    json_object      *object = dynox__json_c_parse(tokener, text, length, &end);
    bool              whole  = end.state == json_tokener_success && end.at == length;
    json_tokener_free(tokener);
    if (whole) return object;
    json_object_put(object);
    return NULL;
}

static inline bool jsonc_value(json_object *object, dynox__arena *arena, dynox_value *value);

static inline bool jsonc_text(json_object *object, dynox__arena *arena, const char **text, uint32_t *length)
{
    if (!json_object_is_type(object, json_type_string)) return false;
    *length = (uint32_t)json_object_get_string_len(object);
    *text   = dynox__arena_copy(arena, json_object_get_string(object), *length);
    return *text != NULL;
}

static inline bool jsonc_map(json_object *object, dynox__arena *arena, const dynox_named_value **map, size_t *count)
{
    if (!json_object_is_type(object, json_type_object)) return false;
    *count                     = (size_t)json_object_object_length(object);
    dynox_named_value *members = dynox__arena_alloc(arena, *count * sizeof *members + 1), *next = members;
    if (!members) return false;
    for (struct lh_entry *entry = json_object_get_object(object)->head; entry; entry = entry->next) {
        const char *name  = entry->k;
        size_t      size  = strlen(name);
        next->name_length = (uint32_t)size;
        next->zero_       = 0;
        next->name        = dynox__arena_copy(arena, name, size);
        if (!next->name || !jsonc_value((json_object *)(uintptr_t)entry->v, arena, &next->value)) return false;
        next++;
    }
    *map = members;
    return true;
}

static inline bool jsonc_scalar(json_object *object, dynox__arena *arena, uint8_t type, dynox_value *value)
{
    *value = (dynox_value){.type = type};
    if (!jsonc_text(object, arena, &value->as.text, &value->length)) return false;
    if (type != DYNOX_B) return true;
    size_t   size;
    uint8_t *bytes = dynox__arena_alloc(arena, value->length + 1);
    if (!bytes || !dynox__base64_decode(bytes, &size, value->as.text, value->length)) return false;
    value->as.bytes = bytes;
    value->length   = (uint32_t)size;
    return true;
}

static inline bool jsonc_list(json_object *object, dynox__arena *arena, uint8_t type, uint8_t member,
                              dynox_value *value)
{
    if (!json_object_is_type(object, json_type_array)) return false;
    size_t       count = json_object_array_length(object);
    dynox_value *list  = dynox__arena_alloc(arena, count * sizeof *list + 1);
    if (!list) return false;
    for (size_t i = 0; i < count; i++) {
        json_object *element = json_object_array_get_idx(object, i);
        if (member ? !jsonc_scalar(element, arena, member, &list[i]) : !jsonc_value(element, arena, &list[i]))
            return false;
    }
    *value = (dynox_value){.type = type, .length = (uint32_t)count, .as = {.list = list}};
    return true;
}

/* false: not a plain AttributeValue of exactly one known type, or out of memory. */
static inline bool jsonc_value(json_object *object, dynox__arena *arena, dynox_value *value)
{
    if (!json_object_is_type(object, json_type_object) || json_object_object_length(object) != 1) return false;
    struct lh_entry *entry   = json_object_get_object(object)->head;
    const char      *tag     = entry->k;
    json_object     *content = (json_object *)(uintptr_t)entry->v;
    if (strcmp(tag, "S") == 0) return jsonc_scalar(content, arena, DYNOX_S, value);
    if (strcmp(tag, "N") == 0) return jsonc_scalar(content, arena, DYNOX_N, value);
    if (strcmp(tag, "B") == 0) return jsonc_scalar(content, arena, DYNOX_B, value);
    if (strcmp(tag, "L") == 0) return jsonc_list(content, arena, DYNOX_L, 0, value);
    if (strcmp(tag, "SS") == 0) return jsonc_list(content, arena, DYNOX_SS, DYNOX_S, value);
    if (strcmp(tag, "NS") == 0) return jsonc_list(content, arena, DYNOX_NS, DYNOX_N, value);
    if (strcmp(tag, "BS") == 0) return jsonc_list(content, arena, DYNOX_BS, DYNOX_B, value);
    *value = (dynox_value){0};
    if (strcmp(tag, "M") == 0) {
        size_t count  = 0;
        value->type   = DYNOX_M;
        bool ok       = jsonc_map(content, arena, &value->as.map, &count);
        value->length = (uint32_t)count;
        return ok;
    }
    if (strcmp(tag, "BOOL") != 0 && strcmp(tag, "NULL") != 0) return false;
    value->type = strcmp(tag, "BOOL") == 0 ? DYNOX_BOOL : DYNOX_NULL;
    if (value->type == DYNOX_BOOL) value->as.boolean = json_object_get_boolean(content);
    return json_object_is_type(content, json_type_boolean);
}

#endif
