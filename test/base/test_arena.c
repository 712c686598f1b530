/* Arenas: blocks that are aligned and do not overlap, room that was reserved is there, failures are told. */
#include "base/arena.h"
#include "support.h"

static void blocks_are_aligned_and_their_own(void **state)
{
    (void)state;
    dynox__arena   arena = {0};
    unsigned char *blocks[300];
    for (size_t i = 0; i < 300; i++) {
        blocks[i] = dynox__arena_alloc(&arena, i * 7);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 8, 0);
        memset(blocks[i], (int)(i % 251), i * 7);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t k = 0; k < i * 7; k++)
            assert_int_equal(blocks[i][k], i % 251);
    dynox__arena_free(&arena);
}

static void sizes_that_overflow_are_refused_and_the_arena_goes_on(void **state)
{
    (void)state;
    dynox__arena arena = {0};
    assert_null(dynox__arena_alloc(&arena, SIZE_MAX));
    assert_null(dynox__arena_alloc(&arena, SIZE_MAX - 7));
    assert_null(dynox__arena_copy(&arena, "", SIZE_MAX));
    assert_false(dynox__arena_reserve(&arena, SIZE_MAX - 8));
    assert_non_null(dynox__arena_alloc(&arena, 1));
    dynox__arena_free(&arena);
}

static void what_was_reserved_cannot_fail(void **state)
{
    (void)state;
    dynox__arena arena = {0};
    assert_true(dynox__arena_reserve(&arena, 80000));
    dynox_set_allocator(counted_malloc, counted_realloc, counted_free);
    for (int i = 0; i < 10000; i++) {
        atomic_store(&test_allocations_left, 1); /* the next one would fail */
        assert_non_null(dynox__arena_alloc(&arena, 8));
    }
    assert_null(dynox__arena_alloc(&arena, 8));
    atomic_store(&test_allocations_left, 0);
    dynox_set_allocator(NULL, NULL, NULL);
    dynox__arena_free(&arena);
}

static void text_is_copied_with_a_nul_behind_it(void **state)
{
    (void)state;
    dynox__arena arena = {0};
    assert_memory_equal(dynox__arena_copy(&arena, "a\0bc", 3), "a\0b", 4);
    assert_string_equal(dynox__arena_copy(&arena, NULL, 0), "");
    dynox__arena_free(&arena);
}

static void after_a_reset_the_same_fits_into_the_same_memory(void **state)
{
    (void)state;
    dynox__arena arena = {0};
    for (int i = 0; i < 1000; i++)
        dynox__arena_alloc(&arena, 64);
    dynox__arena_reset(&arena);
    dynox_set_allocator(counted_malloc, counted_realloc, counted_free);
    atomic_store(&test_allocations_left, 1);
    for (int i = 0; i < 1000; i++)
        assert_non_null(dynox__arena_alloc(&arena, 64));
    atomic_store(&test_allocations_left, 0);
    dynox_set_allocator(NULL, NULL, NULL);
    dynox__arena_reset(&(dynox__arena){0});
    dynox__arena_free(&arena);
    assert_null(arena.chunks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_their_own),
        cmocka_unit_test(sizes_that_overflow_are_refused_and_the_arena_goes_on),
        cmocka_unit_test(what_was_reserved_cannot_fail),
        cmocka_unit_test(text_is_copied_with_a_nul_behind_it),
        cmocka_unit_test(after_a_reset_the_same_fits_into_the_same_memory),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
