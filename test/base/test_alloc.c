/* Allocation: sizes that overflow are refused, failures are told, and a program's allocator gets everything. */
#include "base/alloc.h"
#include "support.h"

static void sums_and_products_that_overflow_are_refused(void **state)
{
    (void)state;
    size_t result;
    assert_true(dynox__add_size(SIZE_MAX - 1, 1, &result));
    assert_true(result == SIZE_MAX);
    assert_false(dynox__add_size(SIZE_MAX, 1, &result));
    assert_true(dynox__mul_size(SIZE_MAX, 1, &result));
    assert_true(dynox__mul_size(SIZE_MAX, 0, &result));
    assert_int_equal(result, 0);
    assert_true(dynox__mul_size(SIZE_MAX / 3, 3, &result));
    assert_false(dynox__mul_size(SIZE_MAX / 3 + 1, 3, &result));
    assert_false(dynox__mul_size(SIZE_MAX, SIZE_MAX, &result));
}

static void arrays_too_large_for_memory_are_null_and_leave_the_old_one(void **state)
{
    (void)state;
    assert_null(dynox__malloc_array(SIZE_MAX / 2, 3));
    char *old = dynox__malloc_array(2, 3);
    memcpy(old, "12345", 6);
    assert_null(dynox__realloc_array(old, SIZE_MAX / 2, 3));
    assert_string_equal(old, "12345");
    dynox__free(old);
}

static void nothing_is_still_a_block(void **state)
{
    (void)state;
    void *block = dynox__malloc(0);
    assert_non_null(block);
    block = dynox__realloc(block, 0);
    assert_non_null(block);
    dynox__free(block);
    dynox__free(NULL);
}

static void copies_of_text_end_where_they_are_told(void **state)
{
    (void)state;
    char *copy = dynox__strndup("a\0bc", 3);
    assert_memory_equal(copy, "a\0b", 4);
    dynox__free(copy);
    assert_null(dynox__strdup(NULL));
    assert_null(dynox__strndup("", SIZE_MAX));
}

static void wiping_leaves_zeros(void **state)
{
    (void)state;
    char secret[] = "secret", zeros[sizeof secret] = {0};
    dynox__wipe(secret, sizeof secret);
    assert_memory_equal(secret, zeros, sizeof secret);
    dynox__wipe(NULL, 5);
}

static void use_everything(void *unused)
{
    (void)unused;
    char *text = dynox__strdup("text");
    char *zero = dynox__calloc(100);
    char *more = dynox__realloc_array(zero, 100, 2);
    if (zero && !more) assert_int_equal(zero[99], 0);
    dynox__free(more ? more : zero);
    dynox_free(text);
}

static void a_programs_allocator_gets_everything_and_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(use_everything, NULL);
    assert_int_equal(atomic_load(&test_blocks), 0);
}

static void half_an_allocator_is_none(void **state)
{
    (void)state;
    dynox_set_allocator(counted_malloc, NULL, counted_free);
    void *block = dynox__malloc(1);
    assert_int_equal(atomic_load(&test_blocks), 0);
    dynox__free(block);
    assert_int_equal(atomic_load(&test_blocks), 0);
    dynox_set_allocator(NULL, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_products_that_overflow_are_refused),
        cmocka_unit_test(arrays_too_large_for_memory_are_null_and_leave_the_old_one),
        cmocka_unit_test(nothing_is_still_a_block),
        cmocka_unit_test(copies_of_text_end_where_they_are_told),
        cmocka_unit_test(wiping_leaves_zeros),
        cmocka_unit_test(a_programs_allocator_gets_everything_and_may_fail),
        cmocka_unit_test(half_an_allocator_is_none),
    };
    return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
