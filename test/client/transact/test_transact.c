/* Transactions: what is sent, what is refused before that, and the words for those that were cancelled. */
#include "client/scripted.h"

static const dynox_expr *const absent = &(const dynox_expr){.text = "attribute_not_exists(pk)"};

/* Rows 112, 117. */
static void the_four_kinds_are_sent_with_their_own_placeholders_and_a_token(void **state)
{
    (void)state;
    assert_int_equal(
        dynox_sync_transact_write(
            client,
            DYNOX_WRITES(DYNOX_PUT("a", DYNOX_ITEM("pk", "p"), .condition = absent),
                         DYNOX_UPDATE("a", DYNOX_ITEM("pk", "u"), DYNOX_EXPR("SET n = n - ?", 10),
                                      .condition = DYNOX_EXPR("n >= ?", 10)),
                         DYNOX_DELETE("b", DYNOX_ITEM("pk", "d"), .return_on_condition_failure = DYNOX_ALL_OLD),
                         DYNOX_CHECK("b", DYNOX_ITEM("pk", "c"), DYNOX_EXPR("ok = ?", DYNOX_TRUE))),
            .token = "transfer-7", .return_capacity = DYNOX_CAPACITY_TOTAL),
        DYNOX_OK);
    assert_sent("X-Amz-Target: DynamoDB_20120810.TransactWriteItems");
    assert_sent(
        "{\"TransactItems\":[{\"Put\":{\"TableName\":\"a\",\"Item\":{\"pk\":{\"S\":\"p\"}},"
        "\"ConditionExpression\":\"attribute_not_exists(#n0)\",\"ExpressionAttributeNames\":{\"#n0\":\"pk\"}}},"
        "{\"Update\":{\"TableName\":\"a\",\"Key\":{\"pk\":{\"S\":\"u\"}},\"UpdateExpression\":\"SET #n0 = #n0 - "
        ":v0\",\"ConditionExpression\":\"#n0 >= :v1\",\"ExpressionAttributeNames\":{\"#n0\":\"n\"},"
        "\"ExpressionAttributeValues\":{\":v0\":{\"N\":\"10\"},\":v1\":{\"N\":\"10\"}}}},");
    assert_sent("{\"Delete\":{\"TableName\":\"b\",\"Key\":{\"pk\":{\"S\":\"d\"}},"
                "\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}},{\"ConditionCheck\":{\"TableName\":\"b\","
                "\"Key\":{\"pk\":{\"S\":\"c\"}},\"ConditionExpression\":\"#n0 = :v0\"");
    assert_sent("}}],\"ClientRequestToken\":\"transfer-7\",\"ReturnConsumedCapacity\":\"TOTAL\"}");
}

static void token_of_last(char token[37])
{
    const char *at = strstr(faultserver_ask(&server, "last"), "ClientRequestToken\\\":\\\"");
    assert_non_null(at);
    snprintf(token, 37, "%s", at + strlen("ClientRequestToken\\\":\\\""));
}

static void all_attempts_share_a_token_and_calls_do_not(void **state)
{
    (void)state;
    char         first[37], second[37], third[37];
    dynox_writes one = DYNOX_WRITES(DYNOX_PUT("a", DYNOX_ITEM("pk", "p")));
    faultserver_say(&server, "status 500 InternalServerError");
    assert_int_not_equal(dynox_sync_transact_write(client, one, .max_attempts = 1), DYNOX_OK);
    token_of_last(first);
    faultserver_say(&server, "none");
    dynox_info info = {0};
    assert_int_equal(dynox_sync_transact_write(client, one, .info = &info), DYNOX_OK);
    token_of_last(second);
    faultserver_say(&server, "status 500 InternalServerError x1, none");
    assert_int_equal(dynox_sync_transact_write(client, one, .info = &info), DYNOX_OK);
    assert_int_equal(info.attempts, 2);
    assert_false(info.may_have_applied_twice); /* that is what the token is for */
    dynox_info_clear(&info);
    token_of_last(third);
    assert_string_not_equal(first, second);
    assert_string_not_equal(second, third);
    assert_int_equal(strlen(third), 36);
}

static void expect_refusal(dynox_writes writes, const char *words)
{
    dynox_error error  = {0};
    long        before = requests_so_far();
    assert_int_not_equal(dynox_sync_transact_write(client, writes, .error = &error), DYNOX_OK);
    if (!strstr(error.message, words)) fail_msg("%s", error.message);
    assert_int_equal(requests_so_far(), before);
    dynox_error_clear(&error);
}

/* Rows 114, 115. */
static void what_the_service_would_refuse_is_refused_with_its_number(void **state)
{
    (void)state;
    dynox_write       many[101];
    const dynox_item *key = DYNOX_ITEM("pk", "k");
    for (int i = 0; i < 101; i++)
        many[i] = DYNOX_PUT("a", DYNOX_ITEM("pk", "k"));
    expect_refusal((dynox_writes){many, 101}, "101 actions are too many for a transaction: it takes 100");
    expect_refusal(DYNOX_WRITES(DYNOX_PUT("a", key), DYNOX_UPDATE("t", key, NULL)),
                   "action 2 (update on \"t\"): the update expression is missing");
    expect_refusal(DYNOX_WRITES(DYNOX_CHECK("t", key, NULL)), "action 1 (check on \"t\"): a check without a condition");
    expect_refusal(DYNOX_WRITES(DYNOX_PUT("t", NULL)), "action 1 (put on \"t\"): the item is missing (NULL)");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE("t", NULL)), "action 1 (delete on \"t\"): the key is missing (NULL)");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE(NULL, key)), "action 1 (delete on \"\"): the table name is missing");
    expect_refusal(DYNOX_WRITES({.table = "t", .item = key}), "action 1 (? on \"t\"): there is no kind 0 of a write");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE("t", key, .update = absent)), "an update expression is for updates");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE("t", key, .condition = DYNOX_EXPR("a = "))),
                   "action 1 (delete on \"t\"): ");
}

static void two_actions_on_one_item_are_refused_as_far_as_can_be_told(void **state)
{
    (void)state;
    const dynox_item *key  = DYNOX_ITEM("pk", "k", "sk", 1),
                     *same = DYNOX_ITEM("sk", dynox_number_text("1.0"), "pk", "k");
    const dynox_item *item = DYNOX_ITEM("name", "x", "pk", "k", "sk", 1);
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE("t", DYNOX_ITEM("pk", "o", "sk", 1)), DYNOX_DELETE("t", key),
                                DYNOX_UPDATE("t", same, DYNOX_EXPR("SET a = ?", 1))),
                   "actions 2 and 3 are on one item of \"t\"");
    expect_refusal(DYNOX_WRITES(DYNOX_PUT("t", item), DYNOX_CHECK("t", key, absent)), "actions 1 and 2");
    assert_int_equal(dynox_sync_transact_write(client, DYNOX_WRITES(DYNOX_DELETE("t", key), DYNOX_DELETE("u", key))),
                     DYNOX_OK);
}

static void a_token_has_1_to_36_characters(void **state)
{
    (void)state;
    dynox_writes one = DYNOX_WRITES(DYNOX_PUT("a", DYNOX_ITEM("pk", "p")));
    assert_int_equal(dynox_sync_transact_write(client, one, .token = ""), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_transact_write(client, one, .token = "1234567890123456789012345678901234567"),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_transact_write(client, one, .token = "123456789012345678901234567890123456"), DYNOX_OK);
}

static void nothing_to_do_is_done_without_a_request(void **state)
{
    (void)state;
    long         before = requests_so_far();
    dynox_items *items  = NULL;
    assert_int_equal(dynox_sync_transact_write(client, (dynox_writes){0}), DYNOX_OK);
    assert_int_equal(dynox_sync_transact_write(NULL, (dynox_writes){0}), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_transact_get(client, (dynox_reads){0}, &items), DYNOX_OK);
    assert_int_equal(items->count, 0);
    dynox_items_free(items);
    assert_int_equal(requests_so_far(), before);
}

/* ---- gets ---- */

/* Rows 118, 119. */
static void gets_come_in_order_with_holes(void **state)
{
    (void)state;
    dynox_items *items = NULL;
    dynox_info   info  = {0};
    scripted_answer("TransactGetItems",
                    "{\"Responses\":[{\"Item\":{\"pk\":{\"S\":\"a\"}}},{},{\"Item\":{\"pk\":{\"S\":\"c\"}}}],"
                    "\"ConsumedCapacity\":[{\"TableName\":\"t\",\"CapacityUnits\":4},{\"TableName\":\"u\","
                    "\"CapacityUnits\":2}]}");
    assert_int_equal(
        dynox_sync_transact_get(client,
                                DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", "a"), .projection = "pk, size"),
                                            DYNOX_GET("t", DYNOX_ITEM("pk", "b")),
                                            DYNOX_GET("u", DYNOX_ITEM("pk", "c"), .consistent_read = true)),
                                &items, .info = &info, .return_capacity = DYNOX_CAPACITY_TOTAL),
        DYNOX_OK);
    assert_sent(
        "{\"TransactItems\":[{\"Get\":{\"TableName\":\"t\",\"Key\":{\"pk\":{\"S\":\"a\"}},"
        "\"ProjectionExpression\":\"#n0, #n1\",\"ExpressionAttributeNames\":{\"#n0\":\"pk\",\"#n1\":\"size\"}}},"
        "{\"Get\":{\"TableName\":\"t\",\"Key\":{\"pk\":{\"S\":\"b\"}}}},");
    assert_int_equal(items->count, 3);
    assert_string_equal(dynox_get_string(items->at[0], "pk"), "a");
    assert_null(items->at[1]);
    assert_int_equal(info.capacity_count, 2);
    assert_string_equal(info.capacity[1].table, "u");
    assert_true(info.capacity[1].units == 2);
    dynox_item *taken = dynox_items_take(items, 2);
    assert_null(items->at[2]);
    assert_null(dynox_items_take(items, 2));
    assert_null(dynox_items_take(items, 3));
    dynox_items_free(items);
    dynox_info_clear(&info);
    assert_string_equal(dynox_get_string(taken, "pk"), "c");
    dynox_item_free(taken);
}

static void an_answer_with_another_number_of_items_is_refused(void **state)
{
    (void)state;
    dynox_items *items = NULL;
    scripted_answer("TransactGetItems", "{\"Responses\":[{}]}");
    assert_int_equal(
        dynox_sync_transact_get(
            client, DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", "a")), DYNOX_GET("t", DYNOX_ITEM("pk", "b"))), &items),
        DYNOX_E_DECODE);
    assert_null(items);
}

/* ---- step by step ---- */

/* Row 120. */
static void a_transaction_keeps_copies_until_it_is_committed(void **state)
{
    (void)state;
    char               name[8] = "first";
    long               before  = requests_so_far();
    dynox_transaction *steps   = dynox_transaction_new();
    dynox_transaction_add(steps, DYNOX_PUT("a", DYNOX_ITEM("pk", name), .condition = DYNOX_EXPR("n < ?", 3)));
    memcpy(name, "later", 6);
    dynox_transaction_add(steps, DYNOX_UPDATE("a", DYNOX_ITEM("pk", name), DYNOX_EXPR("SET s = ?", name)));
    assert_int_equal(dynox_transaction_count(steps), 2);
    assert_int_equal(requests_so_far(), before);
    assert_int_equal(dynox_sync_transaction_commit(steps, client, .token = "steps"), DYNOX_OK);
    assert_sent("{\"TransactItems\":[{\"Put\":{\"TableName\":\"a\",\"Item\":{\"pk\":{\"S\":\"first\"}},"
                "\"ConditionExpression\":\"#n0 < :v0\"");
    assert_sent("\"UpdateExpression\":\"SET #n0 = :v0\"");
    dynox_future *again = dynox_transaction_commit(steps, client);
    dynox_transaction_free(steps);
    assert_int_equal(dynox_join_void(again), DYNOX_OK);
}

static void a_transaction_that_is_freed_sends_nothing(void **state)
{
    (void)state;
    dynox_error        error  = {0};
    long               before = requests_so_far();
    dynox_transaction *steps  = dynox_transaction_new();
    dynox_transaction_add(steps, DYNOX_UPDATE("a", DYNOX_ITEM("pk", "x"), DYNOX_EXPR("SET s ? ", 1)));
    dynox_transaction_add(steps, DYNOX_PUT(NULL, NULL));
    assert_int_equal(dynox_sync_transaction_commit(steps, client, .error = &error), DYNOX_E_EXPRESSION);
    assert_int_equal(dynox_sync_transaction_commit(NULL, client, .error = &error), DYNOX_E_ARGUMENT);
    dynox_transaction_free(steps);
    assert_int_equal(requests_so_far(), before);
}

static int reset_answers(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    return 0;
}

#define EACH(test) cmocka_unit_test_setup(test, reset_answers)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(the_four_kinds_are_sent_with_their_own_placeholders_and_a_token),
        EACH(all_attempts_share_a_token_and_calls_do_not),
        EACH(what_the_service_would_refuse_is_refused_with_its_number),
        EACH(two_actions_on_one_item_are_refused_as_far_as_can_be_told),
        EACH(a_token_has_1_to_36_characters),
        EACH(nothing_to_do_is_done_without_a_request),
        EACH(gets_come_in_order_with_holes),
        EACH(an_answer_with_another_number_of_items_is_refused),
        EACH(a_transaction_keeps_copies_until_it_is_committed),
        EACH(a_transaction_that_is_freed_sends_nothing),
    };
    return cmocka_run_group_tests_name("transactions", tests, scripted_setup, scripted_teardown);
}
