/* The end of executors: who has seen a future done may free the strand, pool or loop that a callback of it is to run
 * on. */
#include "support.h"
#include <dynox/executor.h>
#include <dynox/future.h>
#include <dynox/loop.h>
#include <dynox/pool.h>
#include <pthread.h>

enum { ROUNDS = 1000 };

static _Atomic int ran;

static void count(dynox_future *future, void *arg)
{
    (void)future, (void)arg;
    ran++;
}

static void take_time(dynox_future *future, void *arg)
{
    (void)future, (void)arg;
    for (volatile int i = 0; i < 20000; i++) {
    }
}

static void *settle(void *promise)
{
    dynox_promise_settle(promise, dynox_ok_int(1));
    return NULL;
}

/* `on` is freed by `end` as soon as the future is done. */
static void one_round(dynox_executor *on, dynox_loop *loop, void (*end)(void *), void *what, int round)
{
    dynox_future *future = dynox_promise_new(&dynox_type_long);
    pthread_t     thread;
    atomic_store(&ran, 0);
    if (loop) dynox_future_on_done(future, dynox_executor_inline(), take_time, NULL);
    assert_int_equal(dynox_future_on_done(future, on, count, NULL), DYNOX_OK);
    assert_int_equal(pthread_create(&thread, NULL, settle, future), 0);
    for (volatile int spin = 0; spin < round % 400 * 20; spin++) {
    }
    if (loop)
        dynox_loop_run(loop, future);
    else
        dynox_future_wait(future, -1);
    end(what);
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&ran), 1);
    dynox_future_release(future);
}

static void end_strand(void *strand)
{
    dynox_strand_free(strand);
}

static void end_pool(void *pool)
{
    dynox_pool_free(pool);
}

static void end_loop(void *loop)
{
    dynox_loop_free(loop);
}

static void a_strand_may_be_freed_once_a_future_is_done(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        dynox_strand *strand = dynox_strand_new("s");
        one_round(dynox_strand_executor(strand), NULL, end_strand, strand, i);
    }
}

static void a_pool_may_be_freed_once_a_future_is_done(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        dynox_pool *pool = dynox_pool_new(.threads = 1);
        one_round(dynox_pool_executor(pool), NULL, end_pool, pool, i);
    }
}

static void a_loop_may_be_freed_once_it_has_run_a_future(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        dynox_loop *loop = dynox_loop_new();
        one_round(dynox_loop_executor(loop), loop, end_loop, loop, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_strand_may_be_freed_once_a_future_is_done),
                                       cmocka_unit_test(a_pool_may_be_freed_once_a_future_is_done),
                                       cmocka_unit_test(a_loop_may_be_freed_once_it_has_run_a_future)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
