/* Streams of a client: what they ask the service for, when they ask, and what they are after their client's end. */
#include "fork.h"
#include "scripted.h"
#include <signal.h>

static dynox_stream *orders;

static int setup(void **state)
{
    (void)state;
    if (!client) client = scripted_client();
    scripted_answer("Query",
                    "{\"Items\":[{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}},{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":"
                    "\"2\"}}],\"Count\":2,\"ScannedCount\":2}");
    return client ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    dynox_stream_free(orders);
    orders = NULL;
    faultserver_say(&server, "none");
    return 0;
}

static void assert_next_says_done_at_once(dynox_stream *stream)
{
    long          sent = requests_so_far();
    dynox_future *next = dynox_stream_next(stream);
    assert_true(dynox_future_done(next));
    assert_int_equal(dynox_future_error(next), DYNOX_OK);
    dynox_future_release(next);
    assert_int_equal(requests_so_far(), sent);
}

static void next_of_a_refused_stream_sends_nothing(void **state)
{
    (void)state;
    const void *item;
    orders = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"), .filter = DYNOX_EXPR("n >"));
    assert_next_says_done_at_once(orders);
    assert_int_equal(dynox_stream_poll(orders, &item), DYNOX_STREAM_FAILED);
    assert_int_equal(dynox_stream_error(orders)->status, DYNOX_E_EXPRESSION);
}

static void next_asks_for_a_page_only_when_the_last_one_is_read(void **state)
{
    (void)state;
    const void *item;
    orders = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"));
    assert_non_null(dynox_sync_stream_next(orders, NULL));
    assert_next_says_done_at_once(orders);
    assert_int_equal(dynox_stream_poll(orders, &item), DYNOX_STREAM_ITEM);
    assert_next_says_done_at_once(orders);
    assert_int_equal(dynox_stream_poll(orders, &item), DYNOX_STREAM_END);
    assert_next_says_done_at_once(orders);
}

static void next_does_not_wait_for_the_prefetched_page(void **state)
{
    (void)state;
    scripted_answer("Query",
                    "{\"Items\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"b\"}}],\"Count\":2,\"ScannedCount\":2,"
                    "\"LastEvaluatedKey\":{\"pk\":{\"S\":\"b\"}}}");
    orders              = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"), .prefetch = true);
    dynox_future *first = dynox_stream_next(orders);
    assert_int_equal(dynox_future_wait(first, -1), DYNOX_OK);
    dynox_future_release(first);
    faultserver_say(&server, "silent");
    const void *item;
    assert_int_equal(dynox_stream_poll(orders, &item), DYNOX_STREAM_ITEM);
    dynox_future *second = dynox_stream_next(orders);
    assert_true(dynox_future_done(second));
    dynox_future_release(second);
    assert_int_equal(dynox_stream_poll(orders, &item), DYNOX_STREAM_ITEM);
    assert_int_equal(dynox_stream_poll(orders, &item), DYNOX_STREAM_WAIT);
}

static void next_can_be_put_under_a_time_limit(void **state)
{
    (void)state;
    const void *item;
    orders = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"));
    assert_int_equal(dynox_join_void(dynox_timeout(dynox_stream_next(orders), 60000)), DYNOX_OK);
    assert_int_equal(dynox_stream_poll(orders, &item), DYNOX_STREAM_ITEM);
    assert_int_equal(dynox_get_int(item, "sk"), 1);
}

static void a_wait_that_was_given_up_can_be_taken_up_again(void **state)
{
    (void)state;
    orders = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"));
    faultserver_say(&server, "delay 30");
    dynox_future *next = dynox_stream_next(orders);
    dynox_future_drop(&next);
    assert_non_null(dynox_sync_stream_next(orders, NULL));
}

static void a_stream_freed_while_it_waits_ends_the_wait(void **state)
{
    (void)state;
    orders = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"));
    faultserver_say(&server, "silent");
    dynox_future *next = dynox_stream_next(orders);
    dynox_stream_free(orders);
    orders = NULL;
    assert_int_equal(dynox_join_void(next), DYNOX_E_CANCELLED);
}

static dynox_outcome read_inside(dynox_future *future, void *arg)
{
    (void)future;
    dynox_error   err = {0};
    dynox_stream *all = dynox_scan(client, "orders");
    dynox_sync_stream_next(all, &err);
    dynox_stream_free(all);
    *(dynox_status *)arg = err.status;
    return dynox_ok(NULL, NULL);
}

static void reading_on_an_io_thread_of_the_client_is_refused(void **state)
{
    (void)state;
    dynox_status status = DYNOX_OK;
    faultserver_say(&server, "delay 20"); /* so that the callback is attached before the answer is there */
    dynox_join_void(dynox_then(dynox_get_item(client, "t", DYNOX_ITEM("pk", 1)), read_inside, &status,
                               .on = dynox_executor_inline()));
    assert_int_equal(status, DYNOX_E_DEADLOCK);
}

static void a_limit_may_be_larger_than_any_page(void **state)
{
    (void)state;
    dynox_error err = {0};
    orders          = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"), .limit = SIZE_MAX);
    assert_non_null(dynox_sync_stream_next(orders, &err));
    assert_sent("\"Limit\":2147483647");
}

static void a_resume_key_needs_the_key_attributes_only_inside_a_page(void **state)
{
    (void)state;
    dynox_error err = {0};
    dynox_item *key = NULL;
    orders          = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"), .projection = "sk");
    scripted_answer("Query",
                    "{\"Items\":[{\"sk\":{\"N\":\"1\"}},{\"sk\":{\"N\":\"2\"}}],\"Count\":2,\"ScannedCount\":2,"
                    "\"LastEvaluatedKey\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"2\"}}}");
    assert_non_null(dynox_sync_stream_next(orders, NULL));
    assert_int_equal(dynox_sync_stream_resume_key(orders, &key, &err), DYNOX_E_ARGUMENT);
    assert_non_null(strstr(err.message, "\"pk\""));
    assert_non_null(dynox_sync_stream_next(orders, NULL));
    assert_int_equal(dynox_sync_stream_resume_key(orders, &key, &err), DYNOX_OK); /* the end of the page: told */
    assert_string_equal(dynox_get_string(key, "pk"), "a");
    dynox_item_free(key);
}

/* The resume key as text; "" for none. */
static const char *resume_key(void)
{
    static char text[256];
    dynox_item *key = NULL;
    dynox_error err = {0};
    if (dynox_sync_stream_resume_key(orders, &key, &err) != DYNOX_OK) fail_msg("%s", err.message);
    char *json = key ? dynox_item_to_text(key, NULL) : NULL;
    snprintf(text, sizeof text, "%s", json ? json : "");
    dynox_free(json);
    dynox_item_free(key);
    return text;
}

static void prefetching_keeps_to_the_limit_and_does_not_move_the_resume_key(void **state)
{
    (void)state;
    dynox_stream_totals totals;
    scripted_answer("Query",
                    "{\"Items\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"b\"}}],\"Count\":2,\"ScannedCount\":2,"
                    "\"LastEvaluatedKey\":{\"pk\":{\"S\":\"b\"}}}");
    orders    = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"), .prefetch = true, .limit = 4);
    long sent = requests_so_far();
    assert_string_equal(resume_key(), "");
    assert_non_null(dynox_sync_stream_next(orders, NULL));
    while (requests_so_far() < sent + 2) /* the second page is asked for already */
        usleep(1000);
    assert_sent("\"Limit\":2,\"ExclusiveStartKey\":{\"pk\":{\"S\":\"b\"}}");
    assert_string_equal(resume_key(), "{\"pk\":{\"S\":\"a\"}}");
    for (int i = 0; i < 3; i++)
        assert_non_null(dynox_sync_stream_next(orders, NULL));
    assert_null(dynox_sync_stream_next(orders, NULL));
    assert_string_equal(resume_key(), "{\"pk\":{\"S\":\"b\"}}");
    assert_int_equal(dynox_stream_get_totals(orders, &totals), DYNOX_OK);
    assert_int_equal(totals.pages, 2);
    assert_int_equal(requests_so_far(), sent + 2);
}

static void with_a_filter_the_limit_is_not_sent(void **state)
{
    (void)state;
    orders = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"), .filter = DYNOX_EXPR("n > ?", 1), .limit = 1);
    assert_non_null(dynox_sync_stream_next(orders, NULL));
    assert_null(strstr(faultserver_ask(&server, "last"), "Limit"));
    assert_null(dynox_sync_stream_next(orders, NULL));
}

static void inside_the_only_page_of_an_index_the_table_tells_the_names_of_the_keys(void **state)
{
    (void)state;
    scripted_answer("Query",
                    "{\"Items\":[{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"mail\":{\"S\":\"m\"},\"x\":{\"N\":"
                    "\"1\"}},{\"pk\":{\"S\":\"b\"}}],\"Count\":2,\"ScannedCount\":2}");
    scripted_answer("DescribeTable",
                    "{\"Table\":{\"TableName\":\"orders\",\"AttributeDefinitions\":[{\"AttributeName\":\"pk\","
                    "\"AttributeType\":\"S\"},{\"AttributeName\":\"sk\",\"AttributeType\":\"N\"},{\"AttributeName\":"
                    "\"mail\",\"AttributeType\":\"S\"}],\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},"
                    "{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}],\"GlobalSecondaryIndexes\":[{\"IndexName\":"
                    "\"by-mail\",\"KeySchema\":[{\"AttributeName\":\"mail\",\"KeyType\":\"HASH\"},{\"AttributeName\":"
                    "\"sk\",\"KeyType\":\"RANGE\"}]}]}}");
    orders = dynox_query(client, "orders", DYNOX_EXPR("mail = ?", "m"), .index = "by-mail");
    assert_non_null(dynox_sync_stream_next(orders, NULL));
    assert_string_equal(resume_key(), "{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"mail\":{\"S\":\"m\"}}");

    dynox_item   *key   = NULL;
    dynox_stream *other = dynox_query(client, "orders", DYNOX_EXPR("mail = ?", "m"), .index = "deleted meanwhile");
    assert_non_null(dynox_sync_stream_next(other, NULL));
    assert_int_equal(dynox_sync_stream_resume_key(other, &key, NULL), DYNOX_E_NOT_FOUND);
    dynox_stream_free(other);
}

/* Empty tokens are none, whoever sends them. */
static void an_empty_token_is_the_end(void **state)
{
    (void)state;
    static const char *const last[] = {"{}", "null"};
    for (size_t i = 0; i < 2; i++) {
        char        json[256];
        dynox_page *page = NULL;
        dynox_item *key  = NULL;
        snprintf(json, sizeof json, "{\"Items\":[{\"pk\":{\"S\":\"a\"}}],\"Count\":1,\"LastEvaluatedKey\":%s}",
                 last[i]);
        scripted_answer("Query", json);
        long sent = requests_so_far();
        orders    = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"));
        assert_non_null(dynox_sync_stream_next(orders, NULL));
        assert_null(dynox_sync_stream_next(orders, NULL));
        assert_int_equal(requests_so_far(), sent + 1);
        assert_int_equal(dynox_sync_stream_resume_key(orders, &key, NULL), DYNOX_OK);
        assert_null(key);
        dynox_stream_free(orders);
        orders = NULL;
        assert_int_equal(dynox_sync_query_page(client, "orders", DYNOX_EXPR("pk = ?", "a"), .out = &page), DYNOX_OK);
        assert_null(page->last_key);
        dynox_page_free(page);
    }
}

static void an_empty_token_is_the_end_of_the_tables(void **state)
{
    (void)state;
    static const char *const last[] = {"", ",\"LastEvaluatedTableName\":\"\"", ",\"LastEvaluatedTableName\":null"};
    for (size_t i = 0; i < 3; i++) {
        char               json[256];
        dynox_table_names *page = NULL;
        snprintf(json, sizeof json, "{\"TableNames\":[\"t\"]%s}", last[i]);
        scripted_answer("ListTables", json);
        long sent = requests_so_far();
        orders    = dynox_list_tables(client);
        assert_string_equal(dynox_sync_stream_next(orders, NULL), "t");
        assert_null(dynox_sync_stream_next(orders, NULL));
        assert_int_equal(requests_so_far(), sent + 1);
        dynox_stream_free(orders);
        orders = NULL;
        assert_int_equal(dynox_sync_list_tables_page(client, .out = &page), DYNOX_OK);
        assert_null(page->last);
        dynox_table_names_free(page);
    }
}

/* Rows 71, 87. */
static void reads_are_consistent_only_where_it_is_said(void **state)
{
    (void)state;
    for (int consistent = 0; consistent < 2; consistent++)
        for (int scan = 0; scan < 2; scan++) {
            dynox_stream *stream =
                scan ? dynox_scan(client, "orders", .consistent_read = consistent)
                     : dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"), .consistent_read = consistent);
            assert_non_null(dynox_sync_stream_next(stream, NULL));
            assert_int_equal(strstr(faultserver_ask(&server, "last"), "ConsistentRead\\\":true") != NULL, consistent);
            dynox_stream_free(stream);
        }
}

/* The status of the stream in a forked child; 1000 and the signal if it hangs. */
static int next_in_child(dynox_stream *stream)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork_among_sleepers();
    if (child == 0) {
        dynox_error err = {0};
        signal(SIGALRM, SIG_DFL);
        alarm(30);
        const void *item = dynox_sync_stream_next(stream, &err);
        _exit(item ? 255 : (int)err.status);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void in_a_forked_child_streams_fail_and_do_not_hang(void **state)
{
    (void)state;
    for (int started = 0; started < 2; started++)
        for (int parallel = 0; parallel < 2; parallel++) {
            dynox_stream *stream = parallel ? dynox_parallel_scan(client, "orders", 3)
                                            : dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"));
            faultserver_say(&server, "silent");
            dynox_future *next = started ? dynox_stream_next(stream) : NULL;
            dynox_future_drop(&next);
            assert_int_equal(next_in_child(stream), DYNOX_E_FORKED);
            dynox_stream_free(stream);
        }
}

/* A server that answers "go on" with where it was asked to begin would keep a stream for ever. */
static void a_key_that_comes_again_with_nothing_ends_the_stream(void **state)
{
    (void)state;
    dynox_error err = {0};
    scripted_answer("Query", "{\"Items\":[],\"Count\":0,\"LastEvaluatedKey\":{\"pk\":{\"S\":\"b\"}}}");
    orders = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"));
    assert_null(dynox_sync_stream_next(orders, &err));
    assert_int_equal(err.status, DYNOX_E_DECODE);
    assert_non_null(strstr(err.message, "where it was asked to begin"));
    dynox_error_clear(&err);
}

static void a_count_whose_pages_go_on_where_they_began_ends(void **state)
{
    (void)state;
    dynox_error err = {0};
    int64_t     n   = 0;
    scripted_answer("Query", "{\"Count\":5,\"ScannedCount\":5,\"LastEvaluatedKey\":{\"pk\":{\"S\":\"b\"}}}");
    assert_int_equal(dynox_sync_count(client, "orders", DYNOX_EXPR("pk = ?", "a"), &n, .error = &err), DYNOX_E_DECODE);
    dynox_error_clear(&err);
}

static void a_list_whose_pages_go_on_where_they_began_ends(void **state)
{
    (void)state;
    dynox_error err = {0};
    scripted_answer("ListTables", "{\"TableNames\":[],\"LastEvaluatedTableName\":\"b\"}");
    scripted_answer("ListBackups", "{\"BackupSummaries\":[],\"LastEvaluatedBackupArn\":\"arn:b\"}");
    scripted_answer("ListTagsOfResource", "{\"Tags\":[],\"NextToken\":\"b\"}");
    dynox_stream *const lists[] = {dynox_list_tables(client), dynox_list_tables(client, .start_after = "b"),
                                   dynox_list_backups(client),
                                   dynox_list_tags(client, "arn:aws:dynamodb:eu-west-1:1:table/t")};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assert_null(dynox_sync_stream_next(lists[i], &err));
        assert_int_equal(err.status, DYNOX_E_DECODE);
        assert_non_null(strstr(err.message, "where it was asked to begin"));
        dynox_error_clear(&err);
        dynox_stream_free(lists[i]);
    }
}

static _Atomic int unobserved;

static void count_unobserved(const dynox_error *error, const char *what)
{
    (void)error, (void)what;
    unobserved++;
}

/* Nobody could have looked at it. */
static void a_prefetched_page_that_failed_is_not_complained_about(void **state)
{
    (void)state;
    dynox_client *own = scripted_client();
    dynox_set_unobserved_error(count_unobserved);
    scripted_answer("Scan",
                    "{\"Items\":[{\"pk\":{\"S\":\"a\"}}],\"Count\":1,\"LastEvaluatedKey\":{\"pk\":{\"S\":\"a\"}}}");
    faultserver_say(&server, "none x1, silent");
    dynox_stream *prefetching = dynox_scan(own, "orders", .prefetch = true),
                 *parallel    = dynox_parallel_scan(own, "orders", 3);
    assert_non_null(dynox_sync_stream_next(prefetching, NULL));
    dynox_future_release(dynox_stream_next(parallel));
    dynox_client_free(own);
    dynox_stream_free(prefetching);
    dynox_stream_free(parallel);
    faultserver_say(&server, "none");
    dynox_set_unobserved_error(NULL);
    assert_int_equal(unobserved, 0);
}

/* A program that stored "no key" as an empty one begins at the start. */
static void an_empty_start_is_not_sent(void **state)
{
    (void)state;
    dynox_table_names *names = NULL;
    dynox_page        *page  = NULL;
    dynox_item        *empty = dynox_item_new();
    scripted_answer("ListTables", "{\"TableNames\":[]}");
    assert_int_equal(dynox_sync_list_tables_page(client, .start_after = "", .out = &names), DYNOX_OK);
    dynox_table_names_free(names);
    assert_null(strstr(faultserver_ask(&server, "last"), "ExclusiveStart"));
    assert_int_equal(
        dynox_sync_query_page(client, "orders", DYNOX_EXPR("pk = ?", "a"), .start_key = empty, .out = &page), DYNOX_OK);
    dynox_page_free(page);
    assert_null(strstr(faultserver_ask(&server, "last"), "ExclusiveStart"));
    orders = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"), .start_key = empty);
    assert_non_null(dynox_sync_stream_next(orders, NULL));
    assert_null(strstr(faultserver_ask(&server, "last"), "ExclusiveStart"));
    dynox_item_free(empty);
}

static void a_stream_that_outlives_its_client_fails(void **state)
{
    (void)state;
    dynox_error   err   = {0};
    dynox_stream *names = dynox_list_tables(client);
    orders              = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "a"));
    dynox_client_free(client);
    client = NULL;
    assert_null(dynox_sync_stream_next(orders, &err));
    assert_int_equal(err.status, DYNOX_E_SHUTDOWN);
    assert_null(dynox_sync_stream_next(names, &err));
    assert_int_equal(err.status, DYNOX_E_SHUTDOWN);
    dynox_stream_free(names);
}

static void a_wait_for_a_table_that_outlives_its_client_fails(void **state)
{
    (void)state;
    scripted_answer("DescribeTable", "{\"Table\":{\"TableName\":\"t\",\"TableStatus\":\"CREATING\"}}");
    dynox_future *wait = dynox_wait_for_table_active(client, "t", .poll_ms = 50);
    long          sent = requests_so_far();
    while (requests_so_far() == sent) /* until it has asked once, and sleeps */
        usleep(1000);
    usleep(20000);
    dynox_client_free(client);
    client = NULL;
    assert_int_equal(dynox_join_void(wait), DYNOX_E_SHUTDOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(next_of_a_refused_stream_sends_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_token_is_the_end, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_token_is_the_end_of_the_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_start_is_not_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_are_consistent_only_where_it_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(in_a_forked_child_streams_fail_and_do_not_hang, setup, teardown),
        cmocka_unit_test_setup_teardown(a_key_that_comes_again_with_nothing_ends_the_stream, setup, teardown),
        cmocka_unit_test_setup_teardown(a_count_whose_pages_go_on_where_they_began_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(a_prefetched_page_that_failed_is_not_complained_about, setup, teardown),
        cmocka_unit_test_setup_teardown(a_list_whose_pages_go_on_where_they_began_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(next_asks_for_a_page_only_when_the_last_one_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(next_does_not_wait_for_the_prefetched_page, setup, teardown),
        cmocka_unit_test_setup_teardown(next_can_be_put_under_a_time_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(a_wait_that_was_given_up_can_be_taken_up_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stream_freed_while_it_waits_ends_the_wait, setup, teardown),
        cmocka_unit_test_setup_teardown(reading_on_an_io_thread_of_the_client_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_limit_may_be_larger_than_any_page, setup, teardown),
        cmocka_unit_test_setup_teardown(a_resume_key_needs_the_key_attributes_only_inside_a_page, setup, teardown),
        cmocka_unit_test_setup_teardown(prefetching_keeps_to_the_limit_and_does_not_move_the_resume_key, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(with_a_filter_the_limit_is_not_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(inside_the_only_page_of_an_index_the_table_tells_the_names_of_the_keys, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_stream_that_outlives_its_client_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(a_wait_for_a_table_that_outlives_its_client_fails, setup, teardown),
    };
    return cmocka_run_group_tests_name("client streams", tests, scripted_setup, scripted_teardown);
}
