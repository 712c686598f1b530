/* How large the item of a record is. */
#include "support.h"
#include <dynox/dynox.h>
#include <dynox/model_macros.h>

typedef struct user {
    DYNOX_RECORD;
    const char *pk, *name;
    int64_t     age;
    bool        has_age;
    DYNOX_MANY(const char *) tags;
    dynox_item rest;
} user;
static const dynox_attribute user_attributes[] = {
    DYNOX_PARTITION_KEY(user, pk),
    DYNOX_STRING(user, name),
    DYNOX_INT(user, age, .alias = "a", .optional = DYNOX_HAS(user, has_age)),
    DYNOX_SET(user, tags),
    DYNOX_EXTRA(user, rest),
};
DYNOX_MODEL(user, .table = "users")

typedef struct small {
    DYNOX_RECORD;
    const char *pk;
} small;
static const dynox_attribute small_attributes[] = {DYNOX_PARTITION_KEY(small, pk)};
DYNOX_MODEL(small, .table = "smalls", .max_size = 100)

/* Row 248. */
static void the_whole_item_is_measured(void **state)
{
    (void)state;
    dynox_item_size size  = {0};
    dynox_error     error = {0};
    assert_int_equal(user_size(&(user){.pk = "USER#123", .name = "John"}, &size, &error), DYNOX_OK);
    assert_int_equal(size.bytes, 18);
    assert_int_equal(size.count, 2);
    assert_int_equal(size.limit, 400 * 1024);
}

/* Rows 248, 249. */
static void each_attribute_is_told_by_its_stored_name(void **state)
{
    (void)state;
    const char          *tags[]   = {"x", "yz"};
    dynox_attribute_size parts[8] = {{0}};
    dynox_item_size      size     = {.parts = parts, .room = 8};
    const user           ada = {.pk = "USER#123", .name = "John", .age = 1000000, .has_age = true, .tags = {tags, 2}};
    assert_int_equal(user_size(&ada, &size, NULL), DYNOX_OK);
    assert_int_equal(size.count, 4);
    size_t sum = 0;
    for (size_t i = 0; i < size.count; i++) {
        sum += parts[i].bytes;
        if (strcmp(parts[i].name, "a") == 0) assert_int_equal(parts[i].bytes, 1 + 2);    /* zeros at the end are free */
        if (strcmp(parts[i].name, "tags") == 0) assert_int_equal(parts[i].bytes, 4 + 3); /* a set has no overhead */
        if (strcmp(parts[i].name, "pk") == 0) assert_int_equal(parts[i].bytes, 10);
    }
    assert_int_equal(sum, size.bytes);
}

static void only_as_many_parts_as_there_is_room_for(void **state)
{
    (void)state;
    dynox_attribute_size parts[2] = {{0}, {"untouched", 7}};
    dynox_item_size      size     = {.parts = parts, .room = 1};
    assert_int_equal(user_size(&(user){.pk = "a", .name = "b"}, &size, NULL), DYNOX_OK);
    assert_int_equal(size.count, 2);
    assert_string_equal(parts[1].name, "untouched");
    size = (dynox_item_size){.room = 5};
    assert_int_equal(user_size(&(user){.pk = "a", .name = "b"}, &size, NULL), DYNOX_OK);
}

static void unknown_attributes_count_and_keep_their_names(void **state)
{
    (void)state;
    dynox_attribute_size parts[4] = {{0}};
    dynox_item_size      size     = {.parts = parts, .room = 4};
    const user           ada      = {.pk = "a", .rest = *DYNOX_ITEM("colour", "red")};
    assert_int_equal(user_size(&ada, &size, NULL), DYNOX_OK);
    assert_int_equal(size.count, 2);
    assert_int_equal(size.bytes, 3 + 9);
    bool found = false;
    for (size_t i = 0; i < 2; i++)
        found = found || (strcmp(parts[i].name, "colour") == 0 && parts[i].bytes == 9);
    assert_true(found);
}

static void the_models_limit_is_told(void **state)
{
    (void)state;
    dynox_item_size size = {0};
    assert_int_equal(small_size(&(small){.pk = "a"}, &size, NULL), DYNOX_OK);
    assert_int_equal(size.limit, 100);
}

static void what_is_missing_is_an_error(void **state)
{
    (void)state;
    dynox_item_size size  = {0};
    dynox_error     error = {0};
    assert_int_equal(user_size(NULL, &size, &error), DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, "user: the record is missing (NULL)");
    assert_int_equal(user_size(&(user){.pk = "a"}, NULL, &error), DYNOX_E_ARGUMENT);
    dynox_error_clear(&error);
}

static void measure_once(void *arg)
{
    dynox_item_size size   = {0};
    dynox_status    status = user_size(arg, &size, NULL);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    const char *tags[] = {"x", "yz"};
    user        ada    = {.pk = "USER#123", .name = "John", .tags = {tags, 2}};
    measure_once(&ada);
    test_every_allocation_failing(measure_once, &ada);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_item_is_measured),
        cmocka_unit_test(each_attribute_is_told_by_its_stored_name),
        cmocka_unit_test(only_as_many_parts_as_there_is_room_for),
        cmocka_unit_test(unknown_attributes_count_and_keep_their_names),
        cmocka_unit_test(the_models_limit_is_told),
        cmocka_unit_test(what_is_missing_is_an_error),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("size", tests, NULL, NULL);
}
