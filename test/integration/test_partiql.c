/* PartiQL against real servers: statements, pages, batches and transactions. */
#include "live.h"

enum { ITEMS = 12 };
static char table[64], statement[8][256];

/* The text with the table's name, which has a minus in it, quoted in place of TABLE; for moto, whose grammar has quotes
 * only here and there, without either. */
static const char *on_table(const char *text)
{
    static int  turn;
    const char *at = strstr(text, "TABLE"), *quote = live_peer_is("moto") ? "" : "\"";
    turn = (turn + 1) % 8;
    snprintf(statement[turn], sizeof statement[turn], "%.*s%s%s%s%s", (int)(at - text), text, quote, table, quote,
             at + strlen("TABLE"));
    return statement[turn];
}

static int setup(void **state)
{
    if (live_setup(state) != 0) return -1;
    snprintf(table, sizeof table, "%s", live_table("partiql"));
    if (live_peer_is("moto")) table[strlen("partiql")] = '_';
    live_create(table, true);
    for (int i = 0; i < ITEMS; i++) {
        dynox_error err = {0};
        live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "P", "sk", i, "n", i, "name", "it's"), .error = &err),
                &err);
    }
    return 0;
}

static int teardown(void **state)
{
    dynox_sync_delete_table(live, table);
    return live_teardown(state);
}

static dynox_items *select_all(const dynox_expr *expression)
{
    dynox_error  err   = {0};
    dynox_items *items = NULL;
    live_ok(dynox_sync_collect(dynox_execute_statement(live, expression), &items, .error = &err), &err);
    return items;
}

static void execute(const dynox_expr *expression)
{
    dynox_error err = {0};
    live_ok(dynox_sync_execute_statement_page(live, expression, NULL, .error = &err), &err);
}

/* Row 125. */
static void select_gives_whole_items_or_columns_or_nothing(void **state)
{
    (void)state;
    dynox_items *all = select_all(DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ? AND sk = ?"), "P", 3));
    assert_int_equal(all->count, 1);
    assert_int_equal(dynox_get_int(all->at[0], "n"), 3);
    assert_string_equal(dynox_get_string(all->at[0], "name"), "it's");
    dynox_items_free(all);
    dynox_items *columns = select_all(DYNOX_EXPR(on_table("SELECT n FROM TABLE WHERE pk = ? AND sk = ?"), "P", 3));
    assert_int_equal(columns->count, 1);
    assert_int_equal(columns->at[0]->count, 1);
    assert_int_equal(dynox_get_int(columns->at[0], "n"), 3);
    dynox_items_free(columns);
    dynox_items *none = select_all(DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ?"), "nobody"));
    assert_int_equal(none->count, 0);
    dynox_items_free(none);
}

/* A value is never a part of the statement. */
static void a_value_with_quotes_stays_a_value(void **state)
{
    (void)state;
    dynox_items *items =
        select_all(DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ? AND name = ?"), "P", "x' OR '1'='1"));
    assert_int_equal(items->count, 0);
    dynox_items_free(items);
    items = select_all(DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ? AND name = ?"), "P", "it's"));
    assert_int_equal(items->count, ITEMS);
    dynox_items_free(items);
}

/* Row 126. */
static void pages_go_on_with_their_token(void **state)
{
    (void)state;
    dynox_error       err   = {0};
    dynox_page       *page  = NULL;
    const dynox_expr *all   = DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ?"), "P");
    char             *token = NULL;
    size_t            items = 0, pages = 0;
    do {
        live_ok(dynox_sync_execute_statement_page(live, all, &page, .page_size = 5, .next_token = token,
                                                  .return_capacity = DYNOX_CAPACITY_TOTAL, .error = &err),
                &err);
        items += page->item_count;
        pages++;
        dynox_free(token);
        token = page->next_token ? strdup(page->next_token) : NULL;
        if (!live_peer_is("moto")) assert_non_null(page->info->capacity); /* it tells none */
        dynox_page_free(page);
    } while (token);
    assert_int_equal(items, ITEMS);
    if (!live_peer_is("moto")) assert_int_equal(pages, 3); /* it gives all at once, whatever the limit */
}

/* Row 127. */
static void a_consistent_read_sees_what_was_just_written(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_page *page = NULL;
    execute(DYNOX_EXPR(on_table("INSERT INTO TABLE VALUE {'pk': 'fresh', 'sk': 1}")));
    live_ok(dynox_sync_execute_statement_page(live, DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ?"), "fresh"),
                                              &page, .consistent_read = true, .error = &err),
            &err);
    assert_int_equal(page->item_count, 1);
    dynox_page_free(page);
}

/* Row 129. */
static void insert_update_and_delete_execute(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_item *item = NULL;
    if (live_peer_is("moto")) { /* it knows no ? here, and does not look whether the item is there */
        execute(DYNOX_EXPR(on_table("INSERT INTO TABLE VALUE {'pk': 'w', 'sk': 1, 'n': 10}")));
    } else {
        const dynox_expr *insert =
            DYNOX_EXPR(on_table("INSERT INTO TABLE VALUE {'pk': ?, 'sk': ?, 'n': ?}"), "w", 1, 10);
        execute(insert);
        assert_int_equal(dynox_sync_execute_statement_page(live, insert, NULL, .error = &err), DYNOX_E_DUPLICATE_ITEM);
    }
    execute(DYNOX_EXPR(on_table("UPDATE TABLE SET n = ? WHERE pk = ? AND sk = ?"), 11, "w", 1));
    live_ok(dynox_sync_get_item(live, table, DYNOX_ITEM("pk", "w", "sk", 1), &item, .error = &err), &err);
    assert_int_equal(dynox_get_int(item, "n"), 11);
    dynox_item_free(item);
    if (live_peer_is("moto")) /* its DELETE knows no ? and no numbers */
        execute(DYNOX_EXPR(on_table("DELETE FROM TABLE WHERE pk = 'w'")));
    else
        execute(DYNOX_EXPR(on_table("DELETE FROM TABLE WHERE pk = ? AND sk = ?"), "w", 1));
    live_ok(dynox_sync_get_item(live, table, DYNOX_ITEM("pk", "w", "sk", 1), &item, .error = &err), &err);
    assert_null(item);
}

static void what_the_service_refuses_has_its_words(void **state)
{
    (void)state;
    dynox_error err = {0};
    if (!live_peer_is("moto")) { /* it breaks down: 500, a page in HTML */
        assert_int_equal(dynox_sync_execute_statement_page(live, DYNOX_EXPR("SELEKT"), NULL, .error = &err),
                         DYNOX_E_VALIDATION);
        assert_true(err.message[0] != 0);
    }
    assert_int_equal(dynox_sync_execute_statement_page(live, DYNOX_EXPR("SELECT * FROM \"no-such\" WHERE pk = ?", 1),
                                                       NULL, .error = &err),
                     DYNOX_E_NOT_FOUND);
    dynox_error_clear(&err);
}

/* Row 130. */
static void a_batch_has_an_item_or_an_error_for_each_statement(void **state)
{
    (void)state;
    dynox_error       err    = {0};
    dynox_items      *items  = NULL;
    const dynox_expr *one    = DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ? AND sk = ?"), "P", 4);
    const dynox_expr *none   = DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ? AND sk = ?"), "nobody", 4);
    const dynox_expr *absent = DYNOX_EXPR("SELECT * FROM \"no-such\" WHERE pk = ? AND sk = ?", "P", 4);
    live_ok(dynox_sync_batch_execute_statement(live, DYNOX_STATEMENTS(one, none), &items, .error = &err), &err);
    assert_int_equal(items->count, 2);
    assert_int_equal(dynox_get_int(items->at[0], "n"), 4);
    assert_null(items->at[1]);
    dynox_items_free(items);
    assert_int_equal(
        dynox_sync_batch_execute_statement(live, DYNOX_STATEMENTS(one, absent, none), &items, .error = &err),
        DYNOX_E_PARTIAL);
    assert_int_equal(err.reason_count, 3);
    assert_int_equal(dynox_get_int(err.reasons[0].item, "n"), 4);
    assert_string_equal(err.reasons[1].code, "ResourceNotFound");
    assert_string_equal(err.reasons[2].code, "None");
    dynox_error_clear(&err);
}

#define INSERT(sk) DYNOX_EXPR(on_table("INSERT INTO TABLE VALUE {'pk': 't', 'sk': " #sk "}"))

/* Row 130. */
static void a_transaction_happens_whole_or_not_at_all(void **state)
{
    (void)state;
    dynox_error  err   = {0};
    dynox_items *items = NULL;
    live_ok(dynox_sync_execute_transaction(live, DYNOX_STATEMENTS(INSERT(1), INSERT(2)), &items, .error = &err), &err);
    dynox_items_free(items);
    if (!live_peer_is("moto")) { /* which puts over what is there, one after the other */
        assert_int_equal(
            dynox_sync_execute_transaction(live, DYNOX_STATEMENTS(INSERT(3), INSERT(1)), NULL, .error = &err),
            DYNOX_E_TRANSACTION_CANCELLED);
        assert_int_equal(err.reason_count, 2);
        assert_string_equal(err.reasons[0].code, "None");
        if (!strstr(err.message, "ExecuteTransaction was cancelled: statement 2: ")) fail_msg("%s", err.message);
        dynox_error_clear(&err);
    }
    items = select_all(DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ?"), "t"));
    assert_int_equal(items->count, 2);
    dynox_items_free(items);
}

#define ONE(pk, sk) DYNOX_EXPR(on_table("SELECT * FROM TABLE WHERE pk = ? AND sk = ?"), pk, sk)

/* Row 130. */
static void a_transaction_of_reads_gives_items_in_order(void **state)
{
    (void)state;
    dynox_error  err   = {0};
    dynox_items *items = NULL;
    const char  *third = live_peer_is("moto") ? "P" : "nobody"; /* it leaves out what is not there */
    live_ok(dynox_sync_execute_transaction(live, DYNOX_STATEMENTS(ONE("P", 2), ONE("P", 1), ONE(third, 3)), &items,
                                           .error = &err),
            &err);
    assert_int_equal(items->count, 3);
    assert_int_equal(dynox_get_int(items->at[0], "n"), 2);
    assert_int_equal(dynox_get_int(items->at[1], "n"), 1);
    if (!live_peer_is("moto")) assert_null(items->at[2]);
    dynox_items_free(items);
}

DYNOX_ASYNC(int64_t, sum_of_statement, (const char *text;), (const dynox_item *item; int64_t sum;))
{
    DYNOX_BEGIN
    DYNOX_FOR_EACH(my->item, dynox_execute_statement(live, DYNOX_EXPR(my->text, "P"), .page_size = 5))
        my->sum += dynox_get_int(my->item, "n");
    DYNOX_RETURN(my->sum);
    DYNOX_END
}

static void a_coroutine_walks_a_statement(void **state)
{
    (void)state;
    dynox_error err = {0};
    int64_t     sum = 0;
    live_ok(dynox_run(DYNOX_CALL(sum_of_statement, .text = on_table("SELECT * FROM TABLE WHERE pk = ?")), &sum,
                      .error = &err),
            &err);
    assert_int_equal(sum, ITEMS * (ITEMS - 1) / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(select_gives_whole_items_or_columns_or_nothing),
        cmocka_unit_test(a_value_with_quotes_stays_a_value),
        cmocka_unit_test(pages_go_on_with_their_token),
        cmocka_unit_test(a_consistent_read_sees_what_was_just_written),
        cmocka_unit_test(insert_update_and_delete_execute),
        cmocka_unit_test(what_the_service_refuses_has_its_words),
        cmocka_unit_test(a_batch_has_an_item_or_an_error_for_each_statement),
        cmocka_unit_test(a_transaction_happens_whole_or_not_at_all),
        cmocka_unit_test(a_transaction_of_reads_gives_items_in_order),
        cmocka_unit_test(a_coroutine_walks_a_statement),
    };
    live_endpoint();
    return cmocka_run_group_tests_name("integration partiql", tests, setup, teardown);
}
