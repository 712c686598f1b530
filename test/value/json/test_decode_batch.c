/* What batches have in requests and answers: items, writes and keys by table, as one array. */
#include "codec_items.h"
#include "support.h"
#include <dynox/item.h>

typedef struct answer {
    dynox__entries items, writes, keys;
} answer;

static const dynox__field fields[] = {
    DYNOX__FIELD("Responses", TABLE_ITEMS, answer, items),
    DYNOX__FIELD("UnprocessedItems", TABLE_WRITES, answer, writes),
    DYNOX__FIELD("UnprocessedKeys", TABLE_KEYS, answer, keys),
};

static dynox__arena arena;
static char        *body;
static dynox_error  error;
static answer       result;

static int forget(void **state)
{
    (void)state;
    dynox__arena_free(&arena);
    free(body);
    body = NULL;
    dynox_error_clear(&error);
    result = (answer){0};
    return 0;
}

static dynox_status decode(const char *json)
{
    size_t length = strlen(json);
    forget(NULL);
    body = codec_body(json, length);
    return dynox__decode(body, length, &arena, fields, sizeof fields / sizeof *fields, &result, NULL, &error);
}

static const char everything[] =
    "{\"Responses\":{\"a\":[{\"pk\":{\"S\":\"1\"}},{}],\"b\":[],\"c\":null,\"d\\u0022\":[{\"l\":{\"L\":[{\"N\":\"1\"}]}"
    "}]},"
    "\"UnprocessedItems\":{\"a\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"2\"}}}},{\"DeleteRequest\":{\"Other\":[1],"
    "\"Key\":{\"pk\":{\"S\":\"3\"}}}}]},\"UnprocessedKeys\":{\"a\":{\"ConsistentRead\":true,\"Keys\":[{\"pk\":{\"S\":"
    "\"4\"}}"
    "],\"AttributesToGet\":[\"x\"]},\"b\":{\"Keys\":[{\"pk\":{\"S\":\"5\"}},{\"pk\":{\"S\":\"6\"}}]},\"c\":{}}}";

static void assert_entry(const dynox__entries *entries, size_t i, const char *table, const char *pk, bool is_delete)
{
    assert_string_equal(entries->at[i].table, table);
    assert_true(entries->at[i].is_delete == is_delete);
    assert_null(entries->at[i].item.owner_);
    if (pk)
        assert_string_equal(dynox_get_string(&entries->at[i].item, "pk"), pk);
    else
        assert_null(dynox_item_get(&entries->at[i].item, "pk"));
}

static void all_tables_are_one_array(void **state)
{
    (void)state;
    assert_int_equal(decode(everything), DYNOX_OK);
    assert_int_equal(result.items.count, 3);
    assert_entry(&result.items, 0, "a", "1", false);
    assert_entry(&result.items, 1, "a", NULL, false);
    assert_entry(&result.items, 2, "d\"", NULL, false);
    assert_int_equal(result.writes.count, 2);
    assert_entry(&result.writes, 0, "a", "2", false);
    assert_entry(&result.writes, 1, "a", "3", true);
    assert_int_equal(result.keys.count, 3);
    assert_entry(&result.keys, 0, "a", "4", false);
    assert_entry(&result.keys, 2, "b", "6", false);
}

static void nothing_is_told_from_absent(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"Responses\":{},\"UnprocessedKeys\":null}"), DYNOX_OK);
    assert_true(result.items.present);
    assert_int_equal(result.items.count, 0);
    assert_false(result.keys.present);
    assert_false(result.writes.present);
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{\"Responses\":[]}",
        "{\"Responses\":{\"a\":{}}}",
        "{\"Responses\":{\"a\":[1]}}",
        "{\"Responses\":{\"a\":[null]}}",
        "{\"UnprocessedItems\":{\"a\":{\"Keys\":[]}}}",
        "{\"UnprocessedItems\":{\"a\":[{\"PutRequest\":[]}]}}",
        "{\"UnprocessedItems\":{\"a\":[{\"PutRequest\":{\"Item\":1}}]}}",
        "{\"UnprocessedKeys\":{\"a\":[]}}",
        "{\"UnprocessedKeys\":{\"a\":{\"Keys\":{}}}}",
        "{\"UnprocessedKeys\":{\"a\":{\"Keys\":[{\"pk\":\"x\"}]}}}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (decode(wrong[i]) != DYNOX_E_DECODE) fail_msg("taken: %s", wrong[i]);
}

static void an_answer_cut_anywhere_is_refused(void **state)
{
    (void)state;
    char cut[sizeof everything];
    for (size_t length = 1; length < sizeof everything - 1; length++) {
        memcpy(cut, everything, length);
        cut[length] = 0;
        if (decode(cut) != DYNOX_E_DECODE) fail_msg("%zu bytes are taken", length);
    }
}

static void decode_with_failing_memory(void *arg)
{
    char        *text  = codec_body(everything, sizeof everything - 1);
    dynox__arena nodes = {0};
    answer       what  = {0};
    (void)arg;
    dynox_status status =
        dynox__decode(text, sizeof everything - 1, &nodes, fields, sizeof fields / sizeof *fields, &what, NULL, NULL);
    assert_int_equal(status, atomic_load(&test_allocation_failed) ? DYNOX_E_NO_MEMORY : DYNOX_OK);
    dynox__arena_free(&nodes);
    free(text);
}

static void lack_of_memory_is_an_error_like_others(void **state)
{
    (void)state;
    test_every_allocation_failing(decode_with_failing_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(all_tables_are_one_array, forget),
        cmocka_unit_test_teardown(nothing_is_told_from_absent, forget),
        cmocka_unit_test_teardown(other_shapes_are_refused, forget),
        cmocka_unit_test_teardown(an_answer_cut_anywhere_is_refused, forget),
        cmocka_unit_test_teardown(lack_of_memory_is_an_error_like_others, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
