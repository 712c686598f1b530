/* From a target and a body to an answer: what is no request, what errors look like, ids. */
#include "local/engine/engine_ask.h"

static void unknown_operations_are_refused_without_a_word(void **state)
{
    static const char *const targets[] = {NULL,
                                          "",
                                          "PutItem",
                                          "DynamoDB_20120810.",
                                          "DynamoDB_20120810.PutItems",
                                          "DynamoDB_20111205.PutItem",
                                          "DynamoDBStreams_20120810.PutItem",
                                          "DynamoDB_20120810.GetRecords"};
    dynox_local             *local     = dynox_local_new();
    asking                   asked     = {0};
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        assert_string_equal(ask_target(local, &asked, targets[i], "{}"),
                            "{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"}");
        assert_int_equal(asked.answer.status, 400);
        assert_string_equal(asked.answer.error_type, "UnknownOperationException");
    }
    ask_end(&asked);
    dynox_local_free(local);
}

static void what_is_no_object_of_json_is_refused(void **state)
{
    static const char *const bodies[] = {"",    "null", "1",    "\"x\"",  "[]",         "true", "{",
                                         "{}}", "nul",  "{\"a", "\xff{}", "{\"a\":1e}", "[{}]", "{\"TableName\":}"};
    dynox_local             *local    = dynox_local_new();
    asking                   asked    = {0};
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        assert_string_equal(ask_engine(local, &asked, "ListTables", bodies[i]),
                            "{\"__type\":\"com.amazon.coral.service#SerializationException\"}");
        assert_int_equal(asked.answer.status, 400);
    }
    ask_end(&asked);
    dynox_local_free(local);
}

static void an_error_says_its_type_and_message(void **state)
{
    dynox_local *local = dynox_local_new();
    asking       asked = {0};
    (void)state;
    assert_string_equal(ask_engine(local, &asked, "GetItem", "{\"TableName\":\"none\",\"Key\":{\"pk\":{\"S\":\"a\"}}}"),
                        "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\",\"message\":"
                        "\"Requested resource not found\"}");
    assert_int_equal(asked.answer.status, 400);
    ask_end(&asked);
    dynox_local_free(local);
}

static void an_answer_is_followed_by_zeroes(void **state)
{
    static const char zeroes[DYNOX__DECODE_PADDING];
    dynox_local      *local = dynox_local_new();
    asking            asked = {0};
    (void)state;
    ask_engine(local, &asked, "ListTables", "{}");
    assert_int_equal(asked.answer.status, 200);
    assert_string_equal(asked.answer.body.data, "{\"TableNames\":[]}");
    assert_memory_equal(asked.answer.body.data + asked.answer.body.size, zeroes, sizeof zeroes);
    ask_end(&asked);
    dynox_local_free(local);
}

static void ids_have_52_characters_and_follow_from_the_seed(void **state)
{
    char ids[2][3][64];
    (void)state;
    for (int run = 0; run < 2; run++) {
        dynox_local *local = dynox_local_new(.seed = 7);
        asking       asked = {0};
        for (int i = 0; i < 3; i++) {
            ask_engine(local, &asked, "ListTables", "{}");
            memcpy(ids[run][i], asked.answer.request_id, 64);
            assert_int_equal(strlen(ids[run][i]), 52);
            assert_int_equal(strspn(ids[run][i], "0123456789ABCDEFGHIJKLMNOPQRSTUV"), 52);
        }
        ask_end(&asked);
        dynox_local_free(local);
    }
    for (int i = 0; i < 3; i++)
        assert_string_equal(ids[0][i], ids[1][i]);
    assert_string_not_equal(ids[0][0], ids[0][1]);

    dynox_local *other = dynox_local_new(.seed = 8);
    asking       asked = {0};
    ask_engine(other, &asked, "ListTables", "{}");
    assert_string_not_equal(asked.answer.request_id, ids[0][0]);
    ask_end(&asked);
    dynox_local_free(other);
}

static void what_is_written_is_read(void **state)
{
    dynox_local *local = dynox_local_new();
    asking       asked = {0};
    (void)state;
    make_table(local, "users");
    assert_string_equal(ask_engine(local, &asked, "PutItem",
                                   "{\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1.0\"}}}"),
                        "{}");
    assert_string_equal(
        ask_engine(local, &asked, "GetItem", "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"a\"}}}"),
        "{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}}");
    ask_end(&asked);
    dynox_local_free(local);
}

/* A write that is refused in the middle leaves nothing behind. */
static void a_refused_batch_writes_nothing(void **state)
{
    dynox_local *local = dynox_local_new();
    asking       asked = {0};
    (void)state;
    make_table(local, "users");
    ask_engine(local, &asked, "BatchWriteItem",
               "{\"RequestItems\":{\"users\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"a\"}}}}],\"none\":[{"
               "\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"a\"}}}}]}}");
    assert_int_equal(asked.answer.status, 400);
    assert_string_equal(
        ask_engine(local, &asked, "GetItem", "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"a\"}}}"), "{}");
    ask_end(&asked);
    dynox_local_free(local);
}

/* ---- out of memory ---- */

static void live_without_memory(void *unused)
{
    asking asked = {0};
    (void)unused;
    dynox_local *local = dynox_local_new(.seed = 3);
    if (!local) return;
    ask_engine(local, &asked, "CreateTable",
               "{\"TableName\":\"users\",\"BillingMode\":\"PAY_PER_REQUEST\",\"KeySchema\":[{\"AttributeName\":\"pk\","
               "\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}]}");
    ask_engine(local, &asked, "PutItem", "{\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"a\"}}}");
    ask_engine(local, &asked, "GetItem", "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
    if (asked.answer.status != 200 && asked.answer.status != 400) assert_int_equal(asked.answer.status, 500);
    ask_end(&asked);
    dynox_local_free(local);
}

static void out_of_memory_is_an_answer(void **state)
{
    (void)state;
    test_every_allocation_failing(live_without_memory, NULL);
}

static void what_cannot_stand_in_an_arn_is_refused(void **state)
{
    static const char *const regions[]  = {"a\"b", "a\nb", "a:b", "\xff", "averyverylongregionthatthereisnot"};
    static const char *const accounts[] = {"x", "12345678901", "1234567890123", "12345678901\""};
    (void)state;
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        dynox_error err = {0};
        assert_null(dynox_local_new(.region = regions[i], .error = &err));
        assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    }
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        dynox_error err = {0};
        assert_null(dynox_local_new(.account = accounts[i], .error = &err));
        assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_operations_are_refused_without_a_word),
        cmocka_unit_test(what_is_no_object_of_json_is_refused),
        cmocka_unit_test(an_error_says_its_type_and_message),
        cmocka_unit_test(an_answer_is_followed_by_zeroes),
        cmocka_unit_test(ids_have_52_characters_and_follow_from_the_seed),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_refused_batch_writes_nothing),
        cmocka_unit_test(what_cannot_stand_in_an_arn_is_refused),
        cmocka_unit_test(out_of_memory_is_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
