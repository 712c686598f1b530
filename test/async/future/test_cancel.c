/* Cancelling coroutines: their own cancellation cannot be caught, cleaning up is not disturbed, children go first. */
#include "async/service.h"

/* Never settles by itself; counts how often it was asked for. */
static _Atomic int   nevers;
static dynox_future *never(void)
{
    atomic_fetch_add(&nevers, 1);
    return dynox_sleep(1000 * 60 * 60);
}

static void wait_for(_Atomic int *counter, int value)
{
    for (int ms = 0; atomic_load(counter) < value && ms < 10000; ms++)
        pause_us(1000);
    assert_int_equal(atomic_load(counter), value);
}

/* ---- own cancellation ---- */

static int caught, cleaned;
DYNOX_ASYNC(void *, stubborn, (), (thing * it;))
{
    DYNOX_BEGIN
    for (;;) {
        DYNOX_TRY_VOID(never()) {
            continue;
        } /* a retry loop */
    }
    DYNOX_CATCH
    caught++;
    DYNOX_FINALLY
    if (DYNOX_OUTCOME != DYNOX_E_CANCELLED) abort();
    DYNOX_AWAIT(my->it, get_thing(1)); /* works again */
    if (my->it) cleaned++;
    thing_free(my->it);
    DYNOX_END
}

static void own_cancellation_cannot_be_caught_and_finally_can_await(void **state)
{
    (void)state;
    caught = cleaned = 0;
    atomic_store(&nevers, 0);
    dynox_future *future = DYNOX_CALL(stubborn);
    wait_for(&nevers, 1);
    dynox_future_cancel(future);
    assert_int_equal(dynox_join_void(future), DYNOX_E_CANCELLED);
    assert_int_equal(caught, 0);
    assert_int_equal(cleaned, 1);
    no_thing_is_left();
}

static void a_cancel_before_the_first_step_fails_the_first_await(void **state)
{
    (void)state;
    dynox_strand *strand = dynox_strand_new("late");
    caught = cleaned = 0;
    for (int i = 1; i <= 50; i++) {
        dynox_future *future = DYNOX_CALL_ON(dynox_strand_executor(strand), stubborn);
        dynox_future_cancel(future);
        assert_int_equal(dynox_join_void(future), DYNOX_E_CANCELLED);
        assert_int_equal(cleaned, i);
    }
    assert_int_equal(caught, 0);
    dynox_strand_free(strand);
    no_thing_is_left();
}

static void a_cancel_after_the_end_changes_nothing(void **state)
{
    (void)state;
    dynox_future *future = DYNOX_CALL(stubborn);
    dynox_future_cancel(future);
    dynox_future_wait(future, -1);
    dynox_future_cancel(future);
    assert_int_equal(dynox_future_error(future), DYNOX_E_CANCELLED);
    dynox_future_release(future);
    no_thing_is_left();
}

DYNOX_ASYNC(int, asks_a_cancelled_one, (dynox_future * cancelled;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(my->cancelled);
    DYNOX_RETURN(1);
    DYNOX_CATCH
    DYNOX_RETURN(DYNOX_CAUGHT == DYNOX_E_CANCELLED ? 2 : 3);
    DYNOX_END
}

static void the_cancellation_of_what_is_awaited_is_an_error_like_others(void **state)
{
    (void)state;
    int           value = 0;
    dynox_future *sleep = never();
    dynox_future *asks  = DYNOX_CALL(asks_a_cancelled_one, .cancelled = dynox_future_acquire(sleep));
    dynox_future_cancel(sleep);
    dynox_future_release(sleep);
    assert_int_equal(dynox_join(asks, &value), DYNOX_OK);
    assert_int_equal(value, 2);
}

/* ---- shielded cleaning up ---- */

static _Atomic int in_finally;
DYNOX_ASYNC(void *, cleans_up_slowly, (dynox_future * gate; bool cancelled_inside;), (bool passed;))
{
    DYNOX_BEGIN
    if (!my->cancelled_inside) DYNOX_AWAIT_VOID(never());
    DYNOX_FINALLY
    atomic_fetch_add(&in_finally, 1);
    DYNOX_TRY_VOID(my->gate) {
        abort();
    }
    cleaned++;
    DYNOX_END
}

static void an_await_in_finally_is_not_cancelled(void **state)
{
    (void)state;
    for (int inside = 0; inside < 2; inside++) {
        cleaned = 0;
        atomic_store(&in_finally, 0);
        dynox_future *gate = dynox_promise_new(NULL);
        dynox_future *future =
            DYNOX_CALL(cleans_up_slowly, .gate = dynox_future_acquire(gate), .cancelled_inside = inside);
        if (!inside) dynox_future_cancel(future);
        wait_for(&in_finally, 1);
        dynox_future_cancel(future);
        assert_int_equal(dynox_future_wait(future, 20), DYNOX_E_TIMEOUT);
        assert_true(dynox_promise_settle(gate, dynox_ok(NULL, NULL)));
        dynox_future_release(gate);
        /* Cancelled when the body was through: that came too late. */
        assert_int_equal(dynox_join_void(future), inside ? DYNOX_OK : DYNOX_E_CANCELLED);
        assert_int_equal(cleaned, 1);
    }
}

/* ---- children ---- */

static _Atomic int children_ended;
DYNOX_ASYNC(void *, child, (int *parents_data;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(never());
    DYNOX_FINALLY
    DYNOX_AWAIT_VOID(dynox_sleep(1));
    ++*my->parents_data;
    atomic_fetch_add(&children_ended, 1);
    DYNOX_END
}

DYNOX_ASYNC(void *, parent, (int how; int *counter;), (int *data; int i; dynox_future * awaited;))
{
    DYNOX_BEGIN
    my->data = calloc(1, sizeof *my->data);
    for (my->i = 0; my->i < 9; my->i++)
        (void)DYNOX_GO(DYNOX_CALL(child, .parents_data = my->data));
    DYNOX_AWAIT_VOID(DYNOX_GO(dynox_sleep(1)));
    if (my->how == 1) DYNOX_THROW(DYNOX_E_SERVER);
    if (my->how == 2) DYNOX_AWAIT_VOID(never());
    DYNOX_FINALLY
    *my->counter = *my->data;                                       /* all nine have ended */
    (void)DYNOX_GO(DYNOX_CALL(child, .parents_data = my->counter)); /* a late one is joined, too */
    free(my->data);
    DYNOX_END
}

static void children_are_cancelled_and_joined_before_finally(void **state)
{
    (void)state;
    static const dynox_status expected[] = {DYNOX_OK, DYNOX_E_SERVER, DYNOX_E_CANCELLED};
    for (int how = 0; how < 3; how++) {
        int counter = 0;
        atomic_store(&children_ended, 0);
        atomic_store(&nevers, 0);
        dynox_future *future = DYNOX_CALL(parent, .how = how, .counter = &counter);
        if (how == 2) {
            wait_for(&nevers, 10);
            dynox_future_cancel(future);
        }
        assert_int_equal(dynox_join_void(future), expected[how]);
        assert_int_equal(counter, 10);
        assert_int_equal(atomic_load(&children_ended), 10);
    }
}

static _Atomic int unobserved;
static void        count_unobserved(const dynox_error *error, const char *what)
{
    (void)what;
    if (error->status == DYNOX_E_TLS) atomic_fetch_add(&unobserved, 1);
}

DYNOX_ASYNC(void *, has_a_failing_child, (bool fail;), (dynox_future * child;))
{
    DYNOX_BEGIN
    my->child = DYNOX_GO(dynox_future_of(dynox_fail(DYNOX_E_TLS)));
    if (my->fail) DYNOX_THROW(DYNOX_E_SERVER);
    DYNOX_END
}

static void the_error_of_a_child_that_nobody_awaits_is_reported_unless_the_parent_fails(void **state)
{
    (void)state;
    dynox_set_unobserved_error(count_unobserved);
    assert_int_equal(dynox_join_void(DYNOX_CALL(has_a_failing_child, .fail = true)), DYNOX_E_SERVER);
    assert_int_equal(unobserved, 0);
    assert_int_equal(dynox_join_void(DYNOX_CALL(has_a_failing_child)), DYNOX_OK);
    assert_int_equal(unobserved, 1);
    dynox_set_unobserved_error(NULL);
}

/* ---- handles ---- */

DYNOX_ASYNC(void *, finishes, (_Atomic int *done;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(dynox_sleep(1));
    atomic_fetch_add(my->done, 1);
    DYNOX_END
}

static void a_released_coroutine_goes_on_and_a_dropped_one_does_not(void **state)
{
    (void)state;
    static _Atomic int done;
    dynox_future_release(DYNOX_CALL(finishes, .done = &done));
    wait_for(&done, 1);
    caught = cleaned      = 0;
    dynox_future *dropped = DYNOX_CALL(stubborn);
    dynox_future *kept    = dynox_future_acquire(dropped);
    dynox_future_drop(&dropped);
    assert_null(dropped);
    assert_int_equal(dynox_join_void(kept), DYNOX_E_CANCELLED);
    assert_int_equal(cleaned, 1);
    no_thing_is_left();
}

DYNOX_ASYNC(int, passes_timeouts_on, (), (int64_t n;))
{
    DYNOX_BEGIN
    DYNOX_TRY_VOID(dynox_timeout(DYNOX_CALL(stubborn), 1)) {
        if (DYNOX_ERR == DYNOX_E_TIMEOUT) DYNOX_RETURN(1);
        DYNOX_RETHROW;
    }
    DYNOX_END
}

static void a_timeout_cancels_the_coroutine_under_it(void **state)
{
    (void)state;
    caught = cleaned = 0;
    int value        = 0;
    assert_int_equal(dynox_run(DYNOX_CALL(passes_timeouts_on), &value), DYNOX_OK);
    assert_int_equal(value, 1);
    assert_int_equal(cleaned, 1); /* dynox_run does not leave it behind */
    assert_int_equal(caught, 0);
    no_thing_is_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_cancellation_cannot_be_caught_and_finally_can_await),
        cmocka_unit_test(a_cancel_before_the_first_step_fails_the_first_await),
        cmocka_unit_test(a_cancel_after_the_end_changes_nothing),
        cmocka_unit_test(the_cancellation_of_what_is_awaited_is_an_error_like_others),
        cmocka_unit_test(an_await_in_finally_is_not_cancelled),
        cmocka_unit_test(children_are_cancelled_and_joined_before_finally),
        cmocka_unit_test(the_error_of_a_child_that_nobody_awaits_is_reported_unless_the_parent_fails),
        cmocka_unit_test(a_released_coroutine_goes_on_and_a_dropped_one_does_not),
        cmocka_unit_test(a_timeout_cancels_the_coroutine_under_it),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
