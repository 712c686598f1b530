/* Faults: whom they strike, what they do, and that the same seed gives the same ones. */
#include "local/engine/engine_ask.h"

static const char get_a[] = "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"a\"}}}";
static const char get_b[] = "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"b\"}}}";
static const char put_a[] = "{\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"a\"}}}";

static dynox_local *local;
static asking       here;

static int setup(void **state)
{
    (void)state;
    local = dynox_local_new(.seed = 7);
    here  = (asking){0};
    make_table(local, "users");
    make_table(local, "orders");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ask_end(&here);
    dynox_local_free(local);
    return 0;
}

static int ask_status(const char *operation, const char *json)
{
    ask_engine(local, &here, operation, json);
    return here.answer.status;
}

static void a_throttled_request_is_not_carried_out(void **state)
{
    (void)state;
    assert_int_equal(dynox_local_fail(local, .operation = "PutItem", .with = DYNOX_LOCAL_THROTTLE), DYNOX_OK);
    assert_int_equal(ask_status("PutItem", put_a), 400);
    assert_string_equal(here.answer.error_type, "ProvisionedThroughputExceededException");
    assert_string_equal(ask_engine(local, &here, "GetItem", get_a), "{}");
    dynox_local_fail_no_more(local);
    assert_int_equal(ask_status("PutItem", put_a), 200);
}

static void errors_of_the_service_have_its_codes(void **state)
{
    (void)state;
    dynox_local_fail(local, .nth = 1, .with = DYNOX_LOCAL_SERVER_ERROR);
    dynox_local_fail(local, .nth = 2, .with = DYNOX_LOCAL_UNAVAILABLE);
    dynox_local_fail(local, .nth = 3, .with = DYNOX_LOCAL_CONFLICT);
    assert_int_equal(ask_status("GetItem", get_a), 500);
    assert_string_equal(here.answer.error_type, "InternalServerError");
    assert_int_equal(ask_status("GetItem", get_a), 503);
    assert_string_equal(here.answer.error_type, "ServiceUnavailable");
    assert_int_equal(ask_status("PutItem", put_a), 400);
    assert_string_equal(here.answer.error_type, "TransactionConflictException");
    assert_int_equal(ask_status("GetItem", get_a), 200);
}

static void the_nth_counts_from_one_and_goes_on_so_many_times(void **state)
{
    (void)state;
    dynox_local_fail(local, .operation = "GetItem", .nth = 2, .times = 2, .with = DYNOX_LOCAL_SERVER_ERROR);
    assert_int_equal(ask_status("GetItem", get_a), 200);
    assert_int_equal(ask_status("PutItem", put_a), 200);
    assert_int_equal(ask_status("GetItem", get_a), 500);
    assert_int_equal(ask_status("GetItem", get_a), 500);
    assert_int_equal(ask_status("GetItem", get_a), 200);
}

static void a_script_says_each_one(void **state)
{
    static const char script[] = ".x.xx.";
    (void)state;
    dynox_local_fail(local, .script = script, .with = DYNOX_LOCAL_SERVER_ERROR);
    for (size_t i = 0; i < strlen(script); i++)
        assert_int_equal(ask_status("GetItem", get_a), script[i] == 'x' ? 500 : 200);
    assert_int_equal(ask_status("GetItem", get_a), 200);
}

static void a_key_is_found_wherever_it_stands(void **state)
{
    const dynox_item *key = DYNOX_ITEM("pk", "a");
    (void)state;
    dynox_local_fail(local, .key = key, .with = DYNOX_LOCAL_SERVER_ERROR);
    assert_int_equal(ask_status("GetItem", get_a), 500);
    assert_int_equal(ask_status("PutItem", put_a), 500);
    assert_int_equal(ask_status("GetItem", get_b), 200);
    assert_int_equal(ask_status("BatchGetItem",
                                "{\"RequestItems\":{\"users\":{\"Keys\":[{\"pk\":{\"S\":\"b\"}},{\"pk\":"
                                "{\"S\":\"a\"}}]}}}"),
                     500);
    assert_int_equal(ask_status("TransactWriteItems", "{\"TransactItems\":[{\"Put\":{\"TableName\":\"users\",\"Item\":{"
                                                      "\"pk\":{\"S\":\"a\"}}}}]}"),
                     500);
}

static void a_table_is_found_wherever_it_stands(void **state)
{
    (void)state;
    dynox_local_fail(local, .table = "orders", .with = DYNOX_LOCAL_SERVER_ERROR);
    assert_int_equal(ask_status("GetItem", get_a), 200);
    assert_int_equal(ask_status("Scan", "{\"TableName\":\"orders\"}"), 500);
    assert_int_equal(ask_status("BatchGetItem", "{\"RequestItems\":{\"users\":{\"Keys\":[{\"pk\":{\"S\":\"b\"}}]},"
                                                "\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"b\"}}]}}}"),
                     500);
    assert_int_equal(ask_status("TransactWriteItems",
                                "{\"TransactItems\":[{\"Put\":{\"TableName\":\"orders\",\"Item\":{"
                                "\"pk\":{\"S\":\"a\"}}}}]}"),
                     500);
}

static void a_table_is_found_by_its_arn(void **state)
{
    (void)state;
    dynox_local_fail(local, .table = "orders", .with = DYNOX_LOCAL_SERVER_ERROR);
    assert_int_equal(ask_status("Scan", "{\"TableName\":\"arn:aws:dynamodb:ddblocal:000000000000:table/orders\"}"),
                     500);
    assert_int_equal(ask_status("BatchGetItem",
                                "{\"RequestItems\":{\"arn:aws:dynamodb:ddblocal:000000000000:table/orders\":{\"Keys\":"
                                "[{\"pk\":{\"S\":\"b\"}}]}}}"),
                     500);
    assert_int_equal(ask_status("Scan", "{\"TableName\":\"arn:aws:dynamodb:ddblocal:000000000000:table/users\"}"), 200);
}

static void a_table_is_found_in_statements(void **state)
{
    (void)state;
    dynox_local_fail(local, .table = "orders", .with = DYNOX_LOCAL_SERVER_ERROR);
    assert_int_equal(ask_status("ExecuteStatement", "{\"Statement\":\"SELECT pk FROM \\\"orders\\\".i\"}"), 500);
    assert_int_equal(ask_status("ExecuteStatement", "{\"Statement\":\"SELECT orders FROM users\"}"), 200);
    assert_int_equal(ask_status("ExecuteStatement", "{\"Statement\":\"insert into orders VALUE\"}"), 500);
    assert_int_equal(
        ask_status("BatchExecuteStatement",
                   "{\"Statements\":[{\"Statement\":\"FROM 'orders' ,\"},"
                   "{\"Statement\":\"UPDATE \\\"arn:aws:dynamodb:ddblocal:000000000000:table/orders\\\" SET\"}]}"),
        500);
    dynox_local_fail_no_more(local);
    dynox_local_fail(local, .table = "orders", .with = DYNOX_LOCAL_CONFLICT);
    assert_int_equal(ask_status("ExecuteTransaction",
                                "{\"TransactStatements\":[{\"Statement\":\"INSERT INTO users VALUE {'pk': 'x'}\"},"
                                "{\"Statement\":\"DELETE FROM orders WHERE pk = 'y'\"}]}"),
                     400);
    assert_non_null(strstr(here.answer.body.data, "[None, TransactionConflict]"));
}

static void only_of_batches_something_can_be_unprocessed(void **state)
{
    (void)state;
    dynox_local_fail(local, .nth = 1, .with = DYNOX_LOCAL_UNPROCESSED);
    assert_int_equal(ask_status("PutItem", put_a), 200);
    assert_non_null(
        strstr(ask_engine(local, &here, "BatchWriteItem",
                          "{\"RequestItems\":{\"users\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"a\"}}}},"
                          "{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"b\"}}}}]}}"),
               "\"UnprocessedItems\":{\"users\""));
}

static void a_conflict_names_the_action(void **state)
{
    const dynox_item *key = DYNOX_ITEM("pk", "b");
    (void)state;
    dynox_local_fail(local, .key = key, .with = DYNOX_LOCAL_CONFLICT);
    assert_string_equal(
        ask_engine(local, &here, "TransactWriteItems",
                   "{\"TransactItems\":[{\"Put\":{\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"a\"}}}},{\"Put\":{"
                   "\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"b\"}}}}]}"),
        "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\",\"Message\":\"Transaction "
        "cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]\","
        "\"CancellationReasons\":[{\"Code\":\"None\"},{\"Code\":\"TransactionConflict\",\"Message\":\"Transaction is "
        "ongoing for the item\"}]}");
}

static void answers_can_be_late_lost_and_cut(void **state)
{
    (void)state;
    dynox_local_fail(local, .operation = "PutItem", .delay_ms = 5, .with = DYNOX_LOCAL_DELAY);
    dynox_local_fail(local, .operation = "PutItem", .delay_ms = 6, .nth = 1, .with = DYNOX_LOCAL_LOSE_ANSWER);
    assert_int_equal(ask_status("PutItem", put_a), 200);
    assert_true(here.answer.is_lost);
    assert_int_equal(here.answer.delay_ms, 11);
    assert_int_equal(ask_status("PutItem", put_a), 200);
    assert_false(here.answer.is_lost);
    assert_int_equal(here.answer.delay_ms, 5);
    dynox_local_fail_no_more(local);
    dynox_local_fail(local, .with = DYNOX_LOCAL_CUT_ANSWER);
    assert_int_equal(ask_status("GetItem", get_a), 200); /* the lost write was carried out */
    assert_string_equal(here.answer.body.data, "{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
    assert_int_equal(here.answer.cut_after, here.answer.body.size / 2);
    dynox_local_fail_no_more(local);
    dynox_local_fail(local, .with = DYNOX_LOCAL_CUT_ANSWER, .bytes = 3);
    ask_status("GetItem", get_a);
    assert_int_equal(here.answer.cut_after, 3);
}

static void half_a_batch_comes_back(void **state)
{
    (void)state;
    dynox_local_fail(local, .operation = "BatchWriteItem", .nth = 1, .with = DYNOX_LOCAL_UNPROCESSED);
    assert_string_equal(
        ask_engine(
            local, &here, "BatchWriteItem",
            "{\"RequestItems\":{\"users\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"a\"}}}},{\"DeleteRequest\":"
            "{\"Key\":{\"pk\":{\"S\":\"b\"}}}}],\"orders\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"\\\"c\"}}}}]}"
            "}"),
        "{\"UnprocessedItems\":{\"users\":[{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"b\"}}}}],\"orders\":[{"
        "\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"\\\"c\"}}}}]}}");
    assert_string_equal(ask_engine(local, &here, "GetItem", get_a), "{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
    dynox_local_fail(local, .operation = "BatchGetItem", .nth = 1, .items = 1, .with = DYNOX_LOCAL_UNPROCESSED);
    assert_string_equal(
        ask_engine(
            local, &here, "BatchGetItem",
            "{\"RequestItems\":{\"users\":{\"ConsistentRead\":true,\"Keys\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":"
            "\"b\"}}]}}}"),
        "{\"Responses\":{\"users\":[{\"pk\":{\"S\":\"a\"}}]},\"UnprocessedKeys\":{\"users\":{\"ConsistentRead\":true,"
        "\"Keys\":[{\"pk\":{\"S\":\"b\"}}]}}}");
}

static void a_batch_of_which_nothing_would_be_left_is_throttled(void **state)
{
    (void)state;
    dynox_local_fail(local, .items = 5, .with = DYNOX_LOCAL_UNPROCESSED);
    assert_int_equal(ask_status("BatchGetItem", "{\"RequestItems\":{\"users\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}}}"),
                     400);
    assert_string_equal(here.answer.error_type, "ProvisionedThroughputExceededException");
    assert_int_equal(ask_status("GetItem", get_a), 200);
}

/* Which of 200 requests fail, as a number of it. */
static void course(uint64_t seed, char text[201])
{
    dynox_local *one   = dynox_local_new(.seed = seed);
    asking       asked = {0};
    make_table(one, "users");
    dynox_local_fail(one, .operation = "GetItem", .probability = 0.3, .with = DYNOX_LOCAL_THROTTLE);
    for (int i = 0; i < 200; i++) {
        ask_engine(one, &asked, "GetItem", get_a);
        text[i] = asked.answer.status == 200 ? '.' : 'x';
    }
    text[200] = 0;
    ask_end(&asked);
    dynox_local_free(one);
}

static void the_same_seed_gives_the_same_faults(void **state)
{
    char   a[201], b[201], c[201];
    size_t struck = 0;
    (void)state;
    course(7, a);
    course(7, b);
    course(8, c);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
    for (size_t i = 0; i < 200; i++)
        struck += a[i] == 'x';
    assert_in_range(struck, 30, 90);
}

static void mistakes_are_told(void **state)
{
    dynox_error err = {0};
    (void)state;
    assert_int_equal(dynox_local_fail(local, .error = &err), DYNOX_E_ARGUMENT);
    assert_string_equal(err.message, "a fault needs .with: there is no fault 0");
    assert_int_equal(dynox_local_fail(local, .with = DYNOX_LOCAL_DELAY, .probability = 1.5, .error = &err),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_local_fail(local, .with = DYNOX_LOCAL_DELAY, .probability = 0.5, .nth = 2, .error = &err),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_local_fail(local, .with = DYNOX_LOCAL_DELAY, .script = "..y", .error = &err),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_local_fail(local, .with = DYNOX_LOCAL_DELAY, .operation = "putItem", .error = &err),
                     DYNOX_E_ARGUMENT);
    assert_string_equal(err.message, "a fault of an .operation that there is not: putItem");
    assert_int_equal(dynox_local_fail(local, .with = DYNOX_LOCAL_UNPROCESSED, .operation = "PutItem", .error = &err),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_local_fail(local, .with = DYNOX_LOCAL_DELAY, .operation = "GetRecords", .times = 1),
                     DYNOX_OK);
    assert_int_equal(dynox_local_fail(NULL, .with = DYNOX_LOCAL_DELAY, .error = &err), DYNOX_E_ARGUMENT);
    assert_int_equal(ask_status("GetItem", get_a), 200);
}

/* ---- out of memory ---- */

static void add_rule(void *arg)
{
    const dynox_item *key = DYNOX_ITEM("pk", "a");
    (void)arg;
    dynox_status status = dynox_local_fail(local, .operation = "PutItem", .table = "users", .key = key, .script = "x",
                                           .with = DYNOX_LOCAL_THROTTLE);
    if (status != DYNOX_OK) assert_int_equal(status, DYNOX_E_NO_MEMORY);
    dynox_local_fail_no_more(local);
}

static void rules_without_memory_are_not_added(void **state)
{
    (void)state;
    test_every_allocation_failing(add_rule, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_throttled_request_is_not_carried_out, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_of_the_service_have_its_codes, setup, teardown),
        cmocka_unit_test_setup_teardown(the_nth_counts_from_one_and_goes_on_so_many_times, setup, teardown),
        cmocka_unit_test_setup_teardown(a_script_says_each_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_key_is_found_wherever_it_stands, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_is_found_wherever_it_stands, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_is_found_by_its_arn, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_is_found_in_statements, setup, teardown),
        cmocka_unit_test_setup_teardown(only_of_batches_something_can_be_unprocessed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_conflict_names_the_action, setup, teardown),
        cmocka_unit_test_setup_teardown(answers_can_be_late_lost_and_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(half_a_batch_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_of_which_nothing_would_be_left_is_throttled, setup, teardown),
        cmocka_unit_test(the_same_seed_gives_the_same_faults),
        cmocka_unit_test_setup_teardown(mistakes_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(rules_without_memory_are_not_added, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
