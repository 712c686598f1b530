/* Copies of records with everything in them, and hooks that cannot begin. */
#include "client/scripted.h"

typedef struct note {
    DYNOX_RECORD;
    const char *id, *text;
    dynox_item  more;
    dynox_value any;
} note;
static const dynox_attribute note_attributes[] = {
    DYNOX_PARTITION_KEY(note, id),
    DYNOX_STRING(note, text),
    DYNOX_EXTRA(note, more),
    DYNOX_DYNAMIC(note, any),
};

static bool saving_fails;

/* As a hook that has no memory for its future. */
static dynox_future *no_future(dynox_client *db, note *n)
{
    (void)db;
    (void)n;
    return saving_fails ? NULL : dynox_future_of(dynox_ok(NULL, NULL));
}
DYNOX_MODEL(note, .table = "notes", .after_save_async = no_future)

#define NOTE                                                                                                           \
    "{\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"t\"},\"x\":{\"L\":[{\"S\":\"deep\"},{\"M\":{}}]},\"y\":{\"N\":\"1\"},"    \
    "\"any\":{\"M\":{\"k\":{\"SS\":[\"v\"]}}}}"

static note *loaded(void)
{
    note *n = NULL;
    scripted_answer("GetItem", "{\"Item\":" NOTE "}");
    assert_int_equal(note_sync_get(client, &(note){.id = "a"}, &n, NULL), DYNOX_OK);
    return n;
}

static void a_copy_has_what_no_member_has(void **state)
{
    (void)state;
    note *n    = loaded();
    note *copy = note_copy(n);
    note_free(n);
    assert_non_null(copy);
    assert_int_equal(copy->more.count, 2);
    assert_int_equal(dynox_get_int(&copy->more, "y"), 1);
    assert_false(note_is_dirty(copy));
    copy->text = "u";
    assert_int_equal(note_sync_save(client, copy, DYNOX_WITH(.full_replace = true)), DYNOX_OK);
    assert_sent("\"x\":{\"L\":[{\"S\":\"deep\"},{\"M\":{}}]}");
    note_free(copy);
}

static void a_hook_without_a_future_has_no_memory_and_the_record_is_saved(void **state)
{
    (void)state;
    note *n      = loaded();
    n->text      = "u";
    saving_fails = true;
    assert_int_equal(note_sync_save(client, n, NULL), DYNOX_E_NO_MEMORY);
    assert_false(note_is_dirty(n));
    saving_fails = false;
    n->text      = "v";
    assert_int_equal(note_sync_save(client, n, NULL), DYNOX_OK);
    note_free(n);
}

static void a_refresh_that_brings_nothing_leaves_a_record_of_ones_own_stale(void **state)
{
    (void)state;
    note own = {.id = "a", .text = "t"};
    assert_int_equal(note_sync_save(client, &own, DYNOX_WITH(.skip_hooks = true)), DYNOX_OK);
    scripted_answer("UpdateItem", "{}");
    assert_int_equal(note_sync_update(client, &own, DYNOX_EXPR("SET text = ?", "u"), DYNOX_WITH(.refresh = true)),
                     DYNOX_OK);
    assert_int_equal(note_sync_save(client, &own, DYNOX_WITH(.skip_hooks = true)), DYNOX_E_VALUE);
    scripted_answer("UpdateItem", "{\"Attributes\":" NOTE "}");
    assert_int_equal(note_sync_update(client, &own, DYNOX_EXPR("SET text = ?", "u"), DYNOX_WITH(.refresh = true)),
                     DYNOX_OK);
    assert_int_equal(note_sync_save(client, &own, DYNOX_WITH(.skip_hooks = true)), DYNOX_OK);
    note_clear(&own);
}

static void what_was_not_asked_for_or_is_another_record_is_not_taken_over(void **state)
{
    (void)state;
    note *n = loaded();
    n->text = "u";
    scripted_answer("UpdateItem", "{\"Attributes\":" NOTE "}");
    assert_int_equal(note_sync_save(client, n, NULL), DYNOX_OK);
    assert_string_equal(n->text, "u");
    assert_false(note_is_dirty(n));
    scripted_answer("UpdateItem", "{\"Attributes\":{\"id\":{\"S\":\"b\"},\"text\":{\"S\":\"other\"}}}");
    assert_int_not_equal(note_sync_update(client, n, DYNOX_EXPR("SET text = ?", "v"), DYNOX_WITH(.refresh = true)),
                         DYNOX_OK);
    assert_string_equal(n->id, "a");
    assert_string_equal(n->text, "u");
    note_free(n);
}

/* The first answer is none to what was asked; the next one is. */
static void a_write_whose_first_answer_was_foreign_comes_home(void **state)
{
    (void)state;
    note *n     = loaded();
    n->text     = "u";
    long before = faultserver_count(&server, "requests");
    scripted_answer("UpdateItem", "{\"Foo\":{}}");
    dynox_future *save = note_save(client, n, DYNOX_WITH(.skip_hooks = true, .max_attempts = 8));
    while (faultserver_count(&server, "requests") == before)
        dynox_join_void(dynox_sleep(1));
    scripted_answer("UpdateItem", "{}");
    dynox_status status = dynox_join_void(save);
    if (status == DYNOX_OK) assert_false(note_is_dirty(n));
    note_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_has_what_no_member_has),
        cmocka_unit_test(a_refresh_that_brings_nothing_leaves_a_record_of_ones_own_stale),
        cmocka_unit_test(what_was_not_asked_for_or_is_another_record_is_not_taken_over),
        cmocka_unit_test(a_write_whose_first_answer_was_foreign_comes_home),
        cmocka_unit_test(a_hook_without_a_future_has_no_memory_and_the_record_is_saved),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
