/* The client as it was meant to feel: each program of the design, as it was written before there was any of this. */
#include "live.h"

static void create(const char *table, bool sort_key)
{
    live_create(table, sort_key);
}

static int setup(void **state)
{
    if (live_setup(state) != 0) return -1;
    create("users", false);
    create("orders", true);
    create("accounts", false);
    create("transfers", false);
    return 0;
}

static int teardown(void **state)
{
    const char *tables[] = {"users", "orders", "accounts", "transfers"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        dynox_sync_delete_table(live, tables[i]);
    return live_teardown(state);
}

static void parts_are_values(void **state)
{
    (void)state;
    dynox_error       err  = {0};
    const dynox_item *item = DYNOX_ITEM("pk", "values", "name", "Ada", "age", 36), *key = DYNOX_ITEM("pk", "values");
    dynox_write       w = DYNOX_PUT("users", item, .condition = DYNOX_EXPR("attribute_not_exists(pk)"));
    dynox_write       u =
        DYNOX_UPDATE("users", key, DYNOX_EXPR("SET age = age + ?", 1), .condition = DYNOX_EXPR("age < ?", 40));
    dynox_write  c     = DYNOX_CHECK("accounts", DYNOX_ITEM("pk", "none"), DYNOX_EXPR("attribute_not_exists(pk)"));
    dynox_read   g     = DYNOX_GET("users", key, .projection = "name, age");
    dynox_items *items = NULL;

    live_ok(dynox_sync_transact_write(live, DYNOX_WRITES(w, c), .error = &err), &err);
    const dynox_write mine[] = {u};
    live_ok(dynox_sync_transact_write(live, ((dynox_writes){mine, 1}), .error = &err), &err);
    live_ok(dynox_sync_transact_get(live, DYNOX_READS(g), &items, .error = &err), &err);
    assert_int_equal(dynox_get_int(items->at[0], "age"), 37);
    assert_string_equal(dynox_get_string(items->at[0], "name"), "Ada"); /* both servers give "pk", too */
    dynox_items_free(items);
    dynox_write d = DYNOX_DELETE("users", key);
    live_ok(dynox_sync_batch_write(live, DYNOX_WRITES(d), .error = &err), &err);
}

static void batches_take_any_tables(void **state)
{
    (void)state;
    dynox_error   err   = {0};
    dynox_items  *items = NULL;
    size_t        found = 0;
    dynox_future *f     = dynox_batch_write(live, DYNOX_WRITES(DYNOX_PUT("users", DYNOX_ITEM("pk", "a")),
                                                               DYNOX_PUT("orders", DYNOX_ITEM("pk", "b", "sk", 1)),
                                                               DYNOX_DELETE("users", DYNOX_ITEM("pk", "k"))));
    live_ok(dynox_join_void(f, .error = &err), &err);
    live_ok(dynox_sync_batch_get(
                live, DYNOX_READS(DYNOX_GET("users", DYNOX_ITEM("pk", "a")), DYNOX_GET("users", DYNOX_ITEM("pk", "k"))),
                &items, .error = &err),
            &err);
    for (size_t i = 0; i < items->count; i++)
        if (items->at[i]) found++;
    assert_int_equal(items->count, 2);
    assert_int_equal(found, 1);
    dynox_items_free(items);
}

/* ---- the batch writer, in a coroutine ---- */

typedef struct rows {
    int next, count;
} rows;

static bool next_row(rows *from, dynox_item **row)
{
    if (from->next == from->count) return false;
    *row = dynox_item_copy(DYNOX_ITEM("pk", "rows", "sk", from->next++));
    return true;
}

DYNOX_ASYNC(void *, copy_rows, (dynox_client *db; rows *from;), (dynox_batch_writer *w; dynox_item *row;))
{
    DYNOX_BEGIN
    my->w = dynox_batch_writer_new(my->db, .in_flight = 4);
    while (next_row(my->from, &my->row)) {
        DYNOX_AWAIT_VOID(dynox_batch_writer_add(my->w, DYNOX_PUT("orders", my->row)));
        dynox_item_free(my->row);
        my->row = NULL;
    }
    DYNOX_AWAIT_VOID(dynox_batch_writer_close(my->w));
    DYNOX_FINALLY
    dynox_item_free(my->row);
    dynox_batch_writer_free(my->w);
    DYNOX_END
}

static void a_batch_writer_writes_all_rows(void **state)
{
    (void)state;
    dynox_error err  = {0};
    rows        from = {.count = 230};
    int64_t     n    = 0;
    live_ok(dynox_run_void(DYNOX_CALL(copy_rows, .db = live, .from = &from), .error = &err), &err);
    live_ok(dynox_sync_count(live, "orders", DYNOX_EXPR("pk = ?", "rows"), &n, .error = &err), &err);
    assert_int_equal(n, 230);
}

/* ---- transactions ---- */

static void a_transfer_is_done_once(void **state)
{
    (void)state;
    dynox_error       err  = {0};
    const dynox_item *from = DYNOX_ITEM("pk", "from"), *to = DYNOX_ITEM("pk", "to"),
                     *t = DYNOX_ITEM("pk", "transfer-7");
    live_ok(dynox_sync_batch_write(live,
                                   DYNOX_WRITES(DYNOX_PUT("accounts", DYNOX_ITEM("pk", "from", "balance", 50)),
                                                DYNOX_PUT("accounts", DYNOX_ITEM("pk", "to", "balance", 0))),
                                   .error = &err),
            &err);
    for (int i = 0; i < 2; i++) {
        dynox_future *f = dynox_transact_write(
            live,
            DYNOX_WRITES(DYNOX_UPDATE("accounts", from, DYNOX_EXPR("SET balance = balance - ?", 10),
                                      .condition = DYNOX_EXPR("balance >= ?", 10)),
                         DYNOX_UPDATE("accounts", to, DYNOX_EXPR("SET balance = balance + ?", 10)),
                         DYNOX_PUT("transfers", t, .condition = DYNOX_EXPR("attribute_not_exists(pk)"),
                                   .return_on_condition_failure = DYNOX_ALL_OLD)),
            .token = i ? "transfer-7 again" : "transfer-7");
        dynox_status status = dynox_join_void(f, .error = &err);
        assert_int_equal(status, i ? DYNOX_E_TRANSACTION_CANCELLED : DYNOX_OK);
    }
    assert_int_equal(err.reason_count, 3);
    assert_string_equal(err.reasons[2].code, "ConditionalCheckFailed");
    assert_string_equal(dynox_get_string(err.reasons[2].item, "pk"), "transfer-7");
    dynox_error_clear(&err);
}

/* ---- PartiQL, count, collect, first, loops, cursors ---- */

DYNOX_ASYNC(int64_t, count_all, (dynox_client *db; const char *pk;), (const dynox_item *item; int64_t seen;))
{
    DYNOX_BEGIN
    DYNOX_FOR_EACH(my->item, dynox_execute_statement(my->db, DYNOX_EXPR("SELECT * FROM orders WHERE pk = ?", my->pk)))
        my->seen++;
    DYNOX_RETURN(my->seen);
    DYNOX_END
}

static void what_becomes_of_a_query(void **state)
{
    (void)state;
    dynox_error  err = {0};
    const char  *pk  = "q";
    dynox_items *all = NULL;
    dynox_item  *one = NULL;
    int64_t      n = 0, seen = 0;
    for (int i = 0; i < 30; i++)
        live_ok(dynox_sync_put_item(live, "orders", DYNOX_ITEM("pk", pk, "sk", i), .error = &err), &err);
    live_ok(dynox_run(DYNOX_CALL(count_all, .db = live, .pk = pk), &n, .error = &err), &err);
    assert_int_equal(n, 30);
    live_ok(dynox_sync_count(live, "orders", DYNOX_EXPR("pk = ?", pk), &n), &err);
    assert_int_equal(n, 30);
    live_ok(dynox_sync_collect(dynox_query(live, "orders", DYNOX_EXPR("pk = ?", pk)), &all, .max_items = 10000,
                               .error = &err),
            &err);
    assert_int_equal(all->count, 30);
    dynox_items_free(all);
    live_ok(dynox_sync_first(dynox_query(live, "orders", DYNOX_EXPR("pk = ? AND sk > ?", pk, 4)), &one), &err);
    assert_int_equal(dynox_get_int(one, "sk"), 5);
    dynox_item_free(one);
    DYNOX_SYNC_FOR_EACH(const dynox_item *, item, dynox_query(live, "orders", DYNOX_EXPR("pk = ?", pk)), &err)
    {
        assert_int_equal(dynox_get_int(item, "sk"), seen);
        seen++;
    }
    assert_int_equal(err.status, DYNOX_OK);
    assert_int_equal(seen, 30);
}

static void a_cursor_leads_on(void **state)
{
    (void)state;
    static const char secret[] = "a secret of the server's own";
    dynox_error       err      = {0};
    dynox_page       *page     = NULL;
    dynox_item       *key      = NULL;
    live_ok(dynox_sync_query_page(live, "orders", DYNOX_EXPR("pk = ?", "rows"), &page, .page_size = 10, .error = &err),
            &err);
    char *cursor = dynox_cursor_new(page->last_key, secret);
    dynox_page_free(page);
    live_ok(dynox_cursor_read(cursor, secret, &key, .error = &err), &err);
    live_ok(dynox_sync_query_page(live, "orders", DYNOX_EXPR("pk = ?", "rows"), &page, .start_key = key, .page_size = 1,
                                  .error = &err),
            &err);
    assert_int_equal(dynox_get_int(&page->items[0], "sk"), 10);
    dynox_page_free(page);
    dynox_item_free(key);
    cursor[20] = cursor[20] == 'A' ? 'B' : 'A';
    assert_int_equal(dynox_cursor_read(cursor, secret, &key), DYNOX_E_VALUE);
    dynox_free(cursor);
}

static void a_parallel_scan_sees_each_item_once(void **state)
{
    (void)state;
    dynox_error err = {0};
    int64_t     all = 0, seen = 0;
    live_ok(dynox_sync_count(live, "orders", NULL, &all, .error = &err), &err);
    dynox_stream *s =
        dynox_parallel_scan(live, "orders", 8, .filter = DYNOX_EXPR("attribute_exists(pk)"), .in_flight_pages = 4);
    DYNOX_SYNC_FOR_EACH(const dynox_item *, item, s, &err) seen += item != NULL;
    assert_int_equal(err.status, DYNOX_OK);
    assert_int_equal(seen, all);
}

static void statements_go_together(void **state)
{
    (void)state;
    dynox_error  err   = {0};
    dynox_items *items = NULL;
    live_ok(dynox_sync_execute_transaction(
                live,
                DYNOX_STATEMENTS(DYNOX_EXPR("INSERT INTO users VALUE {'pk': 's1', 'n': 1}"), /* moto knows no ? here */
                                 DYNOX_EXPR("INSERT INTO users VALUE {'pk': 's2', 'n': 2}")),
                .token = "statements-1", .error = &err),
            &err);
    live_ok(dynox_sync_batch_execute_statement(live,
                                               DYNOX_STATEMENTS(DYNOX_EXPR("SELECT * FROM users WHERE pk = ?", "s1"),
                                                                DYNOX_EXPR("SELECT * FROM users WHERE pk = ?", "s2")),
                                               &items, .error = &err),
            &err);
    assert_int_equal(items->count, 2);
    assert_int_equal(dynox_get_int(items->at[1], "n"), 2);
    dynox_items_free(items);
}

/* ---- the rest of the API, seeing inside, flow ---- */

static void any_operation_by_name(void **state)
{
    (void)state;
    dynox_error   err    = {0};
    dynox_answer *answer = NULL;
    live_ok(dynox_sync_call(live, "DescribeTable", "{\"TableName\":\"users\"}", &answer, .error = &err), &err);
    assert_non_null(strstr(answer->json, "\"TableStatus\""));
    dynox_answer_free(answer);
}

static void a_limited_and_observed_client(void **state)
{
    (void)state;
    dynox_error    err     = {0};
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 1000, .write = 500);
    dynox_metrics *metrics = dynox_metrics_new();
    dynox_client  *db      = dynox_client_new(.endpoint = live_endpoint(), .limiter = limiter,
                                              .observer = dynox_metrics_observer(metrics), .error = &err);
    dynox_limiter_free(limiter);
    assert_non_null(db);
    live_ok(dynox_sync_client_warm_up(db, 2, &err), &err);
    live_ok(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "limited"), .error = &err), &err);
    dynox_client_free(db);
    dynox_metrics_free(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_values),
        cmocka_unit_test(batches_take_any_tables),
        cmocka_unit_test(a_batch_writer_writes_all_rows),
        cmocka_unit_test(a_transfer_is_done_once),
        cmocka_unit_test(what_becomes_of_a_query),
        cmocka_unit_test(a_cursor_leads_on),
        cmocka_unit_test(a_parallel_scan_sees_each_item_once),
        cmocka_unit_test(statements_go_together),
        cmocka_unit_test(any_operation_by_name),
        cmocka_unit_test(a_limited_and_observed_client),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
