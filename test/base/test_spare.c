/* Spare memory: what is kept, for whom, and when it goes. */
#include "base/arena.h"
#include "base/spare.h"
#include "support.h"
#include <stdlib.h>

enum { LARGE = 100 * 1000 };

static size_t allocated, released;

static void *counting_malloc(size_t size)
{
    allocated++;
    return malloc(size);
}

static void counting_free(void *block)
{
    released++;
    free(block);
}

static int count(void **state)
{
    (void)state;
    dynox_set_allocator(counting_malloc, realloc, counting_free);
    allocated = released = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    dynox_set_allocator(NULL, NULL, NULL);
    return 0;
}

/* Takes a block and gives it back. */
static size_t use(size_t size)
{
    void *block = dynox__spare_take(&size);
    assert_non_null(block);
    memset(block, 7, size);
    dynox__spare_give(block, size);
    return size;
}

static void a_large_block_is_kept_for_the_next(void **state)
{
    (void)state;
    dynox__spare_begin();
    use(LARGE);
    assert_int_equal(released, 0);
    assert_int_equal(use(LARGE - 1000), LARGE); /* no other is there: it has what it has */
    assert_int_equal(allocated, 1);
    use(LARGE + 1);
    use(LARGE / 8 * 6);
    assert_int_equal(allocated, 2);
    use(8 * LARGE); /* too large for what is kept, and what is kept is too small */
    use(65 * 1024);
    assert_int_equal(allocated, 3);
    dynox__spare_end();
    assert_int_equal(released, 3);
}

static void the_smallest_that_is_large_enough_is_taken(void **state)
{
    (void)state;
    dynox__spare_begin();
    size_t sizes[] = {3 * LARGE, LARGE, 2 * LARGE};
    void  *blocks[3];
    for (int i = 0; i < 3; i++)
        blocks[i] = dynox__spare_take(&sizes[i]);
    for (int i = 0; i < 3; i++)
        dynox__spare_give(blocks[i], sizes[i]);
    assert_int_equal(use(LARGE + 1), 2 * LARGE);
    assert_int_equal(use(LARGE), LARGE);
    assert_int_equal(use(2 * LARGE + 1), 3 * LARGE);
    assert_int_equal(allocated, 3);
    dynox__spare_end();
}

static void nothing_is_kept_without_users_or_of_small_blocks(void **state)
{
    (void)state;
    use(LARGE);
    assert_int_equal(released, 1);
    dynox__spare_begin();
    dynox__spare_begin();
    use(1000);
    use(17 * 1024 * 1024);
    assert_int_equal(released, 3);
    dynox__spare_end();
    use(LARGE);
    assert_int_equal(released, 3);
    dynox__spare_drop();
    assert_int_equal(released, 4);
    use(LARGE);
    dynox__spare_end();
    assert_int_equal(released, 5);
    dynox__spare_give(NULL, LARGE);
}

static void no_more_is_kept_than_the_limit(void **state)
{
    (void)state;
    void  *blocks[30];
    size_t size = 1024 * 1024;
    dynox__spare_begin();
    for (int i = 0; i < 30; i++)
        blocks[i] = dynox__spare_take(&size);
    for (int i = 0; i < 30; i++)
        dynox__spare_give(blocks[i], size);
    assert_int_equal(released, 30 - 12);
    use(9 * size); /* the oldest go */
    use(size);
    assert_int_equal(allocated, 31);
    dynox__spare_end();
    assert_int_equal(released, 31);
}

static void what_another_allocator_made_goes_with_it(void **state)
{
    (void)state;
    dynox__spare_begin();
    use(LARGE);
    dynox_set_allocator(NULL, NULL, NULL);
    assert_int_equal(released, 1);
    use(LARGE);
    dynox__spare_end();
    assert_int_equal(released, 1);
}

static void arenas_use_it(void **state)
{
    (void)state;
    dynox__arena arena = {0};
    dynox__spare_begin();
    for (int i = 0; i < 3; i++) {
        assert_true(dynox__arena_reserve(&arena, (size_t)LARGE - (size_t)i * 16));
        assert_non_null(dynox__arena_alloc(&arena, LARGE - 32));
        dynox__arena_free(&arena);
    }
    assert_int_equal(allocated, 1);
    dynox__spare_end();
    assert_int_equal(released, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_large_block_is_kept_for_the_next, count, end),
        cmocka_unit_test_setup_teardown(the_smallest_that_is_large_enough_is_taken, count, end),
        cmocka_unit_test_setup_teardown(nothing_is_kept_without_users_or_of_small_blocks, count, end),
        cmocka_unit_test_setup_teardown(no_more_is_kept_than_the_limit, count, end),
        cmocka_unit_test_setup_teardown(what_another_allocator_made_goes_with_it, count, end),
        cmocka_unit_test_setup_teardown(arenas_use_it, count, end),
    };
    if (DYNOX__SPARE_LEAST == SIZE_MAX) return 77; /* nothing is kept in this build */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
