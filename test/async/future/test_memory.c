/* Out of memory at every place: the call says so, and what it was given is released or cancelled. */
#include "async/futures.h"
#include <dynox/loop.h>
#include <dynox/pool.h>

/* Either the number or a lack of memory, and nothing else. */
static void join_or_no_memory(dynox_future *consumed)
{
    int         *value  = NULL;
    dynox_status status = dynox_join(consumed, &value);
    free(value);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
}

static void chain_and_combine(void *arg)
{
    (void)arg;
    dynox_future *a = pending(), *b = pending(), *c = pending();
    dynox_future *left  = dynox_then(a, add_one, NULL, .on = dynox_executor_inline());
    dynox_future *right = dynox_timeout(b, 100000);
    dynox_future *both  = dynox_gather(left, dynox_shield(right), dynox_any(dynox_future_acquire(right), c));
    settle(a, 1);
    settle(b, 2);
    settle(c, 3);
    dynox_future_release(right);
    dynox_status status = dynox_join_void(both);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY || status == DYNOX_E_CANCELLED);
}

static void call_back(void *arg)
{
    (void)arg;
    _Atomic int   calls = 0;
    int           made  = 0;
    dynox_future *a     = pending();
    for (int i = 0; i < 3; i++)
        if (dynox_future_on_done(a, dynox_executor_inline(), count, &calls) == DYNOX_OK) made++;
    settle(a, 1);
    assert_int_equal(atomic_load(&calls), made);
    join_or_no_memory(a);
}

static void fail_with_details(void *arg)
{
    (void)arg;
    dynox_error error = {0}, seen = {0};
    dynox_error_set(&error, DYNOX_E_VALUE, "details");
    dynox_future *last =
        dynox_then(dynox_future_of(dynox_fail_with(&error)), NULL, NULL, .on = dynox_executor_inline());
    dynox_status status = dynox_join_void(last, .error = &seen);
    assert_true(status == DYNOX_E_VALUE || status == DYNOX_E_NO_MEMORY);
    assert_int_equal(seen.status, status);
    assert_true(seen.message[0] != 0);
    dynox_error_clear(&seen);
}

static void continue_a_promise(void *arg)
{
    (void)arg;
    dynox_future *outer = pending(), *inner = pending();
    dynox_promise_settle(outer, dynox_continue(dynox_future_acquire(inner)));
    settle(inner, 1);
    dynox_status status = dynox_join_void(outer);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
    dynox_future_release(inner);
}

static void sleep_a_little(void *arg)
{
    (void)arg;
    dynox_future *naps[100];
    for (int i = 0; i < 100; i++)
        naps[i] = dynox_sleep(1000000);
    for (int i = 0; i < 100; i++)
        dynox_future_drop(&naps[i]);
}

static dynox_outcome answer(void *arg)
{
    (void)arg;
    return dynox_ok_int(5);
}

static void run_threads(void *arg)
{
    (void)arg;
    dynox_pool *pool = dynox_pool_new(.threads = 1);
    if (pool) {
        int64_t      value  = 0;
        dynox_status status = dynox_join(dynox_pool_run(pool, answer, NULL), &value);
        assert_true((status == DYNOX_OK && value == 5) || status == DYNOX_E_NO_MEMORY);
    }
    dynox_pool_free(pool);
    dynox_strand_free(dynox_strand_new("short"));
    dynox_loop_free(dynox_loop_new());
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    void (*bodies[])(void *) = {chain_and_combine,  call_back,      fail_with_details,
                                continue_a_promise, sleep_a_little, run_threads};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        test_every_allocation_failing(bodies[i], NULL);
}

static void each_allocation_may_fail_in_debug_mode(void **state)
{
    dynox_debug_enable();
    each_allocation_may_fail(state);
    assert_int_equal(dynox_debug_live(), 0);
}

static dynox_future *without_memory(void)
{
    dynox_set_allocator(counted_malloc, counted_realloc, counted_free);
    atomic_store(&test_allocations_left, 1);
    dynox_future *promise = pending();
    dynox_set_allocator(NULL, NULL, NULL);
    return promise;
}

static void *use_and_release(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++) {
        dynox_future *future = dynox_future_acquire(arg);
        dynox_future_cancel(future);
        if (dynox_future_error(future) != DYNOX_E_NO_MEMORY) return arg;
        dynox_future_release(future);
        dynox_future_release(future);
    }
    return NULL;
}

static void the_future_of_no_memory_can_be_used_like_any_other(void **state)
{
    (void)state;
    _Atomic int   calls  = 0;
    dynox_future *future = without_memory();
    assert_int_equal(dynox_future_error(future), DYNOX_E_NO_MEMORY);
    assert_int_equal(dynox_future_details(future)->status, DYNOX_E_NO_MEMORY);
    assert_int_equal(dynox_future_on_done(future, dynox_executor_inline(), count, &calls), DYNOX_OK);
    assert_int_equal(atomic_load(&calls), 1);
    assert_ptr_equal(without_memory(), future);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        threads[i] = start(use_and_release, future);
    for (int i = 0; i < 3; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    atomic_store(&destroyed, 0);
    assert_false(settle(future, 1));
    assert_int_equal(atomic_load(&destroyed), 1);
    /* inline: no other thread may be at work when the allocator changes */
    assert_int_equal(dynox_join_void(dynox_then(future, add_one, NULL, .on = dynox_executor_inline())),
                     DYNOX_E_NO_MEMORY);
    assert_int_equal(join_number(dynox_any(without_memory(), settled(3))), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(the_future_of_no_memory_can_be_used_like_any_other),
        cmocka_unit_test(each_allocation_may_fail_in_debug_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
