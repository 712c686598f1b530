/* Every allocation of every operation fails in turn: each time the call either succeeds or is a clear error, nothing
 * leaks, and the client goes on. */
#include "client/sweep.h"

/* Success, or out of memory and nothing else. */
static void assert_fair(dynox_status status)
{
    if (status != DYNOX_OK) assert_int_equal(status, DYNOX_E_NO_MEMORY);
}

static void get_item(void)
{
    dynox_item *item = NULL;
    assert_fair(dynox_sync_get_item(client, "t", DYNOX_ITEM("pk", "x"), &item, .projection = "name, a.b"));
    dynox_item_free(item);
}

static void put_item(void)
{
    dynox_info info = {0};
    assert_fair(dynox_sync_put_item(client, "t",
                                    DYNOX_ITEM("pk", "x", "l", DYNOX_LIST(1, "two", DYNOX_NUMBER_SET(1, 2))),
                                    .condition = DYNOX_EXPR("a = ? OR size(b) > ?", 1, 2), .info = &info));
    dynox_info_clear(&info);
}

static void update_item(void)
{
    dynox_item *item = NULL;
    assert_fair(dynox_sync_update_item(client, "t", DYNOX_ITEM("pk", "x"),
                                       DYNOX_EXPR("SET a = ?, b.c = a REMOVE d", "long text"),
                                       .return_values = DYNOX_ALL_NEW, .out = &item));
    dynox_item_free(item);
}

static void delete_item(void)
{
    assert_fair(dynox_sync_delete_item(client, "t", DYNOX_ITEM("pk", "x")));
}

static void query_stream(void)
{
    dynox_error   err   = {0};
    dynox_item   *start = NULL;
    dynox_stream *stream =
        dynox_query(client, "t", DYNOX_EXPR("pk = ?", "x"), .start_key = DYNOX_ITEM("pk", "a"), .page_size = 5);
    while (dynox_sync_stream_next(stream, &err)) {
    }
    assert_fair(err.status);
    dynox_error_clear(&err);
    assert_fair(dynox_sync_stream_resume_key(stream, &start, &err));
    dynox_item_free(start);
    dynox_error_clear(&err);
    dynox_stream_free(stream);
}

static void collect(void)
{
    int64_t      n     = 0;
    dynox_item  *one   = NULL;
    dynox_items *items = NULL;
    dynox_info   info  = {0};
    assert_fair(dynox_sync_collect(dynox_scan(client, "t"), &items, .info = &info));
    dynox_items_free(items);
    dynox_info_clear(&info);
    assert_fair(dynox_sync_first(dynox_query(client, "t", DYNOX_EXPR("pk = ?", 1)), &one));
    dynox_item_free(one);
    assert_fair(dynox_sync_count(client, "t", DYNOX_EXPR("pk = ?", 1), &n, .return_capacity = DYNOX_CAPACITY_TOTAL));
}

static void parallel_scan(void)
{
    dynox_error   err = {0};
    dynox_stream *all = dynox_parallel_scan(client, "t", 3, .index = "i", .in_flight_pages = 2);
    while (dynox_sync_stream_next(all, &err)) {
    }
    assert_fair(err.status);
    dynox_error_clear(&err);
    dynox_stream_free(all);
}

static void scan_page(void)
{
    dynox_page *page = NULL;
    assert_fair(dynox_sync_scan_page(client, "t", &page, .filter = DYNOX_EXPR("a = ?", 1)));
    dynox_page_free(page);
}

static void statements(void)
{
    dynox_items *items = NULL;
    dynox_page  *page  = NULL;
    assert_fair(dynox_sync_execute_statement_page(client, DYNOX_EXPR("SELECT ?", "a"), &page, .next_token = "x"));
    dynox_page_free(page);
    assert_fair(
        dynox_sync_collect(dynox_execute_statement(client, DYNOX_EXPR("SELECT ?", 1), .next_token = "x"), &items));
    dynox_items_free(items);
    scripted_answer("BatchExecuteStatement", "{\"Responses\":[{\"Item\":{\"pk\":{\"S\":\"a\"}}}]}");
    assert_fair(dynox_sync_batch_execute_statement(client, DYNOX_STATEMENTS(DYNOX_EXPR("SELECT 1")), &items));
    dynox_items_free(items);
    scripted_answer("BatchExecuteStatement",
                    "{\"Responses\":[{\"Error\":{\"Code\":\"AccessDenied\"}},{\"Item\":{\"pk\":{\"S\":\"a\"}}}]}");
    dynox_error  err    = {0};
    dynox_status status = dynox_sync_batch_execute_statement(
        client, DYNOX_STATEMENTS(DYNOX_EXPR("SELECT 1"), DYNOX_EXPR("SELECT 2")), &items, .error = &err);
    if (status != DYNOX_E_PARTIAL) assert_int_equal(status, DYNOX_E_NO_MEMORY);
    dynox_error_clear(&err);
    scripted_answer("ExecuteTransaction", "{\"Responses\":[{\"Item\":{\"pk\":{\"S\":\"a\"}}}]}");
    assert_fair(dynox_sync_execute_transaction(client, DYNOX_STATEMENTS(DYNOX_EXPR("SELECT 1")), &items));
    dynox_items_free(items);
}

/* Gathered, together, and cancelled with a reason that has an item. */
static void transactions(void)
{
    dynox_error        err   = {0};
    dynox_items       *items = NULL;
    dynox_transaction *steps = dynox_transaction_new();
    for (int i = 0; i < 9; i++) /* more than it begins with room for */
        dynox_transaction_add(steps, DYNOX_UPDATE("t", DYNOX_ITEM("pk", i), DYNOX_EXPR("SET a = ?", "b"),
                                                  .condition = DYNOX_EXPR("a = ? OR size(b) > ?", "c", 2)));
    if (steps) assert_fair(dynox_sync_transaction_commit(steps, client));
    dynox_transaction_free(steps);
    scripted_answer("TransactGetItems", "{\"Responses\":[{\"Item\":{\"pk\":{\"S\":\"a\"}}},{}]}");
    assert_fair(dynox_sync_transact_get(
        client,
        DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", 1), .projection = "a"), DYNOX_GET("t", DYNOX_ITEM("pk", 2))),
        &items));
    dynox_items_free(items);
    faultserver_say(&server, "status 400 TransactionCanceledException x1");
    dynox_status status = dynox_sync_transact_write(
        client, DYNOX_WRITES(DYNOX_PUT("t", DYNOX_ITEM("pk", 1)), DYNOX_DELETE("t", DYNOX_ITEM("pk", 2))),
        .error = &err);
    if (status != DYNOX_E_TRANSACTION_CANCELLED) assert_int_equal(status, DYNOX_E_NO_MEMORY);
    dynox_error_clear(&err);
    faultserver_say(&server, "none");
}

static void tables(void)
{
    dynox_table *table = NULL;
    bool         there = false;
    assert_fair(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .out = &table));
    dynox_table_free(table);
    assert_fair(dynox_sync_describe_table(client, "t", &table));
    dynox_table_free(table);
    assert_fair(dynox_sync_delete_table(client, "t"));
    assert_fair(dynox_sync_table_exists(client, "t", &there));
    assert_fair(dynox_sync_wait_for_table_active(client, "t"));
}

static void list_tables(void)
{
    dynox_error   err   = {0};
    dynox_stream *names = dynox_list_tables(client, .start_after = "a");
    while (dynox_sync_stream_next(names, &err)) {
    }
    assert_fair(err.status);
    dynox_error_clear(&err);
    dynox_stream_free(names);
    dynox_sync_ping(client);
}

static void an_error_answer(void)
{
    dynox_error err = {0};
    faultserver_say(&server, "status 400 ConditionalCheckFailedException x1");
    dynox_status status =
        dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .condition = DYNOX_EXPR("a = ?", 1), .error = &err);
    if (status != DYNOX_E_CONDITION_FAILED && status != DYNOX_E_NO_MEMORY)
        fail_msg("%s %s", dynox_status_name(status), err.message);
    dynox_error_clear(&err);
    faultserver_say(&server, "none");
}

static void a_gather(void)
{
    dynox_future *gets[4];
    for (int i = 0; i < 4; i++)
        gets[i] = dynox_get_item(client, "t", DYNOX_ITEM("pk", i));
    dynox_status status = dynox_join_void(dynox_timeout(dynox_combine(DYNOX_GATHER, 4, gets), 60000));
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
}

static void ignore_span(const dynox_span *span, void *arg)
{
    (void)arg;
    dynox_free(dynox_span_json(span));
}

static void ignore_line(dynox_log_level level, const char *text, const dynox_observed *call, void *arg)
{
    (void)level, (void)text, (void)call, (void)arg;
}

/* Watched by all observers that there are: what they have no memory for is not seen, and the calls go on. */
static void observed(void)
{
    dynox_metrics  *metrics = dynox_metrics_new(.name = "m");
    dynox_hot_keys *hot     = dynox_hot_keys_new(.writes = 1);
    dynox_observer *log     = dynox_call_log_new(.fn = ignore_line, .show_keys = true);
    dynox_observer *tracer  = dynox_tracer_new(.fn = ignore_span, .prefix = "p");
    dynox_observer *all =
        dynox_observer_all(dynox_metrics_observer(metrics), dynox_hot_keys_observer(hot), log, tracer);
    dynox_client *watched = dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "A",
                                             .secret_key = "s", .observer = all);
    dynox_observer_release(log);
    dynox_observer_release(tracer);
    dynox_observer_release(all);
    if (watched) {
        assert_fair(dynox_sync_put_item(watched, "t", DYNOX_ITEM("pk", "x"), .correlation_id = "c"));
        assert_fair(dynox_sync_delete_item(watched, "t", DYNOX_ITEM("pk", "x")));
    }
    dynox_client_free(watched);
    dynox_hot_keys_free(hot);
    dynox_metrics_free(metrics);
}

static void explained(void)
{
    dynox_explanation *plan =
        dynox_explain(dynox_query(client, "t", DYNOX_EXPR("pk = ?", "x"), .filter = DYNOX_EXPR("a > ?", 1)));
    dynox_explanation_free(plan);
}

static int start_server(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    return 0;
}

int main(void)
{
    static const sweep_operation operations[] = {
        {"get_item", get_item},
        {"put_item", put_item},
        {"update_item", update_item},
        {"delete_item", delete_item},
        {"query_stream", query_stream},
        {"collect", collect},
        {"scan_page", scan_page},
        {"parallel_scan", parallel_scan},
        {"statements", statements},
        {"transactions", transactions},
        {"tables", tables},
        {"list_tables", list_tables},
        {"an_error_answer", an_error_answer},
        {"a_gather", a_gather},
        {"observed", observed},
        {"explained", explained},
    };
    return sweep_run("client allocations", operations, sizeof operations / sizeof *operations, start_server);
}
