/* Items against a real server: what goes in comes out, conditions hold, errors say what the service said. */
#include "live.h"

static const char *table;

static int setup(void **state)
{
    if (live_setup(state) != 0) return -1;
    static char name[64];
    snprintf(name, sizeof name, "%s", live_table("items"));
    table = name;
    live_create(table, false);
    return 0;
}

static int teardown(void **state)
{
    dynox_sync_delete_table(live, table);
    return live_teardown(state);
}

static dynox_item *get(const char *pk)
{
    dynox_error err  = {0};
    dynox_item *item = NULL;
    live_ok(dynox_sync_get_item(live, table, DYNOX_ITEM("pk", pk), &item, .consistent_read = true, .error = &err),
            &err);
    return item;
}

static void put(const dynox_item *item)
{
    dynox_error err = {0};
    live_ok(dynox_sync_put_item(live, table, item, .error = &err), &err);
}

/* Row 43. */
static void get_of_a_missing_item_is_null_and_no_error(void **state)
{
    (void)state;
    assert_null(get("nobody"));
}

/* Rows 31, 32. */
static void numbers_keep_all_their_digits(void **state)
{
    (void)state;
    static const char *const texts[] = {"9223372036854775807",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "12345678901234567890",
                                        "12345678901234567890123456789",
                                        "99999999999999999999999999999999999999",
                                        "-99999999999999999999999999999999999999",
                                        "1.2345678901234567890123456789012345678E-100",
                                        "9.9999999999999999999999999999999999999E+125",
                                        "-1E-130",
                                        "0.10000000000000000000000000000000000001"};
    enum { COUNT = sizeof texts / sizeof *texts };
    dynox_value numbers[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        numbers[i] = dynox_number_text(texts[i]);
    const dynox_item *item = DYNOX_ITEM("pk", "digits", "l", dynox_list_of(numbers, COUNT), "ns",
                                        dynox_number_set_of(numbers, COUNT), "max", INT64_MAX, "most", UINT64_MAX);
    put(item);
    dynox_item *back = get("digits");
    assert_true(dynox_item_equal(item, back));
    assert_true(dynox_value_as_int(dynox_item_get(back, "max")) == INT64_MAX);
    dynox_item_free(back);
}

/* Rows 25-27, 38. */
static void every_type_round_trips(void **state)
{
    (void)state;
    const unsigned char bytes[] = {0, 1, 255};
    const dynox_item   *item =
        DYNOX_ITEM("pk", "types", "text", "Grüße", "empty", "", "int", INT64_MIN, "big",
                   dynox_number_text("12345678901234567890123456789012345678"), "small", dynox_number_text("1E-130"),
                   "real", 0.1, "yes", DYNOX_TRUE, "null", dynox_null(), "bytes", DYNOX_BYTES(bytes, sizeof bytes),
                   "no", DYNOX_FALSE, "list0", DYNOX_LIST(), "map0", DYNOX_MAP(), "one", DYNOX_STRING_SET("x"), "bs",
                   DYNOX_BINARY_SET(DYNOX_BYTES("\1", 1), DYNOX_BYTES(bytes, sizeof bytes)), "list",
                   DYNOX_LIST(1, "two", DYNOX_LIST(), DYNOX_MAP("deep", DYNOX_MAP("deeper", 3))), "map",
                   DYNOX_MAP("a.b", 1, "name", "x", "Größe", DYNOX_MAP("#:?", 2)), "ss", DYNOX_STRING_SET("a", "b"),
                   "ns", DYNOX_NUMBER_SET(1, 2.5), "nul", dynox_string_n("a\0b", 3));
    put(item);
    dynox_item *back = get("types");
    assert_true(dynox_item_equal(item, back));
    dynox_item_free(back);
}

/* Rows 39, 43. */
static void put_replaces_the_whole_item(void **state)
{
    (void)state;
    put(DYNOX_ITEM("pk", "whole", "a", 1, "b", 2));
    put(DYNOX_ITEM("pk", "whole", "b", 3));
    dynox_item *back = get("whole");
    assert_null(dynox_item_get(back, "a"));
    assert_int_equal(dynox_get_int(back, "b"), 3);
    dynox_item_free(back);
}

/* Row 41. */
static void put_returns_the_old_item_when_asked(void **state)
{
    (void)state;
    dynox_error err = {0};
    dynox_item *old = NULL;
    live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "old", "n", 1), .return_values = DYNOX_ALL_OLD,
                                .out = &old, .error = &err),
            &err);
    assert_null(old);
    live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "old", "n", 2), .return_values = DYNOX_ALL_OLD,
                                .out = &old, .error = &err),
            &err);
    assert_int_equal(dynox_get_int(old, "n"), 1);
    dynox_item_free(old);
}

/* Row 40. */
static void a_condition_that_holds_once_fails_the_second_time(void **state)
{
    (void)state;
    dynox_error       err  = {0};
    const dynox_expr *none = DYNOX_EXPR("attribute_not_exists(pk)");
    live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "once", "n", 1), .condition = none, .error = &err), &err);
    assert_int_equal(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "once", "n", 2), .condition = none),
                     DYNOX_E_CONDITION_FAILED);
    dynox_item *back = get("once");
    assert_int_equal(dynox_get_int(back, "n"), 1);
    dynox_item_free(back);
}

/* Row 42. Without the flag the field is NULL. */
static void a_failed_condition_carries_the_stored_item(void **state)
{
    (void)state;
    dynox_error err = {0};
    put(DYNOX_ITEM("pk", "cond", "n", 7));
    dynox_status status = dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "cond", "n", 8),
                                              .condition                   = DYNOX_EXPR("attribute_not_exists(pk)"),
                                              .return_on_condition_failure = DYNOX_ALL_OLD, .error = &err);
    assert_int_equal(status, DYNOX_E_CONDITION_FAILED);
    assert_int_equal(err.status, DYNOX_E_CONDITION_FAILED);
    assert_string_equal(err.code, "ConditionalCheckFailedException");
    assert_int_equal(err.http_status, 400);
    assert_int_equal(err.attempts, 1);
    assert_false(err.retryable);
    if (!live_peer_is("dynalite")) { /* which is older than this parameter */
        assert_non_null(err.item);
        assert_int_equal(dynox_get_int(err.item, "n"), 7);
    }
    dynox_error_clear(&err);
    assert_int_equal(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "cond"), .condition = DYNOX_EXPR("n > ?", 100),
                                         .error = &err),
                     DYNOX_E_CONDITION_FAILED);
    assert_null(err.item);
}

/* Row 53. */
static void a_failed_condition_of_an_update_carries_the_stored_item(void **state)
{
    (void)state;
    dynox_error err = {0};
    put(DYNOX_ITEM("pk", "upcond", "n", 7));
    assert_int_equal(dynox_sync_update_item(live, table, DYNOX_ITEM("pk", "upcond"), DYNOX_EXPR("SET n = ?", 8),
                                            .condition                   = DYNOX_EXPR("n > ?", 100),
                                            .return_on_condition_failure = DYNOX_ALL_OLD, .error = &err),
                     DYNOX_E_CONDITION_FAILED);
    if (!live_peer_is("dynalite")) assert_int_equal(dynox_get_int(err.item, "n"), 7); /* which is too old for that */
    dynox_error_clear(&err);
    dynox_item *back = get("upcond");
    assert_int_equal(dynox_get_int(back, "n"), 7);
    dynox_item_free(back);
}

/* Row 48. */
static void an_update_makes_the_item_that_is_not_there(void **state)
{
    (void)state;
    dynox_error err = {0};
    live_ok(dynox_sync_update_item(live, table, DYNOX_ITEM("pk", "upsert"),
                                   DYNOX_EXPR("SET name = ?, status = ?, n = ?", "Ada", "new", 5), .error = &err),
            &err);
    dynox_item *back = get("upsert");
    assert_true(dynox_item_equal(back, DYNOX_ITEM("pk", "upsert", "name", "Ada", "status", "new", "n", 5)));
    dynox_item_free(back);
    live_ok(
        dynox_sync_update_item(live, table, DYNOX_ITEM("pk", "upsert"), DYNOX_EXPR("SET n = n - ?", 3), .error = &err),
        &err);
    back = get("upsert");
    assert_int_equal(dynox_get_int(back, "n"), 2);
    dynox_item_free(back);
}

/* Row 49. */
static void update_changes_only_what_it_names(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_item *item = NULL;
    put(DYNOX_ITEM("pk", "up", "age", 36, "nick", "A", "tags", DYNOX_LIST("x"), "name", "Ada"));
    live_ok(dynox_sync_update_item(
                live, table, DYNOX_ITEM("pk", "up"),
                DYNOX_EXPR("SET age = age + ?, tags = list_append(tags, ?) REMOVE nick", 1, DYNOX_LIST("vip")),
                .condition = DYNOX_EXPR("attribute_exists(pk) AND size(name) < ?", 40), .return_values = DYNOX_ALL_NEW,
                .out = &item, .error = &err),
            &err);
    assert_int_equal(dynox_get_int(item, "age"), 37);
    assert_null(dynox_item_get(item, "nick"));
    assert_string_equal(dynox_value_as_string(dynox_item_path(item, "tags[1]")), "vip");
    dynox_item_free(item);
}

/* Row 52. */
static void the_five_return_values_give_what_they_say(void **state)
{
    (void)state;
    static const struct {
        dynox_return_values wanted;
        int                 n, other; /* 0: absent */
    } cases[] = {{DYNOX_RETURN_NONE, 0, 0},
                 {DYNOX_ALL_OLD, 1, 5},
                 {DYNOX_UPDATED_OLD, 1, 0},
                 {DYNOX_ALL_NEW, 2, 5},
                 {DYNOX_UPDATED_NEW, 2, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox_error err  = {0};
        dynox_item *item = NULL;
        put(DYNOX_ITEM("pk", "five", "n", 1, "other", 5));
        live_ok(dynox_sync_update_item(live, table, DYNOX_ITEM("pk", "five"), DYNOX_EXPR("SET n = ?", 2),
                                       .return_values = cases[i].wanted, .out = &item, .error = &err),
                &err);
        assert_int_equal(dynox_get_int(item, "n"), cases[i].n);
        assert_int_equal(dynox_get_int(item, "other"), cases[i].other);
        dynox_item_free(item);
    }
}

/* Rows 54, 55. */
static void delete_of_a_missing_item_succeeds(void **state)
{
    (void)state;
    dynox_error err = {0};
    dynox_item *old = NULL;
    live_ok(dynox_sync_delete_item(live, table, DYNOX_ITEM("pk", "never"), .return_values = DYNOX_ALL_OLD, .out = &old,
                                   .error = &err),
            &err);
    assert_null(old);
    put(DYNOX_ITEM("pk", "gone", "n", 1));
    assert_int_equal(dynox_sync_delete_item(live, table, DYNOX_ITEM("pk", "gone"), .condition = DYNOX_EXPR("n = ?", 2)),
                     DYNOX_E_CONDITION_FAILED);
    live_ok(dynox_sync_delete_item(live, table, DYNOX_ITEM("pk", "gone"), .return_values = DYNOX_ALL_OLD, .out = &old,
                                   .error = &err),
            &err);
    assert_int_equal(dynox_get_int(old, "n"), 1);
    dynox_item_free(old);
    assert_null(get("gone"));
}

/* Rows 45, 46. */
static void projection_reads_nested_paths_and_reserved_names(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_item *item = NULL;
    put(DYNOX_ITEM("pk", "proj", "name", "x", "status", 1, "a",
                   DYNOX_MAP("b", DYNOX_LIST(DYNOX_MAP("c", 1), DYNOX_MAP("c", 2)))));
    live_ok(dynox_sync_get_item(live, table, DYNOX_ITEM("pk", "proj"), &item, .projection = "name, a.b[1].c",
                                .error = &err),
            &err);
    assert_string_equal(dynox_get_string(item, "name"), "x");
    assert_null(dynox_item_get(item, "status"));
    assert_int_equal(dynox_value_as_int(dynox_item_path(item, "a.b[0].c")), 2);
    dynox_item_free(item);
}

/* Row 56. */
static void a_missing_table_is_not_found_and_named(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_item *item = NULL;
    assert_int_equal(dynox_sync_get_item(live, "no-such-table", DYNOX_ITEM("pk", "x"), &item, .error = &err),
                     DYNOX_E_NOT_FOUND);
    assert_string_equal(err.code, "ResourceNotFoundException");
    assert_non_null(strstr(err.message, "no-such-table"));
    assert_true(err.request_id[0] != 0);
    assert_null(item);
}

/* Row 47. */
static void a_wrong_key_is_a_validation_error_of_the_service(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_item *item = NULL;
    assert_int_equal(dynox_sync_get_item(live, table, DYNOX_ITEM("wrong", "x"), &item, .error = &err),
                     DYNOX_E_VALIDATION);
    assert_string_equal(err.code, "ValidationException");
    const char *two = live_table("two-keys");
    live_create(two, true);
    assert_int_equal(dynox_sync_get_item(live, two, DYNOX_ITEM("pk", "x"), &item, .error = &err), DYNOX_E_VALIDATION);
    live_ok(dynox_sync_delete_table(live, two, .error = &err), &err);
}

/* Row 57. */
static void info_has_capacity_request_id_attempts_and_duration(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_info  info = {0};
    dynox_item *item = NULL;
    put(DYNOX_ITEM("pk", "info", "n", 1));
    live_ok(dynox_sync_get_item(live, table, DYNOX_ITEM("pk", "info"), &item, .return_capacity = DYNOX_CAPACITY_TOTAL,
                                .info = &info, .error = &err),
            &err);
    assert_true(info.request_id[0] != 0);
    assert_int_equal(info.attempts, 1);
    assert_true(info.duration_us > 0);
    assert_non_null(info.capacity);
    assert_true(info.capacity->units > 0);
    assert_string_equal(info.capacity->table, table);
    assert_string_equal(dynox_item_info(item)->request_id, info.request_id);
    dynox_item_free(item);
    dynox_info_clear(&info);
}

/* Rows 41, 57. */
static void a_future_has_the_info_of_its_call(void **state)
{
    (void)state;
    dynox_future *put_f = dynox_put_item(live, table, DYNOX_ITEM("pk", "fi"), .return_capacity = DYNOX_CAPACITY_TOTAL);
    assert_int_equal(dynox_future_wait(put_f, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(put_f), DYNOX_OK);
    assert_non_null(dynox_future_info(put_f));
    assert_non_null(dynox_future_info(put_f)->capacity);
    dynox_future_release(put_f);
}

static void a_hundred_gets_at_once_all_succeed(void **state)
{
    (void)state;
    dynox_future *gets[100];
    put(DYNOX_ITEM("pk", "many", "n", 42));
    for (int i = 0; i < 100; i++)
        gets[i] = dynox_get_item(live, table, DYNOX_ITEM("pk", "many"));
    dynox_future *all = dynox_combine(DYNOX_GATHER, 100, gets);
    assert_int_equal(dynox_future_wait(all, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(all), DYNOX_OK);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(dynox_get_int(dynox_future_peek_item(dynox_combined_at(all, i)), "n"), 42);
    dynox_future_release(all);
}

static void a_put_that_is_forgotten_still_happens(void **state)
{
    (void)state;
    dynox_future_release(dynox_put_item(live, table, DYNOX_ITEM("pk", "forgotten", "n", 1)));
    dynox_item *item = NULL;
    for (int tries = 0; tries < 500 && !item; tries++) {
        item = get("forgotten");
        if (!item) usleep(10000);
    }
    assert_non_null(item);
    dynox_item_free(item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get_of_a_missing_item_is_null_and_no_error),
        cmocka_unit_test(every_type_round_trips),
        cmocka_unit_test(numbers_keep_all_their_digits),
        cmocka_unit_test(put_replaces_the_whole_item),
        cmocka_unit_test(put_returns_the_old_item_when_asked),
        cmocka_unit_test(a_condition_that_holds_once_fails_the_second_time),
        cmocka_unit_test(a_failed_condition_carries_the_stored_item),
        cmocka_unit_test(a_failed_condition_of_an_update_carries_the_stored_item),
        cmocka_unit_test(an_update_makes_the_item_that_is_not_there),
        cmocka_unit_test(update_changes_only_what_it_names),
        cmocka_unit_test(the_five_return_values_give_what_they_say),
        cmocka_unit_test(delete_of_a_missing_item_succeeds),
        cmocka_unit_test(projection_reads_nested_paths_and_reserved_names),
        cmocka_unit_test(a_missing_table_is_not_found_and_named),
        cmocka_unit_test(a_wrong_key_is_a_validation_error_of_the_service),
        cmocka_unit_test(info_has_capacity_request_id_attempts_and_duration),
        cmocka_unit_test(a_future_has_the_info_of_its_call),
        cmocka_unit_test(a_hundred_gets_at_once_all_succeed),
        cmocka_unit_test(a_put_that_is_forgotten_still_happens),
    };
    live_endpoint();
    return cmocka_run_group_tests_name("integration items", tests, setup, teardown);
}
