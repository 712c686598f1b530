/* Limiters, hedged reads and single flight against a real server: what it says was consumed is what counts. */
#include "live.h"

enum { ITEMS = 30 };
static const char    *table;
static dynox_limiter *limiter;
static dynox_client  *db; /* with all of them */

static int setup(void **state)
{
    static char name[64];
    if (live_setup(state) != 0) return -1;
    snprintf(name, sizeof name, "%s", live_table("flow"));
    table = name;
    live_create(table, true);
    limiter = dynox_limiter_fixed(.read = 1e5, .write = 1e5);
    db      = dynox_client_new(.endpoint = live_endpoint(), .limiter = limiter, .hedge = DYNOX_HEDGE_P95,
                               .single_flight = true);
    return db ? 0 : -1;
}

static int teardown(void **state)
{
    dynox_client_free(db);
    dynox_limiter_free(limiter);
    dynox_sync_delete_table(live, table);
    return live_teardown(state);
}

static dynox_limiter_stats stats(void)
{
    dynox_limiter_stats now;
    dynox_limiter_get_stats(limiter, NULL, NULL, &now);
    return now;
}

/* Row 280. An item of nearly three kilobytes is three write units, and one unit to be read consistently. */
static void the_units_are_those_that_the_server_counts(void **state)
{
    (void)state;
    static char big[2900];
    dynox_error err = {0};
    memset(big, 'x', sizeof big - 1);
    live_ok(dynox_sync_put_item(db, table, DYNOX_ITEM("pk", "big", "sk", 1, "text", big), .error = &err), &err);
    assert_true(stats().write_units >= 2.9 && stats().write_units <= 3.1);
    dynox_limiter_reset(limiter);
    dynox_item *item = NULL;
    live_ok(
        dynox_sync_get_item(db, table, DYNOX_ITEM("pk", "big", "sk", 1), &item, .consistent_read = true, .error = &err),
        &err);
    dynox_item_free(item);
    assert_true(stats().read_units >= 0.9 && stats().read_units <= 1.1);
}

/* Row 280. Batches and pages. */
static void batches_and_pages_are_counted(void **state)
{
    (void)state;
    dynox_write writes[ITEMS];
    dynox_error err = {0};
    dynox_item *items[ITEMS];
    dynox_limiter_reset(limiter);
    for (int i = 0; i < ITEMS; i++) {
        items[i]  = dynox_item_copy(DYNOX_ITEM("pk", "P", "sk", i));
        writes[i] = DYNOX_PUT(table, items[i]);
    }
    live_ok(dynox_sync_batch_write(db, ((dynox_writes){writes, ITEMS}), .error = &err), &err);
    for (int i = 0; i < ITEMS; i++)
        dynox_item_free(items[i]);
    assert_true(stats().write_units >= ITEMS);
    dynox_limiter_reset(limiter);
    int64_t n = 0;
    live_ok(dynox_sync_count(db, table, DYNOX_EXPR("pk = ?", "P"), &n, .error = &err), &err);
    assert_int_equal(n, ITEMS);
    assert_true(stats().read_units > 0);
}

/* Row 281. The others go on meanwhile. */
static void a_table_with_few_units_makes_its_writes_wait(void **state)
{
    (void)state;
    dynox_error err = {0};
    live_ok(dynox_limiter_table(limiter, table, .write = 50, .burst = 1, .error = &err), &err);
    dynox_future *puts[10];
    for (int i = 0; i < 10; i++)
        puts[i] = dynox_put_item(db, table, DYNOX_ITEM("pk", "slow", "sk", i));
    dynox_item *item = NULL;
    live_ok(dynox_sync_get_item(db, table, DYNOX_ITEM("pk", "big", "sk", 1), &item, .error = &err), &err);
    dynox_item_free(item);
    live_ok(dynox_join_void(dynox_combine(DYNOX_GATHER, 10, puts), .error = &err), &err);
    dynox_limiter_stats of_table;
    assert_true(dynox_limiter_get_stats(limiter, table, NULL, &of_table));
    assert_true(of_table.delayed >= 5);
    assert_true(of_table.write_units >= 10);
    live_ok(dynox_limiter_table(limiter, table, .write = 0), &err);
}

static void reads_that_are_hedged_or_shared_are_right(void **state)
{
    (void)state;
    dynox_error err = {0};
    for (int i = 0; i < 200; i++) {
        dynox_future *gets[3];
        for (int k = 0; k < 3; k++)
            gets[k] = dynox_get_item(db, table, DYNOX_ITEM("pk", "P", "sk", i % ITEMS));
        for (int k = 0; k < 3; k++) {
            dynox_item *item = NULL;
            live_ok(dynox_join(gets[k], &item, .error = &err), &err);
            assert_int_equal(dynox_get_int(item, "sk"), i % ITEMS);
            dynox_item_free(item);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_units_are_those_that_the_server_counts),
        cmocka_unit_test(batches_and_pages_are_counted),
        cmocka_unit_test(a_table_with_few_units_makes_its_writes_wait),
        cmocka_unit_test(reads_that_are_hedged_or_shared_are_right),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
