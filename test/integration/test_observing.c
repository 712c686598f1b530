/* Watching a client of a real server: what it says of itself agrees with what was done. */
#include "live.h"

static void ignore(const dynox_span *span, void *arg)
{
    assert_string_equal(span->attributes[0].name, "db.system.name");
    (*(_Atomic int *)arg)++;
}

/* Rows 286, 296. The server tells the units; the header is one that it does not know, and takes. */
static void metrics_and_spans_agree_with_what_was_done(void **state)
{
    (void)state;
    _Atomic int     spans   = 0;
    const char     *table   = live_table("observed");
    dynox_metrics  *metrics = dynox_metrics_new();
    dynox_observer *tracer  = dynox_tracer_new(.fn = ignore, .arg = &spans);
    dynox_observer *all     = dynox_observer_all(dynox_metrics_observer(metrics), tracer);
    dynox_client   *db      = dynox_client_new(.endpoint = live_endpoint(), .observer = all);
    dynox_error     err     = {0};
    dynox_page     *page    = NULL;
    live_create(table, true);
    for (int i = 0; i < 5; i++)
        live_ok(dynox_sync_put_item(db, table, DYNOX_ITEM("pk", "USER#1", "sk", i, "n", i), .error = &err,
                                    .traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                &err);
    live_ok(dynox_sync_query_page(db, table, DYNOX_EXPR("pk = ?", "USER#1"), &page, .filter = DYNOX_EXPR("n < ?", 2),
                                  .error = &err),
            &err);
    dynox_page_free(page);
    assert_int_equal(
        dynox_sync_get_item(db, "no-such-table", DYNOX_ITEM("pk", "x", "sk", 1), .out = &(dynox_item *){0}),
        DYNOX_E_NOT_FOUND);
    dynox_client_free(db);
    dynox_metrics_snapshot *read  = dynox_metrics_read(metrics);
    dynox_call_metrics      put   = dynox_metrics_sum(read, "PutItem", table);
    dynox_call_metrics      query = dynox_metrics_sum(read, "Query", table);
    dynox_call_metrics      get   = dynox_metrics_sum(read, "GetItem", NULL);
    assert_int_equal(put.calls, 5);
    assert_true(put.write_units == 5 && put.read_units == 0);
    assert_true(query.items == 2 && query.scanned == 5 && query.read_units > 0);
    assert_int_equal(get.failed[DYNOX_E_NOT_FOUND], 1);
    assert_int_equal(spans, 7);
    assert_int_equal(read->connections_opened, read->connections_closed);
    dynox_metrics_snapshot_free(read);
    live_ok(dynox_sync_delete_table(live, table, .error = &err), &err);
    dynox_observer_release(all);
    dynox_observer_release(tracer);
    dynox_metrics_free(metrics);
}

/* What is explained is what the server then charges, or less. */
static void an_explanation_is_a_lower_bound(void **state)
{
    (void)state;
    char       *text  = calloc(1, 3001);
    const char *table = live_table("explained");
    dynox_error err   = {0};
    dynox_info  info  = {0};
    live_create(table, false);
    memset(text, 'x', 3000);
    dynox_explanation *plan = dynox_explain(dynox_put_item(live, table, DYNOX_ITEM("pk", "x", "text", text)));
    assert_true(plan->write_units == 3);
    live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "x", "text", text), .info = &info, .error = &err,
                                .return_capacity = DYNOX_CAPACITY_TOTAL),
            &err);
    assert_true(info.capacity && info.capacity->units >= plan->write_units);
    dynox_info_clear(&info);
    dynox_explanation_free(plan);
    live_ok(dynox_sync_delete_table(live, table, .error = &err), &err);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_and_spans_agree_with_what_was_done),
        cmocka_unit_test(an_explanation_is_a_lower_bound),
    };
    return cmocka_run_group_tests_name("observing", tests, live_setup, live_teardown);
}
