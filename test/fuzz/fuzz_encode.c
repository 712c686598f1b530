/* Values of any kind, good and bad, made from the fuzzer's bytes: what the encoder writes is JSON that reads back as
 * the same; what it refuses, it says something about. */
#include "codec_items.h"
#include "codec_jsonc.h"
#include "fuzz.h"
#include "value/json/encode.h"

typedef struct source {
    const uint8_t *data;
    size_t         left;
} source;

static uint8_t take(source *from)
{
    if (!from->left) return 0;
    from->left--;
    return *from->data++;
}

/* A copy of exactly the size, so that reading past it shows. */
static char *take_text(source *from, dynox__arena *arena, uint32_t *length)
{
    uint32_t size = take(from) % 100;
    if (size > from->left) size = (uint32_t)from->left;
    char *text = codec_alloc(arena, size);
    memcpy(text, from->data, size);
    from->data += size;
    from->left -= size;
    *length = size;
    return text;
}

static dynox_value take_value(source *from, dynox__arena *arena, unsigned depth);

static dynox_value take_number(source *from, dynox__arena *arena)
{
    dynox_value value = {.type = DYNOX_N, .number_ = take(from) % 5};
    uint64_t    bits  = 0;
    if (value.number_ == DYNOX_NUMBER_TEXT_ || value.number_ > DYNOX_NUMBER_DOUBLE_) {
        value.as.text = take_text(from, arena, &value.length);
        return value;
    }
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | take(from);
    memcpy(&value.as, &bits, sizeof bits);
    return value;
}

static dynox_value *take_list(source *from, dynox__arena *arena, uint32_t count, unsigned depth)
{
    dynox_value *list = codec_alloc(arena, count * sizeof *list);
    for (uint32_t i = 0; i < count; i++)
        list[i] = take_value(from, arena, depth + 1);
    return list;
}

static dynox_value take_value(source *from, dynox__arena *arena, unsigned depth)
{
    dynox_value value = {.type = take(from) % 13};
    if (depth > 36) value.type = DYNOX_NULL;
    if (value.type == DYNOX_N) return take_number(from, arena);
    if (value.type == DYNOX_S || value.type == DYNOX_B) value.as.text = take_text(from, arena, &value.length);
    if (value.type == DYNOX_BOOL) value.as.boolean = take(from) & 1;
    if (value.type < DYNOX_M || value.type >= DYNOX_UNKNOWN) return value;
    value.length = take(from) % (depth ? 5 : 60);
    if (value.type == DYNOX_M) {
        dynox_named_value *map = codec_alloc(arena, value.length * sizeof *map);
        for (uint32_t i = 0; i < value.length; i++) {
            map[i].zero_ = 0;
            map[i].name  = take_text(from, arena, &map[i].name_length);
            map[i].value = take_value(from, arena, depth + 1);
        }
        value.as.map = map;
    } else {
        value.as.list = take_list(from, arena, value.length, depth);
    }
    return value;
}

/* Numbers that were C numbers come back as text: give the original the text, too. */
static void spell_numbers(dynox_value *value, dynox__arena *arena)
{
    if (value->type == DYNOX_N && value->number_ >= DYNOX_NUMBER_INT_ && value->number_ <= DYNOX_NUMBER_DOUBLE_) {
        char *text = codec_alloc(arena, DYNOX__NUMBER_TEXT);
        value->length =
            (uint32_t)(value->number_ == DYNOX_NUMBER_INT_    ? dynox__number_from_int(value->as.integer_, text)
                       : value->number_ == DYNOX_NUMBER_UINT_ ? dynox__number_from_unsigned(value->as.unsigned_, text)
                                                              : dynox__number_from_double(value->as.real_, text));
        value->number_ = DYNOX_NUMBER_TEXT_;
        value->as.text = text;
    }
    for (uint32_t i = 0; i < value->length && value->type == DYNOX_M; i++)
        spell_numbers((dynox_value *)(uintptr_t)&value->as.map[i].value, arena);
    for (uint32_t i = 0; i < value->length && value->type >= DYNOX_L && value->type <= DYNOX_BS; i++)
        spell_numbers((dynox_value *)(uintptr_t)&value->as.list[i], arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source        from  = {data, size};
    dynox__arena  arena = {0};
    dynox__buffer json  = {0};
    dynox_error   error = {0};
    dynox_value   value = take_value(&from, &arena, 0), again;
    if (dynox__encode_value(&json, &value, &error) == DYNOX_OK) {
        json_object *object = jsonc_parse(json.data, json.size);
        char        *body   = codec_body(json.data, json.size);
        PROMISE(object && !json.failed);
        PROMISE(dynox__decode_value(body, json.size, &arena, &again, &error) == DYNOX_OK);
        spell_numbers(&value, &arena);
        PROMISE(codec_same_value(&value, &again));
        json_object_put(object);
        free(body);
    } else {
        PROMISE(error.status == DYNOX_E_VALUE && error.message[0]);
    }
    dynox__buffer_free(&json);
    dynox__arena_free(&arena);
    return 0;
}
