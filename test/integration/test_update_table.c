/* UpdateTable and its waits against a real server: each change is there when the wait is over. */
#include "live.h"

static const char *table;

static void wait_for_table(void)
{
    dynox_error err = {0};
    live_ok(dynox_sync_wait_for_table_active(live, table, .poll_ms = 20, .timeout_ms = 20000, .error = &err), &err);
}

static dynox_table *described(void)
{
    dynox_error  err  = {0};
    dynox_table *made = NULL;
    live_ok(dynox_sync_describe_table(live, table, &made, .error = &err), &err);
    return made;
}

static int make_table(void **state)
{
    (void)state;
    dynox_error err = {0};
    table           = live_table("update");
    live_create(table, false);
    for (int i = 0; i < 20; i++) {
        char key[16];
        snprintf(key, sizeof key, "USER#%d", i);
        live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", key, "city", i % 2 ? "Paris" : "Turin", "age", i),
                                    .error = &err),
                &err);
    }
    return 0;
}

static int delete_table(void **state)
{
    (void)state;
    dynox_error err = {0};
    live_ok(dynox_sync_delete_table(live, table, .error = &err), &err);
    live_ok(dynox_sync_wait_for_table_gone(live, table, .poll_ms = 20, .error = &err), &err);
    return 0;
}

/* Rows 147, 144. dynalite says yes to new indexes and forgets them. */
static void an_index_is_added_filled_used_and_removed(void **state)
{
    (void)state;
    dynox_error       err   = {0};
    const dynox_index index = {.name = "by-city", .partition_key = {"city", DYNOX_S}, .sort_key = {"age", DYNOX_N}};
    if (live_peer_is("dynalite")) skip();
    live_ok(dynox_sync_update_table(live, table, .add_index = &index, .error = &err), &err);
    live_ok(dynox_sync_wait_for_index_active(live, table, "by-city", .poll_ms = 20, .timeout_ms = 20000, .error = &err),
            &err);
    dynox_table *made = described();
    assert_int_equal(made->global_index_count, 1);
    assert_string_equal(made->global_indexes[0].name, "by-city");
    assert_string_equal(made->global_indexes[0].status, "ACTIVE");
    assert_int_equal(made->global_indexes[0].sort_key.type, DYNOX_N);
    dynox_table_free(made);

    int           found  = 0;
    dynox_stream *people = dynox_query(live, table, DYNOX_EXPR("city = ? AND age > ?", "Paris", 5), .index = "by-city");
    while (dynox_sync_stream_next(people, &err))
        found++;
    live_ok(err.status, &err);
    dynox_stream_free(people);
    assert_int_equal(found, 7); /* what was there before the index */

    live_ok(dynox_sync_update_table(live, table, .remove_index = "by-city", .error = &err), &err);
    wait_for_table();
    size_t left = 1;
    for (int i = 0; left && i < 500; i++) { /* the table is ACTIVE before its index is gone */
        usleep(10000);
        made = described();
        left = made->global_index_count;
        dynox_table_free(made);
    }
    assert_int_equal(left, 0);
    if (!live_peer_is("moto")) /* which stumbles over that */
        assert_int_equal(dynox_sync_update_table(live, table, .remove_index = "by-city"), DYNOX_E_NOT_FOUND);
}

/* Row 147. */
static void billing_changes_there_and_back(void **state)
{
    (void)state;
    dynox_error err = {0};
    live_ok(dynox_sync_update_table(live, table, .billing = DYNOX_TO_PROVISIONED, .provisioned = {7, 8}, .error = &err),
            &err);
    wait_for_table();
    dynox_table *made = described();
    assert_int_equal(made->billing, DYNOX_PROVISIONED);
    assert_int_equal(made->provisioned.read, 7);
    assert_int_equal(made->provisioned.write, 8);
    dynox_table_free(made);
    live_ok(dynox_sync_update_table(live, table, .provisioned = {9, 10}, .error = &err), &err);
    wait_for_table();
    made = described();
    assert_int_equal(made->provisioned.write, 10);
    dynox_table_free(made);
    live_ok(dynox_sync_update_table(live, table, .billing = DYNOX_TO_ON_DEMAND, .error = &err), &err);
    wait_for_table();
    made = described();
    assert_int_equal(made->billing, DYNOX_ON_DEMAND);
    dynox_table_free(made);
}

/* Row 147. dynalite knows no streams, no protection and no classes, and says that nothing is to be changed. moto
 * keeps the class that a table was made with. */
static void protection_stream_and_class_change(void **state)
{
    (void)state;
    dynox_error err = {0};
    if (live_peer_is("dynalite")) skip();
    live_ok(dynox_sync_update_table(live, table, .deletion_protection = DYNOX_ON, .stream = DYNOX_STREAM_KEYS,
                                    .error = &err),
            &err);
    wait_for_table();
    assert_int_equal(dynox_sync_delete_table(live, table), DYNOX_E_VALIDATION);
    dynox_table *made = described();
    assert_true(made->is_deletion_protected);
    assert_int_equal(made->stream, DYNOX_STREAM_KEYS);
    assert_non_null(made->stream_arn);
    dynox_table_free(made);
    live_ok(dynox_sync_update_table(live, table, .deletion_protection = DYNOX_OFF, .stream_off = true,
                                    .table_class = "STANDARD_IA", .error = &err),
            &err);
    wait_for_table();
    made = described();
    assert_false(made->is_deletion_protected);
    assert_int_equal(made->stream, DYNOX_STREAM_OFF);
    if (!live_peer_is("moto")) assert_string_equal(made->table_class, "STANDARD_INFREQUENT_ACCESS");
    dynox_table_free(made);
}

static void a_table_that_is_not_there_is_told(void **state)
{
    (void)state;
    assert_int_equal(dynox_sync_update_table(live, "no-such-table", .billing = DYNOX_TO_ON_DEMAND), DYNOX_E_NOT_FOUND);
    assert_int_equal(dynox_sync_wait_for_table_gone(live, "no-such-table"), DYNOX_OK);
}

/* An operation that the library has no function for, and one that it has. */
static void any_operation_can_be_called_by_its_name(void **state)
{
    (void)state;
    dynox_error   err    = {0};
    dynox_answer *answer = NULL;
    char          json[128];
    snprintf(json, sizeof json, "{ \"TableName\": \"%s\" }", table);
    live_ok(dynox_sync_call(live, "DescribeTable", json, &answer, .error = &err), &err);
    assert_non_null(strstr(answer->json, table));
    dynox_answer_free(answer);
    dynox_status unknown = dynox_sync_call(live, "NobodyHasThis", "{}", &answer, .error = &err);
    assert_int_equal(unknown, live_peer_is("moto") ? DYNOX_E_SERVER : DYNOX_E_SERVICE); /* it breaks down: 500, HTML */
    if (!live_peer_is("moto")) assert_string_equal(err.code, "UnknownOperationException");
    dynox_error_clear(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_index_is_added_filled_used_and_removed, make_table, delete_table),
        cmocka_unit_test_setup_teardown(billing_changes_there_and_back, make_table, delete_table),
        cmocka_unit_test_setup_teardown(protection_stream_and_class_change, make_table, delete_table),
        cmocka_unit_test_setup_teardown(any_operation_can_be_called_by_its_name, make_table, delete_table),
        cmocka_unit_test(a_table_that_is_not_there_is_told),
    };
    live_endpoint();
    return cmocka_run_group_tests_name("integration update table", tests, live_setup, live_teardown);
}
