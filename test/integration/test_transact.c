/* Transactions against real servers: all or nothing, and the words for what stood in the way. */
#include "live.h"

static const char *table;

static int setup(void **state)
{
    if (live_setup(state) != 0) return -1;
    static char name[64];
    snprintf(name, sizeof name, "%s", live_table("transact"));
    table = name;
    live_create(table, false);
    return 0;
}

static int teardown(void **state)
{
    dynox_sync_delete_table(live, table);
    return live_teardown(state);
}

static void put(const char *pk, int balance)
{
    dynox_error err = {0};
    live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", pk, "balance", balance), .error = &err), &err);
}

/* -1: no such item. */
static int64_t balance_of(const char *pk)
{
    dynox_error err  = {0};
    dynox_item *item = NULL;
    live_ok(dynox_sync_get_item(live, table, DYNOX_ITEM("pk", pk), &item, .consistent_read = true, .error = &err),
            &err);
    int64_t balance = item ? dynox_get_int(item, "balance") : -1;
    dynox_item_free(item);
    return balance;
}

static dynox_status transfer(const char *from, const char *to, int amount, const char *token, dynox_error *error)
{
    return dynox_sync_transact_write(
        live,
        DYNOX_WRITES(DYNOX_UPDATE(table, DYNOX_ITEM("pk", from), DYNOX_EXPR("SET balance = balance - ?", amount),
                                  .condition                   = DYNOX_EXPR("balance >= ?", amount),
                                  .return_on_condition_failure = DYNOX_ALL_OLD),
                     DYNOX_UPDATE(table, DYNOX_ITEM("pk", to), DYNOX_EXPR("SET balance = balance + ?", amount)),
                     DYNOX_CHECK(table, DYNOX_ITEM("pk", "open"), DYNOX_EXPR("attribute_exists(pk)"))),
        .token = token, .error = error);
}

/* Row 112. */
static void put_update_delete_and_check_happen_together(void **state)
{
    (void)state;
    dynox_error err = {0};
    put("open", 0);
    put("old", 1);
    put("counter", 1);
    live_ok(
        dynox_sync_transact_write(
            live,
            DYNOX_WRITES(DYNOX_PUT(table, DYNOX_ITEM("pk", "new", "balance", 5),
                                   .condition = DYNOX_EXPR("attribute_not_exists(pk)")),
                         DYNOX_UPDATE(table, DYNOX_ITEM("pk", "counter"), DYNOX_EXPR("SET balance = balance + ?", 1)),
                         DYNOX_DELETE(table, DYNOX_ITEM("pk", "old")),
                         DYNOX_CHECK(table, DYNOX_ITEM("pk", "open"), DYNOX_EXPR("balance = ?", 0))),
            .error = &err),
        &err);
    assert_int_equal(balance_of("new"), 5);
    assert_int_equal(balance_of("counter"), 2);
    assert_int_equal(balance_of("old"), -1);
}

/* Rows 113, 116. */
static void one_condition_that_fails_leaves_everything_and_is_named(void **state)
{
    (void)state;
    dynox_error err = {0};
    put("open", 0);
    put("poor", 5);
    put("rich", 100);
    assert_int_equal(transfer("poor", "rich", 10, NULL, &err), DYNOX_E_TRANSACTION_CANCELLED);
    assert_int_equal(balance_of("poor"), 5);
    assert_int_equal(balance_of("rich"), 100);
    assert_int_equal(err.reason_count, 3);
    assert_string_equal(err.reasons[0].code, "ConditionalCheckFailed");
    assert_string_equal(err.reasons[1].code, "None");
    assert_false(err.may_have_applied);
    assert_non_null(err.reasons[0].item);
    assert_int_equal(dynox_get_int(err.reasons[0].item, "balance"), 5);
    char start[200];
    snprintf(start, sizeof start, "TransactWriteItems was cancelled: action 1, update on \"%s\" (key pk): Conditional",
             table);
    if (strncmp(err.message, start, strlen(start)) != 0) fail_msg("%s", err.message);
    assert_null(strstr(err.message, "poor")); /* values are the user's own */
    dynox_error_clear(&err);
}

/* Row 117. */
static void the_same_token_is_done_once(void **state)
{
    (void)state;
    dynox_error err = {0};
    put("open", 0);
    put("a", 50);
    put("b", 0);
    live_ok(transfer("a", "b", 10, "transfer-7", &err), &err);
    dynox_status again = transfer("a", "b", 10, "transfer-7", &err);
    if (live_peer_is("moto")) { /* it forgets tokens: the service does not */
        dynox_error_clear(&err);
        skip();
    }
    live_ok(again, &err);
    assert_int_equal(balance_of("a"), 40);
    assert_int_equal(balance_of("b"), 10);
}

/* Rows 118, 119. */
static void gets_come_in_order_with_holes(void **state)
{
    (void)state;
    dynox_error  err   = {0};
    dynox_items *items = NULL;
    put("one", 1);
    put("two", 2);
    live_ok(dynox_sync_transact_get(live,
                                    DYNOX_READS(DYNOX_GET(table, DYNOX_ITEM("pk", "two"), .projection = "balance"),
                                                DYNOX_GET(table, DYNOX_ITEM("pk", "nobody")),
                                                DYNOX_GET(table, DYNOX_ITEM("pk", "one"))),
                                    &items, .error = &err),
            &err);
    assert_int_equal(items->count, 3);
    assert_int_equal(dynox_get_int(items->at[0], "balance"), 2);
    if (!live_peer_is("moto") && !live_peer_is("dynoxide")) /* they give all attributes here */
        assert_null(dynox_item_get(items->at[0], "pk"));
    assert_null(items->at[1]);
    assert_string_equal(dynox_get_string(items->at[2], "pk"), "one");
    dynox_items_free(items);
}

static void a_table_that_is_missing_is_an_error(void **state)
{
    (void)state;
    dynox_items *items = NULL;
    assert_int_equal(dynox_sync_transact_get(live, DYNOX_READS(DYNOX_GET("absent", DYNOX_ITEM("pk", "x"))), &items),
                     DYNOX_E_NOT_FOUND);
    assert_int_equal(dynox_sync_transact_write(live, DYNOX_WRITES(DYNOX_PUT("absent", DYNOX_ITEM("pk", "x")))),
                     DYNOX_E_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_update_delete_and_check_happen_together),
        cmocka_unit_test(one_condition_that_fails_leaves_everything_and_is_named),
        cmocka_unit_test(the_same_token_is_done_once),
        cmocka_unit_test(gets_come_in_order_with_holes),
        cmocka_unit_test(a_table_that_is_missing_is_an_error),
    };
    return cmocka_run_group_tests_name("transactions", tests, setup, teardown);
}
