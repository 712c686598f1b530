/* Pools: jobs, limits, cancels, shutting down. */
#include "async/futures.h"
#include "base/clock.h"
#include <dirent.h>
#include <dynox/pool.h>
#include <sched.h>

static dynox_outcome answer(void *arg)
{
    return dynox_ok(number(*(int *)arg), &number_type);
}

static dynox_outcome wait_for_gate(void *arg)
{
    dynox_future_wait(arg, -1);
    return dynox_ok(number(1), &number_type);
}

static void a_job_gives_its_outcome(void **state)
{
    (void)state;
    int         five = 5;
    dynox_pool *pool = dynox_pool_new(.threads = 2);
    assert_int_equal(join_number(dynox_pool_run(pool, answer, &five)), 5);
    dynox_pool_free(pool);
}

static dynox_outcome rendezvous(void *arg)
{
    dynox_future **gates = arg;
    settle(gates[0], 1);
    return dynox_future_wait(gates[1], 10000) == DYNOX_OK ? dynox_ok(NULL, NULL) : dynox_fail(DYNOX_E_TIMEOUT);
}

static void jobs_run_side_by_side(void **state)
{
    (void)state;
    dynox_pool   *pool = dynox_pool_new(.threads = 2);
    dynox_future *a = pending(), *b = pending();
    dynox_future *forth[2] = {a, b}, *back[2] = {b, a};
    assert_int_equal(
        dynox_join_void(dynox_gather(dynox_pool_run(pool, rendezvous, forth), dynox_pool_run(pool, rendezvous, back))),
        DYNOX_OK);
    dynox_future_release(a);
    dynox_future_release(b);
    dynox_pool_free(pool);
}

static dynox_outcome meet(void *arg)
{
    dynox_future **gates = arg;
    settle(gates[0], 1);
    dynox_future_wait(gates[1], -1);
    return dynox_ok(NULL, NULL);
}

static int64_t long_ago(int which)
{
    (void)which;
    return 1;
}

static int count_threads(void)
{
    int  count  = 0;
    DIR *folder = opendir("/proc/self/task");
    if (!folder) return -1;
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static void idle_threads_end_but_one_and_come_back(void **state)
{
    (void)state;
    int before = count_threads();
    if (before < 0) skip();
    dynox__clock_fake(long_ago); /* whatever waits until five seconds later has waited long enough */
    dynox_pool *pool = dynox_pool_new(.threads = 2);
    for (int i = 0; i < 20; i++) {
        dynox_future *a = pending(), *b = pending();
        dynox_future *forth[2] = {a, b}, *back[2] = {b, a};
        assert_int_equal(
            dynox_join_void(dynox_gather(dynox_pool_run(pool, meet, forth), dynox_pool_run(pool, meet, back))),
            DYNOX_OK);
        while (i % 2 && count_threads() != before + 1)
            sched_yield();
        dynox_future_release(a);
        dynox_future_release(b);
    }
    dynox_pool_free(pool);
    dynox__clock_fake(NULL);
}

static void a_cancel_removes_a_job_that_has_not_started(void **state)
{
    (void)state;
    int           five = 5;
    dynox_pool   *pool = dynox_pool_new(.threads = 1, .queue = 1);
    dynox_future *gate = pending(), *busy;
    do
        busy = dynox_pool_run(pool, wait_for_gate, gate);
    while (dynox_future_done(busy));
    dynox_future *waiting;
    for (;;) { /* until the first one has left the queue */
        waiting = dynox_pool_run(pool, answer, &five);
        if (!dynox_future_done(waiting)) break;
        assert_int_equal(dynox_future_error(waiting), DYNOX_E_BUSY);
        dynox_future_release(waiting);
    }
    dynox_future *refused = dynox_pool_run(pool, answer, &five);
    assert_int_equal(dynox_join_void(refused), DYNOX_E_BUSY);
    dynox_future_cancel(waiting);
    assert_int_equal(dynox_join_void(waiting), DYNOX_E_CANCELLED);
    waiting = dynox_pool_run(pool, answer, &five); /* there is room again */
    settle(dynox_future_acquire(gate), 1);
    assert_int_equal(join_number(waiting), 5);
    assert_int_equal(join_number(busy), 1);
    dynox_future_release(gate);
    dynox_future_release(gate);
    dynox_pool_free(pool);
}

static void a_cancelled_running_job_settles_at_once_and_runs_on(void **state)
{
    (void)state;
    atomic_store(&destroyed, 0);
    dynox_pool   *pool = dynox_pool_new(.threads = 1);
    dynox_future *a = pending(), *b = pending();
    dynox_future *gates[] = {a, b};
    dynox_future *job     = dynox_pool_run(pool, rendezvous, gates);
    dynox_future_wait(a, -1); /* it runs */
    dynox_future_cancel(job);
    assert_int_equal(dynox_future_error(job), DYNOX_E_CANCELLED);
    settle(dynox_future_acquire(b), 1);
    dynox_pool_free(pool);
    dynox_future_release(job);
    dynox_future_release(a);
    dynox_future_release(b);
    dynox_future_release(b);
}

static void open_gate(dynox_future *future, void *arg)
{
    (void)future;
    settle(arg, 1);
}

static void freeing_settles_what_waits_and_lets_run_what_runs(void **state)
{
    (void)state;
    int           five = 5;
    dynox_pool   *pool = dynox_pool_new(.threads = 1);
    dynox_future *a = pending(), *b = pending();
    dynox_future *gates[] = {a, b};
    dynox_future *running = dynox_pool_run(pool, rendezvous, gates);
    dynox_future_wait(a, -1);
    dynox_future *waiting = dynox_pool_run(pool, answer, &five);
    dynox_future_on_done(waiting, dynox_executor_inline(), open_gate, b); /* the running one ends after that */
    dynox_pool_free(pool);
    assert_int_equal(dynox_future_error(running), DYNOX_OK);
    assert_int_equal(dynox_future_error(waiting), DYNOX_E_SHUTDOWN);
    dynox_future_cancel(waiting); /* a job may outlive its pool */
    dynox_future_release(waiting);
    dynox_future_release(running);
    dynox_future_release(a);
    dynox_future_release(b);
}

static dynox_outcome wait_inside(void *arg)
{
    int           five   = 5;
    dynox_future *inner  = dynox_pool_run(arg, answer, &five);
    dynox_status  waited = dynox_future_wait(inner, -1);
    if (waited == DYNOX_OK) return dynox_continue(inner);
    dynox_future_drop(&inner);
    return dynox_fail(waited);
}

static void waiting_in_a_job_for_another_job_is_refused(void **state)
{
    (void)state;
    dynox_pool  *pool   = dynox_pool_new(.threads = 1);
    dynox_status status = dynox_join_void(dynox_pool_run(pool, wait_inside, pool));
    assert_int_equal(status, DYNOX_E_DEADLOCK);
    dynox_pool_free(pool);
}

static dynox_outcome continue_with(void *arg)
{
    return dynox_continue(arg);
}

static void a_job_may_continue_with_a_future(void **state)
{
    (void)state;
    dynox_pool   *pool  = dynox_pool_new(.threads = 1);
    dynox_future *inner = pending(), *job = dynox_pool_run(pool, continue_with, inner);
    settle(inner, 6);
    assert_int_equal(join_number(job), 6);
    dynox_pool_free(pool);
}

static void the_executor_runs_all_that_is_posted(void **state)
{
    (void)state;
    _Atomic int calls = 0;
    dynox_pool *pool  = dynox_pool_new(.threads = 3, .name = "posted");
    for (int i = 0; i < 1000; i++) {
        dynox_future *future = settled(i);
        dynox_future_on_done(future, dynox_pool_executor(pool), count, &calls);
        dynox_future_release(future);
    }
    dynox_pool_free(pool);
    assert_int_equal(atomic_load(&calls), 1000);
}

static void *run_and_cancel(void *arg)
{
    int five = 5;
    for (int i = 0; i < 500; i++) {
        dynox_future *job = dynox_pool_run(arg, answer, &five);
        if (i % 3 == 0) dynox_future_cancel(job);
        dynox_status status = dynox_join_void(job);
        if (status != DYNOX_OK && !(i % 3 == 0 && status == DYNOX_E_CANCELLED)) return arg;
    }
    return NULL;
}

static void cancels_may_race_with_jobs(void **state)
{
    (void)state;
    dynox_pool *pool = dynox_pool_new(.threads = 2);
    pthread_t   threads[3];
    for (int i = 0; i < 3; i++)
        threads[i] = start(run_and_cancel, pool);
    for (int i = 0; i < 3; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    dynox_pool_free(pool);
}

static void *cancel_all(void *arg)
{
    for (dynox_future **job = arg; *job; job++)
        dynox_future_cancel(*job);
    return NULL;
}

static void cancels_may_race_with_freeing(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        int           five     = 5;
        dynox_pool   *pool     = dynox_pool_new(.threads = 2);
        dynox_future *jobs[51] = {0};
        for (int i = 0; i < 50; i++)
            jobs[i] = dynox_pool_run(pool, answer, &five);
        pthread_t thread = start(cancel_all, jobs);
        dynox_pool_free(pool);
        pthread_join(thread, NULL);
        for (int i = 0; i < 50; i++) {
            assert_true(dynox_future_done(jobs[i]));
            dynox_future_error(jobs[i]);
            dynox_future_release(jobs[i]);
        }
    }
}

static void free_pool(dynox_future *future, void *arg)
{
    (void)future;
    dynox_pool_free(arg);
}

static void a_pool_may_be_freed_from_one_of_its_threads(void **state)
{
    (void)state;
    dynox_pool   *pool   = dynox_pool_new(.threads = 2);
    dynox_future *future = settled(1);
    dynox_future_on_done(future, dynox_pool_executor(pool), free_pool, pool);
    dynox_future_release(future);
    sleep_ms(20);
}

static void wrong_arguments_are_failed_futures(void **state)
{
    (void)state;
    dynox_pool *pool = dynox_pool_new_with(NULL);
    assert_int_equal(dynox_join_void(dynox_pool_run(NULL, answer, NULL)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_pool_run(pool, NULL, NULL)), DYNOX_E_ARGUMENT);
    dynox_pool_free(pool);
    dynox_pool_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_gives_its_outcome),
        cmocka_unit_test(jobs_run_side_by_side),
        cmocka_unit_test(idle_threads_end_but_one_and_come_back),
        cmocka_unit_test(a_cancel_removes_a_job_that_has_not_started),
        cmocka_unit_test(a_cancelled_running_job_settles_at_once_and_runs_on),
        cmocka_unit_test(freeing_settles_what_waits_and_lets_run_what_runs),
        cmocka_unit_test(waiting_in_a_job_for_another_job_is_refused),
        cmocka_unit_test(a_job_may_continue_with_a_future),
        cmocka_unit_test(the_executor_runs_all_that_is_posted),
        cmocka_unit_test(cancels_may_race_with_jobs),
        cmocka_unit_test(cancels_may_race_with_freeing),
        cmocka_unit_test(a_pool_may_be_freed_from_one_of_its_threads),
        cmocka_unit_test(wrong_arguments_are_failed_futures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
