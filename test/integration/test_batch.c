/* Batches against real servers. */
#include "live.h"

static const char *table, *sorted;

static int setup(void **state)
{
    if (live_setup(state) != 0) return -1;
    static char names[2][64];
    snprintf(names[0], sizeof names[0], "%s", live_table("batch"));
    snprintf(names[1], sizeof names[1], "%s", live_table("batch-sorted"));
    table  = names[0];
    sorted = names[1];
    live_create(table, false);
    live_create(sorted, true);
    return 0;
}

static int teardown(void **state)
{
    dynox_sync_delete_table(live, table);
    dynox_sync_delete_table(live, sorted);
    return live_teardown(state);
}

/* Items and keys that stay where they are made. */
enum { MANY = 1000 };
static dynox_named_value attributes[MANY][2];
static dynox_item        items[MANY], keys[MANY];
static char              names[MANY][16];

static void make(const char *prefix, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "%s%zu", prefix, i);
        attributes[i][0] = (dynox_named_value){"pk", 2, 0, dynox_string(names[i])};
        attributes[i][1] = (dynox_named_value){"n", 1, 0, dynox_int((int64_t)i)};
        items[i]         = (dynox_item){attributes[i], 2, NULL};
        keys[i]          = (dynox_item){attributes[i], 1, NULL};
    }
}

/* Rows 95, 96, 101, 106, 107, 111. */
static void what_was_written_is_read_in_order(void **state)
{
    (void)state;
    static dynox_write writes[MANY];
    static dynox_read  reads[MANY + 1];
    dynox_error        err   = {0};
    dynox_items       *found = NULL;
    make("w", MANY);
    for (size_t i = 0; i < MANY; i++) {
        writes[i] = (dynox_write){.kind = DYNOX_WRITE_PUT, .table = table, .item = &items[i]};
        reads[i]  = (dynox_read){.table = table, .key = &keys[MANY - 1 - i], .consistent_read = true};
    }
    reads[MANY] = DYNOX_GET(table, DYNOX_ITEM("pk", "nobody"), .consistent_read = true);
    live_ok(dynox_sync_batch_write(live, ((dynox_writes){writes, MANY}), .error = &err), &err);
    live_ok(dynox_sync_batch_get(live, ((dynox_reads){reads, MANY + 1}), &found, .error = &err), &err);
    assert_int_equal(found->count, MANY + 1);
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(dynox_get_int(found->at[i], "n"), MANY - 1 - i);
    assert_null(found->at[MANY]);
    dynox_items_free(found);

    for (size_t i = 0; i < MANY; i++) /* every second one goes, the others change */
        writes[i] = i % 2 ? (dynox_write){.kind = DYNOX_WRITE_DELETE, .table = table, .item = &keys[i]}
                          : (dynox_write){.kind = DYNOX_WRITE_PUT, .table = table, .item = &keys[i]};
    live_ok(dynox_sync_batch_write(live, ((dynox_writes){writes, MANY}), .error = &err), &err);
    live_ok(dynox_sync_batch_get(live, ((dynox_reads){reads, MANY}), &found, .error = &err), &err);
    for (size_t i = 0; i < MANY; i++) {
        bool deleted = (MANY - 1 - i) % 2;
        assert_true(deleted == !found->at[i]);
        if (!deleted) assert_null(dynox_item_get(found->at[i], "n"));
    }
    dynox_items_free(found);
}

/* Rows 100, 101. */
static void the_last_write_of_a_key_counts_whatever_is_known_of_it(void **state)
{
    (void)state;
    dynox_error  err   = {0};
    dynox_items *found = NULL;
    live_ok(dynox_sync_batch_write(live,
                                   DYNOX_WRITES(DYNOX_PUT(sorted, DYNOX_ITEM("pk", "a", "sk", 1, "n", 1)),
                                                DYNOX_PUT(table, DYNOX_ITEM("pk", "a", "n", 1)),
                                                DYNOX_PUT(sorted, DYNOX_ITEM("pk", "a", "sk", 2, "n", 1)),
                                                DYNOX_PUT(sorted, DYNOX_ITEM("pk", "a", "sk", 1, "n", 2)),
                                                DYNOX_PUT(table, DYNOX_ITEM("pk", "a", "n", 2)),
                                                DYNOX_DELETE(table, DYNOX_ITEM("pk", "a"))),
                                   .error = &err),
            &err);
    live_ok(dynox_sync_batch_get(live,
                                 DYNOX_READS(DYNOX_GET(sorted, DYNOX_ITEM("pk", "a", "sk", 1), .consistent_read = true),
                                             DYNOX_GET(sorted, DYNOX_ITEM("pk", "a", "sk", 2), .consistent_read = true),
                                             DYNOX_GET(table, DYNOX_ITEM("pk", "a"), .consistent_read = true)),
                                 &found, .error = &err),
            &err);
    assert_int_equal(dynox_get_int(found->at[0], "n"), 2);
    assert_int_equal(dynox_get_int(found->at[1], "n"), 1);
    assert_null(found->at[2]);
    dynox_items_free(found);
}

/* Rows 110, 111. */
static void a_projection_gives_what_it_names(void **state)
{
    (void)state;
    dynox_error  err   = {0};
    dynox_items *found = NULL;
    live_ok(dynox_sync_put_item(live, sorted, DYNOX_ITEM("pk", "p", "sk", 1, "name", "Ada", "age", 36), .error = &err),
            &err);
    live_ok(dynox_sync_batch_get(live,
                                 DYNOX_READS(DYNOX_GET(sorted, DYNOX_ITEM("pk", "p", "sk", 1), .projection = "name, sk",
                                                       .consistent_read = true)),
                                 &found, .error = &err),
            &err);
    assert_int_equal(found->at[0]->count, 2);
    assert_string_equal(dynox_get_string(found->at[0], "name"), "Ada");
    assert_int_equal(dynox_get_int(found->at[0], "sk"), 1);
    dynox_items_free(found);
}

static void capacity_is_told_by_table(void **state)
{
    (void)state;
    static dynox_write writes[60];
    dynox_error        err  = {0};
    dynox_info         info = {0};
    make("c", 60);
    for (size_t i = 0; i < 60; i++)
        writes[i] = (dynox_write){.kind = DYNOX_WRITE_PUT, .table = table, .item = &items[i]};
    live_ok(dynox_sync_batch_write(live, ((dynox_writes){writes, 60}), .return_capacity = DYNOX_CAPACITY_TOTAL,
                                   .info = &info, .error = &err),
            &err);
    assert_int_equal(info.attempts, 3);
    assert_int_equal(info.capacity_count, 1);
    assert_string_equal(info.capacity[0].table, table);
    assert_true(info.capacity[0].units > 59.9 && info.capacity[0].units < 60.1);
    dynox_info_clear(&info);
}

/* Row 98. */
static void what_the_service_refuses_is_left_with_its_words(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_left *left = NULL;
    assert_int_equal(dynox_sync_batch_write(live,
                                            DYNOX_WRITES(DYNOX_PUT("absent", DYNOX_ITEM("pk", "x")),
                                                         DYNOX_PUT("absent", DYNOX_ITEM("pk", "y"))),
                                            .left = &left, .error = &err),
                     DYNOX_E_NOT_FOUND);
    assert_int_equal(left->writes.count, 2);
    dynox_left_free(left);
    assert_int_equal(
        dynox_sync_batch_write(live, DYNOX_WRITES(DYNOX_PUT("absent", DYNOX_ITEM("pk", "x"))), .left = &left),
        DYNOX_E_NOT_FOUND);
    assert_int_equal(left->writes.count, 1);
    dynox_left_free(left);
    assert_int_equal(dynox_sync_batch_write(live,
                                            DYNOX_WRITES(DYNOX_PUT(table, DYNOX_ITEM("pk", "good")),
                                                         DYNOX_PUT(table, DYNOX_ITEM("qk", "bad"))),
                                            .left = &left, .error = &err),
                     DYNOX_E_VALIDATION);
    assert_int_equal(left->writes.count, 2);
    assert_false(err.may_have_applied);
    dynox_left_free(left);
    dynox_items *found = NULL;
    assert_int_equal(
        dynox_sync_batch_get(live, DYNOX_READS(DYNOX_GET("absent", DYNOX_ITEM("pk", "x"))), &found, .left = &left),
        DYNOX_E_NOT_FOUND);
    assert_int_equal(left->reads.count, 1);
    dynox_items_free(found);
    dynox_left_free(left);
}

/* Row 108. A hundred of these are 30 MB, and an answer has 16 MB: the rest comes back unprocessed. */
static void more_than_an_answer_can_hold_comes_in_several(void **state)
{
    (void)state;
    static char       text[300 * 1024];
    static dynox_read reads[100];
    dynox_error       err   = {0};
    dynox_items      *found = NULL;
    dynox_info        info  = {0};
    make("l", 100);
    memset(text, 'x', sizeof text - 1);
    static dynox_write writes[100];
    for (size_t i = 0; i < 100; i++) {
        attributes[i][1] = (dynox_named_value){"t", 1, 0, dynox_string(text)};
        writes[i]        = (dynox_write){.kind = DYNOX_WRITE_PUT, .table = table, .item = &items[i]};
        reads[i]         = (dynox_read){.table = table, .key = &keys[i], .consistent_read = true};
    }
    live_ok(dynox_sync_batch_write(live, ((dynox_writes){writes, 100}), .error = &err), &err);
    live_ok(dynox_sync_batch_get(live, ((dynox_reads){reads, 100}), &found, .info = &info, .error = &err), &err);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(strlen(dynox_get_string(found->at[i], "t")), sizeof text - 1);
    if (!live_peer_is("moto")) assert_true(info.attempts > 1);
    dynox_items_free(found);
    dynox_info_clear(&info);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_in_order),
        cmocka_unit_test(the_last_write_of_a_key_counts_whatever_is_known_of_it),
        cmocka_unit_test(a_projection_gives_what_it_names),
        cmocka_unit_test(capacity_is_told_by_table),
        cmocka_unit_test(what_the_service_refuses_is_left_with_its_words),
        cmocka_unit_test(more_than_an_answer_can_hold_comes_in_several),
    };
    return cmocka_run_group_tests_name("batches", tests, setup, teardown);
}
