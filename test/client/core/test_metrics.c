/* Metrics of a client: that every family of calls is in them. */
#include "client/scripted.h"

static dynox_client *measured(dynox_metrics *metrics)
{
    dynox_client *made =
        dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "AKIDEXAMPLE",
                         .secret_key = "secret", .observer = dynox_metrics_observer(metrics), .max_attempts = 2);
    assert_non_null(made);
    return made;
}

static dynox_call_metrics sum_of(const dynox_metrics *metrics, const char *operation, const char *table)
{
    dynox_metrics_snapshot *all = dynox_metrics_read(metrics);
    assert_non_null(all);
    dynox_call_metrics sum = dynox_metrics_sum(all, operation, table);
    dynox_metrics_snapshot_free(all);
    return sum;
}

/* Row 286. */
static void an_operation_has_its_time_units_and_items(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new();
    dynox_client  *db      = measured(metrics);
    dynox_page    *page    = NULL;
    scripted_answer("Query", "{\"Items\":[{\"pk\":{\"S\":\"x\"}},{\"pk\":{\"S\":\"y\"}}],\"Count\":2,"
                             "\"ScannedCount\":7,\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":1.5}}");
    assert_int_equal(dynox_sync_query_page(db, "t", DYNOX_EXPR("pk = ?", "x"), &page), DYNOX_OK);
    dynox_page_free(page);
    scripted_answer("PutItem", "{\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":3.0}}");
    assert_int_equal(dynox_sync_put_item(db, "t", DYNOX_ITEM("pk", "x")), DYNOX_OK);
    dynox_call_metrics query = sum_of(metrics, "Query", "t"), put = sum_of(metrics, "PutItem", "t");
    assert_true(query.read_units == 1.5 && query.write_units == 0);
    assert_true(put.read_units == 0 && put.write_units == 3);
    assert_int_equal(query.items, 2);
    assert_int_equal(query.scanned, 7);
    assert_true(query.duration_us > 0);
    assert_true(dynox_metrics_percentile(&query, 0.5) > 0);
    dynox_client_free(db);
    dynox_metrics_free(metrics);
    faultserver_say(&server, "none");
}

/* Rows 288, 289. */
static void every_family_is_counted(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new();
    dynox_client  *db      = measured(metrics);
    dynox_item    *item    = NULL;
    dynox_items   *items   = NULL;
    scripted_answer("TransactGetItems", "{\"Responses\":[{\"Item\":{\"pk\":{\"S\":\"x\"}}}],\"ConsumedCapacity\":"
                                        "[{\"TableName\":\"t\",\"CapacityUnits\":2.0,\"ReadCapacityUnits\":2.0}]}");
    dynox_sync_get_item(db, "t", DYNOX_ITEM("pk", "x"), &item);
    dynox_item_free(item);
    dynox_sync_put_item(db, "t", DYNOX_ITEM("pk", "x"));
    dynox_sync_update_item(db, "t", DYNOX_ITEM("pk", "x"), DYNOX_EXPR("SET a = ?", 1));
    dynox_sync_delete_item(db, "t", DYNOX_ITEM("pk", "x"));
    for (int i = 0; i < 2; i++) {
        dynox_stream *stream = i ? dynox_scan(db, "t") : dynox_query(db, "t", DYNOX_EXPR("pk = ?", "x"));
        while (dynox_sync_stream_next(stream, NULL)) {
        }
        dynox_stream_free(stream);
    }
    assert_int_equal(dynox_sync_transact_write(db, DYNOX_WRITES(DYNOX_PUT("t", DYNOX_ITEM("pk", "x")))), DYNOX_OK);
    assert_int_equal(dynox_sync_transact_get(db, DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", "x"))), &items), DYNOX_OK);
    dynox_items_free(items);
    dynox_sync_describe_table(db, "t", NULL);
    static const char *const names[] = {"GetItem",      "PutItem", "UpdateItem",         "DeleteItem",
                                        "Query",        "Scan",    "TransactWriteItems", "TransactGetItems",
                                        "DescribeTable"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sum_of(metrics, names[i], "t").calls < 1) fail_msg("%s is not counted", names[i]);
    assert_true(sum_of(metrics, "TransactGetItems", NULL).read_units == 2);
    assert_int_equal(sum_of(metrics, "TransactGetItems", NULL).items, 1);
    dynox_client_free(db);
    dynox_metrics_free(metrics);
    faultserver_say(&server, "none");
}

static void refusals_and_connections_are_counted(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new();
    dynox_client  *db      = measured(metrics);
    assert_int_equal(dynox_sync_put_item(db, "t", NULL), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_put_item(db, "t", DYNOX_ITEM("pk", "x")), DYNOX_OK);
    faultserver_say(&server, "throttle x1");
    assert_int_equal(dynox_sync_put_item(db, "t", DYNOX_ITEM("pk", "x")), DYNOX_OK);
    dynox_call_metrics put = sum_of(metrics, "PutItem", "t");
    assert_int_equal(put.calls, 3);
    assert_int_equal(put.failed[DYNOX_E_ARGUMENT], 1);
    assert_int_equal(put.attempts, 3);
    assert_int_equal(put.throttles, 1);
    dynox_client_free(db);
    dynox_metrics_snapshot *all = dynox_metrics_read(metrics);
    assert_true(all->connections_opened >= 1);
    assert_int_equal(all->connections_opened, all->connections_closed);
    assert_int_equal(all->credentials_refreshed, 1);
    assert_int_equal(all->in_flight, 0);
    dynox_metrics_snapshot_free(all);
    dynox_metrics_free(metrics);
    faultserver_say(&server, "none");
}

/* Nothing that a program or a server says makes the whole text unreadable, or a number of what is none. */
static void odd_names_and_numbers_spoil_nothing(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new(.name = "\xff");
    dynox_client  *db      = measured(metrics);
    dynox_item    *item    = NULL;
    assert_int_equal(dynox_sync_get_item(db, "\xff\xfe", DYNOX_ITEM("pk", "x"), &item), DYNOX_E_ARGUMENT);
    scripted_answer("GetItem", "{\"Item\":{$KEY},\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":1e300}}");
    assert_int_equal(dynox_sync_get_item(db, "t", DYNOX_ITEM("pk", "x"), &item), DYNOX_OK);
    dynox_item_free(item);
    scripted_answer("GetItem", "{\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":-1e300}}");
    assert_int_equal(dynox_sync_get_item(db, "t", DYNOX_ITEM("pk", "x"), &item), DYNOX_OK);
    assert_true(sum_of(metrics, "GetItem", "t").read_units == 1e12);
    char *text = dynox_metrics_text(metrics);
    assert_non_null(text);
    for (const char *at = text; *at; at++)
        assert_true((unsigned char)*at < 0x80);
    dynox_free(text);
    dynox_client_free(db);
    dynox_metrics_free(metrics);
    faultserver_say(&server, "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operation_has_its_time_units_and_items),
        cmocka_unit_test(every_family_is_counted),
        cmocka_unit_test(refusals_and_connections_are_counted),
        cmocka_unit_test(odd_names_and_numbers_spoil_nothing),
    };
    return cmocka_run_group_tests_name("metrics of a client", tests, scripted_setup, scripted_teardown);
}
