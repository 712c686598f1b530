/* What could not be loaded again as it was is not stored. */
#include "client/scripted.h"

enum colour { RED = 1, GREEN, ROSE };
static const dynox_enum_name two_reds[]  = {{RED, "red"}, {GREEN, "green"}, {ROSE, "red"}};
static const dynox_enum_name two_names[] = {{RED, "red"}, {GREEN, "green"}, {RED, "rouge"}};

typedef struct tin {
    DYNOX_RECORD;
    char        id[8], label[4];
    const char *next; /* what would be read behind the array */
} tin;
static const dynox_attribute tin_attributes[] = {
    DYNOX_PARTITION_KEY(tin, id, .template_ = "T#{label}"),
    DYNOX_STRING(tin, label),
};
DYNOX_MODEL(tin, .table = "t")

typedef struct paint {
    DYNOX_RECORD;
    const char *id;
    enum colour colour;
} paint;
static const dynox_attribute paint_attributes[] = {
    DYNOX_PARTITION_KEY(paint, id),
    DYNOX_ENUM(paint, colour, two_reds),
};
DYNOX_MODEL(paint, .table = "t")

typedef struct car {
    DYNOX_RECORD;
    const char *id;
    enum colour colour;
} car;
static const dynox_attribute car_attributes[] = {
    DYNOX_PARTITION_KEY(car, id),
    DYNOX_ENUM(car, colour, two_names),
};
DYNOX_MODEL(car, .table = "t")

static void a_text_that_fills_its_array_is_refused(void **state)
{
    (void)state;
    dynox_error error = {0};
    tin         full  = {.label = {'a', 'b', 'c', 'd'}};
    assert_int_equal(tin_sync_save(client, &full, DYNOX_WITH(.error = &error)), DYNOX_E_VALUE);
    assert_string_equal(error.message, "tin.label: the text fills the array, there is no NUL at its end");
    dynox_error_clear(&error);
    assert_null(tin_to_item(&full, &error));
    dynox_error_clear(&error);
    tin key = {.id = {'1', '2', '3', '4', '5', '6', '7', '8'}, .label = "abc"};
    assert_int_equal(tin_sync_delete_by_key(client, &key, DYNOX_WITH(.error = &error)), DYNOX_E_VALUE);
    assert_string_equal(error.message, "tin.id: the text fills the array, there is no NUL at its end");
    dynox_error_clear(&error);
    tin fits = {.label = "abc"};
    assert_int_equal(tin_sync_save(client, &fits, NULL), DYNOX_OK);
    tin_clear(&fits);
}

static void two_values_of_one_name_are_refused(void **state)
{
    (void)state;
    dynox_error error = {0};
    paint       pink  = {.id = "a", .colour = ROSE};
    assert_int_equal(paint_sync_save(client, &pink, DYNOX_WITH(.error = &error)), DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, "model paint: two values of colour have the same name");
    dynox_error_clear(&error);
}

static void two_names_of_one_value_are_read(void **state)
{
    (void)state;
    car *c = NULL;
    scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"a\"},\"colour\":{\"S\":\"rouge\"}}}");
    assert_int_equal(car_sync_get(client, &(car){.id = "a"}, &c, NULL), DYNOX_OK);
    assert_int_equal(c->colour, RED);
    car_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_fills_its_array_is_refused),
        cmocka_unit_test(two_values_of_one_name_are_refused),
        cmocka_unit_test(two_names_of_one_value_are_read),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
