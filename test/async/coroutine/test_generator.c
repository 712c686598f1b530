/* Generators: coroutines read as streams. */
#include "async/service.h"

static _Atomic int started, cleaned;

DYNOX_ASYNC(const int *, squares, (int n; bool fail; bool wait;), (int i; int square; thing * it;))
{
    DYNOX_BEGIN
    atomic_fetch_add(&started, 1);
    for (my->i = 0; my->i < my->n; my->i++) {
        if (my->wait) {
            DYNOX_AWAIT(my->it, get_thing(my->i));
            thing_free(my->it);
            my->it = NULL;
        }
        my->square = my->i * my->i;
        DYNOX_YIELD(&my->square);
    }
    if (my->fail) DYNOX_THROW(DYNOX_E_DECODE);
    DYNOX_FINALLY
    thing_free(my->it);
    DYNOX_AWAIT_VOID(dynox_sleep(0));
    atomic_fetch_add(&cleaned, 1);
    DYNOX_END
}

static void wait_for(_Atomic int *counter, int value)
{
    for (int ms = 0; atomic_load(counter) < value && ms < 10000; ms++)
        pause_us(1000);
    assert_int_equal(atomic_load(counter), value);
}

static int reset(void **state)
{
    (void)state;
    atomic_store(&started, 0);
    atomic_store(&cleaned, 0);
    return 0;
}

DYNOX_ASYNC(int64_t, sum, (dynox_stream * of;), (const int *it; int64_t sum;))
{
    DYNOX_BEGIN
    DYNOX_FOR_EACH(my->it, my->of)
        my->sum += *my->it;
    DYNOX_RETURN(my->sum);
    DYNOX_FINALLY
    dynox_stream_free(my->of);
    DYNOX_END
}

static void a_coroutine_reads_what_another_one_yields(void **state)
{
    (void)state;
    int64_t total = 0;
    for (int wait = 0; wait < 2; wait++) {
        assert_int_equal(dynox_join(DYNOX_CALL(sum, .of = DYNOX_GENERATE(squares, .n = 100, .wait = wait)), &total),
                         DYNOX_OK);
        assert_int_equal(total, 328350);
    }
    wait_for(&cleaned, 2);
}

static void a_thread_can_read_one_too(void **state)
{
    (void)state;
    dynox_error   error  = {.status = DYNOX_E_SERVER};
    dynox_stream *stream = DYNOX_GENERATE(squares, .n = 50, .wait = true);
    const int    *it;
    int           i = 0;
    for (; (it = dynox_sync_stream_next(stream, &error)); i++)
        assert_int_equal(*it, i * i);
    assert_int_equal(error.status, DYNOX_OK);
    assert_int_equal(i, 50);
    assert_int_equal(atomic_load(&cleaned), 1);
    dynox_stream_free(stream);
}

static void it_starts_when_the_first_item_is_asked_for(void **state)
{
    (void)state;
    dynox_stream *unread = DYNOX_GENERATE(squares, .n = 3);
    const void   *item;
    assert_int_equal(dynox_stream_poll(unread, &item), DYNOX_STREAM_WAIT);
    pause_us(2000);
    dynox_stream_free(unread);
    assert_int_equal(atomic_load(&started), 0);
    dynox_stream *read = DYNOX_GENERATE(squares, .n = 3);
    assert_non_null(dynox_sync_stream_next(read, NULL));
    assert_int_equal(atomic_load(&started), 1);
    dynox_stream_free(read);
    wait_for(&cleaned, 1);
}

static void an_error_comes_after_the_items_before_it(void **state)
{
    (void)state;
    dynox_error   error  = {0};
    dynox_stream *stream = DYNOX_GENERATE(squares, .n = 2, .fail = true);
    assert_non_null(dynox_sync_stream_next(stream, &error));
    assert_non_null(dynox_sync_stream_next(stream, &error));
    for (int i = 0; i < 2; i++) {
        assert_null(dynox_sync_stream_next(stream, &error));
        assert_int_equal(error.status, DYNOX_E_DECODE);
    }
    dynox_stream_free(stream);
    assert_int_equal(dynox_join_void(DYNOX_CALL(sum, .of = DYNOX_GENERATE(squares, .n = 2, .fail = true))),
                     DYNOX_E_DECODE);
}

DYNOX_ASYNC(int, looks_for, (int wanted; int *data;), (const int *it; int *own; int i;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < 10; my->i++) {
        DYNOX_FOR_EACH(my->it, DYNOX_GENERATE(squares, .n = 1000, .wait = my->i % 2))
            if (*my->it == my->wanted) break;
    }
    DYNOX_RETURN(*my->it);
    DYNOX_FINALLY
    *my->data = atomic_load(&cleaned); /* all ten are through */
    DYNOX_END
}

static void generators_that_a_loop_leaves_early_are_joined_before_finally(void **state)
{
    (void)state;
    int found = 0, data = 0;
    assert_int_equal(dynox_join(DYNOX_CALL(looks_for, .wanted = 49, .data = &data), &found), DYNOX_OK);
    assert_int_equal(data, 10);
    assert_int_equal(dynox_run(DYNOX_CALL(looks_for, .wanted = 49, .data = &data), &found), DYNOX_OK);
    assert_int_equal(data, 20);
    no_thing_is_left();
}

DYNOX_ASYNC(const int *, stubborn, (), (int i;))
{
    DYNOX_BEGIN
    for (;;) {
        my->i++;
        DYNOX_YIELD(&my->i);
    }
    DYNOX_FINALLY
    DYNOX_YIELD(&my->i); /* nobody is there any more */
    atomic_fetch_add(&cleaned, 1);
    DYNOX_END
}

static void a_generator_ends_when_its_stream_is_freed_at_any_time(void **state)
{
    (void)state;
    int ended = 0;
    for (int round = 0; round < 300; round++) {
        dynox_stream *stream = round % 2 ? DYNOX_GENERATE(stubborn) : DYNOX_GENERATE(squares, .n = 1000, .wait = true);
        for (int i = 0; i < round % 5; i++)
            assert_non_null(dynox_sync_stream_next(stream, NULL));
        dynox_future *asked = round % 3 ? dynox_stream_next(stream) : NULL;
        if (round % 7 == 0) pause_us(round % 40);
        dynox_future_drop(&asked);
        if (round % 5 || round % 3) ended++;
        dynox_stream_free(stream);
    }
    wait_for(&cleaned, ended);
    no_thing_is_left();
}

static void a_consumer_that_gives_up_waiting_loses_no_item(void **state)
{
    (void)state;
    atomic_store(&service_delay_us, 300);
    dynox_stream *stream = DYNOX_GENERATE(squares, .n = 60, .wait = true);
    int           i      = 0;
    for (;;) {
        dynox_future *asked = dynox_stream_next(stream);
        pause_us(i * 13 % 500);
        dynox_future_drop(&asked);
        const void        *item;
        dynox_stream_state state_now = dynox_stream_poll(stream, &item);
        if (state_now == DYNOX_STREAM_END) break;
        if (state_now == DYNOX_STREAM_ITEM) {
            assert_int_equal(*(const int *)item, i * i);
            i++;
        }
    }
    assert_int_equal(i, 60);
    dynox_stream_free(stream);
    atomic_store(&service_delay_us, 0);
}

static void asking_twice_gives_one_item(void **state)
{
    (void)state;
    const void *item;
    atomic_store(&service_delay_us, 5000);
    dynox_stream *stream = DYNOX_GENERATE(squares, .n = 1, .wait = true);
    dynox_future *first = dynox_stream_next(stream), *second = dynox_stream_next(stream);
    assert_int_equal(dynox_join_void(first), DYNOX_OK);
    assert_int_equal(dynox_join_void(second), DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_stream_next(stream)), DYNOX_OK); /* there is one already */
    assert_int_equal(dynox_stream_poll(stream, &item), DYNOX_STREAM_ITEM);
    assert_int_equal(dynox_stream_poll(stream, &item), DYNOX_STREAM_WAIT);
    assert_int_equal(dynox_join_void(dynox_stream_next(stream)), DYNOX_OK);
    assert_int_equal(dynox_stream_poll(stream, &item), DYNOX_STREAM_END);
    dynox_stream_free(stream);
    atomic_store(&service_delay_us, 0);
}

DYNOX_ASYNC(dynox_status, reads_by_blocking, (dynox_stream * stream;), (dynox_error error;))
{
    DYNOX_BEGIN
    if (dynox_sync_stream_next(my->stream, &my->error)) DYNOX_RETURN(DYNOX_OK);
    DYNOX_RETURN(my->error.status);
    DYNOX_END
}

DYNOX_ASYNC(void *, makes_one_and_blocks, (dynox_status * status;), (dynox_stream * stream;))
{
    DYNOX_BEGIN
    my->stream = DYNOX_GENERATE(squares, .n = 3, .wait = true);
    DYNOX_AWAIT(*my->status, DYNOX_CALL(reads_by_blocking, .stream = my->stream));
    DYNOX_FINALLY
    dynox_stream_free(my->stream);
    DYNOX_END
}

static void blocking_on_a_generator_of_the_same_executor_is_refused(void **state)
{
    (void)state;
    dynox_status status = DYNOX_OK;
    atomic_store(&service_delay_us, 20000); /* so that the generator must pause */
    assert_int_equal(dynox_join_void(DYNOX_CALL(makes_one_and_blocks, .status = &status)), DYNOX_OK);
    assert_int_equal(status, DYNOX_E_DEADLOCK);
    atomic_store(&service_delay_us, 0);
    wait_for(&cleaned, atomic_load(&started));
}

static void yielding_to_nobody_is_an_argument_error(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(dynox_join_void(DYNOX_CALL(squares, .n = 3), .error = &error), DYNOX_E_ARGUMENT);
    assert_non_null(strstr(error.message, "squares"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_coroutine_reads_what_another_one_yields, reset),
        cmocka_unit_test_setup(a_thread_can_read_one_too, reset),
        cmocka_unit_test_setup(it_starts_when_the_first_item_is_asked_for, reset),
        cmocka_unit_test_setup(an_error_comes_after_the_items_before_it, reset),
        cmocka_unit_test_setup(generators_that_a_loop_leaves_early_are_joined_before_finally, reset),
        cmocka_unit_test_setup(a_generator_ends_when_its_stream_is_freed_at_any_time, reset),
        cmocka_unit_test_setup(a_consumer_that_gives_up_waiting_loses_no_item, reset),
        cmocka_unit_test_setup(asking_twice_gives_one_item, reset),
        cmocka_unit_test_setup(blocking_on_a_generator_of_the_same_executor_is_refused, reset),
        cmocka_unit_test_setup(yielding_to_nobody_is_an_argument_error, reset),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
