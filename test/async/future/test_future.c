/* The life of a future: references, settling, cancelling. */
#include "async/futures.h"

static void a_forgotten_future_still_settles_and_its_value_is_destroyed(void **state)
{
    (void)state;
    atomic_store(&destroyed, 0);
    dynox_future *promise = pending();
    dynox_future_release(promise);
    assert_true(settle(promise, 1));
    assert_int_equal(atomic_load(&destroyed), 1);
}

static void a_cancel_settles_a_promise_at_once_and_a_late_value_is_destroyed(void **state)
{
    (void)state;
    atomic_store(&destroyed, 0);
    dynox_future *promise = pending();
    dynox_future_cancel(promise);
    assert_true(dynox_future_done(promise));
    assert_int_equal(dynox_future_error(promise), DYNOX_E_CANCELLED);
    assert_false(settle(promise, 1));
    assert_int_equal(atomic_load(&destroyed), 1);
    dynox_future_release(promise);
}

static void a_late_value_without_a_type_is_destroyed_as_the_declared_one(void **state)
{
    (void)state;
    atomic_store(&destroyed, 0);
    dynox_future *promise = pending();
    dynox_future_cancel(promise);
    assert_false(dynox_promise_settle(promise, dynox_ok(number(1), NULL)));
    assert_int_equal(atomic_load(&destroyed), 1);
    dynox_future_release(promise);
}

static void a_cancel_after_the_end_changes_nothing(void **state)
{
    (void)state;
    dynox_future *future = settled(3);
    dynox_future_cancel(future);
    assert_int_equal(join_number(future), 3);
}

static void cancelling_twice_is_cancelling_once(void **state)
{
    (void)state;
    _Atomic int   calls   = 0;
    dynox_future *promise = pending();
    dynox_future_on_done(promise, dynox_executor_inline(), count, &calls);
    dynox_future_cancel(promise);
    dynox_future_cancel(promise);
    assert_int_equal(atomic_load(&calls), 1);
    fail_it(promise, DYNOX_E_SERVER);
    assert_int_equal(atomic_load(&calls), 1);
    dynox_future_release(promise);
}

static void drop_cancels_releases_and_forgets(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *mine = dynox_future_acquire(promise), *dropped = promise;
    dynox_future_drop(&dropped);
    assert_null(dropped);
    assert_true(dynox_future_done(mine));
    settle(promise, 1);
    dynox_future_release(mine);
}

static void nothing_is_a_fine_future_for_references_and_cancels(void **state)
{
    (void)state;
    dynox_future *none = NULL;
    assert_null(dynox_future_acquire(NULL));
    dynox_future_release(NULL);
    dynox_future_cancel(NULL);
    dynox_future_drop(&none);
}

static void a_future_that_releases_others_does_so_without_stack(void **state)
{
    (void)state;
    dynox_future *nested = settled(1);
    for (int i = 0; i < 100000; i++)
        nested = dynox_gather(nested);
    assert_int_equal(dynox_future_error(nested), DYNOX_OK);
    dynox_future_release(nested);
}

static void cancelling_a_deep_pile_needs_no_stack(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *nested = promise;
    for (int i = 0; i < 100000; i++)
        nested = dynox_gather(nested);
    dynox_future_cancel(nested);
    assert_int_equal(dynox_future_error(nested), DYNOX_E_CANCELLED);
    dynox_future_release(nested);
    settle(promise, 1);
}

static void cancel_inside_an_inline_callback(dynox_future *future, void *arg)
{
    (void)future;
    dynox_future *other = arg;
    dynox_future_cancel(other);
    assert_int_equal(dynox_future_wait(other, -1), DYNOX_OK); /* a cancel that was put off is caught up with */
}

static void a_cancel_inside_a_cancel_is_not_waited_for_in_vain(void **state)
{
    (void)state;
    dynox_future *a = pending(), *b = pending();
    dynox_future_on_done(a, dynox_executor_inline(), cancel_inside_an_inline_callback, b);
    dynox_future_cancel(a);
    assert_true(dynox_future_done(b));
    settle(a, 1);
    settle(b, 1);
    dynox_future_release(a);
    dynox_future_release(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forgotten_future_still_settles_and_its_value_is_destroyed),
        cmocka_unit_test(a_cancel_settles_a_promise_at_once_and_a_late_value_is_destroyed),
        cmocka_unit_test(a_late_value_without_a_type_is_destroyed_as_the_declared_one),
        cmocka_unit_test(a_cancel_after_the_end_changes_nothing),
        cmocka_unit_test(cancelling_twice_is_cancelling_once),
        cmocka_unit_test(drop_cancels_releases_and_forgets),
        cmocka_unit_test(nothing_is_a_fine_future_for_references_and_cancels),
        cmocka_unit_test(a_future_that_releases_others_does_so_without_stack),
        cmocka_unit_test(cancelling_a_deep_pile_needs_no_stack),
        cmocka_unit_test(a_cancel_inside_a_cancel_is_not_waited_for_in_vain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
