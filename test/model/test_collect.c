/* What becomes of a stream of records: a list of all, the first, how many. */
#include "model/orders.h"

/* ---- collect ---- */

static void collect_gives_the_records_of_all_pages_as_one_list(void **state)
{
    (void)state;
    order_list *all = NULL;
    assert_int_equal(dynox_join(order_collect(order_query(client, ADA, NULL), 0), &all), DYNOX_OK);
    assert_int_equal(all->count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(all->at[i]->number, i + 1);
        assert_string_equal(all->at[i]->status, "open");
        assert_false(order_is_dirty(all->at[i]));
    }
    order_list_free(all);
}

static void hooks_of_a_list_run_once_where_it_is_taken(void **state)
{
    (void)state;
    order_list   *all   = NULL;
    dynox_future *asked = order_collect(order_query(client, ADA, NULL), 0);
    assert_int_equal(dynox_future_wait(asked, -1), DYNOX_OK);
    assert_int_equal(orders_loaded, 0);
    assert_int_equal(dynox_join(asked, &all), DYNOX_OK);
    assert_int_equal(orders_loaded, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(pthread_equal(all->at[i]->loaded_on, pthread_self()));
    order_list_free(all);
    dynox_future_release(order_collect(order_query(client, ADA, NULL), 0)); /* forgotten: nobody has them */
    assert_int_equal(dynox_join(order_collect(order_query(client, ADA, DYNOX_WITH(.skip_hooks = true)), 0), &all),
                     DYNOX_OK);
    order_list_free(all);
    assert_int_equal(orders_loaded, 4);
}

static void a_list_of_more_than_so_many_is_too_large(void **state)
{
    (void)state;
    order_list *all   = NULL;
    dynox_error error = {0};
    assert_int_equal(order_sync_collect(order_query(client, ADA, NULL), 3, &all, &error), DYNOX_E_TOO_LARGE);
    assert_non_null(strstr(error.message, "more than 3 records"));
    assert_null(all);
    assert_int_equal(order_sync_collect(order_query(client, ADA, NULL), 4, &all, &error), DYNOX_OK);
    assert_int_equal(all->count, 4);
    order_list_free(all);
    dynox_error_clear(&error);
}

static void a_list_has_what_the_stream_still_has(void **state)
{
    (void)state;
    order_list   *rest   = NULL;
    dynox_stream *stream = order_query(client, ADA, NULL);
    order_next(stream, NULL);
    assert_int_equal(order_sync_collect(stream, 0, &rest, NULL), DYNOX_OK);
    assert_int_equal(rest->count, 3);
    assert_int_equal(rest->at[0]->number, 2);
    assert_int_equal(orders_loaded, 4);
    order_list_free(rest);
}

static void a_list_of_nothing_is_empty(void **state)
{
    (void)state;
    order_list *all = NULL;
    scripted_answer("Query", "{\"Count\":0,\"ScannedCount\":0,\"Items\":[]}");
    assert_int_equal(order_sync_collect(order_query(client, ADA, NULL), 0, &all, NULL), DYNOX_OK);
    assert_int_equal(all->count, 0);
    order_list_free(all);
    order_list_free(NULL);
}

static void records_of_a_list_may_be_changed_saved_and_copied_but_are_the_lists(void **state)
{
    (void)state;
    order_list *all = NULL;
    assert_int_equal(order_sync_collect(order_query(client, ADA, NULL), 0, &all, NULL), DYNOX_OK);
    all->at[2]->status = order_keep(all->at[2], "paid");
    scripted_answer("UpdateItem", "{}");
    assert_int_equal(order_sync_save(client, all->at[2], NULL), DYNOX_OK);
    assert_sent("\"Key\":" ORDER_KEY(3));
    order *kept = order_copy(all->at[2]);
    order_free(all->at[0]); /* does nothing */
    order_list_free(all);
    assert_string_equal(kept->status, "paid");
    order_free(kept);
}

static void all_segments_of_a_scan_come_into_one_list(void **state)
{
    (void)state;
    order_list *all = NULL;
    int64_t     sum = 0;
    scripted_answer("Scan?\"Segment\":0", PAGE_OF_TWO(1, 2) "}");
    scripted_answer("Scan?\"Segment\":1", PAGE_OF_TWO(5, 6) "}");
    assert_int_equal(order_sync_collect(order_scan(client, DYNOX_WITH(.segments = 2)), 0, &all, NULL), DYNOX_OK);
    assert_int_equal(all->count, 4);
    for (size_t i = 0; i < all->count; i++)
        sum += all->at[i]->number;
    assert_int_equal(sum, 1 + 2 + 5 + 6);
    assert_int_equal(orders_loaded, 4);
    order_list_free(all);
}

static void a_list_is_of_one_model(void **state)
{
    (void)state;
    assert_refused(order_collect(dog_query(client, &(dog){.base.owner = "ada"}, NULL), 0), DYNOX_E_TYPE,
                   "the stream is one of dog *, not of order *");
    assert_refused(order_collect(dynox_scan(client, "orders"), 0), DYNOX_E_TYPE, "dynox_item *");
    assert_refused(order_collect(NULL, 0), DYNOX_E_ARGUMENT, "");
    assert_refused(order_collect(order_query(client, NULL, NULL), 0), DYNOX_E_ARGUMENT, "the key is missing");
    order_list   *all   = NULL;
    dog_list     *no    = NULL;
    dynox_error   error = {0};
    dynox_future *asked = order_collect(order_query(client, ADA, NULL), 0);
    assert_int_equal(dynox_join(dynox_future_acquire(asked), &no, .error = &error), DYNOX_E_TYPE);
    assert_non_null(strstr(error.message, "the awaited value is order_list *, the variable is dog_list *"));
    assert_int_equal(dynox_join(asked, &all), DYNOX_OK);
    order_list_free(all);
    dynox_error_clear(&error);
}

static void a_page_that_fails_fails_the_list(void **state)
{
    (void)state;
    dynox_error error = {0};
    order_list *all   = NULL;
    scripted_answer("Query?ExclusiveStartKey", "{\"Items\":[{\"pk\":{\"S\":\"ada\"},\"sk\":{\"S\":\"x\"}}]}");
    assert_int_equal(order_sync_collect(order_query(client, ADA, NULL), 0, &all, &error), DYNOX_E_DECODE);
    assert_non_null(strstr(error.message, "order.number: stored as S"));
    assert_int_equal(orders_loaded, 0);
    dynox_error_clear(&error);
}

static void a_list_that_is_cancelled_asks_for_no_more_pages(void **state)
{
    (void)state;
    long sent = requests_so_far();
    faultserver_say(&server, "silent");
    dynox_future *all = order_collect(order_query(client, ADA, NULL), 0);
    while (requests_so_far() == sent)
        usleep(1000);
    dynox_future_cancel(all);
    assert_int_equal(dynox_join_void(all), DYNOX_E_CANCELLED);
    assert_int_equal(requests_so_far(), sent + 1);
}

/* ---- first ---- */

/* Row 210. */
static void the_first_record_is_one_of_its_own(void **state)
{
    (void)state;
    order *first = NULL;
    scripted_answer("Query", "{\"Count\":1,\"ScannedCount\":1,\"Items\":[" ORDER(7) "]" BEHIND(7) "}");
    dynox_future *asked = order_first(client, ADA, NULL);
    assert_int_equal(dynox_future_wait(asked, -1), DYNOX_OK);
    assert_int_equal(orders_loaded, 0);
    assert_int_equal(dynox_join(asked, &first), DYNOX_OK);
    assert_sent("\"Limit\":1}");
    assert_int_equal(first->number, 7);
    assert_int_equal(orders_loaded, 1);
    assert_true(pthread_equal(first->loaded_on, pthread_self()));
    first->status = order_keep(first, "paid");
    scripted_answer("UpdateItem", "{}");
    assert_int_equal(order_sync_save(client, first, NULL), DYNOX_OK);
    assert_sent("\"Key\":" ORDER_KEY(7));
    order_free(first);
}

/* Row 210. */
static void the_first_record_of_an_index(void **state)
{
    (void)state;
    order *first = NULL;
    assert_int_equal(order_sync_by_status_first(client, &(order){.status = "open"}, &first,
                                                DYNOX_WITH(.descending = true, .skip_hooks = true)),
                     DYNOX_OK);
    assert_sent("\"IndexName\":\"by_status\"");
    assert_sent("\"ScanIndexForward\":false");
    assert_int_equal(first->number, 1);
    assert_false(first->loaded);
    order_free(first);
}

static void a_filter_is_given_whole_pages_to_find_the_first(void **state)
{
    (void)state;
    order *first = NULL;
    scripted_answer("Query", "{\"Count\":0,\"ScannedCount\":2,\"Items\":[]" BEHIND(2) "}");
    assert_int_equal(order_sync_first(client, ADA, &first, DYNOX_WITH(.filter = DYNOX_EXPR("total > ?", 200))),
                     DYNOX_OK);
    assert_null(strstr(faultserver_ask(&server, "last"), "Limit"));
    assert_int_equal(first->number, 3);
    assert_string_equal(first->region, "eu"); /* copied out of its page */
    assert_false(order_is_dirty(first));
    assert_true(first->loaded);
    order_free(first);
}

static void a_first_of_nothing_is_null(void **state)
{
    (void)state;
    order *first = (order *)1;
    scripted_answer("Query", "{\"Count\":0,\"ScannedCount\":0,\"Items\":[]}");
    assert_int_equal(order_sync_first(client, ADA, &first, NULL), DYNOX_OK);
    assert_null(first);
}

static void a_first_knows_what_its_record_is(void **state)
{
    (void)state;
    animal *first = NULL;
    scripted_answer("Query", "{\"Items\":[{\"owner\":{\"S\":\"ada\"},\"name\":{\"S\":\"Rex\"},\"type\":{\"S\":\"dog\"},"
                             "\"breed\":{\"S\":\"poodle\"}},{\"owner\":{\"S\":\"ada\"},\"name\":{\"S\":\"Tom\"}}]}");
    assert_int_equal(animal_sync_first(client, &(animal){.owner = "ada"}, &first, NULL), DYNOX_OK);
    assert_string_equal(dog_from(first)->breed, "poodle");
    animal_free(first);
}

static void a_first_that_is_forgotten_or_refused_leaves_nothing(void **state)
{
    (void)state;
    dynox_future_release(order_first(client, ADA, NULL));
    assert_refused(order_first(client, NULL, NULL), DYNOX_E_ARGUMENT, "order_first: the key is missing");
    assert_refused(order_first(client, ADA, DYNOX_WITH(.limit = 2)), DYNOX_E_ARGUMENT,
                   "order_first: .limit is not an option of a first");
    assert_refused(dynox_model_index_first(client, &order_model, "by_satus", ADA, NULL), DYNOX_E_ARGUMENT,
                   "model order has no index \"by_satus\"");
    assert_refused(dynox_model_index_first(client, &order_model, NULL, ADA, NULL), DYNOX_E_ARGUMENT,
                   "the index is missing");
    assert_int_equal(orders_loaded, 0);
}

static void a_first_has_one_deadline_for_all_pages(void **state)
{
    (void)state;
    scripted_answer("Query", "{\"Count\":0,\"Items\":[]" BEHIND(1) "}");
    scripted_answer("Query?\"N\":\"1\"", "{\"Count\":0,\"Items\":[]" BEHIND(2) "}");
    scripted_answer("Query?\"N\":\"2\"", "{\"Count\":0,\"Items\":[]" BEHIND(1) "}"); /* and so on */
    faultserver_say(&server, "delay 20");
    assert_refused(order_first(client, ADA, DYNOX_WITH(.deadline_ms = 200)), DYNOX_E_TIMEOUT, "");
}

/* ---- count ---- */

/* Row 80. */
static void a_count_asks_for_numbers_only_and_follows_the_pages(void **state)
{
    (void)state;
    int64_t    count = 0;
    dynox_info info  = {0};
    scripted_answer("Query", "{\"Count\":7,\"ScannedCount\":9" COST BEHIND(2) "}");
    scripted_answer("Query?ExclusiveStartKey", "{\"Count\":5,\"ScannedCount\":5" COST "}");
    assert_int_equal(order_sync_count(client, ADA, &count,
                                      DYNOX_WITH(.sort = DYNOX_EXPR("number > ?", 3), .info = &info,
                                                 .filter = DYNOX_EXPR("status = ?", "open"), .consistent_read = true,
                                                 .return_capacity = DYNOX_CAPACITY_TOTAL)),
                     DYNOX_OK);
    assert_int_equal(count, 12);
    assert_sent("{\"TableName\":\"orders\",\"KeyConditionExpression\":\"#n0 = :v0 AND #n1 > :v1\","
                "\"FilterExpression\":\"#n2 = :v2\",\"ConsistentRead\":true,\"Select\":\"COUNT\",");
    assert_int_equal(info.attempts, 2);
    assert_true(info.capacity->units == 1);
    dynox_info_clear(&info);
}

static void a_count_without_a_key_scans(void **state)
{
    (void)state;
    int64_t count = 0;
    assert_int_equal(dynox_join(order_count(client, NULL, DYNOX_WITH(.index = "by_status")), &count), DYNOX_OK);
    assert_int_equal(count, 4);
    assert_sent("{\"TableName\":\"orders\",\"IndexName\":\"by_status\",\"Select\":\"COUNT\"");
    assert_int_equal(orders_loaded, 0);
}

static void a_count_is_of_the_models_own_kind(void **state)
{
    (void)state;
    int64_t count = 0;
    assert_int_equal(dog_sync_count(client, NULL, &count, NULL), DYNOX_OK);
    assert_sent("\"FilterExpression\":\"#n0 IN (:v0)\"");
    assert_int_equal(dog_sync_count(client, NULL, &count, DYNOX_WITH(.every_type = true)), DYNOX_OK);
    assert_null(strstr(faultserver_ask(&server, "last"), "Filter"));
}

static void what_a_count_has_no_use_for_is_refused(void **state)
{
    (void)state;
    long sent = requests_so_far();
    assert_refused(order_count(client, ADA, DYNOX_WITH(.limit = 3)), DYNOX_E_ARGUMENT, ".limit is not an option");
    assert_refused(order_count(client, ADA, DYNOX_WITH(.projection = "total")), DYNOX_E_ARGUMENT, ".projection");
    assert_refused(order_count(client, NULL, DYNOX_WITH(.sort = DYNOX_EXPR("number > ?", 1))), DYNOX_E_ARGUMENT,
                   ".sort is not an option of a count without a key");
    assert_refused(order_count(NULL, ADA, NULL), DYNOX_E_ARGUMENT, "no client was given");
    assert_int_equal(requests_so_far(), sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(collect_gives_the_records_of_all_pages_as_one_list, orders_setup),
        cmocka_unit_test_setup(hooks_of_a_list_run_once_where_it_is_taken, orders_setup),
        cmocka_unit_test_setup(a_list_of_more_than_so_many_is_too_large, orders_setup),
        cmocka_unit_test_setup(a_list_has_what_the_stream_still_has, orders_setup),
        cmocka_unit_test_setup(a_list_of_nothing_is_empty, orders_setup),
        cmocka_unit_test_setup(records_of_a_list_may_be_changed_saved_and_copied_but_are_the_lists, orders_setup),
        cmocka_unit_test_setup(all_segments_of_a_scan_come_into_one_list, orders_setup),
        cmocka_unit_test_setup(a_list_is_of_one_model, orders_setup),
        cmocka_unit_test_setup(a_page_that_fails_fails_the_list, orders_setup),
        cmocka_unit_test_setup(a_list_that_is_cancelled_asks_for_no_more_pages, orders_setup),
        cmocka_unit_test_setup(the_first_record_is_one_of_its_own, orders_setup),
        cmocka_unit_test_setup(the_first_record_of_an_index, orders_setup),
        cmocka_unit_test_setup(a_filter_is_given_whole_pages_to_find_the_first, orders_setup),
        cmocka_unit_test_setup(a_first_of_nothing_is_null, orders_setup),
        cmocka_unit_test_setup(a_first_knows_what_its_record_is, orders_setup),
        cmocka_unit_test_setup(a_first_that_is_forgotten_or_refused_leaves_nothing, orders_setup),
        cmocka_unit_test_setup(a_count_asks_for_numbers_only_and_follows_the_pages, orders_setup),
        cmocka_unit_test_setup(a_count_without_a_key_scans, orders_setup),
        cmocka_unit_test_setup(a_count_is_of_the_models_own_kind, orders_setup),
        cmocka_unit_test_setup(what_a_count_has_no_use_for_is_refused, orders_setup),
        cmocka_unit_test_setup(a_first_has_one_deadline_for_all_pages, orders_setup), /* last: its answers stay */
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
