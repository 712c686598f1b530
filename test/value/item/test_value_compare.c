/* Comparing takes time in proportion, whatever order members come in and however deep they lie. */
#include "support.h"
#include <dynox/item.h>

enum { MANY = 100000, DEEP = 32, NAME = 8 };

static dynox_value *numbers(bool backwards)
{
    dynox_value *list = calloc(MANY, sizeof *list);
    assert_non_null(list);
    for (int i = 0; i < MANY; i++)
        list[i] = dynox_int(backwards ? MANY - 1 - i : i);
    return list;
}

static void sets_in_any_order_are_equal(void **state)
{
    (void)state;
    dynox_value *forwards = numbers(false), *backwards = numbers(true);
    dynox_value  a = dynox_number_set_of(forwards, MANY), b = dynox_number_set_of(backwards, MANY);
    assert_true(dynox_value_equal(&a, &b));
    backwards[MANY / 2] = dynox_int(-1);
    assert_false(dynox_value_equal(&a, &b));
    free(forwards);
    free(backwards);
}

static void maps_in_any_order_are_equal(void **state)
{
    (void)state;
    char(*names)[NAME]          = calloc(MANY, sizeof *names);
    dynox_named_value *forwards = calloc(MANY, sizeof *forwards), *backwards = calloc(MANY, sizeof *backwards);
    assert_true(names && forwards && backwards);
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], NAME, "%d", i);
        forwards[i] = backwards[MANY - 1 - i] = dynox_named(names[i], dynox_int(i));
    }
    dynox_value a = dynox_map_of(forwards, MANY), b = dynox_map_of(backwards, MANY);
    assert_true(dynox_value_equal(&a, &b));
    backwards[7].value = dynox_int(-1);
    assert_false(dynox_value_equal(&a, &b));
    backwards[7] = dynox_named("other", dynox_int(MANY - 8));
    assert_false(dynox_value_equal(&a, &b));
    free(names);
    free(forwards);
    free(backwards);
}

static void deep_maps_are_equal(void **state)
{
    (void)state;
    dynox_named_value levels[DEEP];
    dynox_value       value = dynox_int(1);
    for (int i = 0; i < DEEP; i++) {
        levels[i] = dynox_named("a", value);
        value     = dynox_map_of(&levels[i], 1);
    }
    assert_true(dynox_value_equal(&value, &value));
}

static void compare_without_memory(void *arg)
{
    dynox_value *sets = arg;
    assert_true(dynox_value_equal(&sets[0], &sets[1]));
}

static void nothing_is_told_differently_without_memory(void **state)
{
    (void)state;
    enum { SOME = 200 };
    dynox_value forwards[SOME], backwards[SOME];
    for (int i = 0; i < SOME; i++)
        forwards[i] = backwards[SOME - 1 - i] = dynox_int(i);
    dynox_value sets[] = {dynox_number_set_of(forwards, SOME), dynox_number_set_of(backwards, SOME)};
    test_every_allocation_failing(compare_without_memory, sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_in_any_order_are_equal),
        cmocka_unit_test(maps_in_any_order_are_equal),
        cmocka_unit_test(deep_maps_are_equal),
        cmocka_unit_test(nothing_is_told_differently_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
