/* Items from anywhere: the decoder agrees with a plain reference about what is one, with json-c about what is in it,
 * and with the encoder. */
#include "codec_items.h"
#include "codec_jsonc.h"
#include "fuzz.h"
#include "reference.h"
#include "value/json/encode.h"

/* What json-c cannot hold, or gets wrong in version 0.16: NUL in names, two members of one name, unions with more than
 * their type, null, and escaped characters beyond the basic plane. */
static bool jsonc_is_no_judge(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 5 <= size; i++) {
        if (memcmp(data + i, "null", 4) == 0 || memcmp(data + i, "_type", 5) == 0) return true;
        if (data[i] == '\\' && data[i + 1] == 'u') return true;
    }
    return false;
}

static bool has_double_or_unknown(const dynox_named_value *map, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const dynox_value *value = &map[i].value;
        if (value->type == DYNOX_UNKNOWN) return true;
        for (size_t k = 0; k < i; k++)
            if (map[k].name_length == map[i].name_length && memcmp(map[k].name, map[i].name, map[i].name_length) == 0)
                return true;
        if (value->type == DYNOX_M && has_double_or_unknown(value->as.map, value->length)) return true;
        for (uint32_t k = 0; value->type == DYNOX_L && k < value->length; k++) {
            dynox_named_value element = {.name = "", .value = value->as.list[k]};
            if (has_double_or_unknown(&element, 1)) return true;
        }
    }
    return false;
}

static void compare_with_jsonc(const uint8_t *data, size_t size, const dynox_item *item)
{
    dynox__arena arena  = {0};
    json_object *object = jsonc_parse((const char *)data, size);
    PROMISE(object);
    if (!jsonc_is_no_judge(data, size) && !has_double_or_unknown(item->attributes, item->count)) {
        dynox_item other = {0};
        PROMISE(jsonc_map(object, &arena, &other.attributes, &other.count));
        PROMISE(codec_same_item(item, &other));
    }
    json_object_put(object);
    dynox__arena_free(&arena);
}

static void encode_and_decode_again(const dynox_item *item)
{
    dynox__buffer json  = {0};
    dynox__arena  arena = {0};
    dynox_error   error = {0};
    dynox_item    again;
    if (dynox__encode_item(&json, item, &error) == DYNOX_OK) {
        char *body = codec_body(json.data, json.size);
        PROMISE(dynox__decode_item(body, json.size, &arena, &again, &error) == DYNOX_OK);
        PROMISE(codec_same_item(item, &again));
        free(body);
    } else {
        PROMISE(error.status == DYNOX_E_VALUE && error.message[0]);
    }
    dynox__buffer_free(&json);
    dynox__arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static reference other;
    dynox__arena     arena = {0};
    dynox_error      error = {0};
    dynox_item       item;
    if (size >= sizeof other.string) return 0;
    char        *body   = codec_body((const char *)data, size);
    dynox_status status = dynox__decode_item(body, size, &arena, &item, &error);
    PROMISE(status == DYNOX_OK || (status == DYNOX_E_DECODE && error.message[0]));
    PROMISE((status == DYNOX_OK) == reference_item(&other, data, size));
    if (status == DYNOX_OK) {
        compare_with_jsonc(data, size, &item);
        encode_and_decode_again(&item);
    }
    dynox__arena_free(&arena);
    free(body);
    return 0;
}
