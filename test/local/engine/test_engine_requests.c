/* From a target and a body to an answer: what is no request, what errors look like, ids. */
#include "local/engine/engine_ask.h"

#include <unistd.h>

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

/* ---- in a file ---- */

/* Whether the answer has to wait for the disk. */
static bool asks_later(dynox_local *local, asking *self, const char *operation, const char *json)
{
    char   target[64];
    size_t length = strlen(json);
    snprintf(target, sizeof target, "DynamoDB_20120810.%s", operation);
    self->body.size = 0;
    dynox__buffer_add(&self->body, json, length);
    assert_true(dynox__buffer_reserve(&self->body, DYNOX__DECODE_PADDING));
    memset(self->body.data + length, 0, DYNOX__DECODE_PADDING);
    dynox__local_engine_answer_later(
        local->engine,
        &(dynox__local_request){
            .target = target, .target_length = strlen(target), .body = self->body.data, .body_size = length},
        &self->answer);
    return self->answer.is_unsettled;
}

static void who_is_refused_waits_for_what_refused_him(void **state)
{
    static const char *const beside[] = {"", "-wal", "-shm", "-lock"};
    char                     folder[] = "/tmp/dynox-engine-XXXXXX", path[64], name[80];
    dynox_error              err      = {0};
    asking                   first = {0}, second = {0};
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/tables", folder);
    dynox_local *local = dynox_local_new(.path = path, .error = &err);
    if (!local && strstr(err.message, "SQLite")) skip(); /* this library was made without files */
    make_table(local, "users");
    assert_true(asks_later(local, &first, "PutItem", "{\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"a\"}}}"));
    assert_true(asks_later(local, &second, "PutItem",
                           "{\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"a\"}},\"ConditionExpression\":"
                           "\"attribute_not_exists(pk)\"}"));
    dynox__local_engine_settle(local->engine, &second.answer);
    assert_string_equal(second.answer.error_type, "ConditionalCheckFailedException");
    assert_string_equal(
        ask_engine(local, &second, "GetItem", "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"a\"}}}"),
        "{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
    dynox__local_engine_settle(local->engine, &first.answer);
    assert_int_equal(first.answer.status, 200);
    ask_end(&first);
    ask_end(&second);
    dynox_local_free(local);
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        snprintf(name, sizeof name, "%s%s", path, beside[i]);
        unlink(name);
    }
    assert_int_equal(rmdir(folder), 0);
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
        cmocka_unit_test(who_is_refused_waits_for_what_refused_him),
        cmocka_unit_test(out_of_memory_is_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
