/* Explaining calls: what is said of each family, and that nothing is ever sent. */
#include "client/scripted.h"
#include <pthread.h>

static long before;

static int remember_requests(void **state)
{
    (void)state;
    before = requests_so_far();
    return 0;
}

static int nothing_was_sent(void **state)
{
    (void)state;
    assert_int_equal(requests_so_far(), before);
    return 0;
}

static bool warns(const dynox_explanation *plan, const char *words)
{
    for (size_t i = 0; i < plan->warning_count; i++)
        if (strstr(plan->warnings[i], words)) return true;
    return false;
}

static void a_get_is_explained(void **state)
{
    (void)state;
    dynox_explanation *plan = dynox_explain(
        dynox_get_item(client, "users", DYNOX_ITEM("pk", "USER#1"), .projection = "name", .consistent_read = true));
    assert_non_null(plan);
    assert_int_equal(plan->status, DYNOX_OK);
    assert_string_equal(plan->operation, "GetItem");
    assert_string_equal(plan->table, "users");
    assert_null(plan->index);
    assert_string_equal(plan->body,
                        "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"USER#1\"}},\"ConsistentRead\":true,"
                        "\"ProjectionExpression\":\"#n0\",\"ExpressionAttributeNames\":{\"#n0\":\"name\"}}");
    assert_int_equal(plan->body_size, strlen(plan->body));
    assert_true(plan->read_units == 1 && plan->write_units == 0);
    assert_int_equal(plan->parts, 1);
    assert_int_equal(plan->warning_count, 0);
    assert_null(plan->next);
    dynox_explanation_free(plan);
}

static void a_put_is_measured(void **state)
{
    (void)state;
    char text[70001];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    dynox_explanation *plan =
        dynox_explain(dynox_put_item(client, "users", DYNOX_ITEM("pk", "USER#123", "name", "John")));
    assert_int_equal(plan->item_size, 18);
    assert_true(plan->write_units == 1);
    dynox_explanation_free(plan);
    plan = dynox_explain(dynox_put_item(client, "users", DYNOX_ITEM("pk", text)));
    assert_int_equal(plan->item_size, 70002);
    assert_true(plan->write_units == 69);
    assert_true(warns(plan, "70002 bytes"));
    dynox_explanation_free(plan);
}

static void a_query_and_a_scan_warn(void **state)
{
    (void)state;
    dynox_explanation *plan =
        dynox_explain(dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "x"), .filter = DYNOX_EXPR("total > ?", 5),
                                  .index = "by_day", .page_size = 10));
    assert_string_equal(plan->operation, "Query");
    assert_string_equal(plan->index, "by_day");
    assert_true(plan->read_units == 0.5);
    assert_true(warns(plan, "filter drops items after they were read") && warns(plan, "limit counts"));
    assert_true(warns(plan, "no projection"));
    dynox_explanation_free(plan);
    plan = dynox_explain(dynox_scan_page(client, "orders", .projection = "a"));
    assert_true(warns(plan, "whole table"));
    assert_int_equal(plan->warning_count, 1);
    dynox_explanation_free(plan);
}

static void a_transaction_costs_twice(void **state)
{
    (void)state;
    dynox_explanation *plan = dynox_explain(dynox_transact_write(
        client, DYNOX_WRITES(DYNOX_PUT("a", DYNOX_ITEM("pk", "1")),
                             DYNOX_UPDATE("a", DYNOX_ITEM("pk", "2"), DYNOX_EXPR("SET x = ?", 1)),
                             DYNOX_CHECK("b", DYNOX_ITEM("pk", "3"), DYNOX_EXPR("attribute_exists(pk)")))));
    assert_int_equal(plan->parts, 3);
    assert_null(plan->table); /* two of them */
    assert_true(plan->write_units == 6);
    assert_true(warns(plan, "twice"));
    dynox_explanation_free(plan);
    plan = dynox_explain(dynox_transact_get(client, DYNOX_READS(DYNOX_GET("a", DYNOX_ITEM("pk", "1")))));
    assert_string_equal(plan->table, "a");
    assert_true(plan->read_units == 2);
    dynox_explanation_free(plan);
}

static void a_batch_is_explained_by_its_requests(void **state)
{
    (void)state;
    dynox_write writes[60];
    dynox_item *items[60];
    for (int i = 0; i < 60; i++) {
        items[i]  = dynox_item_copy(DYNOX_ITEM("pk", i));
        writes[i] = DYNOX_PUT(i % 2 ? "odd" : "even", items[i]);
    }
    dynox_explanation *plan = dynox_explain(dynox_batch_write(client, (dynox_writes){writes, 60}));
    assert_string_equal(plan->operation, "BatchWriteItem");
    assert_int_equal(plan->parts, 25);
    assert_true(plan->write_units == 25);
    assert_int_equal(plan->item_size, 4);
    dynox_explanation_free(plan);
    plan = dynox_explain(dynox_batch_get(client, DYNOX_READS(DYNOX_GET("t", items[1]), DYNOX_GET("t", items[2]))));
    assert_string_equal(plan->table, "t");
    assert_int_equal(plan->parts, 2);
    assert_true(plan->read_units == 1);
    dynox_explanation_free(plan);
    for (int i = 0; i < 60; i++)
        dynox_item_free(items[i]);
    dynox_join_void(dynox_sleep(20)); /* what would be sent later would have been by now */
}

static void what_would_be_refused_says_why(void **state)
{
    (void)state;
    dynox_explanation *plan = dynox_explain(dynox_get_item(client, "users", NULL));
    assert_int_equal(plan->status, DYNOX_E_ARGUMENT);
    assert_non_null(strstr(plan->message, "key"));
    assert_null(plan->body);
    dynox_explanation_free(plan);
    plan = dynox_explain(dynox_get_item(NULL, "users", DYNOX_ITEM("pk", 1)));
    assert_int_equal(plan->status, DYNOX_E_ARGUMENT);
    dynox_explanation_free(plan);
    plan = dynox_explain(dynox_transact_write(client, (dynox_writes){NULL, 0}));
    assert_int_equal(plan->status, DYNOX_OK);
    assert_null(plan->body); /* nothing has to be sent */
    dynox_explanation_free(plan);
}

static void a_sync_call_leaves_its_out_alone_and_is_cancelled(void **state)
{
    (void)state;
    dynox_item        *item = NULL;
    dynox_error        err  = {0};
    dynox_explanation *plan =
        dynox_explain(dynox_sync_get_item(client, "users", DYNOX_ITEM("pk", 1), &item, .error = &err));
    assert_string_equal(plan->operation, "GetItem");
    assert_null(item);
    assert_int_equal(err.status, DYNOX_E_CANCELLED);
    assert_non_null(strstr(err.message, "nothing was sent"));
    dynox_explanation_free(plan);
}

static void several_calls_are_a_list(void **state)
{
    (void)state;
    dynox_explain_begin();
    dynox_future_release(dynox_get_item(client, "a", DYNOX_ITEM("pk", 1)));
    dynox_explanation *plan = dynox_explain_end(dynox_delete_item(client, "b", DYNOX_ITEM("pk", 1)));
    assert_string_equal(plan->operation, "GetItem");
    assert_string_equal(plan->next->operation, "DeleteItem");
    assert_null(plan->next->next);
    dynox_explanation_free(plan);
    assert_null(dynox_explain_end(NULL));                        /* once too often */
    assert_null(dynox_explain(dynox_client_warm_up(client, 2))); /* it sends no request, and makes no connection */
    dynox_explanation_free(NULL);
}

static void a_stream_made_inside_never_sends_later(void **state)
{
    (void)state;
    dynox_error err = {0};
    dynox_explain_begin();
    dynox_stream      *stream = dynox_scan(client, "t");
    dynox_explanation *plan   = dynox_explain_end(NULL);
    assert_null(plan); /* it fetches nothing before it is asked */
    assert_null(dynox_sync_stream_next(stream, &err));
    assert_int_equal(err.status, DYNOX_E_CANCELLED);
    dynox_stream_free(stream);
}

static void *call_elsewhere(void *arg)
{
    (void)arg;
    assert_int_equal(dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x")), DYNOX_OK);
    return NULL;
}

static void other_threads_go_on(void **state)
{
    (void)state;
    pthread_t thread;
    dynox_explain_begin();
    pthread_create(&thread, NULL, call_elsewhere, NULL);
    pthread_join(thread, NULL);
    assert_null(dynox_explain_end(NULL));
    before++; /* that one */
}

static void count_call(const dynox_observed *call, void *context, void *arg)
{
    (void)call, (void)context;
    (*(int *)arg)++;
}

static void neither_credentials_nor_a_region_are_needed_and_observers_hear_nothing(void **state)
{
    (void)state;
    int             calls = 0;
    dynox_observer *mine  = dynox_observer_new(.call_ends = count_call, .arg = &calls);
    setenv("AWS_CONFIG_FILE", "/nonexistent", 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent", 1);
    dynox_client *bare = dynox_client_new(.observer = mine);
    assert_non_null(bare);
    dynox_explanation *plan = dynox_explain(dynox_delete_item(bare, "t", DYNOX_ITEM("pk", "x")));
    assert_int_equal(plan->status, DYNOX_OK);
    assert_non_null(plan->body);
    assert_int_equal(calls, 0);
    dynox_explanation_free(plan);
    dynox_client_free(bare);
    dynox_observer_release(mine);
}

static void it_can_be_printed(void **state)
{
    (void)state;
    char              *text = NULL;
    size_t             size = 0;
    FILE              *to   = open_memstream(&text, &size);
    dynox_explanation *plan = dynox_explain(dynox_put_item(client, "users", DYNOX_ITEM("pk", "x")));
    dynox_explanation_print(to, plan);
    dynox_explanation_print(to, NULL);
    fclose(to);
    assert_string_equal(text, "PutItem on \"users\": 45 bytes\n"
                              "  {\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"x\"}}}\n"
                              "  largest item: 3 bytes\n"
                              "  at least 1.0 write units\n");
    free(text);
    dynox_explanation_free(plan);
}

static void explain_one(void *arg)
{
    (void)arg;
    dynox_explanation *plan = dynox_explain(dynox_put_item(client, "users", DYNOX_ITEM("pk", "x")));
    dynox_explanation_free(plan);
}

static void without_memory_still_nothing_is_sent(void **state)
{
    (void)state;
    test_every_allocation_failing(explain_one, NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, remember_requests, nothing_was_sent)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_memory_still_nothing_is_sent), /* first: while there is no thread but this one */
        TEST(a_get_is_explained),
        TEST(a_put_is_measured),
        TEST(a_query_and_a_scan_warn),
        TEST(a_transaction_costs_twice),
        TEST(a_batch_is_explained_by_its_requests),
        TEST(what_would_be_refused_says_why),
        TEST(a_sync_call_leaves_its_out_alone_and_is_cancelled),
        TEST(several_calls_are_a_list),
        TEST(a_stream_made_inside_never_sends_later),
        TEST(other_threads_go_on),
        TEST(neither_credentials_nor_a_region_are_needed_and_observers_hear_nothing),
        TEST(it_can_be_printed),
    };
    return cmocka_run_group_tests_name("explain", tests, scripted_setup, scripted_teardown);
}
