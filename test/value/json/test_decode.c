/* The decoder and the grammar: what it takes, what it refuses, where it says the mistake is. */
#include "codec_items.h"
#include "support.h"
#include "value/json/encode.h"

/* Decodes an item out of a body of exactly the right size; the arena and the body live until the next call. */
static dynox__arena arena;
static char        *body;
static dynox_error  error;

static void forget(void)
{
    dynox__arena_free(&arena);
    free(body);
    body = NULL;
    dynox_error_clear(&error);
}

static dynox_status decode_n(const char *json, size_t length, dynox_item *item)
{
    forget();
    body = codec_body(json, length);
    return dynox__decode_item(body, length, &arena, item, &error);
}

#define ITEM(literal, item) decode_n(literal, sizeof(literal) - 1, item)

static dynox_value value_of(const char *json, size_t length)
{
    dynox_value value = {0};
    forget();
    body = codec_body(json, length);
    if (dynox__decode_value(body, length, &arena, &value, &error)) fail_msg("%s: %s", json, error.message);
    return value;
}
#define VALUE(literal) value_of(literal, sizeof(literal) - 1)

static void assert_text(dynox_value value, dynox_value_type type, const char *text, size_t length)
{
    assert_int_equal(value.type, type);
    assert_int_equal(value.length, length);
    assert_memory_equal(value.as.text, text, length + 1); /* the NUL, too */
}

static int teardown(void **state)
{
    (void)state;
    forget();
    return 0;
}

/* Rows 25-27. */
static void every_type_is_read(void **state)
{
    (void)state;
    assert_text(VALUE("{\"S\":\"x\"}"), DYNOX_S, "x", 1);
    assert_text(VALUE("{\"S\":\"\"}"), DYNOX_S, "", 0);
    assert_text(VALUE("{\"N\":\"-1.50E+3\"}"), DYNOX_N, "-1.50E+3", 8);
    assert_text(VALUE("{\"B\":\"Zm9vYg==\"}"), DYNOX_B, "foob", 4);
    assert_text(VALUE("{\"B\":\"\"}"), DYNOX_B, "", 0);
    assert_true(VALUE("{\"BOOL\":true}").as.boolean);
    assert_false(VALUE("{\"BOOL\":false}").as.boolean);
    assert_int_equal(VALUE("{\"BOOL\":false}").type, DYNOX_BOOL);
    assert_int_equal(VALUE("{\"NULL\":true}").type, DYNOX_NULL);
    dynox_value map = VALUE("{\"M\":{\"a\":{\"S\":\"x\"},\"\":{\"M\":{}}}}");
    assert_int_equal(map.type, DYNOX_M);
    assert_int_equal(map.length, 2);
    assert_string_equal(map.as.map[0].name, "a");
    assert_string_equal(map.as.map[0].value.as.text, "x");
    assert_int_equal(map.as.map[1].name_length, 0);
    assert_int_equal(map.as.map[1].value.length, 0);
    dynox_value list = VALUE("{\"L\":[{\"N\":\"1\"},{\"L\":[]}]}");
    assert_int_equal(list.type, DYNOX_L);
    assert_int_equal(list.length, 2);
    assert_text(list.as.list[0], DYNOX_N, "1", 1);
    assert_int_equal(list.as.list[1].type, DYNOX_L);
    dynox_value set = VALUE("{\"SS\":[\"a\",\"\"]}");
    assert_int_equal(set.type, DYNOX_SS);
    assert_int_equal(set.length, 2);
    assert_text(set.as.list[1], DYNOX_S, "", 0);
    assert_text(VALUE("{\"NS\":[\"1\",\"2\"]}").as.list[1], DYNOX_N, "2", 1);
    assert_text(VALUE("{\"BS\":[\"Zg==\"]}").as.list[0], DYNOX_B, "f", 1);
}

static void white_space_is_allowed_where_json_allows_it(void **state)
{
    (void)state;
    dynox_item item;
    assert_int_equal(ITEM(" { \"a\" :\n{\t\"L\"\r: [ { \"S\" : \"x\" } , { \"NS\" : [ \"1\" , \"2\" ] } ] } , "
                          "\"b\" : { \"BOOL\" : true } } \n",
                          &item),
                     DYNOX_OK);
    assert_int_equal(item.count, 2);
    assert_int_equal(item.attributes[0].value.length, 2);
    assert_null(item.owner_);
}

static void tags_may_be_written_with_escapes(void **state)
{
    (void)state;
    assert_text(VALUE("{\"\\u0053\":\"x\"}"), DYNOX_S, "x", 1);
    assert_int_equal(VALUE("{\"\\u0053S\":[]}").type, DYNOX_SS);
    assert_text(VALUE("{\"B\":\"Zg\\u003d\\u003D\"}"), DYNOX_B, "f", 1);
    assert_text(VALUE("{\"N\":\"\\u0031\"}"), DYNOX_N, "1", 1);
}

static void unknown_types_are_kept_as_unknown(void **state)
{
    (void)state;
    dynox_value list = VALUE("{\"L\":[{\"X\":{\"a\":[1,2.5e3,null,\"\\u00e9\"]}},{\"S\":\"after\"}]}");
    assert_int_equal(list.as.list[0].type, DYNOX_UNKNOWN);
    assert_text(list.as.list[1], DYNOX_S, "after", 5);
    assert_int_equal(VALUE("{\"s\":\"x\"}").type, DYNOX_UNKNOWN);
    assert_int_equal(VALUE("{\"STRING\":\"x\"}").type, DYNOX_UNKNOWN);
    assert_int_equal(VALUE("{\"\":true}").type, DYNOX_UNKNOWN);
}

static void null_members_and_the_type_member_of_a_union_do_not_count(void **state)
{
    (void)state;
    assert_text(VALUE("{\"__type\":\"com.example#Value\",\"S\":\"x\"}"), DYNOX_S, "x", 1);
    assert_text(VALUE("{\"S\":\"x\",\"__type\":{\"any\":1}}"), DYNOX_S, "x", 1);
    assert_text(VALUE("{\"N\":null,\"S\":\"x\",\"L\":null}"), DYNOX_S, "x", 1);
    dynox_item item;
    assert_int_equal(ITEM("{\"a\":null,\"b\":{\"S\":\"x\"}}", &item), DYNOX_OK);
    assert_int_equal(item.count, 1);
    assert_string_equal(item.attributes[0].name, "b");
}

static void members_that_occur_twice_are_both_kept(void **state)
{
    (void)state;
    dynox_item item;
    assert_int_equal(ITEM("{\"a\":{\"S\":\"x\"},\"a\":{\"S\":\"y\"}}", &item), DYNOX_OK);
    assert_int_equal(item.count, 2);
}

static void escapes_are_resolved(void **state)
{
    (void)state;
    assert_text(VALUE("{\"S\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"), DYNOX_S, "\"\\/\b\f\n\r\t", 8);
    assert_text(VALUE("{\"S\":\"a\\u0000b\"}"), DYNOX_S, "a\0b", 3);
    assert_text(VALUE("{\"S\":\"\\u00e9\\u20AC\\uD83D\\uDE00\"}"), DYNOX_S, "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 9);
    assert_text(VALUE("{\"S\":\"long plain text first, \\u0041 then \xC3\xA9 and so on until the end\"}"), DYNOX_S,
                "long plain text first, A then \xC3\xA9 and so on until the end", 56);
}

static void every_code_point_is_read_raw_and_escaped(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        if (point == 0xD800) point = 0xE000;
        uint8_t utf8[5] = {0};
        char    json[64];
        size_t  length = dynox__utf8_write(utf8, point);
        int     size;
        if (point < 0x10000)
            size = snprintf(json, sizeof json, "{\"S\":\"\\u%04x\"}", point);
        else
            size = snprintf(json, sizeof json, "{\"S\":\"\\u%04X\\u%04x\"}", 0xD7C0 + (point >> 10),
                            0xDC00 + (point & 0x3FF));
        assert_text(value_of(json, (size_t)size), DYNOX_S, (char *)utf8, length);
        if (point < 0x20 || point == '"' || point == '\\') continue;
        size = snprintf(json, sizeof json, "{\"S\":\"%s\"}", utf8);
        assert_text(value_of(json, (size_t)size), DYNOX_S, (char *)utf8, length);
    }
}

/* Row 35. */
static void what_is_wrong_is_refused_and_placed(void **state)
{
    (void)state;
    static const struct {
        const char *json, *message;
    } cases[] = {
        {"", "cannot decode: the document ends too early, at byte 0"},
        {"{", "cannot decode: the document ends too early, at byte 1"},
        {"[]", "cannot decode: expected {, at byte 0"},
        {"{}x", "cannot decode: something follows the end of the document, at byte 2"},
        {"{\"a\"}", "cannot decode: expected :, at byte 4"},
        {"{\"a\":\"x\"}", "cannot decode: expected {, at byte 5"},
        {"{\"a\":{\"S\":\"x\"},}", "cannot decode: expected \", at byte 15"},
        {"{,}", "cannot decode: expected \", at byte 1"},
        {"{\"a\":{}}", "cannot decode: expected \", at byte 6"},
        {"{\"a\":{\"S\":null}}", "cannot decode: a value of no type, at byte 5"},
        {"{\"a\":{\"S\":\"x\",\"N\":\"1\"}}", "cannot decode: a value of more than one type, at byte 5"},
        {"{\"a\":{\"X\":1,\"S\":\"x\"}}", "cannot decode: a value of more than one type, at byte 5"},
        {"{\"a\":{\"S\":1}}", "cannot decode: expected \", at byte 10"},
        {"{\"a\":{\"S\":\"x\"]}", "cannot decode: expected }, at byte 13"},
        {"{\"a\":{\"N\":\"x\"}}", "cannot decode: not a number, at byte 10"},
        {"{\"a\":{\"N\":\"\"}}", "cannot decode: not a number, at byte 10"},
        {"{\"a\":{\"N\":\" 1\"}}", "cannot decode: not a number, at byte 10"},
        {"{\"a\":{\"NS\":[\"1\",\"two\"]}}", "cannot decode: not a number, at byte 16"},
        {"{\"a\":{\"B\":\"Zg=\"}}", "cannot decode: not base64, at byte 10"},
        {"{\"a\":{\"B\":\"Zm 9\"}}", "cannot decode: not base64, at byte 10"},
        {"{\"a\":{\"B\":\"Zh==\"}}", "cannot decode: not base64, at byte 10"},
        {"{\"a\":{\"BOOL\":1}}", "cannot decode: expected true or false, at byte 13"},
        {"{\"a\":{\"BOOL\":truE}}", "cannot decode: expected true or false, at byte 13"},
        {"{\"a\":{\"BOOL\":truely}}", "cannot decode: expected }, at byte 17"},
        {"{\"a\":{\"SS\":[null]}}", "cannot decode: expected \", at byte 12"},
        {"{\"a\":{\"SS\":{}}}", "cannot decode: expected [, at byte 11"},
        {"{\"a\":{\"L\":[{\"S\":\"x\"},]}}", "cannot decode: expected {, at byte 21"},
        {"{\"a\":{\"L\":[{\"S\":\"x\"} {\"S\":\"x\"}]}}", "cannot decode: expected ], at byte 21"},
        {"{\"a\":{\"X\":01}}", "cannot decode: expected }, at byte 11"},
        {"{\"a\":{\"X\":+1}}", "cannot decode: expected a value, at byte 10"},
        {"{\"a\":{\"X\":-}}", "cannot decode: expected a value, at byte 11"},
        {"{\"a\":{\"X\":.5}}", "cannot decode: expected a value, at byte 10"},
        {"{\"a\":{\"X\":1.}}", "cannot decode: expected a digit, at byte 12"},
        {"{\"a\":{\"X\":1e}}", "cannot decode: expected a digit, at byte 12"},
        {"{\"a\":{\"X\":nul}}", "cannot decode: expected a value, at byte 10"},
        {"{\"a\":{\"X\":[1,]}}", "cannot decode: expected a value, at byte 13"},
        {"{\"a\":{\"X\":{1:2}}}", "cannot decode: expected \", at byte 11"},
        {"{\"a\":{\"X\":'x'}}", "cannot decode: expected a value, at byte 10"},
        {"{\"a\":{\"X\":NaN}}", "cannot decode: expected a value, at byte 10"},
        {"{\"a\":{\"S\":\"\t\"}}", "cannot decode: a control character in a text, at byte 11"},
        {"{\"a\":{\"X\":\"\n\"}}", "cannot decode: a control character in a text, at byte 11"},
        {"{\"a\":{\"S\":\"\\x\"}}", "cannot decode: not an escape of JSON, at byte 11"},
        {"{\"a\":{\"S\":\"\\u12g4\"}}", "cannot decode: not an escape of JSON, at byte 11"},
        {"{\"a\":{\"S\":\"\\ud83d\"}}", "cannot decode: half of a surrogate pair, at byte 11"},
        {"{\"a\":{\"S\":\"\\ud83d\\u0041\"}}", "cannot decode: half of a surrogate pair, at byte 11"},
        {"{\"a\":{\"S\":\"\\ude00\"}}", "cannot decode: half of a surrogate pair, at byte 11"},
        {"{\"a\":{\"X\":\"\\ud83d\\n\"}}", "cannot decode: half of a surrogate pair, at byte 11"},
        {"{\"a\":{\"S\":\"\\ude00\\ude00\"}}", "cannot decode: half of a surrogate pair, at byte 11"},
        {"{\"a\":{\"S\":\"\\ud83d\\ue000\"}}", "cannot decode: half of a surrogate pair, at byte 11"},
        {"{\"a\":{\"S\":\"\\ud83d\\nde00\"}}", "cannot decode: half of a surrogate pair, at byte 11"},
        {"{\"a\":{\"S\":\"\\ud83dude00\"}}", "cannot decode: half of a surrogate pair, at byte 11"},
        {"{\"a\":{\"S\":\"\\ud83d\\ud83d\"}}", "cannot decode: half of a surrogate pair, at byte 11"},
        {"{\"a\":{\"S\":\"\x1f\"}}", "cannot decode: a control character in a text, at byte 11"},
        {"{\"a\":{\"S\":\"\xC0\xAF\"}}", "cannot decode: not UTF-8, at byte 11"},
        {"{\"a\":{\"S\":\"\xED\xA0\x80\"}}", "cannot decode: not UTF-8, at byte 11"},
        {"{\"a\":{\"S\":\"\xF5\x80\x80\x80\"}}", "cannot decode: not UTF-8, at byte 11"},
        {"{\"a\":{\"S\":\"\\n\xC3\"}}", "cannot decode: not UTF-8, at byte 13"},
        {"{\"a\":{\"X\":\"\x80\"}}", "cannot decode: not UTF-8, at byte 11"},
        {"\xEF\xBB\xBF{}", "cannot decode: expected {, at byte 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox_item item;
        if (decode_n(cases[i].json, strlen(cases[i].json), &item) != DYNOX_E_DECODE)
            fail_msg("taken: %s", cases[i].json);
        assert_string_equal(error.message, cases[i].message);
        assert_int_equal(dynox__decode_item(body, strlen(cases[i].json), &arena, &item, NULL), DYNOX_E_DECODE);
    }
    dynox_item item;
    assert_int_equal(ITEM("{}\0", &item), DYNOX_E_DECODE);
    assert_int_equal(ITEM("{\"a\0\":{\"S\":\"x\"}}", &item), DYNOX_E_DECODE);
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    /* items of lists, then unknown values in lists */
    static const struct {
        const char *open, *close;
        unsigned    good;
    } cases[] = {{"{\"L\":[", "]}", 39}, {"{\"M\":{\"k\":", "}}", 39}, {"[", "]", 159}, {"{\"k\":", "}", 159}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (unsigned extra = 0; extra < 2; extra++) {
            dynox__buffer json    = {0};
            bool          skip_it = i >= 2;
            dynox_item    item;
            dynox__buffer_text(&json, skip_it ? "{\"a\":{\"X\":" : "{\"a\":");
            for (unsigned k = 0; k < cases[i].good + extra; k++)
                dynox__buffer_text(&json, cases[i].open);
            dynox__buffer_text(&json, skip_it ? "[]" : "{\"S\":\"x\"}");
            for (unsigned k = 0; k < cases[i].good + extra; k++)
                dynox__buffer_text(&json, cases[i].close);
            dynox__buffer_text(&json, skip_it ? "}}" : "}");
            dynox_status status = decode_n(json.data, json.size, &item);
            if (status != (extra ? DYNOX_E_DECODE : DYNOX_OK)) fail_msg("case %zu: %s", i, error.message);
            dynox__buffer_free(&json);
        }
}

static void a_flood_of_brackets_is_refused(void **state)
{
    (void)state;
    static const char *const floods[] = {"[", "{\"L\":[", "{\"a\":", "{\"M\":{\"k\":"};
    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
        dynox__buffer json = {0};
        dynox_item    item;
        dynox__buffer_text(&json, "{\"a\":");
        for (unsigned k = 0; k < 100000; k++)
            dynox__buffer_text(&json, floods[i]);
        assert_int_equal(decode_n(json.data, json.size, &item), DYNOX_E_DECODE);
        dynox__buffer_free(&json);
    }
}

static void wide_containers_are_read_whole(void **state)
{
    (void)state;
    enum { WIDTH = 40000 };
    dynox__buffer json = {0};
    dynox_item    item;
    dynox__buffer_text(&json, "{\"l\":{\"L\":[");
    for (unsigned i = 0; i < WIDTH; i++)
        dynox__buffer_format(&json, "%s{\"N\":\"%u\"}", i ? "," : "", i);
    dynox__buffer_text(&json, "]},\"s\":{\"SS\":[");
    for (unsigned i = 0; i < WIDTH; i++)
        dynox__buffer_format(&json, "%s\"%u\"", i ? "," : "", i);
    dynox__buffer_text(&json, "]},\"m\":{\"M\":{");
    for (unsigned i = 0; i < WIDTH; i++)
        dynox__buffer_format(&json, "%s\"%u\":{\"BOOL\":true}", i ? "," : "", i);
    dynox__buffer_text(&json, "}}}");
    if (decode_n(json.data, json.size, &item)) fail_msg("%s", error.message);
    for (unsigned i = 0; i < WIDTH; i++) {
        char text[16];
        snprintf(text, sizeof text, "%u", i);
        assert_string_equal(item.attributes[0].value.as.list[i].as.text, text);
        assert_string_equal(item.attributes[1].value.as.list[i].as.text, text);
        assert_string_equal(item.attributes[2].value.as.map[i].name, text);
    }
    dynox__buffer_free(&json);
}

static const char sample[] =
    "{\"pk\":{\"S\":\"USER#1 \\\"\\u00e9\\ud83d\\ude00\\\" \xC3\xA9\xF0\x9F\x98\x80 and some "
    "length\"},\"n\":{\"N\":\"-12.5E+3\"},\"b\":{\"B\":\"Zm9vYg==\"},\"t\":{\"BOOL\":true},"
    "\"f\":{\"BOOL\":false},\"z\":{\"NULL\":true},\"m\":{\"M\":{\"l\":{\"L\":[{\"S\":\"\"},{\"M\":{}}]}}},\"ss\":{"
    "\"SS\":[\"a\",\"b\"]},\"ns\":{\"NS\":[\"1\",\"2\"]},"
    "\"bs\":{\"BS\":[\"Zg==\"]},\"u\":{\"X\":[1,-2.5e-3,true,false,null,{\"k\":\"\\ud83d\\ude00\\n\xE2\x82\xAC\"}]}}";

static void a_document_cut_anywhere_is_refused(void **state)
{
    (void)state;
    dynox_item item;
    assert_int_equal(decode_n(sample, sizeof sample - 1, &item), DYNOX_OK);
    assert_int_equal(item.count, 11);
    for (size_t length = 0; length < sizeof sample - 1; length++) {
        if (decode_n(sample, length, &item) != DYNOX_E_DECODE) fail_msg("%zu bytes are taken", length);
        assert_int_equal(error.status, DYNOX_E_DECODE);
    }
}

/* One byte of the sample is changed to any other: whatever comes of it, nothing is read or written out of bounds. */
static void a_document_with_a_wrong_byte_does_no_harm(void **state)
{
    (void)state;
    char   changed[sizeof sample];
    size_t refused = 0;
    for (size_t at = 0; at < sizeof sample - 1; at++)
        for (unsigned c = 0; c < 256; c++) {
            dynox_item item;
            memcpy(changed, sample, sizeof sample);
            changed[at] = (char)c;
            refused += decode_n(changed, sizeof sample - 1, &item) != DYNOX_OK;
        }
    assert_true(refused > sizeof sample * 50);
}

static void decode_with_failing_memory(void *arg)
{
    dynox__buffer *json  = arg;
    char          *text  = codec_body(json->data, json->size);
    dynox__arena   nodes = {0};
    dynox_error    what  = {0};
    dynox_item     item;
    dynox_status   status = dynox__decode_item(text, json->size, &nodes, &item, &what);
    assert_int_equal(status, atomic_load(&test_allocation_failed) ? DYNOX_E_NO_MEMORY : DYNOX_OK);
    assert_int_equal(what.status, status);
    dynox__arena_free(&nodes);
    free(text);
}

static void lack_of_memory_is_an_error_like_others(void **state)
{
    (void)state;
    dynox__buffer json = {0};
    dynox__buffer_text(&json, "{\"s\":{\"SS\":[");
    for (unsigned i = 0; i < 30000; i++)
        dynox__buffer_format(&json, "%s\"%u\"", i ? "," : "", i);
    dynox__buffer_format(&json, "]},%s", sample + 1);
    test_every_allocation_failing(decode_with_failing_memory, &json);
    dynox__buffer_free(&json);
}

static _Atomic long allocations;

static void *counting_malloc(size_t size)
{
    allocations++;
    return malloc(size);
}

static void *counting_realloc(void *old, size_t size)
{
    allocations++;
    return realloc(old, size);
}

static void a_warm_arena_means_no_allocation(void **state)
{
    (void)state;
    dynox__buffer json   = {0};
    dynox__arena  warm   = {0};
    long          before = 0;
    dynox__buffer_text(&json, "{");
    for (unsigned i = 0; i < 5000; i++)
        dynox__buffer_format(&json, "\"attribute %u\":{\"L\":[{\"S\":\"x\"},{\"N\":\"%u\"}]},", i, i);
    dynox__buffer_text(&json, "\"last\":{\"NULL\":true}}");
    dynox_set_allocator(counting_malloc, counting_realloc, free);
    for (int round = 0; round < 4; round++) {
        char      *text = codec_body(json.data, json.size);
        dynox_item item;
        if (round == 2) before = allocations;
        dynox__arena_reset(&warm);
        assert_int_equal(dynox__decode_item(text, json.size, &warm, &item, NULL), DYNOX_OK);
        assert_int_equal(item.count, 5001);
        free(text);
    }
    assert_int_equal(allocations, before);
    dynox_set_allocator(NULL, NULL, NULL);
    dynox__arena_free(&warm);
    dynox__buffer_free(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_type_is_read, teardown),
        cmocka_unit_test_teardown(white_space_is_allowed_where_json_allows_it, teardown),
        cmocka_unit_test_teardown(tags_may_be_written_with_escapes, teardown),
        cmocka_unit_test_teardown(unknown_types_are_kept_as_unknown, teardown),
        cmocka_unit_test_teardown(null_members_and_the_type_member_of_a_union_do_not_count, teardown),
        cmocka_unit_test_teardown(members_that_occur_twice_are_both_kept, teardown),
        cmocka_unit_test_teardown(escapes_are_resolved, teardown),
        cmocka_unit_test_teardown(every_code_point_is_read_raw_and_escaped, teardown),
        cmocka_unit_test_teardown(what_is_wrong_is_refused_and_placed, teardown),
        cmocka_unit_test_teardown(nesting_is_bounded, teardown),
        cmocka_unit_test_teardown(a_flood_of_brackets_is_refused, teardown),
        cmocka_unit_test_teardown(wide_containers_are_read_whole, teardown),
        cmocka_unit_test_teardown(a_document_cut_anywhere_is_refused, teardown),
        cmocka_unit_test_teardown(a_document_with_a_wrong_byte_does_no_harm, teardown),
        cmocka_unit_test_teardown(lack_of_memory_is_an_error_like_others, teardown),
        cmocka_unit_test_teardown(a_warm_arena_means_no_allocation, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
