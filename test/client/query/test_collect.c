/* What becomes of a stream: a count, all of its items, the first one, a plain loop over it. */
#include "client/scripted.h"

#define TWO_ITEMS                                                                                                      \
    "\"Items\":[{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}},{\"pk\":{\"S\":\"b\"},\"n\":{\"N\":\"2\"}}],\"Count\":2,"   \
    "\"ScannedCount\":3"
#define COST ",\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":1.5,\"ReadCapacityUnits\":1.5}"
#define BEHIND_B ",\"LastEvaluatedKey\":{\"pk\":{\"S\":\"b\"}}"

/* Two pages, of two items each. */
static void answer_two_pages(const char *operation)
{
    char name[80];
    scripted_answer(operation, "{" TWO_ITEMS COST BEHIND_B "}");
    snprintf(name, sizeof name, "%s?ExclusiveStartKey", operation);
    scripted_answer(name, "{" TWO_ITEMS COST "}");
}

static int setup(void **state)
{
    (void)state;
    answer_two_pages("Query");
    answer_two_pages("Scan");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    return 0;
}

#define PK DYNOX_EXPR("pk = ?", "a")

/* ---- count ---- */

/* Row 80. */
static void a_count_with_a_key_condition_is_a_query_that_gives_no_items(void **state)
{
    (void)state;
    int64_t n = 0;
    scripted_answer("Query", "{\"Count\":7,\"ScannedCount\":9}");
    assert_int_equal(dynox_sync_count(client, "t", PK, &n, .index = "i", .filter = DYNOX_EXPR("status = ?", "open"),
                                      .consistent_read = true, .page_size = 50),
                     DYNOX_OK);
    assert_int_equal(n, 7);
    assert_sent("{\"TableName\":\"t\",\"IndexName\":\"i\",\"KeyConditionExpression\":\"#n0 = :v0\","
                "\"FilterExpression\":\"#n1 = :v1\",\"Select\":\"COUNT\",\"ConsistentRead\":true,");
    assert_sent("\"Limit\":50}");
}

/* A server that is not quite the service. */
static void what_an_answer_does_not_count_is_counted_here(void **state)
{
    (void)state;
    dynox_page *page = NULL;
    scripted_answer("Scan", "{\"Items\":[{\"pk\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"b\"}}]}");
    assert_int_equal(dynox_sync_scan_page(client, "t", &page), DYNOX_OK);
    assert_int_equal(page->count, 2);
    assert_int_equal(page->scanned_count, 2);
    dynox_page_free(page);
    scripted_answer("Scan", "{\"Items\":[{\"pk\":{\"S\":\"a\"}}],\"Count\":-5,\"ScannedCount\":-6}");
    assert_int_equal(dynox_sync_scan_page(client, "t", &page), DYNOX_OK);
    assert_int_equal(page->count, 1);
    assert_int_equal(page->scanned_count, 1);
    dynox_page_free(page);
}

/* Row 89. */
static void a_count_without_one_scans_all_pages_and_sums_what_they_cost(void **state)
{
    (void)state;
    int64_t    n    = 0;
    dynox_info info = {0};
    long       sent = requests_so_far();
    assert_int_equal(dynox_sync_count(client, "t", NULL, &n, .return_capacity = DYNOX_CAPACITY_TOTAL, .info = &info),
                     DYNOX_OK);
    assert_int_equal(n, 4);
    assert_sent("\"Select\":\"COUNT\"");
    assert_int_equal(requests_so_far(), sent + 2);
    assert_int_equal(info.attempts, 2);
    assert_int_equal(info.capacity_count, 1);
    assert_string_equal(info.capacity->table, "t");
    assert_true(info.capacity->units == 3 && info.capacity->read_units == 3);
    dynox_info_clear(&info);
}

static void a_count_is_a_future_of_a_number(void **state)
{
    (void)state;
    int64_t       n     = 0;
    dynox_future *count = dynox_count(client, "t", PK);
    assert_int_equal(dynox_join(dynox_future_acquire(count), &n), DYNOX_OK);
    assert_int_equal(n, 4);
    assert_non_null(dynox_future_info(count)->capacity);
    assert_int_equal(dynox_future_info(count)->attempts, 2);
    dynox_future_release(count);
}

static void a_count_that_cannot_be_asked_for_is_refused(void **state)
{
    (void)state;
    dynox_error error = {0};
    int64_t     n     = 5;
    long        sent  = requests_so_far();
    assert_int_equal(dynox_sync_count(client, NULL, NULL, &n, .error = &error), DYNOX_E_ARGUMENT);
    assert_int_equal(n, 0);
    assert_int_equal(dynox_sync_count(client, "t", DYNOX_EXPR("pk ="), &n), DYNOX_E_EXPRESSION);
    assert_int_equal(dynox_sync_count(NULL, "t", NULL, &n), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_count_with(client, NULL), DYNOX_E_ARGUMENT);
    dynox_future *async = dynox_count(client, "t", NULL, &n);
    assert_int_equal(dynox_join_void(async), DYNOX_E_ARGUMENT); /* .out is for the sync form */
    assert_int_equal(requests_so_far(), sent);
    dynox_error_clear(&error);
}

static void a_count_keeps_its_deadline_over_all_pages(void **state)
{
    (void)state;
    int64_t n = 0;
    scripted_answer("Scan?ExclusiveStartKey", "{" TWO_ITEMS ",\"LastEvaluatedKey\":{\"pk\":{\"S\":\"c\"}}}"); /* ever */
    faultserver_say(&server, "delay 20");
    assert_int_equal(dynox_sync_count(client, "t", NULL, &n, .deadline_ms = 200), DYNOX_E_TIMEOUT);
}

static void a_count_that_is_cancelled_asks_for_no_more_pages(void **state)
{
    (void)state;
    long sent = requests_so_far();
    faultserver_say(&server, "silent");
    dynox_future *count = dynox_count(client, "t", NULL);
    while (requests_so_far() == sent)
        usleep(1000);
    dynox_future_cancel(count);
    assert_int_equal(dynox_join_void(count), DYNOX_E_CANCELLED);
    faultserver_say(&server, "none");
    usleep(20000);
    assert_int_equal(requests_so_far(), sent + 1);
}

/* ---- collect ---- */

/* Rows 74, 82. */
static void collect_gives_all_items_of_all_pages(void **state)
{
    (void)state;
    dynox_items *all  = NULL;
    dynox_info   info = {0};
    dynox_error  err  = {0};
    assert_int_equal(dynox_sync_collect(dynox_query(client, "t", PK, .return_capacity = DYNOX_CAPACITY_TOTAL), &all,
                                        .max_items = 4, .info = &info, .error = &err),
                     DYNOX_OK);
    assert_int_equal(all->count, 4);
    assert_string_equal(dynox_get_string(all->at[3], "pk"), "b");
    assert_true(info.capacity->units == 3);
    dynox_item *kept = dynox_items_take(all, 2);
    dynox_items_free(all);
    assert_string_equal(dynox_get_string(kept, "pk"), "a"); /* outlives the rest */
    assert_non_null(dynox_item_info(kept));
    dynox_item_free(kept);
    dynox_info_clear(&info);
}

static void collect_in_a_future_goes_on_where_the_stream_is(void **state)
{
    (void)state;
    dynox_items  *rest   = NULL;
    dynox_stream *orders = dynox_scan(client, "t");
    assert_non_null(dynox_sync_stream_next(orders, NULL));
    assert_int_equal(dynox_join(dynox_collect(orders), &rest), DYNOX_OK);
    assert_int_equal(rest->count, 3);
    dynox_items_free(rest);
}

static void more_than_max_items_is_an_error_and_the_rest_is_not_asked_for(void **state)
{
    (void)state;
    dynox_items *all  = (dynox_items *)(uintptr_t)1;
    dynox_error  err  = {0};
    long         sent = requests_so_far();
    assert_int_equal(dynox_sync_collect(dynox_scan(client, "t"), &all, .max_items = 1, .error = &err),
                     DYNOX_E_TOO_LARGE);
    assert_null(all);
    assert_non_null(strstr(err.message, ".max_items (1)"));
    assert_int_equal(requests_so_far(), sent + 1);
    dynox_error_clear(&err);
}

static void a_stream_that_fails_fails_its_collection(void **state)
{
    (void)state;
    dynox_items *all = NULL;
    dynox_error  err = {0};
    assert_int_equal(dynox_sync_collect(dynox_scan(client, "t", .filter = DYNOX_EXPR("n >")), &all, .error = &err),
                     DYNOX_E_EXPRESSION);
    assert_int_equal(dynox_sync_collect(NULL, &all), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_collect(dynox_list_tables(client), &all, .error = &err), DYNOX_E_TYPE);
    assert_int_equal(dynox_join_void(dynox_collect(dynox_scan(client, "t"), &all)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_collect_with(&(dynox_collect_args){.stream = dynox_scan(client, "t"), .error = &err}),
                     DYNOX_E_ARGUMENT); /* no size: freed all the same */
    faultserver_say(&server, "none x1, status 400 ValidationException");
    assert_int_equal(dynox_sync_collect(dynox_scan(client, "t"), &all, .error = &err), DYNOX_E_VALIDATION);
    assert_true(err.request_id[0] != 0);
    assert_null(all);
    dynox_error_clear(&err);
}

static void a_collection_outlives_its_client(void **state)
{
    (void)state;
    dynox_client *brief = scripted_client();
    faultserver_say(&server, "silent");
    dynox_future *all = dynox_collect(dynox_scan(brief, "t"));
    dynox_client_free(brief);
    assert_int_equal(dynox_join_void(all), DYNOX_E_SHUTDOWN);
}

static dynox_outcome wait_inside(dynox_future *future, void *arg)
{
    (void)future;
    dynox_items *all     = NULL;
    *(dynox_status *)arg = dynox_sync_collect(dynox_scan(client, "t"), &all);
    return dynox_ok(NULL, NULL);
}

static void collecting_on_an_io_thread_of_the_client_is_refused(void **state)
{
    (void)state;
    dynox_status status = DYNOX_OK;
    faultserver_say(&server, "delay 20");
    dynox_join_void(dynox_then(dynox_get_item(client, "t", DYNOX_ITEM("pk", 1)), wait_inside, &status,
                               .on = dynox_executor_inline()));
    assert_int_equal(status, DYNOX_E_DEADLOCK);
}

/* ---- first ---- */

/* Rows 72, 73. */
static void first_asks_for_one_item(void **state)
{
    (void)state;
    dynox_item *one  = NULL;
    long        sent = requests_so_far();
    assert_int_equal(dynox_sync_first(dynox_query(client, "t", PK, .page_size = 100, .prefetch = true), &one),
                     DYNOX_OK);
    assert_sent("\"Limit\":1}");
    assert_string_equal(dynox_get_string(one, "pk"), "a");
    dynox_item_free(one);
    assert_int_equal(requests_so_far(), sent + 1);
}

static void first_behind_a_filter_looks_at_whole_pages(void **state)
{
    (void)state;
    dynox_item *one = NULL;
    assert_int_equal(dynox_sync_first(dynox_scan(client, "t", .filter = DYNOX_EXPR("n > ?", 0)), &one), DYNOX_OK);
    assert_null(strstr(faultserver_ask(&server, "last"), "Limit"));
    assert_non_null(one);
    dynox_item_free(one);
}

/* Row 72. */
static void first_of_nothing_is_no_item_and_no_error(void **state)
{
    (void)state;
    dynox_item *one = (dynox_item *)(uintptr_t)1;
    scripted_answer("Query", "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}");
    assert_int_equal(dynox_sync_first(dynox_query(client, "t", PK), &one), DYNOX_OK);
    assert_null(one);
    assert_int_equal(dynox_join(dynox_first(dynox_query(client, "t", PK)), &one), DYNOX_OK);
    assert_null(one);
    assert_int_equal(dynox_sync_first(NULL, &one), DYNOX_E_ARGUMENT);
}

static void first_of_a_started_stream_is_the_next_item(void **state)
{
    (void)state;
    dynox_item   *one    = NULL;
    dynox_stream *orders = dynox_query(client, "t", PK, .limit = 3);
    assert_non_null(dynox_sync_stream_next(orders, NULL));
    assert_int_equal(dynox_sync_first(orders, &one), DYNOX_OK);
    assert_string_equal(dynox_get_string(one, "pk"), "b");
    dynox_item_free(one);
}

/* ---- a plain loop ---- */

static void a_plain_loop_walks_a_stream_to_its_end(void **state)
{
    (void)state;
    dynox_error err = {.status = DYNOX_E_INTERNAL}; /* of before */
    int64_t     sum = 0;
    DYNOX_SYNC_FOR_EACH(const dynox_item *, item, dynox_query(client, "t", PK), &err)
    {
        if (dynox_get_int(item, "n") == 1) continue;
        sum += dynox_get_int(item, "n");
    }
    assert_int_equal(err.status, DYNOX_OK);
    assert_int_equal(sum, 4);
}

static void a_plain_loop_may_be_left_and_nested(void **state)
{
    (void)state;
    dynox_error err   = {0};
    int         pairs = 0;
    DYNOX_SYNC_FOR_EACH(const dynox_item *, outer, dynox_query(client, "t", PK), &err)
    DYNOX_SYNC_FOR_EACH(const dynox_item *, inner, dynox_scan(client, "t"), &err)
    {
        pairs++;
        if (dynox_get_int(outer, "n") < dynox_get_int(inner, "n")) break;
    }
    assert_int_equal(err.status, DYNOX_OK);
    assert_int_equal(pairs, 2 * (2 + 4));
}

static void a_plain_loop_over_what_fails_does_not_run_and_tells(void **state)
{
    (void)state;
    dynox_error err = {0};
    DYNOX_SYNC_FOR_EACH(const dynox_item *, item, dynox_query(client, "t", NULL), &err)
    fail_msg("%p", (const void *)item);
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    DYNOX_SYNC_FOR_EACH(const char *, name, NULL, &err)
    fail_msg("%s", name);
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    DYNOX_SYNC_FOR_EACH(const char *, name, dynox_list_tables(client), NULL)
    assert_string_equal(name, "users");
    dynox_error_clear(&err);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_count_with_a_key_condition_is_a_query_that_gives_no_items),
        EACH(what_an_answer_does_not_count_is_counted_here),
        EACH(a_count_without_one_scans_all_pages_and_sums_what_they_cost),
        EACH(a_count_is_a_future_of_a_number),
        EACH(a_count_that_cannot_be_asked_for_is_refused),
        EACH(a_count_keeps_its_deadline_over_all_pages),
        EACH(a_count_that_is_cancelled_asks_for_no_more_pages),
        EACH(collect_gives_all_items_of_all_pages),
        EACH(collect_in_a_future_goes_on_where_the_stream_is),
        EACH(more_than_max_items_is_an_error_and_the_rest_is_not_asked_for),
        EACH(a_stream_that_fails_fails_its_collection),
        EACH(a_collection_outlives_its_client),
        EACH(collecting_on_an_io_thread_of_the_client_is_refused),
        EACH(first_asks_for_one_item),
        EACH(first_behind_a_filter_looks_at_whole_pages),
        EACH(first_of_nothing_is_no_item_and_no_error),
        EACH(first_of_a_started_stream_is_the_next_item),
        EACH(a_plain_loop_walks_a_stream_to_its_end),
        EACH(a_plain_loop_may_be_left_and_nested),
        EACH(a_plain_loop_over_what_fails_does_not_run_and_tells),
    };
    return cmocka_run_group_tests_name("collect", tests, scripted_setup, scripted_teardown);
}
