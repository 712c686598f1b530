/* Answers and error bodies, each by its table. */
#include "codec_items.h"
#include "support.h"

typedef struct answer {
    const dynox_item               *item;
    dynox__items                    items;
    int64_t                         count;
    double                          score;
    const char                     *token, *message;
    dynox__json                     unprocessed;
    const dynox_capacity           *capacity;
    const dynox_collection_metrics *collection;
    dynox__reasons                  reasons;
} answer;

static const dynox__field fields[] = {
    DYNOX__FIELD("Item", ITEM, answer, item),
    DYNOX__FIELD("Items", ITEMS, answer, items),
    DYNOX__FIELD("Count", INTEGER, answer, count),
    DYNOX__FIELD("Score", DOUBLE, answer, score),
    DYNOX__FIELD("NextToken", TEXT, answer, token),
    DYNOX__FIELD("message", TEXT, answer, message),
    DYNOX__FIELD("Message", TEXT, answer, message),
    DYNOX__FIELD("UnprocessedKeys", JSON, answer, unprocessed),
    DYNOX__FIELD("ConsumedCapacity", CAPACITY, answer, capacity),
    DYNOX__FIELD("ItemCollectionMetrics", COLLECTION, answer, collection),
    DYNOX__FIELD("CancellationReasons", REASONS, answer, reasons),
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

static void assert_refused(const char *json, const char *message)
{
    if (decode(json) != DYNOX_E_DECODE) fail_msg("taken: %s", json);
    assert_string_equal(error.message, message);
}

static void assert_same_number(double a, double b)
{
    if (a < b || a > b) fail_msg("%g is not %g", a, b);
}

static void nothing_is_there_when_nothing_came(void **state)
{
    (void)state;
    static const char *const empty[] = {
        "", "{}", " { } ",
        ("{\"Item\":null,\"Items\":null,\"Count\":null,\"NextToken\":null,\"ConsumedCapacity\":null,"
         "\"ItemCollectionMetrics\":null,\"CancellationReasons\":null,\"UnprocessedKeys\":null,\"Other\":null}")};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        answer none = {0};
        assert_int_equal(decode(empty[i]), DYNOX_OK);
        assert_memory_equal(&result, &none, sizeof none);
    }
}

static void an_item_without_attributes_is_still_an_item(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"Item\":{}}"), DYNOX_OK);
    assert_non_null(result.item);
    assert_int_equal(result.item->count, 0);
}

static void a_page_is_read(void **state)
{
    (void)state;
    assert_int_equal(
        decode("{\"Count\":2,\"Items\":[{\"pk\":{\"S\":\"a\"}},{}],\"Score\":-1.25e1,\"NextToken\":\"t\\u0041\"}"),
        DYNOX_OK);
    assert_true(result.items.present);
    assert_int_equal(result.items.count, 2);
    assert_int_equal(result.items.items[0].count, 1);
    assert_string_equal(result.items.items[0].attributes[0].value.as.text, "a");
    assert_null(result.items.items[0].owner_);
    assert_int_equal(result.items.items[1].count, 0);
    assert_int_equal(result.count, 2);
    assert_same_number(result.score, -12.5);
    assert_string_equal(result.token, "tA");
    assert_int_equal(decode("{\"Items\":[]}"), DYNOX_OK);
    assert_true(result.items.present);
    assert_int_equal(result.items.count, 0);
}

static void unknown_members_are_checked_and_skipped(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"New\":{\"a\":[1,{\"b\":\"\\n\"},true]},\"Count\":1,\"\":0,\"count\":\"x\"}"), DYNOX_OK);
    assert_int_equal(result.count, 1);
    assert_refused("{\"New\":{\"a\":tru},\"Count\":1}", "cannot decode: expected a value, at byte 12");
    assert_refused("{\"New\":\"\xFF\",\"Count\":1}", "cannot decode: not UTF-8, at byte 8");
}

static void names_may_be_written_with_escapes(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"\\u0043ount\":7}"), DYNOX_OK);
    assert_int_equal(result.count, 7);
}

static void the_last_of_two_members_counts(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"Count\":1,\"Item\":{\"a\":{\"S\":\"x\"}},\"Count\":2,\"Item\":{}}"), DYNOX_OK);
    assert_int_equal(result.count, 2);
    assert_int_equal(result.item->count, 0);
}

static void members_of_a_wrong_kind_are_refused(void **state)
{
    (void)state;
    assert_refused("{\"Item\":[]}", "cannot decode: expected {, at byte 8");
    assert_refused("{\"Items\":{}}", "cannot decode: expected [, at byte 9");
    assert_refused("{\"Items\":[null]}", "cannot decode: expected {, at byte 10");
    assert_refused("{\"Count\":\"1\"}", "cannot decode: expected a value, at byte 9");
    assert_refused("{\"Count\":1.5}", "cannot decode: expected a whole number of 64 bits, at byte 9");
    assert_refused("{\"Count\":9223372036854775808}", "cannot decode: expected a whole number of 64 bits, at byte 9");
    assert_refused("{\"Score\":1e999}", "cannot decode: a number beyond all doubles, at byte 9");
    assert_refused("{\"Score\":\"NaN\"}", "cannot decode: expected a value, at byte 9");
    assert_refused("{\"NextToken\":1}", "cannot decode: expected \", at byte 13");
    assert_refused("[]", "cannot decode: expected {, at byte 0");
    assert_refused("nul", "cannot decode: expected {, at byte 0");
    assert_refused("<html>", "cannot decode: expected {, at byte 0");
}

static void any_json_is_kept_as_it_came(void **state)
{
    (void)state;
    static const char keys[] =
        "{ \"t\\u0041\" : {\"Keys\":[{\"pk\":{\"S\":\"\\n\xC3\xA9\"}}],\"ConsistentRead\":true} }";
    char json[200];
    snprintf(json, sizeof json, "{\"UnprocessedKeys\": %s ,\"Count\":1}", keys);
    assert_int_equal(decode(json), DYNOX_OK);
    assert_int_equal(result.unprocessed.length, sizeof keys - 1);
    assert_memory_equal(result.unprocessed.text, keys, sizeof keys - 1);
}

/* Rows 57, 58. */
static void consumed_capacity_is_read_with_its_indexes(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"ConsumedCapacity\":{\"TableName\":\"users\",\"CapacityUnits\":6.5,"
                            "\"ReadCapacityUnits\":1.5,\"WriteCapacityUnits\":5,"
                            "\"LocalSecondaryIndexes\":{\"by-age\":{\"CapacityUnits\":1,\"ReadCapacityUnits\":0.5}},"
                            "\"Table\":{\"CapacityUnits\":2.5,\"WriteCapacityUnits\":1},\"New\":[],"
                            "\"GlobalSecondaryIndexes\":{\"by-mail\":{\"CapacityUnits\":3,\"WriteCapacityUnits\":3},"
                            "\"by-name\":{\"Other\":0}}}}"),
                     DYNOX_OK);
    const dynox_capacity *capacity = result.capacity;
    assert_string_equal(capacity->table, "users");
    assert_same_number(capacity->units, 6.5);
    assert_same_number(capacity->read_units, 1.5);
    assert_same_number(capacity->write_units, 5);
    assert_same_number(capacity->table_units, 2.5);
    assert_int_equal(capacity->index_count, 3);
    assert_string_equal(capacity->indexes[0].index, "by-mail");
    assert_true(capacity->indexes[0].global);
    assert_same_number(capacity->indexes[0].write_units, 3);
    assert_string_equal(capacity->indexes[1].index, "by-name");
    assert_same_number(capacity->indexes[1].units, 0);
    assert_string_equal(capacity->indexes[2].index, "by-age");
    assert_false(capacity->indexes[2].global);
    assert_same_number(capacity->indexes[2].read_units, 0.5);
    assert_int_equal(decode("{\"ConsumedCapacity\":{}}"), DYNOX_OK);
    assert_null(result.capacity->table);
    assert_int_equal(result.capacity->index_count, 0);
    assert_refused("{\"ConsumedCapacity\":[]}", "cannot decode: expected {, at byte 20");
    assert_refused("{\"ConsumedCapacity\":{\"GlobalSecondaryIndexes\":{\"i\":1}}}",
                   "cannot decode: expected {, at byte 51");
}

/* Row 58. */
static void collection_metrics_are_read(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"ItemCollectionMetrics\":{\"ItemCollectionKey\":{\"pk\":{\"S\":\"x\"}},"
                            "\"SizeEstimateRangeGB\":[0.5,1]}}"),
                     DYNOX_OK);
    assert_string_equal(result.collection->key->attributes[0].value.as.text, "x");
    assert_same_number(result.collection->size_low_gb, 0.5);
    assert_same_number(result.collection->size_high_gb, 1);
    assert_int_equal(decode("{\"ItemCollectionMetrics\":{}}"), DYNOX_OK);
    assert_null(result.collection->key);
    assert_refused("{\"ItemCollectionMetrics\":{\"SizeEstimateRangeGB\":[1]}}",
                   "cannot decode: expected two numbers, at byte 48");
    assert_refused("{\"ItemCollectionMetrics\":{\"SizeEstimateRangeGB\":[]}}",
                   "cannot decode: expected two numbers, at byte 48");
}

static void the_reasons_of_a_cancelled_transaction_are_read(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\",\"Message\":"
                            "\"Transaction cancelled\","
                            "\"CancellationReasons\":[{\"Code\":\"None\"},{\"Code\":\"ConditionalCheckFailed\","
                            "\"Message\":\"The conditional request failed\","
                            "\"Item\":{\"pk\":{\"S\":\"x\"}}},{\"Code\":\"None\",\"Message\":null,\"Item\":null},{},{"
                            "\"message\":\"m\"}]}"),
                     DYNOX_OK);
    const dynox_cancellation_reason *reasons = result.reasons.reasons;
    assert_string_equal(result.message, "Transaction cancelled");
    assert_int_equal(result.reasons.count, 5);
    assert_string_equal(reasons[0].code, "None");
    assert_null(reasons[0].message);
    assert_null(reasons[0].item);
    assert_string_equal(reasons[1].code, "ConditionalCheckFailed");
    assert_string_equal(reasons[1].message, "The conditional request failed");
    assert_string_equal(reasons[1].item->attributes[0].value.as.text, "x");
    assert_null(reasons[2].message);
    assert_null(reasons[2].item);
    assert_string_equal(reasons[3].code, "None");
    assert_string_equal(reasons[4].message, "m");
}

static const char everything[] = "{\"Item\":{\"a\":{\"L\":[{\"S\":\"x\"}]}},\"Items\":[{\"a\":{\"SS\":[\"x\"]}}],"
                                 "\"Count\":12,\"Score\":1.5,\"NextToken\":\"t\",\"UnprocessedKeys\":{\"a\":[]},"
                                 "\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":1,\"Table\":{"
                                 "\"CapacityUnits\":1},\"LocalSecondaryIndexes\":{\"i\":{\"CapacityUnits\":1}},"
                                 "\"GlobalSecondaryIndexes\":{\"i\":{\"CapacityUnits\":1}}},\"ItemCollectionMetrics\":{"
                                 "\"ItemCollectionKey\":{\"pk\":{\"S\":\"x\"}},\"SizeEstimateRangeGB\":[0,1]},"
                                 "\"CancellationReasons\":[{\"Code\":\"None\",\"Item\":{\"pk\":{\"S\":\"x\"}}}],"
                                 "\"Other\":[1,2.5,\"x\",null,true,false,{}]}";

static void an_answer_cut_anywhere_is_refused(void **state)
{
    (void)state;
    char cut[sizeof everything];
    assert_int_equal(decode(everything), DYNOX_OK);
    for (size_t length = 1; length < sizeof everything - 1; length++) {
        memcpy(cut, everything, length);
        cut[length] = 0;
        if (decode(cut) != DYNOX_E_DECODE) fail_msg("%zu bytes are taken", length);
    }
}

static void an_answer_with_a_wrong_byte_does_no_harm(void **state)
{
    (void)state;
    char changed[sizeof everything];
    for (size_t at = 0; at < sizeof everything - 1; at++)
        for (unsigned c = 1; c < 256; c++) {
            memcpy(changed, everything, sizeof everything);
            changed[at] = (char)c;
            decode(changed);
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
        cmocka_unit_test_teardown(nothing_is_there_when_nothing_came, forget),
        cmocka_unit_test_teardown(an_item_without_attributes_is_still_an_item, forget),
        cmocka_unit_test_teardown(a_page_is_read, forget),
        cmocka_unit_test_teardown(unknown_members_are_checked_and_skipped, forget),
        cmocka_unit_test_teardown(names_may_be_written_with_escapes, forget),
        cmocka_unit_test_teardown(the_last_of_two_members_counts, forget),
        cmocka_unit_test_teardown(members_of_a_wrong_kind_are_refused, forget),
        cmocka_unit_test_teardown(any_json_is_kept_as_it_came, forget),
        cmocka_unit_test_teardown(consumed_capacity_is_read_with_its_indexes, forget),
        cmocka_unit_test_teardown(collection_metrics_are_read, forget),
        cmocka_unit_test_teardown(the_reasons_of_a_cancelled_transaction_are_read, forget),
        cmocka_unit_test_teardown(an_answer_cut_anywhere_is_refused, forget),
        cmocka_unit_test_teardown(an_answer_with_a_wrong_byte_does_no_harm, forget),
        cmocka_unit_test_teardown(lack_of_memory_is_an_error_like_others, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
