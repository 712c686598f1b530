/* Tables against a real server: create with keys and indexes, describe, wait, list, delete, ping. */
#include "live.h"

/* Rows 131, 132, 138, 139, 149. */
static void a_created_table_describes_itself_as_it_was_made(void **state)
{
    (void)state;
    dynox_error        err      = {0};
    dynox_table       *made     = NULL;
    const char        *table    = live_table("tables");
    static const char *extra[]  = {"x", "y"};
    const dynox_index  global[] = {
         {.name = "by-email", .partition_key = {"email", DYNOX_S}, .sort_key = {"age", DYNOX_N}},
         {.name            = "by-age",
          .partition_key   = {"age", DYNOX_N},
          .projection      = DYNOX_PROJECT_SOME,
          .projected       = extra,
          .projected_count = 2},
    };
    const dynox_index local[] = {{.name = "by-time", .sort_key = {"time", DYNOX_N}, .projection = DYNOX_PROJECT_KEYS}};
    live_ok(dynox_sync_create_table(live, table, {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_B},
                                    .billing = DYNOX_PROVISIONED, .provisioned = {3, 4}, .global_indexes = global,
                                    .global_index_count = 2, .local_indexes = local, .local_index_count = 1,
                                    .error = &err),
            &err);
    live_ok(dynox_sync_wait_for_table_active(live, table, .poll_ms = 20, .error = &err), &err);
    live_ok(dynox_sync_describe_table(live, table, &made, .error = &err), &err);
    assert_string_equal(made->name, table);
    assert_string_equal(made->status, "ACTIVE");
    assert_string_equal(made->partition_key.name, "pk");
    assert_string_equal(made->sort_key.name, "sk");
    assert_int_equal(made->sort_key.type, DYNOX_B);
    assert_int_equal(made->billing, DYNOX_PROVISIONED);
    assert_int_equal(made->provisioned.read, 3);
    assert_int_equal(made->global_index_count, 2);
    assert_int_equal(made->local_index_count, 1);
    const dynox_index *by_age =
        strcmp(made->global_indexes[0].name, "by-age") == 0 ? &made->global_indexes[0] : &made->global_indexes[1];
    assert_int_equal(by_age->partition_key.type, DYNOX_N);
    assert_int_equal(by_age->projection, DYNOX_PROJECT_SOME);
    assert_int_equal(by_age->projected_count, 2);
    assert_non_null(strstr(made->json, "\"by-time\""));
    dynox_table_free(made);

    live_ok(dynox_sync_put_item(live, table,
                                DYNOX_ITEM("pk", "a", "sk", DYNOX_BYTES("\1", 1), "email", "x@y", "age", 5),
                                .error = &err),
            &err);
    dynox_stream     *by_email = dynox_query(live, table, DYNOX_EXPR("email = ?", "x@y"), .index = "by-email");
    const dynox_item *item     = dynox_sync_stream_next(by_email, &err);
    live_ok(err.status, &err);
    assert_string_equal(dynox_get_string(item, "pk"), "a");
    dynox_stream_free(by_email);
    live_ok(dynox_sync_delete_table(live, table, .error = &err), &err);
}

/* Row 145. */
static void creating_it_twice_is_in_use(void **state)
{
    (void)state;
    const char *table = live_table("twice");
    live_create(table, false);
    assert_int_equal(dynox_sync_create_table(live, table, {"pk", DYNOX_S}), DYNOX_E_IN_USE);
    assert_int_equal(dynox_sync_delete_table(live, table), DYNOX_OK);
}

/* Rows 142, 143. */
static void exists_tells_there_from_not_there(void **state)
{
    (void)state;
    dynox_error err   = {0};
    bool        there = true;
    const char *table = live_table("exists");
    live_ok(dynox_sync_table_exists(live, table, &there, .error = &err), &err);
    assert_false(there);
    live_create(table, false);
    live_ok(dynox_sync_table_exists(live, table, &there, .error = &err), &err);
    assert_true(there);
    live_ok(dynox_sync_delete_table(live, table, .error = &err), &err);
    assert_int_equal(dynox_sync_delete_table(live, "no-such-table"), DYNOX_E_NOT_FOUND);
}

/* Row 144. */
static void waiting_for_a_table_that_never_comes_times_out_and_names_it(void **state)
{
    (void)state;
    dynox_error err = {0};
    assert_int_equal(
        dynox_sync_wait_for_table_active(live, "never-made", .timeout_ms = 120, .poll_ms = 20, .error = &err),
        DYNOX_E_TIMEOUT);
    assert_non_null(strstr(err.message, "never-made"));
}

/* Rows 131, 144. */
static void waiting_ends_when_the_table_is_made_meanwhile(void **state)
{
    (void)state;
    dynox_error   err   = {0};
    const char   *table = live_table("meanwhile");
    dynox_future *wait  = dynox_wait_for_table_active(live, table, .poll_ms = 20);
    live_ok(dynox_sync_create_table(live, table, {"pk", DYNOX_S}, .error = &err), &err);
    live_ok(dynox_join_void(wait, .error = &err), &err);
    live_ok(dynox_sync_delete_table(live, table, .error = &err), &err);
}

/* Row 149. */
static void listing_gives_every_name_whatever_the_page_size(void **state)
{
    (void)state;
    char tables[5][64];
    for (int i = 0; i < 5; i++) {
        char stem[16];
        snprintf(stem, sizeof stem, "list%d", i);
        snprintf(tables[i], sizeof tables[i], "%s", live_table(stem));
        live_create(tables[i], false);
    }
    dynox_error   err   = {0};
    int           found = 0;
    const char   *name;
    dynox_stream *names = dynox_list_tables(live, .page_size = 2);
    while ((name = dynox_sync_stream_next(names, &err)))
        for (int i = 0; i < 5; i++)
            found += strcmp(name, tables[i]) == 0;
    live_ok(err.status, &err);
    dynox_stream_free(names);
    assert_int_equal(found, 5);

    dynox_table_names *page = NULL;
    live_ok(dynox_sync_list_tables_page(live, .page_size = 1, .out = &page, .error = &err), &err);
    assert_int_equal(page->count, 1);
    assert_string_equal(page->last, page->names[0]);
    dynox_table_names_free(page);
    for (int i = 0; i < 5; i++)
        live_ok(dynox_sync_delete_table(live, tables[i], .error = &err), &err);
}

/* Row 17. */
static void ping_is_true_of_a_server_and_false_of_a_closed_port(void **state)
{
    (void)state;
    assert_true(dynox_sync_ping(live));
    dynox_client *nowhere = dynox_client_new(.endpoint = "http://127.0.0.1:1", .max_attempts = 1);
    assert_non_null(nowhere);
    assert_false(dynox_sync_ping(nowhere));
    dynox_client_free(nowhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_created_table_describes_itself_as_it_was_made),
        cmocka_unit_test(creating_it_twice_is_in_use),
        cmocka_unit_test(exists_tells_there_from_not_there),
        cmocka_unit_test(waiting_for_a_table_that_never_comes_times_out_and_names_it),
        cmocka_unit_test(waiting_ends_when_the_table_is_made_meanwhile),
        cmocka_unit_test(listing_gives_every_name_whatever_the_page_size),
        cmocka_unit_test(ping_is_true_of_a_server_and_false_of_a_closed_port),
    };
    live_endpoint();
    return cmocka_run_group_tests_name("integration tables", tests, live_setup, live_teardown);
}
