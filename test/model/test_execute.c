/* Records that PartiQL statements select. */
#include "model/orders.h"

static int setup(void **state)
{
    orders_setup(state);
    scripted_answer("ExecuteStatement", "{\"Items\":[" ORDER(1) "," ORDER(2) "],\"NextToken\":\"more\"}");
    scripted_answer("ExecuteStatement?NextToken", "{\"Items\":[" ORDER(3) "]}");
    return 0;
}

#define ALL_OF_ADA DYNOX_EXPR("SELECT * FROM orders WHERE pk = ? AND st = ?", "ada", "open")

/* Row 128. */
static void a_statement_gives_the_records_of_all_pages_and_their_hooks_run(void **state)
{
    (void)state;
    dynox_error   error = {0};
    int           count = 0;
    dynox_stream *all   = order_execute(client, ALL_OF_ADA, NULL);
    for (const order *o; (o = order_next(all, &error)); count++) {
        assert_int_equal(o->number, count + 1);
        assert_string_equal(o->status, "open");
        assert_true(o->loaded);
    }
    assert_int_equal(error.status, DYNOX_OK);
    assert_int_equal(count, 3);
    assert_sent("{\"Statement\":\"SELECT * FROM orders WHERE pk = ? AND st = ?\","
                "\"Parameters\":[{\"S\":\"ada\"},{\"S\":\"open\"}],\"NextToken\":\"more\"}");
    dynox_stream_free(all);
}

/* Row 128. */
static void a_statement_may_be_collected_limited_and_read_consistently(void **state)
{
    (void)state;
    order_list *all = NULL;
    assert_int_equal(
        order_sync_collect(order_execute(client, ALL_OF_ADA, DYNOX_WITH(.consistent_read = true, .skip_hooks = true)),
                           0, &all, NULL),
        DYNOX_OK);
    assert_int_equal(all->count, 3);
    assert_sent("\"ConsistentRead\":true");
    assert_int_equal(orders_loaded, 0);
    order_list_free(all);
    assert_int_equal(
        order_sync_collect(order_execute(client, ALL_OF_ADA, DYNOX_WITH(.limit = 1, .page_size = 7)), 0, &all, NULL),
        DYNOX_OK);
    assert_int_equal(all->count, 1);
    assert_sent("\"Limit\":7");
    order_list_free(all);
}

static void a_stream_of_a_statement_has_a_token_and_a_type(void **state)
{
    (void)state;
    const char   *token = NULL;
    dynox_stream *all   = order_execute(client, ALL_OF_ADA, NULL);
    assert_ptr_equal(dynox_stream_item_type(all), order_model.type);
    order_next(all, NULL);
    order_next(all, NULL);
    assert_int_equal(dynox_stream_next_token(all, &token, NULL), DYNOX_OK);
    assert_string_equal(token, "more");
    dynox_stream_free(all);
}

/* A save of a record of which only a part was selected would lose the rest. */
static dynox_status replace_the_first_of(const char *statement)
{
    dynox_error   error = {0};
    dynox_stream *all   = order_execute(client, DYNOX_EXPR(statement), NULL);
    order        *o     = order_next(all, &error);
    assert_non_null(o);
    dynox_status status = order_sync_save(client, o, DYNOX_WITH(.full_replace = true));
    dynox_stream_free(all);
    return status;
}

static void a_selection_of_columns_is_a_part_of_a_record(void **state)
{
    (void)state;
    scripted_answer("PutItem", "{}");
    assert_int_equal(replace_the_first_of("SELECT * FROM orders"), DYNOX_OK);
    assert_int_equal(replace_the_first_of("\n select * from \"orders\" where pk = 'a.b'"), DYNOX_OK);
    assert_int_not_equal(replace_the_first_of("SELECT pk, sk FROM orders"), DYNOX_OK);
    assert_int_not_equal(replace_the_first_of("SELECT * FROM \"orders\".\"by_status\""), DYNOX_OK);
}

static void what_does_not_select_is_refused(void **state)
{
    (void)state;
    long sent = requests_so_far();
    assert_fails(order_execute(client, DYNOX_EXPR("DELETE FROM orders WHERE pk = ?", "ada"), NULL), DYNOX_E_ARGUMENT,
                 "order_execute: the statement has to be a SELECT");
    assert_fails(order_execute(client, DYNOX_EXPR("UPDATE orders SET st = 'x' RETURNING ALL NEW *"), NULL),
                 DYNOX_E_ARGUMENT, "has to be a SELECT");
    assert_fails(order_execute(client, NULL, NULL), DYNOX_E_ARGUMENT, "the statement is missing");
    assert_fails(order_execute(client, DYNOX_EXPR("  "), NULL), DYNOX_E_ARGUMENT, "the statement is missing");
    assert_fails(order_execute(client, DYNOX_EXPR("SELECT * FROM orders WHERE pk = ?"), NULL), DYNOX_E_EXPRESSION,
                 "1 `?`, and 0 values");
    assert_fails(order_execute(client, ALL_OF_ADA, DYNOX_WITH(.filter = ALL_OF_ADA)), DYNOX_E_ARGUMENT,
                 "order_execute: .filter is not an option of an execute");
    assert_fails(order_execute(client, ALL_OF_ADA, DYNOX_WITH(.start_key = &(dynox_item){0})), DYNOX_E_ARGUMENT,
                 ".start_key is not an option of an execute");
    assert_fails(order_execute(NULL, ALL_OF_ADA, NULL), DYNOX_E_ARGUMENT, "no client was given");
    assert_int_equal(requests_so_far(), sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_statement_gives_the_records_of_all_pages_and_their_hooks_run, setup),
        cmocka_unit_test_setup(a_statement_may_be_collected_limited_and_read_consistently, setup),
        cmocka_unit_test_setup(a_stream_of_a_statement_has_a_token_and_a_type, setup),
        cmocka_unit_test_setup(a_selection_of_columns_is_a_part_of_a_record, setup),
        cmocka_unit_test_setup(what_does_not_select_is_refused, setup),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
