/* The two halves of the codec against each other, and against json-c. */
#include "codec_items.h"
#include "codec_jsonc.h"
#include "support.h"
#include "value/json/encode.h"

enum { ROUNDS = 5000 };

static void what_is_written_reads_back_the_same(void **state)
{
    uint64_t random = 42;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        dynox__arena  arena = {0}, nodes = {0};
        dynox__buffer json  = {0};
        dynox_error   error = {0};
        dynox_item    item  = codec_random_item(&random, &arena), back;
        if (dynox__encode_item(&json, &item, &error)) fail_msg("round %d: %s", round, error.message);
        assert_false(json.failed);
        char *body = codec_body(json.data, json.size);
        if (dynox__decode_item(body, json.size, &nodes, &back, &error)) fail_msg("round %d: %s", round, error.message);
        if (!codec_same_item(&item, &back)) fail_msg("round %d: %.*s", round, (int)json.size, json.data);

        /* and written again it is the same, byte for byte */
        dynox__buffer again = {0};
        assert_int_equal(dynox__encode_item(&again, &back, &error), DYNOX_OK);
        assert_int_equal(again.size, json.size);
        assert_memory_equal(again.data, json.data, json.size);
        dynox__buffer_free(&again);
        dynox__buffer_free(&json);
        dynox__arena_free(&nodes);
        dynox__arena_free(&arena);
        free(body);
    }
}

/* json-c cannot hold NUL in a name, and keeps one of two members of the same name. */
static bool jsonc_can_hold(const dynox_named_value *map, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const dynox_value *value = &map[i].value;
        if (memchr(map[i].name, 0, map[i].name_length)) return false;
        for (size_t k = 0; k < i; k++)
            if (map[k].name_length == map[i].name_length && memcmp(map[k].name, map[i].name, map[i].name_length) == 0)
                return false;
        if (value->type == DYNOX_M && !jsonc_can_hold(value->as.map, value->length)) return false;
        for (uint32_t k = 0; value->type == DYNOX_L && k < value->length; k++) {
            dynox_named_value element = {.name = "", .value = value->as.list[k]};
            if (!jsonc_can_hold(&element, 1)) return false;
        }
    }
    return true;
}

static void jsonc_reads_the_same_out_of_what_is_written(void **state)
{
    uint64_t random   = 4711;
    int      compared = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        dynox__arena  arena = {0};
        dynox__buffer json  = {0};
        dynox_item    item = codec_random_item(&random, &arena), back = {0};
        assert_int_equal(dynox__encode_item(&json, &item, NULL), DYNOX_OK);
        json_object *object = jsonc_parse(json.data, json.size);
        if (!object) fail_msg("json-c refuses %.*s", (int)json.size, json.data);
        if (jsonc_can_hold(item.attributes, item.count)) {
            compared++;
            assert_true(jsonc_map(object, &arena, &back.attributes, &back.count));
            if (!codec_same_item(&item, &back)) fail_msg("json-c reads %.*s otherwise", (int)json.size, json.data);
        }
        json_object_put(object);
        dynox__buffer_free(&json);
        dynox__arena_free(&arena);
    }
    assert_true(compared > ROUNDS / 2);
}

/* White space and escapes where there need not be any change nothing. */
static void another_spelling_reads_the_same(void **state)
{
    uint64_t random = 99;
    (void)state;
    for (int round = 0; round < ROUNDS / 5; round++) {
        dynox__arena  arena = {0}, nodes = {0};
        dynox__buffer json = {0}, spelled = {0};
        dynox_error   error   = {0};
        dynox_item    item    = codec_random_item(&random, &arena), back;
        bool          in_text = false;
        assert_int_equal(dynox__encode_item(&json, &item, NULL), DYNOX_OK);
        for (size_t i = 0; i < json.size; i++) {
            uint8_t c     = (uint8_t)json.data[i];
            bool    plain = c >= 0x20 && c < 0x80 && c != '\\' && c != '"';
            if (c == '"') in_text = !in_text;
            if (in_text && plain && codec_below(&random, 4) == 0) {
                dynox__buffer_format(&spelled, codec_below(&random, 2) ? "\\u%04x" : "\\u%04X", c);
                continue;
            }
            dynox__buffer_byte(&spelled, (char)c);
            if (in_text && c == '\\') { /* the escape stays as it is */
                size_t rest = json.data[i + 1] == 'u' ? 5 : 1;
                dynox__buffer_add(&spelled, json.data + i + 1, rest);
                i += rest;
            }
            bool in_literal = c >= 'a' && c <= 'z';
            if (!in_text && !in_literal && codec_below(&random, 3) == 0)
                dynox__buffer_byte(&spelled, " \t\n\r"[codec_below(&random, 4)]);
        }
        char *body = codec_body(spelled.data, spelled.size);
        if (dynox__decode_item(body, spelled.size, &nodes, &back, &error))
            fail_msg("%s: %.*s", error.message, (int)spelled.size, spelled.data);
        if (!codec_same_item(&item, &back)) fail_msg("read otherwise: %.*s", (int)spelled.size, spelled.data);
        dynox__buffer_free(&spelled);
        dynox__buffer_free(&json);
        dynox__arena_free(&nodes);
        dynox__arena_free(&arena);
        free(body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(jsonc_reads_the_same_out_of_what_is_written),
        cmocka_unit_test(another_spelling_reads_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
