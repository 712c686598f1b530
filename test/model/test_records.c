/* Streams of records: what comes, what their hooks and their types are, where they go on. */
#include "model/orders.h"

/* ---- pages ---- */

static int64_t sum_of(dynox_stream *stream, int *count)
{
    dynox_error error = {0};
    int64_t     sum   = 0;
    *count            = 0;
    for (const order *o; (o = order_next(stream, &error)); sum += o->number) {
        assert_string_equal(o->customer, "ada");
        assert_int_equal(o->total, o->number * 100);
        assert_true(o->loaded);
        ++*count;
    }
    if (error.status != DYNOX_OK) fail_msg("%s", error.message);
    dynox_stream_free(stream);
    return sum;
}

/* Row 206. */
static void a_query_gives_the_records_of_all_pages(void **state)
{
    (void)state;
    int count;
    assert_int_equal(sum_of(order_query(client, ADA, NULL), &count), 1 + 2 + 3 + 4);
    assert_int_equal(count, 4);
    assert_int_equal(orders_loaded, 4);
    assert_int_equal(sum_of(order_scan(client, DYNOX_WITH(.prefetch = true)), &count), 10);
    assert_int_equal(sum_of(order_by_status_query(client, &(order){.status = "open"}, NULL), &count), 10);
}

/* Row 209. */
static void a_limit_counts_records_and_is_the_services_where_nothing_is_filtered(void **state)
{
    (void)state;
    int count;
    sum_of(order_query(client, ADA, DYNOX_WITH(.limit = 3)), &count);
    assert_int_equal(count, 3);
    assert_sent("\"Limit\":1,"); /* of the second page */
    sum_of(order_query(client, ADA, DYNOX_WITH(.limit = 3, .filter = DYNOX_EXPR("total > ?", 0))), &count);
    assert_int_equal(count, 3);
    assert_null(strstr(faultserver_ask(&server, "last"), "Limit"));
    sum_of(order_query(client, ADA, DYNOX_WITH(.page_size = 2)), &count);
    assert_int_equal(count, 4);
    assert_sent("\"Limit\":2,");
}

static void the_totals_of_a_stream_are_told(void **state)
{
    (void)state;
    dynox_stream       *all    = order_query(client, ADA, DYNOX_WITH(.return_capacity = DYNOX_CAPACITY_TOTAL));
    dynox_stream_totals totals = {0};
    while (order_next(all, NULL))
        ;
    assert_int_equal(dynox_stream_get_totals(all, &totals), DYNOX_OK);
    assert_int_equal(totals.count, 4);
    assert_int_equal(totals.pages, 2);
    assert_true(totals.capacity_units == 1);
    dynox_stream_free(all);
}

static void a_page_without_items_is_one(void **state)
{
    (void)state;
    int count;
    scripted_answer("Query", "{\"Count\":0,\"ScannedCount\":3,\"Items\":[]" BEHIND(2) "}");
    assert_int_equal(sum_of(order_query(client, ADA, NULL), &count), 3 + 4);
}

static void a_record_that_cannot_be_read_fails_its_page(void **state)
{
    (void)state;
    scripted_answer("Query?ExclusiveStartKey", "{\"Items\":[{\"pk\":{\"S\":\"ada\"},\"sk\":{\"S\":\"x\"}}]}");
    dynox_stream *all = order_query(client, ADA, NULL);
    assert_non_null(order_next(all, NULL));
    assert_non_null(order_next(all, NULL));
    assert_fails(all, DYNOX_E_DECODE, "order.number: stored as S");
}

static void a_record_may_be_copied_out_of_its_stream_changed_and_saved(void **state)
{
    (void)state;
    dynox_error   error = {0};
    dynox_stream *all   = order_query(client, ADA, NULL);
    order        *o     = order_next(all, &error), *kept;
    assert_false(order_is_dirty(o));
    o->status = "paid";
    assert_true(order_is_dirty(o));
    kept = order_copy(o);
    scripted_answer("UpdateItem", "{}");
    assert_int_equal(order_sync_save(client, o, DYNOX_WITH(.error = &error)), DYNOX_OK);
    assert_sent("\"Key\":" ORDER_KEY(1));
    assert_false(order_is_dirty(o));
    dynox_stream_free(all);
    assert_string_equal(kept->status, "paid");
    assert_true(order_is_dirty(kept));
    order_free(kept);
}

static void records_that_are_only_read_have_no_changes_to_tell(void **state)
{
    (void)state;
    dynox_stream *all = order_query(client, ADA, DYNOX_WITH(.read_only = true));
    order        *o   = order_next(all, NULL);
    o->status         = "paid";
    assert_int_equal(order_changed(o, NULL, 0), 0);
    dynox_stream_free(all);
}

/* Row 76. */
static void an_item_of_an_untyped_query_becomes_a_record_with_its_aliases(void **state)
{
    (void)state;
    dynox_error       error = {0};
    dynox_stream     *all   = dynox_query(client, "orders", DYNOX_EXPR("pk = ?", "ada"));
    const dynox_item *item  = dynox_sync_stream_next(all, &error);
    order            *o     = order_from_item(item, &error);
    assert_non_null(o);
    dynox_stream_free(all);
    assert_string_equal(o->customer, "ada");
    assert_string_equal(o->status, "open");
    assert_int_equal(o->number, 1);
    assert_true(o->loaded);
    order_free(o);
}

/* ---- hooks ---- */

static void hooks_run_when_a_record_is_handed_out_and_not_before(void **state)
{
    (void)state;
    dynox_stream *all = order_query(client, ADA, NULL);
    order        *o   = order_next(all, NULL);
    assert_int_equal(orders_loaded, 1);
    assert_true(pthread_equal(o->loaded_on, pthread_self()));
    dynox_stream_free(all);
    all = order_query(client, ADA, DYNOX_WITH(.skip_hooks = true));
    o   = order_next(all, NULL);
    assert_false(o->loaded);
    assert_int_equal(orders_loaded, 1);
    dynox_stream_free(all);
}

/* ---- types ---- */

static void a_stream_tells_what_its_records_are(void **state)
{
    (void)state;
    dynox_stream *orders = order_query(client, ADA, NULL), *all = order_scan(client, DYNOX_WITH(.segments = 2));
    assert_ptr_equal(dynox_stream_item_type(orders), order_model.type);
    assert_ptr_equal(dynox_stream_item_type(all), order_model.type);
    dynox_stream_free(orders);
    dynox_stream_free(all);
}

static void a_loop_with_a_variable_of_another_model_fails_in_words(void **state)
{
    (void)state;
    dynox_error error = {0};
    DYNOX_SYNC_FOR_EACH(dog *, d, order_query(client, ADA, NULL), &error)
    fail_msg("an order is no dog: %p", (void *)d);
    assert_int_equal(error.status, DYNOX_E_TYPE);
    assert_non_null(strstr(error.message, "order *"));
    assert_non_null(strstr(error.message, "dog *"));
    int count = 0;
    DYNOX_SYNC_FOR_EACH(order *, o, order_query(client, ADA, NULL), &error)
    count += o->loaded;
    assert_int_equal(error.status, DYNOX_OK);
    assert_int_equal(count, 4);
    dynox_error_clear(&error);
}

DYNOX_ASYNC(void *, sums_orders, (int64_t *sum; bool wrong;), (order * o; dog * d;))
{
    DYNOX_BEGIN
    if (my->wrong) {
        DYNOX_FOR_EACH(my->d, order_query(client, ADA, NULL))
            *my->sum = -1;
    } else {
        DYNOX_FOR_EACH(my->o, order_query(client, ADA, NULL))
            *my->sum += my->o->number;
    }
    DYNOX_END
}

static void a_coroutine_walks_records_of_its_variables_model_only(void **state)
{
    (void)state;
    int64_t sum = 0;
    assert_int_equal(dynox_join_void(DYNOX_CALL(sums_orders, &sum, false)), DYNOX_OK);
    assert_int_equal(sum, 1 + 2 + 3 + 4);
    assert_refused(DYNOX_CALL(sums_orders, &sum, true), DYNOX_E_TYPE, "order *, the variable is dog *");
    assert_int_equal(sum, 10);
}

static void items_are_not_collected_of_a_stream_of_records(void **state)
{
    (void)state;
    assert_refused(dynox_collect(order_query(client, ADA, NULL)), DYNOX_E_TYPE, "order *");
    assert_refused(dynox_first(order_query(client, ADA, NULL)), DYNOX_E_TYPE, "order *");
}

#define ANIMAL(name, type, rest)                                                                                       \
    "{\"owner\":{\"S\":\"ada\"},\"name\":{\"S\":\"" name "\"},\"type\":{\"S\":\"" type "\"}" rest "}"

static void a_hierarchy_gives_each_record_as_what_it_is(void **state)
{
    (void)state;
    dynox_error error = {0};
    scripted_answer("Query", "{\"Count\":2,\"ScannedCount\":2,\"Items\":[" ANIMAL(
                                 "Rex", "dog", ",\"breed\":{\"S\":\"poodle\"}") "," ANIMAL("Tom", "cat", "") "]}");
    dynox_stream *all = animal_query(client, &(animal){.owner = "ada"}, NULL);
    animal       *rex = animal_next(all, &error);
    assert_non_null(rex);
    assert_string_equal(dog_from(rex)->breed, "poodle");
    animal *tom = animal_next(all, &error);
    assert_string_equal(tom->name, "Tom");
    assert_null(dog_from(tom));
    assert_null(animal_next(all, &error));
    dynox_stream_free(all);
}

/* ---- where it goes on ---- */

static void assert_resumes(dynox_stream *stream, const char *json)
{
    dynox_error error = {0};
    dynox_item *key   = NULL;
    assert_int_equal(dynox_sync_stream_resume_key(stream, &key, &error), DYNOX_OK);
    dynox_item *expected = dynox_item_from_text(json, strlen(json), &error);
    assert_non_null(expected);
    if (!dynox_item_equal(key, expected)) {
        dynox_item_print(stderr, key);
        fail();
    }
    dynox_item_free(expected);
    dynox_item_free(key);
}

/* Row 209. */
static void a_stream_says_where_to_go_on_behind_each_record(void **state)
{
    (void)state;
    dynox_stream *all = order_query(client, ADA, NULL);
    order_next(all, NULL);
    assert_resumes(all, ORDER_KEY(1));
    order *second    = order_next(all, NULL);
    second->customer = "somebody else"; /* where the stream is does not change */
    assert_resumes(all, ORDER_KEY(2));
    order_next(all, NULL)->number = 17;
    assert_resumes(all, ORDER_KEY(3));
    dynox_stream_free(all);
}

/* Row 209. */
static void a_stream_of_an_index_says_it_with_the_keys_of_the_index(void **state)
{
    (void)state;
    dynox_stream *all = order_by_status_query(client, &(order){.status = "open"}, NULL);
    order_next(all, NULL);
    assert_resumes(all,
                   "{\"pk\":{\"S\":\"ada\"},\"sk\":{\"N\":\"1\"},\"st\":{\"S\":\"open\"},\"total\":{\"N\":\"100\"}}");
    dynox_stream_free(all);
    all = order_by_total_query(client, ADA, NULL);
    order_next(all, NULL);
    assert_resumes(all, "{\"pk\":{\"S\":\"ada\"},\"sk\":{\"N\":\"1\"},\"total\":{\"N\":\"100\"}}");
    dynox_stream_free(all);
}

/* Row 209. */
static void a_key_of_an_earlier_stream_is_where_the_next_one_starts(void **state)
{
    (void)state;
    dynox_error error = {0};
    dynox_item *key   = dynox_item_from_text(ORDER_KEY(2), strlen(ORDER_KEY(2)), &error);
    int         count;
    assert_int_equal(sum_of(order_query(client, ADA, DYNOX_WITH(.start_key = key)), &count), 3 + 4);
    assert_sent("\"ExclusiveStartKey\":" ORDER_KEY(2));
    dynox_item_free(key);
}

static void a_key_that_was_not_stored_is_no_place_to_go_on(void **state)
{
    (void)state;
    dynox_error error = {0};
    dynox_item *key   = NULL;
    scripted_answer("Query", "{\"Items\":[{\"pk\":{\"S\":\"ada\"},\"sk\":{\"N\":\"1\"}}," ORDER(2) "]}");
    dynox_stream *all = order_by_status_query(client, &(order){.status = "open"}, NULL);
    order_next(all, NULL);
    assert_int_equal(dynox_sync_stream_resume_key(all, &key, &error), DYNOX_E_ARGUMENT);
    assert_non_null(strstr(error.message, "the resume key needs order.status"));
    dynox_error_clear(&error);
    dynox_stream_free(all);
}

/* ---- in parallel ---- */

static void a_scan_in_segments_gives_the_records_of_all(void **state)
{
    (void)state;
    int count;
    scripted_answer("Scan?\"Segment\":0", PAGE_OF_TWO(1, 2) "}");
    scripted_answer("Scan?\"Segment\":1", "{\"Items\":[]" BEHIND(9) "}");
    scripted_answer("Scan?\"ExclusiveStartKey\":" ORDER_KEY(9), PAGE_OF_TWO(3, 4) "}");
    scripted_answer("Scan?\"Segment\":2", "{\"Count\":1,\"Items\":[" ORDER(5) "]}");
    assert_int_equal(
        sum_of(order_scan(client, DYNOX_WITH(.segments = 3, .filter = DYNOX_EXPR("total > ?", 0))), &count),
        1 + 2 + 3 + 4 + 5);
    assert_int_equal(count, 5);
    assert_int_equal(orders_loaded, 5);
    assert_sent("\"FilterExpression\":\"#n0 > :v0\"");
    assert_sent("\"TotalSegments\":3,\"Segment\":");
    sum_of(order_scan(client, DYNOX_WITH(.segments = 3, .limit = 2)), &count);
    assert_int_equal(count, 2);
}

static void what_a_parallel_scan_has_no_use_for_is_refused(void **state)
{
    (void)state;
    long       sent = requests_so_far();
    dynox_item key  = {0};
    assert_fails(order_scan(client, DYNOX_WITH(.segments = 2, .prefetch = true)), DYNOX_E_ARGUMENT,
                 "order_scan: .prefetch is not an option of a scan with .segments");
    assert_fails(order_scan(client, DYNOX_WITH(.segments = 2, .start_key = &key)), DYNOX_E_ARGUMENT, ".start_key");
    assert_fails(order_scan(client, DYNOX_WITH(.segments = 1000001)), DYNOX_E_ARGUMENT, "1000001 segments");
    assert_fails(order_scan(NULL, DYNOX_WITH(.segments = 2)), DYNOX_E_ARGUMENT, "no client");
    assert_int_equal(requests_so_far(), sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_query_gives_the_records_of_all_pages, orders_setup),
        cmocka_unit_test_setup(a_limit_counts_records_and_is_the_services_where_nothing_is_filtered, orders_setup),
        cmocka_unit_test_setup(the_totals_of_a_stream_are_told, orders_setup),
        cmocka_unit_test_setup(a_page_without_items_is_one, orders_setup),
        cmocka_unit_test_setup(a_record_that_cannot_be_read_fails_its_page, orders_setup),
        cmocka_unit_test_setup(a_record_may_be_copied_out_of_its_stream_changed_and_saved, orders_setup),
        cmocka_unit_test_setup(records_that_are_only_read_have_no_changes_to_tell, orders_setup),
        cmocka_unit_test_setup(an_item_of_an_untyped_query_becomes_a_record_with_its_aliases, orders_setup),
        cmocka_unit_test_setup(hooks_run_when_a_record_is_handed_out_and_not_before, orders_setup),
        cmocka_unit_test_setup(a_stream_tells_what_its_records_are, orders_setup),
        cmocka_unit_test_setup(a_loop_with_a_variable_of_another_model_fails_in_words, orders_setup),
        cmocka_unit_test_setup(a_coroutine_walks_records_of_its_variables_model_only, orders_setup),
        cmocka_unit_test_setup(items_are_not_collected_of_a_stream_of_records, orders_setup),
        cmocka_unit_test_setup(a_hierarchy_gives_each_record_as_what_it_is, orders_setup),
        cmocka_unit_test_setup(a_stream_says_where_to_go_on_behind_each_record, orders_setup),
        cmocka_unit_test_setup(a_stream_of_an_index_says_it_with_the_keys_of_the_index, orders_setup),
        cmocka_unit_test_setup(a_key_of_an_earlier_stream_is_where_the_next_one_starts, orders_setup),
        cmocka_unit_test_setup(a_key_that_was_not_stored_is_no_place_to_go_on, orders_setup),
        cmocka_unit_test_setup(a_scan_in_segments_gives_the_records_of_all, orders_setup),
        cmocka_unit_test_setup(what_a_parallel_scan_has_no_use_for_is_refused, orders_setup),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
