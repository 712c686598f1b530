/* PartiQL: what is sent, what is refused before that, pages and tokens, and what several statements have come to. */
#include "client/scripted.h"

static int setup(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    scripted_answer("ExecuteStatement",
                    "{\"Items\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"b\"}}],\"NextToken\":\"two\","
                    "\"LastEvaluatedKey\":{\"pk\":{\"S\":\"b\"}},"
                    "\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":0.5}}");
    scripted_answer("ExecuteStatement?\"NextToken\":\"two\"",
                    "{\"Items\":[{\"pk\":{\"S\":\"c\"}}],"
                    "\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":0.5}}");
    return 0;
}

#define SELECT DYNOX_EXPR("SELECT * FROM t WHERE pk = ? AND n > ?", "it's", 5)

/* ---- one statement ---- */

/* Rows 125, 127. */
static void a_statement_is_sent_with_its_values_beside_it(void **state)
{
    (void)state;
    dynox_page *page = NULL;
    assert_int_equal(dynox_sync_execute_statement_page(
                         client, SELECT, &page, .consistent_read = true, .return_on_condition_failure = DYNOX_ALL_OLD,
                         .return_capacity = DYNOX_CAPACITY_TOTAL, .page_size = 3, .next_token = "two"),
                     DYNOX_OK);
    assert_sent("X-Amz-Target: DynamoDB_20120810.ExecuteStatement");
    assert_sent("{\"Statement\":\"SELECT * FROM t WHERE pk = ? AND n > ?\","
                "\"Parameters\":[{\"S\":\"it's\"},{\"N\":\"5\"}],\"ConsistentRead\":true,"
                "\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\",\"ReturnConsumedCapacity\":\"TOTAL\",\"Limit\":3,"
                "\"NextToken\":\"two\"}");
    dynox_page_free(page);
    assert_int_equal(dynox_sync_execute_statement_page(client, DYNOX_EXPR("DELETE FROM \"t\" WHERE pk = 'a'")),
                     DYNOX_OK);
    assert_sent("{\"Statement\":\"DELETE FROM \\\"t\\\" WHERE pk = 'a'\"}");
}

/* Row 126. */
static void a_page_has_its_cost_and_a_token_that_goes_on(void **state)
{
    (void)state;
    dynox_page *page = NULL, *next = NULL;
    assert_int_equal(dynox_sync_execute_statement_page(client, SELECT, &page), DYNOX_OK);
    assert_int_equal(page->item_count, 2);
    assert_int_equal(page->count, 2);
    assert_string_equal(page->next_token, "two");
    assert_null(page->last_key); /* nothing would take it */
    assert_true(page->info->capacity->units == 0.5);
    assert_int_equal(dynox_sync_execute_statement_page(client, SELECT, &next, .next_token = page->next_token),
                     DYNOX_OK);
    assert_null(next->next_token);
    assert_string_equal(dynox_get_string(&next->items[0], "pk"), "c");
    dynox_page_free(page);
    dynox_page_free(next);
}

/* Row 126. */
static void a_stream_fetches_all_pages(void **state)
{
    (void)state;
    dynox_error         err   = {0};
    int                 count = 0;
    dynox_stream_totals totals;
    dynox_stream       *all  = dynox_execute_statement(client, SELECT, .return_capacity = DYNOX_CAPACITY_TOTAL);
    long                sent = requests_so_far();
    while (dynox_sync_stream_next(all, &err))
        count++;
    assert_int_equal(err.status, DYNOX_OK);
    assert_int_equal(count, 3);
    assert_int_equal(requests_so_far(), sent + 2);
    assert_int_equal(dynox_stream_get_totals(all, &totals), DYNOX_OK);
    assert_true(totals.capacity_units == 1);
    dynox_stream_free(all);
    dynox_items *items = NULL;
    assert_int_equal(dynox_sync_collect(dynox_execute_statement(client, SELECT, .prefetch = true), &items), DYNOX_OK);
    assert_int_equal(items->count, 3);
    dynox_items_free(items);
}

static void a_stream_tells_the_token_between_pages(void **state)
{
    (void)state;
    const char   *token;
    dynox_error   err = {0};
    dynox_item   *key = NULL;
    dynox_stream *all = dynox_execute_statement(client, SELECT, .limit = 2);
    assert_int_equal(dynox_stream_next_token(all, &token, NULL), DYNOX_OK);
    assert_null(token);
    assert_non_null(dynox_sync_stream_next(all, NULL));
    assert_int_equal(dynox_stream_next_token(all, &token, &err), DYNOX_E_ARGUMENT);
    assert_non_null(strstr(err.message, "(1 of 2 items"));
    assert_non_null(dynox_sync_stream_next(all, NULL));
    assert_null(dynox_sync_stream_next(all, NULL)); /* the limit */
    assert_int_equal(dynox_stream_next_token(all, &token, &err), DYNOX_OK);
    assert_string_equal(token, "two");
    assert_int_equal(dynox_sync_stream_resume_key(all, &key, &err), DYNOX_E_ARGUMENT);
    dynox_stream_free(all);
    dynox_stream *tables = dynox_list_tables(client);
    assert_int_equal(dynox_stream_next_token(tables, &token, &err), DYNOX_E_ARGUMENT);
    dynox_stream_free(tables);
    dynox_stream *rest = dynox_execute_statement(client, SELECT, .next_token = "two");
    assert_string_equal(dynox_get_string(dynox_sync_stream_next(rest, NULL), "pk"), "c");
    assert_null(dynox_sync_stream_next(rest, &err));
    assert_int_equal(dynox_stream_next_token(rest, &token, &err), DYNOX_OK);
    assert_null(token);
    dynox_stream_free(rest);
    dynox_error_clear(&err);
}

static void first_of_a_statement_looks_at_whole_pages(void **state)
{
    (void)state;
    dynox_item *one = NULL;
    assert_int_equal(dynox_sync_first(dynox_execute_statement(client, SELECT), &one), DYNOX_OK);
    assert_null(strstr(faultserver_ask(&server, "last"), "Limit"));
    assert_string_equal(dynox_get_string(one, "pk"), "a");
    dynox_item_free(one);
}

static void a_token_that_comes_again_ends_the_stream(void **state)
{
    (void)state;
    dynox_error err = {0};
    scripted_answer("ExecuteStatement", "{\"Items\":[],\"NextToken\":\"x\"}");
    dynox_stream *all = dynox_execute_statement(client, SELECT);
    assert_null(dynox_sync_stream_next(all, &err));
    assert_int_equal(err.status, DYNOX_E_DECODE);
    dynox_stream_free(all);
    dynox_error_clear(&err);
}

static void expect_refusal(const dynox_expr *statement, dynox_status status, const char *words)
{
    dynox_error err  = {0};
    long        sent = requests_so_far();
    assert_int_equal(dynox_sync_execute_statement_page(client, statement, NULL, .error = &err), status);
    if (!strstr(err.message, words)) fail_msg("%s", err.message);
    dynox_stream *stream = dynox_execute_statement(client, statement);
    assert_null(dynox_sync_stream_next(stream, &err));
    assert_int_equal(err.status, status);
    dynox_stream_free(stream);
    assert_int_equal(requests_so_far(), sent);
    dynox_error_clear(&err);
}

static void what_cannot_be_a_statement_is_refused(void **state)
{
    (void)state;
    char        long_text[8194 * 2 + 1];
    dynox_expr *bad = dynox_expr_new("SELECT ?", 1, &(dynox_value){0});
    expect_refusal(NULL, DYNOX_E_ARGUMENT, "the statement is missing");
    expect_refusal(DYNOX_EXPR(""), DYNOX_E_ARGUMENT, "the statement is missing");
    expect_refusal(DYNOX_EXPR(" \n\t"), DYNOX_E_ARGUMENT, "the statement is missing");
    expect_refusal(DYNOX_EXPR("SELECT * FROM t WHERE pk = ?"), DYNOX_E_EXPRESSION, "has 1 `?`, and 0 values");
    expect_refusal(DYNOX_EXPR("SELECT * FROM t WHERE pk = '?'", 1), DYNOX_E_EXPRESSION, "has 0 `?`, and 1 values");
    expect_refusal(DYNOX_EXPR("SELECT \"a?\"\"?\" FROM t WHERE pk = 'it''s?' AND b = ?", 1, 2), DYNOX_E_EXPRESSION,
                   "has 1 `?`, and 2 values");
    expect_refusal(DYNOX_EXPR("SELECT * FROM t WHERE a = ? AND b = ?", 1, dynox_string(NULL)), DYNOX_E_VALUE,
                   "the value for ? number 2: ");
    expect_refusal(bad, DYNOX_E_VALUE, "");
    for (size_t i = 0; i < 8193; i++)
        memcpy(long_text + 2 * i, "\303\245", 3);
    expect_refusal(DYNOX_EXPR(long_text), DYNOX_E_ARGUMENT, "has 8193 characters: it may have 8192");
    long_text[8192 * 2] = 0;
    assert_int_equal(dynox_sync_execute_statement_page(client, DYNOX_EXPR(long_text)), DYNOX_OK);
    dynox_expr_free(bad);
    assert_int_equal(dynox_sync_execute_statement_page(client, SELECT, NULL, .limit = 1), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_execute_statement_page(client, SELECT, NULL, .return_on_condition_failure = 3),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_execute_statement_page(NULL, SELECT), DYNOX_E_ARGUMENT);
}

/* It may be in a comment, or whatever else this grammar has: the service knows. */
static void what_is_not_known_is_left_to_the_service(void **state)
{
    (void)state;
    assert_int_equal(dynox_sync_execute_statement_page(client, DYNOX_EXPR("SELECT * FROM t -- why?")), DYNOX_OK);
    assert_int_equal(dynox_sync_execute_statement_page(client, DYNOX_EXPR("SELECT * /* why? */ FROM t")), DYNOX_OK);
    assert_int_equal(dynox_sync_execute_statement_page(client, DYNOX_EXPR("SELECT 'open?")), DYNOX_OK);
}

/* Row 129. */
static void a_write_whose_answer_was_lost_is_not_done_twice_unseen(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_info  info = {0};
    faultserver_say(&server, "reset after x1, none");
    assert_int_equal(dynox_sync_execute_statement_page(client, DYNOX_EXPR("  update t SET n = n + 1 WHERE pk = 'a'"),
                                                       NULL, .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL, .error = &err),
                     DYNOX_E_TRANSPORT);
    assert_true(err.may_have_applied);
    faultserver_say(&server, "reset after x1, none");
    assert_int_equal(dynox_sync_execute_statement_page(client, DYNOX_EXPR("UPDATE t SET n = n + 1 WHERE pk = 'a'"),
                                                       NULL, .info = &info),
                     DYNOX_OK);
    assert_true(info.may_have_applied_twice);
    faultserver_say(&server, "reset after x1, none");
    assert_int_equal(dynox_sync_execute_statement_page(client, DYNOX_EXPR("INSERT INTO t VALUE {'pk': 'a'}"), NULL,
                                                       .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL, .info = &info),
                     DYNOX_OK); /* the second one would find the item there */
    assert_false(info.may_have_applied_twice);
    faultserver_say(&server, "reset after x1, none");
    assert_int_equal(dynox_sync_execute_statement_page(client, SELECT, NULL, .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL,
                                                       .info = &info),
                     DYNOX_OK);
    assert_int_equal(info.attempts, 2);
    dynox_info_clear(&info);
    dynox_error_clear(&err);
}

DYNOX_ASYNC(int64_t, all_in_a_coroutine, (dynox_client *db;),
            (dynox_items *items; dynox_item *one; dynox_page *page; int64_t n; const dynox_item *item; int64_t seen;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->items, dynox_collect(dynox_execute_statement(my->db, SELECT)));
    DYNOX_AWAIT(my->one, dynox_first(dynox_execute_statement(my->db, SELECT)));
    DYNOX_AWAIT(my->page, dynox_execute_statement_page(my->db, SELECT));
    DYNOX_AWAIT(my->n, dynox_count(my->db, "t", NULL));
    DYNOX_FOR_EACH(my->item, dynox_parallel_scan(my->db, "t", 4))
        my->seen++;
    DYNOX_RETURN((int64_t)my->items->count * 1000 + (my->one != NULL) * 100 + (int64_t)my->page->item_count * 10 +
                 my->n + my->seen);
    DYNOX_FINALLY
    dynox_items_free(my->items);
    dynox_item_free(my->one);
    dynox_page_free(my->page);
    DYNOX_END
}

static void coroutines_await_all_of_them(void **state)
{
    (void)state;
    dynox_error err = {0};
    int64_t     sum = 0;
    if (dynox_run(DYNOX_CALL(all_in_a_coroutine, .db = client), &sum, .error = &err) != DYNOX_OK)
        fail_msg("%s", err.message);
    assert_int_equal(sum, 3 * 1000 + 100 + 2 * 10 + 1 + 4); /* each segment of the canned scan has an item */
}

/* ---- batches ---- */

#define ONE DYNOX_EXPR("SELECT * FROM t WHERE pk = ?", "a")
#define DELETE DYNOX_EXPR("DELETE FROM t WHERE pk = 'a'")

/* Row 130. */
static void a_batch_gives_the_items_in_order_with_holes(void **state)
{
    (void)state;
    dynox_items *items = NULL;
    dynox_info   info  = {0};
    scripted_answer("BatchExecuteStatement",
                    "{\"Responses\":[{\"TableName\":\"t\",\"Item\":{\"pk\":{\"S\":\"a\"}}},{\"TableName\":\"t\"}],"
                    "\"ConsumedCapacity\":[{\"TableName\":\"t\",\"CapacityUnits\":1}]}");
    assert_int_equal(
        dynox_sync_batch_execute_statement(client, DYNOX_STATEMENTS(ONE, DYNOX_STATEMENT(ONE, .consistent_read = true)),
                                           &items, .return_capacity = DYNOX_CAPACITY_TOTAL, .info = &info),
        DYNOX_OK);
    assert_sent(
        "{\"Statements\":[{\"Statement\":\"SELECT * FROM t WHERE pk = ?\",\"Parameters\":[{\"S\":\"a\"}]},"
        "{\"Statement\":\"SELECT * FROM t WHERE pk = ?\",\"Parameters\":[{\"S\":\"a\"}],\"ConsistentRead\":true}],"
        "\"ReturnConsumedCapacity\":\"TOTAL\"}");
    assert_int_equal(items->count, 2);
    assert_string_equal(dynox_get_string(items->at[0], "pk"), "a");
    assert_null(items->at[1]);
    assert_true(info.capacity->units == 1);
    dynox_items_free(items);
    dynox_info_clear(&info);
}

/* Row 130. */
static void a_batch_of_which_some_failed_names_each(void **state)
{
    (void)state;
    dynox_error  err   = {0};
    dynox_items *items = NULL;
    long         sent  = requests_so_far();
    scripted_answer("BatchExecuteStatement",
                    "{\"Responses\":[{\"Error\":{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional "
                    "request failed\",\"Item\":{\"pk\":{\"S\":\"old\"}}}},{\"TableName\":\"t\",\"Item\":{\"pk\":{\"S\":"
                    "\"b\"}}},{\"Error\":{\"Code\":\"DuplicateItem\"}}]}");
    assert_int_equal(dynox_sync_batch_execute_statement(client, DYNOX_STATEMENTS(ONE, ONE, ONE), &items, .error = &err),
                     DYNOX_E_PARTIAL);
    assert_null(items);
    assert_string_equal(err.message, "2 of 3 statements failed: statement 1: ConditionalCheckFailed: The conditional "
                                     "request failed; statement 3: DuplicateItem");
    assert_string_equal(err.code, "ConditionalCheckFailed");
    assert_int_equal(err.reason_count, 3);
    assert_string_equal(dynox_get_string(err.reasons[0].item, "pk"), "old");
    assert_string_equal(err.reasons[1].code, "None");
    assert_string_equal(dynox_get_string(err.reasons[1].item, "pk"), "b"); /* what was read is there */
    assert_string_equal(err.reasons[2].code, "DuplicateItem");
    assert_false(err.may_have_applied);
    assert_false(err.retryable);
    assert_int_equal(err.attempts, 1);
    assert_int_equal(requests_so_far(), sent + 1); /* it was answered: not sent again */
    dynox_error_clear(&err);
}

static void a_batch_of_which_all_failed_has_the_status_of_the_first(void **state)
{
    (void)state;
    dynox_error err = {0};
    scripted_answer("BatchExecuteStatement",
                    "{\"Responses\":[{\"Error\":{\"Code\":\"ThrottlingError\"}},{\"Error\":{\"Code\":"
                    "\"InternalServerError\"}}]}");
    assert_int_equal(dynox_sync_batch_execute_statement(client, DYNOX_STATEMENTS(DELETE, DELETE), NULL, .error = &err),
                     DYNOX_E_THROTTLED);
    assert_true(err.retryable);
    assert_true(err.may_have_applied); /* nobody knows of the second one */
    scripted_answer("BatchExecuteStatement", "{\"Responses\":[{\"Error\":{\"Code\":\"New\"}}]}");
    assert_int_equal(
        dynox_join(dynox_batch_execute_statement(client, DYNOX_STATEMENTS(ONE)), &(dynox_items *){0}, .error = &err),
        DYNOX_E_SERVICE);
    dynox_error_clear(&err);
}

static void a_batch_with_another_number_of_answers_is_refused(void **state)
{
    (void)state;
    scripted_answer("BatchExecuteStatement", "{\"Responses\":[{}]}");
    assert_int_equal(dynox_sync_batch_execute_statement(client, DYNOX_STATEMENTS(ONE, ONE)), DYNOX_E_DECODE);
    scripted_answer("ExecuteTransaction", "{\"Responses\":[{},{},{}]}");
    assert_int_equal(dynox_sync_execute_transaction(client, DYNOX_STATEMENTS(ONE, ONE)), DYNOX_E_DECODE);
}

/* ---- transactions ---- */

/* Row 130. */
static void a_transaction_has_a_token_and_gives_items_in_order(void **state)
{
    (void)state;
    dynox_items *items = NULL;
    scripted_answer("ExecuteTransaction", "{\"Responses\":[{},{\"Item\":{\"pk\":{\"S\":\"b\"}}}]}");
    assert_int_equal(dynox_sync_execute_transaction(client, DYNOX_STATEMENTS(ONE, ONE), &items, .token = "t-7",
                                                    .return_capacity = DYNOX_CAPACITY_TOTAL),
                     DYNOX_OK);
    assert_sent("{\"TransactStatements\":[{\"Statement\":");
    assert_sent("}],\"ClientRequestToken\":\"t-7\",\"ReturnConsumedCapacity\":\"TOTAL\"}");
    assert_int_equal(items->count, 2);
    assert_null(items->at[0]);
    assert_string_equal(dynox_get_string(items->at[1], "pk"), "b");
    dynox_items_free(items);
    scripted_answer("ExecuteTransaction", "{}");
    assert_int_equal(dynox_sync_execute_transaction(
                         client, DYNOX_STATEMENTS(DYNOX_EXPR("UPDATE t SET n = 1 WHERE pk = 'a'")), &items),
                     DYNOX_OK);
    assert_int_equal(items->count, 1);
    assert_null(items->at[0]);
    dynox_items_free(items);
}

/* Row 130. */
static void a_cancelled_transaction_names_the_statements_that_stood_in_the_way(void **state)
{
    (void)state;
    dynox_error err = {0};
    faultserver_say(&server, "status 400 TransactionCanceledException");
    assert_int_equal(dynox_sync_execute_transaction(client, DYNOX_STATEMENTS(ONE), NULL, .error = &err),
                     DYNOX_E_TRANSACTION_CANCELLED);
    dynox_error_clear(&err);
}

static void too_many_statements_and_bad_ones_are_refused_with_their_number(void **state)
{
    (void)state;
    dynox_error     err  = {0};
    long            sent = requests_so_far();
    dynox_statement one  = DYNOX_STATEMENT(ONE), many[101]; /* in the loop it would end with each turn */
    for (int i = 0; i < 101; i++)
        many[i] = one;
    assert_int_equal(dynox_sync_batch_execute_statement(client, (dynox_statements){many, 26}, NULL, .error = &err),
                     DYNOX_E_ARGUMENT);
    assert_string_equal(err.message, "26 statements are too many for a batch: it takes 25");
    assert_int_equal(dynox_sync_execute_transaction(client, (dynox_statements){many, 101}, NULL, .error = &err),
                     DYNOX_E_ARGUMENT);
    assert_string_equal(err.message, "101 statements are too many for a transaction: it takes 100");
    assert_int_equal(
        dynox_sync_batch_execute_statement(client, DYNOX_STATEMENTS(ONE, DYNOX_EXPR(" ")), NULL, .error = &err),
        DYNOX_E_ARGUMENT);
    assert_string_equal(err.message, "statement 2: the statement is missing");
    assert_int_equal(dynox_sync_execute_transaction(
                         client, DYNOX_STATEMENTS(DYNOX_STATEMENT(ONE, .consistent_read = true)), NULL, .error = &err),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_execute_transaction(client, DYNOX_STATEMENTS(ONE), NULL, .token = ""),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(requests_so_far(), sent);
    dynox_error_clear(&err);
}

static void reads_and_writes_do_not_go_together(void **state)
{
    (void)state;
    dynox_error err  = {0};
    long        sent = requests_so_far();
    assert_int_equal(
        dynox_sync_batch_execute_statement(client, DYNOX_STATEMENTS(ONE, ONE, DELETE), NULL, .error = &err),
        DYNOX_E_ARGUMENT);
    assert_string_equal(err.message, "statement 1 reads and statement 3 writes: a batch takes one or the other");
    assert_int_equal(dynox_sync_execute_transaction(client, DYNOX_STATEMENTS(DELETE, ONE), NULL, .error = &err),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(requests_so_far(), sent);
    scripted_answer("ExecuteTransaction", "{\"Responses\":[{},{}]}");
    assert_int_equal(dynox_sync_execute_transaction(
                         client, DYNOX_STATEMENTS(DELETE, DYNOX_EXPR("EXISTS(SELECT * FROM t WHERE pk = 'b')"))),
                     DYNOX_OK);
    dynox_error_clear(&err);
}

static void no_statements_are_done_without_a_request(void **state)
{
    (void)state;
    long         sent  = requests_so_far();
    dynox_items *items = NULL;
    assert_int_equal(dynox_sync_batch_execute_statement(client, DYNOX_STATEMENTS(), &items), DYNOX_OK);
    assert_int_equal(items->count, 0);
    dynox_items_free(items);
    assert_int_equal(dynox_sync_execute_transaction(client, (dynox_statements){0}, &items), DYNOX_OK);
    dynox_items_free(items);
    assert_int_equal(dynox_sync_execute_transaction(NULL, (dynox_statements){0}, &items), DYNOX_E_ARGUMENT);
    assert_int_equal(requests_so_far(), sent);
}

#define EACH(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_statement_is_sent_with_its_values_beside_it),
        EACH(a_page_has_its_cost_and_a_token_that_goes_on),
        EACH(a_stream_fetches_all_pages),
        EACH(a_stream_tells_the_token_between_pages),
        EACH(first_of_a_statement_looks_at_whole_pages),
        EACH(a_token_that_comes_again_ends_the_stream),
        EACH(what_cannot_be_a_statement_is_refused),
        EACH(what_is_not_known_is_left_to_the_service),
        EACH(a_write_whose_answer_was_lost_is_not_done_twice_unseen),
        EACH(coroutines_await_all_of_them),
        EACH(a_batch_gives_the_items_in_order_with_holes),
        EACH(a_batch_of_which_some_failed_names_each),
        EACH(a_batch_of_which_all_failed_has_the_status_of_the_first),
        EACH(a_batch_with_another_number_of_answers_is_refused),
        EACH(a_transaction_has_a_token_and_gives_items_in_order),
        EACH(a_cancelled_transaction_names_the_statements_that_stood_in_the_way),
        EACH(too_many_statements_and_bad_ones_are_refused_with_their_number),
        EACH(reads_and_writes_do_not_go_together),
        EACH(no_statements_are_done_without_a_request),
    };
    return cmocka_run_group_tests_name("partiql", tests, scripted_setup, scripted_teardown);
}
