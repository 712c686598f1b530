/* Loops: the descriptor, bounded dispatching, running until something is done. */
#include "async/futures.h"
#include <dynox/loop.h>
#include <poll.h>

static bool readable(const dynox_loop *loop)
{
    struct pollfd look = {.fd = dynox_loop_fd(loop), .events = POLLIN};
    return poll(&look, 1, 0) == 1;
}

static void post(dynox_loop *loop, _Atomic int *calls)
{
    dynox_future *future = settled(1);
    dynox_future_on_done(future, dynox_loop_executor(loop), count, calls);
    dynox_future_release(future);
}

static void the_descriptor_is_readable_while_work_is_queued(void **state)
{
    (void)state;
    _Atomic int calls = 0;
    dynox_loop *loop  = dynox_loop_new();
    assert_false(readable(loop));
    post(loop, &calls);
    post(loop, &calls);
    assert_true(readable(loop));
    assert_int_equal(dynox_loop_dispatch(loop, 0), 2);
    assert_false(readable(loop));
    assert_int_equal(dynox_loop_dispatch(loop, 0), 0);
    dynox_loop_free(loop);
}

static void a_dispatch_runs_no_more_than_it_was_told_and_stays_readable(void **state)
{
    (void)state;
    _Atomic int calls = 0;
    dynox_loop *loop  = dynox_loop_new();
    for (int i = 0; i < 100; i++)
        post(loop, &calls);
    assert_int_equal(dynox_loop_dispatch(loop, 1), 1);
    assert_true(readable(loop));
    for (int i = 0; i < 100 && atomic_load(&calls) < 100; i++)
        assert_true(dynox_loop_dispatch(loop, 0) <= 64);
    assert_int_equal(atomic_load(&calls), 100);
    assert_false(readable(loop));
    dynox_loop_free(loop);
}

static void linger(dynox_future *future, void *arg)
{
    sleep_ms(2);
    count(future, arg);
}

static void a_dispatch_with_slow_work_gives_the_thread_back_early(void **state)
{
    (void)state;
    _Atomic int   calls  = 0;
    dynox_loop   *loop   = dynox_loop_new();
    dynox_future *future = settled(1);
    for (int i = 0; i < 3; i++)
        dynox_future_on_done(future, dynox_loop_executor(loop), linger, &calls);
    assert_int_equal(dynox_loop_dispatch(loop, 0), 1);
    assert_true(readable(loop));
    dynox_future_release(future);
    dynox_loop_free(loop);
    assert_int_equal(atomic_load(&calls), 3);
}

static void *settle_later(void *arg)
{
    sleep_ms(5);
    settle(arg, 7);
    return NULL;
}

static void run_dispatches_until_the_future_is_done(void **state)
{
    (void)state;
    dynox_loop   *loop    = dynox_loop_new();
    dynox_future *promise = pending();
    dynox_future *last    = dynox_then(promise, add_one, NULL, .on = dynox_loop_executor(loop));
    pthread_t     thread  = start(settle_later, promise);
    assert_int_equal(dynox_loop_run(loop, last), DYNOX_OK);
    assert_int_equal(join_number(last), 8);
    pthread_join(thread, NULL);
    dynox_loop_free(loop);
}

typedef struct nested {
    dynox_loop   *loop;
    dynox_future *wanted;
    dynox_status  waited, run;
} nested;

static void run_inside(dynox_future *future, void *arg)
{
    (void)future;
    nested *it = arg;
    it->waited = dynox_future_wait(it->wanted, -1);
    it->run    = dynox_loop_run(it->loop, it->wanted);
}

static void a_callback_cannot_wait_for_its_loop_but_run_it(void **state)
{
    (void)state;
    nested        it    = {.loop = dynox_loop_new()};
    dynox_future *first = settled(1);
    dynox_future_on_done(first, dynox_loop_executor(it.loop), run_inside, &it);
    it.wanted = dynox_then(settled(4), add_one, NULL, .on = dynox_loop_executor(it.loop));
    while (dynox_loop_dispatch(it.loop, 0)) {
    }
    assert_int_equal(it.waited, DYNOX_E_DEADLOCK);
    assert_int_equal(it.run, DYNOX_OK);
    assert_int_equal(join_number(it.wanted), 5);
    dynox_future_release(first);
    dynox_loop_free(it.loop);
}

typedef struct poster {
    dynox_loop  *loop;
    _Atomic int *calls;
} poster;

static void *post_many(void *arg)
{
    poster *it = arg;
    for (int i = 0; i < 3000; i++)
        post(it->loop, it->calls);
    return NULL;
}

/* An edge-triggered poller looks only when the descriptor becomes readable: every edge must be there. */
static void no_wake_up_is_lost(void **state)
{
    (void)state;
    _Atomic int calls = 0;
    poster      it    = {dynox_loop_new(), &calls};
    pthread_t   threads[2];
    for (int i = 0; i < 2; i++)
        threads[i] = start(post_many, &it);
    struct pollfd ready = {.fd = dynox_loop_fd(it.loop), .events = POLLIN};
    while (atomic_load(&calls) < 6000) {
        assert_int_equal(poll(&ready, 1, 20000), 1);
        dynox_loop_dispatch(it.loop, 10);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    dynox_loop_free(it.loop);
}

/* The poster may still be inside post() when its work has run and the loop is freed. */
static void *settle_now(void *arg)
{
    settle(arg, 1);
    return NULL;
}

static void a_loop_may_be_freed_as_soon_as_its_work_has_run(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        dynox_loop   *loop    = dynox_loop_new();
        dynox_future *promise = pending();
        dynox_future *last    = dynox_then(promise, add_one, NULL, .on = dynox_loop_executor(loop));
        pthread_t     thread  = start(settle_now, promise);
        dynox_loop_run(loop, last);
        dynox_loop_free(loop);
        assert_int_equal(join_number(last), 2);
        pthread_join(thread, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_descriptor_is_readable_while_work_is_queued),
        cmocka_unit_test(a_dispatch_runs_no_more_than_it_was_told_and_stays_readable),
        cmocka_unit_test(a_dispatch_with_slow_work_gives_the_thread_back_early),
        cmocka_unit_test(run_dispatches_until_the_future_is_done),
        cmocka_unit_test(a_callback_cannot_wait_for_its_loop_but_run_it),
        cmocka_unit_test(no_wake_up_is_lost),
        cmocka_unit_test(a_loop_may_be_freed_as_soon_as_its_work_has_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
