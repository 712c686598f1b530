/* Buffers: they grow, format, and remember that they have failed. */
#include "base/buffer.h"
#include "support.h"

static void what_is_added_is_there(void **state)
{
    (void)state;
    dynox__buffer buffer = {0};
    dynox__buffer_text(&buffer, "a");
    dynox__buffer_byte(&buffer, '\0');
    DYNOX__BUFFER_LITERAL(&buffer, "bc");
    dynox__buffer_add(&buffer, NULL, 0);
    for (int i = 0; i < 1000; i++)
        dynox__buffer_format(&buffer, "%03d", i);
    assert_int_equal(buffer.size, 4 + 3000);
    assert_memory_equal(buffer.data, "a\0bc000001", 10);
    assert_memory_equal(buffer.data + buffer.size - 6, "998999", 6);
    assert_false(buffer.failed);
    dynox__buffer_free(&buffer);
    assert_null(buffer.data);
}

static void whole_numbers_are_written_to_the_largest(void **state)
{
    (void)state;
    dynox__buffer buffer = {0};
    dynox__buffer_unsigned(&buffer, 0);
    dynox__buffer_byte(&buffer, ' ');
    dynox__buffer_unsigned(&buffer, UINT64_MAX);
    dynox__buffer_byte(&buffer, '\0');
    assert_string_equal(buffer.data, "0 18446744073709551615");
    dynox__buffer_free(&buffer);
}

static void borrowed_memory_is_left_alone(void **state)
{
    (void)state;
    char          room[8] = "head";
    dynox__buffer buffer  = {.data = room, .size = 4, .capacity = sizeof room, .borrowed = true};
    dynox__buffer_text(&buffer, "body");
    assert_ptr_equal(buffer.data, room);
    dynox__buffer_text(&buffer, " and more");
    assert_ptr_not_equal(buffer.data, room);
    assert_memory_equal(room, "headbody", 8);
    assert_int_equal(buffer.size, 17);
    assert_memory_equal(buffer.data, "headbody and more", 17);
    dynox__buffer_free(&buffer);
    buffer = (dynox__buffer){.data = room, .size = 4, .capacity = sizeof room, .borrowed = true};
    dynox__buffer_free(&buffer);
    assert_null(buffer.data);
}

static void the_first_failure_sticks_and_keeps_what_was_there(void **state)
{
    (void)state;
    dynox__buffer buffer = {0};
    dynox__buffer_text(&buffer, "kept");
    assert_false(dynox__buffer_grow(&buffer, SIZE_MAX));
    assert_false(dynox__buffer_grow(&buffer, 1));
    assert_true(buffer.failed);
    assert_memory_equal(buffer.data, "kept", 4);
    dynox__buffer_free(&buffer);
    assert_false(buffer.failed);
}

static void sizes_that_cannot_be_doubled_are_refused(void **state)
{
    (void)state;
    dynox__buffer buffer = {0};
    assert_false(dynox__buffer_grow(&buffer, SIZE_MAX / 2 + 2));
    assert_true(buffer.failed);
    dynox__buffer_free(&buffer);
}

static void write_much(void *unused)
{
    (void)unused;
    dynox__buffer buffer = {0};
    for (int i = 0; i < 500; i++)
        dynox__buffer_format(&buffer, "%s", "0123456789");
    if (!buffer.failed) assert_int_equal(buffer.size, 5000);
    dynox__buffer_free(&buffer);
}

static void without_memory_nothing_leaks(void **state)
{
    (void)state;
    test_every_allocation_failing(write_much, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_is_there),
        cmocka_unit_test(whole_numbers_are_written_to_the_largest),
        cmocka_unit_test(borrowed_memory_is_left_alone),
        cmocka_unit_test(the_first_failure_sticks_and_keeps_what_was_there),
        cmocka_unit_test(sizes_that_cannot_be_doubled_are_refused),
        cmocka_unit_test(without_memory_nothing_leaks),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
