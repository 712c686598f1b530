/* Answers that belong to another request: where anything in them can tell, no call takes one for its own. */
#include "http/server.h"
#include "scripted.h"

/* ---- out of step once ---- */

static bool send_item(test_line *line, const char *pk)
{
    char body[128];
    snprintf(body, sizeof body, "{\"Item\":{\"pk\":{\"S\":\"%s\"}}}", pk);
    return server_answer(line, body);
}

/* The first connection is one answer ahead. All other answers are right: each asks for the number of its request. */
static void answer_ahead_once(test_line *line)
{
    if (line->number == 1 && !send_item(line, "somebody else's")) return;
    while (server_read(line)) {
        const char *pk = strstr(line->request, "{\"pk\":{\"S\":\"");
        char        value[16];
        snprintf(value, sizeof value, "%.4s", pk ? pk + 12 : "");
        if (!send_item(line, value)) return;
    }
}

static void a_get_with_the_item_of_another_key_is_sent_again_on_a_new_connection(void **state)
{
    enum { GETS = 6 };
    test_server  *ahead = server_start(answer_ahead_once, NULL, NULL);
    char          url[64], keys[GETS][8];
    dynox_future *gets[GETS];
    (void)state;
    snprintf(url, sizeof url, "http://127.0.0.1:%u", ahead->port);
    dynox_client *one = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "AKID",
                                         .secret_key = "SECRET", .max_connections = 1, .proxy = "");
    for (int i = 0; i < GETS; i++) {
        snprintf(keys[i], sizeof keys[i], "key%d", i);
        gets[i] = dynox_get_item(one, "users", DYNOX_ITEM("pk", keys[i]));
    }
    for (int i = 0; i < GETS; i++) {
        dynox_item *item  = NULL;
        dynox_error error = {0};
        if (dynox_join(gets[i], &item, .error = &error) != DYNOX_OK) fail_msg("%s", error.message);
        assert_string_equal(dynox_get_string(item, "pk"), keys[i]);
        dynox_item_free(item);
    }
    assert_in_range(server_connections(ahead), 2,
                    3); /* the second may have been used while the first call backed off */
    dynox_client_free(one);
    server_stop(ahead);
}

/* ---- always ---- */

static dynox_status get(const dynox_item *key, const char *projection, dynox_error *error)
{
    dynox_item  *item   = NULL;
    dynox_status status = dynox_sync_get_item(client, "users", key, &item, .projection = projection, .error = error);
    dynox_item_free(item);
    return status;
}

static void a_get_that_never_gets_its_own_item_fails_and_says_why(void **state)
{
    (void)state;
    dynox_error error = {0};
    scripted_answer("GetItem", "{\"Item\":{\"pk\":{\"S\":\"b\"}}}");
    assert_int_equal(get(DYNOX_ITEM("pk", "a"), NULL, &error), DYNOX_E_DECODE);
    assert_non_null(strstr(error.message, "another key"));
    assert_true(error.attempts > 1);
    dynox_error_clear(&error);
    scripted_answer("GetItem", "{\"Item\":{\"pk\":{\"N\":\"1\"}}}");
    assert_int_equal(get(DYNOX_ITEM("pk", "1"), NULL, NULL), DYNOX_E_DECODE);
}

static void keys_are_compared_by_what_they_are_worth(void **state)
{
    (void)state;
    scripted_answer("GetItem", "{\"Item\":{\"pk\":{\"N\":\"1.00\"},\"sk\":{\"B\":\"AP8=\"},\"x\":{\"S\":\"y\"}}}");
    assert_int_equal(get(DYNOX_ITEM("pk", 1, "sk", DYNOX_BYTES("\0\xff", 2)), NULL, NULL), DYNOX_OK);
    scripted_answer("GetItem", "{\"Item\":{\"p\\\"k\":{\"S\":\"a\\u00e9\\n\"}}}");
    assert_int_equal(get(DYNOX_ITEM("p\"k", "a\xc3\xa9\n"), NULL, NULL), DYNOX_OK);
}

static void a_projection_may_leave_the_key_out(void **state)
{
    (void)state;
    scripted_answer("GetItem", "{\"Item\":{\"name\":{\"S\":\"Ada\"}}}");
    assert_int_equal(get(DYNOX_ITEM("pk", "a"), "name", NULL), DYNOX_OK);
}

static void what_is_no_answer_to_the_operation_is_refused(void **state)
{
    (void)state;
    dynox_page *page = NULL;
    scripted_answer("GetItem", "{\"Items\":[],\"Count\":0}");
    assert_int_equal(get(DYNOX_ITEM("pk", "a"), NULL, NULL), DYNOX_E_DECODE);
    scripted_answer("Query", "{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
    assert_int_equal(dynox_sync_query_page(client, "users", DYNOX_EXPR("pk = ?", "a"), &page), DYNOX_E_DECODE);
    scripted_answer("Query", "{\"Count\":0}");
    assert_int_equal(dynox_sync_query_page(client, "users", DYNOX_EXPR("pk = ?", "a"), &page), DYNOX_OK);
    dynox_page_free(page);
    scripted_answer("GetItem", "{ }");
    assert_int_equal(get(DYNOX_ITEM("pk", "a"), NULL, NULL), DYNOX_OK);
}

static void a_write_that_gets_it_may_have_been_applied(void **state)
{
    (void)state;
    dynox_error error = {0};
    scripted_answer("PutItem", "{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
    assert_int_equal(dynox_sync_put_item(client, "users", DYNOX_ITEM("pk", "a"),
                                         .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL, .error = &error),
                     DYNOX_E_DECODE);
    assert_true(error.may_have_applied);
    assert_int_equal(error.attempts, 1);
    dynox_error_clear(&error);
    scripted_answer("UpdateItem", "{\"Attributes\":{\"pk\":{\"S\":\"b\"}}}");
    assert_int_equal(dynox_sync_update_item(client, "users", DYNOX_ITEM("pk", "a"), DYNOX_EXPR("SET x = ?", 1),
                                            .return_values = DYNOX_ALL_NEW, .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL,
                                            .error = &error),
                     DYNOX_E_DECODE);
    assert_true(error.may_have_applied);
    dynox_error_clear(&error);
}

static void a_description_of_another_table_is_refused(void **state)
{
    (void)state;
    dynox_table *table = NULL;
    assert_int_equal(dynox_sync_describe_table(client, "orders", &table), DYNOX_OK);
    dynox_table_free(table);
    scripted_answer("DescribeTable", "{\"Table\":{\"TableName\":\"users\"}}");
    assert_int_equal(dynox_sync_describe_table(client, "orders", &table), DYNOX_E_DECODE);
    assert_int_equal(dynox_sync_describe_table(client, "all-users", &table), DYNOX_E_DECODE);
    assert_int_equal(dynox_sync_describe_table(client, "arn:aws:dynamodb:eu-west-1:123456789012:table/users", &table),
                     DYNOX_OK);
    dynox_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_get_with_the_item_of_another_key_is_sent_again_on_a_new_connection),
        cmocka_unit_test(a_get_that_never_gets_its_own_item_fails_and_says_why),
        cmocka_unit_test(keys_are_compared_by_what_they_are_worth),
        cmocka_unit_test(a_projection_may_leave_the_key_out),
        cmocka_unit_test(what_is_no_answer_to_the_operation_is_refused),
        cmocka_unit_test(a_write_that_gets_it_may_have_been_applied),
        cmocka_unit_test(a_description_of_another_table_is_refused),
    };
    return cmocka_run_group_tests_name("foreign answers", tests, scripted_setup, scripted_teardown);
}
