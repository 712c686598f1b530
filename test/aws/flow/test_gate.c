/* Gates: who passes, who waits, in which order, and what becomes of those who leave the queue. */
#include "aws/flow/gate.h"
#include "base/alloc.h"
#include "support.h"
#include <time.h>

typedef struct lock {
    dynox__shared shared;
    dynox__gate   gate;
} lock;

static void lock_destroy(dynox__shared *shared)
{
    lock *l = DYNOX__CONTAINER(shared, lock, shared);
    dynox__gate_destroy(&l->gate);
    dynox__free(l);
}

static lock *lock_new(double rate, double capacity, double units)
{
    lock *l = dynox__calloc(sizeof *l);
    if (!l) return NULL;
    dynox__shared_init(&l->shared, lock_destroy);
    dynox__gate_init(&l->gate, &l->shared, rate, capacity, units, dynox__now_ns());
    return l;
}

typedef struct visitor {
    dynox__gate_waiter waiter;
    int                order; /* in which he passed, from 1 */
} visitor;

static _Atomic int passed_so_far;

static void passed(dynox__gate_waiter *waiter)
{
    ((visitor *)(void *)waiter)->order = atomic_load(&passed_so_far) + 1;
    atomic_fetch_add(&passed_so_far, 1);
}

static void wait_for(int count)
{
    while (atomic_load(&passed_so_far) < count)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static int begin(void **state)
{
    (void)state;
    atomic_store(&passed_so_far, 0);
    return 0;
}

static void an_open_gate_lets_all_pass(void **state)
{
    (void)state;
    lock *l = lock_new(0, 0, 0);
    for (int i = 0; i < 1000; i++)
        assert_true(dynox__gate_try(&l->gate, 1e9, dynox__now_ns()));
    dynox__shared_release(&l->shared);
}

static void what_is_there_is_spent_at_once_and_the_rest_comes_with_time(void **state)
{
    (void)state;
    int64_t now = dynox__now_ns();
    lock   *l   = lock_new(10, 10, 10);
    for (int i = 0; i < 10; i++)
        assert_true(dynox__gate_try(&l->gate, 1, now));
    assert_false(dynox__gate_try(&l->gate, 1, now));
    assert_false(dynox__gate_try(&l->gate, 1, now + 90 * DYNOX__MS));
    assert_true(dynox__gate_try(&l->gate, 1, now + 101 * DYNOX__MS));
    assert_false(dynox__gate_try(&l->gate, 1, now + 101 * DYNOX__MS));
    now += 3600 * DYNOX__SECOND; /* no more than it holds */
    for (int i = 0; i < 10; i++)
        assert_true(dynox__gate_try(&l->gate, 1, now));
    assert_false(dynox__gate_try(&l->gate, 1, now));
    dynox__shared_release(&l->shared);
}

static void one_that_is_larger_than_the_gate_goes_into_debt(void **state)
{
    (void)state;
    int64_t now = dynox__now_ns();
    lock   *l   = lock_new(10, 10, 10);
    assert_true(dynox__gate_try(&l->gate, 1, now));
    assert_false(dynox__gate_try(&l->gate, 100, now)); /* it is not full */
    now += DYNOX__SECOND;
    assert_true(dynox__gate_try(&l->gate, 100, now));
    assert_false(dynox__gate_try(&l->gate, 1, now + 9 * DYNOX__SECOND));
    assert_true(dynox__gate_try(&l->gate, 1, now + 9200 * DYNOX__MS));
    dynox__shared_release(&l->shared);
}

static void time_does_not_run_backwards(void **state)
{
    (void)state;
    int64_t now = dynox__now_ns();
    lock   *l   = lock_new(1000, 10, 10);
    assert_true(dynox__gate_try(&l->gate, 10, now + DYNOX__SECOND));
    assert_false(dynox__gate_try(&l->gate, 1, now));
    assert_true(dynox__gate_try(&l->gate, 10, now + DYNOX__SECOND + 10 * DYNOX__MS));
    dynox__shared_release(&l->shared);
}

static void those_who_wait_pass_in_their_order(void **state)
{
    (void)state;
    visitor visitors[50] = {0};
    lock   *l            = lock_new(5000, 1, 0);
    for (size_t i = 0; i < 50; i++) {
        visitors[i].waiter.passed = passed;
        assert_false(dynox__gate_enter(&l->gate, &visitors[i].waiter, 1 + (double)(i % 3), dynox__now_ns() - 1));
    }
    wait_for(50);
    for (int i = 0; i < 50; i++)
        assert_int_equal(visitors[i].order, i + 1);
    assert_int_equal(dynox__gate_look(&l->gate).delayed, 50);
    assert_int_equal(dynox__gate_look(&l->gate).waiting, 0);
    dynox__shared_release(&l->shared);
}

static void who_leaves_the_queue_does_not_hold_up_the_others(void **state)
{
    (void)state;
    visitor visitors[3] = {0};
    lock   *l           = lock_new(1000, 10, -1e6); /* the first would have to wait for an hour */
    for (size_t i = 0; i < 3; i++) {
        visitors[i].waiter.passed = passed;
        assert_false(dynox__gate_enter(&l->gate, &visitors[i].waiter, 10, dynox__now_ns()));
    }
    assert_true(dynox__gate_forget(&l->gate, &visitors[0].waiter));
    assert_false(dynox__gate_forget(&l->gate, &visitors[0].waiter));
    assert_int_equal(dynox__gate_look(&l->gate).waiting, 2);
    dynox__gate_spend(&l->gate, -1e6, dynox__now_ns()); /* somebody gives back */
    wait_for(1);
    assert_true(dynox__gate_forget(&l->gate, &visitors[2].waiter) || visitors[2].order == 2);
    assert_int_equal(visitors[1].order, 1);
    assert_int_equal(visitors[0].order, 0);
    dynox__shared_release(&l->shared);
}

static void a_new_rate_counts_for_those_who_wait(void **state)
{
    (void)state;
    visitor v = {.waiter.passed = passed};
    lock   *l = lock_new(0.001, 1, 0);
    assert_false(dynox__gate_enter(&l->gate, &v.waiter, 1, dynox__now_ns()));
    dynox__gate_set(&l->gate, 1e6, 1, dynox__now_ns());
    wait_for(1);
    dynox__shared_release(&l->shared);
}

static void opening_lets_all_pass(void **state)
{
    (void)state;
    visitor visitors[2] = {{.waiter.passed = passed}, {.waiter.passed = passed}};
    lock   *l           = lock_new(0.001, 1, -5);
    for (int i = 0; i < 2; i++)
        assert_false(dynox__gate_enter(&l->gate, &visitors[i].waiter, 1, dynox__now_ns()));
    dynox__gate_set(&l->gate, 0, 1, dynox__now_ns());
    wait_for(2);
    dynox__shared_release(&l->shared);
}

/* The timer keeps what the gate lies in until it has fired or the queue is empty. */
static void the_last_one_to_leave_may_be_the_end_of_the_gate(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        visitor v = {.waiter.passed = passed};
        lock   *l = lock_new(20000, 1, 0);
        if (!dynox__gate_enter(&l->gate, &v.waiter, 1, dynox__now_ns()) && !dynox__gate_forget(&l->gate, &v.waiter))
            wait_for(1);
        atomic_store(&passed_so_far, 0);
        dynox__shared_release(&l->shared);
    }
}

static void enter_and_wait(void *unused)
{
    (void)unused;
    visitor visitors[3] = {{.waiter.passed = passed}, {.waiter.passed = passed}, {.waiter.passed = passed}};
    lock   *l           = lock_new(1000, 1, 0);
    if (!l) return;
    int waiting = 0;
    atomic_store(&passed_so_far, 0);
    for (int i = 0; i < 3; i++)
        waiting += !dynox__gate_enter(&l->gate, &visitors[i].waiter, 1, dynox__now_ns());
    wait_for(waiting);
    while (atomic_load(&l->shared.references) > 1) /* the timer thread is leaving */
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    dynox__shared_release(&l->shared);
}

static void without_memory_for_a_timer_nobody_waits_for_ever(void **state)
{
    (void)state;
    test_every_allocation_failing(enter_and_wait, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_memory_for_a_timer_nobody_waits_for_ever, begin),
        cmocka_unit_test_setup(an_open_gate_lets_all_pass, begin),
        cmocka_unit_test_setup(what_is_there_is_spent_at_once_and_the_rest_comes_with_time, begin),
        cmocka_unit_test_setup(one_that_is_larger_than_the_gate_goes_into_debt, begin),
        cmocka_unit_test_setup(time_does_not_run_backwards, begin),
        cmocka_unit_test_setup(those_who_wait_pass_in_their_order, begin),
        cmocka_unit_test_setup(who_leaves_the_queue_does_not_hold_up_the_others, begin),
        cmocka_unit_test_setup(a_new_rate_counts_for_those_who_wait, begin),
        cmocka_unit_test_setup(opening_lets_all_pass, begin),
        cmocka_unit_test_setup(the_last_one_to_leave_may_be_the_end_of_the_gate, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
