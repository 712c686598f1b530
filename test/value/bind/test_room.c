/* Rooms: what is deferred is ended with them, newest first. */
#include "support.h"
#include "value/bind/room.h"

static char   ended[8];
static size_t ended_count;

static void end(void *what)
{
    ended[ended_count++] = *(const char *)what;
}

static void what_is_deferred_ends_with_the_room_newest_first(void **state)
{
    (void)state;
    dynox_room room = {0};
    char      *a = (char *)dynox_room_alloc(&room, 1), *b = (char *)dynox_room_alloc(&room, 1);
    assert_non_null(a);
    assert_non_null(b);
    *a          = 'a';
    *b          = 'b';
    ended_count = 0;
    assert_int_equal(dynox_room_defer(&room, end, a), DYNOX_OK);
    assert_int_equal(dynox_room_defer(&room, end, b), DYNOX_OK);
    dynox__room_free(&room);
    assert_int_equal(ended_count, 2);
    assert_memory_equal(ended, "ba", 2);
    dynox__room_free(&room); /* empty now */
    assert_int_equal(ended_count, 2);
}

static void an_empty_room_has_nothing_to_end(void **state)
{
    (void)state;
    dynox_room room = {0};
    dynox__room_free(&room);
    assert_non_null(dynox_room_alloc(&room, 0)); /* and is good again */
    dynox__room_free(&room);
}

/* What could not be deferred is not ended: it is still the caller's. */
static void defer_with_failing_memory(void *arg)
{
    (void)arg;
    static char letter  = 'x';
    dynox_room  room    = {0};
    ended_count         = 0;
    dynox_status status = dynox_room_defer(&room, end, &letter);
    assert_int_equal(status, atomic_load(&test_allocation_failed) ? DYNOX_E_NO_MEMORY : DYNOX_OK);
    dynox__room_free(&room);
    assert_int_equal(ended_count, status ? 0 : 1);
}

static void out_of_memory_is_told(void **state)
{
    (void)state;
    test_every_allocation_failing(defer_with_failing_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_deferred_ends_with_the_room_newest_first),
        cmocka_unit_test(an_empty_room_has_nothing_to_end),
        cmocka_unit_test(out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
