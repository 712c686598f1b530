/* Streams: walked by coroutines, by continuations and by threads that wait. */
#include "async/pages.h"
#include "async/stream/stream.h"

/* ---- DYNOX_FOR_EACH ---- */

DYNOX_ASYNC(int64_t, sum, (int page_count; int fail_at;), (dynox_stream * things; thing * it; int64_t sum;))
{
    DYNOX_BEGIN
    my->things = pages_new(my->page_count, my->fail_at);
    DYNOX_FOR_EACH(my->it, my->things)
        my->sum += my->it->id;
    DYNOX_RETURN(my->sum);
    DYNOX_FINALLY
    dynox_stream_free(my->things);
    DYNOX_END
}

static void a_loop_sees_every_item_of_every_page(void **state)
{
    (void)state;
    int64_t total = 0;
    assert_int_equal(dynox_join(DYNOX_CALL(sum, .page_count = 20, .fail_at = -1), &total), DYNOX_OK);
    assert_int_equal(total, 140 * 139 / 2);
    assert_int_equal(dynox_join(DYNOX_CALL(sum, .page_count = 0, .fail_at = -1), &total), DYNOX_OK);
    assert_int_equal(total, 0);
    assert_int_equal(atomic_load(&streams_alive), 0);
    no_thing_is_left();
}

static void a_failed_page_takes_the_loop_to_catch_with_its_details(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(dynox_join_void(DYNOX_CALL(sum, .page_count = 20, .fail_at = 3), .error = &error),
                     DYNOX_E_VALIDATION);
    assert_string_equal(error.message, "page 3 is bad");
    assert_int_equal(atomic_load(&streams_alive), 0);
}

/* Everything that a loop of C can do. */
DYNOX_ASYNC(int, jumps, (), (dynox_stream * outer, *inner; thing * a, *b; int pairs, evens, odds; int64_t n;))
{
    DYNOX_BEGIN
    my->outer = pages_new(2, -1);
    DYNOX_FOR_EACH(my->a, my->outer) {
        if (my->a->id == 1) continue;
        if (my->a->id == 10) break;
        my->inner = pages_new(2, -1);
        DYNOX_FOR_EACH(my->b, my->inner) {
            if (my->b->id >= 9) break;
            if (my->b->id % 2) continue;
            DYNOX_AWAIT_VOID(dynox_future_of(dynox_ok_int(1)));
            my->pairs++;
        }
        dynox_stream_free(my->inner);
        my->inner = NULL;
    }
    /* Goes on where the loop was left. */
    if (my->pairs)
        DYNOX_FOR_EACH(my->a, my->outer)
            if (my->a->id % 2 == 0)
                my->evens++;
            else
                my->odds++;
    else
        DYNOX_THROW(DYNOX_E_INTERNAL);
    if (!my->pairs)
        DYNOX_FOR_EACH(my->a, my->outer)
            DYNOX_THROW(DYNOX_E_INTERNAL);
    else
        my->pairs++;
    DYNOX_RETURN(my->pairs * 100 + my->evens * 10 + my->odds);
    DYNOX_FINALLY
    dynox_stream_free(my->inner);
    dynox_stream_free(my->outer);
    DYNOX_END
}

static void break_continue_nesting_and_a_dangling_else_mean_what_they_say(void **state)
{
    (void)state;
    int value = 0;
    assert_int_equal(dynox_join(DYNOX_CALL(jumps), &value), DYNOX_OK);
    assert_int_equal(value, (9 * 5 + 1) * 100 + 1 * 10 + 2); /* 12; 11 and 13 */
    assert_int_equal(atomic_load(&streams_alive), 0);
    no_thing_is_left();
}

static int streams_in_finally;
DYNOX_ASYNC(int, walks_a_stream_it_makes_in_the_head, (int how;), (const thing *it; int seen; int again;))
{
    DYNOX_BEGIN
    for (my->again = 0; my->again < 3; my->again++) {
        DYNOX_FOR_EACH(my->it, pages_new(3, my->how == 2 ? 1 : -1)) {
            my->seen++;
            if (my->how == 1 && my->seen % 5 == 0) break;
            if (my->how == 3 && my->it->id == 9) DYNOX_THROW(DYNOX_E_SERVER);
        }
    }
    DYNOX_RETURN(my->seen);
    DYNOX_FINALLY
    streams_in_finally = atomic_load(&streams_alive);
    DYNOX_END
}

static void a_stream_made_in_the_head_of_the_loop_belongs_to_it(void **state)
{
    (void)state;
    static const struct {
        dynox_status status;
        int          seen;
    } expected[] = {{DYNOX_OK, 63}, {DYNOX_OK, 15}, {DYNOX_E_VALIDATION, 0}, {DYNOX_E_SERVER, 0}};
    for (int how = 0; how < 4; how++) {
        int seen           = 0;
        streams_in_finally = -1;
        dynox_future *f    = DYNOX_CALL(walks_a_stream_it_makes_in_the_head, .how = how);
        assert_int_equal(dynox_join(f, &seen), expected[how].status);
        assert_int_equal(seen, expected[how].seen);
        assert_int_equal(streams_in_finally, 0);
        assert_int_equal(atomic_load(&streams_alive), 0);
    }
    no_thing_is_left();
}

DYNOX_ASYNC(int, walks_nothing, (), (const thing *it;))
{
    DYNOX_BEGIN
    DYNOX_FOR_EACH(my->it, (dynox_stream *)NULL)
        DYNOX_RETURN(1);
    DYNOX_CATCH
    DYNOX_RETURN((int)DYNOX_CAUGHT);
    DYNOX_FINALLY
    DYNOX_FOR_EACH(my->it, (dynox_stream *)NULL)
        DYNOX_RETURN(1); /* the loop ends */
    DYNOX_END
}

static void no_stream_is_an_argument_error(void **state)
{
    (void)state;
    int         status = 0;
    const void *item   = &status;
    dynox_error error  = {0};
    assert_int_equal(dynox_join(DYNOX_CALL(walks_nothing), &status), DYNOX_OK);
    assert_int_equal(status, DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_stream_poll(NULL, &item), DYNOX_STREAM_FAILED);
    assert_null(item);
    assert_null(dynox_sync_stream_next(NULL, &error));
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_stream_next(NULL)), DYNOX_E_ARGUMENT);
    dynox_stream_free(NULL);
}

/* ---- without coroutines ---- */

static void a_thread_can_wait_for_one_item_after_the_other(void **state)
{
    (void)state;
    dynox_error   error  = {.status = DYNOX_E_SERVER};
    dynox_stream *stream = pages_new(4, -1);
    const thing  *it;
    int           expected = 0;
    while ((it = dynox_sync_stream_next(stream, &error)))
        assert_int_equal(it->id, expected++);
    assert_int_equal(error.status, DYNOX_OK);
    assert_int_equal(expected, 4 * PAGE_SIZE);
    assert_null(dynox_sync_stream_next(stream, NULL));
    assert_null(dynox_stream_error(stream));
    dynox_stream_free(stream);
    no_thing_is_left();
}

static void a_thread_that_waits_learns_why_a_stream_failed_and_it_stays_failed(void **state)
{
    (void)state;
    dynox_error   error  = {0};
    dynox_stream *stream = pages_new(4, 1);
    for (int i = 0; i < PAGE_SIZE; i++)
        assert_non_null(dynox_sync_stream_next(stream, &error));
    for (int i = 0; i < 3; i++) {
        assert_null(dynox_sync_stream_next(stream, &error));
        assert_int_equal(error.status, DYNOX_E_VALIDATION);
        assert_string_equal(error.message, "page 1 is bad");
    }
    assert_int_equal(dynox_stream_error(stream)->status, DYNOX_E_VALIDATION);
    dynox_stream_free(stream);
    no_thing_is_left();
}

typedef struct tally {
    dynox_stream *stream;
    int           seen;
    dynox_future *end; /* promise */
} tally;

static void look(dynox_future *future, void *arg)
{
    tally      *self = arg;
    const void *item;
    assert_int_equal(dynox_future_error(future), DYNOX_OK);
    for (;;) {
        switch (dynox_stream_poll(self->stream, &item)) {
        case DYNOX_STREAM_ITEM: self->seen++; continue;
        case DYNOX_STREAM_WAIT: {
            dynox_future *next = dynox_stream_next(self->stream);
            dynox_future_on_done(next, NULL, look, self);
            dynox_future_release(next);
            return;
        }
        default: dynox_promise_settle(self->end, dynox_ok(NULL, NULL)); return;
        }
    }
}

static void callbacks_can_walk_a_stream(void **state)
{
    (void)state;
    tally         self = {.stream = pages_new(5, -1), .end = dynox_promise_new(NULL)};
    dynox_future *end  = self.end;
    dynox_future *next = dynox_stream_next(self.stream);
    dynox_future_on_done(next, NULL, look, &self);
    dynox_future_release(next);
    assert_int_equal(dynox_join_void(end), DYNOX_OK);
    assert_int_equal(self.seen, 5 * PAGE_SIZE);
    dynox_stream_free(self.stream);
    no_thing_is_left();
}

static void a_stream_can_have_failed_before_it_begins(void **state)
{
    (void)state;
    dynox_error why = {0}, got = {0};
    dynox_error_set(&why, DYNOX_E_EXPRESSION, "column 3");
    dynox_stream *failed = dynox__stream_failed_with(&why);
    assert_int_equal(why.status, DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_stream_next(failed)), DYNOX_OK); /* there is something to poll */
    assert_null(dynox_sync_stream_next(failed, &got));
    assert_int_equal(got.status, DYNOX_E_EXPRESSION);
    assert_string_equal(got.message, "column 3");
    dynox_stream_free(failed);
    dynox_stream *plain = dynox__stream_failed(DYNOX_E_SHUTDOWN);
    assert_int_equal(dynox_stream_error(plain)->status, DYNOX_E_SHUTDOWN);
    dynox_stream_free(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_sees_every_item_of_every_page),
        cmocka_unit_test(a_failed_page_takes_the_loop_to_catch_with_its_details),
        cmocka_unit_test(break_continue_nesting_and_a_dangling_else_mean_what_they_say),
        cmocka_unit_test(a_stream_made_in_the_head_of_the_loop_belongs_to_it),
        cmocka_unit_test(no_stream_is_an_argument_error),
        cmocka_unit_test(a_thread_can_wait_for_one_item_after_the_other),
        cmocka_unit_test(a_thread_that_waits_learns_why_a_stream_failed_and_it_stays_failed),
        cmocka_unit_test(callbacks_can_walk_a_stream),
        cmocka_unit_test(a_stream_can_have_failed_before_it_begins),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
