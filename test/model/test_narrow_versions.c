/* Versions in small integers; changes that are refused without words. */
#include "client/scripted.h"

typedef struct small {
    DYNOX_RECORD;
    const char *id;
    int8_t      version;
} small;
static const dynox_attribute small_attributes[] = {
    DYNOX_PARTITION_KEY(small, id),
    DYNOX_VERSION(small, version),
};
DYNOX_MODEL(small, .table = "t")

typedef struct large {
    DYNOX_RECORD;
    const char *id;
    uint64_t    version;
} large;
static const dynox_attribute large_attributes[] = {
    DYNOX_PARTITION_KEY(large, id),
    DYNOX_VERSION(large, version),
};
DYNOX_MODEL(large, .table = "t")

/* What would be stored could not be loaded any more. */
static void a_version_that_its_member_cannot_hold_is_not_stored(void **state)
{
    (void)state;
    long        sent  = requests_so_far();
    dynox_error error = {0};
    small       s     = {.id = "a", .version = INT8_MAX};
    large       l     = {.id = "a", .version = (uint64_t)INT64_MAX + 1};
    assert_int_equal(small_sync_save(client, &s, DYNOX_WITH(.error = &error)), DYNOX_E_VALUE);
    assert_string_equal(error.message, "small.version cannot be counted up any more");
    assert_int_equal(small_sync_update(client, &s, DYNOX_EXPR("SET a = 1"), NULL), DYNOX_E_VALUE);
    assert_int_equal(large_sync_save(client, &l, NULL), DYNOX_E_VALUE);
    s.version = -1;
    assert_int_equal(small_sync_save(client, &s, NULL), DYNOX_E_VALUE);
    assert_int_equal(requests_so_far(), sent);
    dynox_error_clear(&error);
}

static void the_last_version_can_be_deleted(void **state)
{
    (void)state;
    small s = {.id = "a", .version = INT8_MAX};
    assert_int_equal(small_sync_delete(client, &s, NULL), DYNOX_OK);
    assert_sent("\"ConditionExpression\":\"#n0 = :v0\"");
    assert_int_equal(s.version, 0);
    s = (small){.id = "a", .version = INT8_MAX - 1};
    assert_int_equal(small_sync_save(client, &s, NULL), DYNOX_OK);
    assert_int_equal(s.version, INT8_MAX);
}

static dynox_status refuse(small *s, void *arg, dynox_error *error)
{
    (void)s;
    (void)arg;
    (void)error;
    return DYNOX_E_VALUE;
}

static void a_change_refused_without_words_is_told_by_both_forms(void **state)
{
    (void)state;
    dynox_error error = {0};
    small       key   = {.id = "a"};
    scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"a\"},\"version\":{\"N\":\"3\"}}}");
    assert_int_equal(dynox_join_void(small_modify(client, &key, refuse, NULL, NULL), .error = &error), DYNOX_E_VALUE);
    assert_string_equal(error.message, "small: the change was refused");
    dynox_error_clear(&error);
    assert_int_equal(small_sync_modify(client, &key, refuse, NULL, DYNOX_WITH(.error = &error)), DYNOX_E_VALUE);
    assert_string_equal(error.message, "small: the change was refused");
    dynox_error_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_that_its_member_cannot_hold_is_not_stored),
        cmocka_unit_test(the_last_version_can_be_deleted),
        cmocka_unit_test(a_change_refused_without_words_is_told_by_both_forms),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
